// A provider's standing in a category: what holds, what waits for a second person, and all that changed it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { standing as standingQuery, useMe } from "../../api/queries";
import type { StandingPage as Standing } from "../../api/types";
import { LettersAbout } from "../../govuk/letters";
import { longDay } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { stageWords, standingColours, standingWords } from "../../words";
import { Act } from "./Act";
import { Grounds } from "./Grounds";
import { Registers } from "./Registers";
import { measureWords, stepWords } from "./words";

const typed = (words: string) => <span className="fl-typed">{words}</span>;

function Causes({ page }: { page: Standing }) {
  if (page.causes.length === 0) return null;
  return (
    <section aria-labelledby="causes">
      <h2 className="govuk-heading-m" id="causes">
        What keeps {page.provider_name} from new work
      </h2>
      {page.causes.map((one) => (
        <section key={one.id} className="fl-box">
          <h3 className="govuk-heading-s">{one.cause === "officer" ? "An officer’s decision" : "Evidence has expired"}</h3>
          <SummaryList
            tight
            rows={[
              ["Reason", typed(one.reason)],
              one.evidence ? ["Evidence", typed(one.evidence)] : null,
              ["Since", <span key="since"><When at={one.begun_at} />{one.begun_by ? `, by ${one.begun_by}` : null}</span>],
              one.review_on ? ["Looked at again", longDay(one.review_on)] : null,
              ["How it ends", one.ends],
            ]}
          />
        </section>
      ))}
    </section>
  );
}

function Measure({ one, waiting }: { one: Standing["proposed"][number]; waiting: boolean }) {
  return (
    <section className="fl-box">
      <h3 className="govuk-heading-s">
        {measureWords[one.kind]} {waiting ? <Tag colour="yellow">Waits for a second person</Tag> : <Tag colour="red">In force</Tag>}
      </h3>
      <SummaryList
        tight
        rows={[
          ["Reason", typed(one.reason)],
          one.evidence ? ["Evidence", typed(one.evidence)] : null,
          [
            one.kind === "urgent_stop" ? "Stopped" : "Proposed",
            <span key="proposed"><When at={one.proposed_at} />{one.proposed_by ? `, by ${one.proposed_by}` : null}</span>,
          ],
          waiting && one.due_at ? ["Lapses unless confirmed by", <When key="due" at={one.due_at} long />] : null,
          waiting && one.representations_until ? ["The provider may answer until", <When key="until" at={one.representations_until} long />] : null,
          one.decided_at ? ["Confirmed", <span key="decided"><When at={one.decided_at} />{one.decided_by ? `, by ${one.decided_by}` : null}</span>] : null,
          one.review_on ? ["Looked at again", longDay(one.review_on)] : null,
        ]}
      />
      {one.why_not_confirm ? <Inset>You cannot confirm it now. {one.why_not_confirm}</Inset> : null}
    </section>
  );
}

function Measures({ page }: { page: Standing }) {
  if (page.proposed.length === 0 && !page.in_force) return null;
  return (
    <section aria-labelledby="measures">
      <h2 className="govuk-heading-m" id="measures">
        What is proposed and in force
      </h2>
      {page.proposed.map((one) => (
        <Measure key={one.id} one={one} waiting />
      ))}
      {page.in_force ? <Measure one={page.in_force} waiting={false} /> : null}
    </section>
  );
}

function Touched({ page }: { page: Standing }) {
  return (
    <>
      {page.served.length > 0 ? (
        <Table
          caption={`People it serves now (${page.served.length})`}
          columns={[{ label: "Contract" }, { label: "Since or from" }]}
          rows={page.served.map((one) => ({
            key: one.contract_id,
            cells: [
              <Link key="contract" to={`/contracts/${one.contract_id}`} className="govuk-link">
                {one.reference}
              </Link>,
              longDay(one.starts_on),
            ],
          }))}
        />
      ) : null}
      {page.bids.length > 0 ? (
        <Table
          caption={`Bids under way (${page.bids.length})`}
          columns={[{ label: "Opportunity" }, { label: "Stage" }, { label: "The bid" }]}
          rows={page.bids.map((one) => ({
            key: one.opportunity_id,
            cells: [
              <Link key="opportunity" to={`/opportunities/${one.opportunity_id}`} className="govuk-link">
                {one.reference}
              </Link>,
              stageWords[one.stage],
              <span key="bid" className="fl-tags">
                {one.held ? <Tag colour="orange">Held</Tag> : <Tag colour="green">Counts</Tag>}{" "}
                {one.recommended ? <Tag colour="red">Recommended: look</Tag> : one.shortlisted ? <Tag colour="red">On the shortlist: look</Tag> : null}
              </span>,
            ],
          }))}
        />
      ) : null}
    </>
  );
}

function Said({ page, own }: { page: Standing; own: boolean }) {
  if (page.representations.length === 0) return null;
  return (
    <section aria-labelledby="said">
      <h2 className="govuk-heading-m" id="said">
        {own ? "What you said" : "What the provider says"}
      </h2>
      <ol className="fl-timeline">
        {page.representations.map((one) => (
          <li key={one.id} className="govuk-body">
            {one.kind === "appeal" ? (
              <p>
                <Tag colour={one.answered_at ? (one.upheld ? "green" : "grey") : "yellow"}>
                  {one.answered_at ? (one.upheld ? "Appeal upheld" : "Appeal not upheld") : "Appeal, not answered yet"}
                </Tag>
              </p>
            ) : null}
            <p className="fl-typed">{one.words}</p>
            <p className="fl-quiet fl-small">
              <When at={one.made_at} />
            </p>
            {one.answer ? <blockquote className="govuk-inset-text fl-typed">{one.answer}</blockquote> : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Timeline({ page }: { page: Standing }) {
  if (page.timeline.length === 0) return null;
  return (
    <section aria-labelledby="timeline">
      <h2 className="govuk-heading-m" id="timeline">
        Everything that changed it
      </h2>
      <ol className="fl-timeline">
        {page.timeline.map((one, at) => (
          <li key={at} className="govuk-body">
            <p className="govuk-!-font-weight-bold govuk-!-margin-bottom-1">{stepWords[one.step]}</p>
            {one.was === one.became ? null : (
              <p className="fl-small govuk-!-margin-bottom-1">
                {standingWords[one.was]} → {standingWords[one.became]}
              </p>
            )}
            <p className="fl-typed govuk-!-margin-bottom-1">{one.reason}</p>
            {one.evidence ? <p className="fl-small govuk-!-margin-bottom-1">Evidence: {one.evidence}</p> : null}
            {one.review_on ? <p className="fl-small govuk-!-margin-bottom-1">To be looked at again on {longDay(one.review_on)}</p> : null}
            <p className="fl-quiet fl-small">
              {one.by}, <When at={one.at} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

export default function StandingPage() {
  const { id = "" } = useParams();
  const me = useMe();
  const own = !!me?.provider;
  return (
    <Await query={useQuery(standingQuery(id))}>
      {(page) => (
        <Page
          title={own ? `Your standing in ${page.category_name}` : `Standing of ${page.provider_name}`}
          caption={own ? page.market_name : `${page.market_name}: ${page.category_name}`}
          back={{ to: `/enrolments/${page.id}`, words: own ? page.category_name : page.provider_name }}
        >
          <p className="govuk-body">
            <Tag colour={standingColours[page.standing]}>{standingWords[page.standing]}</Tag>
          </p>
          <p className="govuk-body fl-prose">{page.holds}</p>
          <Causes page={page} />
          <Measures page={page} />
          <Act page={page} key={page.standing} />
          {own ? null : <Registers id={page.id} />}
          <Touched page={page} />
          <Said page={page} own={own} />
          <Grounds page={page} own={own} />
          <Timeline page={page} />
          {own ? null : (
            <>
              <LettersAbout about={`enrolment:${page.id}`} />
              <p className="govuk-body">
                <Link to="/standings" className="govuk-link">
                  Everything that waits about standings
                </Link>
              </p>
            </>
          )}
        </Page>
      )}
    </Await>
  );
}

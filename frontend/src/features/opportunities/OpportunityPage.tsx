import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { opportunity as opportunityQuery, useMe } from "../../api/queries";
import type { CannotReason, Interest, Opportunity } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Radios, Submit, TextArea } from "../../govuk/form";
import { LettersAbout } from "../../govuk/letters";
import { count, longDay } from "../../govuk/london";
import { plain } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Ago, Countdown, Counts, Details, Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { Criteria, Rates, referenceWords, Scoring } from "../../govuk/terms";
import { ageWords, canBid, capital, hasRole, interestWords, stageAt, stageColours, stageWords, unitQuantity, weeksWords } from "../../words";
import { Amend } from "./Amend";
import { Amendments } from "./Amendments";
import { ConfirmBid } from "./ConfirmBid";
import { Fit } from "./Fit";
import { Queries } from "./Queries";
import { PriceInquiry } from "./PriceInquiry";
import { Result } from "./Result";
import { Standstill } from "./Standstill";
import { Watch } from "./Watch";
import { cannotReasons, cannotWords } from "./cannot";

function sayInterest(id: string, interest: Interest, reason: string | null, because: CannotReason | null, key: string) {
  return must(
    api.POST("/api/opportunities/{id}/interest", {
      params: { path: { id } },
      body: { interest, reason, because },
      headers: keyed(key),
    }),
  );
}

/** Opening the page is what "seen" means: said once, quietly. */
function useSeen(shown: Opportunity, open: boolean) {
  const cache = useQueryClient();
  const me = useMe();
  const said = useRef(false);
  const unseen = open && !!shown.mine && shown.mine.interest == null && canBid(me, shown.category_id);
  useEffect(() => {
    if (!unseen || said.current) return;
    said.current = true;
    sayInterest(shown.id, "seen", null, null, crypto.randomUUID())
      .then(() => {
        void cache.invalidateQueries({ queryKey: ["opportunity", shown.id], exact: true });
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
      })
      .catch(() => {});
  }, [unseen, shown.id, cache]);
}

function SayInterest({ shown }: { shown: Opportunity }) {
  const cache = useQueryClient();
  const current = shown.mine?.interest ?? null;
  const [chosen, setChosen] = useState<string>(current && current !== "seen" ? current : "");
  const [reason, setReason] = useState("");
  const [because, setBecause] = useState("");
  const act = useAct(
    (body: { interest: Interest; reason: string | null; because: CannotReason | null }, key) =>
      sayInterest(shown.id, body.interest, body.reason, body.because, key),
    {
      onDone: (said) => {
        announce(said.interest === "will_bid" ? "You said that you will bid." : "You said that you cannot bid.");
        void cache.invalidateQueries({ queryKey: ["opportunity", shown.id], exact: true });
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
      },
    },
  );
  return (
    <section className="fl-box" aria-labelledby="interest">
      <h2 className="govuk-heading-s" id="interest">
        Will you bid?
      </h2>
      <p className="govuk-body fl-small">
        {current === "will_bid" || current === "cannot_bid" ? (
          <>
            You said: <strong>{interestWords[current]}</strong>. You can change it.
          </>
        ) : (
          "The council sees your answer at once. It does not bind you."
        )}
      </p>
      <Form
        error={act.error}
        busy={act.isPending}
        prefix="interest"
        onSubmit={() => {
          if (!chosen) return { interest: "Choose whether you will bid" };
          const cannot = chosen === "cannot_bid";
          if (cannot && !because) return { because: "Choose why you cannot bid" };
          if (because === "other" && cannot && !reason.trim()) return { reason: "Say why you cannot bid" };
          const kind = cannot ? (because as CannotReason) : null;
          act.mutate({ interest: chosen as Interest, reason: kind ? reason.trim() || cannotWords[kind] : null, because: kind });
        }}
      >
        <Radios
          name="interest"
          label={<span className="govuk-visually-hidden">Your answer</span>}
          labelSize="s"
          choices={[
            { value: "will_bid", words: "We will bid" },
            { value: "cannot_bid", words: "We cannot bid" },
          ]}
          value={chosen}
          onChange={setChosen}
        />
        {chosen === "cannot_bid" ? (
          <>
            <Radios
              name="because"
              label="Why"
              labelSize="s"
              choices={cannotReasons.map((value) => ({ value, words: cannotWords[value] }))}
              value={because}
              onChange={setBecause}
            />
            <TextArea
              name="reason"
              label={because === "other" ? "What the reason is" : "More about it (optional)"}
              rows={2}
              value={reason}
              onChange={setReason}
            />
          </>
        ) : null}
        <Submit kind="secondary" busy={act.isPending}>
          Tell the council
        </Submit>
      </Form>
    </section>
  );
}

function YourBid({ shown, open }: { shown: Opportunity; open: boolean }) {
  const me = useMe();
  const mine = shown.mine;
  if (!mine) return null;
  const bid = mine.bid;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="your-bid">
      <h2 className="govuk-heading-s" id="your-bid">
        Your bid
      </h2>
      {bid?.unsettled && !bid.withdrawn ? (
        <ConfirmBid shown={shown} open={open} />
      ) : bid && !bid.withdrawn ? (
        <p className="govuk-body">
          <Tag colour="teal">Submitted</Tag> Version {bid.version}, received <When at={bid.submitted_at} />
        </p>
      ) : bid?.withdrawn ? (
        <p className="govuk-body">
          <Tag colour="grey">Withdrawn</Tag>
        </p>
      ) : open ? (
        <p className="govuk-body">{mine.draft ? "You have a draft. It is not submitted." : "You have not bid."}</p>
      ) : (
        <p className="govuk-body">You did not bid.</p>
      )}
      {shown.with_request && (open || bid) ? (
        <p className="govuk-body">
          You are not admitted yet. A bid of yours is kept sealed until the council has decided on{" "}
          <Link to={`/enrolments/${shown.with_request}`} className="govuk-link">
            your request to join
          </Link>
          , and counts if you are admitted.
        </p>
      ) : null}
      {open && canBid(me) && !canBid(me, shown.category_id) ? (
        <p className="govuk-body">You bid in other categories. One of your administrators can let you bid in this one.</p>
      ) : null}
      {canBid(me, shown.category_id) && open ? (
        <Link to={`/opportunities/${shown.id}/bid`} className="govuk-button">
          {bid && !bid.withdrawn ? "See or revise your bid" : mine.draft ? "Go on with your draft" : "Bid"}
        </Link>
      ) : bid ? (
        <Link to={`/opportunities/${shown.id}/bid`} className="govuk-link govuk-body">
          See your bid and its receipt
        </Link>
      ) : null}
    </section>
  );
}

function Withdraw({ shown }: { shown: Opportunity }) {
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const act = useAct(
    (why: string, key) =>
      must(
        api.POST("/api/opportunities/{id}/withdraw", {
          params: { path: { id: shown.id } },
          body: { reason: why },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(shown.id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["opportunities"] });
        announce("The opportunity is withdrawn.");
      },
    },
  );
  return (
    <Details summary="Withdraw this opportunity">
      <p className="govuk-body">Every provider who was told is told why. It cannot be undone.</p>
      <Form
        prefix="withdraw"
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!reason.trim()) return { reason: "Enter why it is withdrawn" };
          act.mutate(reason.trim());
        }}
      >
        <TextArea
          name="reason"
          label="Why it is withdrawn"
          hint="Providers read this: nothing personal."
          rows={3}
          value={reason}
          onChange={setReason}
        />
        <Submit kind="warning" busy={act.isPending}>
          Withdraw
        </Submit>
      </Form>
    </Details>
  );
}

function OfficersPart({ shown, open }: { shown: Opportunity; open: boolean }) {
  const officers = shown.officers;
  if (!officers) return null;
  const responses = [...officers.interests].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <>
      {shown.counts ? (
        <section className="fl-box" aria-label="Response so far">
          <Counts
            big
            items={[
              ["told", shown.counts.told],
              ["seen", shown.counts.seen],
              ["will bid", shown.counts.will_bid],
              ["cannot bid", shown.counts.cannot_bid],
              ["bids", shown.counts.bids],
            ]}
          />
          {open ? (
            <p className="govuk-body fl-quiet fl-small govuk-!-margin-top-3">
              Bids are sealed until the deadline: nobody, here included, can read a price or an answer.
            </p>
          ) : null}
        </section>
      ) : null}
      <Watch shown={shown} open={open} />
      {officers.bids.length > 0 ? (
        <Table
          caption="Bids received"
          columns={[{ label: "Provider" }, { label: "Received" }]}
          rows={officers.bids.map((bid, at) => ({
            key: String(at),
            cells: [
              bid.unsettled ? (
                <span key="who">
                  {bid.provider_name}
                  <br />
                  <span className="fl-small">
                    {open ? "Made before the correction: not confirmed yet" : "Made before the correction, and not confirmed"}
                  </span>
                </span>
              ) : bid.request ? (
                <span key="who">
                  {bid.provider_name}
                  <br />
                  <Link to={`/enrolments/${bid.request}`} className="govuk-link fl-small">
                    Its request to join waits for a decision
                  </Link>
                </span>
              ) : (
                bid.provider_name
              ),
              <Ago key="at" at={bid.submitted_at} />,
            ],
          }))}
        />
      ) : null}
      {officers.bids.some((bid) => bid.request) ? (
        <Inset>
          A bid that came with a request to join is kept sealed until the request is decided, and counts if the provider is
          admitted. Marks cannot be locked, nor prices opened, before that.
        </Inset>
      ) : null}
      {responses.length > 0 ? (
        <Details summary={`What ${count(responses.length, "provider has", "providers have")} said`}>
          <Table
            caption="What providers have said, newest first"
            captionSize="hidden"
            columns={[{ label: "Provider" }, { label: "Response" }, { label: "Reason" }, { label: "When" }]}
            rows={responses.map((one) => ({
              key: one.provider_id,
              cells: [one.provider_name, interestWords[one.interest], one.reason ?? "", <Ago key="at" at={one.at} />],
            }))}
          />
        </Details>
      ) : null}
    </>
  );
}

function NextStep({ shown }: { shown: Opportunity }) {
  const me = useMe();
  const stage = shown.stage;
  if (!me?.officer || !shown.officers) return null;
  const reads = hasRole(me, "evaluator", "commissioner", "auditor");
  const ranks = reads || me.officer.posts.length > 0;
  const { can } = shown.officers;
  const declares = can.includes("declare");
  const evaluation = reads && !["open", "withdrawn", "unfilled", "not_awarded"].includes(stage);
  const ranking = ranks && ["priced", "recommended", "standstill", "challenged", "awarded"].includes(stage);
  if (!evaluation && !ranking) return null;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="next">
      <h2 className="govuk-heading-s" id="next">
        Evaluation
      </h2>
      {evaluation ? (
        <p className="govuk-body">
          {declares ? (
            <Link to={`/opportunities/${shown.id}/declaration`} className="govuk-link">
              Declare your interests, then read the answers
            </Link>
          ) : (
            <Link to={`/opportunities/${shown.id}/evaluation`} className="govuk-link">
              {can.includes("mark") ? "Mark the answers" : can.includes("moderate") ? "Moderate the marks" : "Answers and marks"}
            </Link>
          )}
        </p>
      ) : null}
      {evaluation || ranking ? (
        declares ? null : (
          <p className="govuk-body">
            <Link to={`/opportunities/${shown.id}/declaration`} className="govuk-link">
              Your declaration of interests
            </Link>
          </p>
        )
      ) : null}
      {ranking ? (
        <p className="govuk-body">
          <Link to={`/opportunities/${shown.id}/ranking`} className="govuk-link">
            Ranking and recommendation
          </Link>
        </p>
      ) : null}
    </section>
  );
}

/** A link may lead to a part of the page, which is there only once it is read. */
function useLedTo(): void {
  const part = useLocation().hash.slice(1);
  useEffect(() => {
    if (!part) return;
    // After the page has begun at its top.
    const later = setTimeout(() => {
      const heading = document.getElementById(part);
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
      heading?.scrollIntoView({ block: "start" });
    });
    return () => clearTimeout(later);
  }, [part]);
}

function Shown({ shown }: { shown: Opportunity }) {
  const me = useMe();
  useLedTo();
  const now = useServerNow();
  const stage = stageAt(shown, now);
  const open = stage === "open";
  useSeen(shown, open);
  const withdrawn = shown.withdrawn_reason;
  return (
    <Page
      title={shown.title}
      caption={`${shown.reference}, ${shown.category_name}`}
      back={{ to: "/opportunities", words: "Opportunities" }}
    >
      <p className="fl-tags">
        <Tag colour={stageColours[stage]}>{stageWords[stage]}</Tag>
      </p>
      {withdrawn ? (
        <Inset>
          <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">Withdrawn</p>
          <span className="fl-typed">{withdrawn}</span>
        </Inset>
      ) : null}
      {shown.stage === "not_awarded" ? (
        <Inset>
          {shown.officers?.direct_payment ? (
            <>
              <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">
                No award was made: the person chose a Direct Payment
              </p>
              <span className="fl-typed">{shown.officers.direct_payment.reason}</span>
            </>
          ) : (
            "No award was made: another way was chosen. No bid for it is considered any further."
          )}
        </Inset>
      ) : null}
      {shown.stage === "standstill" && !shown.officers && shown.standstill_ends_on ? (
        <Inset>
          The outcome has been told. There is a standstill until the end of {longDay(shown.standstill_ends_on)}: until then the contract
          is not entered. If you think that something is wrong, tell the authority before that.
        </Inset>
      ) : null}
      <div className="fl-columns">
        <div>
          <PriceInquiry shown={shown} />
          {shown.result ? <Result result={shown.result} category={shown.category} difference={shown.difference} /> : null}
          <Amendments amendments={shown.amendments} />
          <OfficersPart shown={shown} open={open} />
          <h2 className="govuk-heading-m">The person’s needs</h2>
          <p className="govuk-body fl-typed fl-prose">{shown.needs}</p>
          <SummaryList
            rows={[
              ["Where", shown.outward_code],
              ["Person", capital(ageWords(shown.age_band))],
              ...shown.quantities.map((line): [string, string] => [line.label, `${plain(line.quantity)} ${unitQuantity[line.unit]}`]),
              ["Starts", longDay(shown.starts_on)],
              ["Initial term", weeksWords(shown.initial_term_weeks)],
              shown.weekly_at_reference ? ["At the reference rates", referenceWords(shown.weekly_at_reference)] : null,
              ["Advertised", <When key="published" at={shown.published_at} />],
            ]}
          />
          <Fit shown={shown} />
          <Queries shown={shown} open={open} />
          <Rates category={shown.category} caption="Rates" />
          <h2 className="govuk-heading-m">How bids are scored</h2>
          <Scoring category={shown.category} lotSeedHash={shown.lot_seed_hash} />
          <h3 className="govuk-heading-s">Questions</h3>
          <Criteria category={shown.category} />
          <LettersAbout about={`opportunity:${shown.id}`} />
        </div>
        <div className="fl-side fl-side--first">
          <div className="fl-side__now">
            <section className="fl-box" aria-label="Deadline">
              <Countdown to={shown.closes_at} big />
            </section>
            <YourBid shown={shown} open={open} />
            {open && shown.mine && !(shown.mine.bid && !shown.mine.bid.withdrawn) && canBid(me, shown.category_id) ? <SayInterest shown={shown} /> : null}
            <NextStep shown={shown} />
            {shown.category.round ? (
              <section className="fl-box" aria-labelledby="round">
                <h2 className="govuk-heading-s" id="round">
                  Ranking round
                </h2>
                <p className="govuk-body">After the evaluation, bidders can improve their prices, and each sees its own rank.</p>
                <p className="govuk-body govuk-!-margin-bottom-0">
                  <Link to={`/opportunities/${shown.id}/round`} className="govuk-link">
                    The round and its terms
                  </Link>
                </p>
              </section>
            ) : null}
            {shown.officers?.standstill ? <Standstill shown={shown} standstill={shown.officers.standstill} /> : null}
          </div>
          <div>
          <p className="govuk-body">
            <Link to={`/history/opportunity/${shown.id}`} className="govuk-link">
              History of this opportunity
            </Link>
          </p>
          {shown.officers ? (
            <p className="govuk-body">
              <Link to={`/packages/${shown.officers.package_id}`} className="govuk-link">
                The package
              </Link>
            </p>
          ) : null}
          <p className="govuk-body">
            <Link to={`/markets/${shown.market_id}`} className="govuk-link">
              The market’s terms
            </Link>
          </p>
          {shown.officers?.can.includes("record_direct_payment") ? (
            <p className="govuk-body">
              <Link to={`/packages/${shown.officers.package_id}/direct-payment`} className="govuk-link">
                Record that the person chose a Direct Payment
              </Link>
            </p>
          ) : null}
          {shown.officers?.can.includes("amend") ? <Amend shown={shown} /> : null}
          {shown.officers?.can.includes("withdraw") ? <Withdraw shown={shown} /> : null}
          </div>
        </div>
      </div>
    </Page>
  );
}

export default function OpportunityPage() {
  const { id = "" } = useParams();
  return <Await query={useQuery(opportunityQuery(id))}>{(shown) => <Shown shown={shown} />}</Await>;
}

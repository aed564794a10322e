import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";
import { approval } from "../../api/queries";
import type { ApprovalRequest } from "../../api/types";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Inset, type Row, SummaryList, Table, Tag, When } from "../../govuk/show";
import { weeksWords } from "../../words";
import { Decide } from "./Decide";

const STATE_WORDS = { waiting: "Waiting for a decision", approved: "Approved", returned: "Returned", declined: "Declined" } as const;
const STATE_COLOURS = { waiting: "purple", approved: "teal", returned: "orange", declined: "red" } as const;

const STANDING: Record<ApprovalRequest["bids"][number]["status"], string> = {
  admissible: "Admissible",
  below_gate: "Under the quality gate",
  below_minimum_mark: "Under a least mark",
  below_floor: "Below a floor",
  above_ceiling: "Above a ceiling",
  disregarded: "Price rejected",
};

const FOLLOWED = {
  followed: "This is followed.",
  not_followed: "This is not followed.",
  not_for_provider: "This is not a preference for a provider.",
} as const;

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h2 className="govuk-heading-m" id={id}>
        {title}
      </h2>
      {children}
    </section>
  );
}

function InShort({ shown }: { shown: ApprovalRequest }) {
  const { recommendation, budget, preference } = shown;
  const rows: Row[] = [
    ["Award to", <strong key="to">{recommendation.provider_name}</strong>],
    [
      "Value",
      <span key="value">
        <strong>{pounds(recommendation.yearly_value)} a year</strong>
        <br />
        {pounds(recommendation.contract_value)} over the initial term of {weeksWords(shown.initial_term_weeks)}
        <br />
        {pounds(shown.weekly_value)} a week
      </span>,
    ],
    budget
      ? [
          "The budget",
          <span key="budget">
            {pounds(budget.committed)} of {pounds(budget.cap)} for {budget.over} is committed. This takes {pounds(budget.this)} more.
            <br />
            <strong>{budget.words}</strong>
          </span>,
        ]
      : null,
    ["Care", `${shown.category_name}, ${shown.outward_code}, from ${longDay(shown.starts_on)}`],
    [
      "What the person prefers",
      preference ? (
        <span key="preference">
          <span className="fl-typed">{preference.words}</span>
          <br />
          {preference.kept ? <strong>{FOLLOWED[preference.kept]}</strong> : null}
          {preference.reason ? (
            <>
              {" "}
              <span className="fl-typed">{preference.reason}</span>
            </>
          ) : null}
        </span>
      ) : (
        "No preference is recorded."
      ),
    ],
    ["Why it is recommended", <span key="reason" className="fl-typed">{recommendation.reason}</span>],
    [
      "Recommended by",
      <span key="by">
        {recommendation.recommended_by}, <When at={recommendation.recommended_at} />
      </span>,
    ],
  ];
  return (
    <Section id="in-short" title="In short">
      <SummaryList rows={rows} />
    </Section>
  );
}

function Risks({ shown }: { shown: ApprovalRequest }) {
  if (shown.recommendation.state !== "waiting") return null;
  return (
    <Section id="risks" title="What to look at">
      {shown.risks.length === 0 ? (
        <p className="govuk-body govuk-!-margin-bottom-6">Nothing was flagged.</p>
      ) : (
        <ul className="govuk-list govuk-list--spaced govuk-!-margin-bottom-6">
          {shown.risks.map((risk) => (
            <li key={risk.words}>
              {risk.stops ? <Tag colour="red">Stops it</Tag> : <Tag colour="yellow">Look</Tag>} <span className="fl-typed">{risk.words}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Bids({ shown }: { shown: ApprovalRequest }) {
  return (
    <Table
      caption="The bids, ranked"
      columns={[
        { label: "Provider" },
        { label: "Rank", numeric: true },
        { label: "Total", numeric: true },
        { label: "A week", numeric: true },
      ]}
      rows={shown.bids.map((bid) => ({
        key: bid.bid_id,
        cells: [
          <>
            {bid.provider_name} {bid.recommended ? <Tag colour="purple">Recommended</Tag> : null}
          </>,
          bid.rank ?? STANDING[bid.status],
          bid.total ?? "–",
          pounds(bid.weekly_price),
        ],
      }))}
    />
  );
}

function Split({ shown }: { shown: ApprovalRequest }) {
  const { need, recommendation } = shown;
  if (need.parts.length === 0) return null;
  return (
    <Section id="need" title="One need in several packages">
      <p className="govuk-body fl-prose">
        The same person has other contracts with this provider from the last 12 months. Authority is looked at for all of them together:{" "}
        <strong>{pounds(need.yearly_value)} a year</strong>, {pounds(need.contract_value)} over the initial terms.
      </p>
      <Table
        caption="What is counted together"
        captionSize="hidden"
        columns={[{ label: "Contract" }, { label: "Awarded" }, { label: "A year", numeric: true }, { label: "Initial term", numeric: true }]}
        rows={[
          ...need.parts.map((part) => ({
            key: part.contract_id,
            cells: [
              <Link key="contract" to={`/contracts/${part.contract_id}`} className="govuk-link">
                {part.reference}
              </Link>,
              longDay(part.awarded_on),
              pounds(part.yearly_value),
              pounds(part.contract_value),
            ],
          })),
          {
            key: "this",
            cells: ["This award", "–", pounds(recommendation.yearly_value), pounds(recommendation.contract_value)],
          },
        ]}
      />
    </Section>
  );
}

function Authority({ shown }: { shown: ApprovalRequest }) {
  if (shown.recommendation.state !== "waiting") return null;
  const { authority, approvers, chase } = shown;
  return (
    <Section id="authority" title={authority ? "Your authority" : "Who can decide"}>
      {authority ? (
        <>
          <p className="govuk-body">You would decide as {authority.post_title}, on this chain:</p>
          <ol className="govuk-list govuk-list--number">
            {authority.chain.map((link) => (
              <li key={link.words}>{link.words}</li>
            ))}
          </ol>
        </>
      ) : (
        <>
          {shown.why_not ? <Inset>{shown.why_not}</Inset> : null}
          <ul className="govuk-list govuk-list--bullet">
            {approvers
              .filter((approver) => approver.can)
              .map((approver) => (
                <li key={approver.post_title}>
                  {approver.post_title}: {approver.holders.join(", ")}
                </li>
              ))}
          </ul>
        </>
      )}
      {chase ? (
        <SummaryList
          rows={[
            ["Asked", chase.asked.length > 0 ? chase.asked.join(", then ") : "Nobody can decide it today."],
            chase.due_on ? ["To be decided by", `The end of ${longDay(chase.due_on)}`] : null,
            chase.reminded_at ? ["Reminded", <When key="reminded" at={chase.reminded_at} />] : null,
            chase.passed_over.length > 0 ? ["Not asked", chase.passed_over.join(" ")] : null,
          ]}
        />
      ) : null}
    </Section>
  );
}

function Decisions({ shown }: { shown: ApprovalRequest }) {
  if (shown.decisions.length === 0) return null;
  const files = (award: string, which: "decision" | "public-decision") => (
    <>
      <a className="govuk-link" href={`/api/awards/${award}/${which}.pdf`} download>
        PDF
      </a>
      {" or "}
      <a className="govuk-link" href={`/api/awards/${award}/${which}.html`} download>
        page
      </a>
    </>
  );
  return (
    <Section id="decisions" title="Decisions so far">
      {shown.decisions.map((decision) => (
        <SummaryList
          key={decision.award_id}
          rows={[
            [
              "Decision",
              <span key="state">
                <Tag colour={STATE_COLOURS[decision.state]}>{STATE_WORDS[decision.state]}</Tag> {decision.provider_name}
              </span>,
            ],
            decision.decided_by
              ? [
                  "By",
                  <span key="by">
                    {decision.decided_by}
                    {decision.decided_at ? (
                      <>
                        , <When at={decision.decided_at} />
                      </>
                    ) : null}
                  </span>,
                ]
              : null,
            decision.reason ? ["Reasons", <span key="reason" className="fl-typed">{decision.reason}</span>] : null,
            decision.recorded ? ["Record, private", <span key="private">{files(decision.award_id, "decision")}</span>] : null,
            decision.recorded && decision.state === "approved"
              ? ["Record, public", <span key="public">{files(decision.award_id, "public-decision")}</span>]
              : null,
          ]}
        />
      ))}
    </Section>
  );
}

export default function ApprovalPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(approval(id))}>
      {(shown) => {
        const { state } = shown.recommendation;
        const { chase } = shown;
        return (
          <Page
            title={shown.title}
            caption={`Approval ${shown.reference}, ${shown.market_name}`}
            back={{ to: "/approvals", words: "Approvals" }}
          >
            <p className="fl-tags govuk-!-margin-bottom-5">
              <Tag colour={STATE_COLOURS[state]}>{STATE_WORDS[state]}</Tag>
              {chase?.urgent ? <Tag colour="red">Urgent</Tag> : null}
              {chase?.overdue ? <Tag colour="red">Overdue</Tag> : null}
            </p>
            {chase?.urgent ? (
              <Inset>
                It cannot wait: <span className="fl-typed">{chase.urgent}</span>
              </Inset>
            ) : null}
            {chase?.because ? (
              <Inset>
                It went up to the {chase.escalated_to}. {chase.because} Whoever was asked first may still decide.
              </Inset>
            ) : null}
            <InShort shown={shown} />
            <Risks shown={shown} />
            <Bids shown={shown} />
            <Split shown={shown} />
            <Authority shown={shown} />
            <Decide shown={shown} />
            <Decisions shown={shown} />
            <p className="govuk-body">
              <Link to={`/opportunities/${id}/ranking`} className="govuk-link">
                The ranking with all its arithmetic
              </Link>
            </p>
          </Page>
        );
      }}
    </Await>
  );
}

// Why an award was made: all that it rests on, on one page, and to take away.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useParams } from "react-router";
import { record as recordQuery } from "../../api/queries";
import type { AwardRecord, ChosenRecord, RecordedBid, RecordedMark } from "../../api/types";
import { whatItIs } from "../../api/upload";
import { count, longDay, longTime } from "../../govuk/london";
import { percent, plain, pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Inset, SummaryList, Table, Tag } from "../../govuk/show";
import { admissibilityWords, decisionColours, decisionWords, preferenceWords } from "../../govuk/ways";
import { inquiryColours, inquiryWords, stageColours, stageWords, unitQuantity, weeksWords } from "../../words";
import { Improvements } from "../../govuk/improvements";
import { BASIS, LETTER, LETTER_STATE, LINK, PANEL } from "./words";

const titles: Partial<Record<AwardRecord["stage"], string>> = {
  standstill: "Why this award was made",
  challenged: "Why this award was made",
  awarded: "Why this award was made",
  recommended: "Why this award is recommended",
};

function Digest({ children }: { children: string }) {
  return <code className="fl-digest">{children}</code>;
}

/** Somebody, and when */
function By({ who, at }: { who?: string | null; at: string }) {
  return (
    <>
      {who ? `${who}, ` : ""}
      <time dateTime={at}>{longTime(at)}</time>
    </>
  );
}

function Typed({ children }: { children: ReactNode }) {
  return <span className="fl-typed">{children}</span>;
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="fl-section">
      <h2 className="govuk-heading-m" id={id}>
        {title}
      </h2>
      {children}
    </section>
  );
}

const FILES = [
  ["zip", "Everything in one file", "ZIP"],
  ["pdf", "This record to read and to print", "PDF"],
  ["html", "This record as a page of its own", "HTML"],
  ["json", "The evaluation, to work out again", "JSON"],
] as const;

function Downloads({ id }: { id: string }) {
  return (
    <section className="fl-box fl-box--wash fl-downloads" aria-labelledby="downloads">
      <h2 className="govuk-heading-s" id="downloads">
        Take it away
      </h2>
      <ul className="govuk-list govuk-!-margin-bottom-0">
        {FILES.map(([kind, words, name]) => (
          <li key={kind}>
            <a href={`/api/opportunities/${id}/record.${kind}`} download className="govuk-link">
              {words} ({name})
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function InShort({ shown }: { shown: AwardRecord }) {
  const choice = shown.choices.findLast((one) => one.state !== "returned" && one.state !== "declined");
  const first = shown.bids.find((bid) => bid.rank === 1);
  return (
    <Section id="in-short" title="In short">
      {shown.kept ? null : (
        <Inset>This is how the bids stand now. It is kept, and changes no more, once an award is recommended.</Inset>
      )}
      <SummaryList
        rows={[
          choice
            ? [
                choice.state === "approved" ? "Awarded to" : "Recommended",
                <span key="who" className="fl-tags">
                  <strong>{choice.provider_name}</strong>
                  <Tag colour={decisionColours[choice.state]}>{decisionWords[choice.state]}</Tag>
                </span>,
              ]
            : null,
          first
            ? [
                "Why",
                first.total
                  ? `${first.provider_name} is first of ${count(shown.bids.length, "bid")} with a total of ${first.total}: ${first.quality} for quality${first.price ? ` and ${first.price} for price` : ""}.`
                  : first.value_for_money
                    ? `${first.provider_name} is first, at ${pounds(first.value_for_money)} for each per cent of quality.`
                    : `${first.provider_name} is first in the standing order.`,
              ]
            : null,
          choice ? ["Price", `${pounds(choice.weekly_value)} a week, ${pounds(choice.yearly_value)} a year`] : null,
          choice ? ["Recommended by", <By key="by" who={choice.recommended_by} at={choice.recommended_at} />] : null,
          choice?.decided_by && choice.decided_at
            ? [
                "Approved by",
                <By
                  key="decided"
                  who={[choice.decided_by, choice.decided_as].filter(Boolean).join(", ")}
                  at={choice.decided_at}
                />,
              ]
            : null,
          ["Category", `${shown.category_name}, ${shown.market_name}`],
        ]}
      />
    </Section>
  );
}

function Ranked({ shown }: { shown: AwardRecord }) {
  const byValue = shown.bids.some((bid) => bid.value_for_money);
  return (
    <Section id="ranking" title="The ranking">
      <Table
        caption="All bids"
        captionSize="hidden"
        columns={[
          { label: "Provider" },
          { label: "Rank", numeric: true },
          { label: "Quality", numeric: true },
          ...(byValue
            ? [{ label: "For each per cent", numeric: true }]
            : [
                { label: "Price marks", numeric: true },
                { label: "Total", numeric: true },
              ]),
          { label: "A week", numeric: true },
        ]}
        rows={shown.bids.map((bid) => ({
          key: bid.bid_id,
          cells: [
            bid.provider_name,
            bid.rank ?? admissibilityWords[bid.status],
            bid.quality,
            ...(byValue
              ? [bid.value_for_money ? pounds(bid.value_for_money) : "–"]
              : [bid.price ?? "–", bid.total ? <strong key="total">{bid.total}</strong> : "–"]),
            pounds(bid.weekly_price),
          ],
        }))}
      />
      {shown.not_evaluated.length > 0 ? (
        <Table
          caption="Bids that took no part"
          captionSize="s"
          columns={[{ label: "Provider" }, { label: "Received" }, { label: "Why" }]}
          rows={shown.not_evaluated.map((bid) => ({
            key: `${bid.provider_name} ${bid.received_at}`,
            cells: [
              bid.provider_name,
              longTime(bid.received_at),
              bid.withdrawn_at ? `Withdrawn, ${longTime(bid.withdrawn_at)}` : "Not admitted to the category when it was marked or recommended",
            ],
          }))}
        />
      ) : null}
      <h3 className="govuk-heading-s">Equal bids</h3>
      {shown.tie_break.steps.length > 0 ? (
        <ol className="govuk-list govuk-list--number fl-prose">
          {shown.tie_break.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      ) : (
        <p className="govuk-body">No bids were equal.</p>
      )}
      <Details summary="How equal bids would be separated">
        <ol className="govuk-list govuk-list--number">
          {shown.tie_break.chain.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <SummaryList
          rows={[
            ["SHA-256 of the seed, published with the advert", <Digest key="hash">{shown.tie_break.lot_seed_hash}</Digest>],
            ["Seed, told when prices opened", <Digest key="seed">{shown.tie_break.lot_seed}</Digest>],
          ]}
        />
      </Details>
    </Section>
  );
}

function Mark({ of }: { of: RecordedMark }) {
  const rows = of.given.flatMap((given) => [
    ...given.before.map((before) => ({ ...before, note: "changed later" })),
    { by: given.by, mark: given.mark, reason: given.reason, at: given.at, note: given.counts ? "" : "does not count" },
  ]);
  const all = [...rows, ...of.before.map((before) => ({ ...before, note: "an earlier consensus" }))];
  return (
    <>
      <h4 className="govuk-heading-s govuk-!-margin-bottom-1">
        {of.name}: {of.mark} of {of.mark_max}
      </h4>
      <p className="govuk-body fl-prose">
        {of.basis === "consensus" || of.basis === "standing" ? (
          <>
            {BASIS[of.basis]} <By who={of.by} at={of.at} />: <Typed>{of.reason}</Typed>
          </>
        ) : (
          BASIS[of.basis]
        )}
      </p>
      {all.length > 0 ? (
        <Table
          caption={`Marks given for ${of.name}`}
          captionSize="hidden"
          columns={[{ label: "Evaluator" }, { label: "Mark", numeric: true }, { label: "Reason" }]}
          rows={all.map((one, at) => ({
            key: String(at),
            cells: [
              <>
                {one.by}
                <br />
                <span className="fl-quiet fl-small govuk-!-font-weight-regular">
                  {longTime(one.at)}
                  {one.note ? `, ${one.note}` : ""}
                </span>
              </>,
              one.mark,
              <Typed key="why">{one.reason}</Typed>,
            ],
          }))}
        />
      ) : null}
    </>
  );
}

function PriceQuestion({ question }: { question: NonNullable<RecordedBid["price_question"]> }) {
  const asked = question.inquiry;
  return (
    <>
      <h4 className="govuk-heading-s govuk-!-margin-bottom-1">
        {question.kind === "exceptionality" ? "A price outside the limits" : "A price that looks abnormally low"}
      </h4>
      <SummaryList
        rows={[
          ["Why", question.grounds.join(" ")],
          asked?.question ? ["Question", <Typed key="question">{asked.question}</Typed>] : null,
          asked ? ["Asked", <By key="asked" who={asked.asked_by} at={asked.asked_at} />] : null,
          asked?.answer ? ["Answer", <Typed key="answer">{asked.answer}</Typed>] : null,
          [
            "Decision",
            <Tag key="state" colour={inquiryColours[asked?.state ?? "flagged"]}>
              {inquiryWords[asked?.state ?? "flagged"]}
            </Tag>,
          ],
          asked?.decided_at ? ["Decided by", <By key="decided" who={asked.decided_by} at={asked.decided_at} />] : null,
          asked?.reason ? ["Reason", <Typed key="reason">{asked.reason}</Typed>] : null,
        ]}
      />
    </>
  );
}

function Bid({ bid }: { bid: RecordedBid }) {
  return (
    <Details
      summary={`${bid.provider_name}: ${bid.rank ? `rank ${bid.rank}` : admissibilityWords[bid.status].toLowerCase()}, marks, reasons and arithmetic`}
    >
      <h3 className="govuk-heading-s">{bid.provider_name}</h3>
      <SummaryList
        rows={[
          ["Price", `${pounds(bid.weekly_price)} a week, ${pounds(bid.yearly_price)} a year`],
          ["Can start", longDay(bid.starts_on)],
          ["Received", `${longTime(bid.received_at)}, version ${bid.version}`],
          ["SHA-256 of the offer", <Digest key="digest">{bid.digest}</Digest>],
          ["Bid", <Digest key="bid">{bid.bid_id}</Digest>],
          ...bid.attachments.map((one, at): [string, ReactNode] => [
            `Document ${at + 1}, with the answer on ${one.criterion}`,
            <span key={one.digest + at}>
              {whatItIs(one)}, SHA-256 <Digest>{one.digest}</Digest>
            </span>,
          ]),
        ]}
      />
      {bid.marks.map((mark) => (
        <Mark key={mark.criterion_id} of={mark} />
      ))}
      {bid.price_question ? <PriceQuestion question={bid.price_question} /> : null}
      <h4 className="govuk-heading-s govuk-!-margin-bottom-1">Arithmetic</h4>
      <ol className="govuk-list govuk-list--number">
        {bid.explanation.map((step, at) => (
          <li key={at}>{step}</li>
        ))}
      </ol>
    </Details>
  );
}

function Asked({ shown }: { shown: AwardRecord }) {
  const { requirement, method } = shown;
  return (
    <Section id="asked" title="What was asked for, and how bids were judged">
      <SummaryList
        rows={[
          ["Requirement", `Version ${requirement.version} of the package, as it was published`],
          ["Published", <By key="by" who={requirement.published_by} at={requirement.published_at} />],
          ["Bids closed", longTime(requirement.closes_at)],
          requirement.prices_opened_at ? ["Prices opened", longTime(requirement.prices_opened_at)] : null,
          ["Care starts", longDay(requirement.starts_on)],
          ["Initial term", weeksWords(requirement.initial_term_weeks)],
          ["Weights", `Quality ${plain(method.quality_weight)}, price ${plain(method.price_weight)}`],
          ["Price marks", method.formula_words],
          method.quality_gate ? ["Quality gate", `At least ${percent(method.quality_gate)} of the quality weight`] : null,
          method.weekly_floor ? ["Floor", `${pounds(method.weekly_floor)} a week`] : null,
          method.weekly_ceiling ? ["Ceiling", `${pounds(method.weekly_ceiling)} a week`] : null,
          ["SHA-256 of the requirement", <Digest key="digest">{requirement.digest}</Digest>],
        ]}
      />
      <Table
        caption="Price lines"
        captionSize="s"
        columns={[{ label: "Line" }, { label: "Quantity", numeric: true }, { label: "Reference rates" }]}
        rows={requirement.lines.map((line) => ({
          key: line.label,
          cells: [
            line.label,
            `${plain(line.quantity)} ${unitQuantity[line.unit]}`,
            line.fixed
              ? `Set at ${pounds(line.fixed)}`
              : line.reference_low && line.reference_high
                ? `${pounds(line.reference_low)} to ${pounds(line.reference_high)}`
                : "–",
          ],
        }))}
      />
      <Table
        caption="Criteria"
        captionSize="s"
        columns={[
          { label: "Criterion" },
          { label: "What was asked" },
          { label: "Weight", numeric: true },
          { label: "Marks", numeric: true },
        ]}
        rows={method.criteria.map((criterion) => ({
          key: criterion.id,
          cells: [
            criterion.name,
            criterion.question,
            plain(criterion.weight),
            `0 to ${plain(criterion.mark_max)}${criterion.mark_min ? `, at least ${plain(criterion.mark_min)}` : ""}`,
          ],
        }))}
      />
      <Details summary="What the marks mean">
        {method.criteria.map((criterion) => (
          <div key={criterion.id}>
            <h3 className="govuk-heading-s">{criterion.name}</h3>
            <SummaryList tight rows={criterion.descriptors.map((words, mark) => [mark, words])} />
          </div>
        ))}
      </Details>
    </Section>
  );
}

function People({ shown }: { shown: AwardRecord }) {
  return (
    <Section id="people" title="Who evaluated">
      <Table
        caption="Evaluators"
        captionSize="s"
        columns={[{ label: "Evaluator" }, { label: "Finished" }, { label: "Standing" }]}
        rows={shown.panel.map((member) => ({
          key: member.name,
          cells: [
            member.name,
            member.finished_at ? longTime(member.finished_at) : "–",
            <>
              {PANEL[member.state]}
              {member.reason ? <>: <Typed>{member.reason}</Typed></> : null}
            </>,
          ],
        }))}
      />
      <Table
        caption="Declarations of interest"
        captionSize="s"
        columns={[{ label: "Officer" }, { label: "Declared" }, { label: "When" }]}
        rows={shown.declarations.map((one) => ({
          key: `${one.name} ${one.at}`,
          cells: [one.name, one.has_interest ? "An interest in a bidder" : "No interest", longTime(one.at)],
        }))}
      />
    </Section>
  );
}

function Choice({ choice }: { choice: ChosenRecord }) {
  return (
    <>
      <h3 className="govuk-heading-s">
        {decisionWords[choice.state]}: {choice.provider_name}
      </h3>
      <SummaryList
        rows={[
          ["Recommended by", <By key="by" who={choice.recommended_by} at={choice.recommended_at} />],
          ["Reason", <Typed key="reason">{choice.reason}</Typed>],
          choice.not_first_reason ? [`Why not the first (it is number ${choice.rank})`, <Typed key="not-first">{choice.not_first_reason}</Typed>] : null,
          choice.preference ? ["What the person prefers", preferenceWords[choice.preference]] : null,
          choice.preference_reason ? ["Why it is not followed", <Typed key="preference">{choice.preference_reason}</Typed>] : null,
          ["Shortlist", choice.shortlisted.join(", ")],
          [
            "Value",
            `${pounds(choice.weekly_value)} a week, ${pounds(choice.yearly_value)} a year, ${pounds(choice.contract_value)} over the initial term`,
          ],
          choice.decided_by && choice.decided_at
            ? [
                { waiting: "", approved: "Approved by", returned: "Returned by", declined: "Declined by", set_aside: "Approved by" }[choice.state],
                <By key="decided" who={[choice.decided_by, choice.decided_as].filter(Boolean).join(", ")} at={choice.decided_at} />,
              ]
            : null,
          choice.decided_reason ? ["Their reason", <Typed key="why">{choice.decided_reason}</Typed>] : null,
          choice.evaluation_digest ? ["SHA-256 of the evaluation", <Digest key="digest">{choice.evaluation_digest}</Digest>] : null,
        ]}
      />
      {choice.chain.length > 0 ? (
        <>
          <h4 className="govuk-heading-s">The authority that it rests on</h4>
          <ol className="fl-timeline fl-prose">
            {choice.chain.map((link, at) => (
              <li key={at} className="govuk-body">
                <p className="fl-quiet fl-small">{LINK[link.kind]}</p>
                <p>{link.words}</p>
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </>
  );
}

export default function RecordPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(recordQuery(id))}>
      {(shown) => (
        <Page
          title={titles[shown.stage] ?? "How the bids were evaluated"}
          caption={shown.reference}
          back={{ to: `/opportunities/${id}`, words: "The opportunity" }}
        >
          <p>
            <Tag colour={stageColours[shown.stage]}>{stageWords[shown.stage]}</Tag>
          </p>
          <Downloads id={id} />
          <InShort shown={shown} />
          <Ranked shown={shown} />
          <Section id="bids" title="Each bid">
            {shown.bids.map((bid) => (
              <Bid key={bid.bid_id} bid={bid} />
            ))}
          </Section>
          {shown.round ? (
            <Section id="round" title="The ranking round">
              <p className="govuk-body">
                Bidders were invited {longTime(shown.round.invited_at)}. It opened {longTime(shown.round.opens_at)} and closed{" "}
                {longTime(shown.round.closes_at)}.
              </p>
              <Improvements bidders={shown.round.bidders} />
            </Section>
          ) : null}
          <Section id="choice" title="The choice and its approval">
            {shown.choices.length === 0 ? <p className="govuk-body">No award has been recommended.</p> : null}
            {shown.choices.map((choice) => (
              <Choice key={choice.recommended_at} choice={choice} />
            ))}
          </Section>
          <Asked shown={shown} />
          <People shown={shown} />
          <Section id="letters" title="Letters">
            <p className="govuk-body fl-prose">
              Outcome letters take every figure from the evaluation that is kept with the award.
            </p>
            <Table
              caption="Letters about this opportunity"
              captionSize="hidden"
              columns={[{ label: "Letter" }, { label: "To" }, { label: "Standing" }]}
              rows={shown.letters.map((letter, at) => ({
                key: String(at),
                cells: [
                  LETTER[letter.kind],
                  letter.to.length > 4 ? (
                    <Details key="to" flush summary={count(letter.to.length, "provider or officer", "providers and officers")}>
                      {letter.to.join(", ")}
                    </Details>
                  ) : (
                    letter.to.join(", ")
                  ),
                  letter.sent_at ? `${LETTER_STATE[letter.state]}, ${longTime(letter.sent_at)}` : LETTER_STATE[letter.state],
                ],
              }))}
            />
          </Section>
          <Section id="again" title="Work it out again">
            <p className="govuk-body fl-prose">
              The evaluation is everything that the figures rest on: the published model, each price and each mark. Whoever
              has it can do the sums again, by hand with the arithmetic above, or with <code>fairlot score</code>, which prints
              the same ranking to the last place.
            </p>
            <SummaryList rows={[["SHA-256 of the evaluation", <Digest key="digest">{shown.evaluation_digest}</Digest>]]} />
          </Section>
          <p className="govuk-body">
            <Link to={`/history/opportunity/${id}`} className="govuk-link">
              History of this opportunity
            </Link>
          </p>
        </Page>
      )}
    </Await>
  );
}

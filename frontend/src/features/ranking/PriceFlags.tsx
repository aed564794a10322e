import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { ranking as rankingQuery } from "../../api/queries";
import type { PriceFlag, Ranking } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { fromLondon } from "../../govuk/london";
import { SummaryList, Tag, When } from "../../govuk/show";
import { inquiryColours, inquiryKindWords, inquiryWords } from "../../words";

function useShown(id: string) {
  const cache = useQueryClient();
  return (ranked: Ranking) => {
    cache.setQueryData(rankingQuery(id).queryKey, ranked);
    void cache.invalidateQueries({ queryKey: ["opportunity", id] });
  };
}

function Ask({ id, flag }: { id: string; flag: PriceFlag }) {
  const shown = useShown(id);
  const [question, setQuestion] = useState("");
  const [day, setDay] = useState("");
  const [time, setTime] = useState("17:00");
  const act = useAct(
    (body: { bid_id: string; question: string; answer_by: string }, key) =>
      must(api.POST("/api/opportunities/{id}/price-question", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (ranked) => {
        shown(ranked);
        announce("Asked. The provider is told.");
      },
    },
  );
  return (
    <Form
      prefix={`ask-${flag.bid_id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!question.trim()) return { question: "Enter your question" };
        const answer_by = fromLondon(day, time);
        if (!answer_by) return { answer_by: "Enter the day and time until which the provider may answer" };
        act.mutate({ bid_id: flag.bid_id, question: question.trim(), answer_by });
      }}
    >
      <TextArea
        name="question"
        label={`Your question to ${flag.provider_name}`}
        labelSize="s"
        hint="Say what you need to know to accept this price. It is read by the provider, and kept with the award."
        rows={4}
        value={question}
        onChange={setQuestion}
      />
      <div className="fl-fields">
        <Input name="answer_by" type="date" width={10} label="Answer by, day" hint="From 24 hours to 30 days from now" value={day} onChange={setDay} />
        <Input name="answer_by_time" type="time" width={5} label="Time, in London" value={time} onChange={setTime} />
      </div>
      <Submit kind="secondary" busy={act.isPending}>
        Ask about this price
      </Submit>
    </Form>
  );
}

function Decide({ id, flag }: { id: string; flag: PriceFlag }) {
  const shown = useShown(id);
  const [verb, setVerb] = useState("");
  const [reason, setReason] = useState("");
  const act = useAct(
    (body: { bid_id: string; accept: boolean; reason: string }, key) =>
      must(api.POST("/api/opportunities/{id}/price-decision", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (ranked, { accept }) => {
        shown(ranked);
        announce(accept ? "The price is accepted. The ranking is worked out again." : "The price is rejected. The ranking is worked out again.");
      },
    },
  );
  return (
    <Form
      prefix={`decide-${flag.bid_id}`}
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!verb) return { accept: "Choose whether to accept the price" };
        if (!reason.trim()) return { reason: "Give your reasons" };
        act.mutate({ bid_id: flag.bid_id, accept: verb === "accept", reason: reason.trim() });
      }}
    >
      <Radios
        name="accept"
        label={`The price of ${flag.provider_name}`}
        labelSize="s"
        choices={[
          { value: "accept", words: "Accept it", hint: "The bid is ranked with the others." },
          { value: "reject", words: "Reject it", hint: "The bid is not ranked, and counts in no other bid’s price marks." },
        ]}
        value={verb}
        onChange={setVerb}
      />
      <TextArea name="reason" label="Reasons" labelSize="s" hint="The provider reads these. They are kept with the award." rows={3} value={reason} onChange={setReason} />
      <Submit busy={act.isPending}>Record the decision</Submit>
    </Form>
  );
}

function Flag({ shown, flag, acts }: { shown: Ranking; flag: PriceFlag; acts: boolean }) {
  const now = useServerNow();
  const inquiry = flag.inquiry;
  const decidable = inquiry && !inquiry.decided_at && (inquiry.answer || (inquiry.answer_by && Date.parse(inquiry.answer_by) <= now));
  return (
    <section className="fl-box" aria-labelledby={`price-${flag.bid_id}`}>
      <h3 className="govuk-heading-s fl-tags" id={`price-${flag.bid_id}`}>
        {flag.provider_name} <Tag colour={inquiryColours[inquiry?.state ?? "flagged"]}>{inquiryWords[inquiry?.state ?? "flagged"]}</Tag>
      </h3>
      <p className="govuk-body">{inquiryKindWords[flag.kind]}</p>
      <ul className="govuk-list govuk-list--bullet">
        {flag.grounds.map((ground) => (
          <li key={ground}>{ground}</li>
        ))}
      </ul>
      {inquiry ? (
        <SummaryList
          rows={[
            inquiry.question
              ? [
                  "Question",
                  <span key="question">
                    <span className="fl-typed">{inquiry.question}</span>
                    <br />
                    <span className="fl-quiet fl-small">
                      {inquiry.asked_by}, <When at={inquiry.asked_at} />
                    </span>
                  </span>,
                ]
              : null,
            inquiry.answer_by ? ["Answer by", <When key="by" at={inquiry.answer_by} />] : null,
            [
              inquiry.question ? "Answer" : "Reason given with the bid",
              inquiry.answer ? (
                <span key="answer">
                  <span className="fl-typed">{inquiry.answer}</span>
                  {inquiry.answered_at ? (
                    <>
                      <br />
                      <span className="fl-quiet fl-small">
                        <When at={inquiry.answered_at} />
                      </span>
                    </>
                  ) : null}
                </span>
              ) : (
                "None yet"
              ),
            ],
            inquiry.reason
              ? [
                  inquiry.state === "accepted" ? "Accepted because" : "Rejected because",
                  <span key="reason">
                    <span className="fl-typed">{inquiry.reason}</span>
                    <br />
                    <span className="fl-quiet fl-small">
                      {inquiry.decided_by}
                      {inquiry.decided_at ? (
                        <>
                          , <When at={inquiry.decided_at} />
                        </>
                      ) : null}
                    </span>
                  </span>,
                ]
              : null,
          ]}
        />
      ) : null}
      {acts && !inquiry ? <Ask id={shown.opportunity_id} flag={flag} /> : null}
      {acts && decidable ? <Decide id={shown.opportunity_id} flag={flag} /> : null}
    </section>
  );
}

/** Prices outside the limits or abnormally low: asked about and decided before an award is recommended. */
export function PriceFlags({ shown }: { shown: Ranking }) {
  if (shown.flags.length === 0) return null;
  const open = shown.flags.filter((flag) => !flag.inquiry?.decided_at).length;
  const acts = shown.can.includes("question_prices");
  return (
    <section aria-labelledby="prices-in-question">
      <h2 className="govuk-heading-m" id="prices-in-question">
        Prices in question
      </h2>
      <p className="govuk-body fl-prose">
        {open > 0
          ? "A price that lies outside the limits, or looks abnormally low, is never rejected unasked. Ask the provider, read its answer, and decide. An award can be recommended once every one is decided."
          : "Every price in question is decided."}
      </p>
      {shown.flags.map((flag) => (
        <Flag key={flag.bid_id} shown={shown} flag={flag} acts={acts} />
      ))}
    </section>
  );
}

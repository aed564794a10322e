import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { opportunity as opportunityQuery, useMe } from "../../api/queries";
import type { Opportunity } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Submit, TextArea } from "../../govuk/form";
import { SummaryList, Tag, When } from "../../govuk/show";
import { canBid, inquiryColours, inquiryWords, ownInquiryWords } from "../../words";

function Answer({ id }: { id: string }) {
  const cache = useQueryClient();
  const [answer, setAnswer] = useState("");
  const act = useAct(
    (words: string, key) =>
      must(api.POST("/api/opportunities/{id}/price-answer", { params: { path: { id } }, body: { answer: words }, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(id).queryKey, after);
        announce("Your answer is with the council.");
      },
    },
  );
  return (
    <Form
      prefix="price"
      error={act.error}
      busy={act.isPending}
      onSubmit={() => {
        if (!answer.trim()) return { answer: "Enter your answer" };
        act.mutate(answer.trim());
      }}
    >
      <TextArea
        name="answer"
        label="Your answer"
        labelSize="s"
        hint="You can answer once. Say what your price rests on: staffing, travel, other work nearby, savings."
        rows={6}
        value={answer}
        onChange={setAnswer}
      />
      <Submit busy={act.isPending}>Send your answer</Submit>
    </Form>
  );
}

/** What a provider was asked about the price of its bid, and where that stands. */
export function PriceInquiry({ shown }: { shown: Opportunity }) {
  const me = useMe();
  const inquiry = shown.inquiry;
  if (!inquiry) return null;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="your-price">
      <h2 className="govuk-heading-m fl-tags" id="your-price">
        Your price <Tag colour={inquiryColours[inquiry.state]}>{inquiryWords[inquiry.state]}</Tag>
      </h2>
      <p className="govuk-body">{ownInquiryWords[inquiry.kind]}</p>
      <ul className="govuk-list govuk-list--bullet">
        {inquiry.grounds.map((ground) => (
          <li key={ground}>{ground}</li>
        ))}
      </ul>
      <SummaryList
        rows={[
          inquiry.question ? ["Question", <span key="question" className="fl-typed">{inquiry.question}</span>] : null,
          inquiry.answer_by ? ["Answer by", <When key="by" at={inquiry.answer_by} />] : null,
          inquiry.answer ? [inquiry.question ? "Your answer" : "Your reason", <span key="answer" className="fl-typed">{inquiry.answer}</span>] : null,
          inquiry.reason ? ["Decision", <span key="reason" className="fl-typed">{inquiry.reason}</span>] : null,
        ]}
      />
      {inquiry.may_answer ? canBid(me, shown.category_id) ? <Answer id={shown.id} /> : <p className="govuk-body">An administrator or a bidder of your organisation can answer.</p> : null}
    </section>
  );
}

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must, Refused } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { opportunity as opportunityQuery, useMe } from "../../api/queries";
import type { Opportunity, QueryAnswer } from "../../api/types";
import { announce } from "../../govuk/announce";
import { type FieldErrors, Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { count, longTime } from "../../govuk/london";
import { Ago, Details, Tag, When } from "../../govuk/show";
import { canBid } from "../../words";

const QUESTION_MAX = 1000;

/** What everybody has asked and been answered. */
function Published({ shown }: { shown: Opportunity }) {
  const { published } = shown.queries;
  if (published.length === 0) return <p className="govuk-body fl-quiet">No question has been answered yet.</p>;
  return published.map((one, at) => (
    <section key={at} className="fl-prose" aria-label={`Question ${published.length - at}`}>
      <h3 className="govuk-heading-s govuk-!-margin-bottom-1 fl-typed">{one.question}</h3>
      <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{one.answer}</p>
      <p className="govuk-body fl-small fl-quiet">
        Answered <When at={one.answered_at} />
      </p>
    </section>
  ));
}

function Ask({ shown }: { shown: Opportunity }) {
  const cache = useQueryClient();
  const [question, setQuestion] = useState("");
  const ask = useAct(
    (words: string, key) =>
      must(
        api.POST("/api/opportunities/{id}/queries", {
          params: { path: { id: shown.id } },
          body: { question: words },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(shown.id).queryKey, after);
        setQuestion("");
        announce("Your question is sent.");
      },
    },
  );
  return (
    <Details summary="Ask a question">
      <p className="govuk-body">
        Every provider reads the question and the answer, without your name. You can ask until {longTime(shown.queries.ask_until)}.
      </p>
      <Form
        prefix="ask"
        error={ask.error}
        busy={ask.isPending}
        onSubmit={() => {
          if (!question.trim()) return { question: "Enter your question" };
          ask.mutate(question.trim());
        }}
      >
        <TextArea
          name="question"
          label="Your question"
          hint="Do not name your organisation, or anybody."
          rows={3}
          limit={QUESTION_MAX}
          value={question}
          onChange={setQuestion}
        />
        <Submit kind="secondary" busy={ask.isPending}>
          Ask
        </Submit>
      </Form>
    </Details>
  );
}

function Own({ shown }: { shown: Opportunity }) {
  const { own } = shown.queries;
  if (own.length === 0) return null;
  return (
    <Details summary={`What you asked (${own.length})`}>
      {own.map((one) => (
        <section key={one.asked_at} className="fl-prose">
          <p className="govuk-body govuk-!-margin-bottom-1">
            <strong className="fl-typed">{one.asked}</strong>{" "}
            {one.answer ? one.alone ? <Tag colour="purple">Answered to you alone</Tag> : <Tag colour="teal">Answered</Tag> : <Tag>Waits</Tag>}
          </p>
          {one.answer ? <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{one.answer}</p> : null}
          <p className="govuk-body fl-small fl-quiet">
            Asked <Ago at={one.asked_at} />
          </p>
        </section>
      ))}
    </Details>
  );
}

type Asked = Opportunity["queries"]["all"][number];

function Answer({ shown, one }: { shown: Opportunity; one: Asked }) {
  const cache = useQueryClient();
  const [to, setTo] = useState("all");
  const [question, setQuestion] = useState(one.asked);
  const [answer, setAnswer] = useState("");
  const [because, setBecause] = useState("");
  const [considered, setConsidered] = useState("");
  const say = useAct(
    (body: QueryAnswer, key) =>
      must(api.POST("/api/queries/{id}/answer", { params: { path: { id: one.id } }, body, headers: keyed(key) })),
    {
      onDone: (after) => {
        cache.setQueryData(opportunityQuery(shown.id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["queries"] });
        announce(to === "all" ? "The answer is published to every provider." : "The answer is sent.");
      },
    },
  );
  const alone = to === "alone";
  const leaks = say.error instanceof Refused && say.error.problem.code === "advert_may_identify";
  function check(): FieldErrors | void {
    const wrong: FieldErrors = {};
    if (!alone && !question.trim()) wrong.question = "Enter the question as providers are to read it";
    if (!answer.trim()) wrong.answer = "Enter the answer";
    if (alone && !because.trim()) wrong.alone_because = "Enter why it is this provider’s own business";
    if (Object.keys(wrong).length > 0) return wrong;
    say.mutate({
      question: alone ? null : question.trim(),
      answer: answer.trim(),
      alone_because: alone ? because.trim() : null,
      leaks_considered: considered.trim() || null,
    });
  }
  return (
    <Details summary="Answer it">
      <Form prefix={`answer-${one.id}`} error={say.error} busy={say.isPending} onSubmit={check}>
        <Radios
          name="to"
          label="Who reads the answer"
          labelSize="s"
          choices={[
            { value: "all", words: "Every provider" },
            { value: "alone", words: "This provider alone, because it is its own business" },
          ]}
          value={to}
          onChange={setTo}
        />
        {alone ? (
          <Input
            name="alone_because"
            label="Why it is its own business"
            hint="This is recorded. Providers do not read it."
            value={because}
            onChange={setBecause}
          />
        ) : (
          <TextArea
            name="question"
            label="The question, as everybody reads it"
            hint="Reword it so that it does not tell who asked."
            rows={3}
            limit={QUESTION_MAX}
            value={question}
            onChange={setQuestion}
          />
        )}
        <TextArea name="answer" label="The answer" rows={4} value={answer} onChange={setAnswer} />
        {leaks || considered ? (
          <TextArea
            name="leaks_considered"
            label="Why these words may stay"
            hint="If it is not a person’s name, say so. This is recorded."
            rows={2}
            value={considered}
            onChange={setConsidered}
          />
        ) : null}
        <Submit busy={say.isPending}>{alone ? "Answer this provider" : "Publish to every provider"}</Submit>
      </Form>
    </Details>
  );
}

function ForOfficers({ shown }: { shown: Opportunity }) {
  const { all } = shown.queries;
  const waiting = all.filter((one) => !one.answer);
  const may = shown.officers?.can.includes("answer");
  const alone = all.filter((one) => one.alone_because);
  return (
    <>
      {waiting.length > 0 ? (
        <p className="govuk-body">
          <Tag colour="orange">{count(waiting.length, "question waits", "questions wait")}</Tag>
        </p>
      ) : null}
      {waiting.map((one) => (
        <section key={one.id} className="fl-box" aria-label={`Question of ${one.provider_name}`}>
          <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{one.asked}</p>
          <p className="govuk-body fl-small fl-quiet">
            {one.provider_name} asked <Ago at={one.asked_at} />
          </p>
          {may ? <Answer shown={shown} one={one} /> : null}
        </section>
      ))}
      {alone.length > 0 ? (
        <Details summary={`Answered to the asker alone (${alone.length})`}>
          {alone.map((one) => (
            <section key={one.id} className="fl-prose">
              <p className="govuk-body govuk-!-margin-bottom-1">
                <strong className="fl-typed">{one.asked}</strong> ({one.provider_name})
              </p>
              <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{one.answer}</p>
              <p className="govuk-body fl-small fl-quiet">Why to it alone: {one.alone_because}</p>
            </section>
          ))}
        </Details>
      ) : null}
    </>
  );
}

/** Questions about this opportunity: what everybody reads, what I asked, and for officers what waits. */
export function Queries({ shown, open }: { shown: Opportunity; open: boolean }) {
  const me = useMe();
  const now = useServerNow(10_000);
  const taken = open && now < Date.parse(shown.queries.ask_until);
  return (
    <section aria-labelledby="queries">
      <h2 className="govuk-heading-m" id="queries">
        Questions and answers
      </h2>
      {shown.officers ? <ForOfficers shown={shown} /> : null}
      <Published shown={shown} />
      <Own shown={shown} />
      {me?.provider && taken && canBid(me, shown.category_id) ? <Ask shown={shown} /> : null}
      {open && !taken ? (
        <p className="govuk-body fl-small fl-quiet">Questions were taken until {longTime(shown.queries.ask_until)}.</p>
      ) : null}
    </section>
  );
}

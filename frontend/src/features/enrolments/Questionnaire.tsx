// The answers to a market's questionnaire, as they were sent: whether each passes, its mark, and what became of the
// passport since.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { enrolment as enrolmentQuery, useMe } from "../../api/queries";
import type { AnsweredQuestion, Enrolment } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Submit, TextArea } from "../../govuk/form";
import { plain } from "../../govuk/money";
import { Inset, Tag, When } from "../../govuk/show";
import { MarkForm } from "./MarkForm";

function useChanged(enrolment: Enrolment) {
  const cache = useQueryClient();
  return (after: Enrolment, said: string) => {
    cache.setQueryData(enrolmentQuery(enrolment.id).queryKey, after);
    void cache.invalidateQueries({ queryKey: ["tasks"] });
    announce(said);
  };
}

function GiveMark({ enrolment, of }: { enrolment: Enrolment; of: AnsweredQuestion }) {
  const changed = useChanged(enrolment);
  const most = of.question.scored?.mark_max ?? "0";
  const act = useAct(
    (body: { mark: string; reason: string }, key) =>
      must(
        api.POST("/api/enrolments/{id}/answer-marks", {
          params: { path: { id: enrolment.id } },
          body: { question_id: of.question.id, ...body },
          headers: keyed(key),
        }),
      ),
    { onDone: (after, body) => changed(after, `Marked ${body.mark}.`) },
  );
  return (
    <MarkForm
      prefix={`mark-${of.question.id}`}
      label={
        <>
          Mark, 0 to {plain(most)}
          <span className="govuk-visually-hidden">: {of.question.words}</span>
        </>
      }
      change="Change the mark"
      of={`: ${of.question.words}`}
      words="mark"
      most={most}
      before={of.mark}
      hint="The provider reads it once you have decided."
      error={act.error}
      busy={act.isPending}
      save={(given, done) => act.mutate(given, { onSuccess: done })}
    />
  );
}

/** What the passport says now, where that is newer than what the market relies on. */
function Newer({ enrolment, of }: { enrolment: Enrolment; of: AnsweredQuestion }) {
  const changed = useChanged(enrolment);
  const [question, setQuestion] = useState<string | null>(null);
  const { newer, topic, words } = of.passport!;
  const accept = useAct(
    (revision: number, key) =>
      must(
        api.POST("/api/enrolments/{id}/passport-accept", {
          params: { path: { id: enrolment.id } },
          body: { topic, revision },
          headers: keyed(key),
        }),
      ),
    { onDone: (after) => changed(after, `${words}: accepted.`) },
  );
  const ask = useAct(
    (body: string, key) =>
      must(
        api.POST("/api/enrolments/{id}/passport-ask", {
          params: { path: { id: enrolment.id } },
          body: { topic, question: body },
          headers: keyed(key),
        }),
      ),
    {
      onDone: (after) => {
        setQuestion(null);
        changed(after, "Question sent.");
      },
    },
  );
  if (!newer) return null;
  const may = enrolment.questionnaire?.may_accept_passport;
  return (
    <Inset className="fl-not-yet">
      <p className="govuk-body">
        <Tag colour="yellow">Changed since accepted</Tag>
      </p>
      <p className="govuk-body govuk-!-margin-bottom-1">
        The passport says since <When at={newer.at} />:
      </p>
      <p className="govuk-body fl-typed">{newer.answer}</p>
      {may ? (
        <>
          <Form
            prefix={`passport-${topic}`}
            error={accept.error ?? ask.error}
            busy={accept.isPending || ask.isPending}
            onSubmit={() => {
              if (question === null) return accept.mutate(newer.revision);
              if (!question.trim()) return { question: "Enter your question" };
              ask.mutate(question.trim());
            }}
          >
            {question === null ? null : (
              <TextArea
                name="question"
                label="Your question"
                labelSize="s"
                hint="The provider is told by email. Its standing does not change if it is admitted."
                value={question}
                onChange={setQuestion}
              />
            )}
            <div className="fl-button-row">
              <Submit busy={accept.isPending || ask.isPending}>{question === null ? "Accept for this market" : "Send the question"}</Submit>
              <Button kind="secondary" onClick={() => setQuestion(question === null ? "" : null)}>
                {question === null ? "Ask about it" : "Do not ask"}
              </Button>
            </div>
          </Form>
        </>
      ) : (
        <p className="govuk-body fl-quiet">Until the council accepts it, what stands above counts.</p>
      )}
    </Inset>
  );
}

function Answer({ enrolment, of }: { enrolment: Enrolment; of: AnsweredQuestion }) {
  const marks = !!enrolment.questionnaire?.may_mark && !!of.question.scored;
  return (
    <div className="govuk-!-margin-bottom-6">
      <h4 className="govuk-heading-s govuk-!-margin-bottom-1">{of.question.words}</h4>
      <p className="govuk-body fl-typed govuk-!-margin-bottom-1">
        {of.answer} {of.outcome === "fails" ? <Tag colour="red">Does not meet the conditions</Tag> : null}
        {of.outcome === "passes" ? <Tag colour="green">Meets the conditions</Tag> : null}
      </p>
      {of.passport ? <p className="govuk-body fl-small fl-quiet govuk-!-margin-bottom-1">From the passport: {of.passport.words}</p> : null}
      {of.passport?.accepted ? (
        <Inset>
          <p className="govuk-body govuk-!-margin-bottom-1">Accepted since, as it was written <When at={of.passport.accepted.at} />:</p>
          <p className="govuk-body fl-typed govuk-!-margin-bottom-0">{of.passport.accepted.answer}</p>
        </Inset>
      ) : null}
      {of.passport?.newer ? <Newer enrolment={enrolment} of={of} /> : null}
      {of.mark ? (
        <p className="govuk-body">
          <Tag colour="teal">
            Marked {plain(of.mark.mark)} of {plain(of.question.scored?.mark_max ?? "0")}
          </Tag>{" "}
          <span className="fl-typed">{of.mark.reason}</span>
        </p>
      ) : of.question.scored ? (
        <p className="govuk-body fl-quiet">{marks ? "Not marked yet." : "Its mark is shown once the request is decided."}</p>
      ) : null}
      {marks ? <GiveMark enrolment={enrolment} of={of} /> : null}
    </div>
  );
}

export function Questionnaire({ enrolment }: { enrolment: Enrolment }) {
  const me = useMe();
  const all = enrolment.questionnaire;
  if (!all || all.sections.length === 0) return null;
  const { score } = all;
  const waits = enrolment.standing === "applied" || enrolment.standing === "clarification";
  return (
    <section aria-labelledby="questionnaire">
      <h2 className="govuk-heading-m govuk-!-margin-bottom-1" id="questionnaire">
        Questionnaire
      </h2>
      <p className="govuk-body fl-quiet">Version {all.version}, with the answers as they were sent.</p>
      {all.failing.length > 0 && waits ? (
        <Inset className="fl-not-yet">
          <p className="govuk-body govuk-!-font-weight-bold">
            {me?.provider ? "You cannot be admitted" : "This provider cannot be admitted"} with{" "}
            {all.failing.length === 1 ? "the answer" : "the answers"} to:
          </p>
          <ul className="govuk-list govuk-list--bullet govuk-!-margin-bottom-0">
            {all.failing.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Inset>
      ) : null}
      {score ? (
        <p className="govuk-body">
          <Tag colour={!score.complete ? "yellow" : score.reached ? "green" : "red"}>
            {score.complete ? (score.reached ? "Pass mark reached" : "Pass mark missed") : "Not all marked yet"}
          </Tag>{" "}
          {plain(score.total)} of {plain(score.of)} weighted marks{score.least ? `; at least ${plain(score.least)} is needed` : ""}.
        </p>
      ) : null}
      {all.sections.map((section) => (
        <section key={section.id} className="fl-box" aria-labelledby={`asked-${section.id}`}>
          <h3 className="govuk-heading-m" id={`asked-${section.id}`}>
            {section.title}
          </h3>
          {section.questions.map((one) => (
            <Answer key={one.question.id} enrolment={enrolment} of={one} />
          ))}
        </section>
      ))}
    </section>
  );
}

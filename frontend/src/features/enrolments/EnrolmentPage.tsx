import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { useServerNow } from "../../api/clock";
import { enrolment as enrolmentQuery, useMe } from "../../api/queries";
import type { Enrolment } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Radios, Submit, TextArea } from "../../govuk/form";
import { LettersAbout } from "../../govuk/letters";
import { longDay, relative, weekdayDay } from "../../govuk/london";
import { Await, Page } from "../../govuk/page";
import { Inset, SummaryList, Table, Tag, When } from "../../govuk/show";
import { standingColours, standingWords } from "../../words";
import { ConditionTag, Evidence, EvidenceWarning } from "./Evidence";
import { Questionnaire } from "./Questionnaire";
import { Readings, SeenToBy } from "./Readings";
import { StandingAnswers } from "./StandingAnswers";

/** Asking to join and what stops a provider have pages of their own, and standing marks a place beside their answers. */
type Verb = "ask" | "answer" | "extend" | "admit" | "refuse";

/** `field` is what the server calls the words, so that what it says of them finds them here. */
const VERBS: Record<Verb, { field: string; choice: string; label: string; hint?: string; done: string; missing: string }> = {
  admit: {
    field: "reasons",
    choice: "Admit",
    label: "Reasons for admitting",
    hint: "The provider reads these.",
    done: "Admitted.",
    missing: "Enter your reasons for admitting",
  },
  ask: {
    field: "question",
    choice: "Ask the provider something",
    label: "Your question",
    done: "Question sent.",
    missing: "Enter your question",
  },
  extend: {
    field: "reason",
    choice: "Extend the time to 15 working days",
    label: "Why more time is needed",
    hint: "The reason is recorded and the provider reads it.",
    done: "Time extended to 15 working days.",
    missing: "Enter why more time is needed",
  },
  refuse: {
    field: "reasons",
    choice: "Refuse",
    label: "Reasons for refusing",
    hint: "The provider reads these. Say what is missing, so that it can ask again.",
    done: "Refused.",
    missing: "Enter your reasons for refusing",
  },
  answer: { field: "answer", choice: "Answer the question", label: "Your answer", done: "Answer sent.", missing: "Enter your answer" },
};

function perform(id: string, verb: Verb, words: string, key: string): Promise<Enrolment> {
  const options = { params: { path: { id } }, headers: keyed(key) };
  switch (verb) {
    case "ask":
      return must(api.POST("/api/enrolments/{id}/ask", { ...options, body: { question: words } }));
    case "answer":
      return must(api.POST("/api/enrolments/{id}/answer", { ...options, body: { answer: words } }));
    case "extend":
      return must(api.POST("/api/enrolments/{id}/extend", { ...options, body: { reason: words } }));
    case "admit":
      return must(api.POST("/api/enrolments/{id}/admit", { ...options, body: { reasons: words } }));
    case "refuse":
      return must(api.POST("/api/enrolments/{id}/refuse", { ...options, body: { reasons: words } }));
  }
}

function Decide({ enrolment }: { enrolment: Enrolment }) {
  const cache = useQueryClient();
  const can = enrolment.can.filter((verb): verb is Verb => verb in VERBS);
  const [chosen, setChosen] = useState<Verb | "">("");
  const [words, setWords] = useState("");
  const verb = can.length === 1 ? can[0]! : can.includes(chosen as Verb) ? (chosen as Verb) : "";
  const act = useAct(
    (body: { verb: Verb; words: string }, key) => perform(enrolment.id, body.verb, body.words, key),
    {
      onDone: (after, body) => {
        cache.setQueryData(enrolmentQuery(enrolment.id).queryKey, after);
        void cache.invalidateQueries({ queryKey: ["enrolments"] });
        setWords("");
        setChosen("");
        announce(VERBS[body.verb].done);
      },
    },
  );
  if (can.length === 0) return null;
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="act">
      <h2 className="govuk-heading-m" id="act">
        {can.includes("answer") ? "Your answer is awaited" : "What to do"}
      </h2>
      <Form
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!verb) return { verb: "Choose what to do" };
          if (!words.trim()) return { [VERBS[verb].field]: VERBS[verb].missing };
          act.mutate({ verb, words: words.trim() });
        }}
      >
        {can.length > 1 ? (
          <Radios
            name="verb"
            label="Choose one"
            labelSize="s"
            choices={can.map((one) => ({ value: one, words: VERBS[one].choice }))}
            value={chosen}
            onChange={(value) => setChosen(value as Verb)}
          />
        ) : null}
        {verb ? (
          <>
            <TextArea
              name={VERBS[verb].field}
              label={VERBS[verb].label}
              labelSize="s"
              hint={VERBS[verb].hint}
              value={words}
              onChange={setWords}
            />
            <Submit busy={act.isPending} kind={verb === "refuse" ? "warning" : undefined}>
              {VERBS[verb].choice}
            </Submit>
          </>
        ) : null}
      </Form>
    </section>
  );
}

const undecided = (enrolment: Enrolment) => enrolment.standing === "applied" || enrolment.standing === "clarification";

function Clock({ enrolment }: { enrolment: Enrolment }) {
  const me = useMe();
  const now = useServerNow(30_000);
  if (!undecided(enrolment)) return null;
  return (
    <section className="fl-box" aria-labelledby="clock">
      <h2 className="govuk-heading-s" id="clock">
        {me?.provider ? "The council decides by" : "Decide by"}
      </h2>
      <p className={`fl-countdown fl-countdown--big ${enrolment.overdue ? "fl-countdown--last" : ""}`}>
        <span className="fl-countdown__left">
          {enrolment.overdue ? "Overdue" : relative(enrolment.decide_by, now).replace(/^in /, "")}
        </span>
        The end of {weekdayDay(enrolment.decide_by_day)}
      </p>
      <p className="govuk-body fl-quiet fl-small govuk-!-margin-top-2">
        {enrolment.working_days} working days from receipt
        {enrolment.extension_reason ? `, extended: ${enrolment.extension_reason}` : ""}
      </p>
    </section>
  );
}

/** An officer decides on it here; a provider gives it again on a page of its own. */
function EvidenceOf({ enrolment }: { enrolment: Enrolment }) {
  const me = useMe();
  if (enrolment.evidence.length === 0) return null;
  if (!me?.provider)
    return (
      <>
        <h2 className="govuk-heading-m">Evidence</h2>
        <Evidence enrolment={enrolment} />
      </>
    );
  return (
    <>
      <Table
        caption="Evidence"
        columns={[{ label: "Evidence" }, { label: "Reference" }, { label: "Last day" }, { label: "Now" }]}
        rows={enrolment.evidence.map((asked) => {
          const piece = asked.counts ?? asked.newer;
          return {
            key: asked.id,
            cells: [
              asked.words,
              piece?.reference ?? "None",
              piece?.expires_on ? longDay(piece.expires_on) : "Does not expire",
              <ConditionTag key="condition" asked={asked} />,
            ],
          };
        })}
      />
      <p className="govuk-body">
        <Link to={`/enrolments/${enrolment.id}/evidence`} className="govuk-link">
          {enrolment.may_give_evidence ? "See your evidence, and give it again" : "See your evidence"}
        </Link>
      </p>
    </>
  );
}

export default function EnrolmentPage() {
  const { id = "" } = useParams();
  const me = useMe();
  return (
    <Await query={useQuery(enrolmentQuery(id))}>
      {(enrolment) => (
        <Page
          title={me?.provider ? enrolment.category_name : enrolment.provider_name}
          caption={me?.provider ? enrolment.market_name : `${enrolment.market_name}: ${enrolment.category_name}`}
          back={{ to: "/enrolments", words: me?.provider ? "Your standing" : "Enrolments" }}
        >
          <div className="fl-columns">
            <div>
              <EvidenceWarning enrolment={enrolment} />
              <SummaryList
                rows={[
                  ["Standing", <Tag key="tag" colour={standingColours[enrolment.standing]}>{standingWords[enrolment.standing]}</Tag>],
                  ["Received", <When key="received" at={enrolment.received_at} long />],
                  enrolment.decided_at ? ["Decided", <When key="decided" at={enrolment.decided_at} long />] : null,
                  enrolment.reasons ? ["Reasons", <span key="reasons" className="fl-typed">{enrolment.reasons}</span>] : null,
                ]}
              />
              {me?.provider && enrolment.standing === "admitted" ? (
                <Inset>
                  You are admitted. You are told of every new opportunity in this category by email, and see it on{" "}
                  <Link to="/opportunities" className="govuk-link">
                    the board
                  </Link>{" "}
                  the moment it is advertised.
                </Inset>
              ) : null}
              {enrolment.clarification.length > 0 ? (
                <>
                  <h2 className="govuk-heading-m">Questions and answers</h2>
                  <ol className="fl-timeline">
                    {enrolment.clarification.map((one) => (
                      <li key={one.asked_at} className="govuk-body">
                        <p className="govuk-!-font-weight-bold fl-typed">{one.question}</p>
                        <p className="fl-quiet fl-small">
                          Asked <When at={one.asked_at} />
                        </p>
                        {one.answer && one.answered_at ? (
                          <>
                            <p className="fl-typed govuk-!-margin-top-2">{one.answer}</p>
                            <p className="fl-quiet fl-small">
                              Answered <When at={one.answered_at} />
                            </p>
                          </>
                        ) : (
                          <p className="govuk-!-margin-top-2">Not answered yet</p>
                        )}
                      </li>
                    ))}
                  </ol>
                </>
              ) : null}
              <Questionnaire enrolment={enrolment} />
              <StandingAnswers enrolment={enrolment} />
              {me?.provider ? null : <Readings id={enrolment.id} />}
              <Decide enrolment={enrolment} key={enrolment.standing} />
              <EvidenceOf enrolment={enrolment} />
              <h2 className="govuk-heading-m">Declared</h2>
              <ul className="govuk-list govuk-list--bullet fl-prose">
                {enrolment.declarations.map((one) => (
                  <li key={one.id}>{one.words}</li>
                ))}
              </ul>
              <LettersAbout about={`enrolment:${enrolment.id}`} />
            </div>
            <div className="fl-side fl-side--first">
              <Clock enrolment={enrolment} />
              {me?.provider || !undecided(enrolment) ? null : <SeenToBy id={enrolment.id} />}
              <p className="govuk-body">
                <Link to={`/enrolments/${enrolment.id}/standing`} className="govuk-link">
                  {me?.provider ? "Your standing, and what you can do" : "Standing: stop, suspend, remove"}
                </Link>
              </p>
              <p className="govuk-body">
                <Link to={`/history/enrolment/${enrolment.id}`} className="govuk-link">
                  History of this enrolment
                </Link>
              </p>
              <p className="govuk-body">
                <Link to={`/markets/${enrolment.market_id}`} className="govuk-link">
                  The market’s terms
                </Link>
              </p>
            </div>
          </div>
        </Page>
      )}
    </Await>
  );
}

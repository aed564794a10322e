// What may be done to a standing now: each choice says what it will do before anybody does it.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { standing as standingQuery } from "../../api/queries";
import type { StandingPage } from "../../api/types";
import { announce } from "../../govuk/announce";
import { type FieldErrors, Form, Input, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { Inset } from "../../govuk/show";
import { FORMS, measureWords, type StandingVerb } from "./words";

interface Said {
  verb: StandingVerb;
  words: string;
  evidence: string | null;
  reviewOn: string | null;
  which: string;
  upheld: boolean;
}

function perform(id: string, said: Said, key: string): Promise<StandingPage> {
  const options = { params: { path: { id } }, headers: keyed(key) };
  const { words: reason, evidence, which } = said;
  const review_on = said.reviewOn ?? "";
  switch (said.verb) {
    case "stop_new_work":
      return must(api.POST("/api/enrolments/{id}/no-new-work", { ...options, body: { reason, evidence, review_on } }));
    case "lift_stop":
      return must(api.POST("/api/enrolments/{id}/lift", { ...options, body: { stop_id: which, reason } }));
    case "propose_suspension":
      return must(api.POST("/api/enrolments/{id}/measure", { ...options, body: { kind: "suspension", reason, evidence, review_on } }));
    case "propose_removal":
      return must(api.POST("/api/enrolments/{id}/measure", { ...options, body: { kind: "removal", reason, evidence } }));
    case "stop_urgently":
      return must(api.POST("/api/enrolments/{id}/urgent-stop", { ...options, body: { reason, evidence } }));
    case "confirm":
      return must(
        api.POST("/api/enrolments/{id}/decision", {
          ...options,
          body: { measure_id: which, confirm: true, reason, review_on: said.reviewOn },
        }),
      );
    case "turn_down":
      return must(api.POST("/api/enrolments/{id}/decision", { ...options, body: { measure_id: which, confirm: false, reason } }));
    case "reinstate":
      return must(api.POST("/api/enrolments/{id}/reinstate", { ...options, body: { reason, evidence } }));
    case "review":
      return must(api.POST("/api/enrolments/{id}/review", { ...options, body: { id: which, reason, review_on } }));
    case "answer_appeal":
      return must(
        api.POST("/api/enrolments/{id}/appeal-answer", {
          ...options,
          body: { representation_id: which, upheld: said.upheld, answer: reason },
        }),
      );
    case "represent":
      return must(api.POST("/api/enrolments/{id}/representation", { ...options, body: { kind: "representation", words: reason } }));
    case "appeal":
      return must(api.POST("/api/enrolments/{id}/representation", { ...options, body: { kind: "appeal", words: reason } }));
    default:
      return must(api.POST("/api/enrolments/{id}/withdraw", { ...options, body: { reason } }));
  }
}

/** What the server calls the words of a verb. */
const fieldOf = (verb: StandingVerb): string =>
  verb === "answer_appeal" ? "answer" : verb === "represent" || verb === "appeal" ? "words" : "reason";

/** To which of several a verb may be done. */
function choicesOf(verb: StandingVerb, page: StandingPage): { value: string; words: string }[] {
  switch (verb) {
    case "lift_stop":
      return page.causes.filter((one) => one.cause === "officer").map((one) => ({ value: one.id, words: one.reason }));
    case "confirm":
      return page.proposed.filter((one) => !one.why_not_confirm).map((one) => ({ value: one.id, words: measureWords[one.kind] }));
    case "turn_down":
      return page.proposed.map((one) => ({ value: one.id, words: measureWords[one.kind] }));
    case "review":
      return [
        ...page.causes.filter((one) => one.cause === "officer").map((one) => ({ value: one.id, words: one.reason })),
        ...(page.in_force && page.standing === "suspended" ? [{ value: page.in_force.id, words: "The suspension" }] : []),
      ];
    case "answer_appeal":
      return page.representations
        .filter((one) => one.kind === "appeal" && !one.answered_at)
        .map((one) => ({ value: one.id, words: "The appeal" }));
    default:
      return [];
  }
}

export function Act({ page }: { page: StandingPage }) {
  const cache = useQueryClient();
  const can = page.can.filter((one) => FORMS[one.verb]);
  const [chosen, setChosen] = useState("");
  const [words, setWords] = useState("");
  const [evidence, setEvidence] = useState("");
  const [reviewOn, setReviewOn] = useState("");
  const [picked, setPicked] = useState("");
  const [upheld, setUpheld] = useState("");
  const act = useAct((said: Said, key) => perform(page.id, said, key), {
    onDone: (after, said) => {
      cache.setQueryData(standingQuery(page.id).queryKey, after);
      void cache.invalidateQueries({ queryKey: ["enrolments"] });
      void cache.invalidateQueries({ queryKey: ["tasks"] });
      for (const empty of [setChosen, setWords, setEvidence, setReviewOn, setPicked, setUpheld]) empty("");
      announce(FORMS[said.verb]?.done ?? "Done.");
    },
  });
  if (can.length === 0) return null;
  const possible = can.length === 1 ? can[0] : can.find((one) => one.verb === chosen);
  const verb = possible?.verb;
  const form = verb ? FORMS[verb] : undefined;
  const choices = verb ? choicesOf(verb, page) : [];
  const which = choices.length === 1 ? choices[0]!.value : choices.some((one) => one.value === picked) ? picked : "";
  const confirmed = verb === "confirm" ? page.proposed.find((one) => one.id === which) : undefined;
  const review = !!form?.review && confirmed?.kind !== "removal";
  return (
    <section className="fl-box fl-box--wash" aria-labelledby="act">
      <h2 className="govuk-heading-m" id="act">
        What to do
      </h2>
      <Form
        prefix="standing"
        error={act.error}
        busy={act.isPending}
        onSubmit={(): FieldErrors | void => {
          if (!verb || !form) return { verb: "Choose what to do" };
          if (choices.length > 1 && !which) return { which: "Choose which" };
          if (verb === "answer_appeal" && !upheld) return { upheld: "Choose whether the appeal is upheld" };
          if (!words.trim()) return { [fieldOf(verb)]: form.missing };
          if (review && !reviewOn && !(confirmed?.kind === "suspension")) return { review_on: "Enter when it is to be looked at again" };
          act.mutate({
            verb,
            words: words.trim(),
            evidence: evidence.trim() || null,
            reviewOn: reviewOn || null,
            which,
            upheld: upheld === "yes",
          });
        }}
      >
        {can.length > 1 ? (
          <Radios
            name="verb"
            label="Choose one"
            labelSize="s"
            choices={can.map((one) => ({ value: one.verb, words: FORMS[one.verb]!.choice }))}
            value={chosen}
            onChange={setChosen}
          />
        ) : null}
        {verb && form && possible ? (
          <>
            <div aria-live="polite">
              <Inset>
                <strong>What it will do.</strong> {possible.effect}
              </Inset>
            </div>
            {choices.length > 1 ? (
              <Select name="which" label="Which" labelSize="s" choices={choices} value={which} onChange={setPicked} />
            ) : null}
            {verb === "answer_appeal" ? (
              <Radios
                name="upheld"
                label="The appeal is"
                labelSize="s"
                choices={[
                  { value: "yes", words: "Upheld" },
                  { value: "no", words: "Not upheld" },
                ]}
                value={upheld}
                onChange={setUpheld}
              />
            ) : null}
            <TextArea name={fieldOf(verb)} label={form.label} labelSize="s" hint={form.hint} value={words} onChange={setWords} />
            {form.evidence ? (
              <Input
                name="evidence"
                label="Where the evidence lies (optional)"
                labelSize="s"
                hint="Such as the number of a report. The provider reads it."
                value={evidence}
                onChange={setEvidence}
              />
            ) : null}
            {review ? (
              <Input
                name="review_on"
                type="date"
                width={10}
                label={confirmed?.kind === "suspension" ? "Another review date (optional)" : "Review date"}
                labelSize="s"
                hint="Procurement officers are reminded."
                value={reviewOn}
                onChange={setReviewOn}
              />
            ) : null}
            <Submit busy={act.isPending} kind={form.warning ? "warning" : undefined}>
              {form.submit}
            </Submit>
          </>
        ) : null}
      </Form>
    </section>
  );
}

// Grounds for exclusion: declared or raised, answered, and decided by somebody else.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { standing as standingQuery } from "../../api/queries";
import type { StandingPage } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Form, Input, Radios, Select, Submit, TextArea } from "../../govuk/form";
import { longDay } from "../../govuk/london";
import { Details, Inset, SummaryList, Tag, When } from "../../govuk/show";

type Ground = StandingPage["grounds"][number];
type Kind = Ground["ground"];

function useShown(id: string, words: string) {
  const cache = useQueryClient();
  return (after: StandingPage) => {
    cache.setQueryData(standingQuery(id).queryKey, after);
    announce(words);
  };
}

function Answer({ page, ground }: { page: StandingPage; ground: Ground }) {
  const shown = useShown(page.id, "Your answer is kept.");
  const [words, setWords] = useState(ground.answer ?? "");
  const [cleaning, setCleaning] = useState(ground.self_cleaning ?? "");
  const act = useAct(
    (body: { exclusion_id: string; words: string; self_cleaning: string | null }, key) =>
      must(api.POST("/api/enrolments/{id}/ground-answer", { params: { path: { id: page.id } }, body, headers: keyed(key) })),
    { onDone: shown },
  );
  return (
    <Details summary={ground.answer ? "Change your answer" : "Answer this"}>
      <Form
        prefix={`answer-${ground.id}`}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!words.trim()) return { words: "Enter what you have to say" };
          act.mutate({ exclusion_id: ground.id, words: words.trim(), self_cleaning: cleaning.trim() || null });
        }}
      >
        <TextArea name="words" label="What you have to say" labelSize="s" hint="Name nobody whom you care for." value={words} onChange={setWords} />
        <TextArea
          name="self_cleaning"
          label="What you have done so that it does not happen again (optional)"
          labelSize="s"
          hint="Such as what was paid or put right, who left, what is checked now, and where the evidence of that lies."
          value={cleaning}
          onChange={setCleaning}
        />
        <Submit busy={act.isPending}>Send it</Submit>
      </Form>
    </Details>
  );
}

function Decide({ page, ground }: { page: StandingPage; ground: Ground }) {
  const shown = useShown(page.id, "Decided. The provider is told.");
  const [outcome, setOutcome] = useState("");
  const [reasons, setReasons] = useState("");
  const act = useAct(
    (body: { exclusion_id: string; outcome: "disregarded" | "excluded"; reasons: string }, key) =>
      must(api.POST("/api/enrolments/{id}/ground-decision", { params: { path: { id: page.id } }, body, headers: keyed(key) })),
    { onDone: shown },
  );
  return (
    <Details summary="Decide on this">
      <Form
        prefix={`decide-${ground.id}`}
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (outcome !== "disregarded" && outcome !== "excluded") return { outcome: "Choose what you decide" };
          if (!reasons.trim()) return { reasons: "Enter your reasons" };
          act.mutate({ exclusion_id: ground.id, outcome, reasons: reasons.trim() });
        }}
      >
        <Radios
          name="outcome"
          label="What you decide"
          labelSize="s"
          choices={[
            { value: "disregarded", words: "It does not exclude: it does not apply, or what was done makes it unlikely to happen again" },
            { value: "excluded", words: "It excludes" },
          ]}
          value={outcome}
          onChange={setOutcome}
        />
        <TextArea name="reasons" label="Reasons" labelSize="s" hint="The provider reads them." value={reasons} onChange={setReasons} />
        <Submit busy={act.isPending}>Decide</Submit>
      </Form>
    </Details>
  );
}

function New({ page, own }: { page: StandingPage; own: boolean }) {
  const shown = useShown(page.id, own ? "Declared." : "Raised. The provider is asked to answer.");
  const [kind, setKind] = useState("");
  const [facts, setFacts] = useState("");
  const [on, setOn] = useState("");
  const act = useAct(
    (body: { ground: Kind; facts: string; happened_on: string }, key) => {
      const options = { params: { path: { id: page.id } }, body, headers: keyed(key) };
      return own
        ? must(api.POST("/api/enrolments/{id}/ground-declared", options))
        : must(api.POST("/api/enrolments/{id}/ground", options));
    },
    {
      onDone: (after) => {
        shown(after);
        setKind("");
        setFacts("");
        setOn("");
      },
    },
  );
  const chosen = page.ground_kinds.find((one) => one.ground === kind);
  return (
    <Details summary={own ? "Declare a ground for exclusion" : "Raise a ground for exclusion"}>
      <Form
        prefix="ground"
        error={act.error}
        busy={act.isPending}
        onSubmit={() => {
          if (!chosen) return { ground: "Choose the ground" };
          if (!facts.trim()) return { facts: "Enter what happened" };
          if (!on) return { happened_on: "Enter the day of the conviction or of the event" };
          act.mutate({ ground: chosen.ground, facts: facts.trim(), happened_on: on });
        }}
      >
        <Select
          name="ground"
          label="Ground"
          labelSize="s"
          choices={page.ground_kinds.map((one) => ({ value: one.ground, words: one.words }))}
          value={kind}
          onChange={setKind}
        />
        {chosen ? <p className="govuk-hint">{chosen.law}</p> : null}
        <TextArea name="facts" label="What happened" labelSize="s" hint="Name nobody who needs care." value={facts} onChange={setFacts} />
        <Input name="happened_on" type="date" width={10} label="Day of the conviction or of the event" labelSize="s" value={on} onChange={setOn} />
        <Submit busy={act.isPending}>{own ? "Declare it" : "Raise it"}</Submit>
      </Form>
    </Details>
  );
}

export function Grounds({ page, own }: { page: StandingPage; own: boolean }) {
  return (
    <section aria-labelledby="grounds">
      <h2 className="govuk-heading-m" id="grounds">
        Grounds for exclusion
      </h2>
      {page.grounds.length === 0 ? <p className="govuk-body">None is declared or raised.</p> : null}
      {page.grounds.map((ground) => (
        <section key={ground.id} className="fl-box">
          <h3 className="govuk-heading-s">
            {ground.words}{" "}
            {ground.outcome === "excluded" ? (
              <Tag colour="red">Excludes</Tag>
            ) : ground.outcome === "disregarded" ? (
              <Tag colour="green">Does not exclude</Tag>
            ) : (
              <Tag colour="yellow">Not decided</Tag>
            )}
          </h3>
          <SummaryList
            tight
            rows={[
              ["What happened", <span key="facts" className="fl-typed">{ground.facts}</span>],
              ["When", longDay(ground.happened_on)],
              ["Law", ground.law],
              ground.counts_until ? ["Counts until", longDay(ground.counts_until)] : null,
              [ground.own ? "Declared" : "Raised", <When key="raised" at={ground.raised_at} />],
              ground.answer ? ["Answer", <span key="answer" className="fl-typed">{ground.answer}</span>] : null,
              ground.self_cleaning ? ["What was done", <span key="done" className="fl-typed">{ground.self_cleaning}</span>] : null,
              ground.reasons ? ["Reasons", <span key="reasons" className="fl-typed">{ground.reasons}</span>] : null,
            ]}
          />
          {ground.may_answer ? <Answer page={page} ground={ground} /> : null}
          {ground.may_decide ? <Decide page={page} ground={ground} /> : null}
        </section>
      ))}
      {page.ground_kinds.length > 0 ? <New page={page} own={own} /> : null}
      {page.matches.length > 0 ? (
        <>
          <h3 className="govuk-heading-s">Perhaps on the debarment list</h3>
          <Inset>Nothing was changed because of this. Compare the two, then close the task with what you found.</Inset>
          {page.matches.map((match) => (
            <SummaryList
              key={`${match.name} ${match.found_at}`}
              rows={[
                ["Name on the list", match.name],
                ["Found by", match.matched_by === "identifier" ? "Its company number" : "Its name"],
                match.companies_house_number ? ["Company number", match.companies_house_number] : null,
                ["Ground", `${match.ground} (${match.mandatory ? "must exclude" : "may exclude"})`],
                ["Since", longDay(match.debarred_on)],
                match.ends_on ? ["Until", longDay(match.ends_on)] : null,
                ["Outcome", match.outcome ? <span key="outcome" className="fl-typed">{match.outcome}</span> : <Tag key="outcome" colour="yellow">To look at</Tag>],
              ]}
            />
          ))}
        </>
      ) : null}
    </section>
  );
}

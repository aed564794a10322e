// One section of a request to join: each answer is saved as it is written, and a question appears with the answer that it
// depends on.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, keyed, must, Refused } from "../../api/client";
import type { ApplicationField, ApplicationPage, ApplicationSection, Document, Problem } from "../../api/types";
import { FileInput } from "../../govuk/file";
import { Button, Checkboxes, Form, Input, Radios, Submit, TextArea } from "../../govuk/form";
import { plain } from "../../govuk/money";
import { Await, NotFound, Page } from "../../govuk/page";
import { Details, Inset, When } from "../../govuk/show";
import { Descriptors } from "../../govuk/terms";
import { wordsLeft } from "../../govuk/counting";
import { asked } from "./applies";
import "./applications.scss";
import { application } from "../../api/joining";
import { FieldSaver, type SaveState, type Value } from "./saving";
import { answerWords, asksWords, documentOf, evidenceOf, givenFor, placeOf } from "./words";

const CRITERION_MAX = 4_000;
const NO_EVIDENCE = { reference: "", expires_on: null, document_id: null };

/** What stands in a field: what was typed here, or what is saved, or what the passport says. */
const valueOf = (field: ApplicationField, typed: Record<string, Value>): Value =>
  typed[field.field] ?? { answer: field.answer || (field.passport ?? ""), evidence: evidenceOf(field) };

/** The fields of a section that are asked, as the answers stand on this page. */
function shown(page: ApplicationPage, section: ApplicationSection, typed: Record<string, Value>): ApplicationField[] {
  const fields = page.sections.flatMap((one) => one.fields);
  const questions = fields.flatMap(({ asks }) => (asks.kind === "question" ? [asks.question] : []));
  const answerTo = (id: string) => {
    const field = fields.find((one) => one.field === `questions.${id}`);
    return field && valueOf(field, typed).answer;
  };
  const now = asked(questions, answerTo);
  return section.fields.filter(({ asks, field }) => {
    if (asks.kind === "question") return now.has(asks.question.id);
    // Evidence of a question's own is wanted with it.
    const own = questions.find((one) => one.evidence?.words && `evidence.${one.evidence.id}` === field);
    return !own || now.has(own.id);
  });
}

function State({ field, state }: { field: ApplicationField; state: SaveState | undefined }) {
  if (!state) {
    return field.answered_at ? (
      <p className="govuk-body fl-small fl-quiet fl-field__state">
        Last written{field.answered_by ? ` by ${field.answered_by}` : ""} <When at={field.answered_at} />
      </p>
    ) : null;
  }
  const words = {
    waiting: "Saving…",
    saved: "Saved",
    offline: "Not saved yet: we cannot reach Fairlot. Keep this page open.",
    conflict: "Not saved: a colleague wrote this meanwhile.",
    refused: state.state === "refused" ? `Not saved: ${state.words}` : "",
  }[state.state];
  return <p className="govuk-body fl-small fl-quiet fl-field__state">{words}</p>;
}

/** Two wrote at once: both are shown, and whoever is here chooses. */
function Conflict({ field, keep, take }: { field: ApplicationField; keep: () => void; take: () => void }) {
  return (
    <Inset className="fl-not-yet">
      <div role="alert">
        <p className="govuk-body govuk-!-font-weight-bold">{field.answered_by ?? "A colleague"} wrote this meanwhile:</p>
        <p className="govuk-body fl-typed">{answerWords(field) || "Nothing"}</p>
      </div>
      <div className="fl-button-row">
        <Button kind="secondary" onClick={keep}>
          Keep what I wrote<span className="govuk-visually-hidden">: {asksWords(field)}</span>
        </Button>
        <Button kind="secondary" onClick={take}>
          Take what {field.answered_by ?? "they"} wrote<span className="govuk-visually-hidden">: {asksWords(field)}</span>
        </Button>
      </div>
    </Inset>
  );
}

function Evidence({ field, value, change, known, document, busy }: {
  field: ApplicationField;
  value: Value;
  change: (value: Value, document?: Document | null) => void;
  known: Document | null;
  document: Document | null | undefined;
  busy: (busy: boolean) => void;
}) {
  const evidence = { ...NO_EVIDENCE, ...value.evidence };
  const asks = field.asks.kind === "evidence" ? field.asks : null;
  const set = (part: Partial<typeof evidence>, file?: Document | null) =>
    change({ answer: "", evidence: { ...evidence, ...part } }, file);
  return (
    <fieldset className="govuk-fieldset">
      <legend className="govuk-fieldset__legend govuk-fieldset__legend--s">{asks?.words}</legend>
      {givenFor(field) ? (
        <p className="govuk-hint">You gave this for {givenFor(field)}. The same is sent here, unless you change it.</p>
      ) : null}
      <Input
        name={field.field}
        label="Reference or number"
        value={evidence.reference}
        onChange={(reference) => set({ reference })}
      />
      <Input
        name={`${field.field}.expires_on`}
        type="date"
        width={10}
        label={asks?.expires ? "Ends on" : "Expires on (if it does)"}
        value={evidence.expires_on ?? ""}
        onChange={(day) => set({ expires_on: day || null })}
      />
      <FileInput
        id={`${field.field}.document_id`.replace(/[^A-Za-z0-9_]+/g, "-")}
        value={document === undefined ? known : document}
        onChange={(file) => set({ document_id: file?.id ?? null }, file)}
        onBusy={busy}
      />
    </fieldset>
  );
}

function Question({ field, value, change }: { field: ApplicationField; value: string; change: (answer: string) => void }) {
  if (field.asks.kind === "criterion") {
    const { criterion } = field.asks;
    return (
      <>
        <TextArea
          name={field.field}
          label={criterion.name}
          labelSize="s"
          hint={`${criterion.question} (weight ${plain(criterion.weight)}${criterion.mark_min ? `, at least ${plain(criterion.mark_min)} of ${plain(criterion.mark_max)}` : ""})`}
          rows={8}
          limit={CRITERION_MAX}
          value={value}
          onChange={change}
        />
        <Details summary="What each mark means">
          <Descriptors descriptors={criterion.descriptors} />
        </Details>
      </>
    );
  }
  if (field.asks.kind !== "question") return null;
  const { words, guidance, asks, scored } = field.asks.question;
  const own = { name: field.field, label: words, labelSize: "s" as const };
  switch (asks.kind) {
    case "yes_no":
      return (
        <Radios {...own} hint={guidance} inline choices={[{ value: "yes", words: "Yes" }, { value: "no", words: "No" }]} value={value} onChange={change} />
      );
    case "choice":
      return (
        <Radios {...own} hint={guidance} choices={asks.options.map((option) => ({ value: option.id, words: option.words }))} value={value} onChange={change} />
      );
    case "number":
      return <Input {...own} hint={guidance} numeric width={5} value={value} onChange={change} />;
    case "date":
      return <Input {...own} hint={guidance} type="date" width={10} value={value} onChange={change} />;
    case "text":
      return (
        <>
          <TextArea
            {...own}
            hint={
              <>
                {guidance} Up to {asks.words_max} words.
                {scored ? ` This answer is marked, 0 to ${plain(scored.mark_max)}${scored.mark_min ? `; at least ${plain(scored.mark_min)} is needed` : ""}.` : ""}
              </>
            }
            rows={8}
            value={value}
            onChange={change}
          />
          <p className="govuk-body fl-small fl-quiet fl-field__state">{wordsLeft(value, asks.words_max)}</p>
        </>
      );
  }
}

function FromPassport({ field, value }: { field: ApplicationField; value: string }) {
  if (!field.passport) return null;
  return (
    <p className="govuk-body fl-small fl-quiet fl-field__state">
      {value === field.passport
        ? "This is what your passport says. If you change it here, only this request changes. "
        : "Your passport says something else. "}
      <Link to="/passport" className="govuk-link">
        See your passport
      </Link>
    </p>
  );
}

function Section({ page, section }: { page: ApplicationPage; section: ApplicationSection }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const query = application(page.category_id);
  const [typed, setTyped] = useState<Record<string, Value>>({});
  const [states, setStates] = useState<Record<string, SaveState>>({});
  const [files, setFiles] = useState<Record<string, Document | null>>({});
  const [wrong, setWrong] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const sending = useRef(0);
  const savers = useRef(new Map<string, FieldSaver>());
  const here = `/markets/${page.market_id}/join/${page.category_id}`;
  const at = page.sections.indexOf(section);
  const next = page.sections[at + 1];
  const writes = page.may_write && !page.closed;

  useEffect(() => {
    const all = savers.current;
    // Leaving the page saves at once, and what is shown elsewhere is read anew.
    return () => {
      void Promise.all([...all.values()].map((one) => one.flush())).then(() => cache.invalidateQueries({ queryKey: query.queryKey }));
    };
    // One page, one life: the key of this section's element is its id.
  }, []);

  function saver(field: ApplicationField): FieldSaver {
    let found = savers.current.get(field.field);
    if (!found) {
      const put = async (revision: number, value: Value) =>
        (
          await must(
            api.PUT("/api/categories/{id}/application", {
              params: { path: { id: page.category_id } },
              body: { field: field.field, revision, answer: value.evidence ? "" : value.answer, evidence: value.evidence },
              headers: keyed(crypto.randomUUID()),
            }),
          )
        ).revision;
      found = new FieldSaver(field.revision, put, (state) => {
        setStates((before) => ({ ...before, [field.field]: state }));
        // What the colleague wrote is read, so that both can be seen.
        if (state.state === "conflict") void cache.invalidateQueries({ queryKey: query.queryKey });
      });
      savers.current.set(field.field, found);
    }
    return found;
  }

  function change(field: ApplicationField, value: Value): void {
    setTyped((before) => ({ ...before, [field.field]: value }));
    setWrong(null);
    saver(field).type(value);
  }

  async function onwards(): Promise<void> {
    setBusy(true);
    const after = await Promise.all([...savers.current.values()].map((one) => one.flush()));
    const fresh = await cache.fetchQuery({ ...query, staleTime: 0 }).catch(() => null);
    setBusy(false);
    const own = fresh?.sections.find(({ id }) => id === section.id);
    const problems = (own?.fields ?? []).flatMap((field) =>
      field.applies ? field.wrong.map((fault) => ({ field: placeOf(fault.field), detail: fault.detail })) : [],
    );
    const unsaved = after.some(({ state }) => state !== "saved");
    if (!own || unsaved || problems.length > 0) {
      const said = problems.find(({ field }) => field === "declarations");
      const rest = problems.filter(({ field }) => field !== "declarations");
      const all = said
        ? [{ field: "declarations", detail: "Every declaration is needed to join. If one is not true of you, write to the council first." }, ...rest]
        : rest;
      const detail = unsaved || !own ? "Not everything on this page is saved yet. See the answers below, then try again." : "Some answers are missing.";
      const problem: Problem = { type: "about:blank", title: "", status: 422, code: "answer_missing", detail, field: null, problems: unsaved ? [] : all };
      return setWrong(new Refused(problem));
    }
    void navigate(next ? `${here}/${next.id}` : here);
  }

  const fields = shown(page, section, typed);
  const declared = fields.filter(({ asks }) => asks.kind === "declaration");
  return (
    <Page
      title={section.title}
      caption={`${page.market_name}: ${page.category_name}`}
      back={{ to: here, words: "Your request" }}
      authority={{ name: page.authority_name, colour: page.authority_colour }}
    >
      <div className="fl-prose">
        {section.guidance && declared.length === 0 ? <p className="govuk-body">{section.guidance}</p> : null}
        {page.closed ? <Inset className="fl-not-yet">{page.closed}</Inset> : null}
        <Form
          error={wrong}
          busy={busy}
          onSubmit={() => {
            if (sending.current > 0) return { documents: "Wait until every document is sent, or stop sending it" };
            void onwards();
          }}
        >
          <fieldset disabled={!writes} className="govuk-fieldset">
            <legend className="govuk-visually-hidden">{section.title}</legend>
            {declared.length > 0 ? (
              <div className="fl-field">
                <Checkboxes
                  name="declarations"
                  label="Your declarations"
                  hint={section.guidance}
                  choices={declared.map((field) => ({ value: field.field, words: asksWords(field) }))}
                  values={declared.filter((field) => valueOf(field, typed).answer === "yes").map(({ field }) => field)}
                  onChange={(values) => {
                    for (const field of declared) {
                      const answer = values.includes(field.field) ? "yes" : "";
                      if (valueOf(field, typed).answer !== answer) change(field, { answer, evidence: null });
                    }
                  }}
                />
                {declared.map((field) =>
                  states[field.field]?.state === "conflict" ? (
                    <Conflict
                      key={field.field}
                      field={field}
                      keep={() => void saver(field).keep(field.revision)}
                      take={() => taken(field)}
                    />
                  ) : null,
                )}
              </div>
            ) : null}
            {fields.map((field) => {
              if (field.asks.kind === "declaration") return null;
              const value = valueOf(field, typed);
              return (
                <div className="fl-field" key={field.field}>
                  {field.asks.kind === "evidence" ? (
                    <Evidence
                      field={field}
                      value={value}
                      known={documentOf(field)}
                      document={files[field.field]}
                      busy={(is) => (sending.current += is ? 1 : -1)}
                      change={(after, file) => {
                        if (file !== undefined) setFiles((before) => ({ ...before, [field.field]: file }));
                        change(field, after);
                      }}
                    />
                  ) : (
                    <Question field={field} value={value.answer} change={(answer) => change(field, { answer, evidence: null })} />
                  )}
                  <FromPassport field={field} value={value.answer} />
                  <State field={field} state={states[field.field]} />
                  {states[field.field]?.state === "conflict" ? (
                    <Conflict field={field} keep={() => void saver(field).keep(field.revision)} take={() => taken(field)} />
                  ) : null}
                </div>
              );
            })}
          </fieldset>
          <div className="fl-button-row">
            {writes ? <Submit busy={busy}>Save and continue</Submit> : null}
            <Link to={here} className="govuk-link">
              {writes ? "Come back later" : "Your request"}
            </Link>
          </div>
        </Form>
      </div>
    </Page>
  );

  function taken(field: ApplicationField): void {
    saver(field).take(field.revision);
    const without = <T,>(all: Record<string, T>) => Object.fromEntries(Object.entries(all).filter(([name]) => name !== field.field));
    setFiles(without);
    setTyped(without);
  }
}

export default function SectionPage() {
  const { category = "", section = "" } = useParams();
  return (
    <Await query={useQuery(application(category))}>
      {(page) => {
        const found = page.sections.find(({ id }) => id === section);
        return found ? <Section key={found.id} page={page} section={found} /> : <NotFound />;
      }}
    </Await>
  );
}

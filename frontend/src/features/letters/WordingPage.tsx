// One kind of letter of a market: its words, and beside them the letter as it will be read.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { useAct } from "../../api/act";
import { api, keyed, must } from "../../api/client";
import { wordings } from "../../api/queries";
import type { LetterWording, MarketLetters, OwnWording } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button, Form, Input, Submit, TextArea } from "../../govuk/form";
import { Await, NotFound, Page } from "../../govuk/page";
import { Details, Inset, Table, When } from "../../govuk/show";
import { capital } from "../../words";

const SUBJECT_MAX = 150;
const PART_MAX = 2000;
/** How long after the last key the preview follows, in milliseconds */
const PAUSE = 400;

function usePaused<T>(value: T): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}

/** The letter on fictitious facts, as text and as HTML */
function Preview({ market, letter, words }: { market: string; letter: LetterWording; words: OwnWording | null }) {
  const paused = usePaused(words);
  const query = useQuery({
    queryKey: ["preview", market, letter.kind, letter.version, paused],
    placeholderData: keepPreviousData,
    gcTime: 0,
    queryFn: () =>
      must(api.POST("/api/markets/{id}/letters/preview", { params: { path: { id: market } }, body: { kind: letter.kind, words: paused } })),
  });
  const faults = query.error ? [query.error.message] : (query.data?.problems.map((one) => one.detail) ?? []);
  const written = query.data?.letter;
  return (
    <section aria-labelledby="preview">
      <h2 className="govuk-heading-m" id="preview">
        As it will be read
      </h2>
      <p className="govuk-body">The organisations, references and figures here are invented.</p>
      <div role="status">
        {faults.length > 0 ? (
          <Inset>
            <p className="govuk-body govuk-!-font-weight-bold govuk-!-margin-bottom-1">It cannot be worded so yet</p>
            <ul className="govuk-list govuk-list--bullet govuk-!-margin-bottom-0">
              {[...new Set(faults)].map((fault) => (
                <li key={fault}>{fault}</li>
              ))}
            </ul>
          </Inset>
        ) : null}
      </div>
      {written && faults.length === 0 ? (
        <>
          <p className="govuk-body">
            Subject: <strong>{written.subject}</strong>
          </p>
          <div className="fl-halves">
            <div>
              <h3 className="govuk-heading-s">As most people see it (HTML)</h3>
              {/* Nothing in a letter may run here, or lead away from here. */}
              <iframe className="fl-letter" title="The letter as HTML" sandbox="" srcDoc={written.html} />
            </div>
            <div>
              <h3 className="govuk-heading-s">As plain text</h3>
              <pre className="fl-letter fl-letter--text">{written.text}</pre>
            </div>
          </div>
        </>
      ) : null}
    </section>
  );
}

function Placeholders({ letter }: { letter: LetterWording }) {
  return (
    <Table
      caption="What is filled in for each letter"
      captionSize="s"
      columns={[{ label: "Write" }, { label: "For" }]}
      rows={letter.placeholders.map((one) => ({
        key: one.written,
        cells: [<code key="written">{one.written}</code>, one.wanted ? `${one.means} (must be there)` : one.means],
      }))}
    />
  );
}

function Versions({ letter, use }: { letter: LetterWording; use?: (words: OwnWording) => void }) {
  if (letter.versions.length === 0) return null;
  return (
    <Details summary="Who worded it when">
      <ol className="fl-timeline">
        {letter.versions.map((one) => (
          <li key={one.version} className="govuk-body">
            <p className="govuk-!-font-weight-bold">
              Version {one.version}: {one.words ? one.words.subject : "the standard wording"}
            </p>
            <p className="fl-quiet fl-small">
              {one.written_by}, <When at={one.written_at} />
            </p>
            {use && one.words && one.version !== letter.version ? (
              <Button kind="secondary" onClick={() => use(one.words!)}>
                Begin with these words
              </Button>
            ) : null}
          </li>
        ))}
      </ol>
    </Details>
  );
}

function Editor({ market, letter }: { market: MarketLetters; letter: LetterWording }) {
  const cache = useQueryClient();
  const id = market.market_id;
  const now = letter.own ?? letter.standard;
  const [words, setWords] = useState(now);
  const set = (part: keyof OwnWording) => (text: string) => setWords((before) => ({ ...before, [part]: text }));
  const kept = (after: MarketLetters) => cache.setQueryData(wordings(id).queryKey, after);
  const save = useAct(
    (body: OwnWording & { kind: LetterWording["kind"]; after_version: number }, key) =>
      must(api.POST("/api/markets/{id}/letters", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (after) => {
        kept(after);
        announce("Saved. Letters that are written from now on say it so.");
      },
    },
  );
  const restore = useAct(
    (body: { kind: LetterWording["kind"]; after_version: number }, key) =>
      must(api.POST("/api/markets/{id}/letters/restore", { params: { path: { id } }, body, headers: keyed(key) })),
    {
      onDone: (after) => {
        kept(after);
        setWords(letter.standard);
        announce("The standard wording is back.");
      },
    },
  );
  const changed = JSON.stringify(words) !== JSON.stringify(now);
  return (
    <>
      {market.can_change ? (
        <div className="fl-columns">
          <Form
            error={save.error ?? restore.error}
            busy={save.isPending}
            onSubmit={() => {
              const wrong = {
                subject: words.subject.trim() ? undefined : "Enter a subject",
                opening: words.opening.trim() ? undefined : "Enter what stands before the facts",
              };
              if (wrong.subject || wrong.opening) return wrong;
              save.mutate({ kind: letter.kind, ...words, after_version: letter.version });
            }}
          >
            <Input name="subject" label="Subject" labelSize="s" value={words.subject} onChange={set("subject")} />
            <TextArea
              name="opening"
              label="What happened, and what it means for the reader"
              labelSize="s"
              hint="Before the facts. Plain text; leave an empty line between paragraphs."
              rows={7}
              limit={PART_MAX}
              value={words.opening}
              onChange={set("opening")}
            />
            <TextArea
              name="closing"
              label="What to do next, and by when"
              labelSize="s"
              hint="After the facts. It may be empty."
              rows={5}
              limit={PART_MAX}
              value={words.closing}
              onChange={set("closing")}
            />
            {words.subject.length > SUBJECT_MAX ? (
              <p className="govuk-error-message">The subject may have {SUBJECT_MAX} characters.</p>
            ) : null}
            <div className="govuk-button-group">
              <Submit busy={save.isPending}>Save this wording</Submit>
              {letter.own ? (
                <Button
                  kind="secondary"
                  aria-disabled={restore.isPending || undefined}
                  onClick={() => {
                    if (!restore.isPending) restore.mutate({ kind: letter.kind, after_version: letter.version });
                  }}
                >
                  Restore the standard wording
                </Button>
              ) : null}
            </div>
          </Form>
          <div>
            <Placeholders letter={letter} />
            <p className="govuk-body fl-small">
              No name, telephone number or address, and no link but {"{link}"}: letters are forwarded. The market’s definition says whom to
              ask.
            </p>
            <Versions letter={letter} use={setWords} />
          </div>
        </div>
      ) : (
        <Versions letter={letter} />
      )}
      <Preview market={id} letter={letter} words={market.can_change && changed ? words : null} />
    </>
  );
}

export default function WordingPage() {
  const { id = "", kind = "" } = useParams();
  return (
    <Await query={useQuery(wordings(id))}>
      {(market) => {
        const letter = market.letters.find((one) => one.kind === kind);
        if (!letter) return <NotFound />;
        return (
          <Page
            title={letter.what}
            caption={`${market.market_name}: letters`}
            back={{ to: `/markets/${id}/letters`, words: "What letters say" }}
          >
            <p className="govuk-body">
              To {letter.reader}, when {letter.when}. {capital(letter.own ? `your own words, version ${letter.version}.` : "the standard wording.")}
            </p>
            <Editor market={market} letter={letter} key={letter.kind} />
          </Page>
        );
      }}
    </Await>
  );
}

// A file that is sent as soon as it is chosen, with how far it has come and what became of it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Unreachable } from "../api/client";
import { documents } from "../api/queries";
import type { Document } from "../api/types";
import { DOCUMENT_BYTES_MAX, upload, whatItIs } from "../api/upload";
import { announce } from "./announce";
import { Button } from "./form";
import "./file.scss";

/** Where the connection was lost, a file is sent again after so many milliseconds; at once when it is back. */
const AGAIN = 5_000;

type Sending = { name: string; share: number; lost: boolean };

/** Until the connection may be back, or nobody waits any more */
function untilOnline(stop: AbortSignal): Promise<void> {
  return new Promise((go) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      stop.removeEventListener("abort", done);
      go();
    };
    const timer = setTimeout(done, AGAIN);
    window.addEventListener("online", done);
    stop.addEventListener("abort", done);
  });
}

export function FileInput({
  id,
  label = "The document (if you have one)",
  hint = "A PDF, a Word document, an Excel workbook or a picture, of 10 MB at most. A photograph will do if it can be read.",
  without = [],
  value,
  onChange,
  onBusy,
}: {
  id: string;
  label?: ReactNode;
  hint?: ReactNode;
  /** Those that were chosen already */
  without?: Document[];
  value: Document | null;
  onChange: (document: Document | null) => void;
  onBusy: (busy: boolean) => void;
}) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [wrong, setWrong] = useState("");
  const stop = useRef<AbortController>(null);
  const before = (useQuery(documents).data ?? []).filter((one) => !without.some((other) => other.id === one.id));
  const cache = useQueryClient();
  useEffect(() => () => stop.current?.abort(), []);

  function fail(words: string) {
    setWrong(words);
    announce(`Error: ${words}`);
  }

  async function send(file: File) {
    setWrong("");
    if (file.size === 0) return fail("The file is empty. Choose another.");
    if (file.size > DOCUMENT_BYTES_MAX) return fail("A document may have 10 MB at most. Choose a smaller one.");
    const own = new AbortController();
    stop.current = own;
    // One key, however often it is sent: it arrives once.
    const key = crypto.randomUUID();
    setSending({ name: file.name, share: 0, lost: false });
    onBusy(true);
    announce(`Sending ${file.name}.`);
    let lost = false;
    try {
      for (;;) {
        try {
          const sent = await upload(file, key, (share) => setSending({ name: file.name, share, lost: false }), own.signal);
          onChange(sent);
          void cache.invalidateQueries({ queryKey: documents.queryKey });
          announce(`${sent.name} is sent.`);
          break;
        } catch (error) {
          if (!(error instanceof Unreachable)) throw error;
          if (!lost) announce(`We cannot reach Fairlot. ${file.name} is sent by itself when the connection is back.`);
          lost = true;
          setSending({ name: file.name, share: 0, lost });
          await untilOnline(own.signal);
          if (own.signal.aborted) break;
        }
      }
    } catch (error) {
      if (!own.signal.aborted) fail(error instanceof Error ? error.message : "The document could not be sent.");
    } finally {
      setSending(null);
      onBusy(false);
    }
  }

  const percent = sending ? Math.round(sending.share * 100) : 0;
  const state = sending?.lost
    ? `We cannot reach Fairlot. ${sending.name} is not sent yet: it is sent by itself when the connection is back, as long as this page is open.`
    : sending
      ? percent < 100
        ? `Sending ${sending.name}: ${percent} %`
        : `Checking ${sending.name}…`
      : "";
  return (
    <div className={`govuk-form-group${wrong ? " govuk-form-group--error" : ""}`}>
      <label className="govuk-label" htmlFor={id}>
        {label}
      </label>
      <div id={`${id}-hint`} className="govuk-hint">
        {hint}
      </div>
      {wrong ? (
        <p id={`${id}-error`} className="govuk-error-message">
          <span className="govuk-visually-hidden">Error: </span>
          {wrong}
        </p>
      ) : null}
      {value ? (
        <div className="fl-file">
          <p className="govuk-body fl-typed govuk-!-margin-bottom-2">
            <strong>{value.name}</strong> ({whatItIs(value)}) is ready.
          </p>
          <Button id={id} kind="secondary" className="govuk-!-margin-bottom-0" onClick={() => onChange(null)}>
            Choose another document
          </Button>
        </div>
      ) : sending ? (
        <div className="fl-file">
          <p className="govuk-body fl-typed govuk-!-margin-bottom-2" id={`${id}-state`}>
            {state}
          </p>
          {sending.lost ? null : <progress className="fl-file__bar" max={100} value={percent} aria-labelledby={`${id}-state`} />}
          <Button id={id} kind="secondary" className="govuk-!-margin-bottom-0" onClick={() => stop.current?.abort()}>
            Stop sending
          </Button>
        </div>
      ) : (
        <>
          <input
            id={id}
            type="file"
            className={`fl-file__input${wrong ? " fl-file__input--error" : ""}`}
            accept=".pdf,.docx,.xlsx,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"
            aria-describedby={[`${id}-hint`, wrong ? `${id}-error` : null].filter(Boolean).join(" ")}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) void send(file);
            }}
          />
          {before.length > 0 ? (
            <>
              <label className="govuk-label govuk-!-margin-top-3" htmlFor={`${id}-before`}>
                Or one that you sent before
              </label>
              <select
                id={`${id}-before`}
                className="govuk-select fl-file__before"
                value=""
                onChange={(event) => onChange(before.find((one) => one.id === event.target.value) ?? null)}
              >
                <option value="">Choose one</option>
                {before.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} ({whatItIs(one)})
                  </option>
                ))}
              </select>
            </>
          ) : null}
        </>
      )}
    </div>
  );
}

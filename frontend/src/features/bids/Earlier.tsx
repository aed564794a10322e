// The provider's own library: what it answered before, to begin with and change.
import { useId, useState } from "react";
import type { EarlierAnswer } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Button } from "../../govuk/form";
import { longTime } from "../../govuk/london";
import { Inset } from "../../govuk/show";

const SHOWN_MAX = 8;

/** Those for the same criterion first; then those for others, newest first. */
export function fitting(answers: EarlierAnswer[], criterion: { id: string; name: string }, search: string): EarlierAnswer[] {
  const wanted = search.trim().toLowerCase();
  const found = answers.filter(
    (one) => !wanted || [one.answer, one.criterion, one.reference].some((text) => text.toLowerCase().includes(wanted)),
  );
  const same = (one: EarlierAnswer) => one.criterion_id === criterion.id || one.criterion === criterion.name;
  return [...found.filter(same), ...found.filter((one) => !same(one))];
}

export function EarlierAnswers({
  answers,
  criterion,
  current,
  field,
  choose,
}: {
  answers: EarlierAnswer[];
  criterion: { id: string; name: string };
  current: string;
  /** The id of the box that the answer goes into */
  field: string;
  choose: (answer: string) => void;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const [wanted, setWanted] = useState<EarlierAnswer | null>(null);
  if (answers.length === 0) return null;
  const found = fitting(answers, criterion, search);

  function take(one: EarlierAnswer): void {
    choose(one.answer);
    setWanted(null);
    setOpen(false);
    announce("Your earlier answer is in the box. Change what differs.");
    document.getElementById(field)?.focus();
  }

  return (
    <div className="govuk-!-margin-bottom-4">
      <div>
        <button type="button" className="govuk-button govuk-button--secondary govuk-!-margin-bottom-2" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          Use an earlier answer<span className="govuk-visually-hidden"> for {criterion.name}</span>
        </button>
      </div>
      <div id={id} hidden={!open} className="fl-box">
        <div className="govuk-form-group">
          <label className="govuk-label" htmlFor={`${id}-search`}>
            Search your earlier answers
          </label>
          <input
            id={`${id}-search`}
            type="search"
            className="govuk-input"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") event.preventDefault();
            }}
            autoComplete="off"
          />
        </div>
        {found.length === 0 ? <p className="govuk-body">None of your earlier answers holds these words.</p> : null}
        <ul className="govuk-list">
          {found.slice(0, SHOWN_MAX).map((one) => (
            <li key={`${one.reference} ${one.criterion_id} ${one.submitted_at}`} className="govuk-!-margin-bottom-4">
              <p className="govuk-body govuk-!-margin-bottom-1">
                <strong>{one.criterion}</strong>{" "}
                <span className="fl-quiet">
                  {one.reference}, {longTime(one.submitted_at)}
                </span>
              </p>
              <p className="govuk-body fl-typed govuk-!-margin-bottom-1">{one.answer}</p>
              {wanted === one ? (
                <Inset className="fl-not-yet">
                  <p className="govuk-body">Replace what you have typed with this?</p>
                  <div className="fl-button-row">
                    <Button onClick={() => take(one)}>Replace it</Button>
                    <Button kind="secondary" onClick={() => setWanted(null)}>
                      Keep what I typed
                    </Button>
                  </div>
                </Inset>
              ) : (
                <button
                  type="button"
                  className="fl-plain-button"
                  onClick={() => (current.trim() && current.trim() !== one.answer.trim() ? setWanted(one) : take(one))}
                >
                  Use this answer<span className="govuk-visually-hidden"> from {one.reference}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
        {found.length > SHOWN_MAX ? (
          <p className="govuk-body fl-quiet">{found.length - SHOWN_MAX} more: search to find them.</p>
        ) : null}
      </div>
    </div>
  );
}

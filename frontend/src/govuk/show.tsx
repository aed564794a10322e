// What shows something and takes nothing.
import { type ReactNode, useId, useMemo, useState } from "react";
import { useByClock } from "../api/clock";
import { countdown, exactTime, longTime, relative, shortTime } from "./london";

export type TagColour = "grey" | "green" | "teal" | "purple" | "magenta" | "red" | "orange" | "yellow";

export function Tag({ colour, children }: { colour?: TagColour; children: ReactNode }) {
  return <strong className={`govuk-tag${colour ? ` govuk-tag--${colour}` : ""}`}>{children}</strong>;
}

export function Inset({ className = "", children }: { className?: string; children: ReactNode }) {
  return <div className={`govuk-inset-text ${className}`}>{children}</div>;
}

export function Warning({ children }: { children: ReactNode }) {
  return (
    <div className="govuk-warning-text">
      <span className="govuk-warning-text__icon" aria-hidden="true">
        !
      </span>
      <strong className="govuk-warning-text__text">
        <span className="govuk-visually-hidden">Warning </span>
        {children}
      </strong>
    </div>
  );
}

/** `flush` for one that stands in a cell and brings no room of its own */
export function Details({ summary, flush = false, children }: { summary: ReactNode; flush?: boolean; children: ReactNode }) {
  return (
    <details className={`govuk-details${flush ? " govuk-!-margin-bottom-0" : ""}`}>
      <summary className="govuk-details__summary">
        <span className="govuk-details__summary-text">{summary}</span>
      </summary>
      <div className="govuk-details__text">{children}</div>
    </details>
  );
}

/** A success that stays on the page after an act. It is told, and takes the focus from nobody. */
export function Done({ title, children }: { title: string; children?: ReactNode }) {
  const id = useId();
  return (
    <section className="govuk-notification-banner govuk-notification-banner--success" aria-labelledby={id}>
      <div className="govuk-notification-banner__header">
        <h2 className="govuk-notification-banner__title" id={id}>
          Done
        </h2>
      </div>
      <div className="govuk-notification-banner__content">
        <p className="govuk-notification-banner__heading">{title}</p>
        {children}
      </div>
    </section>
  );
}

export type Row = [key: ReactNode, value: ReactNode] | null | false | undefined;

export function SummaryList({ rows, tight = false }: { rows: Row[]; tight?: boolean }) {
  return (
    <dl className={`govuk-summary-list ${tight ? "govuk-summary-list--tight" : ""}`}>
      {rows.map((row, at) =>
        row ? (
          <div className="govuk-summary-list__row" key={at}>
            <dt className="govuk-summary-list__key">{row[0]}</dt>
            <dd className="govuk-summary-list__value">{row[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

export interface Column {
  label: string;
  numeric?: boolean;
}

export interface TableRow {
  key: string;
  /** The first cell is the row's header. */
  cells: ReactNode[];
}

/** Roles are written out because a table that is laid out as a stack loses its own. */
export function Table({
  caption,
  captionSize = "m",
  columns,
  rows,
  wide = false,
}: {
  caption: ReactNode;
  captionSize?: "s" | "m" | "l" | "hidden";
  columns: Column[];
  rows: TableRow[];
  /** So many columns that it needs a wide screen */
  wide?: boolean;
}) {
  const numeric = (at: number, part: "header" | "cell") => (columns[at]?.numeric ? ` govuk-table__${part}--numeric` : "");
  /* eslint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
  return (
    <table className={`govuk-table fl-table${wide ? " fl-table--wide" : ""}`} role="table">
      <caption
        className={captionSize === "hidden" ? "govuk-visually-hidden" : `govuk-table__caption govuk-table__caption--${captionSize}`}
      >
        {caption}
      </caption>
      <thead className="govuk-table__head" role="rowgroup">
        <tr className="govuk-table__row" role="row">
          {columns.map((column, at) => (
            <th key={column.label} scope="col" role="columnheader" className={`govuk-table__header${numeric(at, "header")}`}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="govuk-table__body" role="rowgroup">
        {rows.map((row) => (
          <tr className="govuk-table__row" role="row" key={row.key}>
            {row.cells.map((cell, at) =>
              at === 0 ? (
                <th key={at} scope="row" role="rowheader" className="govuk-table__header">
                  {cell}
                </th>
              ) : (
                <td key={at} role="cell" data-label={columns[at]?.label} className={`govuk-table__cell${numeric(at, "cell")}`}>
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
  /* eslint-enable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
}

/** A moment, absolute and relative */
export function When({ at, long = false, exact = false }: { at: string; long?: boolean; exact?: boolean }) {
  const away = useByClock((now) => relative(at, now));
  return (
    <span>
      <time dateTime={at}>{exact ? exactTime(at) : long ? longTime(at) : shortTime(at)}</time>{" "}
      <span className="fl-quiet fl-relative">({away})</span>
    </span>
  );
}

/** How long ago, where many stand below each other; the day once it is not today's news */
export function Ago({ at }: { at: string }) {
  const away = useByClock((now) => (now - Date.parse(at) < 24 * 3_600_000 ? relative(at, now) : ""));
  return (
    <time dateTime={at} title={exactTime(at)}>
      {away || shortTime(at)}
    </time>
  );
}

/** Time left by the server's clock. A timer is not read aloud as it changes. */
export function Countdown({ to, big = false, over = "Bidding has closed" }: { to: string; big?: boolean; over?: string }) {
  const shown = useByClock((now) => {
    const { words, mood } = countdown(to, now);
    return `${mood} ${words}`;
  });
  const [mood, words] = [shown.slice(0, shown.indexOf(" ")), shown.slice(shown.indexOf(" ") + 1)];
  const day = useMemo(() => (big ? longTime(to) : shortTime(to)), [big, to]);
  return (
    <p className={`fl-countdown fl-countdown--${mood}${big ? " fl-countdown--big" : ""}`}>
      {mood === "over" ? over : "Closes in"}
      {mood === "over" ? null : (
        <span className="fl-countdown__left" role="timer" aria-label="Time left">
          {words}
        </span>
      )}{" "}
      <time dateTime={to} className="fl-quiet">
        {day}
      </time>
    </p>
  );
}

function Moving({ value }: { value: number }) {
  const [shown, setShown] = useState({ value, moves: 0 });
  if (shown.value !== value) setShown({ value, moves: shown.moves + 1 });
  // A new number is a new element, so that its change can be seen.
  return (
    <span key={shown.moves} className={shown.moves > 0 ? "fl-fresh" : undefined}>
      {value}
    </span>
  );
}

export function Counts({ items, big = false }: { items: [label: string, value: number][]; big?: boolean }) {
  return (
    <dl className={`fl-counts${big ? " fl-counts--big" : ""}`}>
      {items.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <Moving value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="fl-box fl-box--wash govuk-body">{children}</div>;
}

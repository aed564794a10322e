// How an authority's markets go: each figure as a chart where one helps, as a table always, and as a file.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { api, must } from "../../api/client";
import type { Figure, Figures } from "../../api/types";
import { Form, Input, Select, Submit } from "../../govuk/form";
import { duration, longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Empty, Table, Warning } from "../../govuk/show";
import { type Bar, Bars } from "./Bars";
import "./figures.scss";

interface Asked {
  market?: string;
  since?: string;
  until?: string;
}

const figures = (query: Asked) =>
  queryOptions({
    queryKey: ["figures", query],
    queryFn: () => must(api.GET("/api/figures", { params: { query } })),
    staleTime: 60_000,
  });

const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** A cell as people read it; the server sends it as a program does */
function shown(cell: string | null | undefined, measured: Figure["columns"][number]["measured"]): string {
  if (cell == null) return "–";
  switch (measured) {
    case "money":
      return pounds(cell);
    case "percent":
      return `${cell}%`;
    case "minutes":
      return duration(Number(cell) * 60_000);
    case "month":
      return MONTH.format(new Date(`${cell}-01T00:00:00Z`));
    default:
      return cell;
  }
}

/** A number says what it counts: “10 adverts”, where a sum of money or a share says it itself. */
const counted = (cell: string | null | undefined, { label, measured }: Figure["columns"][number]) =>
  measured === "count" && cell != null ? ofThem(cell, label) : shown(cell, measured);

const ofThem = (many: string, label: string) => `${many} ${many === "1" ? label.toLowerCase().replace(/s$/, "") : label.toLowerCase()}`;

/** The rows of which there is a chart; none where all of them are nothing. */
function barsOf(of: Figure): { bars: Bar[]; title: string; against?: string } | null {
  if (of.bars === null || of.bars === undefined) return null;
  const column = of.columns[of.bars]!;
  const [first] = of.columns;
  const held = of.against === null || of.against === undefined ? undefined : of.columns[of.against];
  // The row of all of them says nothing beside its parts.
  const rows = of.rows.filter((row) => row[of.bars!] != null && row[0] !== "All");
  if (rows.every((row) => Number(row[of.bars!]) === 0)) return null;
  const bars = rows.map((row, n) => {
    const against = held ? row[of.against!] : null;
    const label = shown(row[0], first!.measured);
    return {
      key: `${n}`,
      label: /^\d+( |$)/.test(label) ? ofThem(label, first!.label) : label,
      value: Number(row[of.bars!]),
      words: counted(row[of.bars!], column),
      ...(against != null && held ? { against: { value: Number(against), words: shown(against, held.measured) } } : {}),
    };
  });
  return { bars, title: `${of.title}: ${column.label.toLowerCase()}`, ...(held ? { against: held.label } : {}) };
}

function AsTable({ of }: { of: Figure }) {
  const numeric = (measured: Figure["columns"][number]["measured"]) => !["words", "month", "minutes"].includes(measured);
  return (
    <Table
      caption={of.title}
      captionSize="hidden"
      columns={of.columns.map(({ label, measured }) => ({ label, numeric: numeric(measured) }))}
      rows={of.rows.map((row, n) => ({ key: `${n}`, cells: row.map((cell, at) => shown(cell, of.columns[at]!.measured)) }))}
    />
  );
}

function Shown({ of, query }: { of: Figure; query: string }) {
  const chart = barsOf(of);
  const named = <span className="govuk-visually-hidden">: {of.title}</span>;
  return (
    <section className="fl-figure" aria-labelledby={`figure-${of.kind}`}>
      <h2 className="govuk-heading-m" id={`figure-${of.kind}`}>
        {of.title}
      </h2>
      {of.says.map((words) => (
        <p className="govuk-body fl-prose" key={words}>
          {words}
        </p>
      ))}
      {of.rows.length === 0 ? (
        <Empty>Nothing to count yet.</Empty>
      ) : chart ? (
        <>
          <Bars {...chart} />
          <Details summary={<>As a table{named}</>}>
            <AsTable of={of} />
          </Details>
        </>
      ) : (
        <AsTable of={of} />
      )}
      <Details summary={<>How it is made{named}</>}>{of.how}</Details>
      <p className="govuk-body fl-downloads">
        <a className="govuk-link" href={`/api/figures/${of.kind}.csv${query}`} download>
          Take it away as a table{named} (CSV)
        </a>
      </p>
    </section>
  );
}

function Choose({ asked, of, busy, error }: { asked: Asked; of?: Figures; busy: boolean; error: Error | null }) {
  const [, go] = useSearchParams();
  const [market, setMarket] = useState(asked.market ?? "");
  const [since, setSince] = useState(asked.since ?? of?.since ?? "");
  const [until, setUntil] = useState(asked.until ?? of?.until ?? "");
  return (
    <Form
      busy={busy}
      error={error}
      onSubmit={() => {
        if (since && until && since > until) return { since: "Choose a first day that is not after the last" };
        go(Object.entries({ market, since, until }).filter(([, value]) => value));
      }}
    >
      <div className="fl-figures__form">
        <Select
          name="market"
          label="Market"
          none="All of them"
          value={market}
          onChange={setMarket}
          choices={(of?.markets ?? []).map((one) => ({ value: one.id, words: one.name }))}
        />
        <Input name="since" type="date" label="First day" value={since} onChange={setSince} width={10} />
        <Input name="until" type="date" label="Last day" value={until} onChange={setUntil} width={10} />
      </div>
      <Submit kind="secondary" busy={busy}>
        Show these
      </Submit>
    </Form>
  );
}

export default function FiguresPage() {
  const [params] = useSearchParams();
  const asked: Asked = {};
  for (const name of ["market", "since", "until"] as const) {
    const value = params.get(name);
    if (value) asked[name] = value;
  }
  const query = useQuery(figures(asked));
  const search = params.toString();
  return (
    <Await query={query}>
      {(all) => (
        <Page title="Figures" lead={`How your markets went from ${longDay(all.since)} to ${longDay(all.until)}. Nothing sealed is counted: an advert counts once its bidding has closed.`}>
          <Choose key={search} asked={asked} of={all} busy={query.isFetching} error={null} />
          {all.cut ? <Warning>There is more than can be counted at once: only the newest is. Choose fewer days or one market.</Warning> : null}
          <nav aria-label="Figures on this page" className="fl-contents">
            <ul>
              {all.figures.map((of) => (
                <li key={of.kind}>
                  <a className="govuk-link" href={`#figure-${of.kind}`}>
                    {of.title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          {all.figures.map((of) => (
            <Shown key={of.kind} of={of} query={search ? `?${search}` : ""} />
          ))}
        </Page>
      )}
    </Await>
  );
}

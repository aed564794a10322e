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
import { Bars } from "./Bars";
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

function Chart({ of }: { of: Figure }) {
  if (of.bars === null) return null;
  const column = of.columns[of.bars]!;
  const held = of.against === null ? undefined : of.columns[of.against];
  // The row of all of them says nothing beside its parts.
  const rows = of.rows.filter((row) => row[of.bars!] != null && row[0] !== "All");
  if (rows.every((row) => Number(row[of.bars!]) === 0)) return null;
  const bars = rows.map((row, n) => {
    const against = of.against === null ? null : row[of.against];
    return {
      key: `${n}`,
      label: shown(row[0], of.columns[0]!.measured),
      value: Number(row[of.bars!]),
      words: shown(row[of.bars!], column.measured),
      ...(against != null && held ? { against: { value: Number(against), words: shown(against, held.measured) } } : {}),
    };
  });
  return <Bars title={`${of.title}: ${column.label.toLowerCase()}`} bars={bars} against={held?.label} />;
}

function Shown({ of, query }: { of: Figure; query: string }) {
  const numeric = (measured: Figure["columns"][number]["measured"]) => !["words", "month", "minutes"].includes(measured);
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
      <Chart of={of} />
      {of.rows.length === 0 ? (
        <Empty>Nothing to count yet.</Empty>
      ) : (
        <Table
          caption={of.title}
          captionSize="hidden"
          columns={of.columns.map(({ label, measured }) => ({ label, numeric: numeric(measured) }))}
          rows={of.rows.map((row, n) => ({ key: `${n}`, cells: row.map((cell, at) => shown(cell, of.columns[at]!.measured)) }))}
        />
      )}
      <p className="govuk-body">
        <a className="govuk-link" href={`/api/figures/${of.kind}.csv${query}`} download>
          Take it away as a table<span className="govuk-visually-hidden">: {of.title}</span> (CSV)
        </a>
      </p>
      <Details summary={<>How it is made<span className="govuk-visually-hidden">: {of.title}</span></>}>{of.how}</Details>
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
          <nav aria-label="Figures on this page">
            <ul className="govuk-list">
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

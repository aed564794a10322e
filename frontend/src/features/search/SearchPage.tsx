// One box that finds packages, opportunities, contracts and providers.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, must } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Found } from "../../api/types";
import { Form, Input, Submit } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Empty, Table } from "../../govuk/show";

const kinds: [Found["kind"], string][] = [
  ["provider", "Providers"],
  ["opportunity", "Opportunities"],
  ["contract", "Contracts"],
  ["package", "Packages"],
];

function Box({ asked }: { asked: string }) {
  const [, go] = useSearchParams();
  const me = useMe();
  const [words, setWords] = useState(asked);
  return (
    <Form
      onSubmit={() => {
        const q = words.trim();
        if (q.length < 2 || q.length > 80) return { q: "Enter 2 to 80 characters" };
        go({ q });
      }}
    >
      <Input
        name="q"
        label="Search for"
        hint={
          me?.provider
            ? "Part of a reference or a title."
            : "Part of a reference, a title or a provider’s name. Nothing is found by a person’s case number: do not enter one."
        }
        value={words}
        onChange={setWords}
        width={20}
      />
      <Submit>Search</Submit>
    </Form>
  );
}

/** Each provider once, with the categories where it stands */
function Providers({ title, rows }: { title: string; rows: Found[] }) {
  const names = [...new Set(rows.map((one) => one.title))];
  return (
    <Table
      caption={title}
      columns={[{ label: "Name" }, { label: "Its standing in" }]}
      rows={names.map((name) => ({
        key: name,
        cells: [
          name,
          <ul key="where" className="govuk-list govuk-!-margin-bottom-0">
            {rows
              .filter((one) => one.title === name)
              .map((one) => (
                <li key={one.path}>
                  <Link to={one.path} className="govuk-link">
                    <span className="govuk-visually-hidden">{name}: </span>
                    {one.about}
                  </Link>
                </li>
              ))}
          </ul>,
        ],
      }))}
    />
  );
}

function Results({ q }: { q: string }) {
  const query = useQuery({ queryKey: ["search", q], queryFn: () => must(api.GET("/api/search", { params: { query: { q } } })) });
  return (
    <Await query={query}>
      {({ found, more }) => (
        <div aria-live="polite">
          {found.length === 0 ? <Empty>Nothing has “{q}” in it.</Empty> : null}
          {more ? <p className="govuk-body">There is more: the newest 20 of each are shown. Search for a longer part.</p> : null}
          {kinds.map(([kind, title]) => {
            const rows = found.filter((one) => one.kind === kind);
            if (kind === "provider") return rows.length === 0 ? null : <Providers key={kind} title={title} rows={rows} />;
            return rows.length === 0 ? null : (
              <Table
                key={kind}
                caption={title}
                columns={
                  kind === "opportunity" || kind === "contract"
                    ? [{ label: "Reference" }, { label: kind === "contract" ? "Provider" : "Title" }, { label: "Category" }]
                    : [{ label: "Title" }, { label: "Category" }]
                }
                rows={rows.map((one) => {
                  const link = (
                    <Link key="link" to={one.path} className="govuk-link">
                      {one.reference ?? one.title}
                    </Link>
                  );
                  return { key: one.path, cells: one.reference ? [link, one.title, one.about] : [link, one.about] };
                })}
              />
            );
          })}
        </div>
      )}
    </Await>
  );
}

export default function SearchPage() {
  const [params] = useSearchParams();
  const q = (params.get("q") ?? "").trim();
  return (
    <Page title="Search">
      <Box key={q} asked={q} />
      {q.length >= 2 && q.length <= 80 ? <Results key={q} q={q} /> : null}
    </Page>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { useServerNow } from "../../api/clock";
import { market as marketQuery } from "../../api/queries";
import type { ApproversOn, DecisionKind, Market, PossibleApprover, WhoMayApprove } from "../../api/types";
import { kinds, kindWords } from "../../govuk/cover";
import { type FieldErrors, Form, Input, Select, Submit } from "../../govuk/form";
import { londonDay, weekdayDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import { Await, Page } from "../../govuk/page";
import { Details, Inset, Tag } from "../../govuk/show";
import { approvers as approversQuery } from "./queries";
import "./scheme.scss";
import { tenureWords } from "./words";

/** The next 1 April: councils' years begin then, and limits with them */
function nextApril(today: string): string {
  const year = Number(today.slice(0, 4));
  return today < `${year}-04-01` ? `${year}-04-01` : `${year + 1}-04-01`;
}

const sum = (typed: string) => typed.replace(/[£,\s]/g, "");
const isSum = (typed: string) => /^\d{1,12}(\.\d{1,2})?$/.test(sum(typed));
const isDay = (typed: string) => /^\d{4}-\d{2}-\d{2}$/.test(typed);

interface Typed {
  yearly: string;
  whole: string;
  category_id: string;
  kind: string;
  on: string;
  also_on: string;
}

function Question({ market, asked, ask }: { market: Market; asked: Typed; ask: (typed: Typed) => void }) {
  const [typed, setTyped] = useState(asked);
  const set = (name: keyof Typed) => (value: string) => setTyped((before) => ({ ...before, [name]: value }));
  return (
    <Form
      onSubmit={() => {
        const wrong: FieldErrors = {};
        if (!isSum(typed.yearly)) wrong.yearly = "Enter the value of a year in pounds, such as 62114";
        if (typed.whole && !isSum(typed.whole)) wrong.whole = "Enter the value of the whole contract in pounds, or leave it empty";
        if (!isDay(typed.on)) wrong.on = "Enter a day";
        if (typed.also_on && !isDay(typed.also_on)) wrong.also_on = "Enter a day, or leave it empty";
        if (Object.keys(wrong).length > 0) return wrong;
        ask({ ...typed, yearly: sum(typed.yearly), whole: sum(typed.whole) });
      }}
    >
      <div className="fl-days fl-days--two">
        <Input name="yearly" label="Value a year" prefix="£" width={10} numeric value={typed.yearly} onChange={set("yearly")} />
        <Input
          name="whole"
          label="Value of the whole contract (optional)"
          prefix="£"
          width={10}
          numeric
          value={typed.whole}
          onChange={set("whole")}
        />
        <Select
          name="category_id"
          label="Category"
          none={market.categories[0]?.name}
          value={typed.category_id}
          onChange={set("category_id")}
          choices={market.categories.slice(1).map((one) => ({ value: one.id, words: one.name }))}
        />
        <Select
          name="kind"
          label="What is decided"
          none={kindWords.award}
          value={typed.kind}
          onChange={set("kind")}
          choices={kinds.filter((kind) => kind !== "award").map((kind) => ({ value: kind, words: kindWords[kind] }))}
        />
        <Input name="on" label="On" type="date" width={10} value={typed.on} onChange={set("on")} />
        <Input name="also_on" label="And on (optional)" type="date" width={10} value={typed.also_on} onChange={set("also_on")} />
      </div>
      <Submit>Show who could approve</Submit>
    </Form>
  );
}

function Chain({ approver }: { approver: PossibleApprover }) {
  return (
    <Details summary={`What empowers the ${approver.post_title}`}>
      <ol className="govuk-list govuk-list--number fl-chain">
        {approver.chain.map((link) => (
          <li key={link.words}>{link.words}</li>
        ))}
      </ol>
    </Details>
  );
}

function Day({ day }: { day: ApproversOn }) {
  const able = day.approvers.filter((one) => one.can);
  const unable = day.approvers.filter((one) => !one.can);
  return (
    <section aria-labelledby={`on-${day.on}`}>
      <h2 className="govuk-heading-m" id={`on-${day.on}`}>
        On {weekdayDay(day.on)}
      </h2>
      <h3 className="govuk-heading-s">{able.length === 0 ? "Nobody could approve" : "Could approve, the least limit first"}</h3>
      {able.length > 0 ? (
        <ol className="govuk-list govuk-list--number govuk-list--spaced">
        {able.map((one) => (
          <li key={one.post_id}>
            <strong>{one.post_title}</strong>
            <br />
            {one.holders.map((held) => `${held.name}${held.tenure === "substantive" ? "" : ` (${tenureWords[held.tenure]})`}`).join("; ")}
            <Chain approver={one} />
          </li>
        ))}
        </ol>
      ) : null}
      {unable.length > 0 ? (
        <>
          <h3 className="govuk-heading-s">Could not, and why</h3>
          <ul className="govuk-list govuk-list--spaced">
            {unable.map((one) => (
              <li key={one.post_id}>
                <strong>{one.post_title}</strong> {one.holders.length === 0 ? <Tag colour="orange">Vacant</Tag> : null}
                <br />
                {one.why_not}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function Answer({ of }: { of: WhoMayApprove }) {
  const category = of.categories.find((one) => one.id === of.category_id)?.name ?? "";
  return (
    <>
      <Inset>
        {kindWords[of.kind]} of {pounds(of.yearly)} a year{of.whole === of.yearly ? "" : ` and ${pounds(of.whole)} over the whole contract`}, in{" "}
        {category}. Whoever drafted, marked or recommended, or has an interest, may not approve whatever their post.
      </Inset>
      <div className={`fl-days${of.days.length > 1 ? " fl-days--two" : ""}`}>
        {of.days.map((day) => (
          <Day key={day.on} day={day} />
        ))}
      </div>
    </>
  );
}

function Asked({ market }: { market: Market }) {
  const [search, setSearch] = useSearchParams();
  const today = londonDay(useServerNow(60_000));
  const asked: Typed = {
    yearly: search.get("yearly") ?? "62114",
    whole: search.get("whole") ?? "",
    category_id: search.get("category") ?? "",
    kind: search.get("kind") ?? "",
    on: search.get("on") ?? today,
    also_on: search.get("also_on") ?? nextApril(today),
  };
  const answer = useQuery(
    approversQuery(market.id, {
      yearly: asked.yearly,
      whole: asked.whole || undefined,
      category_id: asked.category_id || undefined,
      kind: (asked.kind || undefined) as DecisionKind | undefined,
      on: asked.on,
      also_on: asked.also_on || undefined,
    }),
  );
  return (
    <>
      <div className="fl-actions">
        <Question
          market={market}
          asked={asked}
          ask={({ category_id, ...typed }) => {
            const all = Object.entries({ ...typed, category: category_id }).filter(([name, value]) => value || name === "also_on");
            setSearch(Object.fromEntries(all));
          }}
        />
      </div>
      <div aria-live="polite">
        <Await query={answer}>{(of) => <Answer of={of} />}</Await>
      </div>
    </>
  );
}

export default function ApproversPage() {
  const { id = "" } = useParams();
  return (
    <Await query={useQuery(marketQuery(id))}>
      {(market) => (
        <Page
          title="Who could approve?"
          caption={market.name}
          back={{ to: `/markets/${id}/scheme`, words: "Scheme of delegation" }}
          authority={{ name: market.authority_name, colour: market.authority_colour }}
        >
          <Asked market={market} />
        </Page>
      )}
    </Await>
  );
}

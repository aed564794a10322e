import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { api, must } from "../../api/client";
import { carePackage, market as marketQuery, useMe } from "../../api/queries";
import type { Category, FormulaName, Market, NewSimulation, Package } from "../../api/types";
import { announce } from "../../govuk/announce";
import { Checkboxes, type FieldErrors, Form, Input, Select, Submit } from "../../govuk/form";
import { Await, Page } from "../../govuk/page";
import { Inset } from "../../govuk/show";
import { formulaNames, hasRole } from "../../words";
import { Bids, BIDS_MAX, blankBid, type TypedBid } from "./Bids";
import { MadeUp, Replayed } from "./Results";
import { StandingOrder } from "./StandingOrder";
import { mark, money, percentOf, rest, shareOf, weight } from "./weights";

interface Typed {
  category_id: string;
  quality_weight: string;
  formula: FormulaName;
  qualification: string;
  min: string;
  max: string;
  benchmark: string;
  order: string[];
  quality_gate: string;
  on: string[];
  bids: TypedBid[];
}

/** What each formula does, for whoever chooses one */
const FORMULA_HINTS: Record<FormulaName, string> = {
  lowest_relative: "Price weight × the lowest price ÷ this price. One very low bid changes what all the others earn.",
  percent_over_lowest: "The lowest price earns all the marks; each per cent above it costs one per cent of them. One very low bid changes what all the others earn.",
  pro_rata_to_qualification: "The lowest price earns all the marks, a qualifying price none, and prices between in proportion. One very low bid changes what all the others earn.",
  band: "All the marks at the bottom of a band, none at its top, and in proportion between. Other bids make no difference.",
  price_per_quality_point: "No price marks: the price is divided by the quality, and the lowest result is first.",
  fixed: "The council sets the rates, and quality alone decides. Price weighs 0.",
  benchmark: "All the marks at a benchmark price or below; above it, in proportion to it. Other bids make no difference.",
  ranked_list: "No price marks: the first that is able in a standing order. Bids that you make up stand in the order in which you write them.",
};

const FROM_REFERENCE = "A week. Left empty, it comes from each package at the reference rates.";

/** As the category scores now, to begin with */
function begin(category: Category | undefined, only: boolean): Typed {
  const formula = category?.formula;
  return {
    category_id: only || category ? (category?.id ?? "") : "",
    quality_weight: category?.quality_weight ?? "60",
    formula: formula?.name ?? "lowest_relative",
    qualification: formula?.name === "pro_rata_to_qualification" ? (formula.qualification ?? "") : "",
    min: formula?.name === "band" ? (formula.min ?? "") : "",
    max: formula?.name === "band" ? (formula.max ?? "") : "",
    benchmark: formula?.name === "benchmark" ? (formula.benchmark ?? "") : "",
    order: formula?.name === "ranked_list" ? (formula.order ?? []) : [],
    quality_gate: category?.quality_gate ? percentOf(category.quality_gate) : "",
    on: ["replay"],
    bids: ["A", "B", "C"].map(blankBid),
  };
}

/** What was typed as it is sent, or what is wrong with it */
function read(typed: Typed, category: Category | undefined, package_id: string | null): { wrong: FieldErrors } | { form: NewSimulation } {
  const wrong: FieldErrors = {};
  const quality_weight = typed.formula === "fixed" ? "100" : weight(typed.quality_weight);
  if (quality_weight === null) wrong.quality_weight = "Enter what quality weighs, from 0 to 100";
  const sum = (field: "qualification" | "min" | "max" | "benchmark") => {
    if (!typed[field].trim()) return null;
    const amount = money(typed[field]);
    if (amount === null) wrong[`formula.${field}`] = "Enter a price for a week, like 1053.50, or nothing";
    return amount;
  };
  const formula: NewSimulation["formula"] = { name: typed.formula };
  if (typed.formula === "pro_rata_to_qualification") formula.qualification = sum("qualification");
  if (typed.formula === "benchmark") formula.benchmark = sum("benchmark");
  if (typed.formula === "band") Object.assign(formula, { min: sum("min"), max: sum("max") });
  if (typed.formula === "ranked_list") {
    formula.order = typed.order;
    if (typed.on.includes("replay") && typed.order.length === 0) wrong["formula.order"] = "Add the providers of the standing order, the first to be asked first";
  }
  const quality_gate = typed.quality_gate.trim() ? shareOf(typed.quality_gate) : null;
  if (typed.quality_gate.trim() && quality_gate === null) wrong.quality_gate = "Enter a percentage from 0 to 100, like 55, or nothing";
  if (typed.on.length === 0) wrong.replay = "Choose what to try it on";
  const bids: NonNullable<NewSimulation["bids"]> = [];
  if (typed.on.includes("bids")) {
    if (!category) wrong.category_id = "Choose the category by whose criteria your bids are marked";
    typed.bids.slice(0, BIDS_MAX).forEach((bid, at) => {
      const name = bid.name.trim();
      const weekly_price = money(bid.weekly_price);
      if (!name) wrong[`bids[${at}].name`] = `Give bid ${at + 1} a name`;
      if (weekly_price === null) wrong[`bids[${at}].weekly_price`] = `Enter a weekly price for ${name || `bid ${at + 1}`}, like 1053.50`;
      const marks: Record<string, string> = {};
      for (const criterion of category?.criteria ?? []) {
        const given = mark(bid.marks[criterion.id] ?? "");
        if (given === null) wrong[`bids[${at}].marks.${criterion.id}`] = `Give ${name || `bid ${at + 1}`} a mark for ${criterion.name}`;
        else marks[criterion.id] = given;
      }
      bids.push({ name, weekly_price: weekly_price ?? "", marks });
    });
  }
  if (Object.keys(wrong).length > 0 || quality_weight === null) return { wrong };
  return {
    form: {
      category_id: typed.category_id || null,
      package_id,
      quality_weight,
      price_weight: rest(quality_weight) ?? "0",
      formula,
      quality_gate,
      replay: typed.on.includes("replay"),
      bids,
    },
  };
}

function Simulator({ market, from, start }: { market: Market; from?: Package; start?: Category }) {
  const only = market.categories.length === 1;
  const [typed, setTyped] = useState(() => begin(start ?? (only ? market.categories[0] : undefined), only));
  const set = <F extends keyof Typed>(field: F) => (value: Typed[F]) => setTyped((before) => ({ ...before, [field]: value }));
  const category = market.categories.find((one) => one.id === typed.category_id);
  const results = useRef<HTMLHeadingElement>(null);
  // A question, not an act: it changes nothing, so it is sent without a key.
  const asking = useMutation({
    networkMode: "always",
    mutationFn: (body: NewSimulation) => must(api.POST("/api/markets/{id}/simulation", { params: { path: { id: market.id } }, body })),
    onSuccess: () => announce("The simulation is ready."),
  });
  const answer = asking.data;
  useEffect(() => {
    if (!answer) return;
    results.current?.focus();
    results.current?.scrollIntoView({ block: "start" });
  }, [answer]);
  const price = typed.formula === "fixed" ? "0" : rest(typed.quality_weight);
  const sum = (field: "qualification" | "min" | "max" | "benchmark", label: string, hint?: string) => (
    <Input name={`formula.${field}`} label={label} hint={hint} prefix="£" numeric width={10} value={typed[field]} onChange={set(field)} />
  );
  return (
    <>
      <div className="fl-box fl-box--wash">
        <Form
          error={asking.error}
          busy={asking.isPending}
          onSubmit={() => {
            const asked = read(typed, category, from?.id ?? null);
            if ("wrong" in asked) return asked.wrong;
            asking.mutate(asked.form);
          }}
        >
          <h2 className="govuk-heading-m">How bids would be scored</h2>
          <div className="fl-two">
            <div>
              {only || from ? null : (
                <Select
                  name="category_id"
                  label="Category"
                  labelSize="s"
                  none="All categories"
                  choices={market.categories.map((one) => ({ value: one.id, words: one.name }))}
                  value={typed.category_id}
                  onChange={(id) => {
                    const chosen = market.categories.find((one) => one.id === id);
                    // Another category begins as it scores now.
                    setTyped((before) => ({ ...begin(chosen, false), on: before.on, category_id: id, bids: ["A", "B", "C"].map(blankBid) }));
                  }}
                />
              )}
              {typed.formula === "fixed" ? (
                <p className="govuk-body">
                  <strong>Quality weighs 100, price 0.</strong>
                </p>
              ) : (
                <>
                  <Input
                    name="quality_weight"
                    label="Quality weighs"
                    labelSize="s"
                    hint="Of 100. Criteria keep their proportions."
                    numeric
                    width={4}
                    value={typed.quality_weight}
                    onChange={set("quality_weight")}
                  />
                  <p className="govuk-body" id="price-weighs">
                    Price weighs <strong>{price ?? "–"}</strong>.
                  </p>
                </>
              )}
              <Input
                name="quality_gate"
                label="Least quality (if there is one)"
                labelSize="s"
                hint="A bid with less of the quality marks is not admissible."
                suffix="%"
                numeric
                width={4}
                value={typed.quality_gate}
                onChange={set("quality_gate")}
              />
            </div>
            <div>
              <Select
                name="formula.name"
                label="Price formula"
                labelSize="s"
                none=""
                choices={(Object.keys(formulaNames) as FormulaName[]).map((name) => ({ value: name, words: formulaNames[name] }))}
                value={typed.formula}
                onChange={(name) => name && set("formula")(name as FormulaName)}
              />
              <p className="govuk-body">{FORMULA_HINTS[typed.formula]}</p>
              {typed.formula === "band" ? (
                <>
                  {sum("min", "Bottom of the band", FROM_REFERENCE)}
                  {sum("max", "Top of the band", FROM_REFERENCE)}
                </>
              ) : null}
              {typed.formula === "pro_rata_to_qualification" ? sum("qualification", "Qualifying price", FROM_REFERENCE) : null}
              {typed.formula === "benchmark" ? sum("benchmark", "Benchmark price", FROM_REFERENCE) : null}
              {typed.formula === "ranked_list" ? <StandingOrder market_id={market.id} order={typed.order} setOrder={set("order")} /> : null}
            </div>
          </div>
          <Checkboxes
            name="replay"
            label="Try it on"
            labelSize="s"
            choices={[
              {
                value: "replay",
                words: "Closed opportunities",
                hint: "The newest 200 of this market whose prices are open, with the bids and marks that they had.",
              },
              { value: "bids", words: "Bids that I make up" },
            ]}
            values={typed.on}
            onChange={set("on")}
          />
          {typed.on.includes("bids") ? (
            category ? (
              <Bids category={category} bids={typed.bids} setBids={set("bids")} />
            ) : (
              <Inset>Choose a category: your bids are marked by its criteria.</Inset>
            )
          ) : null}
          <Submit busy={asking.isPending}>Simulate</Submit>
        </Form>
      </div>
      {answer ? (
        <div aria-busy={asking.isPending}>
          <h2 className="govuk-heading-l" tabIndex={-1} ref={results}>
            What would have come of it
          </h2>
          {answer.constructed ? <MadeUp made={answer.constructed} /> : null}
          {answer.replay ? <Replayed replay={answer.replay} /> : null}
        </div>
      ) : null}
    </>
  );
}

function Opened({ market, from }: { market: Market; from?: Package }) {
  const me = useMe();
  const [params] = useSearchParams();
  const wanted = from?.category_id ?? params.get("category");
  const may = me?.officer?.authority_name === market.authority_name && hasRole(me, "broker", "commissioner", "procurement");
  if (!may) {
    return (
      <Page title="You cannot see this page">
        <p className="govuk-body fl-prose">Only a broker, commissioner or procurement officer of {market.authority_name} can simulate here.</p>
      </Page>
    );
  }
  return (
    <Page
      title="Try how bids would be scored"
      caption={from ? `${market.name}: ${from.title}` : market.name}
      lead="Before you publish: see who would have won, at what price and quality. Nothing here changes anything."
      back={from ? { to: `/packages/${from.id}`, words: "The package" } : { to: `/markets/${market.id}`, words: market.name }}
    >
      <Simulator market={market} from={from} start={market.categories.find((one) => one.id === wanted)} />
    </Page>
  );
}

function OfPackage({ market, id }: { market: Market; id: string }) {
  return <Await query={useQuery(carePackage(id))}>{(from) => <Opened market={market} from={from} />}</Await>;
}

export default function SimulatorPage() {
  const { id = "" } = useParams();
  const [params] = useSearchParams();
  const from = params.get("package");
  return (
    <Await query={useQuery(marketQuery(id))}>
      {(market) => (from ? <OfPackage market={market} id={from} /> : <Opened market={market} />)}
    </Await>
  );
}

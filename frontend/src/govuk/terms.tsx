// How bids are scored, in words: markets, opportunities and rankings all say it in the same way.
import type { Category, LineTerms } from "../api/types";
import { pounds, plain, percent } from "./money";
import { Details, SummaryList, Table } from "./show";
import { unitRate } from "../words";

export function formulaWords(category: Category): string {
  const { formula } = category;
  const weight = plain(category.price_weight);
  switch (formula.name) {
    case "fixed":
      return "The rates are set by the council, so the price is the same for everybody and quality alone decides.";
    case "band": {
      const ends =
        formula.min && formula.max
          ? `between ${pounds(formula.min)} and ${pounds(formula.max)} a week`
          : "between the weekly price at the low reference rates and at the high ones";
      return `Price marks do not depend on other bids: ${weight} at or below the low end, none at or above the high end, and in proportion ${ends}.`;
    }
    case "lowest_relative":
      return `The lowest price gets all ${weight} price marks. Every other bid gets ${weight} × the lowest price ÷ its own price.`;
    case "percent_over_lowest":
      return `The lowest price gets all ${weight} price marks. Every other bid loses one per cent of them for each per cent that it is dearer.`;
    case "pro_rata_to_qualification": {
      const end = formula.qualification ? `${pounds(formula.qualification)} a week` : "the weekly price at the high reference rates";
      return `The lowest price gets all ${weight} price marks, ${end} or more gets none, and prices between them get marks in proportion.`;
    }
    case "benchmark": {
      const end = formula.benchmark ? `${pounds(formula.benchmark)} a week` : "the weekly price at the low reference rates";
      return `Price marks do not depend on other bids: ${weight} at or below ${end}, and above it ${weight} × that price ÷ the bid’s own.`;
    }
    case "price_per_quality_point":
      return "There are no price marks. Each weekly price is divided by the bid’s quality, as a percentage of the quality weight, and the lowest result is first.";
    case "ranked_list":
      return `There are no price marks. A standing order of ${formula.order.length} providers decides: the first that is able and admissible is first.`;
  }
}

const TIES: Record<string, string> = {
  quality: "The higher quality score",
  price: "The lower price",
  start: "The earlier start",
  preference: "What the person prefers",
  lot: "Drawing lots",
};

/** `criterion:staffing` names a criterion of the category. */
function tieWords(category: Category, rule: string): string {
  const criterion = category.criteria.find(({ id }) => rule === `criterion:${id}`);
  return criterion ? `The higher mark for ${criterion.name}` : (TIES[rule] ?? rule);
}

export function rateWords(line: LineTerms): string {
  if (line.fixed) return `${pounds(line.fixed)} ${unitRate[line.unit]}, set by the council`;
  const limits = limitWords(line.floor, line.ceiling);
  const rate =
    line.reference_low && line.reference_high
      ? `${pounds(line.reference_low)} to ${pounds(line.reference_high)} ${unitRate[line.unit]}`
      : `As bid, ${unitRate[line.unit]}`;
  return limits ? `${rate}; a reason is needed ${limits}` : rate;
}

/** "below £16.12 or above £22.72" */
function limitWords(floor: string | null, ceiling: string | null): string {
  return [floor ? `below ${pounds(floor)}` : "", ceiling ? `above ${pounds(ceiling)}` : ""].filter(Boolean).join(" or ");
}

/** What makes the council ask about a price. */
function lowWords(low: NonNullable<Category["abnormally_low"]>): string {
  const signs = [
    low.below_floor ? "below a floor" : "",
    low.under_median ? `more than ${percent(low.under_median)} under the median` : "",
    low.employment_cost ? `below what employing somebody costs, ${pounds(low.employment_cost)} an hour` : "",
  ].filter(Boolean);
  return `The council asks about a price that is ${signs.join(", or ")}. No bid is rejected without being asked.`;
}

/** Where the council sets every rate, the two ends are one. */
export function referenceWords({ low, high }: { low: string; high: string }): string {
  return `${low === high ? pounds(low) : `${pounds(low)} to ${pounds(high)}`} a week`;
}

/** `lotSeedHash` is what an opportunity's advert commits to, where a lot may be drawn. */
export function Scoring({ category, lotSeedHash }: { category: Category; lotSeedHash?: string }) {
  return (
    <>
      <SummaryList
        tight
        rows={[
          ["Quality and price", `${plain(category.quality_weight)} for quality, ${plain(category.price_weight)} for price`],
          ["Price marks", formulaWords(category)],
          category.criteria.length > 0
            ? [
                "Evaluators",
                category.evaluators === 1
                  ? "At least one marks the answers, blind to price."
                  : `At least ${category.evaluators} mark the answers, blind to price and to each other. Where they differ they settle on a consensus.`,
              ]
            : null,
          category.quality_gate
            ? ["Least quality", `A bid needs at least ${percent(category.quality_gate)} of the quality marks to be admissible.`]
            : null,
          category.weekly_floor || category.weekly_ceiling
            ? ["Limits", `A weekly price ${limitWords(category.weekly_floor, category.weekly_ceiling)} needs a reason that the council accepts.`]
            : null,
          category.abnormally_low ? ["Abnormally low prices", lowWords(category.abnormally_low)] : null,
          category.round
            ? ["Ranking round", "After the evaluation bidders may be invited to improve their prices. The advert says so where it is to be."]
            : null,
          category.tie_break.length > 0
            ? [
                "If bids tie",
                category.tie_break.length === 1 ? (
                  tieWords(category, category.tie_break[0]!)
                ) : (
                  <ol className="govuk-list govuk-list--number govuk-!-margin-bottom-0" key="ties">
                    {category.tie_break.map((rule) => (
                      <li key={rule}>{tieWords(category, rule)}</li>
                    ))}
                  </ol>
                ),
              ]
            : null,
          lotSeedHash && category.tie_break.includes("lot")
            ? [
                "Seed of the lot",
                <>
                  Its SHA-256 is <code>{lotSeedHash}</code>. The seed is shown when prices open, so that anybody can check the draw.
                </>,
              ]
            : null,
        ]}
      />
    </>
  );
}

export function Criteria({ category }: { category: Category }) {
  return (
    <>
      {category.criteria.map((criterion) => (
        <section key={criterion.id} className="govuk-!-margin-bottom-4">
          <h4 className="govuk-heading-s govuk-!-margin-bottom-1">
            {criterion.group ? `${criterion.group}: ` : ""}
            {criterion.name}{" "}
            <span className="govuk-!-font-weight-regular fl-quiet">
              weight {plain(criterion.weight)}, marked 0 to {plain(criterion.mark_max)}
              {criterion.mark_min ? `, at least ${plain(criterion.mark_min)}` : ""}
            </span>
          </h4>
          <p className="govuk-body govuk-!-margin-bottom-2">{criterion.question}</p>
          {criterion.standing ? (
            <p className="govuk-body govuk-!-margin-bottom-2">Answered and marked once, when a provider joins. That mark counts at each opportunity.</p>
          ) : null}
          <Details summary="What each mark means">
            <Descriptors descriptors={criterion.descriptors} />
          </Details>
        </section>
      ))}
    </>
  );
}

export function Descriptors({ descriptors }: { descriptors: string[] }) {
  return (
    <dl className="fl-marks">
      {descriptors.map((words, mark) => (
        <div key={mark}>
          <dt>{mark}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Rates({ category, caption }: { category: Category; caption: string }) {
  return (
    <Table
      caption={caption}
      captionSize="s"
      columns={[{ label: "What" }, { label: "Rate" }]}
      rows={category.lines.map((line) => ({ key: line.key, cells: [line.label, rateWords(line)] }))}
    />
  );
}

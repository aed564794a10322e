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
      const band = formula as { min?: string | null; max?: string | null };
      const ends =
        band.min && band.max
          ? `between ${pounds(band.min)} and ${pounds(band.max)} a week`
          : "between the weekly price at the low reference rates and at the high ones";
      return `Price marks do not depend on other bids: ${weight} at or below the low end, none at or above the high end, and in proportion ${ends}.`;
    }
    default:
      return `The lowest price gets all ${weight} price marks. Every other bid gets ${weight} × the lowest price ÷ its own price.`;
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
  if (line.reference_low && line.reference_high)
    return `${pounds(line.reference_low)} to ${pounds(line.reference_high)} ${unitRate[line.unit]}`;
  return `As bid, ${unitRate[line.unit]}`;
}

/** Where the council sets every rate, the two ends are one. */
export function referenceWords({ low, high }: { low: string; high: string }): string {
  return `${low === high ? pounds(low) : `${pounds(low)} to ${pounds(high)}`} a week`;
}

export function Scoring({ category }: { category: Category }) {
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
    <dl className="govuk-summary-list govuk-summary-list--tight govuk-!-margin-bottom-0">
      {descriptors.map((words, mark) => (
        <div className="govuk-summary-list__row" key={mark}>
          <dt className="govuk-summary-list__key" style={{ width: "3rem" }}>
            {mark}
          </dt>
          <dd className="govuk-summary-list__value">{words}</dd>
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

import type { PriceTerm, RankedBid } from "../../api/types";
import { plain, pounds } from "../../govuk/money";
import { Details, Table } from "../../govuk/show";
import { unitRate } from "../../words";

/** "Floor £12.00; reference rates £13.60 to £14.75" */
export function limitsWords(term: Pick<PriceTerm, "fixed" | "floor" | "ceiling" | "reference_low" | "reference_high" | "employment_cost">): string {
  const words = [
    term.fixed ? "Set by the council" : "",
    term.floor ? `Floor ${pounds(term.floor)}` : "",
    term.ceiling ? `Ceiling ${pounds(term.ceiling)}` : "",
    term.reference_low && term.reference_high
      ? `Reference rates ${pounds(term.reference_low)} to ${pounds(term.reference_high)}`
      : "",
    term.employment_cost ? `Employing costs ${pounds(term.employment_cost)}` : "",
  ].filter(Boolean);
  return words.join("; ") || "No limits published";
}

/** "£14.10, median £14.425, £14.75" */
const othersWords = (term: PriceTerm) =>
  term.others
    ? term.others.lowest === term.others.highest
      ? pounds(term.others.lowest)
      : `${pounds(term.others.lowest)} to ${pounds(term.others.highest)}, median ${pounds(term.others.median)}`
    : "No other bid";

/** Every term of one bid's score */
export function Terms({ bid }: { bid: RankedBid }) {
  return (
    <Details summary={`${bid.provider_name}: the arithmetic`}>
      {bid.quality_terms.length > 0 ? (
        <Table
          caption="Quality"
          captionSize="s"
          columns={[
            { label: "Criterion" },
            { label: "Mark", numeric: true },
            { label: "Weight", numeric: true },
            { label: "Earns", numeric: true },
          ]}
          rows={bid.quality_terms.map((term) => ({
            key: term.criterion_id,
            cells: [
              <>
                {term.name}
                {term.mark_min ? <span className="govuk-!-font-weight-regular fl-quiet"> at least {plain(term.mark_min)}</span> : null}
              </>,
              `${plain(term.mark)} of ${plain(term.mark_max)}`,
              plain(term.weight),
              term.score,
            ],
          }))}
        />
      ) : null}
      <Table
        caption="Price"
        captionSize="s"
        columns={[
          { label: "Line" },
          { label: "Rate", numeric: true },
          { label: "A week", numeric: true },
          { label: "Published" },
          { label: "Other bids" },
        ]}
        rows={bid.price_terms.map((term) => ({
          key: term.key,
          cells: [
            term.label,
            <span key="rate" className="fl-nowrap">
              {pounds(term.rate)} {unitRate[term.unit]}
            </span>,
            pounds(term.weekly_price),
            limitsWords(term),
            othersWords(term),
          ],
        }))}
      />
      <h3 className="govuk-heading-s">Step by step</h3>
      <ol className="govuk-list govuk-list--number">
        {bid.explanation.map((step, at) => (
          <li key={at}>{step}</li>
        ))}
      </ol>
    </Details>
  );
}

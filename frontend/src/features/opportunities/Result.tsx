import type { Category, Difference, OwnResult } from "../../api/types";
import { plain, pounds } from "../../govuk/money";
import { Details, SummaryList, Table } from "../../govuk/show";
import { ordinal } from "../../words";

const TITLES = {
  won: "You have been awarded this contract",
  not_won: "You have not been awarded this contract",
  not_admissible: "Your bid was not admissible",
} as const;

/** Why a bid was not ranked */
const WHY: Record<OwnResult["status"], string> = {
  admissible: "",
  below_gate: "Its quality was under the least that is needed.",
  below_minimum_mark: "A mark was under the least that is needed.",
  below_floor: "Its price was below a floor, and no exception was accepted.",
  above_ceiling: "Its price was above a ceiling, and no exception was accepted.",
  disregarded: "Its price was found abnormally low, and not accounted for.",
};

/** What alone would have put the bid ahead, worked out by the server from what its provider may know */
function WhatWasMissing({ difference }: { difference: Difference }) {
  const { marks, price } = difference;
  if (marks.length === 0 && !price) return null;
  return (
    <>
      <h3 className="govuk-heading-s govuk-!-margin-bottom-1">What would have made the difference</h3>
      <p className="govuk-body govuk-!-margin-bottom-1">Any one of these, with all else as it was, would have put your bid ahead of the one that was awarded:</p>
      <ul className="govuk-list govuk-list--bullet">
        {marks.map((one) => (
          <li key={one.criterion_id}>
            {plain(one.wanted)} instead of {plain(one.mark)} for {one.name}
          </li>
        ))}
        {price ? (
          <li>
            a price {plain(price.lower_by)} % lower: {pounds(price.weekly_price)} a week or less
          </li>
        ) : null}
      </ul>
    </>
  );
}

/** What a bidder is told after the award: its own marks with reasons, and the winner's. */
export function Result({ result, category, difference }: { result: OwnResult; category: Category; difference?: Difference | null }) {
  const { own, winner } = result;
  return (
    <section aria-labelledby="result" className="fl-box fl-box--wash">
      <h2 className="govuk-heading-m" id="result">
        {TITLES[result.outcome]}
      </h2>
      {WHY[result.status] ? <p className="govuk-body">{WHY[result.status]}</p> : null}
      <SummaryList
        tight
        rows={[
          own.rank ? ["Your place", ordinal(own.rank)] : null,
          ["Your weekly price", `${pounds(own.weekly_price)}, ${own.price_position}`],
          ["Your quality marks", `${plain(own.quality)} of ${plain(category.quality_weight)}`],
          own.price ? ["Your price marks", `${plain(own.price)} of ${plain(category.price_weight)}`] : null,
          own.total ? ["Your total", plain(own.total)] : null,
          result.outcome === "won"
            ? null
            : [
                "Awarded to",
                `${winner.provider_name}: quality ${plain(winner.quality)}${winner.price ? `, price ${plain(winner.price)}` : ""}${winner.total ? `, total ${plain(winner.total)}` : ""}`,
              ],
        ]}
      />
      <Table
        caption="Your marks, with the reasons"
        captionSize="s"
        columns={[{ label: "Criterion" }, { label: "Mark" }, { label: "Reasons" }]}
        rows={own.marks.map((mark) => ({
          key: mark.criterion_id,
          cells: [
            mark.name,
            <span key="mark" className="fl-nowrap">
              {plain(mark.mark)} of {plain(mark.mark_max)}
            </span>,
            mark.reasons.map((reason, at) => (
              <p key={at} className="govuk-!-margin-top-0 govuk-!-margin-bottom-1 fl-typed">
                {reason}
              </p>
            )),
          ],
        }))}
      />
      {difference ? <WhatWasMissing difference={difference} /> : null}
      {result.explanation.length > 0 ? (
        <Details summary="How your score was worked out">
          <ol className="govuk-list govuk-list--number">
            {result.explanation.map((step, at) => (
              <li key={at}>{step}</li>
            ))}
          </ol>
        </Details>
      ) : null}
    </section>
  );
}

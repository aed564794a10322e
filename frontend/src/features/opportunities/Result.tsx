import type { Category, OwnResult } from "../../api/types";
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

/** What a bidder is told after the award: its own marks with reasons, and the winner's. */
export function Result({ result, category }: { result: OwnResult; category: Category }) {
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
          ["Your quality marks", `${own.quality} of ${plain(category.quality_weight)}`],
          own.price ? ["Your price marks", `${own.price} of ${plain(category.price_weight)}`] : null,
          own.total ? ["Your total", own.total] : null,
          result.outcome === "won"
            ? null
            : [
                "Awarded to",
                `${winner.provider_name}: quality ${winner.quality}${winner.price ? `, price ${winner.price}` : ""}${winner.total ? `, total ${winner.total}` : ""}`,
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

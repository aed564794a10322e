import type { RankedBid, Ranking } from "../../api/types";
import { Scatter } from "../../govuk/chart";
import { plain, pounds } from "../../govuk/money";
import { Details, Table } from "../../govuk/show";

export const sign = (bid: Pick<RankedBid, "rank">) => (bid.rank == null ? "–" : String(bid.rank));

const words = (bid: RankedBid, weight: string) =>
  `${bid.provider_name}, ${bid.rank == null ? "not ranked" : `rank ${bid.rank}`}: quality ${bid.quality} of ${plain(weight)}, ${pounds(bid.weekly_price)} a week`;

/** Every bid by its quality and its price: at a glance, and in figures behind it. */
export function QualityPrice({ shown }: { shown: Ranking }) {
  const bids = shown.result.bids;
  if (bids.length === 0) return null;
  const { reference_low, reference_high, floor, ceiling } = shown.weekly_limits;
  return (
    <section aria-labelledby="quality-price">
      <h2 className="govuk-heading-m" id="quality-price">
        Quality against price
      </h2>
      <Scatter
        title="Quality against price"
        description={`Each bid by its weekly price, from left to right, and its quality, from below to above. ${bids.map((bid) => words(bid, shown.quality_weight)).join("; ")}. The same figures are in the table that follows.`}
        points={bids.map((bid) => ({
          key: bid.bid_id,
          name: bid.provider_name,
          sign: sign(bid),
          x: bid.weekly_price,
          y: bid.quality,
          first: bid.rank === 1,
          out: bid.rank == null,
          words: words(bid, shown.quality_weight),
        }))}
        xLabel="Weekly price"
        yLabel={`Quality, of ${plain(shown.quality_weight)}`}
        yMax={shown.quality_weight}
        gate={shown.least_quality ? { at: shown.least_quality, words: `Least quality, ${plain(shown.least_quality)}` } : undefined}
        band={
          reference_low && reference_high && reference_low !== reference_high
            ? { low: reference_low, high: reference_high, words: `At the reference rates: ${pounds(reference_low)} to ${pounds(reference_high)} a week` }
            : undefined
        }
        limits={[
          ...(floor ? [{ at: floor, words: "Floor" }] : []),
          ...(ceiling ? [{ at: ceiling, words: "Ceiling" }] : []),
        ]}
        xWords={(price) => `£${price.toLocaleString("en-GB")}`}
      />
      <Details summary="The figures of this chart">
        <Table
          caption="Quality and weekly price of every bid"
          captionSize="hidden"
          columns={[
            { label: "Provider" },
            { label: "Rank", numeric: true },
            { label: "Weekly price", numeric: true },
            { label: "Other bids, lowest", numeric: true },
            { label: "Median", numeric: true },
            { label: "Highest", numeric: true },
            { label: "Quality", numeric: true },
          ]}
          rows={bids.map((bid) => ({
            key: bid.bid_id,
            cells: [
              bid.provider_name,
              bid.rank ?? "Not ranked",
              pounds(bid.weekly_price),
              pounds(bid.other_weekly_prices?.lowest) || "–",
              pounds(bid.other_weekly_prices?.median) || "–",
              pounds(bid.other_weekly_prices?.highest) || "–",
              bid.quality,
            ],
          }))}
        />
      </Details>
    </section>
  );
}

import type { RankedBid } from "../../api/types";

/** Quality and price marks end to end. The table says the same in figures. */
export function Chart({ bids }: { bids: RankedBid[] }) {
  const ranked = bids.filter((bid) => bid.rank != null && bid.price != null);
  if (ranked.length < 2) return null;
  // Lengths on a screen, not scores: nearness is enough here.
  const length = (score: string | null) => ({ width: `${Number(score)}%` });
  return (
    <div aria-hidden="true">
      <div className="fl-chart">
        {ranked.flatMap((bid) => [
          <span key={`name ${bid.bid_id}`}>{bid.provider_name}</span>,
          <span key={`bar ${bid.bid_id}`} className="fl-chart__bar">
            <span className="fl-chart__quality" style={length(bid.quality)} />
            <span className="fl-chart__price" style={length(bid.price)} />
          </span>,
        ])}
      </div>
      <p className="fl-chart__key">
        <span>quality</span>
        <span>price</span>
      </p>
    </div>
  );
}

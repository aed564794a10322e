import type { RankedBid } from "../../api/types";

const ROW = 34;
const BAR = 18;
const LEFT = 190;
const WIDTH = 400;

/** Quality and price marks side by side. The table says the same in figures. */
export function Chart({ bids }: { bids: RankedBid[] }) {
  const ranked = bids.filter((bid) => bid.rank != null && bid.price != null);
  if (ranked.length < 2) return null;
  const height = ranked.length * ROW + 30;
  // Lengths on a screen, not scores: nearness is enough here.
  const length = (score: string) => (Number(score) / 100) * WIDTH;
  return (
    <svg viewBox={`0 0 ${LEFT + WIDTH + 10} ${height}`} role="img" aria-label="Quality and price marks of each ranked bid" style={{ width: "100%", maxWidth: "44rem" }}>
      {ranked.map((bid, at) => {
        const quality = length(bid.quality);
        const price = length(bid.price ?? "0");
        const y = at * ROW + 4;
        const name = bid.provider_name.length > 24 ? `${bid.provider_name.slice(0, 23)}…` : bid.provider_name;
        return (
          <g key={bid.bid_id} fontFamily="Helvetica, Arial, sans-serif" fontSize="14">
            <text x={LEFT - 10} y={y + BAR - 4} textAnchor="end" fill="#0b0c0c">
              {name}
            </text>
            <rect x={LEFT} y={y} width={quality} height={BAR} fill="var(--authority-colour)" />
            <rect x={LEFT + quality + 1} y={y} width={price} height={BAR} fill="#e0a526" />
          </g>
        );
      })}
      <g fontFamily="Helvetica, Arial, sans-serif" fontSize="13" fill="#484d52">
        <rect x={LEFT} y={height - 20} width="12" height="12" fill="var(--authority-colour)" />
        <text x={LEFT + 18} y={height - 9}>
          quality
        </text>
        <rect x={LEFT + 90} y={height - 20} width="12" height="12" fill="#e0a526" />
        <text x={LEFT + 108} y={height - 9}>
          price
        </text>
      </g>
    </svg>
  );
}

import type { PriceTerm, RankedBid, Ranking } from "../../api/types";
import { Strip, type StripMark } from "../../govuk/chart";
import { pounds } from "../../govuk/money";
import { unitRate } from "../../words";
import { sign } from "./QualityPrice";
import { limitsWords } from "./Terms";

interface Limits {
  floor: string | null;
  ceiling: string | null;
  reference_low: string | null;
  reference_high: string | null;
  employment_cost?: string | null;
}

function marksOf(limits: Limits): StripMark[] {
  const one = (at: string | null | undefined, words: string, firm: boolean) =>
    at ? [{ at, words: `${words} ${pounds(at)}`, firm }] : [];
  return [
    ...one(limits.floor, "Floor", true),
    ...one(limits.ceiling, "Ceiling", true),
    ...one(limits.employment_cost, "Employing costs", false),
  ];
}

function bandOf({ reference_low: low, reference_high: high }: Limits) {
  if (!low || !high) return undefined;
  return { low, high, words: low === high ? `Reference ${pounds(low)}` : `Reference ${pounds(low)} to ${pounds(high)}` };
}

interface Stripped {
  /** The line's own label says what it is counted in. */
  what: string;
  per: string;
  limits: Limits;
  said: string;
  prices: { bid: RankedBid; price: string }[];
}

function PriceStrip({ what, per, limits, said, prices }: Stripped) {
  const words = ({ bid, price }: { bid: RankedBid; price: string }) => `${bid.provider_name}, ${pounds(price)} ${per}`;
  return (
    <div className="fl-strip">
      <h3 className="govuk-heading-s govuk-!-margin-bottom-2">{what}</h3>
      <Strip
        title={`${what}, ${per}`}
        description={`${said}. ${prices.map(words).join("; ")}.`}
        points={prices.map((one) => ({
          key: one.bid.bid_id,
          sign: sign(one.bid),
          x: one.price,
          first: one.bid.rank === 1,
          out: one.bid.rank == null,
          words: words(one),
        }))}
        band={bandOf(limits)}
        marks={marksOf(limits)}
      />
    </div>
  );
}

/** Each price beside what was published and the other bids, by the line and by the week */
export function Against({ shown }: { shown: Ranking }) {
  const bids = shown.result.bids;
  const [first] = bids;
  if (!first) return null;
  const of = (key: string) =>
    bids.flatMap((bid) => {
      const term = bid.price_terms.find((one) => one.key === key);
      return term ? [{ bid, price: term.rate }] : [];
    });
  // Where the council sets a rate there is nothing to compare.
  const lines = first.price_terms.filter((term: PriceTerm) => !term.fixed);
  if (lines.length === 0) return null;
  return (
    <section aria-labelledby="against">
      <h2 className="govuk-heading-m" id="against">
        Prices against their limits
      </h2>
      <p className="govuk-body fl-prose">
        Each circle is a bid with its rank. Further left is cheaper. The figures are in each bid’s arithmetic.
      </p>
      <PriceStrip
        what="Whole package, per week"
        per="a week"
        limits={shown.weekly_limits}
        said={limitsWords({ fixed: false, employment_cost: null, ...shown.weekly_limits })}
        prices={bids.map((bid) => ({ bid, price: bid.weekly_price }))}
      />
      {lines.map((term) => (
        <PriceStrip key={term.key} what={term.label} per={unitRate[term.unit]} limits={term} said={limitsWords(term)} prices={of(term.key)} />
      ))}
    </section>
  );
}

import type { Category } from "../../api/types";
import { Button, Input } from "../../govuk/form";
import { plain } from "../../govuk/money";

export const BIDS_MAX = 50;

/** A bid as it is typed */
export interface TypedBid {
  key: number;
  name: string;
  weekly_price: string;
  marks: Record<string, string>;
}

let keys = 0;

export const blankBid = (name: string): TypedBid => ({ key: (keys += 1), name, weekly_price: "", marks: {} });

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const nameAt = (at: number) => LETTERS[at] ?? `Bid ${at + 1}`;

/** A package of 35 hours and 7 sleep-ins, with a fourth bid that cannot win. */
const EXAMPLE: [price: string, mark: string][] = [
  ["1022.00", "3.2"],
  ["1125.25", "4.4"],
  ["1053.50", "4"],
  ["800.00", "2"],
];

export function exampleBids(category: Category): TypedBid[] {
  return EXAMPLE.map(([weekly_price, mark], at) => ({
    ...blankBid(nameAt(at)),
    weekly_price,
    // Of another highest mark, the same share.
    marks: Object.fromEntries(
      category.criteria.map((criterion) => [criterion.id, String(Math.round(Number(mark) * Number(criterion.mark_max) * 2) / 10)]),
    ),
  }));
}

export function Bids({ category, bids, setBids }: { category: Category; bids: TypedBid[]; setBids: (bids: TypedBid[]) => void }) {
  const change = (at: number, part: Partial<TypedBid>) => setBids(bids.map((bid, n) => (n === at ? { ...bid, ...part } : bid)));
  return (
    <>
      {bids.map((bid, at) => (
        <fieldset key={bid.key} className="govuk-fieldset fl-made">
          <legend className="govuk-fieldset__legend govuk-fieldset__legend--s">Bid {at + 1}</legend>
          <div className="fl-made__fields">
            <Input name={`bids[${at}].name`} label="Name" width={5} value={bid.name} onChange={(name) => change(at, { name })} />
            <Input
              name={`bids[${at}].weekly_price`}
              label="Price a week"
              prefix="£"
              numeric
              width={5}
              value={bid.weekly_price}
              onChange={(weekly_price) => change(at, { weekly_price })}
            />
            {category.criteria.map((criterion) => (
              <Input
                key={criterion.id}
                name={`bids[${at}].marks.${criterion.id}`}
                label={criterion.name}
                suffix={`of ${plain(criterion.mark_max)}`}
                numeric
                width={3}
                value={bid.marks[criterion.id] ?? ""}
                onChange={(given) => change(at, { marks: { ...bid.marks, [criterion.id]: given } })}
              />
            ))}
          </div>
          {bids.length > 1 ? (
            <p className="govuk-body">
              <button type="button" className="fl-plain-button" onClick={() => setBids(bids.filter((_, n) => n !== at))}>
                Take out {bid.name.trim() || `bid ${at + 1}`}
              </button>
            </p>
          ) : null}
        </fieldset>
      ))}
      <div className="fl-button-row">
        {bids.length < BIDS_MAX ? (
          <Button kind="secondary" onClick={() => setBids([...bids, blankBid(nameAt(bids.length))])}>
            Add a bid
          </Button>
        ) : null}
        <Button kind="secondary" onClick={() => setBids(exampleBids(category))}>
          Fill in an example
        </Button>
      </div>
    </>
  );
}

import type { RoundLine, RoundTerms } from "../../api/types";
import { pounds } from "../../govuk/money";
import { SummaryList } from "../../govuk/show";
import { unitRate } from "../../words";
import { minutes, spacing } from "./words";

type Line = Pick<RoundLine, "key" | "label" | "unit">;

/** The terms of a ranking round, as they are announced with the advert */
export function RoundTermsShown({ terms, lines }: { terms: RoundTerms; lines: Line[] }) {
  const steps = terms.steps.filter((step) => lines.some((line) => line.key === step.key));
  return (
    <SummaryList
      rows={[
        ...steps.map((step): [string, string] => {
          const line = lines.find((one) => one.key === step.key)!;
          const floor = step.floor ? `. No lower than ${pounds(step.floor)}: below that no bid is helped` : "";
          return [line.label, `Each time at least ${pounds(step.step)} ${unitRate[line.unit]} lower${floor}`];
        }),
        ["Length", minutes(terms.length_minutes)],
        [
          "In the last minutes",
          `After an improvement in the last ${minutes(terms.last_minutes)} the round goes on for ${minutes(terms.extension_minutes)} more, and ends ${minutes(terms.longest_minutes)} after it opened at the latest`,
        ],
        [
          "Improvements",
          `At most ${terms.revisions_max} by each bidder, ${spacing(terms.spacing_seconds)} apart or more`,
        ],
        [
          "What each bidder sees",
          terms.announce_bidders
            ? "Its own rank, and how many take part. Never a name, and never another’s price"
            : "Its own rank. Never a name, how many take part, or another’s price",
        ],
      ]}
    />
  );
}

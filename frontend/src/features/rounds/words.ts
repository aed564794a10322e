// What ranking rounds are said in.
import type { TagColour } from "../../govuk/show";
import type { RoundStage } from "../../api/types";

export const roundWords: Record<RoundStage, string> = {
  announced: "Announced",
  invited: "Bidders invited",
  open: "Open",
  paused: "Paused",
  closed: "Closed",
  called_off: "Called off",
  not_held: "Not held",
};

export const roundColours: Record<RoundStage, TagColour> = {
  announced: "grey",
  invited: "teal",
  open: "green",
  paused: "orange",
  closed: "grey",
  called_off: "grey",
  not_held: "grey",
};

/** "1 minute", "5 minutes" */
export const minutes = (n: number) => (n === 1 ? "1 minute" : `${n} minutes`);

/** "30 seconds", "2 minutes": whole minutes where they are whole */
export const spacing = (seconds: number) => (seconds % 60 === 0 ? minutes(seconds / 60) : `${seconds} seconds`);

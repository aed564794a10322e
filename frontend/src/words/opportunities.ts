// What providers and officers read of opportunities, and how amounts, ages and terms are said.
import type { TagColour } from "../govuk/show";
import type { AgeBand, Interest, Stage, Unit } from "../api/types";

export const stageWords: Record<Stage, string> = {
  open: "Open for bids",
  marking: "Being marked",
  priced: "Prices open",
  recommended: "Waiting for approval",
  standstill: "Awarded, in standstill",
  challenged: "Challenged",
  awarded: "Awarded",
  withdrawn: "Withdrawn",
  not_awarded: "No award made",
  set_aside: "Award set aside",
  unfilled: "No bids",
};

export const stageColours: Record<Stage, TagColour> = {
  open: "green",
  marking: "yellow",
  priced: "orange",
  recommended: "purple",
  standstill: "teal",
  challenged: "red",
  awarded: "teal",
  withdrawn: "grey",
  not_awarded: "grey",
  set_aside: "grey",
  unfilled: "grey",
};

/** The stage as the clock says it, a moment before the server's announcement arrives */
export function stageAt(card: { stage: Stage; closes_at: string }, now: number): Stage {
  return card.stage === "open" && Date.parse(card.closes_at) <= now ? "marking" : card.stage;
}

/** What one unit is, after a rate: "£14.10 an hour" */
export const unitRate: Record<Unit, string> = {
  hour: "an hour",
  shared_hour: "a shared hour",
  sleep_in_night: "a sleep-in night",
  waking_night_hour: "a waking-night hour",
  day: "a day",
  transport_day: "a transport day",
  mile: "a mile",
  month: "a month",
  one_off: "once",
};

/** What quantities are counted in, for one week unless the unit says otherwise */
export const unitQuantity: Record<Unit, string> = {
  hour: "hours a week",
  shared_hour: "shared hours a week",
  sleep_in_night: "sleep-in nights a week",
  waking_night_hour: "waking-night hours a week",
  day: "days a week",
  transport_day: "days of transport a week",
  mile: "miles a week",
  month: "each month",
  one_off: "one-off",
};

export const ageBands: AgeBand[] = ["18-24", "25-39", "40-64", "65-79", "80+"];
export const ageWords = (band: AgeBand) => (band === "80+" ? "aged 80 or over" : `aged ${band.replace("-", " to ")}`);

export const interestWords: Record<Interest, string> = {
  seen: "Seen",
  will_bid: "Will bid",
  cannot_bid: "Cannot bid",
};

export const weeksWords = (weeks: number) => (weeks === 1 ? "1 week" : `${weeks} weeks`);

export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** 1 as "1st" */
export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}

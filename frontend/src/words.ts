// The words people read, where more than one page says them. One word per concept.
import type { TagColour } from "./govuk/show";
import type { AgeBand, FormulaName, InquiryKind, InquiryState, Interest, Me, OfficerRole, Regime, Stage, Standing, Unit } from "./api/types";

export const FAIRLOT = "Fairlot";

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

export const standingWords: Record<Standing, string> = {
  applied: "Applied",
  clarification: "Question asked",
  admitted: "Admitted",
  refused: "Refused",
  no_new_work: "No new work",
  suspended: "Suspended",
  removed: "Removed",
  withdrawn: "Left",
};

export const standingColours: Record<Standing, TagColour> = {
  applied: "yellow",
  clarification: "orange",
  admitted: "green",
  refused: "grey",
  no_new_work: "orange",
  suspended: "red",
  removed: "grey",
  withdrawn: "grey",
};

export const regimeWords: Record<Regime, string> = {
  pcr_ltr_dps: "Light touch dynamic purchasing system (PCR 2015)",
  pcr_dps: "Dynamic purchasing system (PCR 2015)",
  pcr_framework: "Framework (PCR 2015)",
  pa23_dynamic_market: "Dynamic market (Procurement Act 2023)",
  pa23_light_touch_framework: "Light touch framework (Procurement Act 2023)",
  single_contract: "Single contract",
};

export const marketStageWords = { not_open: "Not open yet", open: "Open to join", ended: "Ended" } as const;
export const marketStageColours = { not_open: "grey", open: "green", ended: "grey" } as const satisfies Record<string, TagColour>;

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

export const inquiryWords: Record<InquiryState | "flagged", string> = {
  flagged: "Not asked about yet",
  asked: "Waiting for an answer",
  answered: "Answered",
  accepted: "Accepted",
  rejected: "Rejected",
};

export const inquiryColours: Record<InquiryState | "flagged", TagColour> = {
  flagged: "orange",
  asked: "yellow",
  answered: "purple",
  accepted: "green",
  rejected: "red",
};

/** To officers */
export const inquiryKindWords: Record<InquiryKind, string> = {
  exceptionality: "This price lies outside the published limits. It is ranked only if an exception is accepted.",
  abnormally_low: "This price looks abnormally low.",
};

/** To the provider asked */
export const ownInquiryWords: Record<InquiryKind, string> = {
  exceptionality: "Your price lies outside the published limits, so your bid can be ranked only if the council accepts an exception.",
  abnormally_low: "Your price looks abnormally low. That is no fault: the council asks you to account for it before it decides.",
};

export const ageBands: AgeBand[] = ["18-24", "25-39", "40-64", "65-79", "80+"];
export const ageWords = (band: AgeBand) => (band === "80+" ? "aged 80 or over" : `aged ${band.replace("-", " to ")}`);

export const interestWords: Record<Interest, string> = {
  seen: "Seen",
  will_bid: "Will bid",
  cannot_bid: "Cannot bid",
};

export const roleWords: Record<OfficerRole, string> = {
  broker: "Broker",
  evaluator: "Evaluator",
  commissioner: "Commissioner",
  procurement: "Procurement",
  auditor: "Auditor",
};

export const providerRoleWords = { administrator: "Administrator", bidder: "Bidder", viewer: "Viewer" } as const;

/** The line under a person's name */
export function whoWords(me: Me): string {
  if (me.officer) {
    const roles = me.officer.roles.map((role) => roleWords[role]);
    return [...me.officer.posts, ...roles].join(", ");
  }
  if (me.provider) return `${providerRoleWords[me.provider.role]}, ${me.provider.provider_name}`;
  return "";
}

export const hasRole = (me: Me | null | undefined, ...roles: OfficerRole[]) =>
  !!me?.officer && roles.some((role) => me.officer!.roles.includes(role));

/** Whether the officer's authority buys in this market: it is its own, or it is a partner in it */
export const buysIn = (me: Me | null | undefined, market: { authority_name: string; partners: string[] }) =>
  !!me?.officer && [market.authority_name, ...market.partners].includes(me.officer.authority_name);

/** Whether they bid for their provider: in this category, where one is asked about */
export function canBid(me: Me | null | undefined, category?: string): boolean {
  const provider = me?.provider;
  if (!provider || provider.role === "viewer") return false;
  return !category || provider.categories.length === 0 || provider.categories.includes(category);
}

export const weeksWords = (weeks: number) => (weeks === 1 ? "1 week" : `${weeks} weeks`);

export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** 1 as "1st" */
export function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}

export const formulaNames: Record<FormulaName, string> = {
  lowest_relative: "Relative to the lowest price",
  percent_over_lowest: "Per cent above the lowest price",
  pro_rata_to_qualification: "From the lowest price to a qualifying price",
  band: "Price band",
  price_per_quality_point: "Price for each point of quality",
  fixed: "Quality alone, at set rates",
  benchmark: "Against a benchmark price",
  ranked_list: "Standing order of providers",
};

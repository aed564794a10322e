// The words of how an award came to be, where more than one page says them.
import type { AwardRoute, PreferenceKept, RankedBid, Recommendation, Standstill } from "../api/types";
import { longDay } from "./london";
import type { TagColour } from "./show";

/** How far the decision on an award has come */
export const decisionWords: Record<Recommendation["state"], string> = {
  waiting: "Waiting for approval",
  approved: "Approved",
  returned: "Returned",
  declined: "Declined",
  set_aside: "Set aside",
};

export const decisionColours: Record<Recommendation["state"], TagColour> = {
  waiting: "purple",
  approved: "teal",
  returned: "orange",
  declined: "red",
  set_aside: "grey",
};

/** Why a bid has no rank */
export const admissibilityWords: Record<RankedBid["status"], string> = {
  admissible: "Admissible",
  below_gate: "Under the quality gate",
  below_minimum_mark: "Under a least mark",
  below_floor: "Below a floor",
  above_ceiling: "Above a ceiling",
  disregarded: "Price rejected",
};

export const routeWords: Record<AwardRoute, string> = {
  competed: "By bids, to the first",
  not_first: "By bids, to another than the first",
  user_choice: "To the provider that the person chose",
  urgent: "Urgent award",
};

export const preferenceWords: Record<PreferenceKept, string> = {
  followed: "Followed",
  not_followed: "Not followed",
  not_for_provider: "Not for a provider",
};

/** What the standstill means now */
export function standstillWords(standstill: Standstill): string {
  if (standstill.entered_at) return `The standstill ended on ${longDay(standstill.ends_on)}, and the contract is in the register.`;
  if (standstill.challenges.some((one) => one.upheld)) return "A challenge was upheld: the award is set aside, and no contract comes of it.";
  if (standstill.challenged)
    return `A challenge stands. The contract does not enter the register until it is lifted, even after ${longDay(standstill.ends_on)}.`;
  return `Everybody has been told the outcome. The standstill runs to the end of ${longDay(standstill.ends_on)}; the contract enters the register after that.`;
}

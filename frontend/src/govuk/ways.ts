// The words of how an award came to be, where more than one page says them.
import type { AwardRoute, PreferenceKept, Standstill } from "../api/types";
import { longDay } from "./london";

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
  if (standstill.challenged)
    return `A challenge stands. The contract does not enter the register until it is lifted, even after ${longDay(standstill.ends_on)}.`;
  return `Everybody has been told the outcome. The standstill runs to the end of ${longDay(standstill.ends_on)}; the contract enters the register after that.`;
}

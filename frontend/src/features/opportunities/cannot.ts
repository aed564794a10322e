import type { CannotReason } from "../../api/types";

/** Why a provider cannot bid. */
export const cannotWords: Record<CannotReason, string> = {
  no_staff_in_area: "No staff in the area",
  hours_do_not_fit: "The hours or times do not fit",
  start_too_soon: "Cannot start then",
  needs_outside: "The needs are outside what we do",
  limits_too_low: "The price limits are too low",
  other: "Another reason",
};

export const cannotReasons = Object.keys(cannotWords) as CannotReason[];

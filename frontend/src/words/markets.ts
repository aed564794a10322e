// What providers and officers read of markets and of standing in them.
import type { TagColour } from "../govuk/show";
import type { Regime, Standing } from "../api/types";

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

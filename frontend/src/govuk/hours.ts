// When in the week hours are spare, in words.
import type { components } from "../api/schema";
import { plain } from "./money";

type Schemas = components["schemas"];
export type Capacity = Schemas["CapacityView"];
export type Area = Schemas["AreaView"];
export type DeclaredCapacity = Schemas["DeclaredCapacity"];
export type TimeBand = Schemas["TimeBand"];

export const bandWords: Record<TimeBand, string> = {
  mornings: "mornings",
  daytime: "daytime",
  evenings: "evenings",
  sleep_in: "sleep-in nights",
  waking_nights: "waking nights",
  weekends: "weekends",
};

export const bands: { band: TimeBand; label: string; hint: string }[] = [
  { band: "mornings", label: "Mornings", hint: "Monday to Friday, until noon" },
  { band: "daytime", label: "Daytime", hint: "Monday to Friday, noon to 5pm" },
  { band: "evenings", label: "Evenings", hint: "Monday to Friday, 5pm to 10pm" },
  { band: "sleep_in", label: "Sleep-in nights", hint: "Monday to Friday, staff asleep" },
  { band: "waking_nights", label: "Waking nights", hint: "Monday to Friday, staff awake" },
  { band: "weekends", label: "Weekends", hint: "Saturday and Sunday, at any time" },
];

/** “30 mornings, 8 weekends” */
export const hoursWords = (figures: { band: TimeBand; hours: string }[]): string =>
  figures.map((one) => `${plain(one.hours)} ${bandWords[one.band]}`).join(", ");

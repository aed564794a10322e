import type { components } from "../../api/schema";
import { count } from "../../govuk/london";

export type Alerts = components["schemas"]["AlertsView"];
export type Chosen = Alerts["chosen"];

/** An hour as London's clocks strike it */
export function hourWords(hour: number): string {
  if (hour === 0) return "midnight";
  if (hour === 12) return "midday";
  return hour < 12 ? `${hour}am` : `${hour - 12}pm`;
}

export const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), words: hourWords(hour) }));

/** Whether an hour lies in quiet hours, over midnight too */
export const isQuiet = (hour: number, from: number, until: number) =>
  from < until ? from <= hour && hour < until : from <= hour || hour < until;

/** A choice, in a sentence */
export function inWords(chosen: Chosen): string {
  const { categories = [], areas = [], digest_hour, quiet_from, quiet_until } = chosen;
  const of = [
    categories.length > 0 ? `in ${count(categories.length, "category", "categories")}` : "",
    areas.length > 0 ? `in ${areas.join(", ")}` : "",
  ].filter(Boolean);
  const which = of.length > 0 ? `new opportunities ${of.join(", ")}` : "every new opportunity";
  const when = digest_hour == null ? "at once" : `once a day at ${hourWords(digest_hour)}`;
  const quiet = quiet_from == null || quiet_until == null ? "" : `, and nothing new between ${hourWords(quiet_from)} and ${hourWords(quiet_until)}`;
  return `You get emails about ${which} ${when}${quiet}.`;
}

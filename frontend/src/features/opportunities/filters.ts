// What somebody looks for on the board. It stands in the page's address, so that it survives reading again and the back
// button; the server sifts its list by it, and what arrives live is sifted here by the same rule.
import type { Sought } from "../../api/queries";
import type { OpportunityCard } from "../../api/types";
import { areasOf, isArea } from "../../govuk/areas";
import { longDay } from "../../govuk/london";

export const ownStates = ["new", "seen", "will_bid", "draft", "submitted", "withdrawn", "cannot_bid"] as const;
export type OwnState = (typeof ownStates)[number];

export const ownStateWords: Record<OwnState, string> = {
  new: "New to you",
  seen: "Seen",
  will_bid: "Will bid",
  draft: "Draft, not submitted",
  submitted: "Submitted",
  withdrawn: "Bid withdrawn",
  cannot_bid: "Cannot bid",
};

export interface Filters {
  /** Outward codes and postcode areas, in capitals */
  area: string[];
  category: string;
  hours_from: string;
  hours_to: string;
  starts_from: string;
  state: OwnState | "";
  /** Kilometres from one of one's bases */
  within_km: string;
}

export const NONE: Filters = { area: [], category: "", hours_from: "", hours_to: "", starts_from: "", state: "", within_km: "" };
export const HOURS_MAX = 5_000;
export const KM_MAX = 500;
export const AREAS_MAX = 40;

export const isHours = (text: string) => /^\d{1,4}$/.test(text) && Number(text) <= HOURS_MAX;

export const isKm = (text: string) => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= KM_MAX;

/** As it is typed: with commas or spaces between */
export { areasOf, isArea };

const among = <T extends string>(value: string | null, all: readonly T[]): T | "" => all.find((one) => one === value) ?? "";

/** What the address asks for; what makes no sense in it is left out. */
export function filtersOf(search: URLSearchParams): Filters {
  const hours = (name: string) => {
    const text = search.get(name) ?? "";
    return isHours(text) ? text : "";
  };
  const [from, to] = [hours("hours_from"), hours("hours_to")];
  const category = search.get("category") ?? "";
  const day = search.get("starts_from") ?? "";
  const km = search.get("within_km") ?? "";
  return {
    area: areasOf(search.get("area") ?? "").filter(isArea).sort().slice(0, AREAS_MAX),
    category: /^[0-9a-f-]{36}$/.test(category) ? category : "",
    hours_from: from,
    hours_to: from && to && Number(from) > Number(to) ? "" : to,
    starts_from: /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : "",
    state: among(search.get("state"), ownStates),
    within_km: isKm(km) ? km : "",
  };
}

export const isFiltered = (filters: Filters) => Object.values(filters).some((value) => value.length > 0);

/** What the address says: only what is looked for */
export function address(filters: Filters): Record<string, string> {
  const all = { ...filters, area: filters.area.join(",") };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/** What the API is asked */
export function asked(filters: Filters): Sought {
  const { area, category, hours_from, hours_to, starts_from, state, within_km } = filters;
  return {
    area: area.join(",") || undefined,
    category: category || undefined,
    hours_from: hours_from ? Number(hours_from) : undefined,
    hours_to: hours_to ? Number(hours_to) : undefined,
    starts_from: starts_from || undefined,
    state: state || undefined,
    within_km: within_km ? Number(within_km) : undefined,
  };
}

const lettersOf = (code: string) => /^[A-Z]*/.exec(code)![0];

const HOURLY = ["hour", "shared_hour", "waking_night_hour"];

/** Hours of care a week: nights slept in, days and miles are no hours */
export function weeklyHours(card: OpportunityCard): number {
  const lines = card.quantities.filter((line) => HOURLY.includes(line.unit));
  return lines.reduce((sum, line) => sum + Math.round(Number(line.quantity) * 10_000), 0) / 10_000;
}

function isIn(mine: NonNullable<OpportunityCard["mine"]>, state: OwnState): boolean {
  const submitted = !!mine.bid && !mine.bid.withdrawn;
  switch (state) {
    case "new":
      return !mine.interest && !mine.bid && !mine.draft;
    case "seen":
      return mine.interest === "seen" && !mine.bid && !mine.draft;
    case "will_bid":
    case "cannot_bid":
      return mine.interest === state && !submitted;
    case "draft":
      return mine.draft;
    case "submitted":
      return submitted;
    case "withdrawn":
      return !!mine.bid?.withdrawn;
  }
}

export type Middle = NonNullable<OpportunityCard["middle"]>;
export interface Base {
  outward_code: string;
  middle: Middle | null;
}

/** Whole kilometres in a straight line between the middles of outward codes: the server's own rule */
export function kilometres(one: Middle, other: Middle): number {
  const radians = (millionths: number) => (millionths / 1e6) * (Math.PI / 180);
  const [from, to] = [radians(one.latitude), radians(other.latitude)];
  const half = (a: number, b: number) => Math.sin((b - a) / 2) ** 2;
  const haversine = half(from, to) + Math.cos(from) * Math.cos(to) * half(radians(one.longitude), radians(other.longitude));
  return Math.round(2 * 6_371.0088 * Math.asin(Math.min(Math.sqrt(haversine), 1)));
}

/** The nearest base of which the distance is known */
function nearest(middle: Middle | null, bases: Base[]): { base: Base; km: number } | null {
  let found: { base: Base; km: number } | null = null;
  for (const base of middle ? bases : []) {
    const km = base.middle ? kilometres(middle!, base.middle) : Infinity;
    if (km < (found?.km ?? Infinity)) found = { base, km };
  }
  return found;
}

/** Whether a card is looked for: the server's own rule */
export function matches(card: OpportunityCard, filters: Filters, bases: Base[]): boolean {
  const { area, category, hours_from, hours_to, starts_from, state, within_km } = filters;
  const hours = weeklyHours(card);
  return (
    (area.length === 0 || area.some((one) => one === card.outward_code || one === lettersOf(card.outward_code))) &&
    (!category || card.category_id === category) &&
    (!hours_from || hours >= Number(hours_from)) &&
    (!hours_to || hours <= Number(hours_to)) &&
    (!starts_from || card.starts_on >= starts_from) &&
    (!within_km || (nearest(card.middle, bases)?.km ?? Infinity) <= Number(within_km)) &&
    (!state || (!!card.mine && isIn(card.mine, state)))
  );
}

/** What is looked for, in words */
export function inWords(filters: Filters, categoryName: string | undefined): string {
  const { area, category, hours_from: from, hours_to: to, starts_from, state, within_km } = filters;
  const said: string[] = [];
  if (state) said.push(ownStateWords[state].toLowerCase());
  if (within_km) said.push(`within about ${within_km} km of a base of yours`);
  if (area.length > 0) said.push(`in ${area.join(" or ")}`);
  if (category) said.push(categoryName ?? "one category");
  if (from && to) said.push(`${from} to ${to} hours a week`);
  else if (from) said.push(`at least ${from} hours a week`);
  else if (to) said.push(`at most ${to} hours a week`);
  if (starts_from) said.push(`starting on ${longDay(starts_from)} or later`);
  return said.join("; ");
}

/** How near an opportunity is to a base: in kilometres where they are known, or as far as postcodes alone tell */
export function nearness({ outward_code: code, middle }: Pick<OpportunityCard, "outward_code" | "middle">, bases: Base[]): string | null {
  if (bases.length === 0) return null;
  if (bases.some((base) => base.outward_code === code)) return `Same outward code as your ${code} base`;
  const known = nearest(middle, bases);
  if (known) return `About ${Math.max(known.km, 1)} km from your base in ${known.base.outward_code}`;
  const near = bases.find((base) => lettersOf(base.outward_code) === lettersOf(code));
  return near ? `Same postcode area as your ${near.outward_code} base` : "In no postcode area of your bases";
}

/** The postcode areas of one's bases */
export const areasOfBases = (bases: Base[]) => [...new Set(bases.map((base) => lettersOf(base.outward_code)))].sort();

// Every deadline is an instant; people read it as the clock on the wall in London, with the
// zone named, because "10am" means two different things on either side of a clock change.

const ZONE = "Europe/London";
const CLOCKS_APART = 2_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  weekday: "long",
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
});

const numbers = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

type Named = Record<string, string>;

function named(format: Intl.DateTimeFormat, at: number): Named {
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

function clock(hour: number, minute: string, second?: string): string {
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const half = hour < 12 ? "am" : "pm";
  if (second !== undefined) return `${twelve}:${minute}:${second}${half}`;
  if (hour === 12 && minute === "00") return "12 noon";
  if (hour === 0 && minute === "00") return "midnight";
  return minute === "00" ? `${twelve}${half}` : `${twelve}:${minute}${half}`;
}

const millis = (instant: string | number) => (typeof instant === "number" ? instant : Date.parse(instant));

/** "Monday 7 December 2026 at 10:30am GMT" */
export function longTime(instant: string | number): string {
  const p = named(parts, millis(instant));
  return `${p.weekday} ${p.day} ${p.month} ${p.year} at ${clock(Number(p.hour), p.minute!)} ${p.timeZoneName}`;
}

/** "7 Dec 2026, 10:30am GMT" */
export function shortTime(instant: string | number): string {
  const p = named(parts, millis(instant));
  return `${p.day} ${p.month!.slice(0, 3)} ${p.year}, ${clock(Number(p.hour), p.minute!)} ${p.timeZoneName}`;
}

/** "7 December 2026 at 10:30:05am GMT": for receipts and history, where seconds matter */
export function exactTime(instant: string | number): string {
  const p = named(parts, millis(instant));
  return `${p.day} ${p.month} ${p.year} at ${clock(Number(p.hour), p.minute!, p.second!)} ${p.timeZoneName}`;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
const weekdayFormat = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "long" });

/** A calendar day, "2026-12-07", as "7 December 2026" */
export function longDay(day: string): string {
  const at = Date.parse(`${day}T12:00:00Z`);
  return Number.isNaN(at) ? day : dayFormat.format(at);
}

/** "Monday 7 December 2026" */
export function weekdayDay(day: string): string {
  const at = Date.parse(`${day}T12:00:00Z`);
  return Number.isNaN(at) ? day : `${weekdayFormat.format(at)} ${dayFormat.format(at)}`;
}

export function count(many: number, one: string, several = `${one}s`): string {
  return `${many} ${many === 1 ? one : several}`;
}

/** How long, in at most two units: "2 days 3 hours", "14 minutes", "40 seconds" */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span >= DAY) {
    const days = Math.floor(span / DAY);
    const hours = Math.floor((span % DAY) / HOUR);
    return hours === 0 || days >= 7 ? count(days, "day") : `${count(days, "day")} ${count(hours, "hour")}`;
  }
  if (span >= HOUR) {
    const hours = Math.floor(span / HOUR);
    const minutes = Math.floor((span % HOUR) / MINUTE);
    return minutes === 0 ? count(hours, "hour") : `${count(hours, "hour")} ${count(minutes, "minute")}`;
  }
  if (span >= MINUTE) return count(Math.floor(span / MINUTE), "minute");
  return count(Math.floor(span / 1000), "second");
}

/** "in 2 days 3 hours", "14 minutes ago", "just now" */
export function relative(instant: string | number, now: number): string {
  const away = millis(instant) - now;
  // A moment of the server's may lie ahead of this clock by as long as its answer took.
  if (Math.abs(away) < MINUTE) return away > CLOCKS_APART ? "in less than a minute" : "just now";
  return away > 0 ? `in ${duration(away)}` : `${duration(-away)} ago`;
}

export interface Countdown {
  words: string;
  mood: "calm" | "soon" | "last" | "over";
}

/** What a countdown shows: minutes and seconds within the last hour, longer units before. */
export function countdown(instant: string, now: number): Countdown {
  const left = millis(instant) - now;
  if (left <= 0) return { words: "Closed", mood: "over" };
  if (left >= HOUR) return { words: duration(left), mood: left < DAY ? "soon" : "calm" };
  const minutes = Math.floor(left / MINUTE);
  const seconds = Math.floor((left % MINUTE) / 1000);
  const words = minutes === 0 ? `${seconds} s` : `${minutes} min ${String(seconds).padStart(2, "0")} s`;
  return { words, mood: left < 15 * MINUTE ? "last" : "soon" };
}

export interface LondonTime {
  day: string; // 2026-12-07
  time: string; // 10:30
}

/** The wall clock of an instant, for date and time inputs */
export function toLondon(instant: string | number): LondonTime {
  const p = named(numbers, millis(instant));
  return { day: `${p.year}-${p.month}-${p.day}`, time: `${p.hour}:${p.minute}` };
}

/** The calendar day it is in London */
export function londonDay(now: number): string {
  return toLondon(now).day;
}

/**
 * The instant at which London's clocks show this day and time, as the wire writes it; null if
 * they never do (the hour that is skipped in March). In October's repeated hour the first is
 * meant, the earlier and so the safer of the two for a deadline.
 */
export function fromLondon(day: string, time: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^\d{2}:\d{2}$/.test(time)) return null;
  const asIfUtc = Date.parse(`${day}T${time}:00.000Z`);
  if (Number.isNaN(asIfUtc)) return null;
  for (const ahead of [HOUR, 0]) {
    const candidate = asIfUtc - ahead;
    const shown = toLondon(candidate);
    if (shown.day === day && shown.time === time) return new Date(candidate).toISOString();
  }
  return null;
}

/** Whole calendar days from one day to another */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

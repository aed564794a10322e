// The price of an offer, added up as it is typed. Whole numbers of a ten-thousandth all the
// way, as the server keeps them: nothing is rounded before it is shown.
import type { Unit } from "../api/types";

const SCALE = 10_000n;
const WEEKS = 52n;
const TYPED = /^\s*£?\s*(\d{1,9}(?:,\d{3})*)(?:\.(\d{0,4}))?\s*$/;

/** What a person typed, in ten-thousandths; null if it is not an amount */
export function parseAmount(typed: string): bigint | null {
  const match = TYPED.exec(typed);
  if (!match) return null;
  const whole = match[1]!.replaceAll(",", "");
  return BigInt(whole) * SCALE + BigInt((match[2] ?? "").padEnd(4, "0"));
}

/** The same amount as the wire writes it: "13.60" */
export function wireAmount(typed: string): string | null {
  const amount = parseAmount(typed);
  if (amount === null) return null;
  const fraction = String(amount % SCALE).padStart(4, "0").replace(/0{1,2}$/, "");
  return `${amount / SCALE}.${fraction}`;
}

export interface PricedLine {
  quantity: string;
  unit: Unit;
  rate: string;
}

export interface Price {
  weekly: string;
  yearly: string;
  /** Lines that have no rate yet, or not an amount */
  missing: number;
}

/** How many fifty-seconds of the rate fall in one week */
function weeklyShare(unit: Unit): bigint {
  if (unit === "month") return 12n;
  if (unit === "one_off") return 1n;
  return WEEKS;
}

/** To pence, half away from zero; amounts here are never below nothing */
function pence(numerator: bigint, denominator: bigint): string {
  const rounded = (numerator * 200n + denominator) / (denominator * 2n);
  return `${rounded / 100n}.${String(rounded % 100n).padStart(2, "0")}`;
}

export function priceOf(lines: PricedLine[]): Price {
  // A sum of quantity × rate × share, whose unit is 1/(52 × 10^8) of a pound a week.
  let sum = 0n;
  let missing = 0;
  for (const line of lines) {
    const quantity = parseAmount(line.quantity);
    const rate = parseAmount(line.rate);
    if (quantity === null || rate === null) missing += 1;
    else sum += quantity * rate * weeklyShare(line.unit);
  }
  return { weekly: pence(sum, WEEKS * SCALE * SCALE), yearly: pence(sum, SCALE * SCALE), missing };
}

/** What one line comes to in a week; null while its rate is not an amount */
export function lineWeekly(line: PricedLine): string | null {
  const price = priceOf([line]);
  return price.missing === 0 ? price.weekly : null;
}

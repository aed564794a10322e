// Weights and shares as they are typed and as the wire writes them: whole numbers of a ten-thousandth all the way.

const TYPED = /^\s*(\d{1,3})(?:\.(\d{1,4}))?\s*%?\s*$/;
const WHOLE = 1_000_000;

function parse(typed: string): number | null {
  const match = TYPED.exec(typed);
  if (!match) return null;
  const parts = Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
  return parts <= WHOLE ? parts : null;
}

function write(parts: number): string {
  const fraction = String(parts % 10_000).padStart(4, "0").replace(/0+$/, "");
  return `${Math.floor(parts / 10_000)}${fraction ? `.${fraction}` : ""}`;
}

/** A weight from 0 to 100, or nothing if it is none */
export function weight(typed: string): string | null {
  const parts = parse(typed);
  return parts === null ? null : write(parts);
}

/** What is left of 100 */
export function rest(typed: string): string | null {
  const parts = parse(typed);
  return parts === null ? null : write(WHOLE - parts);
}

/** Per cent as a share: "55" as "0.55"; at most two places, which is as fine as a share is kept */
export function shareOf(typed: string): string | null {
  const parts = parse(typed);
  return parts === null || parts % 100 !== 0 ? null : write(parts / 100);
}

/** A share as per cent: "0.55" as "55" */
export function percentOf(share: string): string {
  const parts = parse(share);
  return parts === null ? "" : write(parts * 100);
}

/** A price as a person types it, as the wire writes it */
export function money(typed: string): string | null {
  const match = /^\s*£?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(typed);
  return match ? `${match[1]!.replaceAll(",", "")}.${(match[2] ?? "").padEnd(2, "0")}` : null;
}

/** A mark as a person types it */
export function mark(typed: string): string | null {
  const match = /^\s*(\d{1,3})(?:\.(\d{1,4}))?\s*$/.exec(typed);
  return match ? `${match[1]}${match[2] ? `.${match[2]}` : ""}` : null;
}

/** How much more the second of two exact amounts is, with its sign; "" if either is not there */
export function difference(from: string | null, to: string | null): string {
  const exact = (amount: string | null) => {
    const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(amount ?? "");
    if (!match) return null;
    const parts = BigInt(`${match[2]}${(match[3] ?? "").padEnd(4, "0")}`);
    return match[1] ? -parts : parts;
  };
  const [a, b] = [exact(from), exact(to)];
  if (a === null || b === null) return "";
  const parts = b - a;
  const size = String(parts < 0n ? -parts : parts).padStart(5, "0");
  return `${parts < 0n ? "-" : ""}${size.slice(0, -4)}.${size.slice(-4)}`;
}

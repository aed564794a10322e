// Amounts arrive as exact decimals in a string and are shown without ever becoming floats.

const AMOUNT = /^(-?)(\d+)(?:\.(\d+))?$/;

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "62114.00" as "£62,114.00"; pence always, further digits only where there are any */
export function pounds(amount: string | null | undefined): string {
  if (amount == null) return "";
  const match = AMOUNT.exec(amount);
  if (!match) return amount;
  const [, sign, whole, fraction = ""] = match;
  const kept = fraction.replace(/0+$/, "").padEnd(2, "0");
  return `${sign === "-" ? "−" : ""}£${grouped(whole!.replace(/^0+(?=\d)/, ""))}.${kept}`;
}

/** "35.0000" as "35", "7.5" as "7.5" */
export function plain(amount: string): string {
  const match = AMOUNT.exec(amount);
  if (!match) return amount;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  return `${match[1]}${grouped(match[2]!)}${fraction ? `.${fraction}` : ""}`;
}

/** "0.60" as "60%" */
export function percent(share: string): string {
  const match = AMOUNT.exec(share);
  if (!match) return share;
  const fraction = (match[3] ?? "").padEnd(2, "0");
  const whole = `${match[2]}${fraction.slice(0, 2)}`.replace(/^0+(?=\d)/, "");
  const rest = fraction.slice(2).replace(/0+$/, "");
  return `${whole}${rest ? `.${rest}` : ""}%`;
}

/** "43.6065" to one place as "43.6": whole numbers all the way, half away from nothing */
export function rounded(amount: string, places: number): string {
  const match = AMOUNT.exec(amount);
  if (!match) return amount;
  const kept = (match[3] ?? "").padEnd(places + 1, "0");
  let digits = BigInt(`${match[2]}${kept.slice(0, places)}`);
  if (kept.charAt(places) >= "5") digits += 1n;
  const text = String(digits).padStart(places + 1, "0");
  const [whole, fraction] = [text.slice(0, text.length - places), text.slice(text.length - places).replace(/0+$/, "")];
  return `${digits === 0n ? "" : match[1]}${grouped(whole)}${fraction ? `.${fraction}` : ""}`;
}

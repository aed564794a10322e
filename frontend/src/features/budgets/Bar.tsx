import { pounds } from "../../govuk/money";

/** Money as a number, good enough to draw with: nothing is worked out from it */
const size = (amount: string) => Number(amount);

/** How much of a limit is committed and how much waits. The same is in words beside it and in a table below. */
export function Bar({ limit, committed, waiting, what }: { limit: string; committed: string; waiting: string; what: string }) {
  const whole = Math.max(size(limit), size(committed) + size(waiting), 0.01);
  const at = (amount: number) => Math.min(100, (100 * amount) / whole);
  const first = at(size(committed));
  const second = at(size(waiting));
  const end = at(size(limit));
  return (
    <svg
      width="100%"
      height="28"
      role="img"
      aria-label={`${what}: ${pounds(committed)} committed and ${pounds(waiting)} waiting, of ${pounds(limit)}.`}
    >
      <rect x="0" y="4" width="100%" height="20" fill="#ffffff" stroke="#505a5f" strokeWidth="2" />
      <rect x="0" y="4" width={`${first}%`} height="20" fill="var(--authority-colour)" />
      <rect x={`${first}%`} y="4" width={`${second}%`} height="20" fill="#b1b4b6" stroke="#505a5f" strokeWidth="1" />
      {end < 100 ? <line x1={`${end}%`} x2={`${end}%`} y1="0" y2="28" stroke="#d4351c" strokeWidth="4" /> : null}
    </svg>
  );
}

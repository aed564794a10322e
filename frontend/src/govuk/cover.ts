// What a delegation covers, in words.
import type { DecisionKind } from "../api/types";

export const kindWords: Record<DecisionKind, string> = {
  award: "Awards",
  block_contract: "Block contracts",
  variation: "Variations",
  extension: "Extensions",
  exceptionality: "Exceptional prices",
  direct_award: "Direct awards",
  suspension: "Suspensions",
};
export const kinds = Object.keys(kindWords) as DecisionKind[];

const listed = (words: string[]) => [words.slice(0, -1).join(", "), ...words.slice(-1)].filter(Boolean).join(" and ");

/** What it covers, unless it covers everything */
export function coverWords(one: { categories: string[]; kinds: DecisionKind[] }): string | null {
  const what = listed(one.kinds.map((kind) => kindWords[kind].toLowerCase()));
  const where = listed(one.categories);
  if (!what && !where) return null;
  return `For ${what || "everything"}${where ? ` in ${where}` : ""} only`;
}

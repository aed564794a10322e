import type { ApplicationField, SectionState } from "../../api/types";
import { longDay } from "../../govuk/london";
import type { TagColour } from "../../govuk/show";

export const stateWords: Record<SectionState, string> = {
  not_started: "Not started",
  in_progress: "In progress",
  completed: "Completed",
};

export const stateColours: Record<SectionState, TagColour | undefined> = {
  not_started: "grey",
  in_progress: "yellow",
  completed: "green",
};

/** What a field asks, in a line */
export function asksWords({ asks }: ApplicationField): string {
  switch (asks.kind) {
    case "question":
      return asks.question.words;
    case "criterion":
      return asks.criterion.name;
    case "declaration":
    case "evidence":
      return asks.words;
  }
}

type DraftEvidence = NonNullable<ApplicationField["evidence"]>;

const isWritten = (own: DraftEvidence) => !!(own.reference || own.expires_on || own.document_id);

/** The piece of evidence that is sent: what is written here, or else what was given for another category. */
export function evidenceOf({ evidence, elsewhere }: ApplicationField): DraftEvidence | null {
  if (evidence && isWritten(evidence)) return evidence;
  if (!elsewhere) return evidence ?? null;
  const { reference, expires_on, document } = elsewhere;
  return { reference, expires_on, document_id: document?.id ?? null };
}

export function documentOf(field: ApplicationField) {
  return field.evidence && isWritten(field.evidence) ? field.document : (field.document ?? field.elsewhere?.document ?? null);
}

/** For which market the piece was given, where nothing is written here */
export const givenFor = (field: ApplicationField) =>
  field.elsewhere && !(field.evidence && isWritten(field.evidence)) ? field.elsewhere.market_name : null;

/** What is written, as a person reads it; nothing where nothing is. */
export function answerWords(field: ApplicationField): string {
  const { asks, answer } = field;
  if (asks.kind === "evidence") {
    const { reference, expires_on } = evidenceOf(field) ?? {};
    return [reference, expires_on ? `until ${longDay(expires_on)}` : "", documentOf(field)?.name].filter(Boolean).join(", ");
  }
  if (asks.kind === "declaration") return answer === "yes" ? "Declared" : "";
  if (asks.kind !== "question") return answer;
  const kind = asks.question.asks;
  if (kind.kind === "yes_no") return { yes: "Yes", no: "No" }[answer] ?? "";
  if (kind.kind === "choice") return kind.options.find(({ id }) => id === answer)?.words ?? "";
  if (kind.kind === "date") return answer ? longDay(answer) : "";
  return answer || (field.passport ?? "");
}

/** Where what is wrong stands on a page: a declaration with the others, a reference with its piece. */
export function placeOf(field: string): string {
  if (field.startsWith("declarations.")) return "declarations";
  return field.replace(/\.reference$/, "");
}

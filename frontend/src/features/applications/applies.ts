// Which questions are asked, as the answers stand on this page: the server decides the same, but a moment later.
import type { AskedQuestion, Maybe } from "../../api/types";

/** The questions that are asked, in order. A condition looks only at a question that is itself asked. */
export function asked(questions: AskedQuestion[], answerTo: (id: string) => Maybe<string>): Set<string> {
  const found = new Set<string>();
  for (const { id, only_if } of questions) {
    if (!only_if || (found.has(only_if.question) && only_if.is.includes((answerTo(only_if.question) ?? "").trim()))) found.add(id);
  }
  return found;
}

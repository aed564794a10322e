import { describe, expect, it } from "vitest";
import type { AskedQuestion } from "../../api/types";
import { asked } from "./applies";

const question = (id: string, on?: string, ...is: string[]): AskedQuestion => ({
  id,
  words: `${id}?`,
  asks: { kind: "yes_no", passes: null },
  only_if: on ? { question: on, is } : null,
  guidance: null,
  scored: null,
  evidence: null,
  passport: null,
});
const CHAIN = [
  question("transport"),
  question("vehicles", "transport", "yes"),
  question("lifts", "vehicles", "own", "hired"),
  question("staff"),
];
const of = (answers: Record<string, string>) => [...asked(CHAIN, (id) => answers[id])];

describe("which questions are asked", () => {
  it("follows the answers, and asks nothing further of an answer that no longer counts", () => {
    expect(of({})).toEqual(["transport", "staff"]);
    expect(of({ transport: "yes" })).toEqual(["transport", "vehicles", "staff"]);
    expect(of({ transport: "yes", vehicles: "hired" })).toEqual(["transport", "vehicles", "lifts", "staff"]);
    expect(of({ transport: "no", vehicles: "own" })).toEqual(["transport", "staff"]);
  });
});

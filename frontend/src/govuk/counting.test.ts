import { describe, expect, it } from "vitest";
import { wordsIn, wordsLeft } from "./counting";

describe("counting words", () => {
  it("counts as the server does", () => {
    expect(wordsIn("")).toBe(0);
    expect(wordsIn("  one\n two  three ")).toBe(3);
    expect(wordsLeft("one two", 3)).toBe("1 word left of 3");
    expect(wordsLeft("one two three four five", 3)).toBe("2 words too many");
  });
});

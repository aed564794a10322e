import { expect, it } from "vitest";
import { hours, hourWords, inWords, isQuiet } from "./words";

const none = { categories: [], areas: [], digest_hour: null, quiet_from: null, quiet_until: null };

it("says a choice in a sentence", () => {
  expect(inWords(none)).toBe("You get emails about every new opportunity at once.");
  expect(inWords({ ...none, areas: ["ST", "WV1"], categories: ["a"], quiet_from: 20, quiet_until: 7 })).toBe(
    "You get emails about new opportunities in 1 category, in ST, WV1 at once, and nothing new between 8pm and 7am.",
  );
  expect(inWords({ ...none, digest_hour: 0 })).toBe("You get emails about every new opportunity once a day at midnight.");
});

it("names every hour once", () => {
  expect(new Set(hours.map((one) => one.words)).size).toBe(24);
  expect([hourWords(11), hourWords(12), hourWords(13)]).toEqual(["11am", "midday", "1pm"]);
});

it("knows quiet hours over midnight", () => {
  expect([19, 20, 0, 6, 7].map((hour) => isQuiet(hour, 20, 7))).toEqual([false, true, true, true, false]);
  expect([11, 12, 13, 14].map((hour) => isQuiet(hour, 12, 14))).toEqual([false, true, true, false]);
});

import { expect, it } from "vitest";
import { contrastWithWhite, FAIRLOT_COLOUR, wearable } from "./colour";

it("wears a colour on which white can be read", () => {
  expect(contrastWithWhite("#000000")).toBeCloseTo(21);
  expect(contrastWithWhite(FAIRLOT_COLOUR)).toBeGreaterThan(4.5);
  expect(wearable("#5b2a86")).toBe("#5b2a86");
});

it("keeps its own where it could not, or where it is not a colour", () => {
  expect(wearable("#ffd100")).toBe(FAIRLOT_COLOUR);
  expect(wearable("red; background: url(x)")).toBe(FAIRLOT_COLOUR);
  expect(wearable(null)).toBe(FAIRLOT_COLOUR);
});

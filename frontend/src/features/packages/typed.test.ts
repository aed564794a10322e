import { describe, expect, test } from "vitest";
import { askedOf, EMPTY, faultsByField, filledIn, heard, type PackageChecked, type PackageStart } from "./typed";

const template = (words: Partial<PackageStart> = {}): PackageStart => ({
  title_hint: null,
  needs: "A good day:",
  needs_hint: null,
  quantities: [{ key: "hour", quantity: "45.0000" }],
  starts_on: "2027-01-18",
  initial_term_weeks: 104,
  ...words,
});

const checked = (found: Partial<PackageChecked> = {}): PackageChecked => ({
  faults: [],
  missing: [],
  leaks: [],
  reaches: null,
  declared: null,
  cost: null,
  ...found,
});

describe("a template", () => {
  test("fills in what nobody has typed", () => {
    const filled = filledIn({ ...EMPTY, title: "Mine" }, null, template());
    expect(filled).toEqual({
      ...EMPTY,
      title: "Mine",
      needs: "A good day:",
      quantities: { hour: "45" },
      starts_on: "2027-01-18",
      initial_term_weeks: "104",
    });
  });
  test("gives way to another where it was left as it was, and nothing that was typed does", () => {
    const filled = filledIn(EMPTY, null, template());
    const typed = { ...filled, needs: "A good day: swimming", initial_term_weeks: "26" };
    const other = template({ needs: "Days out:", quantities: [{ key: "day", quantity: "5" }], starts_on: null });
    const after = filledIn(typed, template(), other);
    expect(after).toEqual({ ...typed, quantities: { day: "5" }, starts_on: "" });
    expect(filledIn(filled, template(), null)).toEqual(EMPTY);
  });
  test("leaves quantities alone once one of them was typed", () => {
    const typed = { ...filledIn(EMPTY, null, template()), quantities: { hour: "30" } };
    expect(filledIn(typed, template(), template({ quantities: [] })).quantities).toEqual({ hour: "30" });
  });
});

test("a quantity's fault stands at its own line, though blank lines are not sent", () => {
  const typed = { ...EMPTY, category_id: "c", quantities: { hour: " ", night: "many", mile: "3" } };
  const sent = askedOf(typed, [{ key: "hour" }, { key: "night" }, { key: "mile" }]);
  expect(sent.quantities).toEqual([
    { key: "night", quantity: "many" },
    { key: "mile", quantity: "3" },
  ]);
  expect(sent.title).toBeNull();
  const faults = [{ field: "quantities[0].quantity", detail: "Enter a number." }];
  expect(faultsByField(checked({ faults }), sent)).toEqual({ "quantities.night": "Enter a number." });
});

test("what is heard is short, and nothing where there is no news", () => {
  expect(heard(checked())).toBe("");
  const leak = { kind: "name" as const, field: "needs", text: "Daniel", advice: "" };
  const declared = { outward_code: "ST16", providers: 2, totals: [], each: null };
  expect(heard(checked({ leaks: [leak], reaches: 1, declared }))).toBe(
    "One thing in your words may tell who the person is. It will reach 1 provider, of which 2 declared spare hours in ST16.",
  );
});

import { describe, expect, it } from "vitest";
import type { Opportunity } from "../../api/types";
import { blank, crossed, fromDraft, sameAsOffer, toDraft, toOffer } from "./typed";

const opportunity = {
  starts_on: "2027-01-04",
  quantities: [
    { key: "support", label: "Support", unit: "hour", quantity: "35" },
    { key: "transport", label: "Transport", unit: "transport_day", quantity: "5" },
  ],
  category: {
    lines: [
      { key: "support", label: "Support", unit: "hour", reference_low: "13.60", reference_high: "14.75" },
      { key: "transport", label: "Transport", unit: "transport_day", fixed: "6.00" },
    ],
    criteria: [{ id: "c1", name: "Independence" }],
  },
} as unknown as Opportunity;

describe("a bid as typed", () => {
  it("begins with the rates the council sets and the day the care starts", () => {
    expect(blank(opportunity)).toEqual({ rates: { support: "", transport: "6.00" }, answers: {}, starts_on: "2027-01-04", exceptionality: "" });
  });

  it("goes into a draft and back, however unfinished", () => {
    const typed = { rates: { support: "14.", transport: "6.00" }, answers: { c1: "We would" }, starts_on: "2027-01-11", exceptionality: "We are near." };
    expect(fromDraft(opportunity, toDraft(typed))).toEqual(typed);
  });

  it("is an offer only when it is whole, and says what is missing by field", () => {
    expect(toOffer(opportunity, blank(opportunity)).wrong).toEqual({
      "rates.0.rate": "Enter your rate for: Support. For example, 14.10",
      "answers.0.answer": "Answer the question on Independence",
    });
    const { offer } = toOffer(opportunity, {
      rates: { support: "£14.1", transport: "6.00" },
      answers: { c1: " We would… " },
      starts_on: "2027-01-04",
      exceptionality: "No limit is crossed, so no reason is sent.",
    });
    expect(offer).toEqual({
      rates: [
        { key: "support", rate: "14.10" },
        { key: "transport", rate: "6.00" },
      ],
      answers: [{ criterion_id: "c1", answer: "We would…" }],
      starts_on: "2027-01-04",
      exceptionality: null,
    });
  });

  it("says which limits it crosses, by the unit and by the week, and sends the reason with them", () => {
    const [support, transport] = opportunity.category.lines;
    const category = { ...opportunity.category, lines: [{ ...support, floor: "13.60", ceiling: "14.75" }, transport], weekly_ceiling: "540.00" };
    const limited = { ...opportunity, category } as unknown as Opportunity;
    const typed = (support: string) => ({ ...blank(limited), rates: { support, transport: "6.00" }, answers: { c1: "We would" }, exceptionality: " Nurses. " });
    for (const within of ["13.60", "14.57", "", "x"]) expect(crossed(limited, typed(within))).toEqual([]);
    expect(crossed(limited, typed("13.59"))).toEqual(["Support is below the floor of £13.60."]);
    expect(crossed(limited, typed("14.58"))).toEqual(["Your weekly price is above the ceiling of £540.00."]);
    expect(toOffer(limited, typed("14.76")).offer?.exceptionality).toBe("Nurses.");
    expect(toOffer(limited, typed("14.00")).offer?.exceptionality).toBe(null);
  });

  it("knows when it differs from what was submitted", () => {
    const offer = {
      rates: [
        { key: "support", rate: "14.10" },
        { key: "transport", rate: "6.00" },
      ],
      answers: [{ criterion_id: "c1", answer: "We would…" }],
      starts_on: "2027-01-04",
    };
    const typed = fromDraft(opportunity, offer);
    expect(sameAsOffer(opportunity, { ...typed, rates: { ...typed.rates, support: "14.1" } }, offer)).toBe(true);
    expect(sameAsOffer(opportunity, { ...typed, rates: { ...typed.rates, support: "14.11" } }, offer)).toBe(false);
  });
});

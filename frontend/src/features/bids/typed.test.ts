import { describe, expect, it } from "vitest";
import type { Opportunity } from "../../api/types";
import { blank, fromDraft, sameAsOffer, toDraft, toOffer } from "./typed";

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
    expect(blank(opportunity)).toEqual({ rates: { support: "", transport: "6.00" }, answers: {}, starts_on: "2027-01-04" });
  });

  it("goes into a draft and back, however unfinished", () => {
    const typed = { rates: { support: "14.", transport: "6.00" }, answers: { c1: "We would" }, starts_on: "2027-01-11" };
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
    });
    expect(offer).toEqual({
      rates: [
        { key: "support", rate: "14.10" },
        { key: "transport", rate: "6.00" },
      ],
      answers: [{ criterion_id: "c1", answer: "We would…" }],
      starts_on: "2027-01-04",
    });
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

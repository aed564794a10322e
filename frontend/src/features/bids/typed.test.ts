import { describe, expect, it } from "vitest";
import type { Document, DraftSaved, EarlierAnswer, Offer, Opportunity, OwnBid } from "../../api/types";
import { fitting } from "./Earlier";
import { blank, crossed, fromDraft, newest, sameAsOffer, toDraft, toOffer, withEarlier } from "./typed";

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
    criteria: [{ id: "c1", name: "Independence", attachments: 2 }],
  },
} as unknown as Opportunity;

const document = (id: string): Document => ({ id, name: id, kind: "pdf", size: 1, uploaded_at: "" });
const [rota, plan] = [document("rota"), document("plan")];

describe("what a bid begins with", () => {
  it("is the provider's earlier rates, where they are asked again and are its own to choose", () => {
    const begun = withEarlier(opportunity, blank(opportunity), [
      { key: "support", rate: "14.10" },
      { key: "transport", rate: "9.00" },
      { key: "nights", rate: "80.00" },
    ]);
    expect(begun.rates).toEqual({ support: "14.10", transport: "6.00" });
    expect(blank(opportunity).rates.support).toBe("");
  });

  it("is what was written last: the draft, unless the bid that stands was received after it", () => {
    const saved = (saved_at: string) => ({ draft: { starts_on: "2027-01-11" }, saved_at, revision: 1 }) as DraftSaved;
    const bid = { offer: { starts_on: "2027-01-04" }, submitted_at: "2026-12-07T14:00:00.000Z", withdrawn: false } as OwnBid;
    expect(newest(saved("2026-12-07T14:00:01.000Z"), bid)?.starts_on).toBe("2027-01-11");
    expect(newest(saved("2026-12-07T13:59:59.000Z"), bid)?.starts_on).toBe("2027-01-04");
    expect(newest(saved("2026-12-07T13:59:59.000Z"), { ...bid, withdrawn: true })?.starts_on).toBe("2027-01-11");
    expect(newest({ draft: null, documents: [], saved_at: null, revision: 0 }, null)).toBeNull();
  });

  it("is found in the provider's library, for the same criterion first", () => {
    const given = (criterion_id: string, criterion: string, answer: string) =>
      ({ criterion_id, criterion, answer, reference: "SL-0001", submitted_at: "" }) as EarlierAnswer;
    const library = [given("c9", "Safety", "We check twice."), given("c1", "Independence", "We walk along."), given("c7", "Independence", "We wait.")];
    const answers = (search: string) => fitting(library, { id: "c1", name: "Independence" }, search).map((one) => one.answer);
    expect(answers("")).toEqual(["We walk along.", "We wait.", "We check twice."]);
    expect(answers("CHECK")).toEqual(["We check twice."]);
    expect(answers("nothing of the kind")).toEqual([]);
  });
});

describe("a bid as typed", () => {
  it("begins with the rates the council sets and the day the care starts", () => {
    expect(blank(opportunity)).toEqual({ rates: { support: "", transport: "6.00" }, answers: {}, attachments: {}, starts_on: "2027-01-04", exceptionality: "" });
  });

  it("goes into a draft and back, however unfinished", () => {
    const attachments = { c1: [rota, plan] };
    const typed = { rates: { support: "14.", transport: "6.00" }, answers: { c1: "We would" }, attachments, starts_on: "2027-01-11", exceptionality: "We are near." };
    expect(fromDraft(opportunity, toDraft(typed), [plan, rota])).toEqual(typed);
    // One that is not there any more is left out, and nothing else with it.
    expect(fromDraft(opportunity, toDraft(typed), [plan])).toEqual({ ...typed, attachments: { c1: [plan] } });
  });

  it("is an offer only when it is whole, and says what is missing by field", () => {
    expect(toOffer(opportunity, blank(opportunity)).wrong).toEqual({
      "rates.0.rate": "Enter your rate for: Support. For example, 14.10",
      "answers.0.answer": "Answer the question on Independence",
    });
    const { offer } = toOffer(opportunity, {
      rates: { support: "£14.1", transport: "6.00" },
      answers: { c1: " We would… " },
      attachments: { c1: [plan], c9: [rota] },
      starts_on: "2027-01-04",
      exceptionality: "No limit is crossed, so no reason is sent.",
    });
    expect(offer).toEqual({
      rates: [
        { key: "support", rate: "14.10" },
        { key: "transport", rate: "6.00" },
      ],
      answers: [{ criterion_id: "c1", answer: "We would…" }],
      attachments: [{ criterion_id: "c1", document_id: "plan" }],
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
    } as Offer;
    const typed = fromDraft(opportunity, offer, []);
    expect(sameAsOffer(opportunity, { ...typed, rates: { ...typed.rates, support: "14.1" } }, offer)).toBe(true);
    expect(sameAsOffer(opportunity, { ...typed, rates: { ...typed.rates, support: "14.11" } }, offer)).toBe(false);
    expect(sameAsOffer(opportunity, { ...typed, attachments: { c1: [rota] } }, offer)).toBe(false);
    const submitted = { criterion_id: "c1", document_id: "rota", kind: "pdf", size: 1, digest: "" } as const;
    expect(sameAsOffer(opportunity, { ...typed, attachments: { c1: [rota] } }, { ...offer, attachments: [submitted] })).toBe(true);
  });
});

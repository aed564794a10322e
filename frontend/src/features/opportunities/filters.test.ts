import { describe, expect, it } from "vitest";
import type { OpportunityCard } from "../../api/types";
import { address, areasOf, areasOfBases, asked, filtersOf, inWords, isFiltered, matches, nearness, NONE, type OwnState, ownStates, weeklyHours } from "./filters";

const card: OpportunityCard = {
  id: "a",
  reference: "SL-0007",
  title: "Support at home",
  market_id: "m",
  market_name: "Supported Living",
  category_id: "1f0e8a3c-0000-4000-8000-000000000001",
  category_name: "Supported living",
  outward_code: "ST16",
  age_band: "25-39",
  quantities: [
    { key: "hours", label: "Hours", unit: "hour", quantity: "30.5" },
    { key: "waking", label: "Waking nights", unit: "waking_night_hour", quantity: "4.5" },
    { key: "nights", label: "Sleep-ins", unit: "sleep_in_night", quantity: "7" },
  ],
  starts_on: "2027-01-04",
  initial_term_weeks: 52,
  published_at: "2026-11-22T10:00:00.000Z",
  closes_at: "2026-11-24T10:00:00.000Z",
  stage: "open",
  event_number: 4,
  mine: { interest: null, bid: null, draft: false, outcome: null },
  counts: null,
};
const read = (query: string) => filtersOf(new URLSearchParams(query));

describe("what is looked for", () => {
  it("stands in the address and comes back from it", () => {
    const query = "area=ST,WV1&category=1f0e8a3c-0000-4000-8000-000000000001&hours_from=10&hours_to=40&starts_from=2027-01-04&state=will_bid";
    const filters = read(query);
    expect(isFiltered(filters)).toBe(true);
    expect(filtersOf(new URLSearchParams(address(filters)))).toEqual(filters);
    expect(decodeURIComponent(new URLSearchParams(address(filters)).toString())).toBe(query);
    expect(isFiltered(read("show=closed"))).toBe(false);
    expect(address(NONE)).toEqual({});
    expect(asked(filters)).toMatchObject({ area: "ST,WV1", hours_from: 10, state: "will_bid" });
  });

  it("leaves out what makes no sense", () => {
    expect(read("area=ST16+2AB&category=x&hours_from=-1&hours_to=99999&starts_from=soon&state=other")).toEqual({ ...NONE, area: ["ST16"] });
    expect(read("hours_from=20&hours_to=10")).toEqual({ ...NONE, hours_from: "20" });
  });

  it("is sifted by each wish alone", () => {
    expect(weeklyHours(card)).toBe(35);
    for (const wish of ["area=ST", "area=st16", "area=WV,ST16", "hours_from=35&hours_to=35", "starts_from=2027-01-04", "state=new"])
      expect(matches(card, read(wish)), wish).toBe(true);
    for (const wish of ["area=S", "area=ST1", "hours_from=36", "hours_to=34", "starts_from=2027-01-05", "state=seen", "category=1f0e8a3c-0000-4000-8000-000000000002"])
      expect(matches(card, read(wish)), wish).toBe(false);
  });

  it("tells one's own states apart", () => {
    const bid = (withdrawn: boolean) => ({ version: 3, submitted_at: card.closes_at, withdrawn, unsettled: false });
    const found = (mine: Partial<NonNullable<OpportunityCard["mine"]>>): OwnState[] =>
      ownStates.filter((state) => matches({ ...card, mine: { ...card.mine!, ...mine } }, { ...NONE, state }));
    expect(found({})).toEqual(["new"]);
    expect(found({ interest: "seen" })).toEqual(["seen"]);
    expect(found({ interest: "will_bid", draft: true })).toEqual(["will_bid", "draft"]);
    expect(found({ interest: "will_bid", bid: bid(false) })).toEqual(["submitted"]);
    expect(found({ interest: "cannot_bid" })).toEqual(["cannot_bid"]);
    expect(found({ interest: "seen", bid: bid(true) })).toEqual(["withdrawn"]);
    expect(matches({ ...card, mine: null }, { ...NONE, state: "new" })).toBe(false);
  });

  it("is said in words", () => {
    expect(inWords(read("area=ST,WV1&hours_from=10&state=new"), undefined)).toBe("new to you; in ST or WV1; at least 10 hours a week");
    expect(areasOf(" st16, wv;B1  st16")).toEqual(["ST16", "WV", "B1"]);
  });
});

describe("nearness", () => {
  it("is what postcodes alone tell", () => {
    expect(nearness("ST16", ["WV1", "ST16"])).toBe("Same outward code as your ST16 base");
    expect(nearness("ST17", ["WV1", "ST16"])).toBe("Same postcode area as your ST16 base");
    expect(nearness("S1", ["ST16"])).toBe("In no postcode area of your bases");
    expect(nearness("ST16", [])).toBeNull();
    expect(areasOfBases(["WV1", "ST16", "ST17"])).toEqual(["ST", "WV"]);
  });
});

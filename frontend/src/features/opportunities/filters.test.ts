import { describe, expect, it } from "vitest";
import type { OpportunityCard } from "../../api/types";
import { address, areasOf, areasOfBases, asked, type Base, filtersOf, inWords, isFiltered, kilometres, matches, nearness, NONE, type OwnState, ownStates, weeklyHours } from "./filters";

const card: OpportunityCard = {
  id: "a",
  reference: "SL-0007",
  title: "Support at home",
  market_id: "m",
  market_name: "Supported Living",
  category_id: "1f0e8a3c-0000-4000-8000-000000000001",
  category_name: "Supported living",
  outward_code: "ST16",
  middle: { latitude: 52_820_000, longitude: -2_120_000 },
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
const base = (outward_code: string, middle: Base["middle"] = null): Base => ({ outward_code, middle });
const wolverhampton = base("WV1", { latitude: 52_588_000, longitude: -2_127_000 });
const read = (query: string) => filtersOf(new URLSearchParams(query));

describe("what is looked for", () => {
  it("stands in the address and comes back from it", () => {
    const query = "area=ST,WV1&category=1f0e8a3c-0000-4000-8000-000000000001&hours_from=10&hours_to=40&starts_from=2027-01-04&state=will_bid&within_km=30";
    const filters = read(query);
    expect(isFiltered(filters)).toBe(true);
    expect(filtersOf(new URLSearchParams(address(filters)))).toEqual(filters);
    expect(decodeURIComponent(new URLSearchParams(address(filters)).toString())).toBe(query);
    expect(isFiltered(read("show=closed"))).toBe(false);
    expect(address(NONE)).toEqual({});
    expect(asked(filters)).toMatchObject({ area: "ST,WV1", hours_from: 10, state: "will_bid", within_km: 30 });
  });

  it("leaves out what makes no sense", () => {
    expect(read("area=ST16+2AB&category=x&hours_from=-1&hours_to=99999&starts_from=soon&state=other&within_km=0")).toEqual({ ...NONE, area: ["ST16"] });
    expect(read("hours_from=20&hours_to=10")).toEqual({ ...NONE, hours_from: "20" });
  });

  it("is sifted by each wish alone", () => {
    expect(weeklyHours(card)).toBe(35);
    for (const wish of ["area=ST", "area=st16", "area=WV,ST16", "hours_from=35&hours_to=35", "starts_from=2027-01-04", "state=new", "within_km=26"])
      expect(matches(card, read(wish), [wolverhampton]), wish).toBe(true);
    for (const wish of ["area=S", "area=ST1", "hours_from=36", "hours_to=34", "starts_from=2027-01-05", "state=seen", "category=1f0e8a3c-0000-4000-8000-000000000002", "within_km=25"])
      expect(matches(card, read(wish), [wolverhampton]), wish).toBe(false);
    expect(matches(card, read("within_km=500"), [base("ST16")])).toBe(false);
    expect(matches({ ...card, middle: null }, read("within_km=500"), [wolverhampton])).toBe(false);
  });

  it("tells one's own states apart", () => {
    const bid = (withdrawn: boolean) => ({ version: 3, submitted_at: card.closes_at, withdrawn, unsettled: false });
    const found = (mine: Partial<NonNullable<OpportunityCard["mine"]>>): OwnState[] =>
      ownStates.filter((state) => matches({ ...card, mine: { ...card.mine!, ...mine } }, { ...NONE, state }, []));
    expect(found({})).toEqual(["new"]);
    expect(found({ interest: "seen" })).toEqual(["seen"]);
    expect(found({ interest: "will_bid", draft: true })).toEqual(["will_bid", "draft"]);
    expect(found({ interest: "will_bid", bid: bid(false) })).toEqual(["submitted"]);
    expect(found({ interest: "cannot_bid" })).toEqual(["cannot_bid"]);
    expect(found({ interest: "seen", bid: bid(true) })).toEqual(["withdrawn"]);
    expect(matches({ ...card, mine: null }, { ...NONE, state: "new" }, [])).toBe(false);
  });

  it("is said in words", () => {
    expect(inWords(read("area=ST,WV1&hours_from=10&state=new"), undefined)).toBe("new to you; in ST or WV1; at least 10 hours a week");
    expect(areasOf(" st16, wv;B1  st16")).toEqual(["ST16", "WV", "B1"]);
  });
});

describe("nearness", () => {
  const there = (outward_code: string, middle: Base["middle"] = null) => ({ outward_code, middle });
  it("is what postcodes alone tell, where no distance is known", () => {
    const bases = [base("WV1"), base("ST16")];
    expect(nearness(there("ST16"), bases)).toBe("Same outward code as your ST16 base");
    expect(nearness(there("ST17"), bases)).toBe("Same postcode area as your ST16 base");
    expect(nearness(there("S1"), [base("ST16")])).toBe("In no postcode area of your bases");
    expect(nearness(there("ST16"), [])).toBeNull();
    expect(nearness(there("ST17", card.middle), bases)).toBe("Same postcode area as your ST16 base");
    expect(areasOfBases([...bases, base("ST17")])).toEqual(["ST", "WV"]);
  });
  it("is about how many kilometres from the nearest base, where they are known", () => {
    const manchester = base("M1", { latitude: 53_478_000, longitude: -2_236_000 });
    expect(nearness(there("ST18", card.middle), [manchester, wolverhampton, base("ST16")])).toBe("About 26 km from your base in WV1");
    expect(nearness(there("ST18", wolverhampton.middle), [wolverhampton])).toBe("About 1 km from your base in WV1");
    expect(nearness(there("WV1", wolverhampton.middle), [wolverhampton])).toBe("Same outward code as your WV1 base");
  });
  it("is measured as the server measures it", () => {
    const at = (latitude: number, longitude: number) => ({ latitude, longitude });
    expect(kilometres(at(52_000_000, 0), at(53_000_000, 0))).toBe(111);
    expect(kilometres(at(60_000_000, 0), at(60_000_000, 1_000_000))).toBe(56);
    expect(kilometres(at(51_530_000, -124_000), at(55_952_000, -3_190_000))).toBe(531);
    expect(kilometres(at(0, 0), at(0, 180_000_000))).toBe(20_015);
  });
});

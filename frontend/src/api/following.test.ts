import { expect, it } from "vitest";
import { cardAfter } from "./following";
import type { LiveEvent } from "./live";
import type { OpportunityCard } from "./types";

const card: OpportunityCard = {
  id: "a",
  reference: "SL-0007",
  title: "Support at home",
  market_id: "m",
  market_name: "Supported Living",
  category_id: "c",
  category_name: "Supported living",
  outward_code: "ST16",
  middle: null,
  age_band: "25-39",
  quantities: [],
  starts_on: "2027-01-04",
  initial_term_weeks: 52,
  published_at: "2026-11-22T10:00:00.000Z",
  closes_at: "2026-11-24T10:00:00.000Z",
  stage: "open",
  event_number: 4,
  mine: null,
  counts: { told: 5, seen: 1, will_bid: 0, cannot_bid: 0, bids: 0 },
};

const event = (number: number, kind: string, body: Record<string, unknown>): LiveEvent => ({
  type: "event",
  subject: "opportunity",
  id: "a",
  number,
  at: "2026-11-22T10:05:00.000Z",
  kind,
  body,
});

it("moves an officer's counts", () => {
  const counts = { told: 5, seen: 2, will_bid: 1, cannot_bid: 0, bids: 1 };
  const after = cardAfter(card, event(5, "bid_submitted", { counts }));
  expect(after.counts).toEqual(counts);
  expect(after.event_number).toBe(5);
  expect(after.mine).toBeNull();
});

it("ignores an event that the card already contains", () => {
  expect(cardAfter(card, event(4, "opportunity_withdrawn", {}))).toBe(card);
});

it("moves the stage", () => {
  expect(cardAfter(card, event(9, "opportunity_withdrawn", {})).stage).toBe("withdrawn");
  expect(cardAfter(card, event(9, "award_returned", {})).stage).toBe("priced");
});

it("shows a provider its own bid, and that a draft is no longer waiting", () => {
  const own: OpportunityCard = { ...card, counts: null, mine: { interest: "will_bid", bid: null, draft: true, outcome: null } };
  const after = cardAfter(own, event(6, "bid_submitted", { version: 1, received_at: "2026-11-22T10:04:59.000Z" }));
  expect(after.mine).toEqual({
    interest: "will_bid",
    draft: false,
    outcome: null,
    bid: { version: 1, submitted_at: "2026-11-22T10:04:59.000Z", withdrawn: false, unsettled: false },
  });
});

import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cardAfter, follow, together } from "./following";
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

describe("what happens together", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is handed on at once when it is alone, and in one piece when it is much", () => {
    const handed: number[][] = [];
    const events = together((heard) => handed.push(heard.map((one) => one.number)));
    events.hear(event(1, "interest_declared", {}));
    vi.advanceTimersByTime(0);
    expect(handed).toEqual([[1]]);
    for (const number of [2, 3, 4]) events.hear(event(number, "interest_declared", {}));
    vi.advanceTimersByTime(299);
    expect(handed).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(handed).toEqual([[1], [2, 3, 4]]);
    events.hear(event(5, "interest_declared", {}));
    events.end();
    vi.advanceTimersByTime(1_000);
    expect(handed).toHaveLength(2);
  });

  it("writes a list once, in the order in which it happened, and leaves other cards alone", () => {
    const cache = new QueryClient();
    const other = { ...card, id: "b" };
    cache.setQueryData(["opportunities", "live"], { pages: [{ items: [card, other] }], pageParams: [undefined] });
    let written = 0;
    cache.getQueryCache().subscribe(({ type }) => void (written += type === "updated" ? 1 : 0));
    const counts = (will_bid: number) => ({ told: 5, seen: 2, will_bid, cannot_bid: 0, bids: 0 });
    const published = { ...card, id: "c", event_number: 1 };
    follow(cache, [
      event(5, "interest_declared", { counts: counts(1) }),
      event(6, "interest_declared", { counts: counts(2) }),
      { ...event(1, "opportunity_published", { opportunity: published }), id: "c" },
      { ...event(2, "interest_declared", { counts: counts(3) }), id: "c" },
    ]);
    vi.advanceTimersByTime(1);
    expect(written).toBe(1);
    const { items } = cache.getQueryData<{ pages: { items: OpportunityCard[] }[] }>(["opportunities", "live"])!.pages[0]!;
    expect(items.map((one) => [one.id, one.event_number, one.counts?.will_bid])).toEqual([
      ["c", 2, 3],
      ["a", 6, 2],
      ["b", 4, 0],
    ]);
    expect(items[2]).toBe(other);
  });

  it("puts what was published before in its place, and leaves what comes further on to “Show more”", () => {
    const cache = new QueryClient();
    const own = (id: string): OpportunityCard => ({ ...card, id });
    cache.setQueryData(["opportunities", "live"], {
      pages: [
        { items: [own("k"), own("h")], next: "h" },
        { items: [own("f"), own("d")], next: "d" },
      ],
      pageParams: [undefined, "h"],
    });
    const read = vi.spyOn(cache, "invalidateQueries");
    follow(
      cache,
      ["m", "e", "i", "b"].map((id) => ({ ...event(1, "opportunity_published", { opportunity: own(id) }), id })),
    );
    const lists = cache.getQueryData<{ pages: { items: OpportunityCard[] }[] }>(["opportunities", "live"])!;
    expect(lists.pages.map(({ items }) => items.map(({ id }) => id))).toEqual([
      ["m", "k", "i", "h"],
      ["f", "e", "d"],
    ]);
    follow(cache, [{ ...event(2, "interest_declared", {}), id: "b" }]);
    expect(read.mock.calls.map(([filter]) => filter?.queryKey)).not.toContainEqual(["opportunities"]);
    follow(cache, [{ ...event(2, "interest_declared", {}), id: "g" }]);
    expect(read.mock.calls.map(([filter]) => filter?.queryKey)).toContainEqual(["opportunities"]);
    vi.advanceTimersByTime(10_000);
  });

  it("is not lost where the list is just being read: it is read once more", async () => {
    const cache = new QueryClient();
    const key = ["opportunities", "live"];
    const before = { pages: [{ items: [card] }], pageParams: [undefined] };
    cache.setQueryData(key, before);
    let answer: (lists: typeof before) => void = () => {};
    const reading = cache.fetchQuery({ queryKey: key, queryFn: () => new Promise<typeof before>((resolve) => (answer = resolve)) });
    const read = vi.spyOn(cache, "invalidateQueries");
    follow(cache, [{ ...event(1, "opportunity_published", { opportunity: { ...card, id: "b" } }), id: "b" }]);
    expect(read.mock.calls.map(([filter]) => filter?.queryKey)).toContainEqual(key);
    answer(before);
    await reading.catch(() => {});
    vi.advanceTimersByTime(10_000);
  });

  it("is read again at once, and once more for all that followed", () => {
    const cache = new QueryClient();
    cache.setQueryData(["opportunities", "live"], { pages: [{ items: [card] }], pageParams: [undefined] });
    const read = vi.spyOn(cache, "invalidateQueries");
    for (let number = 5; number < 25; number += 1) follow(cache, [event(number, "bidding_closed", {})]);
    expect(read).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2_000);
    expect(read).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_000);
    expect(read).toHaveBeenCalledTimes(2);
  });
});

// What a live event changes in what this page has read: cards are patched where the event says
// enough, and read again where it does not.
import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { announce } from "../govuk/announce";
import { heardClockFault, heardServerTime } from "./clock";
import { listen, type Connection, type Consequence, type LiveEvent } from "./live";
import { session } from "./session";
import type { Counts, Opportunity, OpportunityCard, Stage } from "./types";

type Lists = InfiniteData<{ items: OpportunityCard[]; next?: string | null }>;

const STAGE_AFTER: Record<string, Stage> = {
  bidding_closed: "marking",
  prices_opened: "priced",
  award_recommended: "recommended",
  award_approved: "awarded",
  award_returned: "priced",
  award_challenged: "challenged",
  award_set_aside: "set_aside",
  standstill_ended: "awarded",
  award_declined: "priced",
  opportunity_withdrawn: "withdrawn",
  direct_payment_chosen: "not_awarded",
  no_award_made: "not_awarded",
};

/** The card after the event, as far as the event tells. */
export function cardAfter<Card extends OpportunityCard>(card: Card, event: LiveEvent): Card {
  if (event.number <= card.event_number) return card;
  const next: Card = { ...card, event_number: event.number };
  const stage = STAGE_AFTER[event.kind];
  if (stage) next.stage = stage;
  const body = event.body as { counts?: Counts; version?: number; received_at?: string; closes_at?: string };
  if (body.closes_at) next.closes_at = body.closes_at;
  if (next.counts && body.counts) next.counts = body.counts;
  if (next.mine && typeof body.version === "number" && event.kind.startsWith("bid_")) {
    next.mine = {
      ...next.mine,
      draft: false,
      bid: {
        version: body.version,
        submitted_at: body.received_at ?? event.at,
        withdrawn: event.kind === "bid_withdrawn",
        unsettled: false,
      },
    };
  }
  return next;
}

/** The lists after the event; null where none of them has its card. */
function listsAfter(lists: Lists, event: LiveEvent): Lists | null {
  let found = false;
  const pages = lists.pages.map((page) => {
    if (!page.items.some((card) => card.id === event.id)) return page;
    found = true;
    return { ...page, items: page.items.map((card) => (card.id === event.id ? cardAfter(card, event) : card)) };
  });
  return found ? { ...lists, pages } : null;
}

/** Which of these pages an opportunity belongs on: they are newest first, as ids are. -1 where it comes further on than
 *  anybody has looked. */
const pageOf = ({ pages }: Lists, id: string): number => pages.findIndex(({ next }) => !next || id > next);

/** Into every list of what is live, in its place: the page shows of it what is looked for. */
function withPublished(key: QueryKey, lists: Lists, published: OpportunityCard): Lists {
  const at = pageOf(lists, published.id);
  const own = lists.pages[at];
  if (key[1] !== "live" || !own) return lists;
  const older = own.items.findIndex((card) => card.id < published.id);
  const items = own.items.toSpliced(older < 0 ? own.items.length : older, 0, published);
  return { ...lists, pages: lists.pages.with(at, { ...own, items }) };
}

/** In milliseconds: the least time from one reading again of the same thing to the next, however much happens */
const READ_EVERY = 2_000;
/** What was read again just now, and whether it is to be read once more */
const resting = new Map<string, boolean>();

/** Reads what is out of date again: at once, and where it happens again soon, once more for all of it. */
function readLater(cache: QueryClient, queryKey: QueryKey): void {
  if (cache.getQueryCache().findAll({ queryKey }).length === 0) return;
  const name = JSON.stringify(queryKey);
  if (resting.has(name)) {
    resting.set(name, true);
    return;
  }
  resting.set(name, false);
  void cache.invalidateQueries({ queryKey });
  setTimeout(() => {
    const again = resting.get(name);
    resting.delete(name);
    if (again) readLater(cache, queryKey);
  }, READ_EVERY);
}

/** What events that came together change: each list is written once, and nothing is asked for twice. */
export function follow(cache: QueryClient, events: LiveEvent[]): void {
  const changed = new Map<QueryKey, Lists>();
  for (const [key, lists] of cache.getQueriesData<Lists>({ queryKey: ["opportunities"] })) if (lists) changed.set(key, lists);
  const before = new Map(changed);
  const stale: QueryKey[] = [];
  for (const event of events) {
    if (event.kind.startsWith("letter_") || event.kind === "task_done" || event.kind.startsWith("evidence_")) {
      stale.push(["letters", "about"], ["tasks"]);
    }
    if (event.subject === "enrolment") {
      // Being admitted or suspended changes which opportunities there are.
      stale.push(["enrolments"], ["history", "enrolment", event.id], ["opportunities"], ["opportunity"]);
      continue;
    }
    if (event.subject === "round") {
      stale.push(["opportunity", event.id, "round"], ["opportunity", event.id, "ranking"]);
      continue;
    }
    if (event.kind.startsWith("query_")) stale.push(["queries"]);
    let known = false;
    for (const [key, lists] of changed) {
      const after = listsAfter(lists, event);
      if (!after) continue;
      known = true;
      changed.set(key, after);
    }
    const published = event.body.opportunity as OpportunityCard | undefined;
    if (event.kind === "opportunity_published" && published && !known) {
      for (const [key, lists] of changed) changed.set(key, withPublished(key, lists, published));
      stale.push(["packages"]);
    } else if (
      (!known && [...changed.values()].some((lists) => pageOf(lists, event.id) >= 0)) ||
      STAGE_AFTER[event.kind] ||
      event.kind === "outcome_told" ||
      event.kind === "advert_corrected"
    ) {
      stale.push(["opportunities"]);
    }
    cache.setQueryData<Opportunity>(["opportunity", event.id], (shown) => (shown ? cardAfter(shown, event) : shown));
    stale.push(["opportunity", event.id], ["history", "opportunity", event.id]);
    if (event.kind.startsWith("award_") || event.kind.startsWith("approval_")) stale.push(["approvals"], ["contracts"]);
    if (event.kind === "outcome_told") stale.push(["contracts"]);
  }
  for (const [key, lists] of changed) {
    if (lists === before.get(key)) continue;
    cache.setQueryData(key, lists);
    // What is being read just now may be older than this, and is written over it.
    if (cache.getQueryState(key)?.fetchStatus === "fetching") stale.push(key);
  }
  for (const key of new Map(stale.map((key) => [JSON.stringify(key), key])).values()) readLater(cache, key);
}

/** In milliseconds: what is heard within this time changes the page once, so that a busy market does not hold it up. */
const TOGETHER = 300;

/** Hands events on: the first at once, and those that follow closely together. */
export function together(take: (events: LiveEvent[]) => void): { hear: (event: LiveEvent) => void; end: () => void } {
  let waiting: LiveEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = -Infinity;
  function hand(): void {
    timer = undefined;
    last = Date.now();
    const events = waiting;
    waiting = [];
    take(events);
  }
  return {
    hear(event) {
      waiting.push(event);
      timer ??= setTimeout(hand, Math.min(TOGETHER, Math.max(0, last + TOGETHER - Date.now())));
    },
    end() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}

function readAgain(cache: QueryClient): void {
  void cache.invalidateQueries({ predicate: ({ queryKey }) => !["status", "draft", "demo"].includes(String(queryKey[0])) });
}

function known(cache: QueryClient): { id: string; number: number }[] {
  const numbers: { id: string; number: number }[] = [];
  for (const [, lists] of cache.getQueriesData<Lists>({ queryKey: ["opportunities"] })) {
    for (const page of lists?.pages ?? []) {
      for (const card of page.items) numbers.push({ id: card.id, number: card.event_number });
    }
  }
  for (const [key, shown] of cache.getQueriesData<Opportunity>({ queryKey: ["opportunity"] })) {
    if (key.length === 2 && shown) numbers.push({ id: shown.id, number: shown.event_number });
  }
  return numbers;
}

let connection: Connection = "connecting";
const watchers = new Set<() => void>();
function setConnection(next: Connection): void {
  connection = next;
  watchers.forEach((watcher) => watcher());
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}

/** Keeps the live connection for as long as this person is signed in. */
export function useFollowing(cache: QueryClient, account: string | null): void {
  useEffect(() => {
    if (!account) return;
    const events = together((heard) => follow(cache, heard));
    const consequence = (what: Consequence): void => {
      switch (what.type) {
        case "clock":
          return heardServerTime(what.now);
        case "clock_fault":
          return heardClockFault(what.lasts);
        case "heard":
          return events.hear(what.event);
        case "first_welcome":
          // Whatever was being read while the connection opened may be older than it: once more.
          void cache.invalidateQueries({
            predicate: (query) =>
              query.state.fetchStatus === "fetching" && !["session", "status", "draft"].includes(String(query.queryKey[0])),
          });
          return;
        case "back":
          announce("The live connection is back. This page is up to date.");
          return readAgain(cache);
        case "lost":
          return announce("The live connection is lost. Trying again. Nothing you typed is lost.");
        case "read_again":
          return readAgain(cache);
      }
    };
    const end = listen({
      known: () => known(cache),
      follow: consequence,
      changed: (state) => setConnection(state.connection),
      signedOut: () => void cache.invalidateQueries({ queryKey: session.queryKey }),
    });
    return () => {
      end();
      events.end();
      setConnection("connecting");
    };
  }, [cache, account]);
}

// What a live event changes in what this page has read: cards are patched where the event says
// enough, and read again where it does not.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { announce } from "../govuk/announce";
import { heardServerTime } from "./clock";
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

function follow(cache: QueryClient, event: LiveEvent): void {
  if (event.kind.startsWith("letter_") || event.kind === "task_done" || event.kind.startsWith("evidence_")) {
    void cache.invalidateQueries({ queryKey: ["letters", "about"] });
    void cache.invalidateQueries({ queryKey: ["tasks"] });
  }
  if (event.subject === "enrolment") {
    void cache.invalidateQueries({ queryKey: ["enrolments"] });
    void cache.invalidateQueries({ queryKey: ["history", "enrolment", event.id] });
    // Being admitted or suspended changes which opportunities there are.
    void cache.invalidateQueries({ queryKey: ["opportunities"] });
    void cache.invalidateQueries({ queryKey: ["opportunity"] });
    return;
  }
  if (event.kind.startsWith("query_")) void cache.invalidateQueries({ queryKey: ["queries"] });
  let known = false;
  cache.setQueriesData<Lists>({ queryKey: ["opportunities"] }, (lists) => {
    if (!lists) return lists;
    return {
      ...lists,
      pages: lists.pages.map((page) => ({
        ...page,
        items: page.items.map((card) => {
          if (card.id !== event.id) return card;
          known = true;
          return cardAfter(card, event);
        }),
      })),
    };
  });
  const published = event.body.opportunity as OpportunityCard | undefined;
  if (event.kind === "opportunity_published" && published && !known) {
    // Into every list of what is live: the page shows of it what is looked for.
    cache.setQueriesData<Lists>({ queryKey: ["opportunities", "live"] }, (lists) => {
      const first = lists?.pages[0];
      if (!lists || !first) return lists;
      return { ...lists, pages: [{ ...first, items: [published, ...first.items] }, ...lists.pages.slice(1)] };
    });
    void cache.invalidateQueries({ queryKey: ["packages"] });
  } else if (!known || STAGE_AFTER[event.kind] || event.kind === "outcome_told" || event.kind === "advert_corrected") {
    void cache.invalidateQueries({ queryKey: ["opportunities"] });
  }
  cache.setQueryData<Opportunity>(["opportunity", event.id], (shown) => (shown ? cardAfter(shown, event) : shown));
  void cache.invalidateQueries({ queryKey: ["opportunity", event.id] });
  void cache.invalidateQueries({ queryKey: ["history", "opportunity", event.id] });
  if (event.kind.startsWith("award_") || event.kind.startsWith("approval_")) {
    void cache.invalidateQueries({ queryKey: ["approvals"] });
    void cache.invalidateQueries({ queryKey: ["contracts"] });
  }
  if (event.kind === "outcome_told") void cache.invalidateQueries({ queryKey: ["contracts"] });
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
    const consequence = (what: Consequence): void => {
      switch (what.type) {
        case "clock":
          return heardServerTime(what.now);
        case "heard":
          return follow(cache, what.event);
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
      setConnection("connecting");
    };
  }, [cache, account]);
}

// What the frame reads: who is signed in, the server's state, and how many tasks wait. It is with the first script;
// what single pages read is in `queries`.
import { infiniteQueryOptions, QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { api, must, onSignedOut, Refused } from "./client";
import { heardClockFault, heardServerTime } from "./clock";
import type { Me } from "./types";

export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      networkMode: "always",
      refetchOnWindowFocus: true,
      retry: (failures, error) => !(error instanceof Refused) && failures < 2,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
    },
  },
});

export const PAGE_SIZE = 50;
export const PAGE_SIZE_MAX = 100;

export const status = queryOptions({
  queryKey: ["status"],
  staleTime: Infinity,
  queryFn: async () => {
    const answer = await must(api.GET("/api/status"));
    heardServerTime(answer.now);
    heardClockFault(answer.clock_at_fault);
    return answer;
  },
});

export const session = queryOptions({
  queryKey: ["session"],
  staleTime: 5 * 60_000,
  queryFn: async (): Promise<Me | null> => {
    const me = await must(api.GET("/api/session"));
    if (me) heardServerTime(me.now);
    return me;
  },
});

let ended = false;

/** Whether somebody was signed in here, and the server then no longer knew them */
export const sessionHasEnded = () => ended;

onSignedOut(() => {
  ended ||= !!cache.getQueryData(session.queryKey);
  cache.setQueryData(session.queryKey, null);
});

/** A person came in: whatever another person could see is forgotten first. */
export function signedIn(me: Me): void {
  cache.removeQueries({ predicate: (query) => !["status", "session"].includes(String(query.queryKey[0])) });
  heardServerTime(me.now);
  ended = false;
  cache.setQueryData(session.queryKey, me);
}

export function useMe(): Me | null | undefined {
  return useQuery(session).data;
}

interface Page<T> {
  items: T[];
  next?: string | null;
}

export function pages<T>(key: readonly unknown[], read: (after: string | undefined) => Promise<Page<T>>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export const tasks = (done: boolean) =>
  pages(["tasks", done ? "done" : "to do"], (after) =>
    must(api.GET("/api/tasks", { params: { query: { done, after, page_size: PAGE_SIZE_MAX } } })),
  );

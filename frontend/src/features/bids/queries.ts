// What is read of a provider's own bids.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, must } from "../../api/client";

const PAGE_SIZE = 50;

/** Every bid of the provider's own, newest first, whose reference holds these letters */
export const myBids = (reference: string) =>
  infiniteQueryOptions({
    queryKey: ["bids", reference],
    queryFn: ({ pageParam: after }) =>
      must(api.GET("/api/bids", { params: { query: { reference: reference || undefined, after, page_size: PAGE_SIZE } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

/** What the provider itself answered and offered before */
export const ownAnswers = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "own-answers"],
    staleTime: 5 * 60_000,
    queryFn: () => must(api.GET("/api/opportunities/{id}/own-answers", { params: { path: { id } } })),
  });

/** What the provider itself usually asks */
export const standingRates = queryOptions({
  queryKey: ["standing-rates"],
  queryFn: () => must(api.GET("/api/standing-rates")),
});

// The words of awards without bids, and what is read of them.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import type { DirectAwardCard } from "../../api/types";
import type { TagColour } from "../../govuk/show";

export const directStateWords: Record<DirectAwardCard["state"], string> = {
  waiting: "Waiting for approval",
  approved: "Awarded",
  returned: "Returned",
  declined: "Declined",
};

export const directStateColours: Record<DirectAwardCard["state"], TagColour> = {
  waiting: "purple",
  approved: "teal",
  returned: "orange",
  declined: "red",
};

const PAGE_SIZE = 50;

export const directAwards = infiniteQueryOptions({
  queryKey: ["direct-awards", "all"],
  queryFn: ({ pageParam: after }) => must(api.GET("/api/direct-awards", { params: { query: { after, page_size: PAGE_SIZE } } })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last: { next?: string | null }) => last.next ?? undefined,
});

export const reviews = queryOptions({ queryKey: ["direct-awards", "reviews"], queryFn: () => must(api.GET("/api/reviews")) });

export const directAward = (id: string) =>
  queryOptions({
    queryKey: ["direct-awards", id],
    queryFn: () => must(api.GET("/api/direct-awards/{id}", { params: { path: { id } } })),
  });

export const naming = (id: string) =>
  queryOptions({
    queryKey: ["packages", id, "naming"],
    queryFn: () => must(api.GET("/api/packages/{id}/naming", { params: { path: { id } } })),
  });

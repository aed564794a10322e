import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import { PAGE_SIZE_MAX } from "../../api/queries";

export const organisation = queryOptions({
  queryKey: ["organisation"],
  queryFn: () => must(api.GET("/api/organisation")),
});

export const concerns = (closed: boolean) =>
  infiniteQueryOptions({
    queryKey: ["enrolments", "concerns", closed ? "closed" : "open"],
    queryFn: ({ pageParam: after }) =>
      must(api.GET("/api/concerns", { params: { query: { closed, after, page_size: PAGE_SIZE_MAX } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

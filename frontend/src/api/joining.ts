// What is read of requests that are being written, and of the passport that fills them in.
import { queryOptions } from "@tanstack/react-query";
import { api, must } from "./client";

/** A request to join as it is written so far: by category */
export const application = (category: string) =>
  queryOptions({
    queryKey: ["application", category],
    staleTime: 0,
    queryFn: () => must(api.GET("/api/categories/{id}/application", { params: { path: { id: category } } })),
  });

/** Requests that are begun and not sent */
export const applications = queryOptions({ queryKey: ["applications"], queryFn: () => must(api.GET("/api/applications")) });

export const passport = queryOptions({ queryKey: ["passport"], queryFn: () => must(api.GET("/api/passport")) });

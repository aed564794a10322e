import { queryOptions } from "@tanstack/react-query";
import { api, must } from "../../api/client";
import type { DecisionKind } from "../../api/types";

/** Keys begin with the market, so that what changes it makes these be read anew. */
export const scheme = (id: string) =>
  queryOptions({
    queryKey: ["markets", id, "scheme"],
    queryFn: () => must(api.GET("/api/markets/{id}/scheme", { params: { path: { id } } })),
  });

export interface Supposed {
  yearly: string;
  whole?: string;
  category_id?: string;
  kind?: DecisionKind;
  on?: string;
  also_on?: string;
}

export const approvers = (id: string, query: Supposed) =>
  queryOptions({
    queryKey: ["markets", id, "approvers", query],
    queryFn: () => must(api.GET("/api/markets/{id}/approvers", { params: { path: { id }, query } })),
  });

// Everything that is read, by name. Keys begin with the noun, so that a live event can say
// in one word what is out of date.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answered, api, isStatus, must } from "./client";
import type { paths } from "./schema";
import { PAGE_SIZE, PAGE_SIZE_MAX, pages } from "./session";

export { cache, PAGE_SIZE_MAX, session, sessionHasEnded, signedIn, status, tasks, useMe } from "./session";

export const demoPeople = queryOptions({
  queryKey: ["demo", "people"],
  staleTime: 60_000,
  queryFn: () => must(api.GET("/api/demo/people")),
});

export const letters = pages(["letters"], (after) =>
  must(api.GET("/api/demo/letters", { params: { query: { after, page_size: PAGE_SIZE_MAX } } })),
);
export const letter = (id: string) =>
  queryOptions({
    queryKey: ["letters", id],
    queryFn: () => must(api.GET("/api/demo/letters/{id}", { params: { path: { id } } })),
  });

/** Letters owed because of something: `about` is its kind and id, such as `opportunity:…` */
export const lettersAbout = (about: string) =>
  pages(["letters", "about", about], (after) =>
    must(api.GET("/api/letters", { params: { query: { about, after, page_size: PAGE_SIZE } } })),
  );
export const wordings = (market: string) =>
  queryOptions({
    queryKey: ["wordings", market],
    queryFn: () => must(api.GET("/api/markets/{id}/letters", { params: { path: { id: market } } })),
  });

export const markets = queryOptions({ queryKey: ["markets"], queryFn: () => must(api.GET("/api/markets")) });
export const market = (id: string) =>
  queryOptions({
    queryKey: ["markets", id],
    queryFn: () => must(api.GET("/api/markets/{id}", { params: { path: { id } } })),
  });

export const enrolments = pages(["enrolments", "all"], (after) =>
  must(api.GET("/api/enrolments", { params: { query: { after, page_size: PAGE_SIZE } } })),
);
/** What waits for a decision, what is due first at the top */
export const enrolmentQueue = (queue: "waiting" | "mine" | "nobodys" | "to_read") =>
  pages(["enrolments", queue], (after) =>
    must(api.GET("/api/enrolments", { params: { query: { queue, after, page_size: PAGE_SIZE_MAX } } })),
  );
export const enrolment = (id: string) =>
  queryOptions({
    queryKey: ["enrolments", id],
    queryFn: () => must(api.GET("/api/enrolments/{id}", { params: { path: { id } } })),
  });
/** Who sees to a request, and what second readers make of it: for officers */
export const readings = (id: string) =>
  queryOptions({
    queryKey: ["enrolments", id, "readings"],
    queryFn: () => must(api.GET("/api/enrolments/{id}/readings", { params: { path: { id } } })),
  });

/** What the provider has sent before: the newest, to choose from. */
export const documents = queryOptions({
  queryKey: ["documents"],
  queryFn: async () => (await must(api.GET("/api/documents", { params: { query: { page_size: PAGE_SIZE_MAX } } }))).items,
});
/** A provider's standing in a category: read again with the enrolment it is of */
export const standing = (id: string) =>
  queryOptions({
    queryKey: ["enrolments", id, "standing"],
    queryFn: () => must(api.GET("/api/enrolments/{id}/standing", { params: { path: { id } } })),
  });
export const standings = queryOptions({ queryKey: ["enrolments", "standings"], queryFn: () => must(api.GET("/api/standings")) });

export const packages = pages(["packages"], (after) =>
  must(api.GET("/api/packages", { params: { query: { after, page_size: PAGE_SIZE } } })),
);
export const carePackage = (id: string) =>
  queryOptions({
    queryKey: ["packages", id],
    queryFn: () => must(api.GET("/api/packages/{id}", { params: { path: { id } } })),
  });

/** What is looked for among opportunities */
export type Sought = Omit<NonNullable<paths["/api/opportunities"]["get"]["parameters"]["query"]>, "stage" | "after" | "page_size">;
/** Without `wanted`, everything */
export const opportunities = (stage: "live" | "closed", wanted?: Sought) =>
  pages(wanted ? ["opportunities", stage, wanted] : ["opportunities", stage], (after) =>
    must(api.GET("/api/opportunities", { params: { query: { ...wanted, stage, after, page_size: PAGE_SIZE } } })),
  );
export const opportunity = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id],
    queryFn: () => must(api.GET("/api/opportunities/{id}", { params: { path: { id } } })),
  });
export const ownBid = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "bid"],
    queryFn: async () => {
      try {
        return await must(api.GET("/api/opportunities/{id}/bid", { params: { path: { id } } }));
      } catch (error) {
        if (isStatus(error, 404)) return null;
        throw error;
      }
    },
  });
export const savedDraft = (id: string) =>
  queryOptions({
    queryKey: ["draft", id],
    // The page that edits a draft is the newest there is: nothing reads over it.
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => answered(api.GET("/api/opportunities/{id}/draft", { params: { path: { id } } })).then((a) => a.data),
  });
export const evaluation = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "evaluation"],
    queryFn: () => must(api.GET("/api/opportunities/{id}/evaluation", { params: { path: { id } } })),
  });
export const declaration = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "declaration"],
    queryFn: () => must(api.GET("/api/opportunities/{id}/declaration", { params: { path: { id } } })),
  });
export const ranking = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "ranking"],
    queryFn: () => must(api.GET("/api/opportunities/{id}/ranking", { params: { path: { id } } })),
  });
export const round = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "round"],
    queryFn: () => must(api.GET("/api/opportunities/{id}/round", { params: { path: { id } } })),
  });
export const whatIf = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "what-if"],
    queryFn: () => must(api.GET("/api/opportunities/{id}/what-if", { params: { path: { id } } })),
  });

export const record = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "record"],
    queryFn: () => must(api.GET("/api/opportunities/{id}/record", { params: { path: { id } } })),
  });

export const marketBudget = (id: string) =>
  queryOptions({
    queryKey: ["budgets", id],
    queryFn: () => must(api.GET("/api/markets/{id}/budget", { params: { path: { id } } })),
  });

export const clocks = queryOptions({ queryKey: ["clocks"], queryFn: () => must(api.GET("/api/clocks")) });
export const approval = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id, "approval"],
    queryFn: () => must(api.GET("/api/approvals/{id}", { params: { path: { id } } })),
  });
export const interestRegister = queryOptions({ queryKey: ["interests"], queryFn: () => must(api.GET("/api/interests")) });

export const approvals = queryOptions({ queryKey: ["approvals"], queryFn: () => must(api.GET("/api/approvals")) });

export const contracts = pages(["contracts"], (after) =>
  must(api.GET("/api/contracts", { params: { query: { after, page_size: PAGE_SIZE } } })),
);
export const contract = (id: string) =>
  queryOptions({
    queryKey: ["contracts", id],
    queryFn: () => must(api.GET("/api/contracts/{id}", { params: { path: { id } } })),
  });

/** Events are numbered per subject, so a history goes on after the number of its last entry. */
export const history = (kind: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ["history", kind, id],
    queryFn: ({ pageParam: after }) =>
      must(api.GET("/api/history/{kind}/{id}", { params: { path: { kind, id }, query: { after, page_size: PAGE_SIZE_MAX } } })),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ items }) => (items.length < PAGE_SIZE_MAX ? undefined : items.at(-1)?.number),
  });

import { describe, expect, it } from "vitest";
import type { SchemeDelegation, SchemePost } from "../../api/types";
import { type Branch, trees } from "./tree";

const post = (id: string): SchemePost => ({ id, title: id, holders: [], vacant: true });
const decision = { id: "cabinet", slug: "cabinet", body: "Cabinet", taken_on: "2019-05-15", title: "", reference: "", public: true, document: null, entered: false };

function passing(from: string, to: string, more: Partial<SchemeDelegation> = {}): SchemeDelegation {
  return {
    id: `${from}-${to}`,
    slug: `${from}-${to}`,
    from_decision_id: from === "cabinet" ? from : null,
    from_post_id: from === "cabinet" ? null : from,
    to_post_id: to,
    limit_yearly: null,
    limit_contract: null,
    categories: [],
    kinds: [],
    levels: null,
    valid_to: null,
    revoked_on: null,
    revoked_reason: null,
    conditions: null,
    why: null,
    may_pass_on: true,
    valid_from: "2019-07-01",
    illustrative: false,
    entered: false,
    state: "in_force",
    ...more,
  };
}

const shape = (branches: Branch[]): unknown =>
  branches.map((one) => [one.delegation.to_post_id + (one.again ? " again" : ""), ...(one.branches.length > 0 ? [shape(one.branches)] : [])]);

const grown = (delegations: SchemeDelegation[]) =>
  trees({ decisions: [decision], posts: ["a", "b", "c", "d"].map(post), delegations });

describe("the tree of a scheme", () => {
  it("stands under its decisions, the widest limit first and what is over last", () => {
    const { trees, loose } = grown([
      passing("a", "c", { limit_yearly: "75000.00" }),
      passing("a", "d", { state: "revoked" }),
      passing("a", "b", { limit_yearly: "150000.00" }),
      passing("cabinet", "a"),
    ]);
    expect(shape(trees[0]!.branches)).toEqual([["a", [["b"], ["c"], ["d"]]]]);
    expect(loose).toEqual([]);
  });

  it("shows what a post passes on once, however many give it power", () => {
    const { trees } = grown([passing("cabinet", "a"), passing("a", "b"), passing("a", "c"), passing("b", "d"), passing("c", "b")]);
    expect(shape(trees[0]!.branches)).toEqual([["a", [["b", [["d"]]], ["c", [["b again"]]]]]]);
  });

  it("ends where delegations go round, and leaves none out", () => {
    const { trees, loose } = grown([passing("b", "c"), passing("c", "b"), passing("cabinet", "a"), passing("d", "d")]);
    expect(shape(trees[0]!.branches)).toEqual([["a"]]);
    expect(shape(loose)).toEqual([["c", [["b"]]], ["d"]]);
  });
});

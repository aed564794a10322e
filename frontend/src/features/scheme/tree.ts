// The scheme as a tree: from each decision of members down to the posts.
import type { SchemeDecision, SchemeDelegation, SchemePage, SchemePost } from "../../api/types";

export interface Branch {
  delegation: SchemeDelegation;
  post: SchemePost | undefined;
  /** What this post passes on stands elsewhere in the tree */
  again: boolean;
  branches: Branch[];
}

export interface Tree {
  decision: SchemeDecision;
  branches: Branch[];
}

const order = ["in_force", "not_yet", "dead_end", "ended", "revoked"];

/** What is in force first, the widest limit first. */
function compare(a: SchemeDelegation, b: SchemeDelegation): number {
  const limit = (one: SchemeDelegation) => (one.limit_yearly ? Number(one.limit_yearly) : Infinity);
  const by = order.indexOf(a.state) - order.indexOf(b.state);
  if (by !== 0) return by;
  return limit(a) === limit(b) ? a.slug.localeCompare(b.slug) : limit(b) - limit(a);
}

/** Every delegation stands in it once: under its decision, or among those that no decision reaches. */
export function trees(scheme: Pick<SchemePage, "decisions" | "delegations" | "posts">): { trees: Tree[]; loose: Branch[] } {
  const left = new Set(scheme.delegations);
  const expanded = new Set<string>();

  function grow(wanted: (one: SchemeDelegation) => boolean): Branch[] {
    const here = [...left].filter(wanted).sort(compare);
    for (const delegation of here) left.delete(delegation);
    return here.map((delegation) => {
      const post = scheme.posts.find((one) => one.id === delegation.to_post_id);
      const again = expanded.has(delegation.to_post_id);
      expanded.add(delegation.to_post_id);
      const branches = again ? [] : grow((one) => one.from_post_id === delegation.to_post_id);
      return { delegation, post, again: again && scheme.delegations.some((one) => one.from_post_id === delegation.to_post_id), branches };
    });
  }

  const grown = scheme.decisions.map((decision) => ({
    decision,
    branches: grow((one) => one.from_decision_id === decision.id),
  }));
  const loose: Branch[] = [];
  while (left.size > 0) {
    const first = [...left][0]!;
    loose.push(...grow((one) => one === first));
  }
  return { trees: grown, loose };
}

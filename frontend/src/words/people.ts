// Who somebody is and what they may do, in words and as the frame asks it: part of the first load, so small.
import type { Me, OfficerRole } from "../api/types";

export const FAIRLOT = "Fairlot";

export const roleWords: Record<OfficerRole, string> = {
  broker: "Broker",
  evaluator: "Evaluator",
  commissioner: "Commissioner",
  procurement: "Procurement",
  auditor: "Auditor",
};

export const providerRoleWords = { administrator: "Administrator", bidder: "Bidder", viewer: "Viewer" } as const;

/** The line under a person's name */
export function whoWords(me: Me): string {
  if (me.officer) {
    const roles = me.officer.roles.map((role) => roleWords[role]);
    return [...me.officer.posts, ...roles].join(", ");
  }
  if (me.provider) return `${providerRoleWords[me.provider.role]}, ${me.provider.provider_name}`;
  return "";
}

export const hasRole = (me: Me | null | undefined, ...roles: OfficerRole[]) =>
  !!me?.officer && roles.some((role) => me.officer!.roles.includes(role));

/** Whether the officer's authority buys in this market: it is its own, or it is a partner in it */
export const buysIn = (me: Me | null | undefined, market: { authority_name: string; partners: string[] }) =>
  !!me?.officer && [market.authority_name, ...market.partners].includes(me.officer.authority_name);

/** Whether they bid for their provider: in this category, where one is asked about */
export function canBid(me: Me | null | undefined, category?: string): boolean {
  const provider = me?.provider;
  if (!provider || provider.role === "viewer") return false;
  return !category || provider.categories.length === 0 || provider.categories.includes(category);
}

// The scheme of delegation in words.
import type { FindingKind, SchemeDelegation, SchemeHolder } from "../../api/types";
import { longDay } from "../../govuk/london";
import { pounds } from "../../govuk/money";
import type { TagColour } from "../../govuk/show";

export const tenureWords: Record<SchemeHolder["tenure"], string> = {
  substantive: "substantive",
  acting: "acting",
  absence_cover: "absence cover",
  job_share: "job share",
};

export const stateWords: Record<SchemeDelegation["state"], string> = {
  in_force: "In force",
  not_yet: "Not yet in force",
  ended: "Ended",
  revoked: "Revoked",
  dead_end: "Gives nothing",
};
export const stateColours: Record<SchemeDelegation["state"], TagColour> = {
  in_force: "green",
  not_yet: "yellow",
  ended: "grey",
  revoked: "grey",
  dead_end: "red",
};

export const findingWords: Record<FindingKind, string> = {
  circle: "Circle",
  widens: "Passes on too much",
  dead_end: "Gives nothing",
  gap: "Gap",
  unreached: "Nobody may decide",
  overlap: "Overlap",
  vacant: "Vacant post",
};

/** "Up to £75,000.00 a year and £150,000.00 a contract" */
export function limitWords(one: Pick<SchemeDelegation, "limit_yearly" | "limit_contract">): string {
  const parts = [
    one.limit_yearly ? `${pounds(one.limit_yearly)} a year` : null,
    one.limit_contract ? `${pounds(one.limit_contract)} a contract` : null,
  ].filter(Boolean);
  return parts.length === 0 ? "No limit of value" : `Up to ${parts.join(" and ")}`;
}

export function passWords(one: Pick<SchemeDelegation, "may_pass_on" | "levels">): string {
  if (!one.may_pass_on) return "May not be passed on";
  if (!one.levels) return "May be passed on";
  return one.levels === 1 ? "May be passed on once" : `May be passed on down ${one.levels} levels`;
}

export function daysWords(one: Pick<SchemeDelegation, "valid_from" | "valid_to" | "revoked_on">): string {
  const from = `From ${longDay(one.valid_from)}`;
  if (one.revoked_on) return `${from}, revoked from ${longDay(one.revoked_on)}`;
  return one.valid_to ? `${from} to ${longDay(one.valid_to)}` : `${from}, no end date`;
}

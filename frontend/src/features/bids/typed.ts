// What is typed into a bid, how it becomes a draft and an offer, and how it is kept on this
// computer until the server has it.
import type { Document, Draft, DraftSaved, Maybe, NewOffer, Offer, Opportunity, OwnBid } from "../../api/types";
import { pounds } from "../../govuk/money";
import { parseAmount, priceOf, wireAmount } from "../../govuk/price";
import type { Pending } from "./sending";

export const ANSWER_MAX = 4000;

export interface Typed {
  rates: Record<string, string>;
  answers: Record<string, string>;
  /** What goes with each answer, in its order */
  attachments: Record<string, Document[]>;
  starts_on: string;
  /** Why a price outside the limits should be an exception */
  exceptionality: string;
}

/** A blank bid: rates that the council sets are there already. */
export function blank(opportunity: Opportunity): Typed {
  const rates: Record<string, string> = {};
  for (const { key } of opportunity.quantities) {
    rates[key] = opportunity.category.lines.find((line) => line.key === key)?.fixed ?? "";
  }
  return { rates, answers: {}, attachments: {}, starts_on: opportunity.starts_on, exceptionality: "" };
}

/** `documents` are those that the draft, or the offer, names. */
export function fromDraft(opportunity: Opportunity, draft: Draft | Offer, documents: Document[]): Typed {
  const typed = blank(opportunity);
  for (const { key, rate } of draft.rates ?? []) {
    const fixed = opportunity.category.lines.find((line) => line.key === key)?.fixed;
    if (key in typed.rates && !fixed) typed.rates[key] = rate;
  }
  for (const { criterion_id, answer } of draft.answers ?? []) typed.answers[criterion_id] = answer;
  for (const { criterion_id, document_id } of draft.attachments ?? []) {
    const document = documents.find((one) => one.id === document_id);
    if (document) (typed.attachments[criterion_id] ??= []).push(document);
  }
  typed.starts_on = draft.starts_on ?? typed.starts_on;
  typed.exceptionality = draft.exceptionality ?? "";
  return typed;
}

/** Begins with what the provider offered before, where it is asked again and is its own to choose */
export function withEarlier(opportunity: Opportunity, typed: Typed, rates: Offer["rates"]): Typed {
  const begun = { ...typed, rates: { ...typed.rates } };
  for (const { key, rate } of rates) {
    const fixed = opportunity.category.lines.find((line) => line.key === key)?.fixed;
    if (key in begun.rates && !fixed && !begun.rates[key]) begun.rates[key] = rate;
  }
  return begun;
}

/** The documents that a draft or a bid may name */
export const documentsOf = (saved: DraftSaved | null, bid: OwnBid | null): Document[] => [...(saved?.documents ?? []), ...(bid?.documents ?? [])];

/** What was written last: a draft that was saved before the standing bid was received is older than it. */
export function newest(saved: DraftSaved, bid: OwnBid | null): Draft | Offer | null {
  const outdated = bid && !bid.withdrawn && saved.saved_at && Date.parse(saved.saved_at) < Date.parse(bid.submitted_at);
  return (outdated ? null : saved.draft) ?? bid?.offer ?? null;
}

export function toDraft(typed: Typed): Draft {
  return {
    rates: Object.entries(typed.rates).map(([key, rate]) => ({ key, rate })),
    answers: Object.entries(typed.answers).map(([criterion_id, answer]) => ({ criterion_id, answer })),
    attachments: Object.entries(typed.attachments).flatMap(([criterion_id, documents]) => documents.map(({ id }) => ({ criterion_id, document_id: id }))),
    starts_on: typed.starts_on || null,
    exceptionality: typed.exceptionality || null,
  };
}

/** What a bid answers: the other criteria were answered when joining. */
export const asked = (opportunity: Opportunity) => opportunity.category.criteria.filter((criterion) => !criterion.standing);

/** What goes with the answers that are asked, as it is sent */
function attachedTo(opportunity: Opportunity, typed: Typed): NonNullable<NewOffer["attachments"]> {
  return asked(opportunity).flatMap(({ id, attachments }) =>
    (typed.attachments[id] ?? []).slice(0, attachments ?? 0).map((document) => ({ criterion_id: id, document_id: document.id })),
  );
}

export type Checked = { offer: NewOffer; wrong: null } | { offer: null; wrong: Record<string, string> };

export function toOffer(opportunity: Opportunity, typed: Typed): Checked {
  const wrong: Record<string, string> = {};
  const rates = opportunity.quantities.map((line, at) => {
    const rate = wireAmount(typed.rates[line.key] ?? "");
    if (rate === null) wrong[`rates.${at}.rate`] = `Enter your rate for: ${line.label}. For example, 14.10`;
    return { key: line.key, rate: rate ?? "" };
  });
  const answers = asked(opportunity).map((criterion, at) => {
    const answer = (typed.answers[criterion.id] ?? "").trim();
    if (!answer) wrong[`answers.${at}.answer`] = `Answer the question on ${criterion.name}`;
    else if (answer.length > ANSWER_MAX)
      wrong[`answers.${at}.answer`] = `Shorten your answer on ${criterion.name} to ${ANSWER_MAX} characters`;
    return { criterion_id: criterion.id, answer };
  });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed.starts_on)) wrong.starts_on = "Enter the day on which you can start";
  const exceptionality = crossed(opportunity, typed).length > 0 ? typed.exceptionality.trim() : "";
  if (exceptionality.length > ANSWER_MAX) wrong.exceptionality = `Shorten your reason to ${ANSWER_MAX} characters`;
  if (Object.keys(wrong).length > 0) return { offer: null, wrong };
  const attachments = attachedTo(opportunity, typed);
  return { offer: { rates, answers, attachments, starts_on: typed.starts_on, exceptionality: exceptionality || null }, wrong: null };
}

/** The published limits that what is typed lies outside of, in words */
export function crossed(opportunity: Opportunity, typed: Typed): string[] {
  const words: string[] = [];
  const compare = (what: string, price: bigint | null, floor: Maybe<string>, ceiling: Maybe<string>) => {
    const [least, most] = [floor ? parseAmount(floor) : null, ceiling ? parseAmount(ceiling) : null];
    if (price !== null && least !== null && price < least) words.push(`${what} is below the floor of ${pounds(floor!)}.`);
    if (price !== null && most !== null && price > most) words.push(`${what} is above the ceiling of ${pounds(ceiling!)}.`);
  };
  for (const { key } of opportunity.quantities) {
    const line = opportunity.category.lines.find((one) => one.key === key);
    if (line) compare(line.label, parseAmount(typed.rates[key] ?? ""), line.floor, line.ceiling);
  }
  const price = priceOf(
    opportunity.quantities.map((line) => ({ quantity: line.quantity, unit: line.unit, rate: typed.rates[line.key] ?? "" })),
  );
  const weekly = price.missing === 0 ? parseAmount(price.weekly) : null;
  compare("Your weekly price", weekly, opportunity.category.weekly_floor, opportunity.category.weekly_ceiling);
  return words;
}

type Attached = { criterion_id: string; document_id: string };

/** Whether the same documents go with the same answers, in the same order */
export function sameAttached(one: Attached[], two: Attached[]): boolean {
  const words = (all: Attached[]) => all.map(({ criterion_id, document_id }) => `${criterion_id} ${document_id}`);
  // What goes with one answer has nothing to do with where another stands.
  const sorted = (all: Attached[]) => words([...all].sort((a, b) => (a.criterion_id < b.criterion_id ? -1 : a.criterion_id > b.criterion_id ? 1 : 0)));
  return sorted(one).join() === sorted(two).join();
}

/** Whether what is typed is, in substance, what was submitted */
export function sameAsOffer(opportunity: Opportunity, typed: Typed, offer: Offer): boolean {
  const submitted = fromDraft(opportunity, offer, []);
  return (
    sameAttached(attachedTo(opportunity, typed), offer.attachments ?? []) &&
    typed.starts_on === submitted.starts_on &&
    typed.exceptionality.trim() === submitted.exceptionality.trim() &&
    opportunity.quantities.every(
      ({ key }) => parseAmount(typed.rates[key] ?? "") === parseAmount(submitted.rates[key] ?? ""),
    ) &&
    asked(opportunity).every(
      ({ id }) => (typed.answers[id] ?? "").trim() === (submitted.answers[id] ?? "").trim(),
    )
  );
}

interface Kept {
  typed: Typed;
  /** The revision of the server's draft that this was typed on top of, or that it is */
  revision: number;
  /** Whether the server's draft says the same */
  saved: boolean;
}

/** What is typed, kept on this device for this person alone until the bid is sent or they sign out. */
export class Keeper {
  private readonly name: string;
  private readonly pendingName: string;
  constructor(account: string, opportunity: string) {
    this.name = `fairlot.draft.${account}.${opportunity}`;
    this.pendingName = `fairlot.sending.${account}.${opportunity}`;
  }

  /** What is being sent, so that another page can find out what became of it */
  keepPending(pending: Pending | null): void {
    try {
      if (pending) localStorage.setItem(this.pendingName, JSON.stringify(pending));
      else localStorage.removeItem(this.pendingName);
    } catch {
      // As below.
    }
  }

  pending(): Pending | null {
    try {
      const text = localStorage.getItem(this.pendingName);
      return text ? (JSON.parse(text) as Pending) : null;
    } catch {
      return null;
    }
  }

  keep(kept: Kept): void {
    try {
      localStorage.setItem(this.name, JSON.stringify(kept));
    } catch {
      // A full or forbidden store: the server's copy is the one that counts.
    }
  }

  kept(): Kept | null {
    try {
      const text = localStorage.getItem(this.name);
      return text ? (JSON.parse(text) as Kept) : null;
    } catch {
      return null;
    }
  }

  forget(): void {
    try {
      localStorage.removeItem(this.name);
    } catch {
      // As above.
    }
  }
}

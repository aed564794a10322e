// Whether a bid is in. Where no answer comes, nobody knows: the server is asked, and what it does not have is sent
// again under the same key, so that there are never two bids.
import type { NewOffer, Offer, OwnBid, Receipt } from "../../api/types";
import { sameAttached } from "./typed";

/** What is being sent: kept on this device until the server has answered */
export interface Pending {
  key: string;
  offer: NewOffer;
  /** The version that the server had before; 0 where there was none */
  before: number;
}

export type Sending =
  | { state: "not_sent" }
  | { state: "sending"; pending: Pending }
  /** No answer came: it may be in */
  | { state: "unknown"; pending: Pending }
  | { state: "in"; receipt: Receipt }
  /** A colleague sent another version meanwhile: theirs is not written over unseen */
  | { state: "overtaken"; version: number; at: string }
  | { state: "refused"; error: Error };

export type Heard =
  | { what: "receipt"; receipt: Receipt }
  | { what: "refused"; error: Error }
  /** No answer */
  | { what: "nothing" }
  /** The provider's bid as the server has it */
  | { what: "own"; bid: OwnBid | null };

const sameOffer = (one: Offer, two: NewOffer): boolean =>
  sameAttached(one.attachments ?? [], two.attachments ?? []) &&
  one.starts_on === two.starts_on &&
  (one.exceptionality ?? null) === (two.exceptionality ?? null) &&
  one.rates.length === two.rates.length &&
  one.rates.every((rate) => two.rates.some((other) => other.key === rate.key && Number(other.rate) === Number(rate.rate))) &&
  one.answers.length === two.answers.length &&
  one.answers.every((answer) =>
    two.answers.some((other) => other.criterion_id === answer.criterion_id && other.answer === answer.answer),
  );

/** What is known after this was heard. */
export function next(now: Sending, heard: Heard): Sending {
  if (now.state !== "sending" && now.state !== "unknown") return now;
  const { pending } = now;
  switch (heard.what) {
    case "receipt":
      return { state: "in", receipt: heard.receipt };
    case "refused":
      return { state: "refused", error: heard.error };
    case "nothing":
      return { state: "unknown", pending };
    case "own": {
      const { bid } = heard;
      if (!bid || bid.version <= pending.before) return { state: "sending", pending };
      if (!bid.withdrawn && sameOffer(bid.offer, pending.offer)) return { state: "in", receipt: bid.receipt };
      return { state: "overtaken", version: bid.version, at: bid.submitted_at };
    }
  }
}

export interface Line {
  /** Sends the bid under its key */
  send: (pending: Pending) => Promise<Heard>;
  /** Asks the server which bid it has */
  ask: () => Promise<Heard>;
  /** Until the connection may be back */
  wait: () => Promise<void>;
  show: (sending: Sending) => void;
  /** Whether anybody still looks */
  isOpen: () => boolean;
}

/** Sends until it is known whether the bid is in. `resumed` where an earlier page sent it and heard nothing. */
export async function deliver(pending: Pending, resumed: boolean, line: Line): Promise<Sending> {
  let now: Sending = { state: resumed ? "unknown" : "sending", pending };
  line.show(now);
  let first = true;
  while ((now.state === "sending" || now.state === "unknown") && line.isOpen()) {
    if (now.state === "unknown" && !(first && resumed)) await line.wait();
    first = false;
    if (!line.isOpen()) break;
    now = next(now, now.state === "sending" ? await line.send(pending) : await line.ask());
    line.show(now);
  }
  return now;
}

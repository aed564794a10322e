import { describe, expect, it } from "vitest";
import type { Offer, OwnBid, Receipt } from "../../api/types";
import { deliver, type Heard, type Line, next, type Pending, type Sending } from "./sending";

const offer: Offer = {
  rates: [{ key: "hour", rate: "14.1" }],
  answers: [{ criterion_id: "c1", answer: "We would…" }],
  attachments: [],
  starts_on: "2027-01-04",
  exceptionality: null,
};
const pending: Pending = { key: "the-key", offer, before: 1 };
const receipt = { version: 2, received_at: "2026-12-07T14:03:22.000Z" } as Receipt;
const own = (version: number, more: Partial<OwnBid> = {}): Heard => ({
  what: "own",
  bid: { version, withdrawn: false, offer: { ...offer, rates: [{ key: "hour", rate: "14.10" }] }, receipt: { ...receipt, version }, submitted_at: "then", ...more } as OwnBid,
});

/** A line on which these are heard in turn */
function line(heard: Heard[]) {
  const sent: string[] = [];
  const shown: Sending["state"][] = [];
  let asked = 0;
  const take = () => Promise.resolve(heard.shift() ?? ({ what: "refused", error: new Error("nothing more is heard") } as const));
  const made: Line = {
    send: ({ key }) => (sent.push(key), take()),
    ask: () => ((asked += 1), take()),
    wait: () => Promise.resolve(),
    show: ({ state }) => shown.push(state),
    isOpen: () => true,
  };
  return { made, sent, shown, asked: () => asked };
}

describe("whether a bid is in", () => {
  it("is said when the receipt comes", async () => {
    const { made, sent, shown } = line([{ what: "receipt", receipt }]);
    expect(await deliver(pending, false, made)).toEqual({ state: "in", receipt });
    expect([sent, shown]).toEqual([["the-key"], ["sending", "in"]]);
  });

  it("is not known while no answer comes, and is asked until one does", async () => {
    const { made, sent, shown, asked } = line([{ what: "nothing" }, { what: "nothing" }, own(2)]);
    const known = await deliver(pending, false, made);
    expect(known.state === "in" && known.receipt.version).toBe(2);
    expect([sent, shown, asked()]).toEqual([["the-key"], ["sending", "unknown", "unknown", "in"], 2]);
  });

  it("is settled by sending again under the same key where the server has nothing newer", async () => {
    const { made, sent, shown } = line([{ what: "nothing" }, own(1), { what: "receipt", receipt }]);
    expect((await deliver(pending, false, made)).state).toBe("in");
    expect([sent, shown]).toEqual([["the-key", "the-key"], ["sending", "unknown", "sending", "in"]]);
    const none = line([{ what: "nothing" }, { what: "own", bid: null }, { what: "receipt", receipt }]);
    expect((await deliver({ ...pending, before: 0 }, false, none.made)).state).toBe("in");
    expect(none.sent).toEqual(["the-key", "the-key"]);
  });

  it("is asked first where an earlier page sent it", async () => {
    const { made, sent } = line([own(2)]);
    expect((await deliver(pending, true, made)).state).toBe("in");
    expect(sent).toEqual([]);
  });

  it("is a matter for people where a colleague sent another version meanwhile", () => {
    const other = own(2, { offer: { ...offer, rates: [{ key: "hour", rate: "13.00" }] } });
    expect(next({ state: "unknown", pending }, other)).toEqual({ state: "overtaken", version: 2, at: "then" });
    expect(next({ state: "unknown", pending }, own(2, { withdrawn: true })).state).toBe("overtaken");
  });

  it("does not change once it is known", () => {
    const known: Sending = { state: "in", receipt };
    expect(next(known, { what: "nothing" })).toBe(known);
  });

  it("is left open where the page is left", async () => {
    const { made } = line([{ what: "nothing" }]);
    let open = true;
    const left = await deliver(pending, false, { ...made, isOpen: () => open, wait: () => ((open = false), Promise.resolve()) });
    expect(left.state).toBe("unknown");
  });
});

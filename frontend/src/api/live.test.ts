import { describe, expect, it } from "vitest";
import { atFirst, hear, hello, parseMessage, waitBefore, type LiveEvent, type LiveInput, type LiveState } from "./live";

const event = (id: string, number: number, kind = "interest_declared"): LiveEvent => ({
  type: "event",
  subject: "opportunity",
  id,
  number,
  at: "2026-11-22T10:00:00.000Z",
  kind,
  body: {},
});

function play(inputs: LiveInput[], from: LiveState = atFirst()) {
  const heard: string[] = [];
  let state = from;
  for (const input of inputs) {
    const next = hear(state, input);
    state = next.state;
    for (const then of next.then) heard.push(then.type === "heard" ? `${then.event.id}#${then.event.number}` : then.type);
  }
  return { state, heard };
}

const welcome: LiveInput = { type: "welcome", now: "2026-11-22T10:00:00.000Z" };

describe("what is heard live", () => {
  it("follows each event once and ignores repeats", () => {
    const { heard } = play([welcome, event("a", 1), event("a", 2), event("a", 2), event("a", 1), event("a", 3)]);
    expect(heard).toEqual(["clock", "first_welcome", "a#1", "a#2", "a#3"]);
  });

  it("takes numbers that skip, because some events are not for this person", () => {
    expect(play([event("a", 1), event("a", 7), event("a", 4)]).heard).toEqual(["a#1", "a#7"]);
  });

  it("counts each subject on its own, and enrolments apart from opportunities", () => {
    const enrolment: LiveEvent = { ...event("a", 1, "enrolment_admitted"), subject: "enrolment" };
    expect(play([event("a", 1), event("b", 1), enrolment]).heard).toEqual(["a#1", "b#1", "a#1"]);
  });

  it("does not follow what was already read over HTTP", () => {
    expect(play([{ type: "read", id: "a", number: 12 }, event("a", 12), event("a", 13)]).heard).toEqual(["a#13"]);
  });

  it("is not set back by an older reading", () => {
    const { state } = play([event("a", 9), { type: "read", id: "a", number: 4 }]);
    expect(JSON.parse(hello(state))).toEqual({ type: "hello", seen: { a: 9 } });
  });
});

describe("a connection that is lost", () => {
  it("says hello again with the last number of each opportunity, and repeats are ignored", () => {
    const enrolment: LiveEvent = { ...event("e", 5), subject: "enrolment" };
    const first = play([welcome, event("a", 3), event("b", 8), enrolment, { type: "closed" }]);
    expect(first.heard).toEqual(["clock", "first_welcome", "a#3", "b#8", "e#5", "lost"]);
    expect(first.state.connection).toBe("lost");
    expect(JSON.parse(hello(first.state))).toEqual({ type: "hello", seen: { a: 3, b: 8 } });
    const second = play([{ type: "opened" }, welcome, event("a", 3), event("a", 4)], first.state);
    expect(second.heard).toEqual(["clock", "back", "a#4"]);
    expect(second.state.connection).toBe("live");
  });

  it("says that it was lost once, however often it cannot be opened again", () => {
    const { heard, state } = play([welcome, { type: "closed" }, { type: "closed" }, { type: "closed" }]);
    expect(heard.filter((what) => what === "lost")).toHaveLength(1);
    expect(state.failures).toBe(3);
  });

  it("is still connecting, not lost, if it never was", () => {
    const { heard, state } = play([{ type: "closed" }]);
    expect(heard).toEqual([]);
    expect(state.connection).toBe("connecting");
  });

  it("waits longer each time, up to a limit, and never all at once", () => {
    expect(waitBefore(1, 0)).toBe(250);
    expect(waitBefore(1, 1)).toBe(500);
    expect(waitBefore(2, 1)).toBe(1000);
    expect(waitBefore(30, 1)).toBe(20_000);
    expect(waitBefore(30, 0)).toBe(10_000);
  });
});

describe("messages", () => {
  it("reads again when told that it is too far behind", () => {
    expect(play([{ type: "reload" }]).heard).toEqual(["read_again"]);
  });

  it("sets the clock at each tick", () => {
    expect(play([{ type: "tick", now: "2026-11-22T10:00:20.000Z" }]).heard).toEqual(["clock", "clock_fault"]);
  });

  it("survives what it does not understand", () => {
    expect(parseMessage("{")).toBeNull();
    expect(parseMessage("12")).toBeNull();
    expect(parseMessage(new ArrayBuffer(2))).toBeNull();
    expect(play([{ type: "later_invention" } as unknown as LiveInput]).heard).toEqual([]);
  });

  it("remembers a bounded number of subjects", () => {
    const { state } = play(Array.from({ length: 1_400 }, (_, n) => event(`s${n}`, 1)));
    expect(state.seen.size).toBe(1_000);
    expect(state.seen.get("opportunity/s1399")).toBe(1);
    expect(state.seen.get("opportunity/s0")).toBeUndefined();
  });
});

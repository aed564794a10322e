import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused, Unreachable } from "../../api/client";
import { FieldSaver, PAUSE, type SaveState, type Value } from "./saving";

const say = (answer: string): Value => ({ answer, evidence: null });
const refusal = (status: number) =>
  new Refused({ type: "", title: "", status, code: "", detail: "Too long.", field: null, problems: [] });

describe("saving one answer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function saver(put: (revision: number, value: Value) => Promise<number>, revision = 0) {
    const states: SaveState["state"][] = [];
    return { states, saver: new FieldSaver(revision, put, (state) => states.push(state.state)) };
  }

  it("waits until the typing stops, and writes the newest over the revision that it saw", async () => {
    const put = vi.fn((revision: number) => Promise.resolve(revision + 1));
    const { saver: one, states } = saver(put, 3);
    one.type(say("a"));
    one.type(say("ab"));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(put.mock.calls).toEqual([[3, say("ab")]]);
    one.type(say("abc"));
    await one.flush();
    expect(put.mock.lastCall).toEqual([4, say("abc")]);
    expect(states).toEqual(["waiting", "waiting", "saved", "waiting", "saved"]);
  });

  it("writes what is typed during a save after it, and never two at once", async () => {
    const done: ((revision: number) => void)[] = [];
    const put = vi.fn(() => new Promise<number>((resolve) => done.push(resolve)));
    const { saver: one } = saver(put);
    one.type(say("a"));
    await vi.advanceTimersByTimeAsync(PAUSE);
    one.type(say("ab"));
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(put).toHaveBeenCalledTimes(1);
    done[0]!(1);
    await vi.advanceTimersByTimeAsync(PAUSE);
    expect(put.mock.lastCall).toEqual([1, say("ab")]);
  });

  it("loses neither what a colleague wrote nor what is typed here", async () => {
    let newest = 5;
    const put = vi.fn((revision: number) => (revision === newest ? Promise.resolve(++newest) : Promise.reject(refusal(412))));
    const { saver: one, states } = saver(put, 4);
    one.type(say("mine"));
    await vi.advanceTimersByTimeAsync(PAUSE);
    one.type(say("mine, longer"));
    await vi.advanceTimersByTimeAsync(10 * PAUSE);
    expect(put).toHaveBeenCalledTimes(1);
    expect(states.at(-1)).toBe("conflict");
    await one.keep(5);
    expect(put.mock.lastCall).toEqual([5, say("mine, longer")]);
    expect(one.state.state).toBe("saved");
    // Or theirs: then nothing is written.
    const other = saver(put, 1).saver;
    other.type(say("mine"));
    await other.flush();
    other.take(newest);
    await other.flush();
    expect(put).toHaveBeenCalledTimes(3);
  });

  it("tries again when nobody answers, and says why when it is refused", async () => {
    const put = vi.fn().mockRejectedValueOnce(new Unreachable()).mockResolvedValueOnce(1).mockRejectedValueOnce(refusal(422));
    const { saver: one } = saver(put);
    one.type(say("a"));
    await one.flush();
    expect(one.state.state).toBe("offline");
    await vi.advanceTimersByTimeAsync(10 * PAUSE);
    expect(one.state.state).toBe("saved");
    one.type(say("b"));
    expect(await one.flush()).toEqual({ state: "refused", words: "Too long." });
  });
});

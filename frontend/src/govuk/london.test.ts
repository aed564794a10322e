import { describe, expect, it } from "vitest";
import {
  countdown,
  daysBetween,
  duration,
  exactTime,
  fromLondon,
  londonDay,
  longDay,
  longTime,
  relative,
  shortTime,
  toLondon,
  weekdayDay,
} from "./london";

const at = (instant: string) => Date.parse(instant);

describe("times are read in London, with the zone", () => {
  it("names GMT in winter and BST in summer", () => {
    expect(longTime("2026-11-22T10:00:00.000Z")).toBe("Sunday 22 November 2026 at 10am GMT");
    expect(longTime("2026-07-01T16:30:00.000Z")).toBe("Wednesday 1 July 2026 at 5:30pm BST");
    expect(shortTime("2026-07-01T11:00:00.000Z")).toBe("1 Jul 2026, 12 noon BST");
    expect(exactTime("2026-12-07T23:59:59.999Z")).toBe("7 December 2026 at 11:59:59pm GMT");
  });

  it("moves over the spring change without a gap", () => {
    expect(shortTime("2026-03-29T00:59:00.000Z")).toBe("29 Mar 2026, 12:59am GMT");
    expect(shortTime("2026-03-29T01:00:00.000Z")).toBe("29 Mar 2026, 2am BST");
  });

  it("tells the two half past ones of October apart by the zone", () => {
    expect(shortTime("2026-10-25T00:30:00.000Z")).toBe("25 Oct 2026, 1:30am BST");
    expect(shortTime("2026-10-25T01:30:00.000Z")).toBe("25 Oct 2026, 1:30am GMT");
  });

  it("shows calendar days as they are", () => {
    expect(longDay("2026-12-07")).toBe("7 December 2026");
    expect(weekdayDay("2026-12-30")).toBe("Wednesday 30 December 2026");
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
  });
});

describe("what is typed as London time becomes an instant", () => {
  it("is the same in winter and an hour earlier in summer", () => {
    expect(fromLondon("2026-12-07", "10:00")).toBe("2026-12-07T10:00:00.000Z");
    expect(fromLondon("2026-07-01", "10:00")).toBe("2026-07-01T09:00:00.000Z");
  });

  it("has no instant in the hour that March skips", () => {
    expect(fromLondon("2026-03-29", "01:30")).toBeNull();
    expect(fromLondon("2026-03-29", "02:00")).toBe("2026-03-29T01:00:00.000Z");
  });

  it("means the first of the two in the hour that October repeats", () => {
    expect(fromLondon("2026-10-25", "01:30")).toBe("2026-10-25T00:30:00.000Z");
  });

  it("refuses what is not a date or a time", () => {
    expect(fromLondon("2026-02-31", "10:00")).toBeNull();
    expect(fromLondon("7/12/2026", "10:00")).toBeNull();
    expect(fromLondon("2026-12-07", "10")).toBeNull();
  });

  it("goes there and back", () => {
    for (const instant of ["2026-06-30T23:30:00.000Z", "2026-12-31T23:30:00.000Z"]) {
      const { day, time } = toLondon(instant);
      expect(fromLondon(day, time)).toBe(instant);
    }
    expect(londonDay(at("2026-06-30T23:30:00.000Z"))).toBe("2026-07-01");
  });
});

describe("how far away it is", () => {
  const now = at("2026-11-22T10:00:00.000Z");

  it("is said in at most two units", () => {
    expect(relative("2026-11-24T13:20:00.000Z", now)).toBe("in 2 days 3 hours");
    expect(relative("2026-11-22T08:59:00.000Z", now)).toBe("1 hour 1 minute ago");
    expect(relative("2026-11-22T10:00:20.000Z", now)).toBe("in less than a minute");
    expect(relative("2026-11-22T09:59:40.000Z", now)).toBe("just now");
    expect(relative("2026-11-22T10:00:01.000Z", now)).toBe("just now");
    expect(duration(40_000)).toBe("40 seconds");
  });

  it("counts down in seconds only near the end, and never below nothing", () => {
    expect(countdown("2026-11-25T10:00:00.000Z", now)).toEqual({ words: "3 days", mood: "calm" });
    expect(countdown("2026-11-22T14:30:00.000Z", now)).toEqual({ words: "4 hours 30 minutes", mood: "soon" });
    expect(countdown("2026-11-22T10:12:05.000Z", now)).toEqual({ words: "12 min 05 s", mood: "last" });
    expect(countdown("2026-11-22T10:00:09.000Z", now)).toEqual({ words: "9 s", mood: "last" });
    expect(countdown("2026-11-22T10:00:00.000Z", now)).toEqual({ words: "Closed", mood: "over" });
  });
});

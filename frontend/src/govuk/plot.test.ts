import { describe, expect, it } from "vitest";
import { free, levels, scale, ticks } from "./plot";

describe("a chart", () => {
  it("has room around its values and puts a value alone in the middle", () => {
    const x = scale([1000, 1100], [0, 100], [0, Infinity]);
    expect(x.at(1000)).toBeGreaterThan(0);
    expect(x.at(1100)).toBeLessThan(100);
    expect(x.from(x.at(1042))).toBeCloseTo(1042);
    expect(scale([500], [0, 100], [0, Infinity]).at(500)).toBeCloseTo(50);
    expect(scale([58, 60], [100, 0], [0, 60]).at(60)).toBeCloseTo(0);
  });

  it("has round numbers on its axes", () => {
    expect(ticks(1015, 1131, 4)).toEqual([1050, 1100]);
    expect(ticks(0.05, 0.42, 4)).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(ticks(5, 5, 4)).toEqual([]);
  });

  it("puts no name on another", () => {
    const frame = { left: 0, top: 0, right: 200, bottom: 100 };
    const circle = { left: 90, top: 40, right: 110, bottom: 60 };
    const beside = free(circle, 50, 18, [circle], frame);
    expect(beside?.left).toBe(114);
    const left = free(circle, 50, 18, [circle, beside!], frame);
    expect(left?.right).toBe(86);
    expect(free(circle, 500, 18, [circle], frame)).toBeNull();
  });

  it("stacks what would stand on the same place", () => {
    const things = [10, 12, 50, 11].map((at) => ({ at, size: 20 }));
    expect(levels(things)).toEqual([0, 1, 0, 2]);
  });
});

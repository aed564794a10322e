import { describe, expect, it } from "vitest";
import { lineWeekly, parseAmount, priceOf, wireAmount } from "./price";

const hours = (quantity: string, rate: string) => ({ quantity, unit: "hour" as const, rate });
const nights = (quantity: string, rate: string) => ({ quantity, unit: "sleep_in_night" as const, rate });

describe("the price of an offer", () => {
  it("is the typical supported living contract to the penny", () => {
    const price = priceOf([hours("45", "14.10"), nights("7", "80")]);
    expect(price).toEqual({ weekly: "1194.50", yearly: "62114.00", missing: 0 });
  });

  it("is the published example's three weekly totals", () => {
    expect(priceOf([hours("35", "13.60"), nights("7", "78")]).weekly).toBe("1022.00");
    expect(priceOf([hours("35", "14.75"), nights("7", "87")]).weekly).toBe("1125.25");
    expect(priceOf([hours("35", "14.10"), nights("7", "80")]).weekly).toBe("1053.50");
  });

  it("is the typical day opportunities contract", () => {
    const price = priceOf([
      { quantity: "5", unit: "day", rate: "95" },
      { quantity: "5", unit: "transport_day", rate: "10" },
    ]);
    expect(price).toEqual({ weekly: "525.00", yearly: "27300.00", missing: 0 });
  });

  it("spreads a month over twelve fifty-seconds, and rounds only what it shows", () => {
    const price = priceOf([{ quantity: "1", unit: "month", rate: "28" }]);
    expect(price).toEqual({ weekly: "6.46", yearly: "336.00", missing: 0 });
    expect(priceOf([{ quantity: "1", unit: "one_off", rate: "150" }])).toEqual({
      weekly: "2.88",
      yearly: "150.00",
      missing: 0,
    });
  });

  it("rounds half away from zero", () => {
    expect(priceOf([hours("0.5", "0.01")]).weekly).toBe("0.01");
    expect(priceOf([hours("0.5", "0.0099")]).weekly).toBe("0.00");
  });

  it("is exact where a float would not be", () => {
    expect(priceOf([hours("0.1", "0.2"), hours("0.1", "0.1")]).weekly).toBe("0.03");
    expect(priceOf([hours("168", "123456789.1234")]).yearly).toBe("1078518509782.02");
  });

  it("says how many lines are still without a rate", () => {
    expect(priceOf([hours("35", ""), nights("7", "80")])).toEqual({ weekly: "560.00", yearly: "29120.00", missing: 1 });
    expect(lineWeekly(hours("35", "fourteen"))).toBeNull();
    expect(lineWeekly(hours("35", "14.10"))).toBe("493.50");
  });
});

describe("an amount as typed", () => {
  it("may carry a pound sign, commas and spaces", () => {
    expect(parseAmount(" £1,194.5 ")).toBe(11_945_000n);
    expect(wireAmount("£14.1")).toBe("14.10");
    expect(wireAmount("80")).toBe("80.00");
    expect(wireAmount("0.1234")).toBe("0.1234");
    expect(wireAmount("0.1230")).toBe("0.123");
  });

  it("is refused when it is not one", () => {
    for (const typed of ["", "abc", "-5", "1.23456", "1e3", "£", "1 000"]) expect(parseAmount(typed)).toBeNull();
  });
});

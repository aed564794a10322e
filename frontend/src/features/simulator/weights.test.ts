import { describe, expect, it } from "vitest";
import { difference, mark, money, percentOf, rest, shareOf, weight } from "./weights";

describe("weights as they are typed", () => {
  it("sum to 100 exactly", () => {
    expect([weight("60"), rest("60")]).toEqual(["60", "40"]);
    expect([weight("33.3333"), rest("33.3333")]).toEqual(["33.3333", "66.6667"]);
    expect([weight("0.1"), rest("0.1")]).toEqual(["0.1", "99.9"]);
    expect(rest("100")).toBe("0");
  });

  it("are refused where they are none", () => {
    for (const typed of ["", "101", "-1", "sixty", "60.12345", "1e2"]) expect(weight(typed)).toBeNull();
  });

  it("become shares and back", () => {
    expect(shareOf("55")).toBe("0.55");
    expect(shareOf("59.9 %")).toBe("0.599");
    expect(shareOf("100")).toBe("1");
    expect(shareOf("0.001")).toBeNull();
    expect(percentOf("0.60")).toBe("60");
    expect(percentOf("0.055")).toBe("5.5");
  });
});

it("reads prices and marks as people type them", () => {
  expect(money("£1,022")).toBe("1022.00");
  expect(money("1053.5")).toBe("1053.50");
  expect(money("10,22")).toBeNull();
  expect(mark(" 4.4 ")).toBe("4.4");
  expect(mark("good")).toBeNull();
});

it("takes one amount from another without a float", () => {
  expect(difference("53144.00", "54782.00")).toBe("1638.0000");
  expect(difference("100", "66.6667")).toBe("-33.3333");
  expect(difference("0.3", "0.1")).toBe("-0.2000");
  expect(difference(null, "1")).toBe("");
});

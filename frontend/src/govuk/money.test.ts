import { expect, it } from "vitest";
import { percent, plain, pounds, rounded } from "./money";

it("shows pounds with pence and groups, and loses no digit", () => {
  expect(pounds("62114")).toBe("£62,114.00");
  expect(pounds("13.6")).toBe("£13.60");
  expect(pounds("0.1250")).toBe("£0.125");
  expect(pounds("90071992547409931234.56")).toBe("£90,071,992,547,409,931,234.56");
  expect(pounds("-5.5")).toBe("−£5.50");
  expect(pounds(null)).toBe("");
});

it("shows quantities without needless noughts", () => {
  expect(plain("35.0000")).toBe("35");
  expect(plain("7.50")).toBe("7.5");
});

it("shows a share as a percentage", () => {
  expect(percent("0.60")).toBe("60%");
  expect(percent("0.6")).toBe("60%");
  expect(percent("0.055")).toBe("5.5%");
  expect(percent("1")).toBe("100%");
});

it("shows a figure to fewer places, half away from nothing", () => {
  expect(rounded("43.6065", 1)).toBe("43.6");
  expect(rounded("43.65", 1)).toBe("43.7");
  expect(rounded("99.96", 1)).toBe("100");
  expect(rounded("0.04", 1)).toBe("0");
  expect(rounded("66.6667", 1)).toBe("66.7");
  expect(rounded("100", 1)).toBe("100");
});

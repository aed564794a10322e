// What is said of prices: formulas, and those in question.
import type { TagColour } from "../govuk/show";
import type { FormulaName, InquiryKind, InquiryState } from "../api/types";

export const inquiryWords: Record<InquiryState | "flagged", string> = {
  flagged: "Not asked about yet",
  asked: "Waiting for an answer",
  answered: "Answered",
  accepted: "Accepted",
  rejected: "Rejected",
};

export const inquiryColours: Record<InquiryState | "flagged", TagColour> = {
  flagged: "orange",
  asked: "yellow",
  answered: "purple",
  accepted: "green",
  rejected: "red",
};

/** To officers */
export const inquiryKindWords: Record<InquiryKind, string> = {
  exceptionality: "This price lies outside the published limits. It is ranked only if an exception is accepted.",
  abnormally_low: "This price looks abnormally low.",
};

/** To the provider asked */
export const ownInquiryWords: Record<InquiryKind, string> = {
  exceptionality: "Your price lies outside the published limits, so your bid can be ranked only if the council accepts an exception.",
  abnormally_low: "Your price looks abnormally low. That is no fault: the council asks you to account for it before it decides.",
};

export const formulaNames: Record<FormulaName, string> = {
  lowest_relative: "Relative to the lowest price",
  percent_over_lowest: "Per cent above the lowest price",
  pro_rata_to_qualification: "From the lowest price to a qualifying price",
  band: "Price band",
  price_per_quality_point: "Price for each point of quality",
  fixed: "Quality alone, at set rates",
  benchmark: "Against a benchmark price",
  ranked_list: "Standing order of providers",
};

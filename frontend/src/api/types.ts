// The words of the API by name, so that pages need not spell out the generated paths.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type MarketCard = Schemas["MarketCard"];
export type Market = Schemas["Market"];
export type Category = Schemas["Category"];
export type Criterion = Schemas["Criterion"];
export type LineTerms = Schemas["LineTerms"];
export type Enrolment = Schemas["Enrolment"];
export type EnrolmentCard = Schemas["EnrolmentCard"];
export type Package = Schemas["Package"];
export type PackageForm = Schemas["PackageForm"];
export type PackageCard = Schemas["PackageCard"];
export type Leak = Schemas["Leak"];
export type OpportunityCard = Schemas["OpportunityCard"];
export type Opportunity = Schemas["Opportunity"];
export type Offer = Schemas["Offer"];
export type Draft = Schemas["DraftOffer"];
export type OwnBid = Schemas["OwnBid"];
export type OwnResult = Schemas["OwnResult"];
export type Receipt = Schemas["Receipt"];
export type Evaluation = Schemas["Evaluation"];
export type BlindBid = Schemas["BlindBid"];
export type GivenMark = Schemas["MarkView"];
export type MarkDraft = Schemas["MarkDraft"];
export type DeclarationPage = Schemas["DeclarationPage"];
export type StandingAnswer = Schemas["StandingAnswer"];
export type Ranking = Schemas["Ranking"];
export type RankedBid = Schemas["RankedBid"];
export type PriceTerm = Schemas["PriceTerm"];
export type WhatIf = Schemas["WhatIf"];
export type FormulaName = Schemas["FormulaName"];
export type NewSimulation = Schemas["NewSimulation"];
export type Simulation = Schemas["Simulation"];
export type Replay = Schemas["Replay"];
export type SimulatedBids = Schemas["SimulatedBids"];
export type SimulatedSummary = Schemas["SimulatedSummary"];
export type SimulatedChoice = Schemas["SimulatedChoice"];
export type SimulatedComparison = Schemas["SimulatedComparison"];
export type Recommendation = Schemas["Recommendation"];
export type Approver = Schemas["ApproverView"];
export type ChainLink = Schemas["ChainLink"];
export type AwardRecord = Schemas["AwardRecord"];
export type RecordedBid = Schemas["RecordedBid"];
export type RecordedMark = Schemas["RecordedMark"];
export type RecordedLetter = Schemas["RecordedLetter"];
export type ChosenRecord = Schemas["Choice"];
export type ApprovalCard = Schemas["ApprovalCard"];
export type ApprovalRequest = Schemas["ApprovalRequest"];
export type BatchOutcome = Schemas["BatchOutcome"];
export type InterestRegister = Schemas["InterestRegister"];
export type OfficerInterest = Schemas["OfficerInterest"];
export type ContractCard = Schemas["ContractCard"];
export type Contract = Schemas["Contract"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type LetterCard = Schemas["LetterCard"];
export type Letter = Schemas["Letter"];
export type DemoPerson = Schemas["DemoPerson"];
export type Problem = Schemas["Problem"];

export type PriceFlag = Schemas["PriceFlag"];

export type InquiryKind = PriceFlag["kind"];
export type InquiryState = NonNullable<PriceFlag["inquiry"]>["state"];
export type Stage = OpportunityCard["stage"];
export type Standing = EnrolmentCard["standing"];
export type Regime = MarketCard["regime"];
export type Unit = LineTerms["unit"];
export type AgeBand = PackageForm["age_band"];
export type Counts = NonNullable<OpportunityCard["counts"]>;
export type Interest = NonNullable<NonNullable<OpportunityCard["mine"]>["interest"]>;
export type OfficerRole = NonNullable<Me["officer"]>["roles"][number];

/** A value the server may leave out or send as null: the two mean the same. */
export type Maybe<T> = T | null | undefined;

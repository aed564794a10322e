//! The closed enums, each with one spelling: in the program, on the wire and in the databases.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum,
            Serialize, Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "String(sea_orm::prelude::StringLen::None)")]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] #[sea_orm(string_value = $text)] $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        // Written out, because the derive does not see through this macro to the spellings.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|term| term.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    )+};
}

terms! {
    /// The law under which a market stands (PCR 2015 regs 33, 34, 74–76; Procurement Act 2023 ss. 34–40, 45–49).
    Regime {
        PcrLtrDps = "pcr_ltr_dps",
        PcrDps = "pcr_dps",
        PcrFramework = "pcr_framework",
        Pa23DynamicMarket = "pa23_dynamic_market",
        Pa23LightTouchFramework = "pa23_light_touch_framework",
        SingleContract = "single_contract",
    }

    /// What an officer does in their authority.
    OfficerRole {
        Broker = "broker",
        Evaluator = "evaluator",
        Commissioner = "commissioner",
        Procurement = "procurement",
        Auditor = "auditor",
    }

    /// What a person does in their provider.
    ProviderRole {
        Administrator = "administrator",
        Bidder = "bidder",
        Viewer = "viewer",
    }

    /// A provider's standing in a category.
    Standing {
        Applied = "applied",
        Clarification = "clarification",
        Admitted = "admitted",
        Refused = "refused",
        Suspended = "suspended",
    }

    /// What the content of a document is.
    DocumentKind {
        Pdf = "pdf",
        Docx = "docx",
        Png = "png",
        Jpeg = "jpeg",
    }

    /// What became of a piece of evidence.
    EvidenceState {
        /// Nobody has decided yet.
        Given = "given",
        /// It counts.
        Accepted = "accepted",
        Refused = "refused",
        /// A newer piece took its place.
        Superseded = "superseded",
    }

    /// How near the end of a piece of evidence is.
    ExpiryStage {
        Sixty = "60_days",
        Thirty = "30_days",
        Seven = "7_days",
        Expired = "expired",
    }

    /// What a price line is counted in.
    Unit {
        Hour = "hour",
        SharedHour = "shared_hour",
        SleepInNight = "sleep_in_night",
        WakingNightHour = "waking_night_hour",
        Day = "day",
        TransportDay = "transport_day",
        Mile = "mile",
        Month = "month",
        OneOff = "one_off",
    }

    /// The age of the person, no closer than a band: an advert gives nobody away.
    AgeBand {
        From18To24 = "18-24",
        From25To39 = "25-39",
        From40To64 = "40-64",
        From65To79 = "65-79",
        From80 = "80+",
    }

    /// What a provider has said of an opportunity.
    InterestKind {
        Seen = "seen",
        WillBid = "will_bid",
        CannotBid = "cannot_bid",
    }

    /// What the mark that counts rests on.
    MarkBasis {
        /// One evaluator marked it.
        Single = "single",
        /// Every evaluator gave the same mark.
        Unanimous = "unanimous",
        /// Evaluators differed, and a consensus was recorded.
        Consensus = "consensus",
        /// The provider's standing mark, from its enrolment.
        Standing = "standing",
    }

    /// Whether a recommendation waits, was approved, was returned to be made again, or was declined.
    AwardState {
        Waiting = "waiting",
        Approved = "approved",
        Returned = "returned",
        Declined = "declined",
    }

    /// By which way an award came to be.
    AwardRoute {
        /// Advertised, and to the bid that is ranked first.
        Competed = "competed",
        /// Advertised, and to another admissible bid, with the reason.
        NotFirst = "not_first",
        /// To the provider that the person chose (Procurement Act 2023, Sch. 5 paras 15–17).
        UserChoice = "user_choice",
        /// To an admitted provider for a short time, because care cannot wait; reviewed afterwards.
        Urgent = "urgent",
    }

    /// How an award stands to what the person or family prefers.
    PreferenceKept {
        Followed = "followed",
        NotFollowed = "not_followed",
        /// What they prefer is not a provider.
        NotForProvider = "not_for_provider",
    }

    /// What a review of an urgent award decided.
    ReviewOutcome {
        Confirmed = "confirmed",
        Ended = "ended",
    }

    /// Why a provider is asked about its price.
    InquiryKind {
        /// It lies outside the published limits.
        Exceptionality = "exceptionality",
        /// It looks abnormally low (PCR 2015 reg 69; Procurement Act 2023 s. 19).
        AbnormallyLow = "abnormally_low",
    }

    /// What about a price is asked about.
    GroundKind {
        BelowFloor = "below_floor",
        AboveCeiling = "above_ceiling",
        UnderMedian = "under_median",
        BelowEmploymentCost = "below_employment_cost",
    }

    /// How far an inquiry into a price has come.
    InquiryState {
        Asked = "asked",
        Answered = "answered",
        Accepted = "accepted",
        Rejected = "rejected",
    }

    /// How a person holds a post.
    Tenure {
        Substantive = "substantive",
        Acting = "acting",
        AbsenceCover = "absence_cover",
        JobShare = "job_share",
    }

    /// What is decided under a scheme of delegation.
    DecisionKind {
        Award = "award",
        BlockContract = "block_contract",
        Variation = "variation",
        Extension = "extension",
        /// A price outside the published limits, or one that looked abnormally low.
        Exceptionality = "exceptionality",
        DirectAward = "direct_award",
        Suspension = "suspension",
    }

    /// What an event is about; its number counts within this subject.
    SubjectKind {
        Account = "account",
        Provider = "provider",
        Market = "market",
        Enrolment = "enrolment",
        Package = "package",
        Opportunity = "opportunity",
        Contract = "contract",
        Budget = "budget",
    }

    /// What a letter is for.
    LetterKind {
        ClarificationAsked = "clarification_asked",
        EnrolmentAdmitted = "enrolment_admitted",
        EnrolmentRefused = "enrolment_refused",
        EnrolmentSuspended = "enrolment_suspended",
        EnrolmentReinstated = "enrolment_reinstated",
        OpportunityPublished = "opportunity_published",
        OpportunityWithdrawn = "opportunity_withdrawn",
        PriceQuestioned = "price_questioned",
        PriceExplained = "price_explained",
        PriceDecided = "price_decided",
        Shortlisted = "shortlisted",
        ApprovalWanted = "approval_wanted",
        ApprovalUrgent = "approval_urgent",
        ApprovalReminded = "approval_reminded",
        ApprovalEscalated = "approval_escalated",
        AwardReturned = "award_returned",
        AwardDeclined = "award_declined",
        AwardWon = "award_won",
        OutcomeTold = "outcome_told",
        /// Commitments have come to 80, 90 or 100 % of what members approved.
        CapWarning = "cap_warning",
        ClockDueSoon = "clock_due_soon",
        ClockOverdue = "clock_overdue",
        /// To every bidder: the person chose another way.
        NoAwardMade = "no_award_made",
        /// To the winner, when a standstill has ended.
        ContractEntered = "contract_entered",
        DirectAwardMade = "direct_award_made",
        /// To the provider, when the review of an urgent award ended it.
        DirectAwardEnded = "direct_award_ended",
        EvidenceAccepted = "evidence_accepted",
        EvidenceRefused = "evidence_refused",
        /// 60, 30 or 7 days before.
        EvidenceExpiring = "evidence_expiring",
        EvidenceExpired = "evidence_expired",
    }

    /// What has to be done in time, by law or as a market advertised.
    ClockKind {
        EnrolmentDecision = "enrolment_decision",
        PriceAnswer = "price_answer",
        PriceDecision = "price_decision",
        /// PCR 2015 regs 50, 75.
        AwardNotice = "award_notice",
        /// Procurement Act 2023 s. 53.
        ContractDetails = "contract_details",
        /// Procurement Act 2023 s. 51.
        Standstill = "standstill",
        /// Of an urgent award, by somebody who did not approve it.
        UrgentReview = "urgent_review",
    }

    /// When the owner of a clock is reminded.
    ReminderStage {
        DueSoon = "due_soon",
        Overdue = "overdue",
    }

    /// How a market publishes award notices under PCR 2015.
    AwardNotices {
        /// One for each award.
        Each = "each",
        /// Those of a quarter together (regs 50(5), 75(4)).
        Quarterly = "quarterly",
    }

    /// What officers are to see to.
    TaskKind {
        LetterUndeliverable = "letter_undeliverable",
        /// A provider renewed evidence, and it waits for a decision.
        EvidenceRenewed = "evidence_renewed",
        EvidenceExpired = "evidence_expired",
    }

    /// How far a letter has come.
    LetterState {
        Owed = "owed",
        Deferred = "deferred",
        Sent = "sent",
        Undeliverable = "undeliverable",
    }
}

impl Unit {
    /// Whether somebody is employed for each of them by the hour.
    pub const fn is_hourly(self) -> bool {
        matches!(self, Self::Hour | Self::SharedHour | Self::WakingNightHour)
    }
}

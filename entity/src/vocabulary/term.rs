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

    /// When in the week a provider has hours to spare. All but the last are of Monday to Friday.
    TimeBand {
        /// Until noon.
        Mornings = "mornings",
        /// From noon to five.
        Daytime = "daytime",
        /// From five until ten.
        Evenings = "evenings",
        /// Nights on which staff sleep in.
        SleepIn = "sleep_in",
        /// Nights on which staff are awake.
        WakingNights = "waking_nights",
        /// Saturdays and Sundays, at any time.
        Weekends = "weekends",
    }

    /// A provider's standing in a category.
    Standing {
        Applied = "applied",
        Clarification = "clarification",
        Admitted = "admitted",
        Refused = "refused",
        /// Admitted, but with nothing new while a cause holds.
        NoNewWork = "no_new_work",
        Suspended = "suspended",
        Removed = "removed",
        /// By the provider itself.
        Withdrawn = "withdrawn",
    }

    /// Why a provider gets no new work in a category.
    StopCause {
        /// An officer decided so.
        Officer = "officer",
        /// A piece of evidence has expired.
        EvidenceExpired = "evidence_expired",
    }

    /// What needs two officers.
    MeasureKind {
        Suspension = "suspension",
        Removal = "removal",
        /// A suspension that holds at once, and lapses unless it is confirmed within a day.
        UrgentStop = "urgent_stop",
    }

    /// What became of a measure.
    MeasureOutcome {
        Confirmed = "confirmed",
        TurnedDown = "turned_down",
        /// An urgent stop that nobody confirmed in time.
        Lapsed = "lapsed",
        /// Something else was decided meanwhile.
        Overtaken = "overtaken",
    }

    /// What a change of a standing came of.
    StandingStep {
        Applied = "applied",
        ClarificationAsked = "clarification_asked",
        ClarificationAnswered = "clarification_answered",
        Admitted = "admitted",
        Refused = "refused",
        NoNewWorkBegun = "no_new_work_begun",
        NoNewWorkEnded = "no_new_work_ended",
        Suspended = "suspended",
        UrgentlyStopped = "urgently_stopped",
        UrgentStopConfirmed = "urgent_stop_confirmed",
        UrgentStopLapsed = "urgent_stop_lapsed",
        /// A second person turned an urgent stop down.
        UrgentStopTurnedDown = "urgent_stop_turned_down",
        Reinstated = "reinstated",
        /// Looked at on its review date, and kept.
        Reviewed = "reviewed",
        Removed = "removed",
        Withdrawn = "withdrawn",
    }

    /// What a provider says of its standing.
    RepresentationKind {
        Representation = "representation",
        Appeal = "appeal",
    }

    /// Why a provider must or may be excluded (PCR 2015 reg 57; Procurement Act 2023 Schs 6–7).
    ExclusionGround {
        CorruptionOrBribery = "corruption_or_bribery",
        Fraud = "fraud",
        OrganisedCrime = "organised_crime",
        Terrorism = "terrorism",
        MoneyLaundering = "money_laundering",
        ModernSlavery = "modern_slavery",
        CorporateManslaughter = "corporate_manslaughter",
        Tax = "tax",
        Competition = "competition",
        SocialOrLabourLaw = "social_or_labour_law",
        Environment = "environment",
        Insolvency = "insolvency",
        ProfessionalMisconduct = "professional_misconduct",
        PoorPerformance = "poor_performance",
        ConflictOfInterest = "conflict_of_interest",
        Misrepresentation = "misrepresentation",
        UndueInfluence = "undue_influence",
        NationalSecurity = "national_security",
        /// On the debarment list (Procurement Act 2023 s. 57).
        Debarment = "debarment",
    }

    /// What was decided of a ground for exclusion.
    ExclusionOutcome {
        /// It does not apply, or the provider has shown that it is not likely to occur again.
        Disregarded = "disregarded",
        Excluded = "excluded",
    }

    /// By what a provider was found on a list of debarred suppliers.
    MatchedBy {
        Identifier = "identifier",
        Name = "name",
    }

    /// A register that somebody else keeps.
    Register {
        Cqc = "cqc",
        CompaniesHouse = "companies_house",
        CharityCommission = "charity_commission",
    }

    /// What a register is asked about.
    RegisterEntry {
        CqcProvider = "cqc_provider",
        /// Ratings belong to locations.
        CqcLocation = "cqc_location",
        Company = "company",
        Charity = "charity",
    }

    /// How somebody stands in a register.
    RegisterState {
        /// Registered, or an active company.
        Listed = "listed",
        /// In liquidation, in administration, or in another such proceeding.
        Insolvent = "insolvent",
        /// Deregistered, dissolved or removed.
        Ended = "ended",
        /// The register knows nobody of that number.
        Unknown = "unknown",
    }

    /// How the Care Quality Commission rates a location, best first.
    CareRating {
        Outstanding = "outstanding",
        Good = "good",
        RequiresImprovement = "requires_improvement",
        Inadequate = "inadequate",
    }

    /// Why a register could not be read.
    CheckFailure {
        /// It cannot be reached.
        Unreachable = "unreachable",
        TimedOut = "timed_out",
        /// It was asked more often than it allows.
        AskedTooOften = "asked_too_often",
        /// It does not accept the key.
        KeyRefused = "key_refused",
        /// It said that something is wrong with it.
        OutOfOrder = "out_of_order",
        /// What it answered cannot be understood.
        Unreadable = "unreadable",
        TooLarge = "too_large",
    }

    /// What a register says that somebody is to look at.
    ConcernKind {
        RatingFell = "rating_fell",
        /// Inadequate when it was first read.
        RatedInadequate = "rated_inadequate",
        Deregistered = "deregistered",
        Insolvent = "insolvent",
        Dissolved = "dissolved",
        CharityRemoved = "charity_removed",
        NotOnRegister = "not_on_register",
        /// The location belongs to another provider.
        HeldByAnother = "held_by_another",
    }

    /// What a provider answers once, in its passport, for every market.
    PassportTopic {
        Organisation = "organisation",
        SafeguardingPolicy = "safeguarding_policy",
        Recruitment = "recruitment",
        Training = "training",
        HealthAndSafetyPolicy = "health_and_safety_policy",
        ComplaintsPolicy = "complaints_policy",
        BusinessContinuity = "business_continuity",
        Equality = "equality_policy",
        DataProtection = "data_protection",
        ModernSlavery = "modern_slavery",
        QualityAssurance = "quality_assurance",
        Environment = "environment",
        References = "references",
        Disputes = "disputes",
    }

    /// What the content of a document is.
    DocumentKind {
        Pdf = "pdf",
        Docx = "docx",
        Xlsx = "xlsx",
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

    /// Why a provider cannot bid.
    CannotReason {
        NoStaffInArea = "no_staff_in_area",
        HoursDoNotFit = "hours_do_not_fit",
        StartTooSoon = "start_too_soon",
        NeedsOutside = "needs_outside",
        LimitsTooLow = "limits_too_low",
        Other = "other",
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
        /// Approved, and then challenged with right.
        SetAside = "set_aside",
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
        DebarmentList = "debarment_list",
        /// The ranking round of an opportunity, by the opportunity's id: numbered by itself, so that the opportunity's
        /// numbers do not tell how often others improved.
        Round = "round",
    }

    /// What a letter is for.
    LetterKind {
        ClarificationAsked = "clarification_asked",
        EnrolmentAdmitted = "enrolment_admitted",
        EnrolmentRefused = "enrolment_refused",
        EnrolmentSuspended = "enrolment_suspended",
        EnrolmentReinstated = "enrolment_reinstated",
        NoNewWorkBegun = "no_new_work_begun",
        UrgentlyStopped = "urgently_stopped",
        RemovalProposed = "removal_proposed",
        RemovalDropped = "removal_dropped",
        EnrolmentRemoved = "enrolment_removed",
        AppealAnswered = "appeal_answered",
        GroundRaised = "ground_raised",
        GroundDecided = "ground_decided",
        /// To officers: a second person is wanted.
        SecondPersonWanted = "second_person_wanted",
        /// To officers: nobody confirmed in time.
        UrgentStopLapsed = "urgent_stop_lapsed",
        /// To officers: the provider has said something of its standing.
        RepresentationMade = "representation_made",
        /// To officers.
        EnrolmentWithdrawn = "enrolment_withdrawn",
        OpportunityPublished = "opportunity_published",
        /// What is new, once a day, to somebody who chose that.
        OpportunityDigest = "opportunity_digest",
        OpportunityWithdrawn = "opportunity_withdrawn",
        DeadlineExtended = "deadline_extended",
        AdvertCorrected = "advert_corrected",
        /// To members that have said nothing.
        OpportunityReminder = "opportunity_reminder",
        /// To brokers.
        QueryAsked = "query_asked",
        /// To everybody who was told of the opportunity.
        QueryPublished = "query_published",
        /// To the asker.
        QueryAnsweredAlone = "query_answered_alone",
        PriceQuestioned = "price_questioned",
        PriceExplained = "price_explained",
        PriceDecided = "price_decided",
        /// To every admissible bidder, with its own result.
        RoundInvited = "round_invited",
        RoundPaused = "round_paused",
        RoundResumed = "round_resumed",
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
        AwardSetAside = "award_set_aside",
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
        /// To a procurement officer: a colleague asks them to read a request to join.
        ReadingWanted = "reading_wanted",
        /// To the officer who sees to it: a register says something of a provider.
        ConcernRaised = "concern_raised",
        /// To somebody who is asked to act for a provider.
        Invited = "invited",
        /// To somebody who no longer acts for a provider.
        ColleagueLeft = "colleague_left",
    }

    /// What a second reader makes of a request to join.
    ReadingView {
        Admit = "admit",
        Refuse = "refuse",
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
        /// The decision on an award to a named provider.
        DirectAward = "direct_award",
        /// Of an urgent award, by somebody who did not approve it.
        UrgentReview = "urgent_review",
        /// Of a standing under which a provider gets no new work.
        StandingReview = "standing_review",
        /// Of an urgent stop, by a second person.
        StopConfirmation = "stop_confirmation",
    }

    /// When the owner of a clock is reminded.
    ReminderStage {
        DueSoon = "due_soon",
        Overdue = "overdue",
    }

    /// What is told of how an authority's markets go.
    FigureKind {
        Times = "times",
        /// How each advert ended.
        Ends = "ends",
        /// Why providers said that they cannot bid.
        CannotBid = "cannot_bid",
        BidsEach = "bids_each",
        LowestPrice = "lowest_price",
        WinnersQuality = "winners_quality",
        /// What contracts cost a year against the cap, by month.
        Spend = "spend",
        Concentration = "concentration",
        Standings = "standings",
        Clocks = "clocks",
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
        /// A provider was stopped: those whom it serves are to be looked after.
        PeopleServed = "people_served",
        /// A provider may be on the debarment list.
        DebarmentMatch = "debarment_match",
        /// A provider changed an answer of its passport on which the market relies.
        PassportChanged = "passport_changed",
    }

    /// How far a letter has come.
    LetterState {
        Owed = "owed",
        Deferred = "deferred",
        Sent = "sent",
        Undeliverable = "undeliverable",
        /// Never posted: its reader had left.
        Dropped = "dropped",
    }
}

impl Unit {
    /// Whether somebody is employed for each of them by the hour.
    pub const fn is_hourly(self) -> bool {
        matches!(self, Self::Hour | Self::SharedHour | Self::WakingNightHour)
    }
}

impl RegisterEntry {
    /// Which register is asked.
    pub const fn register(self) -> Register {
        match self {
            Self::CqcProvider | Self::CqcLocation => Register::Cqc,
            Self::Company => Register::CompaniesHouse,
            Self::Charity => Register::CharityCommission,
        }
    }
}

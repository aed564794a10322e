//! A refusal: a rule said no. It has a stable code for programs and words for the person who is refused.

use std::{borrow::Cow, fmt};

/// What kind of no it is; the doors turn it into their own signs (HTTP: 422, 409, 401, 403, 404, 412, 428,
/// 413, 429, 400).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was sent breaks a rule, whatever the time.
    Invalid,
    /// It came too late, too early, or twice.
    Conflict,
    /// Nobody is signed in.
    SignedOut,
    /// The person's role or authority does not reach so far.
    Forbidden,
    /// Not there, or not theirs to know of.
    NotFound,
    /// Somebody else changed it first.
    Stale,
    /// The request must say which revision it changes.
    RevisionWanted,
    /// More than is taken at once.
    TooLarge,
    /// More often than is allowed.
    TooOften,
    /// Not readable as what it should be.
    Malformed,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal $kind:ident),+ $(,)?) => {
        /// Every reason to say no, with its stable spelling.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant),+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As programs read it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// What kind of no it is.
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind),+ }
            }
        }
    };
}

codes! {
    Malformed = "malformed" Malformed,
    UnknownField = "unknown_field" Malformed,
    InvalidField = "invalid_field" Invalid,
    BodyTooLarge = "body_too_large" TooLarge,
    NotFound = "not_found" NotFound,
    SignedOut = "signed_out" SignedOut,
    RoleNeeded = "role_needed" Forbidden,
    ForeignOrigin = "foreign_origin" Forbidden,
    RevisionStale = "revision_stale" Stale,
    DoneMeanwhile = "done_meanwhile" Conflict,
    ClockAtFault = "clock_at_fault" Conflict,
    RevisionMissing = "revision_missing" RevisionWanted,
    KeyMissing = "idempotency_key_missing" Malformed,
    KeyReused = "idempotency_key_reused" Invalid,
    SignInFailed = "sign_in_failed" SignedOut,
    EmailTaken = "email_taken" Conflict,
    DefinitionInvalid = "definition_invalid" Invalid,
    RegimeForbids = "regime_forbids" Invalid,
    MarketEnded = "market_ended" Conflict,
    MarketNotOpen = "market_not_open" Conflict,
    MarketFull = "market_full" Conflict,
    AlreadyApplied = "already_applied" Conflict,
    DeclarationMissing = "declaration_missing" Invalid,
    EvidenceMissing = "evidence_missing" Invalid,
    EvidenceExpired = "evidence_expired" Invalid,
    StandingForbids = "standing_forbids" Conflict,
    /// The market wants a second person to read a request before it is decided.
    SecondReaderNeeded = "second_reader_needed" Conflict,
    /// No new work is given to the provider in this category for now.
    NoNewWork = "no_new_work" Forbidden,
    NothingStopped = "nothing_stopped" Conflict,
    /// It ends when the renewed evidence is accepted.
    StopOfEvidence = "stop_of_evidence" Conflict,
    NothingProposed = "nothing_proposed" Conflict,
    MeasureStands = "measure_stands" Conflict,
    ConfirmedTooLate = "confirmed_too_late" Conflict,
    /// The provider may still say why not.
    RepresentationsOpen = "representations_open" Conflict,
    AppealStands = "appeal_stands" Conflict,
    AppealNotUpheld = "appeal_not_upheld" Conflict,
    /// A ground for exclusion waits for its decision, or excludes.
    GroundStands = "ground_stands" Conflict,
    /// What happened lies before the years that are looked back on.
    LookBackOver = "look_back_over" Invalid,
    ListInvalid = "list_invalid" Invalid,
    NotAdmitted = "not_admitted" Forbidden,
    Suspended = "suspended" Forbidden,
    QuantityInvalid = "quantity_invalid" Invalid,
    AdvertMayIdentify = "advert_may_identify" Invalid,
    AlreadyPublished = "already_published" Conflict,
    DeadlineTooSoon = "deadline_too_soon" Invalid,
    StartTooSoon = "start_too_soon" Invalid,
    RateInvalid = "rate_invalid" Invalid,
    RateFixed = "rate_fixed" Invalid,
    LinesMismatch = "lines_mismatch" Invalid,
    AnswerMissing = "answer_missing" Invalid,
    AttachmentRefused = "attachment_refused" Invalid,
    /// An answer that does not meet the market's conditions.
    AnswerFails = "answer_fails" Conflict,
    AnswerMarkMissing = "answer_mark_missing" Conflict,
    /// The marks of the answers do not reach what the market asks for.
    PassMarkMissed = "pass_mark_missed" Conflict,
    BidTooLate = "bid_too_late" Conflict,
    NoBid = "no_bid" Conflict,
    /// Bids are no longer taken, so the advert stays as it is.
    BiddingOver = "bidding_over" Conflict,
    AskedTooLate = "asked_too_late" Conflict,
    QueriesWait = "queries_wait" Conflict,
    RemindedLately = "reminded_lately" Conflict,
    NobodySilent = "nobody_silent" Conflict,
    TooManyAmendments = "too_many_amendments" Conflict,
    NothingToConfirm = "nothing_to_confirm" Conflict,
    OpportunityWithdrawn = "opportunity_withdrawn" Conflict,
    BidsAreSealed = "bids_are_sealed" Conflict,
    PricesAreSealed = "prices_are_sealed" Conflict,
    PricesOpen = "prices_open" Conflict,
    /// A bid came with a request to join that waits for a decision.
    RequestUndecided = "request_undecided" Conflict,
    MarkInvalid = "mark_invalid" Invalid,
    MarksMissing = "marks_missing" Conflict,
    MarksLocked = "marks_locked" Conflict,
    MarksAgree = "marks_agree" Conflict,
    ConsensusMissing = "consensus_missing" Conflict,
    StandingMarkMissing = "standing_mark_missing" Conflict,
    PanelComplete = "panel_complete" Conflict,
    EvaluatorReleased = "evaluator_released" Conflict,
    DeclarationNeeded = "declaration_needed" Forbidden,
    InterestDeclared = "interest_declared" Forbidden,
    NothingToAward = "nothing_to_award" Conflict,
    NothingToAsk = "nothing_to_ask" Invalid,
    InquiryStands = "inquiry_stands" Conflict,
    AnswerTooLate = "answer_too_late" Conflict,
    AlreadyAnswered = "already_answered" Conflict,
    NotAnswered = "not_answered" Conflict,
    AlreadyDecided = "already_decided" Conflict,
    PricesInQuestion = "prices_in_question" Conflict,
    /// No ranking round can be held of this.
    RoundNotOffered = "round_not_offered" Invalid,
    RoundNotReady = "round_not_ready" Conflict,
    RoundAnnounced = "round_announced" Conflict,
    TooFewBids = "too_few_bids" Conflict,
    RoundTooSoon = "round_too_soon" Invalid,
    RoundNotOpen = "round_not_open" Conflict,
    RoundPaused = "round_paused" Conflict,
    NotPaused = "not_paused" Conflict,
    RoundOver = "round_over" Conflict,
    /// A ranking round was announced, and is to be held before an award.
    RoundWaits = "round_waits" Conflict,
    RoundRuns = "round_runs" Conflict,
    NotInvited = "not_invited" Forbidden,
    StepTooSmall = "step_too_small" Invalid,
    NothingImproved = "nothing_improved" Invalid,
    RevisionsSpent = "revisions_spent" Conflict,
    RevisedTooSoon = "revised_too_soon" TooOften,
    AlreadyRecommended = "already_recommended" Conflict,
    NotRecommended = "not_recommended" Conflict,
    AlreadyAwarded = "already_awarded" Conflict,
    NotFirst = "not_first" Invalid,
    RankChanged = "rank_changed" Conflict,
    LevelTooLow = "level_too_low" Forbidden,
    PreferenceUnanswered = "preference_unanswered" Invalid,
    PreferenceMissing = "preference_missing" Invalid,
    Advertised = "advertised" Conflict,
    AwardedOtherwise = "awarded_otherwise" Conflict,
    NoAwardMade = "no_award_made" Conflict,
    AwardSetAside = "award_set_aside" Conflict,
    NotProposed = "not_proposed" Conflict,
    AlreadyProposed = "already_proposed" Conflict,
    ProviderExcluded = "provider_excluded" Conflict,
    StandingReasonMissing = "standing_reason_missing" Invalid,
    PriceOutsideLimits = "price_outside_limits" Invalid,
    BasisMissing = "basis_missing" Invalid,
    TermTooLong = "term_too_long" Invalid,
    NoStandstill = "no_standstill" Conflict,
    AlreadyChallenged = "already_challenged" Conflict,
    NotChallenged = "not_challenged" Conflict,
    NoReviewDue = "no_review_due" Conflict,
    BidInadmissible = "bid_inadmissible" Invalid,
    FourEyes = "four_eyes" Forbidden,
    InterestInProvider = "interest_in_provider" Forbidden,
    InterestStands = "interest_stands" Conflict,
    InterestEnded = "interest_ended" Conflict,
    ConfirmationNeeded = "confirmation_needed" Forbidden,
    PasswordWrong = "password_wrong" Invalid,
    ReasonNotNew = "reason_not_new" Invalid,
    BatchNotAllowed = "batch_not_allowed" Conflict,
    NotDecided = "not_decided" Conflict,
    NotPublic = "not_public" Conflict,
    NoAuthority = "no_authority" Forbidden,
    CapExceeded = "cap_exceeded" Conflict,
    DocumentRefused = "document_refused" Invalid,
    EvidenceNotWaiting = "evidence_not_waiting" Conflict,
    EvidenceRefused = "evidence_refused" Conflict,
    DelegationCircular = "delegation_circular" Invalid,
    DelegationWidens = "delegation_widens" Invalid,
    AlreadyRevoked = "already_revoked" Conflict,
    PostExists = "post_exists" Conflict,
    PostHeld = "post_held" Conflict,
    AlreadyEnded = "already_ended" Conflict,
    SchemeFull = "scheme_full" Conflict,
    WordingInvalid = "wording_invalid" Invalid,
    LetterOnItsWay = "letter_on_its_way" Conflict,
    ResentTooOften = "resent_too_often" TooOften,
    AlreadyDone = "already_done" Conflict,
    /// A cap lower than what contracts take of it already.
    CapBelowCommitted = "cap_below_committed" Conflict,
    /// Another body than the one that set the budget.
    WrongBody = "wrong_body" Invalid,
    /// The provider gave no number that a register knows.
    NothingToCheck = "nothing_to_check" Conflict,
    RegisterNotAsked = "register_not_asked" Conflict,
    CheckedJustNow = "checked_just_now" TooOften,
    NotYourConcern = "not_your_concern" Conflict,
    TooManyAttempts = "too_many_attempts" TooOften,
    /// Nobody else is the provider's administrator.
    LastAdministrator = "last_administrator" Conflict,
    AlreadyInvited = "already_invited" Conflict,
    /// Accepted, withdrawn, or too old.
    InvitationOver = "invitation_over" Conflict,
    InvitedTooOften = "invited_too_often" TooOften,
    TeamFull = "team_full" Conflict,
    /// A colleague bids in this category.
    OtherCategories = "other_categories" Forbidden,
    /// Whoever the letter was for has left.
    ReaderLeft = "reader_left" Conflict,
    CapacityFull = "capacity_full" Conflict,
}

/// One thing wrong, where several are told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which field, such as `rates[0].rate`, or which line of a file.
    pub field: String,
    pub detail: String,
}

/// A rule said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    /// Which field of the request, if one.
    pub field: Option<String>,
    /// A sentence for the person.
    pub detail: Cow<'static, str>,
    /// Everything that is wrong, where more than one thing was looked for.
    pub faults: Vec<Fault>,
}

impl Refusal {
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, field: None, detail: detail.into(), faults: Vec::new() }
    }

    /// Names the field it is about.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// One refusal for all the faults found, or none if there are none.
    pub fn of_all(code: Code, faults: Vec<Fault>) -> Result<(), Self> {
        let Some(first) = faults.first() else {
            return Ok(());
        };
        Err(Self { code, field: Some(first.field.clone()), detail: first.detail.clone().into(), faults })
    }

    /// Nothing there, or nothing that this person may know of.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}, or it is not yours to see."))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}

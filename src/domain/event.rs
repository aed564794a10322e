//! Everything that can happen, in the past tense. Events are kept for ever, so they hold no personal data:
//! people are named by id, and a package's words stay in its row.

use super::{
    amendment::field_words,
    budget::{Figures, plain},
    capacity::{BandHours, band_words},
    clock::kind_words,
    passport::topic_words,
    pricing::pounds,
    record::letter_words,
    register::concern_words,
};
use entity::{offer::Offer, vocabulary::*};
use serde::{Deserialize, Serialize};

/// Where a bidder stands in a ranking round, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundTold {
    pub provider_id: ProviderId,
    /// Counts what this bidder was told, so that the number tells nothing of the others.
    pub number: i64,
    pub rank: u32,
}

/// Something that happened. The wire name is the variant's, such as `bid_submitted`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    AccountOpened,
    SignedIn,
    SignedOut,
    ColleagueInvited {
        invitation_id: InvitationId,
        role: ProviderRole,
    },
    InvitationSentAgain {
        invitation_id: InvitationId,
    },
    InvitationWithdrawn {
        invitation_id: InvitationId,
    },
    ColleagueJoined {
        colleague_id: AccountId,
        role: ProviderRole,
    },
    ColleagueChanged {
        colleague_id: AccountId,
        role: ProviderRole,
        /// Where they bid and are written to; everywhere, where none is listed.
        categories: Vec<CategoryId>,
    },
    ColleagueLeft {
        colleague_id: AccountId,
    },
    /// Somebody chose how they are told of new opportunities: what they chose is theirs.
    AlertsChosen {
        /// Of some categories or areas alone.
        narrowed: bool,
        /// Once a day.
        digest: bool,
        /// Not at some hours.
        quiet: bool,
    },
    BaseAdded {
        base_id: BaseId,
        outward_code: String,
    },
    BaseRemoved {
        base_id: BaseId,
        outward_code: String,
    },
    /// A provider says how many hours it has to spare.
    CapacityPublished {
        category_id: CategoryId,
        outward_code: String,
        hours: Vec<BandHours>,
    },
    /// It says that what it published still holds.
    CapacityConfirmed {
        figures: u32,
    },
    /// What a provider usually asks in a category: its own business, without the rates.
    StandingRatesSet {
        category_id: CategoryId,
    },
    ProviderRegistered {
        name: String,
    },
    DocumentUploaded {
        document_id: DocumentId,
        document: DocumentKind,
        /// SHA-256 of its content.
        digest: String,
    },
    /// Somebody read a document that was shown in proof.
    DocumentDownloaded {
        document_id: DocumentId,
        evidence_id: EvidenceId,
        evidence: String,
    },
    MarketImported {
        changes: Vec<String>,
    },
    DecisionEntered {
        decision_id: DecisionId,
        body: String,
        reference: String,
    },
    DelegationEntered {
        delegation_id: DelegationId,
        /// As it is cited.
        words: String,
        reason: String,
    },
    DelegationRevoked {
        delegation_id: DelegationId,
        words: String,
        /// The first day on which it is no more.
        revoked_on: Day,
        reason: String,
    },
    PostCreated {
        post_id: PostId,
        post: String,
        reason: String,
    },
    HolderAppointed {
        holder_id: HolderId,
        post: String,
        appointed_id: AccountId,
        tenure: Tenure,
        from: Day,
        to: Option<Day>,
        reason: String,
    },
    TenureEnded {
        holder_id: HolderId,
        post: String,
        appointed_id: AccountId,
        last_day: Day,
        reason: String,
    },
    EnrolmentApplied {
        category_id: CategoryId,
    },
    ClarificationAsked {
        question: String,
    },
    ClarificationAnswered,
    EnrolmentExtended {
        reason: String,
        decide_by: Day,
    },
    /// A colleague is asked to read a request to join.
    SecondReaderAsked {
        reading_id: ReadingId,
        reader_id: AccountId,
    },
    /// A second reader said what they make of it.
    RequestRead {
        reading_id: ReadingId,
        view: ReadingView,
        reasons: String,
    },
    EnrolmentAdmitted {
        reasons: String,
    },
    EnrolmentRefused {
        reasons: String,
    },
    EnrolmentSuspended {
        reasons: String,
    },
    EnrolmentReinstated {
        reasons: String,
    },
    /// The provider gave a newer piece of evidence.
    EvidenceRenewed {
        evidence_id: EvidenceId,
        /// What the market asks for, in its words.
        evidence: String,
        expires_on: Option<Day>,
    },
    EvidenceAccepted {
        evidence_id: EvidenceId,
        evidence: String,
        reasons: String,
    },
    EvidenceRefused {
        evidence_id: EvidenceId,
        evidence: String,
        reasons: String,
    },
    /// The provider was told that evidence expires soon, or that it has.
    EvidenceWarned {
        evidence_id: EvidenceId,
        evidence: String,
        stage: ExpiryStage,
        expires_on: Day,
    },
    /// A cause stops new work.
    NoNewWorkBegun {
        stop_id: StopId,
        cause: StopCause,
        reason: String,
    },
    NoNewWorkEnded {
        stop_id: StopId,
        reason: String,
    },
    /// A suspension or a removal waits for a second person.
    MeasureProposed {
        measure_id: MeasureId,
        measure: MeasureKind,
        reason: String,
    },
    MeasureTurnedDown {
        measure_id: MeasureId,
        measure: MeasureKind,
        reason: String,
    },
    UrgentlyStopped {
        measure_id: MeasureId,
        reason: String,
        confirm_by: Instant,
    },
    UrgentStopConfirmed {
        measure_id: MeasureId,
    },
    UrgentStopLapsed {
        measure_id: MeasureId,
    },
    EnrolmentRemoved {
        reasons: String,
    },
    /// The provider left.
    EnrolmentWithdrawn {
        reason: String,
    },
    StandingReviewed {
        reason: String,
        review_on: Day,
    },
    /// The words are in the row.
    RepresentationMade {
        representation_id: RepresentationId,
        representation: RepresentationKind,
    },
    AppealAnswered {
        representation_id: RepresentationId,
        upheld: bool,
    },
    /// What happened, and what the provider says to it, is in the row.
    GroundRaised {
        exclusion_id: ExclusionId,
        ground: ExclusionGround,
        own: bool,
    },
    GroundAnswered {
        exclusion_id: ExclusionId,
        ground: ExclusionGround,
    },
    GroundDecided {
        exclusion_id: ExclusionId,
        ground: ExclusionGround,
        outcome: ExclusionOutcome,
    },
    DebarmentListImported {
        dated: Day,
        entries: u32,
    },
    /// The provider may be on a list of debarred suppliers: somebody is to look.
    DebarmentMatched {
        debarment_match_id: DebarmentMatchId,
        matched_by: MatchedBy,
    },
    /// A provider gave or changed the numbers under which others know it.
    IdentifiersChanged {
        /// Which of them.
        changed: Vec<String>,
    },
    /// A register says something that it did not say before.
    RegisterRead {
        entry: RegisterEntry,
        words: String,
    },
    /// An officer had the registers asked again.
    RegistersAsked,
    /// A register says something of a provider that an officer is to look at.
    ConcernRaised {
        concern_id: ConcernId,
        concern: ConcernKind,
    },
    ConcernTaken {
        concern_id: ConcernId,
        concern: ConcernKind,
    },
    ConcernClosed {
        concern_id: ConcernId,
        concern: ConcernKind,
        reason: String,
    },
    StandingMarkGiven {
        criterion_id: String,
        criterion: String,
        mark: Mark,
        reason: String,
        /// The mark that it replaces.
        before: Option<Mark>,
    },
    /// A procurement officer marked an answer to the market's questionnaire.
    AnswerMarkGiven {
        question_id: String,
        question: String,
        mark: Mark,
        reason: String,
        /// The mark that it replaces.
        before: Option<Mark>,
    },
    /// A provider answered a topic of its passport, or changed its answer.
    PassportAnswered {
        topic: PassportTopic,
        revision: i32,
    },
    /// An answer of the passport on which a council relies was changed.
    PassportChanged {
        topic: PassportTopic,
    },
    /// The council accepted what the passport says now.
    PassportAccepted {
        topic: PassportTopic,
    },
    PackageDrafted,
    PackageRevised {
        revision: i32,
    },
    OpportunityPublished {
        closes_at: Instant,
        /// Why a possible name in the advert was let stand.
        leaks_considered: Option<String>,
        /// SHA-256 of the seed from which a lot would be drawn.
        lot_seed_hash: String,
        /// How many providers were told.
        told: u32,
    },
    InterestDeclared {
        interest: InterestKind,
        reason: Option<String>,
        /// Of which kind the reason is; nothing in events from before it was asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<CannotReason>,
    },
    BidSubmitted {
        bid_id: BidId,
        version: i32,
        offer: Offer,
        digest: String,
    },
    BidRevised {
        bid_id: BidId,
        version: i32,
        offer: Offer,
        digest: String,
    },
    BidWithdrawn {
        bid_id: BidId,
        version: i32,
    },
    /// Irregular: received at or after the deadline, and never opened.
    LateBidRefused {
        received_at: Instant,
        closed_at: Instant,
    },
    BiddingClosed {
        bids: i32,
    },
    OpportunityWithdrawn {
        reason: String,
    },
    /// For everybody at once.
    DeadlineExtended {
        amendment_id: AmendmentId,
        closes_at_before: Instant,
        closes_at: Instant,
        reason: String,
        /// How many providers were told.
        told: u32,
    },
    AdvertCorrected {
        amendment_id: AmendmentId,
        /// What was corrected, such as `needs`; the words are in the amendment.
        fields: Vec<String>,
        closes_at_before: Instant,
        closes_at: Instant,
        reason: String,
        /// Why a possible name in the advert was let stand.
        leaks_considered: Option<String>,
        told: u32,
        /// How many bids count only once they are confirmed or revised.
        unsettled: u32,
    },
    /// Every member that had said nothing was reminded.
    SilentReminded {
        told: i32,
    },
    /// A provider asks about the opportunity; its words are in the question.
    QueryAsked {
        query_id: QueryId,
    },
    /// Answered for everybody.
    QueryPublished {
        query_id: QueryId,
        /// Why a possible name was let stand.
        leaks_considered: Option<String>,
    },
    QueryAnsweredAlone {
        query_id: QueryId,
        provider_id: ProviderId,
        reason: String,
        leaks_considered: Option<String>,
    },
    /// It counts for the corrected advert.
    BidConfirmed {
        bid_id: BidId,
        version: i32,
        digest: String,
    },
    /// An officer declared that they have no interest in any bidder.
    NoConflictDeclared {
        declaration_id: DeclarationId,
    },
    /// An officer declared an interest; its words are in the declaration.
    ConflictDeclared {
        declaration_id: DeclarationId,
        /// Whether their marks no longer count because of it.
        set_aside: bool,
    },
    MarkGiven {
        bid_id: BidId,
        criterion_id: String,
        /// Its name; nothing in events from before it was kept.
        #[serde(default)]
        criterion: String,
        mark: Mark,
        reason: String,
        /// The mark that it replaces.
        before: Option<Mark>,
    },
    EvaluatorFinished,
    EvaluatorReleased {
        evaluator_id: AccountId,
        reason: String,
    },
    ConsensusRecorded {
        bid_id: BidId,
        criterion_id: String,
        criterion: String,
        mark: Mark,
        reason: String,
        /// The consensus that it replaces.
        before: Option<Mark>,
    },
    PricesOpened {
        lot_seed: String,
    },
    /// A provider is asked to account for its price.
    PriceQuestioned {
        inquiry_id: InquiryId,
        provider_id: ProviderId,
        inquiry: InquiryKind,
        answer_by: Instant,
    },
    PriceExplained {
        inquiry_id: InquiryId,
        provider_id: ProviderId,
    },
    PriceDecided {
        inquiry_id: InquiryId,
        provider_id: ProviderId,
        accepted: bool,
        reason: String,
    },
    /// Every admissible bidder, at once.
    RoundInvited {
        opens_at: Instant,
        closes_at: Instant,
        latest_at: Instant,
        invited: u32,
    },
    RoundOpened,
    RoundPaused {
        reason: String,
    },
    RoundResumed {
        closes_at: Instant,
        latest_at: Instant,
    },
    /// Of the ranking round itself, whose events no bidder sees.
    RoundRevised {
        revision_id: RoundRevisionId,
        bid_id: BidId,
        /// Counts the bid's improvements.
        number: i32,
        weekly_price: Money,
        closes_at: Instant,
        extended: bool,
        /// How many take part, where the terms announce it.
        bidders: Option<u32>,
        /// Whoever is told of its own place, because it moved or the end did.
        told: Vec<RoundTold>,
    },
    /// The same, where places move although nobody improved: the standing of a bidder changed.
    RoundRanked {
        closes_at: Instant,
        bidders: Option<u32>,
        told: Vec<RoundTold>,
    },
    RoundClosed {
        revisions: u32,
    },
    AwardRecommended {
        award_id: AwardId,
        bid_id: BidId,
        shortlist: Vec<BidId>,
        reason: String,
        yearly_value: Money,
        contract_value: Money,
        /// SHA-256 of the evaluation that is kept with it; events were recorded before it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evaluation_digest: Option<String>,
        /// The rank of the bid, where it is not the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rank: Option<u32>,
    },
    AwardReturned {
        award_id: AwardId,
        reason: String,
    },
    /// It ends that route: whoever recommends again needs a new reason.
    AwardDeclined {
        award_id: AwardId,
        reason: String,
    },
    /// Whoever recommended it said that it cannot wait, so the posts for urgent decisions were told too.
    UrgentApprovalAsked {
        award_id: AwardId,
        reason: String,
    },
    ApprovalReminded {
        award_id: AwardId,
    },
    /// Another post was asked besides.
    ApprovalEscalated {
        award_id: AwardId,
        /// The title of the post.
        to: String,
        because: String,
    },
    /// An officer has an interest in a provider; its words are in the register.
    OfficerInterestDeclared {
        officer_interest_id: OfficerInterestId,
        provider_id: ProviderId,
    },
    OfficerInterestEnded {
        officer_interest_id: OfficerInterestId,
        ended_on: Day,
    },
    AwardApproved {
        award_id: AwardId,
        provider_id: ProviderId,
        reason: String,
        /// The last day of its standstill, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        standstill_ends_on: Option<Day>,
    },
    /// An officer recorded a challenge while a standstill ran.
    AwardChallenged {
        challenge_id: ChallengeId,
        reason: String,
    },
    ChallengeLifted {
        challenge_id: ChallengeId,
        reason: String,
    },
    /// A challenge was upheld.
    AwardSetAside {
        challenge_id: ChallengeId,
        award_id: AwardId,
        reason: String,
    },
    StandstillEnded,
    /// The person chose a Direct Payment, so no award is made. Why is in the row.
    DirectPaymentChosen {
        provider_off_list: bool,
    },
    DirectAwardProposed {
        direct_award_id: DirectAwardId,
        route: AwardRoute,
        provider_id: ProviderId,
        yearly_value: Money,
        contract_value: Money,
    },
    DirectAwardReturned {
        direct_award_id: DirectAwardId,
        reason: String,
    },
    DirectAwardApproved {
        direct_award_id: DirectAwardId,
        provider_id: ProviderId,
        review_due_on: Option<Day>,
    },
    UrgentAwardReviewed {
        direct_award_id: DirectAwardId,
        outcome: ReviewOutcome,
    },
    ContractEntered {
        /// Where it was advertised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opportunity_id: Option<OpportunityId>,
        yearly_value: Money,
        initial_term_value: Money,
    },
    /// A procurement officer words a kind of letter for the market.
    WordingChanged {
        letter: LetterKind,
        version: i32,
    },
    WordingRestored {
        letter: LetterKind,
        version: i32,
    },
    LetterUndeliverable {
        letter_id: LetterId,
        letter: LetterKind,
        /// A mail server had taken it, and sent it back.
        bounced: bool,
    },
    LetterResent {
        letter_id: LetterId,
        letter: LetterKind,
    },
    TaskDone {
        task_id: TaskId,
        task: TaskKind,
    },
    /// A budget was set up, or changed, from its market's definition.
    BudgetSet {
        title: String,
        /// In words.
        period: String,
        figures: Figures,
    },
    /// Members changed the figures of a budget by a new decision.
    CapChanged {
        decision_id: DecisionId,
        /// The decision, as it is cited.
        words: String,
        before: Figures,
        after: Figures,
        reason: String,
    },
    /// Commitments have come to a share of a cap, or of a guide, that is warned of.
    CapWarned {
        /// The first day of the year; nothing for the whole period.
        year: Option<Day>,
        /// Per cent.
        level: u32,
        limit: Money,
        committed: Money,
        guide: bool,
    },
    /// Who sees to a legal clock.
    ClockAssigned {
        clock: ClockKind,
        /// A post's title, a role, or “an officer”.
        owner: String,
    },
    /// The owner of a legal clock was reminded.
    ClockReminded {
        clock: ClockKind,
        stage: ReminderStage,
        /// In words, in London.
        due: String,
    },
    NoticePublished {
        notice_id: NoticeId,
        published_on: Day,
        reference: String,
        link: String,
    },
    /// A review ended it.
    ContractEnded {
        last_day: Day,
    },
}

impl Event {
    /// As it is stored and sent, such as `bid_submitted`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AccountOpened => "account_opened",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::ColleagueInvited { .. } => "colleague_invited",
            Self::InvitationSentAgain { .. } => "invitation_sent_again",
            Self::InvitationWithdrawn { .. } => "invitation_withdrawn",
            Self::ColleagueJoined { .. } => "colleague_joined",
            Self::ColleagueChanged { .. } => "colleague_changed",
            Self::ColleagueLeft { .. } => "colleague_left",
            Self::AlertsChosen { .. } => "alerts_chosen",
            Self::BaseAdded { .. } => "base_added",
            Self::BaseRemoved { .. } => "base_removed",
            Self::CapacityPublished { .. } => "capacity_published",
            Self::CapacityConfirmed { .. } => "capacity_confirmed",
            Self::StandingRatesSet { .. } => "standing_rates_set",
            Self::ProviderRegistered { .. } => "provider_registered",
            Self::DocumentUploaded { .. } => "document_uploaded",
            Self::DocumentDownloaded { .. } => "document_downloaded",
            Self::EvidenceRenewed { .. } => "evidence_renewed",
            Self::EvidenceAccepted { .. } => "evidence_accepted",
            Self::EvidenceRefused { .. } => "evidence_refused",
            Self::EvidenceWarned { .. } => "evidence_warned",
            Self::MarketImported { .. } => "market_imported",
            Self::DecisionEntered { .. } => "decision_entered",
            Self::DelegationEntered { .. } => "delegation_entered",
            Self::DelegationRevoked { .. } => "delegation_revoked",
            Self::PostCreated { .. } => "post_created",
            Self::HolderAppointed { .. } => "holder_appointed",
            Self::TenureEnded { .. } => "tenure_ended",
            Self::EnrolmentApplied { .. } => "enrolment_applied",
            Self::ClarificationAsked { .. } => "clarification_asked",
            Self::ClarificationAnswered => "clarification_answered",
            Self::EnrolmentExtended { .. } => "enrolment_extended",
            Self::SecondReaderAsked { .. } => "second_reader_asked",
            Self::RequestRead { .. } => "request_read",
            Self::EnrolmentAdmitted { .. } => "enrolment_admitted",
            Self::EnrolmentRefused { .. } => "enrolment_refused",
            Self::EnrolmentSuspended { .. } => "enrolment_suspended",
            Self::EnrolmentReinstated { .. } => "enrolment_reinstated",
            Self::NoNewWorkBegun { .. } => "no_new_work_begun",
            Self::NoNewWorkEnded { .. } => "no_new_work_ended",
            Self::MeasureProposed { .. } => "measure_proposed",
            Self::MeasureTurnedDown { .. } => "measure_turned_down",
            Self::UrgentlyStopped { .. } => "urgently_stopped",
            Self::UrgentStopConfirmed { .. } => "urgent_stop_confirmed",
            Self::UrgentStopLapsed { .. } => "urgent_stop_lapsed",
            Self::EnrolmentRemoved { .. } => "enrolment_removed",
            Self::EnrolmentWithdrawn { .. } => "enrolment_withdrawn",
            Self::StandingReviewed { .. } => "standing_reviewed",
            Self::RepresentationMade { .. } => "representation_made",
            Self::AppealAnswered { .. } => "appeal_answered",
            Self::GroundRaised { .. } => "ground_raised",
            Self::GroundAnswered { .. } => "ground_answered",
            Self::GroundDecided { .. } => "ground_decided",
            Self::DebarmentListImported { .. } => "debarment_list_imported",
            Self::DebarmentMatched { .. } => "debarment_matched",
            Self::IdentifiersChanged { .. } => "identifiers_changed",
            Self::RegisterRead { .. } => "register_read",
            Self::RegistersAsked => "registers_asked",
            Self::ConcernRaised { .. } => "concern_raised",
            Self::ConcernTaken { .. } => "concern_taken",
            Self::ConcernClosed { .. } => "concern_closed",
            Self::AnswerMarkGiven { .. } => "answer_mark_given",
            Self::PassportAnswered { .. } => "passport_answered",
            Self::PassportChanged { .. } => "passport_changed",
            Self::PassportAccepted { .. } => "passport_accepted",
            Self::PackageDrafted => "package_drafted",
            Self::PackageRevised { .. } => "package_revised",
            Self::OpportunityPublished { .. } => "opportunity_published",
            Self::InterestDeclared { .. } => "interest_declared",
            Self::BidSubmitted { .. } => "bid_submitted",
            Self::BidRevised { .. } => "bid_revised",
            Self::BidWithdrawn { .. } => "bid_withdrawn",
            Self::LateBidRefused { .. } => "late_bid_refused",
            Self::BiddingClosed { .. } => "bidding_closed",
            Self::OpportunityWithdrawn { .. } => "opportunity_withdrawn",
            Self::DeadlineExtended { .. } => "deadline_extended",
            Self::AdvertCorrected { .. } => "advert_corrected",
            Self::BidConfirmed { .. } => "bid_confirmed",
            Self::QueryAsked { .. } => "query_asked",
            Self::SilentReminded { .. } => "silent_reminded",
            Self::QueryPublished { .. } => "query_published",
            Self::QueryAnsweredAlone { .. } => "query_answered_alone",
            Self::NoConflictDeclared { .. } => "no_conflict_declared",
            Self::ConflictDeclared { .. } => "conflict_declared",
            Self::MarkGiven { .. } => "mark_given",
            Self::EvaluatorFinished => "evaluator_finished",
            Self::EvaluatorReleased { .. } => "evaluator_released",
            Self::ConsensusRecorded { .. } => "consensus_recorded",
            Self::StandingMarkGiven { .. } => "standing_mark_given",
            Self::PricesOpened { .. } => "prices_opened",
            Self::PriceQuestioned { .. } => "price_questioned",
            Self::PriceExplained { .. } => "price_explained",
            Self::PriceDecided { .. } => "price_decided",
            Self::RoundInvited { .. } => "round_invited",
            Self::RoundOpened => "round_opened",
            Self::RoundPaused { .. } => "round_paused",
            Self::RoundResumed { .. } => "round_resumed",
            Self::RoundRevised { .. } => "round_revised",
            Self::RoundRanked { .. } => "round_ranked",
            Self::RoundClosed { .. } => "round_closed",
            Self::AwardRecommended { .. } => "award_recommended",
            Self::AwardReturned { .. } => "award_returned",
            Self::AwardDeclined { .. } => "award_declined",
            Self::UrgentApprovalAsked { .. } => "urgent_approval_asked",
            Self::ApprovalReminded { .. } => "approval_reminded",
            Self::ApprovalEscalated { .. } => "approval_escalated",
            Self::OfficerInterestDeclared { .. } => "officer_interest_declared",
            Self::OfficerInterestEnded { .. } => "officer_interest_ended",
            Self::AwardApproved { .. } => "award_approved",
            Self::AwardChallenged { .. } => "award_challenged",
            Self::ChallengeLifted { .. } => "challenge_lifted",
            Self::AwardSetAside { .. } => "award_set_aside",
            Self::StandstillEnded => "standstill_ended",
            Self::DirectPaymentChosen { .. } => "direct_payment_chosen",
            Self::DirectAwardProposed { .. } => "direct_award_proposed",
            Self::DirectAwardReturned { .. } => "direct_award_returned",
            Self::DirectAwardApproved { .. } => "direct_award_approved",
            Self::UrgentAwardReviewed { .. } => "urgent_award_reviewed",
            Self::ContractEntered { .. } => "contract_entered",
            Self::WordingChanged { .. } => "wording_changed",
            Self::WordingRestored { .. } => "wording_restored",
            Self::LetterUndeliverable { .. } => "letter_undeliverable",
            Self::LetterResent { .. } => "letter_resent",
            Self::TaskDone { .. } => "task_done",
            Self::BudgetSet { .. } => "budget_set",
            Self::CapChanged { .. } => "cap_changed",
            Self::CapWarned { .. } => "cap_warned",
            Self::ClockAssigned { .. } => "clock_assigned",
            Self::ClockReminded { .. } => "clock_reminded",
            Self::NoticePublished { .. } => "notice_published",
            Self::ContractEnded { .. } => "contract_ended",
        }
    }

    /// The provider that it concerns alone, where that is not who did it.
    pub const fn concerns(&self) -> Option<ProviderId> {
        match self {
            Self::QueryAnsweredAlone { provider_id, .. }
            | Self::PriceQuestioned { provider_id, .. }
            | Self::PriceExplained { provider_id, .. }
            | Self::PriceDecided { provider_id, .. } => Some(*provider_id),
            _ => None,
        }
    }

    /// The person whom it is about, where that is not who did it.
    pub const fn names(&self) -> Option<AccountId> {
        match self {
            Self::EvaluatorReleased { evaluator_id: id, .. }
            | Self::HolderAppointed { appointed_id: id, .. }
            | Self::TenureEnded { appointed_id: id, .. }
            | Self::SecondReaderAsked { reader_id: id, .. }
            | Self::ColleagueJoined { colleague_id: id, .. }
            | Self::ColleagueChanged { colleague_id: id, .. }
            | Self::ColleagueLeft { colleague_id: id } => Some(*id),
            _ => None,
        }
    }

    /// The same words with the name of the person whom it is about, for those of their own side.
    pub fn about_somebody(&self, name: &str) -> Option<String> {
        match self {
            Self::EvaluatorReleased { reason, .. } => {
                Some(format!("{name} was released, so their marks do not count: {reason}"))
            }
            Self::HolderAppointed { post, tenure, from, to, reason, .. } => {
                let how = match tenure {
                    Tenure::Substantive => "",
                    Tenure::Acting => ", acting",
                    Tenure::AbsenceCover => ", as absence cover",
                    Tenure::JobShare => ", in a job share",
                };
                let to = to.map_or_else(String::new, |last| format!(" to {}", last.in_words()));
                let from = from.in_words();
                Some(format!("{name} was appointed to the post of {post}{how}, from {from}{to}: {reason}"))
            }
            Self::SecondReaderAsked { .. } => Some(format!("{name} was asked to read it as a second person")),
            Self::TenureEnded { post, last_day, reason, .. } => Some(format!(
                "{name} holds the post of {post} no longer than {}: {reason}",
                last_day.in_words()
            )),
            Self::ColleagueJoined { role, .. } => Some(format!("{name} joined, as {}", role.as_str())),
            Self::ColleagueChanged { role, categories, .. } => {
                let place = match categories.len() {
                    0 => "in every category".to_owned(),
                    1 => "in one category".to_owned(),
                    n => format!("in {n} categories"),
                };
                Some(format!("{name} is {} from now on, {place}", role.as_str()))
            }
            Self::ColleagueLeft { .. } => Some(format!("{name} no longer acts for the provider")),
            _ => None,
        }
    }

    /// Whether it is a provider's own business, and no officer's.
    pub const fn is_private_to_provider(&self) -> bool {
        matches!(
            self,
            Self::ColleagueInvited { .. }
                | Self::InvitationSentAgain { .. }
                | Self::InvitationWithdrawn { .. }
                | Self::ColleagueJoined { .. }
                | Self::ColleagueChanged { .. }
                | Self::ColleagueLeft { .. }
                | Self::AlertsChosen { .. }
                | Self::BaseAdded { .. }
                | Self::BaseRemoved { .. }
                | Self::CapacityPublished { .. }
                | Self::CapacityConfirmed { .. }
                | Self::StandingRatesSet { .. }
        )
    }

    /// Whether it is about what becomes of a letter.
    pub const fn is_of_letters(&self) -> bool {
        matches!(self, Self::LetterUndeliverable { .. } | Self::LetterResent { .. } | Self::TaskDone { .. })
    }

    /// For the history page, without anything that is sealed: no price, no answer, no mark.
    pub fn words(&self) -> String {
        match self {
            Self::AccountOpened => "Account opened".to_owned(),
            Self::SignedIn => "Signed in".to_owned(),
            Self::SignedOut => "Signed out everywhere".to_owned(),
            Self::ColleagueInvited { role, .. } => format!("A colleague was invited, as {}", role.as_str()),
            Self::InvitationSentAgain { .. } => "An invitation was sent again".to_owned(),
            Self::InvitationWithdrawn { .. } => "An invitation was withdrawn".to_owned(),
            Self::ColleagueJoined { .. } | Self::ColleagueChanged { .. } | Self::ColleagueLeft { .. } => {
                self.about_somebody("A colleague").unwrap_or_default()
            }
            Self::AlertsChosen { narrowed, digest, quiet } => {
                let of = if *narrowed { "some new opportunities" } else { "every new opportunity" };
                let when = match (digest, quiet) {
                    (true, _) => "once a day",
                    (false, true) => "at once, but for quiet hours",
                    (false, false) => "at once",
                };
                format!("Emails chosen of {of}, {when}")
            }
            Self::BaseAdded { outward_code, .. } => format!("A base in {outward_code} was added"),
            Self::BaseRemoved { outward_code, .. } => format!("A base in {outward_code} was taken off"),
            Self::CapacityPublished { outward_code, hours, .. } => {
                let said: Vec<_> =
                    hours.iter().map(|one| format!("{} {}", one.hours, band_words(one.band))).collect();
                format!("Spare hours a week published for {outward_code}: {}", said.join(", "))
            }
            Self::CapacityConfirmed { figures } => {
                format!(
                    "Spare hours confirmed: {figures} {}",
                    if *figures == 1 { "figure" } else { "figures" }
                )
            }
            Self::StandingRatesSet { .. } => "The standing rates of a category were set".to_owned(),
            Self::ProviderRegistered { name } => format!("{name} registered"),
            Self::DocumentUploaded { .. } => "A document was uploaded".to_owned(),
            Self::DocumentDownloaded { evidence, .. } => format!("Document downloaded: {evidence}"),
            Self::EvidenceRenewed { evidence, expires_on: Some(day), .. } => {
                format!("Evidence given again, until {}: {evidence}", day.in_words())
            }
            Self::EvidenceRenewed { evidence, expires_on: None, .. } => {
                format!("Evidence given again: {evidence}")
            }
            Self::EvidenceAccepted { evidence, reasons, .. } => {
                format!("Evidence accepted: {evidence}. {reasons}")
            }
            Self::EvidenceRefused { evidence, reasons, .. } => {
                format!("Evidence refused: {evidence}. {reasons}")
            }
            Self::EvidenceWarned { evidence, stage: ExpiryStage::Expired, expires_on, .. } => {
                format!(
                    "The provider was told that evidence expired on {}: {evidence}",
                    expires_on.in_words()
                )
            }
            Self::EvidenceWarned { evidence, expires_on, .. } => {
                format!(
                    "The provider was warned that evidence expires on {}: {evidence}",
                    expires_on.in_words()
                )
            }
            Self::MarketImported { changes } if changes.is_empty() => {
                "Market set up from its definition".to_owned()
            }
            Self::MarketImported { changes } => format!("Market changed: {}", changes.join("; ")),
            Self::DecisionEntered { body, reference, .. } => {
                format!("Decision of {body} entered: {reference}")
            }
            Self::DelegationEntered { words, reason, .. } => format!("Delegation entered: {words}. {reason}"),
            Self::DelegationRevoked { words, revoked_on, reason, .. } => {
                format!("Delegation revoked from {}: {words}. {reason}", revoked_on.in_words())
            }
            Self::PostCreated { post, reason, .. } => format!("Post of {post} created: {reason}"),
            Self::HolderAppointed { .. } => self.about_somebody("Somebody").unwrap_or_default(),
            Self::TenureEnded { .. } => self.about_somebody("Somebody").unwrap_or_default(),
            Self::EnrolmentApplied { .. } => "Asked to join".to_owned(),
            Self::ClarificationAsked { question } => format!("Clarification asked: {question}"),
            Self::ClarificationAnswered => "Clarification answered".to_owned(),
            Self::EnrolmentExtended { reason, decide_by } => {
                format!("Time to decide extended to {}: {reason}", decide_by.in_words())
            }
            Self::SecondReaderAsked { .. } => self.about_somebody("A colleague").unwrap_or_default(),
            Self::RequestRead { view: ReadingView::Admit, reasons, .. } => {
                format!("Read by a second person, who would admit: {reasons}")
            }
            Self::RequestRead { view: ReadingView::Refuse, reasons, .. } => {
                format!("Read by a second person, who would refuse: {reasons}")
            }
            Self::EnrolmentAdmitted { reasons } => format!("Admitted: {reasons}"),
            Self::EnrolmentRefused { reasons } => format!("Refused: {reasons}"),
            Self::EnrolmentSuspended { reasons } => format!("Suspended: {reasons}"),
            Self::EnrolmentReinstated { reasons } => format!("Reinstated: {reasons}"),
            Self::NoNewWorkBegun { cause: StopCause::Officer, reason, .. } => {
                format!("No new work: {reason}")
            }
            Self::NoNewWorkBegun { cause: StopCause::EvidenceExpired, reason, .. } => {
                format!("No new work, because evidence has expired: {reason}")
            }
            Self::NoNewWorkEnded { reason, .. } => {
                format!("A cause that kept the provider from new work ended: {reason}")
            }
            Self::MeasureProposed { measure: MeasureKind::Removal, reason, .. } => {
                format!("Removal proposed: {reason}")
            }
            Self::MeasureProposed { reason, .. } => format!("Suspension proposed: {reason}"),
            Self::MeasureTurnedDown { measure, reason, .. } => {
                let what = match measure {
                    MeasureKind::Suspension => "The suspension that was proposed",
                    MeasureKind::Removal => "The removal that was proposed",
                    MeasureKind::UrgentStop => "The urgent stop",
                };
                format!("{what} was not confirmed: {reason}")
            }
            Self::UrgentlyStopped { reason, confirm_by, .. } => format!(
                "Suspended at once, until {} unless a second person confirms it: {reason}",
                confirm_by.in_words()
            ),
            Self::UrgentStopConfirmed { .. } => "The urgent stop was confirmed by a second person".to_owned(),
            Self::UrgentStopLapsed { .. } => "The urgent stop lapsed: nobody confirmed it in time".to_owned(),
            Self::EnrolmentRemoved { reasons } => format!("Removed: {reasons}"),
            Self::EnrolmentWithdrawn { reason } => format!("Left the category: {reason}"),
            Self::StandingReviewed { reason, review_on } => {
                format!("Reviewed and kept, to be looked at again on {}: {reason}", review_on.in_words())
            }
            Self::RepresentationMade { representation: RepresentationKind::Representation, .. } => {
                "The provider said why not".to_owned()
            }
            Self::RepresentationMade { representation: RepresentationKind::Appeal, .. } => {
                "The provider appealed".to_owned()
            }
            Self::AppealAnswered { upheld: true, .. } => "The appeal was upheld".to_owned(),
            Self::AppealAnswered { upheld: false, .. } => "The appeal was not upheld".to_owned(),
            Self::GroundRaised { own: true, .. } => "A ground for exclusion was declared".to_owned(),
            Self::GroundRaised { own: false, .. } => "A ground for exclusion was raised".to_owned(),
            Self::GroundAnswered { .. } => "A ground for exclusion was answered".to_owned(),
            Self::GroundDecided { outcome: ExclusionOutcome::Disregarded, .. } => {
                "A ground for exclusion was decided on: it does not exclude".to_owned()
            }
            Self::GroundDecided { outcome: ExclusionOutcome::Excluded, .. } => {
                "A ground for exclusion was decided on: it excludes".to_owned()
            }
            Self::DebarmentListImported { dated, entries } => {
                format!("Debarment list of {} imported, with {entries} entries", plain(*dated))
            }
            Self::DebarmentMatched { .. } => {
                "Perhaps on the debarment list: an officer is to look".to_owned()
            }
            Self::IdentifiersChanged { changed } if changed.is_empty() => {
                "Identifiers given again, unchanged".to_owned()
            }
            Self::IdentifiersChanged { changed } => format!("Changed: {}", changed.join(", ")),
            Self::RegisterRead { words, .. } => words.clone(),
            Self::RegistersAsked => "The registers are asked again".to_owned(),
            Self::ConcernRaised { concern, .. } => {
                format!("A register raises a concern: {}", concern_words(*concern))
            }
            Self::ConcernTaken { concern, .. } => {
                format!("An officer sees to the concern: {}", concern_words(*concern))
            }
            Self::ConcernClosed { concern, reason, .. } => {
                format!("Concern closed: {}. {reason}", concern_words(*concern))
            }
            Self::AnswerMarkGiven { question, before: None, .. } => {
                format!("The answer was marked to: {question}")
            }
            Self::AnswerMarkGiven { question, before: Some(_), .. } => {
                format!("The mark was changed of the answer to: {question}")
            }
            Self::PassportAnswered { topic, revision: 1 } => {
                format!("Passport answered: {}", topic_words(*topic))
            }
            Self::PassportAnswered { topic, revision } => {
                format!("Passport changed (revision {revision}): {}", topic_words(*topic))
            }
            Self::PassportChanged { topic } => format!(
                "The provider changed its passport, on which its request relies: {}",
                topic_words(*topic)
            ),
            Self::PassportAccepted { topic } => {
                format!("What the passport says now was accepted: {}", topic_words(*topic))
            }
            Self::PackageDrafted => "Package drafted".to_owned(),
            Self::PackageRevised { revision } => format!("Package revised (revision {revision})"),
            Self::OpportunityPublished { closes_at, told, leaks_considered, .. } => {
                let considered = leaks_considered
                    .as_ref()
                    .map(|why| format!(". A possible name in the advert was let stand: {why}"))
                    .unwrap_or_default();
                format!(
                    "Published to {told} providers, open for bids until {}{considered}",
                    closes_at.in_words()
                )
            }
            Self::InterestDeclared { interest, reason, .. } => match (interest, reason) {
                (InterestKind::Seen, _) => "Seen".to_owned(),
                (InterestKind::WillBid, _) => "Will bid".to_owned(),
                (InterestKind::CannotBid, Some(why)) => format!("Cannot bid: {why}"),
                (InterestKind::CannotBid, None) => "Cannot bid".to_owned(),
            },
            Self::BidSubmitted { version, .. } => format!("Bid submitted (version {version})"),
            Self::BidRevised { version, .. } => format!("Bid revised (version {version})"),
            Self::BidWithdrawn { .. } => "Bid withdrawn".to_owned(),
            Self::LateBidRefused { received_at, closed_at } => format!(
                "A bid came late and was not opened: received {}, {} ms after the deadline",
                received_at.in_words(),
                received_at.milliseconds() - closed_at.milliseconds()
            ),
            Self::BiddingClosed { bids: 1 } => "Bidding closed with 1 bid".to_owned(),
            Self::BiddingClosed { bids } => format!("Bidding closed with {bids} bids"),
            Self::OpportunityWithdrawn { reason } => format!("Withdrawn: {reason}"),
            Self::DeadlineExtended { closes_at_before, closes_at, reason, .. } => format!(
                "The deadline was moved from {} to {}: {reason}",
                closes_at_before.in_words(),
                closes_at.in_words()
            ),
            Self::AdvertCorrected {
                fields,
                closes_at_before,
                closes_at,
                reason,
                leaks_considered,
                unsettled,
                ..
            } => {
                let what: Vec<_> = fields.iter().map(|field| field_words(field)).collect();
                let mut words = format!("The advert was corrected ({}): {reason}", what.join(", "));
                if closes_at != closes_at_before {
                    words.push_str(&format!(". The deadline is {} from now on", closes_at.in_words()));
                }
                if *unsettled > 0 {
                    words.push_str(&format!(". Bids that came before and are to be confirmed: {unsettled}"));
                }
                if let Some(why) = leaks_considered {
                    words.push_str(&format!(". A possible name in the advert was let stand: {why}"));
                }
                words
            }
            Self::SilentReminded { told: 1 } => {
                "The one provider that had said nothing was reminded".to_owned()
            }
            Self::SilentReminded { told } => {
                format!("The {told} providers that had said nothing were reminded")
            }
            Self::QueryAsked { .. } => "Asked a question about the opportunity".to_owned(),
            Self::QueryPublished { leaks_considered, .. } => {
                let considered = leaks_considered
                    .as_ref()
                    .map(|why| format!(". A possible name was let stand: {why}"))
                    .unwrap_or_default();
                format!("A question was answered for every provider{considered}")
            }
            Self::QueryAnsweredAlone { reason, leaks_considered, .. } => {
                let considered = leaks_considered
                    .as_ref()
                    .map(|why| format!(". A possible name was let stand: {why}"))
                    .unwrap_or_default();
                format!("A question was answered to its asker alone: {reason}{considered}")
            }
            Self::BidConfirmed { version, .. } => {
                format!("Bid confirmed for the corrected advert (version {version})")
            }
            Self::NoConflictDeclared { .. } => "Declared no interest in any bidder".to_owned(),
            Self::ConflictDeclared { set_aside: false, .. } => {
                "Declared an interest in a bidder, so takes no part in the evaluation".to_owned()
            }
            Self::ConflictDeclared { set_aside: true, .. } => {
                "Declared an interest in a bidder, so takes no further part: their marks no longer count"
                    .to_owned()
            }
            Self::MarkGiven { criterion_id, criterion, before, .. } => {
                let name = if criterion.is_empty() { criterion_id } else { criterion };
                match before {
                    None => format!("An answer on “{name}” was marked"),
                    Some(_) => format!("A mark of an answer on “{name}” was changed"),
                }
            }
            Self::EvaluatorFinished => "Finished marking: the marks are locked".to_owned(),
            Self::EvaluatorReleased { reason, .. } => {
                format!("An evaluator was released, so their marks do not count: {reason}")
            }
            Self::ConsensusRecorded { criterion, before: None, .. } => {
                format!("A consensus mark was recorded for an answer on “{criterion}”")
            }
            Self::ConsensusRecorded { criterion, before: Some(_), .. } => {
                format!("The consensus mark of an answer on “{criterion}” was changed")
            }
            Self::StandingMarkGiven { criterion, before: None, .. } => {
                format!("The standing answer on “{criterion}” was marked")
            }
            Self::StandingMarkGiven { criterion, before: Some(_), .. } => {
                format!("The standing mark for “{criterion}” was changed")
            }
            Self::PricesOpened { lot_seed } => {
                format!("Quality locked and prices opened (the seed of any lot was {lot_seed})")
            }
            Self::PriceQuestioned { inquiry: InquiryKind::Exceptionality, answer_by, .. } => {
                format!(
                    "Asked why a price outside the limits should be accepted, by {}",
                    answer_by.in_words()
                )
            }
            Self::PriceQuestioned { inquiry: InquiryKind::AbnormallyLow, answer_by, .. } => {
                format!("Asked to account for a price that looks abnormally low, by {}", answer_by.in_words())
            }
            Self::PriceExplained { .. } => "Price accounted for".to_owned(),
            Self::PriceDecided { accepted: true, reason, .. } => format!("Price accepted: {reason}"),
            Self::PriceDecided { accepted: false, reason, .. } => format!("Price rejected: {reason}"),
            Self::RoundInvited { opens_at, invited, .. } => {
                format!(
                    "{invited} bidders invited to a ranking round, which opens at {}",
                    opens_at.in_words()
                )
            }
            Self::RoundOpened => "The ranking round opened".to_owned(),
            Self::RoundPaused { reason } => format!("The ranking round was paused: {reason}"),
            Self::RoundResumed { closes_at, .. } => {
                format!("The ranking round goes on, until {}", closes_at.in_words())
            }
            Self::RoundRevised { number, weekly_price, extended, closes_at, .. } => {
                let end = match extended {
                    true => format!("; the round goes on until {}", closes_at.in_words()),
                    false => String::new(),
                };
                format!("Improvement {number}, to {} a week{end}", pounds(weekly_price.decimal()))
            }
            Self::RoundRanked { .. } => "Ranked again, because the standing of a bidder changed".to_owned(),
            Self::RoundClosed { revisions: 1 } => "The ranking round closed with 1 improvement".to_owned(),
            Self::RoundClosed { revisions } => {
                format!("The ranking round closed with {revisions} improvements")
            }
            Self::AwardRecommended { yearly_value, reason, rank, .. } => {
                let place = rank.map(|n| format!(" to the bid ranked number {n}")).unwrap_or_default();
                format!("Award recommended{place} at {} a year: {reason}", pounds(yearly_value.decimal()))
            }
            Self::AwardReturned { reason, .. } => format!("Recommendation returned: {reason}"),
            Self::AwardApproved { reason, standstill_ends_on: None, .. } => {
                format!("Award approved: {reason}")
            }
            Self::AwardApproved { reason, standstill_ends_on: Some(last), .. } => {
                format!("Award approved, with a standstill until the end of {}: {reason}", last.in_words())
            }
            Self::AwardChallenged { reason, .. } => {
                format!("Challenged, so that the contract is not entered yet: {reason}")
            }
            Self::ChallengeLifted { reason, .. } => format!("Challenge lifted: {reason}"),
            Self::AwardSetAside { reason, .. } => {
                format!("Challenge upheld, so that the award is set aside: {reason}")
            }
            Self::StandstillEnded => "The standstill ended and the contract was entered".to_owned(),
            Self::DirectPaymentChosen { provider_off_list: false } => {
                "The person chose a Direct Payment: no award is made".to_owned()
            }
            Self::DirectPaymentChosen { provider_off_list: true } => {
                "The person chose a Direct Payment, for a provider that has not joined: no award is made"
                    .to_owned()
            }
            Self::DirectAwardProposed { route, yearly_value, .. } => {
                let what = match route {
                    AwardRoute::Urgent => "An urgent award was proposed",
                    AwardRoute::UserChoice | AwardRoute::Competed | AwardRoute::NotFirst => {
                        "An award to the provider that the person chose was proposed"
                    }
                };
                format!("{what} at {} a year", pounds(yearly_value.decimal()))
            }
            Self::DirectAwardReturned { reason, .. } => format!("Proposal returned: {reason}"),
            Self::DirectAwardApproved { review_due_on: None, .. } => "Direct award approved".to_owned(),
            Self::DirectAwardApproved { review_due_on: Some(day), .. } => {
                format!("Urgent award approved, to be reviewed by {}", day.in_words())
            }
            Self::UrgentAwardReviewed { outcome: ReviewOutcome::Confirmed, .. } => {
                "Urgent award reviewed and confirmed".to_owned()
            }
            Self::UrgentAwardReviewed { outcome: ReviewOutcome::Ended, .. } => {
                "Urgent award reviewed and ended".to_owned()
            }
            Self::ContractEnded { last_day } => {
                format!("Contract ended by a review: its last day is {}", last_day.in_words())
            }
            Self::AwardDeclined { reason, .. } => format!("Recommendation declined: {reason}"),
            Self::UrgentApprovalAsked { reason, .. } => format!("The approval cannot wait: {reason}"),
            Self::ApprovalReminded { .. } => "Those who were asked to decide were reminded".to_owned(),
            Self::ApprovalEscalated { to, because, .. } => format!("It went up to the {to}. {because}"),
            Self::OfficerInterestDeclared { .. } => "Declared an interest in a provider".to_owned(),
            Self::OfficerInterestEnded { ended_on, .. } => {
                format!("An interest in a provider ended on {}", ended_on.in_words())
            }
            Self::ContractEntered { yearly_value, initial_term_value, .. } => format!(
                "Contract entered in the register: {} a year, {} over its initial term",
                pounds(yearly_value.decimal()),
                pounds(initial_term_value.decimal())
            ),
            Self::WordingChanged { letter, version } => {
                format!("Letter worded anew (version {version}): {}", letter_words(*letter))
            }
            Self::WordingRestored { letter, version } => {
                format!("Letter back to its standard wording (version {version}): {}", letter_words(*letter))
            }
            Self::LetterUndeliverable { letter, bounced: false, .. } => {
                format!("A letter could not be delivered: {}", letter_words(*letter))
            }
            Self::LetterUndeliverable { letter, bounced: true, .. } => {
                format!("A letter came back: {}", letter_words(*letter))
            }
            Self::LetterResent { letter, .. } => format!("A letter is sent again: {}", letter_words(*letter)),
            Self::TaskDone { task: TaskKind::LetterUndeliverable, .. } => {
                "Seen to: a letter that could not be delivered".to_owned()
            }
            Self::TaskDone { task: TaskKind::EvidenceRenewed, .. } => {
                "Seen to: evidence that was given again".to_owned()
            }
            Self::TaskDone { task: TaskKind::EvidenceExpired, .. } => {
                "Seen to: evidence that expired".to_owned()
            }
            Self::TaskDone { task: TaskKind::PeopleServed, .. } => {
                "Seen to: the people whom the provider serves".to_owned()
            }
            Self::TaskDone { task: TaskKind::DebarmentMatch, .. } => {
                "Seen to: whether the provider is on the debarment list".to_owned()
            }
            Self::TaskDone { task: TaskKind::PassportChanged, .. } => {
                "Seen to: what a provider changed in its passport".to_owned()
            }
            Self::BudgetSet { title, period, figures } => {
                format!("{title}, {period}: {}", figures.words())
            }
            Self::CapChanged { words, before, after, reason, .. } => {
                format!("By {words}: {}. Before: {}. {reason}", after.words(), before.words())
            }
            Self::ClockAssigned { clock, owner } => format!("{}: given to {owner}", kind_words(*clock)),
            Self::ClockReminded { clock, stage: ReminderStage::DueSoon, due } => {
                format!("{}: the owner was reminded that it is due by {due}", kind_words(*clock))
            }
            Self::ClockReminded { clock, stage: ReminderStage::Overdue, due } => {
                format!("{}: the owner was told that it is overdue since {due}", kind_words(*clock))
            }
            Self::NoticePublished { published_on, reference, .. } => {
                format!("Notice {reference} published on {}", plain(*published_on))
            }
            Self::CapWarned { year, level, limit, committed, guide } => format!(
                "{level} % of the {} of {}{} is reached: {} is committed",
                if *guide { "guide" } else { "cap" },
                pounds(limit.decimal()),
                year.map_or_else(String::new, |day| format!(" for the year from {}", plain(day))),
                pounds(committed.decimal())
            ),
        }
    }
}

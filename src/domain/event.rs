//! Everything that can happen, in the past tense. Events are kept for ever, so they hold no personal data:
//! people are named by id, and a package's words stay in its row.

use super::pricing::pounds;
use entity::{offer::Offer, vocabulary::*};
use serde::{Deserialize, Serialize};

/// Something that happened. The wire name is the variant's, such as `bid_submitted`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    AccountOpened,
    SignedOut,
    ProviderRegistered {
        name: String,
    },
    DocumentUploaded {
        document_id: DocumentId,
        document: DocumentKind,
        /// SHA-256 of its content.
        digest: String,
    },
    DocumentWithdrawn {
        document_id: DocumentId,
    },
    MarketImported {
        changes: Vec<String>,
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
    StandingMarkGiven {
        criterion_id: String,
        criterion: String,
        mark: Mark,
        reason: String,
        /// The mark that it replaces.
        before: Option<Mark>,
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
    },
    AwardReturned {
        award_id: AwardId,
        reason: String,
    },
    AwardApproved {
        award_id: AwardId,
        provider_id: ProviderId,
        reason: String,
    },
    ContractEntered {
        opportunity_id: OpportunityId,
        yearly_value: Money,
        initial_term_value: Money,
    },
}

impl Event {
    /// As it is stored and sent, such as `bid_submitted`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AccountOpened => "account_opened",
            Self::SignedOut => "signed_out",
            Self::ProviderRegistered { .. } => "provider_registered",
            Self::DocumentUploaded { .. } => "document_uploaded",
            Self::DocumentWithdrawn { .. } => "document_withdrawn",
            Self::MarketImported { .. } => "market_imported",
            Self::EnrolmentApplied { .. } => "enrolment_applied",
            Self::ClarificationAsked { .. } => "clarification_asked",
            Self::ClarificationAnswered => "clarification_answered",
            Self::EnrolmentExtended { .. } => "enrolment_extended",
            Self::EnrolmentAdmitted { .. } => "enrolment_admitted",
            Self::EnrolmentRefused { .. } => "enrolment_refused",
            Self::EnrolmentSuspended { .. } => "enrolment_suspended",
            Self::EnrolmentReinstated { .. } => "enrolment_reinstated",
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
            Self::AwardRecommended { .. } => "award_recommended",
            Self::AwardReturned { .. } => "award_returned",
            Self::AwardApproved { .. } => "award_approved",
            Self::ContractEntered { .. } => "contract_entered",
        }
    }

    /// The provider that it concerns alone, where that is not who did it.
    pub const fn concerns(&self) -> Option<ProviderId> {
        match self {
            Self::PriceQuestioned { provider_id, .. }
            | Self::PriceExplained { provider_id, .. }
            | Self::PriceDecided { provider_id, .. } => Some(*provider_id),
            _ => None,
        }
    }

    /// For the history page, without anything that is sealed: no price, no answer, no mark.
    pub fn words(&self) -> String {
        match self {
            Self::AccountOpened => "Account opened".to_owned(),
            Self::SignedOut => "Signed out everywhere".to_owned(),
            Self::ProviderRegistered { name } => format!("{name} registered"),
            Self::DocumentUploaded { .. } => "A document was uploaded".to_owned(),
            Self::DocumentWithdrawn { .. } => "A document was withdrawn".to_owned(),
            Self::MarketImported { changes } if changes.is_empty() => {
                "Market set up from its definition".to_owned()
            }
            Self::MarketImported { changes } => format!("Market changed: {}", changes.join("; ")),
            Self::EnrolmentApplied { .. } => "Asked to join".to_owned(),
            Self::ClarificationAsked { question } => format!("Clarification asked: {question}"),
            Self::ClarificationAnswered => "Clarification answered".to_owned(),
            Self::EnrolmentExtended { reason, decide_by } => {
                format!("Time to decide extended to {}: {reason}", decide_by.in_words())
            }
            Self::EnrolmentAdmitted { reasons } => format!("Admitted: {reasons}"),
            Self::EnrolmentRefused { reasons } => format!("Refused: {reasons}"),
            Self::EnrolmentSuspended { reasons } => format!("Suspended: {reasons}"),
            Self::EnrolmentReinstated { reasons } => format!("Reinstated: {reasons}"),
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
            Self::InterestDeclared { interest, reason } => match (interest, reason) {
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
            Self::AwardRecommended { yearly_value, reason, .. } => {
                format!("Award recommended at {} a year: {reason}", pounds(yearly_value.decimal()))
            }
            Self::AwardReturned { reason, .. } => format!("Recommendation returned: {reason}"),
            Self::AwardApproved { reason, .. } => format!("Award approved: {reason}"),
            Self::ContractEntered { yearly_value, initial_term_value, .. } => format!(
                "Contract entered in the register: {} a year, {} over its initial term",
                pounds(yearly_value.decimal()),
                pounds(initial_term_value.decimal())
            ),
        }
    }
}

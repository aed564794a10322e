//! What anyone may see, for HTTP, live and mail alike: views are lists of what is allowed, built here and
//! nowhere else. A row never leaves as it is.

pub mod alert;
pub mod application;
pub mod approval;
pub mod award;
pub mod bid;
pub mod budget;
pub mod capacity;
pub mod clock;
pub mod comparison;
pub mod direct_award;
pub mod document;
pub mod enrolment;
pub mod evaluation;
pub mod inquiry;
pub mod letter;
pub mod live;
pub mod market;
pub mod membership;
pub mod officer_interest;
pub mod opportunity;
pub mod package;
pub mod passport;
pub mod public;
pub mod query;
pub mod questionnaire;
pub mod reading;
pub mod record;
pub mod register;
pub mod round;
pub mod scheme;
pub mod search;
pub mod simulation;
pub mod standing;
pub mod standing_rates;
pub mod task;
pub mod team;
pub mod watch;
pub mod what_if;
pub mod wording;

use super::{actor::Office, event::Event};
use entity::{event, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One event of a subject's history.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HistoryEntry {
    pub number: i64,
    pub at: Instant,
    /// Such as `bid_submitted`.
    pub kind: String,
    /// In words.
    pub what: String,
    /// A person of one's own side, or the name of the other side; or “The clock”.
    pub who: String,
    /// On what authority, in words.
    pub authority: Option<String>,
}

/// Names that a history may show.
#[derive(Default)]
pub struct WhoNames {
    pub people: HashMap<AccountId, String>,
    pub providers: HashMap<ProviderId, String>,
    pub authorities: HashMap<AuthorityId, String>,
}

/// The people whom an event may be shown with.
pub fn people_named(event: &event::Model) -> impl Iterator<Item = AccountId> + use<> {
    let named = serde_json::from_value(event.body.clone()).ok().and_then(|event: Event| event.names());
    event.account_id.into_iter().chain(named)
}

/// What one event says to a viewer, or nothing if it is not theirs to know.
///
/// Officers see every event of their authority's subjects, without what is sealed. A provider sees its own
/// acts and what was told to all; it learns nothing of other providers, and of officers only their authority.
pub fn history_entry(event: &event::Model, viewer: &Office, names: &WhoNames) -> Option<HistoryEntry> {
    let what: Event = serde_json::from_value(event.body.clone()).ok()?;
    let person = event.account_id.and_then(|id| names.people.get(&id));
    let by_provider = event.provider_id.and_then(|id| names.providers.get(&id));
    let by_authority = event.authority_id.and_then(|id| names.authorities.get(&id));
    let who = match viewer {
        // Who works for a provider, and what it has to spare, is shown where it belongs alone.
        Office::Officer { .. } if what.is_private_to_provider() => return None,
        Office::Officer { .. } => by_provider.or(person),
        Office::Provider { provider_id, .. } => {
            let own = event.provider_id == Some(*provider_id);
            let told = told_to_providers(&what) || what.concerns() == Some(*provider_id);
            if !own && !told {
                return None;
            }
            match &what {
                // Nobody is signed in yet who accepts an invitation.
                Event::ColleagueJoined { colleague_id, .. } => names.people.get(colleague_id),
                _ if own => person,
                _ => by_authority,
            }
        }
    };
    Some(HistoryEntry {
        number: event.number,
        at: event.at,
        kind: event.kind.clone(),
        what: match (viewer, &what) {
            (Office::Provider { .. }, Event::OpportunityPublished { closes_at, .. }) => {
                format!("Published, open for bids until {}", closes_at.in_words())
            }
            // How many others had bid, and what was weighed about a name, is for officers.
            (Office::Provider { .. }, Event::AdvertCorrected { reason, .. }) => {
                format!("The advert was corrected: {reason}")
            }
            // What was weighed before an answer is for officers.
            (Office::Provider { .. }, Event::QueryPublished { .. }) => "A question was answered".to_owned(),
            (Office::Provider { .. }, Event::QueryAnsweredAlone { .. }) => {
                "A question of yours was answered, to you alone".to_owned()
            }
            (Office::Provider { .. }, Event::AwardApproved { .. }) => "Awarded".to_owned(),
            // How many were invited, and how often they improved, is for officers.
            (Office::Provider { .. }, Event::RoundInvited { opens_at, .. }) => {
                format!("A ranking round was announced, which opens at {}", opens_at.in_words())
            }
            (Office::Provider { .. }, Event::RoundClosed { .. }) => "The ranking round closed".to_owned(),
            // What the person chose is theirs.
            (Office::Provider { .. }, Event::DirectPaymentChosen { .. }) => "No award was made".to_owned(),
            // Who challenged it, and why, is for officers.
            (Office::Provider { .. }, Event::AwardSetAside { .. }) => "The award was set aside".to_owned(),
            (Office::Provider { .. }, Event::BiddingClosed { .. }) => "Bidding closed".to_owned(),
            (Office::Officer { .. }, _)
            | (Office::Provider { .. }, Event::ColleagueJoined { .. })
            | (Office::Provider { .. }, Event::ColleagueChanged { .. })
            | (Office::Provider { .. }, Event::ColleagueLeft { .. }) => {
                let name = what.names().and_then(|id| names.people.get(&id));
                name.and_then(|name| what.about_somebody(name)).unwrap_or_else(|| what.words())
            }
            _ => what.words(),
        },
        who: who.cloned().unwrap_or_else(|| "The clock".to_owned()),
        authority: match viewer {
            Office::Officer { .. } => event.on_authority.clone(),
            Office::Provider { .. } => None,
        },
    })
}

/// Whether every provider concerned is told of such an event, whoever did it. One total match: a new event
/// must be thought about here.
const fn told_to_providers(event: &Event) -> bool {
    match event {
        Event::OpportunityPublished { .. }
        | Event::OpportunityWithdrawn { .. }
        | Event::DeadlineExtended { .. }
        | Event::AdvertCorrected { .. }
        | Event::QueryPublished { .. }
        | Event::BiddingClosed { .. }
        | Event::RoundInvited { .. }
        | Event::RoundOpened
        | Event::RoundPaused { .. }
        | Event::RoundResumed { .. }
        | Event::RoundClosed { .. }
        | Event::AwardApproved { .. }
        | Event::ClarificationAsked { .. }
        | Event::EnrolmentExtended { .. }
        | Event::EnrolmentAdmitted { .. }
        | Event::EnrolmentRefused { .. }
        | Event::EnrolmentSuspended { .. }
        | Event::EnrolmentReinstated { .. }
        // Who read what it showed is the provider's business, too.
        | Event::DocumentDownloaded { .. }
        // What the registers say of it is the provider's to know.
        | Event::RegisterRead { .. }
        | Event::EvidenceAccepted { .. }
        | Event::EvidenceRefused { .. }
        | Event::EvidenceWarned { .. }
        | Event::NoNewWorkBegun { .. }
        | Event::NoNewWorkEnded { .. }
        | Event::MeasureProposed { measure: MeasureKind::Removal, .. }
        | Event::MeasureTurnedDown { measure: MeasureKind::Removal | MeasureKind::UrgentStop, .. }
        | Event::UrgentlyStopped { .. }
        | Event::UrgentStopConfirmed { .. }
        | Event::UrgentStopLapsed { .. }
        | Event::EnrolmentRemoved { .. }
        | Event::EnrolmentWithdrawn { .. }
        | Event::StandingReviewed { .. }
        | Event::AppealAnswered { .. }
        | Event::GroundRaised { .. }
        | Event::GroundDecided { .. }
        | Event::StandingMarkGiven { .. }
        | Event::AnswerMarkGiven { .. }
        | Event::PassportAccepted { .. }
        | Event::NoticePublished { .. }
        | Event::StandstillEnded
        | Event::DirectPaymentChosen { .. }
        | Event::AwardSetAside { .. }
        | Event::ContractEntered { .. }
        | Event::ContractEnded { .. }
        // To its own people: nobody else reads a provider's history but officers, who are not shown it.
        | Event::ColleagueJoined { .. } => true,
        Event::AccountOpened
        | Event::SignedIn
        | Event::SignedOut
        | Event::ColleagueInvited { .. }
        | Event::InvitationSentAgain { .. }
        | Event::InvitationWithdrawn { .. }
        | Event::ColleagueChanged { .. }
        | Event::ColleagueLeft { .. }
        | Event::AlertsChosen { .. }
        | Event::BaseAdded { .. }
        | Event::BaseRemoved { .. }
        | Event::CapacityPublished { .. }
        | Event::CapacityConfirmed { .. }
        | Event::StandingRatesSet { .. }
        | Event::ProviderRegistered { .. }
        | Event::DocumentUploaded { .. }
        | Event::EvidenceRenewed { .. }
        | Event::MarketImported { .. }
        | Event::DecisionEntered { .. }
        | Event::DelegationEntered { .. }
        | Event::DelegationRevoked { .. }
        | Event::PostCreated { .. }
        | Event::HolderAppointed { .. }
        | Event::TenureEnded { .. }
        | Event::EnrolmentApplied { .. }
        // What officers make of it before they decide is theirs.
        | Event::SecondReaderAsked { .. }
        | Event::RequestRead { .. }
        // A suspension is told of when it is confirmed.
        | Event::MeasureProposed { .. }
        | Event::MeasureTurnedDown { .. }
        | Event::RepresentationMade { .. }
        | Event::GroundAnswered { .. }
        | Event::DebarmentListImported { .. }
        | Event::DebarmentMatched { .. }
        | Event::IdentifiersChanged { .. }
        | Event::RegistersAsked
        | Event::ConcernRaised { .. }
        | Event::ConcernTaken { .. }
        | Event::ConcernClosed { .. }
        | Event::ClarificationAnswered
        | Event::PassportAnswered { .. }
        | Event::PassportChanged { .. }
        | Event::PackageDrafted
        | Event::PackageRevised { .. }
        | Event::InterestDeclared { .. }
        | Event::BidSubmitted { .. }
        | Event::BidRevised { .. }
        | Event::BidWithdrawn { .. }
        | Event::LateBidRefused { .. }
        | Event::BidConfirmed { .. }
        | Event::QueryAsked { .. }
        | Event::SilentReminded { .. }
        | Event::QueryAnsweredAlone { .. }
        | Event::NoConflictDeclared { .. }
        | Event::ConflictDeclared { .. }
        | Event::MarkGiven { .. }
        | Event::EvaluatorFinished
        | Event::EvaluatorReleased { .. }
        | Event::ConsensusRecorded { .. }
        | Event::PricesOpened { .. }
        | Event::PriceQuestioned { .. }
        | Event::PriceExplained { .. }
        | Event::PriceDecided { .. }
        // Each bidder is shown its own improvements where they belong, and never another's.
        | Event::RoundRevised { .. }
        | Event::RoundRanked { .. }
        | Event::AwardRecommended { .. }
        | Event::AwardReturned { .. }
        | Event::WordingChanged { .. }
        | Event::WordingRestored { .. }
        | Event::LetterUndeliverable { .. }
        | Event::LetterResent { .. }
        | Event::TaskDone { .. }
        | Event::BudgetSet { .. }
        | Event::CapChanged { .. }
        | Event::CapWarned { .. }
        | Event::ClockAssigned { .. }
        | Event::ClockReminded { .. }
        | Event::AwardChallenged { .. }
        | Event::ChallengeLifted { .. }
        | Event::DirectAwardProposed { .. }
        | Event::DirectAwardReturned { .. }
        | Event::DirectAwardApproved { .. }
        | Event::UrgentAwardReviewed { .. }
        | Event::AwardDeclined { .. }
        | Event::UrgentApprovalAsked { .. }
        | Event::ApprovalReminded { .. }
        | Event::ApprovalEscalated { .. }
        | Event::OfficerInterestDeclared { .. }
        | Event::OfficerInterestEnded { .. } => false,
    }
}

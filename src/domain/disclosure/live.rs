//! What an event says to those who are connected. An event is written once for each audience, however many
//! listen, so an audience is the most private group that shares the same words.

use super::opportunity::{Counts, OpportunityCard};
use crate::domain::{
    actor::{Actor, Office},
    change::Subject,
    event::Event,
};
use entity::vocabulary::*;
use serde::Serialize;
use serde_json::{Value, json};

/// Who hears the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Officers of an authority.
    Authority(AuthorityId),
    /// Members of a category.
    Category(CategoryId),
    /// One provider alone.
    Provider(ProviderId),
}

/// Every audience that a person belongs to. `categories` are those its provider is admitted to.
pub fn audiences(of: &Actor, categories: &[CategoryId]) -> Vec<Audience> {
    match of.office {
        Office::Officer { authority_id, .. } => vec![Audience::Authority(authority_id)],
        Office::Provider { provider_id, .. } => categories
            .iter()
            .map(|id| Audience::Category(*id))
            .chain([Audience::Provider(provider_id)])
            .collect(),
    }
}

/// An event as a listener receives it.
#[derive(Clone, Debug, Serialize)]
pub struct Telling {
    #[serde(rename = "type")]
    pub kind_of_message: &'static str,
    pub subject: SubjectKind,
    pub id: sea_orm::prelude::Uuid,
    pub number: i64,
    pub at: Instant,
    pub kind: String,
    pub body: Value,
}

/// An event with the words for one audience.
#[derive(Clone, Debug)]
pub struct Told {
    pub to: Audience,
    pub telling: Telling,
}

/// What is known of the subject when an event is told.
pub enum About {
    Opportunity {
        authority_id: AuthorityId,
        category_id: CategoryId,
        /// As a member of the category sees it, before it has said anything.
        card: Box<OpportunityCard>,
        counts: Counts,
    },
    Enrolment {
        authority_id: AuthorityId,
        provider_id: ProviderId,
        standing: Standing,
    },
    Round {
        authority_id: AuthorityId,
    },
}

/// A recorded event, with the name of the provider that caused it.
pub struct Happened {
    pub about: Subject,
    pub number: i64,
    pub at: Instant,
    pub event: Event,
    pub provider_id: Option<ProviderId>,
    pub provider_name: Option<String>,
}

/// The words of an event for each audience that hears of it. One total match: a new event must be thought
/// about here.
pub fn tell(happened: &Happened, about: &About) -> Vec<Told> {
    let say = |to, kind: &str, body| Told {
        to,
        telling: Telling {
            kind_of_message: "event",
            subject: happened.about.kind,
            id: happened.about.id,
            number: happened.number,
            at: happened.at,
            kind: kind.to_owned(),
            body,
        },
    };
    let kind = happened.event.kind();
    match about {
        // What becomes of letters is the officers' business alone.
        About::Enrolment { authority_id, .. } if happened.event.is_of_letters() => {
            vec![say(Audience::Authority(*authority_id), kind, json!({}))]
        }
        About::Enrolment { authority_id, provider_id, standing } => {
            let body = json!({ "standing": standing });
            // Who sees to it is the authority's own business.
            if matches!(
                happened.event,
                Event::ClockAssigned { .. }
                    | Event::ClockReminded { .. }
                    | Event::SecondReaderAsked { .. }
                    | Event::RequestRead { .. }
                    | Event::MeasureProposed {
                        measure: MeasureKind::Suspension | MeasureKind::UrgentStop,
                        ..
                    }
                    | Event::MeasureTurnedDown { measure: MeasureKind::Suspension, .. }
                    | Event::DebarmentMatched { .. }
                    | Event::ConcernRaised { .. }
                    | Event::ConcernTaken { .. }
                    | Event::ConcernClosed { .. }
            ) {
                return vec![say(Audience::Authority(*authority_id), kind, body)];
            }
            vec![
                say(Audience::Authority(*authority_id), kind, body.clone()),
                say(Audience::Provider(*provider_id), kind, body),
            ]
        }
        // Each bidder hears its own rank, when that or the end changed: no price, no name, and not how often others
        // improved, so its messages are numbered by themselves.
        About::Round { authority_id } => {
            let (Event::RoundRevised { closes_at, bidders, told, .. }
            | Event::RoundRanked { closes_at, bidders, told }) = &happened.event
            else {
                return Vec::new();
            };
            let own = told.iter().map(|own| {
                let mut body = json!({ "rank": own.rank, "closes_at": closes_at });
                if let (Some(bidders), Some(fields)) = (bidders, body.as_object_mut()) {
                    fields.insert("bidders".to_owned(), json!(bidders));
                }
                let mut told = say(Audience::Provider(own.provider_id), "round_place", body);
                told.telling.number = own.number;
                told
            });
            [say(Audience::Authority(*authority_id), kind, json!({}))].into_iter().chain(own).collect()
        }
        About::Opportunity { authority_id, category_id, card, counts } => {
            let (officers, members) = (Audience::Authority(*authority_id), Audience::Category(*category_id));
            let own = happened.provider_id.map(Audience::Provider);
            let name = &happened.provider_name;
            match &happened.event {
                Event::OpportunityPublished { .. } => {
                    let mut for_officers = card.as_ref().clone();
                    (for_officers.counts, for_officers.mine) = (Some(*counts), None);
                    vec![
                        say(members, kind, json!({ "opportunity": card })),
                        say(officers, kind, json!({ "opportunity": for_officers })),
                    ]
                }
                Event::OpportunityWithdrawn { reason } => vec![
                    say(members, kind, json!({ "reason": reason })),
                    say(officers, kind, json!({ "reason": reason })),
                ],
                Event::DeadlineExtended { closes_at, reason, .. } => {
                    let body = json!({ "closes_at": closes_at, "reason": reason });
                    vec![say(members, kind, body.clone()), say(officers, kind, body)]
                }
                Event::AdvertCorrected { closes_at, reason, .. } => {
                    let body = json!({ "closes_at": closes_at, "reason": reason });
                    let for_officers = json!({ "closes_at": closes_at, "reason": reason, "counts": counts });
                    vec![say(members, kind, body), say(officers, kind, for_officers)]
                }
                // Who asked is for officers, and for itself.
                Event::QueryAsked { .. } => {
                    let mine = own.map(|own| say(own, kind, json!({})));
                    [say(officers, kind, json!({ "provider_name": name }))].into_iter().chain(mine).collect()
                }
                Event::QueryPublished { .. } => {
                    vec![say(members, kind, json!({})), say(officers, kind, json!({}))]
                }
                Event::QueryAnsweredAlone { provider_id, .. } => vec![
                    say(officers, kind, json!({})),
                    say(Audience::Provider(*provider_id), kind, json!({})),
                ],
                Event::BiddingClosed { .. } => {
                    vec![say(members, kind, json!({})), say(officers, kind, json!({ "counts": counts }))]
                }
                Event::InterestDeclared { interest, reason, .. } => {
                    let body = json!({
                        "provider_name": name, "interest": interest, "reason": reason, "counts": counts,
                    });
                    let mine = own.map(|own| say(own, kind, json!({ "interest": interest })));
                    [say(officers, kind, body)].into_iter().chain(mine).collect()
                }
                Event::BidSubmitted { version, .. }
                | Event::BidRevised { version, .. }
                | Event::BidConfirmed { version, .. }
                | Event::BidWithdrawn { version, .. } => {
                    let body = json!({ "provider_name": name, "counts": counts });
                    let mine = json!({ "version": version, "received_at": happened.at });
                    let mine = own.map(|own| say(own, kind, mine));
                    [say(officers, kind, body)].into_iter().chain(mine).collect()
                }
                Event::LateBidRefused { .. } => {
                    let mine = own.map(|own| say(own, kind, json!({})));
                    [say(officers, kind, json!({ "provider_name": name }))].into_iter().chain(mine).collect()
                }
                Event::RoundInvited { opens_at, .. } => {
                    let body = json!({ "round_opens_at": opens_at });
                    vec![say(members, kind, body.clone()), say(officers, kind, body)]
                }
                Event::RoundResumed { closes_at, .. } => {
                    // Not the opportunity's deadline.
                    let body = json!({ "round_closes_at": closes_at });
                    vec![say(members, kind, body.clone()), say(officers, kind, body)]
                }
                Event::RoundOpened | Event::RoundPaused { .. } | Event::RoundClosed { .. } => {
                    vec![say(members, kind, json!({})), say(officers, kind, json!({}))]
                }
                Event::AwardApproved { .. } => {
                    vec![say(members, "outcome_told", json!({})), say(officers, kind, json!({}))]
                }
                Event::StandstillEnded => {
                    vec![say(members, kind, json!({})), say(officers, kind, json!({}))]
                }
                // What the person chose is theirs: members hear that no award is made.
                Event::DirectPaymentChosen { .. } => {
                    vec![say(members, "no_award_made", json!({})), say(officers, kind, json!({}))]
                }
                Event::AwardSetAside { .. } => {
                    vec![say(members, kind, json!({})), say(officers, kind, json!({}))]
                }
                Event::PriceQuestioned { provider_id, .. }
                | Event::PriceExplained { provider_id, .. }
                | Event::PriceDecided { provider_id, .. } => {
                    vec![
                        say(officers, kind, json!({})),
                        say(Audience::Provider(*provider_id), kind, json!({})),
                    ]
                }
                Event::NoConflictDeclared { .. }
                | Event::ConflictDeclared { .. }
                | Event::MarkGiven { .. }
                | Event::EvaluatorFinished
                | Event::EvaluatorReleased { .. }
                | Event::ConsensusRecorded { .. }
                | Event::PricesOpened { .. }
                | Event::AwardRecommended { .. }
                | Event::AwardReturned { .. }
                | Event::LetterUndeliverable { .. }
                | Event::LetterResent { .. }
                | Event::TaskDone { .. }
                | Event::ClockAssigned { .. }
                | Event::ClockReminded { .. }
                | Event::AwardChallenged { .. }
                | Event::ChallengeLifted { .. }
                | Event::AwardDeclined { .. }
                | Event::UrgentApprovalAsked { .. }
                | Event::ApprovalReminded { .. }
                | Event::SilentReminded { .. }
                | Event::ApprovalEscalated { .. } => vec![say(officers, kind, json!({}))],
                Event::AccountOpened
                | Event::SignedIn
                | Event::SignedOut
                | Event::ColleagueInvited { .. }
                | Event::InvitationSentAgain { .. }
                | Event::InvitationWithdrawn { .. }
                | Event::ColleagueJoined { .. }
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
                | Event::DocumentDownloaded { .. }
                | Event::EvidenceRenewed { .. }
                | Event::EvidenceAccepted { .. }
                | Event::EvidenceRefused { .. }
                | Event::EvidenceWarned { .. }
                | Event::MarketImported { .. }
                | Event::DecisionEntered { .. }
                | Event::DelegationEntered { .. }
                | Event::DelegationRevoked { .. }
                | Event::PostCreated { .. }
                | Event::HolderAppointed { .. }
                | Event::TenureEnded { .. }
                | Event::EnrolmentApplied { .. }
                | Event::ClarificationAsked { .. }
                | Event::ClarificationAnswered
                | Event::EnrolmentExtended { .. }
                | Event::SecondReaderAsked { .. }
                | Event::RequestRead { .. }
                | Event::EnrolmentAdmitted { .. }
                | Event::EnrolmentRefused { .. }
                | Event::EnrolmentSuspended { .. }
                | Event::EnrolmentReinstated { .. }
                | Event::NoNewWorkBegun { .. }
                | Event::NoNewWorkEnded { .. }
                | Event::MeasureProposed { .. }
                | Event::MeasureTurnedDown { .. }
                | Event::UrgentlyStopped { .. }
                | Event::UrgentStopConfirmed { .. }
                | Event::UrgentStopLapsed { .. }
                | Event::EnrolmentRemoved { .. }
                | Event::EnrolmentWithdrawn { .. }
                | Event::StandingReviewed { .. }
                | Event::RepresentationMade { .. }
                | Event::AppealAnswered { .. }
                | Event::GroundRaised { .. }
                | Event::GroundAnswered { .. }
                | Event::GroundDecided { .. }
                | Event::DebarmentListImported { .. }
                | Event::DebarmentMatched { .. }
                | Event::IdentifiersChanged { .. }
                | Event::RegisterRead { .. }
                | Event::RegistersAsked
                | Event::ConcernRaised { .. }
                | Event::ConcernTaken { .. }
                | Event::ConcernClosed { .. }
                | Event::StandingMarkGiven { .. }
                | Event::AnswerMarkGiven { .. }
                | Event::PassportAnswered { .. }
                | Event::PassportChanged { .. }
                | Event::PassportAccepted { .. }
                | Event::PackageDrafted
                | Event::PackageRevised { .. }
                | Event::ContractEntered { .. }
                | Event::WordingChanged { .. }
                | Event::WordingRestored { .. }
                | Event::BudgetSet { .. }
                | Event::CapChanged { .. }
                | Event::CapWarned { .. }
                | Event::NoticePublished { .. }
                | Event::DirectAwardProposed { .. }
                | Event::DirectAwardReturned { .. }
                | Event::DirectAwardApproved { .. }
                | Event::UrgentAwardReviewed { .. }
                | Event::ContractEnded { .. }
                | Event::OfficerInterestDeclared { .. }
                | Event::OfficerInterestEnded { .. }
                // Told of the ranking round.
                | Event::RoundRevised { .. }
                | Event::RoundRanked { .. } => Vec::new(),
            }
        }
    }
}

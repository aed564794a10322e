//! Shortlisting and recommending.

use super::{
    Evaluated,
    lifecycle::{self, Verb},
};
use crate::domain::{
    approval,
    bid::{over_weeks, yearly},
    change::Change,
    enrolment::check_words,
    event::Event,
    inquiry::check_settled,
    record,
    refusal::{Code, Refusal},
    scoring::Admissibility,
};
use entity::{
    award::{self, Shortlist},
    opportunity,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The least that is written on why an award does not go to the bid that is first, in characters: enough for a reason
/// that somebody else can weigh.
pub const NOT_FIRST_REASON_MIN: usize = 60;

/// What a commissioner recommends.
pub struct Recommending {
    pub bid_id: BidId,
    pub shortlist: Vec<BidId>,
    pub reason: String,
    /// Why not the bid that is first.
    pub not_first_reason: Option<String>,
    /// How it stands to what the person prefers, where that is recorded.
    pub preference: Option<PreferenceAnswer>,
}

/// Whether what the person or family prefers is followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceAnswer {
    pub answer: PreferenceKept,
    /// Why not, where it is not followed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// The reason for an award to a bid that is not first: there where it is not, and only there.
fn not_first(rank: u32, reason: Option<String>) -> Result<Option<String>, Refusal> {
    let reason = reason.filter(|words| !words.trim().is_empty());
    match (rank, reason) {
        (1, None) => Ok(None),
        (1, Some(_)) => Err(Refusal::new(
            Code::InvalidField,
            "This bid is first: leave out why it should not be the first.",
        )
        .at("not_first_reason")),
        (_, None) => Err(Refusal::new(
            Code::NotFirst,
            format!(
                "This bid is ranked number {rank}: say why the award should not go to the bid that is first."
            ),
        )
        .at("not_first_reason")),
        (_, Some(words)) => {
            check_words("not_first_reason", &words)?;
            let length = words.trim().chars().count();
            if length < NOT_FIRST_REASON_MIN {
                return Err(Refusal::new(
                    Code::NotFirst,
                    format!(
                        "Say more on why not the first: at least {NOT_FIRST_REASON_MIN} characters ({length} so far)."
                    ),
                )
                .at("not_first_reason"));
            }
            Ok(Some(words))
        }
    }
}

/// How the award stands to the preference: told wherever one is recorded, with why where it is not followed.
fn preference_kept(
    recorded: Option<&str>,
    answer: Option<PreferenceAnswer>,
) -> Result<(Option<PreferenceKept>, Option<String>), Refusal> {
    let recorded = recorded.is_some_and(|words| !words.trim().is_empty());
    match (recorded, answer) {
        (false, None) => Ok((None, None)),
        (false, Some(_)) => Err(Refusal::new(
            Code::InvalidField,
            "No preference is recorded for this package, so there is none to follow.",
        )
        .at("preference")),
        (true, None) => Err(Refusal::new(
            Code::PreferenceUnanswered,
            "A preference is recorded for this package: say whether this award follows it.",
        )
        .at("preference")),
        (true, Some(PreferenceAnswer { answer, reason })) => {
            let reason = reason.filter(|words| !words.trim().is_empty());
            match (answer, reason) {
                (PreferenceKept::NotFollowed, reason) => {
                    let reason = reason.unwrap_or_default();
                    check_words("preference.reason", &reason)?;
                    Ok((Some(PreferenceKept::NotFollowed), Some(reason)))
                }
                (PreferenceKept::Followed | PreferenceKept::NotForProvider, Some(_)) => Err(Refusal::new(
                    Code::InvalidField,
                    "A reason is kept only where the preference is not followed: leave it out.",
                )
                .at("preference.reason")),
                (kept, None) => Ok((Some(kept), None)),
            }
        }
    }
}

/// The commissioner shortlists and recommends; the shortlisted and those who may approve are told.
///
/// # Errors
/// Prices are not open; a recommendation stands already; the bid is not admissible or not on the shortlist; it is not
/// first and why is not said; a preference is recorded and nothing said of it; no reason.
pub fn recommend(
    facts: &Evaluated,
    preference: Option<&str>,
    approvers: &[AccountId],
    by: AccountId,
    wanted: Recommending,
    now: Instant,
) -> Result<Change, Refusal> {
    let opportunity = &facts.opportunity;
    lifecycle::allow(lifecycle::of_opportunity(opportunity, None, now), Verb::Recommend)?;
    check_settled(&facts.flags, &facts.inquiries)?;
    check_words("reason", &wanted.reason)?;
    let (Some(bidder), Some(ranked)) = (facts.bidder(wanted.bid_id), facts.ranked(wanted.bid_id)) else {
        return Err(Refusal::not_found("bid").at("bid_id"));
    };
    if ranked.status != Admissibility::Admissible {
        return Err(Refusal::new(
            Code::BidInadmissible,
            "This bid is not admissible, so it cannot be awarded.",
        )
        .at("bid_id"));
    }
    let rank = ranked.rank.unwrap_or(1);
    let not_first_reason = not_first(rank, wanted.not_first_reason)?;
    let (preference, preference_reason) = preference_kept(preference, wanted.preference)?;
    if !wanted.shortlist.contains(&wanted.bid_id) {
        return Err(Refusal::new(Code::InvalidField, "The bid that you recommend must be on the shortlist.")
            .at("shortlist"));
    }
    for id in &wanted.shortlist {
        let admissible = facts.ranked(*id).is_some_and(|r| r.status == Admissibility::Admissible);
        if !admissible {
            return Err(Refusal::new(
                Code::BidInadmissible,
                "The shortlist may hold only admissible bids of this opportunity.",
            )
            .at("shortlist"));
        }
    }
    // From the result that is kept, like every figure that anybody is told from now on.
    let weekly = ranked.weekly_price;
    let kept = record::keep(opportunity, &facts.evaluation)?;
    let row = award::Model {
        id: AwardId::new(),
        opportunity_id: opportunity.id,
        bid_id: bidder.bid.id,
        provider_id: bidder.bid.provider_id,
        shortlist: Shortlist(wanted.shortlist.clone()),
        reason: wanted.reason.clone(),
        weekly_value: weekly,
        yearly_value: yearly(weekly),
        contract_value: over_weeks(weekly, opportunity.initial_term_weeks),
        recommended_by: by,
        recommended_at: now,
        state: AwardState::Waiting,
        decided_by: None,
        decided_at: None,
        decided_reason: None,
        chain: None,
        evaluation: Some(kept.evaluation),
        evaluation_digest: Some(kept.evaluation_digest.clone()),
        requirement: Some(kept.requirement),
        rank: i32::try_from(rank).ok(),
        not_first_reason,
        preference,
        preference_reason,
    };
    let event = Event::AwardRecommended {
        award_id: row.id,
        bid_id: row.bid_id,
        shortlist: wanted.shortlist.clone(),
        reason: wanted.reason,
        yearly_value: row.yearly_value,
        contract_value: row.contract_value,
        evaluation_digest: Some(kept.evaluation_digest),
        rank: Some(rank).filter(|rank| *rank != 1),
    };
    let recommended = opportunity::Model { award_id: Some(row.id), ..opportunity.clone() };
    let change = Change::new(opportunity.id, event).insert(row).update(recommended).tell(
        LetterKind::ApprovalWanted,
        approvers,
        &approval::context(&facts.context, opportunity.id),
    );
    Ok(wanted
        .shortlist
        .iter()
        .filter_map(|id| facts.bidder(*id))
        .fold(change, |change, bidder| change.tell(LetterKind::Shortlisted, &bidder.people, &facts.context)))
}

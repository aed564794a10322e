//! A reminder to every provider that has said nothing of a live opportunity: the same to all of them, and not often.

use super::{
    change::Change,
    event::Event,
    opportunity::{OpportunityContext, check_open},
    refusal::{Code, Refusal},
};
use entity::{bid, interest, nudge, opportunity, vocabulary::*};

/// How often the silent are reminded of one opportunity.
pub const NUDGES_MAX: usize = 2;
/// The least time between two reminders, in hours.
pub const NUDGE_HOURS_MIN: i64 = 24;

/// Of the members of its category, those that have said nothing: neither that they will bid nor that they cannot, and no
/// bid, withdrawn or not. To have opened the page says nothing.
pub fn silent<'a>(
    members: &'a [(ProviderId, Vec<AccountId>)],
    interests: &[interest::Model],
    bids: &[bid::Model],
) -> Vec<&'a (ProviderId, Vec<AccountId>)> {
    let said = |id: &ProviderId| {
        interests.iter().any(|i| i.provider_id == *id && i.kind != InterestKind::Seen)
            || bids.iter().any(|bid| bid.provider_id == *id)
    };
    members.iter().filter(|(id, _)| !said(id)).collect()
}

/// Whether the silent may be reminded now.
///
/// # Errors
/// Closed; nobody is silent; reminded less than a day ago, or twice.
pub fn check_may_nudge(
    of: &opportunity::Model,
    before: &[nudge::Model],
    silent: usize,
    now: Instant,
) -> Result<(), Refusal> {
    check_open(of, now).map_err(|closed| match closed.code {
        Code::BidTooLate => {
            Refusal::new(Code::BiddingOver, "Bidding has closed, so a reminder would come too late.")
        }
        _ => closed,
    })?;
    if before.len() >= NUDGES_MAX {
        return Err(Refusal::new(
            Code::RemindedLately,
            format!(
                "Those who have said nothing were reminded {NUDGES_MAX} times: they are not reminded again."
            ),
        ));
    }
    let next = before.iter().map(|nudge| nudge.made_at.plus_seconds(NUDGE_HOURS_MIN * 3600)).max();
    if let Some(next) = next.filter(|next| now < *next) {
        return Err(Refusal::new(
            Code::RemindedLately,
            format!(
                "They were reminded less than {NUDGE_HOURS_MIN} hours ago: they can be reminded again from {}.",
                next.in_words()
            ),
        ));
    }
    if silent == 0 {
        return Err(Refusal::new(Code::NobodySilent, "Every provider has said something or bid."));
    }
    Ok(())
}

/// Reminds all of the silent, at once.
///
/// # Errors
/// As [`check_may_nudge`].
pub fn nudge(
    of: &opportunity::Model,
    before: &[nudge::Model],
    silent: &[&(ProviderId, Vec<AccountId>)],
    by: AccountId,
    context: &OpportunityContext,
    now: Instant,
) -> Result<Change, Refusal> {
    check_may_nudge(of, before, silent.len(), now)?;
    let row = nudge::Model {
        id: NudgeId::new(),
        opportunity_id: of.id,
        made_by: by,
        made_at: now,
        told: i32::try_from(silent.len()).unwrap_or(i32::MAX),
    };
    let event = Event::SilentReminded { told: row.told };
    let change = Change::new(of.id, event).insert(row);
    Ok(silent
        .iter()
        .fold(change, |change, (_, people)| change.tell(LetterKind::OpportunityReminder, people, context)))
}

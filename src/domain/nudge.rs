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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::opportunity::{context, example};

    const HOUR: i64 = 3600;
    /// Tuesday 1 December 2026, nine in the morning.
    const PUBLISHED: Instant = Instant::from_milliseconds(1_796_115_600_000);

    fn reminded(of: &opportunity::Model, made_at: Instant) -> nudge::Model {
        nudge::Model {
            id: NudgeId::new(),
            opportunity_id: of.id,
            made_by: AccountId::new(),
            made_at,
            told: 3,
        }
    }

    fn open() -> opportunity::Model {
        example(PUBLISHED, PUBLISHED.plus_seconds(240 * HOUR))
    }

    #[test]
    fn the_silent_are_reminded_again_after_a_day_to_the_millisecond() {
        let of = open();
        let before = [reminded(&of, PUBLISHED.plus_seconds(HOUR))];
        let code = |before: &[nudge::Model], now| check_may_nudge(&of, before, 1, now).err().map(|r| r.code);
        assert_eq!(code(&[], PUBLISHED), None);
        let again = PUBLISHED.plus_seconds(25 * HOUR);
        assert_eq!(code(&before, again.plus_milliseconds(-1)), Some(Code::RemindedLately));
        assert_eq!(code(&before, again), None);
        let refused =
            check_may_nudge(&of, &before, 1, PUBLISHED.plus_seconds(2 * HOUR)).expect_err("too soon");
        assert!(refused.detail.contains(&again.in_words()), "{}", refused.detail);
    }

    #[test]
    fn nobody_is_reminded_a_third_time_nor_when_bidding_is_over_nor_when_all_have_spoken() {
        let of = open();
        let twice = [PUBLISHED, PUBLISHED.plus_seconds(24 * HOUR)].map(|at| reminded(&of, at));
        let code = |of: &opportunity::Model, before: &[nudge::Model], silent, now| {
            check_may_nudge(of, before, silent, now).err().map(|refusal| refusal.code)
        };
        let later = PUBLISHED.plus_seconds(200 * HOUR);
        assert_eq!(code(&of, &twice, 1, later), Some(Code::RemindedLately));
        assert_eq!(code(&of, &twice[..1], 1, later), None);
        assert_eq!(code(&of, &[], 1, of.closes_at.plus_milliseconds(-1)), None);
        assert_eq!(code(&of, &[], 1, of.closes_at), Some(Code::BiddingOver));
        assert_eq!(code(&of, &[], 0, later), Some(Code::NobodySilent));
        let withdrawn = opportunity::Model { withdrawn_at: Some(PUBLISHED), ..of };
        assert_eq!(code(&withdrawn, &[], 1, later), Some(Code::OpportunityWithdrawn));
    }

    #[test]
    fn to_have_looked_says_nothing_and_a_bid_says_something_even_when_it_was_withdrawn() {
        let of = open();
        let members: Vec<_> = (0..6).map(|_| (ProviderId::new(), vec![AccountId::new(); 2])).collect();
        let said = |at: usize, kind| interest::Model {
            opportunity_id: of.id,
            provider_id: members[at].0,
            kind,
            reason: None,
            because: None,
            at: PUBLISHED,
        };
        let interests = [
            said(1, InterestKind::Seen),
            said(2, InterestKind::WillBid),
            said(3, InterestKind::CannotBid),
            said(4, InterestKind::Seen),
        ];
        let bid = |at: usize, withdrawn_at| bid::Model {
            id: BidId::new(),
            opportunity_id: of.id,
            provider_id: members[at].0,
            version: 1,
            offer: entity::offer::Offer {
                attachments: Vec::new(),
                rates: Vec::new(),
                answers: Vec::new(),
                starts_on: of.starts_on,
                exceptionality: None,
            },
            weekly_price: Money::ZERO,
            digest: String::new(),
            submitted_by: AccountId::new(),
            received_at: PUBLISHED,
            withdrawn_at,
            unsettled_at: None,
        };
        let bids = [bid(4, None), bid(5, Some(PUBLISHED))];
        let silent = silent(&members, &interests, &bids);
        let places: Vec<_> =
            silent.iter().map(|(id, _)| members.iter().position(|(own, _)| own == id)).collect();
        assert_eq!(places, [Some(0), Some(1)]);
        let change =
            nudge(&of, &[], &silent, AccountId::new(), &context(&of, "Market", "Category"), PUBLISHED)
                .expect("reminded");
        assert_eq!(change.event, Event::SilentReminded { told: 2 });
        // A letter for each person of each, and one row.
        assert_eq!((change.letters.len(), change.writes.len()), (4, 1));
    }
}

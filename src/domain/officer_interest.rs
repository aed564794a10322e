//! Officers' register of interests in providers (PCR 2015 reg 24; Procurement Act 2023 ss. 81–83). What stands there
//! counts as declared wherever the provider bids: its officer neither evaluates, recommends nor approves.

use super::{
    change::Change,
    enrolment::check_words,
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{declaration, officer_interest, opportunity, vocabulary::*};
use serde::{Deserialize, Serialize};

/// An interest that an officer declares.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOfficerInterest {
    pub provider_id: ProviderId,
    /// What it is, in words.
    pub nature: String,
    /// Its first day: today or before.
    pub since: Day,
}

/// Puts an interest on the register.
///
/// # Errors
/// No words; a day to come; the same provider stands there already.
pub fn declare(
    own: &[officer_interest::Model],
    authority_id: AuthorityId,
    by: AccountId,
    new: NewOfficerInterest,
    now: Instant,
) -> Result<Change, Refusal> {
    let NewOfficerInterest { provider_id, nature, since } = new;
    check_words("nature", &nature)?;
    if since > now.london_day() {
        return Err(Refusal::new(
            Code::InvalidField,
            "An interest stands on the register from today at the latest: give today or an earlier day.",
        )
        .at("since"));
    }
    if own.iter().any(|row| row.provider_id == provider_id && row.ended_on.is_none()) {
        return Err(Refusal::new(
            Code::InterestStands,
            "This provider is on your register already: end that entry first if it has changed.",
        )
        .at("provider_id"));
    }
    let row = officer_interest::Model {
        id: OfficerInterestId::new(),
        authority_id,
        account_id: by,
        provider_id,
        nature,
        since,
        declared_at: now,
        ended_on: None,
        ended_at: None,
    };
    let event = Event::OfficerInterestDeclared { officer_interest_id: row.id, provider_id };
    Ok(Change::new(by, event).insert(row))
}

/// Ends an interest; it stays on the register for what happened while it stood.
///
/// # Errors
/// Ended before; a day before it began or to come.
pub fn end(row: &officer_interest::Model, on: Day, now: Instant) -> Result<Change, Refusal> {
    if let Some(ended) = row.ended_on {
        let words = format!("This interest ended on {} already.", ended.in_words());
        return Err(Refusal::new(Code::InterestEnded, words));
    }
    if on < row.since || on > now.london_day() {
        return Err(Refusal::new(
            Code::InvalidField,
            format!("Give its last day: from {} to today.", row.since.in_words()),
        )
        .at("on"));
    }
    let ended = officer_interest::Model { ended_on: Some(on), ended_at: Some(now), ..row.clone() };
    let event = Event::OfficerInterestEnded { officer_interest_id: row.id, ended_on: on };
    Ok(Change::new(row.account_id, event).update(ended))
}

/// Whether it stands on that day; the first and the last day count.
pub fn stands(row: &officer_interest::Model, on: Day) -> bool {
    row.since <= on && row.ended_on.is_none_or(|last| on <= last)
}

/// An interest in a bidder as if it had been declared of this opportunity; nothing where it had ended before the bids
/// were in, or came after the award.
pub fn as_declared(row: &officer_interest::Model, of: &opportunity::Model) -> Option<declaration::Model> {
    let ended_before = row.ended_on.is_some_and(|last| last < of.closes_at.london_day());
    let came_after = of.awarded_at.is_some_and(|awarded| row.declared_at > awarded);
    (row.authority_id == of.authority_id && !ended_before && !came_after).then(|| declaration::Model {
        id: DeclarationId(row.id.0),
        opportunity_id: of.id,
        account_id: row.account_id,
        interest: Some(row.nature.clone()),
        at: row.declared_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn new(provider_id: ProviderId, since: &str) -> NewOfficerInterest {
        NewOfficerInterest { provider_id, nature: "My sister is a director.".to_owned(), since: day(since) }
    }

    fn row(change: &Change) -> officer_interest::Model {
        use crate::domain::change::{Row, Write};
        match &change.writes[0] {
            Write::Insert(Row::OfficerInterest(row)) | Write::Update(Row::OfficerInterest(row)) => {
                (**row).clone()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_interest_is_declared_once_from_today_or_before_and_ended_once() {
        let (authority, by, provider) = (AuthorityId::new(), AccountId::new(), ProviderId::new());
        let now = at("2026-12-07T09:00:00Z");
        let declare = |own: &[_], since: &str| declare(own, authority, by, new(provider, since), now);
        assert_eq!(declare(&[], "2026-12-08").unwrap_err().field.as_deref(), Some("since"));
        let stands = row(&declare(&[], "2026-12-01").unwrap());
        assert_eq!(
            declare(std::slice::from_ref(&stands), "2026-12-07").unwrap_err().code,
            Code::InterestStands
        );
        for wrong in ["2026-11-30", "2026-12-08"] {
            assert_eq!(end(&stands, day(wrong), now).unwrap_err().field.as_deref(), Some("on"));
        }
        let ended = row(&end(&stands, day("2026-12-07"), now).unwrap());
        assert_eq!(end(&ended, day("2026-12-07"), now).unwrap_err().code, Code::InterestEnded);
        assert!(super::stands(&ended, day("2026-12-07")) && !super::stands(&ended, day("2026-12-08")));
        assert!(!super::stands(&ended, day("2026-11-30")));
        assert!(declare(&[ended], "2026-12-07").is_ok(), "it may begin again");
    }

    #[test]
    fn events_hold_no_word_of_the_interest() {
        let now = at("2026-12-07T09:00:00Z");
        let change =
            declare(&[], AuthorityId::new(), AccountId::new(), new(ProviderId::new(), "2026-12-01"), now);
        let event = serde_json::to_string(&change.unwrap().event).unwrap();
        assert!(!event.contains("sister"), "{event}");
    }
}

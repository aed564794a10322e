//! What to change when nobody bids: from the reasons that providers gave, in plain words.

use super::opportunity::{Stage, stage};
use entity::{interest, opportunity, vocabulary::*};
use serde::{Deserialize, Serialize};

/// A suggestion of what to offer otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Suggestion {
    pub because: CannotReason,
    /// How many gave this reason.
    pub count: u64,
    /// Of how many that cannot bid.
    pub of: u64,
    pub words: String,
    /// The field of the package to change, if one would help.
    pub field: Option<String>,
}

/// How many gave each reason for not bidding, the commonest first. A reason without its kind is another.
pub fn grouped(interests: &[interest::Model]) -> Vec<(CannotReason, u64)> {
    let given: Vec<_> = interests
        .iter()
        .filter(|i| i.kind == InterestKind::CannotBid)
        .map(|i| i.because.unwrap_or(CannotReason::Other))
        .collect();
    let mut grouped: Vec<_> = CannotReason::ALL
        .iter()
        .map(|reason| (*reason, given.iter().filter(|given| *given == reason).count() as u64))
        .filter(|(_, count)| *count > 0)
        .collect();
    grouped.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    grouped
}

/// Whether nothing came: it closed without a bid, or three quarters of its window are gone without one.
pub fn is_due(of: &opportunity::Model, now: Instant) -> bool {
    match stage(of, now) {
        Stage::Unfilled => true,
        Stage::Open => {
            let window = of.closes_at.milliseconds() - of.published_at.milliseconds();
            let gone = now.milliseconds() - of.published_at.milliseconds();
            of.bids == 0 && gone.saturating_mul(4) >= window.saturating_mul(3)
        }
        _ => false,
    }
}

/// What to offer otherwise, for the commonest reason first.
pub fn suggestions(grouped: &[(CannotReason, u64)]) -> Vec<Suggestion> {
    let of = grouped.iter().map(|(_, count)| count).sum();
    grouped
        .iter()
        .map(|&(because, count)| {
            let (could, offer, field) = match because {
                CannotReason::NoStaffInArea => (
                    "had no staff in the area",
                    "say if a wider area, or help with travel, would do",
                    Some("outward_code"),
                ),
                CannotReason::HoursDoNotFit => (
                    "could not work these hours or times",
                    "offer other hours, or say which of them can move",
                    Some("quantities"),
                ),
                CannotReason::StartTooSoon => {
                    ("could not start then", "offer a later start", Some("starts_on"))
                }
                CannotReason::NeedsOutside => (
                    "do not do what is needed",
                    "say plainly which skills are needed, or split the package",
                    Some("needs"),
                ),
                CannotReason::LimitsTooLow => (
                    "found the price limits too low",
                    "look at the limits of the category before you offer it again",
                    None,
                ),
                CannotReason::Other => ("gave another reason", "read what they wrote", None),
            };
            Suggestion {
                because,
                count,
                of,
                words: format!("{count} of {of} {could}: {offer}."),
                field: field.map(str::to_owned),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cannot(because: Option<CannotReason>) -> interest::Model {
        interest::Model {
            opportunity_id: OpportunityId::new(),
            provider_id: ProviderId::new(),
            kind: InterestKind::CannotBid,
            reason: Some("No.".to_owned()),
            because,
            at: Instant::from_milliseconds(0),
        }
    }

    #[test]
    fn the_commonest_reason_is_suggested_first_with_its_count() {
        let start = Some(CannotReason::StartTooSoon);
        let mut all: Vec<_> = [start, Some(CannotReason::LimitsTooLow), start, None].map(cannot).into();
        all.push(interest::Model {
            kind: InterestKind::WillBid,
            reason: None,
            because: None,
            ..cannot(None)
        });
        let suggested = suggestions(&grouped(&all));
        assert_eq!(suggested[0].words, "2 of 4 could not start then: offer a later start.");
        assert_eq!(suggested[0].field.as_deref(), Some("starts_on"));
        assert_eq!(suggested.len(), 3);
        assert!(suggestions(&grouped(&[])).is_empty());
    }
}

//! Chasing a decision: who is asked first, when they are reminded, and to whom it goes when nobody acts or nobody can.
//! Whoever was asked first may still decide.

use super::{
    award::Involved,
    change::Change,
    delegation::{Approver, Break, Scheme},
    event::Event,
    opportunity::OpportunityContext,
    refusal::Refusal,
};
use crate::domain::{approval, calendar::working_days_after, enrolment::check_words};
use entity::{
    award,
    chase::{self, AskedPosts},
    market::MarketTerms,
    vocabulary::*,
};
use serde::Serialize;

/// How long those asked have for a decision that cannot wait, in working days.
pub const URGENT_WORKING_DAYS: u32 = 1;

/// A post whose holders can decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    pub post: PostId,
    pub title: String,
    /// Those of its holders who had no part in it.
    pub people: Vec<AccountId>,
}

/// Who can decide, from the least power that suffices upwards, and who was passed over and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    pub levels: Vec<Level>,
    /// In words.
    pub passed_over: Vec<String>,
}

/// Who had which part, so that they are not asked.
pub struct Barred<'a> {
    pub involved: &'a Involved,
    pub drafted_by: Option<AccountId>,
    pub recommended_by: AccountId,
}

impl Barred<'_> {
    fn is(&self, who: AccountId) -> bool {
        self.involved.contains(who) || self.drafted_by == Some(who) || self.recommended_by == who
    }
}

/// The ladder of those who can decide that day.
pub fn ladder(approvers: &[Approver], barred: &Barred<'_>) -> Ladder {
    let mut ladder = Ladder::default();
    for approver in approvers {
        match &approver.chain {
            Ok(_) => {
                let people: Vec<_> = (approver.holders.iter().map(|holder| holder.account_id))
                    .filter(|id| !barred.is(*id))
                    .collect();
                if people.is_empty() {
                    let words = format!(
                        "Whoever holds the post of {} had a part in this, or has an interest.",
                        approver.title
                    );
                    ladder.passed_over.push(words);
                } else {
                    ladder.levels.push(Level { post: approver.post, title: approver.title.clone(), people });
                }
            }
            Err(why @ Break::Vacant { .. }) => ladder.passed_over.push(why.to_string()),
            Err(_) => {}
        }
    }
    ladder
}

/// When those who are asked are reminded, and when it goes further up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// When half of the working days, rounded down, are over.
    pub remind_at: Instant,
    /// The last day to decide.
    pub due_on: Day,
    /// The end of that day.
    pub due_at: Instant,
}

/// The time that those have who were asked last, where `asked` posts were asked before them. Nothing where the calendar
/// of bank holidays ends.
pub fn deadlines(
    recommended_at: Instant,
    urgent: bool,
    terms: &MarketTerms,
    before: usize,
) -> Option<Deadlines> {
    let within = if urgent { URGENT_WORKING_DAYS } else { terms.approve_within_working_days };
    let passed = within.saturating_mul(u32::try_from(before).unwrap_or(u32::MAX));
    let from = recommended_at.london_day();
    let remind_on = working_days_after(from, passed.saturating_add(within / 2)).ok()?;
    let due_on = working_days_after(from, passed.saturating_add(within)).ok()?;
    Some(Deadlines { remind_at: remind_on.end_in_london(), due_on, due_at: due_on.end_in_london() })
}

/// The deadlines that hold for a recommendation as it was chased.
pub fn deadlines_of(award: &award::Model, chase: &chase::Model, terms: &MarketTerms) -> Option<Deadlines> {
    let before = chase.asked.0.len().saturating_sub(1);
    deadlines(award.recommended_at, chase.urgent.is_some(), terms, before)
}

/// A recommendation that nobody was asked to decide yet.
pub fn nobody_asked(award: AwardId) -> chase::Model {
    chase::Model {
        award_id: award,
        asked: AskedPosts::default(),
        urgent: None,
        reminded_at: None,
        escalated_at: None,
        escalated_to: None,
        because: None,
    }
}

/// Whom a new recommendation is put to: the first who can decide. Where it cannot wait, the posts that the market names
/// for that are told besides, at once.
///
/// # Errors
/// It is urgent for no reason.
pub fn begin(
    award: AwardId,
    of: OpportunityId,
    ladder: &Ladder,
    scheme: &Scheme,
    terms: &MarketTerms,
    urgent: Option<String>,
    context: &OpportunityContext,
) -> Result<(chase::Model, Option<Change>), Refusal> {
    let first = ladder.levels.first();
    let row = chase::Model {
        asked: AskedPosts(first.map(|level| level.post).into_iter().collect()),
        urgent: urgent.clone(),
        ..nobody_asked(award)
    };
    let Some(reason) = urgent else { return Ok((row, None)) };
    check_words("urgent", &reason)?;
    let is_urgent = |level: &&Level| {
        let post = scheme.posts.iter().find(|post| post.id == level.post);
        post.is_some_and(|post| terms.urgent_posts.contains(&post.slug))
    };
    let first = first.into_iter();
    let others = ladder.levels.iter().skip(1).filter(is_urgent);
    let mut people: Vec<_> = first.chain(others).flat_map(|level| level.people.iter().copied()).collect();
    people.sort();
    people.dedup();
    let event = Event::UrgentApprovalAsked { award_id: award, reason };
    let change =
        Change::new(of, event).tell(LetterKind::ApprovalUrgent, &people, &approval::context(context, of));
    Ok((row, Some(change)))
}

/// What a letter about chasing says: days and posts, and nothing that somebody typed.
#[derive(Serialize)]
struct ChaseContext {
    #[serde(flatten)]
    opportunity: OpportunityContext,
    /// In words.
    decide_by: String,
    because: String,
}

/// What is chased.
pub struct Chasing<'a> {
    pub of: OpportunityId,
    pub award: &'a award::Model,
    pub chase: &'a chase::Model,
    pub ladder: &'a Ladder,
    pub terms: &'a MarketTerms,
    pub context: &'a OpportunityContext,
}

/// What the clock does about a recommendation that waits, if anything: it goes up when the time of those asked has
/// passed, or at once when none of them can decide any more; they are reminded when half of it has. Doing it again does
/// nothing.
pub fn chase(of: &Chasing<'_>, now: Instant) -> Option<Change> {
    let Chasing { award, chase, ladder, .. } = of;
    if award.state != AwardState::Waiting {
        return None;
    }
    let asked = |level: &&Level| chase.asked.0.contains(&level.post);
    let still: Vec<_> = ladder.levels.iter().filter(asked).collect();
    let deadlines = deadlines_of(award, chase, of.terms);
    let over = deadlines.filter(|d| now >= d.due_at);
    let because = match (still.is_empty(), over) {
        (true, _) => {
            let passed = ladder.passed_over.join(" ");
            if passed.is_empty() {
                "Nobody who was asked before can decide it any more.".to_owned()
            } else {
                passed
            }
        }
        (false, Some(over)) => {
            let mut words = vec![format!("Nobody decided by the end of {}.", over.due_on.in_words())];
            words.extend(ladder.passed_over.iter().cloned());
            words.join(" ")
        }
        (false, None) => return remind(of, &still, deadlines?, now),
    };
    // Those above whoever was asked: power below them was passed over for a reason.
    let highest = ladder.levels.iter().rposition(|level| chase.asked.0.contains(&level.post));
    let next = ladder.levels.get(highest.map_or(0, |at| at + 1))?;
    let mut row = (*chase).clone();
    row.asked.0.push(next.post);
    row.reminded_at = None;
    row.escalated_at = Some(now);
    row.escalated_to = Some(next.title.clone());
    row.because = Some(because.clone());
    let event =
        Event::ApprovalEscalated { award_id: award.id, to: next.title.clone(), because: because.clone() };
    let context = of.letter(because);
    Some(Change::new(of.of, event).upsert(row).tell(LetterKind::ApprovalEscalated, &next.people, &context))
}

fn remind(of: &Chasing<'_>, still: &[&Level], deadlines: Deadlines, now: Instant) -> Option<Change> {
    if of.chase.reminded_at.is_some() || now < deadlines.remind_at {
        return None;
    }
    let row = chase::Model { reminded_at: Some(now), ..of.chase.clone() };
    let mut people: Vec<_> = still.iter().flat_map(|level| level.people.iter().copied()).collect();
    people.sort();
    people.dedup();
    let event = Event::ApprovalReminded { award_id: of.award.id };
    let context = of.letter(String::new());
    Some(Change::new(of.of, event).upsert(row).tell(LetterKind::ApprovalReminded, &people, &context))
}

impl Chasing<'_> {
    fn letter(&self, because: String) -> ChaseContext {
        let due = deadlines_of(self.award, self.chase, self.terms);
        ChaseContext {
            opportunity: approval::context(self.context, self.of),
            decide_by: due.map(|due| due.due_on.in_words()).unwrap_or_default(),
            because,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{delegation::Incumbent, market::read};
    use entity::award::{Chain, Shortlist};

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn terms() -> MarketTerms {
        read(include_str!("../../markets/staffordshire-supported-living.toml")).unwrap().market.terms
    }

    fn award(recommended_at: &str) -> award::Model {
        award::Model {
            id: AwardId::new(),
            opportunity_id: OpportunityId::new(),
            bid_id: BidId::new(),
            provider_id: ProviderId::new(),
            shortlist: Shortlist(Vec::new()),
            reason: String::new(),
            weekly_value: Money::ZERO,
            yearly_value: Money::ZERO,
            contract_value: Money::ZERO,
            recommended_by: AccountId::new(),
            recommended_at: at(recommended_at),
            state: AwardState::Waiting,
            decided_by: None,
            decided_at: None,
            decided_reason: None,
            chain: None,
            evaluation: None,
            evaluation_digest: None,
            requirement: None,
            rank: Some(1),
            not_first_reason: None,
            preference: None,
            preference_reason: None,
        }
    }

    fn level(title: &str) -> Level {
        Level { post: PostId::new(), title: title.to_owned(), people: vec![AccountId::new()] }
    }

    fn context() -> OpportunityContext {
        OpportunityContext {
            reference: "SL-0001".to_owned(),
            market: "Supported Living".to_owned(),
            category: "Supported living".to_owned(),
            outward_code: "ST16".to_owned(),
            closes_at: String::new(),
            path: "/opportunities/x".to_owned(),
        }
    }

    fn step(award: &award::Model, row: &chase::Model, ladder: &Ladder, now: &str) -> Option<Change> {
        let (terms, context) = (terms(), context());
        let of = award.opportunity_id;
        chase(&Chasing { of, award, chase: row, ladder, terms: &terms, context: &context }, at(now))
    }

    fn row_of(change: &Change) -> chase::Model {
        use crate::domain::change::{Row, Write};
        match &change.writes[0] {
            Write::Upsert(Row::Chase(row)) => (**row).clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn those_asked_are_reminded_when_half_their_time_is_over_and_then_it_goes_up() {
        // A Monday; five working days end with the Monday after.
        let award = award("2026-12-07T09:00:00Z");
        let ladder = Ladder { levels: vec![level("Lead"), level("Assistant")], passed_over: Vec::new() };
        let row = chase::Model { asked: AskedPosts(vec![ladder.levels[0].post]), ..nobody_asked(award.id) };
        assert!(step(&award, &row, &ladder, "2026-12-09T23:59:59.999Z").is_none(), "two days are not over");
        let reminded = step(&award, &row, &ladder, "2026-12-10T00:00:00Z").unwrap();
        assert_eq!(reminded.event.kind(), "approval_reminded");
        assert_eq!(reminded.letters[0].to, ladder.levels[0].people[0]);
        assert_eq!(reminded.letters[0].context["decide_by"], "Monday 14 December 2026");
        assert!(reminded.letters[0].context["path"].as_str().unwrap().starts_with("/approvals/"));
        let row = row_of(&reminded);
        assert!(step(&award, &row, &ladder, "2026-12-14T23:59:59.999Z").is_none(), "reminded once");
        let up = step(&award, &row, &ladder, "2026-12-15T00:00:00Z").unwrap();
        assert_eq!(up.letters.iter().map(|l| l.to).collect::<Vec<_>>(), ladder.levels[1].people);
        let row = row_of(&up);
        assert_eq!(row.because.as_deref(), Some("Nobody decided by the end of Monday 14 December 2026."));
        assert!(step(&award, &row, &ladder, "2026-12-15T00:00:00Z").is_none(), "once");
        // Both are reminded of the second round, and then there is nobody above.
        let again = step(&award, &row, &ladder, "2026-12-17T00:00:00Z").unwrap();
        assert_eq!(again.letters.len(), 2);
        assert!(step(&award, &row_of(&again), &ladder, "2027-02-01T00:00:00Z").is_none());
    }

    #[test]
    fn a_post_that_falls_vacant_sends_it_up_at_once_and_says_why() {
        let award = award("2026-12-07T09:00:00Z");
        let (lead, assistant) = (level("Lead"), level("Assistant"));
        let row = chase::Model { asked: AskedPosts(vec![lead.post]), ..nobody_asked(award.id) };
        let words = "Nobody holds the post of Lead on Monday 7 December 2026.";
        let vacant = Ladder { levels: vec![assistant], passed_over: vec![words.to_owned()] };
        let up = step(&award, &row, &vacant, "2026-12-07T09:01:00Z").unwrap();
        assert_eq!(row_of(&up).because.as_deref(), Some(words));
        assert_eq!(row_of(&up).escalated_to.as_deref(), Some("Assistant"));
        // With nobody at all there is nobody to tell, until somebody can.
        assert!(step(&award, &row, &Ladder::default(), "2027-02-01T00:00:00Z").is_none());
    }

    #[test]
    fn nothing_is_chased_once_it_is_decided() {
        let ladder = Ladder { levels: vec![level("Lead"), level("Assistant")], passed_over: Vec::new() };
        for state in [AwardState::Approved, AwardState::Returned, AwardState::Declined] {
            let award = award::Model { state, ..award("2026-12-07T09:00:00Z") };
            let row =
                chase::Model { asked: AskedPosts(vec![ladder.levels[0].post]), ..nobody_asked(award.id) };
            assert!(step(&award, &row, &ladder, "2027-02-01T00:00:00Z").is_none(), "{state:?}");
        }
    }

    #[test]
    fn what_cannot_wait_has_one_working_day() {
        let terms = terms();
        let due = |urgent| deadlines(at("2026-12-11T16:00:00Z"), urgent, &terms, 0).unwrap();
        assert_eq!(due(true).due_on.to_string(), "2026-12-14", "a Friday, so the Monday");
        assert_eq!(due(true).remind_at, at("2026-12-12T00:00:00Z"));
        assert_eq!(due(false).due_on.to_string(), "2026-12-18");
        assert!(deadlines(at("2030-12-30T09:00:00Z"), false, &terms, 0).is_none(), "past the calendar");
    }

    #[test]
    fn whoever_had_a_part_is_not_asked_and_it_says_who_was_passed_over() {
        let (drafter, other) = (AccountId::new(), AccountId::new());
        let approver = |title: &str, account_id, chain| Approver {
            post: PostId::new(),
            title: title.to_owned(),
            holders: vec![Incumbent { account_id, name: String::new(), tenure: Tenure::Substantive }],
            chain,
        };
        let vacant =
            Break::Vacant { post: "Manager".to_owned(), on: "2026-12-07".parse().unwrap(), next: None };
        let approvers = [
            approver("Lead", drafter, Ok(Chain(Vec::new()))),
            approver("Assistant", other, Ok(Chain(Vec::new()))),
            Approver { holders: Vec::new(), ..approver("Manager", other, Err(vacant)) },
            approver("Clerk", other, Err(Break::Undelegated { to: "the Clerk".to_owned() })),
        ];
        let involved = Involved::default();
        let barred =
            Barred { involved: &involved, drafted_by: Some(drafter), recommended_by: AccountId::new() };
        let found = ladder(&approvers, &barred);
        assert_eq!(found.levels.iter().map(|l| l.title.as_str()).collect::<Vec<_>>(), ["Assistant"]);
        assert_eq!(
            found.passed_over,
            [
                "Whoever holds the post of Lead had a part in this, or has an interest.",
                "Nobody holds the post of Manager on Monday 7 December 2026.",
            ]
        );
    }
}

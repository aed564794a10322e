//! Who evaluates an opportunity: declarations of interest before the first answer is read (PCR 2015 reg 24;
//! Procurement Act 2023 ss. 81–83), and the panel of evaluators, who mark without knowing of each other until
//! all are in.

use super::{
    change::Change,
    enrolment::check_words,
    evaluation::{Facts, check_marking, check_requests, check_unsealed},
    event::Event,
    opportunity::{Stage, stage},
    refusal::{Code, Refusal},
};
use entity::{declaration, panellist, vocabulary::*};
use serde::{Deserialize, Serialize};

/// What somebody has declared of their interests in the bidders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Declared {
    Nothing,
    NoInterest,
    /// It cannot be taken back.
    Interest,
}

/// What this person has declared.
pub fn declared(declarations: &[declaration::Model], who: AccountId) -> Declared {
    let mut own = declarations.iter().filter(|d| d.account_id == who).peekable();
    if own.peek().is_none() {
        Declared::Nothing
    } else if own.any(|d| d.interest.is_some()) {
        Declared::Interest
    } else {
        Declared::NoInterest
    }
}

/// No answer is read, no mark given and no price opened by somebody who has not declared that they have no
/// interest in any bidder.
///
/// # Errors
/// `declaration_needed`, `interest_declared`.
pub fn check_declared(declarations: &[declaration::Model], who: AccountId) -> Result<(), Refusal> {
    match declared(declarations, who) {
        Declared::NoInterest => Ok(()),
        Declared::Nothing => Err(Refusal::new(
            Code::DeclarationNeeded,
            "First declare whether you have an interest in any of the bidders of this opportunity.",
        )),
        Declared::Interest => Err(barred()),
    }
}

/// Whoever declared an interest takes no part, declared or not being asked of others.
///
/// # Errors
/// `interest_declared`.
pub fn check_no_interest(declarations: &[declaration::Model], who: AccountId) -> Result<(), Refusal> {
    if declared(declarations, who) == Declared::Interest { Err(barred()) } else { Ok(()) }
}

fn barred() -> Refusal {
    Refusal::new(
        Code::InterestDeclared,
        "You declared an interest in a bidder of this opportunity, so you take no part in its evaluation: you \
         cannot read its answers, mark, moderate, open prices or recommend.",
    )
}

/// Somebody may declare once it is known who has bid, and for as long as the opportunity stands.
///
/// # Errors
/// `bids_are_sealed` before the deadline; withdrawn; nobody bid.
pub fn check_declaring(facts: &Facts, now: Instant) -> Result<(), Refusal> {
    check_unsealed(&facts.opportunity, now)?;
    match stage(&facts.opportunity, now) {
        Stage::Withdrawn => Err(Refusal::new(Code::OpportunityWithdrawn, "This opportunity was withdrawn.")),
        Stage::Unfilled => {
            Err(Refusal::new(Code::NothingToAward, "Nobody bid: there is nothing to declare."))
        }
        Stage::NotAwarded => Err(Refusal::new(
            Code::NoAwardMade,
            "No award is made of this opportunity: nothing is evaluated.",
        )),
        Stage::Open
        | Stage::Marking
        | Stage::Priced
        | Stage::Recommended
        | Stage::Standstill
        | Stage::Challenged
        | Stage::SetAside
        | Stage::Awarded => Ok(()),
    }
}

/// An officer declares that they have no interest in any bidder, or in words which they have. Where an interest
/// arises later their marks no longer count, unless prices are open: what was locked then stands, and is shown
/// with the declaration.
///
/// # Errors
/// Not the time; the interest has no words; an interest was declared before, which cannot be taken back.
pub fn declare(
    facts: &Facts,
    by: AccountId,
    interest: Option<String>,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_declaring(facts, now)?;
    if let Some(words) = &interest {
        check_words("interest", words)?;
    }
    match (declared(&facts.declarations, by), &interest) {
        (Declared::Nothing, _) | (Declared::NoInterest, Some(_)) => {}
        (Declared::NoInterest, None) => return Ok(None),
        (Declared::Interest, _) => {
            return Err(Refusal::new(
                Code::InterestDeclared,
                "You declared an interest in a bidder of this opportunity. It cannot be taken back.",
            ));
        }
    }
    let conflicted = interest.is_some();
    let row = declaration::Model {
        id: DeclarationId::new(),
        opportunity_id: facts.opportunity.id,
        account_id: by,
        interest,
        at: now,
    };
    let event = if conflicted {
        let locked = facts.opportunity.prices_opened_at.is_some();
        let set_aside = !locked && facts.marks.iter().any(|m| m.evaluator_id == by);
        Event::ConflictDeclared { declaration_id: row.id, set_aside }
    } else {
        Event::NoConflictDeclared { declaration_id: row.id }
    };
    Ok(Some(Change::new(facts.opportunity.id, event).insert(row)))
}

/// How far an evaluator of the panel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PanelState {
    Marking,
    /// Has marked every answer and locked the marks.
    Finished,
    /// Let go before finishing: their marks do not count.
    Released,
    /// Declared an interest after beginning: their marks do not count.
    SetAside,
}

impl Facts {
    /// How far this evaluator is. Whoever finished before another bid came to stand again has answers to mark.
    pub fn panel_state(&self, of: &panellist::Model) -> PanelState {
        if self.set_aside(of.evaluator_id) {
            PanelState::SetAside
        } else if of.released_at.is_some() {
            PanelState::Released
        } else if of.finished_at.is_some() && (self.is_locked() || self.unmarked_by(of.evaluator_id) == 0) {
            PanelState::Finished
        } else {
            PanelState::Marking
        }
    }

    /// Whether an interest that this person declared takes their marks out of the count. One declared after prices
    /// opened does not change what was locked.
    fn set_aside(&self, who: AccountId) -> bool {
        let locked_with = self.is_locked() && self.agreed.iter().any(|a| a.rests_on.0.contains(&who));
        declared(&self.declarations, who) == Declared::Interest && !locked_with
    }

    /// Whether prices are open, so that nothing of quality changes any more.
    pub const fn is_locked(&self) -> bool {
        self.opportunity.prices_opened_at.is_some()
    }

    /// The place of a person on the panel, if they have begun to mark.
    pub fn panellist(&self, who: AccountId) -> Option<&panellist::Model> {
        self.panel.iter().find(|p| p.evaluator_id == who)
    }

    /// The evaluators whose marks count, in the order of their ids.
    pub fn counted(&self) -> Vec<AccountId> {
        let mut counted: Vec<_> = self
            .panel
            .iter()
            .filter(|p| matches!(self.panel_state(p), PanelState::Marking | PanelState::Finished))
            .map(|p| p.evaluator_id)
            .collect();
        counted.sort();
        counted
    }

    /// Whether this person's marks count.
    pub fn counts(&self, who: AccountId) -> bool {
        self.counted().contains(&who)
    }

    /// Whether marks and consensus that this person had a part in count.
    pub(super) fn stands(&self, agreed_by: Option<AccountId>) -> bool {
        agreed_by.is_none_or(|who| !self.set_aside(who))
    }

    /// What the panel waits for, in words; nothing once all are in.
    pub fn panel_waits_for(&self) -> Option<String> {
        if self.is_locked() || self.answers().next().is_none() {
            return None;
        }
        let state = |wanted: PanelState| self.panel.iter().filter(|p| self.panel_state(p) == wanted).count();
        let (finished, marking) = (state(PanelState::Finished), state(PanelState::Marking));
        let needed = usize::try_from(self.opportunity.terms.evaluators).unwrap_or(usize::MAX);
        if marking > 0 {
            return Some(match marking {
                1 => "One evaluator has begun to mark and has not finished.".to_owned(),
                n => format!("{n} evaluators have begun to mark and have not finished."),
            });
        }
        (finished < needed).then(|| match (needed, finished) {
            (1, _) => "No evaluator has marked the answers and finished.".to_owned(),
            (_, 1) => format!("This market needs {needed} evaluators: one has finished."),
            (_, finished) => format!("This market needs {needed} evaluators: {finished} have finished."),
        })
    }

    /// Whether all are in: as many evaluators as the market needs have finished, and none who began has not.
    /// Until then nobody sees another's marks.
    pub fn all_in(&self) -> bool {
        self.panel_waits_for().is_none()
    }
}

/// An evaluator has marked every answer, and locks their marks.
///
/// # Errors
/// Not the time; not declared; released, or not begun; a request that came with a bid waits; an answer has no mark of
/// theirs.
pub fn finish(facts: &Facts, by: AccountId, now: Instant) -> Result<Option<Change>, Refusal> {
    check_marking(&facts.opportunity, now)?;
    check_declared(&facts.declarations, by)?;
    let place = facts.panellist(by);
    if let Some(place) = place {
        check_on_panel(place)?;
    }
    check_requests(facts)?;
    let missing = facts.unmarked_by(by);
    let Some(place) = place.filter(|_| missing == 0) else {
        return Err(Refusal::new(
            Code::MarksMissing,
            match missing {
                1 => "One answer has no mark of yours yet.".to_owned(),
                n => format!("{n} answers have no mark of yours yet."),
            },
        ));
    };
    if place.finished_at.is_some() {
        return Ok(None);
    }
    let finished = panellist::Model { finished_at: Some(now), ..place.clone() };
    Ok(Some(Change::new(facts.opportunity.id, Event::EvaluatorFinished).update(finished)))
}

/// Whoever was released does not come back: the others' marks may be seen meanwhile.
pub(super) fn check_on_panel(place: &panellist::Model) -> Result<(), Refusal> {
    if place.released_at.is_none() {
        return Ok(());
    }
    Err(Refusal::new(
        Code::EvaluatorReleased,
        "A commissioner released you from marking this opportunity: your marks do not count.",
    ))
}

/// A commissioner lets an evaluator go who will not finish, so that one absentee stops nothing.
///
/// # Errors
/// Not the time; not declared; not on the panel, or no longer; finished, so that the marks stand; no reason.
pub fn release(
    facts: &Facts,
    by: AccountId,
    evaluator_id: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    check_marking(&facts.opportunity, now)?;
    check_declared(&facts.declarations, by)?;
    let Some(place) = facts.panellist(evaluator_id) else {
        return Err(Refusal::not_found("evaluator").at("evaluator_id"));
    };
    match facts.panel_state(place) {
        PanelState::Marking => {}
        PanelState::Finished => {
            return Err(Refusal::new(
                Code::MarksLocked,
                "This evaluator has finished: their marks are locked, and count.",
            )
            .at("evaluator_id"));
        }
        PanelState::Released | PanelState::SetAside => {
            return Err(Refusal::new(
                Code::EvaluatorReleased,
                "This evaluator’s marks do not count already.",
            )
            .at("evaluator_id"));
        }
    }
    check_words("reason", &reason)?;
    let released = panellist::Model {
        released_at: Some(now),
        released_by: Some(by),
        released_reason: Some(reason.clone()),
        ..place.clone()
    };
    let event = Event::EvaluatorReleased { evaluator_id, reason };
    Ok(Change::new(facts.opportunity.id, event).update(released))
}

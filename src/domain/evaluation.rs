//! Marking blind to price, moderating to a consensus, opening prices, and the ranking.

use super::{
    change::Change,
    enrolment::check_words,
    event::Event,
    inquiry::{self, Flag},
    opportunity::{Stage, stage},
    panel::{check_declared, check_on_panel},
    pricing,
    refusal::{Code, Refusal},
    scoring::{self, Entry, Evaluation, Model, Outcome, Ranked},
};
use entity::{
    agreed_mark,
    agreed_mark::Evaluators,
    bid,
    category::{CategoryTerms, Criterion, Formula},
    declaration,
    enrolment::StandingMark,
    inquiry as inquiry_row, mark,
    mark_draft::MarkDraft,
    offer::LineQuantity,
    opportunity, panellist,
    vocabulary::*,
};
use rust_decimal::Decimal;
use sea_orm::prelude::Uuid;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// An opportunity under evaluation: everything that its rules look at.
pub struct Facts {
    pub opportunity: opportunity::Model,
    /// The bids that stand.
    pub bids: Vec<bid::Model>,
    /// How many bids are held because the request to join that came with them waits for a decision.
    pub requests: usize,
    pub declarations: Vec<declaration::Model>,
    pub panel: Vec<panellist::Model>,
    /// As each evaluator gave them.
    pub marks: Vec<mark::Model>,
    /// The consensus recorded so far; once prices are open, every mark that counts.
    pub agreed: Vec<agreed_mark::Model>,
    /// Those of the bidders, as they are now.
    pub standing_marks: Vec<(ProviderId, StandingMark)>,
}

/// One answer of one bid, or what stands for it.
pub type Place<'a> = (&'a bid::Model, &'a Criterion);

/// What is known of the mark of an answer that counts.
pub enum Agreement {
    Agreed(Box<agreed_mark::Model>),
    /// The evaluators gave different marks, and no consensus stands.
    Differs,
    /// Not everybody has marked it, or the provider has no standing mark.
    Missing,
}

impl Facts {
    fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let criteria = &self.opportunity.terms.criteria;
        self.bids.iter().flat_map(move |bid| criteria.iter().map(move |criterion| (bid, criterion)))
    }

    /// The answers that evaluators mark: standing marks come with the enrolment.
    pub fn answers(&self) -> impl Iterator<Item = Place<'_>> {
        self.places().filter(|(_, criterion)| !criterion.standing)
    }

    /// One evaluator's mark of an answer.
    pub fn mark_by(&self, who: AccountId, (bid, criterion): Place<'_>) -> Option<&mark::Model> {
        self.marks
            .iter()
            .find(|m| m.evaluator_id == who && m.bid_id == bid.id && m.criterion_id == criterion.id)
    }

    /// How many answers have no mark by this evaluator.
    pub fn unmarked_by(&self, who: AccountId) -> usize {
        self.answers().filter(|place| self.mark_by(who, *place).is_none()).count()
    }

    /// The mark of an answer that counts, as far as there is one.
    pub fn agreement(&self, place: Place<'_>, now: Instant) -> Agreement {
        let (bid, criterion) = place;
        let recorded = self.agreed.iter().find(|a| a.bid_id == bid.id && a.criterion_id == criterion.id);
        if self.is_locked() {
            return recorded.map_or(Agreement::Missing, |a| Agreement::Agreed(Box::new(a.clone())));
        }
        let row = |mark, reason, basis, rests_on, agreed_by| {
            Agreement::Agreed(Box::new(agreed_mark::Model {
                id: recorded.map_or_else(AgreedMarkId::new, |a| a.id),
                opportunity_id: self.opportunity.id,
                bid_id: bid.id,
                criterion_id: criterion.id.clone(),
                mark,
                reason,
                basis,
                rests_on: Evaluators(rests_on),
                agreed_by,
                at: now,
            }))
        };
        if criterion.standing {
            let own = self
                .standing_marks
                .iter()
                .find(|(provider, mark)| *provider == bid.provider_id && mark.criterion_id == criterion.id);
            return own.map_or(Agreement::Missing, |(_, own)| {
                row(own.mark, own.reason.clone(), MarkBasis::Standing, Vec::new(), Some(own.by))
            });
        }
        if !self.all_in() {
            return Agreement::Missing;
        }
        let counted = self.counted();
        let marks: Vec<_> = counted.iter().filter_map(|who| self.mark_by(*who, place)).collect();
        let Some(first) = marks.first().filter(|_| marks.len() == counted.len()) else {
            return Agreement::Missing;
        };
        if marks.iter().all(|m| m.mark == first.mark) {
            let mut reasons: Vec<&str> = Vec::new();
            for mark in &marks {
                if !reasons.contains(&mark.reason.as_str()) {
                    reasons.push(&mark.reason);
                }
            }
            let basis = if marks.len() == 1 { MarkBasis::Single } else { MarkBasis::Unanimous };
            return row(first.mark, reasons.join("\n\n"), basis, counted, None);
        }
        // A consensus holds for the marks that it rested on, and by whoever has no interest.
        match recorded.filter(|a| a.rests_on.0 == counted && self.stands(a.agreed_by)) {
            Some(recorded) => Agreement::Agreed(Box::new(recorded.clone())),
            None => Agreement::Differs,
        }
    }

    /// Every answer on which evaluators differ, and for which no consensus stands.
    pub fn differing(&self, now: Instant) -> usize {
        self.answers().filter(|place| matches!(self.agreement(*place, now), Agreement::Differs)).count()
    }

    /// Which bid evaluators know by this id.
    pub fn unblinded(&self, blind: BlindId) -> Option<&bid::Model> {
        self.bids.iter().find(|bid| blind_id(&self.opportunity, bid.id) == blind)
    }
}

/// How evaluators know a bid. Neither its id nor its place among the others tells when it was submitted, from
/// which its provider could be told: both come from the secret that stays sealed until prices open.
pub fn blind_id(opportunity: &opportunity::Model, bid: BidId) -> BlindId {
    let digest = Sha256::digest(format!("blind:{}:{bid}", opportunity.lot_seed));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    BlindId(Uuid::from_bytes(bytes))
}

/// Answers can be read from the deadline on, and marks given until prices open.
///
/// # Errors
/// `bids_are_sealed` before the deadline, `prices_open` after prices opened.
pub fn check_marking(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    match stage(opportunity, now) {
        Stage::Marking => Ok(()),
        Stage::Open => Err(sealed(opportunity)),
        Stage::Priced
        | Stage::Recommended
        | Stage::Standstill
        | Stage::Challenged
        | Stage::SetAside
        | Stage::Awarded => {
            Err(Refusal::new(Code::PricesOpen, "Prices are open: no mark can change any more."))
        }
        Stage::Withdrawn => Err(Refusal::new(Code::OpportunityWithdrawn, "This opportunity was withdrawn.")),
        Stage::NotAwarded => Err(Refusal::new(
            Code::NoAwardMade,
            "No award is made of this opportunity: there is nothing to mark.",
        )),
        Stage::Unfilled => Err(Refusal::new(Code::NothingToAward, "Nobody bid: there is nothing to mark.")),
    }
}

/// Until the deadline nobody reads a price or an answer, officers included.
pub fn check_unsealed(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    if now < opportunity.closes_at {
        return Err(sealed(opportunity));
    }
    Ok(())
}

fn sealed(opportunity: &opportunity::Model) -> Refusal {
    Refusal::new(
        Code::BidsAreSealed,
        format!("Bids stay sealed until the deadline, {}.", opportunity.closes_at.in_words()),
    )
}

/// Prices are read only after quality is locked for all bids.
///
/// # Errors
/// `bids_are_sealed` before the deadline, `prices_are_sealed` while answers are being marked.
pub fn check_priced(opportunity: &opportunity::Model, now: Instant) -> Result<(), Refusal> {
    check_unsealed(opportunity, now)?;
    if opportunity.prices_opened_at.is_none() {
        return Err(Refusal::new(
            Code::PricesAreSealed,
            "Prices stay sealed until every answer is marked and a commissioner opens them.",
        ));
    }
    Ok(())
}

/// A mark, from 0 to the criterion's highest, in tenths at most.
///
/// # Errors
/// `mark_invalid`.
pub fn check_mark(criterion: &Criterion, given: Mark) -> Result<(), Refusal> {
    if given < Mark::ZERO || given > criterion.mark_max || !given.has_at_most_places(1) {
        return Err(Refusal::new(
            Code::MarkInvalid,
            format!("Give a mark from 0 to {}, in tenths at most.", criterion.mark_max),
        )
        .at("mark"));
    }
    Ok(())
}

/// A criterion whose answers are marked at each opportunity.
fn asked<'a>(opportunity: &'a opportunity::Model, id: &str) -> Result<&'a Criterion, Refusal> {
    match opportunity.terms.criteria.iter().find(|c| c.id == id) {
        Some(criterion) if criterion.standing => Err(Refusal::new(
            Code::MarkInvalid,
            format!(
                "“{}” is marked once, in the provider’s enrolment: that mark counts here.",
                criterion.name
            ),
        )
        .at("criterion_id")),
        Some(criterion) => Ok(criterion),
        None => {
            Err(Refusal::new(Code::MarkInvalid, format!("“{id}” is not a criterion of this opportunity."))
                .at("criterion_id"))
        }
    }
}

/// Whether this evaluator may give marks at all.
///
/// # Errors
/// Not the time; not declared; released; all are in, so that the others' marks can be seen.
pub fn check_may_mark(facts: &Facts, by: AccountId, now: Instant) -> Result<(), Refusal> {
    check_marking(&facts.opportunity, now)?;
    check_declared(&facts.declarations, by)?;
    match facts.panellist(by) {
        Some(place) => check_on_panel(place),
        None if facts.answers().next().is_some() && facts.all_in() => Err(Refusal::new(
            Code::PanelComplete,
            "Every evaluator of the panel has finished and their marks can be seen, so nobody else can begin to \
             mark.",
        )),
        None => Ok(()),
    }
}

/// One evaluator's mark of one answer.
pub struct Given {
    pub bid_id: BidId,
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
}

/// One mark of one answer, with its reason. Giving it again changes it, until the evaluator has finished; the
/// history keeps both.
///
/// # Errors
/// Not the time for marking; not this person's to mark; no such bid or criterion; a mark outside 0 to the
/// criterion's highest, or finer than a tenth; no reason; they have finished.
pub fn give_mark(
    facts: &Facts,
    by: AccountId,
    given: Given,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_may_mark(facts, by, now)?;
    let opportunity = &facts.opportunity;
    let Some(bid) = facts.bids.iter().find(|b| b.id == given.bid_id) else {
        return Err(Refusal::not_found("bid").at("blind_id"));
    };
    let criterion = asked(opportunity, &given.criterion_id)?;
    check_mark(criterion, given.mark)?;
    check_words("reason", &given.reason)?;
    let place = facts.panellist(by);
    let before = facts.mark_by(by, (bid, criterion));
    if before.is_some_and(|m| m.mark == given.mark && m.reason == given.reason) {
        return Ok(None);
    }
    if before.is_some() && place.is_some_and(|p| p.finished_at.is_some()) {
        return Err(Refusal::new(
            Code::MarksLocked,
            "You have finished: your marks are locked. What they come to is settled in moderation.",
        ));
    }
    let row = mark::Model {
        id: before.map_or_else(MarkId::new, |m| m.id),
        opportunity_id: opportunity.id,
        bid_id: bid.id,
        criterion_id: criterion.id.clone(),
        evaluator_id: by,
        mark: given.mark,
        reason: given.reason.clone(),
        at: now,
    };
    let event = Event::MarkGiven {
        bid_id: bid.id,
        criterion_id: criterion.id.clone(),
        criterion: criterion.name.clone(),
        mark: given.mark,
        reason: given.reason,
        before: before.map(|m| m.mark),
    };
    let change = Change::new(opportunity.id, event).upsert(row);
    Ok(Some(match place {
        Some(_) => change,
        None => change.insert(panellist::Model {
            opportunity_id: opportunity.id,
            evaluator_id: by,
            begun_at: now,
            finished_at: None,
            released_at: None,
            released_by: None,
            released_reason: None,
        }),
    }))
}

/// The most that one evaluator's drafts may hold, as stored, in bytes.
pub const MARK_DRAFTS_BYTES_MAX: usize = 128 * 1024;

/// Whether these drafts may be kept.
///
/// # Errors
/// This person may give no marks; the drafts are too long.
pub fn check_drafts(facts: &Facts, by: AccountId, drafts: &[MarkDraft], now: Instant) -> Result<(), Refusal> {
    check_may_mark(facts, by, now)?;
    let length: usize =
        drafts.iter().map(|d| d.mark.len() + d.reason.len() + d.criterion_id.len() + 100).sum();
    if length > MARK_DRAFTS_BYTES_MAX {
        return Err(Refusal::new(Code::InvalidField, "These drafts are too long to be saved.").at("drafts"));
    }
    Ok(())
}

/// Whether this person may see what evaluators gave, and record a consensus: an evaluator whose marks count, or a
/// commissioner; once all are in.
pub fn may_see_marks(facts: &Facts, who: AccountId, oversees: bool) -> bool {
    facts.all_in() && (oversees || facts.counts(who))
}

/// The consensus on an answer whose marks differ, with its reason. Recording it again changes it, until prices
/// open; the history keeps both.
///
/// # Errors
/// Not the time; not declared; the panel is not complete; neither a commissioner nor of the panel; no such bid or
/// criterion; the marks do not differ; a mark that cannot be; no reason.
pub fn moderate(
    facts: &Facts,
    by: AccountId,
    commissioner: bool,
    given: Given,
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    check_marking(&facts.opportunity, now)?;
    check_declared(&facts.declarations, by)?;
    if let Some(waits) = facts.panel_waits_for() {
        return Err(Refusal::new(Code::MarksMissing, waits));
    }
    if !may_see_marks(facts, by, commissioner) {
        return Err(Refusal::new(
            Code::RoleNeeded,
            "Only a commissioner, or an evaluator whose marks count here, may record a consensus.",
        ));
    }
    let Some(bid) = facts.bids.iter().find(|b| b.id == given.bid_id) else {
        return Err(Refusal::not_found("bid").at("blind_id"));
    };
    let criterion = asked(&facts.opportunity, &given.criterion_id)?;
    let counted = facts.counted();
    let before = match facts.agreement((bid, criterion), now) {
        Agreement::Agreed(agreed) if agreed.basis == MarkBasis::Consensus => Some(agreed),
        Agreement::Agreed(_) => {
            return Err(Refusal::new(
                Code::MarksAgree,
                "Every evaluator gave this answer the same mark: that mark counts.",
            ));
        }
        Agreement::Differs => None,
        Agreement::Missing => {
            return Err(Refusal::new(
                Code::MarksMissing,
                "This answer does not have every evaluator’s mark.",
            ));
        }
    };
    check_mark(criterion, given.mark)?;
    check_words("reason", &given.reason)?;
    if before.as_ref().is_some_and(|b| b.mark == given.mark && b.reason == given.reason) {
        return Ok(None);
    }
    let row = facts.agreed.iter().find(|a| a.bid_id == bid.id && a.criterion_id == criterion.id);
    let agreed = agreed_mark::Model {
        id: row.map_or_else(AgreedMarkId::new, |a| a.id),
        opportunity_id: facts.opportunity.id,
        bid_id: bid.id,
        criterion_id: criterion.id.clone(),
        mark: given.mark,
        reason: given.reason.clone(),
        basis: MarkBasis::Consensus,
        rests_on: Evaluators(counted),
        agreed_by: Some(by),
        at: now,
    };
    let event = Event::ConsensusRecorded {
        bid_id: bid.id,
        criterion_id: criterion.id.clone(),
        criterion: criterion.name.clone(),
        mark: given.mark,
        reason: given.reason,
        // What it replaces, even where that no longer held.
        before: row.map(|a| a.mark),
    };
    Ok(Some(Change::new(facts.opportunity.id, event).upsert(agreed)))
}

/// A bid that came with a request to join counts if its provider is admitted, so that nothing is locked before that is
/// decided: an authority that considers the request must do so before it disregards the bid (Procurement Act 2023
/// s. 34(4)).
///
/// # Errors
/// `request_undecided`.
pub fn check_requests(facts: &Facts) -> Result<(), Refusal> {
    let words = match facts.requests {
        0 => return Ok(()),
        1 => "One bid came with a request to join that is not decided yet. A procurement officer decides it first: if \
              the provider is admitted, its bid counts."
            .to_owned(),
        n => format!(
            "{n} bids came with requests to join that are not decided yet. A procurement officer decides them first: \
             the bids of those who are admitted count."
        ),
    };
    Err(Refusal::new(Code::RequestUndecided, words))
}

/// Every mark that counts, once each is there.
///
/// # Errors
/// A request that came with a bid waits; the panel is not complete; an answer on which evaluators differ has no
/// consensus; a bidder has no standing mark.
pub fn settled(facts: &Facts, now: Instant) -> Result<Vec<agreed_mark::Model>, Refusal> {
    check_requests(facts)?;
    if let Some(waits) = facts.panel_waits_for() {
        return Err(Refusal::new(Code::MarksMissing, waits));
    }
    let (mut agreed, mut differing, mut unmarked, mut standing) = (Vec::new(), 0, 0, 0);
    for place in facts.places() {
        match facts.agreement(place, now) {
            Agreement::Agreed(one) => agreed.push(*one),
            Agreement::Differs => differing += 1,
            Agreement::Missing if place.1.standing => standing += 1,
            Agreement::Missing => unmarked += 1,
        }
    }
    let missing = |code, one: &'static str, many: &str, n: usize| match n {
        0 => Ok(()),
        1 => Err(Refusal::new(code, one)),
        n => Err(Refusal::new(code, format!("{n} {many}"))),
    };
    missing(Code::MarksMissing, "One answer has no mark yet.", "answers have no mark yet.", unmarked)?;
    missing(
        Code::ConsensusMissing,
        "Evaluators differ on one answer: record a consensus mark for it.",
        "answers on which evaluators differ have no consensus mark yet.",
        differing,
    )?;
    missing(
        Code::StandingMarkMissing,
        "One standing mark is missing: a procurement officer gives it in the provider’s enrolment.",
        "standing marks are missing: a procurement officer gives them in the providers’ enrolments.",
        standing,
    )?;
    Ok(agreed)
}

/// Locks quality for all bids, freezing every mark that counts, and opens their prices.
///
/// # Errors
/// Not the time; not declared; a mark that counts is missing.
pub fn open_prices(facts: &Facts, by: AccountId, now: Instant) -> Result<Change, Refusal> {
    check_marking(&facts.opportunity, now)?;
    check_declared(&facts.declarations, by)?;
    let agreed = settled(facts, now)?;
    let opened = opportunity::Model { prices_opened_at: Some(now), ..facts.opportunity.clone() };
    let event = Event::PricesOpened { lot_seed: opened.lot_seed.clone() };
    // The marks first: the schema takes none once prices are open.
    let change = agreed.into_iter().fold(Change::new(opened.id, event), Change::upsert).update(opened);
    let given = inquiry::given_with_bids(&facts.opportunity, &facts.bids, now);
    Ok(given.into_iter().fold(change, Change::insert))
}

/// The mark of each criterion that counts.
pub fn agreed_marks(bid_id: BidId, marks: &[agreed_mark::Model]) -> BTreeMap<String, Decimal> {
    marks.iter().filter(|m| m.bid_id == bid_id).map(|m| (m.criterion_id.clone(), m.mark.decimal())).collect()
}

/// Whether a bid has every mark that counts. One that did not stand when prices opened has none, and takes no
/// part even where it came to stand again.
pub fn is_marked(opportunity: &opportunity::Model, bid: &bid::Model, marks: &[agreed_mark::Model]) -> bool {
    let is_given = |criterion: &Criterion| {
        marks.iter().any(|mark| mark.bid_id == bid.id && mark.criterion_id == criterion.id)
    };
    opportunity.terms.criteria.iter().all(is_given)
}

/// What marks and prices come to, and what was decided of the prices.
pub struct Judged {
    pub evaluation: Evaluation,
    pub outcome: Outcome,
    /// Prices to settle before an award is recommended. They stay the same whatever is decided of them.
    pub flags: Vec<Flag>,
}

/// The ranking of these bids (those that stand) under the terms published with the opportunity. One whose price was
/// rejected as abnormally low comes last, and influences nobody.
///
/// # Errors
/// As [`frozen`].
pub fn judge(
    opportunity: &opportunity::Model,
    bids: &[bid::Model],
    marks: &[agreed_mark::Model],
    inquiries: &[inquiry_row::Model],
) -> Result<Judged, Refusal> {
    let all: Vec<_> = bids.iter().filter(|bid| bid.withdrawn_at.is_none()).collect();
    let rejected = |bid: &&&bid::Model| inquiry::is_rejected(inquiries, bid.id);
    let counted: Vec<_> = all.iter().filter(|bid| !rejected(bid)).copied().collect();
    let evaluation = frozen(opportunity, &counted, marks, inquiries)?;
    judged(opportunity, evaluation, &all, marks, inquiries)
}

/// Where each admissible bid stands by the same ranking, and nothing else of it: no marks, and not a word.
///
/// # Errors
/// As [`frozen`].
pub fn ranks(
    opportunity: &opportunity::Model,
    bids: &[bid::Model],
    marks: &[agreed_mark::Model],
    inquiries: &[inquiry_row::Model],
) -> Result<HashMap<BidId, u32>, Refusal> {
    let counts = |bid: &&bid::Model| bid.withdrawn_at.is_none() && !inquiry::is_rejected(inquiries, bid.id);
    let counted: Vec<_> = bids.iter().filter(counts).collect();
    let ranking = frozen(opportunity, &counted, marks, inquiries)?.rank();
    let rank = |place: &scoring::Place| Some((counted.get(place.bid as usize)?.id, place.rank));
    Ok(ranking.places.iter().filter_map(rank).collect())
}

/// The same from the evaluation that was kept with a recommendation, whatever has become of the bidders since.
///
/// # Errors
/// It cannot be read, which it could when it was kept.
pub fn judge_kept(
    opportunity: &opportunity::Model,
    kept: &str,
    bids: &[bid::Model],
    marks: &[agreed_mark::Model],
    inquiries: &[inquiry_row::Model],
) -> Result<Judged, Refusal> {
    let evaluation = scoring::json::read(kept.as_bytes())?;
    let all: Vec<_> = bids.iter().filter(|bid| is_kept(&evaluation, inquiries, bid.id)).collect();
    judged(opportunity, evaluation, &all, marks, inquiries)
}

/// Whether a bid is part of an evaluation, or was kept out of it for its price.
fn is_kept(evaluation: &Evaluation, inquiries: &[inquiry_row::Model], bid: BidId) -> bool {
    inquiry::is_rejected(inquiries, bid) || evaluation.bids().iter().any(|entry| entry.id == bid.to_string())
}

fn judged(
    opportunity: &opportunity::Model,
    evaluation: Evaluation,
    all: &[&bid::Model],
    marks: &[agreed_mark::Model],
    inquiries: &[inquiry_row::Model],
) -> Result<Judged, Refusal> {
    let mut outcome = evaluation.outcome();
    for bid in all.iter().filter(|bid| inquiry::is_rejected(inquiries, bid.id)) {
        let alone = frozen(opportunity, &[bid], marks, inquiries)?;
        outcome.bids.extend(alone.outcome().bids.into_iter().map(Ranked::disregarded));
    }
    let unsettled = frozen(opportunity, all, marks, &[])?;
    Ok(Judged { flags: inquiry::flags(&unsettled, &opportunity.terms, all), evaluation, outcome })
}

/// Everything that the ranking depends on: what an award is kept with, and what `fairlot score` works out again.
///
/// # Errors
/// A refusal where a mark is missing, a formula lacks what it needs, or an amount is beyond what can be calculated.
pub fn frozen(
    opportunity: &opportunity::Model,
    bids: &[&bid::Model],
    marks: &[agreed_mark::Model],
    inquiries: &[inquiry_row::Model],
) -> Result<Evaluation, Refusal> {
    let terms = &opportunity.terms;
    let model = Model {
        quality_weight: terms.quality_weight,
        price_weight: terms.price_weight,
        formula: formula(opportunity, bids)?,
        criteria: terms.criteria.iter().map(scoring::Criterion::from).collect(),
        quality_gate: terms.quality_gate,
        floor: terms.weekly_floor,
        ceiling: terms.weekly_ceiling,
        tie_break: terms.tie_break.clone(),
        lot_seed: Some(opportunity.lot_seed.clone()),
    };
    let entry = |bid: &&bid::Model| entry(opportunity, bid, marks, inquiries);
    let entries = bids.iter().map(entry).collect::<Result<_, _>>()?;
    Evaluation::new(model, entries)
}

fn entry(
    opportunity: &opportunity::Model,
    bid: &bid::Model,
    marks: &[agreed_mark::Model],
    inquiries: &[inquiry_row::Model],
) -> Result<Entry, Refusal> {
    let terms = &opportunity.terms;
    let agreed = |criterion: &Criterion| {
        let own = marks.iter().find(|m| m.bid_id == bid.id && m.criterion_id == criterion.id);
        own.map(|agreed| agreed.mark)
    };
    let given: Option<Vec<_>> = terms.criteria.iter().map(agreed).collect();
    let Some(given) = given else {
        return Err(Refusal::new(Code::MarksMissing, "An answer has no mark yet."));
    };
    Ok(Entry {
        id: bid.id.to_string(),
        lines: pricing::price_lines(&terms.lines, &opportunity.quantities.0, &bid.offer.rates)?,
        marks: given,
        start: Some(bid.offer.starts_on),
        preferred: false,
        exceptionality: inquiry::exceptionality(inquiries, bid.id),
    })
}

/// The formula with everything that it needs: a standing order of providers becomes one of their bids.
fn formula(opportunity: &opportunity::Model, bids: &[&bid::Model]) -> Result<scoring::Formula, Refusal> {
    ready(resolved(opportunity), |provider| {
        bids.iter().find(|bid| bid.provider_id == provider).map(|bid| bid.id.to_string())
    })
}

/// A resolved formula, ready to be applied; `bid_of` knows which bid is a provider's.
///
/// # Errors
/// `definition_invalid` where it lacks a sum that it needs.
pub fn ready(
    resolved: Formula,
    bid_of: impl Fn(ProviderId) -> Option<String>,
) -> Result<scoring::Formula, Refusal> {
    use scoring::Formula as Ready;
    let needed = |sum: Option<Money>| {
        let words = "The price formula has no bounds of its own, and these lines have no reference rates.";
        sum.ok_or_else(|| Refusal::new(Code::DefinitionInvalid, words).at("formula"))
    };
    Ok(match resolved {
        Formula::LowestRelative => Ready::LowestRelative,
        Formula::PercentOverLowest => Ready::PercentOverLowest,
        Formula::ProRataToQualification { qualification } => {
            Ready::ProRataToQualification { qualification: needed(qualification)? }
        }
        Formula::Band { min, max } => Ready::Band { min: needed(min)?, max: needed(max)? },
        Formula::PricePerQualityPoint => Ready::PricePerQualityPoint,
        Formula::Fixed => Ready::Fixed,
        Formula::Benchmark { benchmark } => Ready::Benchmark { benchmark: needed(benchmark)? },
        Formula::RankedList { order } => {
            Ready::RankedList { order: order.into_iter().filter_map(bid_of).collect() }
        }
    })
}

/// The formulas that need a sum, for a package of these quantities: the sum comes from the reference rates. Those
/// for which there are none are left out.
pub fn measures(terms: &CategoryTerms, quantities: &[LineQuantity]) -> Vec<scoring::Formula> {
    [
        Formula::ProRataToQualification { qualification: None },
        Formula::Band { min: None, max: None },
        Formula::Benchmark { benchmark: None },
    ]
    .into_iter()
    .filter_map(|formula| {
        let resolved = resolved_for(&CategoryTerms { formula, ..terms.clone() }, quantities);
        ready(resolved, |_| None).ok()
    })
    .collect()
}

/// The formula as it is for this package: what it lacks of its own comes from the package at the reference rates,
/// to four places, as it is published.
pub fn resolved(opportunity: &opportunity::Model) -> Formula {
    resolved_for(&opportunity.terms, &opportunity.quantities.0)
}

/// The same for a package of these quantities.
pub fn resolved_for(terms: &CategoryTerms, quantities: &[LineQuantity]) -> Formula {
    let at_reference = pricing::weekly_at_reference(&terms.lines, quantities);
    let published = |sum: Decimal| Money::rounded(sum).ok();
    let low = || at_reference.and_then(|(low, _)| published(low));
    let high = || at_reference.and_then(|(_, high)| published(high));
    match terms.formula.clone() {
        Formula::Band { min, max } => Formula::Band { min: min.or_else(low), max: max.or_else(high) },
        Formula::ProRataToQualification { qualification } => {
            Formula::ProRataToQualification { qualification: qualification.or_else(high) }
        }
        Formula::Benchmark { benchmark } => Formula::Benchmark { benchmark: benchmark.or_else(low) },
        whole => whole,
    }
}

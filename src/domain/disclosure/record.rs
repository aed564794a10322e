//! The record of an award, for officers of its authority: everything on which it rests, by name and with reasons,
//! and nothing of the person whom it is for. What was advertised of them is not in it: a digest says which advert
//! it was. Nor are addresses, nor the words in which somebody declared an interest.

use super::{
    award::{Recommendation, RecommendationNames, recommendation},
    evaluation::{EvaluationNames, MarkVersion, Versions, earlier, versions},
    inquiry::{PriceFlag, flag},
    opportunity::formula_words,
    round::{RoundBidder, bidders},
};
use crate::domain::{
    award::Evaluated,
    bid::yearly,
    evaluation::{self, Facts},
    event::Event,
    opportunity::{Stage, lot_seed_hash, stage},
    panel::PanelState,
    record::{self, Kept},
    scoring::{Admissibility, Ranked},
};
use entity::{
    agreed_mark, award,
    award::ChainLink,
    bid,
    category::{AbnormallyLow, Criterion},
    event, letter,
    offer::Attachment,
    package, round, round_place, round_revision,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Everything on which an award rests.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AwardRecord {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub authority_name: String,
    pub market_name: String,
    pub category_name: String,
    pub stage: Stage,
    /// When the newest of it was decided: prices opened, recommended, returned or approved.
    pub dated: Instant,
    /// Whether the evaluation is kept with a recommendation that stands. Before that it is worked out from the bids
    /// that stand now, and may still change.
    pub kept: bool,
    /// SHA-256 of the evaluation, as it is downloaded.
    pub evaluation_digest: String,
    pub requirement: Requirement,
    pub method: Method,
    pub panel: Vec<PanelMember>,
    pub declarations: Vec<Declaration>,
    /// In rank order, then the inadmissible.
    pub bids: Vec<RecordedBid>,
    pub not_evaluated: Vec<NotEvaluated>,
    pub tie_break: TieBreaking,
    /// The ranking round, where one was held.
    pub round: Option<RecordedRound>,
    /// Every recommendation, oldest first, returned ones included.
    pub choices: Vec<Choice>,
    pub letters: Vec<RecordedLetter>,
}

/// A ranking round with every improvement.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedRound {
    pub invited_at: Instant,
    pub opens_at: Instant,
    /// As it came to stand, with every extension and the time that pauses took.
    pub closes_at: Instant,
    pub bidders: Vec<RoundBidder>,
}

/// What was asked for, as it was published.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Requirement {
    /// Which version of the package was published. It cannot be changed after that.
    pub version: i32,
    /// SHA-256 of the requirement, as it is downloaded.
    pub digest: String,
    pub published_by: String,
    pub published_at: Instant,
    pub closes_at: Instant,
    pub prices_opened_at: Option<Instant>,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub lines: Vec<RequiredLine>,
}

/// A price line that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RequiredLine {
    pub label: String,
    pub unit: Unit,
    pub quantity: Quantity,
    /// Per unit, where the authority set the rate.
    pub fixed: Option<Money>,
    pub reference_low: Option<Money>,
    pub reference_high: Option<Money>,
    pub floor: Option<Money>,
    pub ceiling: Option<Money>,
}

/// How bids were judged, as it was published.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Method {
    pub quality_weight: Weight,
    pub price_weight: Weight,
    pub formula_words: String,
    /// The least share of the quality weight.
    pub quality_gate: Option<Weight>,
    pub weekly_floor: Option<Money>,
    pub weekly_ceiling: Option<Money>,
    pub abnormally_low: Option<AbnormallyLow>,
    pub criteria: Vec<Criterion>,
    pub evaluators: u32,
}

/// An evaluator.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PanelMember {
    pub name: String,
    pub state: PanelState,
    pub begun_at: Instant,
    pub finished_at: Option<Instant>,
    /// Why they were released.
    pub reason: Option<String>,
}

/// What somebody declared: that, and never in which words.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Declaration {
    pub name: String,
    pub has_interest: bool,
    pub at: Instant,
}

/// A bid with everything that its place rests on.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedBid {
    pub bid_id: BidId,
    pub provider_name: String,
    pub received_at: Instant,
    pub version: i32,
    /// SHA-256 of the offer as it was received.
    pub digest: String,
    /// The documents that went with its answers.
    pub attachments: Vec<RecordedAttachment>,
    pub starts_on: Day,
    pub status: Admissibility,
    pub rank: Option<u32>,
    pub weekly_price: Money,
    pub yearly_price: Money,
    pub quality: Score,
    pub price: Option<Score>,
    pub total: Option<Score>,
    /// Weekly pounds for each per cent of quality, where bids are ranked by that.
    pub value_for_money: Option<Money>,
    pub marks: Vec<RecordedMark>,
    /// What was asked and decided of its price.
    pub price_question: Option<PriceFlag>,
    /// The arithmetic, a line for each term.
    pub explanation: Vec<String>,
}

/// A document that went with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedAttachment {
    pub criterion: String,
    pub kind: DocumentKind,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its content.
    pub digest: String,
}

/// The mark of a criterion that counts, and those on which it rests.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedMark {
    pub criterion_id: String,
    pub name: String,
    pub weight: Weight,
    pub mark: Mark,
    pub mark_max: Mark,
    pub basis: MarkBasis,
    pub reason: String,
    /// Who recorded the consensus, or gave the standing mark.
    pub by: Option<String>,
    pub at: Instant,
    /// What the consensus was before, oldest first.
    pub before: Vec<MarkVersion>,
    pub given: Vec<GivenMark>,
}

/// One evaluator's own mark.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GivenMark {
    pub by: String,
    pub mark: Mark,
    pub reason: String,
    pub at: Instant,
    /// Not where the evaluator was released, or declared an interest.
    pub counts: bool,
    /// What it was before, oldest first.
    pub before: Vec<MarkVersion>,
}

/// A bid that took no part.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NotEvaluated {
    pub provider_name: String,
    pub received_at: Instant,
    pub withdrawn_at: Option<Instant>,
    /// It was made before the advert was corrected, and never confirmed.
    pub unsettled: bool,
}

/// How equal bids are separated.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TieBreaking {
    /// The published chain, in words.
    pub chain: Vec<String>,
    /// Published with the advert.
    pub lot_seed_hash: String,
    /// Told when prices opened.
    pub lot_seed: String,
    /// Every comparison that was made, step by step.
    pub steps: Vec<String>,
}

/// A recommendation and what was decided of it.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Choice {
    #[serde(flatten)]
    pub recommendation: Recommendation,
    pub weekly_value: Money,
    /// The providers on the shortlist.
    pub shortlisted: Vec<String>,
    /// The post in which it was decided.
    pub decided_as: Option<String>,
    /// The chain of authority as it stood then.
    pub chain: Vec<ChainLink>,
    /// SHA-256 of the evaluation on which it rests.
    pub evaluation_digest: Option<String>,
}

/// The same letter, to all to whom it was owed at once.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordedLetter {
    pub kind: LetterKind,
    /// Providers and officers, by name.
    pub to: Vec<String>,
    /// To how many people it went.
    pub people: u32,
    pub state: LetterState,
    pub owed_at: Instant,
    /// When the last of them was sent.
    pub sent_at: Option<Instant>,
}

/// What a record is made from.
pub struct Rows {
    pub facts: Facts,
    pub evaluated: Evaluated,
    pub package: package::Model,
    /// Every bid, withdrawn ones included.
    pub bids: Vec<bid::Model>,
    /// Oldest first.
    pub awards: Vec<award::Model>,
    /// Of marks and decisions, oldest first.
    pub events: Vec<event::Model>,
    pub letters: Vec<letter::Model>,
    pub kept: Kept,
    pub round: Option<round::Model>,
    pub places: Vec<round_place::Model>,
    pub revisions: Vec<round_revision::Model>,
}

/// The names that a record shows.
pub struct Names {
    pub authority: String,
    pub market: String,
    pub category: String,
    pub evaluation: EvaluationNames,
    /// For whom the people act to whom letters went.
    pub providers_of: HashMap<AccountId, ProviderId>,
}

impl Names {
    fn person(&self, id: AccountId) -> String {
        self.evaluation.people.get(&id).cloned().unwrap_or_default()
    }

    fn provider(&self, id: ProviderId) -> String {
        self.evaluation.providers.get(&id).cloned().unwrap_or_default()
    }
}

/// Everybody whose name a record shows.
pub fn people_named(rows: &Rows) -> impl Iterator<Item = AccountId> + use<'_> {
    let inquiries = rows.evaluated.inquiries.iter();
    (rows.facts.panel.iter().map(|p| p.evaluator_id))
        .chain(rows.facts.declarations.iter().map(|d| d.account_id))
        .chain(rows.facts.marks.iter().map(|m| m.evaluator_id))
        .chain(rows.evaluated.marks.iter().filter_map(|a| a.agreed_by))
        .chain(rows.events.iter().filter_map(|e| e.account_id))
        .chain(inquiries.flat_map(|i| [i.asked_by, i.decided_by]).flatten())
        .chain(rows.awards.iter().flat_map(|a| [Some(a.recommended_by), a.decided_by]).flatten())
        .chain(rows.letters.iter().map(|l| l.account_id))
        .chain([rows.facts.opportunity.published_by])
}

/// The record of an award as it stands.
pub fn award_record(rows: &Rows, names: &Names, now: Instant) -> AwardRecord {
    let of = &rows.facts.opportunity;
    let versions = versions(&rows.events, &names.evaluation);
    let standing = rows.awards.iter().find(|a| Some(a.id) == of.award_id);
    AwardRecord {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        authority_name: names.authority.clone(),
        market_name: names.market.clone(),
        category_name: names.category.clone(),
        stage: stage(of, now),
        dated: dated(rows),
        kept: standing.is_some_and(|award| award.evaluation.is_some()),
        evaluation_digest: rows.kept.evaluation_digest.clone(),
        requirement: requirement(rows, names),
        method: method(rows),
        panel: panel(rows, names),
        declarations: rows
            .facts
            .declarations
            .iter()
            .map(|d| Declaration {
                name: names.person(d.account_id),
                has_interest: d.interest.is_some(),
                at: d.at,
            })
            .collect(),
        bids: rows
            .evaluated
            .outcome
            .bids
            .iter()
            .filter_map(|ranked| recorded_bid(rows, ranked, &versions, names))
            .collect(),
        not_evaluated: not_evaluated(rows, names),
        tie_break: TieBreaking {
            chain: of.terms.tie_break.iter().map(|step| record::step_words(step, &of.terms)).collect(),
            lot_seed_hash: lot_seed_hash(of),
            lot_seed: of.lot_seed.clone(),
            steps: rows.evaluated.outcome.tie_breaks.iter().map(|words| by_name(words, rows)).collect(),
        },
        round: rows.round.as_ref().map(|round| RecordedRound {
            invited_at: round.invited_at,
            opens_at: round.opens_at,
            closes_at: round.closes_at,
            bidders: bidders(&rows.places, &rows.revisions, &rows.bids, |id| names.provider(id)),
        }),
        choices: rows.awards.iter().map(|award| choice(award, rows, names)).collect(),
        letters: letters(rows, names),
    }
}

/// The newest of what is told but for the letters, which say themselves when they were sent.
fn dated(rows: &Rows) -> Instant {
    let awards = rows.awards.iter().flat_map(|a| [Some(a.recommended_at), a.decided_at]).flatten();
    let of = &rows.facts.opportunity;
    awards.chain(of.prices_opened_at).max().unwrap_or(of.published_at)
}

fn requirement(rows: &Rows, names: &Names) -> Requirement {
    let of = &rows.facts.opportunity;
    let lines = of.quantities.0.iter().filter_map(|asked| {
        let terms = of.terms.lines.iter().find(|line| line.key == asked.key)?;
        Some(RequiredLine {
            label: terms.label.clone(),
            unit: terms.unit,
            quantity: asked.quantity,
            fixed: terms.fixed,
            reference_low: terms.reference_low,
            reference_high: terms.reference_high,
            floor: terms.floor,
            ceiling: terms.ceiling,
        })
    });
    Requirement {
        version: rows.package.revision,
        digest: rows.kept.requirement_digest.clone(),
        published_by: names.person(of.published_by),
        published_at: of.published_at,
        closes_at: of.closes_at,
        prices_opened_at: of.prices_opened_at,
        starts_on: of.starts_on,
        initial_term_weeks: of.initial_term_weeks,
        lines: lines.collect(),
    }
}

fn method(rows: &Rows) -> Method {
    let of = &rows.facts.opportunity;
    let terms = &of.terms;
    Method {
        quality_weight: terms.quality_weight,
        price_weight: terms.price_weight,
        formula_words: formula_words(&evaluation::resolved(of), terms.price_weight),
        quality_gate: terms.quality_gate,
        weekly_floor: terms.weekly_floor,
        weekly_ceiling: terms.weekly_ceiling,
        abnormally_low: terms.abnormally_low.clone(),
        criteria: terms.criteria.clone(),
        evaluators: terms.evaluators,
    }
}

fn panel(rows: &Rows, names: &Names) -> Vec<PanelMember> {
    let member = |p: &entity::panellist::Model| PanelMember {
        name: names.person(p.evaluator_id),
        state: rows.facts.panel_state(p),
        begun_at: p.begun_at,
        finished_at: p.finished_at,
        reason: p.released_reason.clone(),
    };
    rows.facts.panel.iter().map(member).collect()
}

fn recorded_bid(rows: &Rows, ranked: &Ranked, versions: &Versions, names: &Names) -> Option<RecordedBid> {
    let row = rows.bids.iter().find(|bid| bid.id.to_string() == ranked.id)?;
    let people = &names.evaluation.people;
    let question = rows.evaluated.flags.iter().find(|flag| flag.bid_id == row.id).map(|found| {
        let asked = rows.evaluated.inquiries.iter().find(|inquiry| inquiry.bid_id == row.id);
        flag(found.clone(), asked, names.provider(row.provider_id), people)
    });
    Some(RecordedBid {
        bid_id: row.id,
        provider_name: names.provider(row.provider_id),
        received_at: row.received_at,
        version: row.version,
        digest: row.digest.clone(),
        attachments: row.offer.attachments.iter().map(|one| recorded_attachment(rows, one)).collect(),
        starts_on: row.offer.starts_on,
        status: ranked.status,
        rank: ranked.rank,
        weekly_price: ranked.weekly_price,
        yearly_price: yearly(ranked.weekly_price),
        quality: ranked.quality,
        price: ranked.price,
        total: ranked.total,
        value_for_money: ranked.value_for_money,
        marks: rows
            .facts
            .opportunity
            .terms
            .criteria
            .iter()
            .filter_map(|criterion| recorded_mark(rows, row, criterion, versions, names))
            .collect(),
        price_question: question,
        explanation: ranked.explanation.iter().map(|words| by_name(words, rows)).collect(),
    })
}

fn recorded_attachment(rows: &Rows, one: &Attachment) -> RecordedAttachment {
    let criteria = &rows.facts.opportunity.terms.criteria;
    let criterion = criteria.iter().find(|criterion| criterion.id == one.criterion_id);
    RecordedAttachment {
        criterion: criterion.map_or_else(|| one.criterion_id.clone(), |criterion| criterion.name.clone()),
        kind: one.kind,
        size: one.size,
        digest: one.digest.clone(),
    }
}

fn recorded_mark(
    rows: &Rows,
    bid: &bid::Model,
    criterion: &Criterion,
    versions: &Versions,
    names: &Names,
) -> Option<RecordedMark> {
    let counts = |a: &&agreed_mark::Model| a.bid_id == bid.id && a.criterion_id == criterion.id;
    let agreed = rows.evaluated.marks.iter().find(counts)?;
    let given = rows.facts.marks.iter().filter(|m| m.bid_id == bid.id && m.criterion_id == criterion.id);
    Some(RecordedMark {
        criterion_id: criterion.id.clone(),
        name: criterion.name.clone(),
        weight: criterion.weight,
        mark: agreed.mark,
        mark_max: criterion.mark_max,
        basis: agreed.basis,
        reason: agreed.reason.clone(),
        by: agreed.agreed_by.map(|id| names.person(id)),
        at: agreed.at,
        before: match agreed.basis {
            MarkBasis::Consensus => earlier(versions, &(bid.id, criterion.id.clone(), None)),
            MarkBasis::Single | MarkBasis::Unanimous | MarkBasis::Standing => Vec::new(),
        },
        given: given
            .map(|mark| GivenMark {
                by: names.person(mark.evaluator_id),
                mark: mark.mark,
                reason: mark.reason.clone(),
                at: mark.at,
                counts: agreed.rests_on.0.contains(&mark.evaluator_id),
                before: earlier(versions, &(bid.id, criterion.id.clone(), Some(mark.evaluator_id))),
            })
            .collect(),
    })
}

fn not_evaluated(rows: &Rows, names: &Names) -> Vec<NotEvaluated> {
    let evaluated =
        |bid: &&bid::Model| rows.evaluated.outcome.bids.iter().any(|ranked| ranked.id == bid.id.to_string());
    rows.bids
        .iter()
        .filter(|bid| !evaluated(bid))
        .map(|bid| NotEvaluated {
            provider_name: names.provider(bid.provider_id),
            received_at: bid.received_at,
            withdrawn_at: bid.withdrawn_at,
            unsettled: bid.unsettled_at.is_some(),
        })
        .collect()
}

fn choice(award: &award::Model, rows: &Rows, names: &Names) -> Choice {
    let provider_of = |id: &BidId| {
        let bid = rows.bids.iter().find(|bid| bid.id == *id);
        bid.map(|bid| names.provider(bid.provider_id)).unwrap_or_default()
    };
    let post = rows.events.iter().find(|event| match serde_json::from_value(event.body.clone()) {
        Ok(
            Event::AwardApproved { award_id, .. }
            | Event::AwardReturned { award_id, .. }
            | Event::AwardDeclined { award_id, .. },
        ) => award_id == award.id,
        _ => false,
    });
    Choice {
        recommendation: recommendation(
            award,
            RecommendationNames {
                provider: names.provider(award.provider_id),
                recommended_by: names.person(award.recommended_by),
                decided_by: award.decided_by.map(|id| names.person(id)),
            },
        ),
        weekly_value: award.weekly_value,
        shortlisted: award.shortlist.0.iter().map(provider_of).collect(),
        decided_as: post.and_then(|event| event.on_authority.clone()),
        chain: award.chain.as_ref().map(|chain| chain.0.clone()).unwrap_or_default(),
        evaluation_digest: award.evaluation_digest.clone(),
    }
}

/// One line for all who were owed the same at once, and for whom it stands alike.
fn letters(rows: &Rows, names: &Names) -> Vec<RecordedLetter> {
    let mut told: BTreeMap<_, RecordedLetter> = BTreeMap::new();
    for letter in &rows.letters {
        let to = match names.providers_of.get(&letter.account_id) {
            Some(provider) => names.provider(*provider),
            None => names.person(letter.account_id),
        };
        let key = (letter.owed_at, letter.kind, letter.state);
        let one = told.entry(key).or_insert_with(|| RecordedLetter {
            kind: letter.kind,
            to: Vec::new(),
            people: 0,
            state: letter.state,
            owed_at: letter.owed_at,
            sent_at: None,
        });
        if !one.to.contains(&to) {
            one.to.push(to);
        }
        one.people += 1;
        one.sent_at = one.sent_at.max(letter.sent_at);
    }
    told.into_values()
        .map(|mut one| {
            one.to.sort();
            one
        })
        .collect()
}

/// Words about bids, which know them by their ids, with the names of those who submitted them.
fn by_name(words: &str, rows: &Rows) -> String {
    rows.evaluated.bidders.iter().fold(words.to_owned(), |words, bidder| {
        words.replace(&bidder.bid.id.to_string(), &bidder.provider_name)
    })
}

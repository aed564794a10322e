//! The record of an award: what is kept with a recommendation, so that the award is explained the same way for ever,
//! and the same as a paper to be read, printed and sent to whoever may ask.

use super::{
    attachment,
    disclosure::record::{
        AwardRecord, Choice, RecordedAttachment, RecordedBid, RecordedLetter, RecordedMark,
    },
    opportunity::{Stage, lot_seed_hash},
    panel::PanelState,
    paper::{Column, Level, Paper, Part, Table},
    pricing::pounds,
    refusal::{Code, Refusal},
    scoring::{Admissibility, Evaluation},
};
use entity::{
    award::{ChainLink, LinkKind},
    category::{AbnormallyLow, CategoryTerms, TieBreak},
    offer::LineQuantity,
    opportunity,
    vocabulary::*,
};
use rust_decimal::Decimal;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What an award rests on, word for word, with the digests by which anybody can tell that it is the same.
#[derive(Clone, Debug)]
pub struct Kept {
    /// As `fairlot score` reads it.
    pub evaluation: String,
    pub evaluation_digest: String,
    pub requirement: String,
    pub requirement_digest: String,
}

impl Kept {
    pub fn of(evaluation: String, requirement: String) -> Self {
        let digest = |text: &str| format!("{:x}", Sha256::digest(text));
        Self {
            evaluation_digest: digest(&evaluation),
            requirement_digest: digest(&requirement),
            evaluation,
            requirement,
        }
    }
}

/// What was published, without what the advert said of the person: its digest tells which advert it was.
#[derive(Serialize)]
struct Published<'a> {
    reference: &'a str,
    published_at: Instant,
    closes_at: Instant,
    starts_on: Day,
    initial_term_weeks: i32,
    quantities: &'a [LineQuantity],
    terms: &'a CategoryTerms,
    lot_seed_hash: String,
    advert_digest: String,
}

/// What of the advert is about the person.
#[derive(Serialize)]
struct Advert<'a> {
    title: &'a str,
    needs: &'a str,
    outward_code: &'a str,
    age_band: AgeBand,
}

/// What to keep with a recommendation that rests on this evaluation.
///
/// # Errors
/// It cannot be written as JSON, which cannot happen.
pub fn keep(of: &opportunity::Model, evaluation: &Evaluation) -> Result<Kept, Refusal> {
    let unwritten = |why: serde_json::Error| Refusal::new(Code::Malformed, why.to_string());
    let advert =
        Advert { title: &of.title, needs: &of.needs, outward_code: &of.outward_code, age_band: of.age_band };
    let advert = serde_json::to_string(&advert).map_err(unwritten)?;
    let published = Published {
        reference: &of.reference,
        published_at: of.published_at,
        closes_at: of.closes_at,
        starts_on: of.starts_on,
        initial_term_weeks: of.initial_term_weeks,
        quantities: &of.quantities.0,
        terms: &of.terms,
        lot_seed_hash: lot_seed_hash(of),
        advert_digest: format!("{:x}", Sha256::digest(advert)),
    };
    let evaluation = serde_json::to_string_pretty(evaluation).map_err(unwritten)?;
    let requirement = serde_json::to_string_pretty(&published).map_err(unwritten)?;
    Ok(Kept::of(evaluation + "\n", requirement + "\n"))
}

/// A step of the published chain.
pub fn step_words(step: &TieBreak, terms: &CategoryTerms) -> String {
    match step {
        TieBreak::Quality => "The higher quality".to_owned(),
        TieBreak::Criterion(id) => {
            let name = terms.criteria.iter().find(|c| c.id == *id).map_or(id.as_str(), |c| c.name.as_str());
            format!("The higher mark for {name}")
        }
        TieBreak::Price => "The lower price".to_owned(),
        TieBreak::Start => "The earlier start".to_owned(),
        TieBreak::Preference => "The person’s preference".to_owned(),
        TieBreak::Lot => "A lot: the lowest SHA-256 of the seed, a colon and the bid’s id".to_owned(),
    }
}

/// The record as a paper. Both its forms come from here, and it says no more than the record.
pub fn paper(record: &AwardRecord) -> Paper {
    let sections = [
        in_short(record),
        ranking(record),
        choices(record),
        requirement(record),
        method(record),
        bids(record),
        round(record),
        tie_break(record),
        people(record),
        letters(record),
        checking(record),
    ];
    Paper {
        title: format!("{}: {}", title(record), record.reference),
        caption: record.authority_name.clone(),
        foot: format!("{} {} · {}", record.authority_name, record.reference, record.dated.in_words()),
        dated: record.dated,
        parts: sections.into_iter().flatten().collect(),
    }
}

fn title(record: &AwardRecord) -> &'static str {
    match record.stage {
        Stage::Standstill | Stage::Challenged | Stage::SetAside | Stage::Awarded => "Why this award was made",
        Stage::Recommended => "Why this award is recommended",
        _ => "How the bids were evaluated",
    }
}

/// What the bundle holds and how anybody can do the sums again, in plain text.
pub fn readme(record: &AwardRecord) -> String {
    format!(
        "The record of {reference}, {authority}\n\
         \n\
         record.pdf        the record, to read and to print (PDF/UA-1, PDF/A-2a)\n\
         record.html       the same as a page\n\
         evaluation.json   everything that the figures rest on: the published model, the prices and the marks\n\
         requirement.json  the terms that were published, with the digest of the advert\n\
         \n\
         To work the award out again, by hand: record.pdf shows every term. By machine:\n\
         \n\
         \x20   fairlot score evaluation.json\n\
         \n\
         prints the same ranking as in the record, to the last place. Bids are known there by their ids, which\n\
         the record shows beside the names. No part of it is chance: where bids were equal, a lot follows from\n\
         the seed, whose SHA-256 was published before the deadline.\n\
         \n\
         To tell that these are the files on which the award rests, compare (sha256sum):\n\
         \n\
         {evaluation}  evaluation.json\n\
         {requirement}  requirement.json\n",
        reference = record.reference,
        authority = record.authority_name,
        evaluation = record.evaluation_digest,
        requirement = record.requirement.digest,
    )
}

fn heading(level: Level, words: impl Into<String>) -> Part {
    Part::Heading { level, words: words.into() }
}

pub(super) fn section(words: &str) -> Part {
    heading(Level::Section, words)
}

pub(super) fn text(words: impl Into<String>) -> Part {
    Part::Text { words: words.into() }
}

pub(super) fn pairs<const N: usize>(pairs: [Option<(&str, String)>; N]) -> Part {
    let pairs = pairs.into_iter().flatten().map(|(label, value)| (label.to_owned(), value)).collect();
    Part::Pairs { pairs }
}

pub(super) fn sum(amount: Money) -> String {
    pounds(amount.decimal())
}

pub(super) fn or_dash(words: Option<String>) -> String {
    words.unwrap_or_else(|| "–".to_owned())
}

/// The choice that stands, or the newest.
fn standing(record: &AwardRecord) -> Option<&Choice> {
    let ended =
        |choice: &&Choice| matches!(choice.recommendation.state, AwardState::Returned | AwardState::Declined);
    record.choices.iter().rev().find(|choice| !ended(choice))
}

fn in_short(record: &AwardRecord) -> Vec<Part> {
    let choice = standing(record);
    let recommendation = choice.map(|choice| &choice.recommendation);
    let first = record.bids.iter().find(|bid| bid.rank == Some(1));
    let why = first.map(|first| match (first.total, first.value_for_money) {
        (Some(total), _) => format!(
            "{} is first of {} with a total of {total}: {} for quality{}.",
            first.provider_name,
            count(record.bids.len(), "bid", "bids"),
            first.quality,
            first.price.map(|price| format!(" and {price} for price")).unwrap_or_default(),
        ),
        (None, Some(value)) => {
            format!("{} is first, at {} for each per cent of quality.", first.provider_name, sum(value))
        }
        (None, None) => format!("{} is first in the standing order.", first.provider_name),
    });
    let decided = recommendation.and_then(|r| Some((r.decided_by.as_ref()?, r.decided_at?)));
    vec![
        section("In short"),
        pairs(
            [
                Some(("Reference", record.reference.clone())),
                Some(("Market", record.market_name.clone())),
                Some(("Category", record.category_name.clone())),
                recommendation.map(|r| match r.state {
                    AwardState::Approved => ("Awarded to", r.provider_name.clone()),
                    AwardState::Waiting | AwardState::Returned | AwardState::Declined | AwardState::SetAside => ("Recommended", r.provider_name.clone()),
                }),
                why.map(|why| ("Why", why)),
                choice.map(|c| ("Price", format!("{} a week", sum(c.weekly_value)))),
                recommendation.map(|r| {
                    let (year, term) = (sum(r.yearly_value), sum(r.contract_value));
                    ("Value", format!("{year} a year, {term} over the initial term"))
                }),
                recommendation.map(|r| {
                    ("Recommended by", format!("{}, {}", r.recommended_by, r.recommended_at.in_words()))
                }),
                decided.map(|(by, at)| {
                    let post = choice.and_then(|c| c.decided_as.as_ref());
                    let post = post.map(|post| format!(", {post}")).unwrap_or_default();
                    ("Approved by", format!("{by}{post}, {}", at.in_words()))
                }),
                (!record.kept).then(|| {
                    let words = "This is how the bids stand now. It is kept, and changes no more, once an award is \
                                 recommended.";
                    ("Not final", words.to_owned())
                }),
            ],
        ),
    ]
}

fn requirement(record: &AwardRecord) -> Vec<Part> {
    let of = &record.requirement;
    let limits = |low: Option<Money>, high: Option<Money>| match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", sum(low), sum(high)),
        (Some(low), None) => format!("from {}", sum(low)),
        (None, Some(high)) => format!("to {}", sum(high)),
        (None, None) => "–".to_owned(),
    };
    let rows = of.lines.iter().map(|line| {
        let reference = match line.fixed {
            Some(fixed) => format!("set at {}", sum(fixed)),
            None => limits(line.reference_low, line.reference_high),
        };
        let limits = limits(line.floor, line.ceiling);
        vec![
            line.label.clone(),
            line.quantity.to_string(),
            unit_words(line.unit).to_owned(),
            reference,
            limits,
        ]
    });
    vec![
        section("What was asked for"),
        pairs([
            Some(("Version", format!("{} of the package, as it was published", of.version))),
            Some(("Published", format!("{}, by {}", of.published_at.in_words(), of.published_by))),
            Some(("Bids closed", of.closes_at.in_words())),
            of.prices_opened_at.map(|at| ("Prices opened", at.in_words())),
            Some(("Care starts", of.starts_on.in_words())),
            Some(("Initial term", count_i32(of.initial_term_weeks, "week", "weeks"))),
            Some(("SHA-256", of.digest.clone())),
        ]),
        Part::Table(Table {
            caption: Some("Price lines".to_owned()),
            columns: vec![
                Column::words("Line"),
                Column::figures("Quantity"),
                Column::words("Unit"),
                Column::words("Reference rates"),
                Column::words("Limits"),
            ],
            rows: rows.collect(),
        }),
        text(
            "What the advert said of the person is not part of this record. The digest covers it, and those who may \
             read it find it with the opportunity.",
        ),
    ]
}

fn method(record: &AwardRecord) -> Vec<Part> {
    let of = &record.method;
    let low = of.abnormally_low.as_ref();
    let rows = of.criteria.iter().map(|c| {
        let asked = if c.standing {
            format!("{}\nMarked once, in the provider’s enrolment.", c.question)
        } else {
            c.question.clone()
        };
        let least = c.mark_min.map(|mark| mark.to_string());
        vec![c.name.clone(), asked, c.weight.to_string(), c.mark_max.to_string(), or_dash(least)]
    });
    let mut parts = vec![
        section("How bids were judged"),
        pairs([
            Some(("Quality", format!("{} of 100", of.quality_weight))),
            Some(("Price", format!("{} of 100", of.price_weight))),
            Some(("Price marks", of.formula_words.clone())),
            of.quality_gate
                .map(|gate| ("Quality gate", format!("At least {} of the quality weight", percent(gate)))),
            of.weekly_floor.map(|floor| ("Floor", format!("{} a week", sum(floor)))),
            of.weekly_ceiling.map(|ceiling| ("Ceiling", format!("{} a week", sum(ceiling)))),
            low.map(|low| ("Abnormally low", low_words(low))),
            Some(("Evaluators", format!("At least {}", of.evaluators))),
        ]),
        Part::Table(Table {
            caption: Some("Criteria".to_owned()),
            columns: vec![
                Column::words("Criterion"),
                Column::words("What was asked"),
                Column::figures("Weight"),
                Column::figures("Highest mark"),
                Column::figures("Least mark"),
            ],
            rows: rows.collect(),
        }),
    ];
    for criterion in of.criteria.iter().filter(|c| !c.descriptors.is_empty()) {
        let rows = criterion.descriptors.iter().enumerate();
        parts.push(Part::Table(Table {
            caption: Some(format!("What the marks mean: {}", criterion.name)),
            columns: vec![Column::figures("Mark"), Column::words("Meaning")],
            rows: rows.map(|(mark, words)| vec![mark.to_string(), words.clone()]).collect(),
        }));
    }
    parts
}

fn low_words(low: &AbnormallyLow) -> String {
    let mut words = Vec::new();
    if low.below_floor {
        words.push("below its floor".to_owned());
    }
    if let Some(share) = low.under_median {
        words.push(format!("more than {} under the median", percent(share)));
    }
    if let Some(cost) = low.employment_cost {
        words.push(format!("below the {} an hour that employing somebody costs", sum(cost)));
    }
    format!("Asked about where a price is {}", words.join(", or "))
}

/// A share as a percentage.
fn percent(share: Weight) -> String {
    format!("{} %", (share.decimal() * Decimal::ONE_HUNDRED).normalize())
}

fn ranking(record: &AwardRecord) -> Vec<Part> {
    let by_value = record.bids.iter().any(|bid| bid.value_for_money.is_some());
    let rows = record.bids.iter().map(|bid| {
        let score = |score: Option<Score>| or_dash(score.map(|s| s.to_string()));
        let mut cells = vec![
            bid.provider_name.clone(),
            or_dash(bid.rank.map(|rank| rank.to_string())),
            status_words(bid.status).to_owned(),
            sum(bid.weekly_price),
            bid.quality.to_string(),
        ];
        if by_value {
            cells.push(or_dash(bid.value_for_money.map(sum)));
        } else {
            cells.extend([score(bid.price), score(bid.total)]);
        }
        cells
    });
    let mut columns = vec![
        Column::words("Provider"),
        Column::figures("Rank"),
        Column::words("Standing"),
        Column::figures("A week"),
        Column::figures("Quality"),
    ];
    if by_value {
        columns.push(Column::figures("For each per cent"));
    } else {
        columns.extend([Column::figures("Price"), Column::figures("Total")]);
    }
    let mut parts =
        vec![section("The ranking"), Part::Table(Table { caption: None, columns, rows: rows.collect() })];
    if !record.not_evaluated.is_empty() {
        let rows = record.not_evaluated.iter().map(|bid| {
            let why = match bid.withdrawn_at {
                Some(at) => format!("Withdrawn, {}", at.in_words()),
                None if bid.unsettled => {
                    "It was made before the advert was corrected, and was not confirmed or revised after"
                        .to_owned()
                }
                None => {
                    "It did not stand: the provider was not admitted to the category when it was marked or \
                         when the award was recommended"
                        .to_owned()
                }
            };
            vec![bid.provider_name.clone(), bid.received_at.in_words(), why]
        });
        parts.push(Part::Table(Table {
            caption: Some("Bids that took no part".to_owned()),
            columns: vec![Column::words("Provider"), Column::words("Received"), Column::words("Why")],
            rows: rows.collect(),
        }));
    }
    parts
}

fn bids(record: &AwardRecord) -> Vec<Part> {
    let mut parts = vec![section("Each bid: marks, reasons and arithmetic")];
    for bid in &record.bids {
        parts.push(heading(Level::Under, bid.provider_name.clone()));
        parts.push(pairs([
            Some(("Bid", bid.bid_id.to_string())),
            Some(("Received", format!("{}, version {}", bid.received_at.in_words(), bid.version))),
            Some(("SHA-256 of the offer", bid.digest.clone())),
            Some(("Can start", bid.starts_on.in_words())),
            Some(("Price", format!("{} a week, {} a year", sum(bid.weekly_price), sum(bid.yearly_price)))),
        ]));
        parts.extend(attachments(&bid.attachments));
        for mark in &bid.marks {
            parts.extend(marks(mark));
        }
        parts.extend(price_question(bid));
        parts.push(heading(Level::Below, "Arithmetic"));
        parts.push(Part::Steps { items: bid.explanation.clone() });
    }
    parts
}

/// The ranking round: how each bidder came into it, and every improvement.
fn round(record: &AwardRecord) -> Vec<Part> {
    let Some(round) = &record.round else { return Vec::new() };
    let mut parts = vec![section("The ranking round")];
    parts.push(pairs([
        Some(("Invited", round.invited_at.in_words())),
        Some(("Opened", round.opens_at.in_words())),
        Some(("Closed", round.closes_at.in_words())),
    ]));
    let first = round.bidders.iter().map(|bidder| {
        vec![
            bidder.provider_name.clone(),
            bidder.first.rank.to_string(),
            sum(bidder.first.weekly_price),
            bidder.rank.to_string(),
            sum(bidder.weekly_price),
        ]
    });
    parts.push(Part::Table(Table {
        caption: Some("Before and after".to_owned()),
        columns: vec![
            Column::words("Provider"),
            Column::words("Place before"),
            Column::words("A week before"),
            Column::words("Place after"),
            Column::words("A week after"),
        ],
        rows: first.collect(),
    }));
    let mut made: Vec<_> = round
        .bidders
        .iter()
        .flat_map(|bidder| bidder.revisions.iter().map(move |revision| (bidder, revision)))
        .collect();
    made.sort_by_key(|(_, revision)| revision.made_at);
    if !made.is_empty() {
        let rows = made.into_iter().map(|(bidder, revision)| {
            vec![
                revision.made_at.in_words(),
                format!("{}, {}", bidder.provider_name, revision.number),
                sum(revision.weekly_price),
                revision.rank.to_string(),
            ]
        });
        parts.push(Part::Table(Table {
            caption: Some("Every improvement".to_owned()),
            columns: vec![
                Column::words("When"),
                Column::words("By whom, and its number"),
                Column::words("A week"),
                Column::words("Place after it"),
            ],
            rows: rows.collect(),
        }));
    }
    parts
}

fn attachments(of: &[RecordedAttachment]) -> Option<Part> {
    let row = |one: &RecordedAttachment| {
        vec![one.criterion.clone(), attachment::in_words(one.kind, one.size), one.digest.clone()]
    };
    (!of.is_empty()).then(|| {
        Part::Table(Table {
            caption: Some("Documents with the answers".to_owned()),
            columns: vec![Column::words("Answer on"), Column::words("Document"), Column::words("SHA-256")],
            rows: of.iter().map(row).collect(),
        })
    })
}

/// A criterion's mark, with every mark on which it rests, by whom and why.
fn marks(of: &RecordedMark) -> Vec<Part> {
    let basis = match of.basis {
        MarkBasis::Single => "One evaluator marked this answer.".to_owned(),
        MarkBasis::Unanimous => "Every evaluator gave this mark.".to_owned(),
        MarkBasis::Consensus => {
            let by = of.by.clone().unwrap_or_default();
            format!("Evaluators differed. Consensus, recorded by {by}, {}: {}", of.at.in_words(), of.reason)
        }
        MarkBasis::Standing => {
            let by = of.by.clone().unwrap_or_default();
            format!("The provider’s standing mark, from its enrolment, given by {by}: {}", of.reason)
        }
    };
    let mut parts =
        vec![heading(Level::Below, format!("{}: {} of {}", of.name, of.mark, of.mark_max)), text(basis)];
    let mut rows = Vec::new();
    for given in &of.given {
        for before in &given.before {
            let by = format!("{}\n{}, changed later", before.by, before.at.in_words());
            rows.push(vec![by, before.mark.to_string(), before.reason.clone()]);
        }
        let counts = if given.counts { "" } else { ", does not count" };
        let by = format!("{}\n{}{counts}", given.by, given.at.in_words());
        rows.push(vec![by, given.mark.to_string(), given.reason.clone()]);
    }
    for before in &of.before {
        let by = format!("{}\n{}, an earlier consensus", before.by, before.at.in_words());
        rows.push(vec![by, before.mark.to_string(), before.reason.clone()]);
    }
    if !rows.is_empty() {
        parts.push(Part::Table(Table {
            caption: None,
            columns: vec![Column::words("Evaluator"), Column::figures("Mark"), Column::words("Reason")],
            rows,
        }));
    }
    parts
}

fn price_question(bid: &RecordedBid) -> Vec<Part> {
    let Some(question) = &bid.price_question else { return Vec::new() };
    let asked = question.inquiry.as_ref();
    let who_when = |by: Option<&String>, at: Instant| match by {
        Some(by) => format!("{by}, {}", at.in_words()),
        None => at.in_words(),
    };
    vec![
        heading(
            Level::Below,
            match question.kind {
                InquiryKind::Exceptionality => "A price outside the limits",
                InquiryKind::AbnormallyLow => "A price that looks abnormally low",
            },
        ),
        pairs([
            Some(("Why", question.grounds.join("\n"))),
            asked.and_then(|i| i.question.clone()).map(|words| ("Question", words)),
            asked.map(|i| ("Asked", who_when(i.asked_by.as_ref(), i.asked_at))),
            asked.and_then(|i| i.answer_by).map(|by| ("Answer by", by.in_words())),
            asked.and_then(|i| i.answer.clone()).map(|words| ("Answer", words)),
            asked.map(|i| {
                (
                    "Decision",
                    match i.state {
                        InquiryState::Asked => "Waiting for an answer".to_owned(),
                        InquiryState::Answered => "Waiting for a decision".to_owned(),
                        InquiryState::Accepted => "Accepted".to_owned(),
                        InquiryState::Rejected => "Rejected".to_owned(),
                    },
                )
            }),
            asked
                .and_then(|i| Some((i.decided_by.as_ref(), i.decided_at?)))
                .map(|(by, at)| ("Decided by", who_when(by, at))),
            asked.and_then(|i| i.reason.clone()).map(|words| ("Reason", words)),
        ]),
    ]
}

fn tie_break(record: &AwardRecord) -> Vec<Part> {
    let of = &record.tie_break;
    let mut parts = vec![
        section("Equal bids"),
        text(
            "Two bids are equal where their published figures are. They are then separated by, in this order:",
        ),
        Part::Steps { items: of.chain.clone() },
    ];
    if of.steps.is_empty() {
        parts.push(text("No bids were equal."));
    } else {
        parts.push(text("What was compared:"));
        parts.push(Part::Steps { items: of.steps.clone() });
    }
    parts.push(pairs([
        Some(("SHA-256, published with the advert", of.lot_seed_hash.clone())),
        Some(("Seed, told when prices opened", of.lot_seed.clone())),
    ]));
    parts
}

fn people(record: &AwardRecord) -> Vec<Part> {
    let panel = record.panel.iter().map(|member| {
        let state = match member.state {
            PanelState::Marking => "Has not finished".to_owned(),
            PanelState::Finished => "Finished".to_owned(),
            PanelState::Released => {
                format!("Released: {}", member.reason.clone().unwrap_or_default())
            }
            PanelState::SetAside => "Declared an interest: their marks do not count".to_owned(),
        };
        vec![member.name.clone(), or_dash(member.finished_at.map(Instant::in_words)), state]
    });
    let declared = record.declarations.iter().map(|declaration| {
        let what = if declaration.has_interest { "An interest in a bidder" } else { "No interest" };
        vec![declaration.name.clone(), what.to_owned(), declaration.at.in_words()]
    });
    vec![
        section("Who evaluated"),
        Part::Table(Table {
            caption: Some("Evaluators".to_owned()),
            columns: vec![Column::words("Evaluator"), Column::words("Finished"), Column::words("Standing")],
            rows: panel.collect(),
        }),
        Part::Table(Table {
            caption: Some("Declarations of interest".to_owned()),
            columns: vec![Column::words("Officer"), Column::words("Declared"), Column::words("When")],
            rows: declared.collect(),
        }),
    ]
}

fn choices(record: &AwardRecord) -> Vec<Part> {
    let mut parts = vec![section("The choice and its approval")];
    if record.choices.is_empty() {
        parts.push(text("No award has been recommended."));
    }
    for choice in &record.choices {
        let of = &choice.recommendation;
        parts.push(heading(Level::Under, format!("{}: {}", choice_words(of.state), of.provider_name)));
        let by = |by: &str, at: Instant| format!("{by}, {}", at.in_words());
        let decided = of.decided_by.as_ref().zip(of.decided_at);
        parts.push(pairs([
            Some(("Recommended by", by(&of.recommended_by, of.recommended_at))),
            Some(("Reason", of.reason.clone())),
            of.not_first_reason
                .as_ref()
                .map(|why| ("Why not the first", format!("The bid is ranked number {}. {why}", of.rank))),
            of.preference.map(|kept| ("What the person prefers", preference_words(kept).to_owned())),
            of.preference_reason.clone().map(|why| ("Why it is not followed", why)),
            Some(("Shortlist", choice.shortlisted.join("\n"))),
            Some(("A week", sum(choice.weekly_value))),
            Some(("A year", sum(of.yearly_value))),
            Some(("Initial term", sum(of.contract_value))),
            decided.map(|(who, at)| {
                let label = match of.state {
                    AwardState::Returned => "Returned by",
                    AwardState::Declined => "Declined by",
                    AwardState::Waiting | AwardState::Approved | AwardState::SetAside => "Approved by",
                };
                (label, by(who, at))
            }),
            choice.decided_as.clone().map(|post| ("As", post)),
            of.decided_reason.clone().map(|words| ("Their reason", words)),
            choice.evaluation_digest.clone().map(|digest| ("SHA-256 of the evaluation", digest)),
        ]));
        if !choice.chain.is_empty() {
            parts.push(heading(Level::Below, "The authority that it rests on"));
            parts.push(Part::Steps { items: choice.chain.iter().map(link_words).collect() });
        }
    }
    parts
}

fn letters(record: &AwardRecord) -> Vec<Part> {
    let row = |letter: &RecordedLetter| {
        let sent = match (letter.state, letter.sent_at) {
            (LetterState::Sent, Some(at)) => format!("Sent, {}", at.in_words()),
            (state, _) => format!("{}, owed since {}", state_words(state), letter.owed_at.in_words()),
        };
        vec![letter_words(letter.kind).to_owned(), letter.to.join(", "), sent]
    };
    vec![
        section("Letters"),
        text("Outcome letters take every figure from the evaluation that is kept with the award."),
        Part::Table(Table {
            caption: None,
            columns: vec![Column::words("Letter"), Column::words("To"), Column::words("Standing")],
            rows: record.letters.iter().map(row).collect(),
        }),
    ]
}

fn checking(record: &AwardRecord) -> Vec<Part> {
    vec![
        section("Work it out again"),
        text(
            "The evaluation is everything that the figures rest on: the published model, each price and each mark. \
             Whoever has it can do the sums again, by hand with the arithmetic above, or with “fairlot score \
             evaluation.json”, which prints the same ranking to the last place.",
        ),
        pairs([Some(("SHA-256", record.evaluation_digest.clone()))]),
    ]
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn count_i32(n: i32, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

pub(super) const fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Hour => "hours a week",
        Unit::SharedHour => "shared hours a week",
        Unit::SleepInNight => "sleep-in nights a week",
        Unit::WakingNightHour => "waking-night hours a week",
        Unit::Day => "days a week",
        Unit::TransportDay => "days of transport a week",
        Unit::Mile => "miles a week",
        Unit::Month => "each month",
        Unit::OneOff => "one-off",
    }
}

pub(super) const fn status_words(status: Admissibility) -> &'static str {
    match status {
        Admissibility::Admissible => "Admissible",
        Admissibility::BelowGate => "Under the quality gate",
        Admissibility::BelowMinimumMark => "Under a least mark",
        Admissibility::BelowFloor => "Below a floor",
        Admissibility::AboveCeiling => "Above a ceiling",
        Admissibility::Disregarded => "Price rejected",
    }
}

const fn choice_words(state: AwardState) -> &'static str {
    match state {
        AwardState::Waiting => "Recommended, waiting for approval",
        AwardState::Approved => "Approved",
        AwardState::Returned => "Returned",
        AwardState::Declined => "Declined",
        AwardState::SetAside => "Set aside",
    }
}

pub(super) fn link_words(link: &ChainLink) -> String {
    let kind = match link.kind {
        LinkKind::Decision => "Decision",
        LinkKind::Delegation => "Delegation",
        LinkKind::Holder => "Post and holder",
    };
    format!("{kind}: {}", link.words)
}

const fn state_words(state: LetterState) -> &'static str {
    match state {
        LetterState::Owed => "Waiting to be sent",
        LetterState::Deferred => "To be tried again",
        LetterState::Sent => "Sent",
        LetterState::Undeliverable => "Could not be delivered",
        LetterState::Dropped => "Not sent: its reader had left, or chose an hour after the deadline",
    }
}

/// How an award stands to what the person prefers: never what that is.
pub const fn preference_words(kept: PreferenceKept) -> &'static str {
    match kept {
        PreferenceKept::Followed => "Followed",
        PreferenceKept::NotFollowed => "Not followed",
        PreferenceKept::NotForProvider => "Not for a provider",
    }
}

/// What a letter is about, for people.
pub const fn letter_words(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Invited => "An invitation to a colleague",
        LetterKind::ColleagueLeft => "The end of somebody’s access",
        LetterKind::ClarificationAsked => "A question about an application",
        LetterKind::EnrolmentAdmitted => "Admitted",
        LetterKind::EnrolmentRefused => "Refused",
        LetterKind::EnrolmentSuspended => "Suspended",
        LetterKind::EnrolmentReinstated => "Reinstated",
        LetterKind::EvidenceAccepted => "Evidence was accepted",
        LetterKind::EvidenceRefused => "Evidence was refused",
        LetterKind::EvidenceExpiring => "Evidence expires soon",
        LetterKind::EvidenceExpired => "Evidence has expired",
        LetterKind::NoNewWorkBegun => "No new work for now",
        LetterKind::UrgentlyStopped => "Suspended at once",
        LetterKind::RemovalProposed => "A removal is proposed",
        LetterKind::RemovalDropped => "A removal was not confirmed",
        LetterKind::EnrolmentRemoved => "Removed",
        LetterKind::GroundRaised => "A question about an exclusion",
        LetterKind::GroundDecided => "The decision on a question about an exclusion",
        LetterKind::AppealAnswered => "The answer to an appeal",
        LetterKind::ConcernRaised => "A register says something of a provider",
        LetterKind::SecondPersonWanted => "A second person is wanted",
        LetterKind::ReadingWanted => "A request to join is to be read",
        LetterKind::UrgentStopLapsed => "An urgent stop lapsed",
        LetterKind::RepresentationMade => "What a provider said of its standing",
        LetterKind::EnrolmentWithdrawn => "A provider left",
        LetterKind::OpportunityPublished => "A new opportunity",
        LetterKind::OpportunityDigest => "A new opportunity, in one letter a day",
        LetterKind::OpportunityWithdrawn => "The opportunity was withdrawn",
        LetterKind::DeadlineExtended => "A later deadline",
        LetterKind::AdvertCorrected => "The advert was corrected",
        LetterKind::OpportunityReminder => "A reminder of the opportunity",
        LetterKind::QueryAsked => "A question about the opportunity",
        LetterKind::QueryPublished => "A question was answered for everybody",
        LetterKind::QueryAnsweredAlone => "A question was answered to its asker alone",
        LetterKind::PriceQuestioned => "A question about a price",
        LetterKind::PriceExplained => "A price was explained",
        LetterKind::PriceDecided => "The decision on a price",
        LetterKind::RoundInvited => "An invitation to the ranking round",
        LetterKind::RoundPaused => "The ranking round was paused",
        LetterKind::RoundResumed => "The ranking round goes on",
        LetterKind::Shortlisted => "On the shortlist",
        LetterKind::ApprovalWanted => "An approval is wanted",
        LetterKind::ApprovalUrgent => "An urgent approval is wanted",
        LetterKind::ApprovalReminded => "A reminder that an approval is wanted",
        LetterKind::ApprovalEscalated => "An approval that nobody gave in time",
        LetterKind::AwardReturned => "The recommendation was returned",
        LetterKind::AwardDeclined => "The recommendation was declined",
        LetterKind::AwardWon => "The award",
        LetterKind::OutcomeTold => "The outcome",
        LetterKind::CapWarning => "A warning about a budget",
        LetterKind::ClockDueSoon => "A reminder of what is due",
        LetterKind::ClockOverdue => "A reminder of what is overdue",
        LetterKind::AwardSetAside => "The award was set aside",
        LetterKind::NoAwardMade => "No award was made",
        LetterKind::ContractEntered => "The standstill has ended",
        LetterKind::DirectAwardMade => "An award without bids",
        LetterKind::DirectAwardEnded => "A contract was ended",
    }
}

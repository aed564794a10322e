//! A provider's own bids, for itself alone: their versions, their receipt, and what of them another bid can begin with.

use super::opportunity::{OpportunityCard, OwnBid};
use crate::domain::{
    attachment,
    bid::{Act, yearly},
    event::Event,
    paper::{Column, Level, Paper, Part, Table},
    pricing::{self, pounds},
};
use entity::{
    bid, event,
    offer::{LineRate, Offer},
    opportunity, round_revision, standing_rates,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A version of a bid: what was sent, or that it was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BidVersion {
    pub act: Act,
    pub version: i32,
    /// When it was received, by the server's clock.
    pub at: Instant,
    /// SHA-256 of the offer as it was stored; nothing where the bid was taken back.
    pub digest: Option<String>,
    pub weekly_price: Option<Money>,
}

/// The versions of which these events of one provider tell, in their order. What they came to a week is told since the
/// newest correction that set bids aside: before it, another need was advertised.
pub fn versions(
    of: &opportunity::Model,
    events: &[event::Model],
    corrected_at: Option<Instant>,
) -> Vec<BidVersion> {
    let read: Vec<(Instant, Event)> = events
        .iter()
        .filter_map(|row| Some((row.at, serde_json::from_value(row.body.clone()).ok()?)))
        .collect();
    let offered = |wanted: i32| {
        read.iter().find_map(|(_, event)| match event {
            Event::BidSubmitted { version, offer, .. } | Event::BidRevised { version, offer, .. }
                if *version == wanted =>
            {
                Some(offer)
            }
            _ => None,
        })
    };
    let version = |(at, event): &(Instant, Event)| {
        let (act, version, digest) = match event {
            Event::BidSubmitted { version, digest, .. } => (Act::Submitted, *version, Some(digest)),
            Event::BidRevised { version, digest, .. } => (Act::Revised, *version, Some(digest)),
            Event::BidConfirmed { version, digest, .. } => (Act::Confirmed, *version, Some(digest)),
            Event::BidWithdrawn { version, .. } => (Act::Withdrawn, *version, None),
            _ => return None,
        };
        let comparable = act != Act::Withdrawn && corrected_at.is_none_or(|since| *at >= since);
        let weekly_price = offered(version).filter(|_| comparable).and_then(|offer| weekly(of, offer));
        Some(BidVersion { act, version, at: *at, digest: digest.cloned(), weekly_price })
    };
    read.iter().filter_map(version).collect()
}

/// The versions that came of a ranking round, newest first: each improvement is one.
pub fn improvements(bid: &bid::Model, revisions: &[round_revision::Model]) -> Vec<BidVersion> {
    let before = bid.version - i32::try_from(revisions.len()).unwrap_or_default();
    let version = |revision: &round_revision::Model| BidVersion {
        act: Act::Improved,
        version: before + revision.number,
        at: revision.made_at,
        digest: Some(revision.digest.clone()),
        weekly_price: Some(revision.weekly_price),
    };
    revisions.iter().rev().map(version).collect()
}

fn weekly(of: &opportunity::Model, offer: &Offer) -> Option<Money> {
    let lines = pricing::price_lines(&of.terms.lines, &of.quantities.0, &offer.rates).ok()?;
    pricing::weekly_price(&lines).and_then(Money::rounded).ok()
}

/// A bid in the list of a provider's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MyBid {
    pub opportunity: OpportunityCard,
    pub version: i32,
    pub submitted_at: Instant,
    pub withdrawn: bool,
    pub weekly_price: Money,
    /// Weekly × 52.
    pub yearly_price: Money,
}

pub fn my_bid(opportunity: OpportunityCard, bid: &bid::Model) -> MyBid {
    MyBid {
        opportunity,
        version: bid.version,
        submitted_at: bid.received_at,
        withdrawn: bid.withdrawn_at.is_some(),
        weekly_price: bid.weekly_price,
        yearly_price: yearly(bid.weekly_price),
    }
}

/// An answer that the provider itself gave before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EarlierAnswer {
    pub criterion_id: String,
    /// What the criterion was called then.
    pub criterion: String,
    pub answer: String,
    /// The reference of the opportunity that it was given for.
    pub reference: String,
    pub submitted_at: Instant,
}

/// The rates of the provider's own last bid in the same category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EarlierRates {
    pub rates: Vec<LineRate>,
    pub reference: String,
    pub submitted_at: Instant,
}

/// The provider's own standing rates for the category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingRates {
    pub rates: Vec<LineRate>,
    pub set_at: Instant,
}

/// What a provider can begin another bid with: its own and nobody else's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnAnswers {
    /// Newest first, none of them twice.
    pub answers: Vec<EarlierAnswer>,
    /// They go before those of an earlier bid.
    pub standing_rates: Option<StandingRates>,
    pub rates: Option<EarlierRates>,
}

/// The most earlier answers that are shown at once.
pub const EARLIER_ANSWERS_MAX: usize = 60;

/// What of a provider's own earlier bids, newest first, may serve for this opportunity. Rates come only from a bid that
/// stands, and only those that are asked again and are the provider's to choose.
pub fn own_answers(
    of: &opportunity::Model,
    earlier: &[(bid::Model, opportunity::Model)],
    standing: Option<standing_rates::Model>,
) -> OwnAnswers {
    let mut seen = HashSet::new();
    let answers = earlier
        .iter()
        .flat_map(|(bid, then)| bid.offer.answers.iter().map(move |answer| (bid, then, answer)))
        .filter_map(|(bid, then, answer)| {
            let criterion = then.terms.criteria.iter().find(|c| c.id == answer.criterion_id)?;
            seen.insert((&answer.criterion_id, answer.answer.trim())).then(|| EarlierAnswer {
                criterion_id: criterion.id.clone(),
                criterion: criterion.name.clone(),
                answer: answer.answer.clone(),
                reference: then.reference.clone(),
                submitted_at: bid.received_at,
            })
        })
        .take(EARLIER_ANSWERS_MAX)
        .collect();
    let chosen = |rate: &&LineRate| {
        let line = of.terms.lines.iter().find(|line| line.key == rate.key);
        let asked = of.quantities.0.iter().any(|asked| asked.key == rate.key);
        asked && line.is_some_and(|line| line.fixed.is_none())
    };
    let rates = earlier
        .iter()
        .filter(|(bid, then)| bid.withdrawn_at.is_none() && then.category_id == of.category_id)
        .find_map(|(bid, then)| {
            let rates: Vec<_> = bid.offer.rates.iter().filter(chosen).cloned().collect();
            (!rates.is_empty()).then(|| EarlierRates {
                rates,
                reference: then.reference.clone(),
                submitted_at: bid.received_at,
            })
        });
    let standing_rates = standing.and_then(|set| {
        let rates: Vec<_> = set.rates.0.iter().filter(chosen).cloned().collect();
        (!rates.is_empty()).then_some(StandingRates { rates, set_at: set.set_at })
    });
    OwnAnswers { answers, standing_rates, rates }
}

/// What a receipt is made of.
pub struct ReceiptFacts<'a> {
    pub own: &'a OwnBid,
    pub of: &'a opportunity::Model,
    pub market: &'a str,
    pub provider: &'a str,
}

const fn act_words(act: Act) -> &'static str {
    match act {
        Act::Submitted => "Bid submitted",
        Act::Revised => "Bid revised",
        Act::Confirmed => "Bid confirmed for the corrected advert",
        Act::Improved => "Bid improved in the ranking round",
        Act::Withdrawn => "Bid withdrawn",
    }
}

/// A receipt to keep: what was received and when, everything that was sent, and every version.
pub fn receipt_paper(facts: &ReceiptFacts<'_>) -> Paper {
    let (own, of) = (facts.own, facts.of);
    let receipt = &own.receipt;
    let pair = |what: &str, words: String| (what.to_owned(), words);
    let received = if own.withdrawn { "Withdrawn" } else { "Received" };
    let mut parts = vec![
        Part::Pairs {
            pairs: vec![
                pair("Opportunity", format!("{}, {}", receipt.reference, of.title)),
                pair("Provider", facts.provider.to_owned()),
                pair("What was done", act_words(receipt.act).to_owned()),
                pair("Version", receipt.version.to_string()),
                pair(
                    received,
                    format!(
                        "{} by the server’s clock ({})",
                        receipt.received_at.to_the_second(),
                        receipt.received_at
                    ),
                ),
                pair("Deadline", of.closes_at.to_the_second()),
                pair("Weekly price", pounds(own.weekly_price.decimal())),
                pair("Yearly price (52 weeks)", pounds(own.yearly_price.decimal())),
                pair("SHA-256 of the offer as stored", receipt.digest.clone()),
            ],
        },
        heading(Level::Section, "What was sent"),
        Part::Table(rates(of, own)),
        Part::Pairs { pairs: vec![pair("Can start on", own.offer.starts_on.in_words())] },
    ];
    if let Some(words) = &own.offer.exceptionality {
        parts.push(heading(Level::Under, "Why the price should be an exception"));
        parts.push(Part::Text { words: words.clone() });
    }
    for answer in &own.offer.answers {
        let criterion = of.terms.criteria.iter().find(|c| c.id == answer.criterion_id);
        let name = criterion.map_or(answer.criterion_id.as_str(), |c| c.name.as_str());
        parts.push(heading(Level::Under, name));
        parts.push(Part::Text { words: answer.answer.clone() });
        let attached = own.offer.attachments.iter().filter(|one| one.criterion_id == answer.criterion_id);
        let pairs: Vec<_> = attached
            .flat_map(|one| {
                let name = own.documents.iter().find(|document| document.id == one.document_id);
                let name = name.map(|document| document.name.as_str()).unwrap_or_default();
                let what = attachment::in_words(one.kind, one.size);
                [
                    pair("Attached", format!("{name} ({what})")),
                    pair("SHA-256 of the document", one.digest.clone()),
                ]
            })
            .collect();
        if !pairs.is_empty() {
            parts.push(Part::Pairs { pairs });
        }
    }
    parts.push(heading(Level::Section, "Every version"));
    parts.push(Part::Table(versions_table(&own.versions)));
    Paper {
        title: format!("Receipt for your bid: {}", receipt.reference),
        caption: facts.market.to_owned(),
        foot: format!("{} · version {} · {}", receipt.reference, receipt.version, receipt.received_at),
        dated: receipt.received_at,
        parts,
    }
}

fn heading(level: Level, words: &str) -> Part {
    Part::Heading { level, words: words.to_owned() }
}

fn rates(of: &opportunity::Model, own: &OwnBid) -> Table {
    let row = |rate: &LineRate| {
        let label = of.terms.lines.iter().find(|line| line.key == rate.key).map(|line| line.label.clone());
        // A bid from before a correction was made for what was advertised then.
        let asked = of.quantities.0.iter().find(|asked| asked.key == rate.key && !own.unsettled);
        vec![
            label.unwrap_or_else(|| rate.key.clone()),
            asked.map(|asked| asked.quantity.to_string()).unwrap_or_default(),
            pounds(rate.rate.decimal()),
        ]
    };
    Table {
        caption: Some("Rates".to_owned()),
        columns: vec![Column::words("What"), Column::figures("How much"), Column::figures("Rate")],
        rows: own.offer.rates.iter().map(row).collect(),
    }
}

fn versions_table(versions: &[BidVersion]) -> Table {
    let row = |one: &BidVersion| {
        vec![
            one.version.to_string(),
            act_words(one.act).to_owned(),
            one.at.to_the_second(),
            one.weekly_price.map(|price| pounds(price.decimal())).unwrap_or_default(),
            one.digest.clone().unwrap_or_default(),
        ]
    };
    Table {
        caption: None,
        columns: vec![
            Column::words("Version"),
            Column::words("What was done"),
            Column::words("When"),
            Column::figures("A week"),
            Column::words("SHA-256"),
        ],
        rows: versions.iter().map(row).collect(),
    }
}

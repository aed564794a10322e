//! Figures and order, without a word.

use super::{
    Entry, Evaluation, Exceptionality, Formula, Model,
    formula::{Share, Shares},
    units::{Units, rounded},
};
use crate::domain::{pricing::PriceLine, refusal::Refusal};
use entity::{
    category::TieBreak,
    vocabulary::{Money, Score},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// Whether a bid takes part in the ranking: the first of these that keeps it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Admissibility {
    Admissible,
    /// Its quality is below the gate (and perhaps a mark below its minimum too).
    BelowGate,
    BelowMinimumMark,
    /// A rate or its weekly price is below the floor, and that is not accepted as an exception.
    BelowFloor,
    /// The same of the ceiling.
    AboveCeiling,
    /// Its price was rejected as abnormally low (PCR 2015 reg 69; Procurement Act 2023 s. 19). No evaluation finds
    /// this by itself: such a bid is left out of it.
    Disregarded,
}

/// What a bid comes to, in the evaluation's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Worked {
    pub weekly: i128,
    pub quality: i128,
    pub status: Admissibility,
}

/// Where an admissible bid stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the evaluation's bids.
    pub bid: u32,
    /// From 1; bids that nothing separates share one, and the next rank is left out.
    pub rank: u32,
    /// What it is ranked by, least first: ten-thousandths of the total below nothing, ten-thousandths of a pound
    /// for each per cent of quality, or its place in the standing order.
    figure: i64,
}

/// The result in figures: nothing has been put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking {
    /// By bid, in the order given.
    pub(super) worked: Vec<Worked>,
    /// The lowest admissible weekly price.
    pub(super) lowest: Option<i128>,
    /// The admissible bids, in rank order.
    pub places: Vec<Place>,
}

/// A bid's figures as they are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    pub status: Admissibility,
    /// To four places.
    pub weekly_price: Money,
    /// The same in pence.
    pub weekly_pence: i64,
    pub quality: Score,
    /// None where the bid is inadmissible, or the formula gives no marks for price.
    pub price: Option<Score>,
    /// None where the bid is inadmissible, or is not ranked by its marks.
    pub total: Option<Score>,
    /// Weekly pounds for each per cent of quality, where the bid is ranked by that.
    pub value_for_money: Option<Money>,
}

/// Hears of equal bids: the step by which they were compared (none at the end of the chain), the bids in the
/// order in which it put them, and whether it separated any.
pub(super) trait Told: FnMut(Option<&TieBreak>, &[Place], bool) {}

impl<F: FnMut(Option<&TieBreak>, &[Place], bool)> Told for F {}

impl Ranking {
    fn lowest_now(&self) -> Option<i128> {
        let admissible = self.worked.iter().filter(|worked| worked.status == Admissibility::Admissible);
        admissible.map(|worked| worked.weekly).min()
    }

    /// The bids ranked first: several where nothing separates them, none where none is admissible.
    pub fn first(&self) -> impl Iterator<Item = usize> {
        self.places.iter().take_while(|place| place.rank == 1).map(|place| place.bid as usize)
    }
}

impl Evaluation {
    /// Scores and ranks the bids. The order in which admissible bids are given changes nothing, and a bid below
    /// a gate changes no other bid's result.
    pub fn rank(&self) -> Ranking {
        self.rank_telling(&mut |_, _, _| {})
    }

    /// The same, told of every comparison of equal bids.
    pub(super) fn rank_telling(&self, told: &mut impl Told) -> Ranking {
        let judge = Judge::of(self);
        let worked = self.bids().iter().map(|entry| judge.work(entry)).collect();
        let mut ranking = Ranking { worked, lowest: None, places: Vec::with_capacity(self.bids().len()) };
        self.place_all(&mut ranking);
        self.settle(&mut ranking, told);
        ranking
    }

    /// Ranks again after one bid's lines have changed, with what is known of the others.
    ///
    /// # Errors
    /// As [`Self::new`], of that bid; nothing has changed then.
    pub fn reprice(
        &mut self,
        ranking: &mut Ranking,
        bid: usize,
        lines: Vec<PriceLine>,
    ) -> Result<(), Refusal> {
        self.replace_lines(bid, lines)?;
        let (Some(entry), Some(worked)) = (self.bids().get(bid), ranking.worked.get_mut(bid)) else {
            return Err(Refusal::not_found("bid"));
        };
        let before = std::mem::replace(worked, Judge::of(self).work(entry));
        if before.status == worked.status {
            let lowest = ranking.lowest_now();
            let all = lowest != ranking.lowest && self.model().formula.name().depends_on_lowest();
            let standing = Standing::of(self, lowest.unwrap_or_default());
            for place in ranking.places.iter_mut().filter(|place| all || place.bid as usize == bid) {
                if let Some(worked) = ranking.worked.get(place.bid as usize) {
                    place.figure = standing.figure(self, place.bid, worked);
                }
            }
            ranking.lowest = lowest;
        } else {
            self.place_all(ranking);
        }
        // Nearly in order already, which a stable sort makes use of.
        self.settle(ranking, &mut |_, _, _| {});
        Ok(())
    }

    /// Gives every admissible bid what it is ranked by.
    fn place_all(&self, ranking: &mut Ranking) {
        ranking.lowest = ranking.lowest_now();
        let standing = Standing::of(self, ranking.lowest.unwrap_or_default());
        ranking.places.clear();
        for (bid, worked) in (0..).zip(&ranking.worked) {
            if worked.status == Admissibility::Admissible {
                ranking.places.push(Place { bid, rank: 0, figure: standing.figure(self, bid, worked) });
            }
        }
    }

    /// Puts the bids in order by what they are ranked by, and equal ones through the chain.
    fn settle(&self, ranking: &mut Ranking, told: &mut impl Told) {
        ranking.places.sort_by_key(|place| place.figure);
        let chain = Chain { of: self, worked: &ranking.worked };
        let mut rank = 1;
        for equal in ranking.places.chunk_by_mut(|a, b| a.figure == b.figure) {
            chain.separate(equal, &self.model().tie_break, rank, told);
            rank += equal.len() as u32;
        }
    }

    /// A bid's figures in a ranking of this evaluation.
    pub fn figures(&self, ranking: &Ranking, bid: usize) -> Option<Figures> {
        let worked = ranking.worked.get(bid)?;
        let (model, units) = (self.model(), self.units());
        let admissible = worked.status == Admissibility::Admissible;
        let share = self.share(ranking, worked).filter(|_| admissible);
        let has_total = model.formula.name().has_total();
        let by_value = model.formula == Formula::PricePerQualityPoint && admissible;
        Some(Figures {
            status: worked.status,
            weekly_price: units.published_price(worked.weekly),
            weekly_pence: units.pence(worked.weekly),
            quality: units.published_quality(worked.quality),
            price: share.map(|share| price_marks(model, share)),
            total: (admissible && has_total).then(|| total(model, units, worked.quality, share)),
            value_for_money: by_value.then(|| units.value(worked.weekly, worked.quality, model)),
        })
    }

    /// What each criterion's mark of a bid comes to, weighted, in the model's order.
    pub fn weighted(&self, bid: usize) -> Vec<Score> {
        let units = self.units();
        let Some(entry) = self.bids().get(bid) else {
            return Vec::new();
        };
        (0..self.model().criteria.len())
            .map(|criterion| units.published_quality(units.weighted(entry, criterion)))
            .collect()
    }

    /// The share of the price weight that a bid earns in a ranking.
    pub(super) fn share(&self, ranking: &Ranking, worked: &Worked) -> Option<Share> {
        let lowest = ranking.lowest.unwrap_or(worked.weekly);
        Shares::of(self.model(), self.units(), lowest).earned(worked.weekly)
    }
}

/// W × the share, to four places.
fn price_marks(model: &Model, (part, whole): Share) -> Score {
    let weight = i128::from(model.price_weight.ten_thousandths());
    Score::from_ten_thousandths(rounded(weight * part, whole))
}

/// Quality and price marks added unrounded, then to four places.
fn total(model: &Model, units: &Units, quality: i128, share: Option<Share>) -> Score {
    let (part, whole) = share.unwrap_or((0, 1));
    let weight = i128::from(model.price_weight.ten_thousandths());
    let sum = quality * whole + weight * part * units.quality;
    Score::from_ten_thousandths(rounded(sum, units.quality * whole))
}

/// What an evaluation asks of each bid, worked out once.
pub(super) struct Judge<'a> {
    units: &'a Units,
    model: &'a Model,
    /// The least quality; above nothing where a price is divided by it.
    quality_needed: i128,
    floor: Option<i128>,
    ceiling: Option<i128>,
}

impl<'a> Judge<'a> {
    pub fn of(evaluation: &'a Evaluation) -> Self {
        let (model, units) = (evaluation.model(), evaluation.units());
        // gate × quality weight × units, both in ten-thousandths: rounded up to what a bid's quality can be.
        let gate = i128::from(model.quality_gate.unwrap_or_default().ten_thousandths());
        let needed = gate * i128::from(model.quality_weight.ten_thousandths()) * units.quality;
        let least = i128::from(model.formula == Formula::PricePerQualityPoint);
        Self {
            units,
            model,
            quality_needed: ((needed + 9_999) / 10_000).max(least),
            floor: model.floor.map(|floor| units.money(floor)),
            ceiling: model.ceiling.map(|ceiling| units.money(ceiling)),
        }
    }

    pub fn work(&self, entry: &Entry) -> Worked {
        let weekly = entry.lines.iter().map(|line| self.units.line(line)).sum();
        let quality = self.units.quality_of(entry);
        Worked { weekly, quality, status: self.status(entry, weekly, quality) }
    }

    fn status(&self, entry: &Entry, weekly: i128, quality: i128) -> Admissibility {
        let mut marked = self.model.criteria.iter().zip(&entry.marks);
        if quality < self.quality_needed {
            Admissibility::BelowGate
        } else if marked.any(|(criterion, mark)| criterion.mark_min.is_some_and(|min| *mark < min)) {
            Admissibility::BelowMinimumMark
        } else if entry.exceptionality == Some(Exceptionality::Accepted) {
            Admissibility::Admissible
        } else if self.below_floor(entry, weekly) {
            Admissibility::BelowFloor
        } else if self.above_ceiling(entry, weekly) {
            Admissibility::AboveCeiling
        } else {
            Admissibility::Admissible
        }
    }

    pub fn below_floor(&self, entry: &Entry, weekly: i128) -> bool {
        self.floor.is_some_and(|floor| weekly < floor)
            || entry.lines.iter().any(|line| line.floor.is_some_and(|floor| line.rate < floor))
    }

    pub fn above_ceiling(&self, entry: &Entry, weekly: i128) -> bool {
        self.ceiling.is_some_and(|ceiling| weekly > ceiling)
            || entry.lines.iter().any(|line| line.ceiling.is_some_and(|ceiling| line.rate > ceiling))
    }
}

/// What admissible bids are ranked by, least first.
enum Standing {
    Total(Shares),
    Value,
    /// By bid: its place in the standing order, or the end of it.
    Order(Vec<i64>),
}

impl Standing {
    fn of(evaluation: &Evaluation, lowest: i128) -> Self {
        let model = evaluation.model();
        match &model.formula {
            Formula::PricePerQualityPoint => Self::Value,
            Formula::RankedList { order } => {
                let place = |entry: &Entry| {
                    let found = order.iter().position(|id| *id == entry.id);
                    i64::try_from(found.unwrap_or(order.len())).unwrap_or(i64::MAX)
                };
                Self::Order(evaluation.bids().iter().map(place).collect())
            }
            _ => Self::Total(Shares::of(model, evaluation.units(), lowest)),
        }
    }

    fn figure(&self, evaluation: &Evaluation, bid: u32, worked: &Worked) -> i64 {
        let (model, units) = (evaluation.model(), evaluation.units());
        match self {
            Self::Total(shares) => {
                -total(model, units, worked.quality, shares.earned(worked.weekly)).ten_thousandths()
            }
            Self::Value => units.value(worked.weekly, worked.quality, model).ten_thousandths(),
            Self::Order(places) => places.get(bid as usize).copied().unwrap_or(i64::MAX),
        }
    }
}

/// The published chain, over these bids.
pub(super) struct Chain<'a> {
    pub of: &'a Evaluation,
    pub worked: &'a [Worked],
}

impl Chain<'_> {
    /// Puts equal bids in order by the rest of the chain, the first of them at this rank.
    fn separate(&self, equal: &mut [Place], chain: &[TieBreak], rank: u32, told: &mut impl Told) {
        if let [only] = equal {
            only.rank = rank;
            return;
        }
        // Where nothing else separates them by id, so that nothing depends on the order in which bids arrived.
        let Some((step, rest)) = chain.split_first() else {
            equal.sort_by_key(|place| self.id(place));
            equal.iter_mut().for_each(|place| place.rank = rank);
            told(None, equal, false);
            return;
        };
        match step {
            // Hashed once each, because most chains end here.
            TieBreak::Lot => equal.sort_by_cached_key(|place| (self.lot(place), self.id(place))),
            _ => equal.sort_by(|a, b| self.compare(a, b, step).then_with(|| self.id(a).cmp(&self.id(b)))),
        }
        let separated = match equal {
            [first, .., last] => self.compare(first, last, step).is_ne(),
            _ => false,
        };
        told(Some(step), equal, separated);
        let mut rank = rank;
        for still in equal.chunk_by_mut(|a, b| self.compare(a, b, step).is_eq()) {
            self.separate(still, rest, rank, told);
            rank += still.len() as u32;
        }
    }

    pub fn id(&self, place: &Place) -> Option<&str> {
        self.entry(place).map(|entry| entry.id.as_str())
    }

    pub fn entry(&self, place: &Place) -> Option<&Entry> {
        self.of.bids().get(place.bid as usize)
    }

    fn worked(&self, place: &Place) -> Option<&Worked> {
        self.worked.get(place.bid as usize)
    }

    pub fn quality(&self, place: &Place) -> Score {
        self.worked(place).map(|w| self.of.units().published_quality(w.quality)).unwrap_or_default()
    }

    pub fn price(&self, place: &Place) -> Money {
        self.worked(place).map(|w| self.of.units().published_price(w.weekly)).unwrap_or_default()
    }

    pub fn mark(&self, place: &Place, criterion: &str) -> entity::vocabulary::Mark {
        let found = self.of.model().criteria.iter().position(|c| c.id == criterion);
        let marks = self.entry(place).map(|entry| entry.marks.as_slice()).unwrap_or_default();
        found.and_then(|n| marks.get(n)).copied().unwrap_or_default()
    }

    /// SHA-256 of `seed:bid id`, in hexadecimal.
    pub fn lot(&self, place: &Place) -> String {
        let seed = self.of.model().lot_seed.as_deref().unwrap_or_default();
        let id = self.id(place).unwrap_or_default();
        format!("{:x}", Sha256::digest(format!("{seed}:{id}")))
    }

    /// Which of two comes first at this step, by figures as they are published: nobody loses by a digit that
    /// they cannot see.
    fn compare(&self, a: &Place, b: &Place, step: &TieBreak) -> Ordering {
        match step {
            TieBreak::Quality => self.quality(b).cmp(&self.quality(a)),
            TieBreak::Criterion(id) => self.mark(b, id).cmp(&self.mark(a, id)),
            TieBreak::Price => self.price(a).cmp(&self.price(b)),
            // A bid without a confirmed start comes after those with one.
            TieBreak::Start => {
                let start = |place| self.entry(place).and_then(|entry| entry.start);
                let key = |place| (start(place).is_none(), start(place));
                key(a).cmp(&key(b))
            }
            TieBreak::Preference => {
                let preferred = |place| self.entry(place).is_some_and(|entry| entry.preferred);
                preferred(b).cmp(&preferred(a))
            }
            TieBreak::Lot => self.lot(a).cmp(&self.lot(b)),
        }
    }
}

//! What is amiss in a scheme of delegation though every instrument in it may be in order by itself: circles, power
//! passed on that nobody had, gaps, overlaps and empty posts. It stops nothing; [`approvers`] does that.

use super::{Asked, Scheme, approvers, covers, kind_words, listed};
use crate::domain::pricing::pounds;
use entity::{delegation, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most findings that are told of one scheme.
pub const FINDINGS_MAX: usize = 200;

/// What is amiss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Delegations go round, and come from no decision.
    Circle,
    /// More is passed on than was handed down.
    Widens,
    /// A delegation in force that nothing empowers on the day.
    DeadEnd,
    /// Days on which a delegation rests on nothing, or a post has nobody.
    Gap,
    /// A value or a kind of decision to which nobody's power reaches.
    Unreached,
    /// Two instruments give one post the same power at once, or two people hold it by themselves.
    Overlap,
    /// Nobody holds a post that has power.
    Vacant,
}

/// How an instrument stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InstrumentState {
    InForce,
    NotYet,
    Ended,
    Revoked,
    /// In force by itself, and nothing empowers it.
    DeadEnd,
}

/// How an instrument stands on a day, with why where it gives nothing though it is in force by itself.
pub fn state(scheme: &Scheme, link: &delegation::Model, on: Day) -> (InstrumentState, Option<String>) {
    let state = if link.revoked_on.is_some_and(|day| day <= on) {
        InstrumentState::Revoked
    } else if link.valid_to.is_some_and(|last| last < on) {
        InstrumentState::Ended
    } else if on < link.valid_from {
        InstrumentState::NotYet
    } else {
        InstrumentState::InForce
    };
    if state != InstrumentState::InForce {
        return (state, None);
    }
    let why = match link.from_post_id {
        Some(giver) => scheme.gives_nothing(link, giver, on),
        None => {
            let decision = scheme.decisions.iter().find(|d| Some(d.id) == link.from_decision_id);
            decision.filter(|d| on < d.taken_on).map(|d| {
                format!("The decision on which it rests is dated {}, which is later.", d.taken_on.in_words())
            })
        }
    };
    (if why.is_some() { InstrumentState::DeadEnd } else { state }, why)
}

/// One thing amiss.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    pub kind: FindingKind,
    /// Which instrument it is about, if one.
    pub delegation_id: Option<DelegationId>,
    /// Which post it is about, if one.
    pub post_id: Option<PostId>,
    pub words: String,
}

/// The days on which an instrument holds: the first, and the last if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: Day,
    last: Option<Day>,
}

impl Span {
    fn of(link: &delegation::Model) -> Self {
        let before_revoked = link.revoked_on.map(|day| day.plus_days(-1));
        let last = [link.valid_to, before_revoked].into_iter().flatten().min();
        Self { first: link.valid_from, last }
    }

    /// Whether it has a day at all, on or after this one.
    fn lives(self, on: Day) -> bool {
        self.last.is_none_or(|last| last >= on && last >= self.first)
    }

    /// The days that two have in common, if any.
    fn common(self, other: Self) -> Option<Self> {
        let first = self.first.max(other.first);
        let last = match (self.last, other.last) {
            (None, any) | (any, None) => any,
            (Some(one), Some(another)) => Some(one.min(another)),
        };
        last.is_none_or(|last| first <= last).then_some(Self { first, last })
    }

    fn words(self) -> String {
        let from = self.first.in_words();
        self.last.map_or_else(|| format!("from {from}"), |last| format!("from {from} to {}", last.in_words()))
    }
}

/// In what a delegation goes beyond another on which it would rest: the field, and the words. Days are not among
/// them: outside the other's days it gives nothing, and that is a gap.
pub(super) fn widened(
    scheme: &Scheme,
    held: &delegation::Model,
    given: &delegation::Model,
) -> Vec<(&'static str, String)> {
    let mut wider = Vec::new();
    let of = &held.slug;
    if !held.may_pass_on {
        wider.push(("from_post_id", format!("“{of}” may not be passed on")));
        return wider;
    }
    for (field, most, asked, per) in [
        ("limit_yearly", held.limit_yearly, given.limit_yearly, "a year"),
        ("limit_contract", held.limit_contract, given.limit_contract, "over the whole contract"),
    ] {
        if let Some(most) = most
            && asked.is_none_or(|asked| asked > most)
        {
            let asked = asked.map_or("no limit".to_owned(), |sum| pounds(sum.decimal()));
            let most = pounds(most.decimal());
            wider.push((field, format!("{asked} {per} is more than the {most} of “{of}”")));
        }
    }
    let within = |all: bool, none: bool, each: bool| all || (!none && each);
    let (had, has) = (&held.categories.0, &given.categories.0);
    if !within(had.is_empty(), has.is_empty(), has.iter().all(|id| had.contains(id))) {
        let names: Vec<_> = had.iter().map(|id| scheme.category(*id)).collect();
        wider.push(("categories", format!("“{of}” covers {} only", listed(&names))));
    }
    let (had, has) = (&held.kinds.0, &given.kinds.0);
    if !within(had.is_empty(), has.is_empty(), has.iter().all(|kind| had.contains(kind))) {
        let names: Vec<_> = had.iter().map(|kind| kind_words(*kind).to_owned()).collect();
        wider.push(("kinds", format!("“{of}” covers {} only", listed(&names))));
    }
    if let Some(most) = held.levels
        && given.may_pass_on
        && given.levels.is_none_or(|levels| levels >= most)
    {
        let words = match most {
            1 => format!("“{of}” may be passed on once only, so this may not be passed on"),
            _ => format!("“{of}” may be passed on down {most} levels, so this must have fewer"),
        };
        wider.push(("levels", words));
    }
    wider
}

/// The posts of a circle that this delegation closes with others that live, from its giver round to it again.
pub(super) fn circle(scheme: &Scheme, closing: &delegation::Model, on: Day) -> Option<Vec<PostId>> {
    let giver = closing.from_post_id?;
    let mut below: BTreeMap<PostId, PostId> = BTreeMap::new();
    let mut seen = BTreeSet::from([closing.to_post_id]);
    let mut ways = vec![closing.to_post_id];
    while let Some(post) = ways.pop() {
        if post == giver {
            let mut way = vec![giver];
            while let Some(before) = way.last().and_then(|at| below.get(at)) {
                way.push(*before);
            }
            way.push(giver);
            way.reverse();
            return Some(way);
        }
        let next = scheme.delegations.iter().filter(|d| {
            d.market_id == closing.market_id && d.from_post_id == Some(post) && Span::of(d).lives(on)
        });
        for link in next {
            if seen.insert(link.to_post_id) {
                below.insert(link.to_post_id, post);
                ways.push(link.to_post_id);
            }
        }
    }
    None
}

impl Scheme {
    /// `Director → Lead Commissioner → Director`.
    pub(super) fn round(&self, posts: &[PostId]) -> String {
        posts.iter().map(|post| self.title(*post)).collect::<Vec<_>>().join(" → ")
    }
}

/// Everything amiss in the scheme of one market, as it is on a day and from then on. What is over is not looked at.
pub fn findings(scheme: &Scheme, market: MarketId, on: Day) -> Vec<Finding> {
    let live: Vec<_> =
        scheme.delegations.iter().filter(|d| d.market_id == market && Span::of(d).lives(on)).collect();
    let mut found = Vec::new();
    circles(scheme, &live, on, &mut found);
    for link in &live {
        passed_on(scheme, &live, link, on, &mut found);
    }
    overlaps(scheme, &live, on, &mut found);
    posts(scheme, &live, on, &mut found);
    unreached(scheme, market, on, &mut found);
    found.sort();
    found.dedup();
    found.truncate(FINDINGS_MAX);
    found
}

/// What is amiss after a change and was not before it.
pub fn new_findings(before: &[Finding], after: Vec<Finding>) -> Vec<Finding> {
    after.into_iter().filter(|finding| !before.contains(finding)).collect()
}

fn about(kind: FindingKind, link: &delegation::Model, words: String) -> Finding {
    Finding { kind, delegation_id: Some(link.id), post_id: Some(link.to_post_id), words }
}

fn circles(scheme: &Scheme, live: &[&delegation::Model], on: Day, found: &mut Vec<Finding>) {
    let mut told: Vec<BTreeSet<PostId>> = Vec::new();
    for link in live {
        if let Some(round) = circle(scheme, link, on) {
            let posts: BTreeSet<_> = round.iter().copied().collect();
            if !told.contains(&posts) {
                let words = format!(
                    "Delegations go round in a circle: {}. Power comes from a decision by members, so round this \
                     circle none is given.",
                    scheme.round(&round)
                );
                found.push(about(FindingKind::Circle, link, words));
                told.push(posts);
            }
        }
    }
}

/// What a delegation rests on: whether it covers it, and on all its days.
fn passed_on(
    scheme: &Scheme,
    live: &[&delegation::Model],
    link: &delegation::Model,
    on: Day,
    found: &mut Vec<Finding>,
) {
    let span = Span::of(link);
    let what = format!("“{}”, from {} to {},", link.slug, scheme.source(link), scheme.the(link.to_post_id));
    let under: Vec<_> = match (link.from_decision_id, link.from_post_id) {
        (Some(id), _) => scheme
            .decisions
            .iter()
            .filter(|d| d.id == id && d.market_id == link.market_id)
            .map(|d| Span { first: d.taken_on, last: None })
            .collect(),
        (None, Some(giver)) => {
            let held: Vec<_> = live.iter().filter(|d| d.to_post_id == giver && d.id != link.id).collect();
            let mut least: Option<(bool, Vec<_>)> = None;
            let mut under = Vec::new();
            for held in &held {
                let wider = widened(scheme, held, link);
                if wider.is_empty() {
                    under.push(Span::of(held));
                }
                let further = (!held.may_pass_on, wider.len());
                if least.as_ref().is_none_or(|(shut, least)| further < (*shut, least.len())) {
                    least = Some((!held.may_pass_on, wider));
                }
            }
            match least {
                None => {
                    let words = format!(
                        "{what} gives nothing: nothing in force is delegated to {} in this market.",
                        scheme.the(giver)
                    );
                    found.push(about(FindingKind::DeadEnd, link, words));
                    return;
                }
                Some((_, wider)) if under.is_empty() => {
                    let why: Vec<_> = wider.into_iter().map(|(_, words)| words).collect();
                    let words = format!(
                        "{what} passes on more than {} has: {}. It gives no more than that.",
                        scheme.the(giver),
                        listed(&why)
                    );
                    found.push(about(FindingKind::Widens, link, words));
                    // What it covers in common still has its days.
                    under.extend(held.iter().filter(|d| d.may_pass_on).map(|d| Span::of(d)));
                }
                Some(_) => {}
            }
            under
        }
        (None, None) => Vec::new(),
    };
    for gap in gaps(span, on, under) {
        let words = format!("{what} gives nothing {}: what it rests on does not hold then.", gap.words());
        found.push(about(FindingKind::Gap, link, words));
    }
    dead_end(scheme, link, on, &what, found);
}

/// The days of a span, from a day on, that others do not cover.
fn gaps(span: Span, on: Day, mut others: Vec<Span>) -> Vec<Span> {
    others.sort_by_key(|other| other.first);
    let mut gaps = Vec::new();
    let mut from = span.first.max(on);
    for other in others {
        if span.last.is_some_and(|last| from > last) {
            return gaps;
        }
        if other.first > from {
            let until = other.first.plus_days(-1);
            gaps.push(Span { first: from, last: Some(span.last.map_or(until, |last| last.min(until))) });
        }
        match other.last {
            None => return gaps,
            Some(last) => from = from.max(last.plus_days(1)),
        }
        from = from.max(other.first);
    }
    if span.last.is_none_or(|last| from <= last) {
        gaps.push(Span { first: from, last: span.last });
    }
    gaps
}

/// Whether a delegation in force has, further up, no chain for anything that it covers.
fn dead_end(scheme: &Scheme, link: &delegation::Model, on: Day, what: &str, found: &mut Vec<Finding>) {
    let told = found.iter().any(|f| f.delegation_id == Some(link.id) && f.kind != FindingKind::Overlap);
    if told || link.valid_from > on {
        return;
    }
    let Some(giver) = link.from_post_id else { return };
    if let Some(why) = scheme.gives_nothing(link, giver, on) {
        found.push(about(FindingKind::DeadEnd, link, format!("{what} gives nothing today. {why}")));
    }
}

impl Scheme {
    /// Every kind of decision and category that a delegation covers, as a question of no value.
    fn covered(&self, link: &delegation::Model, on: Day) -> impl Iterator<Item = Asked> {
        let kinds = DecisionKind::ALL.iter().copied().filter(|kind| covers(&link.kinds.0, kind));
        kinds.flat_map(move |kind| {
            let categories = self.categories.keys().copied().filter(|id| covers(&link.categories.0, id));
            categories.map(move |category| Asked {
                kind,
                market: link.market_id,
                category,
                on,
                yearly: Money::ZERO,
                whole: Money::ZERO,
            })
        })
    }

    /// Why a delegation that is in force gives nothing on the day, if it does not.
    pub(super) fn gives_nothing(&self, link: &delegation::Model, giver: PostId, on: Day) -> Option<String> {
        let mut why = None;
        for asked in self.covered(link, on) {
            let taken = BTreeSet::from([link.to_post_id]);
            if self.climb(giver, &asked, 1, &taken, |_| {}) {
                return None;
            }
            if why.is_none() {
                why = Some(self.why_not(link.to_post_id, &asked).to_string());
            }
        }
        why
    }
}

fn overlaps(scheme: &Scheme, live: &[&delegation::Model], on: Day, found: &mut Vec<Finding>) {
    for (place, one) in live.iter().enumerate() {
        for other in live.iter().skip(place + 1).filter(|other| other.to_post_id == one.to_post_id) {
            let Some(days) = Span::of(one).common(Span::of(other)) else { continue };
            let days = Span { first: days.first.max(on), ..days };
            let meet = |one_has: bool, other_has: bool, shared: bool| one_has || other_has || shared;
            let kinds = (&one.kinds.0, &other.kinds.0);
            let categories = (&one.categories.0, &other.categories.0);
            let same_kinds = meet(
                kinds.0.is_empty(),
                kinds.1.is_empty(),
                kinds.0.iter().any(|kind| kinds.1.contains(kind)),
            );
            let same_categories = meet(
                categories.0.is_empty(),
                categories.1.is_empty(),
                categories.0.iter().any(|id| categories.1.contains(id)),
            );
            if same_kinds && same_categories {
                let words = format!(
                    "“{}” and “{}” both give {} the same power {}: an approval cites the one with the lesser limit \
                     that suffices.",
                    one.slug,
                    other.slug,
                    scheme.the(one.to_post_id),
                    days.words()
                );
                found.push(about(FindingKind::Overlap, other, words));
            }
        }
    }
}

/// Posts with power: whether somebody holds them now and from then on, and whether two do by themselves.
fn posts(scheme: &Scheme, live: &[&delegation::Model], on: Day, found: &mut Vec<Finding>) {
    let delegated: BTreeSet<_> = live.iter().map(|d| d.to_post_id).collect();
    for post in delegated {
        let of = |kind, words| Finding { kind, delegation_id: None, post_id: Some(post), words };
        let the = scheme.title(post);
        let tenures: Vec<_> = scheme
            .holders
            .iter()
            .filter(|h| h.row.post_id == post && h.row.to.is_none_or(|to| to >= on))
            .collect();
        if scheme.incumbents(post, on).next().is_none() {
            let words = format!(
                "Nobody holds the post of {the} on {}: what it could decide goes to the next post that can act.",
                on.in_words()
            );
            found.push(of(FindingKind::Vacant, words));
        } else {
            let held = tenures.iter().map(|h| Span { first: h.row.from, last: h.row.to }).collect();
            for gap in gaps(Span { first: on, last: None }, on, held) {
                let words = format!("Nobody holds the post of {the} {}.", gap.words());
                found.push(of(FindingKind::Gap, words));
            }
        }
        let alone: Vec<_> = tenures.iter().filter(|h| h.row.tenure == Tenure::Substantive).collect();
        for (place, one) in alone.iter().enumerate() {
            let span = |h: &super::Holder| Span { first: h.row.from, last: h.row.to };
            let other = alone
                .iter()
                .skip(place + 1)
                .find(|h| h.row.account_id != one.row.account_id && span(one).common(span(h)).is_some());
            if let Some(other) = other {
                let words = format!(
                    "{} and {} both hold the post of {the} substantively at once: either may act. Record a job share \
                     if that is meant.",
                    one.name, other.name
                );
                found.push(of(FindingKind::Overlap, words));
            }
        }
    }
}

/// How far the power of those who hold a post reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reached {
    Nobody,
    /// A chain holds, and nobody holds the post at its end.
    OnlyVacant,
    /// At most so much a year.
    UpTo(Money),
    Everything,
}

/// Kinds of decision, categories and values to which nobody's power reaches on the day.
fn unreached(scheme: &Scheme, market: MarketId, on: Day, found: &mut Vec<Finding>) {
    // Categories, and kinds, that the same delegations cover are alike.
    let mut alike: BTreeMap<Vec<bool>, Vec<CategoryId>> = BTreeMap::new();
    for id in scheme.categories.keys() {
        let by = scheme.delegations.iter().map(|d| covers(&d.categories.0, id)).collect();
        alike.entry(by).or_default().push(*id);
    }
    let mut kinds: BTreeMap<Vec<bool>, Vec<DecisionKind>> = BTreeMap::new();
    for kind in DecisionKind::ALL {
        let by = scheme.delegations.iter().map(|d| covers(&d.kinds.0, kind)).collect();
        kinds.entry(by).or_default().push(*kind);
    }
    for kinds in kinds.values() {
        let mut by_reach: BTreeMap<Reached, Vec<CategoryId>> = BTreeMap::new();
        for categories in alike.values() {
            let (Some(kind), Some(category)) = (kinds.first(), categories.first()) else { continue };
            let asked =
                |yearly| Asked { kind: *kind, market, category: *category, on, yearly, whole: Money::ZERO };
            by_reach.entry(reached(scheme, asked)).or_default().extend(categories);
        }
        for (reached, categories) in by_reach {
            let words: Vec<_> = kinds.iter().map(|kind| kind_words(*kind).to_owned()).collect();
            let what =
                if words.len() == DecisionKind::ALL.len() { "anything".to_owned() } else { listed(&words) };
            let place = if categories.len() == scheme.categories.len() {
                "in this market".to_owned()
            } else {
                let names: Vec<_> = categories.iter().map(|id| scheme.category(*id)).collect();
                format!("in {}", listed(&names))
            };
            let words = match reached {
                Reached::Everything => continue,
                Reached::Nobody => format!("No post may decide {what} {place} today."),
                Reached::OnlyVacant => {
                    format!("Nobody holds a post that may decide {what} {place} today.")
                }
                Reached::UpTo(most) => {
                    format!("Above {} a year nobody may decide {what} {place} today.", pounds(most.decimal()))
                }
            };
            found.push(Finding { kind: FindingKind::Unreached, delegation_id: None, post_id: None, words });
        }
    }
}

fn reached(scheme: &Scheme, asked: impl Fn(Money) -> Asked) -> Reached {
    let can = |yearly| approvers(scheme, &asked(yearly)).iter().any(|approver| approver.chain.is_ok());
    if can(Money::from_ten_thousandths(i64::MAX)) {
        return Reached::Everything;
    }
    let mut limits: Vec<_> = scheme.delegations.iter().filter_map(|d| d.limit_yearly).collect();
    limits.sort();
    limits.dedup();
    if let Some(most) = limits.into_iter().rev().find(|limit| can(*limit)) {
        return Reached::UpTo(most);
    }
    let question = asked(Money::ZERO);
    let by_chain = scheme.posts.iter().any(|post| scheme.find(post.id, &question).is_ok());
    if by_chain { Reached::OnlyVacant } else { Reached::Nobody }
}

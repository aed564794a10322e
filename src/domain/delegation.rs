//! Who may approve, and on what authority: the council's scheme of delegation as data.
//!
//! An officer's decision is good only if the power to make it reached the officer (Local Government Act 2000,
//! s. 9E; Local Government Act 1972, s. 101). So an approval cites its whole chain: the member decision, each
//! delegation down to the post, and who held the post that day. Any break stops it, says so in words, and
//! sends it up to a post whose chain holds.

mod finding;
mod instrument;

pub use finding::*;
pub use instrument::*;

use super::{
    pricing::pounds,
    refusal::{Code, Fault, Refusal},
};
use entity::{
    award::{Chain, ChainLink, LinkKind},
    decision, delegation, holder, post,
    vocabulary::{AccountId, CategoryId, Day, DecisionKind, MarketId, Money, PostId, Tenure},
};
use std::collections::{BTreeMap, BTreeSet};

/// A tenure of a post, with the person's name, by which the chain cites them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub row: holder::Model,
    pub name: String,
}

impl Holder {
    /// Whether they held the post on that day; the first and the last day count.
    pub fn held(&self, on: Day) -> bool {
        self.row.from <= on && self.row.to.is_none_or(|last| on <= last)
    }
}

/// An authority's scheme of delegation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheme {
    pub decisions: Vec<decision::Model>,
    pub posts: Vec<post::Model>,
    pub holders: Vec<Holder>,
    pub delegations: Vec<delegation::Model>,
    /// The names of the market's categories.
    pub categories: BTreeMap<CategoryId, String>,
}

/// What a list of limits covers: where none is listed, everything.
fn covers<T: PartialEq>(listed: &[T], wanted: &T) -> bool {
    listed.is_empty() || listed.contains(wanted)
}

/// What is decided, for a sentence.
pub const fn kind_words(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Award => "awards",
        DecisionKind::BlockContract => "block contracts",
        DecisionKind::Variation => "variations",
        DecisionKind::Extension => "extensions",
        DecisionKind::Exceptionality => "exceptional prices",
        DecisionKind::DirectAward => "direct awards",
        DecisionKind::Suspension => "suspensions",
    }
}

fn times(levels: i32) -> String {
    match levels {
        1 => "once only".to_owned(),
        2 => "twice only, one under another".to_owned(),
        n => format!("{n} times only, one under another"),
    }
}

fn goes_to(next: Option<&str>) -> String {
    next.map_or_else(String::new, |post| format!(", so the request goes to the {post}"))
}

/// `A`, `A and B`, `A, B and C`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

/// Where a chain breaks, in words that a commissioner understands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    #[error("The delegation from {from} to {to} does not reach: its limit of {} a year is below {}.",
        pounds(.limit.decimal()), pounds(.value.decimal()))]
    YearlyLimit { from: String, to: String, limit: Money, value: Money },
    #[error("The delegation from {from} to {to} does not reach: its limit of {} over the whole contract is below {}.",
        pounds(.limit.decimal()), pounds(.value.decimal()))]
    ContractLimit { from: String, to: String, limit: Money, value: Money },
    #[error("Nobody holds the post of {post} on {}{}.", .on.in_words(), goes_to(.next.as_deref()))]
    Vacant {
        post: String,
        on: Day,
        /// The next post that can act, to which the request goes.
        next: Option<String>,
    },
    #[error("The delegation from {from} to {to} does not cover {}.", kind_words(*.kind))]
    Kind { from: String, to: String, kind: DecisionKind },
    #[error("The delegation from {from} to {to} does not cover {category}.")]
    Category { from: String, to: String, category: String },
    #[error("The delegation from {from} to {to} may not be passed on.")]
    NotPassedOn { from: String, to: String },
    #[error("The delegation from {from} to {to} may be passed on {}, and this is further down.", times(*.levels))]
    Level { from: String, to: String, levels: i32 },
    #[error("The delegation from {from} to {to} does not begin until {}.", .begins.in_words())]
    NotYet { from: String, to: String, begins: Day },
    #[error("The delegation from {from} to {to} ended on {}.", .ended.in_words())]
    Ended { from: String, to: String, ended: Day },
    #[error("The delegation from {from} to {to} was revoked on {}.", .revoked.in_words())]
    Revoked { from: String, to: String, revoked: Day },
    #[error("The decision of {body} on which it rests is dated {}, which is later.", .taken.in_words())]
    DecisionLater { body: String, taken: Day },
    #[error("The delegation to {to} rests on no decision or post on record.")]
    Unfounded { to: String },
    #[error("The delegations to {to} go round in a circle and come from no decision.")]
    Circle { to: String },
    #[error("Nothing delegates power in this market to {to}.")]
    Undelegated { to: String },
}

/// The authority on which a person may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    pub post: PostId,
    pub title: String,
    /// From the member decision down to the person.
    pub chain: Chain,
}

/// Somebody who holds a post on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incumbent {
    pub account_id: AccountId,
    pub name: String,
    pub tenure: Tenure,
}

/// A post to which power in the market is delegated, and whether it reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver {
    pub post: PostId,
    pub title: String,
    /// Who holds it that day.
    pub holders: Vec<Incumbent>,
    /// The chain, its holders at the end; or why it does not hold.
    pub chain: Result<Chain, Break>,
}

/// What is to be decided, when, and for how much: what a chain must reach to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub kind: DecisionKind,
    pub market: MarketId,
    pub category: CategoryId,
    pub on: Day,
    /// Weekly × 52.
    pub yearly: Money,
    /// Over the whole initial term.
    pub whole: Money,
}

/// A chain that holds: a decision, and the delegations from it down.
struct Found<'a> {
    decision: &'a decision::Model,
    delegations: Vec<&'a delegation::Model>,
}

/// Orders limits from the least; no limit comes last.
type Reach = ((bool, Option<Money>), (bool, Option<Money>));

fn reach(yearly: Option<Money>, contract: Option<Money>) -> Reach {
    ((yearly.is_none(), yearly), (contract.is_none(), contract))
}

impl Found<'_> {
    /// The least limits along the whole chain: what is passed on is never wider than what was handed down.
    fn reach(&self) -> Reach {
        reach(
            self.delegations.iter().filter_map(|d| d.limit_yearly).min(),
            self.delegations.iter().filter_map(|d| d.limit_contract).min(),
        )
    }
}

/// Why a link does not hold, before anybody needs it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop<'a> {
    Revoked(Day),
    Ended(Day),
    NotYet,
    Kind,
    Category,
    NotPassedOn,
    Level(i32),
    Yearly(Money),
    Contract(Money),
    DecisionLater(&'a decision::Model),
    Unfounded,
}

impl Met<'_> {
    /// How far from holding it is: where several ways break, the least broken is the one worth telling.
    const fn distance(&self) -> u8 {
        match self {
            Self::Stop(_, stop) => match stop {
                Stop::Yearly(_) => 0,
                Stop::Contract(_) => 1,
                Stop::Kind => 2,
                Stop::Category => 3,
                Stop::NotPassedOn => 4,
                Stop::Level(_) => 5,
                Stop::NotYet => 6,
                Stop::Ended(_) => 7,
                Stop::Revoked(_) => 8,
                Stop::DecisionLater(_) => 9,
                Stop::Unfounded => 10,
            },
            // A link that closes a circle.
            Self::Up(..) => 11,
            Self::Bare(_) => 12,
        }
    }
}

/// What a link that holds comes from.
enum Source<'a> {
    Decision(&'a decision::Model),
    Post(PostId),
}

/// What is met on the way up from a post.
enum Met<'a> {
    /// A link that does not hold.
    Stop(&'a delegation::Model, Stop<'a>),
    /// A link that holds, and comes from a post.
    Up(&'a delegation::Model, PostId),
    /// A post to which nothing is delegated.
    Bare(PostId),
}

impl Scheme {
    fn title(&self, post: PostId) -> String {
        let known = self.posts.iter().find(|known| known.id == post);
        known.map_or_else(|| "unknown post".to_owned(), |known| known.title.clone())
    }

    fn the(&self, post: PostId) -> String {
        format!("the {}", self.title(post))
    }

    /// Who handed it down, for a sentence: `Cabinet` or `the Director`.
    fn source(&self, delegation: &delegation::Model) -> String {
        match (delegation.from_decision_id, delegation.from_post_id) {
            (Some(id), None) => {
                let decision = self.decisions.iter().find(|decision| decision.id == id);
                decision.map_or_else(|| "an unknown decision".to_owned(), |d| d.body.clone())
            }
            (None, Some(post)) => self.the(post),
            _ => "nobody on record".to_owned(),
        }
    }

    fn incumbents(&self, post: PostId, on: Day) -> impl Iterator<Item = &Holder> {
        self.holders.iter().filter(move |holder| holder.row.post_id == post && holder.held(on))
    }

    /// A category's name, for a sentence.
    fn category(&self, id: CategoryId) -> String {
        self.categories.get(&id).cloned().unwrap_or_else(|| "this category".to_owned())
    }

    fn delegated_to(&self, post: PostId, market: MarketId) -> impl Iterator<Item = &delegation::Model> {
        self.delegations.iter().filter(move |d| d.market_id == market && d.to_post_id == post)
    }

    /// A post's chain. At each post, from the lowest up, the least limit with a way to a decision is the one
    /// cited; slugs only make the order certain.
    fn find(&self, post: PostId, asked: &Asked) -> Result<Found<'_>, Break> {
        let mut delegations = Vec::new();
        let mut taken = BTreeSet::from([post]);
        let mut at = post;
        loop {
            let mut candidates: Vec<_> = self.delegated_to(at, asked.market).collect();
            candidates.sort_by_key(|d| {
                (reach(d.limit_yearly, d.limit_contract), d.from_post_id.is_some(), &d.slug)
            });
            let below = delegations.len();
            let next = candidates.into_iter().find_map(|link| match self.comes_from(link, asked, below) {
                Ok(Source::Decision(decision)) => Some((link, Ok(decision))),
                Ok(Source::Post(giver)) if !taken.contains(&giver) => {
                    self.climb(giver, asked, below + 1, &taken, |_| {}).then_some((link, Err(giver)))
                }
                Ok(Source::Post(_)) | Err(_) => None,
            });
            match next {
                Some((link, Ok(decision))) => {
                    delegations.push(link);
                    delegations.reverse();
                    return Ok(Found { decision, delegations });
                }
                Some((link, Err(giver))) => {
                    delegations.push(link);
                    taken.insert(giver);
                    at = giver;
                }
                None => return Err(self.why_not(post, asked)),
            }
        }
    }

    /// Whether a way leads up from a post to a decision, around the posts in `taken`, with `below` delegations
    /// following. The fewer follow a delegation, the further it may be passed on, so that the shortest way to a
    /// post decides for it.
    fn climb<'a>(
        &'a self,
        post: PostId,
        asked: &Asked,
        mut below: usize,
        taken: &BTreeSet<PostId>,
        mut meet: impl FnMut(Met<'a>),
    ) -> bool {
        let mut seen = taken.clone();
        seen.insert(post);
        let mut level = vec![post];
        while !level.is_empty() {
            let mut above = Vec::new();
            for post in level {
                let mut bare = true;
                for link in self.delegated_to(post, asked.market) {
                    bare = false;
                    match self.comes_from(link, asked, below) {
                        Ok(Source::Decision(_)) => return true,
                        Ok(Source::Post(giver)) => {
                            if seen.insert(giver) {
                                above.push(giver);
                            }
                            meet(Met::Up(link, giver));
                        }
                        Err(stop) => meet(Met::Stop(link, stop)),
                    }
                }
                if bare {
                    meet(Met::Bare(post));
                }
            }
            level = above;
            below += 1;
        }
        false
    }

    /// Of all that keeps power from a post, the least.
    fn why_not(&self, post: PostId, asked: &Asked) -> Break {
        let mut least: Option<(u8, Met<'_>)> = None;
        // From which post each was reached, to tell a circle from two ways to one post.
        let mut reached_from: BTreeMap<PostId, PostId> = BTreeMap::new();
        self.climb(post, asked, 0, &BTreeSet::new(), |met| {
            if let Met::Up(link, giver) = met {
                let mut below = Some(link.to_post_id);
                while below.is_some_and(|at| at != giver) {
                    below = below.and_then(|at| reached_from.get(&at).copied());
                }
                if below.is_none() {
                    reached_from.entry(giver).or_insert(link.to_post_id);
                    return;
                }
            }
            let distance = met.distance();
            if least.as_ref().is_none_or(|(least, _)| distance < *least) {
                least = Some((distance, met));
            }
        });
        match least {
            Some((_, Met::Stop(link, stop))) => self.in_words(link, stop, asked),
            Some((_, Met::Up(link, _))) => Break::Circle { to: self.the(link.to_post_id) },
            Some((_, Met::Bare(post))) => Break::Undelegated { to: self.the(post) },
            None => Break::Circle { to: self.the(post) },
        }
    }

    /// Whether this one link holds, with so many below it, and what it comes from.
    fn comes_from<'a>(
        &'a self,
        link: &delegation::Model,
        asked: &Asked,
        below: usize,
    ) -> Result<Source<'a>, Stop<'a>> {
        if let Some(revoked) = link.revoked_on.filter(|revoked| *revoked <= asked.on) {
            return Err(Stop::Revoked(revoked));
        }
        if let Some(ended) = link.valid_to.filter(|last| *last < asked.on) {
            return Err(Stop::Ended(ended));
        }
        if asked.on < link.valid_from {
            return Err(Stop::NotYet);
        }
        if !covers(&link.kinds.0, &asked.kind) {
            return Err(Stop::Kind);
        }
        if !covers(&link.categories.0, &asked.category) {
            return Err(Stop::Category);
        }
        if below > 0 && !link.may_pass_on {
            return Err(Stop::NotPassedOn);
        }
        if let Some(levels) = link.levels.filter(|levels| usize::try_from(*levels).is_ok_and(|n| n < below)) {
            return Err(Stop::Level(levels));
        }
        if let Some(limit) = link.limit_yearly.filter(|limit| *limit < asked.yearly) {
            return Err(Stop::Yearly(limit));
        }
        if let Some(limit) = link.limit_contract.filter(|limit| *limit < asked.whole) {
            return Err(Stop::Contract(limit));
        }
        match (link.from_decision_id, link.from_post_id) {
            (Some(id), None) => {
                let found = self.decisions.iter().find(|d| d.id == id && d.market_id == asked.market);
                let decision = found.ok_or(Stop::Unfounded)?;
                if asked.on < decision.taken_on {
                    return Err(Stop::DecisionLater(decision));
                }
                Ok(Source::Decision(decision))
            }
            (None, Some(post)) => Ok(Source::Post(post)),
            _ => Err(Stop::Unfounded),
        }
    }

    fn in_words(&self, link: &delegation::Model, stop: Stop<'_>, asked: &Asked) -> Break {
        let (from, to) = (self.source(link), self.the(link.to_post_id));
        match stop {
            Stop::Revoked(revoked) => Break::Revoked { from, to, revoked },
            Stop::Ended(ended) => Break::Ended { from, to, ended },
            Stop::NotYet => Break::NotYet { from, to, begins: link.valid_from },
            Stop::Kind => Break::Kind { from, to, kind: asked.kind },
            Stop::Category => Break::Category { from, to, category: self.category(asked.category) },
            Stop::NotPassedOn => Break::NotPassedOn { from, to },
            Stop::Level(levels) => Break::Level { from, to, levels },
            Stop::Yearly(limit) => Break::YearlyLimit { from, to, limit, value: asked.yearly },
            Stop::Contract(limit) => Break::ContractLimit { from, to, limit, value: asked.whole },
            Stop::DecisionLater(d) => Break::DecisionLater { body: d.body.clone(), taken: d.taken_on },
            Stop::Unfounded => Break::Unfounded { to },
        }
    }

    /// The chain as it is cited, down to the post.
    fn cite(&self, found: &Found<'_>) -> Vec<ChainLink> {
        let decision = found.decision;
        let mut links = vec![ChainLink {
            kind: LinkKind::Decision,
            words: format!(
                "{}, {}: {} ({})",
                decision.body,
                decision.taken_on.in_words(),
                decision.title,
                decision.reference
            ),
        }];
        links.extend(
            found
                .delegations
                .iter()
                .map(|link| ChainLink { kind: LinkKind::Delegation, words: self.cite_delegation(link) }),
        );
        links
    }

    fn cite_delegation(&self, link: &delegation::Model) -> String {
        let limit = match (link.limit_yearly, link.limit_contract) {
            (None, None) => "without limit of value".to_owned(),
            (Some(yearly), None) => format!("up to {} a year", pounds(yearly.decimal())),
            (None, Some(contract)) => {
                format!("up to {} over the whole contract", pounds(contract.decimal()))
            }
            (Some(yearly), Some(contract)) => format!(
                "up to {} a year and {} over the whole contract",
                pounds(yearly.decimal()),
                pounds(contract.decimal())
            ),
        };
        let from = match link.from_post_id {
            Some(post) => self.title(post),
            None => self.source(link),
        };
        let only = self.only(link);
        let until = link.valid_to.map_or_else(String::new, |last| format!(" to {}", last.in_words()));
        let revoked =
            link.revoked_on.map_or_else(String::new, |day| format!(", revoked on {}", day.in_words()));
        let passed = match (link.may_pass_on, link.levels) {
            (false, _) => "may not be passed on".to_owned(),
            (true, None) => "may be passed on".to_owned(),
            (true, Some(levels)) => format!("may be passed on {}", times(levels)),
        };
        let conditions = link
            .conditions
            .as_ref()
            .map_or_else(String::new, |words| format!(", on the condition “{words}”"));
        let illustrative = if link.illustrative { ", illustrative" } else { "" };
        format!(
            "{from} → {}: {limit}{only}, from {}{until}{revoked}, {passed}{conditions}{illustrative} ({})",
            self.title(link.to_post_id),
            link.valid_from.in_words(),
            link.slug
        )
    }

    /// What it is limited to besides value, for a sentence.
    fn only(&self, link: &delegation::Model) -> String {
        let kinds: Vec<_> = link.kinds.0.iter().map(|kind| kind_words(*kind).to_owned()).collect();
        let categories: Vec<_> = link.categories.0.iter().map(|id| self.category(*id)).collect();
        match (kinds.as_slice(), categories.as_slice()) {
            ([], []) => String::new(),
            ([], places) => format!(", in {} only", listed(places)),
            (kinds, []) => format!(", for {} only", listed(kinds)),
            (kinds, places) => format!(", for {} in {} only", listed(kinds), listed(places)),
        }
    }

    fn cite_holder(&self, holder: &Holder, on: Day) -> ChainLink {
        let how = match holder.row.tenure {
            Tenure::Substantive => "substantively",
            Tenure::Acting => "acting",
            Tenure::AbsenceCover => "as absence cover",
            Tenure::JobShare => "in a job share",
        };
        let to = holder.row.to.map_or_else(String::new, |last| format!(" to {}", last.in_words()));
        ChainLink {
            kind: LinkKind::Holder,
            words: format!(
                "{} held the post of {} on {}, {how}, from {}{to}",
                holder.name,
                self.title(holder.row.post_id),
                on.in_words(),
                holder.row.from.in_words()
            ),
        }
    }
}

/// The chain from a member decision down to a post, each link in force on the day, limited to no less than
/// the value, and allowed to be passed on where it was. It says nothing of who holds the post.
///
/// # Errors
/// Where it breaks.
pub fn chain_for(scheme: &Scheme, post: PostId, asked: &Asked) -> Result<Vec<ChainLink>, Break> {
    scheme.find(post, asked).map(|found| scheme.cite(&found))
}

/// On what authority this person may approve: a post that they hold that day, with an unbroken chain. Of
/// several, the one with the least limit that suffices.
///
/// # Errors
/// `no_authority`, with why each post of theirs does not reach.
pub fn authority_of(scheme: &Scheme, account: AccountId, asked: &Asked) -> Result<Authority, Refusal> {
    let on = asked.on;
    let mut best: Option<(Reach, Authority)> = None;
    let mut breaks = Vec::new();
    let held = scheme.holders.iter().filter(|h| h.row.account_id == account && h.held(on));
    for holder in held {
        let post = holder.row.post_id;
        match scheme.find(post, asked) {
            Ok(found) if best.as_ref().is_none_or(|(least, _)| found.reach() < *least) => {
                let mut links = scheme.cite(&found);
                links.push(scheme.cite_holder(holder, on));
                let title = scheme.title(post);
                best = Some((found.reach(), Authority { post, title, chain: Chain(links) }));
            }
            Ok(_) => {}
            Err(why) => breaks.push(Fault { field: "post".to_owned(), detail: why.to_string() }),
        }
    }
    if let Some((_, authority)) = best {
        return Ok(authority);
    }
    let mut why = Refusal::new(
        Code::NoAuthority,
        match breaks.as_slice() {
            [] => format!("You hold no post with delegated power on {}.", on.in_words()),
            some => some.iter().map(|fault| fault.detail.as_str()).collect::<Vec<_>>().join(" "),
        },
    );
    why.faults = breaks;
    Err(why)
}

/// Every post to which power in the market is delegated: first those whose chain holds and that somebody
/// holds, the least limit that suffices first, for a request goes up from there; then the rest, with why not.
pub fn approvers(scheme: &Scheme, asked: &Asked) -> Vec<Approver> {
    let Asked { market, on, .. } = *asked;
    let delegated: BTreeSet<_> =
        scheme.delegations.iter().filter(|d| d.market_id == market).map(|d| d.to_post_id).collect();
    let mut approvers: Vec<_> = delegated
        .into_iter()
        .map(|post| {
            let found = scheme.find(post, asked);
            let holders: Vec<_> = scheme.incumbents(post, on).collect();
            // Of two equal limits, the post further from the members comes first.
            let (reach, links) = match &found {
                Ok(found) => (found.reach(), found.delegations.len()),
                Err(_) => (scheme.widest_own(post, market), 0),
            };
            let chain = found.and_then(|found| {
                if holders.is_empty() {
                    return Err(Break::Vacant { post: scheme.title(post), on, next: None });
                }
                let mut links = scheme.cite(&found);
                links.extend(holders.iter().map(|holder| scheme.cite_holder(holder, on)));
                Ok(Chain(links))
            });
            let holders = holders
                .into_iter()
                .map(|holder| Incumbent {
                    account_id: holder.row.account_id,
                    name: holder.name.clone(),
                    tenure: holder.row.tenure,
                })
                .collect();
            (reach, links, Approver { post, title: scheme.title(post), holders, chain })
        })
        .collect();
    approvers.sort_by(|(a_reach, a_links, a), (b_reach, b_links, b)| {
        a.chain
            .is_err()
            .cmp(&b.chain.is_err())
            .then_with(|| a_reach.cmp(b_reach))
            .then_with(|| b_links.cmp(a_links))
            .then_with(|| a.title.cmp(&b.title))
    });
    // An empty post stops nothing: the request goes to the next, up from it, that can act.
    let able: Vec<_> = approvers
        .iter()
        .filter(|(.., approver)| approver.chain.is_ok())
        .map(|(reach, _, approver)| (*reach, approver.title.clone()))
        .collect();
    for (reach, _, approver) in &mut approvers {
        if let Err(Break::Vacant { next, .. }) = &mut approver.chain {
            *next = able.iter().find(|(other, _)| *other >= *reach).map(|(_, title)| title.clone());
        }
    }
    approvers.into_iter().map(|(.., approver)| approver).collect()
}

impl Scheme {
    /// The widest limits delegated to a post, for the order of those that do not reach.
    fn widest_own(&self, post: PostId, market: MarketId) -> Reach {
        self.delegations
            .iter()
            .filter(|d| d.market_id == market && d.to_post_id == post)
            .map(|d| reach(d.limit_yearly, d.limit_contract))
            .max()
            .unwrap_or(reach(None, None))
    }
}

/// Who had which part in what is to be approved.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub drafted_by: AccountId,
    pub markers: &'a [AccountId],
    /// Whoever opened prices.
    pub openers: &'a [AccountId],
    /// Whoever declared an interest in a bidder.
    pub conflicted: &'a [AccountId],
    pub recommended_by: AccountId,
}

/// Nobody approves what they drafted, marked, opened the prices of, declared an interest in or recommended (PCR 2015
/// reg 24 and Procurement Act 2023 ss. 81–83 on conflicts of interest).
///
/// # Errors
/// `four_eyes`, saying which.
pub fn check_four_eyes(approver: AccountId, parts: &Parts<'_>) -> Result<(), Refusal> {
    let did = [
        (approver == parts.drafted_by, "drafted the package"),
        (parts.markers.contains(&approver), "marked its bids"),
        (parts.openers.contains(&approver), "opened its prices"),
        (parts.conflicted.contains(&approver), "declared an interest in a bidder"),
        (approver == parts.recommended_by, "recommended the award"),
    ];
    let did: Vec<_> = did.into_iter().filter(|(is, _)| *is).map(|(_, words)| words).collect();
    if did.is_empty() {
        return Ok(());
    }
    let did = did.join(" and ");
    Err(Refusal::new(Code::FourEyes, format!("You {did}, so another person must decide.")))
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use entity::vocabulary::{AuthorityId, DecisionId, DelegationId, HolderId};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn asked(market: MarketId, on: Day, yearly: Money, whole: Money) -> Asked {
        Asked { kind: DecisionKind::Award, market, category: CategoryId::new(), on, yearly, whole }
    }

    const TODAY: &str = "2026-12-07";

    /// Cabinet → Director → Assistant Director (£150,000) and Lead Commissioner (£75,000), each held.
    struct Staffordshire {
        scheme: Scheme,
        market: MarketId,
        director: PostId,
        assistant: PostId,
        lead: PostId,
        dana: AccountId,
        asha: AccountId,
        lee: AccountId,
    }

    fn delegation(
        market: MarketId,
        slug: &str,
        from: Result<DecisionId, PostId>,
        to: PostId,
        limit: Option<&str>,
    ) -> delegation::Model {
        delegation::Model {
            id: DelegationId::new(),
            market_id: market,
            slug: slug.to_owned(),
            from_decision_id: from.ok(),
            from_post_id: from.err(),
            to_post_id: to,
            limit_yearly: limit.map(money),
            limit_contract: None,
            categories: delegation::Categories::default(),
            kinds: delegation::Kinds::default(),
            may_pass_on: limit.is_none(),
            levels: None,
            valid_from: day("2019-07-01"),
            valid_to: None,
            revoked_on: None,
            revoked_by: None,
            revoked_reason: None,
            conditions: None,
            illustrative: limit.is_some(),
            entered_by: None,
        }
    }

    fn hold(post: PostId, account: AccountId, name: &str) -> Holder {
        let row = holder::Model {
            id: HolderId::new(),
            post_id: post,
            account_id: account,
            tenure: Tenure::Substantive,
            from: day("2020-01-06"),
            to: None,
            entered_by: None,
            ended_by: None,
        };
        Holder { row, name: name.to_owned() }
    }

    impl Staffordshire {
        fn new() -> Self {
            let market = MarketId::new();
            let authority = AuthorityId::new();
            let cabinet = decision::Model {
                id: DecisionId::new(),
                market_id: market,
                slug: "cabinet-2019".to_owned(),
                body: "Cabinet".to_owned(),
                taken_on: day("2019-05-15"),
                title: "Supported Living in Staffordshire".to_owned(),
                reference: "recommendation (c)".to_owned(),
                public: true,
                document: None,
                entered_by: None,
            };
            let (director, assistant, lead) = (PostId::new(), PostId::new(), PostId::new());
            let (dana, asha, lee) = (AccountId::new(), AccountId::new(), AccountId::new());
            let post = |id, title: &str| post::Model {
                id,
                authority_id: authority,
                slug: title.to_lowercase(),
                title: title.to_owned(),
                entered_by: None,
            };
            let scheme = Scheme {
                posts: vec![
                    post(director, "Director"),
                    post(assistant, "Assistant Director"),
                    post(lead, "Lead Commissioner"),
                ],
                holders: vec![
                    hold(director, dana, "Dana Okafor"),
                    hold(assistant, asha, "Asha Patel"),
                    hold(lead, lee, "Lee Marsh"),
                ],
                delegations: vec![
                    delegation(market, "d1", Ok(cabinet.id), director, None),
                    delegation(market, "d2", Err(director), assistant, Some("150000")),
                    delegation(market, "d3", Err(director), lead, Some("75000")),
                ],
                decisions: vec![cabinet],
                categories: BTreeMap::new(),
            };
            Self { scheme, market, director, assistant, lead, dana, asha, lee }
        }

        fn chain(&self, post: PostId, yearly: &str) -> Result<Vec<ChainLink>, String> {
            let value = money(yearly);
            chain_for(&self.scheme, post, &asked(self.market, day(TODAY), value, value))
                .map_err(|why| why.to_string())
        }

        fn why_not(&self, post: PostId, yearly: &str) -> String {
            self.chain(post, yearly).unwrap_err()
        }

        fn titles(&self, yearly: &str) -> Vec<String> {
            let value = money(yearly);
            approvers(&self.scheme, &asked(self.market, day(TODAY), value, value))
                .into_iter()
                .map(|a| format!("{}{}", a.title, if a.chain.is_ok() { "" } else { " ✘" }))
                .collect()
        }

        fn authority(&self, account: AccountId, yearly: &str) -> Result<Authority, Refusal> {
            let value = money(yearly);
            authority_of(&self.scheme, account, &asked(self.market, day(TODAY), value, value))
        }
    }

    #[test]
    fn an_approval_cites_its_whole_chain() {
        let at = Staffordshire::new();
        let authority = at.authority(at.lee, "62114").unwrap();
        assert_eq!((authority.post, authority.title.as_str()), (at.lead, "Lead Commissioner"));
        let words: Vec<_> = authority.chain.0.iter().map(|link| link.words.as_str()).collect();
        assert_eq!(
            words,
            [
                "Cabinet, Wednesday 15 May 2019: Supported Living in Staffordshire (recommendation (c))",
                "Cabinet → Director: without limit of value, from Monday 1 July 2019, may be passed on (d1)",
                "Director → Lead Commissioner: up to £75,000.00 a year, from Monday 1 July 2019, may not be passed on, illustrative (d3)",
                "Lee Marsh held the post of Lead Commissioner on Monday 7 December 2026, substantively, from Monday 6 January 2020",
            ]
        );
        let kinds: Vec<_> = authority.chain.0.iter().map(|link| link.kind).collect();
        assert_eq!(kinds, [LinkKind::Decision, LinkKind::Delegation, LinkKind::Delegation, LinkKind::Holder]);
    }

    #[test]
    fn a_request_goes_up_to_the_least_limit_that_suffices() {
        let at = Staffordshire::new();
        for (yearly, titles) in [
            ("75000", ["Lead Commissioner", "Assistant Director", "Director"]),
            ("75000.01", ["Assistant Director", "Director", "Lead Commissioner ✘"]),
            ("150000.01", ["Director", "Lead Commissioner ✘", "Assistant Director ✘"]),
        ] {
            assert_eq!(at.titles(yearly), titles, "{yearly}");
        }
        assert_eq!(
            at.why_not(at.lead, "82000"),
            "The delegation from the Director to the Lead Commissioner does not reach: its limit of £75,000.00 a year is below £82,000.00."
        );
        assert_eq!(at.authority(at.lee, "82000").unwrap_err().code, Code::NoAuthority);
        assert_eq!(at.authority(at.asha, "82000").unwrap().post, at.assistant);
    }

    #[test]
    fn a_limit_by_the_whole_contract_holds_as_well() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[2].limit_contract = Some(money("100000"));
        let ask = |whole: &str| {
            chain_for(&at.scheme, at.lead, &asked(at.market, day(TODAY), money("60000"), money(whole)))
        };
        assert!(ask("100000").is_ok());
        assert_eq!(
            ask("120000").unwrap_err().to_string(),
            "The delegation from the Director to the Lead Commissioner does not reach: its limit of £100,000.00 over the whole contract is below £120,000.00."
        );
    }

    #[test]
    fn what_is_passed_on_is_never_wider_than_what_was_handed_down() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[0].limit_yearly = Some(money("60000"));
        at.scheme.delegations[2].limit_yearly = None;
        assert_eq!(
            at.why_not(at.lead, "62114"),
            "The delegation from Cabinet to the Director does not reach: its limit of £60,000.00 a year is below £62,114.00."
        );
        assert!(at.chain(at.lead, "60000").is_ok());
    }

    #[test]
    fn a_delegation_holds_on_its_first_and_last_day_and_on_no_other() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[2].valid_from = day("2026-04-01");
        at.scheme.delegations[2].valid_to = Some(day("2027-03-31"));
        let on = |text: &str| {
            let value = money("62114");
            chain_for(&at.scheme, at.lead, &asked(at.market, day(text), value, value))
                .map(|_| ())
                .map_err(|why| why.to_string())
        };
        assert_eq!(on("2026-04-01"), Ok(()));
        assert_eq!(on("2027-03-31"), Ok(()));
        assert_eq!(
            on("2027-04-01").unwrap_err(),
            "The delegation from the Director to the Lead Commissioner ended on Wednesday 31 March 2027."
        );
        assert_eq!(
            on("2026-03-31").unwrap_err(),
            "The delegation from the Director to the Lead Commissioner does not begin until Wednesday 1 April 2026."
        );
    }

    #[test]
    fn a_link_revoked_above_breaks_everything_below_it_from_that_day() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[0].revoked_on = Some(day("2026-12-08"));
        assert!(at.chain(at.lead, "62114").is_ok());
        at.scheme.delegations[0].revoked_on = Some(day(TODAY));
        for post in [at.lead, at.assistant, at.director] {
            assert_eq!(
                at.why_not(post, "62114"),
                "The delegation from Cabinet to the Director was revoked on Monday 7 December 2026."
            );
        }
    }

    #[test]
    fn what_may_not_be_passed_on_was_not() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[0].may_pass_on = false;
        assert_eq!(
            at.why_not(at.lead, "62114"),
            "The delegation from Cabinet to the Director may not be passed on."
        );
        assert!(at.chain(at.director, "62114").is_ok());
    }

    #[test]
    fn a_broken_link_is_named() {
        let mut at = Staffordshire::new();
        at.scheme.delegations.remove(0);
        assert_eq!(at.why_not(at.lead, "62114"), "Nothing delegates power in this market to the Director.");
        let mut at = Staffordshire::new();
        at.scheme.decisions.clear();
        assert_eq!(
            at.why_not(at.lead, "62114"),
            "The delegation to the Director rests on no decision or post on record."
        );
        let mut at = Staffordshire::new();
        at.scheme.decisions[0].taken_on = day("2027-01-20");
        assert_eq!(
            at.why_not(at.lead, "62114"),
            "The decision of Cabinet on which it rests is dated Wednesday 20 January 2027, which is later."
        );
        let mut at = Staffordshire::new();
        at.scheme.delegations[2].from_decision_id = Some(at.scheme.decisions[0].id);
        assert!(at.why_not(at.lead, "62114").contains("rests on no decision or post on record"));
    }

    #[test]
    fn another_markets_delegation_gives_nothing_here() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[2].market_id = MarketId::new();
        assert_eq!(
            at.why_not(at.lead, "62114"),
            "Nothing delegates power in this market to the Lead Commissioner."
        );
        assert_eq!(at.titles("62114"), ["Assistant Director", "Director"]);
    }

    #[test]
    fn delegations_in_a_circle_end_in_a_break() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[0] = delegation(at.market, "d1", Err(at.lead), at.director, None);
        at.scheme.delegations[2].may_pass_on = true;
        assert_eq!(
            at.why_not(at.lead, "62114"),
            "The delegations to the Director go round in a circle and come from no decision."
        );
        at.scheme.delegations.push(delegation(at.market, "d4", Err(at.lead), at.lead, None));
        assert!(at.why_not(at.lead, "62114").contains("circle"));
    }

    #[test]
    fn a_circle_beside_a_good_chain_does_no_harm() {
        let mut at = Staffordshire::new();
        at.scheme.delegations[2].may_pass_on = true;
        at.scheme.delegations.push(delegation(at.market, "d0", Err(at.lead), at.director, Some("1000000")));
        assert!(at.chain(at.lead, "62114").is_ok());
        assert!(at.chain(at.director, "62114").is_ok());
    }

    #[test]
    fn of_two_delegations_the_one_that_reaches_is_cited() {
        let mut at = Staffordshire::new();
        let mut expired = delegation(at.market, "d0", Err(at.director), at.lead, Some("500000"));
        expired.valid_to = Some(day("2021-06-30"));
        at.scheme.delegations.push(expired);
        assert!(at.chain(at.lead, "62114").unwrap()[2].words.ends_with("(d3)"));
        assert!(at.why_not(at.lead, "82000").contains("£75,000.00"), "the live limit is the reason told");
    }

    #[test]
    fn a_post_that_nobody_holds_stops_the_approval_and_it_goes_up() {
        let mut at = Staffordshire::new();
        at.scheme.holders[2].row.to = Some(day("2026-12-06"));
        assert_eq!(at.titles("62114"), ["Assistant Director", "Director", "Lead Commissioner ✘"]);
        let value = money("62114");
        let all = approvers(&at.scheme, &asked(at.market, day(TODAY), value, value));
        assert_eq!(
            all[2].chain.as_ref().unwrap_err().to_string(),
            "Nobody holds the post of Lead Commissioner on Monday 7 December 2026, so the request goes to the Assistant Director."
        );
        assert!(all[2].holders.is_empty());
        assert_eq!(all[0].holders[0].name, "Asha Patel");
        assert_eq!(
            at.authority(at.lee, "62114").unwrap_err().detail,
            "You hold no post with delegated power on Monday 7 December 2026."
        );
    }

    #[test]
    fn cover_for_a_post_counts_and_is_cited_as_cover() {
        let mut at = Staffordshire::new();
        let mut cover = hold(at.assistant, at.lee, "Lee Marsh");
        cover.row.tenure = Tenure::AbsenceCover;
        cover.row.from = day("2026-12-01");
        cover.row.to = Some(day("2026-12-07"));
        at.scheme.holders.push(cover);
        let authority = at.authority(at.lee, "82000").unwrap();
        assert_eq!(authority.post, at.assistant);
        assert_eq!(
            authority.chain.0[3].words,
            "Lee Marsh held the post of Assistant Director on Monday 7 December 2026, as absence cover, from Tuesday 1 December 2026 to Monday 7 December 2026"
        );
        assert_eq!(at.authority(at.lee, "62114").unwrap().post, at.lead, "the least that suffices");
        let why = at.authority(at.lee, "200000").unwrap_err();
        assert_eq!(why.faults.len(), 2);
        assert_eq!(at.authority(at.dana, "200000").unwrap().post, at.director);
    }

    #[test]
    fn nobody_approves_what_they_drafted_marked_opened_or_recommended() {
        let [approver, drafter, marker, opener, conflicted, recommender] =
            std::array::from_fn(|_| AccountId::new());
        let parts = Parts {
            drafted_by: drafter,
            markers: &[marker],
            openers: &[opener],
            conflicted: &[conflicted],
            recommended_by: recommender,
        };
        assert_eq!(check_four_eyes(approver, &parts), Ok(()));
        for (who, words) in [
            (drafter, "You drafted the package, so another person must decide."),
            (marker, "You marked its bids, so another person must decide."),
            (opener, "You opened its prices, so another person must decide."),
            (conflicted, "You declared an interest in a bidder, so another person must decide."),
            (recommender, "You recommended the award, so another person must decide."),
        ] {
            let refusal = check_four_eyes(who, &parts).unwrap_err();
            assert_eq!((refusal.code, refusal.detail.as_ref()), (Code::FourEyes, words));
        }
        let all = Parts { markers: &[drafter], openers: &[], recommended_by: drafter, ..parts };
        let all = check_four_eyes(drafter, &all).unwrap_err();
        assert!(all.detail.contains("drafted the package and marked its bids and recommended"));
    }
}

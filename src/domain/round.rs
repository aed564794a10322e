//! The ranking round: an electronic auction after the full first evaluation (PCR 2015 reg 35). Every admissible bidder is
//! invited at once, with its own result; it improves price lines alone, and sees its own rank.

use super::{
    award::{Bidder, Evaluated, OwnMark},
    calendar::working_days_after,
    change::{Change, Subject},
    disclosure::opportunity::formula_words,
    enrolment::check_words,
    evaluation::{self, check_priced, resolved},
    event::{Event, RoundTold},
    inquiry::check_settled,
    opportunity::{self, OpportunityContext, Stage, check_may_bid},
    pricing::{self, pounds},
    refusal::{Code, Fault, Refusal},
    scoring::{Outcome, Ranked},
};
use entity::{
    agreed_mark, bid,
    category::{CategoryTerms, LineStep, LineTerms, RoundTerms},
    offer::{LineQuantity, LineRate, Offer},
    opportunity as row, round,
    round_place::{self, FirstResult},
    round_revision::{self, Rates},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

/// The least notice, in working days: no sooner than so many after the day on which the invitations are sent
/// (PCR 2015 reg 35(12)).
pub const NOTICE_WORKING_DAYS: u32 = 2;
/// The longest notice, in days.
pub const NOTICE_DAYS_MAX: i64 = 30;
/// With fewer admissible bids nobody can be outranked, and no round is held.
pub const BIDDERS_MIN: usize = 2;

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// Where a ranking round stands, derived from what was decided and from the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundStage {
    /// With the advert; nobody is invited yet.
    Announced,
    /// Bidders have their results, and the time at which it opens.
    Invited,
    Open,
    /// By an officer, for a fault: the time is given back.
    Paused,
    Closed,
    /// The opportunity was withdrawn, or no award is made, before the round had closed.
    CalledOff,
    /// An award was recommended without one: there were too few admissible bids.
    NotHeld,
}

/// The stage of an opportunity's ranking round at this moment; nothing where none was announced.
pub fn stage(of: &row::Model, round: Option<&round::Model>, now: Instant) -> Option<RoundStage> {
    of.terms.round.as_ref()?;
    let over = of.withdrawn_at.or(of.not_awarded_at);
    Some(match round {
        None if over.is_some() => RoundStage::CalledOff,
        None if of.award_id.is_some() => RoundStage::NotHeld,
        None => RoundStage::Announced,
        Some(round) if over.is_some_and(|at| round.paused_at.is_some() || at < round.closes_at) => {
            RoundStage::CalledOff
        }
        Some(round) if round.paused_at.is_some() => RoundStage::Paused,
        // What everybody has been told stays so, where the clock goes back by a moment.
        Some(round) if round.opened_at.is_none() && now < round.opens_at => RoundStage::Invited,
        Some(round) if round.closed_at.is_none() && now < round.closes_at => RoundStage::Open,
        Some(_) => RoundStage::Closed,
    })
}

/// What improvements are recorded about: numbered apart from the opportunity, whose numbers every bidder sees.
pub const fn subject(of: OpportunityId) -> Subject {
    Subject { kind: SubjectKind::Round, id: of.0 }
}

/// The terms under which an opportunity is published: with a ranking round only where its category has one and the
/// broker chose it.
///
/// # Errors
/// `round_not_offered`: the category has none, or none of what is asked for can be improved.
pub fn opt_in(terms: &CategoryTerms, asked: &[LineQuantity], wanted: bool) -> Result<CategoryTerms, Refusal> {
    let no = |words| Err(Refusal::new(Code::RoundNotOffered, words).at("ranking_round"));
    match &terms.round {
        _ if !wanted => Ok(CategoryTerms { round: None, ..terms.clone() }),
        None => no("The market has no ranking round in this category: publish without one."),
        Some(round) if !asked.iter().any(|line| round.steps.iter().any(|step| step.key == line.key)) => {
            no("No price line of this package can be improved in a ranking round: publish without one.")
        }
        Some(_) => Ok(terms.clone()),
    }
}

/// The rates of an offer that lie under what helps in the ranking round that was announced.
pub fn under_floor(of: &row::Model, offer: &Offer) -> Vec<Fault> {
    let Some(round) = &of.terms.round else { return Vec::new() };
    let under = |(n, line): (usize, &LineRate)| {
        let floor = step_of(round, &line.key)?.floor.filter(|floor| line.rate < *floor)?;
        Some(Fault { field: format!("rates[{n}].rate"), detail: no_lower(floor) })
    };
    offer.rates.iter().enumerate().filter_map(under).collect()
}

fn no_lower(floor: Money) -> String {
    let floor = pounds(floor.decimal());
    format!("Enter {floor} or more: a rate below {floor} helps no bid here, as the advert says.")
}

fn step_of<'a>(round: &'a RoundTerms, key: &str) -> Option<&'a LineStep> {
    round.steps.iter().find(|step| step.key == key)
}

fn terms(of: &row::Model) -> Result<&RoundTerms, Refusal> {
    of.terms.round.as_ref().ok_or_else(|| Refusal::not_found("ranking round"))
}

/// The admissible bids, first first.
fn admissible(outcome: &Outcome) -> impl Iterator<Item = (&Ranked, u32)> {
    outcome.bids.iter().filter_map(|ranked| Some((ranked, ranked.rank?)))
}

/// When a round can open at the earliest, for invitations that go out now.
///
/// # Errors
/// The bank holidays of that year are not known.
pub fn earliest(now: Instant) -> Result<Instant, Refusal> {
    let today = now.london_day();
    let day = working_days_after(today, NOTICE_WORKING_DAYS)
        .map_err(|why| Refusal::new(Code::InvalidField, why.to_string()).at("opens_at"))?;
    let mut days = 0;
    while today.plus_days(days) < day {
        days += 1;
    }
    Ok(now.plus_seconds(days * DAY))
}

/// When a ranking round is to open.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRound {
    pub opens_at: Instant,
}

/// What an invitation says: the bidder's own result, and nothing of any other.
#[derive(Serialize)]
struct Invitation {
    #[serde(flatten)]
    opportunity: OpportunityContext,
    own: OwnInvitation,
    formula: String,
    round_opens: String,
    round_closes: String,
    round_latest: String,
    /// Where the terms announce it.
    bidders: Option<usize>,
}

#[derive(Serialize)]
struct OwnInvitation {
    marks: Vec<OwnMark>,
    #[serde(flatten)]
    first: FirstResult,
}

/// A bid's own marks, without what people wrote.
pub fn own_marks(of: &row::Model, marks: &[agreed_mark::Model], bid: BidId) -> Vec<OwnMark> {
    let agreed = evaluation::agreed_marks(bid, marks);
    let mark = |criterion: &entity::category::Criterion| OwnMark {
        criterion_id: criterion.id.clone(),
        name: criterion.name.clone(),
        mark: agreed.get(&criterion.id).and_then(|mark| Score::rounded(*mark).ok()).unwrap_or_default(),
        mark_max: criterion.mark_max,
        reasons: Vec::new(),
    };
    of.terms.criteria.iter().map(mark).collect()
}

fn path(context: &OpportunityContext) -> OpportunityContext {
    OpportunityContext { path: format!("{}/round", context.path), ..context.clone() }
}

/// Invites every admissible bidder at once, each with its own result and the formula (PCR 2015 reg 35(11)–(14)).
///
/// # Errors
/// No round was announced; prices are not open, or in question; they were invited before; an award is recommended;
/// fewer than two admissible bids; too little or too much notice; care would start before the round could end.
pub fn invite(
    facts: &Evaluated,
    before: Option<&round::Model>,
    by: AccountId,
    new: &NewRound,
    now: Instant,
) -> Result<Change, Refusal> {
    let of = &facts.opportunity;
    let terms = terms(of)?;
    check_priced(of, now)?;
    if before.is_some() {
        return Err(Refusal::new(
            Code::RoundAnnounced,
            "The bidders were invited to this ranking round already.",
        ));
    }
    if opportunity::stage(of, now) != Stage::Priced {
        let words = "Bidders are invited once prices are open, and before an award is recommended.";
        return Err(Refusal::new(Code::RoundNotReady, words));
    }
    check_settled(&facts.flags, &facts.inquiries)?;
    let invited: Vec<(&Bidder, FirstResult)> = admissible(&facts.outcome)
        .filter_map(|(ranked, rank)| {
            let bidder = facts.bidders.iter().find(|bidder| bidder.bid.id.to_string() == ranked.id)?;
            let first = FirstResult {
                rank,
                quality: ranked.quality,
                price: ranked.price,
                total: ranked.total,
                weekly_price: bidder.bid.weekly_price,
            };
            Some((bidder, first))
        })
        .collect();
    if invited.len() < BIDDERS_MIN {
        let words = "A ranking round needs at least two admissible bids: recommend an award without one.";
        return Err(Refusal::new(Code::TooFewBids, words));
    }
    check_opens(new.opens_at, now)?;
    let round = round::Model {
        opportunity_id: of.id,
        invited_by: by,
        invited_at: now,
        opens_at: new.opens_at,
        closes_at: new.opens_at.plus_seconds(i64::from(terms.length_minutes) * MINUTE),
        latest_at: new.opens_at.plus_seconds(i64::from(terms.longest_minutes) * MINUTE),
        paused_at: None,
        paused_by: None,
        paused_reason: None,
        opened_at: None,
        closed_at: None,
    };
    if of.starts_on < round.latest_at.london_day() {
        let words = format!(
            "Care is to start on {}, before the round could end: open it earlier.",
            of.starts_on.in_words()
        );
        return Err(Refusal::new(Code::StartTooSoon, words).at("opens_at"));
    }
    let event = Event::RoundInvited {
        opens_at: round.opens_at,
        closes_at: round.closes_at,
        latest_at: round.latest_at,
        invited: count(invited.len()),
    };
    let change = Change::new(of.id, event).insert(round.clone());
    let formula = formula_words(&resolved(of), of.terms.price_weight);
    Ok(invited.iter().fold(change, |change, (bidder, first)| {
        let place = round_place::Model {
            bid_id: bidder.bid.id,
            opportunity_id: of.id,
            provider_id: bidder.bid.provider_id,
            first: first.clone(),
            rank: signed(first.rank),
            revisions: 0,
            revised_at: None,
            told: 1,
        };
        let letter = Invitation {
            opportunity: path(&facts.context),
            own: OwnInvitation { marks: own_marks(of, &facts.marks, bidder.bid.id), first: first.clone() },
            formula: formula.clone(),
            round_opens: round.opens_at.in_words(),
            round_closes: round.closes_at.in_words(),
            round_latest: round.latest_at.in_words(),
            bidders: terms.announce_bidders.then_some(invited.len()),
        };
        change.insert(place).tell(LetterKind::RoundInvited, &bidder.people, &letter)
    }))
}

fn check_opens(opens_at: Instant, now: Instant) -> Result<(), Refusal> {
    let earliest = earliest(now)?;
    if opens_at < earliest {
        let words = format!(
            "Bidders have at least {NOTICE_WORKING_DAYS} working days’ notice: the round can open at {} at the earliest.",
            earliest.in_words()
        );
        return Err(Refusal::new(Code::RoundTooSoon, words).at("opens_at"));
    }
    let latest = now.plus_seconds(NOTICE_DAYS_MAX * DAY);
    if opens_at > latest {
        let words = format!(
            "Open the round within {NOTICE_DAYS_MAX} days of the invitation: by {}.",
            latest.in_words()
        );
        return Err(Refusal::new(Code::InvalidField, words).at("opens_at"));
    }
    Ok(())
}

/// The rates that a bidder lowers. Those that are not listed stay.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Improvement {
    pub rates: Vec<LineRate>,
}

/// What an improvement looks at.
pub struct Improving<'a> {
    pub opportunity: &'a row::Model,
    /// Those that stand, as they are marked, and what was decided of their prices.
    pub bids: Vec<bid::Model>,
    pub marks: &'a [agreed_mark::Model],
    pub inquiries: &'a [entity::inquiry::Model],
    pub round: Option<&'a round::Model>,
    pub places: &'a [round_place::Model],
    pub provider_id: ProviderId,
    pub standing: Option<Standing>,
}

/// A bidder lowers rates of its bid, each by at least the announced step. The ranking is worked out again, and whoever
/// moved is told its own place. In the last minutes the end moves, for everybody.
///
/// # Errors
/// Not admitted; the round is not open, by the server's clock; not invited; improved too often, or just now; a rate that
/// is not lowered by its step, lies under what helps, or cannot be improved.
pub fn improve(
    it: Improving<'_>,
    by: AccountId,
    improvement: &Improvement,
    now: Instant,
) -> Result<Change, Refusal> {
    let of = it.opportunity;
    let terms = terms(of)?;
    check_may_bid(it.standing, false)?;
    let round = check_open(of, it.round, now)?;
    let place = it.places.iter().find(|place| place.provider_id == it.provider_id);
    let mut bids = it.bids;
    let own = place.and_then(|place| bids.iter_mut().find(|bid| bid.id == place.bid_id));
    let (Some(place), Some(own)) = (place, own) else {
        return Err(Refusal::new(Code::NotInvited, "You were not invited to this ranking round."));
    };
    check_may_improve(terms, place, now)?;
    let bid = improved(of, terms, own, &improvement.rates)?;
    let bid = bid::Model { received_at: now, submitted_by: by, ..bid };
    *own = bid.clone();
    let ranks = evaluation::ranks(of, &bids, it.marks, it.inquiries)?;
    let rank_of =
        |place: &round_place::Model| ranks.get(&place.bid_id).map_or(place.rank, |rank| signed(*rank));
    let moved = extended(terms, round, now);
    let closes_at = moved.as_ref().unwrap_or(round).closes_at;
    let revision = round_revision::Model {
        id: RoundRevisionId::new(),
        opportunity_id: of.id,
        bid_id: bid.id,
        number: place.revisions + 1,
        rates: Rates(bid.offer.rates.clone()),
        weekly_price: bid.weekly_price,
        digest: bid.digest.clone(),
        made_by: by,
        made_at: now,
        rank: rank_of(place),
        closes_at,
    };
    let mut places = Vec::new();
    for before in it.places {
        let own = before.bid_id == bid.id;
        let rank = rank_of(before);
        // Nobody hears of what changes nothing for it: not even how often others improve.
        if !own && rank == before.rank && moved.is_none() {
            continue;
        }
        let place = round_place::Model {
            rank,
            revisions: before.revisions + i32::from(own),
            revised_at: if own { Some(now) } else { before.revised_at },
            told: before.told + 1,
            ..before.clone()
        };
        places.push(place);
    }
    let event = Event::RoundRevised {
        revision_id: revision.id,
        bid_id: bid.id,
        number: revision.number,
        weekly_price: bid.weekly_price,
        closes_at,
        extended: moved.is_some(),
        bidders: terms.announce_bidders.then_some(count(it.places.len())),
        told: places.iter().map(told).collect(),
    };
    let change = Change::new(subject(of.id), event).insert(revision).update(bid);
    let change = moved.into_iter().fold(change, Change::update);
    Ok(places.into_iter().fold(change, Change::update))
}

/// A bidder's standing changed: its bid counts no longer, or again. The ranking is worked out again, and whoever moved is
/// told its own place; nothing, where nobody did or the round is over.
///
/// # Errors
/// As [`evaluation::ranks`].
pub fn rank_again(
    of: &row::Model,
    round: &round::Model,
    places: &[round_place::Model],
    (bids, marks, inquiries): (&[bid::Model], &[agreed_mark::Model], &[entity::inquiry::Model]),
    now: Instant,
) -> Result<Option<Change>, Refusal> {
    let terms = terms(of)?;
    if check_not_running(stage(of, Some(round), now)).is_ok() {
        return Ok(None);
    }
    let ranks = evaluation::ranks(of, bids, marks, inquiries)?;
    // Whoever does not count keeps its place, and is told of none: it may not improve.
    let moved: Vec<_> = places
        .iter()
        .filter_map(|before| {
            let rank = signed(*ranks.get(&before.bid_id)?);
            let place = || round_place::Model { rank, told: before.told + 1, ..before.clone() };
            (rank != before.rank).then(place)
        })
        .collect();
    if moved.is_empty() {
        return Ok(None);
    }
    let event = Event::RoundRanked {
        closes_at: round.closes_at,
        bidders: terms.announce_bidders.then_some(count(places.len())),
        told: moved.iter().map(told).collect(),
    };
    Ok(Some(moved.into_iter().fold(Change::new(subject(of.id), event), Change::update)))
}

/// What a bidder is told of its place.
fn told(place: &round_place::Model) -> RoundTold {
    RoundTold {
        provider_id: place.provider_id,
        number: place.told,
        rank: u32::try_from(place.rank).unwrap_or_default(),
    }
}

/// An improvement counts from the opening until before the end, by the server's clock, and not while it is paused.
fn check_open<'a>(
    of: &row::Model,
    round: Option<&'a round::Model>,
    now: Instant,
) -> Result<&'a round::Model, Refusal> {
    let (Some(stage), Some(round)) = (stage(of, round, now), round) else {
        return Err(Refusal::new(Code::RoundNotOpen, "Nobody was invited to a ranking round yet."));
    };
    match stage {
        RoundStage::Open => Ok(round),
        RoundStage::Paused => Err(Refusal::new(
            Code::RoundPaused,
            "The ranking round is paused, for everybody. The time that is lost is given back when it goes on.",
        )),
        RoundStage::Closed => Err(Refusal::new(
            Code::RoundOver,
            format!("The ranking round closed at {}. Your last prices stand.", round.closes_at.in_words()),
        )),
        RoundStage::CalledOff => {
            Err(Refusal::new(Code::RoundOver, "The ranking round was called off: no award comes of it."))
        }
        RoundStage::Announced | RoundStage::Invited | RoundStage::NotHeld => Err(Refusal::new(
            Code::RoundNotOpen,
            format!("The ranking round opens at {}.", round.opens_at.in_words()),
        )),
    }
}

/// From when this bidder can improve again, if it has to wait.
pub fn next_at(terms: &RoundTerms, place: &round_place::Model) -> Option<Instant> {
    place.revised_at.map(|at| at.plus_seconds(i64::from(terms.spacing_seconds)))
}

/// How often this bidder can still improve.
pub fn revisions_left(terms: &RoundTerms, place: &round_place::Model) -> u32 {
    terms.revisions_max.saturating_sub(u32::try_from(place.revisions).unwrap_or_default())
}

fn check_may_improve(terms: &RoundTerms, place: &round_place::Model, now: Instant) -> Result<(), Refusal> {
    if revisions_left(terms, place) == 0 {
        let words = format!(
            "You have improved your prices {} times, as often as the terms allow.",
            terms.revisions_max
        );
        return Err(Refusal::new(Code::RevisionsSpent, words));
    }
    if let Some(next) = next_at(terms, place).filter(|next| now < *next) {
        let words = format!(
            "Wait {} seconds between two improvements: you can improve again in {}.",
            terms.spacing_seconds,
            seconds((next.milliseconds() - now.milliseconds() + 999) / 1000)
        );
        return Err(Refusal::new(Code::RevisedTooSoon, words));
    }
    Ok(())
}

fn seconds(n: i64) -> String {
    if n == 1 { "1 second".to_owned() } else { format!("{n} seconds") }
}

/// The bid with these rates instead of its own.
fn improved(
    of: &row::Model,
    terms: &RoundTerms,
    before: &bid::Model,
    rates: &[LineRate],
) -> Result<bid::Model, Refusal> {
    let mut offer = before.offer.clone();
    let mut faults = Vec::new();
    let mut named: Vec<&str> = Vec::new();
    for (n, new) in rates.iter().enumerate() {
        let line = of.terms.lines.iter().find(|line| line.key == new.key);
        let own = offer.rates.iter_mut().find(|rate| rate.key == new.key);
        let (Some(line), Some(own)) = (line, own) else {
            let detail = format!("Your bid has no price line “{}”.", new.key);
            faults.push((Code::LinesMismatch, format!("rates[{n}].key"), detail));
            continue;
        };
        if named.contains(&new.key.as_str()) {
            let detail = format!("There is more than one rate for “{}”.", new.key);
            faults.push((Code::LinesMismatch, format!("rates[{n}].key"), detail));
            continue;
        }
        named.push(&new.key);
        if new.rate == own.rate {
            continue;
        }
        match check_rate(line, step_of(terms, &new.key), own.rate, new.rate) {
            Ok(()) => own.rate = new.rate,
            Err((code, detail)) => faults.push((code, format!("rates[{n}].rate"), detail)),
        }
    }
    if let Some((code, ..)) = faults.first() {
        let code = *code;
        let faults = faults.into_iter().map(|(_, field, detail)| Fault { field, detail }).collect();
        Refusal::of_all(code, faults)?;
    }
    if offer.rates == before.offer.rates {
        let words = "Lower at least one of your rates, by its step or more.";
        return Err(Refusal::new(Code::NothingImproved, words).at("rates"));
    }
    let lines = pricing::price_lines(&of.terms.lines, &of.quantities.0, &offer.rates)?;
    let too_large = |why| Refusal::new(Code::RateInvalid, format!("The weekly price {why}."));
    let weekly_price = pricing::weekly_price(&lines).and_then(Money::rounded).map_err(too_large)?;
    if let Some(floor) = of.terms.weekly_floor.filter(|floor| weekly_price < *floor) {
        let words = format!(
            "These rates come to {} a week, under the published floor of {}: no exception is made in a ranking round.",
            pounds(weekly_price.decimal()),
            pounds(floor.decimal())
        );
        return Err(Refusal::new(Code::PriceOutsideLimits, words).at("rates"));
    }
    Ok(bid::Model {
        version: before.version + 1,
        weekly_price,
        digest: super::bid::digest(&offer),
        offer,
        ..before.clone()
    })
}

/// The highest rate that is an improvement on this one; nothing where the line can go no lower.
pub fn highest_lawful(line: &LineTerms, step: Option<&LineStep>, own: Money) -> Option<Money> {
    let step = step.filter(|_| line.fixed.is_none())?;
    let highest = Money::from_ten_thousandths(own.ten_thousandths() - step.step.ten_thousandths());
    let least = [step.floor, line.floor].into_iter().flatten().max().unwrap_or_default();
    (highest >= least && highest > Money::ZERO).then_some(highest)
}

fn check_rate(
    line: &LineTerms,
    step: Option<&LineStep>,
    own: Money,
    new: Money,
) -> Result<(), (Code, String)> {
    let Some(step) = step.filter(|_| line.fixed.is_none()) else {
        return Err((Code::RateFixed, format!("“{}” stays as you bid it.", line.label)));
    };
    if new <= Money::ZERO || !new.has_at_most_places(pricing::PLACES_MAX) {
        return Err((
            Code::RateInvalid,
            "Enter a rate of more than £0, in pounds and whole pence.".to_owned(),
        ));
    }
    if let Some(floor) = step.floor.filter(|floor| new < *floor) {
        return Err((Code::PriceOutsideLimits, no_lower(floor)));
    }
    if let Some(floor) = line.floor.filter(|floor| new < *floor) {
        let words = format!(
            "Enter {} or more, the published floor: no exception is made in a ranking round.",
            pounds(floor.decimal())
        );
        return Err((Code::PriceOutsideLimits, words));
    }
    let highest = own.ten_thousandths() - step.step.ten_thousandths();
    if new.ten_thousandths() > highest {
        let words = match highest_lawful(line, Some(step), own) {
            Some(highest) => format!(
                "Your rate is {}, and the least step is {}: enter {} or less, or leave it as it is.",
                pounds(own.decimal()),
                pounds(step.step.decimal()),
                pounds(highest.decimal())
            ),
            None => format!("Your rate of {} can go no lower: leave it as it is.", pounds(own.decimal())),
        };
        return Err((Code::StepTooSmall, words));
    }
    Ok(())
}

/// The round with its end moved, where the improvement came in the last minutes and the end can move.
fn extended(terms: &RoundTerms, round: &round::Model, now: Instant) -> Option<round::Model> {
    let last_minutes = round.closes_at.plus_seconds(-i64::from(terms.last_minutes) * MINUTE);
    let wanted = now.plus_seconds(i64::from(terms.extension_minutes) * MINUTE).min(round.latest_at);
    (now >= last_minutes && wanted > round.closes_at)
        .then(|| round::Model { closes_at: wanted, ..round.clone() })
}

/// An officer stops the clock for a fault, for every bidder alike.
///
/// # Errors
/// The round is not open; no reason.
pub fn pause(
    facts: &Evaluated,
    round: Option<&round::Model>,
    places: &[round_place::Model],
    by: AccountId,
    reason: String,
    now: Instant,
) -> Result<Change, Refusal> {
    let of = &facts.opportunity;
    terms(of)?;
    let round = check_open(of, round, now)?;
    check_words("reason", &reason)?;
    let paused = round::Model {
        paused_at: Some(now),
        paused_by: Some(by),
        paused_reason: Some(reason.clone()),
        ..round.clone()
    };
    let change = Change::new(of.id, Event::RoundPaused { reason }).update(paused);
    Ok(tell(change, LetterKind::RoundPaused, facts, places, &path(&facts.context)))
}

/// What everybody is told whose round goes on.
#[derive(Serialize)]
struct Resumed {
    #[serde(flatten)]
    opportunity: OpportunityContext,
    round_closes: String,
    round_latest: String,
}

/// It goes on: the time that was lost is given back to everybody, to the end and to the latest end alike.
///
/// # Errors
/// It is not paused.
pub fn resume(
    facts: &Evaluated,
    round: Option<&round::Model>,
    places: &[round_place::Model],
    now: Instant,
) -> Result<Change, Refusal> {
    let of = &facts.opportunity;
    terms(of)?;
    let paused = round.filter(|_| stage(of, round, now) == Some(RoundStage::Paused));
    let Some((round, since)) = paused.and_then(|round| Some((round, round.paused_at?))) else {
        return Err(Refusal::new(Code::NotPaused, "This ranking round is not paused."));
    };
    let lost = (now.milliseconds() - since.milliseconds()).max(0);
    let resumed = round::Model {
        closes_at: round.closes_at.plus_milliseconds(lost),
        latest_at: round.latest_at.plus_milliseconds(lost),
        paused_at: None,
        paused_by: None,
        paused_reason: None,
        ..round.clone()
    };
    let event = Event::RoundResumed { closes_at: resumed.closes_at, latest_at: resumed.latest_at };
    let letter = Resumed {
        opportunity: path(&facts.context),
        round_closes: resumed.closes_at.in_words(),
        round_latest: resumed.latest_at.in_words(),
    };
    let change = Change::new(of.id, event).update(resumed);
    Ok(tell(change, LetterKind::RoundResumed, facts, places, &letter))
}

/// The same letter to the people of everybody who was invited.
fn tell(
    change: Change,
    kind: LetterKind,
    facts: &Evaluated,
    places: &[round_place::Model],
    letter: &impl Serialize,
) -> Change {
    let invited = facts.bidders.iter().filter(|b| places.iter().any(|place| place.bid_id == b.bid.id));
    invited.fold(change, |change, bidder| change.tell(kind, &bidder.people, letter))
}

/// The clock tells everybody that the round has opened. Nothing depends on it: the announced time alone decides.
pub fn open(of: &row::Model, round: &round::Model, now: Instant) -> Option<Change> {
    let due = round.opened_at.is_none()
        && matches!(stage(of, Some(round), now), Some(RoundStage::Open | RoundStage::Closed));
    due.then(|| {
        let opened = round::Model { opened_at: Some(now), ..round.clone() };
        Change::new(of.id, Event::RoundOpened).update(opened)
    })
}

/// The same of its end.
pub fn close(
    of: &row::Model,
    round: &round::Model,
    places: &[round_place::Model],
    now: Instant,
) -> Option<Change> {
    let due = round.closed_at.is_none() && stage(of, Some(round), now) == Some(RoundStage::Closed);
    due.then(|| {
        let revisions: i32 = places.iter().map(|place| place.revisions).sum();
        let closed = round::Model { closed_at: Some(now), ..round.clone() };
        let event = Event::RoundClosed { revisions: u32::try_from(revisions).unwrap_or_default() };
        Change::new(of.id, event).update(closed)
    })
}

/// No award is recommended before the ranking round that was announced is over, unless too few bids are admissible to
/// hold it.
///
/// # Errors
/// `round_waits`, or `round_runs`.
pub fn check_over(facts: &Evaluated, round: Option<&round::Model>, now: Instant) -> Result<(), Refusal> {
    match stage(&facts.opportunity, round, now) {
        Some(RoundStage::Announced) if admissible(&facts.outcome).count() >= BIDDERS_MIN => {
            Err(Refusal::new(
                Code::RoundWaits,
                "The advert announced a ranking round: invite the bidders to it before an award is recommended.",
            ))
        }
        other => check_not_running(other),
    }
}

/// While bidders are invited or improve, nothing that the ranking rests on is decided.
///
/// # Errors
/// `round_runs`.
pub fn check_not_running(stage: Option<RoundStage>) -> Result<(), Refusal> {
    match stage {
        Some(RoundStage::Invited | RoundStage::Open | RoundStage::Paused) => Err(Refusal::new(
            Code::RoundRuns,
            "A ranking round is announced or under way: wait until it has closed.",
        )),
        Some(RoundStage::Announced | RoundStage::Closed | RoundStage::CalledOff | RoundStage::NotHeld)
        | None => Ok(()),
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn signed(rank: u32) -> i32 {
    i32::try_from(rank).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod probing;
#[cfg(test)]
mod tests;

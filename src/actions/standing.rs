//! Standing: what stops a provider, what needs two officers, what the provider says to it, and how it ends.

use super::{Act, Failure, Order, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        change::Change,
        clock::Clock,
        disclosure::{
            enrolment::visible,
            standing::{self as shown, Around, CardNames, StandingCard, StandingPage, StandingQueue},
        },
        refusal::Refusal,
        standing::{
            self as rules, AppealAnswer, Facts, KeptOn, Lifting, MeasureDecision, NewMeasure,
            NewRepresentation, NewStop, Reinstating, UrgentStop,
        },
    },
    store,
};
use entity::vocabulary::*;
use sea_orm::ConnectionTrait;

/// Records what becomes of a standing, and what that moves.
async fn record(act: &mut Act<'_>, of: &Facts, change: Change) -> Result<(), Failure> {
    act.record(change).await?;
    let enrolment = &of.of.enrolment;
    super::round::rank_again(act, enrolment.category_id, enrolment.provider_id).await
}

/// Does one thing to a standing, by whoever may see it.
async fn change(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    decide: impl FnOnce(&Facts, Instant) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        act.lock(id).await?;
        let now = act.now().await?;
        let facts = store::standing::facts(act.tx(), id, now).await?;
        let actor = act.actor()?;
        let Some(facts) = facts.filter(|facts| visible(&facts.of, actor)) else {
            return Err(Refusal::not_found("enrolment").into());
        };
        let change = decide(&facts, now)?;
        record(act, &facts, change).await
    })
    .await
}

/// An officer stops new work.
pub async fn stop_new_work(app: &App, order: &Order, id: EnrolmentId, new: NewStop) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::stop_new_work(facts, new, order.by, now)).await
}

/// An officer ends a cause.
pub async fn lift_stop(app: &App, order: &Order, id: EnrolmentId, said: Lifting) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::lift_stop(facts, said, order.by, now)).await
}

/// An officer proposes a suspension or a removal.
pub async fn propose(app: &App, order: &Order, id: EnrolmentId, new: NewMeasure) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::propose(facts, new, order.by, now)).await
}

/// An officer stops a provider at once.
pub async fn stop_urgently(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    new: UrgentStop,
) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::stop_urgently(facts, new, order.by, now)).await
}

/// A second person decides.
pub async fn decide(app: &App, order: &Order, id: EnrolmentId, said: MeasureDecision) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::decide(facts, said, order.by, now)).await
}

/// A suspension ends.
pub async fn reinstate(app: &App, order: &Order, id: EnrolmentId, said: Reinstating) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::reinstate(facts, said, order.by, now)).await
}

/// What holds was looked at, and is kept.
pub async fn review(app: &App, order: &Order, id: EnrolmentId, said: KeptOn) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::review(facts, said, order.by, now)).await
}

/// The provider leaves.
pub async fn withdraw(app: &App, order: &Order, id: EnrolmentId, reason: String) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::withdraw(facts, reason, order.by, now)).await
}

/// The provider says why not, or appeals.
pub async fn represent(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    new: NewRepresentation,
) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::represent(facts, new, order.by, now)).await
}

/// An officer answers an appeal.
pub async fn answer_appeal(
    app: &App,
    order: &Order,
    id: EnrolmentId,
    said: AppealAnswer,
) -> Result<(), Failure> {
    change(app, order, id, |facts, now| rules::answer_appeal(facts, said, order.by, now)).await
}

/// Stops new work because a piece of evidence has expired, within an act that holds the enrolment; whether anything
/// changed. `reason` is what the provider reads.
///
/// # Errors
/// The database does not answer.
pub async fn stop_for_evidence(
    act: &mut Act<'_>,
    id: EnrolmentId,
    evidence_id: &str,
    reason: String,
    evidence: Option<String>,
) -> Result<bool, Failure> {
    let now = act.now().await?;
    let Some(facts) = store::standing::facts(act.tx(), id, now).await? else { return Ok(false) };
    match rules::stop_for_evidence(&facts, evidence_id, reason, evidence, now) {
        Some(change) => record(act, &facts, change).await.map(|()| true),
        None => Ok(false),
    }
}

/// Ends that cause because the renewed evidence was accepted, within an act that holds the enrolment; whether anything
/// changed.
///
/// # Errors
/// The database does not answer.
pub async fn lift_for_evidence(
    act: &mut Act<'_>,
    id: EnrolmentId,
    evidence_id: &str,
    reason: String,
    by: Option<AccountId>,
) -> Result<bool, Failure> {
    let now = act.now().await?;
    let Some(facts) = store::standing::facts(act.tx(), id, now).await? else { return Ok(false) };
    match rules::lift_for_evidence(&facts, evidence_id, reason, by, now) {
        Some(change) => record(act, &facts, change).await.map(|()| true),
        None => Ok(false),
    }
}

/// The clock lifts urgent stops that nobody confirmed in time. Returns how many.
pub async fn lapse_due(app: &App) -> Result<usize, Failure> {
    let due = store::standing::to_lapse(app.database.read(), app.clock.now()).await?;
    let mut lapsed = 0;
    for id in due {
        let done = act_for_nobody(app, async |act| {
            act.lock(id).await?;
            let now = act.now().await?;
            let facts = store::standing::facts(act.tx(), id, now).await?;
            let Some(facts) = facts else { return Ok(false) };
            match rules::lapse(&facts, now) {
                Some(change) => record(act, &facts, change).await.map(|()| true),
                None => Ok(false),
            }
        })
        .await?;
        lapsed += usize::from(done);
    }
    Ok(lapsed)
}

/// The clocks of an authority's standings: reviews, and confirmations of urgent stops.
pub(super) async fn clocks(db: &impl ConnectionTrait, authority: AuthorityId) -> Result<Vec<Clock>, Failure> {
    let waiting = store::standing::waiting(db, authority).await?;
    let of_stops = waiting.stops.iter().filter_map(|stop| waiting.clocked(stop.enrolment_id)?.of_stop(stop));
    let of_measures = waiting.measures.iter().filter_map(|m| waiting.clocked(m.enrolment_id)?.of_measure(m));
    Ok(of_stops.chain(of_measures).collect())
}

/// A provider's standing in a category.
pub async fn show(app: &App, actor: &Actor, id: EnrolmentId) -> Result<StandingPage, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let facts = store::standing::facts(db, id, now).await?;
    let Some(facts) = facts.filter(|facts| visible(&facts.of, actor)) else {
        return Err(Refusal::not_found("enrolment").into());
    };
    let changes = store::standing::changes(db, id).await?;
    let people = store::account::names(db, shown::people(&facts, &changes)).await?;
    let of = &facts.of.enrolment;
    let bids = store::standing::touched(db, of).await?;
    let around = Around {
        served: store::standing::served(db, of, facts.of.market.authority_id, now).await?,
        bids: bids.into_iter().map(|t| (t.opportunity, t.bid, t.award)).collect(),
        live: store::standing::live_count(db, of.category_id, now).await?,
        grounds: store::exclusion::of(db, id).await?,
        matches: match actor.authority() {
            Ok(authority) => store::exclusion::matches(db, of.provider_id, authority).await?,
            Err(_) => Vec::new(),
        },
        people: &people,
        changes,
        now,
    };
    Ok(shown::page(&facts, actor, around))
}

/// Everything about standings of the officer's authority that waits for somebody.
pub async fn queue(app: &App, actor: &Actor) -> Result<StandingQueue, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let waiting = store::standing::waiting(db, actor.authority()?).await?;
    let providers = store::standing::provider_names(db, &waiting).await?;
    let named = |id: EnrolmentId| {
        let (row, category, market) = waiting.enrolments.get(&id)?;
        Some(CardNames {
            enrolment_id: id,
            provider_name: providers.get(&row.provider_id).cloned().unwrap_or_default(),
            market_name: market.name.clone(),
            category_name: category.name.clone(),
            standing: row.standing,
        })
    };
    let by_due = |mut cards: Vec<StandingCard>| {
        cards.sort_by_key(|card| (card.due_at.is_none(), card.due_at));
        cards
    };
    let proposed = waiting.measures.iter().filter(|m| m.outcome.is_none()).filter_map(|m| {
        let due = m.due_at.or(m.representations_until);
        let own = m.proposed_by == actor.account_id;
        let card = named(m.enrolment_id)?.card(shown::measure_words(m, now), due, own, now);
        // That the provider had its time to answer is not late.
        Some(StandingCard { overdue: card.overdue && m.due_at.is_some(), ..card })
    });
    let second_person = by_due(proposed.collect());
    let appeals = waiting.appeals.iter().filter_map(|appeal| {
        Some(named(appeal.enrolment_id)?.card("An appeal waits for its answer".to_owned(), None, false, now))
    });
    let stops = waiting.stops.iter().filter_map(|stop| {
        let due = stop.review_on?.end_in_london();
        Some(named(stop.enrolment_id)?.card(shown::review_words(Some(stop)), Some(due), false, now))
    });
    let suspended = waiting.measures.iter().filter(|m| m.outcome.is_some()).filter_map(|m| {
        let due = m.review_on?.end_in_london();
        Some(named(m.enrolment_id)?.card(shown::review_words(None), Some(due), false, now))
    });
    let reviews = by_due(stops.chain(suspended).collect());
    Ok(StandingQueue { second_person, appeals: appeals.collect(), reviews })
}

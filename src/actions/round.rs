//! Ranking rounds: inviting to them, improving prices in them, stopping and starting their clock.

use super::{
    Act, Failure, Order, act, act_for_nobody,
    evaluation::{Basis, basis, evaluated, evaluated_now},
    opportunity::{for_officer, for_provider},
};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        award::Evaluated,
        change::Change,
        disclosure::round::{self as shown, ForOfficers, OwnPlace, Round, RoundFacts},
        panel,
        refusal::Refusal,
        round::{self as rules, Improvement, Improving, NewRound},
    },
    store,
};
use entity::{opportunity, round, round_place, vocabulary::*};

/// What a commissioner knows who does something about a round, as it stands under the opportunity's lock.
struct Held {
    evaluated: Evaluated,
    round: Option<round::Model>,
    places: Vec<round_place::Model>,
    now: Instant,
}

impl Held {
    async fn load(act: &mut Act<'_>, id: OpportunityId, by: AccountId) -> Result<Self, Failure> {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        announced(&opportunity)?;
        panel::check_no_interest(&store::evaluation::declarations(act.tx(), id).await?, by)?;
        crate::domain::evaluation::check_priced(&opportunity, now)?;
        Ok(Self {
            evaluated: evaluated_now(act.tx(), opportunity).await?,
            round: store::round::find(act.tx(), id).await?,
            places: store::round::places(act.tx(), id).await?,
            now,
        })
    }
}

/// Whether a ranking round was announced.
fn announced(of: &opportunity::Model) -> Result<(), Refusal> {
    match of.terms.round {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found("ranking round")),
    }
}

async fn change(
    app: &App,
    order: &Order,
    id: OpportunityId,
    decide: impl FnOnce(&Held) -> Result<Change, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        let held = Held::load(act, id, order.by).await?;
        act.record(decide(&held)?).await
    })
    .await
}

/// A commissioner invites every admissible bidder.
pub async fn invite(app: &App, order: &Order, id: OpportunityId, new: NewRound) -> Result<(), Failure> {
    change(app, order, id, |held| {
        rules::invite(&held.evaluated, held.round.as_ref(), order.by, &new, held.now)
    })
    .await
}

/// A commissioner stops the clock for a fault.
pub async fn pause(app: &App, order: &Order, id: OpportunityId, reason: String) -> Result<(), Failure> {
    change(app, order, id, |held| {
        rules::pause(&held.evaluated, held.round.as_ref(), &held.places, order.by, reason, held.now)
    })
    .await
}

/// A commissioner lets it go on.
pub async fn resume(app: &App, order: &Order, id: OpportunityId) -> Result<(), Failure> {
    change(app, order, id, |held| rules::resume(&held.evaluated, held.round.as_ref(), &held.places, held.now))
        .await
}

/// A bidder lowers its rates.
pub async fn improve(
    app: &App,
    order: &Order,
    id: OpportunityId,
    improvement: Improvement,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider_id = act.actor()?.provider()?;
        let known = for_provider(act.tx(), id, provider_id).await?;
        act.actor()?.check_category(known.opportunity.category_id)?;
        announced(&known.opportunity)?;
        let round = store::round::find(act.tx(), id).await?;
        let places = store::round::places(act.tx(), id).await?;
        let Basis { bids, marks, inquiries } = basis(act.tx(), &known.opportunity).await?;
        let improving = Improving {
            opportunity: &known.opportunity,
            bids,
            marks: &marks,
            inquiries: &inquiries,
            round: round.as_ref(),
            places: &places,
            provider_id,
            standing: known.standing,
        };
        act.record(rules::improve(improving, order.by, &improvement, now)?).await
    })
    .await
}

/// A provider's standing in a category changed, within an act that holds it: in the rounds that are not over the places
/// of the others move at once.
///
/// # Errors
/// The database does not answer.
pub async fn rank_again(
    act: &mut Act<'_>,
    category: CategoryId,
    provider: ProviderId,
) -> Result<(), Failure> {
    for id in store::round::running(act.tx(), category, provider).await? {
        act.lock(id).await?;
        let now = act.now().await?;
        let Some(of) = store::opportunity::find(act.tx(), id).await? else { continue };
        let Some(round) = store::round::find(act.tx(), id).await? else { continue };
        let places = store::round::places(act.tx(), id).await?;
        let Basis { bids, marks, inquiries } = basis(act.tx(), &of).await?;
        if let Some(change) = rules::rank_again(&of, &round, &places, (&bids, &marks, &inquiries), now)? {
            act.record(change).await?;
        }
    }
    Ok(())
}

/// The clock tells everybody that rounds have opened and closed. Returns how many it looked at.
pub async fn turn_due(app: &App) -> Result<usize, Failure> {
    let due = store::round::to_turn(app.database.read(), app.clock.now()).await?;
    for &id in &due {
        act_for_nobody(app, async |act| {
            act.lock(id).await?;
            let now = act.now().await?;
            let Some(of) = store::opportunity::find(act.tx(), id).await? else { return Ok(()) };
            let Some(round) = store::round::find(act.tx(), id).await? else { return Ok(()) };
            if let Some(change) = rules::open(&of, &round, now) {
                act.record(change).await?;
            }
            let Some(round) = store::round::find(act.tx(), id).await? else { return Ok(()) };
            let places = store::round::places(act.tx(), id).await?;
            if let Some(change) = rules::close(&of, &round, &places, now) {
                act.record(change).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(due.len())
}

/// A round as its viewer may know it: a bidder its own place alone, officers without an interest every one.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<Round, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    match actor.office {
        Office::Provider { provider_id, .. } => {
            let known = for_provider(db, id, provider_id).await?;
            announced(&known.opportunity)?;
            let round = store::round::find(db, id).await?;
            let own = match (store::round::place(db, id, provider_id).await?, &known.bid) {
                (Some((place, bidders)), Some(bid)) => Some(OwnPlace {
                    place,
                    bid,
                    marks: store::evaluation::agreed_marks_for(db, bid.id).await?,
                    revisions: store::round::revisions_of(db, bid.id).await?,
                    bidders,
                    may_bid: crate::domain::opportunity::check_may_bid(known.standing, false).is_ok(),
                }),
                _ => None,
            };
            Ok(shown::for_provider(&RoundFacts { of: &known.opportunity, round: round.as_ref() }, own, now))
        }
        Office::Officer { authority_id, .. } => {
            let of = for_officer(db, id, authority_id).await?;
            announced(&of)?;
            let round = store::round::find(db, id).await?;
            let declarations = store::evaluation::declarations(db, id).await?;
            panel::check_no_interest(&declarations, actor.account_id)?;
            let facts = RoundFacts { of: &of, round: round.as_ref() };
            if crate::domain::evaluation::check_priced(&of, now).is_err() {
                return Ok(shown::for_officers(&facts, None, actor, now));
            }
            let places = store::round::places(db, id).await?;
            let bidders = places.iter().map(|place| place.provider_id);
            let officers = ForOfficers {
                names: store::account::provider_names(db, bidders).await?,
                bids: store::bid::every(db, id).await?,
                revisions: store::round::revisions(db, id).await?,
                evaluated: evaluated(db, of.clone()).await?,
                places,
            };
            Ok(shown::for_officers(&facts, Some(officers), actor, now))
        }
    }
}

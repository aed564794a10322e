//! Watching opportunities, saying whether one will bid, taking an opportunity back, closing.

use super::{Failure, Listed, Order, PAGE_SIZE_MAX, Page, act, act_for_nobody};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        award::{Difference, Evaluated, OwnResult, difference, least_weekly, own_result},
        board::{LOOKED_AT_MAX, Wanted},
        disclosure::{
            inquiry::own as show_inquiry,
            market::Category,
            opportunity::{
                self as shown, BidStanding, BidderView, CardFacts, ForBidder, ForOfficers, InterestView,
                Mine, MyOutcome, Opportunity, OpportunityCard, PlainCard, WrittenCard,
            },
            package::direct_payment as show_payment,
        },
        enrolment::awaits_decision,
        market::bids_with_request,
        opportunity as rules,
        refusal::Refusal,
    },
    store::{
        self,
        market::Names,
        opportunity::{Found, LookedAt, Which},
    },
};
use entity::{bid, category::CategoryTerms, interest, opportunity, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// What a provider says of an opportunity.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Interest {
    pub interest: InterestKind,
    /// Needed for `cannot_bid`.
    #[serde(default)]
    pub reason: Option<String>,
    /// Of which kind it is.
    #[serde(default)]
    pub because: Option<CannotReason>,
}

/// A provider has seen it, will bid, or cannot.
pub async fn declare_interest(
    app: &App,
    order: &Order,
    id: OpportunityId,
    said: Interest,
) -> Result<Interest, Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let provider = act.actor()?.provider()?;
        let Known { opportunity, standing, with_request, .. } = for_provider(act.tx(), id, provider).await?;
        act.actor()?.check_category(opportunity.category_id)?;
        let before = store::opportunity::interest(act.tx(), id, provider).await?;
        let Interest { interest, reason, because } = said.clone();
        let change = rules::declare_interest(
            &opportunity,
            provider,
            (standing, with_request),
            before.as_ref(),
            interest,
            (reason, because),
            now,
        )?;
        if let Some(change) = change {
            act.record(change).await?;
        }
        Ok(said)
    })
    .await
}

/// An opportunity, and how a provider that may know of it stands.
pub struct Known {
    pub opportunity: opportunity::Model,
    pub standing: Option<Standing>,
    /// Whether the market takes bids with requests to join.
    pub with_request: bool,
    pub bid: Option<bid::Model>,
}

/// An opportunity that this provider may know of.
///
/// # Errors
/// `not_found` for everybody else.
pub async fn for_provider(
    db: &impl sea_orm::ConnectionTrait,
    id: OpportunityId,
    provider: ProviderId,
) -> Result<Known, Failure> {
    let found = store::opportunity::biddable(db, id, provider).await?;
    let store::opportunity::Biddable { opportunity, bid, regime, standing } =
        found.ok_or_else(|| Refusal::not_found("opportunity"))?;
    let with_request = bids_with_request(regime);
    // Whoever tries to bid while it is stopped is told why it may not.
    let stopped = matches!(standing, Some(Standing::NoNewWork | Standing::Suspended));
    if stopped || bid.is_some() || rules::check_may_bid(standing, with_request).is_ok() {
        Ok(Known { opportunity, standing, with_request, bid })
    } else {
        Err(Refusal::not_found("opportunity").into())
    }
}

/// An opportunity of the officer's own authority.
pub async fn for_officer(
    db: &impl sea_orm::ConnectionTrait,
    id: OpportunityId,
    authority: AuthorityId,
) -> Result<opportunity::Model, Failure> {
    let found = store::opportunity::find(db, id).await?;
    found.filter(|o| o.authority_id == authority).ok_or_else(|| Refusal::not_found("opportunity").into())
}

/// The opportunity, if this person may know of it.
pub async fn visible(
    app: &App,
    actor: &Actor,
    id: OpportunityId,
) -> Result<Option<opportunity::Model>, Failure> {
    let db = app.database.read();
    let found = match actor.office {
        Office::Officer { authority_id, .. } => for_officer(db, id, authority_id).await,
        Office::Provider { provider_id, .. } => {
            // Adverts are shown to those alone who may bid; what a provider bid for stays its own to see.
            for_provider(db, id, provider_id).await.and_then(|k| {
                match rules::check_may_bid(k.standing, k.with_request).is_ok() || k.bid.is_some() {
                    true => Ok(k.opportunity),
                    false => Err(Refusal::not_found("opportunity").into()),
                }
            })
        }
    };
    match found {
        Ok(opportunity) => Ok(Some(opportunity)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// A broker takes an opportunity back for everybody at once.
pub async fn withdraw(app: &App, order: &Order, id: OpportunityId, reason: String) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let members = store::enrolment::members(act.tx(), opportunity.category_id).await?;
        let names = store::market::names(act.tx(), [opportunity.category_id]).await?;
        let context = context(&opportunity, &names);
        let change = rules::withdraw(&opportunity, &members, &context, reason, now)?;
        act.record(change).await
    })
    .await
}

/// What letters about an opportunity say.
pub fn context(of: &opportunity::Model, names: &Names) -> rules::OpportunityContext {
    rules::context(of, &names.market(of.market_id), &names.category(of.category_id))
}

/// The clock tells everybody that bidding for what is due has closed. Returns how many were.
pub async fn close_due(app: &App) -> Result<usize, Failure> {
    let due = store::opportunity::to_close(app.database.read(), app.clock.now()).await?;
    for &id in &due {
        act_for_nobody(app, async |act| {
            act.lock(id).await?;
            let now = act.now().await?;
            let opportunity = store::opportunity::find(act.tx(), id).await?;
            if let Some(change) = opportunity.and_then(|o| rules::close(&o, now)) {
                act.record(change).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(due.len())
}

/// Which opportunities to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Board {
    Live,
    Closed,
}

/// The board: a provider's categories and bids, or an authority's opportunities; newest first. A part may be shorter
/// than was asked for and still not be the last: `next` says.
pub async fn list(
    app: &App,
    actor: &Actor,
    board: Option<Board>,
    wanted: Wanted,
    page: Page,
) -> Result<Listed<WrittenCard>, Failure> {
    let db = app.database.read();
    let bases = match actor.office {
        Office::Provider { provider_id, .. } if wanted.within_km.is_some() => {
            let bases = store::capacity::bases(db, provider_id).await?;
            bases.iter().filter_map(|base| app.middle(&base.outward_code)).collect()
        }
        _ => Vec::new(),
    };
    let wanted = wanted.check(matches!(actor.office, Office::Provider { .. }), &bases)?;
    let now = app.clock.now();
    let which = match board {
        None => Which::All,
        Some(Board::Live) => Which::Live(now),
        Some(Board::Closed) => Which::Closed(now),
    };
    let categories = followed(db, actor).await?;
    let size = usize::try_from(page.size).unwrap_or(usize::MAX);
    let is_sifted = wanted != Wanted::default();
    let batch = if is_sifted { PAGE_SIZE_MAX } else { page.wanted() };
    let (mut after, mut looked_at, mut listed) = (page.after.map(OpportunityId), 0, Vec::new());
    loop {
        let whose = match &actor.office {
            Office::Officer { authority_id, .. } => store::opportunity::Whose::Authority(*authority_id),
            Office::Provider { provider_id, categories: own, .. } => {
                store::opportunity::Whose::Provider(*provider_id, &categories, &own.0)
            }
        };
        let lines = store::opportunity::list(db, whose, which, after, batch).await?;
        let is_all = u64::try_from(lines.len()).is_ok_and(|read| read < batch);
        looked_at += lines.len();
        after = lines.last().map(|one| one.id).or(after);
        let found = match actor.office {
            Office::Officer { .. } => {
                lines.into_iter().map(|line| Found::without_own(line.id, line.number)).collect()
            }
            Office::Provider { provider_id, .. } => {
                store::opportunity::with_own(db, lines, provider_id).await?
            }
        };
        let mut adverts = adverts(app, found).await?;
        if is_sifted {
            adverts.retain(|(of, _)| {
                let facts = CardFacts { middle: app.middle(&of.outward_code), ..CardFacts::default() };
                wanted.fits(&shown::card(of, facts, now), &bases)
            });
        }
        listed.extend(written(app, actor, &adverts, &wanted, now).await?);
        let next = if listed.len() > size {
            listed.truncate(size);
            listed.last().map(|(id, _)| *id)
        } else if is_all {
            None
        } else if looked_at >= LOOKED_AT_MAX {
            after
        } else {
            continue;
        };
        let items = listed.into_iter().map(|(_, card)| card).collect();
        return Ok(Listed { items, next: next.map(|id| id.0) });
    }
}

/// The categories of which somebody of a provider sees every advert: those to which it is admitted, as far as they are
/// theirs.
pub async fn followed(db: &impl sea_orm::ConnectionTrait, actor: &Actor) -> Result<Vec<CategoryId>, Failure> {
    let mut categories = match actor.office {
        Office::Provider { provider_id, .. } => store::enrolment::categories_of(db, provider_id).await?,
        Office::Officer { .. } => Vec::new(),
    };
    categories.retain(|id| actor.check_category(*id).is_ok());
    Ok(categories)
}

/// What was found, with its advert.
pub type Advert = (Arc<store::advert::Advert>, Found);

/// What was found, each with its advert, in the same order.
pub async fn adverts(app: &App, found: Vec<Found>) -> Result<Vec<Advert>, Failure> {
    let adverts = app.database.adverts(found.iter().map(|one| (one.id, one.number))).await?;
    Ok(found.into_iter().filter_map(|one| Some((Arc::clone(adverts.get(&one.id)?), one))).collect())
}

/// What cards are made of beside the opportunities themselves, for one viewer.
struct Cards<'a> {
    app: &'a App,
    names: Names,
    /// For officers: what was said of each, and how many each category has as members.
    told: Option<(Vec<interest::Model>, HashMap<CategoryId, u64>)>,
    now: Instant,
}

impl<'a> Cards<'a> {
    async fn of(app: &'a App, actor: &Actor, of: &[Advert], now: Instant) -> Result<Self, Failure> {
        let db = app.database.read();
        let categories: BTreeSet<_> = of.iter().map(|(o, _)| o.category_id).collect();
        let names = store::market::names(db, categories.iter().copied()).await?;
        let told = match actor.office {
            Office::Provider { .. } => None,
            Office::Officer { .. } => {
                let ids: Vec<_> = of.iter().map(|(o, _)| o.id).collect();
                let members = store::enrolment::members_counts(db, categories).await?;
                Some((store::opportunity::interests(db, &ids).await?, members))
            }
        };
        Ok(Self { app, names, told, now })
    }

    async fn card(&self, (of, found): &Advert) -> Result<OpportunityCard, Failure> {
        let (mine, counts) = match &self.told {
            None => (Some(mine(self.app, of, found).await?), None),
            Some((interests, members)) => {
                let told = members.get(&of.category_id).copied().unwrap_or_default();
                (None, Some(shown::counts(of, interests, told)))
            }
        };
        let facts = CardFacts {
            market_name: self.names.market(of.market_id),
            category_name: self.names.category(of.category_id),
            event_number: found.number,
            middle: self.app.middle(&of.outward_code),
            mine,
            counts,
        };
        Ok(shown::card(of, facts, self.now))
    }

    /// The card that all providers see who have said and sent nothing: it is written once, and then only while its stage
    /// or a name is no longer what it was.
    async fn plain(&self, of: &Advert) -> Result<WrittenCard, Failure> {
        let (advert, _) = of;
        let stage = rules::stage(advert, self.now);
        let (market_name, category_name) =
            (self.names.market(advert.market_id), self.names.category(advert.category_id));
        if let Some(plain) = advert.plain.get()
            && (plain.stage, &plain.market_name, &plain.category_name)
                == (stage, &market_name, &category_name)
        {
            return Ok(plain.card.clone());
        }
        let card = WrittenCard::of(&self.card(of).await?)?;
        // Where another was first it stays, and goes with the next event.
        let _ = advert.plain.set(PlainCard { card: card.clone(), stage, market_name, category_name });
        Ok(card)
    }
}

/// The cards of these opportunities, for this viewer. The numbers of their events were read first, so that an event
/// that happens meanwhile is told again rather than missed.
pub async fn cards(
    app: &App,
    actor: &Actor,
    of: &[Advert],
    now: Instant,
) -> Result<Vec<OpportunityCard>, Failure> {
    let made = Cards::of(app, actor, of, now).await?;
    let mut cards = Vec::with_capacity(of.len());
    for advert in of {
        cards.push(made.card(advert).await?);
    }
    Ok(cards)
}

/// The same, written, of those whose state is wanted.
async fn written(
    app: &App,
    actor: &Actor,
    of: &[Advert],
    wanted: &Wanted,
    now: Instant,
) -> Result<Vec<(OpportunityId, WrittenCard)>, Failure> {
    let made = Cards::of(app, actor, of, now).await?;
    let mut cards = Vec::with_capacity(of.len());
    for advert in of {
        let (mine, card) = if made.told.is_none() && advert.1.has_no_own() {
            (Some(Mine::default()), made.plain(advert).await?)
        } else {
            let card = made.card(advert).await?;
            let written = WrittenCard::of(&card)?;
            (card.mine, written)
        };
        if wanted.fits_state(mine.as_ref()) {
            cards.push((advert.1.id, card));
        }
    }
    Ok(cards)
}

/// How it stands with a provider's own.
async fn mine(app: &App, of: &opportunity::Model, found: &Found) -> Result<Mine, Failure> {
    let outcome = match (found.bid_id, of.award_id) {
        (Some(bid), Some(award)) if found.withdrawn_at.is_none() && found.unsettled_at.is_none() => {
            let award = store::award::find(app.database.read(), award).await?;
            award.and_then(|award| match of.awarded_at {
                Some(_) if award.bid_id == bid => Some(MyOutcome::Won),
                Some(_) => Some(MyOutcome::NotWon),
                None if award.shortlist.0.contains(&bid) => Some(MyOutcome::Shortlisted),
                None => None,
            })
        }
        _ => None,
    };
    let bid = found.version.zip(found.received_at).map(|(version, submitted_at)| BidStanding {
        version,
        submitted_at,
        withdrawn: found.withdrawn_at.is_some(),
        unsettled: found.unsettled_at.is_some(),
    });
    // What was typed before the bid was received went with it.
    let draft = found
        .saved_at
        .is_some_and(|saved_at| bid.as_ref().is_none_or(|bid| bid.withdrawn || saved_at > bid.submitted_at));
    Ok(Mine { interest: found.interest, bid, draft, outcome })
}

/// One opportunity.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<Opportunity, Failure> {
    match actor.office {
        Office::Officer { authority_id, .. } => show_officer(app, actor, authority_id, id).await,
        Office::Provider { provider_id, .. } => show_provider(app, actor, provider_id, id).await,
    }
}

async fn show_officer(
    app: &App,
    actor: &Actor,
    authority: AuthorityId,
    id: OpportunityId,
) -> Result<Opportunity, Failure> {
    let db = app.database.read();
    let number = store::event::newest(db, id.into()).await?;
    let opportunity = Arc::new(store::advert::Advert::from(for_officer(db, id, authority).await?));
    let now = app.clock.now();
    let found = [(Arc::clone(&opportunity), Found::without_own(id, number))];
    let card = cards(app, actor, &found, now).await?.pop();
    let card = card.ok_or_else(|| Failure::Broken("one opportunity has one card".to_owned()))?;
    let Some((category, _)) = store::market::category(db, opportunity.category_id).await? else {
        return Err(Refusal::not_found("category").into());
    };
    let category = published_terms(&opportunity, category.slug, category.name);
    let officers = for_officers(app, actor, &opportunity, now).await?;
    let since = app.database.since(id, number).await?;
    let since = (&*since.amendments, super::query::of(app, actor, &opportunity, &since.queries).await?);
    Ok(shown::whole(&opportunity, card, category, since, Some(officers), ForBidder::default()))
}

async fn show_provider(
    app: &App,
    actor: &Actor,
    provider: ProviderId,
    id: OpportunityId,
) -> Result<Opportunity, Failure> {
    let db = app.database.read();
    let not_found = || Refusal::not_found("opportunity");
    let looked_at = store::opportunity::looked_at(db, id, provider).await?.ok_or_else(not_found)?;
    let LookedAt { found, market_name, category_name, .. } = looked_at;
    // Adverts are shown to those alone who may bid; what a provider bid for stays its own to see.
    let with_request = bids_with_request(looked_at.regime);
    if rules::check_may_bid(looked_at.standing, with_request).is_err() && found.bid_id.is_none() {
        return Err(not_found().into());
    }
    let (opportunity, found) = adverts(app, vec![found]).await?.pop().ok_or_else(not_found)?;
    let now = app.clock.now();
    let facts = CardFacts {
        market_name,
        category_name: category_name.clone(),
        event_number: found.number,
        middle: app.middle(&opportunity.outward_code),
        mine: Some(mine(app, &opportunity, &found).await?),
        counts: None,
    };
    let card = shown::card(&opportunity, facts, now);
    let category = published_terms(&opportunity, looked_at.category_slug, category_name);
    let awaited = looked_at.standing.is_some_and(awaits_decision);
    let mut own = ForBidder {
        with_request: looked_at.enrolment_id.filter(|_| awaited),
        fit: super::capacity::fit(db, provider, &opportunity, now).await?,
        ..ForBidder::default()
    };
    // Before prices open nothing was asked.
    if opportunity.prices_opened_at.is_some() {
        let asked = store::inquiry::own(db, id, provider).await?;
        own.inquiry = asked.map(|asked| show_inquiry(&asked, now));
    }
    if rules::stage(&opportunity, now).is_told()
        && let Some(bid) = found.bid_id
    {
        let told = result_of(app, (**opportunity).clone(), bid).await?;
        (own.result, own.difference) = told.unzip();
    }
    let since = app.database.since(id, found.number).await?;
    let since = (&*since.amendments, super::query::of(app, actor, &opportunity, &since.queries).await?);
    Ok(shown::whole(&opportunity, card, category, since, None, own))
}

/// A category with the terms as they were published with an opportunity, with the bounds of the band worked out.
fn published_terms(of: &opportunity::Model, slug: String, name: String) -> Category {
    let formula = crate::domain::evaluation::resolved(of);
    Category { id: of.category_id, slug, name, terms: CategoryTerms { formula, ..of.terms.clone() } }
}

async fn result_of(
    app: &App,
    opportunity: opportunity::Model,
    bid: BidId,
) -> Result<Option<(OwnResult, Difference)>, Failure> {
    let db = app.database.read();
    let Some(award) = opportunity.award_id else { return Ok(None) };
    let Some(award) = store::award::find(db, award).await? else { return Ok(None) };
    let evaluated: Evaluated = super::evaluation::evaluated(db, opportunity).await?;
    let Some(result) = own_result(&evaluated, &award, bid) else { return Ok(None) };
    let of = &evaluated.opportunity;
    let least = least_weekly(&of.terms.lines, &of.quantities.0, of.terms.weekly_floor);
    let (own, awarded) = (bid.to_string(), award.bid_id.to_string());
    Ok(Some((result, difference(&evaluated.evaluation, &own, &awarded, least))))
}

async fn for_officers(
    app: &App,
    actor: &Actor,
    of: &opportunity::Model,
    now: Instant,
) -> Result<ForOfficers, Failure> {
    let db = app.database.read();
    let interests = store::opportunity::interests(db, &[of.id]).await?;
    let bids = store::bid::not_withdrawn(db, of.id).await?;
    let requests = store::bid::requests(db, of).await?;
    let everyone = interests.iter().map(|i| i.provider_id).chain(bids.iter().map(|b| b.provider_id));
    let names = store::account::provider_names(db, everyone).await?;
    let name = |id: &ProviderId| names.get(id).cloned().unwrap_or_default();
    let facts = store::evaluation::facts(db, of.clone()).await?;
    let mut can = shown::can(&facts, actor, now);
    can.extend(super::award::may_decide(app, actor, of).await?);
    let payment = store::direct_payment::of(db, of.package_id).await?;
    let recorded_by = store::account::names(db, payment.iter().map(|p| p.recorded_by)).await?;
    Ok(ForOfficers {
        package_id: of.package_id,
        watch: super::nudge::watch(app, of, &interests, now).await?,
        standstill: super::award::standstill_of(app, of).await?,
        contract_id: store::contract::of_opportunity(db, of.id).await?.map(|contract| contract.id),
        direct_payment: payment.map(|payment| show_payment(payment, &recorded_by)),
        interests: interests
            .iter()
            .map(|i| InterestView {
                provider_id: i.provider_id,
                provider_name: name(&i.provider_id),
                interest: i.kind,
                reason: i.reason.clone(),
                because: i.because,
                at: i.at,
            })
            .collect(),
        bids: bids
            .iter()
            .map(|bid| BidderView {
                provider_name: name(&bid.provider_id),
                submitted_at: bid.received_at,
                unsettled: bid.unsettled_at.is_some(),
                request: requests.iter().find(|e| e.provider_id == bid.provider_id).map(|e| e.id),
            })
            .collect(),
        can,
    })
}

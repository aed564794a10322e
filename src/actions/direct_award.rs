//! Awards to a named provider: proposing, deciding under the scheme of delegation, and reviewing those that were urgent.

use super::{
    Act, Failure, Listed, Order, Page, act,
    award::approver_view,
    package::{Gone, own, usable_category},
};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        approval::{self, Need, of_split},
        award::lifecycle::{self, State, Verb},
        budget::{Cost, Held, Warned},
        clock::{self, Clock},
        delegation::{self, Scheme},
        direct_award::{self as rules, Deciding, NewDirectAward, NewReview, Proposing},
        disclosure::{
            award::ApprovalCard,
            direct_award::{
                self as shown, DirectAward, DirectAwardCard, DirectNames, DirectVerb, Naming, NamingFacts,
                Now,
            },
            market::stage,
        },
        officer_interest,
        refusal::Refusal,
    },
    store,
};
use entity::{category, direct_award, market, package, vocabulary::*};
use sea_orm::ConnectionTrait;

/// The most providers among whom one is named.
const PROVIDERS_MAX: u64 = 500;

/// What the decision on a direct award must reach to.
fn asked(of: &direct_award::Model, need: &Need, on: Day) -> delegation::Asked {
    delegation::Asked {
        kind: DecisionKind::DirectAward,
        market: of.market_id,
        category: of.category_id,
        on,
        yearly: need.yearly_value,
        whole: need.contract_value,
    }
}

/// Whose register of interests names a provider.
async fn interested(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    today: Day,
) -> Result<Vec<AccountId>, Failure> {
    let registered = store::officer_interest::in_providers(db, &[provider]).await?;
    let stand = registered.iter().filter(|row| officer_interest::stands(row, today));
    Ok(stand.map(|row| row.account_id).collect())
}

/// What an officer must know to propose an award to a named provider.
pub async fn naming(app: &App, actor: &Actor, id: PackageId) -> Result<Naming, Failure> {
    let db = app.database.read();
    let authority = actor.authority()?;
    let package = own(db, authority, id).await?;
    let (category, market) = usable_category(db, authority, package.category_id).await?;
    let providers = store::account::providers(db, PROVIDERS_MAX).await?;
    let ids = providers.iter().map(|provider| provider.id);
    let enrolments = store::enrolment::of_providers(db, category.id, ids).await?;
    let facts =
        NamingFacts { package: &package, market: &market, category: &category, providers, enrolments };
    Ok(shown::naming(facts))
}

/// An officer proposes an award to a named provider.
pub async fn propose(
    app: &App,
    order: &Order,
    id: PackageId,
    new: NewDirectAward,
) -> Result<DirectAwardId, Failure> {
    act(app, order, async |act| {
        let authority = act.actor()?.authority()?;
        let of = own(act.tx(), authority, id).await?;
        let (_, market) = usable_category(act.tx(), authority, of.category_id).await?;
        act.lock(market.id).await?;
        act.lock(id).await?;
        let now = act.now().await?;
        // Read again, now that they are held.
        let package = own(act.tx(), authority, id).await?;
        let (category, market) = usable_category(act.tx(), authority, package.category_id).await?;
        if store::account::provider(act.tx(), new.provider_id).await?.is_none() {
            return Err(Refusal::not_found("provider").at("provider_id").into());
        }
        let today = now.london_day();
        let scheme = store::market::scheme(act.tx(), &market, authority).await?;
        let facts = Proposing {
            state: Gone::of(act.tx(), id).await?.state(now),
            stage: stage(&market, today),
            standing: store::enrolment::standing(act.tx(), new.provider_id, category.id).await?,
            number: store::direct_award::next_number(act.tx(), market.id).await?,
            package: &package,
            market: &market,
            category: &category,
            now,
        };
        let contracts =
            store::contract::of_person(act.tx(), authority, &package.person_reference, new.provider_id)
                .await?;
        let interested = interested(act.tx(), new.provider_id, today).await?;
        let tell = |row: &direct_award::Model| {
            let need = approval::need(id, &contracts, row.yearly_value, row.contract_value, today);
            to_tell(&scheme, row, &package, (&need, &interested), today)
        };
        let (row, change) = rules::propose(&facts, tell, order.by, new)?;
        act.record(change).await?;
        Ok(row.id)
    })
    .await
}

/// Those who hold a post that may approve this value, but for whoever had a part in it.
fn to_tell(
    scheme: &Scheme,
    row: &direct_award::Model,
    package: &package::Model,
    (need, interested): (&Need, &[AccountId]),
    today: Day,
) -> Vec<AccountId> {
    let able = able(scheme, row, package, (need, interested), today);
    let mut people: Vec<_> = able.into_iter().flat_map(|(_, people)| people).collect();
    people.sort();
    people.dedup();
    people
}

/// The posts that may approve this value, from the least power that suffices upwards, each with those of its holders
/// who had no part in it.
fn able(
    scheme: &Scheme,
    row: &direct_award::Model,
    package: &package::Model,
    (need, interested): (&Need, &[AccountId]),
    today: Day,
) -> Vec<(PostId, Vec<AccountId>)> {
    let had_no_part = |id: &AccountId| rules::check_four_eyes(*id, package, row, interested).is_ok();
    delegation::approvers(scheme, &asked(row, need, today))
        .into_iter()
        .filter(|approver| approver.chain.is_ok())
        .map(|approver| {
            let people = approver.holders.into_iter().map(|holder| holder.account_id);
            (approver.post, people.filter(had_no_part).collect::<Vec<_>>())
        })
        .filter(|(_, people)| !people.is_empty())
        .collect()
}

/// A direct award of the officer's own authority.
async fn own_award(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    id: DirectAwardId,
) -> Result<direct_award::Model, Failure> {
    let found = store::direct_award::find(db, id).await?;
    found
        .filter(|award| award.authority_id == authority)
        .ok_or_else(|| Refusal::not_found("direct award").into())
}

/// Everything that a decision on a direct award looks at, read under the lock of its package.
struct Facts {
    award: direct_award::Model,
    state: State,
    package: package::Model,
    market: market::Model,
    category: category::Model,
    scheme: Scheme,
    standing: Option<Standing>,
    people: Vec<AccountId>,
    /// What authority must reach to.
    need: Need,
    /// Whose register of interests names the provider.
    interested: Vec<AccountId>,
}

async fn facts(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    id: DirectAwardId,
    now: Instant,
) -> Result<Facts, Failure> {
    let award = own_award(db, authority, id).await?;
    let package = own(db, authority, award.package_id).await?;
    let (category, market) = usable_category(db, authority, award.category_id).await?;
    let mut gone = Gone::of(db, package.id).await?;
    // A returned one is decided, whatever became of its package since.
    if award.state == AwardState::Returned {
        (gone.direct, gone.opportunity, gone.payment) = (None, None, None);
    }
    let provider = award.provider_id;
    let people = store::account::people_of(db, &[provider], category.id).await?.remove(&provider);
    let today = now.london_day();
    let values = (award.yearly_value, award.contract_value);
    Ok(Facts {
        need: super::approval::need(db, &package, provider, values, today).await?,
        interested: interested(db, provider, today).await?,
        state: gone.state(now),
        scheme: store::market::scheme(db, &market, authority).await?,
        standing: store::enrolment::standing(db, provider, category.id).await?,
        people: people.unwrap_or_default(),
        award,
        package,
        market,
        category,
    })
}

/// Takes the lock of a direct award's package, and reads the facts under it.
async fn held(act: &mut Act<'_>, id: DirectAwardId) -> Result<Facts, Failure> {
    let authority = act.actor()?.authority()?;
    let award = own_award(act.tx(), authority, id).await?;
    act.lock(award.package_id).await?;
    let now = act.now().await?;
    facts(act.tx(), authority, id, now).await
}

impl Facts {
    /// On what authority somebody decides.
    fn authority(&self, by: AccountId, today: Day) -> Result<delegation::Authority, Refusal> {
        delegation::authority_of(&self.scheme, by, &asked(&self.award, &self.need, today))
            .map_err(|why| of_split(why, &self.need))
    }

    /// Whether somebody may decide, by their authority and their part in it.
    fn may_decide(&self, by: AccountId, today: Day) -> Result<(), Refusal> {
        self.authority(by, today)?;
        rules::check_four_eyes(by, &self.package, &self.award, &self.interested)
    }

    fn deciding<'a>(
        &'a self,
        post: delegation::Authority,
        budgets: &'a [Held],
        warned: &'a Warned,
    ) -> Deciding<'a> {
        Deciding {
            award: &self.award,
            state: self.state,
            package: &self.package,
            market: &self.market,
            category: &self.category,
            standing: self.standing,
            people: &self.people,
            interested: &self.interested,
            post_title: post.title,
            chain: post.chain,
            budgets,
            warned,
        }
    }
}

/// A post's holder approves: the contract enters the register and the provider is told.
pub async fn approve(
    app: &App,
    order: &Order,
    id: DirectAwardId,
    reason: String,
) -> Result<ContractId, Failure> {
    act(app, order, async |act| {
        // Two packages of one person with one provider are approved one after the other, so that both are summed.
        let provider = held(act, id).await?.award.provider_id;
        act.lock(provider).await?;
        let facts = held(act, id).await?;
        let now = act.now().await?;
        let post = facts.authority(order.by, now.london_day())?;
        let authority = facts.award.authority_id;
        let budgets = store::budget::locked(act.tx(), facts.market.id, authority).await?;
        let warned = super::budget::warned(act.tx(), authority, facts.market.name.clone()).await?;
        let deciding = facts.deciding(post, &budgets, &warned);
        let (contract, changes) = rules::approve(deciding, order.by, reason, now)?;
        for change in changes {
            act.record(change).await?;
        }
        Ok(contract.id)
    })
    .await
}

/// A post's holder sends a proposal back with a reason.
pub async fn hand_back(app: &App, order: &Order, id: DirectAwardId, reason: String) -> Result<(), Failure> {
    act(app, order, async |act| {
        let facts = held(act, id).await?;
        let now = act.now().await?;
        let post = facts.authority(order.by, now.london_day())?;
        let change = rules::hand_back(&facts.deciding(post, &[], &Warned::default()), order.by, reason, now)?;
        act.record(change).await
    })
    .await
}

/// A post's holder who did not approve it reviews an urgent award.
pub async fn review(app: &App, order: &Order, id: DirectAwardId, new: NewReview) -> Result<(), Failure> {
    act(app, order, async |act| {
        let facts = held(act, id).await?;
        let now = act.now().await?;
        // Before who may: there is nothing to decide.
        lifecycle::allow(facts.state, Verb::Review)?;
        let post = facts.authority(order.by, now.london_day())?;
        let Some(contract) = store::contract::of_direct_award(act.tx(), id).await? else {
            return Err(Refusal::not_found("contract").into());
        };
        let budgets = store::budget::locked(act.tx(), facts.market.id, facts.award.authority_id).await?;
        let committed = store::budget::commitments(act.tx(), [contract.id]).await?;
        let warned = Warned::default();
        let deciding = facts.deciding(post, &budgets, &warned);
        for change in rules::review(&deciding, &contract, &committed, order.by, new, now)? {
            act.record(change).await?;
        }
        Ok(())
    })
    .await
}

/// Every one of the authority that waits for a decision, and whether this person may decide it.
pub(super) async fn waiting(app: &App, actor: &Actor) -> Result<Vec<ApprovalCard>, Failure> {
    let db = app.database.read();
    let (authority, now) = (actor.authority()?, app.clock.now());
    let rows = store::direct_award::waiting(db, authority).await?;
    let names = store::account::names(db, rows.iter().map(|row| row.proposed_by)).await?;
    let providers = store::account::provider_names(db, rows.iter().map(|row| row.provider_id)).await?;
    let mut cards = Vec::new();
    for row in rows {
        let facts = facts(db, authority, row.id, now).await?;
        let refused = facts.may_decide(actor.account_id, now.london_day()).err();
        cards.push(ApprovalCard {
            route: row.route,
            path: rules::path(row.id),
            opportunity_id: None,
            title: facts.package.title,
            provider_name: providers.get(&row.provider_id).cloned().unwrap_or_default(),
            yearly_value: row.yearly_value,
            contract_value: row.contract_value,
            budget: super::budget::effect_of(db, facts.market.id, authority, cost(&row)).await?,
            recommended_by: names.get(&row.proposed_by).cloned().unwrap_or_default(),
            recommended_at: row.proposed_at,
            mine: refused.is_none(),
            due_on: rules::decide_by(&row, &facts.market.terms),
            urgent: row.route == AwardRoute::Urgent,
            // Everybody who can decide was asked at once: there is nobody further up.
            escalated: None,
            batch: false,
            why_not: refused.map(|why| why.detail.into_owned()),
            reference: row.reference,
        });
    }
    Ok(cards)
}

/// What it would cost.
const fn cost(of: &direct_award::Model) -> Cost {
    Cost { starts_on: of.starts_on, weeks: of.term_weeks, whole: of.contract_value, ended_on: None }
}

/// The clocks of those that wait for a decision, each with the post that has the least power that suffices.
pub(super) async fn clocks(
    db: &impl ConnectionTrait,
    authority: AuthorityId,
    now: Instant,
) -> Result<Vec<Clock>, Failure> {
    let today = now.london_day();
    let mut clocks = Vec::new();
    for row in store::direct_award::waiting(db, authority).await? {
        let Facts { award, package, market, scheme, need, interested, .. } =
            facts(db, authority, row.id, now).await?;
        let able = able(&scheme, &award, &package, (&need, &interested), today);
        let first = able.first().map(|(post, _)| *post);
        clocks.extend(clock::direct_award(&award, &market, first));
    }
    Ok(clocks)
}

/// One direct award, and what the viewer may do with it.
pub async fn show(app: &App, actor: &Actor, id: DirectAwardId) -> Result<DirectAward, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let today = now.london_day();
    let facts = facts(db, actor.authority()?, id, now).await?;
    let (mut can, mut why_not) = (Vec::new(), None);
    let by = actor.account_id;
    for (verb, shown) in [
        (Verb::ApproveDirect, DirectVerb::Approve),
        (Verb::ReturnDirect, DirectVerb::Return),
        (Verb::Review, DirectVerb::Review),
    ] {
        if lifecycle::allow(facts.state, verb).is_err() || facts.award.state == AwardState::Returned {
            continue;
        }
        let may = facts.may_decide(by, today).and_then(|()| match verb {
            Verb::Review => rules::check_reviewer(by, &facts.award),
            _ => Ok(()),
        });
        match may {
            Ok(()) => can.push(shown),
            Err(refusal) => why_not = Some(refusal.detail.into_owned()),
        }
    }
    let approvers = match facts.award.state {
        AwardState::Waiting => delegation::approvers(&facts.scheme, &asked(&facts.award, &facts.need, today))
            .into_iter()
            .map(|approver| approver_view(approver, None))
            .collect(),
        AwardState::Approved | AwardState::Returned | AwardState::Declined | AwardState::SetAside => {
            Vec::new()
        }
    };
    let award = &facts.award;
    let people = [Some(award.proposed_by), award.decided_by, award.reviewed_by].into_iter().flatten();
    let people = store::account::names(db, people).await?;
    let provider = store::account::provider(db, award.provider_id).await?;
    let cost = cost(award);
    let budget = match award.state {
        AwardState::Waiting => {
            super::budget::effect_of(db, facts.market.id, award.authority_id, cost).await?
        }
        AwardState::Approved | AwardState::Returned | AwardState::Declined | AwardState::SetAside => None,
    };
    let moment = Now {
        today,
        approvers,
        contract_id: store::contract::of_direct_award(db, id).await?.map(|contract| contract.id),
        budget,
        can,
        why_not,
    };
    let names = DirectNames {
        market: facts.market.name.clone(),
        category: facts.category.name.clone(),
        provider: provider.map(|p| p.name).unwrap_or_default(),
        people: &people,
    };
    Ok(shown::whole(facts.award, &facts.package, &facts.category, names, moment))
}

/// Those of an authority that wait for their review, the soonest due first.
pub async fn reviews(app: &App, actor: &Actor) -> Result<Vec<DirectAwardCard>, Failure> {
    let rows = store::direct_award::reviews_due(app.database.read(), actor.authority()?).await?;
    cards(app, rows).await
}

/// An authority's direct awards, newest first.
pub async fn list(app: &App, actor: &Actor, page: Page) -> Result<Listed<DirectAwardCard>, Failure> {
    let db = app.database.read();
    let after = page.after.map(DirectAwardId);
    let rows = store::direct_award::list(db, actor.authority()?, after, page.wanted()).await?;
    let cards = cards(app, rows).await?;
    Ok(page.listed(cards, |card| card.id.0, |card| card))
}

async fn cards(app: &App, rows: Vec<direct_award::Model>) -> Result<Vec<DirectAwardCard>, Failure> {
    let db = app.database.read();
    let today = app.clock.now().london_day();
    let names = store::market::names(db, rows.iter().map(|row| row.category_id)).await?;
    let providers = store::account::provider_names(db, rows.iter().map(|row| row.provider_id)).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let provider = providers.get(&row.provider_id).cloned().unwrap_or_default();
            shown::card(row, names.category(row.category_id), provider, today)
        })
        .collect())
}

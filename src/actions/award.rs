//! Recommending, approving or returning under the scheme of delegation, and the register.

use super::{
    Act, Failure, Listed, Order, Page, act, act_for_nobody,
    evaluation::{evaluated, evaluated_now},
    opportunity::for_officer,
};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        approval::{self, Need},
        award::{
            self as rules, Approving, Involved, PreferenceAnswer, Recommending,
            lifecycle::{self, Verb},
            standstill::{self, Challenged, SettingAside},
        },
        chase::deadlines_of,
        delegation::{self, Scheme, level},
        disclosure::{
            award::{
                self as shown, ApprovalCard, ApproverView, Contract, ContractCard, ContractNames, Outcomes,
                Recommendation, RecommendationNames, Standstill,
            },
            opportunity::OpportunityVerb,
        },
        officer_interest, panel,
        refusal::{Code, Refusal},
        round,
    },
    store,
};
use entity::{award, challenge, opportunity, vocabulary::*};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// What a commissioner recommends.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecommendation {
    pub bid_id: BidId,
    /// With `bid_id` among them.
    pub shortlist: Vec<BidId>,
    pub reason: String,
    /// Why not the bid that is first, where it is not.
    #[serde(default)]
    pub not_first_reason: Option<String>,
    /// Whether it is what the person prefers, where a preference is recorded.
    #[serde(default)]
    pub preference: Option<PreferenceAnswer>,
    /// Why the decision cannot wait, where it cannot: then those are told too who decide what is urgent.
    #[serde(default)]
    pub urgent: Option<String>,
}

/// Approving, with the reasons.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApproval {
    pub reason: String,
    /// A reason for anybody to read, in the public record of the decision.
    #[serde(default)]
    pub public_reason: Option<String>,
}

/// The commissioner shortlists and recommends.
pub async fn recommend(
    app: &App,
    order: &Order,
    id: OpportunityId,
    new: NewRecommendation,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let bid = store::bid::every(act.tx(), id).await?.into_iter().find(|bid| bid.id == new.bid_id);
        let provider = bid.map(|bid| bid.provider_id);
        let involved = involved(act.tx(), id, provider, now.london_day()).await?;
        panel::check_no_interest(&store::evaluation::declarations(act.tx(), id).await?, order.by)?;
        let facts = evaluated(act.tx(), opportunity).await?;
        round::check_over(&facts, store::round::find(act.tx(), id).await?.as_ref(), now)?;
        approval::check_new_reason(&store::award::every(act.tx(), id).await?, &new.reason)?;
        let put = super::approval::put_to(act.tx(), &facts, &involved, new.bid_id, order.by, now).await?;
        let package = store::package::find(act.tx(), facts.opportunity.package_id).await?;
        let prefers = package.and_then(|package| package.preference);
        let NewRecommendation { bid_id, shortlist, reason, not_first_reason, preference, urgent } = new;
        let wanted = Recommending { bid_id, shortlist, reason, not_first_reason, preference };
        // What cannot wait goes out in a letter of its own.
        let told = if urgent.is_some() { &[] } else { put.first() };
        let change = rules::recommend(&facts, prefers.as_deref(), told, order.by, wanted, now)?;
        let (chase, urgency) = put.begin(&facts, &change, urgent)?;
        act.record(change.insert(chase)).await?;
        match urgency {
            Some(urgency) => act.record(urgency).await,
            None => Ok(()),
        }
    })
    .await
}

/// Every post that might approve, with why it is not high enough where one level up is needed.
pub(super) fn approvers(
    scheme: &Scheme,
    asked: &delegation::Asked,
    first: bool,
) -> Vec<(delegation::Approver, Option<String>)> {
    match first {
        true => delegation::approvers(scheme, asked).into_iter().map(|approver| (approver, None)).collect(),
        false => level::approvers(scheme, asked),
    }
}

/// A post that might approve, for officers.
pub(super) fn approver_view(approver: delegation::Approver, low: Option<String>) -> ApproverView {
    let (chain, why_not) = match (approver.chain, low) {
        (Ok(chain), None) => (chain.0, None),
        (Ok(_), Some(low)) => (Vec::new(), Some(low)),
        (Err(broken), _) => (Vec::new(), Some(broken.to_string())),
    };
    ApproverView {
        post_title: approver.title,
        holders: approver.holders.into_iter().map(|holder| holder.name).collect(),
        can: why_not.is_none(),
        chain,
        why_not,
    }
}

/// Those posts that may approve, as they are asked one after the other.
pub(super) fn who_can(scheme: &Scheme, asked: &delegation::Asked, first: bool) -> Vec<delegation::Approver> {
    let all = approvers(scheme, asked, first).into_iter();
    all.filter(|(_, low)| low.is_none()).map(|(approver, _)| approver).collect()
}

/// Whoever had a part in an opportunity’s marks, opened its prices, or has an interest in a bidder; `provider` is to
/// have the award.
pub(super) async fn involved(
    db: &impl ConnectionTrait,
    of: OpportunityId,
    provider: Option<ProviderId>,
    on: Day,
) -> Result<Involved, Failure> {
    let markers = store::evaluation::markers(db, of).await?;
    let openers = store::evaluation::openers(db, of).await?;
    let declarations = store::evaluation::declarations(db, of).await?;
    let conflicted = declarations.iter().filter(|d| d.interest.is_some()).map(|d| d.account_id).collect();
    let registered = match provider {
        Some(provider) => store::officer_interest::in_providers(db, &[provider]).await?,
        None => Vec::new(),
    };
    let stands = registered.iter().filter(|row| officer_interest::stands(row, on));
    let interested = stands.map(|row| row.account_id).collect();
    Ok(Involved { markers, openers, conflicted, interested })
}

/// Everything an approval rests on.
pub(super) struct Deciding {
    pub award: award::Model,
    pub package: entity::package::Model,
    pub market: entity::market::Model,
    pub scheme: Scheme,
    pub involved: Involved,
    /// What authority must reach to.
    pub need: Need,
}

pub(super) async fn deciding(
    db: &impl ConnectionTrait,
    of: &opportunity::Model,
    now: Instant,
) -> Result<Deciding, Failure> {
    let award = match of.award_id {
        Some(id) => store::award::find(db, id).await?,
        None => None,
    };
    let Some(award) = award else {
        lifecycle::allow(lifecycle::of_opportunity(of, None, now), Verb::Approve)?;
        return Err(Refusal::new(Code::NotRecommended, "No recommendation waits for approval here.").into());
    };
    let package = store::package::find(db, of.package_id).await?;
    let market = store::market::find(db, of.market_id).await?;
    let (Some(package), Some(market)) = (package, market) else {
        return Err(Refusal::not_found("package").into());
    };
    let today = now.london_day();
    let involved = involved(db, of.id, Some(award.provider_id), today).await?;
    let need = super::approval::need(
        db,
        &package,
        award.provider_id,
        (award.yearly_value, award.contract_value),
        today,
    )
    .await?;
    let scheme = store::market::scheme(db, &market, of.authority_id).await?;
    Ok(Deciding { award, package, market, scheme, involved, need })
}

/// What the decision on a recommendation must reach to.
pub(super) fn asked(of: &opportunity::Model, need: &Need, on: Day) -> delegation::Asked {
    delegation::Asked {
        kind: DecisionKind::Award,
        market: of.market_id,
        category: of.category_id,
        on,
        yearly: need.yearly_value,
        whole: need.contract_value,
    }
}

/// Whether this person may decide, and on what authority.
pub(super) fn authority_of(
    of: &opportunity::Model,
    facts: &Deciding,
    by: AccountId,
    today: Day,
) -> Result<delegation::Authority, Refusal> {
    let Deciding { award, package, scheme, involved, need, .. } = facts;
    let asked = asked(of, need, today);
    let authority = match lifecycle::is_first(award) {
        true => delegation::authority_of(scheme, by, &asked),
        false => level::authority_above(scheme, by, &asked),
    }
    .map_err(|why| approval::of_split(why, need))?;
    rules::check_four_eyes(by, package, involved, award)?;
    Ok(authority)
}

/// A post's holder approves: the contract enters the register and everybody is told.
pub async fn approve(
    app: &App,
    order: &Order,
    id: OpportunityId,
    new: NewApproval,
) -> Result<ContractId, Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        // Two packages of one person with one provider are approved one after the other, so that both are summed.
        super::approval::lock_provider(act, &opportunity).await?;
        let facts = deciding(act.tx(), &opportunity, now).await?;
        let post = authority_of(&opportunity, &facts, order.by, now.london_day())?;
        let budgets = store::budget::locked(act.tx(), opportunity.market_id, authority).await?;
        let today = evaluated_now(act.tx(), opportunity.clone()).await?;
        let evaluated = evaluated(act.tx(), opportunity).await?;
        let market = evaluated.context.market.clone();
        let warned = super::budget::warned(act.tx(), authority, market).await?;
        let NewApproval { reason, public_reason } = new;
        approval::check_public_reason(public_reason.as_deref(), &facts.package)?;
        let kept = super::approval::record(
            act.tx(),
            &facts,
            &evaluated,
            &post,
            order.by,
            (AwardState::Approved, &reason, public_reason),
            now,
        )
        .await?;
        let approving = Approving {
            today: &today.outcome,
            award: &facts.award,
            package: &facts.package,
            chain: post.chain,
            post_title: post.title,
            budgets: &budgets,
            warned: &warned,
            involved: &facts.involved,
            standstill_working_days: facts.market.terms.standstill_working_days,
        };
        let approved = rules::approve(&evaluated, approving, order.by, reason, now)?;
        let mut changes = approved.changes.into_iter();
        if let Some(first) = changes.next() {
            act.record(first.insert(kept)).await?;
        }
        for change in changes {
            act.record(change).await?;
        }
        Ok(approved.contract.id)
    })
    .await
}

/// Which decisions on a waiting recommendation are this person's to make.
pub async fn may_decide(
    app: &App,
    actor: &Actor,
    of: &opportunity::Model,
) -> Result<Vec<OpportunityVerb>, Failure> {
    if of.award_id.is_none() || of.awarded_at.is_some() {
        return Ok(Vec::new());
    }
    let now = app.clock.now();
    let facts = deciding(app.database.read(), of, now).await?;
    let today = now.london_day();
    Ok(match authority_of(of, &facts, actor.account_id, today) {
        Ok(_) => vec![OpportunityVerb::Approve, OpportunityVerb::Return, OpportunityVerb::Decline],
        Err(_) => Vec::new(),
    })
}

/// The newest recommendation of an opportunity, and who may approve it.
pub async fn standing(
    app: &App,
    of: &opportunity::Model,
) -> Result<(Option<Recommendation>, Vec<ApproverView>), Failure> {
    let db = app.database.read();
    let Some(award) = store::award::newest(db, of.id).await? else {
        return Ok((None, Vec::new()));
    };
    let people = [Some(award.recommended_by), award.decided_by].into_iter().flatten();
    let names = store::account::names(db, people).await?;
    let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    let provider = store::account::provider(db, award.provider_id).await?;
    let recommendation = shown::recommendation(
        &award,
        RecommendationNames {
            provider: provider.map(|p| p.name).unwrap_or_default(),
            recommended_by: name(award.recommended_by),
            decided_by: award.decided_by.map(name),
        },
    );
    let mut approvers = Vec::new();
    if award.state == AwardState::Waiting && of.award_id == Some(award.id) {
        let today = app.clock.now().london_day();
        let facts = deciding(db, of, app.clock.now()).await?;
        let asked = asked(of, &facts.need, today);
        approvers = self::approvers(&facts.scheme, &asked, lifecycle::is_first(&award))
            .into_iter()
            .map(|(approver, low)| approver_view(approver, low))
            .collect();
    }
    Ok((Some(recommendation), approvers))
}

/// Every recommendation of the authority that waits, and whether this person may decide it.
pub(super) async fn waiting(app: &App, actor: &Actor) -> Result<Vec<ApprovalCard>, Failure> {
    let db = app.database.read();
    let rows = store::award::waiting(db, actor.authority()?).await?;
    let names = store::account::names(db, rows.iter().map(|(a, _)| a.recommended_by)).await?;
    let providers = store::account::provider_names(db, rows.iter().map(|(a, _)| a.provider_id)).await?;
    let now = app.clock.now();
    let today = now.london_day();
    let mut cards = Vec::new();
    for (award, of) in rows {
        let facts = deciding(db, &of, now).await?;
        let refused = authority_of(&of, &facts, actor.account_id, today).err();
        let budget = super::budget::effect(db, &of, &award).await?;
        let chase = store::approval::chase(db, award.id).await?;
        let due_on =
            chase.as_ref().and_then(|c| deadlines_of(&award, c, &facts.market.terms)).map(|d| d.due_on);
        cards.push(ApprovalCard {
            route: if lifecycle::is_first(&award) { AwardRoute::Competed } else { AwardRoute::NotFirst },
            path: format!("/approvals/{}", of.id),
            opportunity_id: Some(of.id),
            reference: of.reference,
            title: of.title,
            provider_name: providers.get(&award.provider_id).cloned().unwrap_or_default(),
            yearly_value: award.yearly_value,
            contract_value: award.contract_value,
            budget,
            recommended_by: names.get(&award.recommended_by).cloned().unwrap_or_default(),
            recommended_at: award.recommended_at,
            mine: refused.is_none(),
            due_on,
            urgent: chase.as_ref().is_some_and(|c| c.urgent.is_some()),
            escalated: chase.and_then(|c| c.because),
            batch: facts.market.terms.batch_approval,
            why_not: refused.map(|r| r.detail.into_owned()),
        });
    }
    Ok(cards)
}

/// The register: an authority's contracts, or a provider's own; newest first.
pub async fn contracts(app: &App, actor: &Actor, page: Page) -> Result<Listed<ContractCard>, Failure> {
    let db = app.database.read();
    let whose = match actor.office {
        Office::Officer { authority_id, .. } => store::contract::Whose::Authority(authority_id),
        Office::Provider { provider_id, .. } => store::contract::Whose::Provider(provider_id),
    };
    let after = page.after.map(ContractId);
    let rows = store::contract::list(db, whose, after, page.wanted()).await?;
    let names = store::market::names(db, rows.iter().map(|c| c.category_id)).await?;
    let providers = store::account::provider_names(db, rows.iter().map(|c| c.provider_id)).await?;
    Ok(page.listed(
        rows,
        |row| row.id.0,
        |row| {
            let names = ContractNames {
                market: names.market(row.market_id),
                category: names.category(row.category_id),
                provider: providers.get(&row.provider_id).cloned().unwrap_or_default(),
            };
            shown::contract_card(&row, names)
        },
    ))
}

/// One contract, with what it rests on. A provider knows of it once it is in the register.
pub async fn contract(app: &App, actor: &Actor, id: ContractId) -> Result<Contract, Failure> {
    let db = app.database.read();
    let found = store::contract::find(db, id).await?;
    let mine = found.filter(|contract| match actor.office {
        Office::Officer { authority_id, .. } => contract.authority_id == authority_id,
        Office::Provider { provider_id, .. } => {
            contract.provider_id == provider_id && contract.entered_at.is_some()
        }
    });
    let Some(row) = mine else { return Err(Refusal::not_found("contract").into()) };
    let officer = actor.authority().is_ok();
    let names = store::market::names(db, [row.category_id]).await?;
    let providers = store::account::provider_names(db, [row.provider_id]).await?;
    let people = store::account::names(db, [row.approved_by]).await?;
    let opportunity = match row.opportunity_id {
        Some(id) => store::opportunity::find(db, id).await?,
        None => None,
    };
    let direct = match row.direct_award_id {
        Some(id) => store::direct_award::find(db, id).await?,
        None => None,
    };
    let standstill = match &opportunity {
        Some(of) if officer => standstill_of(app, of).await?,
        _ => None,
    };
    let budget = if officer { super::budget::of_contract(db, &row).await? } else { None };
    let card = shown::contract_card(
        &row,
        ContractNames {
            market: names.market(row.market_id),
            category: names.category(row.category_id),
            provider: providers.get(&row.provider_id).cloned().unwrap_or_default(),
        },
    );
    Ok(Contract {
        card,
        opportunity_id: row.opportunity_id,
        opportunity_reference: opportunity.map(|o| o.reference),
        direct_award_id: row.direct_award_id.filter(|_| officer),
        direct_award_reference: direct.map(|d| d.reference),
        standstill,
        rests_on: row.rests_on.0,
        approved_by: people.get(&row.approved_by).cloned().filter(|_| officer),
        approval_reason: Some(row.approval_reason).filter(|_| officer),
        budget,
    })
}

/// The standstill of an award, with every challenge to it; nothing where it has none.
pub async fn standstill_of(app: &App, of: &opportunity::Model) -> Result<Option<Standstill>, Failure> {
    let db = app.database.read();
    let Some(ends_on) = of.standstill_ends_on else { return Ok(None) };
    let challenges = store::award::challenges(db, of.id).await?;
    let people = challenges.iter().flat_map(|c| [Some(c.raised_by), c.lifted_by]).flatten();
    let names = store::account::names(db, people).await?;
    let contract = store::contract::of_opportunity(db, of.id).await?;
    Ok(Some(shown::standstill(of, ends_on, &challenges, contract.as_ref(), &names)))
}

/// An officer records a challenge while a standstill runs.
pub async fn challenge(app: &App, order: &Order, id: OpportunityId, reason: String) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let change = standstill::challenge(&opportunity, order.by, reason, now)?;
        act.record(change).await
    })
    .await
}

/// There is no award, so no challenge to it.
fn not_challenged() -> Refusal {
    Refusal::new(Code::NotChallenged, "No challenge stands here.")
}

/// What deciding on a challenge looks at, under the lock.
async fn challenged(
    act: &Act<'_>,
    id: OpportunityId,
) -> Result<(opportunity::Model, award::Model, Option<challenge::Model>), Failure> {
    act.lock(id).await?;
    let opportunity = for_officer(act.tx(), id, act.actor()?.authority()?).await?;
    let award = match opportunity.award_id {
        Some(id) => store::award::find(act.tx(), id).await?,
        None => None,
    };
    let award = award.ok_or_else(not_challenged)?;
    let challenges = store::award::challenges(act.tx(), id).await?;
    Ok((opportunity, award, challenges.into_iter().find(|challenge| challenge.lifted_at.is_none())))
}

/// An officer lifts the challenge that stands.
pub async fn lift_challenge(
    app: &App,
    order: &Order,
    id: OpportunityId,
    reason: String,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        let (opportunity, award, standing) = challenged(act, id).await?;
        let now = act.now().await?;
        let of = Challenged { opportunity: &opportunity, award: &award, standing: standing.as_ref() };
        let change = standstill::lift(&of, order.by, reason, now)?;
        act.record(change).await
    })
    .await
}

/// An officer upholds the challenge that stands: the award is set aside.
pub async fn uphold_challenge(
    app: &App,
    order: &Order,
    id: OpportunityId,
    reason: String,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        let (opportunity, award, standing) = challenged(act, id).await?;
        let contract = store::contract::of_opportunity(act.tx(), id).await?.ok_or_else(not_challenged)?;
        let budgets =
            store::budget::locked(act.tx(), opportunity.market_id, opportunity.authority_id).await?;
        let now = act.now().await?;
        let evaluated = evaluated(act.tx(), opportunity).await?;
        let of =
            Challenged { opportunity: &evaluated.opportunity, award: &award, standing: standing.as_ref() };
        let aside = SettingAside {
            contract: &contract,
            budgets: &budgets,
            committed: &store::budget::commitments(act.tx(), [contract.id]).await?,
            bidders: &evaluated.bidders,
            context: &evaluated.context,
        };
        let change = standstill::uphold(&of, &aside, order.by, reason, now)?;
        act.record(change).await
    })
    .await
}

/// The clock enters the contracts whose standstill has ended. Returns how many.
pub async fn enter_due(app: &App) -> Result<usize, Failure> {
    let today = app.clock.now().london_day();
    let mut entered = 0;
    for id in store::contract::to_enter(app.database.read(), today).await? {
        // Looked at again under the lock.
        entered += usize::from(enter(app, id).await?);
    }
    Ok(entered)
}

/// Enters the contract of an award, if it is due.
async fn enter(app: &App, id: OpportunityId) -> Result<bool, Failure> {
    act_for_nobody(app, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let opportunity = store::opportunity::find(act.tx(), id).await?;
        let contract = store::contract::of_opportunity(act.tx(), id).await?;
        let (Some(opportunity), Some(contract)) = (opportunity, contract) else { return Ok(false) };
        let provider = contract.provider_id;
        let category = opportunity.category_id;
        let people = store::account::people_of(act.tx(), &[provider], category).await?.remove(&provider);
        let names = store::market::names(act.tx(), [opportunity.category_id]).await?;
        let mut context = super::opportunity::context(&opportunity, &names);
        context.path = format!("/contracts/{}", contract.id);
        let winner = people.unwrap_or_default();
        let Some(changes) = standstill::enter(&opportunity, &contract, &winner, &context, now) else {
            return Ok(false);
        };
        for change in changes {
            act.record(change).await?;
        }
        Ok(true)
    })
    .await
}

/// How an authority's packages ended, whichever way they went.
pub async fn outcomes(app: &App, actor: &Actor) -> Result<Outcomes, Failure> {
    let db = app.database.read();
    let authority = actor.authority()?;
    let (withdrawn, unfilled) =
        store::opportunity::ended_without_award(db, authority, app.clock.now()).await?;
    Ok(Outcomes {
        competed: store::contract::count(db, authority, AwardRoute::Competed).await?,
        not_first: store::contract::count(db, authority, AwardRoute::NotFirst).await?,
        user_choice: store::contract::count(db, authority, AwardRoute::UserChoice).await?,
        urgent: store::contract::count(db, authority, AwardRoute::Urgent).await?,
        direct_payment: store::direct_payment::count(db, authority).await?,
        withdrawn,
        unfilled,
    })
}

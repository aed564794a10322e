//! The scheme of delegation, for the officers of its authority: who holds what, under which instruments, and who
//! could approve.

use crate::domain::delegation::{
    Approver, Asked, Finding, InstrumentState, Scheme, approvers, findings, state,
};
use entity::{
    authority,
    award::ChainLink,
    category, decision, delegation,
    market::{self},
    post,
    vocabulary::*,
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

/// What a change of the scheme did.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Entered {
    /// Of the instrument, the post or the tenure.
    pub id: Uuid,
    /// What is amiss because of it: it stands all the same.
    pub findings: Vec<Finding>,
}

/// A decision by members.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemeDecision {
    pub id: DecisionId,
    pub slug: String,
    pub body: String,
    pub taken_on: Day,
    pub title: String,
    pub reference: String,
    pub public: bool,
    pub document: Option<String>,
    /// Whether it was entered in the product rather than by the market's definition.
    pub entered: bool,
}

/// Somebody's tenure of a post.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemeHolder {
    pub id: HolderId,
    pub name: String,
    pub tenure: Tenure,
    pub from: Day,
    pub to: Option<Day>,
    /// Whether they hold it on the day.
    pub holds: bool,
}

/// A post, with those who hold it on the day or after.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemePost {
    pub id: PostId,
    pub title: String,
    pub holders: Vec<SchemeHolder>,
    /// Nobody holds it on the day.
    pub vacant: bool,
}

/// A delegation, and how it stands on the day.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemeDelegation {
    pub id: DelegationId,
    pub slug: String,
    /// Handed down by this decision…
    pub from_decision_id: Option<DecisionId>,
    /// …or by this post: one of the two.
    pub from_post_id: Option<PostId>,
    pub to_post_id: PostId,
    pub limit_yearly: Option<Money>,
    pub limit_contract: Option<Money>,
    /// Names; none: every category.
    pub categories: Vec<String>,
    /// None: every kind of decision.
    pub kinds: Vec<DecisionKind>,
    pub may_pass_on: bool,
    pub levels: Option<i32>,
    pub valid_from: Day,
    pub valid_to: Option<Day>,
    pub revoked_on: Option<Day>,
    pub revoked_reason: Option<String>,
    pub conditions: Option<String>,
    pub illustrative: bool,
    /// Whether it was entered in the product rather than by the market's definition.
    pub entered: bool,
    pub state: InstrumentState,
    /// Why it gives nothing, where it is in force by itself.
    pub why: Option<String>,
}

/// An officer who could be appointed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemeOfficer {
    pub account_id: AccountId,
    pub name: String,
}

/// A category of the market.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemeCategory {
    pub id: CategoryId,
    pub name: String,
}

/// The scheme of a market on a day.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SchemePage {
    pub market_id: MarketId,
    pub market_name: String,
    pub authority_name: String,
    pub authority_colour: String,
    pub on: Day,
    pub categories: Vec<SchemeCategory>,
    pub decisions: Vec<SchemeDecision>,
    pub posts: Vec<SchemePost>,
    pub delegations: Vec<SchemeDelegation>,
    pub findings: Vec<Finding>,
    /// Whether the viewer may enter and revoke.
    pub may_change: bool,
    /// For those who may.
    pub officers: Vec<SchemeOfficer>,
}

pub fn page(
    market: &market::Model,
    authority: &authority::Model,
    scheme: &Scheme,
    on: Day,
    may_change: bool,
    officers: Vec<(AccountId, String)>,
) -> SchemePage {
    let of_market = scheme.delegations.iter().filter(|d| d.market_id == market.id);
    SchemePage {
        market_id: market.id,
        market_name: market.name.clone(),
        authority_name: authority.name.clone(),
        authority_colour: authority.colour.clone(),
        on,
        categories: scheme
            .categories
            .iter()
            .map(|(id, name)| SchemeCategory { id: *id, name: name.clone() })
            .collect(),
        decisions: scheme.decisions.iter().map(one_decision).collect(),
        posts: scheme.posts.iter().map(|post| one_post(scheme, post, on)).collect(),
        delegations: of_market.map(|link| one_delegation(scheme, link, on)).collect(),
        findings: findings(scheme, market.id, on),
        may_change,
        officers: officers.into_iter().map(|(account_id, name)| SchemeOfficer { account_id, name }).collect(),
    }
}

fn one_decision(row: &decision::Model) -> SchemeDecision {
    SchemeDecision {
        id: row.id,
        slug: row.slug.clone(),
        body: row.body.clone(),
        taken_on: row.taken_on,
        title: row.title.clone(),
        reference: row.reference.clone(),
        public: row.public,
        document: row.document.clone(),
        entered: row.entered_by.is_some(),
    }
}

fn one_post(scheme: &Scheme, row: &post::Model, on: Day) -> SchemePost {
    let holders: Vec<_> = scheme
        .holders
        .iter()
        .filter(|h| h.row.post_id == row.id && h.row.to.is_none_or(|last| last >= on && last >= h.row.from))
        .map(|held| SchemeHolder {
            id: held.row.id,
            name: held.name.clone(),
            tenure: held.row.tenure,
            from: held.row.from,
            to: held.row.to,
            holds: held.held(on),
        })
        .collect();
    let vacant = !holders.iter().any(|held| held.holds);
    SchemePost { id: row.id, title: row.title.clone(), holders, vacant }
}

fn one_delegation(scheme: &Scheme, row: &delegation::Model, on: Day) -> SchemeDelegation {
    let (state, why) = state(scheme, row, on);
    let name = |id: &CategoryId| scheme.categories.get(id).cloned().unwrap_or_default();
    SchemeDelegation {
        id: row.id,
        slug: row.slug.clone(),
        from_decision_id: row.from_decision_id,
        from_post_id: row.from_post_id,
        to_post_id: row.to_post_id,
        limit_yearly: row.limit_yearly,
        limit_contract: row.limit_contract,
        categories: row.categories.0.iter().map(name).collect(),
        kinds: row.kinds.0.clone(),
        may_pass_on: row.may_pass_on,
        levels: row.levels,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        revoked_on: row.revoked_on,
        revoked_reason: row.revoked_reason.clone(),
        conditions: row.conditions.clone(),
        illustrative: row.illustrative,
        entered: row.entered_by.is_some(),
        state,
        why,
    }
}

/// Somebody who holds a post that day.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PossibleHolder {
    pub name: String,
    pub tenure: Tenure,
}

/// A post to which power is delegated, and whether it reaches.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PossibleApprover {
    pub post_id: PostId,
    pub post_title: String,
    pub holders: Vec<PossibleHolder>,
    pub can: bool,
    /// What empowers it, from the decision down to its holders.
    pub chain: Vec<ChainLink>,
    pub why_not: Option<String>,
}

/// Who could approve on one day, the least limit first; then who could not, and why.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ApproversOn {
    pub on: Day,
    pub approvers: Vec<PossibleApprover>,
}

/// Who could approve something that is supposed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WhoMayApprove {
    pub market_id: MarketId,
    pub market_name: String,
    pub categories: Vec<SchemeCategory>,
    pub category_id: CategoryId,
    pub kind: DecisionKind,
    pub yearly: Money,
    pub whole: Money,
    /// One day, or two.
    pub days: Vec<ApproversOn>,
}

pub fn who_may_approve(
    market: &market::Model,
    categories: &[category::Model],
    scheme: &Scheme,
    asked: &Asked,
    also_on: Option<Day>,
) -> WhoMayApprove {
    let days = std::iter::once(asked.on).chain(also_on.filter(|day| *day != asked.on));
    WhoMayApprove {
        market_id: market.id,
        market_name: market.name.clone(),
        categories: categories
            .iter()
            .map(|one| SchemeCategory { id: one.id, name: one.name.clone() })
            .collect(),
        category_id: asked.category,
        kind: asked.kind,
        yearly: asked.yearly,
        whole: asked.whole,
        days: days
            .map(|on| {
                let all = approvers(scheme, &Asked { on, ..*asked });
                ApproversOn { on, approvers: all.into_iter().map(possible).collect() }
            })
            .collect(),
    }
}

fn possible(approver: Approver) -> PossibleApprover {
    let (chain, why_not) = match approver.chain {
        Ok(chain) => (chain.0, None),
        Err(why) => (Vec::new(), Some(why.to_string())),
    };
    PossibleApprover {
        post_id: approver.post,
        post_title: approver.title,
        holders: approver
            .holders
            .into_iter()
            .map(|held| PossibleHolder { name: held.name, tenure: held.tenure })
            .collect(),
        can: why_not.is_none(),
        chain,
        why_not,
    }
}

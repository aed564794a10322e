//! Markets are public: their terms, the decisions they rest on, and who may delegate to whom.

use super::questionnaire::{MarketQuestionnaire, of_market};
use crate::domain::{delegation::Scheme, market as rules, market::MarketStage};
use entity::{
    category,
    category::CategoryTerms,
    market::{self, Extension, Wanted},
    questionnaire,
    vocabulary::*,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CategoryName {
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
}

/// A market in a list.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarketCard {
    pub id: MarketId,
    pub slug: String,
    pub name: String,
    pub authority_name: String,
    pub authority_colour: String,
    /// Other authorities that buy in it.
    pub partners: Vec<String>,
    pub regime: Regime,
    pub stage: MarketStage,
    pub joining_opens_on: Day,
    pub ends_on: Option<Day>,
    pub categories: Vec<CategoryName>,
}

/// A category with the terms on which its packages are bought.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Category {
    pub id: CategoryId,
    pub slug: String,
    pub name: String,
    #[serde(flatten)]
    pub terms: CategoryTerms,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MemberDecision {
    pub slug: String,
    pub body: String,
    pub taken_on: Day,
    pub title: String,
    pub reference: String,
    pub public: bool,
    /// Where the paper is, if the public may read it.
    pub document: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DelegationView {
    pub slug: String,
    /// The decision's title or the post's.
    pub from: String,
    pub to_post: String,
    pub to_post_title: String,
    pub limit_yearly: Option<Money>,
    pub limit_contract: Option<Money>,
    /// Names of the categories that it covers; none: every category.
    pub categories: Vec<String>,
    /// None: every kind of decision.
    pub kinds: Vec<DecisionKind>,
    pub valid_from: Day,
    pub valid_to: Option<Day>,
    pub revoked_on: Option<Day>,
    pub illustrative: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PostView {
    pub slug: String,
    pub title: String,
    pub vacant: bool,
}

/// A market with its terms.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Market {
    pub id: MarketId,
    pub slug: String,
    pub name: String,
    pub authority_name: String,
    pub authority_colour: String,
    /// Other authorities that buy in it.
    pub partners: Vec<String>,
    pub regime: Regime,
    pub stage: MarketStage,
    pub joining_opens_on: Day,
    pub ends_on: Option<Day>,
    pub summary: String,
    /// Published volumes, in words.
    pub volumes: String,
    /// To whom questions go.
    pub questions_to: Option<String>,
    pub awards_from: Day,
    pub bidding_window_hours_min: u32,
    pub decide_within_working_days: u32,
    pub decide_within_working_days_extended: u32,
    /// Whether a provider may bid while its request to join waits for a decision.
    pub bids_with_request: bool,
    pub spend_cap_yearly: Option<Money>,
    pub extensions: Vec<Extension>,
    pub illustrative: Vec<String>,
    pub declarations: Vec<Wanted>,
    pub evidence: Vec<Wanted>,
    /// What those who begin to ask now are asked besides.
    pub questionnaire: Option<MarketQuestionnaire>,
    pub categories: Vec<Category>,
    pub decisions: Vec<MemberDecision>,
    pub delegations: Vec<DelegationView>,
    pub posts: Vec<PostView>,
}

/// The stage of a market on a day.
pub fn stage(market: &market::Model, today: Day) -> MarketStage {
    rules::stage(market.regime, market.joining_opens_on, market.ends_on, today)
}

pub fn card(
    market: &market::Model,
    authority: &entity::authority::Model,
    categories: &[category::Model],
    partners: Vec<String>,
    today: Day,
) -> MarketCard {
    MarketCard {
        id: market.id,
        slug: market.slug.clone(),
        name: market.name.clone(),
        authority_name: authority.name.clone(),
        authority_colour: authority.colour.clone(),
        partners,
        regime: market.regime,
        stage: stage(market, today),
        joining_opens_on: market.joining_opens_on,
        ends_on: market.ends_on,
        categories: categories
            .iter()
            .filter(|c| c.market_id == market.id)
            .map(|c| CategoryName { id: c.id, slug: c.slug.clone(), name: c.name.clone() })
            .collect(),
    }
}

pub fn category(category: &category::Model) -> Category {
    Category {
        id: category.id,
        slug: category.slug.clone(),
        name: category.name.clone(),
        terms: category.terms.clone(),
    }
}

pub fn whole(
    market: &market::Model,
    authority: &entity::authority::Model,
    categories: &[category::Model],
    scheme: &Scheme,
    partners: Vec<String>,
    asked: Option<&questionnaire::Model>,
    today: Day,
) -> Market {
    let post_title =
        |id: PostId| scheme.posts.iter().find(|p| p.id == id).map(|p| p.title.clone()).unwrap_or_default();
    let terms = &market.terms;
    Market {
        id: market.id,
        slug: market.slug.clone(),
        name: market.name.clone(),
        authority_name: authority.name.clone(),
        authority_colour: authority.colour.clone(),
        partners,
        regime: market.regime,
        stage: stage(market, today),
        joining_opens_on: market.joining_opens_on,
        ends_on: market.ends_on,
        summary: terms.summary.clone(),
        volumes: terms.volumes.clone(),
        questions_to: terms.questions_to.clone(),
        awards_from: terms.awards_from,
        bidding_window_hours_min: terms.bidding_window_hours_min,
        decide_within_working_days: terms.decide_within_working_days,
        decide_within_working_days_extended: terms.decide_within_working_days_extended,
        bids_with_request: rules::bids_with_request(market.regime),
        spend_cap_yearly: terms.spend_cap_yearly,
        extensions: terms.extensions.clone(),
        illustrative: terms.illustrative.clone(),
        declarations: terms.declarations.clone(),
        evidence: terms.evidence.clone(),
        questionnaire: asked.and_then(of_market),
        categories: categories.iter().map(category).collect(),
        decisions: scheme
            .decisions
            .iter()
            .map(|d| MemberDecision {
                slug: d.slug.clone(),
                body: d.body.clone(),
                taken_on: d.taken_on,
                title: d.title.clone(),
                reference: d.reference.clone(),
                public: d.public,
                document: d.document.clone().filter(|_| d.public),
            })
            .collect(),
        delegations: scheme
            .delegations
            .iter()
            .map(|d| DelegationView {
                slug: d.slug.clone(),
                from: match (d.from_decision_id, d.from_post_id) {
                    (Some(id), _) => scheme
                        .decisions
                        .iter()
                        .find(|x| x.id == id)
                        .map(|x| format!("{}, {}", x.body, x.taken_on.in_words()))
                        .unwrap_or_default(),
                    (None, Some(id)) => post_title(id),
                    (None, None) => String::new(),
                },
                to_post: scheme
                    .posts
                    .iter()
                    .find(|p| p.id == d.to_post_id)
                    .map(|p| p.slug.clone())
                    .unwrap_or_default(),
                to_post_title: post_title(d.to_post_id),
                limit_yearly: d.limit_yearly,
                limit_contract: d.limit_contract,
                categories: d
                    .categories
                    .0
                    .iter()
                    .filter_map(|id| scheme.categories.get(id).cloned())
                    .collect(),
                kinds: d.kinds.0.clone(),
                valid_from: d.valid_from,
                valid_to: d.valid_to,
                revoked_on: d.revoked_on,
                illustrative: d.illustrative,
            })
            .collect(),
        posts: scheme
            .posts
            .iter()
            .map(|p| PostView {
                slug: p.slug.clone(),
                title: p.title.clone(),
                vacant: !scheme.holders.iter().any(|h| h.row.post_id == p.id && h.held(today)),
            })
            .collect(),
    }
}

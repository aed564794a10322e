//! Budgets, for officers of the market's authority and of the authority whose members approved them.

use crate::domain::{
    budget::{self as rules, Cost, Figures, Held, Limit, Measure},
    pricing::pounds,
};
use entity::{budget_decision, commitment, contract, decision, market, vocabulary::*};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The most contracts that a page shows of a budget: the newest.
pub const CONTRACTS_SHOWN_MAX: usize = 100;

/// One limit, before and after what is proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EffectOn {
    /// Which sum: “the whole period”, or a year.
    pub over: String,
    pub kind: Limit,
    pub cap: Money,
    pub committed: Money,
    /// What this would add.
    pub this: Money,
    /// Below nothing where it goes beyond.
    pub left_after: Money,
    /// Per cent, rounded down.
    pub share_before: u32,
    pub share_after: u32,
    /// The share that this would cross and that is warned of: 80, 90 or 100 per cent.
    pub warning: Option<u32>,
}

/// What an approval would do to the money that members approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BudgetEffect {
    /// The limit that it comes closest to.
    #[serde(flatten)]
    pub closest: EffectOn,
    pub title: String,
    /// Every limit that it touches: the whole period first, then year by year.
    pub each: Vec<EffectOn>,
    /// What falls outside every period that was approved.
    pub outside: Money,
    /// Whether it can be approved.
    pub fits: bool,
    /// In words: why it cannot, or what it leaves.
    pub words: String,
}

fn effect_on(measure: &Measure) -> EffectOn {
    let before = rules::share(measure.committed, measure.limit);
    let after = rules::share(measure.after(), measure.limit);
    let level = rules::warning(measure.after(), measure.limit);
    EffectOn {
        over: measure.year.map_or_else(|| "the whole period".to_owned(), rules::Year::words),
        kind: measure.kind,
        cap: measure.limit,
        committed: measure.committed,
        this: measure.this,
        left_after: measure.left_after(),
        share_before: before,
        share_after: after,
        warning: level.filter(|level| before < *level),
    }
}

/// What a cost would do to an authority's budgets in a market; nothing where there are none. The same rule decides
/// as when it is approved.
pub fn effect(budgets: &[Held], cost: Cost) -> Option<BudgetEffect> {
    let parts = rules::parts(budgets.iter().map(|held| &held.budget), cost);
    let refusal = rules::check(budgets, &parts, "the body that set it").err();
    let measures = rules::measures(budgets, &parts);
    // A cap before a guide; then the one of which least is left.
    let closest = measures.iter().min_by_key(|m| (m.kind == Limit::Guide, m.left_after()));
    let outside = rules::sum(parts.iter().filter(|p| p.year.is_none()).map(|p| p.amount));
    let nothing = budgets.first().map(|held| EffectOn {
        over: "the whole period".to_owned(),
        kind: Limit::Cap,
        cap: held.budget.cap.or(held.budget.cap_yearly).unwrap_or(Money::ZERO),
        committed: held.budget.committed,
        this: Money::ZERO,
        left_after: Money::ZERO,
        share_before: 0,
        share_after: 0,
        warning: None,
    });
    let shown = closest.map(effect_on).or(nothing)?;
    let words = match &refusal {
        Some(refusal) => refusal.detail.to_string(),
        None => format!(
            "It leaves {} of {} for {}: {} % is committed with it, {} % without.",
            pounds(shown.left_after.decimal()),
            pounds(shown.cap.decimal()),
            shown.over,
            shown.share_after,
            shown.share_before
        ),
    };
    Some(BudgetEffect {
        title: closest
            .map(|m| m.title.clone())
            .or_else(|| budgets.first().map(|h| h.budget.title.clone()))?,
        closest: shown,
        each: measures.iter().map(effect_on).collect(),
        outside,
        fits: refusal.is_none(),
        words,
    })
}

/// What a contract costs in one year, and where that stands.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CommitmentView {
    pub begins_on: Day,
    /// The last day.
    pub ends_on: Day,
    pub amount: Money,
    /// The budget that bears it; nothing where it lies outside every period that was approved.
    pub budget: Option<String>,
}

/// A contract's cost by year, on the contract's own page.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContractBudget {
    /// For the page of the budget.
    pub market_id: MarketId,
    pub parts: Vec<CommitmentView>,
    pub outside: Money,
    /// Those that bear it, as they stand.
    pub budgets: Vec<BudgetCard>,
}

/// A budget and how far its whole period has come.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BudgetCard {
    pub id: BudgetId,
    pub title: String,
    /// Its figures, in words.
    pub figures: String,
    pub period: String,
    pub committed: Money,
}

fn budget_card(held: &Held) -> BudgetCard {
    BudgetCard {
        id: held.budget.id,
        title: held.budget.title.clone(),
        figures: Figures::of(&held.budget).words(),
        period: rules::period_words(&held.budget),
        committed: held.budget.committed,
    }
}

fn commitment_view(row: &commitment::Model, budgets: &[Held]) -> CommitmentView {
    let of = budgets.iter().find(|held| Some(held.budget.id) == row.budget_id);
    CommitmentView {
        begins_on: row.begins_on,
        ends_on: row.ends_on,
        amount: row.amount,
        budget: of.map(|held| held.budget.title.clone()),
    }
}

fn outside(rows: &[commitment::Model]) -> Money {
    rules::sum(rows.iter().filter(|row| row.budget_id.is_none()).map(|row| row.amount))
}

/// A contract's cost by year; nothing where its authority has no budget in its market.
pub fn of_contract(
    contract: &contract::Model,
    rows: &[commitment::Model],
    budgets: &[Held],
) -> Option<ContractBudget> {
    if budgets.is_empty() {
        return None;
    }
    let bearing = budgets.iter().filter(|held| rows.iter().any(|row| row.budget_id == Some(held.budget.id)));
    Some(ContractBudget {
        market_id: contract.market_id,
        parts: rows.iter().map(|row| commitment_view(row, budgets)).collect(),
        outside: outside(rows),
        budgets: bearing.map(budget_card).collect(),
    })
}

/// One year of a budget, and its forecast.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BudgetYearView {
    pub begins_on: Day,
    pub ends_on: Day,
    /// `1 April 2027 to 31 March 2028`.
    pub words: String,
    pub cap: Option<Money>,
    pub guide: Option<Money>,
    pub committed: Money,
    pub waiting: Money,
    /// Committed and waiting together.
    pub forecast: Money,
    /// What contracts whose initial term is over would cost, if they went on at the same price.
    pub released: Money,
    /// The forecast with that.
    pub if_all_go_on: Money,
    /// Of the cap, or of the guide where there is none, that is not committed; below nothing past a guide.
    pub left: Option<Money>,
    /// Of the same, in per cent.
    pub share: Option<u32>,
    pub warning: Option<u32>,
    /// Whether the forecast goes beyond.
    pub forecast_over: bool,
}

/// A contract that takes of a budget.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BudgetContract {
    pub id: ContractId,
    pub reference: String,
    pub provider_name: String,
    pub starts_on: Day,
    /// The last day of the initial term.
    pub ends_on: Day,
    /// What this budget bears.
    pub within: Money,
    /// What no budget bears.
    pub outside: Money,
    pub parts: Vec<CommitmentView>,
}

/// A decision that set the figures.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BudgetDecisionView {
    pub body: Option<String>,
    pub taken_on: Option<Day>,
    pub title: Option<String>,
    pub reference: Option<String>,
    pub public: bool,
    pub document: Option<String>,
    /// In words.
    pub figures: String,
    pub reason: Option<String>,
    /// Nobody where the market's definition set it.
    pub recorded_by: Option<String>,
    pub recorded_at: Instant,
}

/// A budget, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BudgetView {
    #[serde(flatten)]
    pub card: BudgetCard,
    pub authority_name: String,
    pub begins_on: Day,
    pub ends_on: Option<Day>,
    pub illustrative: bool,
    /// Over the whole period.
    pub cap: Option<Money>,
    pub cap_yearly: Option<Money>,
    pub guide_yearly: Option<Money>,
    pub waiting: Money,
    /// Of the cap over the whole period.
    pub left: Option<Money>,
    pub share: Option<u32>,
    pub warning: Option<u32>,
    /// What contracts cost outside every period that was approved.
    pub outside: Money,
    pub years: Vec<BudgetYearView>,
    /// Every warning, in words.
    pub warnings: Vec<String>,
    /// What the forecast says, in words.
    pub forecast_words: Vec<String>,
    /// The newest.
    pub contracts: Vec<BudgetContract>,
    /// How many there are.
    pub contracts_count: usize,
    /// The newest first.
    pub decisions: Vec<BudgetDecisionView>,
    /// The body that set it, which alone can change it.
    pub set_by: Option<String>,
    /// Whether the viewer may record a decision on it.
    pub can_record: bool,
}

/// A market's budgets.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MarketBudget {
    pub market_id: MarketId,
    pub market_name: String,
    pub budgets: Vec<BudgetView>,
}

pub fn of_market(market: &market::Model, budgets: Vec<BudgetView>) -> MarketBudget {
    MarketBudget { market_id: market.id, market_name: market.name.clone(), budgets }
}

/// What a budget's page rests on.
pub struct BudgetFacts<'a> {
    pub held: &'a Held,
    /// The authority's other budgets in the market among them.
    pub all: &'a [Held],
    pub authority_name: String,
    /// Every contract of the authority in the market, oldest first.
    pub contracts: &'a [contract::Model],
    /// Those of the newest contracts that are shown.
    pub commitments: &'a [commitment::Model],
    pub waiting: &'a [Cost],
    pub decisions: &'a [(budget_decision::Model, Option<decision::Model>)],
    pub people: &'a HashMap<AccountId, String>,
    pub providers: &'a HashMap<ProviderId, String>,
    pub set_by: Option<String>,
    pub can_record: bool,
    pub today: Day,
}

pub fn budget_view(facts: &BudgetFacts<'_>) -> BudgetView {
    let budget = &facts.held.budget;
    let mine: Vec<contract::Model> = facts
        .contracts
        .iter()
        .filter(|contract| {
            let parts = rules::parts(facts.all.iter().map(|h| &h.budget), Cost::of(contract));
            parts.iter().any(|p| p.year.is_some_and(|(id, _)| id == budget.id))
        })
        .cloned()
        .collect();
    let forecast = rules::forecast(facts.held, &mine, facts.waiting, facts.today);
    let years: Vec<_> = forecast.iter().map(|year| year_view(facts.held, year)).collect();
    let shown = mine.iter().rev().take(CONTRACTS_SHOWN_MAX).map(|contract| contract_view(contract, facts));
    let warning = budget.cap.and_then(|cap| rules::warning(budget.committed, cap));
    let waiting = rules::sum(years.iter().map(|y| y.waiting));
    let all_outside = mine.iter().flat_map(|contract| {
        rules::parts(facts.all.iter().map(|h| &h.budget), Cost::of(contract))
            .into_iter()
            .filter(|p| p.year.is_none())
            .map(|p| p.amount)
    });
    BudgetView {
        card: budget_card(facts.held),
        authority_name: facts.authority_name.clone(),
        begins_on: budget.begins_on,
        ends_on: budget.ends_on,
        illustrative: budget.illustrative,
        cap: budget.cap,
        cap_yearly: budget.cap_yearly,
        guide_yearly: budget.guide_yearly,
        waiting,
        left: budget.cap.map(|cap| less(cap, budget.committed)),
        share: budget.cap.map(|cap| rules::share(budget.committed, cap)),
        warning,
        outside: rules::sum(all_outside),
        warnings: warnings(budget.cap.zip(warning), &years),
        forecast_words: forecast_words(budget.cap, budget.committed, waiting, &years),
        contracts_count: mine.len(),
        contracts: shown.collect(),
        decisions: facts.decisions.iter().map(|row| decision_view(row, facts.people)).collect(),
        set_by: facts.set_by.clone(),
        can_record: facts.can_record,
        years,
    }
}

fn less(a: Money, b: Money) -> Money {
    Money::from_ten_thousandths(a.ten_thousandths().saturating_sub(b.ten_thousandths()))
}

fn year_view(held: &Held, of: &rules::ForecastYear) -> BudgetYearView {
    let (cap, guide) = (held.budget.cap_yearly, held.budget.guide_yearly);
    let limit = cap.or(guide);
    let forecast = rules::sum([of.committed, of.waiting]);
    BudgetYearView {
        begins_on: of.year.begins_on,
        ends_on: of.year.ends_on,
        words: of.year.words(),
        cap,
        guide,
        committed: of.committed,
        waiting: of.waiting,
        forecast,
        released: of.released,
        if_all_go_on: rules::sum([forecast, of.released]),
        left: limit.map(|limit| less(limit, of.committed)),
        share: limit.map(|limit| rules::share(of.committed, limit)),
        warning: limit.and_then(|limit| rules::warning(of.committed, limit)),
        forecast_over: limit.is_some_and(|limit| forecast > limit),
    }
}

fn warnings(whole: Option<(Money, u32)>, years: &[BudgetYearView]) -> Vec<String> {
    let whole = whole.map(|(cap, level)| {
        format!("{level} % of the {} approved over the whole period is committed.", pounds(cap.decimal()))
    });
    let by_year = years.iter().filter_map(|year| {
        let (level, limit) = (year.warning?, year.cap.or(year.guide)?);
        let what = if year.cap.is_some() { "cap" } else { "guide" };
        Some(format!(
            "{level} % of the {what} of {} for {} is committed.",
            pounds(limit.decimal()),
            year.words
        ))
    });
    whole.into_iter().chain(by_year).collect()
}

fn forecast_words(
    cap: Option<Money>,
    committed: Money,
    waiting: Money,
    years: &[BudgetYearView],
) -> Vec<String> {
    let mut words = vec![
        "Committed is what contracts cost in each year, by the day, over their initial terms. Waiting is what \
         recommendations would add if they were approved. The forecast is the two together."
            .to_owned(),
        "Contracts may go on after their initial term. “Released” is what those that end would cost in the rest of a \
         year, had they gone on at the same price: free, unless they do."
            .to_owned(),
    ];
    if let Some(cap) = cap {
        let forecast = rules::sum([committed, waiting]);
        words.push(match forecast > cap {
            true => format!(
                "Over the whole period the forecast is {}, {} more than was approved: not all that waits can be \
                 approved.",
                pounds(forecast.decimal()),
                pounds(less(forecast, cap).decimal())
            ),
            false => format!(
                "Over the whole period the forecast is {}, which leaves {} of {}.",
                pounds(forecast.decimal()),
                pounds(less(cap, forecast).decimal()),
                pounds(cap.decimal())
            ),
        });
    }
    for year in years.iter().filter(|y| y.forecast_over) {
        if let Some(limit) = year.cap.or(year.guide) {
            let what = if year.cap.is_some() { "cap" } else { "guide" };
            words.push(format!(
                "For {} the forecast is {}, {} over the {what}.",
                year.words,
                pounds(year.forecast.decimal()),
                pounds(less(year.forecast, limit).decimal())
            ));
        }
    }
    words
}

fn contract_view(contract: &contract::Model, facts: &BudgetFacts<'_>) -> BudgetContract {
    let rows: Vec<_> =
        facts.commitments.iter().filter(|row| row.contract_id == contract.id).cloned().collect();
    let own = rows.iter().filter(|row| row.budget_id == Some(facts.held.budget.id));
    BudgetContract {
        id: contract.id,
        reference: contract.reference.clone(),
        provider_name: facts.providers.get(&contract.provider_id).cloned().unwrap_or_default(),
        starts_on: contract.starts_on,
        ends_on: Cost::of(contract).ends_on(),
        within: rules::sum(own.map(|row| row.amount)),
        outside: outside(&rows),
        parts: rows.iter().map(|row| commitment_view(row, facts.all)).collect(),
    }
}

fn decision_view(
    (row, decision): &(budget_decision::Model, Option<decision::Model>),
    people: &HashMap<AccountId, String>,
) -> BudgetDecisionView {
    let decision = decision.as_ref();
    let figures = Figures { cap: row.cap, cap_yearly: row.cap_yearly, guide_yearly: row.guide_yearly };
    BudgetDecisionView {
        body: decision.map(|d| d.body.clone()),
        taken_on: decision.map(|d| d.taken_on),
        title: decision.map(|d| d.title.clone()),
        reference: decision.map(|d| d.reference.clone()),
        public: decision.is_some_and(|d| d.public),
        document: row.document.clone(),
        figures: figures.words(),
        reason: row.reason.clone(),
        recorded_by: row.recorded_by.and_then(|id| people.get(&id).cloned()),
        recorded_at: row.recorded_at,
    }
}

//! The approver's inbox: one request with everything that its decision needs, declining, several at once, chasing those
//! who do not decide, and the record of each decision.

use super::{
    Failure, Order, act, act_for_nobody,
    award::{self as awards, Deciding, NewApproval, asked, authority_of, deciding, who_can},
    evaluation::{evaluated, evaluated_now},
    opportunity::for_officer,
};
use crate::{
    actions::Act,
    app::App,
    domain::{
        actor::Actor,
        approval::{self as rules, BATCH_MAX, Looked, Need},
        approval_record::{self as records, Alternative, Conflict, Decided, PersonDetails, Spend},
        award::{self as awarding, Evaluated, Involved, TurnedDown, TurningDown, lifecycle::is_first},
        change::Change,
        chase::{self as chasing, Barred, Chasing, Ladder, deadlines_of},
        delegation::{Authority, Scheme},
        disclosure::{
            approval::{
                ApprovalRequest, BatchOutcome, BriefBid, ChaseView, EarlierDecision, OwnAuthority,
                PreferenceView,
            },
            award::{RecommendationNames, recommendation},
            opportunity::OpportunityVerb,
        },
        enrolment::check_words,
        event::Event,
        opportunity::{Stage, stage},
        panel, paper,
        refusal::{Code, Refusal},
    },
    store,
};
use entity::{approval, award, chase, market, opportunity, package, vocabulary::*};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// Several recommendations to approve at once.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// At most 50.
    pub opportunity_ids: Vec<OpportunityId>,
    /// Recorded with each of the decisions.
    pub reason: String,
}

/// What one person's packages take from one provider, with an award of these values.
pub(super) async fn need(
    db: &impl ConnectionTrait,
    package: &package::Model,
    provider: ProviderId,
    (yearly, whole): (Money, Money),
    on: Day,
) -> Result<Need, Failure> {
    let contracts =
        store::contract::of_person(db, package.authority_id, &package.person_reference, provider).await?;
    Ok(rules::need(package.id, &contracts, yearly, whole, on))
}

/// Holds the provider that is to have the award. After the opportunity, before the budget.
pub(super) async fn lock_provider(act: &Act<'_>, of: &opportunity::Model) -> Result<(), Failure> {
    if let Some(id) = of.award_id
        && let Some(award) = store::award::find(act.tx(), id).await?
    {
        act.lock(award.provider_id).await?;
    }
    Ok(())
}

/// Those to whom a recommendation is put.
pub(super) struct PutTo {
    ladder: Ladder,
    scheme: Scheme,
    market: market::Model,
}

impl PutTo {
    /// The people of the first post that can decide.
    pub(super) fn first(&self) -> &[AccountId] {
        self.ladder.levels.first().map_or(&[], |level| level.people.as_slice())
    }

    /// How the recommendation that this change makes is chased from now on.
    pub(super) fn begin(
        &self,
        facts: &Evaluated,
        change: &Change,
        urgent: Option<String>,
    ) -> Result<(chase::Model, Option<Change>), Failure> {
        let Event::AwardRecommended { award_id, .. } = &change.event else {
            return Err(Failure::Broken("this recommends nothing".to_owned()));
        };
        let (of, terms) = (facts.opportunity.id, &self.market.terms);
        Ok(chasing::begin(*award_id, of, &self.ladder, &self.scheme, terms, urgent, &facts.context)?)
    }
}

/// To whom a recommendation of this bid is put.
pub(super) async fn put_to(
    db: &impl ConnectionTrait,
    facts: &Evaluated,
    involved: &Involved,
    bid: BidId,
    by: AccountId,
    now: Instant,
) -> Result<PutTo, Failure> {
    let of = &facts.opportunity;
    let market = store::market::find(db, of.market_id).await?;
    let package = store::package::find(db, of.package_id).await?;
    let (Some(market), Some(package)) = (market, package) else {
        return Err(Refusal::not_found("package").into());
    };
    let scheme = store::market::scheme(db, &market).await?;
    let mut ladder = Ladder::default();
    if let Some(bidder) = facts.bidder(bid) {
        let weekly = bidder.bid.weekly_price;
        let values = (
            crate::domain::bid::yearly(weekly),
            crate::domain::bid::over_weeks(weekly, of.initial_term_weeks),
        );
        let today = now.london_day();
        let need = need(db, &package, bidder.bid.provider_id, values, today).await?;
        let ranked = facts.outcome.bids.iter().find(|ranked| ranked.id == bid.to_string());
        let first = ranked.is_none_or(|ranked| ranked.rank == Some(1));
        let approvers = who_can(&scheme, &asked(of, &need, today), first);
        let barred = Barred { involved, drafted_by: Some(package.drafted_by), recommended_by: by };
        ladder = chasing::ladder(&approvers, &barred);
    }
    Ok(PutTo { ladder, scheme, market })
}

fn ladder_of(of: &opportunity::Model, facts: &Deciding, today: Day) -> Ladder {
    let approvers = who_can(&facts.scheme, &asked(of, &facts.need, today), is_first(&facts.award));
    let barred = Barred {
        involved: &facts.involved,
        drafted_by: Some(facts.package.drafted_by),
        recommended_by: facts.award.recommended_by,
    };
    chasing::ladder(&approvers, &barred)
}

/// How a recommendation was chased; where nobody wrote that down, the first who can decide was asked.
fn chased(found: Option<chase::Model>, award: AwardId, ladder: &Ladder) -> chase::Model {
    found.unwrap_or_else(|| chase::Model {
        asked: chase::AskedPosts(ladder.levels.first().map(|level| level.post).into_iter().collect()),
        ..chasing::nobody_asked(award)
    })
}

/// The clock reminds and sends up what nobody decides. Returns how many recommendations it did something about.
pub async fn chase_due(app: &App) -> Result<usize, Failure> {
    let (mut done, mut failed) = (0, None);
    for (award, found) in store::approval::waiting(app.database.read()).await? {
        // One that fails keeps none of the others waiting.
        match chase_one(app, &award, found.as_ref()).await {
            Ok(chased) => done += usize::from(chased),
            Err(why) => failed = Some(why),
        }
    }
    failed.map_or(Ok(done), Err)
}

async fn chase_one(app: &App, award: &award::Model, found: Option<&chase::Model>) -> Result<bool, Failure> {
    if !may_be_due(app, award, found).await? {
        return Ok(false);
    }
    let id = award.opportunity_id;
    act_for_nobody(app, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let Some(of) = store::opportunity::find(act.tx(), id).await? else { return Ok(false) };
        if of.award_id != Some(award.id) || stage(&of, now) != Stage::Recommended {
            return Ok(false);
        }
        let facts = deciding(act.tx(), &of, now).await?;
        let ladder = ladder_of(&of, &facts, now.london_day());
        let row = chased(store::approval::chase(act.tx(), award.id).await?, award.id, &ladder);
        let names = store::market::names(act.tx(), [of.category_id]).await?;
        let context = super::opportunity::context(&of, &names);
        let (award, terms) = (&facts.award, &facts.market.terms);
        let of = Chasing { of: of.id, award, chase: &row, ladder: &ladder, terms, context: &context };
        match chasing::chase(&of, now) {
            Some(change) => act.record(change).await.map(|()| true),
            None => Ok(false),
        }
    })
    .await
}

/// Whether it is worth looking closer: a day has come, or a post that was asked is empty.
async fn may_be_due(app: &App, award: &award::Model, found: Option<&chase::Model>) -> Result<bool, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let Some(row) = found.filter(|row| !row.asked.0.is_empty()) else { return Ok(true) };
    let Some(of) = store::opportunity::find(db, award.opportunity_id).await? else { return Ok(false) };
    let Some(market) = store::market::find(db, of.market_id).await? else { return Ok(false) };
    let due = deadlines_of(award, row, &market.terms)
        .is_some_and(|d| now >= d.due_at || (row.reminded_at.is_none() && now >= d.remind_at));
    if due {
        return Ok(true);
    }
    let scheme = store::market::scheme(db, &market).await?;
    let today = now.london_day();
    let held = |post: &PostId| scheme.holders.iter().any(|h| h.row.post_id == *post && h.held(today));
    Ok(!row.asked.0.iter().any(held))
}

/// A post's holder turns a recommendation down, with a reason.
pub async fn turn_down(
    app: &App,
    order: &Order,
    id: OpportunityId,
    how: TurnedDown,
    reason: String,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let facts = deciding(act.tx(), &opportunity, now).await?;
        let authority = authority_of(&opportunity, &facts, order.by, now.london_day())?;
        let evaluated = evaluated(act.tx(), opportunity).await?;
        let decision = (how.state(), reason.as_str(), None);
        let kept = record(act.tx(), &facts, &evaluated, &authority, order.by, decision, now).await?;
        let Deciding { award, package, involved, .. } = &facts;
        let down = TurningDown { how, award, package, involved, authority };
        let change = awarding::turn_down(&evaluated, down, order.by, reason, now)?;
        act.record(change.insert(kept)).await
    })
    .await
}

/// Approves several, each as if it were alone: under its own lock, on its own chain, with its own event.
pub async fn approve_batch(
    app: &App,
    order: &Order,
    actor: &Actor,
    batch: NewBatch,
) -> Result<Vec<BatchOutcome>, Failure> {
    let NewBatch { mut opportunity_ids, reason } = batch;
    check_words("reason", &reason)?;
    let mut seen = std::collections::HashSet::new();
    opportunity_ids.retain(|id| seen.insert(*id));
    if opportunity_ids.is_empty() || opportunity_ids.len() > BATCH_MAX {
        let words = format!("Choose from 1 to {BATCH_MAX} recommendations.");
        return Err(Refusal::new(Code::InvalidField, words).at("opportunity_ids").into());
    }
    let mut outcomes = Vec::new();
    for id in opportunity_ids {
        let approved = approve_one(app, order, actor, id, &reason).await;
        let refusal = match approved {
            Ok(()) => None,
            Err(Failure::Refused(refusal)) => Some(refusal),
            // What was approved before stands, and repeating the batch finds it so.
            Err(other) => return Err(other),
        };
        outcomes.push(BatchOutcome {
            opportunity_id: id,
            approved: refusal.is_none(),
            code: refusal.as_ref().map(|r| r.code.as_str().to_owned()),
            why_not: refusal.map(|r| r.detail.into_owned()),
        });
    }
    Ok(outcomes)
}

async fn approve_one(
    app: &App,
    order: &Order,
    actor: &Actor,
    id: OpportunityId,
    reason: &str,
) -> Result<(), Failure> {
    let of = for_officer(app.database.read(), id, actor.authority()?).await?;
    let market = store::market::find(app.database.read(), of.market_id).await?;
    if !market.is_some_and(|market| market.terms.batch_approval) {
        return Err(Refusal::new(
            Code::BatchNotAllowed,
            "This market does not allow several awards to be approved at once: decide on this one alone.",
        )
        .into());
    }
    let order = Order { key: format!("{}:{id}", order.key), ..order.clone() };
    let new = NewApproval { reason: reason.to_owned(), public_reason: None };
    awards::approve(app, &order, id, new).await?;
    Ok(())
}

/// The record to keep with a decision, as everything stands.
pub(super) async fn record(
    db: &impl ConnectionTrait,
    facts: &Deciding,
    evaluated: &Evaluated,
    authority: &Authority,
    by: AccountId,
    (decision, reason, public_reason): (AwardState, &str, Option<String>),
    now: Instant,
) -> Result<approval::Model, Failure> {
    let Deciding { award, package, market, involved, need, .. } = facts;
    let of = &evaluated.opportunity;
    let declarations = store::evaluation::declarations(db, of.id).await?;
    let people = (involved.markers.iter().chain(&involved.openers).copied())
        .chain(declarations.iter().map(|d| d.account_id))
        .chain([by, package.drafted_by, award.recommended_by]);
    let people = store::account::names(db, people).await?;
    let name = |id: &AccountId| people.get(id).cloned().unwrap_or_default();
    let names = store::market::names(db, [of.category_id]).await?;
    let council = store::account::authority(db, of.authority_id).await?;
    let chase = store::approval::chase(db, award.id).await?;
    let budget = super::budget::effect(db, of, award).await?;
    let provider = evaluated.bidder(award.bid_id).map(|b| b.provider_name.clone()).unwrap_or_default();
    let decided = Decided {
        reference: of.reference.clone(),
        authority_name: council.map(|a| a.name).unwrap_or_default(),
        market_name: market.name.clone(),
        category_name: names.category(of.category_id),
        outward_code: of.outward_code.clone(),
        starts_on: evaluated.bidder(award.bid_id).map_or(of.starts_on, |b| b.bid.offer.starts_on),
        initial_term_weeks: of.initial_term_weeks,
        decision,
        decided_at: now,
        decided_by: name(&by),
        post_title: authority.title.clone(),
        reason: reason.to_owned(),
        public_reason,
        drafted_by: name(&package.drafted_by),
        marked_by: involved.markers.iter().map(name).collect(),
        opened_by: involved.openers.iter().map(name).collect(),
        recommended_by: name(&award.recommended_by),
        recommended_at: award.recommended_at,
        recommended_reason: award.reason.clone(),
        urgent: chase.as_ref().and_then(|c| c.urgent.clone()),
        escalated: chase.and_then(|c| c.because),
        provider_name: provider,
        weekly_value: award.weekly_value,
        yearly_value: award.yearly_value,
        contract_value: award.contract_value,
        alternatives: alternatives(evaluated, award),
        conflicts: declarations
            .iter()
            .filter(|d| d.interest.is_some())
            .map(|d| Conflict { name: name(&d.account_id), at: d.at })
            .collect(),
        need: need.clone(),
        budget: budget.map(|budget| Spend {
            over: budget.closest.over,
            cap: budget.closest.cap,
            committed_before: budget.closest.committed,
            committed_after: match decision {
                AwardState::Approved => plus(budget.closest.committed, budget.closest.this),
                AwardState::Waiting | AwardState::Returned | AwardState::Declined => budget.closest.committed,
            },
        }),
        chain: authority.chain.0.clone(),
        evaluation_digest: award.evaluation_digest.clone(),
    };
    Ok(records::keep(award.id, of.id, &decided)?)
}

fn plus(a: Money, b: Money) -> Money {
    Money::from_ten_thousandths(a.ten_thousandths().saturating_add(b.ten_thousandths()))
}

fn alternatives(evaluated: &Evaluated, award: &award::Model) -> Vec<Alternative> {
    let ranked = evaluated.outcome.bids.iter();
    ranked
        .filter_map(|ranked| {
            let bidder = evaluated.bidders.iter().find(|b| b.bid.id.to_string() == ranked.id)?;
            Some(Alternative {
                rank: ranked.rank,
                provider_name: bidder.provider_name.clone(),
                status: ranked.status,
                weekly_price: ranked.weekly_price,
                total: ranked.total,
                recommended: bidder.bid.id == award.bid_id,
            })
        })
        .collect()
}

/// One request for approval, whole. Nobody with an interest in a bidder reads it before it is awarded.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<ApprovalRequest, Failure> {
    let db = app.database.read();
    let of = for_officer(db, id, actor.authority()?).await?;
    let now = app.clock.now();
    let today = now.london_day();
    if stage(&of, now) != Stage::Awarded {
        let declarations = store::evaluation::declarations(db, id).await?;
        panel::check_no_interest(&declarations, actor.account_id)?;
    }
    let awards = store::award::every(db, id).await?;
    let Some(newest) = awards.last() else {
        return Err(Refusal::new(Code::NotRecommended, "No award has been recommended here.").into());
    };
    // While it waits, and once it is approved, everything comes from what was kept with it; so it does after that.
    let looked_at = opportunity::Model { award_id: Some(newest.id), ..of.clone() };
    // What is decided is shown as of its day.
    let facts = deciding(db, &looked_at, newest.decided_at.unwrap_or(now)).await?;
    let evaluated = evaluated(db, looked_at.clone()).await?;
    let waits = newest.state == AwardState::Waiting;
    let may = authority_of(&of, &facts, actor.account_id, today);
    let ladder = ladder_of(&of, &facts, today);
    let approvers = match waits {
        true => awards::approvers(&facts.scheme, &asked(&of, &facts.need, today), is_first(newest)),
        false => Vec::new(),
    };
    let names = store::market::names(db, [of.category_id]).await?;
    let decisions = decisions(db, &awards).await?;
    let people =
        store::account::names(db, [newest.recommended_by].into_iter().chain(newest.decided_by)).await?;
    let person = |id: &AccountId| people.get(id).cloned().unwrap_or_default();
    let provider = evaluated.bidder(newest.bid_id).map(|b| b.provider_name.clone()).unwrap_or_default();
    let preference = facts.package.preference.clone().map(|words| PreferenceView {
        words,
        kept: newest.preference,
        reason: newest.preference_reason.clone(),
    });
    let budget = match waits {
        true => super::budget::effect(db, &of, newest).await?,
        false => None,
    };
    let risks = match waits {
        true => {
            let current = evaluated_now(db, of.clone()).await?;
            rules::risks(&Looked {
                award: newest,
                facts: &evaluated,
                today: &current.outcome,
                provider_name: &provider,
                standing: store::enrolment::standing(db, newest.provider_id, of.category_id).await?,
                need: &facts.need,
                budget: budget.as_ref(),
                earlier: &awards,
                on: today,
            })
        }
        false => Vec::new(),
    };
    let chase = match waits {
        true => Some(chase_view(db, &facts, &ladder, now).await?),
        false => None,
    };
    let can = match (&may, waits) {
        (Ok(_), true) => vec![OpportunityVerb::Approve, OpportunityVerb::Return, OpportunityVerb::Decline],
        _ => Vec::new(),
    };
    Ok(ApprovalRequest {
        opportunity_id: of.id,
        award_id: newest.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        market_name: names.market(of.market_id),
        category_name: names.category(of.category_id),
        stage: stage(&of, now),
        outward_code: of.outward_code.clone(),
        starts_on: evaluated.bidder(newest.bid_id).map_or(of.starts_on, |b| b.bid.offer.starts_on),
        initial_term_weeks: of.initial_term_weeks,
        weekly_value: newest.weekly_value,
        recommendation: recommendation(
            newest,
            RecommendationNames {
                provider,
                recommended_by: person(&newest.recommended_by),
                decided_by: newest.decided_by.as_ref().map(person),
            },
        ),
        budget,
        bids: brief(&evaluated, newest),
        preference,
        risks,
        need: facts.need.clone(),
        chase,
        approvers: approvers.into_iter().map(|(one, low)| awards::approver_view(one, low)).collect(),
        why_not: may.as_ref().err().filter(|_| waits).map(|why| why.detail.to_string()),
        authority: may.ok().filter(|_| waits).map(|a| OwnAuthority { post_title: a.title, chain: a.chain.0 }),
        can,
        decisions,
    })
}

async fn decisions(
    db: &impl ConnectionTrait,
    awards: &[award::Model],
) -> Result<Vec<EarlierDecision>, Failure> {
    let decided: Vec<_> = awards.iter().filter(|award| award.state != AwardState::Waiting).collect();
    let people = store::account::names(db, decided.iter().filter_map(|award| award.decided_by)).await?;
    let providers = store::account::provider_names(db, decided.iter().map(|award| award.provider_id)).await?;
    let mut decisions = Vec::new();
    for award in decided {
        decisions.push(EarlierDecision {
            award_id: award.id,
            provider_name: providers.get(&award.provider_id).cloned().unwrap_or_default(),
            state: award.state,
            decided_by: award.decided_by.and_then(|id| people.get(&id).cloned()),
            decided_at: award.decided_at,
            reason: award.decided_reason.clone(),
            recorded: store::approval::record(db, award.id).await?.is_some(),
        });
    }
    Ok(decisions)
}

fn brief(evaluated: &Evaluated, award: &award::Model) -> Vec<BriefBid> {
    let ranked = evaluated.outcome.bids.iter();
    ranked
        .filter_map(|ranked| {
            let bidder = evaluated.bidders.iter().find(|b| b.bid.id.to_string() == ranked.id)?;
            Some(BriefBid {
                bid_id: bidder.bid.id,
                provider_name: bidder.provider_name.clone(),
                rank: ranked.rank,
                status: ranked.status,
                weekly_price: ranked.weekly_price,
                total: ranked.total,
                recommended: bidder.bid.id == award.bid_id,
            })
        })
        .collect()
}

async fn chase_view(
    db: &impl ConnectionTrait,
    facts: &Deciding,
    ladder: &Ladder,
    now: Instant,
) -> Result<ChaseView, Failure> {
    let row = chased(store::approval::chase(db, facts.award.id).await?, facts.award.id, ladder);
    let due = deadlines_of(&facts.award, &row, &facts.market.terms);
    let title = |id: &PostId| facts.scheme.posts.iter().find(|post| post.id == *id).map(|p| p.title.clone());
    Ok(ChaseView {
        asked: row.asked.0.iter().filter_map(title).collect(),
        urgent: row.urgent,
        due_on: due.map(|due| due.due_on),
        overdue: due.is_some_and(|due| now >= due.due_at),
        reminded_at: row.reminded_at,
        escalated_at: row.escalated_at,
        escalated_to: row.escalated_to,
        because: row.because,
        passed_over: ladder.passed_over.clone(),
    })
}

/// The record of a decision as a paper: the private one, with what is kept of the person, or the public one.
pub async fn paper(
    app: &App,
    actor: &Actor,
    id: AwardId,
    public: bool,
) -> Result<(String, paper::Paper), Failure> {
    let db = app.database.read();
    let missing = || Refusal::not_found("award");
    let award = store::award::find(db, id).await?.ok_or_else(missing)?;
    let of = for_officer(db, award.opportunity_id, actor.authority()?).await?;
    if stage(&of, app.clock.now()) != Stage::Awarded {
        let declarations = store::evaluation::declarations(db, of.id).await?;
        panel::check_no_interest(&declarations, actor.account_id)?;
    }
    let Some(kept) = store::approval::record(db, id).await? else {
        let words = "There is no record: it is not decided, or was decided before records were kept.";
        return Err(Refusal::new(Code::NotDecided, words).into());
    };
    let decided = records::read(&kept)?;
    if public {
        return Ok((format!("{}-decision-public", decided.reference), records::public(&decided)?));
    }
    let package = store::package::find(db, of.package_id).await?;
    let person = package.map(|package| PersonDetails {
        kept: award.preference,
        kept_reason: award.preference_reason.clone(),
        person_reference: package.person_reference,
        title: package.title,
        preference: package.preference,
    });
    Ok((format!("{}-decision", decided.reference), records::private(&decided, &kept.digest, person.as_ref())))
}

/// The same as a page of its own.
///
/// # Errors
/// Its template is broken.
pub fn html(paper: &paper::Paper) -> Result<String, Failure> {
    paper::html(paper).map_err(|why| Failure::Broken(why.to_string()))
}

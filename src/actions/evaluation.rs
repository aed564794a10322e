//! Declaring interests, marking blind to price, moderating, opening prices, and the ranking.

use super::{Failure, Order, act, opportunity::for_officer};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        award::{Bidder, Evaluated},
        change::Change,
        disclosure::{
            award::{RankedBid, Ranking, RankingResult},
            comparison::{least_quality, other_weekly_prices, price_terms, quality_terms, weekly_limits},
            evaluation::{self as shown, DeclarationPage, Evaluation, EvaluationNames, MarkDraftsSaved},
            inquiry as shown_inquiry,
            opportunity::{OpportunityVerb, can, formula_words},
        },
        evaluation::{self as rules, Facts, Given},
        inquiry::check_settled,
        opportunity::stage,
        panel,
        refusal::{Code, Refusal},
        round,
    },
    store,
};
use entity::{
    agreed_mark, bid, inquiry, mark_draft,
    mark_draft::{MarkDraft, MarkDrafts},
    opportunity,
    vocabulary::*,
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

/// What an officer declares of their interests in the bidders.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeclaration {
    /// The interest, in words; nothing where there is none.
    #[serde(default)]
    pub interest: Option<String>,
}

/// A mark for one answer of one bid: an evaluator's, or the consensus.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMark {
    pub blind_id: BlindId,
    pub criterion_id: String,
    pub mark: Mark,
    pub reason: String,
}

/// The marks that an evaluator is still writing.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMarkDrafts {
    pub drafts: Vec<MarkDraft>,
}

/// Whom a commissioner lets go, and why.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    pub evaluator_id: AccountId,
    pub reason: String,
}

/// Does one thing in an evaluation, or finds that nothing is new.
async fn change(
    app: &App,
    order: &Order,
    id: OpportunityId,
    decide: impl FnOnce(&Facts, &Actor, Instant) -> Result<Option<Change>, Refusal>,
) -> Result<(), Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let facts = store::evaluation::facts(act.tx(), opportunity).await?;
        match decide(&facts, act.actor()?, now)? {
            Some(change) => act.record(change).await,
            None => Ok(()),
        }
    })
    .await
}

/// An officer declares that they have no interest in any bidder, or which they have.
pub async fn declare(
    app: &App,
    order: &Order,
    id: OpportunityId,
    new: NewDeclaration,
) -> Result<(), Failure> {
    change(app, order, id, |facts, _, now| panel::declare(facts, order.by, new.interest, now)).await
}

/// An evaluator marks one answer.
pub async fn give_mark(app: &App, order: &Order, id: OpportunityId, new: NewMark) -> Result<(), Failure> {
    change(app, order, id, |facts, _, now| {
        rules::check_may_mark(facts, order.by, now)?;
        rules::give_mark(facts, order.by, given(facts, new)?, now)
    })
    .await
}

/// A mark with the bid that evaluators know by another id.
fn given(facts: &Facts, new: NewMark) -> Result<Given, Refusal> {
    let NewMark { blind_id, criterion_id, mark, reason } = new;
    let Some(bid) = facts.unblinded(blind_id) else {
        return Err(Refusal::not_found("bid").at("blind_id"));
    };
    Ok(Given { bid_id: bid.id, criterion_id, mark, reason })
}

/// An evaluator has marked every answer, and locks their marks.
pub async fn finish(app: &App, order: &Order, id: OpportunityId) -> Result<(), Failure> {
    change(app, order, id, |facts, _, now| panel::finish(facts, order.by, now)).await
}

/// A commissioner lets an evaluator go who will not finish.
pub async fn release(app: &App, order: &Order, id: OpportunityId, who: Release) -> Result<(), Failure> {
    change(app, order, id, |facts, _, now| {
        panel::release(facts, order.by, who.evaluator_id, who.reason, now).map(Some)
    })
    .await
}

/// A commissioner, or an evaluator of the panel, records the consensus on an answer whose marks differ.
pub async fn moderate(app: &App, order: &Order, id: OpportunityId, new: NewMark) -> Result<(), Failure> {
    change(app, order, id, |facts, actor, now| {
        rules::check_marking(&facts.opportunity, now)?;
        panel::check_declared(&facts.declarations, order.by)?;
        let commissioner = actor.is(OfficerRole::Commissioner);
        rules::moderate(facts, order.by, commissioner, given(facts, new)?, now)
    })
    .await
}

/// A commissioner locks quality and opens prices.
pub async fn open_prices(app: &App, order: &Order, id: OpportunityId) -> Result<(), Failure> {
    change(app, order, id, |facts, _, now| {
        // What was opened cannot be sealed again.
        if app.clock.at_fault() {
            return Err(Refusal::new(
                Code::ClockAtFault,
                "The server's clock has leapt, so prices cannot be opened now. Nothing is lost: try again when it is right.",
            ));
        }
        rules::open_prices(facts, order.by, now).map(Some)
    })
    .await
}

/// Saves what an evaluator is still writing, unless another window saved something else since `revision`.
pub async fn save_drafts(
    app: &App,
    order: &Order,
    id: OpportunityId,
    revision: Option<i32>,
    new: NewMarkDrafts,
) -> Result<MarkDraftsSaved, Failure> {
    act(app, order, async |act| {
        act.lock(id).await?;
        let now = act.now().await?;
        let authority = act.actor()?.authority()?;
        let opportunity = for_officer(act.tx(), id, authority).await?;
        let facts = store::evaluation::facts(act.tx(), opportunity).await?;
        rules::check_drafts(&facts, order.by, &new.drafts, now)?;
        let before = store::evaluation::mark_draft(act.tx(), id, order.by).await?;
        let newest = before.map_or(0, |d| d.revision);
        if revision.is_some_and(|r| r != newest) {
            return Err(Refusal::new(
                Code::RevisionStale,
                "You saved these drafts in another window meanwhile: load the page again.",
            )
            .into());
        }
        let saved = mark_draft::Model {
            opportunity_id: id,
            evaluator_id: order.by,
            drafts: MarkDrafts(new.drafts),
            revision: newest + 1,
            saved_at: now,
        };
        store::record::save_mark_draft(act.tx(), saved.clone()).await?;
        Ok(shown::drafts_saved(Some(saved)))
    })
    .await
}

/// What an officer declares on: who has bid, and never which answer is whose.
pub async fn declaration(app: &App, actor: &Actor, id: OpportunityId) -> Result<DeclarationPage, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    let now = app.clock.now();
    let facts = store::evaluation::facts(db, opportunity).await?;
    panel::check_declaring(&facts, now)?;
    // Those too whose bid is held while they are suspended: it may come to stand again.
    let bidders = store::bid::bidders(db, id).await?;
    let providers = store::account::provider_names(db, bidders.into_iter().map(|(id, _)| id)).await?;
    let names = EvaluationNames {
        people: store::account::names(db, [actor.account_id]).await?,
        ..EvaluationNames::default()
    };
    Ok(shown::declaration_page(&facts, providers.into_values().collect(), &names, actor.account_id, now))
}

/// The bids of an opportunity, blind, with the marks that this officer may see. Nobody reads an answer who has not
/// declared that they have no interest in any bidder.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<Evaluation, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    let now = app.clock.now();
    rules::check_unsealed(&opportunity, now)?;
    panel::check_declared(&store::evaluation::declarations(db, id).await?, actor.account_id)?;
    let facts = store::evaluation::facts(db, opportunity).await?;
    let events = store::evaluation::mark_events(db, id).await?;
    let draft = store::evaluation::mark_draft(db, id, actor.account_id).await?;
    let people = (facts.panel.iter().map(|p| p.evaluator_id))
        .chain(facts.declarations.iter().map(|d| d.account_id))
        .chain(facts.agreed.iter().filter_map(|a| a.agreed_by))
        .chain(events.iter().filter_map(|e| e.account_id));
    let names = EvaluationNames {
        people: store::account::names(db, people).await?,
        providers: store::account::provider_names(db, facts.bids.iter().map(|b| b.provider_id)).await?,
    };
    Ok(shown::evaluation(&facts, &events, draft, &names, actor, now))
}

/// A document that goes with an answer, as evaluators know it.
pub struct AnswerDocument {
    /// Without an ending: it does not tell whose it is.
    pub name: String,
    pub kind: DocumentKind,
    pub content: Vec<u8>,
}

/// A document that goes with an answer: for those who may read the answer, from when they may.
pub async fn attachment(
    app: &App,
    actor: &Actor,
    id: OpportunityId,
    which: AttachmentId,
) -> Result<AnswerDocument, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    rules::check_unsealed(&opportunity, app.clock.now())?;
    panel::check_declared(&store::evaluation::declarations(db, id).await?, actor.account_id)?;
    let facts = store::evaluation::facts(db, opportunity).await?;
    let (found, name) = shown::attachment(&facts, which).ok_or_else(|| Refusal::not_found("document"))?;
    let content = app.vault.fetch(found.digest.clone()).await?;
    Ok(AnswerDocument { name, kind: found.kind, content })
}

/// An opportunity with its bids, marks and ranking. For use after prices have opened. While a recommendation stands,
/// and once it is approved, everything comes from the evaluation that was kept with it.
pub async fn evaluated(
    db: &impl ConnectionTrait,
    opportunity: opportunity::Model,
) -> Result<Evaluated, Failure> {
    let award = match opportunity.award_id {
        Some(id) => store::award::find(db, id).await?,
        None => None,
    };
    let Some(kept) = award.and_then(|award| award.evaluation) else {
        return evaluated_now(db, opportunity).await;
    };
    let marks = store::evaluation::agreed_marks(db, opportunity.id).await?;
    let inquiries = store::inquiry::of(db, opportunity.id).await?;
    let mut bids = store::bid::every(db, opportunity.id).await?;
    let judged = rules::judge_kept(&opportunity, &kept, &bids, &marks, &inquiries)?;
    bids.retain(|bid| judged.outcome.bids.iter().any(|ranked| ranked.id == bid.id.to_string()));
    of_bidders(db, opportunity, bids, marks, inquiries, judged).await
}

/// The same of the bids that stand now, whatever was recommended before.
pub async fn evaluated_now(
    db: &impl ConnectionTrait,
    opportunity: opportunity::Model,
) -> Result<Evaluated, Failure> {
    let Basis { bids, marks, inquiries } = basis(db, &opportunity).await?;
    let judged = rules::judge(&opportunity, &bids, &marks, &inquiries)?;
    of_bidders(db, opportunity, bids, marks, inquiries, judged).await
}

/// What a ranking rests on.
pub struct Basis {
    /// Those that stand and are marked.
    pub bids: Vec<bid::Model>,
    pub marks: Vec<agreed_mark::Model>,
    pub inquiries: Vec<inquiry::Model>,
}

/// What the ranking of an opportunity rests on as it stands.
pub async fn basis(db: &impl ConnectionTrait, of: &opportunity::Model) -> Result<Basis, Failure> {
    let marks = store::evaluation::agreed_marks(db, of.id).await?;
    let mut bids = store::bid::standing(db, of).await?;
    bids.retain(|bid| rules::is_marked(of, bid, &marks));
    let inquiries = store::inquiry::of(db, of.id).await?;
    Ok(Basis { bids, marks, inquiries })
}

async fn of_bidders(
    db: &impl ConnectionTrait,
    opportunity: opportunity::Model,
    bids: Vec<bid::Model>,
    marks: Vec<agreed_mark::Model>,
    inquiries: Vec<inquiry::Model>,
    judged: rules::Judged,
) -> Result<Evaluated, Failure> {
    let providers: Vec<_> = bids.iter().map(|b| b.provider_id).collect();
    let names = store::account::provider_names(db, providers.iter().copied()).await?;
    let mut people = store::account::people_of(db, &providers, opportunity.category_id).await?;
    let market = store::market::names(db, [opportunity.category_id]).await?;
    Ok(Evaluated {
        context: super::opportunity::context(&opportunity, &market),
        bidders: bids
            .into_iter()
            .map(|bid| Bidder {
                provider_name: names.get(&bid.provider_id).cloned().unwrap_or_default(),
                people: people.remove(&bid.provider_id).unwrap_or_default(),
                bid,
            })
            .collect(),
        marks,
        inquiries,
        evaluation: judged.evaluation,
        outcome: judged.outcome,
        flags: judged.flags,
        opportunity,
    })
}

/// The ranking with its arithmetic, the recommendation, and who may approve it.
pub async fn ranking(app: &App, actor: &Actor, id: OpportunityId) -> Result<Ranking, Failure> {
    let db = app.database.read();
    let opportunity = for_officer(db, id, actor.authority()?).await?;
    let now = app.clock.now();
    rules::check_priced(&opportunity, now)?;
    let facts = store::evaluation::facts(db, opportunity.clone()).await?;
    panel::check_no_interest(&facts.declarations, actor.account_id)?;
    let mut can = can(&facts, actor, now);
    can.retain(|verb| matches!(verb, OpportunityVerb::QuestionPrices | OpportunityVerb::Recommend));
    can.extend(super::award::may_decide(app, actor, &opportunity).await?);
    let (recommendation, approvers) = super::award::standing(app, &opportunity).await?;
    let budget = super::budget::effect_of_waiting(db, &opportunity).await?;
    let facts = evaluated(db, opportunity).await?;
    let shortlist = recommendation.as_ref().map(|r| r.shortlist.clone()).unwrap_or_default();
    let bids = facts
        .outcome
        .bids
        .iter()
        .filter_map(|ranked| {
            let bidder = facts.bidders.iter().find(|b| b.bid.id.to_string() == ranked.id)?;
            Some(RankedBid {
                bid_id: bidder.bid.id,
                provider_id: bidder.bid.provider_id,
                provider_name: bidder.provider_name.clone(),
                status: ranked.status,
                rank: ranked.rank,
                weekly_price: bidder.bid.weekly_price,
                yearly_price: crate::domain::bid::yearly(bidder.bid.weekly_price),
                quality: ranked.quality,
                price: ranked.price,
                total: ranked.total,
                value_for_money: ranked.value_for_money,
                starts_on: bidder.bid.offer.starts_on,
                quality_terms: quality_terms(&facts, &bidder.bid),
                price_terms: price_terms(&facts, &bidder.bid),
                other_weekly_prices: other_weekly_prices(&facts, bidder.bid.id),
                explanation: ranked.explanation.clone(),
                shortlisted: shortlist.contains(&bidder.bid.id),
            })
        })
        .collect();
    let round = store::round::find(db, id).await?;
    let round_is_over = round::check_over(&facts, round.as_ref(), now).is_ok();
    if check_settled(&facts.flags, &facts.inquiries).is_err() || !round_is_over {
        can.retain(|verb| *verb != OpportunityVerb::Recommend);
    }
    let of = &facts.opportunity;
    let package = store::package::find(db, of.package_id).await?;
    let officers = facts.inquiries.iter().flat_map(|i| i.asked_by.into_iter().chain(i.decided_by));
    let officers = store::account::names(db, officers).await?;
    let flags = facts
        .flags
        .iter()
        .map(|flag| {
            let inquiry = facts.inquiries.iter().find(|i| i.bid_id == flag.bid_id);
            let provider = facts.bidder(flag.bid_id).map(|b| b.provider_name.clone()).unwrap_or_default();
            shown_inquiry::flag(flag.clone(), inquiry, provider, &officers)
        })
        .collect();
    Ok(Ranking {
        opportunity_id: of.id,
        reference: of.reference.clone(),
        title: of.title.clone(),
        stage: stage(of, now),
        round: round::stage(of, round.as_ref(), now),
        result: RankingResult { bids, tie_breaks: facts.outcome.tie_breaks.clone() },
        quality_weight: of.terms.quality_weight,
        price_weight: of.terms.price_weight,
        least_quality: least_quality(&of.terms),
        weekly_limits: weekly_limits(&facts),
        formula_words: formula_words(&rules::resolved(of), of.terms.price_weight),
        flags,
        recommendation,
        budget,
        preference: package.and_then(|package| package.preference),
        approvers,
        can,
    })
}

//! A request to join while it is being written: by several people, over days, answer by answer.

use super::{Act, Failure, Order, act, enrolment::join};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        application::{self as rules, NewDraftAnswer, Written},
        disclosure::{
            application::{self as shown, AnswerSaved, ApplicationCard, ApplicationPage, Known},
            market::stage,
        },
        enrolment::{Applying, check_may_apply},
        refusal::Refusal,
    },
    store,
};
use entity::{
    application, application_answer, category, enrolment, evidence, market, passport_answer, questionnaire,
    vocabulary::*,
};
use sea_orm::ConnectionTrait;

/// Everything on which a provider's request to join a category is judged, written or being written.
pub(super) struct Loaded {
    pub provider_id: ProviderId,
    pub market: market::Model,
    pub category: category::Model,
    pub before: Option<enrolment::Model>,
    pub members: u32,
    pub application: Option<application::Model>,
    pub answers: Vec<application_answer::Model>,
    pub questionnaire: Option<questionnaire::Model>,
    pub passport: Vec<passport_answer::Model>,
    pub documents: Vec<DocumentId>,
    pub evidence: Vec<evidence::Model>,
    pub elsewhere: Vec<(evidence::Model, CategoryId)>,
}

impl Loaded {
    pub fn facts(&self, now: Instant) -> Applying<'_> {
        Applying {
            stage: stage(&self.market, now.london_day()),
            market: &self.market,
            category: &self.category,
            provider_id: self.provider_id,
            before: self.before.as_ref(),
            members: self.members,
            documents: &self.documents,
            evidence: &self.evidence,
            elsewhere: &self.elsewhere,
            today: now.london_day(),
            questionnaire: self.questionnaire.as_ref(),
            passport: &self.passport,
        }
    }
}

/// Loads what a request rests on. A draft under way has the version of the questionnaire that it was given; `draft`
/// false leaves it aside. `named` are documents that are named besides those of the draft.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    provider_id: ProviderId,
    category_id: CategoryId,
    draft: bool,
    named: impl IntoIterator<Item = DocumentId>,
) -> Result<Loaded, Failure> {
    let Some((category, market)) = store::market::category(db, category_id).await? else {
        return Err(Refusal::not_found("category").at("category_id").into());
    };
    let before = store::enrolment::of(db, provider_id, category.id).await?;
    let members = store::enrolment::members_count(db, category.id).await?;
    let application = match draft {
        true => store::application::find(db, provider_id, category.id).await?,
        false => None,
    };
    let answers = match &application {
        Some(_) => store::application::answers(db, provider_id, category.id).await?,
        None => Vec::new(),
    };
    let questionnaire = match application.as_ref().filter(|one| one.sent_at.is_none()) {
        Some(begun) => match begun.questionnaire_id {
            Some(id) => store::questionnaire::find(db, id).await?,
            None => None,
        },
        None => store::questionnaire::current(db, market.id).await?,
    };
    let passport = match &questionnaire {
        Some(_) => store::questionnaire::passport(db, provider_id).await?,
        None => Vec::new(),
    };
    let of_draft = answers.iter().filter_map(|row| row.evidence.as_ref()?.document_id);
    let elsewhere = store::evidence::given_elsewhere(db, provider_id, category.id).await?;
    let shown_there = elsewhere.iter().filter_map(|(piece, _)| piece.document_id);
    let named = named.into_iter().chain(of_draft).chain(shown_there);
    let documents = store::document::ids_of_provider(db, provider_id, named).await?;
    let evidence = match &before {
        Some(before) => store::evidence::of(db, before.id).await?,
        None => Vec::new(),
    };
    let members = u32::try_from(members).unwrap_or(u32::MAX);
    Ok(Loaded {
        provider_id,
        market,
        category,
        before,
        members,
        application,
        answers,
        questionnaire,
        passport,
        documents,
        evidence,
        elsewhere,
    })
}

/// A request as its provider's people write it.
pub async fn show(app: &App, actor: &Actor, category: CategoryId) -> Result<ApplicationPage, Failure> {
    let db = app.database.read();
    let now = app.clock.now();
    let loaded = load(db, actor.provider()?, category, true, []).await?;
    let Some(authority) = store::account::authority(db, loaded.market.authority_id).await? else {
        return Err(Refusal::not_found("authority").into());
    };
    let names = store::account::names(db, loaded.answers.iter().map(|row| row.answered_by)).await?;
    let documents = store::document::of_ids(db, loaded.documents.iter().copied()).await?;
    let facts = loaded.facts(now);
    let written = rules::written(&facts, &loaded.answers);
    let given_for = store::market::names(db, loaded.elsewhere.iter().map(|(_, category)| *category)).await?;
    let markets = loaded
        .elsewhere
        .iter()
        .filter_map(|(_, category)| Some((*category, given_for.market(given_for.market_of(*category)?))));
    let known = Known {
        markets: markets.collect(),
        authority: &authority,
        application: loaded.application.as_ref(),
        answers: &loaded.answers,
        names: &names,
        documents: &documents,
        closed: check_may_apply(&facts).err().map(|why| why.detail.into_owned()),
    };
    let sections = rules::sections(&facts, &written);
    Ok(shown::page(&facts, &written, &sections, &known, actor, now.london_day()))
}

/// Somebody writes one answer; the first one begins the request.
pub async fn save(
    app: &App,
    order: &Order,
    category: CategoryId,
    new: NewDraftAnswer,
) -> Result<AnswerSaved, Failure> {
    act(app, order, async |act| {
        let provider = act.actor()?.provider()?;
        // Colleagues write one after the other.
        act.lock(provider).await?;
        let now = act.now().await?;
        let named = new.evidence.as_ref().and_then(|given| given.document_id);
        let loaded = load(act.tx(), provider, category, true, named).await?;
        let facts = loaded.facts(now);
        check_may_apply(&facts)?;
        let before = loaded.answers.iter().find(|row| row.field == new.field);
        let row = rules::save(&facts, new, before, order.by, now)?;
        if loaded.application.as_ref().is_none_or(|one| one.sent_at.is_some()) {
            store::record::begin_application(act.tx(), rules::begin(&facts, order.by, now)).await?;
        }
        store::record::save_application_answer(act.tx(), row.clone()).await?;
        Ok(shown::saved(&row))
    })
    .await
}

/// An administrator sends the request as it is written.
pub async fn send(app: &App, order: &Order, category: CategoryId) -> Result<EnrolmentId, Failure> {
    act(app, order, async |act: &mut Act<'_>| {
        let provider = act.actor()?.provider()?;
        join(act, order.by, provider, category, None, true, |loaded, now| {
            Ok(rules::written(&loaded.facts(now), &loaded.answers))
        })
        .await
    })
    .await
}

/// Those that a provider has begun and not sent.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<ApplicationCard>, Failure> {
    let db = app.database.read();
    let rows = store::application::unsent(db, actor.provider()?).await?;
    let names = store::market::names(db, rows.iter().map(|row| row.category_id)).await?;
    let cards = rows.into_iter().filter_map(|row| {
        let market_id = names.market_of(row.category_id)?;
        Some(ApplicationCard {
            market_id,
            market_name: names.market(market_id),
            category_id: row.category_id,
            category_name: names.category(row.category_id),
            begun_at: row.begun_at,
        })
    });
    Ok(cards.collect())
}

/// What somebody writes all at once.
pub(super) fn at_once(application: super::enrolment::Application, by: AccountId, now: Instant) -> Written {
    let given = application.questions.into_iter().map(|one| crate::domain::questionnaire::Given {
        question_id: one.question_id,
        answer: one.answer,
        by: Some(by),
        at: now,
    });
    Written {
        declarations: application.declarations,
        evidence: application.evidence,
        answers: application.answers,
        questions: given.collect(),
    }
}

//! Questionnaires by version, passports by revision, and what is known of the answers of a request.

use crate::domain::questionnaire::Answered;
use entity::{answer_mark, enrolment, passport_answer, passport_reliance, questionnaire, vocabulary::*};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};

pub async fn find(
    db: &impl ConnectionTrait,
    id: QuestionnaireId,
) -> Result<Option<questionnaire::Model>, DbErr> {
    questionnaire::Entity::find_by_id(id).one(db).await
}

/// The version that is given to those who begin now.
pub async fn current(
    db: &impl ConnectionTrait,
    market: MarketId,
) -> Result<Option<questionnaire::Model>, DbErr> {
    questionnaire::Entity::find()
        .filter(questionnaire::Column::MarketId.eq(market))
        .order_by_desc(questionnaire::Column::Version)
        .one(db)
        .await
}

/// The newest revision of each topic of a provider's passport.
pub async fn passport(
    db: &impl ConnectionTrait,
    provider: ProviderId,
) -> Result<Vec<passport_answer::Model>, DbErr> {
    #[derive(FromQueryResult)]
    struct Revised {
        topic: PassportTopic,
        revision: i32,
    }
    let all = passport_answer::Entity::find()
        .select_only()
        .columns([passport_answer::Column::Topic, passport_answer::Column::Revision])
        .filter(passport_answer::Column::ProviderId.eq(provider))
        .order_by_asc(passport_answer::Column::Revision)
        .into_model::<Revised>()
        .all(db)
        .await?;
    let mut newest: Vec<(PassportTopic, i32)> = Vec::new();
    for Revised { topic, revision } in all {
        newest.retain(|(known, _)| *known != topic);
        newest.push((topic, revision));
    }
    revisions(db, provider, &newest).await
}

/// These revisions of a provider's passport.
async fn revisions(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    wanted: &[(PassportTopic, i32)],
) -> Result<Vec<passport_answer::Model>, DbErr> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let any = wanted.iter().fold(Condition::any(), |any, (topic, revision)| {
        let topic = passport_answer::Column::Topic.eq(*topic);
        any.add(Condition::all().add(topic).add(passport_answer::Column::Revision.eq(*revision)))
    });
    passport_answer::Entity::find()
        .filter(passport_answer::Column::ProviderId.eq(provider))
        .filter(any)
        .order_by_asc(passport_answer::Column::Topic)
        .order_by_asc(passport_answer::Column::Revision)
        .all(db)
        .await
}

/// On which revisions of the passport these enrolments rely, by whichever of their requests.
pub async fn reliances(
    db: &impl ConnectionTrait,
    enrolments: impl IntoIterator<Item = EnrolmentId>,
) -> Result<Vec<passport_reliance::Model>, DbErr> {
    passport_reliance::Entity::find()
        .filter(passport_reliance::Column::EnrolmentId.is_in(enrolments))
        .all(db)
        .await
}

/// What is known of the answers of a request. Nothing is asked of the database where none were sent.
pub async fn answered(db: &impl ConnectionTrait, of: &enrolment::Model) -> Result<Answered, DbErr> {
    let Some(id) = of.request.questionnaire_id else { return Ok(Answered::default()) };
    let marks = answer_mark::Entity::find()
        .filter(answer_mark::Column::EnrolmentId.eq(of.id))
        .filter(answer_mark::Column::ReceivedAt.eq(of.received_at))
        .all(db)
        .await?;
    let mut reliances = reliances(db, [of.id]).await?;
    reliances.retain(|one| one.received_at == of.received_at);
    let mut known = Vec::new();
    if !reliances.is_empty() {
        known = passport(db, of.provider_id).await?;
        let older: Vec<_> = reliances
            .iter()
            .map(|one| (one.topic, one.revision))
            .filter(|(topic, revision)| !known.iter().any(|k| k.topic == *topic && k.revision == *revision))
            .collect();
        known.extend(revisions(db, of.provider_id, &older).await?);
        known.retain(|one| reliances.iter().any(|reliance| reliance.topic == one.topic));
    }
    Ok(Answered { questionnaire: find(db, id).await?, marks, reliances, passport: known })
}

//! Floor 3, the verbs: everything that a person, or the clock, can do. Each change reads load → decide →
//! record, inside [`act`], which owns the transaction and announces after it has committed.

pub mod account;
pub mod alert;
pub mod amendment;
pub mod announcement;
pub mod application;
pub mod approval;
pub mod award;
pub mod bid;
pub mod budget;
pub mod capacity;
pub mod clock;
pub mod direct_award;
pub mod document;
pub mod enrolment;
pub mod evaluation;
pub mod evidence;
pub mod exclusion;
pub mod figures;
pub mod history;
pub mod identifier;
pub mod inquiry;
pub mod letter;
pub mod market;
pub mod membership;
pub mod nudge;
pub mod officer_interest;
pub mod opportunity;
pub mod package;
pub mod passport;
pub mod public;
pub mod query;
pub mod questionnaire;
pub mod reading;
pub mod record;
pub mod register;
pub mod round;
pub mod scheme;
pub mod search;
pub mod simulation;
pub mod standing;
pub mod standing_rates;
pub mod task;
pub mod team;
pub mod wording;

use crate::{
    app::App,
    domain::{
        actor::{Actor, Need, Office},
        change::{Change, Subject},
        refusal::{Code, Refusal},
    },
    store::{self, record::By},
};
use entity::vocabulary::*;
use sea_orm::{DatabaseTransaction, DbErr, SqlErr, prelude::Uuid};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The most items in one page of a list.
pub const PAGE_SIZE_MAX: u64 = 100;

/// Why something was not done: a rule said no, or anything else.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("database: {0}")]
    Database(DbErr),
    #[error("{0}")]
    Broken(String),
}

impl From<DbErr> for Failure {
    /// What two did at the same moment under different locks, the schema lets one of them do.
    fn from(why: DbErr) -> Self {
        match why.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Refused(Refusal::new(
                Code::DoneMeanwhile,
                "Somebody did the same at the same moment: look at it again before you try again.",
            )),
            _ => Self::Database(why),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(why: serde_json::Error) -> Self {
        Self::Broken(why.to_string())
    }
}

/// Who orders a change, what it needs of them, and the key under which it may be repeated.
#[derive(Clone, Debug)]
pub struct Order {
    pub by: AccountId,
    pub need: Need,
    pub key: String,
    /// SHA-256 of what was asked.
    pub digest: String,
}

/// A change under way.
pub struct Act<'a> {
    app: &'a App,
    tx: DatabaseTransaction,
    actor: Option<Actor>,
    now: Option<Instant>,
    news: Vec<(Subject, i64)>,
    letters: bool,
}

impl Act<'_> {
    /// The transaction, for reading facts.
    pub const fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// Holds a subject until the end. Take locks before reading what they guard, and before asking the time.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn lock(&self, subject: impl Into<Subject>) -> Result<(), Failure> {
        Ok(store::lock(&self.tx, subject.into()).await?)
    }

    /// Now: one instant for the whole act, read when first asked, which is under its locks.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn now(&mut self) -> Result<Instant, Failure> {
        match self.now {
            Some(now) => Ok(now),
            None => {
                let now = store::now(&self.tx, &self.app.clock).await?;
                self.now = Some(now);
                Ok(now)
            }
        }
    }

    /// Who acts.
    ///
    /// # Errors
    /// Nobody does: the clock acts.
    pub fn actor(&self) -> Result<&Actor, Failure> {
        self.actor.as_ref().ok_or_else(|| Failure::Broken("the clock is nobody".to_owned()))
    }

    /// Records a change. It stands when the act commits.
    ///
    /// # Errors
    /// The schema says no.
    pub async fn record(&mut self, change: Change) -> Result<(), Failure> {
        let now = self.now().await?;
        let by = match &self.actor {
            None => By::default(),
            Some(actor) => match actor.office {
                Office::Officer { authority_id, .. } => By {
                    account_id: Some(actor.account_id),
                    authority_id: Some(authority_id),
                    provider_id: None,
                },
                Office::Provider { provider_id, .. } => By {
                    account_id: Some(actor.account_id),
                    authority_id: None,
                    provider_id: Some(provider_id),
                },
            },
        };
        let about = change.about;
        self.letters |= !change.letters.is_empty();
        let number = store::record::record(&self.tx, by, change, now).await?;
        self.news.push((about, number));
        Ok(())
    }

    async fn commit(self) -> Result<(), Failure> {
        self.tx.commit().await?;
        for (subject, number) in self.news {
            self.app.announcements.announce(subject, number);
        }
        if self.letters {
            self.app.post.notify_one();
        }
        Ok(())
    }
}

/// Does a deed for a person, once: repeating it with the same key returns the first answer.
///
/// # Errors
/// A refusal or a failure; nothing has changed.
pub async fn act<T, D>(app: &App, order: &Order, deed: D) -> Result<T, Failure>
where
    T: Serialize + DeserializeOwned,
    D: AsyncFnOnce(&mut Act<'_>) -> Result<T, Failure>,
{
    let tx = app.database.begin().await?;
    let actor = store::account::actor(&tx, order.by).await?.map(|(actor, _)| actor);
    let Some(actor) = actor else {
        return Err(no_longer());
    };
    order.need.check(&actor)?;
    if let Some(before) = store::event::repeated(&tx, order.by, &order.key).await? {
        if before.request_digest != order.digest {
            return Err(Refusal::new(
                Code::KeyReused,
                "This Idempotency-Key was used for another request: use a new one.",
            )
            .into());
        }
        return Ok(serde_json::from_value(before.answer)?);
    }
    let mut act = Act { app, tx, actor: Some(actor), now: None, news: Vec::new(), letters: false };
    // On the heap: deeds are large, and several lie within each other.
    let answer = match Box::pin(deed(&mut act)).await {
        Ok(answer) => answer,
        Err(failure) => {
            act.tx.rollback().await?;
            return Err(failure);
        }
    };
    let now = act.now().await?;
    let kept = serde_json::to_value(&answer)?;
    let (key, digest) = (order.key.clone(), order.digest.clone());
    store::record::remember(&act.tx, order.by, key, digest, kept, now).await?;
    act.commit().await?;
    Ok(answer)
}

/// Does a deed for a person that may be done again and again, such as reading what it is recorded that they read.
///
/// # Errors
/// A refusal or a failure; nothing has changed.
pub async fn act_again<T, D>(app: &App, by: AccountId, need: Need, deed: D) -> Result<T, Failure>
where
    D: AsyncFnOnce(&mut Act<'_>) -> Result<T, Failure>,
{
    let tx = app.database.begin().await?;
    let Some((actor, _)) = store::account::actor(&tx, by).await? else {
        return Err(no_longer());
    };
    need.check(&actor)?;
    let act = Act { app, tx, actor: Some(actor), now: None, news: Vec::new(), letters: false };
    finish(act, deed).await
}

/// Does a deed that nobody orders: the clock's, a definition's import, a provider's own registration.
///
/// # Errors
/// A refusal or a failure; nothing has changed.
pub async fn act_for_nobody<T, D>(app: &App, deed: D) -> Result<T, Failure>
where
    D: AsyncFnOnce(&mut Act<'_>) -> Result<T, Failure>,
{
    let tx = app.database.begin().await?;
    finish(Act { app, tx, actor: None, now: None, news: Vec::new(), letters: false }, deed).await
}

fn no_longer() -> Failure {
    Refusal::new(Code::RoleNeeded, "You no longer act for anybody here.").into()
}

async fn finish<T, D>(mut act: Act<'_>, deed: D) -> Result<T, Failure>
where
    D: AsyncFnOnce(&mut Act<'_>) -> Result<T, Failure>,
{
    match Box::pin(deed(&mut act)).await {
        Ok(answer) => {
            act.commit().await?;
            Ok(answer)
        }
        Err(failure) => {
            act.tx.rollback().await?;
            Err(failure)
        }
    }
}

/// Which part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The last item seen.
    pub after: Option<Uuid>,
    /// At most [`PAGE_SIZE_MAX`].
    pub size: u64,
}

/// A part of a list, and where the next begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// For `?after=`; nothing at the end.
    pub next: Option<Uuid>,
}

impl Page {
    /// One more than is shown, to know whether there is more.
    const fn wanted(self) -> u64 {
        self.size + 1
    }

    fn listed<R, T>(self, mut rows: Vec<R>, id: impl Fn(&R) -> Uuid, show: impl FnMut(R) -> T) -> Listed<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(id);
        Listed { items: rows.into_iter().map(show).collect(), next }
    }
}

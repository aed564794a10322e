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
    store::{
        self, Transaction,
        fault::{self, Fault},
        record::By,
        vault::Shut,
        writing::Writing,
    },
};
use entity::vocabulary::*;
use sea_orm::{DbErr, prelude::Uuid};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};

/// The most items in one page of a list.
pub const PAGE_SIZE_MAX: u64 = 100;

/// How often it is looked whether what may be kept is, where the database is away, and how often at most: for an hour.
const LOOKS_EVERY: Duration = Duration::from_secs(1);
const LOOKS_MAX: u32 = 3600;
/// After how many looks at which it is not there it will not come.
const ABSENT_MAX: u32 = 5;

/// Why something was not done: a rule said no, or anything else.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("database: {0}")]
    Database(DbErr),
    /// The database failed while it was to keep everything: it has kept it, or it has not.
    #[error("not known whether it is kept: {0}")]
    Unsure(DbErr),
    #[error("{0}")]
    Vault(#[from] Shut),
    #[error("{0}")]
    Broken(String),
}

impl From<DbErr> for Failure {
    /// What two did at the same moment under different locks, the schema lets one of them do.
    fn from(why: DbErr) -> Self {
        if store::was_there_already(&why) {
            return Self::Refused(Refusal::new(
                Code::DoneMeanwhile,
                "Somebody did the same at the same moment: look at it again before you try again.",
            ));
        }
        Self::Database(why)
    }
}

impl Failure {
    /// What is at fault where waiting helps: neither the request nor this program.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Database(why) | Self::Unsure(why) => fault::of_database(why),
            Self::Vault(why) => fault::of_vault(why),
            Self::Refused(_) | Self::Broken(_) => None,
        }
    }

    /// A commit failed. Where the disk is full, what was to be kept did not fit; where the schema says no, it is undone.
    fn of_commit(why: DbErr) -> Self {
        match (fault::of_database(&why), &why) {
            // Who kept it went away before it could say so.
            (Some(Fault::Disk | Fault::Away), _) | (None, DbErr::Custom(_)) => Self::Unsure(why),
            (Some(Fault::Full) | None, _) => why.into(),
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
    writing: Writing,
    actor: Option<Actor>,
    now: Option<Instant>,
    news: Vec<(Subject, i64)>,
    letters: bool,
}

impl<'a> Act<'a> {
    async fn begin(app: &'a App) -> Result<Self, Failure> {
        let writing = app.database.begin().await?;
        Ok(Self { app, writing, actor: None, now: None, news: Vec::new(), letters: false })
    }

    /// The transaction, for reading facts.
    pub fn tx(&self) -> &Transaction {
        &self.writing
    }

    /// Holds a subject until the end. Take locks before reading what they guard, and before asking the time.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn lock(&self, subject: impl Into<Subject>) -> Result<(), Failure> {
        Ok(store::lock(self.tx(), subject.into()).await?)
    }

    /// Now: one instant for the whole act, read when first asked, which is under its locks.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn now(&mut self) -> Result<Instant, Failure> {
        match self.now {
            Some(now) => Ok(now),
            None => {
                let now = store::now(self.tx(), &self.app.clock).await?;
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
        let number = store::record::record(self.tx(), by, change, now).await?;
        self.news.push((about, number));
        Ok(())
    }

    /// Says who acts, if they still act for anybody and may do this.
    async fn by(&mut self, account: AccountId, need: Need) -> Result<(), Failure> {
        let found = store::account::actor(self.tx(), account).await?;
        self.is(found.map(|(actor, _)| actor), need)
    }

    fn is(&mut self, actor: Option<Actor>, need: Need) -> Result<(), Failure> {
        let nobody = || Refusal::new(Code::RoleNeeded, "You no longer act for anybody here.");
        let actor = actor.ok_or_else(nobody)?;
        need.check(&actor)?;
        self.actor = Some(actor);
        Ok(())
    }

    /// Ends the act: what was done stands, and is announced; or nothing has changed. Nobody is answered before: a
    /// refusal, too, may rest on what another did a moment ago that the disk does not have yet.
    async fn end<T>(self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        if outcome.is_err() {
            self.writing.rollback().await?;
            return outcome;
        }
        let (announcements, post) = (self.app.announcements.clone(), Arc::clone(&self.app.post));
        let (news, letters) = (self.news, self.letters);
        let doubtful = news.clone();
        let announce = move || {
            for (subject, number) in news {
                announcements.announce(subject, number);
            }
            if letters {
                post.notify_one();
            }
        };
        match self.writing.commit_then(announce).await {
            Ok(()) => outcome,
            Err(why) => {
                let failure = Failure::of_commit(why);
                if matches!(failure, Failure::Unsure(_)) {
                    tokio::spawn(announce_if_kept(self.app.clone(), doubtful));
                }
                Err(failure)
            }
        }
    }
}

/// Where it is not known whether something is kept, and it is, it is announced when the database says so.
async fn announce_if_kept(app: App, news: Vec<(Subject, i64)>) {
    for (subject, number) in news {
        let mut absent = 0;
        for _ in 0..LOOKS_MAX {
            match store::event::newest(app.database.read(), subject).await {
                Ok(newest) if newest >= number => {
                    app.announcements.announce(subject, newest);
                    break;
                }
                // PostgreSQL may still be at it.
                Ok(_) if absent < ABSENT_MAX => absent += 1,
                Ok(_) => break,
                Err(_) => {}
            }
            tokio::time::sleep(LOOKS_EVERY).await;
        }
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
    let mut act = Act::begin(app).await?;
    let outcome = once(&mut act, order, deed).await;
    act.end(outcome).await
}

async fn once<T, D>(act: &mut Act<'_>, order: &Order, deed: D) -> Result<T, Failure>
where
    T: Serialize + DeserializeOwned,
    D: AsyncFnOnce(&mut Act<'_>) -> Result<T, Failure>,
{
    let (actor, before) = store::account::ordering(act.tx(), order.by, &order.key).await?.unzip();
    act.is(actor, order.need)?;
    if let Some(before) = before.flatten() {
        if before.request_digest != order.digest {
            return Err(Refusal::new(
                Code::KeyReused,
                "This Idempotency-Key was used for another request: use a new one.",
            )
            .into());
        }
        return Ok(serde_json::from_value(before.answer)?);
    }
    // On the heap: deeds are large, and several lie within each other.
    let answer = Box::pin(deed(act)).await?;
    let now = act.now().await?;
    let kept = serde_json::to_value(&answer)?;
    let (key, digest) = (order.key.clone(), order.digest.clone());
    store::record::remember(act.tx(), order.by, key, digest, kept, now).await?;
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
    let mut act = Act::begin(app).await?;
    let outcome = match act.by(by, need).await {
        Ok(()) => Box::pin(deed(&mut act)).await,
        Err(failure) => Err(failure),
    };
    act.end(outcome).await
}

/// Does a deed that nobody orders: the clock's, a definition's import, a provider's own registration.
///
/// # Errors
/// A refusal or a failure; nothing has changed.
pub async fn act_for_nobody<T, D>(app: &App, deed: D) -> Result<T, Failure>
where
    D: AsyncFnOnce(&mut Act<'_>) -> Result<T, Failure>,
{
    let mut act = Act::begin(app).await?;
    let outcome = Box::pin(deed(&mut act)).await;
    act.end(outcome).await
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

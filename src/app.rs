//! What every action is handed: the database, the clock, and where to announce what was committed.

use crate::{
    domain::{
        area::{Middle, Middles},
        change::Subject,
    },
    settings::Settings,
    store::{
        Database,
        registers::Registers,
        vault::{Shut, Vault},
    },
    time::Clock,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::sync::Notify;

/// The running application. Cheap to clone: all of it is shared.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    pub clock: Clock,
    pub announcements: Announcements,
    /// Rung when a letter is owed.
    pub post: Arc<Notify>,
    pub settings: Arc<Settings>,
    /// The content of documents.
    pub vault: Vault,
    /// The registers of others.
    pub registers: Registers,
    /// The middles of outward codes, once they were read: nothing, where the operator gives none.
    pub middles: Arc<OnceLock<Middles>>,
}

impl App {
    /// An application over a database that has been migrated.
    ///
    /// # Errors
    /// The vault of documents cannot be opened.
    pub fn new(database: Database, settings: Settings) -> Result<Self, Shut> {
        Ok(Self {
            vault: Vault::open(settings.documents.clone(), &settings.documents_secret)?,
            registers: Registers::new(settings.registers.clone()),
            database,
            clock: Clock::default(),
            announcements: Announcements::default(),
            middles: Arc::default(),
            post: Arc::default(),
            settings: Arc::new(settings),
        })
    }

    /// The middle of an outward code, where it is known.
    pub fn middle(&self, code: &str) -> Option<Middle> {
        self.middles.get()?.of(code)
    }
}

/// Wake-ups after commit: “this subject has an event of this number”. Several about one subject become one,
/// so what waits is bounded by the number of subjects.
#[derive(Clone, Default)]
pub struct Announcements(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    newest: Mutex<HashMap<Subject, i64>>,
    bell: Notify,
}

impl Announcements {
    /// Says that the subject has an event of this number.
    pub fn announce(&self, subject: Subject, number: i64) {
        let mut newest = self.0.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let known = newest.entry(subject).or_insert(number);
        *known = number.max(*known);
        drop(newest);
        self.0.bell.notify_one();
    }

    /// Everything announced since last asked, as soon as there is something.
    pub async fn next(&self) -> HashMap<Subject, i64> {
        loop {
            let rung = self.0.bell.notified();
            let waiting = std::mem::take(&mut *self.0.newest.lock().unwrap_or_else(PoisonError::into_inner));
            if !waiting.is_empty() {
                return waiting;
            }
            rung.await;
        }
    }
}

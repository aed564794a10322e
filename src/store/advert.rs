//! Adverts in memory. The rows of an opportunity change only with an event about it, and both are written together: so
//! what was read while the newest event had a number stands for as long as that is the number. The number itself is read
//! from the database each time, so what another node wrote is seen as soon as it is there. Rows are kept, the same for
//! everybody, and never what somebody may see of them: that is decided each time. Beside a row is kept how all those see
//! it who see the same.

use super::{Database, amendment, opportunity, query};
use crate::domain::disclosure::opportunity::PlainCard;
use entity::{amendment::Model as Amendment, opportunity::Model, query::Model as Query, vocabulary::*};
use sea_orm::DbErr;
use std::{
    collections::HashMap,
    mem,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// How many adverts are kept at most: two generations of half as many.
pub const ADVERTS_MAX: usize = 1_000;
/// How much of what was done about an advert is kept with it: where there is more, it is read each time.
pub const SINCE_MAX: usize = 20;

/// An opportunity's row as of one event.
#[derive(Debug)]
pub struct Advert {
    row: Model,
    /// Its card as it was first shown to a provider that has said and sent nothing.
    pub plain: OnceLock<PlainCard>,
}

impl From<Model> for Advert {
    fn from(row: Model) -> Self {
        Self { row, plain: OnceLock::new() }
    }
}

impl Deref for Advert {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.row
    }
}

/// What was done about an advert since it was published.
#[derive(Clone, Debug)]
pub struct Since {
    /// Newest first.
    pub amendments: Vec<Amendment>,
    /// Oldest first.
    pub queries: Vec<Query>,
}

/// Each with the number of the newest event when it was read.
type Generation<T> = HashMap<OpportunityId, (i64, Arc<T>)>;

struct Kept<T> {
    young: Generation<T>,
    old: Generation<T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }
}

impl<T> Kept<T> {
    fn find(&mut self, id: OpportunityId, number: i64) -> Option<Arc<T>> {
        if let Some((of, row)) = self.young.get(&id) {
            return (*of == number).then(|| Arc::clone(row));
        }
        let (of, row) = self.old.remove(&id)?;
        self.keep(id, of, Arc::clone(&row));
        (of == number).then_some(row)
    }

    fn keep(&mut self, id: OpportunityId, number: i64, row: Arc<T>) {
        // What nobody has asked for since the generation before goes.
        if self.young.len() >= ADVERTS_MAX / 2 && !self.young.contains_key(&id) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(id, (number, row));
    }
}

#[derive(Clone, Default)]
pub(super) struct Adverts {
    rows: Arc<Mutex<Kept<Advert>>>,
    since: Arc<Mutex<Kept<Since>>>,
}

fn held<T>(kept: &Mutex<Kept<T>>) -> MutexGuard<'_, Kept<T>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Database {
    /// These opportunities, each at least as of the event whose number was read with it.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn adverts(
        &self,
        wanted: impl Iterator<Item = (OpportunityId, i64)>,
    ) -> Result<HashMap<OpportunityId, Arc<Advert>>, DbErr> {
        let (mut found, mut missing) = (HashMap::new(), HashMap::new());
        {
            let mut kept = held(&self.adverts.rows);
            for (id, number) in wanted {
                match kept.find(id, number) {
                    Some(row) => drop(found.insert(id, row)),
                    None => drop(missing.insert(id, number)),
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        // Read after their numbers: they may be newer than these, and never older.
        let read = opportunity::all(&self.read, missing.keys().copied()).await?;
        let mut kept = held(&self.adverts.rows);
        for (id, row) in read {
            let row = Arc::new(Advert::from(row));
            if let Some(number) = missing.get(&id) {
                kept.keep(id, *number, Arc::clone(&row));
            }
            found.insert(id, row);
        }
        Ok(found)
    }

    /// What was done about an opportunity since it was published, at least as of the event with this number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn since(&self, id: OpportunityId, number: i64) -> Result<Arc<Since>, DbErr> {
        if let Some(known) = held(&self.adverts.since).find(id, number) {
            return Ok(known);
        }
        let since = Arc::new(Since {
            amendments: amendment::of(&self.read, id).await?,
            queries: query::of(&self.read, id).await?,
        });
        if since.amendments.len() + since.queries.len() <= SINCE_MAX {
            held(&self.adverts.since).keep(id, number, Arc::clone(&since));
        }
        Ok(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::opportunity::example;

    fn advert() -> Arc<Advert> {
        Arc::new(example(Instant::from_milliseconds(0), Instant::from_milliseconds(1)).into())
    }

    #[test]
    fn what_is_kept_is_given_for_the_number_with_which_it_was_read_and_no_other() {
        let (mut kept, id) = (Kept::default(), OpportunityId::new());
        kept.keep(id, 2, advert());
        assert!(kept.find(id, 2).is_some());
        assert!(kept.find(id, 3).is_none() && kept.find(id, 1).is_none());
        kept.keep(id, 3, advert());
        assert!(kept.find(id, 3).is_some() && kept.find(id, 2).is_none());
    }

    #[test]
    fn what_is_looked_at_stays_while_others_come_and_no_more_is_kept_than_may_be() {
        let (mut kept, looked_at, row) = (Kept::default(), OpportunityId::new(), advert());
        kept.keep(looked_at, 1, Arc::clone(&row));
        for _ in 0..5 * ADVERTS_MAX {
            kept.keep(OpportunityId::new(), 1, Arc::clone(&row));
            assert!(kept.find(looked_at, 1).is_some());
            assert!(kept.young.len() + kept.old.len() <= ADVERTS_MAX);
        }
        let forgotten = OpportunityId::new();
        kept.keep(forgotten, 1, Arc::clone(&row));
        for _ in 0..ADVERTS_MAX {
            kept.keep(OpportunityId::new(), 1, Arc::clone(&row));
        }
        assert!(kept.find(forgotten, 1).is_none());
    }
}

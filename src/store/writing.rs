//! Writing. PostgreSQL lets many change at once, each in a transaction of its own. SQLite lets one, and waits for the
//! disk at the end of each transaction: there, those who wait share one.
//!
//! Each has its turn, first come, first served, and sees what those before it did. What one does is undone by itself,
//! back to a savepoint, where it is refused or goes away. When nobody waits any more, or a bound is reached, the
//! transaction is committed, and all who had a turn in it hear whether it is kept. **Nobody is answered before**:
//! whoever was refused, too, may have been refused because of what another did just before. Whoever is alone shares
//! with nobody, sets no savepoint, and waits for nobody.

use super::{
    PATIENCE, Transaction,
    embedded::{self, Connections},
};
use sea_orm::{ConnAcquireErr, ConnectionTrait, DatabaseTransaction, DbErr};
use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, watch},
    time::timeout,
};

/// The most turns that share a transaction, so that the first does not wait for the last of a crowd.
pub const GROUP_TURNS_MAX: u32 = 128;
/// How long a transaction takes further turns. The one that is under way then ends it.
pub const GROUP_OPEN_MAX: Duration = Duration::from_millis(20);

/// Sets a savepoint; that of the turn before is no longer needed.
const NEXT_TURN: &str = "release turn; savepoint turn";
const FIRST_SAVEPOINT: &str = "savepoint turn";
/// Undoes what was done since the savepoint, which stays.
const UNDO_TURN: &str = "rollback to turn";

/// A change under way, in a transaction of its own or in its turn. Dropping it undoes it.
pub struct Writing {
    tx: Transaction,
    turn: Option<Turn>,
}

impl Deref for Writing {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.tx
    }
}

impl Writing {
    /// In a transaction of its own.
    pub const fn alone(tx: DatabaseTransaction) -> Self {
        Self { tx: Transaction::Postgres(tx), turn: None }
    }

    /// Keeps the change: when this returns, it is on the disk.
    ///
    /// # Errors
    /// It is not kept, nor is what others did in the same transaction.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.commit_then(|| ()).await
    }

    /// Keeps the change, and then does what had to wait for that.
    ///
    /// # Errors
    /// It is not kept, nor is what others did in the same transaction.
    pub async fn commit_then(self, then: impl FnOnce() + Send + Sync + 'static) -> Result<(), DbErr> {
        match self.turn {
            Some(turn) => {
                drop(self.tx);
                turn.end(Some(Box::new(then))).await
            }
            None => {
                // Whoever waits for it may go away meanwhile: what was sent to the database is seen to its end.
                let tx = self.tx;
                let ended = tokio::spawn(async move { tx.commit().await.map(|()| then()) });
                ended.await.unwrap_or_else(|_| Err(lost()))
            }
        }
    }

    /// Undoes the change: when this returns, what it may have seen of others is on the disk.
    ///
    /// # Errors
    /// What it may have seen of others is not kept.
    pub async fn rollback(self) -> Result<(), DbErr> {
        match self.turn {
            Some(turn) => {
                drop(self.tx);
                turn.end(None).await
            }
            None => self.tx.rollback().await,
        }
    }
}

/// The one writer of an SQLite database.
#[derive(Clone)]
pub struct Writer(Arc<Shared>);

struct Shared {
    connections: Connections,
    /// Whoever holds it has its turn. In it is the group that is open.
    turn: Arc<Mutex<Option<Group>>>,
    /// How many wait for their turn.
    waiting: AtomicUsize,
    /// How long a group takes further turns.
    open_for: Duration,
}

impl Writer {
    /// The only one that writes.
    pub fn new(connections: Connections) -> Self {
        Self::open_for(connections, GROUP_OPEN_MAX)
    }

    fn open_for(connections: Connections, open_for: Duration) -> Self {
        Self(Arc::new(Shared { connections, turn: Arc::default(), waiting: AtomicUsize::new(0), open_for }))
    }

    /// Waits for its turn.
    ///
    /// # Errors
    /// It does not come in time, or the database does not answer.
    pub async fn begin(&self) -> Result<Writing, DbErr> {
        let mut presence = Presence::wait(&self.0);
        let Ok(open) = timeout(PATIENCE, Arc::clone(&self.0.turn).lock_owned()).await else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        };
        presence.write();
        Turn { open, presence }.begin().await
    }
}

/// Somebody who waits or writes. Who goes away before the end may be the one for whom a group was left open: if nobody
/// else waits, the group is seen to.
struct Presence {
    shared: Arc<Shared>,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waits,
    Writes,
    Ended,
}

impl Presence {
    fn wait(shared: &Arc<Shared>) -> Self {
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        Self { shared: Arc::clone(shared), stage: Stage::Waits }
    }

    fn write(&mut self) {
        self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
        self.stage = Stage::Writes;
    }

    fn nobody_waits(&self) -> bool {
        self.shared.waiting.load(Ordering::SeqCst) == 0
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if self.stage == Stage::Waits {
            self.shared.waiting.fetch_sub(1, Ordering::SeqCst);
        }
        // Without a runtime nobody waits for an answer either.
        if self.stage != Stage::Ended
            && self.nobody_waits()
            && let Ok(runtime) = Handle::try_current()
        {
            let turn = Arc::clone(&self.shared.turn);
            runtime.spawn(async move { close(turn.lock_owned().await).await });
        }
    }
}

/// A turn in the open group. What lets go of the group stands before what then looks whether anybody waits.
pub struct Turn {
    open: OwnedMutexGuard<Option<Group>>,
    presence: Presence,
}

impl Turn {
    async fn begin(mut self) -> Result<Writing, DbErr> {
        // Whoever was alone and went away has left nothing to share.
        if let Some(left) = self.open.take_if(|group| group.holds == Holds::OneTurn) {
            // Where that fails its connection is not used again.
            let _ = commit(left.tx, left.holds).await;
        }
        let begun = match self.open.as_mut() {
            Some(group) => group.next_turn().await,
            None => {
                let Shared { connections, open_for, .. } = &*self.presence.shared;
                let tx = connections.begin().await?;
                Ok(self.open.insert(Group::new(tx, *open_for)).tx())
            }
        };
        match begun {
            Ok(tx) => Ok(Writing { tx: Transaction::Sqlite(tx), turn: Some(self) }),
            Err(why) => {
                // What is in it can be neither told apart any more nor kept.
                if let Some(group) = self.open.take() {
                    group.fail(&why);
                }
                Err(why)
            }
        }
    }

    /// Ends it, kept where there is something to do then; and waits until the group is kept.
    async fn end(self, then: Option<Then>) -> Result<(), DbErr> {
        let Self { mut open, mut presence } = self;
        let group = open.as_mut().ok_or_else(lost)?;
        group.end_turn(then);
        let kept = group.kept.subscribe();
        // By a task of its own: whoever ends this turn may go away, and others rely on it.
        if presence.nobody_waits() || group.is_full() {
            tokio::spawn(close(open));
        } else {
            drop(open);
        }
        presence.stage = Stage::Ended;
        told(kept).await
    }
}

/// What is done once a change is kept.
type Then = Box<dyn FnOnce() + Send + Sync>;

/// Whether a group is kept, once that is known.
type Kept = Option<Result<(), DbErr>>;

/// A transaction that is shared.
struct Group {
    tx: Arc<embedded::Transaction>,
    holds: Holds,
    turns: u32,
    ends: Instant,
    then: Vec<Then>,
    kept: watch::Sender<Kept>,
}

/// What is in a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Nothing but the first turn, which is under way or to be undone.
    OneTurn,
    /// Since the savepoint a turn that is under way or to be undone; before it, what is to be kept.
    TurnSinceSavepoint,
    /// Nothing but what is to be kept; and perhaps a savepoint that is no longer needed.
    Finished { savepoint: bool },
}

impl Group {
    fn new(tx: embedded::Transaction, open_for: Duration) -> Self {
        Self {
            tx: Arc::new(tx),
            holds: Holds::OneTurn,
            turns: 1,
            ends: Instant::now() + open_for,
            then: Vec::new(),
            kept: watch::Sender::new(None),
        }
    }

    fn tx(&self) -> Arc<embedded::Transaction> {
        Arc::clone(&self.tx)
    }

    /// What is done from now on can be undone by itself.
    async fn next_turn(&mut self) -> Result<Arc<embedded::Transaction>, DbErr> {
        let words = match self.holds {
            Holds::OneTurn | Holds::TurnSinceSavepoint => UNDO_TURN,
            Holds::Finished { savepoint: false } => FIRST_SAVEPOINT,
            Holds::Finished { savepoint: true } => {
                // If this is interrupted there may be a savepoint or none. Another does no harm.
                self.holds = Holds::Finished { savepoint: false };
                NEXT_TURN
            }
        };
        self.tx.execute_unprepared(words).await?;
        self.holds = Holds::TurnSinceSavepoint;
        self.turns += 1;
        Ok(self.tx())
    }

    /// Ends the turn that is under way; nothing is to be done for one that is to be undone.
    fn end_turn(&mut self, then: Option<Then>) {
        if let Some(then) = then {
            self.holds = Holds::Finished { savepoint: self.holds == Holds::TurnSinceSavepoint };
            self.then.push(then);
        }
    }

    fn is_full(&self) -> bool {
        self.holds == Holds::OneTurn || self.turns >= GROUP_TURNS_MAX || Instant::now() >= self.ends
    }

    /// Undoes all of it.
    fn fail(self, why: &DbErr) {
        let Self { tx, kept, .. } = self;
        // Letting go of it undoes it.
        drop(tx);
        kept.send_replace(Some(Err(why.clone())));
    }
}

async fn commit(tx: Arc<embedded::Transaction>, holds: Holds) -> Result<(), DbErr> {
    // Whoever had it last has let go of it.
    let tx = Arc::into_inner(tx).ok_or_else(lost)?;
    match holds {
        // Letting go of it undoes it.
        Holds::OneTurn => return Ok(()),
        Holds::TurnSinceSavepoint => {
            tx.execute_unprepared(UNDO_TURN).await?;
        }
        Holds::Finished { .. } => {}
    }
    tx.commit().await
}

/// Ends the group that is open, if one is: keeps what is to be kept, and tells all who had a turn.
async fn close(mut open: OwnedMutexGuard<Option<Group>>) {
    let Some(Group { tx, holds, then, kept, .. }) = open.take() else { return };
    let ended = commit(tx, holds).await;
    // The next begins while these hear of it.
    drop(open);
    match &ended {
        Ok(()) => then.into_iter().for_each(|then| then()),
        Err(why) => tracing::error!(failure = %why, "changes that shared a transaction are not kept"),
    }
    kept.send_replace(Some(ended));
}

async fn told(mut kept: watch::Receiver<Kept>) -> Result<(), DbErr> {
    let kept = kept.wait_for(Option::is_some).await.map_err(|_| lost())?;
    (*kept).clone().unwrap_or_else(|| Err(lost()))
}

fn lost() -> DbErr {
    DbErr::Custom("it is not known whether the change is kept".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::poll;
    use sea_orm::{DbBackend, Statement};
    use std::sync::Mutex as Noted;
    use tempfile::TempDir;
    use tokio::task::{JoinHandle, yield_now};

    /// A row may name another, which must be there when the transaction is committed.
    const TABLE: &str = "create table kept (id integer primary key, needs integer references kept deferrable initially deferred)";

    /// Longer than any test takes.
    const LONG: Duration = Duration::from_secs(3600);

    struct Bench {
        writer: Writer,
        reader: Connections,
        _folder: TempDir,
    }

    impl Bench {
        async fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("kept.db");
            let connections = Connections::open(&file).expect("open");
            let made = connections.begin().await.expect("begun");
            made.execute_unprepared(TABLE).await.expect("made");
            made.commit().await.expect("kept");
            let reader = Connections::open(&file).expect("open");
            Self { writer: Writer::open_for(connections, LONG), reader, _folder: folder }
        }

        /// Begins, and inserts a row.
        async fn insert(&self, id: u32) -> Writing {
            let writing = self.writer.begin().await.expect("begun");
            writing
                .execute_unprepared(&format!("insert into kept (id) values ({id})"))
                .await
                .expect("inserted");
            writing
        }

        /// Queues for a turn in which a row is inserted and kept, after something else is done.
        fn queue(&self, id: u32, besides: &'static str) -> JoinHandle<Result<(), DbErr>> {
            let writer = self.writer.clone();
            tokio::spawn(async move {
                let writing = writer.begin().await?;
                writing
                    .execute_unprepared(&format!("insert into kept (id) values ({id}); {besides}"))
                    .await?;
                writing.commit().await
            })
        }

        /// Queues for a turn that does not end by itself.
        fn queue_to_hold(&self) -> JoinHandle<Result<Writing, DbErr>> {
            let writer = self.writer.clone();
            tokio::spawn(async move { writer.begin().await })
        }

        async fn until_waiting(&self, so_many: usize) {
            while self.writer.0.waiting.load(Ordering::SeqCst) != so_many {
                yield_now().await;
            }
        }

        /// What everybody else reads.
        async fn rows(&self) -> Vec<i64> {
            let asked = Statement::from_string(DbBackend::Sqlite, "select id from kept order by id");
            let look = self.reader.look().expect("begun");
            let rows = look.query_all_raw(asked).await.expect("rows");
            rows.iter().map(|row| row.try_get("", "id").expect("a number")).collect()
        }
    }

    #[tokio::test]
    async fn nobody_is_answered_before_what_they_did_is_kept() {
        let bench = Bench::new().await;
        let first = bench.insert(1).await;
        // It is refused, and may have been because of what the first did.
        let writer = bench.writer.clone();
        let refused = tokio::spawn(async move { writer.begin().await?.rollback().await });
        bench.until_waiting(1).await;
        let third = bench.queue_to_hold();
        bench.until_waiting(2).await;
        let first = tokio::spawn(first.commit());
        // The third has its turn, and the others have ended theirs.
        let third = third.await.expect("a task").expect("begun");
        for _ in 0..20 {
            assert!(bench.rows().await.is_empty());
            yield_now().await;
        }
        assert!(!first.is_finished(), "answered before it was kept");
        assert!(!refused.is_finished(), "refused before what it had seen was kept");
        third.commit().await.expect("kept");
        first.await.expect("a task").expect("kept");
        refused.await.expect("a task").expect("refused");
        assert_eq!(bench.rows().await, [1]);
    }

    #[tokio::test]
    async fn what_had_to_wait_is_done_after_it_is_kept_even_if_who_asked_has_gone() {
        let bench = Bench::new().await;
        let first = bench.insert(1).await;
        let second = bench.queue(2, "");
        bench.until_waiting(1).await;
        let rung = Arc::new(Noted::new(0));
        let ring = Arc::clone(&rung);
        let mut first = Box::pin(first.commit_then(move || *ring.lock().expect("whole") += 1));
        // It has said that it is to be kept, and goes away.
        assert!(poll!(&mut first).is_pending());
        assert_eq!(*rung.lock().expect("whole"), 0);
        drop(first);
        second.await.expect("a task").expect("kept");
        assert_eq!(bench.rows().await, [1, 2]);
        assert_eq!(*rung.lock().expect("whole"), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn of_many_at_once_those_that_are_refused_change_nothing_and_the_others_are_kept() {
        let bench = Arc::new(Bench::new().await);
        let many: Vec<_> = (1..=300_u32)
            .map(|id| {
                let bench = Arc::clone(&bench);
                tokio::spawn(async move {
                    let writing = bench.insert(id).await;
                    match id % 3 {
                        0 => writing.rollback().await.expect("refused"),
                        _ => {
                            writing.commit().await.expect("kept");
                            assert!(
                                bench.rows().await.contains(&i64::from(id)),
                                "answered before it was kept"
                            );
                        }
                    }
                })
            })
            .collect();
        for one in many {
            one.await.expect("a task");
        }
        let kept: Vec<_> = (1..=300_i64).filter(|id| id % 3 != 0).collect();
        assert_eq!(bench.rows().await, kept);
    }

    #[tokio::test]
    async fn who_goes_away_in_the_middle_takes_nobody_along() {
        let bench = Bench::new().await;
        // In the middle of its turn; with a panic; and while it waits, as the last of all.
        let first = bench.insert(1).await;
        let leaving = {
            let writer = bench.writer.clone();
            tokio::spawn(async move {
                let writing = writer.begin().await.expect("begun");
                writing.execute_unprepared("insert into kept (id) values (2)").await.expect("inserted");
                std::future::pending::<()>().await;
            })
        };
        bench.until_waiting(1).await;
        let panicking = {
            let writer = bench.writer.clone();
            tokio::spawn(async move {
                let writing = writer.begin().await.expect("begun");
                writing.execute_unprepared("insert into kept (id) values (3)").await.expect("inserted");
                panic!("in the middle");
            })
        };
        bench.until_waiting(2).await;
        let fourth = bench.queue(4, "");
        bench.until_waiting(3).await;
        let waiting = bench.queue(5, "");
        bench.until_waiting(4).await;
        let first = tokio::spawn(first.commit());
        bench.until_waiting(3).await;
        for _ in 0..20 {
            assert!(bench.rows().await.is_empty());
        }
        waiting.abort();
        leaving.abort();
        assert!(panicking.await.is_err());
        first.await.expect("a task").expect("kept");
        fourth.await.expect("a task").expect("kept");
        assert_eq!(bench.rows().await, [1, 4]);
    }

    #[tokio::test]
    async fn a_group_that_was_left_open_for_somebody_who_went_away_is_kept() {
        let bench = Bench::new().await;
        let first = bench.insert(1).await;
        let waiting = bench.queue(2, "");
        bench.until_waiting(1).await;
        let mut first = Box::pin(first.commit());
        // The first leaves it open, and who waits is gone before it can take it up.
        assert!(poll!(&mut first).is_pending());
        waiting.abort();
        first.await.expect("kept");
        assert_eq!(bench.rows().await, [1]);
    }

    #[tokio::test]
    async fn who_ends_a_group_may_go_away_at_once_and_all_of_it_is_kept() {
        let bench = Bench::new().await;
        let first = bench.insert(1).await;
        let second = bench.queue_to_hold();
        bench.until_waiting(1).await;
        let first = tokio::spawn(first.commit());
        let second = second.await.expect("a task").expect("begun");
        second.execute_unprepared("insert into kept (id) values (2)").await.expect("inserted");
        let mut ending = Box::pin(second.commit());
        assert!(poll!(&mut ending).is_pending());
        drop(ending);
        first.await.expect("a task").expect("kept");
        assert_eq!(bench.rows().await, [1, 2]);
    }

    #[tokio::test]
    async fn a_commit_that_fails_refuses_all_of_the_group_and_the_next_is_kept() {
        let bench = Bench::new().await;
        let first = bench.insert(1).await;
        let second = bench.queue(2, "insert into kept (id, needs) values (20, 21)");
        bench.until_waiting(1).await;
        let third = bench.queue(3, "");
        bench.until_waiting(2).await;
        let rung = Arc::new(Noted::new(0));
        let ring = Arc::clone(&rung);
        let first = first.commit_then(move || *ring.lock().expect("whole") += 1);
        assert!(first.await.is_err());
        assert!(second.await.expect("a task").is_err());
        assert!(third.await.expect("a task").is_err());
        assert_eq!(*rung.lock().expect("whole"), 0, "told of what is not kept");
        assert!(bench.rows().await.is_empty());
        bench.insert(4).await.commit().await.expect("kept");
        assert_eq!(bench.rows().await, [4]);
    }

    #[tokio::test]
    async fn where_sqlite_itself_ends_the_transaction_its_group_is_refused_and_the_next_is_kept() {
        let bench = Bench::new().await;
        // As it does where the disk is full: alone, then before others of the group.
        assert!(bench.queue(1, "rollback").await.expect("a task").is_err());
        let first = bench.insert(2).await;
        let second = bench.queue(3, "rollback");
        bench.until_waiting(1).await;
        let third = bench.queue(4, "");
        bench.until_waiting(2).await;
        assert!(first.commit().await.is_err());
        assert!(second.await.expect("a task").is_err());
        assert!(third.await.expect("a task").is_err());
        bench.insert(5).await.commit().await.expect("kept");
        assert_eq!(bench.rows().await, [5]);
    }

    #[tokio::test]
    async fn the_first_of_a_crowd_is_answered_before_the_last_has_its_turn() {
        let bench = Bench::new().await;
        let first = bench.insert(1).await;
        let crowd: Vec<_> = (2..GROUP_TURNS_MAX + 50).map(|id| bench.queue(id, "")).collect();
        bench.until_waiting(crowd.len()).await;
        let last = bench.queue_to_hold();
        bench.until_waiting(crowd.len() + 1).await;
        timeout(PATIENCE, first.commit()).await.expect("an answer").expect("kept");
        assert!(!bench.rows().await.is_empty());
        last.await.expect("a task").expect("begun").rollback().await.expect("undone");
        for one in crowd {
            one.await.expect("a task").expect("kept");
        }
    }
}

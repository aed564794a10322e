//! What is kept is told to those who listen, also where its answer was lost, or it could not be read at first. On a
//! PostgreSQL that waits at each commit for another that is not there, so that a test can step in between.

use super::{
    cluster::Cluster,
    ledger::Ledger,
    outage::hears,
    scene::{Scene, Told, open},
    seed,
};
use crate::setting::{Reply, socket::Socket};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait,
};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use tokio::task::{JoinHandle, spawn_local};

const AT_COMMIT: &str = "select count(*) from pg_stat_activity where wait_event = 'SyncRep'";
const END_AT_COMMIT: &str =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'";
const AT_EVENTS: &str = "select count(*) from pg_locks where not granted and relation = 'event'::regclass";
const END_AT_EVENTS: &str = "select count(pg_terminate_backend(pid)) from pg_locks where not granted and relation = 'event'::regclass";

async fn count(db: &DatabaseConnection, question: &str) -> i64 {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, question)).await;
    row.expect("an answer").expect("a row").try_get_by_index(0).expect("a number")
}

async fn until_some(db: &DatabaseConnection, question: &str) {
    let begun = Instant::now();
    while count(db, question).await == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing waits: {question}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// From now on each commit waits, or none does any more.
async fn commits_wait(db: &DatabaseConnection, wait: bool) {
    let whom = if wait { "nobody" } else { "" };
    db.execute_unprepared(&format!("alter system set synchronous_standby_names = '{whom}'"))
        .await
        .expect("set");
    count(db, "select count(pg_reload_conf())").await;
    // It is the checkpointer that lets those go who wait; and it is asked, not told.
    let asked = format!(
        "select count(*) from pg_settings where name = 'synchronous_standby_names' and setting = '{whom}'"
    );
    until_some(db, &asked).await;
}

struct Stage {
    scene: Scene,
    chance: StdRng,
    db: DatabaseConnection,
    listener: Socket,
    heard: BTreeSet<i64>,
    base: String,
}

impl Stage {
    fn ask(&mut self, bidder: usize) -> (super::scene::Sent, JoinHandle<Option<Reply>>) {
        let sent = self.scene.act(bidder, &mut self.chance);
        let (asked, base) = (sent.clone(), self.base.clone());
        (sent, spawn_local(async move { asked.to(&base).await }))
    }

    /// All that is kept is heard, though nothing more happens.
    async fn hears_all(&mut self) {
        let newest = fairlot::store::event::newest(&self.db, self.scene.opportunity.into()).await;
        hears(&mut self.listener, &self.scene, &mut self.heard, newest.expect("a number")).await;
    }

    /// What comes is kept, and the connection ends before that is said.
    async fn answer_is_lost(&mut self, ledger: &mut Ledger) {
        commits_wait(&self.db, true).await;
        let (sent, reply) = self.ask(0);
        while !reply.is_finished() {
            count(&self.db, END_AT_COMMIT).await;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        commits_wait(&self.db, false).await;
        reply.await.expect("ended").expect("an answer").refused(503, "outcome_unknown");
        self.hears_all().await;
        ledger.take(Told { lost: vec![sent], ..Told::default() });
        ledger.look(&self.db, self.scene.opportunity).await;
        ledger.repeat(&self.base).await;
        ledger.settle(&self.db, self.scene.opportunity).await;
    }

    /// It is answered, and who would tell of it cannot read it: its connection ends.
    async fn reading_is_lost(&mut self) {
        commits_wait(&self.db, true).await;
        let (_, reply) = self.ask(1);
        until_some(&self.db, AT_COMMIT).await;
        let holder = open(&self.scene.database).await;
        let holding: JoinHandle<DatabaseTransaction> = spawn_local(async move {
            let tx = holder.begin().await.expect("begun");
            tx.execute_unprepared("lock table event in access exclusive mode").await.expect("held");
            tx
        });
        until_some(&self.db, AT_EVENTS).await;
        commits_wait(&self.db, false).await;
        let held = holding.await.expect("held");
        reply.await.expect("ended").expect("an answer").ok();
        until_some(&self.db, AT_EVENTS).await;
        count(&self.db, END_AT_EVENTS).await;
        held.rollback().await.expect("let go");
        self.hears_all().await;
    }
}

#[actix_web::test]
async fn what_is_kept_is_told_though_its_answer_was_lost_or_it_could_not_be_read_at_first() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scene = Scene::begin_at(folder, cluster.database()).await;
    let served = scene.serve();
    let listener = Socket::open(&served.base, &scene.officer.token).await;
    let db = scene.look().await;
    let mut stage = Stage {
        chance: StdRng::seed_from_u64(seed("what was told")),
        heard: BTreeSet::new(),
        base: served.base.clone(),
        scene,
        db,
        listener,
    };
    let mut ledger = Ledger::default();
    stage.answer_is_lost(&mut ledger).await;
    stage.reading_is_lost().await;
}

//! A disk that is full, or fails: what does not get to it is refused in plain words and told to nobody, reading goes on,
//! and so does everything once there is room again. On SQLite, with the real binary.

use super::{
    cut::Disk,
    files::{BROKEN, Calls, Files, NO_SPACE},
    ledger::Ledger,
    power_cut::{Recording, pdf},
    scene::{Mark, Scene, Sent},
    seed, times,
};
use crate::{
    server::Served,
    setting::{Kind, Person, Reply, socket::Socket},
};
use entity::repeat;
use futures_util::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::{fs, path::Path, rc::Rc};

/// More than are made.
const ALL: u64 = u64::MAX >> 1;

struct Full {
    scene: Rc<Scene>,
    files: Rc<Files>,
    served: Served,
    before: Disk,
    chance: StdRng,
}

impl Full {
    async fn begin() -> Self {
        let scene = Rc::new(Scene::begin(Kind::Sqlite).await);
        let files = Rc::new(Files::new());
        let before = Disk::of(&scene.path());
        let served = scene.serve_with(|command| files.watch(command, &scene.path()));
        Self { scene, files, served, before, chance: StdRng::seed_from_u64(seed("disks that fail")) }
    }

    /// Everybody acts once, at the same time.
    async fn all_act(&mut self) -> Vec<(Sent, Reply)> {
        let sent: Vec<_> = (0..12).map(|place| self.scene.act(place, &mut self.chance)).collect();
        let replies = join_all(sent.iter().map(|one| one.to(&self.served.base))).await;
        sent.into_iter().zip(replies.into_iter().map(|reply| reply.expect("an answer"))).collect()
    }

    fn person(&self, one: &Person) -> Person {
        Person { base: self.served.base.clone(), ..one.clone() }
    }

    fn mark(&self) -> Mark {
        let files = Rc::clone(&self.files);
        Rc::new(move || files.length())
    }

    async fn is_kept(&self, keys: Vec<String>) -> u64 {
        let db = self.scene.look().await;
        let kept = repeat::Entity::find().filter(repeat::Column::Key.is_in(keys)).count(&db).await;
        db.close().await.expect("closed");
        kept.expect("a number")
    }
}

fn documents(folder: &Path) -> usize {
    let shelves = fs::read_dir(folder.join("documents")).into_iter().flatten();
    shelves.map(|shelf| fs::read_dir(shelf.expect("a shelf").path()).expect("files").count()).sum()
}

/// Each is a problem in words, and says that it is the disk.
fn clear(reply: &Reply) {
    let said = (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default());
    let known = [(507, "storage_full"), (503, "storage_failed"), (503, "outcome_unknown")];
    assert!(known.contains(&said), "{} {}", reply.status, reply.body);
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    assert!(reply.body["detail"].as_str().is_some_and(|words| words.contains("try again")));
}

/// What a listener hears of the opportunity after a number, up to another: each once and in order.
async fn hears(listener: &mut Socket, scene: &Scene, after: i64, up_to: i64) {
    for number in after + 1..=up_to {
        let event = loop {
            let message = listener.message().await;
            let newer = message["number"].as_i64().is_some_and(|number| number > after);
            if newer && message["id"] == scene.opportunity.to_string() {
                break message;
            }
        };
        assert_eq!(event["number"], number, "told of what is not kept: {event}");
    }
}

async fn newest(scene: &Scene) -> i64 {
    let db = scene.look().await;
    let newest = fairlot::store::event::newest(&db, scene.opportunity.into()).await.expect("a number");
    db.close().await.expect("closed");
    newest
}

#[actix_web::test]
async fn a_full_disk_refuses_in_plain_words_keeps_nothing_tells_nobody_and_is_left_behind() {
    let mut full = Full::begin().await;
    let (officer, acorn) = (full.person(&full.scene.officer), full.person(&full.scene.bidders[0]));
    let mut listener = Socket::open(&full.served.base, &officer.token).await;
    let first = newest(&full.scene).await;
    let mut told = super::scene::Told::default();
    let mut answered = |pairs: Vec<(Sent, Reply)>| {
        for (sent, reply) in pairs {
            told.answered.push(super::scene::Answered { sent, body: reply.ok(), at: 0 });
        }
    };
    answered(full.all_act().await);
    let kept = newest(&full.scene).await;
    assert_eq!(kept, first + 12);
    let bid = acorn.get(&full.scene.at("/bid")).await.ok();
    // All of the log is in the database. The last connection that closes would remove it.
    let db = full.scene.look().await;
    db.execute_unprepared("pragma wal_checkpoint(passive)").await.expect("copied");
    db.close().await.expect("closed");

    full.files.fail(Calls::Writes, NO_SPACE, 0, ALL);
    let mut refused = Vec::new();
    for _ in 0..3 {
        refused.extend(full.all_act().await);
    }
    for (_, reply) in &refused {
        assert_eq!((reply.status.as_u16(), reply.body["code"].as_str()), (507, Some("storage_full")));
        clear(reply);
    }
    let upload = acorn.upload("cover.pdf", &pdf(1)).await;
    assert_eq!(upload.status, 507);
    clear(&upload);
    assert_eq!(documents(&full.scene.path()), 0);
    // Reading goes on, and says what it said.
    assert_eq!(acorn.get(&full.scene.at("/bid")).await.ok(), bid);
    officer.get(&full.scene.at("")).await.ok();
    assert_eq!(newest(&full.scene).await, kept);
    assert!(full.served.ended().is_none());

    // There is room: the same goes in, and nobody was told of it before.
    full.files.heal();
    let keys = refused.iter().map(|(sent, _)| sent.key.clone()).collect();
    assert_eq!(full.is_kept(keys).await, 0);
    for (sent, _) in refused {
        let reply = sent.to(&full.served.base).await.expect("an answer");
        answered(vec![(sent, reply)]);
    }
    acorn.upload("cover.pdf", &pdf(1)).await.ok();
    assert_eq!(documents(&full.scene.path()), 1);
    hears(&mut listener, &full.scene, first, first + 48).await;

    // Full again, and killed: what was refused is not there, and all that was acknowledged is.
    full.files.fail(Calls::Writes, NO_SPACE, 0, ALL);
    let refused = full.all_act().await;
    full.served.kill();
    full.files.heal();
    let served = full.scene.serve();
    assert_eq!(full.is_kept(refused.into_iter().map(|(sent, _)| sent.key).collect()).await, 0);
    let mut ledger = Ledger::default();
    ledger.take(told);
    let db = full.scene.look().await;
    ledger.settle(&db, full.scene.opportunity).await;
    db.close().await.expect("closed");
    ledger.read_history(&full.scene, &served.base).await;
}

#[actix_web::test]
async fn whichever_writes_and_syncs_fail_what_is_acknowledged_outlives_a_kill_and_a_power_cut() {
    let mut full = Full::begin().await;
    let mark = full.mark();
    let acting = full.scene.acting(&full.served.base, &mut full.chance, mark);
    for _ in 0..times(60, 1_000) {
        let calls = if full.chance.random() { Calls::Writes } else { Calls::Syncs };
        let why = if calls == Calls::Writes && full.chance.random() { NO_SPACE } else { BROKEN };
        full.files.fail(calls, why, full.chance.random_range(0..60), full.chance.random_range(1..4));
        let heard = acting.answered() + acting.refused();
        acting.until(|acting| acting.answered() + acting.refused() >= heard + 12).await;
        assert!(full.served.ended().is_none());
    }
    assert!(acting.refused() > 0, "nothing has failed");
    full.files.heal();
    full.served.kill();
    let told = acting.end().await;
    told.refused.iter().for_each(|(_, reply)| clear(reply));
    let recording = Recording::of(full.before, &full.files, &full.scene, told.answered.clone());

    let mut ledger = Ledger::default();
    ledger.take(told);
    let served = full.scene.serve();
    let db = full.scene.look().await;
    ledger.look(&db, full.scene.opportunity).await;
    ledger.repeat(&served.base).await;
    ledger.settle(&db, full.scene.opportunity).await;
    db.close().await.expect("closed");
    recording.cut(times(60, 2_000), &mut full.chance);
}

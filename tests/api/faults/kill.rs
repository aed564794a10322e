//! Killed without warning, again and again, while several act at once: what was acknowledged is there, with its event,
//! and what was not is answered once when it is asked again.

use super::{
    ledger::Ledger,
    scene::{Scene, no_mark},
    seed, times,
};
use crate::setting::Kind;
use actix_web::rt::System;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

/// How many servers are killed at the same time, each over a database of its own.
const LANES: usize = 2;
/// How many act on each.
const PEOPLE: usize = 4;
/// At most so many are answered before the kill, and so long it is put off after the last of them.
const ANSWERED_MAX: usize = 5;
const PUT_OFF_MAX: Duration = Duration::from_millis(6);
/// How often the whole history is read.
const READ_EVERY: usize = 250;

fn killed_again_and_again(kind: Kind) {
    let (seed, cycles) = (seed("kills"), times(500, 10_000) / LANES);
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let chance = StdRng::seed_from_u64(seed.wrapping_add(lane as u64));
            thread::spawn(move || System::new().block_on(run(kind, chance, cycles)))
        })
        .collect();
    // All of them, so that no server outlives this program.
    let ended: Vec<_> = lanes.into_iter().map(thread::JoinHandle::join).collect();
    if let Some(why) = ended.into_iter().find_map(Result::err) {
        std::panic::resume_unwind(why);
    }
}

async fn run(kind: Kind, mut chance: StdRng, cycles: usize) {
    let scene = Rc::new(Scene { people: PEOPLE, ..Scene::begin(kind).await });
    let mut ledger = Ledger::default();
    for cycle in 0..cycles {
        let mut served = scene.serve();
        look(&scene, &mut ledger).await;
        ledger.repeat(&served.base).await;
        let acting = scene.acting(&served.base, &mut chance, no_mark());
        let wanted = chance.random_range(0..=ANSWERED_MAX);
        acting.until(|acting| acting.answered() >= wanted).await;
        pass(chance.random_range(Duration::ZERO..PUT_OFF_MAX)).await;
        served.kill();
        ledger.take(acting.end().await);
        if cycle % READ_EVERY == READ_EVERY - 1 {
            end(&scene, &mut ledger).await;
        }
    }
    end(&scene, &mut ledger).await;
    assert!(ledger.answered() >= cycles, "too little was acknowledged");
}

async fn look(scene: &Scene, ledger: &mut Ledger) {
    let db = scene.look().await;
    ledger.look(&db, scene.opportunity).await;
    db.close().await.expect("closed");
}

/// Asks again for what was lost, and reads everything.
async fn end(scene: &Scene, ledger: &mut Ledger) {
    let served = scene.serve();
    look(scene, ledger).await;
    ledger.repeat(&served.base).await;
    let db = scene.look().await;
    ledger.settle(&db, scene.opportunity).await;
    db.close().await.expect("closed");
    ledger.read_history(scene, &served.base).await;
}

/// Others go on meanwhile; a timer would be too coarse.
async fn pass(so_long: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < so_long {
        tokio::task::yield_now().await;
    }
}

#[test]
fn what_was_acknowledged_is_there_after_every_kill_9_on_sqlite() {
    killed_again_and_again(Kind::Sqlite);
}

#[test]
fn what_was_acknowledged_is_there_after_every_kill_9_on_postgres() {
    killed_again_and_again(Kind::Postgres);
}

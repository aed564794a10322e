//! Told to stop while many listen and act: every listener is told, what was under way is answered, and it is gone soon.

use super::{
    ledger::Ledger,
    scene::{Scene, no_mark},
    seed,
};
use crate::setting::{Kind, socket::Socket};
use futures_util::future::join_all;
use rand::{SeedableRng, rngs::StdRng};
use rustix::process::{Resource, getrlimit, setrlimit};
use std::{
    rc::Rc,
    time::{Duration, Instant},
};

const LISTENERS: usize = 1_000;
/// As `docs/operating.md` has it.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// Every listener is a socket here and another in the server, which inherits this limit.
fn raise_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("more open files");
}

async fn gone_soon_and_everybody_told(kind: Kind) {
    raise_open_files();
    let scene = Rc::new(Scene::begin(kind).await);
    let mut chance = StdRng::seed_from_u64(seed("stopping"));
    let mut served = scene.serve();
    let mut listeners = Vec::new();
    for number in 0..LISTENERS {
        let who = &scene.bidders[number % scene.bidders.len()];
        listeners.push(Socket::open(&served.base, &who.token).await);
    }
    let acting = scene.acting(&served.base, &mut chance, no_mark());
    acting.until(|acting| acting.answered() >= 20).await;
    let asked = Instant::now();
    served.terminate();
    let hear = join_all(listeners.iter_mut().map(|listener| listener.closed()));
    let gone = async {
        loop {
            if let Some(status) = served.ended() {
                return (status, asked.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (heard, (status, took)) = futures_util::future::join(hear, gone).await;
    let told = heard.iter().flatten().filter(|frame| u16::from(frame.code) == 1001).count();
    assert_eq!(told, LISTENERS, "not every listener was told");
    assert!(status.success(), "{status}");
    assert!(took < GONE_WITHIN, "gone only after {took:?}");
    let told = acting.end().await;
    assert!(told.refused.is_empty(), "refused: {:?}", told.refused.first().map(|(_, reply)| reply));
    let mut ledger = Ledger::default();
    ledger.take(told);
    let served = scene.serve();
    let db = scene.look().await;
    ledger.look(&db, scene.opportunity).await;
    ledger.repeat(&served.base).await;
    ledger.settle(&db, scene.opportunity).await;
    db.close().await.expect("closed");
}

#[actix_web::test]
async fn told_to_stop_it_is_gone_soon_and_everybody_is_told_on_sqlite() {
    gone_soon_and_everybody_told(Kind::Sqlite).await;
}

#[actix_web::test]
async fn told_to_stop_it_is_gone_soon_and_everybody_is_told_on_postgres() {
    gone_soon_and_everybody_told(Kind::Postgres).await;
}

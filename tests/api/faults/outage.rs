//! What Fairlot leans on is away for a while: the mail server, or the database. Nothing is lost by it, and nothing that
//! is done once is done twice.

use super::{
    cluster::Cluster,
    ledger::Ledger,
    scene::{Scene, no_mark},
    seed, times,
};
use crate::setting::{
    smtp::{Manner, Smtp},
    socket::Socket,
    *,
};
use entity::{letter, vocabulary::*};
use fairlot::{mail::post, settings::Mail};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::{Duration, Instant as Moment},
};

impl Setting {
    async fn all_letters(&self) -> Vec<letter::Model> {
        letter::Entity::find().all(self.app.database.read()).await.expect("the letters")
    }

    /// Whether a letter could be tried now, or is being tried.
    async fn letters_are_due(&self) -> bool {
        let owed = letter::Column::State.is_in([LetterState::Owed, LetterState::Deferred]);
        let letters = letter::Entity::find().filter(owed).all(self.app.database.read()).await;
        let now = self.now();
        letters.expect("the letters").iter().any(|one| one.due_at <= now || one.claimed_until.is_some())
    }

    /// Tries what is due, beside the post's own loop, until nothing is.
    async fn post_all_due(&self, post: &post::Post) {
        let begun = Moment::now();
        while self.letters_are_due().await {
            assert!(begun.elapsed() < Duration::from_secs(60), "letters stay due");
            if post::post_due(&self.app, post).await.expect("tried") == 0 {
                // The loop beside has them.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// The ids that letters bear, and how often each came.
fn came(letters: &[String]) -> BTreeMap<String, usize> {
    let mut came = BTreeMap::new();
    for one in letters {
        let line = one.lines().find(|line| line.starts_with("Message-ID: ")).expect("an id");
        *came.entry(line["Message-ID: ".len()..].trim().to_owned()).or_default() += 1;
    }
    came
}

async fn mail_is_away_for_six_hours(kind: Kind) {
    let address = Smtp::start(Manner::Takes).await.address;
    let setting = Setting::with_mail(kind, |_| Mail::Smtp(format!("smtp://{address}"))).await;
    let post = post::Post::of(&setting.app.settings).expect("a post");
    setting.market(SUPPORTED_LIVING).await;
    let mut smtp: Option<Smtp> = None;
    let mut bidders = Vec::new();
    for name in ["Acorn", "Birch", "Cedar"] {
        bidders.push(setting.admitted(&format!("{name} Example Care"), "Supported Living").await);
    }
    let offer = setting.offer("14.00", "78.00").await;
    let begun = setting.now();
    // In turn nobody answers, everybody is told to try later, and who is answered is left in the middle.
    for minutes in (0..360).step_by(10) {
        match minutes {
            120 => smtp = Some(Smtp::again(address, Manner::Busy).await),
            240 => smtp.as_ref().expect("a server").set(Manner::HangsUp),
            _ => {}
        }
        if minutes % 60 == 0 {
            // Bidding goes on.
            let id = setting.published().await;
            for bidder in &bidders {
                let bidder = setting.signed_in_again(bidder);
                bidder.post(&format!("/api/opportunities/{id}/bid"), offer.clone()).await.ok();
            }
        }
        setting.post_all_due(&post).await;
        setting.wind_minutes(10);
    }
    assert_eq!(setting.now(), begun.plus_seconds(6 * 3600));
    let owed = setting.all_letters().await;
    assert!(owed.len() >= 3 + 6 * 3, "{} letters", owed.len());
    for one in &owed {
        assert!(matches!(one.state, LetterState::Owed | LetterState::Deferred), "{one:?}");
        // 5 seconds, doubling to an hour: at most sixteen times in six hours.
        assert!(one.attempts <= 16, "tried {} times", one.attempts);
        assert!(one.due_at <= setting.now().plus_seconds(3600), "{one:?}");
    }
    assert!(owed.iter().any(|one| one.attempts > 8), "nothing was tried again");

    // It is back: within an hour all is delivered, and after that nothing more.
    let smtp = smtp.expect("a server");
    assert!(smtp.letters().is_empty(), "one came while nobody took any");
    smtp.set(Manner::Takes);
    for _ in 0..12 {
        setting.wind_minutes(10);
        setting.post_all_due(&post).await;
    }
    let letters = setting.all_letters().await;
    let undelivered: Vec<_> =
        letters.iter().filter(|one| !matches!(one.state, LetterState::Sent | LetterState::Dropped)).collect();
    assert!(undelivered.is_empty(), "{undelivered:?}");
    let sent = letters.iter().filter(|one| one.state == LetterState::Sent);
    let wanted: BTreeMap<_, _> = sent.map(|one| (format!("<{}@fairlot.example>", one.id), 1)).collect();
    assert_eq!(came(&smtp.letters()), wanted, "each comes once");
    assert!(wanted.len() >= 3, "too little was left to deliver");
}

#[actix_web::test]
async fn after_six_hours_without_mail_every_letter_comes_once_on_sqlite() {
    mail_is_away_for_six_hours(Kind::Sqlite).await;
}

#[actix_web::test]
async fn after_six_hours_without_mail_every_letter_comes_once_on_postgres() {
    mail_is_away_for_six_hours(Kind::Postgres).await;
}

/// The numbers of the opportunity's events that a listener has heard, up to one.
pub async fn hears(listener: &mut Socket, scene: &Scene, heard: &mut BTreeSet<i64>, up_to: i64) {
    while !heard.contains(&up_to) || heard.len() as i64 != up_to - heard.first().copied().unwrap_or(1) + 1 {
        let message = listener.message().await;
        if message["id"] == scene.opportunity.to_string() {
            let number = message["number"].as_i64().expect("a number");
            assert!(heard.insert(number), "told twice: {number}");
        }
    }
}

#[actix_web::test]
async fn a_database_that_crashes_under_load_costs_nothing_that_was_acknowledged_and_comes_back_by_itself() {
    let cluster = Cluster::start();
    let folder = tempfile::tempdir().expect("a folder");
    let scene = Rc::new(Scene::begin_at(folder, cluster.database()).await);
    let mut chance = StdRng::seed_from_u64(seed("outages"));
    let mut served = scene.serve();
    let mut listener = Socket::open(&served.base, &scene.officer.token).await;
    let (mut heard, mut ledger) = (BTreeSet::new(), Ledger::default());
    for _ in 0..times(3, 100) {
        let acting = scene.acting(&served.base, &mut chance, no_mark()).undeterred();
        acting.until(|acting| acting.answered() >= 20).await;
        cluster.crash();
        // Those whose act was under way are told at once. Others wait: it may be back soon.
        acting.until(|acting| acting.refused() > 0).await;
        cluster.resume();
        let before = acting.answered();
        acting.until(|acting| acting.answered() >= before + 10).await;
        assert!(served.ended().is_none());
        let told = acting.end().await;
        assert!(told.lost.is_empty(), "without an answer: {}", told.lost.len());
        for (_, reply) in &told.refused {
            let said = (reply.status.as_u16(), reply.body["code"].as_str().unwrap_or_default());
            assert!([(503, "database_away"), (503, "outcome_unknown")].contains(&said), "{}", reply.body);
            assert_eq!(reply.headers["content-type"], "application/problem+json");
        }
        ledger.take(told);
        let db = scene.look().await;
        ledger.look(&db, scene.opportunity).await;
        let newest = fairlot::store::event::newest(&db, scene.opportunity.into()).await.expect("a number");
        // A listener who stayed hears of everything that is kept, also where nobody was answered.
        hears(&mut listener, &scene, &mut heard, newest).await;
        ledger.repeat(&served.base).await;
        ledger.settle(&db, scene.opportunity).await;
        db.close().await.expect("closed");
    }
    ledger.read_history(&scene, &served.base).await;
}

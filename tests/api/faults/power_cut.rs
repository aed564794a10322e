//! The power is cut, at any moment, on SQLite: what the real binary wrote and synced is written down, and the files are
//! rebuilt as a disk may have them after the cut. What was acknowledged before it is there.

use super::{
    cut::Disk,
    files::{Done, Files, Record},
    ledger::Ledger,
    scene::{Answered, Mark, Scene, sqlite},
    seed, times,
};
use crate::{
    server::SECRET,
    setting::{Kind, Person},
};
use entity::{document, vocabulary::OpportunityId};
use fairlot::store::{Database, vault::Vault};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use sha2::{Digest, Sha256};
use std::{path::Path, rc::Rc, thread};

/// How much is acknowledged: enough for the log of the database to be begun anew several times.
const ANSWERED: usize = 1_800;
const UPLOADS: usize = 12;
const THREADS: usize = 2;

/// A document that was acknowledged.
struct Uploaded {
    content: Vec<u8>,
    at: u64,
}

/// What happened, and how the disk was before.
pub struct Recording {
    before: Disk,
    records: Vec<Record>,
    opportunity: OpportunityId,
    answered: Vec<Answered>,
    uploaded: Vec<Uploaded>,
}

impl Recording {
    /// Of what was done to the files of a scene since the disk was as it was before.
    pub fn of(before: Disk, files: &Files, scene: &Scene, answered: Vec<Answered>) -> Self {
        let opportunity = scene.opportunity;
        Self { before, records: files.records(), opportunity, answered, uploaded: Vec::new() }
    }

    /// Cuts the power so many times, half of them at the very moment of an answer.
    pub fn cut(&self, times: usize, chance: &mut StdRng) {
        let mut moments: Vec<_> = (0..times)
            .map(|n| match n % 2 {
                0 => chance.random_range(1..=self.records.len()),
                _ => {
                    let one = &self.answered[chance.random_range(0..self.answered.len())];
                    self.records.partition_point(|record| record.end <= one.at).max(1)
                }
            })
            .collect();
        moments.sort_unstable();
        thread::scope(|scope| {
            for share in moments.chunks(times.div_ceil(THREADS)) {
                let mut chance = StdRng::seed_from_u64(chance.random());
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                    runtime.expect("a runtime").block_on(self.cut_at(share, &mut chance));
                });
            }
        });
    }

    async fn cut_at(&self, moments: &[usize], chance: &mut StdRng) {
        let (mut disk, mut done) = (self.before.clone(), 0);
        for moment in moments {
            for record in &self.records[done..*moment] {
                disk.follow(record);
            }
            done = *moment;
            let folder = tempfile::tempdir().expect("a folder");
            disk.cut(folder.path(), chance);
            self.check(folder.path(), self.records[done - 1].end).await;
        }
    }

    /// Everything acknowledged by then is there.
    async fn check(&self, folder: &Path, then: u64) {
        let database = Database::connect(&sqlite(folder)).await.expect("it opens");
        let db = database.read();
        assert_eq!(asked(db, "pragma integrity_check").await, ["ok"]);
        assert!(asked(db, "pragma foreign_key_check").await.is_empty());
        let answered = self.answered.iter().filter(|one| one.at <= then).cloned();
        Ledger::of(answered).find_answered(db, self.opportunity).await;
        let vault = Vault::open(folder.join("documents"), SECRET).expect("a vault");
        for one in self.uploaded.iter().filter(|one| one.at <= then) {
            let digest = format!("{:x}", Sha256::digest(&one.content));
            let row = document::Entity::find().filter(document::Column::Digest.eq(&digest)).one(db).await;
            assert!(row.expect("an answer").is_some(), "an acknowledged document is gone");
            let content = vault.fetch(digest).await.expect("the content of an acknowledged document");
            assert_eq!(content, one.content);
        }
        db.clone().close().await.expect("closed");
    }
}

async fn asked(db: &impl ConnectionTrait, question: &str) -> Vec<String> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), question)).await;
    let rows = rows.expect("an answer");
    rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("words")).collect()
}

/// A document like no other.
pub fn pdf(number: usize) -> Vec<u8> {
    let words = "Certificate of insurance. ".repeat(400);
    format!("%PDF-1.7\n1 0 obj <</Number {number} /Words ({words})>> endobj\nstartxref\n9\n%%EOF\n")
        .into_bytes()
}

/// People act and send documents, until the server is killed.
async fn recorded(chance: &mut StdRng) -> Recording {
    // Few share a transaction, so that the log of the database grows quickly.
    let scene = Rc::new(Scene { people: 2, ..Scene::begin(Kind::Sqlite).await });
    let files = Rc::new(Files::new());
    let before = Disk::of(&scene.path());
    let mut served = scene.serve_with(|command| files.watch(command, &scene.path()));
    let mark: Mark = {
        let files = Rc::clone(&files);
        Rc::new(move || files.length())
    };
    let acting = scene.acting(&served.base, chance, mark);
    let acorn = Person { base: served.base.clone(), ..scene.bidders[0].clone() };
    let mut uploaded = Vec::new();
    for number in 0..UPLOADS {
        let content = pdf(number);
        acorn.upload(&format!("{number}.pdf"), &content).await.ok();
        uploaded.push(Uploaded { content, at: files.length() });
        acting.until(|acting| acting.answered() >= ANSWERED * (number + 1) / UPLOADS).await;
    }
    served.kill();
    let told = acting.end().await;
    assert!(told.refused.is_empty());
    Recording { uploaded, ..Recording::of(before, &files, &scene, told.answered) }
}

/// How often something was written at the beginning of the log of the database, and into the database itself.
fn written(records: &[Record]) -> (usize, usize) {
    let count = |path: &str, holds: &dyn Fn(usize) -> bool| {
        records
            .iter()
            .filter(|record| record.path == path)
            .filter(|record| matches!(&record.done, Done::Written { at, .. } if holds(*at)))
            .count()
    };
    (count("fairlot.db-wal", &|at| at == 0), count("fairlot.db", &|_| true))
}

#[actix_web::test]
async fn what_was_acknowledged_is_there_wherever_the_power_is_cut() {
    let mut chance = StdRng::seed_from_u64(seed("power cuts"));
    let recording = recorded(&mut chance).await;
    let (begun_anew, into_database) = written(&recording.records);
    assert!(begun_anew >= 2 && into_database > 0, "no checkpoint: {begun_anew}, {into_database}");
    recording.cut(times(300, 20_000), &mut chance);
}

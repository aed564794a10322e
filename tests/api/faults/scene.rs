//! A server of the real binary, bidders who act on it all at once, and what they were answered.

use crate::{
    server::{SERVE, Served, ready_to_bid, set_up_at, signed_in, start, with},
    setting::*,
};
use entity::vocabulary::OpportunityId;
use fairlot::store::Database;
use rand::{Rng, rngs::StdRng};
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};
use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// How many providers bid, and how many people act at the same time unless a test says otherwise.
const PROVIDERS: usize = 3;
const PEOPLE: usize = 6;

/// What somebody asked of the server, under a key.
#[derive(Clone)]
pub struct Sent {
    by: Person,
    path: String,
    form: Value,
    pub key: String,
}

impl Sent {
    /// The reason that it gives, which no other has: nothing, for a bid.
    pub fn reason(&self) -> Option<&str> {
        self.form["reason"].as_str()
    }

    /// What it is answered by the server at this address; nothing, where no answer comes.
    pub async fn to(&self, base: &str) -> Option<Reply> {
        let by = Person { base: base.to_owned(), ..self.by.clone() };
        by.try_post_with(&self.path, self.form.clone(), &self.key).await
    }
}

/// What was answered, with the mark at which that was.
#[derive(Clone)]
pub struct Answered {
    pub sent: Sent,
    pub body: Value,
    pub at: u64,
}

/// What became of what was asked.
#[derive(Default)]
pub struct Told {
    pub answered: Vec<Answered>,
    /// No answer came: it may be kept or not.
    pub lost: Vec<Sent>,
    /// A problem came in place of an answer.
    pub refused: Vec<(Sent, Reply)>,
}

/// Where faults are looked for: both markets, an officer, bidders, and an opportunity open to them.
pub struct Scene {
    pub folder: TempDir,
    pub database: String,
    pub officer: Person,
    pub bidders: Vec<Person>,
    pub people: usize,
    pub opportunity: OpportunityId,
    pub offer: Value,
}

impl Scene {
    /// On a new database.
    pub async fn begin(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = address(kind, folder.path()).await;
        Self::begin_at(folder, database).await
    }

    /// On this database, which is empty.
    pub async fn begin_at(folder: TempDir, database: String) -> Self {
        set_up_at(folder.path(), &database);
        let served = start(with(folder.path(), &database, SERVE));
        let (first, opportunity, offer) = ready_to_bid(&served.base).await;
        let officer = signed_in(&served.base, "broker@staffordshire.example").await;
        let mut bidders = vec![first];
        for name in 1..PROVIDERS {
            bidders.push(joined(&served.base, &officer, &format!("Provider {name} Example Care")).await);
        }
        let opportunity = opportunity.parse().expect("an id");
        Self { folder, database, officer, bidders, people: PEOPLE, opportunity, offer }
    }

    /// The folder, as the kernel names it.
    pub fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder")
    }

    /// A server over the database, which says little.
    pub fn serve(&self) -> Served {
        self.serve_with(|_| ())
    }

    /// The same, with more in its environment.
    pub fn serve_with(&self, more: impl FnOnce(&mut Command)) -> Served {
        let mut command = with(&self.path(), &self.database, SERVE);
        command.env("RUST_LOG", "off");
        more(&mut command);
        start(command)
    }

    /// What the database holds, read past the server.
    pub async fn look(&self) -> DatabaseConnection {
        open(&self.database).await
    }

    /// The page of the opportunity and what is below it.
    pub fn at(&self, below: &str) -> String {
        format!("/api/opportunities/{}{below}", self.opportunity)
    }

    /// Something that this bidder may do, under a key of its own.
    pub fn act(&self, bidder: usize, chance: &mut StdRng) -> Sent {
        let by = self.bidders[bidder % self.bidders.len()].clone();
        let key = new_key();
        if chance.random_ratio(1, 4) {
            let form = json!({"interest": "cannot_bid", "reason": format!("No room, by {key}.")});
            Sent { by, path: self.at("/interest"), form, key }
        } else {
            Sent { by, path: self.at("/bid"), form: self.offer.clone(), key }
        }
    }

    /// Everybody acts on the server, again and again, until it no longer answers or they are told to end.
    pub fn acting(self: &Rc<Self>, base: &str, chance: &mut StdRng, mark: Mark) -> Acting {
        let (told, ended) = (Rc::default(), Rc::new(Cell::new(false)));
        let people = (0..self.people).map(|place| {
            let (scene, base) = (Rc::clone(self), base.to_owned());
            let (told, ended, mark) = (Rc::clone(&told), Rc::clone(&ended), mark.clone());
            let mut chance: StdRng = rand::SeedableRng::seed_from_u64(chance.random());
            tokio::task::spawn_local(async move {
                while !ended.get() {
                    let sent = scene.act(place, &mut chance);
                    let reply = sent.to(&base).await;
                    note(&told, sent, reply, &mark);
                    if told.borrow().gone {
                        break;
                    }
                }
            })
        });
        Acting { people: people.collect(), told, ended }
    }
}

/// What is noted of the moment at which an answer comes.
pub type Mark = Rc<dyn Fn() -> u64>;

/// Where nothing is.
pub fn no_mark() -> Mark {
    Rc::new(|| 0)
}

fn note(told: &RefCell<Noted>, sent: Sent, reply: Option<Reply>, mark: &Mark) {
    let at = mark();
    let mut noted = told.borrow_mut();
    match reply {
        Some(reply) if reply.status.is_success() => {
            noted.told.answered.push(Answered { sent, body: reply.body, at });
        }
        Some(reply) => noted.told.refused.push((sent, reply)),
        None => {
            noted.told.lost.push(sent);
            noted.gone = !noted.goes_on;
        }
    }
}

#[derive(Default)]
struct Noted {
    told: Told,
    /// No answer came, so that nobody asks any more.
    gone: bool,
    goes_on: bool,
}

/// People who act.
pub struct Acting {
    people: Vec<JoinHandle<()>>,
    told: Rc<RefCell<Noted>>,
    ended: Rc<Cell<bool>>,
}

impl Acting {
    /// They ask again where no answer comes.
    pub fn undeterred(self) -> Self {
        self.told.borrow_mut().goes_on = true;
        self
    }

    pub fn answered(&self) -> usize {
        self.told.borrow().told.answered.len()
    }

    pub fn refused(&self) -> usize {
        self.told.borrow().told.refused.len()
    }

    /// Waits until this holds, while they act.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < Duration::from_secs(60), "what was waited for does not come");
            assert!(self.people.iter().any(|one| !one.is_finished()), "everybody has ended");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What became of everything, once all have ended.
    pub async fn end(self) -> Told {
        self.ended.set(true);
        for one in self.people {
            one.await.expect("ended");
        }
        std::mem::take(&mut self.told.borrow_mut().told)
    }
}

/// A provider admitted to Supported Living on a real server.
async fn joined(base: &str, officer: &Person, name: &str) -> Person {
    let nobody = Person::at(base);
    let email = format!("manager@{}.example", name.to_lowercase().replace(' ', "-"));
    let form = json!({
        "name": name, "outward_code": "ST16",
        "person": {"name": "A Manager", "email": email, "password": crate::server::PASSWORD},
    });
    let me = nobody.send(reqwest::Method::POST, "/api/providers", Some(form.to_string()), &[]).await.ok();
    let one = Person { token: me["token"].as_str().expect("a token").to_owned(), ..nobody };
    let markets = one.get("/api/markets").await.ok();
    let market = format!("/api/markets/{}", markets[0]["id"].as_str().expect("an id"));
    let page = one.get(&market).await.ok();
    let category = page["categories"][0]["id"].as_str().expect("an id").to_owned();
    let enrolment = one.post(&format!("{market}/enrolments"), application(&page, &category)).await.ok();
    let path = format!("/api/enrolments/{}/admit", enrolment["id"].as_str().expect("an id"));
    officer.post(&path, json!({"reasons": "All conditions are met."})).await.ok();
    one
}

/// A connection to a database that is there.
pub async fn open(database: &str) -> DatabaseConnection {
    Database::connect(database).await.expect("a connection").read().clone()
}

/// The file of a database below a folder.
pub fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("fairlot.db").display())
}

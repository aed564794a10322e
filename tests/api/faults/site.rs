//! A server of the real binary with a crowd's worth of people, and where it listens now: it is killed and comes back.

use crate::{
    server::{SERVE, Served, set_up, signed_in, start, with},
    setting::*,
};
use entity::vocabulary::Instant;
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tempfile::TempDir;

/// How often a process of its own is looked at.
pub const LOOK: Duration = Duration::from_millis(5);

/// The process, and what it stands on.
pub struct House {
    pub database: String,
    pub served: Served,
    pub site: Site,
    folder: TempDir,
}

/// Who is there. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    base: Arc<Mutex<String>>,
    pub broker: Person,
    /// Admitted.
    pub bidders: Vec<Person>,
    /// Registered, and not admitted.
    pub stranger: Person,
    page: Value,
}

impl House {
    pub async fn open(kind: Kind, bidders: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = set_up(folder.path(), kind).await;
        let served = start(with(folder.path(), &database, SERVE));
        let site = Site::open(&served.base, bidders).await;
        Self { database, served, site, folder }
    }

    /// Without warning, and at once again.
    pub fn kill_and_start(&mut self) {
        self.served.kill();
        self.served = start(with(self.folder.path(), &self.database, SERVE));
        self.site.base.lock().expect("whole").clone_from(&self.served.base);
    }
}

impl Site {
    async fn open(base: &str, bidders: usize) -> Self {
        let nobody = Person::at(base);
        let email = "broker@staffordshire.example";
        let broker = Person { email: email.to_owned(), ..signed_in(base, email).await };
        let markets = nobody.get("/api/markets").await.ok();
        let page = nobody.get(&format!("/api/markets/{}", text(&markets[0]["id"]))).await.ok();
        let stranger = registered(&nobody, "Stranger Example Care").await;
        let mut admitted = Vec::new();
        for place in 0..bidders {
            let bidder = registered(&nobody, &format!("Provider {place} Example Care")).await;
            let form = application(&page, text(&page["categories"][0]["id"]));
            let path = format!("/api/markets/{}/enrolments", text(&page["id"]));
            let enrolment = bidder.post(&path, form).await.ok();
            let path = format!("/api/enrolments/{}/admit", text(&enrolment["id"]));
            broker.post(&path, json!({"reasons": "All conditions are met."})).await.ok();
            admitted.push(bidder);
        }
        let base = Arc::new(Mutex::new(base.to_owned()));
        Self { base, broker, bidders: admitted, stranger, page }
    }

    /// The same people, who come another way.
    pub fn behind(&self, base: &str) -> Self {
        Self { base: Arc::new(Mutex::new(base.to_owned())), ..self.clone() }
    }

    /// Where the server is now.
    pub fn base(&self) -> String {
        self.base.lock().expect("whole").clone()
    }

    /// A command that is repeated under its key until it is answered, however often the server is killed.
    pub async fn insist(&self, person: &Person, path: &str, form: &Value) -> Reply {
        let key = new_key();
        loop {
            let now = Person { base: self.base(), ..person.clone() };
            match now.try_post_with(path, form.clone(), &key).await {
                Some(reply) => return reply,
                None => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// An opportunity that stays open for hours.
    pub async fn published(&self) -> String {
        let mut form = package_form(&self.page);
        form["starts_on"] = json!("2099-01-05");
        let package = self.insist(&self.broker, "/api/packages", &form).await.ok();
        let path = format!("/api/packages/{}/publish", text(&package["id"]));
        let now: Instant = serde_json::from_value(package["drafted_at"].clone()).expect("an instant");
        let publication = json!({"closes_at": now.plus_seconds(5 * 3600)});
        let opportunity = self.insist(&self.broker, &path, &publication).await.ok();
        text(&opportunity["id"]).to_owned()
    }

    /// An offer at this hourly rate.
    pub fn offer(&self, hour: &str) -> Value {
        let mut offer = offer(&self.page, hour, "78.00");
        offer["starts_on"] = json!("2099-01-05");
        offer
    }

    /// The advert as it reads, but for its needs.
    pub fn correction(&self, needs: &str) -> Value {
        let mut form = package_form(&self.page);
        let fields = form.as_object_mut().expect("a form");
        for private in ["category_id", "person_reference", "preference"] {
            fields.remove(private);
        }
        form["starts_on"] = json!("2099-01-05");
        form["needs"] = json!(needs);
        form["reason"] = json!("More is known by now.");
        form
    }
}

/// A provider that has registered itself on a real server.
async fn registered(nobody: &Person, name: &str) -> Person {
    let email = format!("manager@{}.example", name.to_lowercase().replace(' ', "-"));
    let person = json!({"name": "A Manager", "email": email, "password": "correct horse battery"});
    let form = json!({"name": name, "outward_code": "ST16", "person": person});
    let me = nobody.send(Method::POST, "/api/providers", Some(form.to_string()), &[]).await.ok();
    let account_id = text(&me["account_id"]).parse().expect("an id");
    Person { account_id, email, token: text(&me["token"]).to_owned(), ..nobody.clone() }
}

/// What must be text.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

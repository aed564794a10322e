use super::Setting;
use entity::vocabulary::*;
use fairlot::{actions, domain::evaluation::blind_id, http::identity, store};
use reqwest::{Method, StatusCode};
use sea_orm::prelude::Uuid;
use serde_json::{Value, json};

/// Somebody who acts through the API.
#[derive(Clone)]
pub struct Person {
    pub account_id: AccountId,
    pub email: String,
    pub token: String,
    pub base: String,
    pub client: reqwest::Client,
}

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Reply {
    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }

    /// The detail of a refusal with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        let kind = self.headers.get("content-type").expect("a type");
        assert_eq!(kind, "application/problem+json");
        assert!(!self.body["detail"].as_str().expect("words").is_empty());
        self.body
    }
}

impl Person {
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, &[]).await
    }

    /// A command under a key of its own.
    pub async fn post(&self, path: &str, form: Value) -> Reply {
        self.post_with(path, form, &new_key()).await
    }

    /// A command under this key.
    pub async fn post_with(&self, path: &str, form: Value, key: &str) -> Reply {
        self.send(Method::POST, path, Some(form.to_string()), &[("idempotency-key", key)]).await
    }

    /// Nobody, at the address of a server.
    pub fn at(base: &str) -> Self {
        // Whoever came first has chosen it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The server is met without TLS, and reading the machine's certificates takes long in a debug build.
        let client = reqwest::Client::builder().tls_certs_only([]).build().expect("a client");
        Self {
            account_id: AccountId::new(),
            email: String::new(),
            token: String::new(),
            base: base.to_owned(),
            client,
        }
    }

    /// A command under this key to a server that may be gone: then nothing.
    pub async fn try_post_with(&self, path: &str, form: Value, key: &str) -> Option<Reply> {
        self.try_send(Method::POST, path, Some(form.to_string()), &[("idempotency-key", key)]).await.ok()
    }

    /// Anything at all, with this text as its body.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Reply {
        self.try_send(method, path, body, headers).await.expect("an answer")
    }

    async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Result<Reply, reqwest::Error> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Reply { status, headers, body })
    }
}

/// A key that no command has had.
pub fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// A form with which a provider asks to join a category: everything that the market wants.
pub fn application(market: &Value, category: &str) -> Value {
    let ids = |list: &Value| -> Vec<Value> {
        list.as_array().expect("a list").iter().map(|wanted| wanted["id"].clone()).collect()
    };
    let evidence: Vec<_> = ids(&market["evidence"])
        .into_iter()
        .map(|id| json!({"id": id, "reference": "REF-1", "expires_on": "2099-12-31"}))
        .collect();
    let found = market["categories"].as_array().expect("categories").iter().find(|c| c["id"] == category);
    let answers: Vec<_> = found.expect("the category")["criteria"]
        .as_array()
        .expect("criteria")
        .iter()
        .filter(|criterion| criterion["standing"] == true)
        .map(|criterion| json!({"criterion_id": criterion["id"], "answer": "This is how we always do it."}))
        .collect();
    json!({
        "category_id": category, "declarations": ids(&market["declarations"]), "evidence": evidence,
        "answers": answers, "questions": responses(&market["questionnaire"]),
    })
}

/// An answer that passes to every question of a questionnaire, whether or not it is asked.
pub fn responses(questionnaire: &Value) -> Vec<Value> {
    let sections = questionnaire["content"]["sections"].as_array().cloned().unwrap_or_default();
    let questions = sections.iter().flat_map(|section| section["questions"].as_array().expect("questions"));
    let answer = |asks: &Value| match asks["kind"].as_str().expect("a kind") {
        "yes_no" if asks["passes"] == true => json!("yes"),
        "yes_no" => json!("no"),
        "choice" if asks["passes"] != json!([]) => asks["passes"][0].clone(),
        "choice" => asks["options"][0]["id"].clone(),
        "number" => json!(asks["least"].as_u64().unwrap_or(12).to_string()),
        "date" => json!("2019-07-01"),
        _ => json!("This is how we do it, and how we know."),
    };
    let responses = questions.map(|one| json!({"question_id": one["id"], "answer": answer(&one["asks"])}));
    responses.collect()
}

/// The form of package K: 35 hours and 7 sleep-ins a week.
pub fn package_form(market: &Value) -> Value {
    json!({
        "category_id": market["categories"][0]["id"], "person_reference": format!("CASE-1-{}", &new_key()[..8]),
        "title": "Supported living with sleep-ins",
        "needs": "Help with cooking, money and going out, and somebody sleeping in at night.",
        "outward_code": "ST16", "age_band": "25-39",
        "quantities": [
            {"key": "support-hour", "quantity": "35"}, {"key": "sleep-in-night", "quantity": "7"},
        ],
        "starts_on": "2027-01-11", "initial_term_weeks": 104, "preference": null,
    })
}

/// An offer for package K at these rates.
pub fn offer(market: &Value, hour: &str, night: &str) -> Value {
    let answers: Vec<_> = market["categories"][0]["criteria"]
        .as_array()
        .expect("criteria")
        .iter()
        .filter(|criterion| criterion["standing"] == false)
        .map(|criterion| json!({"criterion_id": criterion["id"], "answer": "This is how we do it."}))
        .collect();
    json!({
        "rates": [{"key": "support-hour", "rate": hour}, {"key": "sleep-in-night", "rate": night}],
        "answers": answers, "starts_on": "2027-01-11",
    })
}

impl Setting {
    /// Nobody: signed out.
    pub fn nobody(&self) -> Person {
        Person::at(&format!("http://{}", self.address))
    }

    fn person(&self, account_id: AccountId, email: &str) -> Person {
        // What needs a confirmation has it, however the clock is wound; tests of that sign in with a password.
        let long_from_now = self.now().plus_seconds(10 * 366 * 86_400);
        let token =
            identity::session_confirmed(&self.app, account_id, Some(long_from_now)).expect("a session");
        Person { account_id, email: email.to_owned(), token, ..self.nobody() }
    }

    /// The same person in a new session, for when the clock was wound past the end of the old.
    pub fn signed_in_again(&self, person: &Person) -> Person {
        self.person(person.account_id, &person.email)
    }

    /// An officer of Staffordshire; its market must be there.
    pub async fn officer(&self, email: &str, roles: &[OfficerRole]) -> Person {
        self.officer_of("staffordshire", email, roles).await
    }

    /// An officer of an authority; its market must be there.
    pub async fn officer_of(&self, authority: &str, email: &str, roles: &[OfficerRole]) -> Person {
        let db = self.app.database.read();
        let of = store::market::authority_by_slug(db, authority).await.expect("an answer");
        let id = of.expect("the authority is there").id;
        let opened = actions::account::open_officer(&self.app, id, email, email, None, roles).await;
        self.person(opened.expect("opened"), email)
    }

    pub async fn broker(&self) -> Person {
        self.officer("broker@staffordshire.example", &[OfficerRole::Broker]).await
    }

    pub async fn evaluator(&self) -> Person {
        self.officer("evaluator@staffordshire.example", &[OfficerRole::Evaluator]).await
    }

    pub async fn second_evaluator(&self) -> Person {
        self.officer("second.evaluator@staffordshire.example", &[OfficerRole::Evaluator]).await
    }

    pub async fn procurement(&self) -> Person {
        self.officer("procurement@staffordshire.example", &[OfficerRole::Procurement]).await
    }

    /// Holds the post of Lead Commissioner, which may award up to £75,000 a year.
    pub async fn lead_commissioner(&self) -> Person {
        self.officer("lead.commissioner@staffordshire.example", &[OfficerRole::Commissioner]).await
    }

    /// The other holder of that post.
    pub async fn second_commissioner(&self) -> Person {
        self.officer("second.lead.commissioner@staffordshire.example", &[OfficerRole::Commissioner]).await
    }

    /// Holds the post of Assistant Director, which may award up to £150,000 a year.
    pub async fn assistant_director(&self) -> Person {
        self.officer("assistant.director@staffordshire.example", &[OfficerRole::Commissioner]).await
    }

    /// Holds the post of Director for Health and Care.
    pub async fn director(&self) -> Person {
        self.officer("director@staffordshire.example", &[OfficerRole::Auditor]).await
    }

    /// A provider that has just registered itself, by its administrator.
    pub async fn provider(&self, name: &str) -> Person {
        let email = format!("manager@{}.example", name.to_lowercase().replace(' ', "-"));
        let form = json!({
            "name": name, "companies_house_number": "01234567", "cqc_provider_id": "1-123456789",
            "outward_code": "ST16",
            "person": {"name": format!("{name} Manager"), "email": email, "password": "correct horse battery"},
        });
        let me = self.nobody().send(Method::POST, "/api/providers", Some(form.to_string()), &[]).await.ok();
        let token = me["token"].as_str().expect("a token").to_owned();
        let account_id = me["account_id"].as_str().expect("an id").parse().expect("an id");
        Person { account_id, email, token, ..self.nobody() }
    }

    /// A market's page, by the market's name.
    pub async fn market_page(&self, name: &str) -> Value {
        let markets = self.nobody().get("/api/markets").await.ok();
        let found = markets.as_array().expect("a list").iter().find(|m| m["name"] == name);
        let id = found.expect("the market is there")["id"].as_str().expect("an id").to_owned();
        self.nobody().get(&format!("/api/markets/{id}")).await.ok()
    }

    /// A provider's request to join the first category of a market, and the enrolment.
    pub async fn applied(&self, provider: &Person, market: &str) -> Value {
        let page = self.market_page(market).await;
        let category = page["categories"][0]["id"].as_str().expect("an id").to_owned();
        let form = application(&page, &category);
        let path = format!("/api/markets/{}/enrolments", page["id"].as_str().expect("an id"));
        provider.post(&path, form).await.ok()
    }

    /// Gives every answer of an enrolment that is marked this mark.
    pub async fn answers_marked(&self, procurement: &Person, enrolment: &Value, mark: &str) {
        let sections = enrolment["questionnaire"]["sections"].as_array().cloned().unwrap_or_default();
        let path = format!("/api/enrolments/{}/answer-marks", enrolment["id"].as_str().expect("an id"));
        for answered in sections.iter().flat_map(|section| section["questions"].as_array().expect("a list")) {
            let question = &answered["question"];
            if !question["scored"].is_null() {
                let form =
                    json!({"question_id": question["id"], "mark": mark, "reason": "Clear, with an example."});
                procurement.post(&path, form).await.ok();
            }
        }
    }

    /// A provider admitted to the first category of a market.
    pub async fn admitted(&self, name: &str, market: &str) -> Person {
        let provider = self.provider(name).await;
        let enrolment = self.applied(&provider, market).await;
        self.admit(&self.procurement().await, &enrolment).await;
        provider
    }

    /// Marks what is to be marked of a request, and admits the provider.
    pub async fn admit(&self, procurement: &Person, enrolment: &Value) {
        self.answers_marked(procurement, enrolment, "4").await;
        let path = format!("/api/enrolments/{}/admit", enrolment["id"].as_str().expect("an id"));
        procurement.post(&path, json!({"reasons": "All conditions are met."})).await.ok();
    }

    /// The form of package K, in the first category of Supported Living.
    pub async fn package_form(&self) -> Value {
        package_form(&self.market_page("Supported Living").await)
    }

    /// Package K, published by the broker and open for four hours: the opportunity's id. Each is for another person.
    pub async fn published(&self) -> String {
        self.published_as(self.package_form().await).await
    }

    /// The same of this form.
    pub async fn published_as(&self, form: Value) -> String {
        let broker = self.broker().await;
        let package = broker.post("/api/packages", form).await.ok();
        let path = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let closes_at = self.now().plus_seconds(4 * 3600);
        let opportunity = broker.post(&path, json!({"closes_at": closes_at})).await.ok();
        opportunity["id"].as_str().expect("an id").to_owned()
    }

    /// An offer for package K at these rates.
    pub async fn offer(&self, hour: &str, night: &str) -> Value {
        offer(&self.market_page("Supported Living").await, hour, night)
    }

    /// An opportunity whose deadline has passed, with these providers' bids at these rates, marked alike with
    /// these marks, and its prices open.
    pub async fn priced(&self, bidders: &[(&Person, &str, &str, &str)]) -> String {
        self.priced_as(self.package_form().await, bidders).await
    }

    /// The same of this form.
    pub async fn priced_as(&self, form: Value, bidders: &[(&Person, &str, &str, &str)]) -> String {
        // A test with many of them takes longer than a session lasts.
        let bidders: Vec<_> = bidders
            .iter()
            .map(|(provider, hour, night, mark)| (self.signed_in_again(provider), *hour, *night, *mark))
            .collect();
        let id = self.published_as(form).await;
        for (provider, hour, night, _) in &bidders {
            let offer = self.offer(hour, night).await;
            provider.post(&format!("/api/opportunities/{id}/bid"), offer).await.ok();
        }
        self.wind_minutes(4 * 60);
        let marks: Vec<_> = bidders.iter().map(|(provider, _, _, mark)| (provider, *mark)).collect();
        self.evaluated(&id, &marks).await;
        let path = format!("/api/opportunities/{id}/open-prices");
        self.lead_commissioner().await.post(&path, json!({})).await.ok();
        id
    }

    /// Both evaluators declare, give every answer of these bids these marks and finish; the lead commissioner has
    /// declared too, so that prices can open.
    pub async fn evaluated(&self, id: &str, marks: &[(&Person, &str)]) {
        for evaluator in [self.evaluator().await, self.second_evaluator().await] {
            self.declared(&evaluator, id).await;
            for (provider, mark) in marks {
                self.marked(&evaluator, id, provider, mark).await;
            }
            self.finished(&evaluator, id).await;
        }
        self.declared(&self.lead_commissioner().await, id).await;
    }

    /// An officer who declares that they have no interest in any bidder.
    pub async fn declared(&self, officer: &Person, id: &str) {
        officer.post(&format!("/api/opportunities/{id}/declaration"), json!({"interest": null})).await.ok();
    }

    /// An evaluator who presses “I have finished”.
    pub async fn finished(&self, evaluator: &Person, id: &str) {
        evaluator.post(&format!("/api/opportunities/{id}/marks/finish"), json!({})).await.ok();
    }

    /// How evaluators know a provider's bid.
    pub async fn blind_id(&self, id: &str, provider: &Person) -> Value {
        let bid = provider.get(&format!("/api/opportunities/{id}/bid")).await.ok();
        let bid = bid["bid_id"].as_str().expect("an id").parse().expect("an id");
        let id: OpportunityId = id.parse().expect("an id");
        let found = store::opportunity::find(self.app.database.read(), id).await.expect("an answer");
        json!(blind_id(&found.expect("the opportunity"), bid))
    }

    /// Marks every answer of a provider's bid.
    pub async fn marked(&self, evaluator: &Person, id: &str, provider: &Person, mark: &str) {
        let evaluation = evaluator.get(&format!("/api/opportunities/{id}/evaluation")).await.ok();
        for criterion in evaluation["criteria"].as_array().expect("criteria") {
            self.mark(evaluator, id, provider, &criterion["id"], mark).await.ok();
        }
    }

    /// Marks one answer of a provider's bid.
    pub async fn mark(
        &self,
        by: &Person,
        id: &str,
        provider: &Person,
        criterion: &Value,
        mark: &str,
    ) -> Reply {
        let form = json!({
            "blind_id": self.blind_id(id, provider).await, "criterion_id": criterion, "mark": mark,
            "reason": "Clear, with an example.",
        });
        by.post(&format!("/api/opportunities/{id}/marks"), form).await
    }

    /// Recommends the bid ranked first: the ranking.
    pub async fn recommended(&self, id: &str) -> Value {
        let commissioner = self.lead_commissioner().await;
        let ranking = commissioner.get(&format!("/api/opportunities/{id}/ranking")).await.ok();
        let first = &ranking["result"]["bids"][0]["bid_id"];
        let mut form = json!({"bid_id": first, "shortlist": [first], "reason": "Ranked first."});
        if !ranking["preference"].is_null() {
            form["preference"] = json!({"answer": "not_followed", "reason": "It came last."});
        }
        commissioner.post(&format!("/api/opportunities/{id}/recommend"), form).await.ok()
    }
}

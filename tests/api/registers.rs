//! The registers of others: what they say is read from a real server that answers in their shapes, or fails as they do; it
//! raises concerns, and changes no standing.

use crate::{disclosure::elsewhere, setting::*};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, http::StatusCode, web};
use entity::vocabulary::*;
use fairlot::{
    actions::register::check_due,
    domain::register::{ANSWER_BYTES_MAX, Source, Sources},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

macro_rules! recorded {
    ($name:literal) => {
        include_str!(concat!("../registers/", $name))
    };
}

const PROVIDER: &str = "/cqc/providers/1-100000001";
const LOCATION: &str = "/cqc/locations/1-200000001";
const COMPANY: &str = "/companies-house/company/00000001";
const CHARITY: &str = "/charity-commission/charitydetails/9000001/0";

/// How the registers answer.
#[derive(Clone)]
enum Answer {
    Says(String),
    With(u16, Option<&'static str>),
    Never,
}

fn says(body: &str) -> Answer {
    Answer::Says(body.to_owned())
}

type Keys = HashMap<String, Option<String>>;

#[derive(Clone, Default)]
struct Registry {
    answers: Arc<Mutex<HashMap<&'static str, Answer>>>,
    /// Every path that was asked for, with the key that came with it.
    asked: Arc<Mutex<Vec<(String, Keys)>>>,
}

impl Registry {
    fn set(&self, path: &'static str, answer: Answer) {
        self.answers.lock().expect("a lock").insert(path, answer);
    }

    /// The paths that were asked for since this was last looked at, in order.
    fn asked(&self) -> Vec<String> {
        let mut paths: Vec<_> = std::mem::take(&mut *self.asked.lock().expect("a lock"))
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        paths.sort();
        paths
    }
}

async fn answer(request: HttpRequest, registry: web::Data<Registry>) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        (name.to_owned(), value.map(str::to_owned))
    };
    let keys = ["ocp-apim-subscription-key", "authorization"].into_iter().map(header).collect();
    let path = request.path().to_owned();
    registry.asked.lock().expect("a lock").push((path.clone(), keys));
    let answer = registry.answers.lock().expect("a lock").get(path.as_str()).cloned();
    match answer {
        Some(Answer::Says(body)) => HttpResponse::Ok().content_type("application/json").body(body),
        Some(Answer::With(status, wait)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            let mut answer = HttpResponse::build(status);
            if let Some(wait) = wait {
                answer.insert_header(("retry-after", wait));
            }
            if status.is_redirection() {
                answer.insert_header(("location", "/elsewhere"));
            }
            answer.body("Busy.")
        }
        Some(Answer::Never) => std::future::pending().await,
        None => HttpResponse::NotFound().content_type("application/json").body("{\"message\":\"None.\"}"),
    }
}

/// A setting with registers beside it, and one member that gave them its numbers.
struct World {
    setting: Setting,
    registry: Registry,
    acorn: Person,
    /// Its enrolment.
    id: String,
    handle: ServerHandle,
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

fn numbers() -> Value {
    json!({
        "companies_house_number": "1", "charity_number": "9000001", "ppon": "gb-ppon-pabc-1234-defg",
        "cqc_provider_id": "1-100000001", "cqc_locations": ["1-200000001"],
    })
}

impl World {
    async fn begin(kind: Kind) -> Self {
        let registry = Registry::default();
        registry.set(PROVIDER, says(recorded!("cqc-provider.json")));
        registry.set(LOCATION, says(recorded!("cqc-location-good.json")));
        registry.set(COMPANY, says(recorded!("company-active.json")));
        registry.set(CHARITY, says(recorded!("charity.json")));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let data = web::Data::new(registry.clone());
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)))
                .workers(1)
                .disable_signals()
                .listen(listener)
                .expect("a server")
                .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let at = |name: &str| Source { url: format!("{base}/{name}"), key: Some(format!("key-{name}")) };
        let sources = Sources {
            cqc: at("cqc"),
            companies_house: at("companies-house"),
            charity_commission: at("charity-commission"),
            patience: Duration::from_millis(1500),
        };
        Self::over(kind, registry, sources, handle).await
    }

    async fn over(kind: Kind, registry: Registry, sources: Sources, handle: ServerHandle) -> Self {
        let setting = Setting::with_registers(kind, sources).await;
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        acorn.post("/api/organisation/identifiers", numbers()).await.ok();
        let procurement = setting.procurement().await;
        let enrolments = procurement.get("/api/enrolments").await.ok();
        let id = Setting::items(&enrolments)[0]["id"].as_str().expect("an id").to_owned();
        Self { setting, registry, acorn, id, handle }
    }

    /// The clock asks what is due: how many numbers that were.
    async fn checked(&self) -> usize {
        check_due(&self.setting.app).await.expect("done")
    }

    async fn days_later(&self, days: i64) {
        self.setting.wind_minutes(days * 24 * 60);
        self.checked().await;
    }

    /// Somebody whose session outlives the winding of the clock.
    async fn procurement(&self) -> Person {
        self.setting.procurement().await
    }

    async fn registers(&self) -> Value {
        self.procurement().await.get(&format!("/api/enrolments/{}/registers", self.id)).await.ok()
    }

    /// What one register says, for officers.
    async fn said(&self, entry: &str) -> Value {
        let page = self.registers().await;
        let found =
            page["says"].as_array().expect("a list").iter().find(|says| says["entry"] == entry).cloned();
        found.expect("the entry")
    }

    /// The kinds of the authority's open concerns, oldest first.
    async fn concerns(&self) -> Vec<String> {
        let list = self.procurement().await.get("/api/concerns").await.ok();
        let kinds =
            Setting::items(&list).iter().rev().map(|c| c["kind"].as_str().expect("a kind").to_owned());
        kinds.collect()
    }

    async fn standing(&self) -> Value {
        self.procurement().await.get(&format!("/api/enrolments/{}", self.id)).await.ok()["standing"].clone()
    }
}

macro_rules! with_registers {
    ($(async fn $name:ident($world:ident: World) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($world: World) $body

            #[actix_web::test]
            async fn on_sqlite() {
                test(World::begin(Kind::Sqlite).await).await;
            }

            #[actix_web::test]
            async fn on_postgres() {
                test(World::begin(Kind::Postgres).await).await;
            }
        }
    )+};
}

with_registers! {
    async fn every_number_is_asked_about_once_a_day_with_the_key_of_its_register(world: World) {
        assert_eq!(world.checked().await, 4);
        let asked = std::mem::take(&mut *world.registry.asked.lock().expect("a lock"));
        for (path, keys) in asked {
            let key = |name: &str| keys[name].as_deref();
            let (subscription, authorization) = (key("ocp-apim-subscription-key"), key("authorization"));
            match path.as_str() {
                // “key-companies-house:”, which is a name without a password.
                COMPANY => assert_eq!(authorization, Some("Basic a2V5LWNvbXBhbmllcy1ob3VzZTo=")),
                CHARITY => assert_eq!(subscription, Some("key-charity-commission")),
                PROVIDER | LOCATION => assert_eq!(subscription, Some("key-cqc")),
                other => panic!("{other}"),
            }
            assert!(subscription.is_none() != authorization.is_none());
        }
        world.setting.wind_minutes(24 * 60 - 1);
        assert_eq!(world.checked().await, 0);
        world.setting.wind_minutes(1);
        assert_eq!(world.checked().await, 4);
        assert_eq!(world.registry.asked().len(), 4);
    }

    async fn officers_and_the_provider_itself_see_what_was_read_and_nobody_else(world: World) {
        let before = world.said("company").await;
        assert_eq!((&before["read_at"], &before["asked"], &before["stale"]), (&Value::Null, &json!(true), &json!(false)));
        world.checked().await;
        let page = world.registers().await;
        let own = world.acorn.get("/api/organisation").await.ok();
        assert_eq!(page["says"], own["says"]);
        assert_eq!(own["identifiers"]["ppon"], "PABC-1234-DEFG");
        assert_eq!(own["identifiers"]["companies_house_number"], "00000001");
        assert_eq!(page["concerns"], json!([]));
        let location = world.said("cqc_location").await;
        assert_eq!((&location["rating"], &location["rated_on"]), (&json!("good"), &json!("2025-03-04")));
        assert_eq!(location["read_at"], json!(BEGINNING));
        assert_eq!(world.said("company").await["status"], "active");
        assert_eq!(world.said("charity").await["status"], "registered");
        // Another provider, another authority, and a provider at the officers' door.
        let birch = world.setting.provider("Birch Example Care").await;
        assert_eq!(birch.get("/api/organisation").await.ok()["name"], "Birch Example Care");
        world.setting.market(&elsewhere()).await;
        let stranger = world.setting.officer_of("elsewhere", "all@elsewhere.example", OfficerRole::ALL).await;
        let path = format!("/api/enrolments/{}/registers", world.id);
        stranger.get(&path).await.refused(404, "not_found");
        stranger.post(&format!("/api/enrolments/{}/check", world.id), json!({})).await.refused(404, "not_found");
        birch.get(&path).await.refused(403, "role_needed");
        birch.get("/api/concerns").await.refused(403, "role_needed");
        assert_eq!(Setting::items(&stranger.get("/api/concerns").await.ok()).len(), 0);
    }

    async fn a_rating_that_falls_raises_one_concern_with_its_owner_and_leaves_the_standing_alone(world: World) {
        world.checked().await;
        // In the newer place and the newer spelling.
        world.registry.set(LOCATION, says(recorded!("cqc-location-newer-requires-improvement.json")));
        world.days_later(1).await;
        world.days_later(1).await;
        assert_eq!(world.concerns().await, ["rating_fell"]);
        let procurement = world.procurement().await;
        assert_eq!(
            world.setting.letters_owed(&[LetterKind::ConcernRaised]).await,
            [(LetterKind::ConcernRaised, procurement.account_id)]
        );
        let concern = Setting::items(&procurement.get("/api/concerns").await.ok())[0].clone();
        let words = concern["words"].as_str().expect("words");
        assert!(words.contains("Requires improvement on Saturday 28 November 2026. Before, it was Good."), "{words}");
        assert_eq!((&concern["mine"], &concern["register"]), (&json!(true), &json!("Care Quality Commission")));
        // The same rating in the older place, under another date, is no other finding.
        world.registry.set(LOCATION, says(recorded!("cqc-location-older-requires-improvement.json")));
        world.days_later(1).await;
        assert_eq!(world.concerns().await, ["rating_fell"]);
        // A further fall is.
        world.registry.set(LOCATION, says(recorded!("cqc-location-inadequate.json")));
        world.days_later(1).await;
        assert_eq!(world.concerns().await, ["rating_fell", "rating_fell"]);
        assert_eq!(world.standing().await, "admitted");
        // The provider reads what the register says, and nothing of the concern.
        let acorn = world.setting.signed_in_again(&world.acorn);
        let own = acorn.get("/api/organisation").await.ok();
        assert!(!own.to_string().contains("concern"), "{own}");
        let history = acorn.get(&format!("/api/history/enrolment/{}", world.id)).await.ok();
        assert!(!history.to_string().contains("concern"), "{history}");
        let provider = own["provider_id"].as_str().expect("an id");
        let history = acorn.get(&format!("/api/history/provider/{provider}")).await.ok().to_string();
        assert!(history.contains("rated Inadequate on Tuesday 8 December 2026"), "{history}");
    }

    async fn an_inherited_rating_is_shown_as_such_and_raises_nothing(world: World) {
        world.registry.set(LOCATION, says(recorded!("cqc-location-inherited.json")));
        world.checked().await;
        let location = world.said("cqc_location").await;
        assert_eq!((&location["rating"], &location["inherited"]), (&json!("inadequate"), &json!(true)));
        assert_eq!(world.concerns().await, Vec::<String>::new());
    }

    async fn what_ends_in_a_register_is_a_concern_and_nobody_is_stopped_by_it(world: World) {
        world.checked().await;
        world.registry.set(PROVIDER, says(recorded!("cqc-provider-deregistered.json")));
        world.days_later(1).await;
        world.registry.set(LOCATION, says(recorded!("cqc-location-deregistered.json")));
        world.days_later(1).await;
        world.registry.set(COMPANY, says(recorded!("company-liquidation.json")));
        world.days_later(1).await;
        world.registry.set(COMPANY, says(recorded!("company-dissolved.json")));
        world.days_later(1).await;
        world.registry.set(CHARITY, says(recorded!("charity-removed.json")));
        world.days_later(1).await;
        world.registry.set(CHARITY, Answer::With(404, None));
        world.days_later(1).await;
        world.days_later(1).await;
        let kinds =
            ["deregistered", "deregistered", "insolvent", "dissolved", "charity_removed", "not_on_register"];
        assert_eq!(world.concerns().await, kinds);
        assert_eq!(world.standing().await, "admitted");
        let company = world.said("company").await;
        assert_eq!((&company["state"], &company["since"]), (&json!("ended"), &json!("2026-11-24")));
        assert_eq!(world.said("charity").await["state"], "unknown");
    }

    async fn an_authority_that_the_provider_joins_later_is_told_of_what_stands(world: World) {
        world.registry.set(COMPANY, says(recorded!("company-liquidation.json")));
        world.checked().await;
        world.setting.market(&elsewhere()).await;
        let other = world.setting
            .officer_of("elsewhere", "procurement@elsewhere.example", &[OfficerRole::Procurement]).await;
        assert_eq!(Setting::items(&other.get("/api/concerns").await.ok()).len(), 0);
        world.setting.applied(&world.acorn, "Supported Living Elsewhere").await;
        world.setting.wind_minutes(24 * 60);
        world.checked().await;
        let other = world.setting.signed_in_again(&other);
        let concerns = other.get("/api/concerns").await.ok();
        assert_eq!(Setting::items(&concerns)[0]["kind"], "insolvent");
        assert_eq!(Setting::items(&concerns).len(), 1);
        assert_eq!(world.concerns().await, ["insolvent"]);
        // What one authority closes, the other still has.
        let id = Setting::items(&concerns)[0]["id"].as_str().expect("an id");
        world.procurement().await
            .post(&format!("/api/concerns/{id}/close"), json!({"reason": "Not ours."})).await
            .refused(404, "not_found");
    }

    async fn its_owner_closes_a_concern_with_a_reason_and_it_is_not_raised_again(world: World) {
        world.registry.set(COMPANY, says(recorded!("company-liquidation.json")));
        world.checked().await;
        let owner = world.procurement().await;
        let concern = Setting::items(&owner.get("/api/concerns").await.ok())[0].clone();
        let path = |verb: &str| format!("/api/concerns/{}/{verb}", concern["id"].as_str().expect("an id"));
        let reason = json!({"reason": "The administrator keeps the service open until it is sold."});
        let lead = world.setting.lead_commissioner().await;
        lead.post(&path("close"), reason.clone()).await.refused(409, "not_your_concern");
        world.setting.broker().await.post(&path("take"), json!({})).await.refused(403, "role_needed");
        world.acorn.post(&path("take"), json!({})).await.refused(403, "role_needed");
        owner.post(&path("take"), json!({})).await.refused(409, "already_done");
        assert_eq!(lead.post(&path("take"), json!({})).await.ok()["mine"], true);
        let refused = owner.post(&path("close"), reason.clone()).await.refused(409, "not_your_concern");
        assert!(refused["detail"].as_str().expect("words").contains("make it yours first"));
        let empty = lead.post(&path("close"), json!({"reason": "  "})).await.refused(422, "invalid_field");
        assert_eq!(empty["field"], "reason");
        let key = new_key();
        let closed = lead.post_with(&path("close"), reason.clone(), &key).await.ok();
        assert_eq!((&closed["reason"], &closed["may_close"]), (&reason["reason"], &json!(false)));
        lead.post_with(&path("close"), reason.clone(), &key).await.ok();
        lead.post(&path("close"), reason).await.refused(409, "already_done");
        world.days_later(1).await;
        assert_eq!(world.concerns().await, Vec::<String>::new());
        let closed = world.procurement().await.get("/api/concerns?closed=true").await.ok();
        assert_eq!(Setting::items(&closed).len(), 1);
    }

    async fn while_a_register_cannot_be_read_its_last_answer_stays_and_the_page_says_so(world: World) {
        world.checked().await;
        let good = recorded!("company-active.json");
        let large = format!("{{\"pad\":\"{}\"}}", "x".repeat(ANSWER_BYTES_MAX));
        for (answer, words) in [
            (Answer::With(500, None), "something is wrong with it"),
            (Answer::With(502, None), "something is wrong with it"),
            (Answer::With(401, None), "did not accept our key"),
            (Answer::With(403, None), "did not accept our key"),
            (Answer::With(302, None), "could not be understood"),
            (Answer::Never, "did not answer in time"),
            (says("<!doctype html><title>Sorry</title>"), "could not be understood"),
            (says(&good[..good.len() / 2]), "could not be understood"),
            (says(&good.replace("company_status", "status")), "could not be understood"),
            (says(&good.replace("\"active\"", "true")), "could not be understood"),
            (says(&good.replace("\"00000001\"", "\"00000002\"")), "could not be understood"),
            (says(&large), "too large"),
        ] {
            world.registry.set(COMPANY, answer);
            world.days_later(1).await;
            let company = world.said("company").await;
            let failure = company["failure"].as_str().expect("a failure");
            assert!(failure.contains(words), "{failure} instead of {words}");
            assert_eq!((&company["stale"], &company["status"]), (&json!(true), &json!("active")));
            assert_eq!(company["read_at"], json!(BEGINNING));
        }
        // The others were read meanwhile, and nothing was made up about this one.
        assert_eq!(world.said("charity").await["stale"], json!(false));
        assert_eq!(world.concerns().await, Vec::<String>::new());
        world.registry.set(COMPANY, says(good));
        world.days_later(1).await;
        let company = world.said("company").await;
        assert_eq!((&company["stale"], &company["failure"]), (&json!(false), &Value::Null));
    }

    async fn a_register_that_wishes_to_be_left_alone_is_left_alone_whoever_asks(world: World) {
        world.checked().await;
        world.registry.asked();
        world.registry.set(PROVIDER, Answer::With(429, Some("7200")));
        world.registry.set(LOCATION, Answer::With(429, Some("7200")));
        world.days_later(1).await;
        // The first no is enough; the other registers go on.
        let asked = world.registry.asked();
        assert_eq!(asked.iter().filter(|path| path.starts_with("/cqc")).count(), 1, "{asked:?}");
        assert_eq!(asked.len(), 3);
        let check = format!("/api/enrolments/{}/check", world.id);
        world.setting.wind_minutes(119);
        world.procurement().await.post(&check, json!({})).await.ok();
        assert!(world.registry.asked().iter().all(|path| !path.starts_with("/cqc")));
        world.registry.set(PROVIDER, says(recorded!("cqc-provider.json")));
        world.registry.set(LOCATION, says(recorded!("cqc-location-good.json")));
        world.setting.wind_minutes(2);
        world.checked().await;
        assert_eq!(world.registry.asked(), [LOCATION, PROVIDER]);
        assert_eq!(world.said("cqc_provider").await["failure"], Value::Null);
    }

    async fn an_officer_has_it_asked_at_once_and_not_again_within_the_minute(world: World) {
        let check = format!("/api/enrolments/{}/check", world.id);
        let procurement = world.procurement().await;
        let key = new_key();
        let page = procurement.post_with(&check, json!({}), &key).await.ok();
        assert_eq!(page["says"][0]["read_at"], json!(BEGINNING));
        assert_eq!(world.registry.asked().len(), 4);
        // The same request, repeated, asks nobody.
        procurement.post_with(&check, json!({}), &key).await.ok();
        procurement.post(&check, json!({})).await.refused(429, "checked_just_now");
        assert_eq!(world.registry.asked().len(), 0);
        world.setting.broker().await.post(&check, json!({})).await.refused(403, "role_needed");
        world.acorn.post(&check, json!({})).await.refused(403, "role_needed");
        world.setting.wind_minutes(1);
        world.registry.set(COMPANY, says(recorded!("company-liquidation.json")));
        let page = procurement.post(&check, json!({})).await.ok();
        assert_eq!(page["concerns"][0]["kind"], "insolvent");
    }

    async fn a_provider_changes_its_numbers_and_the_old_are_asked_about_no_more(world: World) {
        world.checked().await;
        world.registry.asked();
        let path = "/api/organisation/identifiers";
        let wrong = json!({
            "companies_house_number": "ZZ1", "charity_number": "12", "ppon": "PABC-12-DEFG",
            "cqc_provider_id": "100000001", "cqc_locations": ["1-200000001", "1-200000001"],
        });
        let refused = world.acorn.post(path, wrong).await.refused(422, "invalid_field");
        let fields: Vec<_> = refused["problems"].as_array().expect("a list").iter().map(|p| &p["field"]).collect();
        assert_eq!(
            fields,
            ["companies_house_number", "cqc_provider_id", "cqc_locations[1]", "charity_number", "ppon"]
        );
        let many: Vec<_> = (0..21).map(|at| format!("1-3000000{at:02}")).collect();
        let refused = world.acorn.post(path, json!({"cqc_locations": many})).await.refused(422, "invalid_field");
        assert_eq!(refused["field"], "cqc_locations");
        world.procurement().await.post(path, json!({})).await.refused(403, "role_needed");
        let left = json!({"companies_house_number": "00000001"});
        let page = world.acorn.post(path, left).await.ok();
        assert_eq!(page["says"].as_array().expect("a list").len(), 1);
        assert_eq!(page["identifiers"]["cqc_locations"], json!([]));
        world.days_later(1).await;
        assert_eq!(world.registry.asked(), [COMPANY]);
        // Given again, it is asked about at once.
        let acorn = world.setting.signed_in_again(&world.acorn);
        acorn.post(path, numbers()).await.ok();
        assert_eq!(world.checked().await, 3);
    }

    async fn a_provider_that_is_in_no_market_is_not_asked_about(world: World) {
        world.checked().await;
        world.registry.asked();
        let birch = world.setting.provider("Birch Example Care").await;
        world.checked().await;
        assert_eq!(world.registry.asked(), Vec::<String>::new());
        world.setting.applied(&birch, "Supported Living").await;
        world.checked().await;
        assert_eq!(world.registry.asked().len(), 2);
    }
}

/// A register where nothing listens, and one without a key.
async fn unreachable(kind: Kind) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let nowhere = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let key = Some("key".to_owned());
    let sources = Sources {
        companies_house: Source { url: nowhere, key },
        patience: Duration::from_millis(1500),
        ..Sources::default()
    };
    let idle =
        HttpServer::new(App::new).workers(1).disable_signals().bind("127.0.0.1:0").expect("a port").run();
    let world = World::over(kind, Registry::default(), sources, idle.handle()).await;
    assert_eq!(world.checked().await, 1);
    let company = world.said("company").await;
    assert_eq!(company["failure"], "It could not be reached.");
    assert_eq!((&company["stale"], &company["read_at"]), (&json!(true), &Value::Null));
    let location = world.said("cqc_location").await;
    assert_eq!((&location["asked"], &location["failure"]), (&json!(false), &Value::Null));
    let page = world.registers().await;
    assert_eq!(page["unasked"], json!(["Care Quality Commission", "Charity Commission"]));
    // Tried again after a quarter of an hour, and no sooner.
    world.setting.wind_minutes(14);
    assert_eq!(world.checked().await, 0);
    world.setting.wind_minutes(1);
    assert_eq!(world.checked().await, 1);
}

#[actix_web::test]
async fn a_register_that_is_out_of_reach_is_said_to_be_and_one_without_a_key_is_not_asked_on_sqlite() {
    unreachable(Kind::Sqlite).await;
}

#[actix_web::test]
async fn a_register_that_is_out_of_reach_is_said_to_be_and_one_without_a_key_is_not_asked_on_postgres() {
    unreachable(Kind::Postgres).await;
}

/// Without any key at all.
async fn unasked(kind: Kind) {
    let setting = Setting::begin(kind).await;
    setting.market(SUPPORTED_LIVING).await;
    setting.admitted("Acorn Example Care", "Supported Living").await;
    assert_eq!(check_due(&setting.app).await.expect("done"), 0);
    let procurement = setting.procurement().await;
    let enrolments = procurement.get("/api/enrolments").await.ok();
    let id = Setting::items(&enrolments)[0]["id"].as_str().expect("an id").to_owned();
    let page = procurement.get(&format!("/api/enrolments/{id}/registers")).await.ok();
    assert_eq!(page["may_check"], false);
    assert_eq!(page["unasked"], json!(["Care Quality Commission", "Companies House"]));
    let refused = procurement.post(&format!("/api/enrolments/{id}/check"), json!({})).await;
    refused.refused(409, "register_not_asked");
}

#[actix_web::test]
async fn without_keys_nobody_is_asked_and_the_page_says_so_on_sqlite() {
    unasked(Kind::Sqlite).await;
}

#[actix_web::test]
async fn without_keys_nobody_is_asked_and_the_page_says_so_on_postgres() {
    unasked(Kind::Postgres).await;
}

//! Questionnaires as data: who is asked what, in which version, and what the answers and their marks decide.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const LIVING: &str = "Supported Living";
const DAY: &str = "Community Based Day Opportunities";

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The form without the answers to these questions.
fn without(mut form: Value, ids: &[&str]) -> Value {
    let questions = form["questions"].as_array_mut().expect("questions");
    questions.retain(|one| !ids.contains(&one["question_id"].as_str().expect("an id")));
    form
}

/// The form with another answer to a question.
fn with(form: Value, id: &str, answer: &str) -> Value {
    let mut form = without(form, &[id]);
    form["questions"].as_array_mut().expect("questions").push(json!({"question_id": id, "answer": answer}));
    form
}

fn fields(refusal: &Value) -> Vec<String> {
    let mut fields: Vec<_> =
        refusal["problems"].as_array().expect("problems").iter().map(|one| text(&one["field"])).collect();
    fields.sort();
    fields
}

/// The market's page, the path of its enrolments, its first category, and a request that passes.
async fn joining(setting: &Setting, market: &str) -> (String, String, Value) {
    let page = setting.market_page(market).await;
    let category = text(&page["categories"][0]["id"]);
    let form = application(&page, &category);
    (format!("/api/markets/{}/enrolments", text(&page["id"])), category, form)
}

/// What an officer reads of an answer.
fn answered<'v>(enrolment: &'v Value, id: &str) -> Option<&'v Value> {
    let sections = enrolment["questionnaire"]["sections"].as_array().expect("sections");
    sections
        .iter()
        .flat_map(|section| section["questions"].as_array().expect("questions"))
        .find(|one| one["question"]["id"] == id)
}

/// Writes one answer of a draft.
async fn write(by: &Person, category: &str, field: &str, revision: i32, answer: &str) -> Reply {
    let form = json!({"field": field, "revision": revision, "answer": answer});
    put(by, &format!("/api/categories/{category}/application"), form).await
}

async fn put(by: &Person, path: &str, form: Value) -> Reply {
    by.send(Method::PUT, path, Some(form.to_string()), &[("idempotency-key", &new_key())]).await
}

async fn page(of: &Person, category: &str) -> Value {
    of.get(&format!("/api/categories/{category}/application")).await.ok()
}

fn field<'v>(page: &'v Value, name: &str) -> &'v Value {
    let sections = page["sections"].as_array().expect("sections");
    let mut fields = sections.iter().flat_map(|section| section["fields"].as_array().expect("fields"));
    fields.find(|one| one["field"] == name).expect("the field")
}

fn states(page: &Value) -> Vec<(String, String)> {
    let sections = page["sections"].as_array().expect("sections").iter();
    sections.map(|section| (text(&section["id"]), text(&section["state"]))).collect()
}

/// Writes everything that a request which passes has.
pub async fn write_all(by: &Person, category: &str, form: &Value) {
    let now = page(by, category).await;
    let revision =
        |name: &str| i32::try_from(field(&now, name)["revision"].as_i64().expect("one")).expect("small");
    for one in form["declarations"].as_array().expect("a list") {
        let name = format!("declarations.{}", text(one));
        write(by, category, &name, revision(&name), "yes").await.ok();
    }
    for one in form["questions"].as_array().expect("a list") {
        let name = format!("questions.{}", text(&one["question_id"]));
        write(by, category, &name, revision(&name), one["answer"].as_str().expect("text")).await.ok();
    }
    for one in form["evidence"].as_array().expect("a list") {
        let name = format!("evidence.{}", text(&one["id"]));
        let form = json!({
            "field": name, "revision": revision(&name),
            "evidence": {"reference": one["reference"], "expires_on": one["expires_on"]},
        });
        put(by, &format!("/api/categories/{category}/application"), form).await.ok();
    }
}

on_both! {
    async fn a_question_is_asked_only_of_those_whom_it_concerns_and_every_fault_is_named(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let (path, _, good) = joining(&setting, LIVING).await;
        // What is wrong is told at once, whatever it is about.
        let mut bad = without(good.clone(), &["staff", "begun"]);
        bad["declarations"].as_array_mut().expect("a list").remove(0);
        bad["evidence"].as_array_mut().expect("a list").remove(0);
        let bad = with(with(bad, "rating", "splendid"), "staff", "a dozen");
        let refusal = acorn.post(&path, bad).await.refused(422, "declaration_missing");
        assert_eq!(
            fields(&refusal),
            ["declarations.exclusion-grounds", "evidence.cqc", "questions.begun", "questions.rating", "questions.staff"]
        );
        // “improvement” is asked of those who require improvement, and then it must be answered.
        let improving = with(without(good.clone(), &["improvement"]), "rating", "requires-improvement");
        let refusal = acorn.post(&path, improving).await.refused(422, "answer_missing");
        assert_eq!(fields(&refusal), ["questions.improvement"]);
        let unknown = with(good.clone(), "nobody-asked", "yes");
        assert_eq!(fields(&acorn.post(&path, unknown).await.refused(422, "answer_missing")), ["questions.nobody-asked"]);
        let long = with(good.clone(), "safeguarding", &"word ".repeat(251));
        assert_eq!(fields(&acorn.post(&path, long).await.refused(422, "answer_missing")), ["questions.safeguarding"]);
        // An answer to a question that is not asked is not sent.
        let sent = acorn.post(&path, good).await.ok();
        assert!(answered(&sent, "rating").is_some());
        assert!(answered(&sent, "improvement").is_none() && answered(&sent, "ended-why").is_none());
        assert_eq!(answered(&sent, "rating").expect("it")["answer"], "Outstanding");
        assert_eq!(sent["questionnaire"]["version"], 1);
    }

    async fn an_answer_that_fails_keeps_a_provider_out_and_the_question_is_named(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let (path, _, good) = joining(&setting, LIVING).await;
        let sent = acorn.post(&path, with(good, "rating", "inadequate")).await.ok();
        let procurement = setting.procurement().await;
        let at = format!("/api/enrolments/{}", text(&sent["id"]));
        let seen = procurement.get(&at).await.ok();
        assert_eq!(answered(&seen, "rating").expect("it")["outcome"], "fails");
        assert_eq!(answered(&seen, "regulated").expect("it")["outcome"], "passes");
        assert_eq!(answered(&seen, "staff").expect("it")["outcome"], "not_judged");
        let question = text(&answered(&seen, "rating").expect("it")["question"]["words"]);
        assert_eq!(seen["questionnaire"]["failing"], json!([question]));
        let refusal = procurement.post(&format!("{at}/admit"), json!({"reasons": "Yes."})).await.refused(409, "answer_fails");
        assert!(text(&refusal["detail"]).contains(&question), "{refusal}");
        assert_eq!(refusal["field"], "questions.rating");
        procurement.post(&format!("{at}/refuse"), json!({"reasons": "The rating is inadequate."})).await.ok();
    }

    async fn marks_admit_only_when_all_are_given_and_they_suffice(setting: Setting) {
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let (path, _, good) = joining(&setting, DAY).await;
        let sent = acorn.post(&path, good).await.ok();
        let at = format!("/api/enrolments/{}", text(&sent["id"]));
        let procurement = setting.procurement().await;
        let mark = async |id: &str, mark: &str| {
            let form = json!({"question_id": id, "mark": mark, "reason": "As it was answered."});
            procurement.post(&format!("{at}/answer-marks"), form).await
        };
        let admit = async || procurement.post(&format!("{at}/admit"), json!({"reasons": "Yes."})).await;
        admit().await.refused(409, "answer_mark_missing");
        for (id, given) in [("community", "5.1"), ("community", "-1"), ("rates", "3"), ("nothing", "3")] {
            mark(id, given).await.refused(422, "mark_invalid");
        }
        for person in [&acorn, &setting.evaluator().await] {
            let form = json!({"question_id": "community", "mark": "3", "reason": "."});
            person.post(&format!("{at}/answer-marks"), form).await.refused(403, "role_needed");
        }
        // 60 × 1.5 ÷ 5 + 40 × 5 ÷ 5 = 58 of 100, but one answer has less than it must.
        mark("community", "1.5").await.ok();
        mark("outcomes", "5").await.ok();
        assert_eq!(admit().await.refused(409, "pass_mark_missed")["field"], "questions.community");
        // 60 × 2 ÷ 5 + 40 × 3.2 ÷ 5 = 49.6 of 100: half is wanted.
        mark("community", "2").await.ok();
        let seen = mark("outcomes", "3.2").await.ok();
        let score = &seen["questionnaire"]["score"];
        assert_eq!((&score["total"], &score["least"], &score["reached"]), (&json!("49.6000"), &json!("50.0000"), &json!(false)));
        assert!(text(&admit().await.refused(409, "pass_mark_missed")["detail"]).contains("49.6 of 100"));
        // The provider sees no mark until its request is decided.
        let own = acorn.get(&at).await.ok();
        assert!(own["questionnaire"]["score"].is_null() && answered(&own, "community").expect("it")["mark"].is_null());
        // Exactly half: 24 + 26 = 50.
        mark("outcomes", "3.3").await.ok();
        mark("community", "2").await.ok();
        let seen = mark("community", "2.0").await.ok();
        assert_eq!(seen["questionnaire"]["score"]["total"], "50.4000");
        admit().await.ok();
        mark("community", "5").await.refused(409, "standing_forbids");
        let own = acorn.get(&at).await.ok();
        assert_eq!(answered(&own, "community").expect("it")["mark"]["mark"], "2");
        let history = acorn.get(&format!("/api/history/enrolment/{}", text(&sent["id"]))).await.ok().to_string();
        assert!(history.contains("answer_mark_given") && !history.contains("3.3"), "{history}");
    }

    async fn a_changed_questionnaire_is_a_new_version_and_each_request_answers_its_own(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = (setting.provider("Acorn Example Care").await, setting.provider("Birch Example Care").await);
        let (path, category, good) = joining(&setting, LIVING).await;
        let sent = acorn.post(&path, good.clone()).await.ok();
        write(&birch, &category, "questions.staff", 0, "7").await.ok();
        // The same again changes nothing.
        setting.market(SUPPORTED_LIVING).await;
        let market = setting.market_page(LIVING).await;
        assert_eq!(market["questionnaire"]["version"], 1);
        let newer = SUPPORTED_LIVING.replace("How many people do you employ who give support?", "How many people give support?").replace(
            "[[questionnaire.sections]]\nid = \"safety\"",
            "[[questionnaire.sections.questions]]\nid = \"volunteers\"\nwords = \"Do volunteers work with you?\"\nkind = \"yes_no\"\n\n[[questionnaire.sections]]\nid = \"safety\"",
        );
        setting.market(&newer).await;
        let market = setting.market_page(LIVING).await;
        assert_eq!(market["questionnaire"]["version"], 2);
        // What was sent, and what is being written, stay with the questions that were asked.
        let seen = setting.procurement().await.get(&format!("/api/enrolments/{}", text(&sent["id"]))).await.ok();
        assert_eq!(seen["questionnaire"]["version"], 1);
        assert_eq!(answered(&seen, "staff").expect("it")["question"]["words"], "How many people do you employ who give support?");
        assert_eq!(page(&birch, &category).await["version"], 1);
        write(&birch, &category, "questions.volunteers", 0, "yes").await.refused(422, "invalid_field");
        write_all(&birch, &category, &good).await;
        let sent = birch.post(&format!("/api/categories/{category}/application/send"), json!({})).await.ok();
        assert_eq!(sent["questionnaire"]["version"], 1);
        // Whoever begins now is asked the new ones.
        let cedar = setting.provider("Cedar Example Care").await;
        assert_eq!(fields(&cedar.post(&path, good).await.refused(422, "answer_missing")), ["questions.volunteers"]);
        assert_eq!(page(&cedar, &category).await["version"], 2);
    }

    async fn a_draft_is_written_by_colleagues_and_nobody_s_words_are_lost(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let kai = setting.colleague(&acorn, "kai@acorn.example", "bidder", &[]).await;
        let (_, category, good) = joining(&setting, LIVING).await;
        let empty = page(&acorn, &category).await;
        assert!(empty["begun_at"].is_null());
        assert!(states(&empty).iter().all(|(_, state)| state == "not_started"), "{:?}", states(&empty));
        write(&acorn, &category, "questions.staff", 0, "12").await.ok();
        setting.wind_minutes(3);
        let kais = write(&kai, &category, "questions.staff", 1, "14").await.ok();
        assert_eq!(kais["revision"], 2);
        // Whoever did not see it writes nothing over it, and reads what the other wrote and when.
        write(&acorn, &category, "questions.staff", 1, "13").await.refused(412, "revision_stale");
        let seen = page(&acorn, &category).await;
        let staff = field(&seen, "questions.staff");
        assert_eq!((&staff["answer"], &staff["answered_by"], &staff["revision"]), (&json!("14"), &json!("Sam Colleague"), &json!(2)));
        assert_eq!(staff["answered_at"], json!(setting.now()));
        write(&acorn, &category, "questions.staff", 2, "13").await.ok();
        let list = kai.get("/api/applications").await.ok();
        assert_eq!((list.as_array().expect("a list").len(), &list[0]["category_id"]), (1, &json!(category)));
        // A question appears with the answer that it depends on, and what was written to it is kept when it goes.
        assert_eq!(field(&seen, "questions.rating")["applies"], false);
        write(&acorn, &category, "questions.regulated", 0, "yes").await.ok();
        write(&acorn, &category, "questions.rating", 0, "requires-improvement").await.ok();
        write(&kai, &category, "questions.improvement", 0, "A new manager, and weekly checks.").await.ok();
        write(&acorn, &category, "questions.rating", 1, "good").await.ok();
        let seen = page(&kai, &category).await;
        let kept = field(&seen, "questions.improvement");
        assert_eq!((&kept["applies"], &kept["answer"]), (&json!(false), &json!("A new manager, and weekly checks.")));
        let state = |page: &Value, id: &str| states(page).into_iter().find(|(one, _)| one == id).expect("it").1;
        assert_eq!(state(&seen, "organisation"), "in_progress");
        assert_eq!(state(&seen, "nights"), "not_started");
        // Sending tells everything that is missing, by field; a colleague who only bids cannot send.
        let send = format!("/api/categories/{category}/application/send");
        kai.post(&send, json!({})).await.refused(403, "role_needed");
        let refusal = acorn.post(&send, json!({})).await.refused(422, "declaration_missing");
        let missing = fields(&refusal);
        for wanted in ["declarations.terms", "evidence.cqc", "questions.begun", "questions.safeguarding", "questions.sleep-ins"] {
            assert!(missing.contains(&wanted.to_owned()), "{missing:?}");
        }
        let good = with(good, "rating", "good");
        write_all(&kai, &category, &good).await;
        let ready = page(&acorn, &category).await;
        assert!(states(&ready).iter().all(|(_, state)| state == "completed"), "{:?}", states(&ready));
        let key = new_key();
        let sent = acorn.post_with(&send, json!({}), &key).await.ok();
        assert_eq!(acorn.post_with(&send, json!({}), &key).await.ok()["id"], sent["id"], "sent once");
        assert!(answered(&sent, "improvement").is_none());
        acorn.post(&send, json!({})).await.refused(409, "already_applied");
        write(&acorn, &category, "questions.staff", 4, "1").await.refused(409, "already_applied");
        assert_eq!(acorn.get("/api/applications").await.ok(), json!([]));
        // Nothing of a draft is anybody else's.
        let birch = setting.provider("Birch Example Care").await;
        assert_eq!(field(&page(&birch, &category).await, "questions.staff")["answer"], "");
        setting.procurement().await.get(&format!("/api/categories/{category}/application")).await.refused(403, "role_needed");
        // A request that was refused is written again from what was written.
        let at = format!("/api/enrolments/{}", text(&sent["id"]));
        setting.procurement().await.post(&format!("{at}/refuse"), json!({"reasons": "No."})).await.ok();
        let again = page(&acorn, &category).await;
        assert_eq!((&again["closed"], &field(&again, "questions.begun")["answer"]), (&Value::Null, &json!("2019-07-01")));
        acorn.post(&send, json!({})).await.ok();
    }

    async fn evidence_of_a_question_is_wanted_with_it_alone_and_with_its_last_day(setting: Setting) {
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let (path, _, good) = joining(&setting, DAY).await;
        let brings = with(good, "transport-offered", "yes");
        assert_eq!(fields(&acorn.post(&path, brings.clone()).await.refused(422, "evidence_missing")), ["evidence.motor"]);
        let mut without_day = brings.clone();
        without_day["evidence"].as_array_mut().expect("a list").push(json!({"id": "motor", "reference": "M-1"}));
        let refusal = acorn.post(&path, without_day).await.refused(422, "evidence_missing");
        assert_eq!(fields(&refusal), ["evidence.motor.expires_on"]);
        let mut whole = brings;
        let motor = json!({"id": "motor", "reference": "M-1", "expires_on": "2027-03-01"});
        whole["evidence"].as_array_mut().expect("a list").push(motor);
        let sent = acorn.post(&path, whole).await.ok();
        let motor = sent["evidence"].as_array().expect("a list").iter().find(|one| one["id"] == "motor").expect("it").clone();
        assert_eq!(motor["condition"], "waiting");
        // It is renewed and decided like any other.
        let at = format!("/api/enrolments/{}", text(&sent["id"]));
        let newer = json!({"id": "motor", "reference": "M-2", "expires_on": "2027-09-01"});
        acorn.post(&format!("{at}/evidence"), newer).await.ok();
        let procurement = setting.procurement().await;
        setting.answers_marked(&procurement, &sent, "4").await;
        let admitted = procurement.post(&format!("{at}/admit"), json!({"reasons": "All is there."})).await.ok();
        let motor = admitted["evidence"].as_array().expect("a list").iter().find(|one| one["id"] == "motor").expect("it").clone();
        assert_eq!((&motor["condition"], &motor["counts"]["reference"]), (&json!("in_date"), &json!("M-2")));
    }

    async fn referees_are_organisations_each_with_a_role_to_write_to(setting: Setting) {
        let acorn = setting.provider("Acorn Example Care").await;
        let referee = json!({
            "organisation": " Northtown Council ", "service": "Supported living for six people, since 2022",
            "role": "Commissioning team", "email": "Commissioning@northtown.example",
        });
        let say = async |revision: i64, referees: Value| {
            put(&acorn, "/api/passport", json!({"topic": "references", "revision": revision, "referees": referees})).await
        };
        let entry = |passport: &Value| -> Value {
            let topics = passport["topics"].as_array().expect("topics");
            topics.iter().find(|one| one["topic"] == "references").expect("it").clone()
        };
        let passport = say(0, json!([referee])).await.ok();
        assert_eq!(
            entry(&passport)["answer"],
            "Northtown Council: Supported living for six people, since 2022. Write to: Commissioning team, \
             commissioning@northtown.example"
        );
        assert_eq!(entry(&passport)["referees"][0]["organisation"], "Northtown Council");
        let with = |field: &str, value: &str| {
            let mut other = referee.clone();
            other[field] = json!(value);
            json!([referee, other])
        };
        for (field, value) in [("organisation", " "), ("service", "a\nb"), ("role", &"r".repeat(201)), ("email", "nobody")] {
            let refused = say(1, with(field, value)).await.refused(422, "invalid_field");
            assert_eq!(refused["field"], format!("referees[1].{field}"), "{refused}");
        }
        assert_eq!(say(1, json!([])).await.refused(422, "invalid_field")["field"], "referees");
        assert_eq!(say(1, json!([referee, referee, referee, referee, referee, referee, referee])).await.refused(422, "invalid_field")["field"], "referees");
        let prose = json!({"topic": "references", "revision": 1, "answer": "Ask anybody."});
        assert_eq!(put(&acorn, "/api/passport", prose).await.refused(422, "invalid_field")["field"], "answer");
        let elsewhere = json!({"topic": "training", "revision": 0, "answer": "Weekly.", "referees": [referee]});
        assert_eq!(put(&acorn, "/api/passport", elsewhere).await.refused(422, "invalid_field")["field"], "referees");
        assert_eq!(entry(&acorn.get("/api/passport").await.ok())["revision"], 1, "nothing of it was kept");
    }

    async fn the_passport_answers_every_market_and_each_council_accepts_its_changes_for_itself(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let say = async |revision: i32, answer: &str| {
            put(&acorn, "/api/passport", json!({"topic": "safeguarding_policy", "revision": revision, "answer": answer})).await
        };
        say(0, " ").await.refused(422, "invalid_field");
        say(0, &"word ".repeat(1001)).await.refused(422, "invalid_field");
        say(0, "We have a lead.").await.ok();
        say(0, "We have two leads.").await.refused(412, "revision_stale");
        let mut ids = Vec::new();
        for market in [LIVING, DAY] {
            let (path, category, form) = joining(&setting, market).await;
            assert_eq!(field(&page(&acorn, &category).await, "questions.safeguarding")["passport"], "We have a lead.");
            let sent = acorn.post(&path, without(form, &["safeguarding"])).await.ok();
            assert_eq!(answered(&sent, "safeguarding").expect("it")["answer"], "We have a lead.");
            ids.push(text(&sent["id"]));
        }
        // One that answered in its own words relies on nothing.
        let (path, _, form) = joining(&setting, LIVING).await;
        let birch = setting.provider("Birch Example Care").await;
        put(&birch, "/api/passport", json!({"topic": "safeguarding_policy", "revision": 0, "answer": "Ours."})).await.ok();
        birch.post(&path, form).await.ok();
        put(&birch, "/api/passport", json!({"topic": "safeguarding_policy", "revision": 1, "answer": "Changed."})).await.ok();
        let procurement = setting.procurement().await;
        let tasks = async || {
            let list = procurement.get("/api/tasks").await.ok();
            Setting::items(&list).iter().filter(|task| task["kind"] == "passport_changed").count()
        };
        assert_eq!(tasks().await, 0);
        let first = format!("/api/enrolments/{}", ids[0]);
        procurement.post(&format!("{first}/admit"), json!({"reasons": "Yes."})).await.ok();
        // A change tells each that relied on it; what was sent stays.
        let passport = say(1, "We have a lead and a deputy.").await.ok();
        say(2, "We have a lead and a deputy.").await.ok();
        let entry = passport["topics"].as_array().expect("topics").iter().find(|one| one["topic"] == "safeguarding_policy").expect("it").clone();
        assert_eq!(entry["relied_on"].as_array().expect("a list").iter().filter(|one| one["changed"] == true).count(), 2);
        assert_eq!(tasks().await, 2);
        say(2, "We have two leads.").await.ok();
        assert_eq!(tasks().await, 2, "one for each enrolment");
        let seen = procurement.get(&first).await.ok();
        let safeguarding = answered(&seen, "safeguarding").expect("it");
        assert_eq!((&safeguarding["answer"], &safeguarding["passport"]["newer"]["answer"]), (&json!("We have a lead."), &json!("We have two leads.")));
        // Each accepts what it has read, for itself.
        let accept = async |id: &str, revision: i32| {
            let form = json!({"topic": "safeguarding_policy", "revision": revision});
            procurement.post(&format!("/api/enrolments/{id}/passport-accept"), form).await
        };
        accept(&ids[0], 2).await.refused(412, "revision_stale");
        acorn.post(&format!("{first}/passport-accept"), json!({"topic": "safeguarding_policy", "revision": 3})).await.refused(403, "role_needed");
        // It may ask first: the provider answers, and stays admitted.
        let question = json!({"topic": "safeguarding_policy", "question": "Who is the second lead?"});
        let asked = procurement.post(&format!("{first}/passport-ask"), question.clone()).await.ok();
        assert_eq!(asked["standing"], "admitted");
        procurement.post(&format!("{first}/passport-ask"), question).await.refused(409, "standing_forbids");
        let letters = setting.letters_owed(&[LetterKind::ClarificationAsked]).await;
        assert_eq!(letters, [(LetterKind::ClarificationAsked, acorn.account_id)]);
        assert!(acorn.get(&first).await.ok()["can"].as_array().expect("verbs").contains(&json!("answer")));
        let answered_now = acorn.post(&format!("{first}/answer"), json!({"answer": "The registered manager."})).await.ok();
        assert_eq!(answered_now["standing"], "admitted");
        acorn.post(&format!("{first}/answer"), json!({"answer": "Again."})).await.refused(409, "standing_forbids");
        let accepted = accept(&ids[0], 3).await.ok();
        assert_eq!(answered(&accepted, "safeguarding").expect("it")["passport"]["newer"], Value::Null);
        assert_eq!(answered(&accepted, "safeguarding").expect("it")["passport"]["accepted"]["answer"], "We have two leads.");
        accept(&ids[0], 3).await.refused(409, "already_decided");
        assert_eq!(tasks().await, 1, "the other market has not accepted it");
        let other = procurement.get(&format!("/api/enrolments/{}", ids[1])).await.ok();
        assert_eq!(answered(&other, "safeguarding").expect("it")["passport"]["newer"]["revision"], 3);
        let history = acorn.get(&format!("/api/history/enrolment/{}", ids[0])).await.ok().to_string();
        assert!(history.contains("passport_accepted") && !history.contains("deputy"), "{history}");
    }

    async fn what_was_asked_and_relied_on_is_never_changed_in_the_schema(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let (path, category, form) = joining(&setting, LIVING).await;
        write(&acorn, &category, "questions.staff", 0, "12").await.ok();
        put(&acorn, "/api/passport", json!({"topic": "safeguarding_policy", "revision": 0, "answer": "Ours."})).await.ok();
        acorn.post(&path, without(form, &["safeguarding"])).await.ok();
        for statement in [
            "update questionnaire set version = 7",
            "delete from questionnaire",
            "update passport_answer set answer = 'other'",
            "delete from passport_answer",
            "update application_answer set answer = 'other'",
            "update passport_reliance set revision = 0",
            "delete from passport_reliance",
            "update passport_reliance set revision = revision + 1, accepted_at = 0",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }
}

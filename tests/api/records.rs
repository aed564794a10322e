//! Why an award was made: one record, the same for ever, whose figures anybody can work out again, and from which
//! letters take theirs.

use crate::{on_both, setting::*};
use entity::{award, letter, vocabulary::*};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

/// Three bidders of different prices and marks, of whom the first recommended is approved: the opportunity's id.
async fn awarded(setting: &Setting) -> (String, Vec<Person>) {
    setting.market(SUPPORTED_LIVING).await;
    let mut people = Vec::new();
    for name in ["Acorn Example Care", "Birch Example Care", "Cedar Example Care"] {
        people.push(setting.admitted(name, "Supported Living").await);
    }
    let id = setting
        .priced(&[
            (&people[0], "13.60", "78.00", "3.2"),
            (&people[1], "14.75", "87.00", "4.4"),
            (&people[2], "14.10", "80.00", "4"),
        ])
        .await;
    setting.recommended(&id).await;
    approved(setting, &id).await;
    (id, people)
}

async fn approved(setting: &Setting, id: &str) {
    let path = format!("/api/opportunities/{id}/approve");
    setting.assistant_director().await.post(&path, json!({"reason": "The best for this person."})).await.ok();
}

/// Waits until every letter is sent, so that a record does not change with them.
async fn posted(setting: &Setting) {
    for _ in 0..600 {
        let waiting = letter::Entity::find()
            .filter(letter::Column::State.ne(LetterState::Sent))
            .all(setting.app.database.read())
            .await
            .expect("an answer");
        if waiting.is_empty() {
            return;
        }
        setting.app.post.notify_one();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("letters wait");
}

fn at(id: &str, what: &str) -> String {
    format!("/api/opportunities/{id}/{what}")
}

/// A file as it is downloaded: its bytes and its type.
async fn downloaded(person: &Person, path: &str) -> (Vec<u8>, String) {
    let request = person.client.get(format!("{}{path}", person.base)).bearer_auth(&person.token);
    let response = request.send().await.expect("an answer");
    assert!(response.status().is_success(), "{path}: {}", response.status());
    let header = |name: &str| response.headers().get(name).expect(name).to_str().expect("text").to_owned();
    assert!(header("content-disposition").starts_with("attachment; filename=\"SL-000"), "{path}");
    assert_eq!(header("cache-control"), "no-store");
    let kind = header("content-type");
    (response.bytes().await.expect("bytes").to_vec(), kind)
}

/// What the program prints of an evaluation.
fn scored(evaluation: &[u8]) -> Value {
    let mut running = Command::new(env!("CARGO_BIN_EXE_fairlot"))
        .arg("score")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    running.stdin.take().expect("its input").write_all(evaluation).expect("it reads");
    let output = running.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// An amount by its value: `1022` and `1022.00` are the same.
fn exact(amount: &Value) -> Value {
    match amount.as_str() {
        Some(text) => {
            json!(text.parse::<rust_decimal::Decimal>().expect("an amount").normalize().to_string())
        }
        None => amount.clone(),
    }
}

/// The figures of bids, by id.
fn figures(bids: &Value, id: &str, price: &str) -> BTreeMap<String, Value> {
    let of = |bid: &Value| {
        json!([
            bid["status"],
            bid["rank"],
            exact(&bid[price]),
            exact(&bid["quality"]),
            exact(&bid["price"]),
            exact(&bid["total"])
        ])
    };
    let bids = bids.as_array().expect("bids");
    bids.iter().map(|bid| (bid[id].as_str().expect("an id").to_owned(), of(bid))).collect()
}

/// The files of a ZIP file that stores them as they are.
fn unpacked(packed: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut rest = packed;
    while let Some(head) = rest.strip_prefix(b"PK\x03\x04") {
        let size = u32::from_le_bytes(head[14..18].try_into().expect("a size")) as usize;
        let length = usize::from(u16::from_le_bytes([head[22], head[23]]));
        let name = String::from_utf8(head[26..26 + length].to_vec()).expect("a name");
        files.insert(name, head[26 + length..26 + length + size].to_vec());
        rest = &head[26 + length + size..];
    }
    files
}

on_both! {
    async fn the_program_the_page_the_ranking_and_the_letters_have_the_same_figures(setting: Setting) {
        let (id, people) = awarded(&setting).await;
        let auditor = setting.director().await;
        let (evaluation, kind) = downloaded(&auditor, &at(&id, "record.json")).await;
        assert_eq!(kind, "application/json");
        let result = scored(&evaluation);
        let by_program = figures(&result["bids"], "id", "weekly_price");
        assert_eq!(by_program.len(), 3);

        let ranking = setting.lead_commissioner().await.get(&at(&id, "ranking")).await.ok();
        assert_eq!(figures(&ranking["result"]["bids"], "bid_id", "weekly_price"), by_program);
        let record = auditor.get(&at(&id, "record")).await.ok();
        assert_eq!(figures(&record["bids"], "bid_id", "weekly_price"), by_program);
        let digest = format!("{:x}", Sha256::digest(&evaluation));
        assert_eq!(record["evaluation_digest"], digest);
        assert_eq!(record["choices"][0]["evaluation_digest"], digest);

        // Each provider's page and letter: the same again, mark by mark.
        let given: Value = serde_json::from_slice(&evaluation).expect("JSON");
        let prices: Vec<_> = by_program.values().map(|bid| bid[2].as_str().expect("a price").to_owned()).collect();
        for person in &people {
            let own = person.get(&at(&id, "bid")).await.ok()["bid_id"].as_str().expect("an id").to_owned();
            let page = person.get(&format!("/api/opportunities/{id}")).await.ok()["result"].clone();
            let letters = letter::Entity::find()
                .filter(letter::Column::AccountId.eq(person.account_id))
                .filter(letter::Column::Kind.is_in([LetterKind::AwardWon, LetterKind::OutcomeTold]))
                .all(setting.app.database.read())
                .await
                .expect("an answer");
            assert_eq!(letters.len(), 1);
            let letter = &letters[0].context["result"];
            let entry = given["bids"].as_array().expect("bids").iter().find(|bid| bid["id"] == own).expect("the bid");
            let expected = &by_program[&own];
            for told in [&page, letter] {
                let told = &told["own"];
                let had = json!([
                    "admissible", told["rank"], exact(&told["weekly_price"]), exact(&told["quality"]),
                    exact(&told["price"]), exact(&told["total"]),
                ]);
                assert_eq!(&had, expected);
                for mark in told["marks"].as_array().expect("marks") {
                    let id = mark["criterion_id"].as_str().expect("an id");
                    assert_eq!(exact(&mark["mark"]), exact(&entry["marks"][id]));
                }
            }
            let number = |text: &str| text.parse::<rust_decimal::Decimal>().expect("a price");
            let price = number(expected[2].as_str().expect("a price"));
            let lower = prices.iter().filter(|other| number(other) < price).count();
            let position = ["lowest of 3", "2nd lowest of 3", "3rd lowest of 3"][lower];
            assert_eq!(letter["own"]["price_position"], position);
            let first = by_program.values().find(|bid| bid[1] == 1).expect("the first");
            assert_eq!(exact(&letter["winner"]["total"]), first[5]);
            assert_eq!(exact(&letter["winner"]["quality"]), first[3]);
        }
        // The contract and the recommendation have the first bid's price.
        let first = record["bids"].as_array().expect("bids").iter().find(|bid| bid["rank"] == 1).expect("the first");
        assert_eq!(record["choices"][0]["weekly_value"], first["weekly_price"]);
        assert_eq!(record["choices"][0]["yearly_value"], first["yearly_price"]);
    }

    async fn a_record_tells_everything_that_an_award_rests_on_by_name_and_with_reasons(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        for (provider, hour) in [(&acorn, "13.60"), (&birch, "14.75")] {
            provider.post(&at(&id, "bid"), setting.offer(hour, "80.00").await).await.ok();
        }
        setting.wind_minutes(4 * 60);
        let (first, second) = (setting.evaluator().await, setting.second_evaluator().await);
        // One changes a mark; the two differ, and a commissioner records the consensus.
        for evaluator in [&first, &second] {
            setting.declared(evaluator, &id).await;
            for provider in [&acorn, &birch] {
                setting.marked(evaluator, &id, provider, "4").await;
            }
        }
        let criterion = json!("care-quality");
        let evaluation = first.get(&at(&id, "evaluation")).await.ok();
        let criterion = if evaluation["criteria"].as_array().expect("criteria").iter().any(|c| c["id"] == criterion) {
            criterion
        } else {
            evaluation["criteria"][0]["id"].clone()
        };
        setting.mark(&second, &id, &acorn, &criterion, "3").await.ok();
        for evaluator in [&first, &second] {
            setting.finished(evaluator, &id).await;
        }
        let commissioner = setting.lead_commissioner().await;
        setting.declared(&commissioner, &id).await;
        let consensus = json!({
            "blind_id": setting.blind_id(&id, &acorn).await, "criterion_id": criterion, "mark": "3.5",
            "reason": "The plan is good but untried.",
        });
        commissioner.post(&at(&id, "consensus"), consensus).await.ok();
        commissioner.post(&at(&id, "open-prices"), json!({})).await.ok();
        // Returned once, recommended again, approved.
        setting.recommended(&id).await;
        let approver = setting.second_commissioner().await;
        approver.post(&at(&id, "return"), json!({"reason": "Say more about the start."})).await.ok();
        setting.recommended(&id).await;
        approved(&setting, &id).await;

        let record = setting.broker().await.get(&at(&id, "record")).await.ok();
        assert_eq!(record["requirement"]["version"], 1);
        assert_eq!(record["requirement"]["published_by"], "broker@staffordshire.example");
        assert_eq!(record["method"]["criteria"], evaluation["criteria"]);
        let bids = record["bids"].as_array().expect("bids");
        let bid = bids.iter().find(|bid| bid["provider_name"] == "Acorn Example Care").expect("the bid");
        let mark = bid["marks"].as_array().expect("marks").iter().find(|m| m["criterion_id"] == criterion).expect("the mark");
        assert_eq!((&mark["mark"], &mark["basis"]), (&json!("3.5"), &json!("consensus")));
        assert_eq!(mark["by"], "lead.commissioner@staffordshire.example");
        assert_eq!(mark["reason"], "The plan is good but untried.");
        let given: Vec<_> = mark["given"].as_array().expect("marks").iter().map(|g| (&g["by"], &g["mark"], &g["reason"])).collect();
        let why = json!("Clear, with an example.");
        assert!(given.contains(&(&json!("evaluator@staffordshire.example"), &json!("4"), &why)), "{given:?}");
        assert!(given.contains(&(&json!("second.evaluator@staffordshire.example"), &json!("3"), &why)), "{given:?}");
        let changed = mark["given"].as_array().expect("marks").iter().find(|g| g["mark"] == "3").expect("the changed");
        assert_eq!(changed["before"][0]["mark"], "4");
        assert!(bid["explanation"].as_array().expect("lines").len() > 4);
        let choices = record["choices"].as_array().expect("choices");
        assert_eq!(choices.iter().map(|c| &c["state"]).collect::<Vec<_>>(), ["returned", "approved"]);
        assert_eq!(choices[0]["decided_reason"], "Say more about the start.");
        assert_eq!(choices[0]["decided_as"], "Lead Commissioner");
        assert_eq!(choices[1]["decided_as"], "Assistant Director for Care Commissioning");
        let kinds: Vec<_> = choices[1]["chain"].as_array().expect("links").iter().map(|link| &link["kind"]).collect();
        assert_eq!(kinds.first(), Some(&&json!("decision")));
        assert_eq!(kinds.last(), Some(&&json!("holder")));
        assert_eq!(record["panel"].as_array().expect("people").len(), 2);
        assert_eq!(record["declarations"].as_array().expect("declarations").len(), 3);
        let letters = record["letters"].as_array().expect("letters");
        let told = |kind: &str, to: &str| {
            letters.iter().any(|l| l["kind"] == kind && l["to"].as_array().expect("names").contains(&json!(to)))
        };
        assert!(told("opportunity_published", "Birch Example Care"), "{letters:?}");
        assert!(told("award_returned", "lead.commissioner@staffordshire.example"), "{letters:?}");
        assert!(told("award_won", "Acorn Example Care") != told("award_won", "Birch Example Care"), "{letters:?}");
        assert!(told("outcome_told", "Acorn Example Care") != told("outcome_told", "Birch Example Care"));
        // Nothing of the person, and nobody's address but as an officer's name.
        let (html, kind) = downloaded(&setting.broker().await, &at(&id, "record.html")).await;
        assert_eq!(kind, "text/html; charset=utf-8");
        let html = String::from_utf8(html).expect("text");
        let bundle = unpacked(&downloaded(&setting.broker().await, &at(&id, "record.zip")).await.0);
        let requirement = String::from_utf8(bundle["requirement.json"].clone()).expect("text");
        for text in [&record.to_string(), &html, &requirement] {
            for private in ["cooking", "CASE-1", "ST16", "25-39", "with sleep-ins", "@acorn", "@birch", "Manager\""] {
                assert!(!text.contains(private), "{private} is in {text}");
            }
        }
        for said in ["Acorn Example Care", "The plan is good but untried.", "Say more about the start."] {
            assert!(html.contains(said), "{said} is not on the page");
        }
        assert!(!html.contains("<script") && !html.contains("http://") && !html.contains("https://"));
    }

    async fn everything_comes_in_one_file_that_says_how_to_check_it(setting: Setting) {
        let (id, _) = awarded(&setting).await;
        posted(&setting).await;
        let officer = setting.broker().await;
        let (packed, kind) = downloaded(&officer, &at(&id, "record.zip")).await;
        assert_eq!(kind, "application/zip");
        let files = unpacked(&packed);
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["README.txt", "evaluation.json", "record.html", "record.pdf", "requirement.json"]);
        assert_eq!(files["evaluation.json"], downloaded(&officer, &at(&id, "record.json")).await.0);
        assert_eq!(files["record.html"], downloaded(&officer, &at(&id, "record.html")).await.0);
        let (pdf, kind) = downloaded(&officer, &at(&id, "record.pdf")).await;
        assert_eq!(kind, "application/pdf");
        assert!(pdf.starts_with(b"%PDF-1.7"));
        assert_eq!(files["record.pdf"], pdf);
        let readme = String::from_utf8(files["README.txt"].clone()).expect("text");
        assert!(readme.contains("fairlot score evaluation.json"));
        for name in ["evaluation.json", "requirement.json"] {
            let digest = format!("{:x}", Sha256::digest(&files[name]));
            assert!(readme.contains(&format!("{digest}  {name}")), "{readme}");
        }
    }

    async fn nothing_that_happens_later_alters_the_record_or_the_outcome(setting: Setting) {
        let (id, people) = awarded(&setting).await;
        let officer = setting.broker().await;
        posted(&setting).await;
        let before = (
            downloaded(&officer, &at(&id, "record.zip")).await.0,
            people[0].get(&format!("/api/opportunities/{id}")).await.ok()["result"].clone(),
            officer.get(&at(&id, "record")).await.ok()["bids"].clone(),
        );
        setting.wind_minutes(10);
        let enrolments = setting.procurement().await.get("/api/enrolments").await.ok();
        for enrolment in Setting::items(&enrolments) {
            let path = format!("/api/enrolments/{}/urgent-stop", enrolment["id"].as_str().expect("an id"));
            setting.procurement().await.post(&path, json!({"reason": "Under review."})).await.ok();
        }
        let after = (
            downloaded(&officer, &at(&id, "record.zip")).await.0,
            people[0].get(&format!("/api/opportunities/{id}")).await.ok()["result"].clone(),
            officer.get(&at(&id, "record")).await.ok()["bids"].clone(),
        );
        assert_eq!(before.2, after.2);
        assert_eq!(before.1, after.1);
        assert_eq!(before.0, after.0);
        // Nor could anybody who reaches the database.
        for statement in [
            "update award set evaluation = '{}'",
            "update award set evaluation_digest = 'x'",
            "update award set requirement = null",
            "delete from award",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }

    async fn what_was_recommended_is_approved_only_while_it_holds(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4"), (&birch, "14.75", "87.00", "4")]).await;
        let procurement = setting.procurement().await;
        let of = |name: &str| {
            let (procurement, name) = (procurement.clone(), name.to_owned());
            async move {
                let all = procurement.get("/api/enrolments").await.ok();
                let own = Setting::items(&all).iter().find(|e| e["provider_name"] == name.as_str()).expect("it").clone();
                format!("/api/enrolments/{}", own["id"].as_str().expect("an id"))
            }
        };
        let (first, other) = (of("Acorn Example Care").await, of("Birch Example Care").await);
        // The first is suspended while the other is recommended, and comes back before the approval.
        procurement.post(&format!("{first}/urgent-stop"), json!({"reason": "Under review."})).await.ok();
        let ranking = setting.recommended(&id).await;
        assert_eq!(ranking["recommendation"]["provider_name"], "Birch Example Care");
        let kept = downloaded(&procurement, &at(&id, "record.json")).await.0;
        procurement.post(&format!("{first}/reinstate"), json!({"reason": "Cleared."})).await.ok();
        let approver = setting.assistant_director().await;
        approver.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.refused(422, "not_first");
        approver.post(&at(&id, "return"), json!({"reason": "Another is first now."})).await.ok();
        // Recommended anew it is another evaluation. The other's suspension does not change which is first.
        setting.recommended(&id).await;
        let anew = downloaded(&procurement, &at(&id, "record.json")).await.0;
        assert_ne!(kept, anew);
        procurement.post(&format!("{other}/urgent-stop"), json!({"reason": "Under review."})).await.ok();
        approver.post(&at(&id, "approve"), json!({"reason": "Yes."})).await.ok();
        assert_eq!(downloaded(&procurement, &at(&id, "record.json")).await.0, anew);
        // Whoever was evaluated is told the outcome of that evaluation.
        assert_eq!(setting.letters_owed(&[LetterKind::OutcomeTold]).await.len(), 1);
        let record = procurement.get(&at(&id, "record")).await.ok();
        let digests: Vec<_> = record["choices"].as_array().expect("choices").iter().map(|c| &c["evaluation_digest"]).collect();
        assert_eq!(digests, [&json!(format!("{:x}", Sha256::digest(&kept))), &json!(format!("{:x}", Sha256::digest(&anew)))]);
        let rows = award::Entity::find().all(setting.app.database.read()).await.expect("an answer");
        assert!(rows.iter().all(|row| row.evaluation.is_some() && row.requirement.is_some()));
    }

    async fn a_record_opens_with_the_prices_to_officers_of_the_authority_alone(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        acorn.post(&at(&id, "bid"), setting.offer("13.60", "78.00").await).await.ok();
        birch.post(&at(&id, "bid"), setting.offer("14.00", "80.00").await).await.ok();
        birch.post(&at(&id, "bid/withdraw"), json!({})).await.ok();
        let files = ["record", "record.json", "record.html", "record.pdf", "record.zip"];
        let auditor = setting.director().await;
        for file in files {
            auditor.get(&at(&id, file)).await.refused(409, "bids_are_sealed");
            acorn.get(&at(&id, file)).await.refused(403, "role_needed");
        }
        setting.wind_minutes(4 * 60);
        auditor.get(&at(&id, "record")).await.refused(409, "prices_are_sealed");
        setting.evaluated(&id, &[(&acorn, "4")]).await;
        auditor.get(&at(&id, "record.pdf")).await.refused(409, "prices_are_sealed");
        setting.lead_commissioner().await.post(&at(&id, "open-prices"), json!({})).await.ok();
        // Whoever declared an interest takes no part until it is awarded.
        let conflicted = setting.procurement().await;
        conflicted.post(&at(&id, "declaration"), json!({"interest": "My sister works there."})).await.ok();
        conflicted.get(&at(&id, "record")).await.refused(403, "interest_declared");
        let record = auditor.get(&at(&id, "record")).await.ok();
        assert_eq!((&record["kept"], &record["choices"]), (&json!(false), &json!([])));
        assert_eq!(record["not_evaluated"][0]["provider_name"], "Birch Example Care");
        assert!(!record.to_string().contains("sister"));
        for file in files {
            acorn.get(&at(&id, file)).await.refused(403, "role_needed");
            setting.nobody().get(&at(&id, file)).await.refused(401, "signed_out");
        }
        setting.recommended(&id).await;
        approved(&setting, &id).await;
        conflicted.get(&at(&id, "record")).await.ok();
    }
}

//! Documents that go with the answers of a bid: sealed with it, blind afterwards, and covered by its digest.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ROTA: &[u8] = b"%PDF-1.7\n1 0 obj <</Rota (of a team of five)>> endobj\nstartxref\n9\n%%EOF\n";
const PLAN: &[u8] = b"%PDF-1.7\n1 0 obj <</Plan (of the first weeks)>> endobj\nstartxref\n9\n%%EOF\n";

async fn two_bidders(setting: &Setting) -> [Person; 2] {
    setting.market(SUPPORTED_LIVING).await;
    [
        setting.admitted("Acorn Example Care", "Supported Living").await,
        setting.admitted("Birch Example Care", "Supported Living").await,
    ]
}

fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().expect("text")
}

/// The id of a document that was uploaded.
async fn uploaded(person: &Person, name: &str, content: &[u8]) -> Value {
    person.upload(name, content).await.ok()["id"].clone()
}

/// An offer with these documents at these answers.
async fn offer_with(setting: &Setting, attached: &[(&str, &Value)]) -> Value {
    let mut offer = setting.offer("14.00", "78.00").await;
    offer["attachments"] = attached
        .iter()
        .map(|(criterion, id)| json!({"criterion_id": criterion, "document_id": id}))
        .collect();
    offer
}

/// The status, the name of the file and its content.
async fn file(person: &Person, path: &str) -> (StatusCode, String, Vec<u8>) {
    let asked = person.client.get(format!("{}{path}", person.base)).bearer_auth(&person.token);
    let answer = asked.send().await.expect("an answer");
    let name = answer.headers().get("content-disposition").and_then(|name| name.to_str().ok());
    let name = name.unwrap_or_default().to_owned();
    (answer.status(), name, answer.bytes().await.expect("content").to_vec())
}

/// The documents of the bids as an officer sees them in the evaluation.
async fn in_evaluation(officer: &Person, id: &str) -> Vec<Value> {
    let evaluation = officer.get(&format!("/api/opportunities/{id}/evaluation")).await.ok();
    let bids = evaluation["bids"].as_array().expect("bids").clone();
    bids.iter().flat_map(|bid| bid["attachments"].as_array().expect("a list").clone()).collect()
}

on_both! {
    async fn a_document_is_sealed_with_its_bid_and_then_read_without_telling_whose_it_is(setting: Setting) {
        let [acorn, birch] = two_bidders(&setting).await;
        let rota = uploaded(&acorn, "Acorn Example Care rota.pdf", ROTA).await;
        let (first, second) = (setting.published().await, setting.published().await);
        for id in [&first, &second] {
            let offer = offer_with(&setting, &[("staffing", &rota)]).await;
            acorn.post(&format!("/api/opportunities/{id}/bid"), offer).await.ok();
            birch.post(&format!("/api/opportunities/{id}/bid"), setting.offer("14.50", "79.00").await).await.ok();
        }
        let digest = format!("{:x}", Sha256::digest(ROTA));
        let at = |what: &str| format!("/api/opportunities/{first}/{what}");
        let [evaluator, second_evaluator, broker] =
            [setting.evaluator().await, setting.second_evaluator().await, setting.broker().await];

        // Until the deadline its provider alone has it: nobody even hears that there is one.
        let sealed = at(&format!("attachments/{}", AttachmentId::new()));
        evaluator.get(&sealed).await.refused(409, "bids_are_sealed");
        evaluator.get(&at("evaluation")).await.refused(409, "bids_are_sealed");
        for path in [at("").trim_end_matches('/').to_owned(), format!("/api/history/opportunity/{first}")] {
            let seen = broker.get(&path).await.ok().to_string();
            for told in [digest.as_str(), "document_id", "Care rota", rota.as_str().expect("an id")] {
                assert!(!seen.contains(told), "{told}: {seen}");
            }
        }
        let own = format!("/api/documents/{}/content", rota.as_str().expect("an id"));
        let (status, name, content) = file(&acorn, &own).await;
        assert_eq!((status, content.as_slice()), (StatusCode::OK, ROTA));
        assert!(name.contains("Acorn Example Care rota.pdf"), "{name}");
        birch.get(&own).await.refused(404, "not_found");
        evaluator.get(&own).await.refused(403, "role_needed");

        setting.wind_minutes(4 * 60);
        setting.declared(&evaluator, &first).await;
        let evaluation = evaluator.get(&at("evaluation")).await.ok().to_string();
        for told in [digest.as_str(), "Acorn", "rota.pdf", rota.as_str().expect("an id")] {
            assert!(!evaluation.contains(told), "{told}: {evaluation}");
        }
        let shown = in_evaluation(&evaluator, &first).await;
        assert_eq!(shown.len(), 1);
        assert_eq!((&shown[0]["criterion_id"], &shown[0]["kind"], &shown[0]["size"]),
            (&json!("staffing"), &json!("pdf"), &json!(ROTA.len())));
        let read = at(&format!("attachments/{}", text(&shown[0], "id")));
        let (status, name, content) = file(&evaluator, &read).await;
        assert_eq!((status, content.as_slice()), (StatusCode::OK, ROTA));
        assert!(name.contains("staffing-1.pdf") && name.contains("-bid-") && !name.contains("Acorn"), "{name}");

        // Whoever has not declared, has an interest, has no part in evaluating or is of another council has nothing.
        second_evaluator.get(&read).await.refused(403, "declaration_needed");
        second_evaluator.post(&at("declaration"), json!({"interest": "My sister works there."})).await.ok();
        second_evaluator.get(&read).await.refused(403, "interest_declared");
        broker.get(&read).await.refused(403, "role_needed");
        acorn.get(&read).await.refused(403, "role_needed");
        setting.market(&crate::disclosure::elsewhere()).await;
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        stranger.get(&read).await.refused(404, "not_found");

        // The same document with another bid is another to those who read both.
        setting.declared(&evaluator, &second).await;
        let other = in_evaluation(&evaluator, &second).await;
        assert_ne!(other[0]["id"], shown[0]["id"]);
        let wrong = format!("/api/opportunities/{second}/attachments/{}", text(&shown[0], "id"));
        evaluator.get(&wrong).await.refused(404, "not_found");
    }

    async fn the_receipt_and_the_record_name_each_document_by_its_digest_and_the_bids_covers_it(setting: Setting) {
        let [acorn, birch] = two_bidders(&setting).await;
        let (rota, plan) = (uploaded(&acorn, "Rota.pdf", ROTA).await, uploaded(&acorn, "Plan.pdf", PLAN).await);
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let mut digests = Vec::new();
        for attached in [vec![], vec![("staffing", &rota)], vec![("staffing", &plan)], vec![("staffing", &rota)]] {
            let receipt = acorn.post(&at, offer_with(&setting, &attached).await).await.ok();
            digests.push(text(&receipt, "digest").to_owned());
        }
        assert_eq!(digests[1], digests[3], "the same offer");
        let mut different = digests[..3].to_vec();
        different.dedup();
        assert_eq!(different.len(), 3, "another document makes another offer: {digests:?}");
        let bid = acorn.get(&at).await.ok();
        let of_rota = format!("{:x}", Sha256::digest(ROTA));
        assert_eq!((&bid["offer"]["attachments"][0]["digest"], &bid["documents"][0]["name"]), (&json!(of_rota), &json!("Rota")));
        let (status, _, page) = file(&acorn, &format!("{at}/receipt.html")).await;
        let page = String::from_utf8(page).expect("text");
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("Rota (PDF, 1 kB)") && page.contains(&of_rota) && !page.contains("Plan ("), "{page}");

        birch.post(&at, setting.offer("14.50", "79.00").await).await.ok();
        setting.wind_minutes(4 * 60);
        setting.evaluated(&id, &[(&acorn, "4"), (&birch, "3")]).await;
        setting.lead_commissioner().await.post(&format!("/api/opportunities/{id}/open-prices"), json!({})).await.ok();
        let commissioner = setting.lead_commissioner().await;
        let record = commissioner.get(&format!("/api/opportunities/{id}/record")).await.ok();
        let of_acorn = record["bids"].as_array().expect("bids").iter().find(|b| b["provider_name"] == "Acorn Example Care");
        let attachments = &of_acorn.expect("its bid")["attachments"];
        assert_eq!((&attachments[0]["digest"], &attachments[0]["criterion"]), (&json!(of_rota), &json!("Staffing and continuity")));
        let (_, _, page) = file(&commissioner, &format!("/api/opportunities/{id}/record.html")).await;
        assert!(String::from_utf8(page).expect("text").contains(&of_rota));
    }

    async fn what_does_not_go_with_a_bid_is_refused_with_the_reason(setting: Setting) {
        let [acorn, birch] = two_bidders(&setting).await;
        let (rota, plan) = (uploaded(&acorn, "Rota.pdf", ROTA).await, uploaded(&acorn, "Plan.pdf", PLAN).await);
        let third = uploaded(&acorn, "Third.pdf", &[PLAN, b" \n"].concat()).await;
        let foreign = uploaded(&birch, "Rota.pdf", ROTA).await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        for (attached, field) in [
            (vec![("safety", &rota)], "attachments.safety"),
            (vec![("staffing", &rota), ("staffing", &plan), ("staffing", &third)], "attachments.staffing"),
            (vec![("staffing", &rota), ("staffing", &rota)], "attachments.staffing"),
            (vec![("shoes", &rota)], "attachments"),
            (vec![("staffing", &rota), ("staffing", &foreign)], "attachments.1.document_id"),
        ] {
            let refusal = acorn.post(&at, offer_with(&setting, &attached).await).await.refused(422, "attachment_refused");
            assert_eq!(refusal["problems"][0]["field"], field, "{refusal}");
        }
        acorn.get(&at).await.refused(404, "not_found");
        acorn.post(&at, offer_with(&setting, &[("staffing", &rota), ("staffing", &plan)]).await).await.ok();
        // What is wrong with a late bid is not looked at: it is not opened.
        setting.wind_minutes(4 * 60);
        acorn.post(&at, offer_with(&setting, &[("staffing", &foreign)]).await).await.refused(409, "bid_too_late");
    }

    async fn a_draft_keeps_what_is_attached_and_names_nobody_elses(setting: Setting) {
        let [acorn, birch] = two_bidders(&setting).await;
        let rota = uploaded(&acorn, "Rota.pdf", ROTA).await;
        let foreign = uploaded(&birch, "What Birch plans.pdf", PLAN).await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}/draft");
        let attached: Vec<_> =
            [&rota, &foreign].iter().map(|id| json!({"criterion_id": "staffing", "document_id": id})).collect();
        let draft = json!({"attachments": attached}).to_string();
        let key = new_key();
        acorn.send(Method::PUT, &path, Some(draft), &[("idempotency-key", &key)]).await.ok();
        let saved = acorn.get(&path).await.ok();
        assert_eq!(saved["draft"]["attachments"].as_array().map(Vec::len), Some(2));
        let named: Vec<_> = saved["documents"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
        assert_eq!(named, [&json!("Rota")]);
        assert!(birch.get(&path).await.ok()["draft"].is_null());
    }
}

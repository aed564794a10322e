//! Documents and evidence: what is sent, who reads it, what counts, and what is said before it expires.

use crate::{on_both, setting::*};
use entity::{document, vocabulary::*};
use fairlot::actions::{document::sweep, evidence::warn_due};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use std::{
    io::{Cursor, Write},
    path::{Path, PathBuf},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use zip::write::SimpleFileOptions;

const PDF: &[u8] =
    b"%PDF-1.7\n1 0 obj <</Certificate (of somebody in particular)>> endobj\nstartxref\n9\n%%EOF\n";

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(content).expect("written");
    }
    archive.finish().expect("packed").into_inner()
}

fn word(more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> =
        vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>")];
    parts.extend(more);
    packed(&parts)
}

impl Person {
    /// Sends a file under this name.
    pub async fn upload(&self, name: &str, content: &[u8]) -> Reply {
        self.upload_under(&new_key(), name, content).await
    }

    async fn upload_under(&self, key: &str, name: &str, content: &[u8]) -> Reply {
        let called: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let sent = self
            .client
            .post(format!("{}/api/documents", self.base))
            .bearer_auth(&self.token)
            .header("idempotency-key", key)
            .header("content-disposition", format!("attachment; filename*=UTF-8''{called}"))
            .header("content-type", "application/pdf")
            .body(content.to_vec());
        let response = sent.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("words");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Reply { status, headers, body }
    }
}

impl Setting {
    /// Every file of the vault.
    fn kept(&self) -> Vec<PathBuf> {
        fn within(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() { within(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        within(&self.folder.path().join("documents"), &mut found);
        found
    }

    async fn document_rows(&self) -> u64 {
        document::Entity::find().count(self.app.database.read()).await.expect("an answer")
    }

    /// Neither a file, whole or begun, nor a row.
    async fn nothing_is_left(&self, after: &str) {
        assert_eq!((self.kept(), self.document_rows().await), (Vec::new(), 0), "after {after}");
    }

    /// A request to join the first category, whose first piece of evidence is as given.
    async fn applied_showing(&self, provider: &Person, first: Value) -> Value {
        let page = self.market_page("Supported Living").await;
        let category = page["categories"][0]["id"].as_str().expect("an id");
        let mut form = application(&page, category);
        for (name, value) in first.as_object().expect("fields") {
            form["evidence"][0][name] = value.clone();
        }
        provider.post(&format!("/api/markets/{}/enrolments", id(&page)), form).await.ok()
    }

    /// The same, admitted, with that evidence expiring on a day.
    async fn admitted_until(&self, name: &str, day: &str) -> (Person, Value) {
        let provider = self.provider(name).await;
        let enrolment = self.applied_showing(&provider, json!({"expires_on": day})).await;
        let path = format!("/api/enrolments/{}", id(&enrolment));
        let admitted = self.procurement().await;
        let after = admitted.post(&format!("{path}/admit"), json!({"reasons": "All is there."})).await.ok();
        (provider, after)
    }

    async fn other_authority(&self) -> Person {
        let text = DAY_OPPORTUNITIES
            .replace("slug = \"staffordshire\"", "slug = \"elsewhere\"")
            .replace("slug = \"staffordshire-day-opportunities\"", "slug = \"elsewhere-day\"");
        self.market(&text).await;
        self.officer_of("elsewhere", "procurement@elsewhere.example", &[OfficerRole::Procurement]).await
    }
}

fn id(of: &Value) -> &str {
    of["id"].as_str().expect("an id")
}

/// A newer piece of the first evidence of an enrolment.
fn newer(enrolment: &Value, expires_on: &str) -> Value {
    json!({"id": enrolment["evidence"][0]["id"], "reference": "NEW-1", "expires_on": expires_on})
}

const EXPIRY: [LetterKind; 2] = [LetterKind::EvidenceExpiring, LetterKind::EvidenceExpired];

on_both! {
    async fn what_lies_is_damaged_or_bombs_is_refused_and_leaves_nothing_behind(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let zeros = vec![0; 60_000_000];
        let bomb = word(&[("word/media/1.bin", &zeros), ("word/media/2.bin", &zeros)]);
        let nested = word(&[("word/media/1.bin", &word(&[("word/media/1.bin", &zeros)]))]);
        let mut over = PDF.to_vec();
        over.resize(10_000_001, b' ');
        let docx = word(&[]);
        for (name, content, status, code) in [
            ("page.pdf", b"<html><script>alert(1)</script></html>".as_slice(), 422, "document_refused"),
            ("program.docx", b"MZ\x90\0\x03\0\0\0".as_slice(), 422, "document_refused"),
            ("empty.pdf", b"".as_slice(), 422, "document_refused"),
            ("header.pdf", b"%PDF-1.7\n".as_slice(), 422, "document_refused"),
            ("half.docx", &docx[..docx.len() / 2], 422, "document_refused"),
            ("bomb.docx", &bomb, 422, "document_refused"),
            ("nested.docx", &nested, 422, "document_refused"),
            ("over.pdf", &over, 413, "body_too_large"),
        ] {
            let refusal = acorn.upload(name, content).await.refused(status, code);
            assert_eq!(refusal["field"], "document", "{name}");
            setting.nothing_is_left(name).await;
        }
        let whole = &over[..10_000_000];
        // Its end is far from the end of the file, so it is taken for cut off.
        acorn.upload("padded.pdf", whole).await.refused(422, "document_refused");
        setting.nothing_is_left("padded.pdf").await;
        let me = acorn.get("/api/session").await.ok();
        let history = format!("/api/history/provider/{}", me["provider"]["provider_id"].as_str().expect("an id"));
        assert!(!acorn.get(&history).await.ok().to_string().contains("document_uploaded"));
        let mut largest = PDF[..PDF.len() - 20].to_vec();
        largest.resize(10_000_000 - 20, b' ');
        largest.extend(&PDF[PDF.len() - 20..]);
        acorn.upload("largest.pdf", &largest).await.ok();
    }

    async fn an_upload_that_is_cut_off_midway_leaves_nothing_behind(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        for finish in [false, true] {
            let mut socket = TcpStream::connect(setting.address).await.expect("connected");
            let head = format!(
                "POST /api/documents HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n",
                acorn.token, new_key(), PDF.len(),
            );
            socket.write_all(head.as_bytes()).await.expect("sent");
            socket.write_all(&PDF[..PDF.len() / 2]).await.expect("sent");
            if finish {
                // The same, not cut off: so it is the cut that is refused.
                socket.write_all(&PDF[PDF.len() / 2..]).await.expect("sent");
                let mut answer = Vec::new();
                socket.read_to_end(&mut answer).await.expect("an answer");
                assert!(answer.starts_with(b"HTTP/1.1 201"), "{}", String::from_utf8_lossy(&answer));
            } else {
                socket.shutdown().await.expect("cut off");
                let mut answer = Vec::new();
                // The server sees the end before it sees the whole: whatever it says, it keeps nothing.
                let _ = socket.read_to_end(&mut answer).await;
                assert!(!answer.starts_with(b"HTTP/1.1 2"), "{}", String::from_utf8_lossy(&answer));
                setting.nothing_is_left("a cut").await;
            }
        }
        assert_eq!(setting.document_rows().await, 1);
    }

    async fn the_same_content_is_kept_once_and_encrypted_under_no_name_of_its_senders(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = (setting.provider("Acorn Example Care").await, setting.provider("Birch Example Care").await);
        let key = new_key();
        let sent = acorn.upload_under(&key, "../../etc/certificate 2027.PDF", PDF).await;
        assert_eq!(sent.status, StatusCode::CREATED);
        let sent = sent.ok();
        assert_eq!((&sent["name"], &sent["kind"], &sent["size"]), (&json!("certificate 2027"), &json!("pdf"), &json!(PDF.len())));
        let again = acorn.upload_under(&key, "../../etc/certificate 2027.PDF", PDF).await.ok();
        let renamed = acorn.upload("another.docx", PDF).await.ok();
        assert_eq!((id(&again), id(&renamed)), (id(&sent), id(&sent)));
        assert_ne!(id(&birch.upload("mine.pdf", PDF).await.ok()), id(&sent));
        assert_eq!((setting.kept().len(), setting.document_rows().await), (1, 2));
        let kept = std::fs::read(&setting.kept()[0]).expect("a file");
        assert!(!kept.windows(8).any(|part| PDF.windows(8).any(|plain| plain == part)), "it is encrypted");
        let list = acorn.get("/api/documents").await.ok();
        assert_eq!(Setting::items(&list).len(), 1, "its own alone: {list}");
        acorn.client.post(format!("{}/api/documents", acorn.base)).body(PDF).send().await.map(|answer| {
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        }).expect("an answer");
        setting.broker().await.upload("x.pdf", PDF).await.refused(403, "role_needed");
    }

    async fn a_document_is_read_by_its_provider_and_the_council_it_was_shown_to_and_never_inline(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = (setting.provider("Acorn Example Care").await, setting.provider("Birch Example Care").await);
        let sent = acorn.upload("Tystysgrif ŵ \"yswiriant\".pdf", PDF).await.ok();
        let enrolment = setting.applied_showing(&acorn, json!({"document_id": id(&sent)})).await;
        let piece = &enrolment["evidence"][0]["newer"];
        assert_eq!((&piece["state"], id(&piece["document"])), (&json!("given"), id(&sent)));
        let path = format!("/api/evidence/{}/document", id(piece));
        let procurement = setting.procurement().await;
        for reader in [&acorn, &procurement] {
            let reply = reader.get(&path).await;
            assert_eq!(reply.status, StatusCode::OK);
            let header = |name: &str| reply.headers[name].to_str().expect("plain").to_owned();
            assert_eq!(header("content-type"), "application/pdf");
            assert!(header("content-disposition").starts_with("attachment; filename="), "{:?}", reply.headers);
            assert!(header("content-disposition").contains("filename*=UTF-8''"), "{:?}", reply.headers);
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(reply.body.as_str().expect("text").as_bytes(), PDF);
        }
        birch.get(&path).await.refused(404, "not_found");
        setting.other_authority().await.get(&path).await.refused(404, "not_found");
        setting.nobody().get(&path).await.refused(401, "signed_out");
        procurement.get(&format!("/api/evidence/{}/document", EvidenceId::new())).await.refused(404, "not_found");
        // Nor can another show it as its own, or take it away by deciding on it.
        let page = setting.market_page("Supported Living").await;
        let mut form = application(&page, page["categories"][0]["id"].as_str().expect("an id"));
        form["evidence"][0]["document_id"] = sent["id"].clone();
        birch.post(&format!("/api/markets/{}/enrolments", id(&page)), form).await.refused(422, "evidence_missing");
        let refuse = format!("/api/evidence/{}/refuse", id(piece));
        setting.signed_in_again(&setting.other_authority().await)
            .post(&refuse, json!({"reasons": "Not mine."})).await.refused(404, "not_found");
        // Who read it is written down, for both.
        for side in [&acorn, &procurement] {
            let history = side.get(&format!("/api/history/enrolment/{}", id(&enrolment))).await.ok();
            let reads: Vec<_> = Setting::items(&history).iter().filter(|e| e["kind"] == "document_downloaded").collect();
            assert_eq!(reads.len(), 2, "{history}");
        }
    }

    async fn an_officer_decides_on_each_piece_and_the_provider_gives_it_again(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, birch) = (setting.provider("Acorn Example Care").await, setting.provider("Birch Example Care").await);
        let procurement = setting.procurement().await;
        let enrolment = setting.applied(&acorn, "Supported Living").await;
        let path = format!("/api/enrolments/{}", id(&enrolment));
        assert_eq!(enrolment["evidence"][0]["condition"], "waiting");
        assert_eq!((&enrolment["may_give_evidence"], &enrolment["may_decide_evidence"]), (&json!(true), &json!(false)));
        let piece = id(&enrolment["evidence"][0]["newer"]).to_owned();
        let (accept, refuse) = (format!("/api/evidence/{piece}/accept"), format!("/api/evidence/{piece}/refuse"));
        procurement.post(&refuse, json!({"reasons": " "})).await.refused(422, "invalid_field");
        acorn.post(&accept, json!({"reasons": "Mine."})).await.refused(403, "role_needed");
        setting.broker().await.post(&accept, json!({"reasons": "Fine."})).await.refused(403, "role_needed");
        let after = procurement.post(&refuse, json!({"reasons": "It is for another company."})).await.ok();
        assert_eq!(after["evidence"][0]["condition"], "refused");
        assert_eq!(after["evidence"][0]["newer"]["reasons"], "It is for another company.");
        assert_eq!(setting.letters_owed(&[LetterKind::EvidenceRefused]).await, [(LetterKind::EvidenceRefused, acorn.account_id)]);
        procurement.post(&accept, json!({"reasons": "After all."})).await.refused(409, "evidence_not_waiting");
        procurement.post(&format!("{path}/admit"), json!({"reasons": "All is there."})).await.refused(409, "evidence_refused");

        // Given again: by its own people, in date, of what is asked.
        let again = format!("{path}/evidence");
        let good = newer(&enrolment, "2027-12-31");
        birch.post(&again, good.clone()).await.refused(404, "not_found");
        procurement.post(&again, good.clone()).await.refused(403, "role_needed");
        let mut wrong = good.clone();
        wrong["expires_on"] = json!("2026-12-06");
        assert_eq!(acorn.post(&again, wrong).await.refused(422, "invalid_field")["field"], "expires_on");
        let mut wrong = good.clone();
        wrong["id"] = json!("shoes");
        assert_eq!(acorn.post(&again, wrong).await.refused(422, "invalid_field")["field"], "id");
        let key = new_key();
        let given = acorn.post_with(&again, good.clone(), &key).await.ok();
        assert_eq!(given["evidence"][0]["condition"], "waiting");
        let newest = id(&given["evidence"][0]["newer"]).to_owned();
        assert_eq!(id(&acorn.post_with(&again, good, &key).await.ok()["evidence"][0]["newer"]), newest);
        let admitted = procurement.post(&format!("{path}/admit"), json!({"reasons": "All is there."})).await.ok();
        for asked in admitted["evidence"].as_array().expect("a list") {
            assert_eq!((&asked["condition"], &asked["newer"]), (&json!("in_date"), &Value::Null), "{asked}");
        }
        assert_eq!(id(&admitted["evidence"][0]["counts"]), newest);
        assert!(setting.letters_owed(&[LetterKind::EvidenceAccepted]).await.is_empty(), "the admission says it");
    }

    async fn each_council_accepts_for_itself(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let elsewhere = setting.other_authority().await;
        let acorn = setting.provider("Acorn Example Care").await;
        let sent = acorn.upload("certificate.pdf", PDF).await.ok();
        let here = setting.applied_showing(&acorn, json!({"document_id": id(&sent)})).await;
        let page = setting.market_page("Community Based Day Opportunities").await;
        let mut form = application(&page, page["categories"][0]["id"].as_str().expect("an id"));
        form["evidence"][0]["document_id"] = sent["id"].clone();
        let there = acorn.post(&format!("/api/markets/{}/enrolments", id(&page)), form).await.ok();
        let accept = format!("/api/evidence/{}/accept", id(&here["evidence"][0]["newer"]));
        elsewhere.post(&accept, json!({"reasons": "Seen."})).await.refused(404, "not_found");
        let after = setting.procurement().await.post(&accept, json!({"reasons": "Seen."})).await.ok();
        assert_eq!(after["evidence"][0]["condition"], "in_date");
        let after = acorn.get(&format!("/api/enrolments/{}", id(&there))).await.ok();
        assert_eq!(after["evidence"][0]["condition"], "waiting");
        elsewhere.get(&format!("/api/evidence/{}/document", id(&after["evidence"][0]["newer"]))).await.ok();
    }

    async fn a_provider_is_warned_three_times_and_told_once_more_when_it_has_expired(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (acorn, enrolment) = setting.admitted_until("Acorn Example Care", "2027-03-31").await;
        // Nobody else is told: this one only waits for a decision.
        let birch = setting.provider("Birch Example Care").await;
        setting.applied_showing(&birch, json!({"expires_on": "2027-03-31"})).await;
        let path = format!("/api/enrolments/{}", id(&enrolment));
        for (at, letters, condition) in [
            ("2027-01-29T23:59:59Z", 0, "in_date"),
            ("2027-01-30T00:00:00Z", 1, "expiring"),
            ("2027-02-28T12:00:00Z", 1, "expiring"),
            ("2027-03-01T12:00:00Z", 2, "expiring"),
            ("2027-03-24T12:00:00Z", 3, "expiring"),
            // The last day is a whole day, in London, where it is summer by then.
            ("2027-03-31T22:59:59Z", 3, "expiring"),
            ("2027-03-31T23:00:00Z", 4, "expired"),
            ("2027-04-20T12:00:00Z", 4, "expired"),
        ] {
            setting.app.clock.stop_at(at.parse().expect("an instant"));
            // Every node looks, and looks again after a restart.
            let looks = (0..6).map(|_| warn_due(&setting.app));
            for look in futures_util::future::join_all(looks).await {
                look.expect("looked");
            }
            assert_eq!(warn_due(&setting.app).await.expect("looked"), 0, "at {at}");
            let told = setting.letters_owed(&EXPIRY).await;
            assert_eq!(told.len(), letters, "at {at}");
            assert!(told.iter().all(|(_, to)| *to == acorn.account_id));
            let seen = setting.signed_in_again(&acorn).get(&path).await.ok();
            assert_eq!(seen["evidence"][0]["condition"], condition, "at {at}");
            let standing = if condition == "expired" { "no_new_work" } else { "admitted" };
            assert_eq!(seen["standing"], standing, "at {at}");
        }
        assert_eq!(setting.letters_owed(&EXPIRY).await.last().map(|(kind, _)| *kind), Some(LetterKind::EvidenceExpired));
        // The officers have a task, until newer evidence is accepted.
        let procurement = setting.signed_in_again(&setting.procurement().await);
        let kinds = async || -> Vec<Value> {
            let tasks = procurement.get("/api/tasks").await.ok();
            Setting::items(&tasks).iter().map(|task| task["kind"].clone()).collect()
        };
        assert_eq!(kinds().await, [json!("evidence_expired")]);
        let acorn = setting.signed_in_again(&acorn);
        let given = acorn.post(&format!("{path}/evidence"), newer(&enrolment, "2028-03-31")).await.ok();
        assert_eq!(given["evidence"][0]["condition"], "expired", "it counts when it is accepted");
        let given = acorn.post(&format!("{path}/evidence"), newer(&enrolment, "2028-04-30")).await.ok();
        assert_eq!(kinds().await, [json!("evidence_renewed"), json!("evidence_expired")], "one of a kind");
        let piece = id(&given["evidence"][0]["newer"]);
        let reasons = json!({"reasons": "In date again."});
        let after = procurement.post(&format!("/api/evidence/{piece}/accept"), reasons).await.ok();
        assert_eq!((&after["evidence"][0]["condition"], &after["standing"]), (&json!("in_date"), &json!("admitted")));
        assert_eq!(kinds().await, Vec::<Value>::new());
        assert_eq!(setting.letters_owed(&[LetterKind::EvidenceAccepted]).await.len(), 1);
        // The newer piece is warned of anew.
        setting.app.clock.stop_at("2028-03-01T12:00:00Z".parse().expect("an instant"));
        assert_eq!(warn_due(&setting.app).await.expect("looked"), 1);
        assert_eq!(setting.letters_owed(&EXPIRY).await.len(), 5);
    }

    async fn an_officers_own_cause_outlasts_the_evidence_and_each_piece_is_a_cause(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let page = setting.market_page("Supported Living").await;
        let mut form = application(&page, page["categories"][0]["id"].as_str().expect("an id"));
        for at in [0, 1] {
            form["evidence"][at]["expires_on"] = json!("2027-03-31");
        }
        let enrolment = acorn.post(&format!("/api/markets/{}/enrolments", id(&page)), form).await.ok();
        let path = format!("/api/enrolments/{}", id(&enrolment));
        let procurement = setting.procurement().await;
        procurement.post(&format!("{path}/admit"), json!({"reasons": "All is there."})).await.ok();
        setting.app.clock.stop_at("2027-04-01T12:00:00Z".parse().expect("an instant"));
        assert_eq!(warn_due(&setting.app).await.expect("looked"), 2);
        let (acorn, procurement) = (setting.signed_in_again(&acorn), setting.signed_in_again(&procurement));
        let cause = json!({"reason": "A change of manager.", "review_on": "2027-05-01"});
        procurement.post(&format!("{path}/no-new-work"), cause).await.ok();
        for at in [0, 1] {
            assert_eq!(acorn.get(&path).await.ok()["standing"], "no_new_work", "{at} renewed");
            let piece = json!({"id": enrolment["evidence"][at]["id"], "reference": "NEW-1", "expires_on": "2028-03-31"});
            let given = acorn.post(&format!("{path}/evidence"), piece).await.ok();
            let accept = format!("/api/evidence/{}/accept", id(&given["evidence"][at]["newer"]));
            procurement.post(&accept, json!({"reasons": "In date again."})).await.ok();
        }
        assert_eq!(acorn.get(&path).await.ok()["standing"], "no_new_work", "the officer's own cause is left");
        let page = procurement.get(&format!("{path}/standing")).await.ok();
        assert_eq!(page["causes"].as_array().expect("causes").len(), 1, "{page}");
    }

    async fn what_a_crash_left_behind_is_swept_up_and_nothing_else(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        acorn.upload("certificate.pdf", PDF).await.ok();
        let vault = &setting.app.vault;
        let digest = "ab".repeat(32);
        // Between the file and its row; and before the file was whole.
        vault.ready(digest.clone(), b"orphan".to_vec(), setting.now()).await.expect("ready").keep().await.expect("kept");
        std::mem::forget(vault.ready("cd".repeat(32), b"begun".to_vec(), setting.now()).await.expect("ready"));
        assert_eq!(setting.kept().len(), 3);
        assert_eq!(sweep(&setting.app).await.expect("swept"), 0, "they may be under way");
        setting.wind_minutes(61);
        assert_eq!(sweep(&setting.app).await.expect("swept"), 2);
        assert_eq!(setting.kept().len(), 1);
        assert_eq!(sweep(&setting.app).await.expect("swept"), 0);
    }
}

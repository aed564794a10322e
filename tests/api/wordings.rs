//! A market's own wording of its letters: plain text with placeholders from a list, kept in versions, and never in
//! the way of what the law or the reader needs.

use crate::{disclosure::elsewhere, on_both, setting::*};
use entity::{letter, vocabulary::*};
use fairlot::domain::letter::is_of_market;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

/// The newest letter of this kind, once what it says is settled.
pub async fn said(setting: &Setting, kind: LetterKind, nth: usize) -> letter::Model {
    for _ in 0..400 {
        let found =
            letter::Entity::find().filter(letter::Column::Kind.eq(kind)).all(setting.app.database.read());
        let mut found = found.await.expect("an answer");
        found.sort_by_key(|letter| letter.id);
        if let Some(letter) = found.get(nth).filter(|letter| letter.state == LetterState::Sent) {
            return letter.clone();
        }
        setting.app.post.notify_one();
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no letter {kind:?} was sent");
}

async fn letters_of(setting: &Setting) -> String {
    format!(
        "/api/markets/{}/letters",
        setting.market_page("Supported Living").await["id"].as_str().expect("an id")
    )
}

fn of_kind<'a>(letters: &'a Value, kind: &str) -> &'a Value {
    letters["letters"].as_array().expect("kinds").iter().find(|one| one["kind"] == kind).expect("the kind")
}

fn wording(after_version: i32) -> Value {
    json!({
        "kind": "enrolment_admitted", "subject": "Welcome to {category}",
        "opening": "{authority} is glad to have {provider} in {market}.\n\nLook at {link} for what is live.",
        "closing": "", "after_version": after_version,
    })
}

on_both! {
    async fn a_letter_goes_out_as_the_market_words_it_and_says_the_same_ever_after(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let path = letters_of(&setting).await;
        let procurement = setting.procurement().await;
        let before = procurement.get(&path).await.ok();
        let of_market = LetterKind::ALL.iter().filter(|&&kind| is_of_market(kind)).count();
        assert_eq!(before["letters"].as_array().expect("kinds").len(), of_market);
        let admitted = of_kind(&before, "enrolment_admitted");
        assert_eq!((&admitted["own"], &admitted["version"]), (&json!(null), &json!(0)));
        assert_eq!(admitted["standard"]["subject"], "You are admitted to {category}");

        let key = new_key();
        let after = procurement.post_with(&path, wording(0), &key).await.ok();
        assert_eq!(procurement.post_with(&path, wording(0), &key).await.ok(), after, "repeated, it is done once");
        let changed = of_kind(&after, "enrolment_admitted");
        assert_eq!((&changed["version"], &changed["own"]["subject"]), (&json!(1), &json!("Welcome to {category}")));
        assert_eq!(changed["versions"][0]["written_by"], "procurement@staffordshire.example");
        setting.admitted("Acorn Example Care", "Supported Living").await;
        let first = said(&setting, LetterKind::EnrolmentAdmitted, 0).await;
        let words = first.words.clone().expect("its words");
        assert_eq!(words["subject"], "Welcome to Supported living");
        assert_eq!(words["opening"][0], "Staffordshire County Council is glad to have Acorn Example Care in Supported Living.");
        assert!(first.wording_id.is_some());

        // The standard wording is for the next letter; the first one, sent again, says what it said.
        let stale = json!({"kind": "enrolment_admitted", "after_version": 0});
        procurement.post(&format!("{path}/restore"), stale).await.refused(412, "revision_stale");
        let restoring = json!({"kind": "enrolment_admitted", "after_version": 1});
        let restored = procurement.post(&format!("{path}/restore"), restoring).await.ok();
        let restored = of_kind(&restored, "enrolment_admitted");
        assert_eq!((&restored["own"], &restored["version"]), (&json!(null), &json!(2)));
        assert_eq!(restored["versions"].as_array().expect("versions").len(), 2);
        setting.admitted("Birch Example Care", "Supported Living").await;
        let second = said(&setting, LetterKind::EnrolmentAdmitted, 1).await;
        assert_eq!(second.words.expect("its words")["subject"], "You are admitted to Supported living");
        assert_eq!(second.wording_id, None);
        procurement.post(&format!("/api/letters/{}/resend", first.id), json!({})).await.ok();
        let again = said(&setting, LetterKind::EnrolmentAdmitted, 0).await;
        assert_eq!((again.words, again.wording_id, again.resent), (Some(words), first.wording_id, 1));

        // Who, when, and that it happened; and what was is never changed.
        let history = procurement.get(&path.replace("/letters", "").replace("markets", "history/market")).await.ok();
        let kinds: Vec<_> = Setting::items(&history).iter().map(|entry| entry["kind"].clone()).collect();
        assert_eq!(kinds, ["market_imported", "wording_changed", "wording_restored"]);
        for statement in [
            "update wording set subject = 'x'", "delete from wording", "insert into wording select * from wording",
            "update letter set words = '{}'",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }

    async fn what_a_letter_may_not_say_is_refused_where_it_stands(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let path = letters_of(&setting).await;
        let procurement = setting.procurement().await;
        let mut wrong = wording(0);
        wrong["opening"] = json!("Dear {name},\n\nsee <a href='x'>this</a> or https://elsewhere.example.");
        wrong["closing"] = json!("Ask Mrs Jane Smith on 01785 123456.");
        let refusal = procurement.post(&path, wrong.clone()).await.refused(422, "wording_invalid");
        assert_eq!(refusal["field"], "opening");
        // While it is written, the preview says the same, and that is no failure.
        let tried = json!({"kind": wrong["kind"], "words": {
            "subject": wrong["subject"], "opening": wrong["opening"], "closing": wrong["closing"],
        }});
        let preview = procurement.post(&format!("{path}/preview"), tried).await.ok();
        assert_eq!((&preview["letter"], &preview["problems"]), (&json!(null), &refusal["problems"]));
        let all: Vec<_> = refusal["problems"].as_array().expect("faults").iter()
            .map(|one| format!("{}: {}", one["field"].as_str().expect("a field"), one["detail"].as_str().expect("words")))
            .collect();
        for (field, said) in [
            ("opening: Line 1", "{name}"), ("opening: Line 3", "plain text"),
            ("opening: Line 3", "elsewhere.example"), ("closing: Line 1", "Jane Smith"),
            ("closing: Line 1", "telephone"),
        ] {
            assert!(all.iter().any(|one| one.starts_with(field) && one.contains(said)), "{field} {said}: {all:?}");
        }
        let mut without = wording(0);
        without["subject"] = json!("Welcome");
        procurement.post(&path, without).await.refused(422, "wording_invalid");
        assert_eq!(of_kind(&procurement.get(&path).await.ok(), "enrolment_admitted")["version"], 0);
    }

    async fn only_procurement_words_letters_and_each_authority_its_own(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&elsewhere()).await;
        let path = letters_of(&setting).await;
        let commissioner = setting.lead_commissioner().await;
        commissioner.post(&path, wording(0)).await.refused(403, "role_needed");
        setting.broker().await.get(&path).await.refused(403, "role_needed");
        setting.provider("Acorn Example Care").await.get(&path).await.refused(403, "role_needed");
        assert_eq!(commissioner.get(&path).await.ok()["can_change"], false);
        let stranger = setting.officer_of("elsewhere", "everything@elsewhere.example", OfficerRole::ALL).await;
        stranger.get(&path).await.refused(404, "not_found");
        stranger.post(&path, wording(0)).await.refused(404, "not_found");
        let restoring = json!({"kind": "enrolment_admitted", "after_version": 0});
        stranger.post(&format!("{path}/restore"), restoring).await.refused(404, "not_found");
        stranger.post(&format!("{path}/preview"), json!({"kind": "award_won"})).await.refused(404, "not_found");

        // Every kind can be looked at, on facts of nobody.
        for kind in LetterKind::ALL {
            let shown = commissioner.post(&format!("{path}/preview"), json!({"kind": kind})).await.ok();
            let (text, html) = (shown["letter"]["text"].as_str().expect("text"), shown["letter"]["html"].as_str().expect("HTML"));
            assert!(text.contains("Staffordshire County Council") && html.contains("#6b1f4f"), "{kind:?}");
            assert!(text.contains("Questions? Ask the market team"), "{kind:?}: {text}");
            assert!(!html.contains("<script"), "{kind:?}");
        }
    }
}

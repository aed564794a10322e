//! What one provider asks, every provider reads: at once, without its name.

use crate::{on_both, setting::*};
use entity::vocabulary::{LetterKind, OfficerRole};
use serde_json::json;
use std::collections::HashMap;

on_both! {
    async fn a_question_and_its_answer_reach_every_provider_at_once_without_the_askers_name(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(&crate::disclosure::elsewhere()).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}");
        let ask = format!("{path}/queries");
        broker.post(&ask, json!({"question": "Why?"})).await.refused(403, "role_needed");
        acorn.post(&ask, json!({"question": " "})).await.refused(422, "invalid_field");
        acorn.post(&ask, json!({"question": "x".repeat(1001)})).await.refused(422, "invalid_field");
        acorn.post(&ask, json!({"question": "Is it near ST16 2LH?"})).await.refused(422, "advert_may_identify");
        let asked = acorn.post(&ask, json!({"question": "Acorn asks: is there parking?"})).await.ok();
        assert_eq!(asked["queries"]["own"][0]["asked"], "Acorn asks: is there parking?");
        assert_eq!(setting.letters_owed(&[LetterKind::QueryAsked]).await, [(LetterKind::QueryAsked, broker.account_id)]);
        // Nobody else knows of it yet.
        let other = birch.get(&path).await.ok();
        assert_eq!((&other["queries"]["own"], &other["queries"]["published"]), (&json!([]), &json!([])));
        let history = birch.get(&format!("/api/history/opportunity/{id}")).await.ok();
        assert!(Setting::items(&history).iter().all(|e| e["kind"] != "query_asked"));
        // The broker sees who asked, and in which words.
        let queue = broker.get("/api/queries").await.ok();
        assert_eq!((&queue[0]["opportunity_id"], &queue[0]["waiting"]), (&json!(id), &json!(1)));
        let seen = broker.get(&path).await.ok();
        assert_eq!(seen["queries"]["all"][0]["provider_name"], "Acorn Example Care");
        let answer = format!("/api/queries/{}/answer", seen["queries"]["all"][0]["id"].as_str().expect("an id"));
        let said = json!({"question": "Is there parking?", "answer": "Yes, for two cars."});
        acorn.post(&answer, said.clone()).await.refused(403, "role_needed");
        let elsewhere = setting.officer_of("elsewhere", "broker@elsewhere.example", &[OfficerRole::Broker]).await;
        elsewhere.post(&answer, said.clone()).await.refused(404, "not_found");
        assert_eq!(elsewhere.get("/api/queries").await.ok(), json!([]));
        broker.post(&answer, json!({"answer": "Yes."})).await.refused(422, "invalid_field");
        broker.post(&answer, json!({"question": "Is there parking?", "answer": "Ring 01785 123456."})).await.refused(422, "advert_may_identify");
        broker.post(&answer, json!({"question": "Does Mrs Smith drive?", "answer": "No."})).await.refused(422, "advert_may_identify");
        let mut listening = setting.listening(&birch, &HashMap::new()).await;
        broker.post(&answer, said.clone()).await.ok();
        assert_eq!(listening.event("query_published").await["body"], json!({}));
        broker.post(&answer, said).await.refused(409, "already_answered");
        for provider in [&acorn, &birch] {
            let page = provider.get(&path).await.ok();
            assert_eq!(page["queries"]["published"][0]["question"], "Is there parking?");
            assert_eq!(page["queries"]["published"][0]["answer"], "Yes, for two cars.");
            assert_eq!(page["queries"]["all"], json!([]));
        }
        assert!(!birch.get(&path).await.ok()["queries"].to_string().contains("Acorn"));
        let told: Vec<_> = setting.letters_owed(&[LetterKind::QueryPublished]).await.into_iter().map(|(_, to)| to).collect();
        assert_eq!(told, [acorn.account_id, birch.account_id]);
        assert_eq!(broker.get("/api/queries").await.ok(), json!([]));
    }

    async fn what_is_the_askers_own_business_is_answered_to_it_alone_with_a_recorded_reason(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let broker = setting.broker().await;
        let id = setting.published().await;
        let path = format!("/api/opportunities/{id}");
        acorn.post(&format!("{path}/queries"), json!({"question": "Has our insurance reached you?"})).await.ok();
        let seen = broker.get(&path).await.ok();
        let answer = format!("/api/queries/{}/answer", seen["queries"]["all"][0]["id"].as_str().expect("an id"));
        broker.post(&answer, json!({"answer": "Yes.", "alone_because": " "})).await.refused(422, "invalid_field");
        let shown = broker.post(&answer, json!({"answer": "Yes.", "alone_because": "About its own evidence."})).await.ok();
        assert_eq!(shown["queries"]["all"][0]["alone_because"], "About its own evidence.");
        let own = acorn.get(&path).await.ok();
        assert_eq!((&own["queries"]["own"][0]["answer"], &own["queries"]["own"][0]["alone"]), (&json!("Yes."), &json!(true)));
        let other = birch.get(&path).await.ok();
        assert_eq!((&other["queries"]["own"], &other["queries"]["published"]), (&json!([]), &json!([])));
        let owed = setting.letters_owed(&[LetterKind::QueryPublished, LetterKind::QueryAnsweredAlone]).await;
        assert_eq!(owed, [(LetterKind::QueryAnsweredAlone, acorn.account_id)]);
        let kinds = async |person: &Person| {
            let history = person.get(&format!("/api/history/opportunity/{id}")).await.ok();
            Setting::items(&history).iter().any(|e| e["kind"] == "query_answered_alone")
        };
        assert!(kinds(&acorn).await);
        assert!(!kinds(&birch).await);
    }

    async fn questions_end_in_time_for_an_answer_and_ten_may_wait(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let id = setting.published().await;
        let ask = format!("/api/opportunities/{id}/queries");
        let question = |n: usize| json!({"question": format!("Question {n}?")});
        for n in 0..10 {
            acorn.post(&ask, question(n)).await.ok();
        }
        acorn.post(&ask, question(10)).await.refused(409, "queries_wait");
        birch.post(&ask, question(10)).await.ok();
        // Four hours are open: questions are taken in the first two.
        let until = setting.now().plus_seconds(2 * 3600);
        assert_eq!(birch.get(&format!("/api/opportunities/{id}")).await.ok()["queries"]["ask_until"], json!(until));
        setting.app.clock.stop_at(until.plus_milliseconds(-1));
        birch.post(&ask, question(11)).await.ok();
        setting.app.clock.stop_at(until);
        birch.post(&ask, question(12)).await.refused(409, "asked_too_late");
        // A later deadline takes questions again.
        let broker = setting.broker().await;
        let later = until.plus_seconds(6 * 3600);
        broker.post(&format!("/api/opportunities/{id}/extend"), json!({"closes_at": later, "reason": "More time."})).await.ok();
        birch.post(&ask, question(12)).await.ok();
        // Whoever is not in the category does not know of it.
        let cedar = setting.provider("Cedar Example Care").await;
        cedar.post(&ask, question(1)).await.refused(404, "not_found");
        setting.app.clock.stop_at(later);
        let seen = broker.get(&format!("/api/opportunities/{id}")).await.ok();
        let answer = format!("/api/queries/{}/answer", seen["queries"]["all"][0]["id"].as_str().expect("an id"));
        broker.post(&answer, json!({"question": "Q?", "answer": "A."})).await.refused(409, "bidding_over");
    }
}

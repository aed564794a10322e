//! Who sees to a request to join, who reads it as a second person, and what happens when its time is over.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use fairlot::actions::clock::remind_due;
use serde_json::{Value, json};

fn with_second_reader() -> String {
    SUPPORTED_LIVING
        .replace("decide_within_working_days = 10", "decide_within_working_days = 10\nsecond_reader = true")
}

async fn colleague(setting: &Setting) -> Person {
    setting.officer("second.procurement@staffordshire.example", &[OfficerRole::Procurement]).await
}

fn at(enrolment: &Value, verb: &str) -> String {
    format!("/api/enrolments/{}/{verb}", enrolment["id"].as_str().expect("an id"))
}

fn ids(list: &Value) -> Vec<String> {
    Setting::items(list).iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

on_both! {
    async fn nothing_is_decided_before_a_second_person_has_read_it_where_the_market_wants_that(setting: Setting) {
        setting.market(&with_second_reader()).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let request = setting.applied(&acorn, "Supported Living").await;
        let (first, second) = (setting.procurement().await, colleague(&setting).await);
        let admit = json!({"reasons": "All conditions are met."});
        first.post(&at(&request, "admit"), admit.clone()).await.refused(409, "second_reader_needed");
        let refuse = json!({"reasons": "No registration."});
        first.post(&at(&request, "refuse"), refuse).await.refused(409, "second_reader_needed");

        // To have read it oneself is not enough, nor to have asked.
        let view = json!({"view": "admit", "reasons": "The policies are sound."});
        first.post(&at(&request, "readings"), view.clone()).await.ok();
        let asked = json!({"reader_id": second.account_id});
        let page = first.post(&at(&request, "readers"), asked.clone()).await.ok();
        assert_eq!(page["second_reader"], true);
        assert_eq!(page["readings"].as_array().expect("readings").len(), 2);
        assert_eq!(setting.letters_owed(&[LetterKind::ReadingWanted]).await, [(LetterKind::ReadingWanted, second.account_id)]);
        first.post(&at(&request, "admit"), admit.clone()).await.refused(409, "second_reader_needed");
        assert_eq!(first.post(&at(&request, "readers"), asked).await.refused(422, "invalid_field")["field"], "reader_id");

        // It is on the reader's own list until it is read; then another view may be taken, and the history keeps both.
        let mine = second.get("/api/enrolments?queue=to_read").await.ok();
        assert_eq!(ids(&mine), [request["id"].as_str().expect("an id")]);
        let no = json!({"view": "refuse", "reasons": " "});
        assert_eq!(second.post(&at(&request, "readings"), no).await.refused(422, "invalid_field")["field"], "reasons");
        let no = json!({"view": "refuse", "reasons": "One policy is old."});
        second.post(&at(&request, "readings"), no).await.ok();
        let page = second.post(&at(&request, "readings"), view).await.ok();
        let own: Vec<_> = page["readings"].as_array().expect("readings").iter().filter(|one| one["mine"] == true).collect();
        assert_eq!((own.len(), &own[0]["view"]), (1, &json!("admit")));
        assert_eq!(ids(&second.get("/api/enrolments?queue=to_read").await.ok()).len(), 0);
        setting.admit(&first, &request).await;
        let late = json!({"view": "admit", "reasons": "Too late."});
        second.post(&at(&request, "readings"), late).await.refused(409, "standing_forbids");
        let history = format!("/api/history/enrolment/{}", request["id"].as_str().expect("an id"));
        let told = second.get(&history).await.ok().to_string();
        for words in ["who would refuse: One policy is old.", "who would admit: The policies are sound.", "was asked to read it"] {
            assert!(told.contains(words), "{words}: {told}");
        }

        // The provider sees nothing of it, in its page or its history.
        let seen = acorn.get(&history).await.ok().to_string() + &acorn.get(&at(&request, "")[..at(&request, "").len() - 1]).await.ok().to_string();
        assert!(!seen.contains("One policy") && !seen.contains("policies are sound"), "{seen}");
        acorn.get(&at(&request, "readings")).await.refused(403, "role_needed");
    }

    async fn only_colleagues_who_decide_on_requests_are_asked_and_another_authority_finds_nothing(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let request = setting.applied(&acorn, "Supported Living").await;
        let procurement = setting.procurement().await;
        for reader in [procurement.account_id, setting.broker().await.account_id, acorn.account_id, AccountId::new()] {
            let refusal = procurement.post(&at(&request, "readers"), json!({"reader_id": reader})).await.refused(422, "invalid_field");
            assert_eq!(refusal["field"], "reader_id");
        }
        let view = json!({"view": "admit", "reasons": "Sound."});
        setting.broker().await.post(&at(&request, "readings"), view.clone()).await.refused(403, "role_needed");
        let text = DAY_OPPORTUNITIES
            .replace("slug = \"staffordshire\"", "slug = \"elsewhere\"")
            .replace("slug = \"staffordshire-day-opportunities\"", "slug = \"elsewhere-day\"");
        setting.market(&text).await;
        let other = setting.officer_of("elsewhere", "procurement@elsewhere.example", &[OfficerRole::Procurement]).await;
        other.get(&at(&request, "readings")).await.refused(404, "not_found");
        other.post(&at(&request, "readings"), view).await.refused(404, "not_found");
        let wrong = json!({"reader_id": other.account_id});
        procurement.post(&at(&request, "readers"), wrong).await.refused(422, "invalid_field");
        // This market does not ask for it: a decision needs no reader.
        setting.admit(&procurement, &request).await;
    }

    async fn a_request_that_was_read_before_it_was_refused_is_read_anew(setting: Setting) {
        setting.market(&with_second_reader()).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let request = setting.applied(&acorn, "Supported Living").await;
        let (first, second) = (setting.procurement().await, colleague(&setting).await);
        let view = json!({"view": "refuse", "reasons": "No registration."});
        second.post(&at(&request, "readings"), view).await.ok();
        first.post(&at(&request, "refuse"), json!({"reasons": "No registration."})).await.ok();
        setting.wind_minutes(60);
        setting.applied(&acorn, "Supported Living").await;
        let page = first.get(&at(&request, "readings")).await.ok();
        assert_eq!(page["readings"].as_array().expect("readings").len(), 0);
        first.post(&at(&request, "admit"), json!({"reasons": "It has one now."})).await.refused(409, "second_reader_needed");
    }

    async fn a_request_is_given_to_somebody_and_the_queue_says_whose_and_what_is_due_first(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (first, second) = (setting.procurement().await, colleague(&setting).await);
        let mut requests = Vec::new();
        for name in ["Acorn Example Care", "Birch Example Care", "Cedar Example Care"] {
            requests.push(setting.applied(&setting.provider(name).await, "Supported Living").await);
            setting.wind_minutes(24 * 60);
        }
        let (first, second) = (setting.signed_in_again(&first), setting.signed_in_again(&second));
        let owner = |of: &Value| format!("/api/clocks/enrolment_decision/{}/owner", of["id"].as_str().expect("an id"));
        first.post(&owner(&requests[1]), json!({"account_id": second.account_id})).await.ok();
        first.post(&owner(&requests[2]), json!({"account_id": first.account_id})).await.ok();
        let waiting = first.get("/api/enrolments?queue=waiting").await.ok();
        let wanted: Vec<_> = requests.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids(&waiting), wanted, "what is due first is first");
        let owners: Vec<_> = Setting::items(&waiting).iter().map(|one| one["owner"].clone()).collect();
        assert_eq!(owners, [json!(null), json!("second.procurement@staffordshire.example"), json!("procurement@staffordshire.example")]);
        assert_eq!(ids(&first.get("/api/enrolments?queue=mine").await.ok()), wanted[2..]);
        assert_eq!(ids(&second.get("/api/enrolments?queue=mine").await.ok()), wanted[1..2]);
        assert_eq!(ids(&first.get("/api/enrolments?queue=nobodys").await.ok()), wanted[..1]);
        let page = second.get(&at(&requests[1], "readings")).await.ok();
        assert_eq!((&page["mine"], &page["may_assign"]), (&json!(true), &json!(true)));
        // Whoever is asked for a part of a long list goes on after the last of it.
        let part = first.get("/api/enrolments?queue=waiting&page_size=2").await.ok();
        let rest = first.get(&format!("/api/enrolments?queue=waiting&page_size=2&after={}", part["next"].as_str().expect("more"))).await.ok();
        assert_eq!([ids(&part), ids(&rest)].concat(), wanted);
        setting.admit(&first, &requests[0]).await;
        assert_eq!(ids(&first.get("/api/enrolments?queue=waiting").await.ok()), wanted[1..]);
    }

    async fn what_nobody_decided_in_time_goes_up(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (owner, other) = (setting.procurement().await, colleague(&setting).await);
        let commissioner = setting.lead_commissioner().await;
        let request = setting.applied(&setting.provider("Acorn Example Care").await, "Supported Living").await;
        let path = format!("/api/clocks/enrolment_decision/{}/owner", request["id"].as_str().expect("an id"));
        owner.post(&path, json!({"account_id": owner.account_id})).await.ok();
        // Due on Monday 21 December: from Monday 14 December the one to whom it was given is reminded, and nobody else.
        setting.app.clock.stop_at("2026-12-18T09:00:00Z".parse().expect("an instant"));
        remind_due(&setting.app).await.expect("looked");
        assert_eq!(setting.letters_owed(&[LetterKind::ClockDueSoon]).await, [(LetterKind::ClockDueSoon, owner.account_id)]);
        setting.app.clock.stop_at("2026-12-21T23:59:59.999Z".parse().expect("an instant"));
        remind_due(&setting.app).await.expect("looked");
        assert_eq!(setting.letters_owed(&[LetterKind::ClockOverdue]).await, []);
        // Once its time is over, everybody who can see to it is told, and the commissioners, once.
        setting.app.clock.stop_at("2026-12-22T00:00:00Z".parse().expect("an instant"));
        remind_due(&setting.app).await.expect("looked");
        remind_due(&setting.app).await.expect("looked");
        let mut told: Vec<_> = setting.letters_owed(&[LetterKind::ClockOverdue]).await.into_iter().map(|(_, to)| to).collect();
        told.sort();
        for one in [&owner, &other, &commissioner] {
            assert_eq!(told.iter().filter(|to| **to == one.account_id).count(), 1, "{}", one.email);
        }
        let queue = setting.signed_in_again(&other).get("/api/enrolments?queue=waiting").await.ok();
        assert_eq!(Setting::items(&queue)[0]["overdue"], true);
    }
}

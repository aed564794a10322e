//! The scheme of delegation in the product: instruments and holders entered and ended, who could approve, and that
//! what was approved keeps its chain.

use crate::{on_both, setting::*};
use entity::vocabulary::OfficerRole;
use fairlot::domain::market::read;
use serde_json::{Value, json};

/// The market's id, and its scheme as procurement sees it.
async fn scheme(setting: &Setting) -> (String, Value) {
    let page = setting.market_page("Supported Living").await;
    let id = page["id"].as_str().expect("an id").to_owned();
    let scheme = setting.procurement().await.get(&format!("/api/markets/{id}/scheme")).await.ok();
    (id, scheme)
}

fn named<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let found = list.as_array().expect("a list").iter().find(|one| one[key] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}"))
}

fn kinds(findings: &Value) -> Vec<&str> {
    findings.as_array().expect("a list").iter().map(|f| f["kind"].as_str().expect("a kind")).collect()
}

/// A delegation from a post to a post.
fn passing(scheme: &Value, from: &str, to: &str, more: Value) -> Value {
    let mut form = json!({
        "from_post_id": named(&scheme["posts"], "title", from)["id"],
        "to_post_id": named(&scheme["posts"], "title", to)["id"],
        "valid_from": "2026-12-07", "reason": "Decided by the Director on 1 December 2026.",
    });
    for (key, value) in more.as_object().expect("fields") {
        form[key] = value.clone();
    }
    form
}

on_both! {
    async fn an_instrument_that_is_entered_empowers_and_one_that_is_revoked_does_not(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let officer = setting.procurement().await;
        let (id, before) = scheme(&setting).await;
        let at = |what: &str| format!("/api/markets/{id}/scheme/{what}");
        let post = officer.post(&at("posts"), json!({"title": "Team Manager", "reason": "New structure."})).await.ok();
        officer.post(&at("posts"), json!({"title": "team manager", "reason": "Again."})).await.refused(409, "post_exists");
        let manager = setting.officer("team.manager@staffordshire.example", &[OfficerRole::Commissioner]).await;
        let decision = json!({
            "body": "Cabinet Member", "taken_on": "2026-12-01", "title": "Team managers", "reference": "Decision 12",
            "public": false, "document": "https://moderngov.staffordshire.example/decision/12",
        });
        let decision = officer.post(&at("decisions"), decision).await.ok();
        let delegation = json!({
            "from_decision_id": decision["id"], "to_post_id": post["id"], "limit_yearly": "60000.00",
            "kinds": ["award"], "valid_from": "2026-12-07", "conditions": "after advice from finance",
            "reason": "To spare the Lead Commissioner.",
        });
        let entered = officer.post(&at("delegations"), delegation).await.ok();
        assert_eq!(kinds(&entered["findings"]), ["vacant"], "{entered}");
        let tenure = json!({
            "post_id": post["id"], "account_id": manager.account_id, "tenure": "acting", "from": "2026-12-07",
            "reason": "Until the post is filled.",
        });
        let held = officer.post(&at("holders"), tenure.clone()).await.ok();
        officer.post(&at("holders"), tenure).await.refused(409, "post_held");
        let (_, after) = scheme(&setting).await;
        assert_eq!(after["delegations"].as_array().expect("a list").len(), before["delegations"].as_array().expect("a list").len() + 1);
        let title = named(&after["posts"], "title", "Team Manager");
        assert_eq!((&title["vacant"], &title["holders"][0]["tenure"]), (&json!(false), &json!("acting")));

        // They approve under it, and what they approved cites it with its condition.
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let opportunity = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&opportunity).await;
        let approve = format!("/api/opportunities/{opportunity}/approve");
        let contract = manager.post(&approve, json!({"reason": "Yes."})).await.ok();
        let chain = contract["rests_on"].to_string();
        assert!(chain.contains("Cabinet Member → Team Manager: up to £60,000.00 a year, for awards only"), "{chain}");
        assert!(chain.contains("after advice from finance") && chain.contains("(2026-12-07/1)"), "{chain}");

        // Revoked from tomorrow: today it stands, tomorrow it does not.
        let revocation = json!({"delegation_id": entered["id"], "revoked_on": "2026-12-08", "reason": "The structure changed."});
        let told = officer.post(&at("revocations"), revocation.clone()).await.ok();
        officer.post(&at("revocations"), revocation).await.refused(409, "already_revoked");
        assert_eq!(kinds(&told["findings"]), Vec::<&str>::new(), "{told}");
        let ask = |query: &str| format!("/api/markets/{id}/approvers?yearly=50000{query}");
        let both = officer.get(&ask("&also_on=2026-12-08")).await.ok();
        let manager_on = |day: usize| named(&both["days"][day]["approvers"], "post_title", "Team Manager").clone();
        assert_eq!((manager_on(0)["can"].clone(), manager_on(1)["can"].clone()), (json!(true), json!(false)));
        assert_eq!(both["days"][0]["approvers"][0]["post_title"], "Team Manager", "cheapest first");
        assert!(manager_on(1)["why_not"].as_str().expect("words").contains("revoked on Tuesday 8 December 2026"));
        let other = officer.get(&ask("&kind=extension")).await.ok();
        let why = named(&other["days"][0]["approvers"], "post_title", "Team Manager")["why_not"].clone();
        assert!(why.as_str().expect("words").contains("does not cover extensions"), "{why}");
        // The tenure ends today.
        let ending = json!({"holder_id": held["id"], "last_day": "2026-12-07", "reason": "The post is deleted."});
        officer.post(&at("endings"), ending.clone()).await.ok();
        officer.post(&at("endings"), ending).await.refused(409, "already_ended");

        // Each change is an event with who and why, and nobody's address.
        let history = officer.get(&format!("/api/history/market/{id}")).await.ok();
        let told: Vec<_> = Setting::items(&history).iter().map(|e| e["kind"].as_str().expect("a kind")).collect();
        assert_eq!(told, [
            "market_imported", "post_created", "decision_entered", "delegation_entered", "holder_appointed",
            "delegation_revoked", "tenure_ended",
        ]);
        let words = history.to_string();
        // Of the person who was appointed the event keeps the id; officers read the name.
        assert!(words.contains("team.manager@staffordshire.example was appointed to the post of Team Manager, acting"), "{words}");
        assert!(words.contains("The structure changed.") && words.contains("Until the post is filled."), "{words}");
    }

    async fn circles_and_widening_are_refused_and_gaps_and_overlaps_are_told(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let officer = setting.procurement().await;
        let (id, now) = scheme(&setting).await;
        let path = format!("/api/markets/{id}/scheme/delegations");
        let director = "Director for Health and Care";
        let assistant = "Assistant Director for Care Commissioning";
        let enter = async |more: Value, from: &str, to: &str| officer.post(&path, passing(&now, from, to, more)).await;
        let refusal = enter(json!({}), assistant, director).await.refused(422, "delegation_circular");
        assert!(refusal["detail"].as_str().expect("words").contains("Assistant Director for Care Commissioning → Director for Health and Care → Assistant Director for Care Commissioning"), "{refusal}");
        let refusal = enter(json!({"limit_yearly": "10.00"}), assistant, "Lead Commissioner").await.refused(422, "delegation_widens");
        assert!(refusal["detail"].as_str().expect("words").contains("may not be passed on"), "{refusal}");
        enter(json!({"levels": 3}), director, assistant).await.refused(422, "invalid_field");
        enter(json!({"valid_to": "2026-12-06"}), director, assistant).await.refused(422, "invalid_field");
        enter(json!({"limit_yearly": "0"}), director, assistant).await.refused(422, "invalid_field");
        enter(json!({"categories": ["00000000-0000-7000-8000-000000000000"]}), director, assistant).await.refused(404, "not_found");
        enter(json!({"reason": ""}), director, assistant).await.refused(422, "invalid_field");

        // A second instrument for the same post is an overlap, and is entered all the same.
        let told = enter(json!({"limit_yearly": "90000.00", "may_pass_on": true, "levels": 1, "valid_to": "2027-03-31"}), director, assistant).await.ok();
        assert_eq!(kinds(&told["findings"]), ["overlap"], "{told}");
        // What is passed on from it for good outlives it; wider it may not be in value or in levels.
        let wider = enter(json!({"limit_yearly": "90000.01"}), assistant, "Lead Commissioner").await.refused(422, "delegation_widens");
        assert_eq!(wider["problems"][0]["field"], "limit_yearly", "{wider}");
        let deeper = json!({"limit_yearly": "1000.00", "may_pass_on": true});
        enter(deeper, assistant, "Lead Commissioner").await.refused(422, "delegation_widens");
        let told = enter(json!({"limit_yearly": "80000.00"}), assistant, "Lead Commissioner").await.ok();
        let words = told["findings"].to_string();
        assert_eq!(kinds(&told["findings"]), ["gap", "overlap"], "{told}");
        assert!(words.contains("gives nothing from Thursday 1 April 2027"), "{words}");
        // Revoking what it rests on leaves it a dead end, which is told.
        let (_, now) = scheme(&setting).await;
        let above = now["delegations"].as_array().expect("a list").iter().find(|d| d["levels"] == 1).expect("it")["id"].clone();
        let revocation = json!({"delegation_id": above, "revoked_on": "2026-12-07", "reason": "Withdrawn."});
        let told = officer.post(&format!("/api/markets/{id}/scheme/revocations"), revocation).await.ok();
        assert!(kinds(&told["findings"]).contains(&"widens"), "{told}");
        let (_, now) = scheme(&setting).await;
        let below = named(&now["delegations"], "slug", "2026-12-07/2");
        assert_eq!(below["state"], "dead_end", "{below}");
    }

    async fn nobody_empowers_themselves_and_only_procurement_changes_the_scheme_of_its_own_authority(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (id, now) = scheme(&setting).await;
        let officer = setting.procurement().await;
        let post = &named(&now["posts"], "title", "Lead Commissioner")["id"];
        let tenure = json!({"post_id": post, "account_id": officer.account_id, "tenure": "acting", "from": "2026-12-07", "reason": "Me."});
        let holders = format!("/api/markets/{id}/scheme/holders");
        officer.post(&holders, tenure.clone()).await.refused(403, "four_eyes");
        // Nor does somebody of a provider, or nobody, hold a post.
        let provider = setting.provider("Acorn Example Care").await;
        let mut stranger = tenure.clone();
        stranger["account_id"] = json!(provider.account_id);
        officer.post(&holders, stranger).await.refused(404, "not_found");
        setting.broker().await.post(&holders, tenure.clone()).await.refused(403, "role_needed");
        provider.get(&format!("/api/markets/{id}/scheme")).await.refused(403, "role_needed");
        let both = setting.officer("lead.commissioner@staffordshire.example", &[OfficerRole::Procurement]).await;
        let mine = passing(&now, "Director for Health and Care", "Lead Commissioner", json!({"limit_yearly": "500000.00"}));
        both.post(&format!("/api/markets/{id}/scheme/delegations"), mine).await.refused(403, "four_eyes");
        // Another authority's scheme is not there.
        let text = SUPPORTED_LIVING.replace("staffordshire", "elsewhere").replace("reference_prefix = \"SL\"", "reference_prefix = \"EL\"");
        setting.market(&text).await;
        let foreign = setting.officer_of("elsewhere", "procurement@elsewhere.example", &[OfficerRole::Procurement]).await;
        foreign.get(&format!("/api/markets/{id}/scheme")).await.refused(404, "not_found");
        foreign.get(&format!("/api/markets/{id}/approvers?yearly=1")).await.refused(404, "not_found");
        foreign.post(&holders, tenure).await.refused(404, "not_found");
        officer.get(&format!("/api/markets/{id}/approvers?yearly=-1")).await.refused(422, "invalid_field");
        officer.get(&format!("/api/markets/{id}/approvers")).await.refused(400, "malformed");
    }

    async fn an_empty_post_stops_nothing_and_job_sharers_may_each_act(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let (id, now) = scheme(&setting).await;
        let officer = setting.procurement().await;
        let at = |what: &str| format!("/api/markets/{id}/scheme/{what}");
        let lead = named(&now["posts"], "title", "Lead Commissioner").clone();
        for holder in lead["holders"].as_array().expect("holders") {
            let ending = json!({"holder_id": holder["id"], "last_day": "2026-12-06", "reason": "Both left."});
            officer.post(&at("endings"), ending).await.ok();
        }
        let ask = format!("/api/markets/{id}/approvers?yearly=62114");
        let told = officer.get(&ask).await.ok();
        let approvers = &told["days"][0]["approvers"];
        assert_eq!(approvers[0]["post_title"], "Assistant Director for Care Commissioning");
        let why = named(approvers, "post_title", "Lead Commissioner")["why_not"].clone();
        assert_eq!(why, "Nobody holds the post of Lead Commissioner on Monday 7 December 2026, so the request goes to the Assistant Director for Care Commissioning.");
        for email in ["one@staffordshire.example", "other@staffordshire.example"] {
            let sharer = setting.officer(email, &[OfficerRole::Commissioner]).await;
            let tenure = json!({"post_id": lead["id"], "account_id": sharer.account_id, "tenure": "job_share", "from": "2026-12-07", "reason": "A job share."});
            officer.post(&at("holders"), tenure).await.ok();
        }
        let told = officer.get(&ask).await.ok();
        let first = &told["days"][0]["approvers"][0];
        assert_eq!((&first["post_title"], first["holders"].as_array().expect("holders").len()), (&json!("Lead Commissioner"), 2));
    }

    async fn an_import_leaves_what_was_entered_and_says_so(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let officer = setting.procurement().await;
        let (id, now) = scheme(&setting).await;
        let at = |what: &str| format!("/api/markets/{id}/scheme/{what}");
        let form = passing(&now, "Director for Health and Care", "Assistant Director for Care Commissioning", json!({"limit_yearly": "90000.00"}));
        officer.post(&at("delegations"), form).await.ok();
        let lead = named(&now["delegations"], "slug", "director-to-lead-commissioner");
        officer.post(&at("revocations"), json!({"delegation_id": lead["id"], "revoked_on": "2026-12-31", "reason": "A new limit comes."})).await.ok();
        let holder = &named(&now["posts"], "title", "Director for Health and Care")["holders"][0];
        officer.post(&at("endings"), json!({"holder_id": holder["id"], "last_day": "2027-01-31", "reason": "Retires."})).await.ok();

        let text = SUPPORTED_LIVING.replace("bidding_window_hours_min = 4", "bidding_window_hours_min = 24");
        let imported = fairlot::actions::market::import(&setting.app, &read(&text).expect("no mistake")).await;
        let fairlot::actions::market::Imported::Changed(words) = imported.expect("imported") else { panic!("changed") };
        let words = words.join(" ");
        assert!(words.contains("1 instrument was entered in the product"), "{words}");
        assert!(words.contains("“director-to-lead-commissioner” was revoked in the product from Thursday 31 December 2026"), "{words}");
        let (_, after) = scheme(&setting).await;
        let entered = named(&after["delegations"], "slug", "2026-12-07/1");
        assert_eq!((&entered["state"], &entered["entered"]), (&json!("in_force"), &json!(true)));
        assert_eq!(named(&after["delegations"], "slug", "director-to-lead-commissioner")["revoked_on"], "2026-12-31");
        assert_eq!(named(&after["posts"], "title", "Director for Health and Care")["holders"][0]["to"], "2027-01-31");
        // Somebody whom the file names no more holds the post no more.
        let gone = text.replace("second.lead.commissioner@staffordshire.example", "third.lead.commissioner@staffordshire.example");
        setting.market(&gone).await;
        let (_, after) = scheme(&setting).await;
        let names = named(&after["posts"], "title", "Lead Commissioner")["holders"].to_string();
        assert!(names.contains("third") && !names.contains("second"), "{names}");
    }

    async fn what_was_approved_keeps_its_chain_to_the_byte(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let opportunity = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&opportunity).await;
        let approver = setting.second_commissioner().await;
        let contract = approver.post(&format!("/api/opportunities/{opportunity}/approve"), json!({"reason": "Yes."})).await.ok();
        let officer = setting.procurement().await;
        let contract_path = format!("/api/contracts/{}", contract["id"].as_str().expect("an id"));
        let cited = async || {
            let rests_on = officer.get(&contract_path).await.ok()["rests_on"].to_string();
            (rests_on, officer.get(&format!("/api/opportunities/{opportunity}/record.json")).await.ok().to_string())
        };
        let before = cited().await;
        assert!(before.0.contains("director-to-lead-commissioner"), "{}", before.0);
        let (id, now) = scheme(&setting).await;
        // By the product: the instrument is revoked, the holder's tenure ended, another instrument entered.
        let at = |what: &str| format!("/api/markets/{id}/scheme/{what}");
        let lead = named(&now["delegations"], "slug", "director-to-lead-commissioner");
        officer.post(&at("revocations"), json!({"delegation_id": lead["id"], "revoked_on": "2026-12-07", "reason": "Withdrawn."})).await.ok();
        for holder in named(&now["posts"], "title", "Lead Commissioner")["holders"].as_array().expect("holders") {
            officer.post(&at("endings"), json!({"holder_id": holder["id"], "last_day": "2026-12-06", "reason": "Left."})).await.ok();
        }
        assert_eq!(cited().await, before);
        // By a new file: other limits, titles, references and days.
        let text = SUPPORTED_LIVING
            .replace("limit_yearly = \"75000.00\"", "limit_yearly = \"1000.00\"")
            .replace("title = \"Lead Commissioner\"", "title = \"Chief Commissioner\"")
            .replace("slug = \"director-to-lead-commissioner\"", "slug = \"another-slug\"");
        assert_ne!(text, SUPPORTED_LIVING);
        setting.market(&text).await;
        assert_eq!(cited().await, before);
        approver.get(&contract_path).await.ok();
        // And the schema holds it a second time.
        for statement in ["update contract set rests_on = '[]'", "update award set chain = '[]'", "delete from delegation", "delete from decision"] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(sea_orm::ConnectionTrait::execute_unprepared(&*tx, statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }
}

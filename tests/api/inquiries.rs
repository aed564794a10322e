//! Prices outside the limits, or abnormally low: flagged, asked about, answered and decided; never rejected unasked
//! (PCR 2015 reg 69; Procurement Act 2023 s. 19).

use crate::{on_both, setting::*};
use entity::vocabulary::LetterKind;
use serde_json::{Value, json};

/// Supported Living, which asks about prices 15 % under the median, with an envelope on the hour.
fn with_limits() -> String {
    let limits = "reference_low = \"13.60\"\nfloor = \"13.60\"\nceiling = \"22.72\"";
    let text = SUPPORTED_LIVING.replacen("reference_low = \"13.60\"", limits, 1);
    assert_ne!(text, SUPPORTED_LIVING);
    text
}

async fn three_bidders(setting: &Setting) -> [Person; 3] {
    setting.market(&with_limits()).await;
    [
        setting.admitted("Acorn Example Care", "Supported Living").await,
        setting.admitted("Birch Example Care", "Supported Living").await,
        setting.admitted("Cedar Example Care", "Supported Living").await,
    ]
}

fn path(id: &str, what: &str) -> String {
    format!("/api/opportunities/{id}/{what}")
}

/// The bid's id, by its provider's name.
fn bid_of<'a>(ranking: &'a Value, name: &str) -> &'a Value {
    let bids = ranking["result"]["bids"].as_array().expect("bids");
    bids.iter().find(|bid| bid["provider_name"] == name).expect("the bid")
}

fn flag_of<'a>(ranking: &'a Value, name: &str) -> &'a Value {
    let flags = ranking["flags"].as_array().expect("flags");
    flags.iter().find(|flag| flag["provider_name"] == name).unwrap_or(&Value::Null)
}

async fn ranking(setting: &Setting, id: &str) -> Value {
    setting.lead_commissioner().await.get(&path(id, "ranking")).await.ok()
}

async fn question(setting: &Setting, id: &str, name: &str) -> Value {
    let bid = bid_of(&ranking(setting, id).await, name)["bid_id"].clone();
    let answer_by = setting.now().plus_seconds(48 * 3600);
    json!({"bid_id": bid, "question": "How can you pay and keep staff at this price?", "answer_by": answer_by})
}

async fn recommend(setting: &Setting, id: &str) -> Reply {
    let ranking = ranking(setting, id).await;
    let first = &ranking["result"]["bids"][0]["bid_id"];
    let form = json!({"bid_id": first, "shortlist": [first], "reason": "Ranked first."});
    setting.lead_commissioner().await.post(&path(id, "recommend"), form).await
}

on_both! {
    async fn a_price_outside_the_limits_is_taken_and_needs_an_exception_to_be_ranked(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting).await;
        let id = setting.published().await;
        // On a limit is within it; a penny outside is not.
        for (provider, hour, reason) in
            [(&acorn, "22.72", None), (&birch, "22.73", Some("Two staff are trained nurses.")), (&cedar, "13.59", None)]
        {
            let mut offer = setting.offer(hour, "80.00").await;
            offer["exceptionality"] = json!(reason);
            provider.post(&path(&id, "bid"), offer).await.ok();
        }
        setting.wind_minutes(4 * 60);
        setting.evaluated(&id, &[(&acorn, "4"), (&birch, "4"), (&cedar, "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let opened = commissioner.post(&path(&id, "open-prices"), json!({})).await.ok();
        assert_eq!(bid_of(&opened, "Acorn Example Care")["status"], "admissible");
        assert_eq!(bid_of(&opened, "Birch Example Care")["status"], "above_ceiling");
        assert_eq!(bid_of(&opened, "Cedar Example Care")["status"], "below_floor");
        assert_eq!(flag_of(&opened, "Acorn Example Care"), &Value::Null);
        let birch_flag = flag_of(&opened, "Birch Example Care");
        assert_eq!((&birch_flag["kind"], &birch_flag["inquiry"]["state"]), (&json!("exceptionality"), &json!("answered")));
        assert_eq!(birch_flag["inquiry"]["answer"], "Two staff are trained nurses.");
        assert!(birch_flag["grounds"][0].as_str().expect("words").contains("£22.73 is above the ceiling of £22.72"));
        assert_eq!(flag_of(&opened, "Cedar Example Care")["inquiry"], Value::Null);

        assert!(!opened["can"].as_array().expect("verbs").contains(&json!("recommend")), "{opened}");
        // Nothing is recommended while a price is in question, and none is rejected unasked.
        recommend(&setting, &id).await.refused(409, "prices_in_question");
        let cedars = bid_of(&opened, "Cedar Example Care")["bid_id"].clone();
        let no = json!({"bid_id": cedars, "accept": false, "reason": "Too low."});
        commissioner.post(&path(&id, "price-decision"), no.clone()).await.refused(409, "not_answered");
        commissioner.post(&path(&id, "price-question"), question(&setting, &id, "Cedar Example Care").await).await.ok();
        commissioner.post(&path(&id, "price-decision"), no.clone()).await.refused(409, "not_answered");

        // The provider answers; what gave a reason with its bid is decided on that.
        let seen = cedar.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!((&seen["inquiry"]["state"], &seen["inquiry"]["may_answer"]), (&json!("asked"), &json!(true)));
        let answer = json!({"answer": "We are next door and travel nowhere."});
        let told = cedar.post(&path(&id, "price-answer"), answer.clone()).await.ok();
        assert_eq!(told["inquiry"]["state"], "answered");
        cedar.post(&path(&id, "price-answer"), answer).await.refused(409, "already_answered");
        commissioner.post(&path(&id, "price-decision"), no).await.ok();
        let birchs = bid_of(&opened, "Birch Example Care")["bid_id"].clone();
        let yes = json!({"bid_id": birchs, "accept": true, "reason": "The needs call for nurses."});
        let settled = commissioner.post(&path(&id, "price-decision"), yes.clone()).await.ok();
        commissioner.post(&path(&id, "price-decision"), yes).await.refused(409, "already_decided");
        assert_eq!(bid_of(&settled, "Birch Example Care")["status"], "admissible");
        assert_eq!(bid_of(&settled, "Cedar Example Care")["status"], "below_floor");
        assert!(settled["can"].as_array().expect("verbs").contains(&json!("recommend")), "{settled}");
        recommend(&setting, &id).await.ok();

        // Each sees where it stands, with the reason, and without who decided.
        let seen = cedar.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!((&seen["inquiry"]["state"], &seen["inquiry"]["reason"]), (&json!("rejected"), &json!("Too low.")));
        let text = seen.to_string();
        assert!(!text.contains("22.73") && !text.contains("lead.commissioner"), "{text}");
    }

    async fn an_exception_is_accepted_by_a_post_whose_power_covers_it(setting: Setting) {
        let least = "limit_yearly = \"75000.00\"\n";
        let text = with_limits().replacen(least, &format!("{least}kinds = [\"award\"]\n"), 1);
        assert_ne!(text, with_limits());
        setting.market(&text).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.published().await;
        let mut offer = setting.offer("22.73", "80.00").await;
        offer["exceptionality"] = json!("Two staff are trained nurses.");
        acorn.post(&path(&id, "bid"), offer).await.ok();
        setting.wind_minutes(4 * 60);
        setting.evaluated(&id, &[(&acorn, "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let opened = commissioner.post(&path(&id, "open-prices"), json!({})).await.ok();
        let yes = json!({
            "bid_id": bid_of(&opened, "Acorn Example Care")["bid_id"], "accept": true, "reason": "The needs call for nurses.",
        });
        let refusal = commissioner.post(&path(&id, "price-decision"), yes.clone()).await.refused(403, "no_authority");
        assert!(refusal["detail"].as_str().expect("words").contains("exceptional prices"), "{refusal}");
        let assistant = setting.assistant_director().await;
        assistant.post(&path(&id, "price-decision"), yes).await.ok();
        let history = assistant.get(&format!("/api/history/opportunity/{id}")).await.ok();
        let decided = Setting::items(&history).iter().find(|e| e["kind"] == "price_decided").expect("the event");
        assert_eq!(decided["authority"], "Assistant Director for Care Commissioning");
    }

    async fn an_abnormally_low_price_is_asked_about_and_disregarded_only_when_it_is_not_accounted_for(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting).await;
        let id = setting
            .priced(&[(&acorn, "13.60", "30.00", "5"), (&birch, "14.00", "80.00", "4"), (&cedar, "14.50", "82.00", "4")])
            .await;
        let before = ranking(&setting, &id).await;
        let flag = flag_of(&before, "Acorn Example Care");
        assert_eq!(flag["kind"], "abnormally_low");
        assert!(flag["grounds"][0].as_str().expect("words").contains("under the median"), "{flag}");
        assert_eq!(bid_of(&before, "Acorn Example Care")["rank"], 1, "a flag rejects nothing");
        recommend(&setting, &id).await.refused(409, "prices_in_question");

        // Asking about a price that shows no sign is refused, and so is too little time.
        let commissioner = setting.lead_commissioner().await;
        let ask = |form: Value| { let (commissioner, path) = (commissioner.clone(), path(&id, "price-question")); async move { commissioner.post(&path, form).await } };
        ask(question(&setting, &id, "Birch Example Care").await).await.refused(422, "nothing_to_ask");
        let mut hasty = question(&setting, &id, "Acorn Example Care").await;
        hasty["answer_by"] = json!(setting.now().plus_seconds(23 * 3600));
        let refusal = ask(hasty).await.refused(422, "invalid_field");
        assert_eq!(refusal["field"], "answer_by");
        ask(question(&setting, &id, "Acorn Example Care").await).await.ok();
        ask(question(&setting, &id, "Acorn Example Care").await).await.refused(409, "inquiry_stands");

        // The provider is told why without what others bid; nobody else learns of it.
        let own = acorn.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(own["inquiry"]["grounds"], json!(["Your price is well under those of the other bids."]));
        let other = birch.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!(other["inquiry"], Value::Null);
        birch.post(&path(&id, "price-answer"), json!({"answer": "Not ours."})).await.refused(404, "not_found");
        let history = birch.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string();
        assert!(!history.contains("price_questioned"), "{history}");
        assert!(acorn.get(&format!("/api/history/opportunity/{id}")).await.ok().to_string().contains("price_questioned"));

        // It does not answer. At the end of its time, and not before, it may be decided on; and it answers no more.
        let bid = bid_of(&before, "Acorn Example Care")["bid_id"].clone();
        let no = json!({"bid_id": bid, "accept": false, "reason": "It did not account for its price."});
        setting.app.clock.wind(48 * 3_600_000 - 1);
        let commissioner = setting.signed_in_again(&commissioner);
        commissioner.post(&path(&id, "price-decision"), no.clone()).await.refused(409, "not_answered");
        setting.app.clock.wind(1);
        let acorn = setting.signed_in_again(&acorn);
        acorn.post(&path(&id, "price-answer"), json!({"answer": "Late."})).await.refused(409, "answer_too_late");
        let after = commissioner.post(&path(&id, "price-decision"), no).await.ok();
        let acorns = bid_of(&after, "Acorn Example Care");
        assert_eq!((&acorns["status"], &acorns["rank"]), (&json!("disregarded"), &Value::Null));
        assert_eq!(bid_of(&after, "Birch Example Care")["rank"], 1);

        // The outcome: it is told its marks and why it was not ranked, with everybody else.
        recommend(&setting, &id).await.ok();
        let yes = json!({"reason": "Yes."});
        setting.second_commissioner().await.post(&path(&id, "approve"), yes).await.ok();
        let own = acorn.get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!((&own["result"]["outcome"], &own["result"]["status"]), (&json!("not_admissible"), &json!("disregarded")));
        assert_eq!(own["result"]["own"]["quality"], "60.0000");
    }

    async fn questions_and_decisions_are_told_to_whom_they_concern(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting).await;
        let id = setting
            .priced(&[(&acorn, "13.60", "30.00", "5"), (&birch, "14.00", "80.00", "4"), (&cedar, "14.50", "82.00", "4")])
            .await;
        let commissioner = setting.lead_commissioner().await;
        let form = question(&setting, &id, "Acorn Example Care").await;
        let key = new_key();
        commissioner.post_with(&path(&id, "price-question"), form.clone(), &key).await.ok();
        commissioner.post_with(&path(&id, "price-question"), form.clone(), &key).await.ok();
        acorn.post(&path(&id, "price-answer"), json!({"answer": "We own the building."})).await.ok();
        let yes = json!({"bid_id": form["bid_id"], "accept": true, "reason": "It owns the building."});
        commissioner.post(&path(&id, "price-decision"), yes).await.ok();
        let letters = setting.letters_owed(&[LetterKind::PriceQuestioned, LetterKind::PriceExplained, LetterKind::PriceDecided]).await;
        assert_eq!(
            letters,
            [
                (LetterKind::PriceQuestioned, acorn.account_id),
                (LetterKind::PriceExplained, commissioner.account_id),
                (LetterKind::PriceDecided, acorn.account_id),
            ]
        );
        // Another authority's commissioner, a bidder and an evaluator have no say.
        for (person, status, code) in [(&birch, 403, "role_needed"), (&setting.evaluator().await, 403, "role_needed")] {
            person.post(&path(&id, "price-question"), form.clone()).await.refused(status, code);
        }
    }
}

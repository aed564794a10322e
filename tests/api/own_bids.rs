//! A provider's own bids: what it wrote before, its receipts, its list, and what would have made the difference.

use crate::{on_both, setting::*};
use serde_json::{Value, json};

async fn three_bidders(setting: &Setting) -> [Person; 3] {
    setting.market(SUPPORTED_LIVING).await;
    [
        setting.admitted("Acorn Example Care", "Supported Living").await,
        setting.admitted("Birch Example Care", "Supported Living").await,
        setting.admitted("Cedar Example Care", "Supported Living").await,
    ]
}

fn with_answer(offer: &Value, words: &str) -> Value {
    let mut offer = offer.clone();
    offer["answers"][0]["answer"] = json!(words);
    offer
}

/// The status, the file's name and its text.
async fn file(person: &Person, path: &str) -> (u16, String, String) {
    let reply = person
        .client
        .get(format!("{}{path}", person.base))
        .bearer_auth(&person.token)
        .send()
        .await
        .expect("an answer");
    let name = reply
        .headers()
        .get("content-disposition")
        .and_then(|n| n.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    (
        reply.status().as_u16(),
        name,
        String::from_utf8_lossy(&reply.bytes().await.expect("a body")).into_owned(),
    )
}

on_both! {
    async fn a_bid_begins_with_the_providers_own_earlier_answers_and_rates_and_nobody_elses(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting).await;
        let first = setting.published().await;
        let at = |id: &str, verb: &str| format!("/api/opportunities/{id}/{verb}");
        let offer = setting.offer("13.60", "78.00").await;
        acorn.post(&at(&first, "bid"), with_answer(&offer, "Acorn visits twice a week.")).await.ok();
        let other = setting.offer("14.20", "81.00").await;
        birch.post(&at(&first, "bid"), with_answer(&other, "Birch keeps a small team.")).await.ok();
        let second = setting.published().await;
        let own = acorn.get(&at(&second, "own-answers")).await.ok();
        assert_eq!(own["answers"][0]["answer"], "Acorn visits twice a week.");
        assert_eq!(own["answers"][0]["criterion_id"], offer["answers"][0]["criterion_id"]);
        let reference = setting.broker().await.get(&format!("/api/opportunities/{first}")).await.ok()["reference"].clone();
        assert_eq!((&own["rates"]["reference"], &own["rates"]["rates"][0]["rate"]), (&reference, &json!("13.60")));
        assert!(!own.to_string().contains("Birch") && !own.to_string().contains("14.20"), "{own}");
        let of_birch = birch.get(&at(&second, "own-answers")).await.ok();
        assert!(!of_birch.to_string().contains("Acorn") && !of_birch.to_string().contains("13.60"), "{of_birch}");
        // What is being bid for itself is no earlier bid, nor are rates those of one that was taken back.
        assert_eq!(acorn.get(&at(&first, "own-answers")).await.ok(), json!({"answers": [], "standing_rates": null, "rates": null}));
        acorn.post(&at(&first, "bid/withdraw"), json!({})).await.ok();
        assert_eq!(acorn.get(&at(&second, "own-answers")).await.ok()["rates"], json!(null));
        // Whoever may not know of the opportunity is told nothing, and officers have no answers of their own.
        let stranger = setting.provider("Dogwood Example Care").await;
        stranger.get(&at(&second, "own-answers")).await.refused(404, "not_found");
        setting.broker().await.get(&at(&second, "own-answers")).await.refused(403, "role_needed");
    }

    async fn the_newest_earlier_answer_is_first_and_none_is_listed_twice(setting: Setting) {
        let [acorn, ..] = three_bidders(&setting).await;
        let offer = setting.offer("13.60", "78.00").await;
        for words in ["The first words.", "The second words.", "The second words."] {
            let id = setting.published().await;
            let path = format!("/api/opportunities/{id}/bid");
            acorn.post(&path, with_answer(&offer, words)).await.ok();
            setting.wind_minutes(1);
        }
        let id = setting.published().await;
        let own = acorn.get(&format!("/api/opportunities/{id}/own-answers")).await.ok();
        let criterion = &offer["answers"][0]["criterion_id"];
        let listed: Vec<_> = own["answers"].as_array().expect("answers").iter()
            .filter(|a| a["criterion_id"] == *criterion).map(|a| a["answer"].clone()).collect();
        assert_eq!(listed, [json!("The second words."), json!("The first words.")]);
    }

    async fn every_version_is_listed_and_the_receipt_shows_what_was_sent_to_its_provider_alone(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting).await;
        let id = setting.published().await;
        let at = format!("/api/opportunities/{id}/bid");
        let first = acorn.post(&at, setting.offer("14.00", "78.00").await).await.ok();
        birch.post(&at, setting.offer("14.50", "79.00").await).await.ok();
        setting.wind_minutes(2);
        let revised = with_answer(&setting.offer("13.90", "78.00").await, "We <visit> twice.");
        let second = acorn.post(&at, revised).await.ok();
        let bid = acorn.get(&at).await.ok();
        let listed: Vec<_> = bid["versions"].as_array().expect("versions").iter()
            .map(|v| (v["version"].clone(), v["act"].clone(), v["digest"].clone(), v["at"].clone())).collect();
        assert_eq!(listed, [
            (json!(2), json!("revised"), second["digest"].clone(), second["received_at"].clone()),
            (json!(1), json!("submitted"), first["digest"].clone(), first["received_at"].clone()),
        ]);
        let (status, name, page) = file(&acorn, &format!("{at}/receipt.html")).await;
        assert_eq!(status, 200, "{page}");
        assert!(name.contains("bid-version-2-receipt.html"), "{name}");
        for digest in [&first["digest"], &second["digest"]] {
            assert!(page.contains(digest.as_str().expect("a digest")));
        }
        assert!(page.contains("£13.90") && page.contains("We &lt;visit&gt; twice.") && !page.contains("14.50"));
        assert!(page.contains(second["received_at"].as_str().expect("a time")));
        let (status, _, pdf) = file(&acorn, &format!("{at}/receipt.pdf")).await;
        assert_eq!((status, &pdf[..5]), (200, "%PDF-"));
        acorn.post(&format!("{at}/withdraw"), json!({})).await.ok();
        let (_, _, page) = file(&acorn, &format!("{at}/receipt.html")).await;
        assert!(page.contains("Bid withdrawn"));
        // No officer, and nobody who did not bid, has one.
        setting.broker().await.get(&format!("{at}/receipt.html")).await.refused(403, "role_needed");
        let stranger = setting.provider("Dogwood Example Care").await;
        stranger.get(&format!("{at}/receipt.html")).await.refused(404, "not_found");
    }

    async fn a_provider_lists_its_own_bids_and_finds_them_by_reference(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting).await;
        let mut references = Vec::new();
        for _ in 0..3 {
            let id = setting.published().await;
            let path = format!("/api/opportunities/{id}/bid");
            references.push(acorn.post(&path, setting.offer("14.00", "78.00").await).await.ok()["reference"].clone());
        }
        assert_eq!(birch.get("/api/bids").await.ok(), json!({"items": [], "next": null}));
        let listed = |list: &Value| -> Vec<Value> {
            Setting::items(list).iter().map(|b| b["opportunity"]["reference"].clone()).collect()
        };
        let all = acorn.get("/api/bids").await.ok();
        references.reverse();
        assert_eq!(listed(&all), references);
        assert_eq!(Setting::items(&all)[0]["weekly_price"], "1036.00");
        let part = acorn.get("/api/bids?page_size=2").await.ok();
        let rest = acorn.get(&format!("/api/bids?after={}", part["next"].as_str().expect("more"))).await.ok();
        assert_eq!((listed(&part), listed(&rest)), (references[..2].to_vec(), references[2..].to_vec()));
        let wanted = references[1].as_str().expect("a reference").to_lowercase();
        assert_eq!(listed(&acorn.get(&format!("/api/bids?reference={wanted}")).await.ok()), references[1..2]);
        acorn.get("/api/bids?reference=%25").await.refused(422, "invalid_field");
        setting.broker().await.get("/api/bids").await.refused(403, "role_needed");
    }

    async fn who_did_not_win_is_told_what_alone_would_have_been_enough(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting).await;
        // By band from £1,022.00 to £1,125.25: acorn 36 + 40, birch 48 + 29.1525, cedar 48 + 27.7966.
        let id = setting.priced(&[
            (&acorn, "13.60", "78.00", "3"), (&birch, "14.00", "80.00", "4"), (&cedar, "14.10", "80.00", "4"),
        ]).await;
        let path = format!("/api/opportunities/{id}");
        assert_eq!(acorn.get(&path).await.ok()["difference"], json!(null), "nothing before it is awarded");
        setting.recommended(&id).await;
        setting.second_commissioner().await.post(&format!("{path}/approve"), json!({"reason": "Yes."})).await.ok();
        let told = acorn.get(&path).await.ok();
        assert_eq!(told["result"]["outcome"], "not_won");
        let marks = told["difference"]["marks"].as_array().expect("marks").clone();
        assert!(marks.iter().all(|m| m["mark"] == "3" && m["wanted"] == "4") && marks.len() == 4, "{marks:?}");
        assert_eq!(told["difference"]["price"], json!(null), "its price has all the marks already");
        let told = cedar.get(&path).await.ok();
        assert_eq!(told["difference"]["price"], json!({"weekly_price": "1049.99", "lower_by": "0.34"}));
        assert_eq!(birch.get(&path).await.ok()["difference"], json!({"marks": [], "price": null}));
        assert_eq!(setting.broker().await.get(&path).await.ok()["difference"], json!(null));
    }
}

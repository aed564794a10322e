//! How people of providers are told of new opportunities: as they chose, and of what matters always at once.

use crate::{on_both, setting::*};
use entity::{letter, vocabulary::*};
use fairlot::mail::post;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

/// The letters about opportunities that somebody was ever owed, oldest first.
async fn letters(setting: &Setting, to: &Person) -> Vec<letter::Model> {
    letter::Entity::find()
        .filter(letter::Column::AccountId.eq(to.account_id))
        .filter(letter::Column::SubjectKind.eq(SubjectKind::Opportunity))
        .order_by_asc(letter::Column::Id)
        .all(setting.app.database.read())
        .await
        .expect("letters")
}

/// Waits until nothing is due any longer, and what was claimed is settled.
async fn posted(setting: &Setting) {
    let post = post::Post::of(&setting.app.settings).expect("a post");
    for _ in 0..400 {
        post::post_due(&setting.app, &post).await.expect("tried");
        let now = setting.now();
        let waiting = letter::Entity::find()
            .filter(letter::Column::State.is_in([Owed, Deferred]))
            .filter(letter::Column::DueAt.lte(now))
            .one(setting.app.database.read())
            .await
            .expect("an answer");
        if waiting.is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("a letter that is due is not posted");
}

fn states(letters: &[letter::Model]) -> Vec<(LetterKind, LetterState)> {
    letters.iter().map(|letter| (letter.kind, letter.state)).collect()
}

fn said(letter: &letter::Model) -> String {
    letter.words.as_ref().map(Value::to_string).unwrap_or_default()
}

async fn in_place(setting: &Setting, code: &str) -> String {
    let mut form = setting.package_form().await;
    form["outward_code"] = code.into();
    setting.published_as(form).await
}

async fn on_board(who: &Person) -> usize {
    Setting::items(&who.get("/api/opportunities?stage=live").await.ok()).len()
}

use LetterKind::{OpportunityDigest as Digest, OpportunityPublished as Published};
use LetterState::{Deferred, Dropped, Owed, Sent};

on_both! {
    async fn one_chooses_for_oneself_and_a_colleague_is_told_as_before(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let colleague = setting.colleague(&acorn, "daily@acorn.example", "bidder", &[]).await;
        let viewer = setting.colleague(&acorn, "viewer@acorn.example", "viewer", &[]).await;
        let bidder = setting.colleague(&acorn, "bidder@acorn.example", "bidder", &[]).await;
        let shown = acorn.get("/api/alerts").await.ok();
        let nothing = json!({"categories": [], "areas": [], "digest_hour": null, "quiet_from": null, "quiet_until": null});
        assert_eq!((&shown["chosen"], &shown["chosen_at"]), (&nothing, &Value::Null));
        let category = shown["categories"][0]["id"].clone();

        let chosen = json!({"categories": [category], "areas": ["wv", "ST17"]});
        let after = acorn.post("/api/alerts", chosen).await.ok();
        assert_eq!(after["chosen"]["areas"], json!(["ST17", "WV"]));
        assert_eq!(after["chosen_at"], BEGINNING);
        // Who may only look gets no such emails, and has nothing to choose.
        viewer.get("/api/alerts").await.refused(403, "role_needed");
        viewer.post("/api/alerts", json!({"digest_hour": 8})).await.refused(403, "role_needed");
        colleague.post("/api/alerts", json!({"digest_hour": 8})).await.ok();
        assert_eq!(bidder.get("/api/alerts").await.ok()["chosen"], nothing);

        in_place(&setting, "ST16").await;
        in_place(&setting, "WV10").await;
        posted(&setting).await;
        assert_eq!(states(&letters(&setting, &acorn).await), [(Published, Sent)], "of WV10 alone");
        assert_eq!(states(&letters(&setting, &bidder).await), [(Published, Sent), (Published, Sent)]);
        assert_eq!(states(&letters(&setting, &colleague).await), [(Digest, Owed), (Digest, Owed)]);
        for who in [&acorn, &bidder, &colleague, &viewer] {
            assert_eq!(on_board(who).await, 2, "the board shows everything");
        }
        // Of the history the provider alone reads that somebody chose, and not what.
        let provider: String = after_provider(&setting, &acorn).await;
        let path = format!("/api/history/provider/{provider}");
        let own = acorn.get(&path).await.ok().to_string();
        assert!(own.contains("Emails chosen of some new opportunities, at once") && !own.contains("ST17"), "{own}");
        let officers = setting.procurement().await.get(&path).await;
        assert!(!officers.body.to_string().contains("Emails chosen"));
        // Choosing the same again is no event.
        let count = |history: &str| history.matches("Emails chosen").count();
        acorn.post("/api/alerts", json!({"categories": [category], "areas": ["ST17", "WV"]})).await.ok();
        assert_eq!(count(&acorn.get(&path).await.ok().to_string()), count(&own));

        for (wrong, field) in [
            (json!({"categories": ["00000000-0000-0000-0000-000000000000"]}), "categories"),
            (json!({"areas": ["ST16 2AB"]}), "areas"),
            (json!({"digest_hour": 24}), "digest_hour"),
            (json!({"digest_hour": 6, "quiet_from": 22, "quiet_until": 7}), "digest_hour"),
            (json!({"quiet_from": 22}), "quiet_until"),
        ] {
            assert_eq!(acorn.post("/api/alerts", wrong).await.refused(422, "invalid_field")["field"], field);
        }
        setting.broker().await.get("/api/alerts").await.refused(403, "role_needed");
        setting.nobody().get("/api/alerts").await.refused(401, "signed_out");
    }

    async fn quiet_hours_hold_what_is_new_and_nothing_else(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        // It is 9am: until 11am nothing new is told.
        acorn.post("/api/alerts", json!({"quiet_from": 20, "quiet_until": 11})).await.ok();
        let kept = setting.published().await;
        let gone = setting.published().await;
        posted(&setting).await;
        let held = letters(&setting, &acorn).await;
        assert_eq!(states(&held), [(Published, Owed), (Published, Owed)]);
        assert!(held.iter().all(|letter| letter.due_at.to_string() == "2026-12-07T11:00:00.000Z"));
        // A withdrawal is told at once; what was withdrawn is not told afterwards as new.
        let reason = json!({"reason": "The person has moved."});
        setting.broker().await.post(&format!("/api/opportunities/{gone}/withdraw"), reason).await.ok();
        posted(&setting).await;
        let withdrawn = (LetterKind::OpportunityWithdrawn, Sent);
        assert_eq!(states(&letters(&setting, &acorn).await), [(Published, Owed), (Published, Owed), withdrawn]);
        setting.wind_minutes(120);
        posted(&setting).await;
        let all = letters(&setting, &acorn).await;
        assert_eq!(states(&all), [(Published, Sent), (Published, Dropped), withdrawn]);
        assert_eq!(all[0].subject_id.to_string(), kept);
    }

    async fn what_closes_in_quiet_hours_is_not_told_as_new(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        acorn.post("/api/alerts", json!({"quiet_from": 9, "quiet_until": 14})).await.ok();
        // Open for four hours: until 1pm.
        setting.published().await;
        setting.wind_minutes(5 * 60);
        posted(&setting).await;
        assert_eq!(states(&letters(&setting, &acorn).await), [(Published, Dropped)]);
    }

    async fn a_digest_lists_what_is_open_still_in_one_letter(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        acorn.post("/api/alerts", json!({"digest_hour": 11})).await.ok();
        let mut ids = Vec::new();
        for code in ["ST16", "ST17", "ST18", "WV10"] {
            ids.push(in_place(&setting, code).await);
        }
        let reason = json!({"reason": "The person has moved."});
        setting.broker().await.post(&format!("/api/opportunities/{}/withdraw", ids[3]), reason).await.ok();
        setting.wind_minutes(119);
        posted(&setting).await;
        let owed = letters(&setting, &acorn).await;
        assert_eq!(owed.iter().filter(|letter| states(std::slice::from_ref(letter)) == [(Digest, Owed)]).count(), 4);
        setting.wind_minutes(1);
        posted(&setting).await;
        let all = letters(&setting, &acorn).await;
        let digests: Vec<_> = all.iter().filter(|letter| letter.kind == Digest).cloned().collect();
        assert_eq!(states(&digests), [(Digest, Sent), (Digest, Sent), (Digest, Sent), (Digest, Dropped)]);
        // One letter says all three; the others left with it.
        let words: Vec<_> = digests.iter().map(said).filter(|words| !words.is_empty()).collect();
        assert_eq!(words.len(), 1);
        for listed in ["3 new opportunities are open for bids", "SL-0001", "SL-0002", "SL-0003", "ST18"] {
            assert!(words[0].contains(listed), "{listed} is not in {}", words[0]);
        }
        assert!(!words[0].contains("SL-0004") && !words[0].contains("cooking"), "{}", words[0]);
        let folder = setting.folder.path().join("letters");
        let files = std::fs::read_dir(folder).expect("letters").filter_map(Result::ok);
        let texts: Vec<_> = files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
        assert_eq!(texts.iter().filter(|text| text.contains("new opportunities are open")).count(), 1);
        // What is advertised now is told tomorrow.
        setting.published().await;
        posted(&setting).await;
        let next = letters(&setting, &acorn).await.pop().expect("a letter");
        assert_eq!((next.kind, next.due_at.to_string().as_str()), (Digest, "2026-12-08T11:00:00.000Z"));
    }

    async fn a_digest_of_which_nothing_is_open_is_not_sent(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        acorn.post("/api/alerts", json!({"digest_hour": 14})).await.ok();
        for _ in 0..2 {
            setting.published().await;
        }
        setting.wind_minutes(5 * 60);
        posted(&setting).await;
        assert_eq!(states(&letters(&setting, &acorn).await), [(Digest, Dropped), (Digest, Dropped)]);
    }
}

/// The provider for which somebody acts.
async fn after_provider(setting: &Setting, of: &Person) -> String {
    let found = fairlot::store::team::person(setting.app.database.read(), of.account_id).await;
    found.expect("an answer").expect("a person").provider_id.to_string()
}

//! The people of a provider: invited, let bid where they work, and out at once when they leave.

use crate::{
    on_both,
    setting::{smtp::*, socket::Heard, *},
};
use entity::{account, letter, person, vocabulary::*};
use fairlot::{actions, mail::post, settings::Mail};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::collections::HashMap;

const PASSWORD: &str = "correct horse battery";

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Setting {
    /// The link in the newest letter with an invitation to this address: what stands behind its `#`.
    pub async fn invitation_token(&self, email: &str) -> String {
        let db = self.app.database.read();
        let to = account::Entity::find().filter(account::Column::Email.eq(email)).one(db).await;
        let to = to.expect("an answer").expect("the account");
        let letter = letter::Entity::find()
            .filter(letter::Column::AccountId.eq(to.id))
            .filter(letter::Column::Kind.eq(LetterKind::Invited))
            .order_by_desc(letter::Column::Id)
            .one(db)
            .await;
        let letter = letter.expect("an answer").expect("a letter");
        let link = actions::team::link(&self.app, &letter).expect("a link").expect("a link");
        link.strip_prefix("/invitation#").expect("a token").to_owned()
    }

    /// Somebody who was invited and has accepted.
    pub async fn colleague(&self, of: &Person, email: &str, role: &str, categories: &[Value]) -> Person {
        let form = json!({"email": email, "role": role, "categories": categories});
        of.post("/api/team/invitations", form).await.ok();
        let token = self.invitation_token(email).await;
        self.accepted(email, &token).await
    }

    async fn accepted(&self, email: &str, token: &str) -> Person {
        let me = self.accept(token).await.ok();
        let account_id = text(&me["account_id"]).parse().expect("an id");
        Person { account_id, email: email.to_owned(), token: text(&me["token"]), ..self.nobody() }
    }

    async fn accept(&self, token: &str) -> Reply {
        let form = json!({"token": token, "name": "Sam Colleague", "password": PASSWORD});
        self.nobody().send(Method::POST, "/api/invitation/accept", Some(form.to_string()), &[]).await
    }

    async fn offered(&self, token: &str) -> Reply {
        let form = json!({"token": token}).to_string();
        self.nobody().send(Method::POST, "/api/invitation", Some(form), &[]).await
    }

    /// Admits a provider to the first category of another market.
    async fn admitted_too(&self, provider: &Person, market: &str) {
        let enrolment = self.applied(provider, market).await;
        self.admit(&self.procurement().await, &enrolment).await;
    }

    /// Who was owed letters of this kind.
    async fn told(&self, kind: LetterKind) -> Vec<AccountId> {
        self.letters_owed(&[kind]).await.into_iter().map(|(_, to)| to).collect()
    }
}

async fn take_away(by: &Person, whom: &Person) -> Reply {
    by.post(&format!("/api/team/people/{}/take-away", whom.account_id), json!({})).await
}

async fn sign_in(setting: &Setting, email: &str) -> Reply {
    let form = json!({"email": email, "password": PASSWORD}).to_string();
    setting.nobody().send(Method::POST, "/api/session", Some(form), &[]).await
}

on_both! {
    async fn a_colleague_is_invited_joins_once_and_may_do_what_their_role_lets_them(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let form = json!({"email": " Bidder@acorn.example ", "role": "bidder"});
        let key = new_key();
        let team = acorn.post_with("/api/team/invitations", form.clone(), &key).await.ok();
        assert_eq!(acorn.post_with("/api/team/invitations", form.clone(), &key).await.ok()["invitations"], team["invitations"]);
        assert_eq!(setting.told(LetterKind::Invited).await.len(), 1, "repeating it invites nobody twice");
        assert_eq!(team["invitations"][0]["email"], "bidder@acorn.example");
        acorn.post("/api/team/invitations", form).await.refused(409, "already_invited");
        acorn.post("/api/team/invitations", json!({"email": "nobody", "role": "bidder"})).await.refused(422, "invalid_field");

        let token = setting.invitation_token("bidder@acorn.example").await;
        let offered = setting.offered(&token).await.ok();
        assert_eq!((&offered["provider_name"], &offered["role"]), (&json!("Acorn Example Care"), &json!("bidder")));
        // Looking at it, however often, uses nothing up; whoever was only invited is nobody yet.
        setting.offered(&token).await.ok();
        sign_in(&setting, "bidder@acorn.example").await.refused(401, "sign_in_failed");
        let short = json!({"token": token, "name": " ", "password": "short"}).to_string();
        let refused = setting.nobody().send(Method::POST, "/api/invitation/accept", Some(short), &[]).await.refused(422, "invalid_field");
        assert_eq!(refused["problems"].as_array().map(Vec::len), Some(2), "{refused}");
        let bidder = setting.accepted("bidder@acorn.example", &token).await;
        setting.accept(&token).await.refused(409, "invitation_over");
        setting.offered(&token).await.refused(409, "invitation_over");
        sign_in(&setting, "bidder@acorn.example").await.ok();

        // A bidder bids, and not more.
        let id = setting.published().await;
        assert!(setting.told(LetterKind::OpportunityPublished).await.contains(&bidder.account_id));
        bidder.post(&format!("/api/opportunities/{id}/bid"), setting.offer("14.00", "78.00").await).await.ok();
        bidder.get("/api/team").await.refused(403, "role_needed");
        bidder.post("/api/team/invitations", json!({"email": "a@b.example", "role": "bidder"})).await.refused(403, "role_needed");
        let page = setting.market_page("Supported Living").await;
        let apply = application(&page, &text(&page["categories"][0]["id"]));
        bidder.post(&format!("/api/markets/{}/enrolments", text(&page["id"])), apply).await.refused(403, "role_needed");
        let enrolment = text(&bidder.get("/api/enrolments").await.ok()["items"][0]["id"]);
        let renewed = json!({"id": "x", "reference": "REF"});
        bidder.post(&format!("/api/enrolments/{enrolment}/evidence"), renewed).await.refused(403, "role_needed");
        bidder.post(&format!("/api/enrolments/{enrolment}/representation"), json!({"words": "No."})).await.refused(403, "role_needed");
        assert_eq!(bidder.get(&format!("/api/enrolments/{enrolment}/standing")).await.ok()["can"], json!([]));

        // A viewer sees, and does nothing; no letter goes to them about work.
        let viewer = setting.colleague(&acorn, "viewer@acorn.example", "viewer", &[]).await;
        assert_eq!(viewer.get("/api/opportunities").await.ok()["items"].as_array().map(Vec::len), Some(1));
        viewer.get(&format!("/api/opportunities/{id}/bid")).await.ok();
        for (path, form) in [("interest", json!({"interest": "seen"})), ("bid", setting.offer("14.00", "78.00").await), ("bid/withdraw", json!({}))] {
            viewer.post(&format!("/api/opportunities/{id}/{path}"), form).await.refused(403, "role_needed");
        }
        setting.published().await;
        assert!(!setting.told(LetterKind::OpportunityPublished).await.contains(&viewer.account_id));

        let team = acorn.get("/api/team").await.ok();
        assert_eq!(team["people"].as_array().map(Vec::len), Some(3));
        assert!(team["people"].as_array().expect("people").iter().all(|one| one["signed_in_at"].is_string()));
        assert_eq!(team["invitations"], json!([]));
    }

    async fn whoever_is_taken_away_is_out_at_once_everywhere(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let gone = setting.colleague(&acorn, "gone@acorn.example", "bidder", &[]).await;
        let first = setting.published().await;
        let mut listening = setting.listening(&gone, &HashMap::new()).await;
        let mut staying = setting.listening(&acorn, &HashMap::new()).await;
        setting.wind_minutes(1);
        take_away(&acorn, &gone).await.ok();
        assert_eq!(u16::from(listening.closed().await.expect("a reason").code), 1008);
        for path in ["/api/opportunities".to_owned(), format!("/api/opportunities/{first}"), "/api/documents".to_owned()] {
            gone.get(&path).await.refused(401, "signed_out");
        }
        // A session that was made a moment later is nobody's either.
        let offer = setting.offer("14.00", "78.00").await;
        setting.signed_in_again(&gone).post(&format!("/api/opportunities/{first}/bid"), offer).await.refused(401, "signed_out");
        sign_in(&setting, "gone@acorn.example").await.refused(401, "sign_in_failed");
        let before = setting.told(LetterKind::OpportunityPublished).await.len();
        setting.published().await;
        let told = setting.told(LetterKind::OpportunityPublished).await;
        assert_eq!(&told[before..], [acorn.account_id], "only to those who are there still");
        assert_eq!(setting.told(LetterKind::ColleagueLeft).await, [gone.account_id]);
        staying.event("opportunity_published").await;
        // Once more changes nothing: they are not there.
        take_away(&acorn, &gone).await.refused(404, "not_found");

        // Asked back, they come back, with a session of their own.
        let back = setting.colleague(&acorn, "gone@acorn.example", "viewer", &[]).await;
        assert_eq!(back.account_id, gone.account_id);
        back.get("/api/opportunities").await.ok();
    }

    async fn letters_the_board_and_bids_follow_the_categories_of_a_person(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.market(DAY_OPPORTUNITIES).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        setting.admitted_too(&acorn, "Community Based Day Opportunities").await;
        let living = setting.market_page("Supported Living").await["categories"][0]["id"].clone();
        let days = setting.market_page("Community Based Day Opportunities").await["categories"][0]["id"].clone();
        let colleague = setting.colleague(&acorn, "days@acorn.example", "bidder", std::slice::from_ref(&days)).await;
        let mut listening = setting.listening(&colleague, &HashMap::new()).await;
        let id = setting.published().await;
        assert_eq!(setting.told(LetterKind::OpportunityPublished).await, [acorn.account_id]);
        let board = |list: Value| list["items"].as_array().expect("a list").len();
        assert_eq!(board(colleague.get("/api/opportunities").await.ok()), 0);
        assert_eq!(board(acorn.get("/api/opportunities").await.ok()), 1);
        let at = |verb: &str| format!("/api/opportunities/{id}/{verb}");
        let offer = setting.offer("14.00", "78.00").await;
        colleague.post(&at("bid"), offer.clone()).await.refused(403, "other_categories");
        colleague.post(&at("interest"), json!({"interest": "seen"})).await.refused(403, "other_categories");
        // What a colleague bid for elsewhere is not on their board either.
        acorn.post(&at("bid"), offer.clone()).await.ok();
        assert_eq!(board(colleague.get("/api/opportunities").await.ok()), 0);
        colleague.post(&at("bid/withdraw"), json!({})).await.refused(403, "other_categories");

        // From the moment they are given it, it is theirs: by letter, on the board and live.
        let path = format!("/api/team/people/{}", colleague.account_id);
        acorn.post(&path, json!({"role": "bidder", "categories": [living]})).await.ok();
        assert_eq!(board(colleague.get("/api/opportunities").await.ok()), 1);
        colleague.post(&at("bid"), offer).await.ok();
        let next = setting.published().await;
        // Hearing of it, the first thing of that category that they hear.
        loop {
            match listening.hear().await {
                Heard::Message(heard) if heard["kind"] == "opportunity_published" => {
                    assert_eq!(heard["id"], json!(next));
                    break;
                }
                Heard::Message(_) => {}
                Heard::Closed(why) => panic!("closed: {why:?}"),
            }
        }
        assert!(setting.told(LetterKind::OpportunityPublished).await.contains(&colleague.account_id));
        // Another's categories are not to be had.
        let birch = setting.provider("Birch Example Care").await;
        let form = json!({"email": "b@birch.example", "role": "bidder", "categories": [days]});
        birch.post("/api/team/invitations", form).await.refused(422, "invalid_field");
        // Nobody is left untold: where nobody may bid, administrators are written to.
        let own = format!("/api/team/people/{}", acorn.account_id);
        acorn.post(&own, json!({"role": "administrator", "categories": [days]})).await.ok();
        take_away(&acorn, &colleague).await.ok();
        let before = setting.told(LetterKind::OpportunityPublished).await.len();
        setting.published().await;
        assert_eq!(setting.told(LetterKind::OpportunityPublished).await[before..], [acorn.account_id]);
    }

    async fn a_provider_keeps_an_administrator_even_when_two_take_each_other_away_at_once(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        for name in ["Acorn", "Birch", "Cedar", "Daisy"] {
            let one = setting.provider(&format!("{name} Example Care")).await;
            take_away(&one, &one).await.refused(409, "last_administrator");
            let own = format!("/api/team/people/{}", one.account_id);
            one.post(&own, json!({"role": "viewer"})).await.refused(409, "last_administrator");
            let other = setting.colleague(&one, &format!("other@{}.example", name.to_lowercase()), "administrator", &[]).await;
            let (first, second) = tokio::join!(take_away(&one, &other), take_away(&other, &one));
            let won = [&first, &second].iter().filter(|reply| reply.status.is_success()).count();
            assert_eq!(won, 1, "{first:?} {second:?}");
            let lost = if first.status.is_success() { second } else { first };
            let code = text(&lost.body["code"]);
            assert!(["role_needed", "last_administrator", "signed_out"].contains(&code.as_str()), "{code}");
            let here = person::Entity::find()
                .filter(person::Column::AccountId.is_in([one.account_id, other.account_id]))
                .filter(person::Column::LeftAt.is_null())
                .all(setting.app.database.read())
                .await
                .expect("an answer");
            assert_eq!(here.iter().map(|p| p.role).collect::<Vec<_>>(), [ProviderRole::Administrator]);
        }
    }

    async fn an_invitation_is_sent_again_withdrawn_and_over_in_seven_days(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let invite = |email: &str| json!({"email": email, "role": "bidder"});
        let team = acorn.post("/api/team/invitations", invite("late@acorn.example")).await.ok();
        let path = format!("/api/team/invitations/{}", text(&team["invitations"][0]["id"]));
        let first = setting.invitation_token("late@acorn.example").await;
        acorn.post(&format!("{path}/send-again"), json!({})).await.refused(429, "invited_too_often");
        setting.wind_minutes(5);
        acorn.post(&format!("{path}/send-again"), json!({})).await.ok();
        let second = setting.invitation_token("late@acorn.example").await;
        assert_ne!(first, second);
        setting.offered(&first).await.refused(404, "not_found");
        setting.offered(&second).await.ok();
        setting.wind_minutes(7 * 24 * 60);
        let acorn = setting.signed_in_again(&acorn);
        setting.accept(&second).await.refused(409, "invitation_over");
        assert_eq!(acorn.get("/api/team").await.ok()["invitations"][0]["over"], true);
        acorn.post(&format!("{path}/send-again"), json!({})).await.ok();
        let third = setting.invitation_token("late@acorn.example").await;
        setting.offered(&third).await.ok();
        acorn.post(&format!("{path}/withdraw"), json!({})).await.ok();
        setting.accept(&third).await.refused(409, "invitation_over");
        acorn.post(&format!("{path}/withdraw"), json!({})).await.refused(404, "not_found");
        setting.offered("nonsense").await.refused(404, "not_found");
        // No token lies in the database: neither with the invitation nor with its letters.
        let letters = letter::Entity::find().all(setting.app.database.read()).await.expect("letters");
        let kept = serde_json::to_string(&letters.iter().map(|l| (&l.context, &l.words)).collect::<Vec<_>>()).expect("JSON");
        for token in [first, second, third] {
            assert!(token.len() > 40 && !kept.contains(&token));
        }
    }

    async fn an_address_that_is_in_use_is_refused_without_saying_by_whom(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.provider("Acorn Example Care").await;
        let birch = setting.provider("Birch Example Care").await;
        let broker = setting.broker().await;
        let mut said = Vec::new();
        // Another provider's person, an officer, and whoever only holds a post.
        for email in [&birch.email, &broker.email, "director@staffordshire.example"] {
            let form = json!({"email": email, "role": "viewer"});
            said.push(acorn.post("/api/team/invitations", form).await.refused(409, "email_taken")["detail"].clone());
        }
        said.dedup();
        assert_eq!(said.len(), 1, "{said:?}");
        let own = json!({"email": acorn.email, "role": "viewer"});
        acorn.post("/api/team/invitations", own).await.refused(409, "already_invited");

        // Being invited keeps nobody from registering a provider of their own: then the invitation is over.
        let form = json!({"email": "manager@cedar-example-care.example", "role": "viewer"});
        let team = acorn.post("/api/team/invitations", form).await.ok();
        let token = setting.invitation_token("manager@cedar-example-care.example").await;
        let cedar = setting.provider("Cedar Example Care").await;
        assert_eq!(cedar.get("/api/session").await.ok()["provider"]["provider_name"], "Cedar Example Care");
        setting.accept(&token).await.refused(409, "email_taken");
        // Nothing of another provider's is there.
        let invitation = format!("/api/team/invitations/{}", text(&team["invitations"][0]["id"]));
        birch.post(&format!("{invitation}/withdraw"), json!({})).await.refused(404, "not_found");
        birch.post(&format!("{invitation}/send-again"), json!({})).await.refused(404, "not_found");
        take_away(&birch, &acorn).await.refused(404, "not_found");
        let path = format!("/api/team/people/{}", acorn.account_id);
        birch.post(&path, json!({"role": "viewer"})).await.refused(404, "not_found");
        // Who left cannot be taken on by another: whose bids and letters were theirs stays so.
        let moved = setting.colleague(&acorn, "moved@acorn.example", "bidder", &[]).await;
        take_away(&acorn, &moved).await.ok();
        let form = json!({"email": "moved@acorn.example", "role": "bidder"});
        birch.post("/api/team/invitations", form).await.refused(409, "email_taken");
    }

    async fn who_works_for_a_provider_is_in_its_own_history_and_in_no_officer_s(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let colleague = setting.colleague(&acorn, "sam@acorn.example", "bidder", &[]).await;
        let path = format!("/api/team/people/{}", colleague.account_id);
        acorn.post(&path, json!({"role": "viewer"})).await.ok();
        // The same again changes nothing.
        acorn.post(&path, json!({"role": "viewer"})).await.ok();
        take_away(&acorn, &colleague).await.ok();
        let provider = text(&acorn.get("/api/team").await.ok()["provider_id"]);
        let path = format!("/api/history/provider/{provider}");
        let said = |history: Value| -> Vec<String> {
            history["items"].as_array().expect("entries").iter().map(|entry| text(&entry["what"])).collect()
        };
        assert_eq!(
            said(acorn.get(&path).await.ok()),
            [
                "A colleague was invited, as bidder",
                "Sam Colleague joined, as bidder",
                "Sam Colleague is viewer from now on, in every category",
                "Sam Colleague no longer acts for the provider",
            ]
        );
        let officers = said(setting.procurement().await.get(&path).await.ok());
        assert_eq!(officers, ["Acorn Example Care registered"]);
    }
}

async fn what_is_owed_is_dropped(kind: Kind) {
    let smtp = Smtp::start(Manner::Busy).await;
    let url = format!("smtp://{}", smtp.address);
    let setting = Setting::with_mail(kind, |_| Mail::Smtp(url)).await;
    setting.market(SUPPORTED_LIVING).await;
    let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
    let gone = setting.colleague(&acorn, "gone@acorn.example", "bidder", &[]).await;
    setting.published().await;
    take_away(&acorn, &gone).await.ok();
    smtp.set(Manner::Takes);
    setting.wind_minutes(180);
    let post = post::Post::of(&setting.app.settings).expect("a post");
    let waits = [LetterState::Owed, LetterState::Deferred];
    let mut letters = Vec::new();
    for _ in 0..400 {
        post::post_due(&setting.app, &post).await.expect("tried");
        letters = letter::Entity::find()
            .filter(letter::Column::AccountId.eq(gone.account_id))
            .order_by_asc(letter::Column::Id)
            .all(setting.app.database.read())
            .await
            .expect("letters");
        if letters.iter().all(|letter| !waits.contains(&letter.state)) {
            break;
        }
        setting.wind_minutes(61);
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let states: Vec<_> = letters.iter().map(|letter| (letter.kind, letter.state)).collect();
    assert_eq!(
        states,
        [
            (LetterKind::Invited, LetterState::Sent),
            (LetterKind::OpportunityPublished, LetterState::Dropped),
            (LetterKind::ColleagueLeft, LetterState::Sent),
        ]
    );
    let to_them = |letter: &&String| letter.contains("To: gone@acorn.example");
    let posted = smtp.letters();
    assert!(posted.iter().filter(to_them).all(|letter| !letter.contains("SL-0001")));
    let left = posted.iter().filter(to_them).find(|letter| letter.contains("no longer act for"));
    assert!(left.is_some(), "{posted:?}");
}

#[actix_web::test]
async fn what_is_owed_to_somebody_who_left_is_dropped_on_sqlite() {
    what_is_owed_is_dropped(Kind::Sqlite).await;
}

#[actix_web::test]
async fn what_is_owed_to_somebody_who_left_is_dropped_on_postgres() {
    what_is_owed_is_dropped(Kind::Postgres).await;
}

//! Ranking rounds (PCR 2015 reg 35): announced with the advert, after the full first evaluation, for every admissible
//! bidder at once; each sees its own rank, and nothing else of the others.

use crate::{
    on_both,
    setting::{
        socket::{Heard, Socket},
        *,
    },
};
use entity::vocabulary::LetterKind;
use fairlot::actions;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Supported Living, with a ranking round on hours and nights, and these terms besides.
fn with_round(more: &str) -> String {
    let round = format!(
        "[categories.round]\nlength_minutes = 60\nlongest_minutes = 90\nrevisions_max = 4\nspacing_seconds = 60\n\
         {more}\n\n[[categories.round.steps]]\nkey = \"support-hour\"\nstep = \"0.05\"\nfloor = \"13.60\"\n\n\
         [[categories.round.steps]]\nkey = \"sleep-in-night\"\nstep = \"0.50\"\nfloor = \"78.00\"\n\n\
         [categories.package_template]\n"
    );
    let text = SUPPORTED_LIVING.replacen("[categories.package_template]\n", &round, 1);
    assert_ne!(text, SUPPORTED_LIVING);
    text
}

fn path(id: &str, what: &str) -> String {
    format!("/api/opportunities/{id}/{what}")
}

async fn three_bidders(setting: &Setting, more: &str) -> [Person; 3] {
    setting.market(&with_round(more)).await;
    [
        setting.admitted("Acorn Example Care", "Supported Living").await,
        setting.admitted("Birch Example Care", "Supported Living").await,
        setting.admitted("Cedar Example Care", "Supported Living").await,
    ]
}

/// Package K, published with a ranking round, bid for at these rates, marked, and its prices open.
async fn priced(setting: &Setting, bidders: &[(&Person, &str, &str, &str)]) -> String {
    let broker = setting.broker().await;
    let package = broker.post("/api/packages", setting.package_form().await).await.ok();
    let publish = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
    let form = json!({"closes_at": setting.now().plus_seconds(4 * 3600), "ranking_round": true});
    let id = broker.post(&publish, form).await.ok()["id"].as_str().expect("an id").to_owned();
    for (provider, hour, night, _) in bidders {
        provider.post(&path(&id, "bid"), setting.offer(hour, night).await).await.ok();
    }
    setting.wind_minutes(4 * 60);
    actions::opportunity::close_due(&setting.app).await.expect("closed");
    let marks: Vec<_> = bidders.iter().map(|(provider, _, _, mark)| (*provider, *mark)).collect();
    setting.evaluated(&id, &marks).await;
    setting.lead_commissioner().await.post(&path(&id, "open-prices"), json!({})).await.ok();
    id
}

/// The same with its bidders invited, and the round open.
async fn open(setting: &Setting, bidders: &[(&Person, &str, &str, &str)]) -> String {
    let id = priced(setting, bidders).await;
    let opens_at = setting.now().plus_seconds(2 * 86_400);
    setting.lead_commissioner().await.post(&path(&id, "round"), json!({"opens_at": opens_at})).await.ok();
    setting.wind_minutes(2 * 24 * 60);
    id
}

/// What the clock does, which it does by itself a little later.
async fn turned(setting: &Setting) {
    actions::round::turn_due(&setting.app).await.expect("turned");
}

fn rates(hour: Option<&str>, night: Option<&str>) -> Value {
    let rate = |key: &str, rate: Option<&str>| rate.map(|rate| json!({"key": key, "rate": rate}));
    let rates: Vec<_> =
        [rate("support-hour", hour), rate("sleep-in-night", night)].into_iter().flatten().collect();
    json!({ "rates": rates })
}

async fn improve(setting: &Setting, provider: &Person, id: &str, hour: &str) -> Reply {
    setting.signed_in_again(provider).post(&path(id, "round/improve"), rates(Some(hour), None)).await
}

async fn mine(setting: &Setting, provider: &Person, id: &str) -> Value {
    setting.signed_in_again(provider).get(&path(id, "round")).await.ok()["mine"].clone()
}

async fn rank(setting: &Setting, provider: &Person, id: &str) -> i64 {
    mine(setting, provider, id).await["rank"].as_i64().expect("a rank")
}

on_both! {
    async fn a_round_is_announced_with_the_advert_where_the_market_has_one(setting: Setting) {
        let [acorn, ..] = three_bidders(&setting, "").await;
        let broker = setting.broker().await;
        // Without the broker's choice there is none.
        let plain = setting.published().await;
        acorn.get(&path(&plain, "round")).await.refused(404, "not_found");
        let seen = acorn.get(&format!("/api/opportunities/{plain}")).await.ok();
        assert_eq!(seen["category"]["round"], Value::Null);
        let package = broker.post("/api/packages", setting.package_form().await).await.ok();
        let publish = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let form = json!({"closes_at": setting.now().plus_seconds(4 * 3600), "ranking_round": true});
        let id = broker.post(&publish, form).await.ok()["id"].as_str().expect("an id").to_owned();
        let seen = acorn.get(&path(&id, "round")).await.ok();
        assert_eq!((&seen["stage"], &seen["terms"]["revisions_max"]), (&json!("announced"), &json!(4)));
        assert_eq!(seen["mine"], Value::Null);
        // Under what helps nobody can bid: it is said when the bid is made.
        let low = acorn.post(&path(&id, "bid"), setting.offer("13.59", "78.00").await).await;
        let low = low.refused(422, "price_outside_limits");
        assert!(low["detail"].as_str().expect("words").contains("£13.60 or more"), "{low}");
        // Officers, too, see nothing of bids before prices are open.
        let officers = setting.lead_commissioner().await.get(&path(&id, "round")).await.ok();
        assert_eq!(officers["officers"], Value::Null);
    }

    async fn nobody_opts_in_where_the_market_has_no_round(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let broker = setting.broker().await;
        let package = broker.post("/api/packages", setting.package_form().await).await.ok();
        let publish = format!("/api/packages/{}/publish", package["id"].as_str().expect("an id"));
        let form = json!({"closes_at": setting.now().plus_seconds(4 * 3600), "ranking_round": true});
        broker.post(&publish, form).await.refused(422, "round_not_offered");
    }

    async fn every_admissible_bidder_is_invited_at_once_with_its_own_result(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting, "").await;
        let id = priced(&setting, &[(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4")]).await;
        let commissioner = setting.lead_commissioner().await;
        let invite = async |after: i64| {
            let form = json!({"opens_at": setting.now().plus_seconds(after)});
            commissioner.post(&path(&id, "round"), form).await
        };
        // The round that was announced comes before the award.
        let ranking = commissioner.get(&path(&id, "ranking")).await.ok();
        assert_eq!(ranking["round"], "announced");
        assert!(!ranking["can"].as_array().expect("verbs").contains(&json!("recommend")), "{ranking}");
        let first = &ranking["result"]["bids"][0]["bid_id"];
        let award = json!({"bid_id": first, "shortlist": [first], "reason": "Ranked first."});
        commissioner.post(&path(&id, "recommend"), award.clone()).await.refused(409, "round_waits");
        // Two working days' notice, to the millisecond; who may invite.
        let early = setting.now().plus_milliseconds(2 * 86_400_000 - 1);
        commissioner.post(&path(&id, "round"), json!({"opens_at": early})).await.refused(422, "round_too_soon");
        setting.broker().await.post(&path(&id, "round"), json!({"opens_at": early})).await.refused(403, "role_needed");
        acorn.post(&path(&id, "round"), json!({"opens_at": early})).await.refused(403, "role_needed");
        acorn.post(&path(&id, "round/improve"), rates(Some("13.90"), None)).await.refused(409, "round_not_open");
        let invited = invite(2 * 86_400).await.ok();
        assert_eq!((&invited["stage"], &invited["officers"]["can"]), (&json!("invited"), &json!([])));
        invite(3 * 86_400).await.refused(409, "round_announced");
        commissioner.post(&path(&id, "recommend"), award).await.refused(409, "round_runs");
        let letters = setting.letters_owed(&[LetterKind::RoundInvited]).await;
        let told: Vec<_> = letters.iter().map(|(_, who)| *who).collect();
        assert_eq!(told.len(), 2);
        assert!(told.contains(&acorn.account_id) && told.contains(&birch.account_id));
        let own = mine(&setting, &birch, &id).await;
        assert_eq!((&own["rank"], &own["bidders"], &own["first"]["rank"]), (&json!(2), &Value::Null, &json!(2)));
        assert_eq!(own["weekly_price"], "1053.50");
        assert!(own["marks"].as_array().expect("marks").iter().all(|mark| mark["mark"] == "4.0000"), "{own}");
        // A member that did not bid learns the terms and no place.
        assert_eq!(cedar.get(&path(&id, "round")).await.ok()["mine"], Value::Null);
        let other = setting.provider("Dogwood Example Care").await;
        other.get(&path(&id, "round")).await.refused(404, "not_found");
        acorn.post(&path(&id, "round/improve"), rates(Some("13.90"), None)).await.refused(409, "round_not_open");
    }

    async fn rates_are_lowered_by_their_steps_and_each_bidder_sees_its_own_rank(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting, "").await;
        let bids = [(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4"), (&cedar, "14.20", "80.00", "4")];
        let id = open(&setting, &bids).await;
        turned(&setting).await;
        assert_eq!([rank(&setting, &acorn, &id).await, rank(&setting, &birch, &id).await, rank(&setting, &cedar, &id).await], [1, 2, 3]);
        improve(&setting, &cedar, &id, "14.16").await.refused(422, "step_too_small");
        let up = setting.signed_in_again(&cedar).post(&path(&id, "round/improve"), rates(None, Some("80.50"))).await;
        up.refused(422, "step_too_small");
        let key = new_key();
        let again = setting.signed_in_again(&cedar);
        let moved = again.post_with(&path(&id, "round/improve"), rates(Some("13.95"), None), &key).await.ok();
        assert_eq!((&moved["mine"]["rank"], &moved["mine"]["weekly_price"]), (&json!(1), &json!("1048.25")));
        assert_eq!((&moved["mine"]["revisions_left"], &moved["mine"]["revisions"][0]["number"]), (&json!(3), &json!(1)));
        // It is a version of the bid, with its receipt.
        let bid = again.get(&path(&id, "bid")).await.ok();
        assert_eq!((&bid["version"], &bid["versions"][0]["act"], &bid["receipt"]["act"]), (&json!(2), &json!("improved"), &json!("improved")));
        assert_eq!(bid["versions"][0]["digest"], moved["mine"]["revisions"][0]["digest"]);
        // The same request again is the same improvement.
        let repeated = again.post_with(&path(&id, "round/improve"), rates(Some("13.95"), None), &key).await.ok();
        assert_eq!(repeated["mine"]["revisions_left"], 3);
        assert_eq!([rank(&setting, &acorn, &id).await, rank(&setting, &birch, &id).await], [2, 3]);
        improve(&setting, &cedar, &id, "13.85").await.refused(429, "revised_too_soon");
        setting.app.clock.wind(60_000);
        for hour in ["13.85", "13.80", "13.75"] {
            improve(&setting, &cedar, &id, hour).await.ok();
            setting.app.clock.wind(60_000);
        }
        improve(&setting, &cedar, &id, "13.60").await.refused(409, "revisions_spent");
        improve(&setting, &acorn, &id, "13.59").await.refused(422, "price_outside_limits");
        // Officers see everybody with every improvement; bidders nobody else.
        let seen = setting.signed_in_again(&setting.lead_commissioner().await).get(&path(&id, "round")).await.ok();
        let first = &seen["officers"]["bidders"][0];
        assert_eq!((&first["provider_name"], &first["revisions"].as_array().map(Vec::len)), (&json!("Cedar Example Care"), &Some(4)));
        let text = setting.signed_in_again(&birch).get(&path(&id, "round")).await.ok().to_string();
        assert!(!text.contains("Cedar") && !text.contains("13.75") && !text.contains("Acorn"), "{text}");
        // How often others improved is in no number that a bidder sees.
        let history = setting.signed_in_again(&birch).get(&format!("/api/history/round/{id}")).await;
        history.refused(404, "not_found");
    }

    async fn it_closes_by_the_servers_clock_and_later_after_an_improvement_in_the_last_minutes(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting, "last_minutes = 5\nextension_minutes = 10").await;
        let id = open(&setting, &[(&acorn, "14.20", "80.00", "4"), (&birch, "14.20", "81.00", "4")]).await;
        let opened = setting.now();
        let closes = async || setting.signed_in_again(&birch).get(&path(&id, "round")).await.ok()["closes_at"].clone();
        setting.wind_minutes(54);
        improve(&setting, &acorn, &id, "14.10").await.ok();
        assert_eq!(closes().await, json!(opened.plus_seconds(60 * 60)));
        setting.wind_minutes(5);
        improve(&setting, &acorn, &id, "14.00").await.ok();
        assert_eq!(closes().await, json!(opened.plus_seconds(69 * 60)));
        setting.wind_minutes(9);
        improve(&setting, &birch, &id, "14.00").await.ok();
        setting.wind_minutes(9);
        improve(&setting, &acorn, &id, "13.90").await.ok();
        setting.wind_minutes(9);
        // The hard end: 90 minutes after it opened.
        improve(&setting, &birch, &id, "13.90").await.ok();
        assert_eq!(closes().await, json!(opened.plus_seconds(90 * 60)));
        setting.app.clock.wind(4 * 60_000 - 1);
        improve(&setting, &acorn, &id, "13.80").await.ok();
        assert_eq!(closes().await, json!(opened.plus_seconds(90 * 60)));
        // To the millisecond, and whether or not the clock's own look came.
        setting.app.clock.wind(1);
        improve(&setting, &birch, &id, "13.80").await.refused(409, "round_over");
        turned(&setting).await;
        improve(&setting, &birch, &id, "13.80").await.refused(409, "round_over");
        let seen = setting.signed_in_again(&birch).get(&path(&id, "round")).await.ok();
        assert_eq!(seen["stage"], "closed");
    }

    async fn a_pause_is_for_everybody_and_gives_the_lost_time_back(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting, "").await;
        let id = open(&setting, &[(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4")]).await;
        let opened = setting.now();
        let lead = setting.signed_in_again(&setting.lead_commissioner().await);
        lead.post(&path(&id, "round/resume"), json!({})).await.refused(409, "not_paused");
        setting.wind_minutes(10);
        lead.post(&path(&id, "round/pause"), json!({"reason": " "})).await.refused(422, "invalid_field");
        setting.broker().await.post(&path(&id, "round/pause"), json!({"reason": "A fault."})).await.refused(403, "role_needed");
        lead.post(&path(&id, "round/pause"), json!({"reason": "Our network failed."})).await.ok();
        // Well past its end: nothing is taken, and nothing closes.
        setting.wind_minutes(100);
        improve(&setting, &birch, &id, "13.90").await.refused(409, "round_paused");
        turned(&setting).await;
        let seen = setting.signed_in_again(&birch).get(&path(&id, "round")).await.ok();
        assert_eq!((&seen["stage"], &seen["paused_reason"]), (&json!("paused"), &json!("Our network failed.")));
        let lead = setting.signed_in_again(&lead);
        let resumed = lead.post(&path(&id, "round/resume"), json!({})).await.ok();
        assert_eq!(resumed["closes_at"], json!(opened.plus_seconds(160 * 60)));
        assert_eq!(resumed["latest_at"], json!(opened.plus_seconds(190 * 60)));
        improve(&setting, &birch, &id, "13.90").await.ok();
        let letters = setting.letters_owed(&[LetterKind::RoundPaused, LetterKind::RoundResumed]).await;
        assert_eq!(letters.len(), 4);
    }

    async fn the_award_goes_on_with_the_improved_prices(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting, "").await;
        let id = open(&setting, &[(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4")]).await;
        improve(&setting, &birch, &id, "13.90").await.ok();
        let lead = setting.lead_commissioner().await;
        setting.wind_minutes(60);
        turned(&setting).await;
        let lead = setting.signed_in_again(&lead);
        let ranking = lead.get(&path(&id, "ranking")).await.ok();
        assert_eq!(ranking["round"], "closed");
        let first = &ranking["result"]["bids"][0];
        assert_eq!((&first["provider_name"], &first["weekly_price"]), (&json!("Birch Example Care"), &json!("1046.50")));
        setting.recommended(&id).await;
        let approver = setting.signed_in_again(&setting.second_commissioner().await);
        let contract = approver.post(&path(&id, "approve"), json!({"reason": "Yes."})).await.ok();
        assert_eq!(contract["yearly_value"], "54418.00");
        let seen = setting.signed_in_again(&acorn).get(&format!("/api/opportunities/{id}")).await.ok();
        assert_eq!((&seen["result"]["outcome"], &seen["result"]["own"]["rank"]), (&json!("not_won"), &json!(2)));
        let record = approver.get(&path(&id, "record")).await.ok();
        let revisions = record["round"]["bidders"].as_array().expect("bidders");
        let birchs = revisions.iter().find(|bidder| bidder["provider_name"] == "Birch Example Care").expect("Birch");
        assert_eq!(birchs["revisions"][0]["weekly_price"], "1046.50");
    }

    async fn with_one_admissible_bid_the_award_goes_on_without_a_round(setting: Setting) {
        let [acorn, ..] = three_bidders(&setting, "").await;
        let id = priced(&setting, &[(&acorn, "14.00", "80.00", "4")]).await;
        let form = json!({"opens_at": setting.now().plus_seconds(2 * 86_400)});
        setting.lead_commissioner().await.post(&path(&id, "round"), form).await.refused(409, "too_few_bids");
        setting.recommended(&id).await;
        let seen = setting.lead_commissioner().await.get(&path(&id, "round")).await.ok();
        assert_eq!(seen["stage"], "not_held");
    }

    async fn the_schema_holds_a_round_a_second_time(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting, "").await;
        let id = open(&setting, &[(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4")]).await;
        improve(&setting, &birch, &id, "13.90").await.ok();
        for statement in [
            "update ranking_round set closes_at = closes_at - 1",
            "update ranking_round set opens_at = opens_at + 1",
            "update ranking_round set paused_at = 1",
            "delete from ranking_round",
            "delete from round_place",
            "update round_revision set weekly_price = 0",
            "delete from round_revision",
            "insert into round_revision select * from round_revision",
            // Late by a millisecond.
            "insert into round_revision (id, opportunity_id, bid_id, number, rates, weekly_price, digest, made_by, made_at, rank, closes_at) \
             select bid_id, opportunity_id, bid_id, 2, rates, weekly_price, digest, made_by, closes_at, rank, closes_at from round_revision",
            // Dearer.
            "insert into round_revision (id, opportunity_id, bid_id, number, rates, weekly_price, digest, made_by, made_at, rank, closes_at) \
             select bid_id, opportunity_id, bid_id, 2, rates, weekly_price + 1, digest, made_by, made_at, rank, closes_at from round_revision",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
        // What is lawful but for the key passes: so the others failed for what they broke.
        let tx = setting.app.database.begin().await.expect("begun");
        let lawful = "insert into round_revision (id, opportunity_id, bid_id, number, rates, weekly_price, digest, made_by, made_at, rank, closes_at) \
             select bid_id, opportunity_id, bid_id, 2, rates, weekly_price, digest, made_by, made_at, rank, closes_at from round_revision";
        tx.execute_unprepared(lawful).await.expect("lawful");
        tx.rollback().await.expect("rolled back");
    }

    async fn a_bidder_hears_its_own_rank_live_and_nothing_where_nothing_changed_for_it(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting, "").await;
        let bids = [(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4"), (&cedar, "14.60", "80.00", "4")];
        let id = open(&setting, &bids).await;
        turned(&setting).await;
        let mut hears = setting.listening(&setting.signed_in_again(&acorn), &HashMap::new()).await;
        // Cedar comes closer without overtaking anybody; then Birch overtakes Acorn.
        improve(&setting, &cedar, &id, "14.50").await.ok();
        improve(&setting, &birch, &id, "13.90").await.ok();
        let heard = hears.event("round_place").await;
        assert_eq!(heard["body"], json!({"rank": 2, "closes_at": heard["body"]["closes_at"]}));
        // The second thing that it was told of its place, however often others improved.
        assert_eq!((&heard["number"], &heard["subject"]), (&json!(2), &json!("round")));
    }

    async fn when_a_bidder_is_stopped_the_others_move_up_at_once_and_back_when_it_may_go_on(setting: Setting) {
        let [acorn, birch, cedar] = three_bidders(&setting, "").await;
        let bids = [(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4"), (&cedar, "14.60", "80.00", "4")];
        let id = open(&setting, &bids).await;
        turned(&setting).await;
        let mut hears = setting.listening(&setting.signed_in_again(&birch), &HashMap::new()).await;
        let officer = setting.signed_in_again(&setting.procurement().await);
        let enrolments = officer.get("/api/enrolments").await.ok();
        let acorns = Setting::items(&enrolments).iter().find(|one| one["provider_name"] == "Acorn Example Care");
        let acorns = format!("/api/enrolments/{}", acorns.expect("enrolled")["id"].as_str().expect("an id"));
        officer.post(&format!("{acorns}/urgent-stop"), json!({"reason": "Somebody was hurt."})).await.ok();
        let heard = hears.event("round_place").await;
        assert_eq!((&heard["body"]["rank"], &heard["number"]), (&json!(1), &json!(2)));
        assert_eq!([rank(&setting, &birch, &id).await, rank(&setting, &cedar, &id).await], [1, 2]);
        assert_eq!(mine(&setting, &acorn, &id).await["may_improve"], false);
        improve(&setting, &acorn, &id, "13.90").await.refused(403, "suspended");
        // It stood first, and stands there again.
        let standing = officer.get(&format!("{acorns}/standing")).await.ok();
        let no = json!({"measure_id": standing["proposed"][0]["id"], "confirm": false, "reason": "It is not borne out."});
        let second = setting.signed_in_again(&setting.lead_commissioner().await);
        second.post(&format!("{acorns}/decision"), no).await.ok();
        assert_eq!(hears.event("round_place").await["body"]["rank"], 2);
        assert_eq!([rank(&setting, &acorn, &id).await, rank(&setting, &cedar, &id).await], [1, 3]);
        let history = second.get(&format!("/api/history/round/{id}")).await.ok().to_string();
        assert_eq!(history.matches("Ranked again").count(), 2, "{history}");
        // Once it is over nobody's place moves: the award ranks anew.
        setting.wind_minutes(90);
        turned(&setting).await;
        let officer = setting.signed_in_again(&officer);
        officer.post(&format!("{acorns}/urgent-stop"), json!({"reason": "Somebody was hurt."})).await.ok();
        assert_eq!(rank(&setting, &birch, &id).await, 2);
    }

    async fn where_the_terms_say_so_bidders_are_told_how_many_take_part(setting: Setting) {
        let [acorn, birch, _] = three_bidders(&setting, "announce_bidders = true").await;
        let id = open(&setting, &[(&acorn, "14.00", "80.00", "4"), (&birch, "14.10", "80.00", "4")]).await;
        assert_eq!(mine(&setting, &acorn, &id).await["bidders"], 2);
        let mut hears = setting.listening(&setting.signed_in_again(&acorn), &HashMap::new()).await;
        improve(&setting, &birch, &id, "13.90").await.ok();
        assert_eq!(hears.event("round_place").await["body"]["bidders"], 2);
    }
}

/// Everything that one bidder receives of a round: the answers that it asks for after each step of the schedule, and
/// every frame of its socket; ids and keys as they are called in this run put aside.
struct Received(Vec<String>);

/// One schedule of a round, in which rivals ask these hourly rates at these steps: what the watching bidder receives.
async fn received(kind: Kind, rival: [&str; 3]) -> Received {
    let setting = Setting::begin(kind).await;
    let [acorn, birch, cedar] = three_bidders(&setting, "").await;
    let bids =
        [(&acorn, "14.00", "80.00", "4"), (&birch, rival[0], "80.00", "4"), (&cedar, "14.60", "80.00", "4")];
    let id = open(&setting, &bids).await;
    turned(&setting).await;
    let watching = setting.signed_in_again(&acorn);
    let mut socket = setting.listening(&watching, &HashMap::new()).await;
    let mut received = Vec::new();
    let look = async |received: &mut Vec<String>| {
        let one = format!("/api/opportunities/{id}");
        for what in [
            path(&id, "round"),
            one,
            path(&id, "bid"),
            format!("/api/history/opportunity/{id}"),
            "/api/bids".to_owned(),
        ] {
            received.push(watching.get(&what).await.ok().to_string());
        }
    };
    look(&mut received).await;
    setting.wind_minutes(2);
    improve(&setting, &birch, &id, rival[1]).await.ok();
    look(&mut received).await;
    setting.wind_minutes(2);
    improve(&setting, &cedar, &id, "14.50").await.ok();
    look(&mut received).await;
    setting.wind_minutes(2);
    let own = watching.post(&path(&id, "round/improve"), rates(Some("13.95"), None)).await.ok();
    received.push(own.to_string());
    improve(&setting, &birch, &id, rival[2]).await.ok();
    look(&mut received).await;
    setting.wind_minutes(60);
    turned(&setting).await;
    look(&mut received).await;
    frames(&mut socket, &mut received).await;
    Received(received.into_iter().map(|text| without_ids(&text)).collect())
}

/// Every frame until the round has closed.
async fn frames(socket: &mut Socket, received: &mut Vec<String>) {
    loop {
        let Heard::Message(message) = socket.hear().await else { panic!("the socket was closed") };
        let last = message["kind"] == "round_closed";
        // That it had opened may be told before or after the listener came.
        if message["type"] != "tick" && message["kind"] != "round_opened" {
            received.push(message.to_string());
        }
        if last {
            return;
        }
    }
}

/// The text with each id, digest and commitment, which are new in each run, in the order in which they come.
fn without_ids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let mut names: Vec<String> = Vec::new();
    let mut said = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        said.push_str(&rest[..start]);
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |end| start + end);
        let word = &rest[start..end];
        if word.len() == 36 || word.len() == 64 {
            let place = names.iter().position(|name| name == word).unwrap_or_else(|| {
                names.push(word.to_owned());
                names.len() - 1
            });
            said.push_str(&format!("#{place}"));
        } else {
            said.push_str(word);
        }
        rest = &rest[end..];
    }
    said + rest
}

/// The same schedule with different prices of a rival that do not change the watching bidder's rank: it receives the
/// same bytes. Where its rank differs, nothing but the rank does.
async fn rivals_prices_are_not_told(kind: Kind) {
    let Received(first) = received(kind, ["14.20", "14.15", "14.10"]).await;
    let Received(other) = received(kind, ["14.40", "14.30", "14.00"]).await;
    assert_eq!(first.len(), other.len(), "as many answers and frames");
    for (first, other) in first.iter().zip(&other) {
        assert_eq!(first, other);
    }
    // A rival that is ahead all the time: the ranks differ, and with ranks put aside nothing does. What the bid came to
    // in the first evaluation differs in its rank alone, too.
    let Received(behind) = received(kind, ["13.90", "13.80", "13.75"]).await;
    assert_eq!(first.len(), behind.len(), "as many answers and frames");
    let mut differing = 0;
    for (first, behind) in first.iter().zip(&behind) {
        let without_rank = |text: &str| {
            let mut text = text.to_owned();
            for rank in 1..=3 {
                text = text.replace(&format!("\"rank\":{rank}"), "\"rank\":_");
            }
            text
        };
        differing += usize::from(first != behind);
        assert_eq!(without_rank(first), without_rank(behind));
    }
    assert!(differing > 0, "the ranks differ");
}

#[actix_web::test]
async fn rivals_prices_are_not_told_on_sqlite() {
    rivals_prices_are_not_told(Kind::Sqlite).await;
}

#[actix_web::test]
async fn rivals_prices_are_not_told_on_postgres() {
    rivals_prices_are_not_told(Kind::Postgres).await;
}

//! What the schema holds a second time: even a rule that failed could not do these.

use crate::{on_both, setting::*};
use entity::vocabulary::*;
use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value, prelude::Uuid};
use serde_json::json;

on_both! {
    async fn events_are_never_changed_or_deleted(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        setting.published().await;
        let tx = setting.app.database.begin().await.expect("begun");
        assert!(tx.execute_unprepared("update event set kind = 'other'").await.is_err());
        tx.rollback().await.expect("rolled back");
        let tx = setting.app.database.begin().await.expect("begun");
        assert!(tx.execute_unprepared("delete from event").await.is_err());
        tx.rollback().await.expect("rolled back");
    }

    async fn no_second_award_and_no_spend_beyond_the_cap_can_be_written(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        let path = format!("/api/opportunities/{id}/approve");
        setting.second_commissioner().await.post(&path, json!({"reason": "Yes."})).await.ok();
        for statement in [
            "update budget_year set committed = cap + 1",
            "update budget set cap = committed - 1, ends_on = '2030-03-31'",
            "update budget set committed = -1",
            "update commitment set amount = -1",
            "delete from commitment",
            "delete from budget_decision",
            "update budget_decision set reason = 'other'",
            "update award set decided_by = recommended_by",
            "insert into contract select * from contract",
            "insert into award select * from award",
            "update opportunity set bids = -1",
            "update opportunity set closes_at = published_at",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }

    async fn no_record_of_a_decision_is_changed_and_no_interest_but_to_end_it(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let id = setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        setting.recommended(&id).await;
        let path = format!("/api/opportunities/{id}/return");
        setting.second_commissioner().await.post(&path, json!({"reason": "Say more."})).await.ok();
        let officer = setting.evaluator().await;
        let register = officer.get("/api/interests").await.ok();
        let form = json!({"provider_id": register["providers"][0]["id"], "nature": "Shares.", "since": "2026-12-01"});
        officer.post("/api/interests", form).await.ok();
        for statement in [
            "update approval set record = ''",
            "delete from approval",
            "delete from officer_interest",
            "update officer_interest set nature = 'none'",
            "update officer_interest set ended_on = '2026-11-30', ended_at = 0",
            "insert into officer_interest select * from officer_interest",
            "insert into chase select * from chase",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }

    async fn no_declaration_is_changed_no_mark_deleted_and_none_altered_once_it_is_locked(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        setting.priced(&[(&acorn, "13.60", "78.00", "4")]).await;
        for statement in [
            "update declaration set interest = 'none'",
            "delete from declaration",
            "delete from panellist",
            "delete from mark",
            "update mark set mark = mark + 10000",
            "delete from agreed_mark",
            "update agreed_mark set mark = mark + 10000",
            "insert into declaration select * from declaration",
        ] {
            let tx = setting.app.database.begin().await.expect("begun");
            assert!(tx.execute_unprepared(statement).await.is_err(), "{statement}");
            tx.rollback().await.expect("rolled back");
        }
    }

    async fn migrating_again_changes_nothing(setting: Setting) {
        assert!(setting.app.database.ready().await.expect("an answer"));
        setting.app.database.migrate().await.expect("migrated");
        assert_eq!(setting.nobody().get("/readyz").await.ok()["status"], "ready");
    }
}

/// The number of migrations before budgets went by year.
const BEFORE_BUDGETS: u32 = 11;

/// A market of the schema before budgets went by year: a cap of £60,000.00 a year and a contract of 104 weeks from
/// 11 January 2027 at £1,022.00 a week.
async fn market_from_before(db: &sea_orm::DatabaseConnection) -> MarketId {
    let ids: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    let run = async |sql: &str, values: Vec<Value>| {
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.expect(sql);
    };
    let id = |n: usize| Value::from(ids[n]);
    let whole = Value::from(1_062_880_000_i64);
    for (sql, values) in [
        ("insert into account values ($1, 'a@b.example', 'A', '', 0, 0)", vec![id(0)]),
        ("insert into authority values ($1, 'a', 'A', '#000000')", vec![id(1)]),
        ("insert into provider values ($1, 'P', null, null, 'ST16', 0)", vec![id(2)]),
        (
            "insert into market values ($1, $2, 'm', 'M', 'pcr_dps', '2019-07-01', null, '{}', '', '{}')",
            vec![id(3), id(1)],
        ),
        ("insert into category values ($1, $2, 'c', 'C', '{}')", vec![id(4), id(3)]),
        (
            "insert into package values ($1, $2, $3, '', '', '', '', '', '{}', '2027-01-11', 104, null, $4, 0, 0)",
            vec![id(5), id(1), id(4), id(0)],
        ),
        (
            "insert into opportunity values ($1, $2, $3, $4, $5, 1, 'M-1', '', '', '', '', '{}', '2027-01-11', 104, '{}', \
             '', $6, 0, 1, null, null, null, null, null, null, 0)",
            vec![id(6), id(5), id(1), id(3), id(4), id(0)],
        ),
    ] {
        run(sql, values).await;
    }
    let bid = "insert into bid (id, opportunity_id, provider_id, version, offer, weekly_price, digest, received_at, \
               submitted_by) values ($1, $2, $3, 1, '{}', 0, '', 0, $4)";
    run(bid, vec![id(7), id(6), id(2), id(0)]).await;
    let award = "insert into award (id, opportunity_id, bid_id, provider_id, shortlist, reason, weekly_value, yearly_value, \
                 contract_value, recommended_by, recommended_at, state) \
                 values ($1, $2, $3, $4, '[]', '', 0, 0, 0, $5, 0, 'waiting')";
    run(award, vec![id(8), id(6), id(7), id(2), id(0)]).await;
    let contract = "insert into contract values ($1, $2, $3, $4, $5, $6, $7, 'M-1-C', '2027-01-11', 104, 10220000, \
                    531440000, $8, $9, '', '[]', 0)";
    run(contract, vec![id(9), id(1), id(3), id(4), id(2), id(6), id(8), whole, id(0)]).await;
    run("insert into budget values ($1, 600000000, 531440000)", vec![id(3)]).await;
    MarketId(ids[3])
}

async fn brought_over(kind: Kind) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = address(kind, folder.path()).await;
    let database = fairlot::store::Database::connect(&url).await.expect("a connection");
    let db = database.read();
    database.migrate_by(Some(BEFORE_BUDGETS)).await.expect("migrated");
    let market = market_from_before(db).await;
    database.migrate().await.expect("migrated");
    let held = fairlot::store::budget::of(db, market, None).await.expect("an answer");
    let budget = &held[0].budget;
    assert_eq!((budget.begins_on.to_string(), budget.ends_on), ("2019-04-01".to_owned(), None));
    assert_eq!(
        (budget.cap_yearly, budget.committed),
        ("60000".parse().ok(), "106288".parse().expect("money"))
    );
    let years: Vec<_> =
        held[0].years.iter().map(|y| (y.begins_on.to_string(), y.committed.to_string())).collect();
    let expected = [("2026-04-01", "11680.00"), ("2027-04-01", "53436.00"), ("2028-04-01", "41172.00")];
    assert_eq!(years, expected.map(|(day, money)| (day.to_owned(), money.to_owned())));
    // As the rule itself would have committed it.
    let contracts = fairlot::store::budget::contracts(db, market, budget.authority_id).await;
    let contracts = contracts.expect("an answer");
    let rows =
        fairlot::store::budget::commitments(db, contracts.iter().map(|c| c.id)).await.expect("an answer");
    let parts = fairlot::domain::budget::parts([budget], fairlot::domain::budget::Cost::of(&contracts[0]));
    let kept: Vec<_> = rows.iter().map(|r| (r.begins_on, r.ends_on, r.amount)).collect();
    assert_eq!(kept, parts.iter().map(|p| (p.from, p.to, p.amount)).collect::<Vec<_>>());
}

#[actix_web::test]
async fn a_yearly_cap_from_before_is_brought_over_with_its_contracts_on_sqlite() {
    brought_over(Kind::Sqlite).await;
}

#[actix_web::test]
async fn a_yearly_cap_from_before_is_brought_over_with_its_contracts_on_postgres() {
    brought_over(Kind::Postgres).await;
}

/// What was sent with requests before evidence had rows of its own is taken over: accepted where the provider was
/// admitted on it, waiting otherwise.
async fn evidence_of_before_is_taken_over(kind: Kind) {
    const BEFORE_EVIDENCE: u32 = 18;
    let folder = tempfile::tempdir().expect("a folder");
    let at = address(kind, folder.path()).await;
    let database = fairlot::store::Database::connect(&at).await.expect("a connection");
    let db = database.read();
    database.migrate_by(Some(BEFORE_EVIDENCE)).await.expect("as it was");
    let run = async |sql: &str, values: Vec<Value>| {
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.expect("written");
    };
    let ids: Vec<Uuid> = (0..6).map(|_| Uuid::new_v4()).collect();
    let (authority, market, category) = (ids[0], ids[1], ids[2]);
    run("insert into authority values ($1, 'example', 'Example', '#000000')", vec![authority.into()]).await;
    let sql = "insert into market values ($1, $2, 'm', 'M', 'pcr_ltr_dps', '2026-01-01', null, $3, '', $3)";
    run(sql, vec![market.into(), authority.into(), json!({}).into()]).await;
    let sql = "insert into category values ($1, $2, 'c', 'C', $3)";
    run(sql, vec![category.into(), market.into(), json!({}).into()]).await;
    let sent = json!({"declarations": [], "evidence": [
        {"id": "public-liability", "reference": "A-1", "expires_on": "2027-06-30"},
        {"id": "references", "reference": "Two letters", "expires_on": null},
    ]});
    for (provider, enrolment, standing, decided_at) in
        [(Uuid::new_v4(), ids[3], "admitted", Some(7_i64)), (Uuid::new_v4(), ids[4], "applied", None)]
    {
        run("insert into provider values ($1, 'P', null, null, 'ST16', 1)", vec![provider.into()]).await;
        let sql = "insert into enrolment (id, provider_id, category_id, standing, request, clarifications, \
                   received_at, decide_by, decided_at) values ($1, $2, $3, $4, $5, $6, 5, '2026-12-21', $7)";
        let values = vec![
            enrolment.into(),
            provider.into(),
            category.into(),
            standing.into(),
            sent.clone().into(),
            json!([]).into(),
            decided_at.into(),
        ];
        run(sql, values).await;
    }
    database.migrate().await.expect("migrated");
    let pieces = entity::evidence::Entity::find().all(db).await.expect("an answer");
    let mut told: Vec<_> = pieces
        .iter()
        .map(|piece| {
            let admitted = piece.enrolment_id.0 == ids[3];
            let expires = piece.expires_on.map(|day| day.to_string());
            (
                admitted,
                piece.wanted.as_str(),
                piece.reference.as_str(),
                expires,
                piece.state,
                piece.decided_at.is_some(),
            )
        })
        .collect();
    told.sort_by_key(|one| (!one.0, one.1.to_owned()));
    let day = Some("2027-06-30".to_owned());
    assert_eq!(
        told,
        [
            (true, "public-liability", "A-1", day.clone(), EvidenceState::Accepted, true),
            (true, "references", "Two letters", None, EvidenceState::Accepted, true),
            (false, "public-liability", "A-1", day, EvidenceState::Given, false),
            (false, "references", "Two letters", None, EvidenceState::Given, false),
        ]
    );
    database.read().clone().close().await.expect("closed");
}

#[actix_web::test]
async fn evidence_of_before_is_taken_over_on_sqlite() {
    evidence_of_before_is_taken_over(Kind::Sqlite).await;
}

#[actix_web::test]
async fn evidence_of_before_is_taken_over_on_postgres() {
    evidence_of_before_is_taken_over(Kind::Postgres).await;
}

#[actix_web::test]
async fn a_postgresql_that_does_not_wait_for_its_disk_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = address(Kind::Postgres, folder.path()).await;
    let name = at.rsplit_once('/').expect("a name").1.to_owned();
    let careless = async || {
        let database = fairlot::store::Database::connect(&at).await.expect("a connection");
        // The cluster of the tests waits for nothing; what one database says is its own.
        let mut off = database.careless().await.expect("settings");
        off.retain(|setting| setting == "synchronous_commit");
        off
    };
    for (value, expected) in [("on", vec![]), ("off", vec!["synchronous_commit".to_owned()])] {
        let database = fairlot::store::Database::connect(&at).await.expect("a connection");
        let sentence = format!("alter database {name} set synchronous_commit = {value}");
        database.read().execute_unprepared(&sentence).await.expect("set");
        assert_eq!(careless().await, expected);
    }
    let file = address(Kind::Sqlite, folder.path()).await;
    let embedded = fairlot::store::Database::connect(&file).await.expect("a connection");
    assert_eq!(embedded.careless().await.expect("settings"), Vec::<String>::new());
}

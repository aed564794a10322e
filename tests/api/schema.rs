//! What the schema holds a second time: even a rule that failed could not do these.

use crate::{on_both, setting::*};
use sea_orm::ConnectionTrait;
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
            "update budget set committed_yearly = cap_yearly + 1",
            "update budget set committed_yearly = -1",
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

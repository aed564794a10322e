//! `fairlot score`: the same bytes from the command line as from the library.

use crate::{on_both, setting::*};
use fairlot::{
    domain::{evaluation::frozen, scoring::json},
    store,
};
use serde_json::{Value, json};
use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

fn score(arguments: &[&str], input: &str) -> Output {
    let mut running = Command::new(env!("CARGO_BIN_EXE_fairlot"))
        .arg("score")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    running.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    running.wait_with_output().expect("it ends")
}

fn package_k() -> Value {
    let bid = |id: &str, hour: &str, night: &str, mark: &str| {
        json!({
            "id": id,
            "lines": [
                {"unit": "hour", "quantity": "35", "rate": hour},
                {"unit": "sleep_in_night", "quantity": "7", "rate": night},
            ],
            "marks": {"quality": mark},
        })
    };
    json!({
        "model": {
            "quality_weight": "60", "price_weight": "40", "formula": {"name": "lowest_relative"},
            "criteria": [{"id": "quality", "weight": "60", "mark_max": "5"}],
        },
        "bids": [bid("A", "13.60", "78", "3.2"), bid("B", "14.75", "87", "4.4"), bid("C", "14.10", "80", "4.0")],
    })
}

on_both! {
    async fn an_opportunity_comes_to_the_same_from_its_database_and_from_the_command_line(setting: Setting) {
        setting.market(SUPPORTED_LIVING).await;
        let acorn = setting.admitted("Acorn Example Care", "Supported Living").await;
        let birch = setting.admitted("Birch Example Care", "Supported Living").await;
        let cedar = setting.admitted("Cedar Example Care", "Supported Living").await;
        // Two that are alike, so that the chain goes as far as the lot.
        let bids = [(&acorn, "13.60", "78.00", "4"), (&birch, "14.15", "80.00", "4.5"), (&cedar, "13.60", "78.00", "4")];
        let id = setting.priced(&bids).await;
        let ranking = setting.lead_commissioner().await.get(&format!("/api/opportunities/{id}/ranking")).await.ok();

        let db = setting.app.database.read();
        let opportunity = store::opportunity::find(db, id.parse().expect("an id")).await.expect("read").expect("there");
        let bids = store::bid::standing(db, &opportunity).await.expect("read");
        let marks = store::bid::marks(db, opportunity.id).await.expect("read");
        let evaluation = frozen(&opportunity, &bids, &marks).expect("in order");
        let output = score(&[], &serde_json::to_string(&evaluation).expect("JSON"));
        assert_eq!(output.status.code(), Some(0));
        let library = serde_json::to_string_pretty(&evaluation.outcome()).expect("JSON") + "\n";
        assert_eq!(String::from_utf8_lossy(&output.stdout), library);

        let again: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let figures = |bids: &Value, id: &str| -> Vec<Value> {
            let of = |bid: &Value| json!([bid[id], bid["status"], bid["rank"], bid["quality"], bid["price"], bid["total"], bid["explanation"]]);
            bids.as_array().expect("bids").iter().map(of).collect()
        };
        assert_eq!(figures(&ranking["result"]["bids"], "bid_id"), figures(&again["bids"], "id"));
        assert_eq!(ranking["result"]["tie_breaks"], again["tie_breaks"]);
        assert!(again["tie_breaks"].to_string().contains("by lot"), "{again}");
    }
}

#[test]
fn an_award_can_be_worked_out_again_from_the_command_line() {
    let evaluation = package_k().to_string();
    let output = score(&[], &evaluation);
    assert_eq!(output.status.code(), Some(0));
    let outcome = json::read(evaluation.as_bytes()).expect("an evaluation").outcome();
    let library = serde_json::to_string_pretty(&outcome).expect("JSON") + "\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), library);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let figures: Vec<_> = result["bids"]
        .as_array()
        .expect("bids")
        .iter()
        .map(|b| (&b["id"], &b["rank"], &b["total"]))
        .collect();
    let expected = [("B", 1, "89.1297"), ("C", 2, "86.8040"), ("A", 3, "78.4000")];
    let expected = expected.map(|(id, rank, total)| (json!(id), json!(rank), json!(total)));
    assert_eq!(figures, expected.iter().map(|(id, rank, total)| (id, rank, total)).collect::<Vec<_>>());

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("evaluation.json");
    std::fs::write(&file, &evaluation).expect("it is written");
    let from_file = score(&[file.to_str().expect("text")], "");
    assert_eq!(from_file.stdout, output.stdout);
}

#[test]
fn an_evaluation_with_mistakes_ends_with_2_and_a_problem_that_names_them_all() {
    let mut evaluation = package_k();
    evaluation["bids"][0]["lines"][1]["rate"] = json!(78.5);
    evaluation["bids"][2]["marks"] = json!({"quality": "5.5", "speed": "1"});
    evaluation["model"]["formula"] = json!({"name": "band", "min": "1022.00"});
    evaluation["note"] = json!("by hand");
    let output = score(&[], &evaluation.to_string());
    assert_eq!(output.status.code(), Some(2));
    let problem: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(problem["code"], "invalid_field");
    let mut fields: Vec<_> = problem["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|p| p["field"].as_str().expect("text"))
        .collect();
    fields.sort_unstable();
    let expected = [
        "bids[0].lines[1].rate",
        "bids[2].marks.quality",
        "bids[2].marks.speed",
        "model.formula.max",
        "note",
    ];
    assert_eq!(fields, expected);

    for wrong in ["", "{", "null"] {
        let output = score(&[], wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok(), "{wrong}");
    }
    assert_eq!(score(&["no-such-file.json"], "").status.code(), Some(2));
}

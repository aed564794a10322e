//! Plainly fictitious facts, on which every kind of letter can be shown and tested.

use super::Sender;
use entity::{letter, vocabulary::*};
use serde_json::{Value, json};

/// Everything that any kind of letter says.
pub fn context() -> Value {
    let marks = json!([
        {"criterion_id": "support", "name": "Support planning", "mark": "4.0000", "mark_max": "5", "reasons": []},
        {"criterion_id": "staff", "name": "Staff who stay", "mark": "3.5000", "mark_max": "5", "reasons": []},
    ]);
    let of_round = json!({
        "own": {
            "marks": marks, "quality": "45.6000", "price": "36.3297", "total": "81.9297", "rank": 2,
            "weekly_price": "1125.25",
        },
        "formula": "Price marks are 40 × (£1,125.25 − this bid’s weekly price) ÷ (£1,125.25 − £1,022.00).",
        "round_opens": "10 December 2026, 9:00am GMT", "round_closes": "10 December 2026, 10:00am GMT",
        "round_latest": "10 December 2026, 12 noon GMT", "bidders": 3,
    });
    let mut all = json!({
        "reference": "EX-0007",
        "market": "Example Supported Living",
        "category": "Supported living",
        "provider": "Example Acorn Care",
        "outward_code": "ZZ99",
        "closes_at": "7 December 2026, 5:00pm GMT",
        "confirm": true, "moved": true,
        "answer_by": "10 December 2026, 5:00pm GMT",
        "budget": "Spend that members approved", "limit_words": "the cap over the whole period", "share": 90,
        "limit": "£571,000.00", "committed": "£513,900.00", "left": "£57,100.00",
        "last_day": "Friday 18 December 2026", "standstill_ends": "Wednesday 16 December 2026",
        "decide_by": "Monday 14 December 2026", "because": "Nobody decided in time.",
        "wanted": "Publish the award notice", "due": "Wednesday 6 January 2027", "law": "PCR 2015 reg 50(5)",
        "evidence": "Public liability insurance of at least £5 million", "expires": "Friday 22 January 2027",
        "until": "the end of Monday 21 December 2026",
        "path": "/",
        "opportunities": [
            {
                "reference": "EX-0007", "market": "Example Supported Living", "category": "Supported living",
                "outward_code": "ZZ99", "closes_at": "7 December 2026, 5:00pm GMT", "path": "/",
            },
            {
                "reference": "EX-0009", "market": "Example Supported Living", "category": "Supported living",
                "outward_code": "ZZ98", "closes_at": "8 December 2026, 5:00pm GMT", "path": "/",
            },
        ],
        "result": {
            "outcome": "not_won",
            "status": "admissible",
            "own": {
                "marks": marks, "quality": "45.6000", "price": "36.3297", "total": "81.9297", "rank": 2,
                "weekly_price": "1125.25", "price_position": "2nd lowest of 3",
            },
            "explanation": [],
            "winner": {
                "provider_name": "Example Birch Care", "quality": "52.8000", "price": "40.0000", "total": "92.8000",
            },
        },
    });
    if let (Value::Object(all), Value::Object(of_round)) = (&mut all, of_round) {
        all.extend(of_round);
    }
    all
}

/// Who sends the example.
pub fn sender() -> Sender {
    Sender {
        authority: "Example Council".to_owned(),
        colour: "#3d2a5c".to_owned(),
        market: Some("Example Supported Living".to_owned()),
        questions_to: Some("the example team, care.market@council.example".to_owned()),
    }
}

/// A letter of this kind that nobody was ever owed.
pub fn letter(kind: LetterKind) -> letter::Model {
    let nowhere = sea_orm::prelude::Uuid::nil();
    letter::Model {
        id: LetterId(nowhere),
        kind,
        account_id: AccountId(nowhere),
        subject_kind: SubjectKind::Opportunity,
        subject_id: nowhere,
        context: context(),
        state: LetterState::Owed,
        owed_at: Instant::from_milliseconds(0),
        attempts: 0,
        due_at: Instant::from_milliseconds(0),
        claimed_until: None,
        sent_at: None,
        last_failure: None,
        words: None,
        wording_id: None,
        resent: 0,
        resent_at: None,
    }
}

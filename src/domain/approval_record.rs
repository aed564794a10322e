//! The record of one decision on a recommendation: on whose authority, why, what else there was to choose from and who
//! had an interest, as everything stood. It is written with the decision and never changed, and it says nothing of the
//! person. Two papers are made of it, as with council papers: a private one for officers, to which the person’s details
//! are added for as long as they are kept, and a public one, which is a list of what anybody may know.

use super::{
    approval::Need,
    paper::{Column, Paper, Part, Table},
    record::{link_words, or_dash, pairs, preference_words, section, status_words, sum, text},
    refusal::{Code, Refusal},
    scoring::Admissibility,
};
use entity::{
    approval,
    award::{ChainLink, LinkKind},
    vocabulary::*,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A decision as everything stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub reference: String,
    pub authority_name: String,
    pub market_name: String,
    pub category_name: String,
    pub outward_code: String,
    pub starts_on: Day,
    pub initial_term_weeks: i32,
    pub decision: AwardState,
    pub decided_at: Instant,
    /// Who decided, by name, and the post held.
    pub decided_by: String,
    pub post_title: String,
    pub reason: String,
    /// A reason that was written for anybody to read.
    pub public_reason: Option<String>,
    pub drafted_by: String,
    /// Whoever had a part in the marks.
    pub marked_by: Vec<String>,
    pub opened_by: Vec<String>,
    pub recommended_by: String,
    pub recommended_at: Instant,
    pub recommended_reason: String,
    pub urgent: Option<String>,
    /// Why it went up, if it did.
    pub escalated: Option<String>,
    pub provider_name: String,
    pub weekly_value: Money,
    pub yearly_value: Money,
    pub contract_value: Money,
    pub alternatives: Vec<Alternative>,
    /// Officers who declared an interest in a bidder, or have one on the register.
    pub conflicts: Vec<Conflict>,
    pub need: Need,
    pub budget: Option<Spend>,
    /// From the member decision down to the person.
    pub chain: Vec<ChainLink>,
    pub evaluation_digest: Option<String>,
}

/// A bid that could have been chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    pub rank: Option<u32>,
    pub provider_name: String,
    pub status: Admissibility,
    pub weekly_price: Money,
    pub total: Option<Score>,
    /// Whether it is the one that was recommended.
    pub recommended: bool,
}

/// An interest that was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    pub name: String,
    pub at: Instant,
}

/// What the decision does to the sum that members approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Which sum: “the whole period”, or a year.
    pub over: String,
    pub cap: Money,
    pub committed_before: Money,
    pub committed_after: Money,
}

/// What of the person an officer may read beside it: kept with the package, never with the decision.
#[derive(Clone, Debug)]
pub struct PersonDetails {
    pub person_reference: String,
    pub title: String,
    pub preference: Option<String>,
    /// Whether the award follows it, and why not.
    pub kept: Option<PreferenceKept>,
    pub kept_reason: Option<String>,
}

/// The record to keep with a decision.
///
/// # Errors
/// It cannot be written as JSON, which cannot happen.
pub fn keep(award: AwardId, of: OpportunityId, decided: &Decided) -> Result<approval::Model, Refusal> {
    let record = serde_json::to_string_pretty(decided);
    let record = record.map_err(|why| Refusal::new(Code::Malformed, why.to_string()))? + "\n";
    let digest = format!("{:x}", Sha256::digest(&record));
    Ok(approval::Model { award_id: award, opportunity_id: of, record, digest, at: decided.decided_at })
}

/// A kept record, read again.
///
/// # Errors
/// It cannot be read, which cannot happen to what [`keep`] wrote.
pub fn read(kept: &approval::Model) -> Result<Decided, Refusal> {
    serde_json::from_str(&kept.record).map_err(|why| Refusal::new(Code::Malformed, why.to_string()))
}

const fn verb(state: AwardState) -> &'static str {
    match state {
        AwardState::Waiting => "waits",
        AwardState::Approved => "approved",
        AwardState::Returned => "returned",
        AwardState::Declined => "declined",
    }
}

/// The private paper, for officers.
pub fn private(of: &Decided, digest: &str, person: Option<&PersonDetails>) -> Paper {
    let mut parts = vec![
        text("Private: it is about one person’s care, and names officers and bidders. Do not publish it."),
        section("The decision"),
        pairs([
            Some(("Decision", capital(verb(of.decision)))),
            Some(("When", of.decided_at.in_words())),
            Some(("By", format!("{}, {}", of.decided_by, of.post_title))),
            Some(("Reasons", of.reason.clone())),
            of.public_reason.clone().map(|words| ("Reason that may be published", words)),
            of.urgent.clone().map(|words| ("Why it could not wait", words)),
            of.escalated.clone().map(|words| ("Why it went up", words)),
        ]),
        section("What was recommended"),
        pairs([
            Some(("Provider", of.provider_name.clone())),
            Some(("Market", of.market_name.clone())),
            Some(("Category", of.category_name.clone())),
            Some(("Value", value_words(of))),
            Some(("Care starts", of.starts_on.in_words())),
            Some(("Recommended by", format!("{}, {}", of.recommended_by, of.recommended_at.in_words()))),
            Some(("Their reasons", of.recommended_reason.clone())),
        ]),
    ];
    if let Some(person) = person {
        parts.push(section("The person"));
        parts.push(pairs([
            Some(("Case", person.person_reference.clone())),
            Some(("Package", person.title.clone())),
            Some(("Preference", person.preference.clone().unwrap_or_else(|| "None is recorded".to_owned()))),
            person.kept.map(|kept| ("In this award", preference_words(kept).to_owned())),
            person.kept_reason.clone().map(|why| ("Why not", why)),
        ]));
    }
    parts.extend(money(of));
    parts.push(section("Alternatives considered"));
    parts.push(Part::Table(Table {
        caption: None,
        columns: vec![
            Column::words("Provider"),
            Column::figures("Rank"),
            Column::words("Standing"),
            Column::figures("A week"),
            Column::figures("Total"),
        ],
        rows: of
            .alternatives
            .iter()
            .map(|bid| {
                let name = if bid.recommended { "recommended" } else { "" };
                let name = [bid.provider_name.as_str(), name].join(if name.is_empty() { "" } else { ", " });
                vec![
                    name,
                    or_dash(bid.rank.map(|rank| rank.to_string())),
                    status_words(bid.status).to_owned(),
                    sum(bid.weekly_price),
                    or_dash(bid.total.map(|total| total.to_string())),
                ]
            })
            .collect(),
    }));
    parts.push(section("Who had which part"));
    parts.push(pairs([
        Some(("Drafted by", of.drafted_by.clone())),
        Some(("Marked by", or_dash(Some(of.marked_by.join("\n")).filter(|names| !names.is_empty())))),
        Some(("Prices opened by", or_dash(Some(of.opened_by.join("\n")).filter(|names| !names.is_empty())))),
        Some(("Recommended by", of.recommended_by.clone())),
    ]));
    parts.push(section("Conflicts of interest declared"));
    if of.conflicts.is_empty() {
        parts.push(text("No officer had declared an interest in a bidder."));
    } else {
        let items = of.conflicts.iter().map(|c| format!("{}, {}", c.name, c.at.in_words())).collect();
        parts.push(Part::Bullets { items });
    }
    parts.push(section("The authority that it rests on, as it stood"));
    parts.push(Part::Steps { items: of.chain.iter().map(link_words).collect() });
    parts.push(section("To tell that this is the record"));
    parts.push(pairs([
        Some(("SHA-256 of the record", digest.to_owned())),
        of.evaluation_digest.clone().map(|digest| ("SHA-256 of the evaluation", digest)),
    ]));
    Paper {
        title: format!("Record of decision: {} ({})", of.reference, verb(of.decision)),
        caption: of.authority_name.clone(),
        foot: format!("Private · {} {} · {}", of.authority_name, of.reference, of.decided_at.in_words()),
        dated: of.decided_at,
        parts,
    }
}

fn value_words(of: &Decided) -> String {
    format!(
        "{} a week, {} a year, {} over the initial term of {} weeks",
        sum(of.weekly_value),
        sum(of.yearly_value),
        sum(of.contract_value),
        of.initial_term_weeks
    )
}

fn money(of: &Decided) -> Vec<Part> {
    let mut parts = vec![section("The sum that authority must reach to")];
    if of.need.is_split() {
        parts.push(text(
            "The same person has other contracts with this provider from the last 12 months. They are counted together.",
        ));
        let rows = of.need.parts.iter().map(|part| {
            let words = format!("{}, awarded {}", part.reference, part.awarded_on.in_words());
            vec![words, sum(part.yearly_value), sum(part.contract_value)]
        });
        let this =
            vec![format!("This award, {}", of.reference), sum(of.yearly_value), sum(of.contract_value)];
        parts.push(Part::Table(Table {
            caption: None,
            columns: vec![
                Column::words("Contract"),
                Column::figures("A year"),
                Column::figures("Initial term"),
            ],
            rows: rows.chain([this]).collect(),
        }));
    }
    parts.push(pairs([
        Some(("A year", sum(of.need.yearly_value))),
        Some(("Over the initial terms", sum(of.need.contract_value))),
        of.budget.as_ref().map(|b| ("Approved by members", format!("{} for {}", sum(b.cap), b.over))),
        of.budget.as_ref().map(|b| ("Committed before", sum(b.committed_before))),
        of.budget.as_ref().map(|b| ("Committed after", sum(b.committed_after))),
    ]));
    parts
}

/// The public paper: what anybody may know of an award, and nothing besides. It names no officer, no other bidder and
/// none of their prices, and of the person it says no more than the first half of a postcode.
///
/// # Errors
/// `not_public`: only an approved award is published.
pub fn public(of: &Decided) -> Result<Paper, Refusal> {
    if of.decision != AwardState::Approved {
        return Err(Refusal::new(
            Code::NotPublic,
            "Only an award is published. What was returned or declined is not.",
        ));
    }
    let others = of.alternatives.iter().filter(|bid| !bid.recommended && bid.rank.is_some());
    let mut others: Vec<_> = others.map(|bid| bid.rank.unwrap_or_default()).collect();
    others.sort_unstable();
    let considered = format!(
        "{} considered, this one included.",
        match of.alternatives.len() {
            1 => "1 bid was".to_owned(),
            n => format!("{n} bids were"),
        }
    );
    let mut parts = vec![
        section("The decision"),
        pairs([
            Some(("Reference", of.reference.clone())),
            Some(("Decision", "An award of a contract for one person’s care was approved".to_owned())),
            Some(("When", of.decided_at.in_words())),
            Some(("By", of.post_title.clone())),
            Some((
                "Reasons",
                of.public_reason
                    .clone()
                    .unwrap_or_else(|| "They are about one person’s care, and are not published.".to_owned()),
            )),
        ]),
        section("The award"),
        pairs([
            Some(("Provider", of.provider_name.clone())),
            Some(("Market", of.market_name.clone())),
            Some(("Category", of.category_name.clone())),
            Some(("Place", of.outward_code.clone())),
            Some((
                "Value",
                format!("{} a year, {} over the initial term", sum(of.yearly_value), sum(of.contract_value)),
            )),
        ]),
        section("Alternatives considered"),
        text(considered),
    ];
    if !others.is_empty() {
        let items = others.into_iter().map(|rank| format!("Another provider, ranked {rank}")).collect();
        parts.push(Part::Bullets { items });
    }
    parts.push(section("The authority that it rests on, as it stood"));
    let items = of.chain.iter().map(|link| match link.kind {
        LinkKind::Decision | LinkKind::Delegation => link_words(link),
        // Who held it is named in the private record.
        LinkKind::Holder => {
            format!("Post: somebody held the post of {} and decided in it", of.post_title)
        }
    });
    parts.push(Part::Steps { items: items.collect() });
    Ok(Paper {
        title: format!("Record of decision: {}", of.reference),
        caption: of.authority_name.clone(),
        foot: format!("{} {} · {}", of.authority_name, of.reference, of.decided_at.in_words()),
        dated: of.decided_at,
        parts,
    })
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::paper::html;

    fn decided(decision: AwardState) -> Decided {
        let money = |text: &str| text.parse().unwrap();
        let at: Instant = "2026-12-07T09:00:00Z".parse().unwrap();
        Decided {
            reference: "SL-0007".to_owned(),
            authority_name: "Staffordshire County Council".to_owned(),
            market_name: "Supported Living".to_owned(),
            category_name: "Supported living".to_owned(),
            outward_code: "ST16".to_owned(),
            starts_on: "2027-01-11".parse().unwrap(),
            initial_term_weeks: 104,
            decision,
            decided_at: at,
            decided_by: "Asha Private".to_owned(),
            post_title: "Assistant Director".to_owned(),
            reason: "PRIVATE-REASON".to_owned(),
            public_reason: None,
            drafted_by: "PRIVATE-DRAFTER".to_owned(),
            marked_by: vec!["PRIVATE-MARKER".to_owned()],
            opened_by: vec!["PRIVATE-OPENER".to_owned()],
            recommended_by: "PRIVATE-RECOMMENDER".to_owned(),
            recommended_at: at,
            recommended_reason: "PRIVATE-BECAUSE".to_owned(),
            urgent: Some("PRIVATE-URGENCY".to_owned()),
            escalated: Some("PRIVATE-ESCALATION".to_owned()),
            provider_name: "Acorn Example Care".to_owned(),
            weekly_value: money("1022"),
            yearly_value: money("53144"),
            contract_value: money("106288"),
            alternatives: [("Acorn Example Care", 1, "1022"), ("PRIVATE-LOSER", 2, "1034.56")]
                .map(|(name, rank, price)| Alternative {
                    rank: Some(rank),
                    provider_name: name.to_owned(),
                    status: Admissibility::Admissible,
                    weekly_price: money(price),
                    total: None,
                    recommended: rank == 1,
                })
                .into(),
            conflicts: vec![Conflict { name: "PRIVATE-CONFLICT".to_owned(), at }],
            need: Need { parts: Vec::new(), yearly_value: money("53144"), contract_value: money("106288") },
            budget: None,
            chain: vec![
                ChainLink { kind: LinkKind::Decision, words: "Cabinet, 15 May 2019".to_owned() },
                ChainLink { kind: LinkKind::Holder, words: "Asha Private held the post".to_owned() },
            ],
            evaluation_digest: None,
        }
    }

    #[test]
    fn the_public_version_holds_what_anybody_may_know_and_nothing_private() {
        let page = html(&public(&decided(AwardState::Approved)).unwrap()).unwrap();
        for told in ["Acorn Example Care", "53,144.00", "Assistant Director", "Cabinet", "ST16", "ranked 2"] {
            assert!(page.contains(told), "{told} is not in it");
        }
        for private in ["PRIVATE", "Asha", "1,034.56", "1,022"] {
            assert!(!page.contains(private), "{private} is in it");
        }
        let written =
            Decided { public_reason: Some("Best value.".to_owned()), ..decided(AwardState::Approved) };
        assert!(html(&public(&written).unwrap()).unwrap().contains("Best value."));
    }

    #[test]
    fn the_private_version_holds_all_of_it() {
        let page = html(&private(&decided(AwardState::Declined), "abc123", None)).unwrap();
        for told in [
            "PRIVATE-REASON",
            "PRIVATE-DRAFTER",
            "PRIVATE-MARKER",
            "PRIVATE-OPENER",
            "PRIVATE-RECOMMENDER",
            "PRIVATE-URGENCY",
            "PRIVATE-ESCALATION",
            "PRIVATE-LOSER",
            "PRIVATE-CONFLICT",
            "Asha Private",
            "abc123",
        ] {
            assert!(page.contains(told), "{told} is not in it");
        }
    }

    #[test]
    fn only_an_award_is_published() {
        for state in [AwardState::Returned, AwardState::Declined, AwardState::Waiting] {
            assert_eq!(public(&decided(state)).unwrap_err().code, Code::NotPublic, "{state:?}");
        }
    }

    #[test]
    fn what_is_kept_is_read_again_the_same() {
        let decided = decided(AwardState::Approved);
        let kept = keep(AwardId::new(), OpportunityId::new(), &decided).unwrap();
        assert_eq!(read(&kept).unwrap(), decided);
    }
}

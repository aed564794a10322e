//! Instruments as they are entered, and what is found amiss.

use super::*;
use crate::domain::delegation::{FindingKind, findings};

const TODAY: &str = "2026-12-07";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// Cabinet → Director, without limit, who may pass it on twice; three more posts; two categories.
struct Council {
    scheme: Scheme,
    market: MarketId,
    posts: [PostId; 4],
    categories: [CategoryId; 2],
    /// Who enters instruments.
    officer: AccountId,
}

const TITLES: [&str; 4] = ["Director", "Assistant Director", "Lead Commissioner", "Team Manager"];

impl Council {
    fn new() -> Self {
        let (market, authority) = (MarketId::new(), AuthorityId::new());
        let posts = std::array::from_fn(|_| PostId::new());
        let categories = std::array::from_fn(|_| CategoryId::new());
        let cabinet = decision::Model {
            id: DecisionId::new(),
            market_id: market,
            slug: "cabinet".to_owned(),
            body: "Cabinet".to_owned(),
            taken_on: day("2019-05-15"),
            title: "Supported Living".to_owned(),
            reference: "minute 7".to_owned(),
            public: true,
            document: None,
            entered_by: None,
        };
        let mut council = Self {
            scheme: Scheme {
                posts: posts
                    .iter()
                    .zip(TITLES)
                    .map(|(id, title)| post::Model {
                        id: *id,
                        authority_id: authority,
                        slug: slug_of(title),
                        title: title.to_owned(),
                        entered_by: None,
                    })
                    .collect(),
                categories: categories.iter().copied().zip(["Living", "Days"].map(str::to_owned)).collect(),
                decisions: vec![cabinet],
                ..Scheme::default()
            },
            market,
            posts,
            categories,
            officer: AccountId::new(),
        };
        for (place, name) in ["Dana", "Asha", "Lee", "Mo"].into_iter().enumerate() {
            council.hold(place, name);
        }
        let from_cabinet = NewDelegation {
            from_decision_id: council.scheme.decisions.first().map(|d| d.id),
            from_post_id: None,
            levels: Some(2),
            may_pass_on: true,
            valid_from: day("2019-07-01"),
            ..council.passing(0, 0)
        };
        council.enter(from_cabinet).unwrap();
        council
    }

    fn hold(&mut self, post: usize, name: &str) {
        let row = holder::Model {
            id: HolderId::new(),
            post_id: self.posts[post],
            account_id: AccountId::new(),
            tenure: Tenure::Substantive,
            from: day("2020-01-06"),
            to: None,
            entered_by: None,
            ended_by: None,
        };
        self.scheme.holders.push(Holder { row, name: name.to_owned() });
    }

    /// From one post to another, without limit, not to be passed on.
    fn passing(&self, from: usize, to: usize) -> NewDelegation {
        NewDelegation {
            from_decision_id: None,
            from_post_id: Some(self.posts[from]),
            to_post_id: self.posts[to],
            limit_yearly: None,
            limit_contract: None,
            categories: Vec::new(),
            kinds: Vec::new(),
            may_pass_on: false,
            levels: None,
            valid_from: day(TODAY),
            valid_to: None,
            conditions: None,
            reason: "Decided.".to_owned(),
        }
    }

    /// Enters it, so that it stands: its id.
    fn enter(&mut self, new: NewDelegation) -> Result<DelegationId, Refusal> {
        let (id, change) = enter_delegation(&self.scheme, self.market, self.officer, new, day(TODAY))?;
        for write in change.writes {
            let crate::domain::change::Write::Insert(crate::domain::change::Row::Delegation(row)) = write
            else {
                panic!("a delegation is inserted")
            };
            self.scheme.delegations.push(*row);
        }
        Ok(id)
    }

    fn refused(&mut self, new: NewDelegation) -> (Code, Vec<String>, String) {
        let why = self.enter(new).unwrap_err();
        let fields = why.faults.iter().map(|fault| fault.field.clone()).collect();
        (why.code, fields, why.detail.into_owned())
    }

    fn amiss(&self) -> Vec<(FindingKind, String)> {
        findings(&self.scheme, self.market, day(TODAY)).into_iter().map(|f| (f.kind, f.words)).collect()
    }
}

#[test]
fn passing_on_never_widens_in_value_category_kind_or_level() {
    let mut at = Council::new();
    at.scheme.delegations[0].limit_yearly = Some(money("100000"));
    at.scheme.delegations[0].categories.0 = vec![at.categories[0]];
    at.scheme.delegations[0].kinds.0 = vec![DecisionKind::Award, DecisionKind::Extension];
    let (code, fields, words) = at.refused(at.passing(0, 1));
    assert_eq!(code, Code::DelegationWidens);
    assert_eq!(fields, ["limit_yearly", "categories", "kinds"]);
    assert_eq!(
        words,
        "This would pass on more than the Director has: no limit a year is more than the £100,000.00 of \
         “2026-12-07/1”, “2026-12-07/1” covers Living only and “2026-12-07/1” covers awards and extensions only."
    );
    let within = |at: &Council| NewDelegation {
        limit_yearly: Some(money("100000")),
        categories: vec![at.categories[0]],
        kinds: vec![DecisionKind::Award],
        ..at.passing(0, 1)
    };
    for (wider, field) in [
        (NewDelegation { limit_yearly: Some(money("100000.01")), ..within(&at) }, "limit_yearly"),
        (NewDelegation { categories: at.categories.to_vec(), ..within(&at) }, "categories"),
        (NewDelegation { kinds: vec![DecisionKind::Variation], ..within(&at) }, "kinds"),
        (NewDelegation { may_pass_on: true, levels: Some(2), ..within(&at) }, "levels"),
        (NewDelegation { may_pass_on: true, ..within(&at) }, "levels"),
    ] {
        let (code, fields, words) = at.refused(wider);
        assert_eq!(
            (code, fields.as_slice()),
            (Code::DelegationWidens, [field.to_owned()].as_slice()),
            "{words}"
        );
    }
    let once = NewDelegation { may_pass_on: true, levels: Some(1), ..within(&at) };
    at.enter(once).unwrap();
    let again = NewDelegation { limit_yearly: Some(money("5")), ..within(&at) };
    at.enter(NewDelegation { from_post_id: Some(at.posts[1]), to_post_id: at.posts[2], ..again.clone() })
        .unwrap();
    let (code, ..) =
        at.refused(NewDelegation { from_post_id: Some(at.posts[2]), to_post_id: at.posts[3], ..again });
    assert_eq!(code, Code::DelegationWidens);
    assert!(!at.amiss().iter().any(|(kind, _)| *kind == FindingKind::Widens), "{:?}", at.amiss());
}

#[test]
fn what_was_not_handed_down_is_not_passed_on() {
    let mut at = Council::new();
    let (code, _, words) = at.refused(at.passing(1, 2));
    assert_eq!(code, Code::DelegationWidens);
    assert!(words.contains("nothing in force is delegated to the Assistant Director"), "{words}");
    // What is over is handed down no more.
    at.scheme.delegations[0].revoked_on = Some(day(TODAY));
    assert_eq!(at.refused(at.passing(0, 1)).0, Code::DelegationWidens);
}

#[test]
fn a_circle_is_refused_and_told_from_above() {
    let mut at = Council::new();
    at.enter(NewDelegation { may_pass_on: true, levels: Some(1), ..at.passing(0, 1) }).unwrap();
    let (code, _, words) = at.refused(at.passing(1, 0));
    assert_eq!(code, Code::DelegationCircular);
    assert!(words.contains("circle: Assistant Director → Director → Assistant Director."), "{words}");
    assert_eq!(at.refused(at.passing(1, 1)).0, Code::DelegationCircular);
    // One that came by a file is found.
    let mut round = at.scheme.delegations[1].clone();
    (round.from_post_id, round.to_post_id, round.id) = (Some(at.posts[1]), at.posts[0], DelegationId::new());
    at.scheme.delegations.push(round);
    let amiss = at.amiss();
    assert_eq!(amiss.iter().filter(|(kind, _)| *kind == FindingKind::Circle).count(), 1, "{amiss:?}");
}

#[test]
fn gaps_in_time_are_told_to_the_day() {
    let mut at = Council::new();
    at.scheme.delegations[0].valid_from = day("2026-12-20");
    at.scheme.delegations[0].valid_to = Some(day("2027-03-31"));
    at.enter(NewDelegation { valid_to: Some(day("2027-05-31")), ..at.passing(0, 1) }).unwrap();
    let gaps: Vec<_> = at.amiss().into_iter().filter(|(kind, _)| *kind == FindingKind::Gap).collect();
    assert_eq!(gaps.len(), 2, "{gaps:?}");
    let told = gaps.iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join(" ");
    assert!(told.contains("from Monday 7 December 2026 to Saturday 19 December 2026"), "{told}");
    assert!(told.contains("from Thursday 1 April 2027 to Monday 31 May 2027"), "{told}");
    // Another from the decision that takes over the day after closes the second gap.
    let mut next = at.scheme.delegations[0].clone();
    (next.id, next.slug) = (DelegationId::new(), "next".to_owned());
    (next.valid_from, next.valid_to) = (day("2027-04-01"), None);
    at.scheme.delegations.push(next);
    let gaps = at.amiss().into_iter().filter(|(kind, _)| *kind == FindingKind::Gap).count();
    assert_eq!(gaps, 1);
    assert!(!at.amiss().iter().any(|(kind, _)| *kind == FindingKind::Overlap), "{:?}", at.amiss());
}

#[test]
fn overlaps_vacancies_and_what_nobody_reaches_are_told() {
    let mut at = Council::new();
    assert_eq!(at.amiss(), []);
    at.scheme.delegations[0].limit_yearly = Some(money("100000"));
    at.scheme.delegations[0].kinds.0 = vec![DecisionKind::Award];
    let told: Vec<_> = at.amiss().into_iter().map(|(_, words)| words).collect();
    assert_eq!(
        told,
        [
            "Above £100,000.00 a year nobody may decide awards in this market today.",
            "No post may decide block contracts, variations, extensions, exceptional prices, direct awards and \
             suspensions in this market today.",
        ]
    );
    at.scheme.holders.remove(0);
    let told: Vec<_> = at.amiss().into_iter().filter(|(kind, _)| *kind == FindingKind::Vacant).collect();
    assert_eq!(told.len(), 1);
    assert!(at.amiss().iter().any(|(_, words)| words.contains("Nobody holds a post that may decide awards")));
    at.hold(0, "Dana");
    at.hold(0, "Robin");
    let mut other = at.scheme.delegations[0].clone();
    (other.id, other.slug) = (DelegationId::new(), "other".to_owned());
    at.scheme.delegations.push(other);
    let told: Vec<_> = at.amiss().into_iter().filter(|(kind, _)| *kind == FindingKind::Overlap).collect();
    assert_eq!(told.len(), 2, "{told:?}");
}

#[test]
fn a_revocation_is_dated_reasoned_and_never_put_off() {
    let at = Council::new();
    let delegation_id = at.scheme.delegations[0].id;
    let said =
        |on: &str, reason: &str| Revocation { delegation_id, revoked_on: day(on), reason: reason.to_owned() };
    let of = |scheme: &Scheme, said| revoke(scheme, at.market, at.officer, said).map(|(id, _)| id);
    assert_eq!(of(&at.scheme, said(TODAY, "")).unwrap_err().code, Code::InvalidField);
    assert_eq!(of(&at.scheme, said("2019-06-30", "Why")).unwrap_err().code, Code::InvalidField);
    assert_eq!(of(&at.scheme, said(TODAY, "Why")).unwrap(), delegation_id);
    let mut scheme = at.scheme.clone();
    scheme.delegations[0].revoked_on = Some(day("2026-12-31"));
    assert_eq!(of(&scheme, said("2027-01-01", "Why")).unwrap_err().code, Code::AlreadyRevoked);
    assert_eq!(of(&scheme, said("2026-12-31", "Why")).unwrap_err().code, Code::AlreadyRevoked);
    assert!(of(&scheme, said("2026-12-30", "Why")).is_ok(), "it is brought forward");
    let elsewhere = revoke(&at.scheme, MarketId::new(), at.officer, said(TODAY, "Why"));
    assert_eq!(elsewhere.unwrap_err().code, Code::NotFound);
}

#[test]
fn slugs_of_the_product_never_meet_those_of_a_file() {
    assert_eq!(next_slug([].into_iter(), day(TODAY)), "2026-12-07/1");
    let taken = ["2026-12-07/9", "2026-12-06/12", "cabinet"];
    assert_eq!(next_slug(taken.into_iter(), day(TODAY)), "2026-12-07/10");
    assert_eq!(slug_of("Team Manager (North)"), "team-manager-north");
    assert_eq!(slug_of("24/7 Duty Manager"), "duty-manager");
}

#[test]
fn a_document_is_on_the_web_and_safe_to_link_to() {
    for right in ["https://moderngov.staffordshire.gov.uk/ieDecisionDetails.aspx?AIId=9", "https://a.example"]
    {
        assert!(is_document(right), "{right}");
    }
    for wrong in [
        "http://a.example",
        "javascript:alert(1)",
        "https://",
        "https://nodots",
        "https://who@a.example",
        "https://a.example/ space",
        "https://a.example/\"onclick=",
    ] {
        assert!(!is_document(wrong), "{wrong}");
    }
    assert!(!is_document(&format!("https://a.example/{}", "a".repeat(500))));
}

#[test]
fn names_of_categories_are_cited() {
    let mut at = Council::new();
    let new = NewDelegation {
        categories: vec![at.categories[1]],
        kinds: vec![DecisionKind::DirectAward],
        may_pass_on: true,
        levels: Some(1),
        conditions: Some("after advice".to_owned()),
        ..at.passing(0, 1)
    };
    at.enter(new).unwrap();
    assert_eq!(
        at.scheme.cite_delegation(&at.scheme.delegations[1]),
        "Director → Assistant Director: without limit of value, for direct awards in Days only, from Monday 7 \
         December 2026, may be passed on once only, on the condition “after advice” (2026-12-07/2)"
    );
}

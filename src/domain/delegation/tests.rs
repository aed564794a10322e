use super::*;
use entity::vocabulary::{AuthorityId, DecisionId, DelegationId, HolderId};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn asked(market: MarketId, on: Day, yearly: Money, whole: Money) -> Asked {
    Asked { kind: DecisionKind::Award, market, category: CategoryId::new(), on, yearly, whole }
}

const TODAY: &str = "2026-12-07";

/// Cabinet → Director → Assistant Director (£150,000) and Lead Commissioner (£75,000), each held.
struct Staffordshire {
    scheme: Scheme,
    market: MarketId,
    director: PostId,
    assistant: PostId,
    lead: PostId,
    dana: AccountId,
    asha: AccountId,
    lee: AccountId,
}

fn delegation(
    market: MarketId,
    slug: &str,
    from: Result<DecisionId, PostId>,
    to: PostId,
    limit: Option<&str>,
) -> delegation::Model {
    delegation::Model {
        id: DelegationId::new(),
        market_id: market,
        slug: slug.to_owned(),
        from_decision_id: from.ok(),
        from_post_id: from.err(),
        to_post_id: to,
        limit_yearly: limit.map(money),
        limit_contract: None,
        categories: delegation::Categories::default(),
        kinds: delegation::Kinds::default(),
        may_pass_on: limit.is_none(),
        levels: None,
        valid_from: day("2019-07-01"),
        valid_to: None,
        revoked_on: None,
        revoked_by: None,
        revoked_reason: None,
        conditions: None,
        illustrative: limit.is_some(),
        entered_by: None,
    }
}

fn hold(post: PostId, account: AccountId, name: &str) -> Holder {
    let row = holder::Model {
        id: HolderId::new(),
        post_id: post,
        account_id: account,
        tenure: Tenure::Substantive,
        from: day("2020-01-06"),
        to: None,
        entered_by: None,
        ended_by: None,
    };
    Holder { row, name: name.to_owned() }
}

impl Staffordshire {
    fn new() -> Self {
        let market = MarketId::new();
        let authority = AuthorityId::new();
        let cabinet = decision::Model {
            id: DecisionId::new(),
            market_id: market,
            authority_id: authority,
            slug: "cabinet-2019".to_owned(),
            body: "Cabinet".to_owned(),
            taken_on: day("2019-05-15"),
            title: "Supported Living in Staffordshire".to_owned(),
            reference: "recommendation (c)".to_owned(),
            public: true,
            document: None,
            entered_by: None,
        };
        let (director, assistant, lead) = (PostId::new(), PostId::new(), PostId::new());
        let (dana, asha, lee) = (AccountId::new(), AccountId::new(), AccountId::new());
        let post = |id, title: &str| post::Model {
            id,
            authority_id: authority,
            slug: title.to_lowercase(),
            title: title.to_owned(),
            entered_by: None,
        };
        let scheme = Scheme {
            partner: None,
            posts: vec![
                post(director, "Director"),
                post(assistant, "Assistant Director"),
                post(lead, "Lead Commissioner"),
            ],
            holders: vec![
                hold(director, dana, "Dana Okafor"),
                hold(assistant, asha, "Asha Patel"),
                hold(lead, lee, "Lee Marsh"),
            ],
            delegations: vec![
                delegation(market, "d1", Ok(cabinet.id), director, None),
                delegation(market, "d2", Err(director), assistant, Some("150000")),
                delegation(market, "d3", Err(director), lead, Some("75000")),
            ],
            decisions: vec![cabinet],
            categories: BTreeMap::new(),
        };
        Self { scheme, market, director, assistant, lead, dana, asha, lee }
    }

    fn chain(&self, post: PostId, yearly: &str) -> Result<Vec<ChainLink>, String> {
        let value = money(yearly);
        chain_for(&self.scheme, post, &asked(self.market, day(TODAY), value, value))
            .map_err(|why| why.to_string())
    }

    fn why_not(&self, post: PostId, yearly: &str) -> String {
        self.chain(post, yearly).unwrap_err()
    }

    fn titles(&self, yearly: &str) -> Vec<String> {
        let value = money(yearly);
        approvers(&self.scheme, &asked(self.market, day(TODAY), value, value))
            .into_iter()
            .map(|a| format!("{}{}", a.title, if a.chain.is_ok() { "" } else { " ✘" }))
            .collect()
    }

    fn authority(&self, account: AccountId, yearly: &str) -> Result<Authority, Refusal> {
        let value = money(yearly);
        authority_of(&self.scheme, account, &asked(self.market, day(TODAY), value, value))
    }
}

#[test]
fn an_approval_cites_its_whole_chain() {
    let at = Staffordshire::new();
    let authority = at.authority(at.lee, "62114").unwrap();
    assert_eq!((authority.post, authority.title.as_str()), (at.lead, "Lead Commissioner"));
    let words: Vec<_> = authority.chain.0.iter().map(|link| link.words.as_str()).collect();
    assert_eq!(
        words,
        [
            "Cabinet, Wednesday 15 May 2019: Supported Living in Staffordshire (recommendation (c))",
            "Cabinet → Director: without limit of value, from Monday 1 July 2019, may be passed on (d1)",
            "Director → Lead Commissioner: up to £75,000.00 a year, from Monday 1 July 2019, may not be passed on, illustrative (d3)",
            "Lee Marsh held the post of Lead Commissioner on Monday 7 December 2026, substantively, from Monday 6 January 2020",
        ]
    );
    let kinds: Vec<_> = authority.chain.0.iter().map(|link| link.kind).collect();
    assert_eq!(kinds, [LinkKind::Decision, LinkKind::Delegation, LinkKind::Delegation, LinkKind::Holder]);
}

#[test]
fn a_request_goes_up_to_the_least_limit_that_suffices() {
    let at = Staffordshire::new();
    for (yearly, titles) in [
        ("75000", ["Lead Commissioner", "Assistant Director", "Director"]),
        ("75000.01", ["Assistant Director", "Director", "Lead Commissioner ✘"]),
        ("150000.01", ["Director", "Lead Commissioner ✘", "Assistant Director ✘"]),
    ] {
        assert_eq!(at.titles(yearly), titles, "{yearly}");
    }
    assert_eq!(
        at.why_not(at.lead, "82000"),
        "The delegation from the Director to the Lead Commissioner does not reach: its limit of £75,000.00 a year is below £82,000.00."
    );
    assert_eq!(at.authority(at.lee, "82000").unwrap_err().code, Code::NoAuthority);
    assert_eq!(at.authority(at.asha, "82000").unwrap().post, at.assistant);
}

#[test]
fn a_limit_by_the_whole_contract_holds_as_well() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[2].limit_contract = Some(money("100000"));
    let ask = |whole: &str| {
        chain_for(&at.scheme, at.lead, &asked(at.market, day(TODAY), money("60000"), money(whole)))
    };
    assert!(ask("100000").is_ok());
    assert_eq!(
        ask("120000").unwrap_err().to_string(),
        "The delegation from the Director to the Lead Commissioner does not reach: its limit of £100,000.00 over the whole contract is below £120,000.00."
    );
}

#[test]
fn what_is_passed_on_is_never_wider_than_what_was_handed_down() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[0].limit_yearly = Some(money("60000"));
    at.scheme.delegations[2].limit_yearly = None;
    assert_eq!(
        at.why_not(at.lead, "62114"),
        "The delegation from Cabinet to the Director does not reach: its limit of £60,000.00 a year is below £62,114.00."
    );
    assert!(at.chain(at.lead, "60000").is_ok());
}

#[test]
fn a_delegation_holds_on_its_first_and_last_day_and_on_no_other() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[2].valid_from = day("2026-04-01");
    at.scheme.delegations[2].valid_to = Some(day("2027-03-31"));
    let on = |text: &str| {
        let value = money("62114");
        chain_for(&at.scheme, at.lead, &asked(at.market, day(text), value, value))
            .map(|_| ())
            .map_err(|why| why.to_string())
    };
    assert_eq!(on("2026-04-01"), Ok(()));
    assert_eq!(on("2027-03-31"), Ok(()));
    assert_eq!(
        on("2027-04-01").unwrap_err(),
        "The delegation from the Director to the Lead Commissioner ended on Wednesday 31 March 2027."
    );
    assert_eq!(
        on("2026-03-31").unwrap_err(),
        "The delegation from the Director to the Lead Commissioner does not begin until Wednesday 1 April 2026."
    );
}

#[test]
fn a_link_revoked_above_breaks_everything_below_it_from_that_day() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[0].revoked_on = Some(day("2026-12-08"));
    assert!(at.chain(at.lead, "62114").is_ok());
    at.scheme.delegations[0].revoked_on = Some(day(TODAY));
    for post in [at.lead, at.assistant, at.director] {
        assert_eq!(
            at.why_not(post, "62114"),
            "The delegation from Cabinet to the Director was revoked on Monday 7 December 2026."
        );
    }
}

#[test]
fn what_may_not_be_passed_on_was_not() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[0].may_pass_on = false;
    assert_eq!(
        at.why_not(at.lead, "62114"),
        "The delegation from Cabinet to the Director may not be passed on."
    );
    assert!(at.chain(at.director, "62114").is_ok());
}

#[test]
fn a_broken_link_is_named() {
    let mut at = Staffordshire::new();
    at.scheme.delegations.remove(0);
    assert_eq!(at.why_not(at.lead, "62114"), "Nothing delegates power in this market to the Director.");
    let mut at = Staffordshire::new();
    at.scheme.decisions.clear();
    assert_eq!(
        at.why_not(at.lead, "62114"),
        "The delegation to the Director rests on no decision or post on record."
    );
    let mut at = Staffordshire::new();
    at.scheme.decisions[0].taken_on = day("2027-01-20");
    assert_eq!(
        at.why_not(at.lead, "62114"),
        "The decision of Cabinet on which it rests is dated Wednesday 20 January 2027, which is later."
    );
    let mut at = Staffordshire::new();
    at.scheme.delegations[2].from_decision_id = Some(at.scheme.decisions[0].id);
    assert!(at.why_not(at.lead, "62114").contains("rests on no decision or post on record"));
}

#[test]
fn another_markets_delegation_gives_nothing_here() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[2].market_id = MarketId::new();
    assert_eq!(
        at.why_not(at.lead, "62114"),
        "Nothing delegates power in this market to the Lead Commissioner."
    );
    assert_eq!(at.titles("62114"), ["Assistant Director", "Director"]);
}

#[test]
fn delegations_in_a_circle_end_in_a_break() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[0] = delegation(at.market, "d1", Err(at.lead), at.director, None);
    at.scheme.delegations[2].may_pass_on = true;
    assert_eq!(
        at.why_not(at.lead, "62114"),
        "The delegations to the Director go round in a circle and come from no decision."
    );
    at.scheme.delegations.push(delegation(at.market, "d4", Err(at.lead), at.lead, None));
    assert!(at.why_not(at.lead, "62114").contains("circle"));
}

#[test]
fn a_circle_beside_a_good_chain_does_no_harm() {
    let mut at = Staffordshire::new();
    at.scheme.delegations[2].may_pass_on = true;
    at.scheme.delegations.push(delegation(at.market, "d0", Err(at.lead), at.director, Some("1000000")));
    assert!(at.chain(at.lead, "62114").is_ok());
    assert!(at.chain(at.director, "62114").is_ok());
}

#[test]
fn of_two_delegations_the_one_that_reaches_is_cited() {
    let mut at = Staffordshire::new();
    let mut expired = delegation(at.market, "d0", Err(at.director), at.lead, Some("500000"));
    expired.valid_to = Some(day("2021-06-30"));
    at.scheme.delegations.push(expired);
    assert!(at.chain(at.lead, "62114").unwrap()[2].words.ends_with("(d3)"));
    assert!(at.why_not(at.lead, "82000").contains("£75,000.00"), "the live limit is the reason told");
}

#[test]
fn a_post_that_nobody_holds_stops_the_approval_and_it_goes_up() {
    let mut at = Staffordshire::new();
    at.scheme.holders[2].row.to = Some(day("2026-12-06"));
    assert_eq!(at.titles("62114"), ["Assistant Director", "Director", "Lead Commissioner ✘"]);
    let value = money("62114");
    let all = approvers(&at.scheme, &asked(at.market, day(TODAY), value, value));
    assert_eq!(
        all[2].chain.as_ref().unwrap_err().to_string(),
        "Nobody holds the post of Lead Commissioner on Monday 7 December 2026, so the request goes to the Assistant Director."
    );
    assert!(all[2].holders.is_empty());
    assert_eq!(all[0].holders[0].name, "Asha Patel");
    assert_eq!(
        at.authority(at.lee, "62114").unwrap_err().detail,
        "You hold no post with delegated power on Monday 7 December 2026."
    );
}

#[test]
fn cover_for_a_post_counts_and_is_cited_as_cover() {
    let mut at = Staffordshire::new();
    let mut cover = hold(at.assistant, at.lee, "Lee Marsh");
    cover.row.tenure = Tenure::AbsenceCover;
    cover.row.from = day("2026-12-01");
    cover.row.to = Some(day("2026-12-07"));
    at.scheme.holders.push(cover);
    let authority = at.authority(at.lee, "82000").unwrap();
    assert_eq!(authority.post, at.assistant);
    assert_eq!(
        authority.chain.0[3].words,
        "Lee Marsh held the post of Assistant Director on Monday 7 December 2026, as absence cover, from Tuesday 1 December 2026 to Monday 7 December 2026"
    );
    assert_eq!(at.authority(at.lee, "62114").unwrap().post, at.lead, "the least that suffices");
    let why = at.authority(at.lee, "200000").unwrap_err();
    assert_eq!(why.faults.len(), 2);
    assert_eq!(at.authority(at.dana, "200000").unwrap().post, at.director);
}

#[test]
fn nobody_approves_what_they_drafted_marked_opened_or_recommended() {
    let [approver, drafter, marker, opener, conflicted, recommender] =
        std::array::from_fn(|_| AccountId::new());
    let parts = Parts {
        drafted_by: drafter,
        markers: &[marker],
        openers: &[opener],
        conflicted: &[conflicted],
        recommended_by: recommender,
    };
    assert_eq!(check_four_eyes(approver, &parts), Ok(()));
    for (who, words) in [
        (drafter, "You drafted the package, so another person must decide."),
        (marker, "You marked its bids, so another person must decide."),
        (opener, "You opened its prices, so another person must decide."),
        (conflicted, "You declared an interest in a bidder, so another person must decide."),
        (recommender, "You recommended the award, so another person must decide."),
    ] {
        let refusal = check_four_eyes(who, &parts).unwrap_err();
        assert_eq!((refusal.code, refusal.detail.as_ref()), (Code::FourEyes, words));
    }
    let all = Parts { markers: &[drafter], openers: &[], recommended_by: drafter, ..parts };
    let all = check_four_eyes(drafter, &all).unwrap_err();
    assert!(all.detail.contains("drafted the package and marked its bids and recommended"));
}

//! The scheme of delegation against a reference that is written as simply as possible: it lists every way from a
//! decision down to a post, and asks of each way every condition by itself. The two share no code.

use super::*;
use entity::vocabulary::{AuthorityId, DecisionId, DelegationId, HolderId};

/// On how many schemes the verdicts are compared, in two tests that run side by side.
const SCHEMES: u64 = 100_000;
const HALF: u64 = SCHEMES / 2;
/// On how many schemes each other property is tried.
const SOME: u64 = 20_000;

// ---- the reference ----

/// Every way from above down to a post that goes over no post twice, highest delegation first.
fn ways<'a>(scheme: &'a Scheme, to: PostId, below: &[PostId]) -> Vec<Vec<&'a delegation::Model>> {
    let mut all = Vec::new();
    let posts: Vec<_> = below.iter().copied().chain([to]).collect();
    for last in scheme.delegations.iter().filter(|d| d.to_post_id == to) {
        if last.from_decision_id.is_some() {
            all.push(vec![last]);
        }
        if let Some(giver) = last.from_post_id
            && !posts.contains(&giver)
        {
            for mut way in ways(scheme, giver, &posts) {
                way.push(last);
                all.push(way);
            }
        }
    }
    all
}

/// Whether a way empowers: every condition, one after another.
fn empowers(scheme: &Scheme, way: &[&delegation::Model], asked: &Asked) -> bool {
    let Some(first) = way.first() else { return false };
    let Some(decision) = scheme.decisions.iter().find(|d| Some(d.id) == first.from_decision_id) else {
        return false;
    };
    if decision.market_id != asked.market || decision.taken_on > asked.on {
        return false;
    }
    for (place, link) in way.iter().enumerate() {
        let follow = way.len() - place - 1;
        if link.market_id != asked.market {
            return false;
        }
        if link.valid_from > asked.on {
            return false;
        }
        if matches!(link.valid_to, Some(last) if asked.on > last) {
            return false;
        }
        if matches!(link.revoked_on, Some(day) if asked.on >= day) {
            return false;
        }
        if matches!(link.limit_yearly, Some(limit) if asked.yearly > limit) {
            return false;
        }
        if matches!(link.limit_contract, Some(limit) if asked.whole > limit) {
            return false;
        }
        if !link.kinds.0.is_empty() && !link.kinds.0.contains(&asked.kind) {
            return false;
        }
        if !link.categories.0.is_empty() && !link.categories.0.contains(&asked.category) {
            return false;
        }
        if follow > 0 && !link.may_pass_on {
            return false;
        }
        if matches!(link.levels, Some(levels) if follow > usize::try_from(levels).unwrap()) {
            return false;
        }
    }
    true
}

fn has_power(scheme: &Scheme, post: PostId, asked: &Asked) -> bool {
    ways(scheme, post, &[]).iter().any(|way| empowers(scheme, way, asked))
}

fn holds_post(scheme: &Scheme, account: AccountId, post: PostId, on: Day) -> bool {
    scheme.holders.iter().any(|holder| {
        holder.row.account_id == account
            && holder.row.post_id == post
            && holder.row.from <= on
            && !matches!(holder.row.to, Some(last) if on > last)
    })
}

// ---- schemes, seeded ----

/// Chance from a seed, the same on every machine (SplitMix64: it is quick without optimisation).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From the first to the last, both among them.
    fn from(&mut self, first: i64, last: i64) -> i64 {
        let sides = u64::try_from(last - first + 1).unwrap();
        first + i64::try_from(self.throw() % sides).unwrap()
    }

    /// Once in so many throws.
    fn once_in(&mut self, throws: u64) -> bool {
        self.throw().is_multiple_of(throws)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.throw()).unwrap() % all.len()]
    }

    /// Mostly none, which stands for all.
    fn some_of<T: Copy>(&mut self, all: &[T]) -> Vec<T> {
        if !self.once_in(5) {
            return Vec::new();
        }
        all.iter().copied().filter(|_| self.once_in(2)).collect()
    }
}

/// A scheme, and what may be asked of it.
struct Drawn {
    scheme: Scheme,
    market: MarketId,
    accounts: [AccountId; 3],
}

fn day(n: i64) -> Day {
    const FIRST: jiff::civil::Date = jiff::civil::date(2026, 4, 10);
    Day(FIRST).plus_days(n)
}

fn pounds_of(n: i64) -> Money {
    Money::from_ten_thousandths(n * 10_000)
}

fn id(n: u128) -> sea_orm::prelude::Uuid {
    sea_orm::prelude::Uuid::from_u128(n)
}

const KINDS: [DecisionKind; 3] = [DecisionKind::Award, DecisionKind::DirectAward, DecisionKind::Extension];

fn categories() -> [CategoryId; 2] {
    [CategoryId(id(31)), CategoryId(id(32))]
}

/// Few days, few sums, few posts: so that edges are met, and ways cross.
fn draw(dice: &mut Dice) -> Drawn {
    let (market, other, authority) = (MarketId(id(1)), MarketId(id(2)), AuthorityId(id(3)));
    let accounts = [AccountId(id(41)), AccountId(id(42)), AccountId(id(43))];
    let mut scheme = Scheme::default();
    for n in 0..dice.from(3, 5) {
        scheme.posts.push(post::Model {
            id: PostId(id(100 + n as u128)),
            authority_id: authority,
            slug: String::new(),
            title: format!("P{n}"),
            entered_by: None,
        });
    }
    for n in 0..dice.from(1, 2) {
        scheme.decisions.push(decision::Model {
            id: DecisionId(id(200 + n as u128)),
            market_id: if dice.once_in(16) { other } else { market },
            slug: String::new(),
            body: "Cabinet".to_owned(),
            taken_on: day(dice.from(-4, 1)),
            title: String::new(),
            reference: String::new(),
            public: true,
            document: None,
            entered_by: None,
        });
    }
    for n in 0..dice.from(3, 9) {
        let of = if dice.once_in(20) { other } else { market };
        let drawn = link(dice, &scheme, of, n);
        scheme.delegations.push(drawn);
    }
    for n in 0..dice.from(0, 5) {
        let row = holder::Model {
            id: HolderId(id(400 + n as u128)),
            post_id: one_post(dice, &scheme),
            account_id: dice.one_of(&accounts),
            tenure: dice.one_of(Tenure::ALL),
            from: day(dice.from(-1, 2)),
            to: dice.once_in(2).then(|| day(dice.from(1, 4))),
            entered_by: None,
            ended_by: None,
        };
        scheme.holders.push(Holder { row, name: "Somebody".to_owned() });
    }
    Drawn { scheme, market, accounts }
}

fn one_post(dice: &mut Dice, scheme: &Scheme) -> PostId {
    let place = usize::try_from(dice.throw()).unwrap() % scheme.posts.len();
    scheme.posts[place].id
}

fn link(dice: &mut Dice, scheme: &Scheme, market: MarketId, n: i64) -> delegation::Model {
    let decisions: Vec<_> = scheme.decisions.iter().map(|d| d.id).collect();
    let decision = dice.once_in(3).then(|| dice.one_of(&decisions));
    let giver = one_post(dice, scheme);
    let limit = |dice: &mut Dice| dice.once_in(4).then(|| pounds_of(dice.from(1, 4)));
    let may_pass_on = !dice.once_in(6);
    delegation::Model {
        id: DelegationId(id(300 + n as u128)),
        market_id: market,
        slug: format!("d{n}"),
        from_decision_id: decision,
        from_post_id: decision.is_none().then_some(giver),
        to_post_id: one_post(dice, scheme),
        limit_yearly: limit(dice),
        limit_contract: limit(dice),
        categories: delegation::Categories(dice.some_of(&categories())),
        kinds: delegation::Kinds(dice.some_of(&KINDS)),
        may_pass_on,
        levels: (may_pass_on && dice.once_in(3)).then(|| i32::try_from(dice.from(1, 3)).unwrap()),
        valid_from: day(dice.from(-6, 1)),
        valid_to: dice.once_in(5).then(|| day(dice.from(1, 4))),
        revoked_on: dice.once_in(8).then(|| day(dice.from(0, 4))),
        revoked_by: None,
        revoked_reason: None,
        conditions: None,
        illustrative: false,
        entered_by: None,
    }
}

fn ask(dice: &mut Dice, of: &Drawn) -> Asked {
    Asked {
        kind: dice.one_of(&KINDS),
        market: of.market,
        category: dice.one_of(&categories()),
        on: day(dice.from(0, 4)),
        yearly: pounds_of(dice.from(0, 4)),
        whole: pounds_of(dice.from(0, 4)),
    }
}

/// Tries a property on so many schemes from a seed.
fn on_schemes(seed: u64, schemes: u64, mut holds: impl FnMut(&mut Dice, Drawn, Asked)) {
    let mut dice = Dice(seed);
    for _ in 0..schemes {
        let drawn = draw(&mut dice);
        let asked = ask(&mut dice, &drawn);
        holds(&mut dice, drawn, asked);
    }
}

/// The delegations that a chain cites, by the slug at the end of each link, and whether a decision stands first.
fn cited<'a>(scheme: &'a Scheme, chain: &[ChainLink]) -> Vec<&'a delegation::Model> {
    assert_eq!(chain[0].kind, LinkKind::Decision);
    let links = chain.iter().filter(|link| link.kind == LinkKind::Delegation);
    links
        .map(|link| {
            let slug = link.words.rsplit_once('(').unwrap().1.trim_end_matches(')');
            scheme.delegations.iter().find(|d| d.slug == slug).unwrap()
        })
        .collect()
}

/// What is cited is one of the ways that the reference lists, it ends at the post, and it empowers.
fn check_cited(scheme: &Scheme, post: PostId, chain: &[ChainLink], asked: &Asked) {
    let way = cited(scheme, chain);
    assert!(ways(scheme, post, &[]).contains(&way), "no way leads so: {chain:#?}");
    assert!(empowers(scheme, &way, asked), "it does not empower: {chain:#?} {asked:?}");
}

// ---- the properties ----

/// In how many schemes somebody had power, and in how many a long chain gave it, so that nothing is proved of nothing.
fn agree(seed: u64) -> (u64, u64) {
    let (mut yes, mut deep) = (0, 0);
    on_schemes(seed, HALF, |dice, drawn, asked| {
        let scheme = &drawn.scheme;
        let reference: BTreeMap<_, _> =
            scheme.posts.iter().map(|p| (p.id, has_power(scheme, p.id, &asked))).collect();
        let post = one_post(dice, scheme);
        let found = chain_for(scheme, post, &asked);
        assert_eq!(found.is_ok(), reference[&post], "{found:?} {asked:?} {scheme:#?}");
        if let Ok(chain) = &found {
            check_cited(scheme, post, chain, &asked);
        }
        let here = scheme.delegations.iter().filter(|d| d.market_id == asked.market);
        let delegated: BTreeSet<_> = here.map(|d| d.to_post_id).collect();
        let all = approvers(scheme, &asked);
        assert_eq!(all.len(), delegated.len());
        for approver in &all {
            let held = drawn.accounts.iter().filter(|a| holds_post(scheme, **a, approver.post, asked.on));
            let held: BTreeSet<_> = held.copied().collect();
            let told: BTreeSet<_> = approver.holders.iter().map(|holder| holder.account_id).collect();
            assert_eq!(held, told);
            let can = reference[&approver.post] && !held.is_empty();
            assert_eq!(approver.chain.is_ok(), can, "{approver:?} {asked:?} {scheme:#?}");
            if let Ok(chain) = &approver.chain {
                check_cited(scheme, approver.post, &chain.0, &asked);
                let links = chain.0.iter().filter(|link| link.kind == LinkKind::Delegation).count();
                deep += u64::from(links > 2);
            }
            let vacant = matches!(approver.chain, Err(Break::Vacant { .. }));
            assert_eq!(vacant, reference[&approver.post] && held.is_empty());
        }
        yes += u64::from(reference.values().any(|yes| *yes));
        // Those who can come first.
        assert!(all.is_sorted_by_key(|approver| approver.chain.is_err()));
        let account = dice.one_of(&drawn.accounts);
        let may =
            scheme.posts.iter().any(|p| holds_post(scheme, account, p.id, asked.on) && reference[&p.id]);
        let authority = authority_of(scheme, account, &asked);
        assert_eq!(authority.is_ok(), may, "{authority:?} {asked:?} {scheme:#?}");
        match authority {
            Ok(authority) => {
                check_cited(scheme, authority.post, &authority.chain.0, &asked);
                assert!(holds_post(scheme, account, authority.post, asked.on));
            }
            Err(refusal) => assert_eq!(refusal.code, Code::NoAuthority),
        }
    });
    (yes, deep)
}

fn enough((yes, deep): (u64, u64)) {
    assert!(yes > HALF / 4, "in only {yes} schemes did anybody have power");
    assert!(deep > HALF / 100, "only {deep} chains went over more than two delegations");
}

#[test]
fn the_verdicts_are_those_of_the_reference_and_what_is_cited_empowers() {
    enough(agree(1));
}

#[test]
fn the_same_of_as_many_schemes_again() {
    enough(agree(2));
}

fn powers(scheme: &Scheme, asked: &Asked) -> BTreeSet<PostId> {
    scheme.posts.iter().map(|p| p.id).filter(|p| chain_for(scheme, *p, asked).is_ok()).collect()
}

#[test]
fn another_delegation_takes_no_power_away_and_a_revocation_gives_none() {
    on_schemes(3, SOME, |dice, drawn, asked| {
        let mut scheme = drawn.scheme;
        let before = powers(&scheme, &asked);
        let more = link(dice, &scheme, drawn.market, 99);
        scheme.delegations.push(more);
        let with = powers(&scheme, &asked);
        assert!(with.is_superset(&before));
        let place = usize::try_from(dice.throw()).unwrap() % scheme.delegations.len();
        let revoked = scheme.delegations[place].revoked_on;
        let earlier = day(dice.from(0, 4));
        scheme.delegations[place].revoked_on = Some(revoked.map_or(earlier, |day| day.min(earlier)));
        assert!(with.is_superset(&powers(&scheme, &asked)));
    });
}

#[test]
fn what_is_passed_on_is_never_wider_and_a_lesser_value_never_wants_more() {
    on_schemes(4, SOME, |dice, drawn, asked| {
        let scheme = &drawn.scheme;
        let able = powers(scheme, &asked);
        for post in &able {
            // Whoever passed it on has it: for the same value, category, kind and day.
            let chain = chain_for(scheme, *post, &asked).unwrap();
            for link in cited(scheme, &chain) {
                assert!(link.from_post_id.is_none_or(|giver| able.contains(&giver)), "{chain:#?}");
            }
        }
        let mut less = |of: Money| Money::from_ten_thousandths(dice.from(0, of.ten_thousandths()));
        let lesser = Asked { yearly: less(asked.yearly), whole: less(asked.whole), ..asked };
        assert!(powers(scheme, &lesser).is_superset(&able));
    });
}

//! Who is one level up: an award to a bid that is not first is approved by a post above the least that could have
//! approved it by value.
//!
//! The least approver is the first in the order in which requests go up: the post with the least limit that suffices
//! that day, held by somebody. One level up is the post that handed the power down to it, by a delegation that reaches
//! the value that day; and any post above that one, the same way. Where several posts handed it down, each is above.
//! Power that comes straight from members has no post above it: then none can approve, and members decide.

use super::{
    delegation::{self, Approver, Asked, Authority, Scheme},
    refusal::{Code, Refusal},
};
use entity::vocabulary::*;
use std::collections::BTreeSet;

/// The level that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// The post that could have approved the award to the first.
    pub least: Option<PostId>,
    pub least_title: String,
    /// The posts above it, whether or not somebody holds them.
    pub above: BTreeSet<PostId>,
    /// Their titles, in alphabetical order.
    pub titles: Vec<String>,
}

/// The level above the least that could approve this value.
pub fn above_the_least(scheme: &Scheme, asked: &Asked) -> Level {
    let least = delegation::approvers(scheme, asked).into_iter().find(|approver| approver.chain.is_ok());
    let mut above = BTreeSet::new();
    if let Some(least) = &least {
        climb(scheme, asked, least.post, &mut above);
        // Nobody is above themselves, whatever circle the scheme has.
        above.remove(&least.post);
    }
    let mut titles: Vec<_> =
        scheme.posts.iter().filter(|post| above.contains(&post.id)).map(|post| post.title.clone()).collect();
    titles.sort();
    Level {
        least_title: least.as_ref().map(|least| least.title.clone()).unwrap_or_default(),
        least: least.map(|least| least.post),
        above,
        titles,
    }
}

/// Collects the posts from which a post's power came, by delegations that hold for what is asked.
fn climb(scheme: &Scheme, asked: &Asked, post: PostId, above: &mut BTreeSet<PostId>) {
    for link in scheme.delegations.iter().filter(|d| d.to_post_id == post && d.market_id == asked.market) {
        let Some(giver) = link.from_post_id else { continue };
        if above.contains(&giver) {
            continue;
        }
        // The scheme with no other way to this post tells whether this one holds, all the way up.
        let only = Scheme {
            delegations: scheme
                .delegations
                .iter()
                .filter(|d| d.to_post_id != post || d.id == link.id)
                .cloned()
                .collect(),
            ..scheme.clone()
        };
        if delegation::chain_for(&only, post, asked).is_ok() {
            above.insert(giver);
            climb(scheme, asked, giver, above);
        }
    }
}

/// On what authority this person may approve where one level up is needed.
///
/// # Errors
/// `no_authority` where they could not approve even the first; `level_too_low` where they could, but are not above.
pub fn authority_above(scheme: &Scheme, account: AccountId, asked: &Asked) -> Result<Authority, Refusal> {
    let own = delegation::authority_of(scheme, account, asked)?;
    let level = above_the_least(scheme, asked);
    let only_above = Scheme {
        holders: scheme.holders.iter().filter(|h| level.above.contains(&h.row.post_id)).cloned().collect(),
        ..scheme.clone()
    };
    delegation::authority_of(&only_above, account, asked).map_err(|_| {
        let who = match level.titles.as_slice() {
            [] => "no post stands above it, so members decide".to_owned(),
            titles => format!("that is {}", titles.join(" or ")),
        };
        Refusal::new(
            Code::LevelTooLow,
            format!(
                "This award is to a bid that is not first, so it needs somebody one level above the {}: {who}. Your \
                 post is {}.",
                level.least_title, own.title
            ),
        )
    })
}

/// Every post, with why it cannot where it is not high enough.
pub fn approvers(scheme: &Scheme, asked: &Asked) -> Vec<(Approver, Option<String>)> {
    let level = above_the_least(scheme, asked);
    delegation::approvers(scheme, asked)
        .into_iter()
        .map(|approver| {
            let low = approver.chain.is_ok() && !level.above.contains(&approver.post);
            let why = low.then(|| {
                format!(
                    "The award is to a bid that is not first, so it needs a post above the {}.",
                    level.least_title
                )
            });
            (approver, why)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{decision, delegation as link, holder, post};

    const TODAY: &str = "2026-12-07";

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    /// Cabinet → Director → Assistant Director (£150,000) → Manager (£40,000); Director → Lead (£75,000).
    struct Council {
        scheme: Scheme,
        market: MarketId,
        people: Vec<AccountId>,
    }

    const POSTS: [&str; 4] = ["Director", "Assistant Director", "Lead Commissioner", "Manager"];

    impl Council {
        fn new() -> Self {
            let (market, authority) = (MarketId::new(), AuthorityId::new());
            let cabinet = decision::Model {
                id: DecisionId::new(),
                market_id: market,
                slug: "cabinet".to_owned(),
                body: "Cabinet".to_owned(),
                taken_on: day("2019-05-15"),
                title: "Supported Living".to_owned(),
                reference: "(c)".to_owned(),
                public: true,
                document: None,
                entered_by: None,
            };
            let posts: Vec<_> = POSTS
                .iter()
                .map(|title| post::Model {
                    id: PostId::new(),
                    authority_id: authority,
                    slug: title.to_lowercase(),
                    title: (*title).to_owned(),
                    entered_by: None,
                })
                .collect();
            let people: Vec<_> = POSTS.iter().map(|_| AccountId::new()).collect();
            let holders = posts
                .iter()
                .zip(&people)
                .map(|(post, person)| delegation::Holder {
                    row: holder::Model {
                        id: HolderId::new(),
                        post_id: post.id,
                        account_id: *person,
                        tenure: Tenure::Substantive,
                        from: day("2020-01-01"),
                        to: None,
                        entered_by: None,
                        ended_by: None,
                    },
                    name: post.title.clone(),
                })
                .collect();
            let hand = |slug: &str, from: Option<usize>, to: usize, limit: Option<&str>| link::Model {
                id: DelegationId::new(),
                market_id: market,
                slug: slug.to_owned(),
                from_decision_id: from.is_none().then_some(cabinet.id),
                from_post_id: from.map(|n| posts[n].id),
                to_post_id: posts[to].id,
                limit_yearly: limit.map(money),
                limit_contract: None,
                categories: link::Categories::default(),
                kinds: link::Kinds::default(),
                may_pass_on: true,
                levels: None,
                valid_from: day("2019-07-01"),
                valid_to: None,
                revoked_on: None,
                revoked_by: None,
                revoked_reason: None,
                conditions: None,
                illustrative: true,
                entered_by: None,
            };
            let delegations = vec![
                hand("d1", None, 0, None),
                hand("d2", Some(0), 1, Some("150000")),
                hand("d3", Some(0), 2, Some("75000")),
                hand("d4", Some(1), 3, Some("40000")),
            ];
            Self {
                scheme: Scheme { decisions: vec![cabinet], posts, holders, delegations, ..Scheme::default() },
                market,
                people,
            }
        }

        fn asked(&self, yearly: &str) -> Asked {
            let yearly = money(yearly);
            Asked {
                kind: DecisionKind::Award,
                market: self.market,
                category: CategoryId(uuid::Uuid::nil()),
                on: day(TODAY),
                yearly,
                whole: yearly,
            }
        }

        fn above(&self, yearly: &str) -> (String, Vec<String>) {
            let level = above_the_least(&self.scheme, &self.asked(yearly));
            (level.least_title, level.titles)
        }

        fn may(&self, person: usize, yearly: &str) -> Result<String, Code> {
            let found = authority_above(&self.scheme, self.people[person], &self.asked(yearly));
            found.map(|authority| authority.title).map_err(|refusal| refusal.code)
        }
    }

    #[test]
    fn one_level_up_is_who_handed_the_power_down_and_whoever_is_above_them() {
        let at = Council::new();
        for (yearly, least, above) in [
            ("39000", "Manager", vec!["Assistant Director", "Director"]),
            // A post beside the least, with a higher limit but not above it, is no level up.
            ("60000", "Lead Commissioner", vec!["Director"]),
            ("100000", "Assistant Director", vec!["Director"]),
        ] {
            let above: Vec<_> = above.into_iter().map(str::to_owned).collect();
            assert_eq!(at.above(yearly), (least.to_owned(), above), "{yearly}");
        }
        assert_eq!(at.may(1, "39000"), Ok("Assistant Director".to_owned()));
        assert_eq!(at.may(0, "39000"), Ok("Director".to_owned()));
        assert_eq!(at.may(3, "39000"), Err(Code::LevelTooLow));
        assert_eq!(at.may(2, "39000"), Err(Code::LevelTooLow));
        assert_eq!(at.may(1, "60000"), Err(Code::LevelTooLow));
        assert_eq!(at.may(3, "60000"), Err(Code::NoAuthority));
    }

    #[test]
    fn whoever_holds_a_higher_post_as_well_acts_in_it() {
        let mut at = Council::new();
        let mut also = at.scheme.holders[0].clone();
        also.row.account_id = at.people[2];
        at.scheme.holders.push(also);
        let authority = authority_above(&at.scheme, at.people[2], &at.asked("60000")).unwrap();
        assert_eq!(authority.title, "Director");
        assert!(authority.chain.0.iter().any(|link| link.words.contains("held the post of Director")));
    }

    #[test]
    fn an_empty_least_post_moves_the_level_up_and_members_alone_are_above_the_highest() {
        let mut at = Council::new();
        at.scheme.holders.retain(|h| h.name != "Lead Commissioner");
        assert_eq!(at.above("60000"), ("Assistant Director".to_owned(), vec!["Director".to_owned()]));
        assert_eq!(at.above("200000"), ("Director".to_owned(), Vec::new()));
        let why = authority_above(&at.scheme, at.people[0], &at.asked("200000")).unwrap_err();
        assert_eq!(why.code, Code::LevelTooLow);
        assert!(why.detail.contains("members decide"), "{}", why.detail);
    }

    #[test]
    fn a_delegation_that_does_not_hold_puts_nobody_above() {
        let mut at = Council::new();
        // Another way down to the Lead Commissioner, revoked: the Assistant Director is not above.
        let mut other = at.scheme.delegations[2].clone();
        other.id = DelegationId::new();
        other.slug = "d9".to_owned();
        other.from_post_id = Some(at.scheme.posts[1].id);
        other.revoked_on = Some(day("2026-12-01"));
        at.scheme.delegations.push(other);
        assert_eq!(at.above("60000").1, ["Director"]);
        at.scheme.delegations[4].revoked_on = None;
        assert_eq!(at.above("60000").1, ["Assistant Director", "Director"]);
    }
}

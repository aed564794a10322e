//! The definition itself: what a file says, read and found in order.

use entity::{
    category::{CategoryTerms, PackageTemplate},
    market::MarketTerms,
    questionnaire::Questionnaire,
    vocabulary::{Day, DecisionKind, Money, Regime, Tenure},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A market, its authority and the chain of authority under which it is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    pub authority: AuthorityDefinition,
    pub market: MarketDefinition,
    pub categories: Vec<CategoryDefinition>,
    pub decisions: Vec<DecisionDefinition>,
    pub posts: Vec<PostDefinition>,
    pub holders: Vec<HolderDefinition>,
    pub delegations: Vec<DelegationDefinition>,
    /// Other authorities that use the market.
    #[serde(default)]
    pub partners: Vec<AuthorityDefinition>,
    #[serde(default)]
    pub budgets: Vec<BudgetDefinition>,
    /// What those who want to join are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questionnaire: Option<Questionnaire>,
}

/// The council or health body that buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityDefinition {
    pub slug: String,
    pub name: String,
    /// `#rrggbb`, at least 4.5:1 against white.
    pub colour: String,
}

/// The market, with the terms that its row keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketDefinition {
    pub slug: String,
    pub name: String,
    pub regime: Regime,
    pub joining_opens_on: Day,
    /// The last day, extensions taken up included; none only where the regime lets it be open-ended.
    pub ends_on: Option<Day>,
    pub terms: MarketTerms,
}

/// What the market is divided into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryDefinition {
    pub slug: String,
    pub name: String,
    pub terms: CategoryTerms,
    /// What a new package starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_template: Option<PackageTemplate>,
}

/// A decision by members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionDefinition {
    pub slug: String,
    /// The slug of the partner whose members decided; nothing, where they were the market's authority's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    pub body: String,
    pub taken_on: Day,
    pub title: String,
    /// Minute or recommendation.
    pub reference: String,
    pub public: bool,
    /// The paper's `https` address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

/// An office with delegated power; a post without holders is vacant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostDefinition {
    pub slug: String,
    pub title: String,
}

/// A person's tenure of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderDefinition {
    /// The post's slug.
    pub post: String,
    /// The address of the person's account, in lower case.
    pub email: String,
    pub tenure: Tenure,
    pub from: Day,
    /// The last day.
    pub to: Option<Day>,
}

/// Power to award, handed by a decision or a post to a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegationDefinition {
    pub slug: String,
    /// The slug of a decision or of a post; [`Definition::giver`] says which.
    pub from: String,
    /// The slug of a post.
    pub to_post: String,
    /// The highest yearly value it covers; none: no limit of its own.
    pub limit_yearly: Option<Money>,
    /// The highest value over the whole initial term it covers.
    pub limit_contract: Option<Money>,
    /// The slugs of categories; none listed: every category.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// None listed: every kind of decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<DecisionKind>,
    pub may_pass_on: bool,
    /// How many delegations may follow one under another from it; nothing: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<u32>,
    pub valid_from: Day,
    /// The last day.
    pub valid_to: Option<Day>,
    pub revoked_on: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_reason: Option<String>,
    /// As the chain cites them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<String>,
    pub illustrative: bool,
}

/// A sum that members approved for an authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetDefinition {
    pub slug: String,
    pub title: String,
    /// The slug of the market's authority or of a partner.
    pub authority: String,
    /// Its years begin on this day and on each anniversary.
    pub from: Day,
    /// The last day; wanted with a cap over the whole period.
    pub to: Option<Day>,
    /// The most over the whole period.
    pub cap: Option<Money>,
    /// The most in each year.
    pub cap_yearly: Option<Money>,
    /// What is expected in each year: warned about, not held.
    pub guide_yearly: Option<Money>,
    /// The slug of the decision on which it rests.
    pub decision: Option<String>,
    pub illustrative: bool,
}

/// The slug of the budget that `spend_cap_yearly` stands for.
pub const SPEND_CAP_YEARLY: &str = "spend-cap-yearly";

/// What hands a delegation down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver<'a> {
    Decision(&'a DecisionDefinition),
    Post(&'a PostDefinition),
}

impl Definition {
    /// Every budget: those of the file, and before them the one that `spend_cap_yearly` stands for: so much in each
    /// financial year, for the market's own authority, from the year in which joining opens and without an end,
    /// resting on the file's first decision of theirs.
    pub fn every_budget(&self) -> Vec<BudgetDefinition> {
        let opens = self.market.joining_opens_on.0;
        let year = if opens.month() >= 4 { opens.year() } else { opens.year() - 1 };
        let spend = self.market.terms.spend_cap_yearly.map(|cap| BudgetDefinition {
            slug: SPEND_CAP_YEARLY.to_owned(),
            title: "Spend that members approved".to_owned(),
            authority: self.authority.slug.clone(),
            from: Day(Date::new(year, 4, 1).unwrap_or(opens)),
            to: None,
            cap: None,
            cap_yearly: Some(cap),
            guide_yearly: None,
            decision: self.decisions.iter().find(|d| d.authority.is_none()).map(|d| d.slug.clone()),
            illustrative: false,
        });
        spend.into_iter().chain(self.budgets.iter().cloned()).collect()
    }

    /// What this slug, taken from a delegation's `from`, names. A definition that was read has no
    /// slug that names both.
    pub fn giver(&self, slug: &str) -> Option<Giver<'_>> {
        let decision = self.decisions.iter().find(|d| d.slug == slug);
        let post = || self.posts.iter().find(|p| p.slug == slug);
        decision.map(Giver::Decision).or_else(|| post().map(Giver::Post))
    }

    /// SHA-256, in hexadecimal, of the definition as JSON with its keys in order. Comments, spacing
    /// and the order of keys in the file do not count; the order of lists does.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        canonical(&self.as_json(), &mut text);
        format!("{:x}", Sha256::digest(text.as_bytes()))
    }

    /// As JSON. It holds neither floats nor maps, so writing it cannot fail; were that to change,
    /// the reason would stand in its place and no two such definitions would pass for equal.
    pub(super) fn as_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_else(|why| Value::String(format!("{why}: {self:?}")))
    }
}

/// Keys are put in order here, because what order `serde_json` keeps depends on a feature that any
/// dependency may switch on.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (n, (key, value)) in entries.into_iter().enumerate() {
                if n > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    text.push(',');
                }
                canonical(item, text);
            }
            text.push(']');
        }
        leaf => text.push_str(&leaf.to_string()),
    }
}

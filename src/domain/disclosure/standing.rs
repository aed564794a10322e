//! A standing is seen by its provider, in neutral words and without who decided, and by the officers of the market's
//! authority. Nobody else learns that a provider was stopped, or why.

use crate::domain::{
    actor::{Actor, Office},
    exclusion::{counts_until, ground_words, law},
    opportunity::{Stage, stage},
    standing::{CONFIRM_HOURS_MAX, Facts, MeasureDecision, REPRESENTATION_WORKING_DAYS, Verb, decide, may},
};
use entity::{
    award, bid, contract, debarment_entry, debarment_match, exclusion, measure, opportunity, representation,
    standing_change, standing_stop, task, vocabulary::*,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A cause that keeps a provider from new work.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CauseView {
    pub id: StopId,
    pub cause: StopCause,
    pub reason: String,
    pub evidence: Option<String>,
    pub begun_at: Instant,
    /// For officers; nobody where the clock began it.
    pub begun_by: Option<String>,
    pub review_on: Option<Day>,
    /// How it ends, in words.
    pub ends: String,
}

/// A suspension, a removal or an urgent stop.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MeasureView {
    pub id: MeasureId,
    pub kind: MeasureKind,
    pub reason: String,
    pub evidence: Option<String>,
    pub review_on: Option<Day>,
    pub proposed_at: Instant,
    /// For officers.
    pub proposed_by: Option<String>,
    pub due_at: Option<Instant>,
    pub representations_until: Option<Instant>,
    pub decided_at: Option<Instant>,
    /// For officers.
    pub decided_by: Option<String>,
    pub decided_reason: Option<String>,
    /// For officers: why the viewer cannot confirm it now; nothing where they can, or where it is decided.
    pub why_not_confirm: Option<String>,
}

/// One change of the standing.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChangeView {
    pub step: StandingStep,
    pub was: Standing,
    pub became: Standing,
    pub reason: String,
    pub evidence: Option<String>,
    pub at: Instant,
    /// For officers. For the provider, who of the two sides.
    pub by: String,
    pub review_on: Option<Day>,
}

/// What the provider said.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RepresentationView {
    pub id: RepresentationId,
    pub kind: RepresentationKind,
    pub words: String,
    pub made_at: Instant,
    pub upheld: Option<bool>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
}

/// A contract under which the provider serves somebody now.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ServedView {
    pub contract_id: ContractId,
    pub reference: String,
    pub starts_on: Day,
}

/// A bid of the provider that a stop touches.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TouchedView {
    pub opportunity_id: OpportunityId,
    pub reference: String,
    pub stage: Stage,
    /// Whether it takes no part while the standing is what it is.
    pub held: bool,
    /// For officers: whether it is recommended, or on the shortlist, so that somebody should look.
    pub recommended: bool,
    pub shortlisted: bool,
}

/// A ground for exclusion.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GroundView {
    pub id: ExclusionId,
    pub ground: ExclusionGround,
    pub words: String,
    /// The rule, and how far it looks back.
    pub law: String,
    pub mandatory: bool,
    /// Declared by the provider itself.
    pub own: bool,
    pub facts: String,
    pub happened_on: Day,
    /// The last day on which it counts; nothing where it counts for as long as it lasts.
    pub counts_until: Option<Day>,
    pub raised_at: Instant,
    /// What the provider says to it.
    pub answer: Option<String>,
    pub self_cleaning: Option<String>,
    pub outcome: Option<ExclusionOutcome>,
    pub reasons: Option<String>,
    pub decided_at: Option<Instant>,
    pub may_answer: bool,
    pub may_decide: bool,
}

/// A kind of ground, for whoever declares or raises one.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GroundKindView {
    pub ground: ExclusionGround,
    pub words: String,
    pub law: String,
}

/// For officers: an entry on the debarment list that may be this provider.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MatchView {
    pub matched_by: MatchedBy,
    pub name: String,
    pub companies_house_number: Option<String>,
    pub ground: String,
    pub mandatory: bool,
    pub debarred_on: Day,
    pub ends_on: Option<Day>,
    pub found_at: Instant,
    /// What somebody found out about it; nothing while it waits.
    pub outcome: Option<String>,
}

/// What the viewer may do now, and what it will do.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PossibleView {
    pub verb: Verb,
    pub effect: String,
}

/// A provider's standing in a category, whole.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingPage {
    pub id: EnrolmentId,
    pub market_id: MarketId,
    pub market_name: String,
    pub category_name: String,
    pub provider_name: String,
    pub standing: Standing,
    /// What holds now and what it means, in neutral words.
    pub holds: String,
    pub causes: Vec<CauseView>,
    /// What waits for a second person. The provider sees a removal and an urgent stop.
    pub proposed: Vec<MeasureView>,
    /// The suspension or removal under which it stands.
    pub in_force: Option<MeasureView>,
    /// Newest first.
    pub timeline: Vec<ChangeView>,
    pub representations: Vec<RepresentationView>,
    /// For officers: whom it serves now.
    pub served: Vec<ServedView>,
    pub bids: Vec<TouchedView>,
    /// Oldest first.
    pub grounds: Vec<GroundView>,
    /// Those that may be declared or raised, where the viewer may.
    pub ground_kinds: Vec<GroundKindView>,
    /// For officers.
    pub matches: Vec<MatchView>,
    pub can: Vec<PossibleView>,
}

/// Something that waits for a second person, or for a review.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingCard {
    pub enrolment_id: EnrolmentId,
    pub provider_name: String,
    pub market_name: String,
    pub category_name: String,
    pub standing: Standing,
    /// What it is, in words.
    pub what: String,
    /// By when, or from when, if a time is set.
    pub due_at: Option<Instant>,
    pub overdue: bool,
    /// Whether the viewer proposed it, so that somebody else confirms it.
    pub own: bool,
}

/// Everything about standings that waits for officers.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StandingQueue {
    /// For a second person; what lapses first at the top.
    pub second_person: Vec<StandingCard>,
    pub appeals: Vec<StandingCard>,
    /// What keeps providers from new work, by review date.
    pub reviews: Vec<StandingCard>,
}

/// Whether a bid takes part while its provider stands so.
pub const fn held(standing: Standing) -> bool {
    !matches!(standing, Standing::Admitted)
}

/// What holds now and what it means, in neutral words.
fn holds(facts: &Facts) -> String {
    let words = match facts.of.enrolment.standing {
        Standing::Applied => "The request to join waits for a decision.",
        Standing::Clarification => "The request to join waits for the answer to a question.",
        Standing::Admitted => "Admitted: new opportunities are shown at once, and bids count.",
        Standing::Refused => "The request to join was refused, so no bids are taken. It may be made again.",
        Standing::NoNewWork => {
            "No new work for now: new opportunities are not shown, and no bids are taken. Bids that were submitted \
             before are kept sealed, and contracts go on. It ends when the last cause below has ended."
        }
        Standing::Suspended if facts.urgent().is_some() => {
            "Suspended at once: new opportunities are not shown, and no bids are taken. Bids that were submitted before \
             are kept sealed, and contracts go on. It ends by itself unless a second person confirms it in time."
        }
        Standing::Suspended => {
            "Suspended: new opportunities are not shown, and no bids are taken. Bids that were submitted before are \
             kept sealed, and contracts go on."
        }
        Standing::Removed => {
            "Removed from the category: no bids are taken. Contracts go on. The provider may appeal, or ask to join \
             again."
        }
        Standing::Withdrawn => {
            "The provider has left the category. Contracts go on. It may ask to join again."
        }
    };
    words.to_owned()
}

/// What is known besides the standing itself.
pub struct Around<'a> {
    pub changes: Vec<standing_change::Model>,
    pub served: Vec<contract::Model>,
    pub bids: Vec<(opportunity::Model, bid::Model, Option<award::Model>)>,
    /// How many opportunities are open in the category.
    pub live: u64,
    pub grounds: Vec<exclusion::Model>,
    pub matches: Vec<(debarment_match::Model, debarment_entry::Model, Option<task::Model>)>,
    pub people: &'a HashMap<AccountId, String>,
    pub now: Instant,
}

/// Whoever's name an officer may read here.
pub fn people(facts: &Facts, changes: &[standing_change::Model]) -> Vec<AccountId> {
    let measures = facts.proposed.iter().chain(&facts.in_force);
    (measures.flat_map(|m| [Some(m.proposed_by), m.decided_by]))
        .chain(facts.stops.iter().map(|s| s.begun_by))
        .chain(changes.iter().map(|c| c.made_by))
        .flatten()
        .collect()
}

pub fn page(facts: &Facts, to: &Actor, around: Around<'_>) -> StandingPage {
    let of = &facts.of;
    let standing = of.enrolment.standing;
    let officer = matches!(to.office, Office::Officer { .. });
    let name = |id: Option<AccountId>| id.filter(|_| officer).and_then(|id| around.people.get(&id).cloned());
    let measure = |m: &measure::Model| MeasureView {
        id: m.id,
        kind: m.kind,
        reason: m.reason.clone(),
        evidence: m.evidence.clone(),
        review_on: m.review_on,
        proposed_at: m.proposed_at,
        proposed_by: name(Some(m.proposed_by)),
        due_at: m.due_at,
        representations_until: m.representations_until,
        decided_at: m.decided_at,
        decided_by: name(m.decided_by),
        decided_reason: m.decided_reason.clone(),
        why_not_confirm: if officer { why_not(facts, m, to.account_id, around.now) } else { None },
    };
    StandingPage {
        id: of.enrolment.id,
        market_id: of.market.id,
        market_name: of.market.name.clone(),
        category_name: of.category.name.clone(),
        provider_name: of.provider_name.clone(),
        standing,
        holds: holds(facts),
        causes: facts.stops.iter().map(|stop| cause(stop, name(stop.begun_by))).collect(),
        proposed: facts
            .proposed
            .iter()
            .filter(|m| officer || m.kind != MeasureKind::Suspension)
            .map(measure)
            .collect(),
        in_force: facts.in_force.as_ref().map(measure),
        timeline: around
            .changes
            .iter()
            .map(|c| ChangeView {
                step: c.step,
                was: c.was,
                became: c.became,
                reason: c.reason.clone(),
                evidence: c.evidence.clone(),
                at: c.made_at,
                by: match (c.made_by, name(c.made_by)) {
                    (None, _) => "The clock".to_owned(),
                    (Some(_), Some(name)) => name,
                    (Some(id), None) if of.people.contains(&id) => of.provider_name.clone(),
                    (Some(_), None) if officer => "Somebody who is no longer here".to_owned(),
                    (Some(_), None) => "The council".to_owned(),
                },
                review_on: c.review_on,
            })
            .collect(),
        representations: facts.representations.iter().map(representation).collect(),
        served: (around.served.iter().filter(|_| officer))
            .map(|c| ServedView { contract_id: c.id, reference: c.reference.clone(), starts_on: c.starts_on })
            .collect(),
        bids: around
            .bids
            .iter()
            .map(|(opportunity, bid, award)| TouchedView {
                opportunity_id: opportunity.id,
                reference: opportunity.reference.clone(),
                stage: if officer { stage(opportunity, around.now) } else { told(opportunity, around.now) },
                held: held(standing),
                recommended: officer && award.as_ref().is_some_and(|a| a.bid_id == bid.id),
                shortlisted: officer && award.as_ref().is_some_and(|a| a.shortlist.0.contains(&bid.id)),
            })
            .collect(),
        grounds: around.grounds.iter().map(|row| ground(facts, to, row)).collect(),
        ground_kinds: match &to.office {
            Office::Officer { .. } if !deciding(to) => Vec::new(),
            Office::Provider { role: ProviderRole::Viewer | ProviderRole::Bidder, .. } => Vec::new(),
            Office::Officer { .. } | Office::Provider { .. } => {
                ExclusionGround::ALL.iter().map(|of| ground_kind(*of, facts.of.market.regime)).collect()
            }
        },
        matches: (around.matches.iter().filter(|_| officer))
            .map(|(found, entry, task)| MatchView {
                matched_by: found.matched_by,
                name: entry.name.clone(),
                companies_house_number: entry.companies_house_number.clone(),
                ground: entry.ground.clone(),
                mandatory: entry.mandatory,
                debarred_on: entry.debarred_on,
                ends_on: entry.ends_on,
                found_at: found.found_at,
                outcome: task.as_ref().and_then(|task| task.outcome.clone()),
            })
            .collect(),
        can: can(facts, to, &around),
    }
}

fn deciding(who: &Actor) -> bool {
    who.is(OfficerRole::Commissioner) || who.is(OfficerRole::Procurement)
}

fn ground_kind(ground: ExclusionGround, regime: Regime) -> GroundKindView {
    let law = law(ground, regime);
    let years = match law.years {
        Some(years) => format!(", looked back on for {years} years"),
        None => ", for as long as it lasts".to_owned(),
    };
    let must = if law.mandatory { "must exclude" } else { "may exclude" };
    GroundKindView {
        ground,
        words: ground_words(ground).to_owned(),
        law: format!("{}: {must}{years}", law.source),
    }
}

fn ground(facts: &Facts, to: &Actor, row: &exclusion::Model) -> GroundView {
    let regime = facts.of.market.regime;
    let GroundKindView { ground, words, law: law_words } = ground_kind(row.ground, regime);
    GroundView {
        id: row.id,
        ground,
        words,
        law: law_words,
        mandatory: law(ground, regime).mandatory,
        own: row.own,
        facts: row.facts.clone(),
        happened_on: row.happened_on,
        counts_until: counts_until(ground, regime, row.happened_on),
        raised_at: row.raised_at,
        answer: row.words.clone(),
        self_cleaning: row.self_cleaning.clone(),
        outcome: row.outcome,
        reasons: row.reasons.clone(),
        decided_at: row.decided_at,
        may_answer: row.outcome.is_none()
            && matches!(&to.office, Office::Provider { role, .. } if *role == ProviderRole::Administrator),
        may_decide: row.outcome.is_none() && deciding(to) && row.raised_by != to.account_id,
    }
}

/// A provider learns of no step between the deadline and the outcome.
fn told(of: &opportunity::Model, now: Instant) -> Stage {
    match stage(of, now) {
        Stage::Priced | Stage::Recommended => Stage::Marking,
        other => other,
    }
}

fn why_not(facts: &Facts, m: &measure::Model, by: AccountId, now: Instant) -> Option<String> {
    if m.outcome.is_some() {
        return None;
    }
    let tried = MeasureDecision {
        measure_id: m.id,
        confirm: true,
        reason: "-".to_owned(),
        review_on: (m.kind == MeasureKind::UrgentStop).then(|| now.london_day().plus_days(1)),
    };
    decide(facts, tried, by, now).err().map(|refusal| refusal.detail.into_owned())
}

fn cause(stop: &standing_stop::Model, begun_by: Option<String>) -> CauseView {
    CauseView {
        id: stop.id,
        cause: stop.cause,
        reason: stop.reason.clone(),
        evidence: stop.evidence.clone(),
        begun_at: stop.begun_at,
        begun_by,
        review_on: stop.review_on,
        ends: match stop.cause {
            StopCause::Officer => "An officer ends it.".to_owned(),
            StopCause::EvidenceExpired => {
                "It ends by itself when the renewed evidence is accepted.".to_owned()
            }
        },
    }
}

fn representation(of: &representation::Model) -> RepresentationView {
    RepresentationView {
        id: of.id,
        kind: of.kind,
        words: of.words.clone(),
        made_at: of.made_at,
        upheld: of.upheld,
        answer: of.answer.clone(),
        answered_at: of.answered_at,
    }
}

/// What the viewer may do now, each with what it will do.
fn can(facts: &Facts, to: &Actor, around: &Around<'_>) -> Vec<PossibleView> {
    let standing = facts.of.enrolment.standing;
    let proposed = |kind| facts.proposed.iter().any(|m| m.kind == kind);
    let deciding = deciding(to);
    let upheld = || {
        let against = facts.in_force.as_ref().map(|m| m.id);
        facts.representations.iter().any(|r| r.upheld == Some(true) && r.measure_id == against)
    };
    let waiting = || {
        let open =
            |r: &representation::Model| r.kind == RepresentationKind::Appeal && r.answered_at.is_none();
        facts.representations.iter().any(open)
    };
    let allowed = |verb: &Verb| {
        may(standing, *verb)
            && match (&to.office, verb) {
                (Office::Officer { .. }, Verb::StopNewWork | Verb::StopUrgently) => deciding,
                (Office::Officer { .. }, Verb::LiftStop) => {
                    deciding && facts.stops.iter().any(|s| s.cause == StopCause::Officer)
                }
                (Office::Officer { .. }, Verb::ProposeSuspension) => {
                    deciding && !proposed(MeasureKind::Suspension)
                }
                (Office::Officer { .. }, Verb::ProposeRemoval) => deciding && !proposed(MeasureKind::Removal),
                (Office::Officer { .. }, Verb::Confirm) => {
                    let free = |m: &measure::Model| why_not(facts, m, to.account_id, around.now).is_none();
                    deciding && facts.proposed.iter().any(free)
                }
                (Office::Officer { .. }, Verb::TurnDown) => deciding && !facts.proposed.is_empty(),
                (Office::Officer { .. }, Verb::Reinstate) => {
                    deciding && (standing == Standing::Suspended || upheld())
                }
                (Office::Officer { .. }, Verb::Review) => {
                    let stops = facts.stops.iter().any(|s| s.cause == StopCause::Officer);
                    deciding && (stops || facts.in_force.is_some())
                }
                (Office::Officer { .. }, Verb::AnswerAppeal) => deciding && waiting(),
                (Office::Officer { .. }, _) => false,
                (Office::Provider { role, .. }, Verb::Represent) => {
                    let spoken_to = standing != Standing::Admitted || proposed(MeasureKind::Removal);
                    *role == ProviderRole::Administrator && spoken_to
                }
                (Office::Provider { role, .. }, Verb::Appeal) => {
                    *role == ProviderRole::Administrator && !waiting()
                }
                (Office::Provider { role, .. }, Verb::Withdraw) => *role == ProviderRole::Administrator,
                (Office::Provider { .. }, _) => false,
            }
    };
    let possible = |verb| PossibleView { verb, effect: effect(verb, facts, around) };
    Verb::ALL.into_iter().filter(allowed).map(possible).collect()
}

fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// What a verb will do, before anybody does it.
fn effect(verb: Verb, facts: &Facts, around: &Around<'_>) -> String {
    let bids = around.bids.len() as u64;
    let recommended =
        around.bids.iter().filter(|(_, bid, award)| award.as_ref().is_some_and(|a| a.bid_id == bid.id));
    let recommended = recommended.count() as u64;
    let mut out = format!(
        "It sees none of {} in this category any more",
        count(around.live, "opportunity that is open", "opportunities that are open")
    );
    if bids > 0 {
        out.push_str(&format!(", and {} held", count(bids, "bid of it is", "bids of it are")));
    }
    if recommended > 0 {
        let what = count(recommended, "recommendation cannot", "recommendations cannot");
        out.push_str(&format!(". {what} be approved while this holds"));
    }
    out.push_str(". It is told by letter. ");
    out.push_str(&match facts.served {
        0 => "It serves nobody here under a contract.".to_owned(),
        n => format!(
            "{} on; they are listed for you to look after.",
            count(n as u64, "contract goes", "contracts go")
        ),
    });
    let back = "It sees what is open at once, can bid again, its held bids take part again, and it is told by letter.";
    match verb {
        Verb::StopNewWork => format!("{out} It ends when the last cause has ended."),
        Verb::ProposeSuspension => {
            format!("Nothing happens before a second person confirms it, and the provider is told nothing. Then: {out}")
        }
        Verb::ProposeRemoval => format!(
            "The provider is told at once and has {REPRESENTATION_WORKING_DAYS} working days to say why not. After \
             that, a second person confirms it or turns it down. Then: {out}"
        ),
        Verb::StopUrgently => format!(
            "At once, by you alone: {out} It lapses unless a second person confirms it within {CONFIRM_HOURS_MAX} \
             hours."
        ),
        Verb::Confirm => format!("It holds from now on. {out}"),
        Verb::TurnDown => match facts.urgent() {
            Some(_) => format!("The urgent stop ends at once. {back}"),
            None => "What was proposed is dropped, with your reason.".to_owned(),
        },
        Verb::LiftStop if facts.stops.len() > 1 => {
            "This cause ends. Others still keep the provider from new work.".to_owned()
        }
        Verb::Reinstate if !facts.stops.is_empty() => {
            "The suspension ends. Causes below still keep the provider from new work.".to_owned()
        }
        Verb::LiftStop | Verb::Reinstate => back.to_owned(),
        Verb::Review => "It stays as it is until the new review date, with your reason.".to_owned(),
        Verb::AnswerAppeal => {
            "The provider is told your answer. Upholding an appeal changes nothing by itself: reinstate it then."
                .to_owned()
        }
        Verb::Represent => "The officers who decide are told, and your words are kept.".to_owned(),
        Verb::Appeal => {
            "Somebody who took no part in the decision answers. Until then what was decided holds.".to_owned()
        }
        Verb::Withdraw => {
            "You see no new opportunities in this category and your bids there take no part any more. Contracts that \
             you hold go on. You may ask to join again."
                .to_owned()
        }
        Verb::Apply
        | Verb::Ask
        | Verb::Answer
        | Verb::Extend
        | Verb::Admit
        | Verb::Refuse
        | Verb::Mark
        | Verb::StopForEvidence
        | Verb::LiftForEvidence
        | Verb::Lapse => String::new(),
    }
}

/// What a card of the queue is made of besides what waits.
pub struct CardNames {
    pub enrolment_id: EnrolmentId,
    pub provider_name: String,
    pub market_name: String,
    pub category_name: String,
    pub standing: Standing,
}

impl CardNames {
    pub fn card(self, what: String, due_at: Option<Instant>, own: bool, now: Instant) -> StandingCard {
        StandingCard {
            enrolment_id: self.enrolment_id,
            provider_name: self.provider_name,
            market_name: self.market_name,
            category_name: self.category_name,
            standing: self.standing,
            what,
            due_at,
            overdue: due_at.is_some_and(|due| now >= due),
            own,
        }
    }
}

/// What a measure that waits is, in words.
pub fn measure_words(of: &measure::Model, now: Instant) -> String {
    match (of.kind, of.representations_until) {
        (MeasureKind::Suspension, _) => "Suspension proposed: a second person decides".to_owned(),
        (MeasureKind::UrgentStop, _) => {
            "Stopped at once: a second person confirms it, or it lapses".to_owned()
        }
        (MeasureKind::Removal, Some(until)) if now < until => {
            "Removal proposed: the provider may still say why not".to_owned()
        }
        (MeasureKind::Removal, _) => "Removal proposed: a second person decides".to_owned(),
    }
}

/// What is reviewed: the id is of the cause or of the suspension.
pub fn review_words(stop: Option<&standing_stop::Model>) -> String {
    match stop {
        Some(_) => "No new work: look at it again".to_owned(),
        None => "Suspended: look at it again".to_owned(),
    }
}

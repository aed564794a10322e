//! What is told live of events that have been recorded, and to whom.

use super::Failure;
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        change::Subject,
        disclosure::{
            live::{About, Audience, Happened, Told, audiences, tell},
            opportunity::{self as shown, CardFacts},
        },
    },
    store::{self, opportunity::Which},
};
use entity::{event, opportunity, vocabulary::*};
use std::collections::{HashMap, HashSet};

/// The most opportunities that one listener follows.
pub const FOLLOWED_MAX: usize = 1000;
/// The most events that are told again to one listener that comes back; past that it reads over HTTP.
pub const RESUMED_MAX: u64 = 1000;
/// The most events that are looked at for that: most of what happens to a busy opportunity is for officers alone.
const LOOKED_AT_MAX: i64 = 20_000;

/// Every audience that a person belongs to, now.
pub async fn audiences_of(app: &App, actor: &Actor) -> Result<Vec<Audience>, Failure> {
    let categories = super::opportunity::followed(app.database.read(), actor).await?;
    Ok(audiences(actor, &categories))
}

/// The events of a subject after a number, each in the words of every audience that hears of it; and the
/// number of the last of them.
pub async fn since(app: &App, of: Subject, number: i64, most: u64) -> Result<(Vec<Told>, i64), Failure> {
    let events = store::event::after(app.database.read(), of, number, most).await?;
    let last = events.last().map_or(number, |e| e.number);
    let Some(about) = about(app, of).await? else { return Ok((Vec::new(), last)) };
    let told = words(app, &events, &about).await?;
    Ok((if of.kind == SubjectKind::Round { latest(told) } else { told }, last))
}

/// For each audience what was told last: of a place in a ranking round, only the newest matters.
fn latest(told: Vec<Told>) -> Vec<Told> {
    let mut heard = HashSet::new();
    let mut latest: Vec<_> = told.into_iter().rev().filter(|told| heard.insert(told.to)).collect();
    latest.reverse();
    latest
}

async fn words(app: &App, events: &[event::Model], about: &About) -> Result<Vec<Told>, Failure> {
    let db = app.database.read();
    let names = store::account::provider_names(db, events.iter().filter_map(|e| e.provider_id)).await?;
    let mut told = Vec::new();
    for row in events {
        let happened = Happened {
            about: Subject { kind: row.subject_kind, id: row.subject_id },
            number: row.number,
            at: row.at,
            event: serde_json::from_value(row.body.clone())?,
            provider_id: row.provider_id,
            provider_name: row.provider_id.and_then(|id| names.get(&id).cloned()),
        };
        told.extend(tell(&happened, about));
    }
    Ok(told)
}

async fn about(app: &App, of: Subject) -> Result<Option<About>, Failure> {
    let db = app.database.read();
    Ok(match of.kind {
        SubjectKind::Opportunity => {
            let found = store::opportunity::find(db, OpportunityId(of.id)).await?;
            match found {
                Some(opportunity) => Some(about_opportunity(app, &opportunity).await?),
                None => None,
            }
        }
        SubjectKind::Enrolment => {
            let facts = store::enrolment::facts(db, EnrolmentId(of.id)).await?;
            facts.map(|facts| About::Enrolment {
                authority_id: facts.market.authority_id,
                provider_id: facts.enrolment.provider_id,
                standing: facts.enrolment.standing,
            })
        }
        SubjectKind::Round => {
            let found = store::opportunity::find(db, OpportunityId(of.id)).await?;
            found.map(|opportunity| About::Round { authority_id: opportunity.authority_id })
        }
        SubjectKind::Account
        | SubjectKind::Provider
        | SubjectKind::Market
        | SubjectKind::Package
        | SubjectKind::Contract
        | SubjectKind::Budget
        | SubjectKind::DebarmentList => None,
    })
}

async fn about_opportunity(app: &App, of: &opportunity::Model) -> Result<About, Failure> {
    let db = app.database.read();
    let only = [of.id];
    // At once: listeners wait for the slowest of these, not for their sum.
    let (names, interests, told, numbers) = tokio::try_join!(
        store::market::names(db, [of.category_id]),
        store::opportunity::interests(db, &only),
        store::enrolment::members_count(db, of.category_id),
        store::event::numbers(db, &only),
    )?;
    let untouched = shown::Mine::default();
    let facts = CardFacts {
        market_name: names.market(of.market_id),
        category_name: names.category(of.category_id),
        event_number: numbers.get(&of.id).copied().unwrap_or_default(),
        middle: app.middle(&of.outward_code),
        mine: Some(untouched),
        counts: None,
    };
    Ok(About::Opportunity {
        authority_id: of.authority_id,
        category_id: of.category_id,
        card: Box::new(shown::card(of, facts, app.clock.now())),
        counts: shown::counts(of, &interests, told),
    })
}

/// What a listener missed.
pub enum Missed {
    /// These, in order; and up to which number of everything that it follows.
    Events(Vec<Told>, HashMap<Subject, i64>),
    /// More than is told again.
    TooMuch,
}

/// Everything that this person has not seen of the opportunities it follows: those it names with the last
/// number it saw, and those that are open for bids and that it does not name yet. What comes after `kept` is kept for it
/// already: it may wait for long, and that is not to make it miss more than it did.
pub async fn missed(
    app: &App,
    actor: &Actor,
    seen: &HashMap<OpportunityId, i64>,
    kept: &HashMap<Subject, i64>,
) -> Result<Missed, Failure> {
    let db = app.database.read();
    let hears = audiences_of(app, actor).await?;
    let whose_categories: Vec<_> = hears
        .iter()
        .filter_map(|audience| match audience {
            Audience::Category(id) => Some(*id),
            Audience::Authority(_) | Audience::Provider(_) => None,
        })
        .collect();
    let whose = match &actor.office {
        Office::Officer { authority_id, .. } => store::opportunity::Whose::Authority(*authority_id),
        Office::Provider { provider_id, categories, .. } => {
            store::opportunity::Whose::Provider(*provider_id, &whose_categories, &categories.0)
        }
    };
    let most = FOLLOWED_MAX as u64;
    let live = store::opportunity::list(db, whose, Which::Live(app.clock.now()), None, most).await?;
    let mut follows: Vec<OpportunityId> = live.iter().map(|o| o.id).collect();
    follows.extend(seen.keys().filter(|id| !live.iter().any(|o| o.id == **id)));
    if follows.len() > FOLLOWED_MAX {
        return Ok(Missed::TooMuch);
    }
    let mut newest = store::event::numbers(db, &follows).await?;
    let (mut events, mut looked_at) = (Vec::new(), 0);
    for (id, number) in &mut newest {
        let of = Subject::from(*id);
        let mut last = seen.get(id).copied().unwrap_or_default();
        *number = kept.get(&of).map_or(*number, |kept| (*number).min(*kept)).max(last);
        while last < *number {
            let most = RESUMED_MAX.min((*number - last).unsigned_abs());
            let (told, reached) = since(app, of, last, most).await?;
            if reached == last {
                break;
            }
            looked_at += reached - last;
            last = reached;
            events.extend(told.into_iter().filter(|t| hears.contains(&t.to)));
            if events.len() as u64 > RESUMED_MAX || looked_at > LOOKED_AT_MAX {
                return Ok(Missed::TooMuch);
            }
        }
    }
    Ok(Missed::Events(events, newest.into_iter().map(|(id, n)| (id.into(), n)).collect()))
}

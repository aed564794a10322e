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
    store::{self, event::Span, opportunity::Which},
};
use entity::{event, opportunity, vocabulary::*};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The most opportunities that one listener follows.
pub const FOLLOWED_MAX: usize = 1000;
/// The most events that are told again to one listener that comes back; past that it reads over HTTP.
pub const RESUMED_MAX: usize = 4000;
/// The most events that are looked at for that: most of what happens to a busy opportunity is for officers alone.
const LOOKED_AT_MAX: i64 = 20_000;
/// How many of them are read at a time: so many of an opportunity, of so many opportunities.
const SPAN_MAX: usize = 50;
const SPANS_MAX: usize = 20;

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
    let about = about(app, of).await?;
    let told = words(app, &events, |_| about.as_ref()).await?;
    Ok((if of.kind == SubjectKind::Round { latest(told) } else { told }, last))
}

/// For each audience what was told last: of a place in a ranking round, only the newest matters.
fn latest(told: Vec<Told>) -> Vec<Told> {
    let mut heard = HashSet::new();
    let mut latest: Vec<_> = told.into_iter().rev().filter(|told| heard.insert(told.to)).collect();
    latest.reverse();
    latest
}

/// Of what nothing is known any more, nothing is told.
async fn words<'a>(
    app: &App,
    events: &[event::Model],
    about: impl Fn(Subject) -> Option<&'a About>,
) -> Result<Vec<Told>, Failure> {
    let db = app.database.read();
    let names = store::account::provider_names(db, events.iter().filter_map(|e| e.provider_id)).await?;
    let mut told = Vec::new();
    for row in events {
        let of = Subject { kind: row.subject_kind, id: row.subject_id };
        let Some(about) = about(of) else { continue };
        let happened = Happened {
            about: of,
            number: row.number,
            at: row.at,
            event: serde_json::from_value(row.body.clone())?,
            provider_id: row.provider_id,
            provider_name: row.provider_id.and_then(|id| names.get(&id).cloned()),
        };
        let words = tell(&happened, about);
        debug_assert!(
            row.subject_kind != SubjectKind::Opportunity
                || row.provider_id.is_none_or(|id| words.iter().all(|one| is_for(one.to, id))),
            "what a provider does about an opportunity is for officers and itself: others that come back do not read it"
        );
        told.extend(words);
    }
    Ok(told)
}

/// Whether what is for this audience is for officers, or this provider alone.
fn is_for(audience: Audience, provider: ProviderId) -> bool {
    match audience {
        Audience::Authority(_) => true,
        Audience::Provider(id) => id == provider,
        Audience::Category(_) => false,
    }
}

async fn about(app: &App, of: Subject) -> Result<Option<About>, Failure> {
    let db = app.database.read();
    Ok(match of.kind {
        SubjectKind::Opportunity => abouts(app, &[OpportunityId(of.id)]).await?.remove(&of),
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

async fn abouts(app: &App, ids: &[OpportunityId]) -> Result<HashMap<Subject, About>, Failure> {
    let db = app.database.read();
    let found = store::opportunity::all(db, ids.iter().copied()).await?;
    let categories: BTreeSet<_> = found.values().map(|of| of.category_id).collect();
    // At once: listeners wait for the slowest of these, not for their sum.
    let (names, interests, members, numbers) = tokio::try_join!(
        store::market::names(db, categories.iter().copied()),
        store::opportunity::interests(db, ids),
        store::enrolment::members_counts(db, categories.iter().copied()),
        store::event::numbers(db, ids),
    )?;
    let about = |of: &opportunity::Model| {
        let untouched = shown::Mine::default();
        let facts = CardFacts {
            market_name: names.market(of.market_id),
            category_name: names.category(of.category_id),
            event_number: numbers.get(&of.id).copied().unwrap_or_default(),
            middle: app.middle(&of.outward_code),
            mine: Some(untouched),
            counts: None,
        };
        let told = members.get(&of.category_id).copied().unwrap_or_default();
        About::Opportunity {
            authority_id: of.authority_id,
            category_id: of.category_id,
            card: Box::new(shown::card(of, facts, app.clock.now())),
            counts: shown::counts(of, &interests, told),
        }
    };
    Ok(found.values().map(|of| (of.id.into(), about(of))).collect())
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
    let mut spans = Vec::new();
    for (id, number) in &mut newest {
        // What it says that it saw may be any number.
        let seen = seen.get(id).copied().unwrap_or_default().max(0);
        *number = kept.get(&Subject::from(*id)).map_or(*number, |kept| (*number).min(*kept)).max(seen);
        let up_to = *number;
        let begins = (seen..up_to).step_by(SPAN_MAX);
        spans.extend(begins.map(|after| Span { of: *id, after, up_to: up_to.min(after + SPAN_MAX as i64) }));
    }
    if spans.iter().map(|span| span.up_to - span.after).sum::<i64>() > LOOKED_AT_MAX {
        return Ok(Missed::TooMuch);
    }
    let mut events = Vec::new();
    for spans in spans.chunks(SPANS_MAX) {
        let told = of_spans(app, actor, spans).await?;
        events.extend(told.into_iter().filter(|told| hears.contains(&told.to)));
        if events.len() > RESUMED_MAX {
            return Ok(Missed::TooMuch);
        }
    }
    Ok(Missed::Events(events, newest.into_iter().map(|(id, n)| (id.into(), n)).collect()))
}

/// What is told to this person, and perhaps to others, of several opportunities at once: whoever comes back has missed
/// something of many. What providers do is nearly all that happens, and no other provider hears of it: it is not read.
async fn of_spans(app: &App, actor: &Actor, spans: &[Span]) -> Result<Vec<Told>, Failure> {
    let mut ids: Vec<_> = spans.iter().map(|span| span.of).collect();
    ids.dedup();
    let own = match actor.office {
        Office::Officer { .. } => None,
        Office::Provider { provider_id, .. } => Some(provider_id),
    };
    let events = store::event::of_spans(app.database.read(), spans, own).await?;
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let abouts = abouts(app, &ids).await?;
    words(app, &events, |of| abouts.get(&of)).await
}

//! What happened to a subject: who, what, when, on what authority.

use super::{Failure, Listed};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        change::Subject,
        disclosure::{self, HistoryEntry, WhoNames},
        refusal::Refusal,
    },
    store,
};
use entity::{event, vocabulary::*};
use sea_orm::prelude::Uuid;

/// The events of a subject after a number, as far as the viewer may know them. The `next` of this list is
/// always empty: go on after the last entry's number.
pub async fn list(
    app: &App,
    actor: &Actor,
    kind: SubjectKind,
    id: Uuid,
    after: i64,
    most: u64,
) -> Result<Listed<HistoryEntry>, Failure> {
    let db = app.database.read();
    let subject = Subject { kind, id };
    if !visible(app, actor, subject).await? {
        return Err(Refusal::not_found("history").into());
    }
    // What the viewer may not know is passed over, so a part is never cut short by it.
    let (mut items, mut after) = (Vec::new(), after);
    loop {
        let events = store::event::after(db, subject, after, most).await?;
        let Some(last) = events.last() else { break };
        after = last.number;
        let names = names(app, &events).await?;
        items.extend(events.iter().filter_map(|e| disclosure::history_entry(e, &actor.office, &names)));
        if items.len() as u64 >= most {
            break;
        }
    }
    items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Listed { items, next: None })
}

/// The names that these events may be shown with.
async fn names(app: &App, events: &[event::Model]) -> Result<WhoNames, Failure> {
    let db = app.database.read();
    let mut names = WhoNames {
        people: store::account::names(db, events.iter().flat_map(disclosure::people_named)).await?,
        providers: store::account::provider_names(db, events.iter().filter_map(|e| e.provider_id)).await?,
        ..WhoNames::default()
    };
    for event in events {
        if let Some(id) = event.authority_id
            && !names.authorities.contains_key(&id)
            && let Some(authority) = store::account::authority(db, id).await?
        {
            names.authorities.insert(id, authority.name);
        }
    }
    Ok(names)
}

/// Whether the subject is the viewer's to know of.
async fn visible(app: &App, actor: &Actor, subject: Subject) -> Result<bool, Failure> {
    let db = app.database.read();
    let mine = |authority: AuthorityId| actor.authority().is_ok_and(|own| own == authority);
    Ok(match subject.kind {
        SubjectKind::Account | SubjectKind::DebarmentList => false,
        SubjectKind::Provider => match actor.office {
            Office::Officer { .. } => true,
            Office::Provider { provider_id, .. } => provider_id.0 == subject.id,
        },
        SubjectKind::Market => {
            store::market::find(db, MarketId(subject.id)).await?.is_some_and(|m| mine(m.authority_id))
        }
        SubjectKind::Enrolment => store::enrolment::facts(db, EnrolmentId(subject.id))
            .await?
            .is_some_and(|facts| disclosure::enrolment::visible(&facts, actor)),
        SubjectKind::Package => {
            store::package::find(db, PackageId(subject.id)).await?.is_some_and(|p| mine(p.authority_id))
        }
        SubjectKind::Opportunity => {
            super::opportunity::visible(app, actor, OpportunityId(subject.id)).await?.is_some()
        }
        // Improvements are for officers: a bidder is shown its own where they belong.
        SubjectKind::Round => {
            let found = store::opportunity::find(db, OpportunityId(subject.id)).await?;
            found.is_some_and(|of| mine(of.authority_id))
        }
        SubjectKind::Budget => {
            let found = store::budget::find(db, BudgetId(subject.id)).await?;
            match found {
                Some(budget) if mine(budget.authority_id) => true,
                Some(budget) => {
                    store::market::find(db, budget.market_id).await?.is_some_and(|m| mine(m.authority_id))
                }
                None => false,
            }
        }
        SubjectKind::Contract => {
            store::contract::find(db, ContractId(subject.id)).await?.is_some_and(|c| match actor.office {
                Office::Officer { authority_id, .. } => c.authority_id == authority_id,
                // Until it is in the register, a provider knows of no contract.
                Office::Provider { provider_id, .. } => {
                    c.provider_id == provider_id && c.entered_at.is_some()
                }
            })
        }
    })
}

//! One box that finds what somebody may know of: an authority's own, or a provider's own.

use super::{Failure, opportunity::followed};
use crate::{
    app::App,
    domain::{
        actor::{Actor, Office},
        disclosure::search::{FOUND_MAX, Found, FoundKind, Search, searched},
    },
    store::{self, search::Whose},
};

/// What these words find. A package is found by its title, never by the case number of a person: that would stand in
/// the address of the page.
pub async fn find(app: &App, actor: &Actor, words: &str) -> Result<Search, Failure> {
    let words = searched(words)?;
    let db = app.database.read();
    let categories = followed(db, actor).await?;
    let (whose, authority) = match &actor.office {
        Office::Officer { authority_id, .. } => (Whose::Authority(*authority_id), Some(*authority_id)),
        Office::Provider { provider_id, categories: own, .. } => {
            (Whose::Provider(*provider_id, &categories, &own.0), None)
        }
    };
    let opportunities = store::search::opportunities(db, &whose, words).await?;
    let contracts = store::search::contracts(db, &whose, words).await?;
    let (packages, enrolments) = match authority {
        Some(of) => {
            (store::search::packages(db, of, words).await?, store::search::enrolments(db, of, words).await?)
        }
        None => (Vec::new(), Vec::new()),
    };
    let in_categories = (packages.iter().map(|row| row.category_id))
        .chain(opportunities.iter().map(|row| row.category_id))
        .chain(contracts.iter().map(|row| row.category_id))
        .chain(enrolments.iter().map(|row| row.category_id));
    let names = store::market::names(db, in_categories).await?;
    let of_providers =
        contracts.iter().map(|row| row.provider_id).chain(enrolments.iter().map(|r| r.provider_id));
    let providers = store::account::provider_names(db, of_providers).await?;
    let provider = |id| providers.get(&id).cloned().unwrap_or_default();
    let most = usize::try_from(FOUND_MAX).unwrap_or(usize::MAX);
    let counts = [packages.len(), opportunities.len(), contracts.len(), enrolments.len()];
    let mut found = Vec::new();
    found.extend(enrolments.into_iter().take(most).map(|row| Found {
        kind: FoundKind::Provider,
        title: provider(row.provider_id),
        reference: None,
        about: names.category(row.category_id),
        path: format!("/enrolments/{}", row.id),
    }));
    found.extend(opportunities.into_iter().take(most).map(|row| Found {
        kind: FoundKind::Opportunity,
        title: row.title,
        reference: Some(row.reference),
        about: names.category(row.category_id),
        path: format!("/opportunities/{}", row.id),
    }));
    found.extend(contracts.into_iter().take(most).map(|row| Found {
        kind: FoundKind::Contract,
        title: provider(row.provider_id),
        reference: Some(row.reference),
        about: names.category(row.category_id),
        path: format!("/contracts/{}", row.id),
    }));
    found.extend(packages.into_iter().take(most).map(|row| Found {
        kind: FoundKind::Package,
        title: row.title,
        reference: None,
        about: names.category(row.category_id),
        path: format!("/packages/{}", row.id),
    }));
    Ok(Search { found, more: counts.iter().any(|many| *many > most) })
}

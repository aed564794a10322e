//! How somebody is told of new opportunities: theirs alone to see.

use super::team::CategoryChoice;
use crate::domain::{
    alert::NewAlerts,
    area::{AREAS_MAX, letters},
};
use entity::{alert, base, vocabulary::*};
use serde::{Deserialize, Serialize};

/// One's own choice, and what there is to choose from.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AlertsView {
    pub chosen: NewAlerts,
    /// When that was chosen; nothing for whoever never chose, and is told of everything at once.
    pub chosen_at: Option<Instant>,
    /// The categories whose opportunities one sees.
    pub categories: Vec<CategoryChoice>,
    /// The postcode areas of the provider's bases, to choose from.
    pub areas_of_bases: Vec<String>,
    pub areas_max: usize,
}

pub fn alerts(
    chosen: Option<alert::Model>,
    categories: Vec<CategoryChoice>,
    bases: &[base::Model],
) -> AlertsView {
    let mut areas_of_bases: Vec<_> =
        bases.iter().map(|base| letters(&base.outward_code).to_owned()).collect();
    areas_of_bases.sort_unstable();
    areas_of_bases.dedup();
    let chosen_at = chosen.as_ref().map(|chosen| chosen.chosen_at);
    let chosen = chosen.map_or_else(NewAlerts::default, |chosen| NewAlerts {
        categories: chosen.categories.0,
        areas: chosen.areas.0,
        digest_hour: chosen.digest_hour,
        quiet_from: chosen.quiet_from,
        quiet_until: chosen.quiet_until,
    });
    AlertsView { chosen, chosen_at, categories, areas_of_bases, areas_max: AREAS_MAX }
}

use super::{identity::Managing, record::file, request::*};
use crate::{
    actions::{
        Failure,
        figures::{self, Figures, Wanted},
    },
    app::App,
    domain::refusal::Refusal,
};
use entity::vocabulary::*;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which figures.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichFigures {
    /// One market; all of them if not given.
    #[param(value_type = Option<String>)]
    pub market: Option<MarketId>,
    /// The first day; twelve months back if not given.
    #[param(value_type = Option<String>)]
    pub since: Option<Day>,
    /// The last day; today if not given.
    #[param(value_type = Option<String>)]
    pub until: Option<Day>,
}

impl From<WhichFigures> for Wanted {
    fn from(WhichFigures { market, since, until }: WhichFigures) -> Self {
        Self { market, since, until }
    }
}

pub async fn show(app: &App, asked: Asked<Managing, WhichFigures>) -> Result<Figures, Failure> {
    figures::show(app, &asked.actor, asked.query.into()).await
}

pub async fn csv(app: &App, asked: Asked<Managing, WhichFigures>) -> Result<Shown<Download>, Failure> {
    let name: String = asked.parts.part("figure")?;
    let kind: FigureKind = name.parse().map_err(|()| Refusal::not_found("figure"))?;
    let text = figures::csv(app, &asked.actor, asked.query.into(), kind).await?;
    Ok(file(format!("{name}.csv"), "text/csv; charset=utf-8; header=present", text.into_bytes()))
}

use super::request::*;
use crate::{
    actions::{Failure, market, membership},
    app::App,
    domain::disclosure::{
        market::{Market, MarketCard},
        membership::Membership,
    },
};

pub async fn list(app: &App, _: Open) -> Result<Vec<MarketCard>, Failure> {
    market::list(app).await
}

pub async fn show(app: &App, asked: Open) -> Result<Market, Failure> {
    market::show(app, asked.parts.id()?).await
}

/// Everybody may keep it for so many seconds: it is the same for all, and read by whoever looks at a market.
const KEPT_SECONDS: u32 = 60;

pub async fn membership(app: &App, asked: Open) -> Result<Shown<Membership>, Failure> {
    let shown = membership::show(app, asked.parts.id()?).await?;
    Ok(Shown::from(shown).kept_by_all(KEPT_SECONDS))
}

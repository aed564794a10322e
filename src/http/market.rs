use super::request::*;
use crate::{
    actions::{Failure, market},
    app::App,
    domain::disclosure::market::{Market, MarketCard},
};

pub async fn list(app: &App, _: Open) -> Result<Vec<MarketCard>, Failure> {
    market::list(app).await
}

pub async fn show(app: &App, asked: Open) -> Result<Market, Failure> {
    market::show(app, asked.parts.id()?).await
}

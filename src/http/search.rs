use super::{identity::SignedIn, request::*};
use crate::{
    actions::{Failure, search},
    app::App,
    domain::disclosure::search::Search,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// What is searched for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Searched {
    /// 2 to 80 characters of a title, a reference or a provider's name.
    pub q: String,
}

pub async fn find(app: &App, asked: Asked<SignedIn, Searched>) -> Result<Search, Failure> {
    search::find(app, &asked.actor, &asked.query.q).await
}

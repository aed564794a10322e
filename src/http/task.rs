use super::{identity::*, request::*};
use crate::{
    actions::{Failure, Listed, task},
    app::App,
    domain::disclosure::task::Task,
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which tasks to list.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct WhichTasks {
    /// Those that are done, rather than those to do.
    #[serde(default)]
    pub done: bool,
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

/// What was done about a task.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskOutcome {
    pub outcome: String,
}

pub async fn list(app: &App, asked: Asked<Lettering, WhichTasks>) -> Result<Shown<Listed<Task>>, Failure> {
    let WhichTasks { done, after, page_size } = asked.query;
    Ok(Shown::listed(task::list(app, &asked.actor, done, page(after, page_size)?).await?))
}

pub async fn done(app: &App, command: Command<Procurement, TaskOutcome>) -> Result<Task, Failure> {
    let id = command.parts.id()?;
    task::done(app, &command.order, id, command.form.outcome).await?;
    task::show(app, &command.actor, id).await
}

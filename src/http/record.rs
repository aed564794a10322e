use super::{identity::Officer, request::*};
use crate::{
    actions::{
        Failure,
        record::{self, Recorded},
    },
    app::App,
    domain::{disclosure::record::AwardRecord, paper::Paper},
    print::{pack::pack, pdf},
};
use tokio::sync::Semaphore;

/// How many papers are printed at once: each keeps a core busy.
const PRINTED_AT_ONCE_MAX: usize = 2;
static PRINTING: Semaphore = Semaphore::const_new(PRINTED_AT_ONCE_MAX);

pub async fn show(app: &App, asked: Asked<Officer>) -> Result<AwardRecord, Failure> {
    Ok(record::show(app, &asked.actor, asked.parts.id()?).await?.record)
}

pub async fn json(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    let found = record::show(app, &asked.actor, asked.parts.id()?).await?;
    let name = format!("{}-evaluation.json", found.record.reference);
    Ok(file(name, "application/json", found.kept.evaluation.into_bytes()))
}

pub async fn html(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    let found = record::show(app, &asked.actor, asked.parts.id()?).await?;
    let name = format!("{}-record.html", found.record.reference);
    Ok(file(name, "text/html; charset=utf-8", found.html()?.into_bytes()))
}

pub async fn pdf(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    let found = record::show(app, &asked.actor, asked.parts.id()?).await?;
    let name = format!("{}-record.pdf", found.record.reference);
    Ok(file(name, "application/pdf", printed(found.paper()).await?))
}

pub async fn zip(app: &App, asked: Asked<Officer>) -> Result<Shown<Download>, Failure> {
    let found = record::show(app, &asked.actor, asked.parts.id()?).await?;
    let name = format!("{}-record.zip", found.record.reference);
    let pdf = printed(found.paper()).await?;
    Ok(file(name, "application/zip", bundle(&found, &pdf)?))
}

/// Everything in one file.
fn bundle(found: &Recorded, pdf: &[u8]) -> Result<Vec<u8>, Failure> {
    let (html, readme) = (found.html()?, found.readme());
    let files: [(&str, &[u8]); 5] = [
        ("README.txt", readme.as_bytes()),
        ("record.pdf", pdf),
        ("record.html", html.as_bytes()),
        ("evaluation.json", found.kept.evaluation.as_bytes()),
        ("requirement.json", found.kept.requirement.as_bytes()),
    ];
    pack(&files, found.record.dated).map_err(|why| Failure::Broken(why.to_string()))
}

/// Off the threads that serve, where it would make others wait.
pub(super) async fn printed(paper: Paper) -> Result<Vec<u8>, Failure> {
    let broken = |why: &dyn std::error::Error| Failure::Broken(why.to_string());
    let _turn = PRINTING.acquire().await.map_err(|why| broken(&why))?;
    let printed = tokio::task::spawn_blocking(move || pdf::write(&paper)).await;
    printed.map_err(|why| broken(&why))?.map_err(|why| broken(&why))
}

pub(super) fn file(name: String, media_type: &'static str, bytes: Vec<u8>) -> Shown<Download> {
    Shown::file(File { name, media_type, bytes })
}

//! The record of an award, read at one moment: what it shows belongs together.

use super::{Failure, evaluation::evaluated, opportunity::for_officer};
use crate::{
    app::App,
    domain::{
        actor::Actor,
        award::Evaluated,
        change::Subject,
        disclosure::{
            evaluation::EvaluationNames,
            record::{AwardRecord, Names, Rows, award_record, people_named},
        },
        evaluation,
        opportunity::stage,
        panel, paper,
        record::{self, Kept},
        refusal::Refusal,
    },
    store,
};
use entity::vocabulary::*;
use sea_orm::ConnectionTrait;

/// A record with the files on which it rests.
pub struct Recorded {
    pub record: AwardRecord,
    pub kept: Kept,
}

impl Recorded {
    /// The record to read and to print.
    pub fn paper(&self) -> paper::Paper {
        record::paper(&self.record)
    }

    /// The same as a page of its own.
    ///
    /// # Errors
    /// Its template is broken.
    pub fn html(&self) -> Result<String, Failure> {
        paper::html(&self.paper()).map_err(|why| Failure::Broken(why.to_string()))
    }

    /// What the bundle says of itself.
    pub fn readme(&self) -> String {
        record::readme(&self.record)
    }
}

/// Everything on which an award rests, from the moment that prices are open.
pub async fn show(app: &App, actor: &Actor, id: OpportunityId) -> Result<Recorded, Failure> {
    let look = app.database.look().await?;
    let now = app.clock.now();
    let opportunity = for_officer(&look, id, actor.authority()?).await?;
    evaluation::check_priced(&opportunity, now)?;
    let declarations = store::evaluation::declarations(&look, id).await?;
    // Once it is awarded nobody can have a part in it any more.
    if !stage(&opportunity, now).is_told() {
        panel::check_no_interest(&declarations, actor.account_id)?;
    }
    let rows = rows(&look, opportunity).await?;
    let names = names(&look, &rows).await?;
    look.commit().await?;
    Ok(Recorded { record: award_record(&rows, &names, now), kept: rows.kept })
}

async fn rows(db: &impl ConnectionTrait, of: entity::opportunity::Model) -> Result<Rows, Failure> {
    let id = of.id;
    let package = store::package::find(db, of.package_id).await?;
    let awards = store::award::every(db, id).await?;
    let mut facts = store::evaluation::facts(db, of.clone()).await?;
    let standing = awards.iter().find(|award| Some(award.id) == of.award_id);
    let evaluated: Evaluated = evaluated(db, of).await?;
    // What was kept, as it was kept; until then, what would be kept now.
    let kept = match standing.and_then(|a| a.evaluation.clone().zip(a.requirement.clone())) {
        Some((evaluation, requirement)) => Kept::of(evaluation, requirement),
        None => record::keep(&facts.opportunity, &evaluated.evaluation)?,
    };
    // Marks are shown of every bid that was evaluated, whether or not it stands now.
    facts.bids = evaluated.bidders.iter().map(|bidder| bidder.bid.clone()).collect();
    let mut events = store::evaluation::mark_events(db, id).await?;
    events.extend(store::evaluation::decisions(db, id).await?);
    Ok(Rows {
        package: package.ok_or_else(|| Refusal::not_found("package"))?,
        bids: store::bid::every(db, id).await?,
        letters: store::letter::about(db, Subject::from(id)).await?,
        facts,
        evaluated,
        awards,
        events,
        kept,
        round: store::round::find(db, id).await?,
        places: store::round::places(db, id).await?,
        revisions: store::round::revisions(db, id).await?,
    })
}

async fn names(db: &impl ConnectionTrait, rows: &Rows) -> Result<Names, Failure> {
    let of = &rows.facts.opportunity;
    let market = store::market::names(db, [of.category_id]).await?;
    let authority = store::account::authority(db, of.authority_id).await?;
    let people = store::account::names(db, people_named(rows)).await?;
    let providers_of = store::account::providers_of(db, rows.letters.iter().map(|l| l.account_id)).await?;
    let bidders = rows.bids.iter().map(|bid| bid.provider_id);
    let providers = bidders.chain(providers_of.values().copied());
    Ok(Names {
        authority: authority.map(|a| a.name).unwrap_or_default(),
        market: market.market(of.market_id),
        category: market.category(of.category_id),
        evaluation: EvaluationNames {
            people,
            providers: store::account::provider_names(db, providers).await?,
        },
        providers_of,
    })
}

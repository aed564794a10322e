//! Acknowledged bids a second, over HTTP: each is judged, kept with its event and the answer to its key, and
//! durable before its receipt leaves.

use crate::{
    Outcome,
    bidders::{self, Request},
    figures::Figures,
    process::Process,
    rows::Rows,
    sync::Sync,
    world::{World, empty_folder},
};
use entity::event;
use sea_orm::ColumnTrait;
use sea_orm::{
    EntityTrait, PaginatorTrait, QueryFilter,
    sqlx::{self, Connection, PgConnection},
};
use std::{env, path::Path, time::Duration};
use tokio::runtime::Runtime;

/// Bidders, each of a provider of its own, and the opportunities that they spread over.
const BIDDING: [(usize, usize); 4] = [(1, 1), (32, OPPORTUNITIES), (256, OPPORTUNITIES), (256, 1)];
const BIDDERS_MOST: usize = 256;
const OPPORTUNITIES: usize = 8;
/// How much longer each sync takes where it is made slow.
const LONGER: Duration = Duration::from_millis(1);
/// Rounds that count; one before them does not.
const ROUNDS: usize = 10;
/// How long each bids in a round.
const WINDOW: Duration = Duration::from_millis(1500);
/// Where the PostgreSQL is that may be used.
const POSTGRES: &str = "TEST_POSTGRES";

/// Measures on SQLite, as the disk has it and with slow syncs, and on PostgreSQL where there is one that waits for its
/// disk.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    empty_folder(folder)?;
    for (sync, folder) in
        [(Sync::Plain, folder.join("plain")), (Sync::slow(folder, LONGER)?, folder.join("slow"))]
    {
        empty_folder(&folder)?;
        let database = format!("sqlite://{}", folder.join("fairlot.db").display());
        let rows = |body: &str| Rows::in_sqlite(&folder.join("rows.db"), body, &sync);
        let on = format!("SQLite{}", sync.words());
        measure_on(runtime, &on, &database, rows, &folder, &sync, figures)?;
    }

    let Some(cluster) = env::var_os(POSTGRES).and_then(|url| url.into_string().ok()) else {
        println!("bids: without PostgreSQL, because {POSTGRES} is not set");
        return Ok(());
    };
    let Some(database) = runtime.block_on(new_postgres(&cluster))? else {
        println!("bids: without PostgreSQL, because the one in {POSTGRES} does not wait for its disk");
        return Ok(());
    };
    let folder = folder.join("postgres");
    empty_folder(&folder)?;
    let rows = |body: &str| runtime.block_on(Rows::in_postgres(&database, body));
    let measured = measure_on(runtime, "PostgreSQL", &database, rows, &folder, &Sync::Plain, figures);
    runtime.block_on(drop_postgres(&cluster))?;
    measured
}

fn measure_on(
    runtime: &Runtime,
    on: &str,
    database: &str,
    rows: impl FnOnce(&str) -> Outcome<Rows>,
    folder: &Path,
    sync: &Sync,
    figures: &mut Figures,
) -> Outcome<()> {
    println!("bids on {on}: setting up …");
    let world = runtime.block_on(World::plant(database, folder))?;
    // Published before anybody has joined: nobody is owed a letter for it, and all may bid all the same.
    let mut opportunities = Vec::new();
    for _ in 0..OPPORTUNITIES {
        let package = runtime.block_on(world.draft())?;
        opportunities.push(runtime.block_on(world.publish(package))?);
    }
    let sessions = runtime.block_on(world.admit(BIDDERS_MOST))?;
    let offer = serde_json::to_vec(&world.offer())?;
    let mut rows = rows(&String::from_utf8(offer.clone())?)?;
    let bids_over = |bidders: usize, over: usize| -> Vec<Request> {
        let chosen = opportunities.iter().take(over).cycle();
        let sessions = sessions.iter().take(bidders);
        sessions
            .zip(chosen)
            .map(|(session, opportunity)| {
                let path = format!("/api/opportunities/{opportunity}/bid");
                bidders::bid(path, session.clone(), offer.clone())
            })
            .collect()
    };
    let fairlot = Process::fairlot(&world, folder, sync)?;
    runtime.block_on(world.letters_posted())?;

    println!("bids on {on}: bidding …");
    let mut rates: [Vec<f64>; BIDDING.len()] = Default::default();
    let mut kept_rates = Vec::new();
    let mut acknowledged: u64 = 0;
    let a_second = |count: u32| f64::from(count) / WINDOW.as_secs_f64();
    for round in 0..=ROUNDS {
        for ((bidders, over), rates) in BIDDING.into_iter().zip(&mut rates) {
            let bidding = bidders::ask(fairlot.address, bids_over(bidders, over), WINDOW)?;
            acknowledged += u64::from(bidding.all);
            if round > 0 {
                rates.push(a_second(bidding.within));
            }
        }
        let kept = rows.insert(runtime, WINDOW)?;
        if round > 0 {
            kept_rates.push(a_second(kept));
        }
    }
    let recorded = runtime.block_on(bids_recorded(&world))?;
    if recorded != acknowledged {
        return Err(format!("{acknowledged} bids were acknowledged on {on}, {recorded} recorded").into());
    }
    for ((bidders, over), rates) in BIDDING.into_iter().zip(&rates) {
        let who = if bidders == 1 { "bidder" } else { "bidders" };
        let all = if bidders > 1 && over == 1 { " for one package" } else { "" };
        let name = format!("bids on {on}, {bidders} {who}{all}");
        figures.add(name, "per s", rates, "rows, one a transaction", &kept_rates);
    }
    Ok(())
}

/// How many bids, first and revised, the database holds events of.
async fn bids_recorded(world: &World) -> Outcome<u64> {
    let kinds = event::Column::Kind.is_in(["bid_submitted", "bid_revised"]);
    Ok(event::Entity::find().filter(kinds).count(world.app.database.read()).await?)
}

/// The database in a cluster that this run measures on.
const DATABASE: &str = "fairlot_bench";

/// Makes the database, and returns its address; nothing if the cluster does not wait for its disk.
async fn new_postgres(cluster: &str) -> Outcome<Option<String>> {
    let mut connection = PgConnection::connect(cluster).await?;
    for setting in ["show fsync", "show synchronous_commit", "show full_page_writes"] {
        let value: String = sqlx::query_scalar(setting).fetch_one(&mut connection).await?;
        if value != "on" {
            return Ok(None);
        }
    }
    sqlx::query("drop database if exists fairlot_bench with (force)").execute(&mut connection).await?;
    sqlx::query("create database fairlot_bench").execute(&mut connection).await?;
    let (server, _) = cluster.rsplit_once('/').ok_or("the address of PostgreSQL has no database")?;
    Ok(Some(format!("{server}/{DATABASE}")))
}

async fn drop_postgres(cluster: &str) -> Outcome<()> {
    let mut connection = PgConnection::connect(cluster).await?;
    sqlx::query("drop database fairlot_bench with (force)").execute(&mut connection).await?;
    Ok(())
}

//! A ranking round at full speed: a hundred bidders improve two hundred times a second for a minute, and a thousand
//! watch. How long each waits for its answer, and how long after a bid has come the last of those whose place it moves
//! has heard so.
//!
//! No round may be so quick: a market's definition can let a bidder improve twenty times at most, and no sooner than half
//! a minute after the last. Here an opportunity has other terms, which no market could be given.

use crate::{
    Outcome,
    ages::{Ages, Summary},
    crowd::{Crowd, Heard},
    figures::Figures,
    poster::Poster,
    process::{self, Process, of_day, since_epoch},
    speech::Speech,
    sync::Sync,
    wire,
    world::{World, empty_folder, new_key, order},
};
use entity::{
    category::{Formula, LineStep, RoundTerms},
    offer::LineRate,
    vocabulary::*,
};
use fairlot::{
    actions::{
        bid,
        evaluation::{self, NewDeclaration, NewMark},
        opportunity as opportunities, round,
    },
    domain::{
        actor::Need,
        round::{Improvement, NewRound},
    },
    store,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    time::Duration,
};
use tokio::runtime::Runtime;

const BIDDERS: usize = 100;
const WATCHERS: usize = 1_000;
const A_SECOND: u32 = 200;
const WINDOW: Duration = Duration::from_secs(60);
/// How long what is under way may take after that.
const DRAIN_MOST: Duration = Duration::from_secs(10);
/// What is wanted, in milliseconds: of answers, and of the last watcher.
const ANSWERED_WITHIN: f64 = 25.0;
const TOLD_WITHIN: f64 = 50.0;
/// By how much each lowers its hourly rate: five pence, in ten-thousandths of a pound. At first they are a penny apart,
/// so that each passes some of the others.
const STEP: i64 = 500;
const APART: i64 = 100;

/// A bidder, with what it asks by the hour now.
struct Bidder {
    account: AccountId,
    rate: Money,
}

/// Holds one round.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    println!("ranks: {BIDDERS} bids are evaluated …");
    empty_folder(folder)?;
    let database = format!("sqlite://{}", folder.join("fairlot.db").display());
    let world = runtime.block_on(World::plant(&database, folder))?;
    let (of, mut bidders) = runtime.block_on(open_round(&world))?;
    let key = world.offer().rates.first().ok_or("no price line")?.key.clone();
    let sessions = bidders.iter().map(|bidder| world.session(bidder.account)).collect::<Outcome<Vec<_>>>()?;
    let server = Process::fairlot(&world, folder, &Sync::Plain)?;
    runtime.block_on(world.letters_posted())?;

    println!("ranks: {A_SECOND} improvements a second, {WATCHERS} watch …");
    let mut crowd = Crowd::gather(&server, Speech::Fairlot, &sessions, WATCHERS)?;
    let mut poster = Poster::connect(server.address, Speech::Fairlot, BIDDERS)?;
    crowd.begin_by_time()?;
    let path = format!("/api/opportunities/{of}/round/improve");
    let mut sent: Vec<Vec<Duration>> = vec![Vec::new(); BIDDERS];
    let time_before = process::processor_time(server.id())?;
    poster.post(A_SECOND, WINDOW, |place| {
        let which = place % BIDDERS;
        let whose = bidders.get_mut(which).zip(sent.get_mut(which)).zip(sessions.get(which));
        let ((bidder, sent), session) = whose.ok_or("no such bidder")?;
        bidder.rate = Money::from_ten_thousandths(bidder.rate.ten_thousandths() - STEP);
        let rates = vec![LineRate { key: key.clone(), rate: bidder.rate }];
        let form = serde_json::to_vec(&Improvement { rates })?;
        sent.push(since_epoch());
        Ok(wire::post(&path, session, &new_key(), &form))
    })?;
    settle(&mut poster, &mut crowd)?;
    let heard = crowd.end()?;
    let busy = process::processor_time(server.id())?.saturating_sub(time_before);
    let found = runtime.block_on(compare(&world, of, &bidders, &sent, &heard))?;
    let (answers, last) = (poster.took(), found.last);
    println!(
        "ranks: {} improvements, each moved {:.1} places; answered within {:.1}, {:.1} and {:.1} ms (p50, p99, worst), \
         known to the last watcher within {:.1}, {:.1} and {:.1}; {:.1} % of what was told was heard, the rest went with what \
         came after it; {:.1} s of processors",
        poster.sent(),
        found.moved,
        answers.p50,
        answers.p99,
        answers.worst,
        last.p50,
        last.p99,
        last.worst,
        found.share * 100.0,
        busy.as_secs_f64(),
    );
    let mut add = |name: &str, value: f64, wanted: f64| {
        let name = format!("{A_SECOND} improvements a second: {name}");
        figures.add(name, "ms", &[value], "what is wanted", &[wanted]);
    };
    add("answers, p99", answers.p99, ANSWERED_WITHIN);
    add("last watcher, p99", last.p99, TOLD_WITHIN);
    Ok(())
}

/// Waits until everything is answered and nobody hears any more.
fn settle(poster: &mut Poster, crowd: &mut Crowd) -> Outcome<()> {
    const QUIET: Duration = Duration::from_millis(500);
    let began = std::time::Instant::now();
    let mut heard = 0;
    while began.elapsed() < DRAIN_MOST {
        poster.read_until(std::time::Instant::now() + QUIET)?;
        let before = std::mem::replace(&mut heard, crowd.heard_so_far()?);
        if poster.all_answered() && before == heard {
            return Ok(());
        }
    }
    Err(format!("not all was answered and told after {DRAIN_MOST:?}").into())
}

/// A round that has begun, and whoever bids in it in the order of their turns, which is not that of their prices.
async fn open_round(world: &World) -> Outcome<(OpportunityId, Vec<Bidder>)> {
    const WEEK: i64 = 7 * 86_400_000;
    const HOURS: i64 = 5;
    /// Without a common divisor with the number of bidders.
    const TURNS_APART: usize = 37;
    let clock = &world.app.clock;
    let opens_at = clock.now().plus_seconds(-60);
    // There has to be notice: all of it was a week ago.
    clock.wind(-WEEK);
    let accounts = world.members(BIDDERS).await?;
    let closes_at = clock.now().plus_seconds(HOURS * 3600);
    let of = world.publish_until(world.draft().await?, closes_at).await?;
    set_terms(world, of).await?;
    let mut bidders = Vec::new();
    for (place, account) in accounts.into_iter().enumerate() {
        let mut offer = world.offer();
        let first = offer.rates.first_mut().ok_or("no price line")?;
        first.rate =
            Money::from_ten_thousandths(first.rate.ten_thousandths() + APART * i64::try_from(place)?);
        bidders.push(Some(Bidder { account, rate: first.rate }));
        bid::submit(&world.app, &order(account, Need::Provider(&[ProviderRole::Administrator])), of, offer)
            .await?;
    }
    clock.wind(HOURS * 3_600_000);
    opportunities::close_due(&world.app).await?;
    evaluate(world, of).await?;
    let commissioner = world.officer(OfficerRole::Commissioner).await?;
    let by = || order(commissioner, Need::Officer(&[OfficerRole::Commissioner]));
    evaluation::declare(&world.app, &by(), of, NewDeclaration { interest: None }).await?;
    evaluation::open_prices(&world.app, &by(), of).await?;
    round::invite(&world.app, &by(), of, NewRound { opens_at }).await?;
    clock.unwind();
    let turns = (0..BIDDERS).map(|turn| turn * TURNS_APART % BIDDERS);
    let in_turn = turns.filter_map(|place| bidders.get_mut(place)?.take()).collect();
    Ok((of, in_turn))
}

/// Terms that no market could have: improvements without limit; and every price counts against the lowest.
async fn set_terms(world: &World, of: OpportunityId) -> Outcome<()> {
    let before = store::opportunity::find(world.app.database.read(), of).await?.ok_or("no opportunity")?;
    let mut terms = before.terms;
    let steps = terms.lines.iter().map(|line| LineStep {
        key: line.key.clone(),
        step: Money::from_ten_thousandths(APART),
        floor: None,
    });
    terms.round = Some(RoundTerms {
        steps: steps.collect(),
        length_minutes: 60,
        last_minutes: 5,
        extension_minutes: 5,
        longest_minutes: 120,
        revisions_max: u32::MAX,
        spacing_seconds: 0,
        announce_bidders: false,
    });
    terms.formula = Formula::LowestRelative;
    terms.abnormally_low = None;
    let tx = world.app.database.begin().await?;
    let words = "update opportunity set terms = $1 where id = $2";
    let values = [Value::from(serde_json::to_string(&terms)?), Value::from(of)];
    tx.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, words, values)).await?;
    Ok(tx.commit().await?)
}

/// Every evaluator gives every answer the same mark: prices decide.
async fn evaluate(world: &World, of: OpportunityId) -> Outcome<()> {
    let found = store::opportunity::find(world.app.database.read(), of).await?.ok_or("no opportunity")?;
    for _ in 0..found.terms.evaluators {
        let evaluator = world.officer(OfficerRole::Evaluator).await?;
        let by = || order(evaluator, Need::Officer(&[OfficerRole::Evaluator]));
        evaluation::declare(&world.app, &by(), of, NewDeclaration { interest: None }).await?;
        let account = store::account::actor(world.app.database.read(), evaluator).await?;
        let (actor, _) = account.ok_or("no evaluator")?;
        let shown = evaluation::show(&world.app, &actor, of).await?;
        for bid in &shown.bids {
            for criterion in &shown.criteria {
                let mark = NewMark {
                    blind_id: bid.blind_id,
                    criterion_id: criterion.id.clone(),
                    mark: Mark::from_ten_thousandths(40_000),
                    reason: "Clear about who does what and when.".to_owned(),
                };
                evaluation::give_mark(&world.app, &by(), of, mark).await?;
            }
        }
        evaluation::finish(&world.app, &by(), of).await?;
    }
    Ok(())
}

/// What everybody was told of its place before anybody improved.
const WITH_INVITATION: i64 = 1;

/// What the database and the watchers say together.
struct Found {
    /// From a bid's being sent until the last of those whose place it moved had heard so.
    last: Summary,
    /// How many places an improvement moved, its own with them.
    moved: f64,
    /// Of what was told, how much was heard: where several come at once, only the newest place is told.
    share: f64,
}

async fn compare(
    world: &World,
    of: OpportunityId,
    bidders: &[Bidder],
    sent: &[Vec<Duration>],
    heard: &Heard,
) -> Outcome<Found> {
    let db = world.app.database.read();
    let bids: HashMap<AccountId, BidId> =
        store::bid::every(db, of).await?.into_iter().map(|bid| (bid.submitted_by, bid.id)).collect();
    let mut made: HashMap<BidId, Vec<Instant>> = HashMap::new();
    for revision in store::round::revisions(db, of).await? {
        made.entry(revision.bid_id).or_default().push(revision.made_at);
    }
    let by_time: BTreeMap<_, _> = heard.last_by_time.iter().copied().collect();
    let (mut last, mut all) = (Ages::default(), 0);
    for (bidder, sent) in bidders.iter().zip(sent) {
        let made = bids.get(&bidder.account).and_then(|bid| made.get(bid)).ok_or("nobody improved")?;
        if made.len() != sent.len() {
            return Err(format!("{} improvements were sent, {} kept", sent.len(), made.len()).into());
        }
        for (sent, made) in sent.iter().zip(made) {
            let made = Duration::from_millis(u64::try_from(made.milliseconds())?);
            // What was joined with what came after it was heard with that.
            let (_, age) =
                by_time.range(of_day(made)..).next().ok_or("an improvement that nobody heard of")?;
            last.add(made.saturating_sub(*sent) + *age);
            all += 1;
        }
    }
    let places = store::round::places(db, of).await?;
    let told: i64 = places.iter().map(|place| place.told - WITH_INVITATION).sum();
    Ok(Found {
        last: last.summary(),
        moved: told as f64 / f64::from(all),
        share: heard.ages.all as f64 / (told as f64 * (WATCHERS / BIDDERS) as f64),
    })
}

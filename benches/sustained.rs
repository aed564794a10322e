//! A sustained rate of messages, each told to everybody, whether or not those before were heard. What counts is how old
//! a message is when a listener has it.

use crate::{
    Outcome,
    bidders::{self, Request},
    crowd::Crowd,
    figures::Figures,
    load::{self, Load, Rate},
    peers::Peer,
    process::Process,
    publication,
    speech::Speech,
    sync::Sync,
    world::{World, empty_folder},
};
use entity::vocabulary::PackageId;
use std::{path::Path, time::Duration};
use tokio::runtime::Runtime;

/// What Fairlot tells of.
#[derive(Clone, Copy)]
enum Acts {
    /// Packages are published; providers hear of it.
    Publications,
    /// Bids are revised; the officers of the authority hear of it.
    Bids,
}

struct Asked {
    listeners: usize,
    a_second: u32,
    acts: Acts,
}

const ASKED: [Asked; 5] = [
    Asked { listeners: 1_000, a_second: 20, acts: Acts::Publications },
    Asked { listeners: 1_000, a_second: 200, acts: Acts::Publications },
    Asked { listeners: 5_000, a_second: 50, acts: Acts::Publications },
    Asked { listeners: 1_000, a_second: 1_000, acts: Acts::Bids },
    Asked { listeners: 1_000, a_second: 2_000, acts: Acts::Bids },
];
const WINDOW: Duration = Duration::from_secs(5);
/// How many providers listen, or bid.
const LISTENING: usize = 20;
const BIDDING: usize = load::CONNECTIONS;
/// How many opportunities bids spread over.
const OPPORTUNITIES: usize = 8;
/// A loop of blocking writes waits for its slowest listener, and takes one post at a time.
const PEERS: [Peer; 7] =
    [Peer::Ws, Peer::WsPrepared, Peer::WsJoined, Peer::SocketIo, Peer::Bun, Peer::Websockets, Peer::Nats];

/// Measures one server after the other: each alone, with a crowd of its own.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    empty_folder(folder)?;
    let bench = folder.parent().ok_or("no folder")?;
    for asked in &ASKED {
        let Asked { listeners, a_second, .. } = asked;
        println!("sustained: {a_second} messages a second to {listeners} listeners …");
        let folder = folder.join(format!("{listeners}-{a_second}"));
        let fairlot = of_fairlot(runtime, &folder, asked)?;
        print(asked, "Fairlot", &fairlot);
        for peer in PEERS {
            let load = of_peer(peer, bench, asked, &fairlot.heard.message);
            match &load {
                Ok(load) => print(asked, peer.name(), load),
                Err(why) => println!("{:<26} failed: {why}", peer.name()),
            }
            report(figures, asked, &fairlot, peer, load);
        }
    }
    Ok(())
}

fn of_fairlot(runtime: &Runtime, folder: &Path, asked: &Asked) -> Outcome<Load> {
    empty_folder(folder)?;
    let database = format!("sqlite://{}", folder.join("fairlot.db").display());
    let world = runtime.block_on(World::plant(&database, folder))?;
    match asked.acts {
        Acts::Publications => publications(runtime, &world, folder, asked),
        Acts::Bids => bids(runtime, &world, folder, asked),
    }
}

fn publications(runtime: &Runtime, world: &World, folder: &Path, asked: &Asked) -> Outcome<Load> {
    let sessions = runtime.block_on(world.admit(LISTENING))?;
    let all = asked.a_second as usize * WINDOW.as_secs() as usize;
    let mut packages: Vec<PackageId> = runtime.block_on(world.drafts(all))?;
    carry(runtime, world, folder, asked, &sessions, |_| {
        publication::publish(world, packages.pop().ok_or("no package is left")?)
    })
}

fn bids(runtime: &Runtime, world: &World, folder: &Path, asked: &Asked) -> Outcome<Load> {
    // Published before anybody has joined: nobody is owed a letter for it.
    let mut opportunities = Vec::with_capacity(OPPORTUNITIES);
    for package in runtime.block_on(world.drafts(OPPORTUNITIES))? {
        opportunities.push(runtime.block_on(world.publish(package))?);
    }
    let sessions = runtime.block_on(world.admit(BIDDING))?;
    let offer = serde_json::to_vec(&world.offer())?;
    let bids: Vec<Request> = sessions
        .into_iter()
        .zip(opportunities.iter().cycle())
        .map(|(session, opportunity)| {
            bidders::bid(format!("/api/opportunities/{opportunity}/bid"), session, offer.clone())
        })
        .collect();
    carry(runtime, world, folder, asked, &[world.broker_session()?], |place| {
        let bid = bids.get(place % bids.len()).ok_or("nobody bids")?;
        Ok(bid())
    })
}

fn carry(
    runtime: &Runtime,
    world: &World,
    folder: &Path,
    asked: &Asked,
    sessions: &[String],
    request: impl FnMut(usize) -> Outcome<Vec<u8>>,
) -> Outcome<Load> {
    let server = Process::fairlot(world, folder, &Sync::Plain)?;
    runtime.block_on(world.letters_posted())?;
    let mut crowd = Crowd::gather(&server, Speech::Fairlot, sessions, asked.listeners)?;
    load::carry(&server, &mut crowd, asked.listeners, Speech::Fairlot, asked.rate(), request)
}

fn of_peer(peer: Peer, bench: &Path, asked: &Asked, message: &[u8]) -> Outcome<Load> {
    let server = peer.start(bench)?;
    let mut crowd = Crowd::gather(&server, peer.speech(), &[String::new()], asked.listeners)?;
    let request = load::of_peer(peer, message);
    load::carry(&server, &mut crowd, asked.listeners, peer.speech(), asked.rate(), request)
}

impl Asked {
    const fn rate(&self) -> Rate {
        Rate { a_second: self.a_second, window: WINDOW }
    }
}

/// All that is known of one run, while the others are waited for.
fn print(asked: &Asked, who: &str, load: &Load) {
    let ages = load.heard.ages;
    println!(
        "{who:<26} {:>5} of {} a second; age {:>8.1} {:>8.1} {:>8.1} ms (p50, p99, worst); answered in {:.1} ms (p99); \
         {:.2} s of processors, load {:.2}; {:.0} MiB{}",
        load.reached,
        asked.a_second,
        ages.p50,
        ages.p99,
        ages.worst,
        load.answers.p99,
        load.server_time.as_secs_f64(),
        load.load_time.as_secs_f64(),
        load.memory.most,
        load.note().map(|note| format!("; {note}")).unwrap_or_default(),
    );
}

type Measure = fn(&Load) -> f64;

/// What is compared, and in which unit.
const MEASURES: [(&str, &str, Measure); 7] = [
    ("age, p50", "ms", |load| load.heard.ages.p50),
    ("age, p99", "ms", |load| load.heard.ages.p99),
    ("age, worst", "ms", |load| load.heard.ages.worst),
    ("told", "per s", |load| load.reached),
    ("heard", "%", |load| load.heard_share() * 100.0),
    ("processor time", "s", |load| load.server_time.as_secs_f64()),
    ("memory, most", "MiB", |load| load.memory.most),
];

fn report(figures: &mut Figures, asked: &Asked, fairlot: &Load, peer: Peer, load: Outcome<Load>) {
    let Asked { listeners, a_second, .. } = asked;
    for (what, unit, measure) in MEASURES {
        let name = format!("{a_second} a second to {listeners}: {what}");
        let value = [measure(fairlot)];
        match &load {
            Ok(load) => {
                figures.add(name, unit, &value, peer.name(), &[measure(load)]);
                if let Some(note) = load.note() {
                    figures.note(&note);
                }
            }
            Err(why) => figures.failed(name, unit, &value, peer.name(), &why.to_string()),
        }
    }
}

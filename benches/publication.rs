//! From the request that publishes a package to the last of many connected listeners.
//!
//! `publication` is the whole way: the request, its transaction, the reading of the event, and everybody told.
//! `fan-out` is from the first listener that hears it to the last: the part that a server without a database does
//! as well.

use crate::{
    Outcome,
    ages::milliseconds,
    crowd::{Crowd, Told},
    figures::Figures,
    peers::Peer,
    process::Process,
    speech::Speech,
    sync::Sync,
    wire,
    world::{World, empty_folder, new_key},
};
use entity::vocabulary::PackageId;
use std::{path::Path, time::Duration};
use tokio::runtime::Runtime;

/// How a span is taken from what was heard.
type Span = fn(&Told) -> Duration;

/// The largest crowd comes first, then most of it goes home.
const CROWDS: [usize; 3] = [LISTENERS_MOST, 5_000, 1_000];
/// The largest crowd at one server.
pub const LISTENERS_MOST: usize = 10_000;
/// How many providers the listeners belong to.
const PROVIDERS: usize = 20;
/// Rounds that count, unless others are asked for, and rounds before them that do not.
const ROUNDS: usize = 18;
const WARM_UPS: usize = 2;
/// How long all is quiet before each round.
const QUIET: Duration = Duration::from_millis(60);

/// A server beside Fairlot, with its crowd.
struct Side {
    peer: Peer,
    /// Why it tells nobody any more, if it does not.
    serving: Outcome<(Crowd, Process)>,
    told: Vec<Told>,
}

/// Measures all servers in turn, every round.
pub fn measure(
    runtime: &Runtime,
    folder: &Path,
    rounds: Option<usize>,
    figures: &mut Figures,
) -> Outcome<()> {
    println!("publication: setting up …");
    let rounds = rounds.unwrap_or(ROUNDS);
    empty_folder(folder)?;
    let bench = folder.parent().ok_or("no folder")?;
    let database = format!("sqlite://{}", folder.join("fairlot.db").display());
    let world = runtime.block_on(World::plant(&database, folder))?;
    let sessions = runtime.block_on(world.admit(PROVIDERS))?;
    let mut packages = runtime.block_on(world.drafts(CROWDS.len() * (WARM_UPS + rounds)))?;

    let server = Process::fairlot(&world, folder, &Sync::Plain)?;
    let mut crowd = Crowd::gather(&server, Speech::Fairlot, &sessions, LISTENERS_MOST)?;
    let mut sides: Vec<Side> = Peer::ALL.into_iter().map(|peer| Side::gather(peer, bench)).collect();
    runtime.block_on(world.letters_posted())?;

    for listeners in CROWDS {
        println!("publication: {listeners} listeners …");
        crowd.shrink_to(listeners)?;
        for side in &mut sides {
            side.shrink_to(listeners);
        }
        crowd.idle(Duration::from_secs(1))?;
        let mut message = Vec::new();
        let mut told = Vec::new();
        for round in 0..WARM_UPS + rounds {
            let servers = sides.len() + 1;
            // Each has every place in the order equally often. Fairlot is the very first: the others repeat what
            // it told.
            for turn in 0..servers {
                match ((round + turn) % servers).checked_sub(1) {
                    None => {
                        let request = publish(&world, packages.pop().ok_or("no package is left")?)?;
                        crowd.idle(QUIET)?;
                        let mut heard = crowd.told(request)?;
                        message = std::mem::take(&mut heard.message);
                        runtime.block_on(world.letters_posted())?;
                        told.push(heard);
                    }
                    Some(place) => {
                        if let Some(side) = sides.get_mut(place) {
                            side.tell(&message);
                        }
                    }
                }
            }
            if round < WARM_UPS {
                told.clear();
                sides.iter_mut().for_each(|side| side.told.clear());
            }
        }
        report(figures, listeners, &told, &mut sides);
    }
    Ok(())
}

/// The request that publishes a package.
pub fn publish(world: &World, package: PackageId) -> Outcome<Vec<u8>> {
    let path = format!("/api/packages/{package}/publish");
    let publication = serde_json::to_vec(&world.publication())?;
    Ok(wire::post(&path, &world.broker_session()?, &new_key(), &publication))
}

impl Side {
    fn gather(peer: Peer, bench: &Path) -> Self {
        let gather = || -> Outcome<(Crowd, Process)> {
            let process = peer.start(bench)?;
            let crowd = Crowd::gather(&process, peer.speech(), &[String::new()], LISTENERS_MOST)?;
            Ok((crowd, process))
        };
        Self { peer, serving: gather(), told: Vec::new() }
    }

    /// Does something with the crowd; a server that fails in it is left alone from then on.
    fn attempt<T>(&mut self, what: impl FnOnce(&mut Crowd) -> Outcome<T>) -> Option<T> {
        let done = match &mut self.serving {
            Ok((crowd, _)) => what(crowd),
            Err(_) => return None,
        };
        match done {
            Ok(done) => Some(done),
            Err(why) => {
                self.serving = Err(why);
                None
            }
        }
    }

    fn shrink_to(&mut self, listeners: usize) {
        self.attempt(|crowd| {
            crowd.shrink_to(listeners)?;
            crowd.idle(QUIET)
        });
    }

    fn tell(&mut self, message: &[u8]) {
        let request = self.peer.post(message);
        let told = self.attempt(|crowd| {
            crowd.idle(QUIET)?;
            crowd.told(request)
        });
        self.told.extend(told);
    }
}

fn report(figures: &mut Figures, listeners: usize, told: &[Told], sides: &mut [Side]) {
    for (name, span) in [("publication", Told::last as Span), ("fan-out", Told::spread)] {
        let name = format!("{name} to {listeners} listeners");
        let spans = |of: &[Told]| -> Vec<f64> { of.iter().map(|told| milliseconds(span(told))).collect() };
        let values = spans(told);
        for side in &*sides {
            match &side.serving {
                Ok(_) => figures.add(&name, "ms", &values, side.peer.name(), &spans(&side.told)),
                Err(why) => figures.failed(&name, "ms", &values, side.peer.name(), &why.to_string()),
            }
        }
    }
    sides.iter_mut().for_each(|side| side.told.clear());
}

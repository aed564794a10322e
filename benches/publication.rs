//! From the request that publishes a package to the last of many connected listeners.
//!
//! `publication` is the whole way: the request, its transaction, the reading of the event, and everybody told.
//! `fan-out` is from the first listener that hears it to the last: the part that a server without a database does
//! as well.

use crate::{
    Outcome,
    crowd::{Crowd, Heard},
    figures::Figures,
    process::Process,
    sync::Sync,
    wire,
    world::{World, empty_folder, new_key},
};
use entity::vocabulary::PackageId;
use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How a span is taken from what was heard.
type Span = fn(&Heard) -> Duration;

/// The largest crowd comes first, then most of it goes home.
const CROWDS: [usize; 2] = [LISTENERS_MOST, 1_000];
/// The largest crowd at one server.
pub const LISTENERS_MOST: usize = 5_000;
/// How many providers the listeners belong to.
const PROVIDERS: usize = 20;
/// Rounds that count, and rounds before them that do not.
const ROUNDS: usize = 15;
const WARM_UPS: usize = 3;
/// How long all is quiet before each round.
const QUIET: Duration = Duration::from_millis(60);

/// One of the servers, with its crowd.
struct Side {
    crowd: Crowd,
    process: Process,
}

/// Measures all three servers in turn, every round.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    println!("publication: setting up …");
    empty_folder(folder)?;
    let database = format!("sqlite://{}", folder.join("fairlot.db").display());
    let world = runtime.block_on(World::plant(&database, folder))?;
    let sessions = runtime.block_on(world.admit(PROVIDERS))?;
    let broker = world.broker_session()?;
    let mut packages: Vec<PackageId> = Vec::new();
    for _ in 0..CROWDS.len() * (ROUNDS + WARM_UPS) {
        packages.push(runtime.block_on(world.draft())?);
    }
    let publication = serde_json::to_vec(&world.publication())?;

    let handshakes: Vec<_> = (0..LISTENERS_MOST)
        .zip(sessions.iter().cycle())
        .map(|(_, session)| wire::handshake("/api/live", session))
        .collect();
    let mut fairlot =
        gather(Process::fairlot(&world, folder, &Sync::Plain)?, &handshakes, Some(r#"{"type":"hello"}"#))?;
    let mut ws = gather(Process::node_ws()?, &handshakes, None)?;
    let mut floor = gather(Process::floor()?, &handshakes, None)?;
    runtime.block_on(world.letters_posted())?;

    for listeners in CROWDS {
        println!("publication: {listeners} listeners …");
        for side in [&mut fairlot, &mut ws, &mut floor] {
            side.crowd.shrink_to(listeners);
        }
        fairlot.crowd.idle(Duration::from_secs(1))?;
        let mut heard: [Vec<Heard>; 3] = Default::default();
        for round in 0..WARM_UPS + ROUNDS {
            // Each has every place in the order equally often. Fairlot is the very first: the others repeat what
            // it told.
            for turn in 0..3 {
                let which = (round + turn) % 3;
                let frame = fairlot.crowd.frame().to_vec();
                let took = match which {
                    0 => {
                        let package = packages.pop().ok_or("no package is left")?;
                        let path = format!("/api/packages/{package}/publish");
                        let request = wire::post(&path, &broker, &new_key(), &publication);
                        let took = fairlot.told(&request)?;
                        runtime.block_on(world.letters_posted())?;
                        took
                    }
                    1 => ws.told(&wire::post("/", "", "", wire::payload(&frame)))?,
                    _ => floor.told(&wire::post("/", "", "", &frame))?,
                };
                if let Some(of) = heard.get_mut(which).filter(|_| round >= WARM_UPS) {
                    of.push(took);
                }
            }
        }
        report(figures, listeners, &heard);
    }
    Ok(())
}

fn gather(process: Process, handshakes: &[Vec<u8>], hello: Option<&str>) -> Outcome<Side> {
    Ok(Side { crowd: Crowd::gather(process.address, handshakes, hello)?, process })
}

impl Side {
    /// Sends a request that makes the server tell everybody, and waits until everybody has heard.
    fn told(&mut self, request: &[u8]) -> Outcome<Heard> {
        let address: SocketAddr = self.process.address;
        self.crowd.idle(QUIET)?;
        let mut stream = wire::connect(address)?;
        let began = Instant::now();
        wire::send(&stream, request)?;
        let heard = self.crowd.hear(began)?;
        wire::expect_success(&mut stream)?;
        Ok(heard)
    }
}

fn report(figures: &mut Figures, listeners: usize, heard: &[Vec<Heard>; 3]) {
    let [fairlot, ws, floor] = heard;
    for (name, span) in [("publication", Heard::last as Span), ("fan-out", Heard::spread)] {
        let name = format!("{name} to {listeners} listeners");
        let milliseconds = |of: &[Heard]| -> Vec<f64> {
            of.iter().map(|heard| span(heard).as_secs_f64() * 1000.0).collect()
        };
        let values = milliseconds(fairlot);
        figures.add(name.clone(), "ms", &values, "Node ws", &milliseconds(ws));
        figures.add(name, "ms", &values, "bare TCP writes", &milliseconds(floor));
    }
}

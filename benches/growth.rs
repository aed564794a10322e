//! What a database that grows costs: the same acts and pages with a thousand, ten thousand, a hundred thousand and a
//! million bids in it, all asked in turn; and how long a server takes to be ready over each.

use crate::{
    Outcome,
    figures::Figures,
    process::Process,
    speech::{Said, Speech},
    sync::Sync,
    wire::{self, Opcode},
    world::{World, empty_folder, new_key},
};
use entity::vocabulary::{OpportunityId, PackageId};
use rusqlite::{Connection, types::Value};
use std::{
    io::Read,
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How many bids lie in each database. The first is the yardstick of the others.
const BIDS: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// How many bids each finished opportunity has, each of a provider of its own.
const BIDS_EACH: u32 = 10;
/// Rounds that count, and rounds before them that do not.
const ROUNDS: usize = 60;
const WARM_UPS: usize = 5;
/// How often a server is started over each.
const STARTS: usize = 10;
/// How long a server may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is done over and over.
const DONE: [&str; 5] = ["publishing", "a bid", "a page", "the board", "resuming"];

/// Measures all sizes in turn, every round.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    empty_folder(folder)?;
    let mut grown = Vec::new();
    for bids in BIDS {
        println!("growth: {bids} bids …");
        let folder = folder.join(bids.to_string());
        empty_folder(&folder)?;
        grown.push(Grown::plant(runtime, &folder, bids)?);
    }
    starts(&grown, figures)?;
    println!("growth: asking …");
    let mut asked: Vec<Asked> =
        grown.iter_mut().map(|grown| grown.serve(runtime)).collect::<Outcome<Vec<_>>>()?;
    let mut took = vec![vec![Vec::new(); DONE.len()]; BIDS.len()];
    for round in 0..WARM_UPS + ROUNDS {
        for turn in 0..BIDS.len() {
            let which = (round + turn) % BIDS.len();
            let (Some(asked), Some(took)) = (asked.get_mut(which), took.get_mut(which)) else { continue };
            let times = asked.round()?;
            runtime.block_on(asked.grown.world.letters_posted())?;
            for (took, time) in took.iter_mut().zip(times).filter(|_| round >= WARM_UPS) {
                took.push(time.as_secs_f64() * 1000.0);
            }
        }
    }
    let [first, larger @ ..] = took.as_slice() else { return Ok(()) };
    for (bids, took) in BIDS.iter().skip(1).zip(larger) {
        for ((done, took), first) in DONE.iter().zip(took).zip(first) {
            figures.add(format!("{done}, {bids} bids there"), "ms", took, "1,000 bids there", first);
        }
    }
    Ok(())
}

/// A database of some size, with what is asked of its server.
struct Grown {
    folder: std::path::PathBuf,
    world: World,
    sessions: Vec<String>,
    open: OpportunityId,
    drafts: Vec<PackageId>,
}

impl Grown {
    fn plant(runtime: &Runtime, folder: &Path, bids: u32) -> Outcome<Self> {
        let file = folder.join("fairlot.db");
        let world = runtime.block_on(World::plant(&format!("sqlite://{}", file.display()), folder))?;
        let sessions = runtime.block_on(world.admit(BIDS_EACH as usize))?;
        let mut drafts = Vec::new();
        for _ in 0..ROUNDS + WARM_UPS + 2 {
            drafts.push(runtime.block_on(world.draft())?);
        }
        let mut publish = || -> Outcome<OpportunityId> {
            runtime.block_on(world.publish(drafts.pop().ok_or("no package is left")?))
        };
        let (past, open) = (publish()?, publish()?);
        // Before servers are started and stopped over it: one that is stopped leaves the letters claimed that it was posting.
        let server = Process::fairlot(&world, folder, &Sync::Plain)?;
        runtime.block_on(world.letters_posted())?;
        drop(server);
        let offer = serde_json::to_string(&world.offer())?;
        fill(&file, past, bids / BIDS_EACH, &offer)?;
        Ok(Self { folder: folder.to_owned(), world, sessions, open, drafts })
    }

    fn serve(&mut self, runtime: &Runtime) -> Outcome<Asked<'_>> {
        let process = Process::fairlot(&self.world, &self.folder, &Sync::Plain)?;
        runtime.block_on(self.world.letters_posted())?;
        let stream = wire::connect(process.address)?;
        let broker = self.world.broker_session()?;
        let publication = serde_json::to_vec(&self.world.publication())?;
        let offer = serde_json::to_vec(&self.world.offer())?;
        Ok(Asked { grown: self, process, stream, broker, publication, offer })
    }
}

/// A server that is asked.
struct Asked<'a> {
    grown: &'a mut Grown,
    process: Process,
    stream: TcpStream,
    broker: String,
    publication: Vec<u8>,
    offer: Vec<u8>,
}

impl Asked<'_> {
    /// Everything once: how long each took, in the order of [`DONE`].
    fn round(&mut self) -> Outcome<[Duration; DONE.len()]> {
        let package = self.grown.drafts.pop().ok_or("no package is left")?;
        let (open, session) = (self.grown.open, self.grown.sessions.first().ok_or("nobody")?.clone());
        let publish = wire::post(
            &format!("/api/packages/{package}/publish"),
            &self.broker,
            &new_key(),
            &self.publication,
        );
        let bid = wire::post(&format!("/api/opportunities/{open}/bid"), &session, &new_key(), &self.offer);
        let page = wire::get(&format!("/api/opportunities/{open}"), &session);
        let board = wire::get("/api/opportunities?page_size=50", &session);
        Ok([
            self.took(&publish)?,
            self.took(&bid)?,
            self.took(&page)?,
            self.took(&board)?,
            resumed(&self.process, &session, open)?,
        ])
    }

    fn took(&mut self, request: &[u8]) -> Outcome<Duration> {
        let began = Instant::now();
        wire::send(&self.stream, request)?;
        wire::success(&mut self.stream)?;
        Ok(began.elapsed())
    }
}

/// How long a listener that comes back, and saw the first event of an opportunity, waits for what it missed.
fn resumed(process: &Process, session: &str, of: OpportunityId) -> Outcome<Duration> {
    let mut stream = wire::connect(process.address)?;
    let began = Instant::now();
    wire::send(&stream, &wire::handshake("/api/live", session))?;
    crate::listeners::upgraded(&mut stream)?;
    let hello = format!(r#"{{"type":"hello","seen":{{"{of}":1}}}}"#);
    wire::send(&stream, &wire::from_client(Opcode::Text, hello.as_bytes()))?;
    let (mut bytes, mut piece, mut heard) = (Vec::new(), [0; 64 * 1024], false);
    while !heard {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Err("a server hung up on a listener".into());
        }
        bytes.extend_from_slice(piece.get(..read).unwrap_or_default());
        while let Some(frame) = wire::first_frame(&bytes)? {
            Speech::Fairlot.understand(&frame, |said| {
                heard |= matches!(said, Said::Event(_));
                Ok(())
            })?;
            let length = frame.bytes;
            bytes.drain(..length);
        }
    }
    Ok(began.elapsed())
}

/// How long a server takes from its start until it says that it is ready.
fn starts(grown: &[Grown], figures: &mut Figures) -> Outcome<()> {
    println!("growth: starting …");
    let mut took = vec![Vec::new(); grown.len()];
    for _ in 0..STARTS {
        for (grown, took) in grown.iter().zip(&mut took) {
            let began = Instant::now();
            let process = Process::fairlot(&grown.world, &grown.folder, &Sync::Plain)?;
            let mut stream = wire::connect(process.address)?;
            while began.elapsed() < PATIENCE {
                wire::send(&stream, &wire::get("/readyz", ""))?;
                if wire::success(&mut stream).is_ok() {
                    break;
                }
            }
            took.push(began.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let [first, larger @ ..] = took.as_slice() else { return Ok(()) };
    for (bids, took) in BIDS.iter().skip(1).zip(larger) {
        figures.add(format!("a start, {bids} bids there"), "ms", took, "1,000 bids there", first);
    }
    Ok(())
}

/// Puts finished opportunities beside one that was published, each with a bid of every provider and an event of each
/// bid, as they would lie there had they come one after another in the years before.
fn fill(file: &Path, published: OpportunityId, many: u32, offer: &str) -> Outcome<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch("pragma foreign_keys = on")?;
    let published = Value::from(published.0.as_bytes().to_vec());
    let values = [published, Value::from(i64::from(many)), Value::from(offer.to_owned())];
    for words in FILL.split(";\n") {
        let mut statement = connection.prepare(words)?;
        let wanted = statement.parameter_count();
        statement.execute(rusqlite::params_from_iter(values.iter().take(wanted)))?;
    }
    Ok(())
}

/// `?1` is the opportunity whose like is put there, `?2` how many, `?3` an offer. Ids begin with the time, as all do.
const FILL: &str = include_str!("growth.sql");

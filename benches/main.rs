//! What `cargo bench` runs. It measures Fairlot beside yardsticks of the same run, round by round, so that a slow
//! or busy machine slows both; it prints a table, and writes `bench/figures.json` into the target folder.
//! `docs/performance.md` says how to read it. It never fails because something is slow.
//!
//! `cargo bench -- publication` measures only that; so do `sustained`, `memory`, `bids`, `last-second`, `ranks`, `reads`,
//! `growth` and `scoring`.
//! `cargo bench -- publication --rounds 3` measures as many rounds.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints what it finds, and stops when it cannot go on"
)]
#![expect(clippy::print_stdout, reason = "its output is what it is run for")]

mod ages;
mod bidders;
mod bids;
mod crowd;
mod figures;
mod floor;
mod growth;
mod last_second;
mod listeners;
mod load;
mod memory;
mod peers;
mod poster;
mod process;
mod publication;
mod python;
mod ranks;
mod reads;
mod rows;
mod scoring;
mod speech;
mod sustained;
mod sync;
mod wire;
mod world;

use rustix::process::{Resource, getrlimit, setrlimit};
use std::{env, error::Error, fs, path::Path};
use tokio::runtime::{Builder, Runtime};

/// What every step ends with.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Open files that the largest crowd needs, and its server, with some to spare.
const OPEN_FILES: u64 = publication::LISTENERS_MOST as u64 + 1_000;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == floor::ARGUMENT) {
        return floor::serve();
    }
    if arguments.first().is_some_and(|first| first == listeners::ARGUMENT) {
        return listeners::serve();
    }
    if let [first, file] = arguments.as_slice()
        && first == rows::ARGUMENT
    {
        return rows::serve(file);
    }
    if let [first, file, asked @ ..] = arguments.as_slice()
        && first == reads::ARGUMENT
    {
        return reads::serve(file, asked.first().map(Path::new));
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("This measures rather than tests: run cargo bench.");
        return Ok(());
    }
    let (chosen, rounds) = chosen(&arguments)?;
    let wanted = |name: &str| chosen.is_empty() || chosen.contains(&name);

    raise_open_files()?;
    // Not in memory: where the program is built, files wait for a disk.
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("there is no target folder")?.join("bench");
    fs::create_dir_all(&folder)?;
    let runtime = runtime()?;
    let mut figures = figures::Figures::default();
    if wanted("scoring") {
        scoring::measure(&folder.join("scoring"), &mut figures)?;
    }
    if wanted("publication") {
        publication::measure(&runtime, &folder.join("publication"), rounds, &mut figures)?;
    }
    if wanted("sustained") {
        sustained::measure(&runtime, &folder.join("sustained"), &mut figures)?;
    }
    if wanted("memory") {
        memory::measure(&runtime, &folder.join("memory"), &mut figures)?;
    }
    if wanted("bids") {
        bids::measure(&runtime, &folder.join("bids"), &mut figures)?;
    }
    if wanted("last-second") {
        last_second::measure(&runtime, &folder.join("last-second"), &mut figures)?;
    }
    if wanted("ranks") {
        ranks::measure(&runtime, &folder.join("ranks"), &mut figures)?;
    }
    if wanted("reads") {
        reads::measure(&runtime, &folder.join("reads"), &mut figures)?;
    }
    if wanted("growth") {
        growth::measure(&runtime, &folder.join("growth"), &mut figures)?;
    }
    figures.print();
    let file = folder.join("figures.json");
    figures.write(&file)?;
    println!("\nwritten to {}", file.display());
    Ok(())
}

/// Which parts are asked for, and how many rounds.
fn chosen(arguments: &[String]) -> Outcome<(Vec<&str>, Option<usize>)> {
    let (mut parts, mut rounds) = (Vec::new(), None);
    let mut arguments = arguments.iter().map(String::as_str);
    while let Some(argument) = arguments.next() {
        if argument == "--rounds" {
            rounds = Some(arguments.next().ok_or("how many rounds?")?.parse()?);
        } else if !argument.starts_with('-') {
            parts.push(argument);
        }
    }
    Ok((parts, rounds))
}

fn runtime() -> Outcome<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// Every listener is a socket in its crowd and another in its server, which inherit this limit.
fn raise_open_files() -> Outcome<()> {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|most| most < OPEN_FILES) {
        return Err(format!("{OPEN_FILES} open files are needed, and this account may have {limit:?}").into());
    }
    if limit.current.is_some_and(|now| now < OPEN_FILES) {
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit)?;
    }
    Ok(())
}

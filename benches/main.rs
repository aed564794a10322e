//! What `cargo bench` runs. It measures Fairlot beside yardsticks of the same run, round by round, so that a slow
//! or busy machine slows both; it prints a table, and writes `bench/figures.json` into the target folder.
//! `docs/performance.md` says how to read it. It never fails because something is slow.
//!
//! `cargo bench -- publication`, `cargo bench -- bids` and `cargo bench -- scoring` measure only that.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement prints what it finds, and stops when it cannot go on"
)]
#![expect(clippy::print_stdout, reason = "its output is what it is run for")]

mod bidders;
mod bids;
mod crowd;
mod figures;
mod floor;
mod process;
mod publication;
mod rows;
mod scoring;
mod sync;
mod wire;
mod world;

use rustix::process::{Resource, getrlimit, setrlimit};
use std::{env, error::Error, fs, path::Path};
use tokio::runtime::{Builder, Runtime};

/// What every step ends with.
pub type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Open files that the crowds of all servers need together, with some to spare.
const OPEN_FILES: u64 = 3 * publication::LISTENERS_MOST as u64 + 500;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == floor::ARGUMENT) {
        return floor::serve();
    }
    if let [first, file] = arguments.as_slice()
        && first == rows::ARGUMENT
    {
        return rows::serve(file);
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("This measures rather than tests: run cargo bench.");
        return Ok(());
    }
    let chosen: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|word| *word == name);

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
        publication::measure(&runtime, &folder.join("publication"), &mut figures)?;
    }
    if wanted("bids") {
        bids::measure(&runtime, &folder.join("bids"), &mut figures)?;
    }
    figures.print();
    let file = folder.join("figures.json");
    figures.write(&file)?;
    println!("\nwritten to {}", file.display());
    Ok(())
}

fn runtime() -> Outcome<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// Every listener is a socket here and another in its server, which inherits this limit.
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

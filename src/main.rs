//! The command line.

use clap::{Parser, Subcommand};
use fairlot::console;
use mimalloc::MiMalloc;
use std::{path::PathBuf, process::ExitCode};

/// Rows, answers and messages are many small pieces, which the system's own allocator takes long over.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A live marketplace in which councils buy care and support for individual people.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve. Settings come from the file, then the environment (FAIRLOT_…), then these.
    Serve(console::Overrides),
    /// Serve a living demonstration: both Staffordshire markets, fictitious people, robots that bid.
    Demo(console::DemoArguments),
    /// Bring the database's schema up to date.
    Migrate(console::Overrides),
    /// Check or import a market's definition file.
    #[command(subcommand)]
    Market(console::Market),
    /// Import a dated debarment list: providers that may be on it are put before officers.
    #[command(subcommand)]
    Debarment(console::Debarment),
    /// Open an officer's account or add to its roles. The password is read from standard input.
    Officer(console::OfficerArguments),
    /// Take a message that came to the address from which letters are sent: a bounce raises a task.
    Bounce(console::Overrides),
    /// Work a result out again: an evaluation in (a file, or standard input), the result out, both JSON.
    Score { file: Option<PathBuf> },
    /// Print the OpenAPI document.
    Openapi,
}

#[actix_web::main]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve(overrides) => console::serve(&overrides).await,
        Command::Demo(arguments) => console::demo(&arguments).await,
        Command::Migrate(overrides) => console::migrate(&overrides).await,
        Command::Market(asked) => console::market(&asked).await,
        Command::Debarment(asked) => console::debarment(&asked).await,
        Command::Officer(arguments) => console::open_officer(&arguments).await,
        Command::Bounce(overrides) => console::bounce(&overrides).await,
        Command::Score { file } => console::score(file.as_deref()),
        Command::Openapi => console::openapi(),
    }
}

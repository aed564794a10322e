//! The command line's door: reads settings, says in plain words what went wrong, and exits with 1 for a failure
//! and 2 for what was asked wrongly.

use crate::{
    actions::{
        account,
        exclusion::{self, ListImported},
        letter::{self, Bounced},
        market,
    },
    app::App,
    demo,
    domain::{
        area::Middles,
        bounce::BOUNCE_BYTES_MAX,
        debarment::{self, LIST_BYTES_MAX},
        market::read,
        scoring::json::{self, EVALUATION_BYTES_MAX},
    },
    http::{failure::Problem, server},
    settings::Settings,
    store::{self, Database},
};
use clap::Args;
use entity::vocabulary::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    fmt::Display,
    fs,
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::ExitCode,
};
use tokio::signal::unix::{SignalKind, signal};

/// The configuration file that is read if none is named.
const DEFAULT_FILE: &str = "fairlot.toml";
/// The largest table of outward codes that is read, in bytes.
const OUTWARD_CODES_BYTES_MAX: u64 = 1024 * 1024;

/// Settings from the command line.
#[derive(Args)]
pub struct Overrides {
    /// The configuration file [default: fairlot.toml, if it is there]
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where to listen, such as 127.0.0.1:8080
    #[arg(long)]
    listen: Option<String>,
    /// sqlite://PATH or postgres://…
    #[arg(long)]
    database: Option<String>,
}

/// Which definition to import.
#[derive(Args)]
pub struct ImportArguments {
    file: PathBuf,
    #[command(flatten)]
    overrides: Overrides,
}

/// How the demonstration runs.
#[derive(Args)]
pub struct DemoArguments {
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where its data lies; it goes on from there.
    #[arg(long, default_value = "demo-data")]
    data: PathBuf,
    /// sqlite://PATH or postgres://… [default: a file of SQLite where the data lies]
    #[arg(long)]
    database: Option<String>,
    /// Without robots nothing moves by itself.
    #[arg(long)]
    no_robots: bool,
}

/// Whose account to open.
#[derive(Args)]
pub struct OfficerArguments {
    /// The authority's slug, as in its market's definition.
    #[arg(long)]
    authority: String,
    #[arg(long)]
    email: String,
    #[arg(long)]
    name: String,
    /// Any of broker, evaluator, commissioner, procurement, auditor.
    #[arg(long, required = true, value_delimiter = ',')]
    roles: Vec<String>,
    #[command(flatten)]
    overrides: Overrides,
}

/// Exit status for what was asked wrongly.
const ASKED_WRONGLY: u8 = 2;
/// Exit status by which a mail system keeps a message and tries again (`EX_TEMPFAIL` of sysexits).
const TRY_AGAIN: u8 = 75;

fn say(line: impl Display) {
    // Where nobody reads, nobody is told.
    let _ = writeln!(io::stdout(), "{line}");
}

fn complain(why: impl Display) {
    let _ = writeln!(io::stderr(), "{why}");
}

fn failed(why: impl Display) -> ExitCode {
    complain(why);
    ExitCode::FAILURE
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,fairlot=info,fairlot::http=warn"));
    // A second start in one process keeps the first log.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init();
}

fn settle(overrides: &Overrides) -> Result<Settings, ExitCode> {
    let path = overrides.config.clone().unwrap_or_else(|| DEFAULT_FILE.into());
    let text = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(_) if overrides.config.is_none() => None,
        Err(why) => {
            complain(format!("{}: {why}", path.display()));
            return Err(ExitCode::from(ASKED_WRONGLY));
        }
    };
    let arguments = [("listen", overrides.listen.clone()), ("database", overrides.database.clone())];
    Settings::gather(text.as_deref(), Settings::environment(), &arguments).map_err(|wrong| {
        complain(wrong);
        ExitCode::from(ASKED_WRONGLY)
    })
}

async fn connect(settings: &Settings) -> Result<Database, ExitCode> {
    Database::connect(&settings.database).await.map_err(|why| failed(format!("The database: {why}")))
}

/// An application over an up-to-date database.
async fn open(overrides: &Overrides) -> Result<App, ExitCode> {
    let settings = settle(overrides)?;
    let database = connect(&settings).await?;
    match database.ready().await {
        Ok(true) => {
            let middles = middles(settings.outward_codes.as_deref())?;
            let app = App::new(database, settings).map_err(|why| failed(why.to_string()))?;
            if let Some(middles) = middles {
                tracing::info!(outward_codes = middles.len(), "distances are told");
                // Nobody has set them before: the application is new.
                let _ = app.middles.set(middles);
            }
            Ok(app)
        }
        Ok(false) => Err(failed("The database's schema is not up to date: run fairlot migrate first.")),
        Err(why) => Err(failed(format!("The database: {why}"))),
    }
}

/// The operator's table of outward codes, or every mistake in it told.
fn middles(file: Option<&Path>) -> Result<Option<Middles>, ExitCode> {
    let Some(file) = file else { return Ok(None) };
    let size = fs::metadata(file).map_or(0, |about| about.len());
    if size > OUTWARD_CODES_BYTES_MAX {
        complain(format!("{}: it has more than {OUTWARD_CODES_BYTES_MAX} bytes.", file.display()));
        return Err(ExitCode::from(ASKED_WRONGLY));
    }
    let text = fs::read_to_string(file).map_err(|why| {
        complain(format!("Setting “outward_codes”: {}: {why}", file.display()));
        ExitCode::from(ASKED_WRONGLY)
    })?;
    Middles::read(&text).map(Some).map_err(|mistakes| {
        for mistake in &mistakes {
            complain(format!("{}:{mistake}", file.display()));
        }
        ExitCode::from(ASKED_WRONGLY)
    })
}

/// `fairlot serve`
pub async fn serve(overrides: &Overrides) -> ExitCode {
    log();
    let app = match open(overrides).await {
        Ok(app) => app,
        Err(code) => return code,
    };
    match app.database.careless().await {
        Ok(off) => {
            for setting in off {
                tracing::warn!(
                    setting,
                    "PostgreSQL does not wait for its disk: a bid with a receipt can be lost"
                );
            }
        }
        Err(why) => return failed(format!("The database: {why}")),
    }
    let listener = match TcpListener::bind(app.settings.listen) {
        Ok(listener) => listener,
        Err(why) => return failed(format!("Cannot listen on {}: {why}", app.settings.listen)),
    };
    run(&app, listener, || {}).await
}

/// Serves until it is told to stop.
async fn run(app: &App, listener: TcpListener, ready: impl FnOnce()) -> ExitCode {
    let address = listener.local_addr().map(|a| a.to_string()).unwrap_or_default();
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
        return failed("Signals cannot be heard.");
    };
    let mut running = match server::start(app, listener) {
        Ok(running) => running,
        Err(why) => return failed(why),
    };
    say(format!("Fairlot listens on http://{address}"));
    ready();
    tokio::select! {
        ended = running.failed() => {
            return failed(format!("The server ended: {:?}", ended.err()));
        }
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    ExitCode::SUCCESS
}

/// `fairlot demo`
pub async fn demo(arguments: &DemoArguments) -> ExitCode {
    log();
    let listener = match TcpListener::bind(arguments.listen) {
        Ok(listener) => listener,
        Err(why) => return failed(format!("Cannot listen on {}: {why}", arguments.listen)),
    };
    let address = listener.local_addr().unwrap_or(arguments.listen);
    say("Setting the demonstration up …");
    let app = match demo::open(&arguments.data, arguments.database.as_deref(), address).await {
        Ok(app) => app,
        Err(why) => return failed(format!("The demonstration could not be set up: {why}")),
    };
    say(format!("Its data lies in {}", arguments.data.display()));
    let robots = (!arguments.no_robots).then(|| actix_web::rt::spawn(demo::robots::run(app.clone())));
    let code = run(&app, listener, || say(format!("Open http://{address} and choose whom to be."))).await;
    if let Some(robots) = robots {
        robots.abort();
        let _ = robots.await;
    }
    code
}

/// `fairlot migrate`
pub async fn migrate(overrides: &Overrides) -> ExitCode {
    log();
    let settings = match settle(overrides) {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    let database = match connect(&settings).await {
        Ok(database) => database,
        Err(code) => return code,
    };
    match database.migrate().await {
        Ok(()) => {
            say("The schema is up to date.");
            ExitCode::SUCCESS
        }
        Err(why) => failed(format!("The schema could not be brought up to date: {why}")),
    }
}

/// The definition in a file, or every mistake in it told.
fn definition(file: &Path) -> Result<crate::domain::market::Definition, ExitCode> {
    let text = fs::read_to_string(file).map_err(|why| {
        complain(format!("{}: {why}", file.display()));
        ExitCode::from(ASKED_WRONGLY)
    })?;
    read(&text).map_err(|mistakes| {
        for mistake in &mistakes {
            complain(format!("{}:{mistake}", file.display()));
        }
        complain(format!("{} mistakes in {}.", mistakes.len(), file.display()));
        ExitCode::FAILURE
    })
}

/// What is done with a market's definition file.
#[derive(clap::Subcommand)]
pub enum Market {
    /// Name every mistake in a definition file, with its line and field.
    Check { file: PathBuf },
    /// Set a market up, or change it as far as its regime allows.
    Import(ImportArguments),
}

/// `fairlot market …`
pub async fn market(asked: &Market) -> ExitCode {
    match asked {
        Market::Check { file } => check_market(file),
        Market::Import(arguments) => import_market(arguments).await,
    }
}

/// `fairlot market check FILE`
fn check_market(file: &Path) -> ExitCode {
    match definition(file) {
        Ok(definition) => {
            say(format!("{} is in order: “{}”.", file.display(), definition.market.name));
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}

/// `fairlot market import FILE`
async fn import_market(arguments: &ImportArguments) -> ExitCode {
    log();
    let definition = match definition(&arguments.file) {
        Ok(definition) => definition,
        Err(code) => return code,
    };
    let app = match open(&arguments.overrides).await {
        Ok(app) => app,
        Err(code) => return code,
    };
    match market::import(&app, &definition).await {
        Ok(market::Imported::New) => say(format!("“{}” is set up.", definition.market.name)),
        Ok(market::Imported::Nothing) => say("Nothing has changed."),
        Ok(market::Imported::Changed(words)) => {
            say(format!("“{}” has changed:", definition.market.name));
            for line in words {
                say(format!("- {line}"));
            }
        }
        Err(crate::actions::Failure::Refused(refusal)) => {
            complain(&refusal.detail);
            for fault in refusal.faults {
                complain(format!("{}: {}", fault.field, fault.detail));
            }
            return ExitCode::FAILURE;
        }
        Err(why) => return failed(why),
    }
    ExitCode::SUCCESS
}

/// Which debarment list to import.
#[derive(Args)]
pub struct DebarmentArguments {
    /// Comma-separated values: name, companies_house_number, mandatory, ground, debarred_on, ends_on.
    file: PathBuf,
    /// The day of the list, such as 2026-12-07 [default: today]
    #[arg(long)]
    dated: Option<String>,
    #[command(flatten)]
    overrides: Overrides,
}

/// What is done with the debarment list.
#[derive(clap::Subcommand)]
pub enum Debarment {
    /// Name every mistake in a list, with its line and field, or import it.
    Import(DebarmentArguments),
}

/// `fairlot debarment …`
pub async fn debarment(asked: &Debarment) -> ExitCode {
    match asked {
        Debarment::Import(arguments) => import_debarment(arguments).await,
    }
}

/// `fairlot debarment import FILE`: names every mistake with its line and field, or puts providers that may be on the
/// list before officers.
async fn import_debarment(arguments: &DebarmentArguments) -> ExitCode {
    log();
    let file = arguments.file.display();
    let mut bytes = Vec::new();
    // One byte more than is read tells what is too large.
    let opened = fs::File::open(&arguments.file);
    let read = opened.and_then(|f| f.take(LIST_BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
    if let Err(why) = read {
        complain(format!("{file}: {why}"));
        return ExitCode::from(ASKED_WRONGLY);
    }
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) if bytes.len() <= LIST_BYTES_MAX => text,
        Ok(_) => {
            return failed(format!("{file}: a list has {} MiB at most.", LIST_BYTES_MAX / (1024 * 1024)));
        }
        Err(_) => return failed(format!("{file}: this is not UTF-8 text.")),
    };
    let entries = match debarment::read(text) {
        Ok(entries) => entries,
        Err(mistakes) => {
            for mistake in &mistakes {
                complain(format!("{file}:{mistake}"));
            }
            return failed(format!("{} mistakes in {file}: nothing was imported.", mistakes.len()));
        }
    };
    let app = match open(&arguments.overrides).await {
        Ok(app) => app,
        Err(code) => return code,
    };
    let dated = match &arguments.dated {
        None => app.clock.now().london_day(),
        Some(text) => match text.parse() {
            Ok(day) => day,
            Err(_) => {
                complain(format!("“{text}” is no day such as 2026-12-31."));
                return ExitCode::from(ASKED_WRONGLY);
            }
        },
    };
    let digest = format!("{:x}", Sha256::digest(&bytes));
    match exclusion::import_list(&app, dated, digest, &entries).await {
        Ok(ListImported::Before) => say("Nothing has changed: this list was imported before."),
        Ok(ListImported::Matches(0)) => say(format!("{} entries; no provider may be on it.", entries.len())),
        Ok(ListImported::Matches(n)) => say(format!(
            "{} entries; {n} to look at: see the tasks. Nobody’s standing has changed.",
            entries.len()
        )),
        Err(crate::actions::Failure::Refused(refusal)) => return failed(refusal.detail),
        Err(why) => return failed(why),
    }
    ExitCode::SUCCESS
}

/// `fairlot officer …`
pub async fn open_officer(arguments: &OfficerArguments) -> ExitCode {
    log();
    let roles: Result<Vec<OfficerRole>, _> = arguments.roles.iter().map(|r| r.parse()).collect();
    let Ok(roles) = roles else {
        complain("Roles are broker, evaluator, commissioner, procurement and auditor.");
        return ExitCode::from(ASKED_WRONGLY);
    };
    let mut password = String::new();
    if io::stdin().read_to_string(&mut password).is_err() {
        return failed("The password could not be read from standard input.");
    }
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    if !account::PASSWORD_LENGTHS.contains(&password.chars().count()) {
        complain("Give a password of 12 to 128 characters on standard input.");
        return ExitCode::from(ASKED_WRONGLY);
    }
    let app = match open(&arguments.overrides).await {
        Ok(app) => app,
        Err(code) => return code,
    };
    let authority = store::market::authority_by_slug(app.database.read(), &arguments.authority).await;
    let Ok(Some(authority)) = authority else {
        return failed(format!("There is no authority “{}”: import its market first.", arguments.authority));
    };
    let (name, email) = (&arguments.name, &arguments.email);
    match account::open_officer(&app, authority.id, name, email, Some(password), &roles).await {
        Ok(_) => {
            say(format!("{email} can sign in."));
            ExitCode::SUCCESS
        }
        Err(why) => failed(why),
    }
}

/// `fairlot bounce`: a mail system hands over, on standard input, what came to the address from which letters are
/// sent. 75 asks it to hand the message over again later (`EX_TEMPFAIL`).
pub async fn bounce(overrides: &Overrides) -> ExitCode {
    log();
    let again = |why: &dyn Display| {
        complain(why);
        ExitCode::from(TRY_AGAIN)
    };
    let mut message = Vec::new();
    if let Err(why) = io::stdin().take(BOUNCE_BYTES_MAX as u64).read_to_end(&mut message) {
        return again(&why);
    }
    let Ok(app) = open(overrides).await else { return ExitCode::from(TRY_AGAIN) };
    match letter::bounced(&app, &message).await {
        Ok(Bounced::Taken) => say("A letter came back: a task is raised."),
        Ok(Bounced::Nothing(why)) => say(format!("Nothing is done. {why}")),
        Ok(Bounced::Later) => return again(&"The letter is being posted at this moment."),
        Err(why) => return again(&why),
    }
    ExitCode::SUCCESS
}

/// `fairlot score [FILE]`: the result, or a problem that names every mistake, as JSON.
pub fn score(file: Option<&Path>) -> ExitCode {
    let source = file.map_or_else(|| "standard input".to_owned(), |file| file.display().to_string());
    let opened: io::Result<Box<dyn Read>> = match file {
        Some(file) => fs::File::open(file).map(|file| Box::new(file) as Box<dyn Read>),
        None => Ok(Box::new(io::stdin())),
    };
    let mut bytes = Vec::new();
    // One byte more than is read tells what is too large.
    let limit = EVALUATION_BYTES_MAX as u64 + 1;
    if let Err(why) = opened.and_then(|opened| opened.take(limit).read_to_end(&mut bytes)) {
        complain(format!("{source}: {why}"));
        return ExitCode::from(ASKED_WRONGLY);
    }
    let evaluation = match json::read(&bytes) {
        Ok(evaluation) => evaluation,
        Err(refusal) => {
            return print_json(&Problem::from(refusal))
                .map_or_else(failed, |()| ExitCode::from(ASKED_WRONGLY));
        }
    };
    print_json(&evaluation.outcome()).map_or_else(failed, |()| ExitCode::SUCCESS)
}

fn print_json(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)
}

/// `fairlot openapi`
pub fn openapi() -> ExitCode {
    say(server::document());
    ExitCode::SUCCESS
}

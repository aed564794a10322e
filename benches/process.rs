//! The servers that are measured, each a process of its own. They end when they are dropped.

use crate::{Outcome, reads, sync::Sync, world::World};
use rustix::{
    param::clock_ticks_per_second,
    process::{Pid, Signal, kill_process},
};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The time by this machine, since 1970 in UTC, as a server's messages and those who time them both need it.
#[expect(clippy::disallowed_methods, reason = "what is measured goes by real time")]
pub fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// How long the day, in UTC, had lasted at a time.
pub fn of_day(since_epoch: Duration) -> Duration {
    const DAY_SECONDS: u64 = 24 * 3600;
    Duration::new(since_epoch.as_secs() % DAY_SECONDS, since_epoch.subsec_nanos())
}

/// A running server.
pub struct Process {
    child: Child,
    /// Where it is listened to.
    pub address: SocketAddr,
    /// Where messages are posted: mostly the same.
    pub posts_at: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts a command whose first line of output ends with `http://` and its address, and another one where messages
    /// are posted somewhere else.
    pub fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| format!("{command:?}: {why}"))?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let addresses: Vec<SocketAddr> =
            line.split_whitespace().filter_map(|word| word.strip_prefix("http://")?.parse().ok()).collect();
        match *addresses.as_slice() {
            [address] => Ok(Self { child, address, posts_at: address }),
            [address, posts_at] => Ok(Self { child, address, posts_at }),
            _ => Err(format!("{command:?} did not start: {line}").into()),
        }
    }

    /// A process that says elsewhere where it listens.
    pub const fn of(child: Child, address: SocketAddr, posts_at: SocketAddr) -> Self {
        Self { child, address, posts_at }
    }

    /// The program as it is installed, `fairlot serve`, over a database that has been set up.
    pub fn fairlot(world: &World, folder: &Path, sync: &Sync) -> Outcome<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fairlot"));
        // Nobody else's settings: neither from the environment nor from a file in the working folder.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("FAIRLOT_") {
                command.env_remove(name);
            }
        }
        let settings = &world.app.settings;
        command
            .arg("serve")
            .current_dir(folder)
            // The table is read, not the log: a server driven to its limit warns of long waits.
            .env("RUST_LOG", "error")
            .env("FAIRLOT_LISTEN", "127.0.0.1:0")
            .env("FAIRLOT_DATABASE", &settings.database)
            .env("FAIRLOT_PUBLIC_URL", &settings.public_url)
            .env("FAIRLOT_SESSION_SECRET", &settings.session_secret)
            .env("FAIRLOT_DOCUMENTS_SECRET", &settings.documents_secret)
            .env("FAIRLOT_MAIL", format!("folder:{}", folder.join("letters").display()));
        sync.rule(&mut command);
        Self::start(&mut command)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What answers the same whatever it is asked: what a file holds. Where a world's folder is given, it does so as
    /// Fairlot does, to those alone who are signed in there.
    pub fn constant(file: &Path, world: Option<&Path>) -> Outcome<Self> {
        Self::start(Command::new(env::current_exe()?).arg(reads::ARGUMENT).arg(file).args(world))
    }
}

/// How many sockets a process has.
pub fn sockets(id: u32) -> Outcome<usize> {
    let files = fs::read_dir(format!("/proc/{id}/fd"))?;
    let links = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    Ok(links.filter(|link| link.to_string_lossy().starts_with("socket:")).count())
}

/// Ends a process.
pub fn stop(id: u32) -> Outcome<()> {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw).ok_or("no such process")?;
    Ok(kill_process(id, Signal::KILL)?)
}

/// How long a process has kept processors busy.
pub fn processor_time(id: u32) -> Outcome<Duration> {
    const UNREAD: &str = "a process without its times";
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // Before its state stands its name in brackets, which may hold anything.
    let (_, after) = stat.rsplit_once(')').ok_or(UNREAD)?;
    let ticks = after.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks = ticks.sum::<Result<u64, _>>()?;
    Ok(Duration::from_secs_f64(ticks as f64 / clock_ticks_per_second() as f64))
}

/// How much memory a process has, and the most that it ever had, in MiB.
#[derive(Clone, Copy)]
pub struct Memory {
    pub now: f64,
    pub most: f64,
}

pub fn memory(id: u32) -> Outcome<Memory> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let of = |name: &str| -> Outcome<f64> {
        let line =
            status.lines().find_map(|line| line.strip_prefix(name)).ok_or("a process without memory")?;
        let kib: f64 = line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    };
    Ok(Memory { now: of("VmRSS")?, most: of("VmHWM")? })
}

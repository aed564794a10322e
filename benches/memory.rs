//! Memory: what a listener costs who hears nothing, and what those cost who never read.

use crate::{
    Outcome,
    ages::Summary,
    crowd::Crowd,
    figures::Figures,
    load::{self, Rate},
    peers::Peer,
    process::{self, Process},
    publication,
    speech::Speech,
    sync::Sync,
    wire,
    world::{World, empty_folder},
};
use std::{
    io::Read,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

const IDLE: usize = publication::LISTENERS_MOST;
const DEAF: usize = 1_000;
/// Those who read meanwhile.
const HONEST: usize = 200;
const RATE: Rate = Rate { a_second: 200, window: Duration::from_secs(20) };
const PROVIDERS: usize = 20;
const PEERS: [Peer; 2] = [Peer::Ws, Peer::Bun];
/// A server that has taken so much more, in MiB, is stopped.
const GROWN_MOST: f64 = 6.0 * 1024.0;
/// How long it is waited until those who never read are gone.
const GONE_WITHIN: Duration = Duration::from_secs(30);

/// A server, and how it is spoken to.
struct Side {
    name: &'static str,
    server: Process,
    speech: Speech,
    sessions: Vec<String>,
}

/// What those cost who never read.
struct Burden {
    /// In MiB.
    grown: f64,
    /// How long after the first message the last of them was told no more, where the server says so.
    given_up: Option<Duration>,
    /// How long after it their sockets were gone, if they ever were.
    gone: Option<Duration>,
    honest: Summary,
    note: Option<String>,
}

/// Measures one server after the other.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    empty_folder(folder)?;
    let bench = folder.parent().ok_or("no folder")?;
    println!("memory: setting up …");
    let database = format!("sqlite://{}", folder.join("fairlot.db").display());
    let world = runtime.block_on(World::plant(&database, folder))?;
    let sessions = runtime.block_on(world.admit(PROVIDERS))?;
    let messages = RATE.a_second as usize * RATE.window.as_secs() as usize;
    let mut packages = runtime.block_on(world.drafts(messages + 1))?;
    let fairlot = || -> Outcome<Side> {
        let server = Process::fairlot(&world, folder, &Sync::Plain)?;
        runtime.block_on(world.letters_posted())?;
        Ok(Side { name: "Fairlot", server, speech: Speech::Fairlot, sessions: sessions.clone() })
    };

    println!("memory: {IDLE} listeners who hear nothing …");
    let own = fairlot()?.idle()?;
    println!("{:<26} {own:.1} KiB each", "Fairlot");
    for peer in PEERS {
        let each = Side::of(peer, bench)?.idle()?;
        println!("{:<26} {each:.1} KiB each", peer.name());
        figures.add(format!("memory of one of {IDLE} idle"), "KiB", &[own], peer.name(), &[each]);
    }

    println!("memory: {DEAF} listeners who never read …");
    let message = {
        let side = fairlot()?;
        let request = publication::publish(&world, packages.pop().ok_or("no package is left")?)?;
        Crowd::gather(&side.server, side.speech, &side.sessions, 1)?.told(request)?.message
    };
    let own =
        fairlot()?.burdened(|_| publication::publish(&world, packages.pop().ok_or("no package is left")?))?;
    own.print("Fairlot");
    for peer in PEERS {
        let burden = Side::of(peer, bench)?.burdened(load::of_peer(peer, &message))?;
        burden.print(peer.name());
        report(figures, &own, peer, &burden);
    }
    Ok(())
}

impl Side {
    fn of(peer: Peer, bench: &Path) -> Outcome<Self> {
        let server = peer.start(bench)?;
        Ok(Self { name: peer.name(), server, speech: peer.speech(), sessions: vec![String::new()] })
    }

    /// How much memory each of many takes who hear nothing, in KiB.
    fn idle(self) -> Outcome<f64> {
        let Self { server, speech, sessions, .. } = self;
        let before = process::memory(server.id())?.now;
        let mut crowd = Crowd::gather(&server, speech, &sessions, IDLE)?;
        crowd.idle(Duration::from_secs(2))?;
        Ok((process::memory(server.id())?.now - before) * 1024.0 / IDLE as f64)
    }

    /// Tells many who never read, and some who do.
    fn burdened(self, request: impl FnMut(usize) -> Outcome<Vec<u8>>) -> Outcome<Burden> {
        let Self { name, server, speech, sessions } = self;
        let mut honest = Crowd::gather(&server, speech, &sessions, HONEST)?;
        let (before, sockets) = (process::memory(server.id())?.now, process::sockets(server.id())?);
        let deaf = Crowd::gather_deaf(&server, speech, &sessions, DEAF)?;
        let says = (speech == Speech::Fairlot).then_some(server.address);
        let watch = Watch::begin(server.id(), says, before + GROWN_MOST, sockets + load::CONNECTIONS);
        let load = load::carry(&server, &mut honest, HONEST, speech, RATE, request);
        let waiting = Instant::now();
        while load.is_ok() && watch.seen().gone.is_none() && waiting.elapsed() < GONE_WITHIN {
            thread::sleep(Duration::from_millis(100));
        }
        let Seen { most, given_up, gone, stopped } = watch.end();
        drop(deaf);
        let grown = most - before;
        match load {
            Ok(load) => {
                let note = load.note();
                Ok(Burden { grown, given_up, gone, honest: load.heard.ages, note })
            }
            Err(_) if stopped => {
                let note = format!("stopped after it had grown by {grown:.0} MiB");
                let honest = honest.end().map(|heard| heard.ages).unwrap_or_default();
                Ok(Burden { grown, given_up, gone: None, honest, note: Some(note) })
            }
            Err(why) => Err(format!("{name}: {why}").into()),
        }
    }
}

/// What was seen of a server from outside.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// The most memory, in MiB.
    most: f64,
    /// When it said that it had few listeners.
    given_up: Option<Duration>,
    /// When its sockets had become few.
    gone: Option<Duration>,
    stopped: bool,
}

/// Looks at a server again and again, and ends it before it takes all memory there is.
struct Watch {
    seen: Arc<Mutex<Seen>>,
    ended: Arc<AtomicBool>,
    thread: thread::JoinHandle<Outcome<()>>,
}

impl Watch {
    fn begin(server: u32, says: Option<SocketAddr>, memory_most: f64, few_sockets: usize) -> Self {
        const EVERY: Duration = Duration::from_millis(50);
        let (seen, ended) = (Arc::<Mutex<Seen>>::default(), Arc::<AtomicBool>::default());
        let (seeing, ending) = (seen.clone(), ended.clone());
        let thread = thread::spawn(move || {
            let began = Instant::now();
            while !ending.load(Ordering::Relaxed) {
                let memory = process::memory(server)?.now;
                let sockets = process::sockets(server)?;
                let few = says.map(listeners).transpose()?.is_some_and(|listeners| listeners <= HONEST);
                let mut seen = seeing.lock().unwrap_or_else(PoisonError::into_inner);
                seen.most = seen.most.max(memory);
                if few {
                    seen.given_up = seen.given_up.or(Some(began.elapsed()));
                }
                if sockets > few_sockets {
                    seen.gone = None;
                } else {
                    seen.gone = seen.gone.or(Some(began.elapsed()));
                }
                if memory > memory_most {
                    seen.stopped = true;
                    process::stop(server)?;
                    break;
                }
                drop(seen);
                thread::sleep(EVERY);
            }
            Ok(())
        });
        Self { seen, ended, thread }
    }

    fn seen(&self) -> Seen {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(self) -> Seen {
        self.ended.store(true, Ordering::Relaxed);
        // What it saw until it failed, because the server had gone, counts.
        let _ = self.thread.join();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Burden {
    fn print(&self, who: &str) {
        let after = |span: Option<Duration>| {
            span.map_or_else(|| "never".to_owned(), |span| format!("after {:.1} s", span.as_secs_f64()))
        };
        let gone = format!("given up {}, gone {}", after(self.given_up), after(self.gone));
        println!(
            "{who:<26} {:.0} MiB more, {gone}; who read: {:.1} ms old (p99){}",
            self.grown,
            self.honest.p99,
            self.note.as_ref().map(|note| format!("; {note}")).unwrap_or_default(),
        );
    }
}

fn report(figures: &mut Figures, own: &Burden, peer: Peer, burden: &Burden) {
    let gone = |of: &Burden| of.gone.map_or(f64::NAN, |gone| gone.as_secs_f64());
    for (what, unit, of_own, of_peer) in [
        ("memory grown", "MiB", own.grown, burden.grown),
        ("gone after", "s", gone(own), gone(burden)),
        ("age for those who read, p99", "ms", own.honest.p99, burden.honest.p99),
    ] {
        figures.add(format!("{DEAF} who never read: {what}"), unit, &[of_own], peer.name(), &[of_peer]);
        match &burden.note {
            Some(note) => figures.note(note),
            None if of_peer.is_nan() => figures.note("they never were"),
            None => {}
        }
    }
}

/// How many listeners Fairlot says that it has.
fn listeners(at: SocketAddr) -> Outcome<usize> {
    let mut stream = wire::connect(at)?;
    wire::send(&stream, b"GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let listeners = answer.lines().find_map(|line| line.strip_prefix("fairlot_listeners "));
    Ok(listeners.ok_or("no listeners among the metrics")?.trim().parse()?)
}

//! Servers that tell everybody what they are posted, each as its documentation shows it. They keep nothing, and ask
//! nobody who they are.

use crate::{Outcome, floor, process::Process, python, speech::Speech, wire, world::empty_folder};
use serde::Deserialize;
use std::{
    env, fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// `ws` of npm.
    Ws,
    /// `ws`, with each frame made once.
    WsPrepared,
    /// `ws`, with frames that wait joined into one write.
    WsJoined,
    SocketIo,
    /// Bun's own server.
    Bun,
    /// `websockets` of Python.
    Websockets,
    Nats,
    /// The bare loop of writes.
    Floor,
}

impl Peer {
    pub const ALL: [Self; 8] = [
        Self::Ws,
        Self::WsPrepared,
        Self::WsJoined,
        Self::SocketIo,
        Self::Bun,
        Self::Websockets,
        Self::Nats,
        Self::Floor,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ws => "Node ws",
            Self::WsPrepared => "Node ws, prepared frames",
            Self::WsJoined => "Node ws, joined writes",
            Self::SocketIo => "Socket.IO",
            Self::Bun => "Bun",
            Self::Websockets => "Python websockets",
            Self::Nats => "NATS",
            Self::Floor => "bare TCP writes",
        }
    }

    pub const fn speech(self) -> Speech {
        match self {
            Self::Ws | Self::WsPrepared | Self::WsJoined | Self::Bun | Self::Websockets | Self::Floor => {
                Speech::Plain
            }
            Self::SocketIo => Speech::SocketIo,
            Self::Nats => Speech::Nats,
        }
    }

    /// A request that has a message told to everybody.
    pub fn post(self, message: &[u8]) -> Vec<u8> {
        match self {
            // It does not know what a frame is.
            Self::Floor => self.speech().post(&wire::from_server(message)),
            _ => self.speech().post(message),
        }
    }

    /// Starts it; what it needs is kept in the folder.
    pub fn start(self, folder: &Path) -> Outcome<Process> {
        match self {
            Self::Ws => node("ws.mjs"),
            Self::WsPrepared => node("ws_prepared.mjs"),
            Self::WsJoined => node("ws_joined.mjs"),
            Self::SocketIo => node("socket_io.mjs"),
            Self::Bun => {
                install_from_npm()?;
                let bun = python::peer("node_modules/.bin/bun");
                Process::start(Command::new(bun).arg(python::peer("bun.mjs")))
            }
            Self::Websockets => {
                let program = python::installed(folder)?;
                Process::start(Command::new(program).arg(python::peer("websockets_broadcast.py")))
            }
            Self::Nats => nats(folder),
            Self::Floor => Process::start(Command::new(env::current_exe()?).arg(floor::ARGUMENT)),
        }
    }
}

fn node(script: &str) -> Outcome<Process> {
    install_from_npm()?;
    Process::start(Command::new("node").arg(python::peer(script)))
}

/// Installs what comes from npm, as its lock file has it, where that is not done.
fn install_from_npm() -> Outcome<()> {
    let locked = fs::read(python::peer("package-lock.json"))?;
    let installed = python::peer("node_modules/.installed");
    if !fs::read(&installed).is_ok_and(|installed| installed == locked) {
        println!("installing what is measured beside Fairlot …");
        let done = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(python::peer(""))
            .status()?;
        if !done.success() {
            return Err("npm could not install what is measured beside Fairlot".into());
        }
        fs::write(installed, locked)?;
    }
    Ok(())
}

/// NATS, on ports that nobody uses, of which it writes a file.
fn nats(folder: &Path) -> Outcome<Process> {
    const STARTS_WITHIN: Duration = Duration::from_secs(10);
    #[derive(Deserialize)]
    struct Ports {
        nats: Vec<String>,
        websocket: Vec<String>,
    }
    let folder = folder.join("nats");
    empty_folder(&folder)?;
    let settings = folder.join("nats.conf");
    fs::write(
        &settings,
        format!(
            "listen: \"127.0.0.1:-1\"\nwebsocket {{ listen: \"127.0.0.1:-1\", no_tls: true }}\n\
             ports_file_dir: {:?}\n",
            folder
        ),
    )?;
    let child = Command::new("nats-server")
        .arg("--config")
        .arg(settings)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|why| format!("nats-server: {why}"))?;
    let ports = folder.join(format!("nats-server_{}.ports", child.id()));
    let mut starting = Starting(Some(child));
    let began = Instant::now();
    while began.elapsed() < STARTS_WITHIN {
        if let Some(Ports { nats, websocket }) =
            fs::read(&ports).ok().and_then(|ports| serde_json::from_slice(&ports).ok())
        {
            let (address, posts_at) = (address(&websocket)?, address(&nats)?);
            let child = starting.0.take().ok_or("no NATS")?;
            return Ok(Process::of(child, address, posts_at));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err("NATS did not say where it listens".into())
}

/// A process that ends if it does not start as it should.
struct Starting(Option<Child>);

impl Drop for Starting {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The first of several addresses such as `ws://127.0.0.1:4222`.
fn address(of: &[String]) -> Outcome<SocketAddr> {
    let (_, address) = of.first().and_then(|of| of.split_once("://")).ok_or("NATS listens nowhere")?;
    Ok(address.parse()?)
}

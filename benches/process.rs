//! The servers that are measured, each a process of its own. They end when they are dropped.

use crate::{Outcome, floor, sync::Sync, world::World};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running server.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts a command whose first line of output ends with `http://` and its address.
    fn start(command: &mut Command) -> Outcome<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| format!("{command:?}: {why}"))?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().rsplit_once("http://").and_then(|(_, address)| address.parse().ok());
        let address = address.ok_or_else(|| format!("{command:?} did not start: {line}"))?;
        Ok(Self { child, address })
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

    /// Node's `ws`, installed as its lock file has it.
    pub fn node_ws() -> Outcome<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
        let locked = fs::read(folder.join("package-lock.json"))?;
        let installed = folder.join("node_modules/.installed");
        if !fs::read(&installed).is_ok_and(|installed| installed == locked) {
            println!("installing what is measured beside Fairlot …");
            let done = Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(&folder)
                .status()?;
            if !done.success() {
                return Err("npm could not install Node's ws, which is measured beside Fairlot".into());
            }
            fs::write(installed, locked)?;
        }
        Self::start(Command::new("node").arg("ws.mjs").current_dir(&folder))
    }

    /// The bare loop of writes.
    pub fn floor() -> Outcome<Self> {
        Self::start(Command::new(env::current_exe()?).arg(floor::ARGUMENT))
    }
}

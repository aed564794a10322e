//! A PostgreSQL of a test's own, which it may stop as it likes.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

/// Where Debian has PostgreSQL's programs, the newest of them; elsewhere they are found by their names.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| version(path));
    newest.map_or_else(PathBuf::new, |version| version.join("bin"))
}

/// PostgreSQL does not run as root: then it belongs to the account that Debian makes for it.
fn owner() -> Option<&'static str> {
    rustix::process::getuid().is_root().then_some("postgres")
}

fn done(output: &Output, what: &str) {
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Cluster {
    /// Starts one that keeps what it acknowledges.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let cluster = Self { folder, programs: programs(), port };
        if let Some(owner) = owner() {
            done(
                &Command::new("chown").arg(owner).arg(cluster.folder.path()).output().expect("run"),
                "chown",
            );
        }
        let made = cluster
            .command("initdb")
            .args(["--username=fairlot", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .output();
        done(&made.expect("run"), "initdb");
        cluster.resume();
        cluster
    }

    /// A program of PostgreSQL, about this cluster.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = match owner() {
            Some(owner) => {
                let mut command = Command::new("runuser");
                command.args(["-u", owner, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.arg("--pgdata").arg(self.data()).current_dir("/");
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, arguments: &[&str]) {
        // Not piped: the server that it starts would hold the pipe open.
        let log = fs::File::create(self.folder.path().join("control")).expect("a file");
        let status = self.command("pg_ctl").args(arguments).stdout(log).status();
        assert!(status.expect("run").success(), "pg_ctl {arguments:?}");
    }

    /// Starts it again, and waits until it answers.
    pub fn resume(&self) {
        let folder = self.folder.path().display();
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={folder}",
            self.port
        );
        let log = self.folder.path().join("log").display().to_string();
        self.control(&["start", "--silent", "--wait", "--log", &log, "--options", &options]);
    }

    /// As if it had crashed: nobody is asked to finish.
    pub fn crash(&self) {
        self.control(&["stop", "--silent", "--mode=immediate"]);
    }

    pub fn database(&self) -> String {
        format!("postgres://fairlot@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may be stopped already.
        let _ = self.command("pg_ctl").args(["stop", "--silent", "--mode=immediate"]).output();
    }
}

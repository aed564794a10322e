//! How long the disk takes to say that it has what was written: as long as it does, or an artificial while more.

use crate::Outcome;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// How syncs of files go in the processes that are measured.
#[derive(Clone)]
pub enum Sync {
    /// As the disk has it.
    Plain,
    /// Each takes this much longer, by a library that is loaded before all others.
    Slow { library: PathBuf, by: Duration },
}

impl Sync {
    /// Compiles the library into the folder.
    pub fn slow(folder: &Path, by: Duration) -> Outcome<Self> {
        let library = folder.join("slow_sync.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/slow_sync.c");
        let done = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .args([&library, &source])
            .arg("-ldl")
            .status()
            .map_err(|why| format!("cc, which makes syncs slow: {why}"))?;
        if !done.success() {
            return Err("slow_sync.c, which makes syncs slow, cannot be compiled".into());
        }
        Ok(Self::Slow { library, by })
    }

    /// Lets a process sync so.
    pub fn rule(&self, command: &mut Command) {
        if let Self::Slow { library, by } = self {
            command.env("LD_PRELOAD", library).env("SYNC_DELAY", by.as_micros().to_string());
        }
    }

    /// For the name of a figure.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Slow { .. } => ", syncs 1 ms longer",
        }
    }
}

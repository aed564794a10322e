//! What a program does to its files, written down as it does it, or failing as a test says: see `files.c`, which is
//! loaded before the C library. The program itself is not changed.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};
use tempfile::TempDir;

/// The library, compiled once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, library) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("files.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/faults/files.c");
        let done = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-o"])
            .args([&library, &source])
            .arg("-lpthread")
            .status()
            .expect("cc: scripts/install-missing test installs it");
        assert!(done.success(), "files.c cannot be compiled");
        (folder, library)
    });
    library
}

/// The numbers by which Linux names what goes wrong.
pub const NO_SPACE: i32 = 28;
pub const BROKEN: i32 = 5;

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    Writes,
    Syncs,
}

/// A program's files, looked at from outside.
pub struct Files {
    /// Apart from what is looked at.
    folder: TempDir,
    changes: Cell<u32>,
}

impl Files {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), changes: Cell::new(0) }
    }

    /// Lets a program be watched that keeps its files here.
    pub fn watch(&self, command: &mut Command, folder: &Path) {
        command
            .env("LD_PRELOAD", library())
            .env("FILES_FOLDER", folder)
            .env("FILES_LOG", self.log())
            .env("FILES_FAULT", self.fault());
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn fault(&self) -> PathBuf {
        self.folder.path().join("fault")
    }

    /// How long the log is.
    pub fn length(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |log| log.len())
    }

    /// From now on, after `skip` of these calls `count` of them fail.
    pub fn fail(&self, calls: Calls, why: i32, skip: u64, count: u64) {
        self.changes.set(self.changes.get() + 1);
        let kind = if calls == Calls::Writes { 'w' } else { 's' };
        let said = format!("{} {kind} {why} {skip} {count}\n", self.changes.get());
        // Renamed into its place, so that it is never read half written.
        let new = self.folder.path().join("fault.new");
        fs::write(&new, said).expect("written");
        fs::rename(new, self.fault()).expect("renamed");
    }

    /// From now on everything goes well.
    pub fn heal(&self) {
        self.fail(Calls::Writes, BROKEN, 0, 0);
    }

    /// All that was done so far.
    pub fn records(&self) -> Vec<Record> {
        let log = fs::read(self.log()).expect("the log");
        let (mut records, mut rest) = (Vec::new(), log.as_slice());
        while let Some(record) = Record::read(&mut rest, log.len()) {
            records.push(record);
        }
        records
    }
}

/// Something that was done to a file, or to a name in a folder.
pub struct Record {
    pub done: Done,
    /// Below the folder that is watched.
    pub path: String,
    /// How long the log was with it.
    pub end: u64,
}

pub enum Done {
    Created,
    Written {
        at: usize,
        bytes: Vec<u8>,
    },
    Cut {
        to: usize,
    },
    /// With so many records before it, which it covers, where it succeeded.
    Synced {
        covered: usize,
        failed: bool,
    },
    Removed,
    Renamed {
        to: String,
    },
    FolderMade,
}

impl Record {
    /// The next; nothing at the end, nor where the program ended in the middle of one.
    fn read(rest: &mut &[u8], whole: usize) -> Option<Self> {
        let (head, after) = rest.split_at_checked(19)?;
        let number = |at: usize| usize::try_from(u64::from_le_bytes(head[at..at + 8].try_into().ok()?)).ok();
        let length = usize::from(u16::from_le_bytes(head[1..3].try_into().ok()?));
        let (at, size) = (number(3)?, number(11)?);
        let (path, after) = after.split_at_checked(length)?;
        let (bytes, after) = after.split_at_checked(size)?;
        let words = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a path");
        let done = match head[0] {
            b'C' => Done::Created,
            b'W' => Done::Written { at, bytes: bytes.to_vec() },
            b'T' => Done::Cut { to: at },
            b'S' => Done::Synced { covered: at, failed: false },
            b'F' => Done::Synced { covered: at, failed: true },
            b'U' => Done::Removed,
            b'R' => Done::Renamed { to: words(bytes) },
            b'M' => Done::FolderMade,
            other => panic!("a record of no kind: {other}"),
        };
        *rest = after;
        Some(Self { done, path: words(path), end: (whole - after.len()) as u64 })
    }
}

//! What a disk may hold when the power is cut: everything that a sync covered, and of what was written since whatever
//! happened to get there, by sectors, in any order. A name is there once its folder was synced.

use super::files::{Done, Record};
use rand::{Rng, rngs::StdRng};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Something that may get to the disk.
#[derive(Clone)]
enum Piece {
    Bytes { at: usize, bytes: Vec<u8> },
    Length(usize),
}

#[derive(Clone, Default)]
struct File {
    /// On the disk.
    kept: Vec<u8>,
    /// On its way, with the number of its record.
    waiting: Vec<(usize, Piece)>,
    /// Taken for written by the kernel after a sync that failed: perhaps it is, and no later sync sees to it.
    doubtful: Vec<Piece>,
}

impl File {
    /// What was on its way by this record is on the disk.
    fn sync(&mut self, covered: usize) {
        let (done, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(|(n, _)| *n < covered);
        self.waiting = waiting;
        let done: Vec<(usize, Piece)> = done;
        for (_, piece) in done {
            if let Piece::Bytes { at, bytes } = &piece {
                let over = *at..at + bytes.len();
                self.doubtful.retain(|old| !matches!(old, Piece::Bytes { at, .. } if over.contains(at)));
            }
            apply(&mut self.kept, &piece);
        }
    }

    fn doubt(&mut self, covered: usize) {
        let (failed, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(n, _)| *n < covered);
        self.waiting = waiting;
        let failed: Vec<(usize, Piece)> = failed;
        self.doubtful.extend(failed.into_iter().map(|(_, piece)| piece));
    }

    /// What may be found after a cut, where of what was on its way this share got there.
    fn found(&self, share: f64, chance: &mut StdRng) -> Vec<u8> {
        let mut found = self.kept.clone();
        for piece in self.doubtful.iter().chain(self.waiting.iter().map(|(_, piece)| piece)) {
            if chance.random_bool(share) {
                apply(&mut found, piece);
            }
        }
        found
    }
}

fn apply(content: &mut Vec<u8>, piece: &Piece) {
    match piece {
        Piece::Bytes { at, bytes } => {
            let end = at + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[*at..end].copy_from_slice(bytes);
        }
        Piece::Length(length) => content.resize(*length, 0),
    }
}

/// Something done to a name.
#[derive(Clone)]
enum Naming {
    Named(String, usize),
    Moved { from: String, to: String, file: usize },
    Gone(String),
    Folder(String),
}

impl Naming {
    fn path(&self) -> &str {
        match self {
            Self::Named(path, _) | Self::Gone(path) | Self::Folder(path) => path,
            Self::Moved { to, .. } => to,
        }
    }
}

#[derive(Clone, Default)]
struct Names {
    files: BTreeMap<String, usize>,
    folders: BTreeSet<String>,
}

impl Names {
    fn apply(&mut self, naming: &Naming) {
        match naming {
            Naming::Named(path, file) => {
                self.files.insert(path.clone(), *file);
            }
            Naming::Moved { from, to, file } => {
                self.files.remove(from);
                self.files.insert(to.clone(), *file);
            }
            Naming::Gone(path) => {
                self.files.remove(path);
            }
            Naming::Folder(path) => {
                self.folders.insert(path.clone());
            }
        }
    }

    /// Whether a path can be reached: all folders above it are there.
    fn reach(&self, path: &str) -> bool {
        let mut above = parent(path);
        while !above.is_empty() {
            if !self.folders.contains(above) {
                return false;
            }
            above = parent(above);
        }
        true
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A disk, as far as a program has come with it.
#[derive(Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    /// As the program sees them.
    seen: Names,
    /// On the disk.
    kept: Names,
    waiting: Vec<(usize, Naming)>,
    records: usize,
}

impl Disk {
    /// With the database that is in a folder, all of it on the disk.
    pub fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("fairlot.db") && !name.ends_with("-shm") {
                let kept = fs::read(entry.path()).expect("a file");
                disk.files.push(File { kept, ..File::default() });
                disk.seen.files.insert(name, disk.files.len() - 1);
            }
        }
        disk.kept = disk.seen.clone();
        disk
    }

    /// Does what was done next.
    pub fn follow(&mut self, record: &Record) {
        let path = record.path.clone();
        match &record.done {
            Done::Created => {
                self.files.push(File::default());
                self.name(Naming::Named(path, self.files.len() - 1));
            }
            Done::Written { at, bytes } => self.write(&path, *at, bytes),
            Done::Cut { to } => self.put(&path, Piece::Length(*to)),
            Done::Synced { covered, failed } => self.sync(&path, *covered, *failed),
            Done::Removed => self.name(Naming::Gone(path)),
            Done::Renamed { to } => {
                let file = *self.seen.files.get(&path).expect("a file that is renamed");
                self.name(Naming::Moved { from: path, to: to.clone(), file });
            }
            Done::FolderMade => self.name(Naming::Folder(path)),
        }
        self.records += 1;
    }

    fn name(&mut self, naming: Naming) {
        self.seen.apply(&naming);
        self.waiting.push((self.records, naming));
    }

    fn file(&mut self, path: &str) -> Option<&mut File> {
        // One that was removed while it was open does not matter any more.
        self.seen.files.get(path).and_then(|file| self.files.get_mut(*file))
    }

    fn put(&mut self, path: &str, piece: Piece) {
        let number = self.records;
        if let Some(file) = self.file(path) {
            file.waiting.push((number, piece));
        }
    }

    fn write(&mut self, path: &str, mut at: usize, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (sector, rest) = bytes.split_at(bytes.len().min(SECTOR - at % SECTOR));
            self.put(path, Piece::Bytes { at, bytes: sector.to_vec() });
            at += sector.len();
            bytes = rest;
        }
    }

    fn sync(&mut self, path: &str, covered: usize, failed: bool) {
        if let Some(file) = self.file(path) {
            return if failed { file.doubt(covered) } else { file.sync(covered) };
        }
        if failed {
            return;
        }
        let (done, waiting) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|(number, naming)| *number < covered && parent(naming.path()) == path);
        self.waiting = waiting;
        let done: Vec<(usize, Naming)> = done;
        for (_, naming) in done {
            self.kept.apply(&naming);
        }
    }

    /// Cuts the power, and puts what may be found afterwards into a folder.
    pub fn cut(&self, into: &Path, chance: &mut StdRng) {
        let share = match chance.random_range(0..4) {
            0 => 0.0,
            1 => 1.0,
            _ => chance.random_range(0.0..1.0),
        };
        let mut names = self.kept.clone();
        for (_, naming) in &self.waiting {
            if chance.random_bool(share) {
                names.apply(naming);
            }
        }
        for folder in names.folders.iter().filter(|folder| names.reach(folder)) {
            fs::create_dir_all(into.join(folder)).expect("a folder");
        }
        for (path, file) in names.files.iter().filter(|(path, _)| names.reach(path)) {
            fs::write(into.join(path), self.files[*file].found(share, chance)).expect("written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn record(path: &str, done: Done) -> Record {
        Record { done, path: path.to_owned(), end: 0 }
    }

    fn written(at: usize, byte: u8) -> Done {
        Done::Written { at, bytes: vec![byte; SECTOR] }
    }

    fn synced(covered: usize) -> Done {
        Done::Synced { covered, failed: false }
    }

    /// Everything that may be found of a file.
    fn found(records: &[Record], path: &str) -> BTreeSet<Option<Vec<u8>>> {
        let mut disk = Disk::default();
        records.iter().for_each(|record| disk.follow(record));
        let mut chance = StdRng::seed_from_u64(1);
        (0..200)
            .map(|_| {
                let folder = tempfile::tempdir().expect("a folder");
                disk.cut(folder.path(), &mut chance);
                fs::read(folder.path().join(path))
                    .ok()
                    .map(|found| found.into_iter().step_by(SECTOR).collect())
            })
            .collect()
    }

    #[test]
    fn what_a_sync_covered_is_found_and_of_the_rest_any_part_under_a_name_that_its_folder_has() {
        let mut records = vec![
            record("fairlot.db", Done::Created),
            record("fairlot.db", written(0, 1)),
            record("fairlot.db", synced(2)),
        ];
        assert_eq!(found(&records, "fairlot.db"), BTreeSet::from([None, Some(vec![1])]));
        records.push(record("", synced(3)));
        assert_eq!(found(&records, "fairlot.db"), BTreeSet::from([Some(vec![1])]));
        records.push(record("fairlot.db", written(0, 2)));
        records.push(record("fairlot.db", written(SECTOR, 3)));
        let any = [vec![1], vec![2], vec![1, 3], vec![2, 3]].map(Some);
        assert_eq!(found(&records, "fairlot.db"), BTreeSet::from(any.clone()));
        // A sync that fails is not made good by the next, but by writing again.
        records.push(record("fairlot.db", Done::Synced { covered: 6, failed: true }));
        records.push(record("fairlot.db", synced(7)));
        assert_eq!(found(&records, "fairlot.db"), BTreeSet::from(any));
        records.push(record("fairlot.db", written(0, 2)));
        records.push(record("fairlot.db", written(SECTOR, 3)));
        records.push(record("fairlot.db", synced(10)));
        assert_eq!(found(&records, "fairlot.db"), BTreeSet::from([Some(vec![2, 3])]));
    }
}

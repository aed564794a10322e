//! Where the content of documents lies: in a folder outside the database, each under the digest of its content,
//! encrypted (AES-256-GCM, NIST SP 800-38D) under a key of its own, because documents name people.

use entity::vocabulary::Instant;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand::{SecureRandom, SystemRandom},
};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

/// What stands before the nonce: how the rest is encrypted.
const FORMAT: u8 = 1;

/// The ending of a file that is not whole yet.
const UNFINISHED: &str = "part";

/// Why content could not be kept or had.
#[derive(Debug, thiserror::Error)]
pub enum Shut {
    #[error("the folder of documents: {0}")]
    Folder(#[from] io::Error),
    /// It was changed, or it was kept under another key.
    #[error("a document cannot be decrypted")]
    Sealed,
    #[error("the vault stopped")]
    Stopped,
}

/// The folder and its key. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    /// Every nonce is drawn from the operating system's randomness.
    key: LessSafeKey,
    random: SystemRandom,
}

/// Content that is on the disk, encrypted, and not kept yet. Dropping it leaves nothing behind.
pub struct Ready {
    path: PathBuf,
    /// Nothing where the same content was kept before.
    own: Option<PathBuf>,
}

struct KeyLength;

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        AES_256_GCM.key_len()
    }
}

/// Off the threads that serve: encrypting and waiting for a disk would make others wait.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Shut> + Send + 'static,
) -> Result<T, Shut> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Shut::Stopped)?
}

impl Vault {
    /// Opens the vault in a folder, which is made when it is first needed.
    ///
    /// # Errors
    /// No key can be made of the secret.
    pub fn open(folder: PathBuf, secret: &str) -> Result<Self, Shut> {
        let mut key = [0; 32];
        let drawn = Salt::new(HKDF_SHA256, b"fairlot documents").extract(secret.as_bytes());
        drawn
            .expand(&[b"aes-256-gcm"], KeyLength)
            .and_then(|drawn| drawn.fill(&mut key))
            .map_err(|_| Shut::Sealed)?;
        let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| Shut::Sealed)?;
        Ok(Self(Arc::new(Inner { folder, key: LessSafeKey::new(key), random: SystemRandom::new() })))
    }

    /// Encrypts content and writes it beside its place. It is on the disk when this returns.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn ready(&self, digest: String, content: Vec<u8>, now: Instant) -> Result<Ready, Shut> {
        let vault = self.0.clone();
        apart(move || vault.ready(&digest, content, now)).await
    }

    /// The content with this digest.
    ///
    /// # Errors
    /// It is not there, or is not what was kept.
    pub async fn fetch(&self, digest: String) -> Result<Vec<u8>, Shut> {
        let vault = self.0.clone();
        apart(move || vault.fetch(&digest)).await
    }

    /// The digests of what was kept, or kept again, before this instant, of one shelf: those that begin with this byte.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub async fn kept_before(&self, shelf: u8, before: Instant) -> Result<Vec<String>, Shut> {
        let vault = self.0.clone();
        apart(move || {
            let old = vault.old(shelf, before)?;
            let names =
                old.iter().filter(|path| path.extension().is_none()).filter_map(|path| path.file_name());
            Ok(names.filter_map(|name| Some(format!("{shelf:02x}{}", name.to_str()?))).collect())
        })
        .await
    }

    /// Removes content, unless it was kept again since. Returns how much of it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn remove(&self, digests: Vec<String>, before: Instant) -> Result<usize, Shut> {
        let vault = self.0.clone();
        apart(move || {
            let paths = digests.iter().map(|digest| vault.path(digest));
            remove(paths.filter(|path| is_older(path, before)))
        })
        .await
    }

    /// Removes files of one shelf that were begun before this instant and never finished. Returns how many.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn remove_unfinished(&self, shelf: u8, before: Instant) -> Result<usize, Shut> {
        let vault = self.0.clone();
        apart(move || {
            let old = vault.old(shelf, before)?;
            remove(old.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == UNFINISHED)))
        })
        .await
    }
}

impl Ready {
    /// Keeps it. A crash leaves all of it or nothing under its name.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn keep(mut self) -> Result<(), Shut> {
        apart(move || {
            match &self.own {
                // Two who keep the same at once each have a file of their own: the later takes the place of the earlier.
                Some(own) => fs::rename(own, &self.path)?,
                // Whoever swept it up meanwhile takes the upload with it: it is sent again.
                None => {
                    fs::metadata(&self.path)?;
                }
            }
            self.own = None;
            // Its name is on the disk once its shelf is, and the shelf's, which may be new, once the folder is.
            for folder in self.path.ancestors().skip(1).take(2) {
                fs::File::open(folder)?.sync_all()?;
            }
            Ok(())
        })
        .await
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        if let Some(own) = &self.own {
            // What cannot be removed now is swept up.
            let _ = fs::remove_file(own);
        }
    }
}

impl Inner {
    fn path(&self, digest: &str) -> PathBuf {
        // Folders of some thousands of files each stay quick.
        let (shelf, rest) = digest.split_at_checked(2).unwrap_or(("", digest));
        self.folder.join(shelf).join(rest)
    }

    fn ready(&self, digest: &str, mut content: Vec<u8>, now: Instant) -> Result<Ready, Shut> {
        let path = self.path(digest);
        if path.exists() {
            // So that it is not swept up while its new document is recorded.
            fs::File::open(&path)?.set_modified(file_time(now))?;
            return Ok(Ready { path, own: None });
        }
        let shelf = path.parent().unwrap_or(&self.folder);
        self.make(shelf)?;
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| Shut::Sealed)?;
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(digest.as_bytes()),
                &mut content,
            )
            .map_err(|_| Shut::Sealed)?;
        let own = shelf.join(format!("{}.{UNFINISHED}", uuid::Uuid::now_v7()));
        let ready = Ready { path, own: Some(own.clone()) };
        write(&own, &[&[FORMAT], &nonce, &content], now)?;
        Ok(ready)
    }

    fn make(&self, shelf: &Path) -> Result<(), Shut> {
        if !self.folder.exists() {
            fs::create_dir_all(&self.folder)?;
            let above = self.folder.parent().filter(|above| !above.as_os_str().is_empty());
            fs::File::open(above.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(fs::create_dir_all(shelf)?)
    }

    fn fetch(&self, digest: &str) -> Result<Vec<u8>, Shut> {
        let kept = fs::read(self.path(digest))?;
        let (head, content) = kept.split_at_checked(1 + NONCE_LEN).ok_or(Shut::Sealed)?;
        let (format, nonce) = head.split_at(1);
        if format != [FORMAT] {
            return Err(Shut::Sealed);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Shut::Sealed)?;
        let mut content = content.to_vec();
        let length = self
            .key
            .open_in_place(nonce, Aad::from(digest.as_bytes()), &mut content)
            .map_err(|_| Shut::Sealed)?
            .len();
        content.truncate(length);
        Ok(content)
    }

    /// The files of a shelf that are older than this.
    fn old(&self, shelf: u8, before: Instant) -> Result<Vec<PathBuf>, Shut> {
        let files = match fs::read_dir(self.folder.join(format!("{shelf:02x}"))) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files?,
        };
        let paths = files.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
        Ok(paths.into_iter().filter(|path| is_older(path, before)).collect())
    }
}

/// Files bear the time of the server's clock.
fn file_time(of: Instant) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(of.milliseconds()).unwrap_or_default())
}

/// What is gone is not older.
fn is_older(path: &Path, before: Instant) -> bool {
    let modified = fs::metadata(path).and_then(|file| file.modified());
    modified.is_ok_and(|modified| modified < file_time(before))
}

fn remove(paths: impl Iterator<Item = PathBuf>) -> Result<usize, Shut> {
    let mut removed = 0;
    for path in paths {
        match fs::remove_file(path) {
            Ok(()) => removed += 1,
            // Another node was quicker.
            Err(why) if why.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(why.into()),
        }
    }
    Ok(removed)
}

fn write(path: &Path, parts: &[&[u8]], now: Instant) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.set_modified(file_time(now))?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "ab00000000000000000000000000000000000000000000000000000000000000";

    fn at(hours: i64) -> Instant {
        Instant::from_milliseconds(1_800_000_000_000 + hours * 3_600_000)
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder.join("ab")).map_or(0, Iterator::count)
    }

    #[tokio::test]
    async fn what_is_kept_is_encrypted_and_comes_back_only_whole_and_under_its_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = Vault::open(folder.path().to_owned(), "one secret of enough characters").expect("open");
        let plain = b"Certificate of insurance of somebody in particular".to_vec();
        let ready = vault.ready(DIGEST.to_owned(), plain.clone(), at(0)).await.expect("ready");
        ready.keep().await.expect("kept");
        assert_eq!(vault.fetch(DIGEST.to_owned()).await.expect("had"), plain);
        let path = vault.0.path(DIGEST);
        let kept = fs::read(&path).expect("read");
        assert!(!kept.windows(11).any(|part| part == b"Certificate"));
        let other =
            Vault::open(folder.path().to_owned(), "another secret of enough characters").expect("open");
        assert!(matches!(other.fetch(DIGEST.to_owned()).await, Err(Shut::Sealed)));
        let mut changed = kept;
        *changed.last_mut().expect("a byte") ^= 1;
        fs::write(&path, changed).expect("written");
        assert!(matches!(vault.fetch(DIGEST.to_owned()).await, Err(Shut::Sealed)));
    }

    #[tokio::test]
    async fn what_is_not_kept_leaves_nothing_and_what_a_crash_left_is_old_after_a_while() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = Vault::open(folder.path().to_owned(), "one secret of enough characters").expect("open");
        let ready = async |now| vault.ready(DIGEST.to_owned(), b"x".to_vec(), now).await.expect("ready");
        drop(ready(at(0)).await);
        assert_eq!(files(folder.path()), 0);
        // As if the process had ended in the middle.
        std::mem::forget(ready(at(0)).await);
        ready(at(0)).await.keep().await.expect("kept");
        assert_eq!(files(folder.path()), 2);
        assert_eq!(vault.remove_unfinished(0xab, at(0)).await.expect("looked"), 0);
        assert_eq!(vault.kept_before(0xab, at(0)).await.expect("looked"), Vec::<String>::new());
        assert_eq!(vault.remove_unfinished(0xab, at(1)).await.expect("looked"), 1);
        let old = vault.kept_before(0xab, at(1)).await.expect("looked");
        assert_eq!(old, [DIGEST]);
        // Kept again meanwhile, it stays.
        ready(at(2)).await.keep().await.expect("kept");
        assert_eq!(vault.remove(old.clone(), at(1)).await.expect("looked"), 0);
        assert_eq!(vault.remove(old, at(3)).await.expect("looked"), 1);
        assert_eq!(files(folder.path()), 0);
    }
}

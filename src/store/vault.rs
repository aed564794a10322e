//! Where the content of documents lies: in a folder outside the database, each under the digest of its content,
//! encrypted (AES-256-GCM, NIST SP 800-38D) under a key of its own, because documents name people.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hkdf::{HKDF_SHA256, KeyType, Salt},
};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What stands before the nonce: how the rest is encrypted.
const FORMAT: u8 = 1;

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
    key: RandomizedNonceKey,
}

struct KeyLength;

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        AES_256_GCM.key_len()
    }
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
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| Shut::Sealed)?;
        Ok(Self(Arc::new(Inner { folder, key })))
    }

    /// Keeps content under its digest. It is on the disk when this returns; a crash leaves all of it or nothing under
    /// that name.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn keep(&self, digest: String, content: Vec<u8>) -> Result<(), Shut> {
        self.apart(move |vault| vault.keep(&digest, content)).await
    }

    /// The content with this digest.
    ///
    /// # Errors
    /// It is not there, or is not what was kept.
    pub async fn fetch(&self, digest: String) -> Result<Vec<u8>, Shut> {
        self.apart(move |vault| vault.fetch(&digest)).await
    }

    /// Off the threads that serve: encrypting and waiting for a disk would make others wait.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Shut> + Send + 'static,
    ) -> Result<T, Shut> {
        let vault = self.0.clone();
        tokio::task::spawn_blocking(move || work(&vault)).await.map_err(|_| Shut::Stopped)?
    }
}

impl Inner {
    fn path(&self, digest: &str) -> PathBuf {
        // Folders of some thousands of files each stay quick.
        let (first, rest) = digest.split_at_checked(2).unwrap_or(("", digest));
        self.folder.join(first).join(rest)
    }

    fn keep(&self, digest: &str, mut content: Vec<u8>) -> Result<(), Shut> {
        let path = self.path(digest);
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(digest.as_bytes()), &mut content)
            .map_err(|_| Shut::Sealed)?;
        // Two who keep the same at once write files of their own, and the later takes the place of the earlier.
        let own = folder.join(format!(".{}.part", uuid::Uuid::now_v7()));
        let written =
            write(&own, &[&[FORMAT], nonce.as_ref(), &content]).and_then(|()| fs::rename(&own, &path));
        if written.is_err() {
            // What cannot be removed either is only in the way.
            let _ = fs::remove_file(&own);
        }
        written?;
        fs::File::open(folder)?.sync_all()?;
        Ok(())
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
}

fn write(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()
}

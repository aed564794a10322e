//! Words that this server signed (HMAC-SHA-256, RFC 2104) and gave to somebody, to be shown again: nobody else can write
//! them, and nobody can change them. They can be read by whoever has them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::hmac::{self, HMAC_SHA256, Key};

/// What signed words are for: those of one purpose serve no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Session,
    Invitation,
}

fn key(secret: &str, purpose: Purpose) -> Key {
    let of_all = Key::new(HMAC_SHA256, secret.as_bytes());
    let name: &[u8] = match purpose {
        Purpose::Session => b"fairlot session",
        Purpose::Invitation => b"fairlot invitation",
    };
    Key::new(HMAC_SHA256, hmac::sign(&of_all, name).as_ref())
}

/// The signature alone, in letters that stand in addresses and cookies as they are.
pub fn signature(secret: &str, purpose: Purpose, words: &[u8]) -> String {
    BASE64.encode(hmac::sign(&key(secret, purpose), words))
}

/// The words, with their signature behind a full stop.
pub fn sign(secret: &str, purpose: Purpose, words: &[u8]) -> String {
    format!("{}.{}", BASE64.encode(words), signature(secret, purpose, words))
}

/// The words that were signed; nothing where this server did not sign them for this. Takes as long for a signature that
/// is nearly right as for any other.
pub fn signed(secret: &str, purpose: Purpose, token: &str) -> Option<Vec<u8>> {
    let (words, signature) = token.split_once('.')?;
    let (words, signature) = (BASE64.decode(words).ok()?, BASE64.decode(signature).ok()?);
    hmac::verify(&key(secret, purpose), &words, &signature).ok()?;
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_only_whole_under_their_secret_and_for_their_purpose() {
        let token = sign("a secret", Purpose::Session, b"somebody");
        assert_eq!(signed("a secret", Purpose::Session, &token).as_deref(), Some(&b"somebody"[..]));
        assert_eq!(signed("another", Purpose::Session, &token), None);
        assert_eq!(signed("a secret", Purpose::Invitation, &token), None);
        let (words, signature) = token.split_once('.').expect("two parts");
        let other = sign("a secret", Purpose::Session, b"somebody else");
        let (other, _) = other.split_once('.').expect("two parts");
        for wrong in [format!("{other}.{signature}"), format!("{words}."), words.to_owned(), String::new()] {
            assert_eq!(signed("a secret", Purpose::Session, &wrong), None, "{wrong}");
        }
    }
}

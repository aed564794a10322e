//! As little of HTTP as it takes to send a million commands, and to cut one anywhere.

use crate::setting::Person;
use serde_json::Value;
use std::io::{Error, ErrorKind, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A command with a JSON form, ready to be sent.
pub fn post(person: &Person, path: &str, form: &str, key: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: faults\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{form}",
        person.token,
        form.len()
    )
    .into_bytes()
}

/// `127.0.0.1:8080` of `http://127.0.0.1:8080`.
pub fn host(base: &str) -> &str {
    base.trim_start_matches("http://")
}

/// A whole answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// How many bytes it had, with its head.
    pub length: usize,
}

/// A connection that is kept.
pub struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    pub async fn to(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::new() })
    }

    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).await
    }

    /// The next whole answer; an error where the connection ends before it is whole.
    pub async fn answer(&mut self) -> Result<Answer> {
        loop {
            if let Some(answer) = whole(&self.read)? {
                self.read.drain(..answer.length);
                return Ok(answer);
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }

    pub async fn ask(&mut self, bytes: &[u8]) -> Result<Answer> {
        self.send(bytes).await?;
        self.answer().await
    }
}

fn whole(bytes: &[u8]) -> Result<Option<Answer>> {
    let Some(ends) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&bytes[..ends]).map_err(Error::other)?;
    let status = head.get(9..12).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| Error::other(head.to_owned()))?;
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = lengths.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or_default();
    let length = ends + 4 + length;
    let Some(body) = bytes.get(ends + 4..length) else { return Ok(None) };
    let body = serde_json::from_slice(body).unwrap_or(Value::Null);
    Ok(Some(Answer { status, body, length }))
}

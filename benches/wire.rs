//! The little of HTTP and of websockets that the load needs, with as little work as possible.

use crate::Outcome;
use std::{
    error::Error,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

/// The end of a message's head.
pub const HEAD_END: &[u8] = b"\r\n\r\n";

/// A `POST` with a JSON body, ready to be sent.
pub fn post(path: &str, token: &str, key: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A websocket's handshake.
pub fn handshake(path: &str, token: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .into_bytes()
}

/// The place of a sequence of bytes.
pub fn find(sought: &[u8], within: &[u8]) -> Option<usize> {
    within.windows(sought.len()).position(|window| window == sought)
}

/// A whole answer: its status, and how many bytes it has.
pub struct Answer {
    pub status: u16,
    pub bytes: usize,
}

impl Answer {
    /// Reads an answer's head; nothing while not all of the answer is there.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let body = find(HEAD_END, bytes)? + HEAD_END.len();
        let head = std::str::from_utf8(bytes.get(..body)?).ok()?;
        let status = head.get(9..12)?.parse().ok()?;
        let length = head
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.trim().parse::<usize>().ok())
            .unwrap_or_default();
        let answer = Self { status, bytes: body + length };
        (bytes.len() >= answer.bytes).then_some(answer)
    }

    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// A connection on which nothing waits to be sent together with more.
pub fn connect(address: SocketAddr) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Waits for the whole answer to what was sent, which must be a success.
pub fn expect_success(stream: &mut TcpStream) -> Outcome<()> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let length = stream.read(&mut piece)?;
        bytes.extend_from_slice(piece.get(..length).unwrap_or_default());
        match Answer::of(&bytes) {
            Some(answer) if answer.is_success() => return Ok(()),
            Some(_) => return Err(refused(&bytes)),
            None if length == 0 => return Err("a server hung up".into()),
            None => {}
        }
    }
}

/// What a server said instead of doing what it was asked.
pub fn refused(answer: &[u8]) -> Box<dyn Error + Send + Sync> {
    format!("a server answered: {}", String::from_utf8_lossy(answer)).into()
}

/// A short text from a client, masked with zeros, which changes nothing of it.
pub fn client_text(text: &str) -> Outcome<Vec<u8>> {
    const FINAL_TEXT: u8 = 0x81;
    const MASKED: u8 = 0x80;
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).ok_or("a long text")?;
    Ok([&[FINAL_TEXT, MASKED | length, 0, 0, 0, 0], text.as_bytes()].concat())
}

/// The answer to an empty ping.
pub const CLIENT_PONG: [u8; 6] = [0x8A, 0x80, 0, 0, 0, 0];

/// What kind of frame a server sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Event,
    Ping,
    Close,
    /// The time, a welcome.
    Other,
}

/// The first frame in these bytes, and how long it is; nothing while not all of it is there.
pub fn first_frame(bytes: &[u8]) -> Option<(Kind, usize)> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (begins, length) = match second {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    let whole = begins + length;
    let payload = bytes.get(begins..whole)?;
    let kind = match first & 0x0F {
        0x8 => Kind::Close,
        0x9 => Kind::Ping,
        0x1 if payload.starts_with(br#"{"type":"event""#) => Kind::Event,
        _ => Kind::Other,
    };
    Some((kind, whole))
}

/// What a frame carries.
pub fn payload(frame: &[u8]) -> &[u8] {
    let begins = match frame.get(1) {
        Some(126) => 4,
        Some(127) => 10,
        _ => 2,
    };
    frame.get(begins..).unwrap_or_default()
}

/// Sends all of it on a socket that does not block. What is sent here is smaller than any socket's buffer.
pub fn send(mut stream: &TcpStream, bytes: &[u8]) -> Outcome<()> {
    Ok(stream.write_all(bytes)?)
}

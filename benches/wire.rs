//! The little of HTTP and of websockets that the load needs, with as little work as possible.

use crate::Outcome;
use std::{
    error::Error,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
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

/// A `GET`, ready to be sent.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
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

/// Waits for the whole answer to what was sent, which must be a success, and returns what it carries.
pub fn success(stream: &mut TcpStream) -> Outcome<Vec<u8>> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 64 * 1024]);
    loop {
        let read = stream.read(&mut piece)?;
        bytes.extend_from_slice(piece.get(..read).unwrap_or_default());
        match Answer::of(&bytes) {
            Some(answer) if answer.is_success() => {
                let begins = find(HEAD_END, &bytes).ok_or("no head")? + HEAD_END.len();
                return Ok(bytes.split_off(begins));
            }
            Some(_) => return Err(refused(&bytes)),
            None if read == 0 => return Err("a server hung up".into()),
            None => {}
        }
    }
}

/// What a server said instead of doing what it was asked.
pub fn refused(answer: &[u8]) -> Box<dyn Error + Send + Sync> {
    format!("a server answered: {}", String::from_utf8_lossy(answer)).into()
}

/// What a frame is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

impl Opcode {
    const ALL: [Self; 5] = [Self::Text, Self::Binary, Self::Close, Self::Ping, Self::Pong];
}

const FINAL: u8 = 0x80;

/// A frame of a client, masked with zeros, which changes nothing of what it carries.
pub fn from_client(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    let (length, more) = length(payload);
    [&[FINAL | opcode as u8, MASKED | length], more.as_slice(), &[0; 4], payload].concat()
}

/// A text of a server, as a frame.
pub fn from_server(text: &[u8]) -> Vec<u8> {
    let (length, more) = length(text);
    [&[FINAL | Opcode::Text as u8, length], more.as_slice(), text].concat()
}

/// How a frame says how much it carries: in its second byte, and in some that follow.
fn length(payload: &[u8]) -> (u8, Vec<u8>) {
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short), _) if short < 126 => (short, Vec::new()),
        (_, Ok(longer)) => (126, longer.to_be_bytes().to_vec()),
        _ => (127, (payload.len() as u64).to_be_bytes().to_vec()),
    }
}

/// A frame of a server.
pub struct Frame<'a> {
    pub opcode: Opcode,
    pub payload: &'a [u8],
    /// With its head.
    pub bytes: usize,
}

/// The first frame in these bytes; nothing while not all of it is there.
pub fn first_frame(bytes: &[u8]) -> Outcome<Option<Frame<'_>>> {
    let [first, second, ..] = *bytes else { return Ok(None) };
    let (begins, length) = match second {
        126 => (4, bytes.get(2..4).map(|length| length.iter().fold(0, longer))),
        127 => (10, bytes.get(2..10).map(|length| length.iter().fold(0, longer))),
        short => (2, Some(usize::from(short))),
    };
    let Some(whole) = length.map(|length| begins + length) else { return Ok(None) };
    let Some(payload) = bytes.get(begins..whole) else { return Ok(None) };
    let opcode = Opcode::ALL.into_iter().find(|opcode| first == FINAL | *opcode as u8);
    let opcode = opcode.ok_or("a frame that no server should send")?;
    Ok(Some(Frame { opcode, payload, bytes: whole }))
}

fn longer(length: usize, byte: &u8) -> usize {
    length << 8 | usize::from(*byte)
}

/// Sends all of it on a socket that does not block. What is sent here is smaller than any socket's buffer.
pub fn send(mut stream: &TcpStream, bytes: &[u8]) -> Outcome<()> {
    Ok(stream.write_all(bytes)?)
}

/// How long an instant is on the wire: `2026-12-07T17:00:00.000Z`.
const INSTANT_BYTES: usize = 24;
const AT: &[u8] = br#""at":""#;

/// Where a message has the time at which it was told. Most have it where the one before had it.
pub fn told_at_place(message: &[u8], before: usize) -> Option<usize> {
    if message.get(before..)?.starts_with(AT) { Some(before) } else { find(AT, message) }
}

/// How long the day, in UTC, had lasted at the time at this place of a message.
pub fn told_at(message: &[u8], place: usize) -> Option<Duration> {
    let time = message.get(place + AT.len()..)?.get(..INSTANT_BYTES)?;
    let number = |from: usize, to: usize| {
        let digits = time.get(from..to)?.iter();
        Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit.wrapping_sub(b'0'))))
    };
    let seconds = (number(11, 13)? * 60 + number(14, 16)?) * 60 + number(17, 19)?;
    Some(Duration::from_millis(seconds * 1000 + number(20, 23)?))
}

/// A message as if it were told at another time.
pub fn told_anew(message: &[u8], at: &str) -> Option<Vec<u8>> {
    let begins = told_at_place(message, 0)? + AT.len();
    let mut anew = message.to_vec();
    anew.get_mut(begins..begins + INSTANT_BYTES)?.copy_from_slice(at.as_bytes().get(..INSTANT_BYTES)?);
    Some(anew)
}

//! What listeners say to a server and hear from it. Where servers differ in that, it is here.

use crate::{
    Outcome,
    wire::{self, Answer, Frame, Opcode},
};
use serde::{Deserialize, Serialize};

/// How a server is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speech {
    /// A listener says hello and is welcomed.
    Fairlot,
    /// A listener is told at once, in frames that hold a message and nothing else.
    Plain,
    /// Packets of Engine.IO, which hold packets of Socket.IO.
    SocketIo,
    /// The lines of NATS, in binary frames; messages are published over TCP.
    Nats,
}

/// What a server said to a listener.
pub enum Said<'a> {
    /// That it listens from now on.
    Welcome,
    Event(&'a [u8]),
    /// To be answered with this.
    Ping(Vec<u8>),
    Close,
    /// The time, for instance.
    Other,
}

/// What a message that is told begins with.
const EVENT: &[u8] = br#"{"type":"event""#;
const NATS_CONNECT: &str = r#"{"verbose":false,"pedantic":false,"lang":"bench","version":"1"}"#;
const NATS_CONNECT_TO_PUBLISH: &str = r#"{"verbose":true,"pedantic":false,"lang":"bench","version":"1"}"#;
const NATS_DONE: &[u8] = b"+OK";
const LINE_END: &[u8] = b"\r\n";

impl Speech {
    /// A listener's handshake.
    pub fn handshake(self, token: &str) -> Vec<u8> {
        let path = match self {
            Self::Fairlot => "/api/live",
            Self::Plain | Self::Nats => "/",
            Self::SocketIo => "/socket.io/?EIO=4&transport=websocket",
        };
        wire::handshake(path, token)
    }

    /// What a listener says once its handshake is answered.
    pub fn first_words(self) -> Vec<u8> {
        match self {
            Self::Fairlot => wire::from_client(Opcode::Text, br#"{"type":"hello"}"#),
            Self::Plain => Vec::new(),
            Self::SocketIo => wire::from_client(Opcode::Text, b"40"),
            Self::Nats => {
                let lines = format!("CONNECT {NATS_CONNECT}\r\nSUB told 1\r\nPING\r\n");
                wire::from_client(Opcode::Binary, lines.as_bytes())
            }
        }
    }

    /// Whether the server says when somebody begins to listen.
    pub const fn welcomes(self) -> bool {
        !matches!(self, Self::Plain)
    }

    /// What a frame says, one thing after the other.
    pub fn understand(self, frame: &Frame<'_>, mut said: impl FnMut(Said<'_>) -> Outcome<()>) -> Outcome<()> {
        match (frame.opcode, self) {
            (Opcode::Close, _) => said(Said::Close),
            (Opcode::Ping, _) => said(Said::Ping(wire::from_client(Opcode::Pong, frame.payload))),
            (Opcode::Text, Self::Fairlot | Self::Plain) if frame.payload.starts_with(EVENT) => {
                said(Said::Event(frame.payload))
            }
            (Opcode::Text, Self::Fairlot) if frame.payload.starts_with(br#"{"type":"welcome""#) => {
                said(Said::Welcome)
            }
            (Opcode::Text, Self::SocketIo) => said(in_socket_io(frame.payload)),
            (Opcode::Binary, Self::Nats) => each_of_nats(frame.payload, said),
            _ => said(Said::Other),
        }
    }

    /// What is said before messages are posted on a connection.
    pub fn post_greeting(self) -> Vec<u8> {
        match self {
            Self::Fairlot | Self::Plain | Self::SocketIo => Vec::new(),
            Self::Nats => format!("CONNECT {NATS_CONNECT_TO_PUBLISH}\r\n").into_bytes(),
        }
    }

    /// A message, to be told to everybody by a server that knows nobody.
    pub fn post(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Fairlot | Self::Plain | Self::SocketIo => wire::post("/", "", "", message),
            Self::Nats => {
                let head = format!("PUB told {}\r\n", message.len());
                [head.as_bytes(), message, LINE_END].concat()
            }
        }
    }

    /// Takes the first whole answer to what was posted; whether there was one.
    pub fn take_answer(self, coming: &mut Vec<u8>) -> Outcome<bool> {
        let bytes = match self {
            Self::Fairlot | Self::Plain | Self::SocketIo => match Answer::of(coming) {
                None => return Ok(false),
                Some(answer) if answer.is_success() => answer.bytes,
                Some(_) => return Err(wire::refused(coming)),
            },
            Self::Nats => {
                let Some(end) = wire::find(LINE_END, coming) else { return Ok(false) };
                let line = coming.get(..end).unwrap_or_default();
                if line.starts_with(b"-ERR") {
                    return Err(wire::refused(coming));
                }
                let done = line == NATS_DONE;
                coming.drain(..end + LINE_END.len());
                return if done { Ok(true) } else { self.take_answer(coming) };
            }
        };
        coming.drain(..bytes);
        Ok(true)
    }
}

fn in_socket_io(payload: &[u8]) -> Said<'_> {
    const TOLD: &[u8] = br#"42["told","#;
    match payload.strip_prefix(TOLD) {
        Some(event) => Said::Event(event),
        None if payload == b"2" => Said::Ping(wire::from_client(Opcode::Text, b"3")),
        None if payload.starts_with(b"40") => Said::Welcome,
        None => Said::Other,
    }
}

/// Lines, and messages between them.
fn each_of_nats(mut bytes: &[u8], mut said: impl FnMut(Said<'_>) -> Outcome<()>) -> Outcome<()> {
    const TORN: &str = "NATS ended a frame within a message";
    while !bytes.is_empty() {
        let end = wire::find(LINE_END, bytes).ok_or(TORN)?;
        let (line, after) = bytes.split_at(end);
        bytes = after.get(LINE_END.len()..).unwrap_or_default();
        if line.starts_with(b"MSG ") {
            let length = line.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
            let length: usize = std::str::from_utf8(length)?.parse()?;
            said(Said::Event(bytes.get(..length).ok_or(TORN)?))?;
            bytes = bytes.get(length + LINE_END.len()..).ok_or(TORN)?;
        } else if line == b"PING" {
            said(Said::Ping(wire::from_client(Opcode::Binary, b"PONG\r\n")))?;
        } else if line == b"PONG" {
            said(Said::Welcome)?;
        } else if line.starts_with(b"-ERR") {
            return Err(wire::refused(line));
        }
    }
    Ok(())
}

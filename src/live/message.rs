//! What goes over the socket, and its finished frames.

use actix_codec::Encoder;
use actix_http::ws::{CloseCode, CloseReason, Codec, Message};
use bytes::{Bytes, BytesMut};
use entity::vocabulary::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The largest message that a listener may send, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// What a listener says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Heard {
    /// First of all: the last event number it saw of each opportunity it knows.
    Hello {
        #[serde(default)]
        seen: HashMap<OpportunityId, i64>,
    },
}

/// What the server says besides events.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Said {
    Welcome {
        now: Instant,
    },
    Tick {
        now: Instant,
        /// The server's clock has leapt and is not back.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        clock_at_fault: bool,
    },
    /// More was missed than is told again: read over HTTP.
    Reload,
}

/// As text.
pub fn text(message: &impl Serialize) -> String {
    // Messages are strings, numbers and lists of them, which always serialise.
    serde_json::to_string(message).unwrap_or_default()
}

/// A finished frame of text: the same bytes go to every listener.
pub fn frame(text: String) -> Bytes {
    finished(Message::Text(text.into()))
}

/// A finished close frame.
pub fn close(code: CloseCode, why: &str) -> Bytes {
    finished(Message::Close(Some(CloseReason { code, description: Some(why.to_owned()) })))
}

/// A finished frame.
pub fn finished(message: Message) -> Bytes {
    let mut bytes = BytesMut::new();
    match Codec::new().encode(message, &mut bytes) {
        Ok(()) => bytes.freeze(),
        Err(_) => Bytes::new(),
    }
}

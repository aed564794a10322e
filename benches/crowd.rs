//! A crowd of listeners at one server: sockets that read frames, and nothing more. One thread waits for all of
//! them with `epoll`, reads once for each that has something, and looks at two bytes and a prefix. What that
//! costs is the same for every server.

use crate::{
    Outcome,
    wire::{self, Kind},
};
use rustix::{
    event::{Timespec, epoll},
    fd::OwnedFd,
};
use std::{
    io::{ErrorKind, Read},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// How many connect at a time: fewer than a server lets wait.
const BATCH: usize = 64;
/// How long nothing may arrive before it is given up.
const SILENCE_MOST: Duration = Duration::from_secs(30);

pub struct Crowd {
    epoll: OwnedFd,
    listeners: Vec<Listener>,
    /// The frame of the last event, as it came.
    frame: Vec<u8>,
    piece: Vec<u8>,
    /// How many have heard this round's event.
    heard: usize,
    first: Option<Instant>,
}

struct Listener {
    stream: TcpStream,
    /// The beginning of a frame whose rest has not come.
    partial: Vec<u8>,
    heard: bool,
}

/// When a message was heard, counted from when it was asked for.
#[derive(Clone, Copy)]
pub struct Heard {
    first: Duration,
    last: Duration,
}

impl Heard {
    /// Until the last listener had heard it.
    pub const fn last(&self) -> Duration {
        self.last
    }

    /// From the first listener to the last.
    pub const fn spread(&self) -> Duration {
        self.last.saturating_sub(self.first)
    }
}

impl Crowd {
    /// Connects as many as there are handshakes; each then says hello, if there is something to say.
    pub fn gather(address: SocketAddr, handshakes: &[Vec<u8>], hello: Option<&str>) -> Outcome<Self> {
        let hello = hello.map(wire::client_text).transpose()?;
        let mut listeners = Vec::with_capacity(handshakes.len());
        for batch in handshakes.chunks(BATCH) {
            let mut streams = Vec::with_capacity(BATCH);
            for handshake in batch {
                let stream = wire::connect(address)?;
                wire::send(&stream, handshake)?;
                streams.push(stream);
            }
            for mut stream in streams {
                upgraded(&mut stream)?;
                if let Some(hello) = &hello {
                    wire::send(&stream, hello)?;
                }
                stream.set_nonblocking(true)?;
                listeners.push(Listener { stream, partial: Vec::new(), heard: false });
            }
        }
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        for (place, listener) in listeners.iter().enumerate() {
            let data = epoll::EventData::new_u64(place as u64);
            epoll::add(&epoll, &listener.stream, data, epoll::EventFlags::IN)?;
        }
        let piece = vec![0; 64 * 1024];
        Ok(Self { epoll, listeners, frame: Vec::new(), piece, heard: 0, first: None })
    }

    /// Lets all but some hang up.
    pub fn shrink_to(&mut self, count: usize) {
        // Closing a socket also ends waiting for it.
        self.listeners.truncate(count);
    }

    /// Waits until every listener has heard one event that was asked for at `began`.
    pub fn hear(&mut self, began: Instant) -> Outcome<Heard> {
        self.begin_round();
        while self.heard < self.listeners.len() {
            if self.read_some(SILENCE_MOST)? == 0 {
                let (heard, all) = (self.heard, self.listeners.len());
                return Err(format!("only {heard} of {all} listeners heard the event").into());
            }
        }
        let last = began.elapsed();
        let first = self.first.map_or(last, |first| first.duration_since(began));
        Ok(Heard { first, last })
    }

    /// Listens for a while to all that is no event, such as the time.
    pub fn idle(&mut self, span: Duration) -> Outcome<()> {
        self.begin_round();
        let ends = Instant::now() + span;
        while let Some(left) = ends.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.read_some(left)?;
        }
        if self.heard == 0 { Ok(()) } else { Err("an event came when none was expected".into()) }
    }

    /// The frame of the last event, as it came.
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    fn begin_round(&mut self) {
        (self.heard, self.first) = (0, None);
        for listener in &mut self.listeners {
            listener.heard = false;
        }
    }

    /// Waits for something, and reads from every socket that has it. Returns how many had.
    fn read_some(&mut self, wait: Duration) -> Outcome<usize> {
        const AT_ONCE: usize = 1024;
        let wait = Timespec::try_from(wait)?;
        let mut ready = [const {
            epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(0) }
        }; AT_ONCE];
        let count = match epoll::wait(&self.epoll, &mut ready, Some(&wait)) {
            Err(rustix::io::Errno::INTR) => 0,
            waited => waited?,
        };
        for event in ready.get(..count).unwrap_or_default() {
            let data = event.data;
            self.read(usize::try_from(data.u64())?)?;
        }
        Ok(count)
    }

    fn read(&mut self, place: usize) -> Outcome<()> {
        let listener = self.listeners.get_mut(place).ok_or("an unknown socket")?;
        let length = match listener.stream.read(&mut self.piece) {
            Ok(0) => return Err("a server hung up on a listener".into()),
            Ok(length) => length,
            Err(why) if why.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(why) => return Err(why.into()),
        };
        let mut partial = std::mem::take(&mut listener.partial);
        let read = self.piece.get(..length).unwrap_or_default();
        let mut bytes = if partial.is_empty() {
            read
        } else {
            partial.extend_from_slice(read);
            partial.as_slice()
        };
        while let Some((kind, length)) = wire::first_frame(bytes) {
            let (frame, rest) = bytes.split_at(length);
            bytes = rest;
            match kind {
                Kind::Event if listener.heard => return Err("a listener heard an event twice".into()),
                Kind::Event => {
                    listener.heard = true;
                    self.heard += 1;
                    if self.first.is_none() {
                        self.first = Some(Instant::now());
                        self.frame = frame.to_vec();
                    }
                }
                Kind::Ping => wire::send(&listener.stream, &wire::CLIENT_PONG)?,
                Kind::Close => return Err("a server dropped a listener".into()),
                Kind::Other => {}
            }
        }
        listener.partial = bytes.to_vec();
        Ok(())
    }
}

/// Reads the answer to a handshake, byte by byte, so that nothing after it is lost.
fn upgraded(stream: &mut TcpStream) -> Outcome<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(wire::HEAD_END) {
        if stream.read(&mut byte)? == 0 {
            return Err(wire::refused(&head));
        }
        head.extend_from_slice(&byte);
    }
    if head.starts_with(b"HTTP/1.1 101") { Ok(()) } else { Err(wire::refused(&head)) }
}

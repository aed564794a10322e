//! Those who ask, such as bidders: each sends a request, waits for its answer, and sends the next. One thread drives
//! them all.

use crate::{
    Outcome,
    wire::{self, Answer},
    world::new_key,
};
use rustix::{
    event::{Timespec, epoll},
    fd::OwnedFd,
};
use std::{
    io::Read,
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// How long an answer may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What makes the next request.
pub type Request = Box<dyn Fn() -> Vec<u8>>;

/// A bid that is sent again and again, each time under a new key.
pub fn bid(path: String, session: String, offer: Vec<u8>) -> Request {
    Box::new(move || wire::post(&path, &session, &new_key(), &offer))
}

struct Asker {
    stream: TcpStream,
    request: Request,
    answer: Vec<u8>,
}

impl Asker {
    fn send(&self) -> Outcome<()> {
        wire::send(&self.stream, &(self.request)())
    }
}

/// What came of a while of asking.
pub struct Answered {
    /// Answers within the window.
    pub within: u32,
    /// Answers in all: what was under way at its end is waited for.
    pub all: u32,
}

/// Asks for a while, all at once.
pub fn ask(address: SocketAddr, requests: Vec<Request>, window: Duration) -> Outcome<Answered> {
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let mut askers = Vec::with_capacity(requests.len());
    for (place, request) in requests.into_iter().enumerate() {
        let stream = wire::connect(address)?;
        stream.set_nonblocking(true)?;
        epoll::add(&epoll, &stream, epoll::EventData::new_u64(place as u64), epoll::EventFlags::IN)?;
        askers.push(Asker { stream, request, answer: Vec::new() });
    }
    let ends = Instant::now() + window;
    for asker in &askers {
        asker.send()?;
    }
    let mut answered = Answered { within: 0, all: 0 };
    let mut waiting = askers.len();
    while waiting > 0 {
        for place in ready(&epoll)? {
            let asker = askers.get_mut(place).ok_or("an unknown socket")?;
            if !received(asker)? {
                continue;
            }
            answered.all += 1;
            if Instant::now() < ends {
                answered.within += 1;
                asker.send()?;
            } else {
                waiting -= 1;
            }
        }
    }
    Ok(answered)
}

/// Those whose sockets have something.
fn ready(epoll: &OwnedFd) -> Outcome<Vec<usize>> {
    const AT_ONCE: usize = 256;
    let wait = Timespec::try_from(PATIENCE)?;
    let mut events =
        [const { epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(0) } };
            AT_ONCE];
    let count = epoll::wait(epoll, &mut events, Some(&wait))?;
    if count == 0 {
        return Err("no answer came".into());
    }
    let events = events.get(..count).unwrap_or_default();
    events
        .iter()
        .map(|event| {
            let data = event.data;
            Ok(usize::try_from(data.u64())?)
        })
        .collect()
}

/// Whether the whole answer is there. A refusal ends the measurement.
fn received(asker: &mut Asker) -> Outcome<bool> {
    let mut piece = [0; 8 * 1024];
    let length = asker.stream.read(&mut piece)?;
    if length == 0 {
        return Err("the server hung up on somebody".into());
    }
    asker.answer.extend_from_slice(piece.get(..length).unwrap_or_default());
    match Answer::of(&asker.answer) {
        None => Ok(false),
        Some(answer) if answer.is_success() && answer.bytes == asker.answer.len() => {
            asker.answer.clear();
            Ok(true)
        }
        Some(_) => Err(wire::refused(&asker.answer)),
    }
}

//! Bidders: each sends a bid, waits for its receipt, and sends the next. One thread drives them all.

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

/// How long a receipt may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bid that is sent again and again, each time under a new key.
#[derive(Clone)]
pub struct Bid {
    pub path: String,
    pub session: String,
    pub offer: Vec<u8>,
}

struct Bidder {
    stream: TcpStream,
    bid: Bid,
    answer: Vec<u8>,
}

impl Bidder {
    fn send(&self) -> Outcome<()> {
        let Bid { path, session, offer } = &self.bid;
        wire::send(&self.stream, &wire::post(path, session, &new_key(), offer))
    }
}

/// What came of a while of bidding.
pub struct Bidding {
    /// Receipts within the window.
    pub within: u32,
    /// Receipts in all: what was under way at its end is waited for.
    pub all: u32,
}

/// Bids for a while, all at once.
pub fn bid(address: SocketAddr, bids: &[Bid], window: Duration) -> Outcome<Bidding> {
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
    let mut bidders = Vec::with_capacity(bids.len());
    for (place, bid) in bids.iter().enumerate() {
        let stream = wire::connect(address)?;
        stream.set_nonblocking(true)?;
        epoll::add(&epoll, &stream, epoll::EventData::new_u64(place as u64), epoll::EventFlags::IN)?;
        bidders.push(Bidder { stream, bid: bid.clone(), answer: Vec::new() });
    }
    let ends = Instant::now() + window;
    for bidder in &bidders {
        bidder.send()?;
    }
    let mut bidding = Bidding { within: 0, all: 0 };
    let mut waiting = bidders.len();
    while waiting > 0 {
        for place in ready(&epoll)? {
            let bidder = bidders.get_mut(place).ok_or("an unknown socket")?;
            if !received(bidder)? {
                continue;
            }
            bidding.all += 1;
            if Instant::now() < ends {
                bidding.within += 1;
                bidder.send()?;
            } else {
                waiting -= 1;
            }
        }
    }
    Ok(bidding)
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
        return Err("no receipt came".into());
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

/// Whether the whole receipt is there. A refusal ends the measurement.
fn received(bidder: &mut Bidder) -> Outcome<bool> {
    let mut piece = [0; 8 * 1024];
    let length = bidder.stream.read(&mut piece)?;
    if length == 0 {
        return Err("the server hung up on a bidder".into());
    }
    bidder.answer.extend_from_slice(piece.get(..length).unwrap_or_default());
    match Answer::of(&bidder.answer) {
        None => Ok(false),
        Some(answer) if answer.is_success() && answer.bytes == bidder.answer.len() => {
            bidder.answer.clear();
            Ok(true)
        }
        Some(_) => Err(wire::refused(&bidder.answer)),
    }
}

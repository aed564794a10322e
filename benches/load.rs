//! Messages at a rate, whether or not those before were heard: how old they are when they are, and what that takes.

use crate::{
    Outcome,
    ages::Summary,
    crowd::{Crowd, Heard},
    peers::Peer,
    poster::Poster,
    process::{self, Memory, Process},
    speech::Speech,
    wire,
};
use entity::vocabulary;
use std::time::{Duration, Instant};

/// How many connections messages are posted on.
pub const CONNECTIONS: usize = 32;
/// How long a server that is behind may go on after the last message was posted.
const DRAIN_MOST: Duration = Duration::from_secs(10);

/// A rate, and for how long.
#[derive(Clone, Copy)]
pub struct Rate {
    pub a_second: u32,
    pub window: Duration,
}

/// What came of it.
pub struct Load {
    /// How many were told a second: those that were answered within the window.
    pub reached: f64,
    /// How long answers took.
    pub answers: Summary,
    pub heard: Heard,
    /// How many should have been heard, by all together.
    pub wanted: u64,
    /// How long the server kept processors busy, and how long everything that loaded it did.
    pub server_time: Duration,
    pub load_time: Duration,
    pub memory: Memory,
}

impl Load {
    pub fn heard_share(&self) -> f64 {
        self.heard.ages.all as f64 / self.wanted as f64
    }

    /// What is to be known of it beside its figures.
    pub fn note(&self) -> Option<String> {
        let share = self.heard_share();
        let gone = self.heard.gone;
        (share < 1.0 || gone > 0).then(|| {
            format!(
                "heard {:.1} % within {} s after the last; dropped {gone}",
                share * 100.0,
                DRAIN_MOST.as_secs()
            )
        })
    }
}

/// Posts at a rate, and waits until everybody has heard everything, or for as long as it may take.
pub fn carry(
    server: &Process,
    crowd: &mut Crowd,
    listeners: usize,
    speech: Speech,
    rate: Rate,
    request: impl FnMut(usize) -> Outcome<Vec<u8>>,
) -> Outcome<Load> {
    let mut poster = Poster::connect(server.posts_at, speech, CONNECTIONS)?;
    let load_time = |crowd: &Crowd| -> Outcome<Duration> {
        Ok(process::processor_time(crowd.id())? + process::processor_time(std::process::id())?)
    };
    crowd.begin()?;
    let (server_before, load_before) = (process::processor_time(server.id())?, load_time(crowd)?);
    let answered = poster.post(rate.a_second, rate.window, request)?;
    let wanted = poster.sent() * listeners as u64;
    let drained_from = Instant::now();
    while drained_from.elapsed() < DRAIN_MOST && !(poster.all_answered() && crowd.heard_so_far()? >= wanted) {
        poster.read_until(Instant::now() + Duration::from_millis(20))?;
    }
    Ok(Load {
        reached: answered as f64 / rate.window.as_secs_f64(),
        answers: poster.took(),
        heard: crowd.end()?,
        wanted,
        server_time: process::processor_time(server.id())?.saturating_sub(server_before),
        load_time: load_time(crowd)?.saturating_sub(load_before),
        memory: process::memory(server.id())?,
    })
}

/// A peer that is posted a message again and again, each as if it were told when it is posted.
pub fn of_peer(peer: Peer, message: &[u8]) -> impl FnMut(usize) -> Outcome<Vec<u8>> {
    move |_| {
        let now = vocabulary::Instant::from_milliseconds(i64::try_from(process::since_epoch().as_millis())?);
        let message = wire::told_anew(message, &now.to_string()).ok_or("a message without its time")?;
        Ok(peer.post(&message))
    }
}

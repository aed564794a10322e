//! Those who post what servers tell: one request, or many at a rate, whether or not those before were answered.

use crate::{
    Outcome,
    ages::{Ages, Summary},
    speech::Speech,
    wire,
};
use rustix::{
    event::{Timespec, epoll},
    fd::OwnedFd,
    io::Errno,
};
use std::{
    collections::VecDeque,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection on which requests are posted.
pub struct Posting {
    stream: TcpStream,
    speech: Speech,
    /// What could not be sent yet.
    going: Vec<u8>,
    /// The beginning of an answer.
    coming: Vec<u8>,
    /// When what is not answered was asked.
    asked: VecDeque<Instant>,
    /// The server hung up, with nothing left to answer.
    ended: bool,
}

impl Posting {
    pub fn open(at: SocketAddr, speech: Speech) -> Outcome<Self> {
        let stream = wire::connect(at)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut posting = Self {
            stream,
            speech,
            going: Vec::new(),
            coming: Vec::new(),
            asked: VecDeque::new(),
            ended: false,
        };
        let greeting = speech.post_greeting();
        if !greeting.is_empty() {
            posting.send(&greeting)?;
            posting.wait()?;
        }
        Ok(posting)
    }

    /// Sends what the connection takes now; the rest waits.
    pub fn send(&mut self, request: &[u8]) -> Outcome<()> {
        self.asked.push_back(Instant::now());
        self.going.extend_from_slice(request);
        self.go_on()
    }

    fn go_on(&mut self) -> Outcome<()> {
        while !self.going.is_empty() {
            match self.stream.write(&self.going) {
                Ok(length) => drop(self.going.drain(..length)),
                Err(why) if why.kind() == ErrorKind::WouldBlock => break,
                Err(why) => return Err(why.into()),
            }
        }
        Ok(())
    }

    /// Waits until one request is answered.
    pub fn wait(&mut self) -> Outcome<()> {
        let began = Instant::now();
        while self.read(|_| {})? == 0 {
            if began.elapsed() > PATIENCE {
                return Err("a server does not answer somebody who posted".into());
            }
        }
        Ok(())
    }

    /// Reads once; how many requests that answered. Each is handed how long it took.
    fn read(&mut self, mut took: impl FnMut(Duration)) -> Outcome<u64> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) if self.asked.is_empty() => self.ended = true,
            Ok(0) => return Err("a server hung up on somebody who posted".into()),
            Ok(length) => self.coming.extend_from_slice(piece.get(..length).unwrap_or_default()),
            Err(why) if why.kind() == ErrorKind::WouldBlock => {}
            Err(why) => return Err(why.into()),
        }
        let mut answered = 0;
        while self.speech.take_answer(&mut self.coming)? {
            answered += 1;
            if let Some(asked) = self.asked.pop_front() {
                took(asked.elapsed());
            }
        }
        Ok(answered)
    }
}

/// Several connections, used in turn.
pub struct Poster {
    epoll: OwnedFd,
    postings: Vec<Posting>,
    took: Ages,
    sent: u64,
    answered: u64,
}

impl Poster {
    pub fn connect(at: SocketAddr, speech: Speech, connections: usize) -> Outcome<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut postings = Vec::with_capacity(connections);
        for place in 0..connections {
            let posting = Posting::open(at, speech)?;
            posting.stream.set_nonblocking(true)?;
            let data = epoll::EventData::new_u64(place as u64);
            epoll::add(&epoll, &posting.stream, data, epoll::EventFlags::IN)?;
            postings.push(posting);
        }
        Ok(Self { epoll, postings, took: Ages::default(), sent: 0, answered: 0 })
    }

    /// Posts for a while at a rate, and returns how many were answered within it. Each request is made when it is due.
    pub fn post(
        &mut self,
        a_second: u32,
        window: Duration,
        mut request: impl FnMut(usize) -> Outcome<Vec<u8>>,
    ) -> Outcome<u64> {
        let began = Instant::now();
        let all = (f64::from(a_second) * window.as_secs_f64()) as u32;
        for place in 0..all {
            self.read_until(began + Duration::from_secs(1) * place / a_second)?;
            let place = place as usize;
            let which = place % self.postings.len();
            let posting = self.postings.get_mut(which).ok_or("nowhere to post")?;
            posting.send(&request(place)?)?;
            self.sent += 1;
        }
        self.read_until(began + window)?;
        Ok(self.answered)
    }

    pub const fn sent(&self) -> u64 {
        self.sent
    }

    pub const fn all_answered(&self) -> bool {
        self.answered >= self.sent
    }

    /// How long answers took.
    pub fn took(&self) -> Summary {
        self.took.summary()
    }

    pub fn read_until(&mut self, ends: Instant) -> Outcome<()> {
        loop {
            let left = ends.saturating_duration_since(Instant::now());
            self.read_ready(left)?;
            if left.is_zero() {
                return Ok(());
            }
        }
    }

    fn read_ready(&mut self, wait: Duration) -> Outcome<()> {
        const AT_ONCE: usize = 64;
        /// How soon it is tried again to send what a connection did not take.
        const AGAIN: Duration = Duration::from_millis(2);
        let going = self.postings.iter().any(|posting| !posting.going.is_empty());
        let wait = Timespec::try_from(if going { wait.min(AGAIN) } else { wait })?;
        let mut events = [const {
            epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(0) }
        }; AT_ONCE];
        let count = match epoll::wait(&self.epoll, &mut events, Some(&wait)) {
            Err(Errno::INTR) => 0,
            waited => waited?,
        };
        for event in events.get(..count).unwrap_or_default() {
            let data = event.data;
            let posting = self.postings.get_mut(usize::try_from(data.u64())?).ok_or("an unknown socket")?;
            self.answered += posting.read(|span| self.took.add(span))?;
            if posting.ended {
                epoll::delete(&self.epoll, &posting.stream)?;
            }
        }
        for posting in &mut self.postings {
            posting.go_on()?;
        }
        Ok(())
    }
}

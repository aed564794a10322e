//! The process of a crowd: sockets that read frames, and nothing more. One thread waits for all of them with `epoll`,
//! reads once for each that has something, and looks at a few bytes of each frame. What that costs is the same for
//! every server.

use crate::{
    Outcome,
    ages::Ages,
    crowd::{Answer, Gathering, Heard, Order},
    poster::Posting,
    process::{of_day, since_epoch},
    speech::{Said, Speech},
    wire,
};
use rustix::{
    event::{Timespec, epoll},
    fd::OwnedFd,
    io::Errno,
};
use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read, stdin},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// Makes this program a crowd.
pub const ARGUMENT: &str = "crowd";
/// How many connect at a time: fewer than a server lets wait.
const BATCH: usize = 64;
/// How long nothing may arrive before it is given up.
const SILENCE_MOST: Duration = Duration::from_secs(30);
/// What waits beside the sockets: orders.
const ORDERS: u64 = u64::MAX;

/// Does what it is told over its input, a line at a time, until that ends; answers each with a line.
pub fn serve() -> Outcome<()> {
    let mut crowd = Crowd::new()?;
    let mut lines = Vec::new();
    loop {
        if !crowd.read_ready(SILENCE_MOST)?.orders {
            continue;
        }
        let mut piece = [0; 64 * 1024];
        let length = rustix::io::read(stdin(), &mut piece)?;
        if length == 0 {
            return Ok(());
        }
        lines.extend_from_slice(piece.get(..length).unwrap_or_default());
        while let Some(end) = lines.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = lines.drain(..=end).collect();
            let answer = crowd
                .obey(serde_json::from_slice(&line)?)
                .unwrap_or_else(|why| Answer::Failed(why.to_string()));
            println!("{}", serde_json::to_string(&answer)?);
        }
    }
}

struct Crowd {
    epoll: OwnedFd,
    speech: Speech,
    listeners: Vec<Listener>,
    piece: Vec<u8>,
    hearing: Hearing,
    welcomed: usize,
    gone: usize,
}

struct Listener {
    /// Nothing once it is gone.
    stream: Option<TcpStream>,
    /// The beginning of a frame whose rest has not come.
    partial: Vec<u8>,
    /// How many events it heard since that was begun to be counted.
    heard: u32,
}

/// What was heard since that was begun to be counted.
#[derive(Default)]
struct Hearing {
    events: u64,
    /// How many listeners heard something.
    listeners: usize,
    first: Option<Instant>,
    last: Option<Instant>,
    ages: Option<Ages>,
    /// For each time of day at which something was told, how old it was when the last had heard it.
    last_by_time: Option<BTreeMap<Duration, Duration>>,
    /// Where messages have their time.
    told_at_place: usize,
    /// The first event.
    message: Vec<u8>,
}

/// What had something to be read.
#[derive(Default)]
struct Ready {
    sockets: usize,
    orders: bool,
}

impl Crowd {
    fn new() -> Outcome<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, stdin(), epoll::EventData::new_u64(ORDERS), epoll::EventFlags::IN)?;
        Ok(Self {
            epoll,
            speech: Speech::Plain,
            listeners: Vec::new(),
            piece: vec![0; 64 * 1024],
            hearing: Hearing::default(),
            welcomed: 0,
            gone: 0,
        })
    }

    fn obey(&mut self, order: Order) -> Outcome<Answer> {
        match order {
            Order::Gather(gathering) => self.gather(&gathering)?,
            Order::Tell { at, request } => return self.tell(at, &request),
            Order::Idle { span } => self.idle(span)?,
            // Closing a socket also ends waiting for it.
            Order::ShrinkTo { listeners } => self.listeners.truncate(listeners),
            Order::Begin { by_time } => {
                self.begin();
                self.hearing.ages = Some(Ages::default());
                self.hearing.last_by_time = by_time.then(BTreeMap::new);
            }
            Order::Count => {
                return Ok(Answer::Counted { events: self.hearing.events });
            }
            Order::End => {
                let Hearing { ages, last_by_time, message, .. } = std::mem::take(&mut self.hearing);
                let ages = ages.unwrap_or_default().summary();
                let last_by_time = last_by_time.unwrap_or_default().into_iter().collect();
                return Ok(Answer::Heard(Heard { ages, last_by_time, gone: self.gone, message }));
            }
        }
        Ok(Answer::Done)
    }

    /// Connects as many as are wanted, and waits until all are welcome and nothing old is told any more.
    fn gather(&mut self, gathering: &Gathering) -> Outcome<()> {
        let Gathering { at, speech, listeners, handshakes, deaf } = gathering;
        self.speech = *speech;
        let handshakes: Vec<_> = (0..*listeners).zip(handshakes.iter().cycle()).collect();
        for batch in handshakes.chunks(BATCH) {
            let streams = connect(*at, *speech, batch.iter().map(|(_, handshake)| handshake.as_str()))?;
            for stream in streams {
                let place = self.listeners.len() as u64;
                if !deaf {
                    stream.set_nonblocking(true)?;
                    let data = epoll::EventData::new_u64(place);
                    epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
                }
                self.listeners.push(Listener { stream: Some(stream), partial: Vec::new(), heard: 0 });
            }
            // Those who are there already are asked whether they still are.
            while self.read_ready(Duration::ZERO)?.sockets > 0 {}
        }
        if *deaf { Ok(()) } else { self.settle() }
    }

    fn settle(&mut self) -> Outcome<()> {
        const QUIET: Duration = Duration::from_secs(1);
        let began = Instant::now();
        while self.speech.welcomes() && self.welcomed < self.listeners.len() {
            self.read_ready(QUIET)?;
            if began.elapsed() > SILENCE_MOST {
                return Err(format!("only {} of {} were welcome", self.welcomed, self.listeners.len()).into());
            }
        }
        let quiet_from = Instant::now();
        while self.hearing.last.map_or(quiet_from, |last| last.max(quiet_from)).elapsed() < QUIET {
            self.read_ready(QUIET)?;
        }
        self.nobody_gone()
    }

    fn nobody_gone(&self) -> Outcome<()> {
        if self.gone == 0 {
            Ok(())
        } else {
            Err(format!("the server dropped {} listeners", self.gone).into())
        }
    }

    /// Posts a request, and waits until everybody has heard the one event that it makes.
    fn tell(&mut self, at: SocketAddr, request: &[u8]) -> Outcome<Answer> {
        let mut posting = Posting::open(at, self.speech)?;
        self.begin();
        let began = Instant::now();
        posting.send(request)?;
        while self.hearing.listeners < self.listeners.len() {
            if self.read_ready(SILENCE_MOST)?.sockets == 0 || began.elapsed() > SILENCE_MOST {
                let (heard, all) = (self.hearing.listeners, self.listeners.len());
                return Err(format!("only {heard} of {all} heard within {SILENCE_MOST:?}").into());
            }
            self.nobody_gone()?;
        }
        let last = began.elapsed();
        let first = self.hearing.first.map_or(last, |first| first.duration_since(began));
        posting.wait()?;
        if self.hearing.events > self.listeners.len() as u64 {
            return Err("a listener heard an event twice".into());
        }
        Ok(Answer::Told { first, last, message: std::mem::take(&mut self.hearing.message) })
    }

    /// Listens for a while to all that is no event, such as the time.
    fn idle(&mut self, span: Duration) -> Outcome<()> {
        self.begin();
        let ends = Instant::now() + span;
        while let Some(left) = ends.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.read_ready(left)?;
        }
        if self.hearing.events > 0 {
            return Err("an event came when none was expected".into());
        }
        self.nobody_gone()
    }

    fn begin(&mut self) {
        self.hearing = Hearing::default();
        for listener in &mut self.listeners {
            listener.heard = 0;
        }
    }

    /// Waits for something, and reads from every socket that has it.
    fn read_ready(&mut self, wait: Duration) -> Outcome<Ready> {
        const AT_ONCE: usize = 1024;
        let wait = Timespec::try_from(wait)?;
        let mut events = [const {
            epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(0) }
        }; AT_ONCE];
        let count = match epoll::wait(&self.epoll, &mut events, Some(&wait)) {
            Err(Errno::INTR) => 0,
            waited => waited?,
        };
        let mut ready = Ready::default();
        for event in events.get(..count).unwrap_or_default() {
            let data = event.data;
            if data.u64() == ORDERS {
                ready.orders = true;
            } else {
                ready.sockets += 1;
                self.read(usize::try_from(data.u64())?)?;
            }
        }
        Ok(ready)
    }

    fn read(&mut self, place: usize) -> Outcome<()> {
        let Self { listeners, piece, hearing, speech, welcomed, .. } = self;
        let listener = listeners.get_mut(place).ok_or("an unknown socket")?;
        let Some(mut stream) = listener.stream.as_ref() else { return Ok(()) };
        let length = match stream.read(piece) {
            Ok(length) => length,
            Err(why) if why.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(_) => 0,
        };
        let mut partial = std::mem::take(&mut listener.partial);
        let read = piece.get(..length).unwrap_or_default();
        let mut bytes = if partial.is_empty() {
            read
        } else {
            partial.extend_from_slice(read);
            partial.as_slice()
        };
        let (now, today) = (Instant::now(), of_day(since_epoch()));
        let mut dropped = length == 0;
        while let Some(frame) = wire::first_frame(bytes)? {
            bytes = bytes.get(frame.bytes..).unwrap_or_default();
            speech.understand(&frame, |said| {
                match said {
                    Said::Event(message) => {
                        if listener.heard == 0 {
                            hearing.listeners += 1;
                        }
                        listener.heard += 1;
                        hearing.event(message, now, today)?;
                    }
                    Said::Ping(answer) => wire::send(stream, &answer)?,
                    Said::Welcome => *welcomed += 1,
                    Said::Close => dropped = true,
                    Said::Other => {}
                }
                Ok(())
            })?;
        }
        if dropped {
            listener.stream = None;
            self.gone += 1;
        } else {
            listener.partial = bytes.to_vec();
        }
        Ok(())
    }
}

impl Hearing {
    fn event(&mut self, message: &[u8], now: Instant, today: Duration) -> Outcome<()> {
        self.events += 1;
        self.last = Some(now);
        if self.first.is_none() {
            self.first = Some(now);
            self.message = message.to_vec();
        }
        if let Some(ages) = &mut self.ages {
            const TIMELESS: &str = "a message without its time";
            self.told_at_place = wire::told_at_place(message, self.told_at_place).ok_or(TIMELESS)?;
            let told = wire::told_at(message, self.told_at_place).ok_or(TIMELESS)?;
            let age = today.saturating_sub(told);
            ages.add(age);
            if let Some(by_time) = &mut self.last_by_time {
                let last = by_time.entry(told).or_default();
                *last = age.max(*last);
            }
        }
        Ok(())
    }
}

/// Connects one for each handshake, at once.
fn connect<'a>(
    at: SocketAddr,
    speech: Speech,
    handshakes: impl Iterator<Item = &'a str>,
) -> Outcome<Vec<TcpStream>> {
    let mut streams = Vec::with_capacity(BATCH);
    for handshake in handshakes {
        let stream = wire::connect(at)?;
        stream.set_read_timeout(Some(SILENCE_MOST))?;
        wire::send(&stream, handshake.as_bytes())?;
        streams.push(stream);
    }
    for stream in &mut streams {
        upgraded(stream)?;
        wire::send(stream, &speech.first_words())?;
    }
    Ok(streams)
}

/// Reads the answer to a handshake, byte by byte, so that nothing after it is lost.
pub fn upgraded(stream: &mut TcpStream) -> Outcome<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(wire::HEAD_END) {
        if stream.read(&mut byte)? == 0 {
            return Err(wire::refused(&head));
        }
        head.extend_from_slice(&byte);
    }
    if head.starts_with(b"HTTP/1.1 101") { Ok(()) } else { Err(wire::refused(&head)) }
}

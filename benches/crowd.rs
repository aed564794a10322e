//! A crowd of listeners at one server: a process of its own, so that it has as many open files as a process may have,
//! and the server as many again. Times are taken inside it.

use crate::{Outcome, ages::Summary, listeners, process::Process, speech::Speech};
use serde::{Deserialize, Serialize};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

/// What a crowd is told, each on a line.
#[derive(Serialize, Deserialize)]
pub enum Order {
    Gather(Gathering),
    /// Post a request, and hear the one event that it makes.
    Tell {
        at: SocketAddr,
        request: Vec<u8>,
    },
    /// Hear no event for a while.
    Idle {
        span: Duration,
    },
    /// Let all but some hang up.
    ShrinkTo {
        listeners: usize,
    },
    /// Count what is heard from now on, and how old it is.
    Begin {
        /// For each time at which something was told, too.
        by_time: bool,
    },
    Count,
    End,
}

/// Who listens, and where.
#[derive(Serialize, Deserialize)]
pub struct Gathering {
    pub at: SocketAddr,
    pub speech: Speech,
    pub listeners: usize,
    /// Taken in turn.
    pub handshakes: Vec<String>,
    /// Nothing is ever read.
    pub deaf: bool,
}

/// What a crowd answers, each on a line.
#[derive(Serialize, Deserialize)]
pub enum Answer {
    Done,
    Told { first: Duration, last: Duration, message: Vec<u8> },
    Counted { events: u64 },
    Heard(Heard),
    Failed(String),
}

/// It ends when it is dropped.
pub struct Crowd {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    posts_at: SocketAddr,
}

/// When a message was heard, counted from when it was asked for.
pub struct Told {
    first: Duration,
    last: Duration,
    pub message: Vec<u8>,
}

/// What was heard of a rate.
#[derive(Serialize, Deserialize)]
pub struct Heard {
    pub ages: Summary,
    /// For each time of day at which something was told, how old it was when the last had heard it, where that is wanted.
    pub last_by_time: Vec<(Duration, Duration)>,
    /// How many listeners the server dropped.
    pub gone: usize,
    /// The first message.
    pub message: Vec<u8>,
}

impl Told {
    /// Until the last listener had heard it.
    pub const fn last(&self) -> Duration {
        self.last
    }

    /// From the first listener to the last.
    pub const fn spread(&self) -> Duration {
        self.last.saturating_sub(self.first)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Crowd {
    /// Connects listeners to a server; their sessions are taken in turn.
    pub fn gather(server: &Process, speech: Speech, sessions: &[String], listeners: usize) -> Outcome<Self> {
        Self::start(server, speech, sessions, listeners, false)
    }

    /// Connects listeners who never read.
    pub fn gather_deaf(
        server: &Process,
        speech: Speech,
        sessions: &[String],
        listeners: usize,
    ) -> Outcome<Self> {
        Self::start(server, speech, sessions, listeners, true)
    }

    fn start(
        server: &Process,
        speech: Speech,
        sessions: &[String],
        listeners: usize,
        deaf: bool,
    ) -> Outcome<Self> {
        let mut child = Command::new(env::current_exe()?)
            .arg(listeners::ARGUMENT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut crowd = Self { child, input, output, posts_at: server.posts_at };
        let handshakes = sessions.iter().map(|session| String::from_utf8(speech.handshake(session)));
        let handshakes = handshakes.collect::<Result<_, _>>()?;
        crowd.order(&Order::Gather(Gathering { at: server.address, speech, listeners, handshakes, deaf }))?;
        Ok(crowd)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn order(&mut self, order: &Order) -> Outcome<Answer> {
        writeln!(self.input, "{}", serde_json::to_string(order)?)?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        if line.is_empty() {
            return Err("a crowd has gone".into());
        }
        match serde_json::from_str(&line)? {
            Answer::Failed(why) => Err(why.into()),
            answer => Ok(answer),
        }
    }

    /// Posts a request that makes the server tell everybody, and waits until everybody has heard.
    pub fn told(&mut self, request: Vec<u8>) -> Outcome<Told> {
        match self.order(&Order::Tell { at: self.posts_at, request })? {
            Answer::Told { first, last, message } => Ok(Told { first, last, message }),
            _ => Err(MISUNDERSTOOD.into()),
        }
    }

    /// Hears no event for a while.
    pub fn idle(&mut self, span: Duration) -> Outcome<()> {
        self.order(&Order::Idle { span }).map(drop)
    }

    /// Lets all but some hang up.
    pub fn shrink_to(&mut self, listeners: usize) -> Outcome<()> {
        self.order(&Order::ShrinkTo { listeners }).map(drop)
    }

    /// Counts what is heard from now on.
    pub fn begin(&mut self) -> Outcome<()> {
        self.order(&Order::Begin { by_time: false }).map(drop)
    }

    /// The same, and when each was heard by the last.
    pub fn begin_by_time(&mut self) -> Outcome<()> {
        self.order(&Order::Begin { by_time: true }).map(drop)
    }

    /// How many events were heard since, by all together.
    pub fn heard_so_far(&mut self) -> Outcome<u64> {
        match self.order(&Order::Count)? {
            Answer::Counted { events } => Ok(events),
            _ => Err(MISUNDERSTOOD.into()),
        }
    }

    /// What was heard since.
    pub fn end(&mut self) -> Outcome<Heard> {
        match self.order(&Order::End)? {
            Answer::Heard(heard) => Ok(heard),
            _ => Err(MISUNDERSTOOD.into()),
        }
    }
}

const MISUNDERSTOOD: &str = "a crowd answered something else";

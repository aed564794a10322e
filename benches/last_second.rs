//! The last second before a deadline: ten thousand bids sent within it, without waiting for each other. Every one is
//! answered, none that came too late is accepted, and what was accepted stands in the order of the server's time.

use crate::{
    Outcome,
    figures::Figures,
    process::{Process, since_epoch},
    sync::Sync,
    wire::{self, Answer},
    world::{World, empty_folder, new_key},
};
use entity::{event, vocabulary::*};
use rustix::{
    event::{Timespec, epoll},
    fd::OwnedFd,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, Statement, Value,
};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

/// How many bids are sent within the second.
const BIDS: usize = 10_000;
/// On how many connections, of how many providers, for how many packages.
const CONNECTIONS: usize = 500;
const PROVIDERS: usize = 250;
const OPPORTUNITIES: usize = 5;
/// How far the deadline is, once everything is set up.
const AHEAD: Duration = Duration::from_secs(4);
const SECOND: Duration = Duration::from_secs(1);
/// Within how long every bid is to be answered.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);
const ROUNDS: usize = 10;

/// Holds several last seconds, each in a database of its own.
pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    let (mut slowest, mut accepted) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        println!("last second: round {round} of {ROUNDS} …");
        empty_folder(folder)?;
        let database = format!("sqlite://{}", folder.join("fairlot.db").display());
        let world = runtime.block_on(World::plant(&database, folder))?;
        let mut opportunities = Vec::new();
        for _ in 0..OPPORTUNITIES {
            let package = runtime.block_on(world.draft())?;
            opportunities.push(runtime.block_on(world.publish(package))?);
        }
        let sessions = runtime.block_on(world.admit(PROVIDERS))?;
        let offer = serde_json::to_vec(&world.offer())?;
        let closes_at = now().plus_milliseconds(AHEAD.as_millis().try_into()?);
        runtime.block_on(close_at(&world, closes_at))?;
        let process = Process::fairlot(&world, folder, &Sync::Plain)?;
        runtime.block_on(world.letters_posted())?;
        let mut crowd = Crowd::gather(&process, &sessions, &opportunities, &offer)?;
        let answered = crowd.bid_until(closes_at)?;
        let times = runtime.block_on(times_of_bids(&world))?;
        check(&times, answered.accepted, closes_at)?;
        slowest.push(answered.slowest.as_secs_f64() * 1000.0);
        accepted.push(f64::from(answered.accepted));
    }
    let limit = vec![ANSWERED_WITHIN.as_secs_f64() * 1000.0; ROUNDS];
    figures.add(
        format!("the last answer of {BIDS} in the last second"),
        "ms",
        &slowest,
        "what is promised",
        &limit,
    );
    let sent = vec![BIDS as f64; ROUNDS];
    figures.add(format!("accepted of {BIDS} in the last second"), "bids", &accepted, "sent", &sent);
    Ok(())
}

fn now() -> entity::vocabulary::Instant {
    entity::vocabulary::Instant::from_milliseconds(since_epoch().as_millis().try_into().unwrap_or_default())
}

/// Moves the deadlines to where no officer could. The schema forbids it, so its rule is put away first.
async fn close_at(world: &World, at: entity::vocabulary::Instant) -> Outcome<()> {
    let tx = world.app.database.begin().await?;
    tx.execute_unprepared("drop trigger opportunity_deadline").await?;
    let moved = "update opportunity set closes_at = $1";
    tx.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, moved, [Value::from(at)])).await?;
    Ok(tx.commit().await?)
}

/// When the bids that were accepted came, in the order of their events.
async fn times_of_bids(world: &World) -> Outcome<Vec<(OpportunityId, entity::vocabulary::Instant)>> {
    let events = event::Entity::find()
        .filter(event::Column::Kind.is_in(["bid_submitted", "bid_revised"]))
        .order_by_asc(event::Column::SubjectId)
        .order_by_asc(event::Column::Number)
        .all(world.app.database.read())
        .await?;
    Ok(events.into_iter().map(|event| (OpportunityId(event.subject_id), event.at)).collect())
}

fn check(
    times: &[(OpportunityId, entity::vocabulary::Instant)],
    accepted: u32,
    closes_at: entity::vocabulary::Instant,
) -> Outcome<()> {
    if times.len() != usize::try_from(accepted)? {
        return Err(format!("{accepted} bids were accepted, {} recorded", times.len()).into());
    }
    if times.iter().any(|(_, at)| *at >= closes_at) {
        return Err("a bid was accepted at or after the deadline".into());
    }
    let ordered = times.windows(2).all(|two| matches!(two, [a, b] if a.0 != b.0 || a.1 <= b.1));
    if ordered { Ok(()) } else { Err("bids do not stand in the order of the server's time".into()) }
}

/// Connections that send bid after bid, whether or not the ones before are answered.
struct Crowd {
    epoll: OwnedFd,
    connections: Vec<Connection>,
}

struct Connection {
    stream: TcpStream,
    path: String,
    session: String,
    offer: Vec<u8>,
    /// What the socket has not taken yet.
    unsent: Vec<u8>,
    /// When the bids that are not answered were sent.
    sent: std::collections::VecDeque<Instant>,
    answer: Vec<u8>,
}

#[derive(Default)]
struct Answered {
    accepted: u32,
    all: usize,
    slowest: Duration,
}

impl Crowd {
    fn gather(
        process: &Process,
        sessions: &[String],
        opportunities: &[OpportunityId],
        offer: &[u8],
    ) -> Outcome<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let whose = sessions.iter().cycle().zip(opportunities.iter().cycle());
        let mut connections = Vec::new();
        for (place, (session, opportunity)) in whose.take(CONNECTIONS).enumerate() {
            let stream = wire::connect(process.address)?;
            stream.set_nonblocking(true)?;
            epoll::add(&epoll, &stream, epoll::EventData::new_u64(place as u64), epoll::EventFlags::IN)?;
            connections.push(Connection {
                stream,
                path: format!("/api/opportunities/{opportunity}/bid"),
                session: session.clone(),
                offer: offer.to_vec(),
                unsent: Vec::new(),
                sent: std::collections::VecDeque::new(),
                answer: Vec::new(),
            });
        }
        Ok(Self { epoll, connections })
    }

    /// Sends all of them evenly over the second before the deadline, and waits for every answer.
    fn bid_until(&mut self, closes_at: entity::vocabulary::Instant) -> Outcome<Answered> {
        let left = u64::try_from(closes_at.milliseconds() - now().milliseconds())?;
        let begins = Instant::now() + Duration::from_millis(left).saturating_sub(SECOND);
        let (mut answered, mut sent) = (Answered::default(), 0);
        while answered.all < BIDS {
            let since = Instant::now().saturating_duration_since(begins);
            let due = (since.as_secs_f64() / SECOND.as_secs_f64() * BIDS as f64) as usize;
            while sent < due.min(BIDS) {
                let place = sent % self.connections.len();
                self.connections.get_mut(place).ok_or("no connection")?.bid()?;
                sent += 1;
            }
            for place in self.ready()? {
                self.connections.get_mut(place).ok_or("an unknown socket")?.hear(&mut answered)?;
            }
        }
        Ok(answered)
    }

    fn ready(&self) -> Outcome<Vec<usize>> {
        let mut events = [const {
            epoll::Event { flags: epoll::EventFlags::empty(), data: epoll::EventData::new_u64(0) }
        }; 256];
        let wait = Timespec::try_from(Duration::from_millis(1))?;
        let count = epoll::wait(&self.epoll, &mut events, Some(&wait))?;
        let ready = events.get(..count).unwrap_or_default().iter();
        ready
            .map(|event| {
                let data = event.data;
                Ok(usize::try_from(data.u64())?)
            })
            .collect()
    }
}

impl Connection {
    fn bid(&mut self) -> Outcome<()> {
        self.unsent.extend(wire::post(&self.path, &self.session, &new_key(), &self.offer));
        self.sent.push_back(Instant::now());
        self.push()
    }

    fn push(&mut self) -> Outcome<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(why) if why.kind() == ErrorKind::WouldBlock => break,
                Err(why) => return Err(why.into()),
            }
        }
        Ok(())
    }

    fn hear(&mut self, answered: &mut Answered) -> Outcome<()> {
        let mut piece = [0; 64 * 1024];
        let length = self.stream.read(&mut piece)?;
        if length == 0 {
            return Err("the server hung up on a bidder".into());
        }
        self.answer.extend_from_slice(piece.get(..length).unwrap_or_default());
        while let Some(answer) = Answer::of(&self.answer) {
            match answer.status {
                201 => answered.accepted += 1,
                // Too late: refused, and recorded as late.
                409 | 422 => {}
                _ => return Err(wire::refused(&self.answer)),
            }
            self.answer.drain(..answer.bytes);
            let sent = self.sent.pop_front().ok_or("an answer to nothing")?;
            answered.slowest = answered.slowest.max(sent.elapsed());
            answered.all += 1;
        }
        self.push()
    }
}

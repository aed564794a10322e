//! What goes on with one listener from its handshake on: it says hello, hears what it missed, answers pings, and is
//! parted from. What happens meanwhile the hub tells it without asking here.

use super::{
    Hub,
    hub::Place,
    message::{self, Heard, MESSAGE_BYTES_MAX, Said},
    socket::Socket,
};
use crate::{
    actions::{
        Failure,
        announcement::{self, FOLLOWED_MAX, Missed},
    },
    app::App,
    domain::{actor::Actor, disclosure::live::Audience},
};
use actix_codec::Decoder;
use actix_http::ws::{self, CloseCode, Codec, Frame, Message};
use actix_web::{Error, HttpRequest, HttpResponse, rt::net::TcpStream};
use bytes::{Bytes, BytesMut};
use futures_util::future::{Fuse, FutureExt, LocalBoxFuture};
use std::{
    collections::HashMap,
    io::{self, ErrorKind},
    net::Shutdown,
    pin::pin,
    sync::Arc,
    time::Duration,
};
use tokio::{
    select,
    time::{Instant as Moment, sleep, timeout},
};

/// How long a listener may take to say hello.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often it is told the time, and asked whether it is still there.
const TICK_EVERY: Duration = Duration::from_secs(20);
/// How many ticks it may leave unanswered.
const SILENT_TICKS_MAX: u32 = 2;
/// How many bytes are read at a time.
const READ_BYTES_MAX: usize = 4096;
/// How long its last words may take to leave.
const PARTED_WITHIN: Duration = Duration::from_secs(2);
/// How many bytes the system may keep for a listener that does not read. Who is further behind than these and its
/// queue resumes; without a limit the system would keep megabytes for each.
const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// What is said to whoever sends what is no short text.
const WORDY: &str = "Only short text is read here.";

/// Somebody whose session and origin have been checked, and who has a place in the hub.
pub struct Listener {
    app: App,
    person: Actor,
    place: Place,
}

/// A place in the hub for somebody.
///
/// # Errors
/// The server takes no more listeners.
pub async fn join(app: &App, hub: &Hub, person: &Actor) -> Result<Place, Error> {
    let full = || actix_web::error::ErrorServiceUnavailable("full or stopping");
    hub.join(person.account_id, audiences_of(app, person).await?).ok_or_else(full)
}

async fn audiences_of(app: &App, person: &Actor) -> Result<Vec<Audience>, Error> {
    announcement::audiences_of(app, person).await.map_err(actix_web::error::ErrorInternalServerError)
}

/// Admits a listener, as it was looked up after it had its place: the answer to its handshake, which holds it.
///
/// # Errors
/// The request is no handshake.
pub async fn admit(
    app: &App,
    place: Place,
    person: Actor,
    request: &HttpRequest,
) -> Result<HttpResponse, Error> {
    let mut response = ws::handshake(request.head())?;
    place.hear(audiences_of(app, &person).await?);
    let mut response = HttpResponse::from(response.finish().map_into_boxed_body());
    response.extensions_mut().insert(Listener { app: app.clone(), person, place });
    Ok(response)
}

/// Goes on with a listener until it goes or is sent away. `said` is what it has said already.
pub async fn listen(listener: Listener, stream: TcpStream, said: BytesMut) {
    // Without it the socket works all the same.
    let _ = socket2::SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_BYTES);
    let Listener { app, person, place } = listener;
    let mut session = Session {
        app: &app,
        person: Some(person),
        place: &place,
        socket: &place.socket,
        stream: place.socket.connect(stream),
        codec: Codec::new().max_size(MESSAGE_BYTES_MAX),
        heard: said,
        silent_ticks: 0,
    };
    if let Err(End::Parted) = session.go_on().await {
        // Who does not take its last words goes without.
        let _ = timeout(PARTED_WITHIN, session.part()).await;
    }
}

struct Session<'a> {
    app: &'a App,
    /// Who has not said hello yet.
    person: Option<Actor>,
    place: &'a Place,
    socket: &'a Socket,
    stream: &'a TcpStream,
    codec: Codec,
    /// What it said and is not whole.
    heard: BytesMut,
    silent_ticks: u32,
}

/// How it ends.
enum End {
    /// The peer is gone.
    Gone,
    /// What is owed to it is the last that it hears.
    Parted,
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// What the listener missed, being read.
type Missing = Fuse<LocalBoxFuture<'static, Result<Missed, Failure>>>;

impl Session<'_> {
    async fn go_on(&mut self) -> Result<(), End> {
        let (mut hello, mut tick) = (pin!(sleep(HELLO_WITHIN)), pin!(sleep(TICK_EVERY)));
        let mut missing: Missing = Fuse::terminated();
        self.heed(&mut missing);
        loop {
            let owes = !self.socket.write()?;
            if self.socket.is_ended() {
                return Err(End::Parted);
            }
            select! {
                ready = self.stream.writable(), if owes => ready?,
                ready = self.stream.readable(), if !owes => {
                    ready?;
                    self.hear()?;
                    self.heed(&mut missing);
                }
                () = self.socket.stirred() => {}
                missed = &mut missing => self.resume(missed),
                () = &mut hello, if self.person.is_some() => self.end(CloseCode::Policy, "Say hello first."),
                () = &mut tick => {
                    self.tick();
                    tick.as_mut().reset(Moment::now() + TICK_EVERY);
                }
            }
        }
    }

    fn say(&self, said: &Said) {
        self.socket.answer(message::frame(message::text(said)));
    }

    fn end(&self, code: CloseCode, why: &str) {
        self.socket.end(message::close(code, why));
    }

    fn tick(&mut self) {
        if self.silent_ticks >= SILENT_TICKS_MAX {
            return self.end(CloseCode::Away, "No answer.");
        }
        self.silent_ticks += 1;
        let clock = &self.app.clock;
        self.say(&Said::Tick { now: clock.now(), clock_at_fault: clock.at_fault() });
        self.socket.answer(message::finished(Message::Ping(Bytes::new())));
    }

    /// Reads once.
    fn hear(&mut self) -> Result<(), End> {
        let mut piece = [0; READ_BYTES_MAX];
        match self.stream.try_read(&mut piece) {
            Ok(0) => Err(End::Gone),
            Ok(length) => {
                self.heard.extend_from_slice(piece.get(..length).unwrap_or_default());
                Ok(())
            }
            Err(why) if why.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(why) => Err(why.into()),
        }
    }

    /// Does as it was told by all that is whole.
    fn heed(&mut self, missing: &mut Missing) {
        loop {
            let frame = match self.codec.decode(&mut self.heard) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(_) => return self.end(CloseCode::Unsupported, WORDY),
            };
            self.silent_ticks = 0;
            match frame {
                Frame::Text(text) => match (serde_json::from_slice(&text), self.person.take()) {
                    (Ok(Heard::Hello { seen }), Some(person)) if seen.len() <= FOLLOWED_MAX => {
                        self.say(&Said::Welcome { now: self.app.clock.now() });
                        let (app, turn) = (self.app.clone(), self.place.turn_to_resume());
                        let socket = Arc::clone(&self.place.socket);
                        let missed = async move {
                            let _turn = turn.await;
                            announcement::missed(&app, &person, &seen, &socket.keeps()).await
                        };
                        *missing = missed.boxed_local().fuse();
                    }
                    _ => self.end(CloseCode::Policy, "Say hello once, as the documentation has it."),
                },
                Frame::Ping(bytes) => self.socket.answer(message::finished(Message::Pong(bytes))),
                Frame::Pong(_) => {}
                Frame::Close(why) => self.socket.end(message::finished(Message::Close(why))),
                Frame::Binary(_) | Frame::Continuation(_) => self.end(CloseCode::Unsupported, WORDY),
            }
        }
        if self.heard.is_empty() {
            // Who listens hardly ever speaks: no memory is kept for it.
            self.heard = BytesMut::new();
        }
    }

    fn resume(&self, missed: Result<Missed, Failure>) {
        match missed {
            Ok(Missed::Events(events, newest)) => {
                let frames = events.iter().map(|told| message::frame(message::text(&told.telling)));
                self.socket.resume(frames, newest);
            }
            Ok(Missed::TooMuch) => {
                self.say(&Said::Reload);
                self.socket.resume([], HashMap::new());
            }
            Err(why) => {
                tracing::error!(failure = %why, "a listener could not resume");
                self.end(CloseCode::Error, "Something went wrong on our side: connect again.");
            }
        }
    }

    /// Tells its last words. What it still says is read and passed over: the system takes back what was written last
    /// where a socket is given up with something unread.
    async fn part(&mut self) -> Result<(), End> {
        while !self.socket.write()? {
            self.stream.writable().await?;
        }
        socket2::SockRef::from(self.stream).shutdown(Shutdown::Write)?;
        loop {
            self.stream.readable().await?;
            self.hear()?;
            self.heard.clear();
        }
    }
}

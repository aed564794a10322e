//! One listener's socket, once it has been admitted. Frames are finished before they come here; those that wait go
//! out in one write, and nothing of them is copied.

use super::{
    Hub,
    hub::{Place, Waiting},
    message::{self, Heard, MESSAGE_BYTES_MAX, Said},
};
use crate::{
    actions::{
        Failure,
        announcement::{self, FOLLOWED_MAX, Missed},
    },
    app::App,
    domain::{actor::Actor, change::Subject},
};
use actix_codec::Decoder;
use actix_http::ws::{self, CloseCode, Codec, Frame, Message};
use actix_web::{Error, HttpRequest, HttpResponse, rt::net::TcpStream};
use bytes::{Buf, Bytes, BytesMut};
use futures_util::future::{Fuse, FutureExt, LocalBoxFuture};
use std::{
    collections::{HashMap, VecDeque},
    io::{self, ErrorKind, IoSlice},
    iter,
    pin::pin,
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    select,
    time::{Instant as Moment, sleep, timeout},
};

/// How long a listener may take to say hello. It is told the time then, too.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often it is told the time after that, and asked whether it is still there.
const TICK_EVERY: Duration = Duration::from_secs(20);
/// How many ticks it may leave unanswered.
const SILENT_TICKS_MAX: u32 = 2;
/// How many frames go out in one write.
const JOINED_MAX: usize = 128;
/// How many bytes are read at a time.
const READ_BYTES_MAX: usize = 4096;
/// How long its last words may take to leave.
const PARTED_WITHIN: Duration = Duration::from_secs(2);
/// How many bytes the system may keep for a listener that does not read. Who is further behind than these and its
/// queue resumes; without a limit the system would keep megabytes for each.
const SEND_BUFFER_BYTES: usize = 64 * 1024;

/// Somebody whose session and origin have been checked, and who has a place in the hub.
pub struct Listener {
    app: App,
    person: Actor,
    place: Place,
}

/// Admits a listener: the answer to its handshake, which holds it.
///
/// # Errors
/// The request is no handshake, or the server takes no more listeners.
pub async fn admit(
    app: &App,
    hub: &Hub,
    person: Actor,
    request: &HttpRequest,
) -> Result<HttpResponse, Error> {
    let mut response = ws::handshake(request.head())?;
    let audiences =
        announcement::audiences_of(app, &person).await.map_err(actix_web::error::ErrorInternalServerError)?;
    let Some(place) = hub.join(person.account_id, audiences) else {
        return Err(actix_web::error::ErrorServiceUnavailable("full or stopping"));
    };
    let mut response = HttpResponse::from(response.finish().map_into_boxed_body());
    response.extensions_mut().insert(Listener { app: app.clone(), person, place });
    Ok(response)
}

/// Tells a listener what happens until it goes or is sent away. `said` is what it has said already.
pub async fn listen(listener: Listener, stream: TcpStream, said: &[u8]) {
    // Without it the socket works all the same.
    let _ = socket2::SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_BYTES);
    let mut session = Session {
        app: listener.app,
        person: Some(listener.person),
        place: listener.place,
        stream,
        codec: Codec::new().max_size(MESSAGE_BYTES_MAX),
        heard: BytesMut::from(said),
        owed: VecDeque::new(),
        resumed: None,
        silent_ticks: 0,
    };
    if let Err(End::Parted) = session.go_on().await {
        // Who does not take its last words goes without.
        let _ = timeout(PARTED_WITHIN, session.part()).await;
    }
}

struct Session {
    app: App,
    /// Who has not said hello yet.
    person: Option<Actor>,
    place: Place,
    stream: TcpStream,
    codec: Codec,
    /// What it said and is not whole.
    heard: BytesMut,
    /// What the socket has not taken yet.
    owed: VecDeque<Bytes>,
    /// Nothing until the listener has resumed; then the newest number that it was told of each subject.
    resumed: Option<HashMap<Subject, i64>>,
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

impl Session {
    async fn go_on(&mut self) -> Result<(), End> {
        let mut tick = pin!(sleep(HELLO_WITHIN));
        let mut missing: Missing = Fuse::terminated();
        let mut waiting = Vec::new();
        self.heed(&mut missing)?;
        loop {
            self.write()?;
            let owes = !self.owed.is_empty();
            select! {
                ready = self.stream.writable(), if owes => ready?,
                ready = self.stream.readable(), if !owes => {
                    ready?;
                    self.hear()?;
                    self.heed(&mut missing)?;
                }
                _ = self.place.queue.recv_many(&mut waiting, JOINED_MAX), if !owes && self.resumed.is_some() => {
                    // Nothing waits only where the hub let it go.
                    if waiting.is_empty() { self.leave()? } else { self.tell(&mut waiting)? }
                }
                missed = &mut missing => self.resume(missed)?,
                _ = &mut self.place.left => self.leave()?,
                () = &mut tick => {
                    self.tick()?;
                    tick.as_mut().reset(Moment::now() + TICK_EVERY);
                }
            }
        }
    }

    fn owe(&mut self, message: Message) {
        self.owed.push_back(message::finished(message));
    }

    fn say(&mut self, said: &Said) {
        self.owed.push_back(message::frame(message::text(said)));
    }

    fn end(&mut self, code: CloseCode, why: &str) -> Result<(), End> {
        self.owed.push_back(message::close(code, why));
        Err(End::Parted)
    }

    fn tick(&mut self) -> Result<(), End> {
        if self.person.is_some() {
            return self.end(CloseCode::Policy, "Say hello first.");
        }
        if self.silent_ticks >= SILENT_TICKS_MAX {
            return self.end(CloseCode::Away, "No answer.");
        }
        self.silent_ticks += 1;
        let clock = &self.app.clock;
        let tick = Said::Tick { now: clock.now(), clock_at_fault: clock.at_fault() };
        self.say(&tick);
        self.owe(Message::Ping(Bytes::new()));
        Ok(())
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
    fn heed(&mut self, missing: &mut Missing) -> Result<(), End> {
        const WORDY: &str = "Only short text is read here.";
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
                        let app = self.app.clone();
                        let missed = async move { announcement::missed(&app, &person, &seen).await };
                        *missing = missed.boxed_local().fuse();
                    }
                    _ => return self.end(CloseCode::Policy, "Say hello once, as the documentation has it."),
                },
                Frame::Ping(bytes) => self.owe(Message::Pong(bytes)),
                Frame::Pong(_) => {}
                Frame::Close(why) => {
                    self.owe(Message::Close(why));
                    return Err(End::Parted);
                }
                Frame::Binary(_) | Frame::Continuation(_) => return self.end(CloseCode::Unsupported, WORDY),
            }
        }
        if self.heard.is_empty() {
            // Who listens hardly ever speaks: no memory is kept for it.
            self.heard = BytesMut::new();
        }
        Ok(())
    }

    /// Owes it what it missed; what has been waiting meanwhile follows.
    fn resume(&mut self, missed: Result<Missed, Failure>) -> Result<(), End> {
        match missed {
            Ok(Missed::Events(events, newest)) => {
                self.owed.extend(events.iter().map(|told| message::frame(message::text(&told.telling))));
                self.resumed = Some(newest);
            }
            Ok(Missed::TooMuch) => {
                self.say(&Said::Reload);
                self.resumed = Some(HashMap::new());
            }
            Err(why) => {
                tracing::error!(failure = %why, "a listener could not resume");
                return self.end(CloseCode::Error, "Something went wrong on our side: connect again.");
            }
        }
        Ok(())
    }

    /// Owes it what waited, but for what it is told when it resumes.
    fn tell(&mut self, waiting: &mut Vec<Waiting>) -> Result<(), End> {
        for waited in waiting.drain(..) {
            match waited {
                Waiting::Event(frame) => {
                    let Some(resumed) = &self.resumed else { continue };
                    if resumed.get(&frame.subject).is_none_or(|told| frame.number > *told) {
                        self.owed.push_back(frame.bytes.clone());
                    }
                }
                Waiting::Close(bytes) => {
                    self.owed.push_back(*bytes);
                    return Err(End::Parted);
                }
            }
        }
        Ok(())
    }

    /// Owes it all that still waits, and why it is sent away.
    fn leave(&mut self) -> Result<(), End> {
        let mut waiting: Vec<_> = iter::from_fn(|| self.place.queue.try_recv().ok()).collect();
        self.tell(&mut waiting)?;
        self.end(CloseCode::Again, "Too slow: connect again and resume.")
    }

    /// Tells its last words. What it still says is read and passed over: the system takes back what was written last
    /// where a socket is given up with something unread.
    async fn part(&mut self) -> Result<(), End> {
        while !self.owed.is_empty() {
            self.stream.writable().await?;
            self.write()?;
        }
        self.stream.shutdown().await?;
        loop {
            self.stream.readable().await?;
            self.hear()?;
            self.heard.clear();
        }
    }

    /// Writes as much as the socket takes.
    fn write(&mut self) -> Result<(), End> {
        while !self.owed.is_empty() {
            let pieces: Vec<_> = self.owed.iter().take(JOINED_MAX).map(|bytes| IoSlice::new(bytes)).collect();
            let mut taken = match self.stream.try_write_vectored(&pieces) {
                Ok(taken) => taken,
                Err(why) if why.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(why) => return Err(why.into()),
            };
            while let Some(first) = self.owed.front_mut() {
                if taken < first.len() {
                    first.advance(taken);
                    break;
                }
                taken -= first.len();
                self.owed.pop_front();
            }
        }
        self.owed.shrink_to_fit();
        Ok(())
    }
}

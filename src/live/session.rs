//! One listener's socket. The actor hears (hello, pings, the close); what is told goes past it, straight into
//! the response: frames are finished, and several that wait go out in one write.

use super::{
    Hub,
    hub::{Place, Waiting},
    message::{self, Heard, MESSAGE_BYTES_MAX, Said},
};
use crate::{
    actions::announcement::{self, FOLLOWED_MAX, Missed},
    app::App,
    domain::{actor::Actor as Person, change::Subject},
};
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, StreamHandler, WrapFuture};
use actix_http::ws::{CloseCode, CloseReason, Codec, Message, ProtocolError};
use actix_web::{Error, HttpRequest, HttpResponse, web::Payload};
use actix_web_actors::ws::{self, WebsocketContext};
use bytes::{Bytes, BytesMut};
use entity::vocabulary::*;
use futures_util::Stream;
use std::{
    cell::RefCell,
    collections::HashMap,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

/// How long a listener may take to say hello.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How often it is told the time, and asked whether it is still there.
const TICK_EVERY: Duration = Duration::from_secs(20);
/// How many ticks it may leave unanswered.
const SILENT_TICKS_MAX: u32 = 2;
/// How many bytes go out in one write.
const WRITE_BYTES_MAX: usize = 64 * 1024;

/// Opens the socket of somebody whose session and origin have been checked.
///
/// # Errors
/// The request is no handshake, or the server takes no more listeners.
pub async fn open(
    app: &App,
    hub: &Hub,
    person: Person,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Error> {
    let mut response = ws::handshake(request)?;
    let audiences =
        announcement::audiences_of(app, &person).await.map_err(actix_web::error::ErrorInternalServerError)?;
    let Some(place) = hub.join(person.account_id, audiences) else {
        return Err(actix_web::error::ErrorServiceUnavailable("full or stopping"));
    };
    let gate: Gate = Rc::default();
    let session = Session { app: app.clone(), person, gate: gate.clone(), silent_ticks: 0, greeted: false };
    let codec = Codec::new().max_size(MESSAGE_BYTES_MAX);
    let said = WebsocketContext::with_codec(session, payload, codec);
    Ok(response.streaming(Merged { said: Box::pin(said), place, gate, ended: false }))
}

/// Closed until the listener has resumed; then the newest number that it was told of each subject.
type Gate = Rc<RefCell<Option<HashMap<Subject, i64>>>>;

struct Session {
    app: App,
    person: Person,
    gate: Gate,
    silent_ticks: u32,
    greeted: bool,
}

impl Actor for Session {
    type Context = WebsocketContext<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.run_later(HELLO_WITHIN, |session, context| {
            if !session.greeted {
                end(context, CloseCode::Policy, "Say hello first.");
            }
        });
        context.run_interval(TICK_EVERY, |session, context| {
            if session.silent_ticks >= SILENT_TICKS_MAX {
                return end(context, CloseCode::Away, "No answer.");
            }
            session.silent_ticks += 1;
            let clock = &session.app.clock;
            context.text(message::text(&Said::Tick { now: clock.now(), clock_at_fault: clock.at_fault() }));
            context.ping(b"");
        });
    }
}

fn end(context: &mut WebsocketContext<Session>, code: CloseCode, why: &str) {
    context.close(Some(CloseReason { code, description: Some(why.to_owned()) }));
    context.stop();
}

impl StreamHandler<Result<Message, ProtocolError>> for Session {
    fn handle(&mut self, heard: Result<Message, ProtocolError>, context: &mut Self::Context) {
        self.silent_ticks = 0;
        match heard {
            Ok(Message::Text(text)) => match serde_json::from_str(&text) {
                Ok(Heard::Hello { seen }) if !self.greeted && seen.len() <= FOLLOWED_MAX => {
                    self.greeted = true;
                    self.resume(seen, context);
                }
                _ => end(context, CloseCode::Policy, "Say hello once, as the documentation has it."),
            },
            Ok(Message::Ping(bytes)) => context.pong(&bytes),
            Ok(Message::Pong(_) | Message::Nop) => {}
            Ok(Message::Close(why)) => {
                context.close(why);
                context.stop();
            }
            Ok(Message::Binary(_) | Message::Continuation(_)) | Err(_) => {
                end(context, CloseCode::Unsupported, "Only short text is read here.");
            }
        }
    }
}

impl Session {
    /// Tells what the listener missed, then opens the gate for what has been waiting meanwhile.
    fn resume(&mut self, seen: HashMap<OpportunityId, i64>, context: &mut WebsocketContext<Self>) {
        let (app, person) = (self.app.clone(), self.person.clone());
        context.text(message::text(&Said::Welcome { now: app.clock.now() }));
        let missed = async move { announcement::missed(&app, &person, &seen).await };
        context.spawn(missed.into_actor(self).map(|missed, session, context| match missed {
            Ok(Missed::Events(events, newest)) => {
                for told in events {
                    context.text(message::text(&told.telling));
                }
                *session.gate.borrow_mut() = Some(newest);
            }
            Ok(Missed::TooMuch) => {
                context.text(message::text(&Said::Reload));
                *session.gate.borrow_mut() = Some(HashMap::new());
            }
            Err(why) => {
                tracing::error!(failure = %why, "a listener could not resume");
                end(context, CloseCode::Error, "Something went wrong on our side: connect again.");
            }
        }));
    }
}

/// The response: what the actor says, and what the hub tells.
struct Merged<S> {
    said: Pin<Box<S>>,
    place: Place,
    gate: Gate,
    ended: bool,
}

impl<S: Stream<Item = Result<Bytes, Error>>> Stream for Merged<S> {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        match this.said.as_mut().poll_next(context) {
            Poll::Ready(Some(said)) => return Poll::Ready(Some(said)),
            Poll::Ready(None) => {
                this.ended = true;
                return Poll::Ready(None);
            }
            Poll::Pending => {}
        }
        this.told(context)
    }
}

impl<S> Merged<S> {
    /// Everything that waits, in one write. Frames that the resumption told already are passed over.
    fn told(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let gate = self.gate.borrow();
        let Some(resumed) = gate.as_ref() else {
            // The actor wakes this task when the gate opens.
            return Poll::Pending;
        };
        let (mut first, mut more) = (Bytes::new(), BytesMut::new());
        loop {
            let bytes = match self.place.queue.poll_recv(context) {
                Poll::Ready(Some(Waiting::Event(frame))) => {
                    if resumed.get(&frame.subject).is_some_and(|told| frame.number <= *told) {
                        continue;
                    }
                    frame.bytes.clone()
                }
                Poll::Ready(Some(Waiting::Close(bytes))) => {
                    self.ended = true;
                    bytes
                }
                Poll::Ready(None) => {
                    self.ended = true;
                    message::close(CloseCode::Again, "Too slow: connect again and resume.")
                }
                Poll::Pending if first.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            };
            if first.is_empty() {
                first = bytes;
            } else {
                if more.is_empty() {
                    more.extend_from_slice(&first);
                }
                more.extend_from_slice(&bytes);
            }
            if self.ended || more.len() >= WRITE_BYTES_MAX {
                break;
            }
        }
        Poll::Ready(Some(Ok(if more.is_empty() { first } else { more.freeze() })))
    }
}

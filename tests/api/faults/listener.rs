//! Listeners on `/api/live` that lose their connection again and again and resume, light enough for thousands in one
//! process; and what each should have heard, read from the recorded events.

use super::site::{LOOK, Site};
use crate::setting::Person;
use entity::{
    event, subject,
    vocabulary::{AccountId, SubjectKind},
};
use futures_util::{SinkExt, StreamExt};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, prelude::Uuid};
use serde::Deserialize;
use serde_json::json;
use std::{
    cell::RefCell,
    collections::HashMap,
    io::Result,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// The numbers of the events of each opportunity.
pub type Numbers = HashMap<Uuid, Vec<i64>>;

/// What somebody at a listener's place has seen by now.
#[derive(Default)]
pub struct Heard {
    pub numbers: Numbers,
    /// How many events there were in all.
    pub events: usize,
    /// How often it was welcomed.
    pub welcomes: usize,
    /// Twice, out of order, or not what is said here: in words.
    pub faults: Vec<String>,
}

impl Heard {
    fn note(&mut self, id: Uuid, number: i64) {
        let of = self.numbers.entry(id).or_default();
        if let Some(last) = of.last().filter(|last| **last >= number) {
            self.faults.push(format!("{id}: {number} was told after {last}"));
        }
        of.push(number);
        self.events += 1;
    }

    fn hello(&self) -> String {
        let seen: HashMap<_, _> = self.numbers.iter().map(|(id, of)| (id, of.last())).collect();
        json!({"type": "hello", "seen": seen}).to_string()
    }
}

/// One listener, and what it has heard.
pub struct Listener {
    pub person: Person,
    pub heard: Rc<RefCell<Heard>>,
}

/// How long a listener keeps a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Until the server is gone.
    Steady,
    /// It leaves of its own accord, or the connection breaks somewhere within a message.
    Fickle,
}

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    subject: Option<String>,
    id: Option<Uuid>,
    number: Option<i64>,
}

impl Listener {
    /// Listens for as long as the test lasts, wherever the server is.
    pub fn begin(site: &Site, person: &Person, manner: Manner, seed: u64) -> Self {
        let heard = Rc::default();
        let (site, listener) = (site.clone(), Self { person: person.clone(), heard: Rc::clone(&heard) });
        let token = person.token.clone();
        tokio::task::spawn_local(async move {
            let mut chance = StdRng::seed_from_u64(seed);
            loop {
                // Whatever ends it, it begins again.
                let _ = connected(&site.base(), &token, manner, &heard, &mut chance).await;
                tokio::time::sleep(LOOK * chance.random_range(1..20)).await;
            }
        });
        listener
    }
}

type Outcome = std::result::Result<(), Box<dyn std::error::Error>>;

async fn connected(
    base: &str,
    token: &str,
    manner: Manner,
    heard: &RefCell<Heard>,
    chance: &mut StdRng,
) -> Outcome {
    let mut request = format!("{}/api/live", base.replace("http://", "ws://")).into_client_request()?;
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
    let stream = TcpStream::connect(super::wire::host(base)).await?;
    let (breaks_after, leaves_after) = match (manner, chance.random_range(0..3)) {
        (Manner::Fickle, 0) => (chance.random_range(200..30_000), usize::MAX),
        (Manner::Fickle, 1) => (usize::MAX, chance.random_range(1..100)),
        _ => (usize::MAX, usize::MAX),
    };
    let (mut socket, _) = client_async(request, Breaking { stream, left: breaks_after }).await?;
    let hello = heard.borrow().hello();
    socket.send(Message::Text(hello.into())).await?;
    for _ in 0..leaves_after {
        let Some(message) = socket.next().await else { break };
        let Message::Text(text) = message? else { continue };
        take(&serde_json::from_str(&text)?, &mut heard.borrow_mut());
    }
    Ok(())
}

fn take(said: &Said, heard: &mut Heard) {
    match (said.kind.as_str(), said.subject.as_deref(), said.id, said.number) {
        ("event", Some("opportunity"), Some(id), Some(number)) => heard.note(id, number),
        ("welcome", ..) => heard.welcomes += 1,
        ("event" | "tick", ..) => {}
        (other, ..) => heard.faults.push(format!("it was told “{other}”")),
    }
}

/// A connection that breaks when so many bytes were read.
struct Breaking {
    stream: TcpStream,
    left: usize,
}

impl AsyncRead for Breaking {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let mut piece = vec![0; into.remaining().min(self.left).min(16 * 1024)];
        let mut part = ReadBuf::new(&mut piece);
        if self.left > 0 {
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut part))?;
        }
        self.left -= part.filled().len();
        into.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Breaking {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Who hears of an event of an opportunity, by the rules of disclosure: officers hear of each.
enum Audience {
    Members,
    WhoDidIt,
}

fn audience(kind: &str) -> Audience {
    match kind {
        "opportunity_published" | "opportunity_withdrawn" | "deadline_extended" | "advert_corrected" => {
            Audience::Members
        }
        "interest_declared" | "bid_submitted" | "bid_revised" | "bid_confirmed" | "bid_withdrawn" => {
            Audience::WhoDidIt
        }
        other => panic!("nobody has said here who hears of “{other}”"),
    }
}

/// What the broker, each bidder and the stranger should have heard, by what is recorded and nothing else.
pub struct Owed {
    broker: Numbers,
    members: HashMap<AccountId, Numbers>,
}

impl Owed {
    pub async fn by_the_record(db: &impl ConnectionTrait, site: &Site) -> Self {
        let events = event::Entity::find()
            .filter(event::Column::SubjectKind.eq(SubjectKind::Opportunity))
            .order_by_asc(event::Column::SubjectId)
            .order_by_asc(event::Column::Number)
            .all(db)
            .await
            .expect("an answer");
        let members = site.bidders.iter().map(|bidder| (bidder.account_id, Numbers::new())).collect();
        let mut owed = Self { broker: Numbers::new(), members };
        for event::Model { subject_id: id, number, kind, account_id: by, .. } in events {
            owed.broker.entry(id).or_default().push(number);
            for (member, numbers) in &mut owed.members {
                if matches!(audience(&kind), Audience::Members) || by == Some(*member) {
                    numbers.entry(id).or_default().push(number);
                }
            }
        }
        owed
    }

    /// How many events of opportunities are recorded by now.
    pub async fn recorded(db: &impl ConnectionTrait) -> usize {
        let subjects = subject::Entity::find().filter(subject::Column::Kind.eq(SubjectKind::Opportunity));
        let subjects = subjects.all(db).await.expect("an answer");
        subjects.iter().map(|one| one.event_number as usize).sum()
    }

    pub fn to(&self, site: &Site, person: &Person) -> Numbers {
        if person.email == site.broker.email {
            return self.broker.clone();
        }
        self.members.get(&person.account_id).cloned().unwrap_or_default()
    }

    /// How many events there are.
    pub fn events(&self) -> usize {
        self.broker.values().map(Vec::len).sum()
    }
}

/// Where what was heard differs from what was owed: nothing, where it does not.
pub fn difference(heard: &Heard, owed: &Numbers) -> Option<String> {
    if let Some(fault) = heard.faults.first() {
        return Some(fault.clone());
    }
    for (id, numbers) in owed {
        let own = heard.numbers.get(id).map(Vec::as_slice).unwrap_or_default();
        if own != numbers {
            let at = own.iter().zip(numbers).position(|(one, other)| one != other);
            let at = at.unwrap_or_else(|| own.len().min(numbers.len()));
            let (own, numbers) = (own.get(at), numbers.get(at));
            return Some(format!("{id}: after {at} events {own:?} was heard where {numbers:?} was owed"));
        }
    }
    let more = heard.numbers.keys().find(|id| !owed.contains_key(id));
    more.map(|id| format!("{id} was heard of and is not to be known"))
}

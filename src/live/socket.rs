//! A listener's socket, where those meet who have something to say to it: its session, which answers it, and the hub,
//! which tells it what happened. Either writes at once, on its own thread, what the socket takes; only where something is
//! left is the session woken. What waits is shared bytes, and goes out in one write.

use crate::domain::change::Subject;
use actix_web::rt::net::TcpStream;
use bytes::Bytes;
use std::{
    collections::{HashMap, VecDeque},
    io::{self, ErrorKind, IoSlice},
    iter, mem,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};
use tokio::sync::Notify;

/// How many frames may wait for a listener before it is dropped as too slow. It may come back and resume.
pub const QUEUE_MAX: usize = 512;
/// How many frames may wait for a listener that has not said hello, or whose past is still being read.
pub const EARLY_MAX: usize = 4096;
/// How many frames go out in one write.
const JOINED_MAX: usize = 128;

/// One event in one audience's words, finished.
pub struct Frame {
    pub subject: Subject,
    pub number: i64,
    pub bytes: Arc<Bytes>,
}

/// What becomes of an event for a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is the first since something was written.
    First,
    /// It goes with those before, or the listener is leaving.
    More,
    /// The listener does not keep up.
    TooMuch,
}

/// A socket, or the place of one whose handshake is not answered yet.
#[derive(Default)]
pub struct Socket {
    stream: OnceLock<TcpStream>,
    outbox: Mutex<Outbox>,
    /// Rung where something could not be written, or nothing more will be.
    bell: Notify,
}

#[derive(Default)]
struct Outbox {
    /// What the socket has not taken, in the order in which it is told.
    owed: VecDeque<Arc<Bytes>>,
    /// How many bytes of the first it has taken.
    taken: usize,
    /// How many events came since all was written last.
    behind: usize,
    /// Nothing until the listener has resumed; then the newest number that it was told of each subject.
    resumed: Option<HashMap<Subject, i64>>,
    /// It is owed something that nobody has tried to write.
    stirred: bool,
    /// What happened before it has resumed.
    early: Vec<Arc<Frame>>,
    /// How much of that came before what it hears was settled last.
    unsettled: usize,
    /// What is owed is the last that it hears.
    ended: bool,
}

impl Outbox {
    fn tell(&mut self, frame: &Frame) {
        let told = self.resumed.as_ref().and_then(|resumed| resumed.get(&frame.subject));
        if told.is_none_or(|told| frame.number > *told) {
            self.owed.push_back(Arc::clone(&frame.bytes));
        }
    }
}

impl Socket {
    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its stream from now on.
    pub fn connect(&self, stream: TcpStream) -> &TcpStream {
        self.stream.get_or_init(|| stream)
    }

    /// Waits until the hub left something to its session: what could not be written, or the end.
    pub async fn stirred(&self) {
        self.bell.notified().await;
    }

    /// Owes it an answer of its session's.
    pub fn answer(&self, bytes: Bytes) {
        let mut outbox = self.outbox();
        if !outbox.ended {
            outbox.owed.push_back(Arc::new(bytes));
        }
    }

    /// Owes it an event, at once or when it has resumed.
    #[must_use]
    pub fn tell(&self, frame: &Arc<Frame>) -> Kept {
        let mut outbox = self.outbox();
        if outbox.ended {
            return Kept::More;
        }
        if outbox.resumed.is_some() {
            outbox.tell(frame);
        } else {
            outbox.early.push(frame.clone());
        }
        outbox.behind += 1;
        if outbox.behind > QUEUE_MAX || outbox.early.len() > EARLY_MAX {
            return Kept::TooMuch;
        }
        if mem::replace(&mut outbox.stirred, true) { Kept::More } else { Kept::First }
    }

    /// From here on it is told everything that it hears, where before it may have heard something else.
    pub fn settle(&self) {
        let mut outbox = self.outbox();
        outbox.unsettled = outbox.early.len();
    }

    /// From which number on of each subject everything is kept for it until it has resumed: of the first of them perhaps
    /// only what is told to some.
    pub fn keeps(&self) -> HashMap<Subject, i64> {
        let outbox = self.outbox();
        let mut first = HashMap::new();
        for frame in outbox.early.iter().skip(outbox.unsettled) {
            first.entry(frame.subject).or_insert(frame.number);
        }
        first
    }

    /// Owes it what it missed, and of what came meanwhile what is newer than that.
    pub fn resume(&self, missed: impl IntoIterator<Item = Bytes>, newest: HashMap<Subject, i64>) {
        let mut outbox = self.outbox();
        if outbox.ended {
            return;
        }
        outbox.owed.extend(missed.into_iter().map(Arc::new));
        outbox.resumed = Some(newest);
        for frame in mem::take(&mut outbox.early) {
            outbox.tell(&frame);
        }
    }

    /// Owes it its last words.
    pub fn end(&self, last: Bytes) {
        let mut outbox = self.outbox();
        if !outbox.ended {
            outbox.owed.push_back(Arc::new(last));
            outbox.early = Vec::new();
            outbox.ended = true;
        }
    }

    /// Whether nothing will be said beside what is owed.
    pub fn is_ended(&self) -> bool {
        self.outbox().ended
    }

    /// Writes what it is owed, and leaves to its session what the socket does not take, and the end.
    pub fn deliver(&self) {
        if !matches!(self.write(), Ok(true)) || self.is_ended() {
            self.bell.notify_one();
        }
    }

    /// Writes as much of what it is owed as the socket takes. Whether that is all.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn write(&self) -> io::Result<bool> {
        let mut outbox = self.outbox();
        outbox.stirred = false;
        let Some(stream) = self.stream.get() else { return Ok(false) };
        while let Some(first) = outbox.owed.front() {
            let rest = first.get(outbox.taken..).unwrap_or_default();
            let written = if outbox.owed.len() == 1 {
                stream.try_write(rest)
            } else {
                let others = outbox.owed.iter().skip(1).map(|piece| IoSlice::new(piece));
                let pieces: Vec<_> = iter::once(IoSlice::new(rest)).chain(others).take(JOINED_MAX).collect();
                stream.try_write_vectored(&pieces)
            };
            let more = match written {
                Ok(more) => more,
                Err(why) if why.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(why) => return Err(why),
            };
            outbox.taken += more;
            while let Some(first) = outbox.owed.front().map(|piece| piece.len())
                && first <= outbox.taken
            {
                outbox.taken -= first;
                outbox.owed.pop_front();
            }
        }
        // Most of the time there is nothing: no memory is kept for it.
        outbox.owed = VecDeque::new();
        outbox.behind = 0;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::vocabulary::OpportunityId;

    #[test]
    fn who_never_says_hello_keeps_no_more_than_may_wait() {
        let (socket, subject) = (Socket::default(), OpportunityId::new().into());
        let tell = |number: usize| {
            let frame = Frame { subject, number: i64::try_from(number).unwrap(), bytes: Arc::default() };
            let kept = socket.tell(&Arc::new(frame));
            socket.outbox().behind = 0;
            kept
        };
        for number in 1..=EARLY_MAX {
            assert_ne!(tell(number), Kept::TooMuch, "{number}");
        }
        assert_eq!(tell(EARLY_MAX + 1), Kept::TooMuch);
    }

    #[test]
    fn what_it_keeps_is_whole_since_what_it_hears_was_settled() {
        let (socket, [settled, other]) =
            (Socket::default(), [OpportunityId::new().into(), OpportunityId::new().into()]);
        let tell = |subject, number| {
            let frame = Frame { subject, number, bytes: Arc::default() };
            assert_ne!(socket.tell(&Arc::new(frame)), Kept::TooMuch);
        };
        tell(settled, 3);
        assert_eq!(socket.keeps(), HashMap::from([(settled, 3)]));
        socket.settle();
        assert_eq!(socket.keeps(), HashMap::new());
        for (subject, number) in [(settled, 6), (other, 1), (settled, 7)] {
            tell(subject, number);
        }
        assert_eq!(socket.keeps(), HashMap::from([(settled, 6), (other, 1)]));
    }
}

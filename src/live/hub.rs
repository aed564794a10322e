//! Who listens, and to what. Events are read from the database in the order of their numbers, written once for
//! each audience as a finished frame, and handed to every listener's bounded queue.

use super::{
    message,
    socket::{Frame, Kept, Socket},
};
use crate::{
    actions::announcement,
    app::App,
    domain::{
        change::Subject,
        disclosure::live::{Audience, Told},
        event::Event,
    },
    store,
};
use actix_http::ws::CloseCode;
use entity::vocabulary::*;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    iter, mem,
    num::NonZero,
    ops::Bound,
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many listeners one process takes.
pub const LISTENERS_MAX: usize = 50_000;
/// How many subjects' newest numbers are kept in memory.
const SUBJECTS_MAX: usize = 100_000;
/// How many events of a subject are read at a time.
const BATCH: u64 = 256;
/// How many events are told at once, where they come faster than they can be told one by one.
const JOINED_MAX: usize = 64;
/// How many listeners read what they missed at a time. After a restart all come back at once: each may hold thousands
/// of events while it reads, and whoever acts meanwhile needs the database, too.
const RESUMING_MAX: usize = 8;
/// How many sockets are told at a time.
const TOLD_AT_A_TIME: usize = 256;
/// How many threads tell many at once.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));
/// When what could not be read from the database is tried again.
const TELLS_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The number of each subject's event that was told last. Of what nothing happens to for long it is forgotten.
struct Numbers {
    /// Of everything that is not known here, what happened before this has been told.
    since: Instant,
    young: HashMap<Subject, i64>,
    young_since: Instant,
    old: HashMap<Subject, i64>,
}

impl Numbers {
    /// Of nothing yet: nobody listened before.
    fn since(now: Instant) -> Self {
        Self { since: now, young: HashMap::new(), young_since: now, old: HashMap::new() }
    }

    fn get(&self, subject: Subject) -> Option<i64> {
        self.young.get(&subject).or_else(|| self.old.get(&subject)).copied()
    }

    fn insert(&mut self, subject: Subject, number: i64) {
        self.young.insert(subject, number);
    }

    /// Forgets what was told last before the younger half began.
    fn make_room(&mut self, now: Instant) {
        if self.young.len() >= SUBJECTS_MAX / 2 {
            self.old = mem::take(&mut self.young);
            self.since = mem::replace(&mut self.young_since, now);
        }
    }
}

/// How far it has been told what happened.
struct SoFar {
    told: Numbers,
    /// What has been read and waits for what else happened at the same time.
    unsaid: Vec<Told>,
}

/// The hub: cheap to clone, shared by all.
#[derive(Clone, Default)]
pub struct Hub(Arc<Inner>);

struct Inner {
    listeners: Mutex<Listeners>,
    next: AtomicU64,
    resuming: Arc<Semaphore>,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            listeners: Mutex::default(),
            next: AtomicU64::default(),
            resuming: Arc::new(Semaphore::new(RESUMING_MAX)),
        }
    }
}

#[derive(Default)]
struct Listeners {
    /// Each audience in the order in which it joined.
    by_audience: HashMap<Audience, BTreeMap<u64, Arc<Socket>>>,
    by_id: HashMap<u64, Listener>,
    closed: bool,
}

struct Listener {
    account: AccountId,
    audiences: Vec<Audience>,
    socket: Arc<Socket>,
}

/// A place in the hub; dropping it leaves.
pub struct Place {
    hub: Hub,
    id: u64,
    pub socket: Arc<Socket>,
}

impl Place {
    /// Its turn to read what it missed. Without one it would read all the same.
    pub fn turn_to_resume(&self) -> impl Future<Output = Option<OwnedSemaphorePermit>> + use<> {
        let turns = Arc::clone(&self.hub.0.resuming);
        async move { turns.acquire_owned().await.ok() }
    }

    /// From now on it hears this, and no more.
    pub fn hear(&self, audiences: Vec<Audience>) {
        self.hub.listeners().hear(self.id, audiences);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.listeners().remove(self.id);
    }
}

impl Listeners {
    fn insert(&mut self, id: u64, listener: Listener) {
        for audience in &listener.audiences {
            self.by_audience.entry(*audience).or_default().insert(id, listener.socket.clone());
        }
        self.by_id.insert(id, listener);
        metrics::gauge!("fairlot_listeners").set(self.by_id.len() as f64);
    }

    /// From now on it hears this, and no more.
    fn hear(&mut self, id: u64, audiences: Vec<Audience>) {
        if let Some(listener) = self.remove(id) {
            listener.socket.settle();
            self.insert(id, Listener { audiences, ..listener });
        }
    }

    fn remove(&mut self, id: u64) -> Option<Listener> {
        let listener = self.by_id.remove(&id)?;
        for audience in &listener.audiences {
            if let Some(ids) = self.by_audience.get_mut(audience) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.by_audience.remove(audience);
                }
            }
        }
        metrics::gauge!("fairlot_listeners").set(self.by_id.len() as f64);
        Some(listener)
    }
}

impl Hub {
    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to listen, or nothing if the server is full or stopping.
    pub fn join(&self, account: AccountId, audiences: Vec<Audience>) -> Option<Place> {
        let mut listeners = self.listeners();
        if listeners.closed || listeners.by_id.len() >= LISTENERS_MAX {
            return None;
        }
        let socket = Arc::<Socket>::default();
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        listeners.insert(id, Listener { account, audiences, socket: socket.clone() });
        drop(listeners);
        Some(Place { hub: self.clone(), id, socket })
    }

    /// How many listen.
    pub fn count(&self) -> usize {
        self.listeners().by_id.len()
    }

    fn count_of(&self, audience: Audience) -> usize {
        self.listeners().by_audience.get(&audience).map_or(0, BTreeMap::len)
    }

    /// Some of an audience: those who joined next after one. So few that whoever joins meanwhile hardly waits, and that
    /// they are still in the processor's cache when they are written to.
    fn next_of(&self, audience: Audience, after: Option<u64>) -> Vec<(u64, Arc<Socket>)> {
        let listeners = self.listeners();
        let Some(all) = listeners.by_audience.get(&audience) else { return Vec::new() };
        let next = all.range((after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded));
        next.take(TOLD_AT_A_TIME).map(|(id, socket)| (*id, socket.clone())).collect()
    }

    /// Owes an event to each of some listeners, and drops who does not keep up. Who is to be written to.
    fn owe(&self, some: Vec<(u64, Arc<Socket>)>, frame: &Arc<Frame>) -> impl Iterator<Item = Arc<Socket>> {
        some.into_iter().filter_map(|(id, socket)| match socket.tell(frame) {
            Kept::First => Some(socket),
            Kept::More => None,
            Kept::TooMuch => {
                self.listeners().remove(id);
                metrics::counter!("fairlot_listeners_dropped_slow").increment(1);
                socket.end(message::close(CloseCode::Again, "Too slow: connect again and resume."));
                Some(socket)
            }
        })
    }

    /// Tells everybody what is theirs to hear: what is several for the same people is written in one. Emptied, `told` is
    /// as it was before.
    fn publish(&self, told: &mut Vec<Told>) {
        let mut audiences = HashSet::new();
        let apart = told.iter().all(|told| audiences.insert(told.to));
        let mut stirred = Vec::new();
        for Told { to, telling } in told.drain(..) {
            let subject = Subject { kind: telling.subject, id: telling.id };
            let bytes = Arc::new(message::frame(message::text(&telling)));
            let frame = Arc::new(Frame { subject, number: telling.number, bytes });
            let last = Mutex::new(None);
            let next = || {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                let some = self.next_of(to, *last);
                *last = some.last().map(|(id, _)| *id).or(*last);
                Some(some).filter(|some| !some.is_empty())
            };
            if apart {
                together(self.count_of(to), next, |some| {
                    self.owe(some, &frame).for_each(|socket| socket.deliver())
                });
            } else {
                iter::from_fn(next).for_each(|some| stirred.extend(self.owe(some, &frame)));
            }
        }
        let pieces = Mutex::new(stirred.chunks(TOLD_AT_A_TIME));
        let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
        together(stirred.len(), next, |some| some.iter().for_each(|socket| socket.deliver()));
    }

    fn close_where(&self, code: CloseCode, why: &str, which: impl Fn(&Listener) -> bool) {
        let mut listeners = self.listeners();
        let ids: Vec<_> = listeners.by_id.iter().filter(|(_, l)| which(l)).map(|(id, _)| *id).collect();
        let bytes = message::close(code, why);
        let gone: Vec<_> = ids.into_iter().filter_map(|id| listeners.remove(id)).collect();
        drop(listeners);
        for Listener { socket, .. } in gone {
            socket.end(bytes.clone());
            socket.deliver();
        }
    }

    /// Tells every listener that the server stops, and takes no more.
    pub fn close(&self) {
        self.listeners().closed = true;
        self.close_where(CloseCode::Away, "The server is stopping: connect again.", |_| true);
    }

    /// A provider's standing changed: its listeners hear what is theirs from now on, and no more.
    async fn refresh(&self, app: &App, provider: ProviderId) {
        let own = Audience::Provider(provider);
        let ids: Vec<(u64, AccountId)> = {
            let listeners = self.listeners();
            let ids = listeners.by_audience.get(&own).into_iter().flatten();
            ids.filter_map(|(id, _)| Some((*id, listeners.by_id.get(id)?.account))).collect()
        };
        for (id, account) in ids {
            let audiences = match store::account::actor(app.database.read(), account).await {
                Ok(Some((actor, _))) => announcement::audiences_of(app, &actor).await,
                Ok(None) => Ok(Vec::new()),
                Err(why) => Err(why.into()),
            };
            match audiences {
                Ok(audiences) => self.listeners().hear(id, audiences),
                // Silence is safer than telling too much; whoever comes back is looked up again.
                Err(why) => {
                    tracing::error!(failure = %why, "what a listener may hear could not be read");
                    self.close_where(CloseCode::Again, "Connect again and resume.", |l| l.account == account);
                }
            }
        }
    }

    /// Tells what is announced, for as long as the process lives.
    pub async fn run(self, app: App) {
        let mut so_far = SoFar { told: Numbers::since(app.clock.now()), unsaid: Vec::new() };
        loop {
            let mut untold = Vec::new();
            for (subject, newest) in app.announcements.next().await {
                so_far.told.make_room(app.clock.now());
                if let Err(why) = self.tell(&app, &mut so_far, subject, newest).await {
                    tracing::error!(failure = %why, "an event could not be told");
                    // What cannot be understood cannot be understood later either.
                    if why.fault().is_some() {
                        untold.push((subject, newest));
                    }
                }
            }
            self.publish(&mut so_far.unsaid);
            if !untold.is_empty() {
                tokio::time::sleep(TELLS_AGAIN_AFTER).await;
                for (subject, newest) in untold {
                    app.announcements.announce(subject, newest);
                }
            }
        }
    }

    async fn tell(
        &self,
        app: &App,
        so_far: &mut SoFar,
        subject: Subject,
        newest: i64,
    ) -> Result<(), crate::actions::Failure> {
        let SoFar { told, unsaid } = so_far;
        match subject.kind {
            // Who joins from now on reads for itself what it missed.
            SubjectKind::Opportunity | SubjectKind::Round | SubjectKind::Enrolment if self.count() == 0 => {
                told.insert(subject, newest);
                return Ok(());
            }
            SubjectKind::Opportunity | SubjectKind::Round | SubjectKind::Enrolment => {}
            SubjectKind::Account => {
                let before = match told.get(subject) {
                    Some(before) => before,
                    None => store::event::newest_before(app.database.read(), subject, told.since).await?,
                };
                let events = store::event::after(app.database.read(), subject, before, BATCH).await?;
                told.insert(subject, events.last().map_or(newest, |event| event.number));
                if events.iter().all(|event| event.kind != Event::SignedOut.kind()) {
                    return Ok(());
                }
                self.publish(unsaid);
                self.close_where(CloseCode::Policy, "You are signed out.", |l| l.account.0 == subject.id);
                return Ok(());
            }
            // What its people may do has changed, perhaps.
            SubjectKind::Provider => {
                if self.count() > 0 {
                    self.publish(unsaid);
                    self.refresh(app, ProviderId(subject.id)).await;
                }
                return Ok(());
            }
            SubjectKind::Market
            | SubjectKind::Package
            | SubjectKind::Contract
            | SubjectKind::Budget
            | SubjectKind::DebarmentList => {
                return Ok(());
            }
        }
        let mut last = match told.get(subject) {
            Some(last) => last,
            None => store::event::newest_before(app.database.read(), subject, told.since).await?,
        };
        while last < newest {
            let (words, reached) = announcement::since(app, subject, last, BATCH).await?;
            if reached == last {
                break;
            }
            last = reached;
            unsaid.extend(words);
            told.insert(subject, last);
            if unsaid.len() >= JOINED_MAX {
                self.publish(unsaid);
            }
        }
        told.insert(subject, last);
        if subject.kind == SubjectKind::Enrolment {
            let enrolment = store::enrolment::find(app.database.read(), EnrolmentId(subject.id)).await?;
            if let Some(enrolment) = enrolment {
                self.publish(unsaid);
                self.refresh(app, enrolment.provider_id).await;
            }
        }
        Ok(())
    }
}

/// Does something to what is next until nothing is, on as many threads as there are processors where sockets are many:
/// most of the time goes into the system's own work of handing bytes over.
fn together<T>(sockets: usize, next: impl Fn() -> Option<T> + Sync, act: impl Fn(T) + Sync) {
    let work = || iter::from_fn(&next).for_each(&act);
    thread::scope(|scope| {
        for _ in 1..PROCESSORS.min(sockets.div_ceil(TOLD_AT_A_TIME)) {
            // Where there is no thread to be had, those that there are do it.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Subject {
        OpportunityId::new().into()
    }

    #[test]
    fn numbers_of_what_nothing_happens_to_are_forgotten_and_no_others() {
        let minute = |n: i64| Instant::from_milliseconds(n * 60_000);
        let (mut numbers, busy, quiet) = (Numbers::since(minute(0)), some(), some());
        numbers.insert(quiet, 7);
        for n in 1..=3 {
            while numbers.young.len() < SUBJECTS_MAX / 2 {
                numbers.insert(some(), 1);
            }
            numbers.insert(busy, n);
            numbers.make_room(minute(n));
            assert_eq!(numbers.get(busy), Some(n));
            assert!(numbers.young.len() + numbers.old.len() <= SUBJECTS_MAX + 1);
        }
        // It was told before the third minute, and of whoever is not known that is taken for told.
        assert_eq!((numbers.get(quiet), numbers.since), (None, minute(2)));
    }
}

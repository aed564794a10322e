//! The server's clock: the one place where time is read, and whether what it says can be believed.
//!
//! Deadlines are law, so a clock that is set by an hour in the middle of a day must neither take a late bid nor refuse
//! one in time. Beside the clock that can be set, a machine has a counter that cannot. While both move alike the clock is
//! believed; when it leaps, the counter goes on from the last time that was believed, and the clock is at fault until it
//! is back, or the server is started again by somebody who has looked.

use entity::vocabulary::Instant;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Instant as Counter, SystemTime, UNIX_EPOCH},
};

/// How far a clock may leap and still be believed, in milliseconds: more than what keeps clocks right moves them by at
/// once, and less than a bidder could make use of.
pub const LEAP_MAX: i64 = 1_000;

/// The server's clock. Tests and the demonstration wind it; nothing else reads the time.
#[derive(Clone, Default)]
pub struct Clock(Arc<Hands>);

#[derive(Default)]
struct Hands {
    /// Milliseconds by which it was wound.
    wound: AtomicI64,
    /// Where it stands still, if it does; 0 while it runs.
    stopped: AtomicI64,
    machine: Steady,
    database: Steady,
}

impl Clock {
    /// Now, by this machine.
    pub fn now(&self) -> Instant {
        let before = counter();
        #[expect(clippy::disallowed_methods, reason = "the one place where time is read")]
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        self.over(self.0.machine.believed(system, before, counter()))
    }

    /// What the counter says before a database is asked for its time.
    pub fn before_asking(&self) -> Asked {
        Asked(counter())
    }

    /// Now, by the clock of a database that several nodes share.
    pub fn of_database(&self, asked: Asked, answer: Instant) -> Instant {
        self.over(self.0.database.believed(answer.milliseconds(), asked.0, counter()))
    }

    /// Whether a clock that counts has leapt and is not back. Until it is, nothing closes or opens by itself and nobody
    /// opens prices.
    pub fn at_fault(&self) -> bool {
        self.0.machine.leapt.load(Ordering::SeqCst) || self.0.database.leapt.load(Ordering::SeqCst)
    }

    fn over(&self, system: i64) -> Instant {
        let milliseconds = match self.0.stopped.load(Ordering::SeqCst) {
            0 => system.saturating_add(self.0.wound.load(Ordering::SeqCst)),
            stopped => stopped,
        };
        Instant::from_milliseconds(milliseconds)
    }

    /// Lets it stand at an instant.
    pub fn stop_at(&self, instant: Instant) {
        self.0.stopped.store(instant.milliseconds(), Ordering::SeqCst);
    }

    /// Lets it run, at the true time.
    pub fn unwind(&self) {
        self.0.wound.store(0, Ordering::SeqCst);
        self.0.stopped.store(0, Ordering::SeqCst);
    }

    /// Moves it by this many milliseconds, whether it runs or stands.
    pub fn wind(&self, milliseconds: i64) {
        if self.0.stopped.load(Ordering::SeqCst) == 0 {
            self.0.wound.fetch_add(milliseconds, Ordering::SeqCst);
        } else {
            self.0.stopped.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }
}

/// When a database was asked for its time, by the counter.
#[derive(Clone, Copy)]
pub struct Asked(i64);

/// Milliseconds that the machine's counter has gone since this process began. It does not go on while a machine sleeps.
fn counter() -> i64 {
    static BEGAN: std::sync::LazyLock<Counter> = std::sync::LazyLock::new(Counter::now);
    i64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(i64::MAX)
}

/// A clock that is held against the machine's counter.
#[derive(Default)]
struct Steady {
    /// Nothing before it is first read.
    lead: Mutex<Option<Lead>>,
    leapt: AtomicBool,
}

/// By how many milliseconds the clock was ahead of the counter when it was last believed, as far as that is known: a first
/// answer that comes late leaves it open.
#[derive(Clone, Copy)]
struct Lead {
    least: i64,
    most: i64,
}

impl Steady {
    /// What the clock says, in milliseconds, if it can be believed; else what the counter makes of the last time that
    /// could. The clock was read somewhere between two readings of the counter.
    fn believed(&self, says: i64, before: i64, after: i64) -> i64 {
        let mut lead = self.lead.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Lead { least: says.saturating_sub(after), most: says.saturating_sub(before) };
        let known = *lead.get_or_insert(now);
        let off = if now.least > known.most {
            now.least.saturating_sub(known.most)
        } else {
            now.most.saturating_sub(known.least).min(0)
        };
        let leapt = off.saturating_abs() > LEAP_MAX;
        if self.leapt.swap(leapt, Ordering::SeqCst) != leapt {
            if leapt {
                tracing::error!(
                    milliseconds = off,
                    "the clock has leapt: nothing closes or opens until it is back"
                );
            } else {
                tracing::warn!("the clock is back: what is due closes and opens");
            }
        }
        if leapt {
            return before.saturating_add(known.least);
        }
        // It is followed, so that being kept right a little at a time never adds up to a leap.
        *lead = Some(match off {
            0 => Lead { least: known.least.max(now.least), most: known.most.min(now.most) },
            1.. => Lead { least: now.least, most: now.least },
            _ => Lead { least: now.most, most: now.most },
        });
        says
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn begun() -> Steady {
        let steady = Steady::default();
        assert_eq!(steady.believed(1_000_000, 0, 0), 1_000_000);
        steady
    }

    #[test]
    fn a_clock_that_moves_as_time_does_is_believed_and_small_corrections_are_followed() {
        let steady = begun();
        let mut says = 1_000_000;
        // Set right by 900 ms each minute, for a day.
        for minute in 1..=24 * 60 {
            says += 60_000 + 900;
            assert_eq!(steady.believed(says, minute * 60_000, minute * 60_000), says);
        }
        assert!(!steady.leapt.load(Ordering::SeqCst));
    }

    #[test]
    fn after_a_leap_either_way_time_goes_on_by_the_counter_until_the_clock_is_back() {
        for leap in [HOUR, -HOUR, LEAP_MAX + 1, -LEAP_MAX - 1] {
            let steady = begun();
            for counted in [1_000, 2_000, 60_000] {
                assert_eq!(
                    steady.believed(1_000_000 + counted + leap, counted, counted),
                    1_000_000 + counted
                );
                assert!(steady.leapt.load(Ordering::SeqCst), "{leap}");
            }
            assert_eq!(steady.believed(1_000_000 + 61_000, 61_000, 61_000), 1_061_000);
            assert!(!steady.leapt.load(Ordering::SeqCst), "{leap}");
        }
    }

    #[test]
    fn a_database_that_answers_late_has_not_leapt() {
        let steady = begun();
        // Asked at 10 s, read at some time until the answer came at 25 s.
        for read in [10_000, 17_000, 25_000] {
            assert_eq!(steady.believed(1_000_000 + read, 10_000, 25_000), 1_000_000 + read);
        }
        assert!(!steady.leapt.load(Ordering::SeqCst));
        // An hour more than could be: time is when it was asked.
        assert_eq!(steady.believed(1_000_000 + HOUR, 30_000, 31_000), 1_030_000);
    }

    #[test]
    fn a_first_answer_that_comes_late_is_no_leap_and_what_comes_after_it_may_be_one() {
        // Asked at 0 s, and answered at 5 s: read at the beginning, between, or at the end.
        for read in [0, 2_000, 5_000] {
            let steady = Steady::default();
            let first = 1_000_000 + read;
            assert_eq!(steady.believed(first, 0, 5_000), first);
            for counted in [6_000, 7_000] {
                assert_eq!(steady.believed(1_000_000 + counted, counted, counted), 1_000_000 + counted);
                assert!(!steady.leapt.load(Ordering::SeqCst), "{read}");
            }
            for leap in [LEAP_MAX + 1, -LEAP_MAX - 1] {
                assert_eq!(steady.believed(1_000_000 + 8_000 + leap, 8_000, 8_000), 1_008_000);
                assert!(steady.leapt.load(Ordering::SeqCst), "{read}, {leap}");
            }
        }
    }
}

//! How old messages are when they are heard, counted in buckets, so that millions of them take no more memory than one.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How wide a bucket is.
const BUCKET: Duration = Duration::from_micros(100);
/// What is older than the last of them begins is counted in it: a minute.
const BUCKETS: usize = 600_000;

pub struct Ages {
    buckets: Vec<u32>,
    all: u64,
    worst: Duration,
}

/// What one reads of them, in milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    pub all: u64,
    pub p50: f64,
    pub p99: f64,
    pub worst: f64,
}

impl Default for Ages {
    fn default() -> Self {
        Self { buckets: vec![0; BUCKETS], all: 0, worst: Duration::ZERO }
    }
}

impl Ages {
    pub fn add(&mut self, age: Duration) {
        let place = usize::try_from(age.as_nanos() / BUCKET.as_nanos()).unwrap_or(BUCKETS);
        if let Some(bucket) = self.buckets.get_mut(place.min(BUCKETS - 1)) {
            *bucket += 1;
        }
        self.all += 1;
        self.worst = self.worst.max(age);
    }

    pub fn summary(&self) -> Summary {
        let worst = milliseconds(self.worst);
        Summary { all: self.all, p50: self.within(0.50), p99: self.within(0.99), worst }
    }

    /// The upper end of the bucket within which this share of all lies.
    fn within(&self, share: f64) -> f64 {
        let wanted = (self.all as f64 * share).ceil() as u64;
        let mut so_far = 0;
        for (place, bucket) in self.buckets.iter().enumerate() {
            so_far += u64::from(*bucket);
            if so_far >= wanted {
                return milliseconds(BUCKET) * (place + 1) as f64;
            }
        }
        f64::NAN
    }
}

pub fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

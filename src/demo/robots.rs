//! Robot providers: they look, say whether they will bid, bid and revise, so that the page moves; and a robot
//! broker who publishes when too little is open.

use super::seed;
use crate::{actions::Failure, app::App, store};
use entity::vocabulary::*;
use rand::{Rng, seq::IndexedRandom};
use std::time::Duration;

/// How long the robots wait between two acts, in milliseconds.
const WAITS: std::ops::Range<u64> = 700..2200;
/// How likely an act is the broker's.
const BROKER_SHARE: f64 = 0.04;

/// Acts for as long as the process lives.
pub async fn run(app: App) {
    loop {
        let wait = Duration::from_millis(rand::rng().random_range(WAITS));
        tokio::time::sleep(wait).await;
        match act(&app).await {
            // A robot is refused like anybody else, for instance when it comes too late.
            Ok(()) | Err(Failure::Refused(_)) => {}
            Err(why) => tracing::warn!(failure = %why, "a robot stumbled"),
        }
    }
}

const REASONS: [&str; 3] = [
    "We have no staff free in this area before the start date.",
    "We do not have the right training for these needs at the moment.",
    "The travel between visits would be too long for us.",
];

async fn act(app: &App) -> Result<(), Failure> {
    let open = seed::live(app).await?;
    if open.len() < seed::LIVE_WANTED && rand::rng().random_bool(0.5) || rand::rng().random_bool(BROKER_SHARE)
    {
        let minutes = rand::rng().random_range(4..20);
        return seed::publish_any(app, minutes).await;
    }
    let Some(of) = open.choose(&mut rand::rng()) else { return Ok(()) };
    let Some((provider, person)) = seed::some_member(app, of).await? else { return Ok(()) };
    let said = store::opportunity::interest(app.database.read(), of.id, provider).await?;
    match said.map(|s| s.kind) {
        None => seed::say(app, person, of.id, InterestKind::Seen, None).await,
        Some(InterestKind::Seen) if rand::rng().random_bool(0.35) => {
            let reason = REASONS.choose(&mut rand::rng()).copied().unwrap_or(REASONS[0]);
            seed::say(app, person, of.id, InterestKind::CannotBid, Some(reason.to_owned())).await
        }
        Some(InterestKind::Seen) => seed::say(app, person, of.id, InterestKind::WillBid, None).await,
        Some(InterestKind::WillBid) => seed::submit(app, person, of.id).await,
        Some(InterestKind::CannotBid) => Ok(()),
    }
}

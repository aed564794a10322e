//! The clock’s door: closing what is due, and entering contracts whose standstill has ended, as acts by nobody. Any node
//! may do it; the deadline itself holds whether or not this ever runs.

use crate::{
    actions::{approval, award, clock, document, evidence, opportunity, register, round, standing},
    app::App,
    store,
};
use std::time::Duration;

/// How often the clock looks. A deadline is told at most this much after it has passed.
const LOOKS_EVERY: Duration = Duration::from_millis(250);

/// How often it looks for decisions that nobody makes, and whether somebody has to be reminded of a legal clock or
/// warned of evidence that expires: their deadlines are days.
const CHASES_EVERY: Duration = Duration::from_secs(60);

/// How often it looks for content that a crash left behind.
const SWEEPS_EVERY: Duration = Duration::from_secs(3600);

/// How often it looks whether a register is due to be asked: each number is, once a day.
const CHECKS_EVERY: Duration = Duration::from_secs(60);

/// Closes, enters, reminds, warns, chases, sweeps up and asks what is due, for as long as the process lives.
pub async fn run(app: App) {
    tokio::join!(close(&app), chase(&app), sweep(&app), check(&app));
}

/// By itself: a register that is slow to answer keeps nothing else waiting.
async fn check(app: &App) {
    let mut looks = tokio::time::interval(CHECKS_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        match register::check_due(app).await {
            Ok(0) => {}
            Ok(asked) => tracing::info!(asked, "registers were asked"),
            Err(why) => tracing::error!(failure = %why, "what registers say could not be kept"),
        }
    }
}

async fn sweep(app: &App) {
    let mut looks = tokio::time::interval(SWEEPS_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        match document::sweep(app).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "content without a document was swept up"),
            Err(why) => tracing::error!(failure = %why, "content without a document could not be swept up"),
        }
    }
}

async fn chase(app: &App) {
    let mut looks = tokio::time::interval(CHASES_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(why) = approval::chase_due(app).await {
            tracing::error!(failure = %why, "decisions that wait could not be chased");
        }
        if let Err(why) = clock::remind_due(app).await {
            tracing::error!(failure = %why, "reminders of legal clocks could not be sent");
        }
        if let Err(why) = evidence::warn_due(app).await {
            tracing::error!(failure = %why, "warnings of evidence that expires could not be sent");
        }
    }
}

async fn close(app: &App) {
    let mut looks = tokio::time::interval(LOOKS_EVERY);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        // While the clock cannot be believed, what is due waits for somebody who looks at it.
        if let Err(why) = store::now(app.database.read(), &app.clock).await {
            tracing::error!(failure = %why, "the clock could not be read");
        }
        if app.clock.at_fault() {
            continue;
        }
        if let Err(why) = opportunity::close_due(app).await {
            tracing::error!(failure = %why, "what is due could not be closed");
        }
        if let Err(why) = round::turn_due(app).await {
            tracing::error!(failure = %why, "ranking rounds could not be opened or closed");
        }
        if let Err(why) = award::enter_due(app).await {
            tracing::error!(failure = %why, "contracts that are due could not be entered");
        }
        if let Err(why) = standing::lapse_due(app).await {
            tracing::error!(failure = %why, "urgent stops that nobody confirmed could not be lifted");
        }
    }
}

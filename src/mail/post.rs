//! Posting what is owed: claimed in one transaction, sent, then written down in another, so that no transaction
//! is held over SMTP. A letter may go twice if the process dies in between; its `Message-ID` stays the same.

use crate::{
    actions::{Failure, letter},
    app::App,
    domain::letter::fate,
    settings::{Mail, Settings},
    store::{self, record},
};
use entity::{letter as row, vocabulary::*};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
};
use std::{collections::BTreeMap, time::Duration};

/// How many letters are claimed at a time.
const BATCH: u64 = 20;
/// How long a claim on a letter holds, in seconds. Longer than a batch may take.
const CLAIM_SECONDS: i64 = 600;
/// How long letters lie once they are owed: whoever listens is told first, and a letter to everybody goes in few
/// batches.
const LIES_FOR: Duration = Duration::from_millis(200);
/// How long one letter may take to send.
const SEND_WITHIN: Duration = Duration::from_secs(20);
/// The first wait after a failure, in seconds; it doubles each time, up to an hour.
const FIRST_WAIT_SECONDS: i64 = 5;
const LONGEST_WAIT_SECONDS: i64 = 3600;
/// After so many attempts a letter counts as undeliverable.
const ATTEMPTS_MAX: i32 = 40;

/// How letters leave.
pub enum Post {
    Folder(AsyncFileTransport<Tokio1Executor>),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// What became of one letter.
#[derive(Clone)]
enum Sent {
    Yes,
    /// Try again later: the server is away, or busy.
    NotYet(String),
    /// It never will arrive.
    Never(String),
    /// Its reader has left, or chose to read it at an hour when it was over: it is not posted.
    Dropped,
}

impl Post {
    /// As the settings say.
    ///
    /// # Errors
    /// The folder cannot be made, or the address cannot be read.
    pub fn of(settings: &Settings) -> Result<Self, Failure> {
        let broken = |why: String| Failure::Broken(format!("mail: {why}"));
        match &settings.mail {
            Mail::Folder(path) => {
                std::fs::create_dir_all(path).map_err(|e| broken(e.to_string()))?;
                Ok(Self::Folder(AsyncFileTransport::new(path)))
            }
            Mail::Smtp(url) => {
                let transport =
                    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|e| broken(e.to_string()))?;
                Ok(Self::Smtp(transport.timeout(Some(SEND_WITHIN)).build()))
            }
        }
    }

    async fn send(&self, message: Message) -> Sent {
        match self {
            Self::Folder(folder) => match folder.send(message).await {
                Ok(_) => Sent::Yes,
                Err(why) => Sent::NotYet(why.to_string()),
            },
            Self::Smtp(smtp) => match smtp.send(message).await {
                Ok(_) => Sent::Yes,
                // 5xx: the server will not take it, now or later. All else may pass.
                Err(why) if why.is_permanent() => Sent::Never(why.to_string()),
                Err(why) => Sent::NotYet(why.to_string()),
            },
        }
    }
}

/// Posts letters for as long as the process lives.
pub async fn run(app: App, post: Post) {
    loop {
        let wait = match post_due(&app, &post).await {
            Ok(0) => Duration::from_secs(1),
            Ok(_) => Duration::ZERO,
            Err(why) => {
                tracing::error!(failure = %why, "letters could not be posted");
                Duration::from_secs(5)
            }
        };
        if !wait.is_zero() {
            // A letter that is owed meanwhile ends the wait.
            if tokio::time::timeout(wait, app.post.notified()).await.is_ok() {
                tokio::time::sleep(LIES_FOR).await;
            }
        }
    }
}

/// Posts what is due now, a batch at most. Returns how many letters were tried.
///
/// # Errors
/// The database does not answer.
pub async fn post_due(app: &App, post: &Post) -> Result<usize, Failure> {
    let now = app.clock.now();
    // On SQLite, looking costs no writer.
    if store::letter::next_due(app.database.read()).await?.is_none_or(|due| due > now) {
        return Ok(0);
    }
    let tx = app.database.begin().await?;
    let now = store::now(&*tx, &app.clock).await?;
    let until = now.plus_seconds(CLAIM_SECONDS);
    let claimed = record::claim_letters(&tx, now, until, BATCH).await?;
    tx.commit().await?;
    let count = claimed.len();
    let mut stationery = letter::Stationery::default();
    // One that an officer sends again goes as it was.
    let (digests, others): (Vec<_>, Vec<_>) = claimed
        .into_iter()
        .partition(|letter| letter.kind == LetterKind::OpportunityDigest && letter.resent == 0);
    for mut letter in others {
        let sent = match letter::is_over(app, &letter).await {
            Ok(false) => try_one(app, post, &mut letter, &mut stationery).await,
            Ok(true) => Sent::Dropped,
            Err(why) => Sent::NotYet(why.to_string()),
        };
        letter::settle(app, settled(letter, sent, app.clock.now()), until).await?;
    }
    let mut people: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for letter in digests {
        people.entry(letter.account_id).or_default().push(letter);
    }
    for one in people.into_values() {
        post_digest(app, post, one, until, &mut stationery).await?;
    }
    Ok(count)
}

/// Posts what is due to one person as one letter: what is open still. Where nothing is, nothing is posted.
async fn post_digest(
    app: &App,
    post: &Post,
    digests: Vec<row::Model>,
    until: Instant,
    stationery: &mut letter::Stationery,
) -> Result<(), Failure> {
    let mut open = Vec::new();
    for letter in digests {
        // Until that is known, it is listed.
        if letter::is_over(app, &letter).await.unwrap_or_default() {
            letter::settle(app, settled(letter, Sent::Dropped, app.clock.now()), until).await?;
        } else {
            open.push(letter);
        }
    }
    open.sort_unstable_by_key(|letter| letter.id);
    let mut rest = open.into_iter();
    let Some(first) = rest.next() else { return Ok(()) };
    let others: Vec<_> = rest.collect();
    let mut whole = fate::together(first, &others);
    let sent = try_one(app, post, &mut whole, stationery).await;
    for letter in std::iter::once(whole).chain(others) {
        letter::settle(app, settled(letter, sent.clone(), app.clock.now()), until).await?;
    }
    Ok(())
}

async fn try_one(
    app: &App,
    post: &Post,
    letter: &mut row::Model,
    stationery: &mut letter::Stationery,
) -> Sent {
    match letter::is_for_nobody(app, letter).await {
        Ok(false) => {}
        Ok(true) => return Sent::Dropped,
        // Until that is known, nothing is sent.
        Err(why) => return Sent::NotYet(why.to_string()),
    }
    match write(app, letter, stationery).await {
        Ok(message) => match tokio::time::timeout(SEND_WITHIN * 2, post.send(message)).await {
            Ok(sent) => sent,
            Err(_) => Sent::NotYet("no answer in time".to_owned()),
        },
        Err(why) => {
            tracing::error!(failure = %why, letter = %letter.id, "a letter cannot be written");
            Sent::Never(why.to_string())
        }
    }
}

async fn write(
    app: &App,
    letter: &mut row::Model,
    stationery: &mut letter::Stationery,
) -> Result<Message, Failure> {
    let broken = |why: String| Failure::Broken(why);
    let found = store::letter::find(app.database.read(), letter.id).await?;
    let Some((_, to)) = found else { return Err(broken("its addressee is gone".to_owned())) };
    let written = letter::write(app, letter, stationery).await?;
    let from: Mailbox = app
        .settings
        .mail_from
        .parse()
        .map_err(|_| broken("the sender's address cannot be read".to_owned()))?;
    let host = from.email.domain().to_owned();
    let address = to.email.parse().map_err(|_| broken("the address cannot be read".to_owned()))?;
    Message::builder()
        .from(from)
        // The address alone: a name is personal data.
        .to(Mailbox::new(None, address))
        .subject(&written.subject)
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .header(header::MIME_VERSION_1_0)
        .multipart(MultiPart::alternative_plain_html(written.text, written.html))
        .map_err(|e| broken(e.to_string()))
}

fn settled(letter: row::Model, sent: Sent, now: Instant) -> row::Model {
    let attempts = letter.attempts + 1;
    let (state, failure) = match sent {
        Sent::Yes => (LetterState::Sent, None),
        Sent::Dropped => (LetterState::Dropped, None),
        Sent::NotYet(why) if attempts < ATTEMPTS_MAX => (LetterState::Deferred, Some(why)),
        Sent::NotYet(why) | Sent::Never(why) => (LetterState::Undeliverable, Some(why)),
    };
    metrics::counter!("fairlot_letters", "state" => state.as_str()).increment(1);
    let doubled = FIRST_WAIT_SECONDS.saturating_mul(1_i64 << attempts.clamp(1, 20).saturating_sub(1));
    row::Model {
        state,
        attempts,
        due_at: now.plus_seconds(doubled.min(LONGEST_WAIT_SECONDS)),
        // When it left last: one that is sent again left before.
        sent_at: if state == LetterState::Sent { Some(now) } else { letter.sent_at },
        last_failure: failure.map(|why| why.chars().take(500).collect()),
        ..letter
    }
}

//! Asking the registers of others: facts that lie elsewhere. One question, one answer of bounded size in bounded time;
//! what it says, [`read`](crate::domain::register::read) makes of it.

use crate::domain::register::{ANSWER_BYTES_MAX, Answered, Sources, path, retry_after};
use entity::vocabulary::*;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::{Client, StatusCode, header, redirect::Policy};
use std::{
    num::NonZeroU32,
    sync::{Arc, OnceLock},
};

/// How many questions one register is asked at once after a rest; then two a second. Companies House allows 600 in five
/// minutes, the others publish no figure.
const AT_ONCE: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
const A_SECOND: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

/// The header in which the CQC and the Charity Commission take a key.
const SUBSCRIPTION_KEY: &str = "Ocp-Apim-Subscription-Key";

/// Where the registers are, and how often they are asked. Cheap to clone: all of it is shared.
#[derive(Clone)]
pub struct Registers(Arc<Inner>);

struct Inner {
    sources: Sources,
    /// Made when the first question is asked; nothing where this machine knows no certificate authority.
    client: OnceLock<Option<Client>>,
    gates: [DefaultDirectRateLimiter; Register::ALL.len()],
}

/// Why there is no answer, and for how many seconds the register wishes to be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered {
    pub failure: CheckFailure,
    pub wait_seconds: Option<i64>,
}

impl From<CheckFailure> for Unanswered {
    fn from(failure: CheckFailure) -> Self {
        Self { failure, wait_seconds: None }
    }
}

impl Registers {
    pub fn new(sources: Sources) -> Self {
        let gates =
            std::array::from_fn(|_| RateLimiter::direct(Quota::per_second(A_SECOND).allow_burst(AT_ONCE)));
        Self(Arc::new(Inner { sources, client: OnceLock::new(), gates }))
    }

    /// Those that have a key.
    pub fn asked(&self) -> Vec<Register> {
        self.0.sources.asked()
    }

    /// Asks the register about a number, as soon as its limit allows.
    ///
    /// # Errors
    /// There is no answer that could be read.
    pub async fn ask(
        &self,
        entry: RegisterEntry,
        number: &str,
        now: Instant,
    ) -> Result<Answered, Unanswered> {
        let register = entry.register();
        let source = self.0.sources.of(register);
        let Some(key) = &source.key else { return Err(CheckFailure::KeyRefused.into()) };
        let Some(client) = self.client() else { return Err(CheckFailure::Unreachable.into()) };
        self.0.gates[register as usize].until_ready().await;
        let request = client
            .get(format!("{}/{}", source.url, path(entry, number)))
            .header(header::ACCEPT, "application/json");
        let request = match register {
            Register::Cqc | Register::CharityCommission => request.header(SUBSCRIPTION_KEY, key),
            // The key is the name, and there is no password.
            Register::CompaniesHouse => request.basic_auth(key, Some("")),
        };
        let mut response = request.send().await.map_err(|why| failure(&why))?;
        let wait = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait_seconds = wait.and_then(|value| retry_after(value, now));
        let failed = |failure| Err(Unanswered { failure, wait_seconds });
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Ok(Answered::NotFound),
            StatusCode::TOO_MANY_REQUESTS => return failed(CheckFailure::AskedTooOften),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return failed(CheckFailure::KeyRefused),
            // It is down and says when it is back: it is left alone until then.
            StatusCode::SERVICE_UNAVAILABLE if wait_seconds.is_some() => {
                return failed(CheckFailure::AskedTooOften);
            }
            status if status.is_server_error() => return failed(CheckFailure::OutOfOrder),
            // A redirection is not followed: the key would go with it.
            _ => return failed(CheckFailure::Unreadable),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|why| failure(&why))? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(CheckFailure::TooLarge.into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered::Body(body))
    }

    fn client(&self) -> Option<&Client> {
        let made = self.0.client.get_or_init(|| {
            // Whoever made a client before has chosen already: there is one cryptography.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = Client::builder()
                .timeout(self.0.sources.patience)
                .connect_timeout(self.0.sources.patience)
                .redirect(Policy::none())
                .user_agent(concat!("Fairlot/", env!("CARGO_PKG_VERSION")))
                .build();
            client.inspect_err(|why| tracing::error!(failure = %why, "the registers cannot be asked")).ok()
        });
        made.as_ref()
    }
}

fn failure(why: &reqwest::Error) -> CheckFailure {
    if why.is_timeout() {
        CheckFailure::TimedOut
    } else if why.is_body() || why.is_decode() {
        // It began to answer, and broke off.
        CheckFailure::Unreadable
    } else {
        CheckFailure::Unreachable
    }
}

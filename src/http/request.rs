//! What comes in and goes out. A request is judged in this order: who sends it, whether they may, then what it
//! says. So nobody learns about a form that is not theirs to fill in.

use super::{
    failure::Problem,
    identity::{self, Person},
    openapi::{self, Described, described},
};
use crate::{
    actions::{Failure, Listed, Order, PAGE_SIZE_MAX, Page},
    app::App,
    domain::{
        actor::{Actor, Need, check_confirmed},
        document::{self, DOCUMENT_BYTES_MAX},
        refusal::{Code, Refusal},
    },
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder,
    cookie::Cookie,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue},
    },
    web::Data,
};
use futures_util::{StreamExt, future::LocalBoxFuture};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{marker::PhantomData, str::FromStr, time::Duration};
use tokio::sync::Semaphore;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, path::Parameter, schema::Type},
};

/// The largest body of a request, in bytes.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// How long it may take to come in, once its head is there.
pub const BODY_TAKES_MAX: Duration = Duration::from_secs(60);

/// How a route's requests are described.
pub trait Incoming {
    const NEED: Option<Need>;
    const IS_COMMAND: bool;
    /// As which kind of content they are taken.
    const TAKES_AS: &'static str = "application/json";
    fn query() -> Vec<Parameter>;
    fn takes() -> Option<Described>;
}

/// No fields.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A reason, for acts that need no more.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    pub reason: String,
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The `next` of the part before.
    pub after: Option<Uuid>,
    /// 1 to 100; 50 if not given.
    pub page_size: Option<u64>,
}

impl Part {
    /// # Errors
    /// A page size out of bounds.
    pub fn page(self) -> Result<Page, Refusal> {
        page(self.after, self.page_size)
    }
}

/// Which part of a list.
///
/// # Errors
/// A page size out of bounds.
pub fn page(after: Option<Uuid>, size: Option<u64>) -> Result<Page, Refusal> {
    let size = size.unwrap_or(50);
    if !(1..=PAGE_SIZE_MAX).contains(&size) {
        return Err(Refusal::new(Code::InvalidField, format!("Ask for 1 to {PAGE_SIZE_MAX} at a time."))
            .at("page_size"));
    }
    Ok(Page { after, size })
}

/// No query.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}

impl IntoParams for NoQuery {
    fn into_params(_: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// The parts of a request that every route may read.
pub struct Parts {
    request: HttpRequest,
}

impl Parts {
    /// The `{id}` of the path.
    ///
    /// # Errors
    /// `not_found` where it is no id.
    pub fn id<T: FromStr>(&self) -> Result<T, Refusal> {
        self.part("id")
    }

    /// The request itself, for its session.
    pub const fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Any part of the path.
    ///
    /// # Errors
    /// `not_found` where it cannot be read.
    pub fn part<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        self.request.match_info().query(name).parse().map_err(|_| Refusal::not_found("page"))
    }

    /// Who sends it.
    ///
    /// # Errors
    /// As [`identity::actor`].
    pub async fn actor(&self, app: &App) -> Result<Actor, Failure> {
        identity::actor(app, &self.request).await
    }

    /// The revision in `If-Match`.
    ///
    /// # Errors
    /// `malformed` where it is no revision.
    pub fn revision(&self) -> Result<Option<i32>, Refusal> {
        let Some(value) = self.request.headers().get(header::IF_MATCH) else {
            return Ok(None);
        };
        let revision = value.to_str().ok().and_then(|v| v.trim_matches('"').parse().ok());
        revision.map(Some).ok_or_else(|| {
            Refusal::new(Code::Malformed, "If-Match must hold the revision, such as \"3\".").at("If-Match")
        })
    }
}

fn query_of<Q: DeserializeOwned>(request: &HttpRequest) -> Result<Q, Refusal> {
    let read = serde_urlencoded::Deserializer::new(form_urlencoded(request));
    serde_path_to_error::deserialize(read).map_err(|why| unreadable(&why))
}

fn form_urlencoded(request: &HttpRequest) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(request.query_string().as_bytes())
}

/// Says in plain words, naming the field, why a form cannot be read.
fn unreadable<E: std::error::Error>(why: &serde_path_to_error::Error<E>) -> Refusal {
    let inner = why.inner().to_string();
    let path = why.path().to_string();
    let within = |name: &str| if path == "." { name.to_owned() } else { format!("{path}.{name}") };
    let quoted =
        |after: &str| inner.strip_prefix(after).and_then(|rest| rest.split('`').next()).map(str::to_owned);
    if let Some(name) = quoted("unknown field `") {
        let refusal = Refusal::new(Code::UnknownField, format!("There is no field “{name}” here."));
        // The path already ends with the unknown field.
        return refusal.at(if path.ends_with(&name) { path } else { within(&name) });
    }
    if let Some(name) = quoted("missing field `") {
        return Refusal::new(Code::Malformed, format!("The field “{name}” is missing.")).at(within(&name));
    }
    // Where in the text it stands says nothing to a person.
    let plain = inner.split(" at line ").next().unwrap_or(&inner).to_owned();
    let refusal = Refusal::new(Code::Malformed, format!("This cannot be read: {plain}."));
    if path == "." { refusal } else { refusal.at(path) }
}

fn broke_off() -> Refusal {
    Refusal::new(Code::Malformed, "The request broke off.")
}

/// The whole body, if it has no more than `most` bytes.
async fn whole(
    mut payload: Payload,
    most: usize,
    too_large: impl Fn() -> Refusal,
) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| broke_off())?;
        if bytes.len() + chunk.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn body<T: DeserializeOwned>(payload: Payload) -> Result<(T, Vec<u8>), Failure> {
    let too_large = || {
        let words = format!("A request may hold {} KiB at most.", BODY_BYTES_MAX / 1024);
        Refusal::new(Code::BodyTooLarge, words)
    };
    let whole = whole(payload, BODY_BYTES_MAX, too_large);
    let bytes = tokio::time::timeout(BODY_TAKES_MAX, whole).await.map_err(|_| broke_off())??;
    // Nothing at all stands for an empty form.
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    let mut read = serde_json::Deserializer::from_slice(text);
    let form = serde_path_to_error::deserialize(&mut read).map_err(|why| unreadable(&why))?;
    read.end().map_err(|_| Refusal::new(Code::Malformed, "There is more after the end of the form."))?;
    Ok((form, bytes))
}

fn app(request: &HttpRequest) -> Result<Data<App>, Problem> {
    let app = request.app_data::<Data<App>>();
    app.cloned().ok_or_else(|| Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR))
}

/// From anybody, signed in or not.
pub struct Open<T = Nothing, Q = NoQuery> {
    pub parts: Parts,
    pub form: T,
    pub query: Q,
}

impl<T: DeserializeOwned + 'static, Q: DeserializeOwned + 'static> FromRequest for Open<T, Q> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = app(&request)?;
            // Signing somebody in from another site is refused too.
            identity::check_origin(&app, &request)?;
            let query = query_of(&request)?;
            let (form, _) = body(payload).await?;
            Ok(Self { parts: Parts { request }, form, query })
        })
    }
}

impl<T: ToSchema + 'static, Q: IntoParams> Incoming for Open<T, Q> {
    const NEED: Option<Need> = None;
    const IS_COMMAND: bool = false;

    fn query() -> Vec<Parameter> {
        Q::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query))
    }

    fn takes() -> Option<Described> {
        takes::<T>()
    }
}

fn takes<T: ToSchema + 'static>() -> Option<Described> {
    let nothing = std::any::TypeId::of::<T>() == std::any::TypeId::of::<Nothing>();
    (!nothing).then(described::<T>)
}

/// A question from somebody who may ask it.
pub struct Asked<P, Q = NoQuery> {
    pub actor: Actor,
    pub parts: Parts,
    pub query: Q,
    person: PhantomData<P>,
}

impl<P: Person, Q: DeserializeOwned + 'static> FromRequest for Asked<P, Q> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = app(&request)?;
            let actor = identity::actor(&app, &request).await?;
            P::NEED.check(&actor)?;
            let query = query_of(&request)?;
            Ok(Self { actor, parts: Parts { request }, query, person: PhantomData })
        })
    }
}

impl<P: Person, Q: IntoParams> Incoming for Asked<P, Q> {
    const NEED: Option<Need> = Some(P::NEED);
    const IS_COMMAND: bool = false;

    fn query() -> Vec<Parameter> {
        Q::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query))
    }

    fn takes() -> Option<Described> {
        None
    }
}

/// A question from somebody who may ask it, with a form: it says too much for an address. It changes nothing, so it
/// may be repeated without a key.
pub struct Posed<P, T> {
    pub actor: Actor,
    pub parts: Parts,
    pub form: T,
    person: PhantomData<P>,
}

impl<P: Person, T: DeserializeOwned + 'static> FromRequest for Posed<P, T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = app(&request)?;
            let actor = identity::actor(&app, &request).await?;
            P::NEED.check(&actor)?;
            let (form, _) = body(payload).await?;
            Ok(Self { actor, parts: Parts { request }, form, person: PhantomData })
        })
    }
}

impl<P: Person, T: ToSchema + 'static> Incoming for Posed<P, T> {
    const NEED: Option<Need> = Some(P::NEED);
    const IS_COMMAND: bool = false;

    fn query() -> Vec<Parameter> {
        Vec::new()
    }

    fn takes() -> Option<Described> {
        takes::<T>()
    }
}

/// A command from somebody who may give it, with the key under which it may be repeated.
pub struct Command<P, T> {
    pub actor: Actor,
    pub order: Order,
    pub parts: Parts,
    pub form: T,
    person: PhantomData<P>,
}

impl<P: Person, T: DeserializeOwned + 'static> FromRequest for Command<P, T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = app(&request)?;
            let actor = identity::actor(&app, &request).await?;
            P::NEED.check(&actor)?;
            let key = key(&request)?;
            let (form, bytes) = body(payload).await?;
            let digest = digest_of(&request, &bytes);
            let order = Order { by: actor.account_id, need: P::NEED, key, digest };
            Ok(Self { actor, order, parts: Parts { request }, form, person: PhantomData })
        })
    }
}

impl<P: Person, T: ToSchema + 'static> Incoming for Command<P, T> {
    const NEED: Option<Need> = Some(P::NEED);
    const IS_COMMAND: bool = true;

    fn query() -> Vec<Parameter> {
        Vec::new()
    }

    fn takes() -> Option<Described> {
        takes::<T>()
    }
}

/// A command from somebody who may give it and who gave their password just now.
pub struct Confirmed<P, T>(pub Command<P, T>);

impl<P: Person, T: DeserializeOwned + 'static> FromRequest for Confirmed<P, T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = app(&request)?;
            let (actor, confirmed_at) = identity::actor_confirmed(&app, &request).await?;
            P::NEED.check(&actor)?;
            check_confirmed(confirmed_at, app.clock.now())?;
            Ok(Self(Command::from_request(&request, &mut payload).await?))
        })
    }
}

impl<P: Person, T: ToSchema + 'static> Incoming for Confirmed<P, T> {
    const NEED: Option<Need> = Some(P::NEED);
    const IS_COMMAND: bool = true;

    fn query() -> Vec<Parameter> {
        Vec::new()
    }

    fn takes() -> Option<Described> {
        takes::<T>()
    }
}

/// How many uploads are taken at once: each is held in memory until it is whole.
pub const UPLOADS_AT_ONCE_MAX: usize = 32;
static UPLOADING: Semaphore = Semaphore::const_new(UPLOADS_AT_ONCE_MAX);

/// How long an upload may take.
const UPLOAD_TAKES_MAX: Duration = Duration::from_secs(600);

/// A file from somebody who may send it, with the key under which it may be repeated. What it is called comes in a
/// header: names of files may name people, and addresses are logged by whatever stands before a server.
pub struct Upload<P> {
    pub actor: Actor,
    pub order: Order,
    /// What its sender calls it; nothing to rely on.
    pub name: String,
    pub content: Vec<u8>,
    person: PhantomData<P>,
}

impl<P: Person> FromRequest for Upload<P> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = app(&request)?;
            let actor = identity::actor(&app, &request).await?;
            P::NEED.check(&actor)?;
            let key = key(&request)?;
            let name = file_name(&request);
            let _one = UPLOADING.try_acquire().map_err(|_| {
                let words = "Many documents are being sent just now. Try again in a minute.";
                Refusal::new(Code::TooManyAttempts, words)
            })?;
            let whole = whole(payload, DOCUMENT_BYTES_MAX, document::too_large);
            let content = tokio::time::timeout(UPLOAD_TAKES_MAX, whole).await.map_err(|_| broke_off())??;
            let digest = digest_of(&request, &content);
            let order = Order { by: actor.account_id, need: P::NEED, key, digest };
            Ok(Self { actor, order, name, content, person: PhantomData })
        })
    }
}

/// `Content-Disposition: attachment; filename*=UTF-8''…` (RFC 6266).
fn file_name(request: &HttpRequest) -> String {
    let given = request.headers().get(header::CONTENT_DISPOSITION);
    let given = given.and_then(|value| ContentDisposition::from_raw(value).ok());
    let Some(given) = given else { return String::new() };
    let extended = given.get_filename_ext().and_then(|name| String::from_utf8(name.value.clone()).ok());
    extended.or_else(|| given.get_filename().map(str::to_owned)).unwrap_or_default()
}

impl<P: Person> Incoming for Upload<P> {
    const NEED: Option<Need> = Some(P::NEED);
    const IS_COMMAND: bool = true;
    const TAKES_AS: &'static str = "application/octet-stream";

    fn query() -> Vec<Parameter> {
        vec![openapi::header("Content-Disposition")]
    }

    fn takes() -> Option<Described> {
        Some(described::<Download>())
    }
}

/// SHA-256 of what was asked.
fn digest_of(request: &HttpRequest, body: &[u8]) -> String {
    let mut digest = Sha256::new();
    digest.update(request.method().as_str());
    digest.update(request.path());
    digest.update(body);
    format!("{:x}", digest.finalize())
}

fn key(request: &HttpRequest) -> Result<String, Refusal> {
    let key = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if (8..=64).contains(&key.len()) && plain {
        return Ok(key.to_owned());
    }
    Err(Refusal::new(
        Code::KeyMissing,
        "Send an Idempotency-Key of 8 to 64 letters, digits, - or _, so that repeating this does it once.",
    )
    .at("Idempotency-Key"))
}

/// A file to take away. There is no value of it: it says of a route that it shows a [`File`] and no JSON.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Download {}

impl PartialSchema for Download {
    fn schema() -> RefOr<Schema> {
        let bytes = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new().schema_type(Type::String).format(Some(bytes)).into()
    }
}

impl ToSchema for Download {}

/// What is taken away, and under which name.
pub struct File {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

enum Body<T> {
    Json(T),
    File(File),
}

/// What a route shows.
pub struct Shown<T> {
    body: Body<T>,
    status: StatusCode,
    revision: Option<i32>,
    cookie: Option<Cookie<'static>>,
    next: Option<Uuid>,
    /// For so many seconds anybody on the way may keep it: what is public.
    kept: Option<u32>,
}

impl<T> From<T> for Shown<T> {
    fn from(body: T) -> Self {
        Self {
            body: Body::Json(body),
            status: StatusCode::OK,
            revision: None,
            cookie: None,
            next: None,
            kept: None,
        }
    }
}

impl Shown<Download> {
    pub fn file(file: File) -> Self {
        Self {
            body: Body::File(file),
            status: StatusCode::OK,
            revision: None,
            cookie: None,
            next: None,
            kept: None,
        }
    }
}

impl<T> Shown<T> {
    /// Something new stands because of it.
    pub fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, ..Self::from(body) }
    }

    #[must_use]
    pub fn revision(self, revision: i32) -> Self {
        Self { revision: Some(revision), ..self }
    }

    /// What is public, and the same for everybody: it may be kept for so many seconds.
    #[must_use]
    pub fn kept_by_all(self, seconds: u32) -> Self {
        Self { kept: Some(seconds), ..self }
    }

    #[must_use]
    pub fn cookie(self, cookie: Cookie<'static>) -> Self {
        Self { cookie: Some(cookie), ..self }
    }
}

impl<T> Shown<Listed<T>> {
    /// Part of a list, with a link to the next.
    pub fn listed(list: Listed<T>) -> Self {
        Self { next: list.next, ..Self::from(list) }
    }
}

/// The response to a request.
///
/// # Errors
/// A problem, for a refusal or a failure.
pub fn reply<T, S>(request: &HttpRequest, answer: Result<S, Failure>) -> Result<HttpResponse, Problem>
where
    T: Serialize,
    S: Into<Shown<T>>,
{
    let shown: Shown<T> = answer?.into();
    let mut response = HttpResponseBuilder::new(shown.status);
    let cache = shown.kept.map_or_else(|| "no-store".to_owned(), |kept| format!("public, max-age={kept}"));
    response.insert_header((header::CACHE_CONTROL, cache));
    if let Some(revision) = shown.revision {
        response.insert_header((header::ETAG, format!("\"{revision}\"")));
    }
    if let Some(cookie) = shown.cookie {
        response.cookie(cookie);
    }
    if let Some(next) = shown.next {
        let mut query: Vec<(_, _)> = form_urlencoded(request).filter(|(key, _)| key != "after").collect();
        query.push(("after".into(), next.to_string().into()));
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        let link = format!("<{}?{query}>; rel=\"next\"", request.path());
        response.insert_header((header::LINK, link));
    }
    Ok(match shown.body {
        Body::Json(body) => response.json(body),
        Body::File(file) => {
            response.insert_header(attachment(&file.name));
            // Should a browser show it all the same, nothing in it runs.
            response.insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
            response.content_type(file.media_type).body(file.bytes)
        }
    })
}

/// Never shown inline, whatever it is. Old programs read the plain name.
fn attachment(name: &str) -> ContentDisposition {
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut parameters = vec![DispositionParam::Filename(plain.clone())];
    if plain != name {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        }));
    }
    ContentDisposition { disposition: DispositionType::Attachment, parameters }
}

//! The server: routes, headers and limits put together, and what runs beside them.

use super::{failure::Problem, identity, pages, public, register, status, upgrade};
use crate::{
    app::App as Application,
    clock,
    live::{Hub, session},
    mail::post::{self, Post},
};
use actix_http::HttpService;
use actix_rt::Arbiter;
use actix_service::{IntoServiceFactory, ServiceFactory, fn_factory, fn_service, map_config};
use actix_web::{
    App, Error, HttpRequest, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{AppConfig, Server, ServerHandle, ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::{Compress, Next, from_fn},
    rt::{self, net::TcpStream, task::JoinHandle},
    web::{self, Data},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{io, net::TcpListener, rc::Rc, sync::OnceLock, time::Duration};
use tokio::sync::oneshot;

/// How long a peer may leave what it was sent unacknowledged: then its socket is gone.
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(15);
/// How long requests under way may take once the server stops, in seconds.
const STOP_WITHIN_SECONDS: u64 = 3;
/// How long an idle connection is kept: longer than proxies keep theirs (60 seconds, mostly), so that none sends a
/// request into a connection that is just being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a peer may take to close its side.
const DISCONNECTED_WITHIN: Duration = Duration::from_secs(1);
/// How many connections one process takes.
const CONNECTIONS_MAX: usize = 60_000;

/// A running server, with all that runs beside it.
pub struct Running {
    pub hub: Hub,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    /// The hub and the post.
    threads: [OwnThread; 2],
    clock: JoinHandle<()>,
}

/// Something that goes on in a thread of its own. Dropping it ends it.
struct OwnThread {
    thread: Arbiter,
    go_on: oneshot::Sender<()>,
}

impl OwnThread {
    fn begin(run: impl Future<Output = ()> + Send + 'static) -> Self {
        let thread = Arbiter::new();
        let (go_on, ended) = oneshot::channel();
        // It has just begun, so it takes what it is given.
        let _ = thread.spawn(async move {
            tokio::select! {
                () = run => {}
                _ = ended => {}
            }
            Arbiter::current().stop();
        });
        Self { thread, go_on }
    }

    async fn end(self) {
        let Self { thread, go_on } = self;
        drop(go_on);
        // A thread that panicked has said so.
        let _ = tokio::task::spawn_blocking(|| thread.join()).await;
    }
}

impl Running {
    /// Stops: every listener is told, requests under way are finished, letters wait for the next start. What is
    /// beside gives its connections back before this returns, while there is still a runtime to take them.
    pub async fn stop(self) {
        self.hub.close();
        self.handle.stop(true).await;
        for thread in self.threads {
            thread.end().await;
        }
        self.clock.abort();
        // It was stopped: that is what it says.
        let _ = self.clock.await;
        let _ = self.server.await;
    }

    /// Runs until it fails.
    ///
    /// # Errors
    /// The server's own.
    pub async fn failed(&mut self) -> io::Result<()> {
        (&mut self.server).await.map_err(io::Error::other)?
    }
}

/// Starts serving on a socket, and the hub, the clock and the post beside it.
///
/// # Errors
/// The socket cannot be used, or letters cannot leave as the settings say.
pub fn start(app: &Application, listener: TcpListener) -> io::Result<Running> {
    let post = Post::of(&app.settings).map_err(io::Error::other)?;
    let hub = Hub::default();
    let server = server(app.clone(), hub.clone(), listener)?;
    let handle = server.handle();
    let threads =
        [OwnThread::begin(hub.clone().run(app.clone())), OwnThread::begin(post::run(app.clone(), post))];
    let clock = rt::spawn(clock::run(app.clone()));
    Ok(Running { hub, handle, server: rt::spawn(server), threads, clock })
}

fn server(app: Application, hub: Hub, listener: TcpListener) -> io::Result<Server> {
    let (app, hub) = (Data::new(app), Data::new(hub));
    let prometheus = Data::new(prometheus().clone());
    let routes = move || {
        App::new()
            .app_data(app.clone())
            .app_data(hub.clone())
            .app_data(prometheus.clone())
            .wrap(Compress::default())
            .wrap(from_fn(around))
            .configure(register)
            .configure(public::register)
            .route("/api/live", web::get().to(live))
            .route("/api/openapi.json", web::get().to(openapi))
            .route("/healthz", web::get().to(status::alive))
            .route("/readyz", web::get().to(status::ready))
            .route("/metrics", web::get().to(metrics))
            .default_service(web::to(pages::serve))
    };
    // As actix-web's own server puts it together, but for the upgrade, for which that has no place.
    let server = Server::build()
        .max_concurrent_connections(CONNECTIONS_MAX)
        .shutdown_timeout(STOP_WITHIN_SECONDS)
        .disable_signals();
    let stopping = server.graceful_shutdown_signal();
    let connections = move || {
        let (stopping, routes_of_upgrades) = (stopping.clone(), routes.clone());
        HttpService::build()
            .keep_alive(KEEP_ALIVE)
            .client_disconnect_timeout(DISCONNECTED_WITHIN)
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .on_connect_ext(|stream: &TcpStream, _| {
                let socket = socket2::SockRef::from(stream);
                // Only bounds how long a dead peer lingers: without it the socket works all the same.
                let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX));
                let _ = socket.set_tcp_nodelay(true);
            })
            .upgrade(fn_factory(move || {
                let routes = routes_of_upgrades().into_factory().new_service(AppConfig::default());
                async move {
                    let routes = Rc::new(routes.await?);
                    Ok::<_, ()>(fn_service(move |(request, connection)| {
                        let routes = routes.clone();
                        async move { upgrade::answer(&*routes, request, connection).await }
                    }))
                }
            }))
            .h1(map_config(routes().into_factory(), |()| AppConfig::default()))
            .tcp()
    };
    Ok(server.listen("fairlot", listener, connections)?.run())
}

/// The document of every route.
pub fn document() -> String {
    super::openapi::document(&super::described()).to_pretty_json().unwrap_or_default()
}

async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document())
}

/// One recorder for the process, however many servers it starts.
fn prometheus() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Fails only where a program around this one has set another: then its metrics stand.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

async fn metrics(prometheus: Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(prometheus.render())
}

async fn live(app: Data<Application>, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Error> {
    // A program with a bearer has no origin; a browser always has, and it is checked with the cookie.
    let person = identity::actor(&app, &request).await.map_err(Problem::from)?;
    identity::check_origin(&app, &request).map_err(Problem::from)?;
    let place = session::join(&app, &hub, &person).await?;
    // Again: whoever was signed out or suspended in between was not found among those who listen.
    let person = identity::actor(&app, &request).await.map_err(Problem::from)?;
    session::admit(&app, place, person, &request).await
}

/// Around every request: headers that keep browsers safe, a problem for every failure, a line in the log and
/// a count. Log and count name the route, never the address: that may hold what is private.
///
/// # Errors
/// What actix itself could not do.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let began = std::time::Instant::now();
    let method = request.method().clone();
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "pages".to_owned());
    let status = response.status();
    let took = began.elapsed();
    metrics::counter!(
        "fairlot_requests", "route" => route.clone(), "status" => status.as_u16().to_string()
    )
    .increment(1);
    metrics::histogram!("fairlot_request_seconds", "route" => route.clone()).record(took);
    tracing::info!(%method, route, status = status.as_u16(), milliseconds = took.as_millis(), "request");
    let mut response = if is_bare_failure(&response) {
        let problem = Problem::of_status(status).response();
        response.into_response(problem).map_into_right_body()
    } else {
        response.map_into_left_body()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "SAMEORIGIN"),
        ("referrer-policy", "same-origin"),
        (
            "content-security-policy",
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'",
        ),
    ] {
        let name = header::HeaderName::from_static(name);
        // A file that is taken away says for itself what may be done with it.
        if !headers.contains_key(&name) {
            headers.insert(name, header::HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// Whether actix itself refused, without a problem or a page of ours.
fn is_bare_failure(response: &ServiceResponse<impl MessageBody>) -> bool {
    let problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        [&b"application/problem+json"[..], b"text/html"].iter().any(|own| kind.as_bytes().starts_with(own))
    });
    let failed = response.status().is_client_error() || response.status().is_server_error();
    failed && !problem && response.status() != StatusCode::SWITCHING_PROTOCOLS
}

//! Pages that are looked at most: the board and an opportunity, for a provider that has signed in. Beside them, the very
//! same bytes as a constant: from a handler that is reached as Fairlot's own are, through what stands around every request
//! and after the session was looked up; and from a bare server on the same library, which knows nobody.

use crate::{
    Outcome,
    bidders::{self, Request},
    figures::Figures,
    process::Process,
    sync::Sync,
    wire,
    world::{self, World, empty_folder},
};
use actix_web::{
    App, HttpResponse, HttpServer,
    http::header,
    middleware::{Compress, from_fn},
    web::{self, Data},
};
use bytes::Bytes;
use fairlot::{
    app::App as Application,
    http::{identity::SignedIn, register, request::Asked, server::around},
    store::Database,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::{collections::HashMap, fs, net::SocketAddr, path::Path, time::Duration};
use tokio::runtime::Runtime;

/// Makes this program answer what the file that the next argument names holds, whatever it is asked.
pub const ARGUMENT: &str = "constant";
/// Who looks, each on a connection of its own; and what there is to look at.
const LOOKING: [usize; 2] = [1, 32];
const PROVIDERS: usize = 20;
const OPPORTUNITIES: usize = 50;
const ROUNDS: usize = 10;
const WINDOW: Duration = Duration::from_millis(500);
const ANYWHERE: &str = "127.0.0.1:0";

pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    println!("reads: setting up …");
    empty_folder(folder)?;
    let database = database(folder);
    let world = runtime.block_on(World::plant(&database, folder))?;
    let mut opportunity = None;
    for _ in 0..OPPORTUNITIES {
        let package = runtime.block_on(world.draft())?;
        opportunity = Some(runtime.block_on(world.publish(package))?);
    }
    let opportunity = opportunity.ok_or("nothing to look at")?;
    let sessions = runtime.block_on(world.admit(PROVIDERS))?;
    let fairlot = Process::fairlot(&world, folder, &Sync::Plain)?;
    runtime.block_on(world.letters_posted())?;
    for (name, path) in [
        ("the board", "/api/opportunities?page_size=50".to_owned()),
        ("an opportunity", format!("/api/opportunities/{opportunity}")),
    ] {
        println!("reads: {name} …");
        let session = sessions.first().ok_or("nobody")?;
        let mut stream = wire::connect(fairlot.address)?;
        wire::send(&stream, &wire::get(&path, session))?;
        let body = wire::success(&mut stream)?;
        let file = folder.join("constant");
        fs::write(&file, &body)?;
        let beside = [
            ("the same handler, constant", Process::constant(&file, Some(folder))?),
            ("the same bytes, bare", Process::constant(&file, None)?),
        ];
        for looking in LOOKING {
            let requests = |address: SocketAddr| -> Outcome<f64> {
                let asked: Vec<Request> = (0..looking)
                    .zip(sessions.iter().cycle())
                    .map(|(_, session)| {
                        let request = wire::get(&path, session);
                        Box::new(move || request.clone()) as Request
                    })
                    .collect();
                let answered = bidders::ask(address, asked, WINDOW)?;
                Ok(f64::from(answered.within) / WINDOW.as_secs_f64())
            };
            let (mut values, mut constants) = (Vec::new(), [Vec::new(), Vec::new()]);
            for round in 0..=ROUNDS {
                let value = requests(fairlot.address)?;
                for ((_, constant), rates) in beside.iter().zip(&mut constants) {
                    let rate = requests(constant.address)?;
                    if round > 0 {
                        rates.push(rate);
                    }
                }
                if round > 0 {
                    values.push(value);
                }
            }
            let who = if looking == 1 { "one looks".to_owned() } else { format!("{looking} look") };
            for ((what, _), rates) in beside.iter().zip(&constants) {
                figures.add(format!("{name}, {who}"), "per s", &values, what, rates);
            }
        }
    }
    Ok(())
}

fn database(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("fairlot.db").display())
}

/// Serves until it is killed.
pub fn serve(file: &str, world: Option<&Path>) -> Outcome<()> {
    let body = Data::new(Bytes::from(fs::read(file)?));
    actix_web::rt::System::new().block_on(async move {
        match world {
            Some(folder) => as_fairlot(body, folder).await,
            None => {
                let app = move || App::new().app_data(body.clone()).default_service(web::to(bare));
                let server = HttpServer::new(app).bind(ANYWHERE)?;
                say(&server.addrs())?;
                Ok(server.run().await?)
            }
        }
    })
}

/// What Fairlot puts around every request and asks before every answer to a provider, and then a constant.
async fn as_fairlot(body: Data<Bytes>, folder: &Path) -> Outcome<()> {
    let settings = world::settings(&database(folder), folder);
    let connected = Database::connect(&settings.database).await?;
    let application = Data::new(Application::new(connected, settings).map_err(|why| why.to_string())?);
    PrometheusBuilder::new().install_recorder()?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(application.clone())
            .app_data(body.clone())
            .wrap(Compress::default())
            .wrap(from_fn(around))
            .route("/api/opportunities", web::get().to(signed_in))
            .route("/api/opportunities/{id}", web::get().to(signed_in))
            .configure(register)
    })
    .bind(ANYWHERE)?;
    say(&server.addrs())?;
    Ok(server.run().await?)
}

async fn bare(body: Data<Bytes>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(Bytes::clone(&body))
}

async fn signed_in(_: Asked<SignedIn, HashMap<String, String>>, body: Data<Bytes>) -> HttpResponse {
    let unkept = (header::CACHE_CONTROL, "no-store");
    HttpResponse::Ok().insert_header(unkept).content_type("application/json").body(Bytes::clone(&body))
}

fn say(addresses: &[SocketAddr]) -> Outcome<()> {
    println!("http://{}", addresses.first().ok_or("no address")?);
    Ok(())
}

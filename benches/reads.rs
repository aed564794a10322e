//! Pages that are looked at most: the board and an opportunity, for a provider that has signed in, beside a server on
//! the same library that answers the very same bytes without knowing anybody.

use crate::{
    Outcome,
    bidders::{self, Request},
    figures::Figures,
    process::Process,
    sync::Sync,
    wire,
    world::{World, empty_folder},
};
use actix_web::{App, HttpResponse, HttpServer, web};
use std::{fs, net::SocketAddr, path::Path, time::Duration};
use tokio::runtime::Runtime;

/// Makes this program answer what the file that the next argument names holds, whatever it is asked.
pub const ARGUMENT: &str = "constant";
/// Who looks, each on a connection of its own; and what there is to look at.
const LOOKING: [usize; 2] = [1, 32];
const PROVIDERS: usize = 20;
const OPPORTUNITIES: usize = 50;
const ROUNDS: usize = 10;
const WINDOW: Duration = Duration::from_millis(500);

pub fn measure(runtime: &Runtime, folder: &Path, figures: &mut Figures) -> Outcome<()> {
    println!("reads: setting up …");
    empty_folder(folder)?;
    let database = format!("sqlite://{}", folder.join("fairlot.db").display());
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
        let constant = Process::constant(&file)?;
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
            let (mut values, mut constants) = (Vec::new(), Vec::new());
            for round in 0..=ROUNDS {
                let (value, beside) = (requests(fairlot.address)?, requests(constant.address)?);
                if round > 0 {
                    values.push(value);
                    constants.push(beside);
                }
            }
            let who = if looking == 1 { "one looks".to_owned() } else { format!("{looking} look") };
            figures.add(format!("{name}, {who}"), "per s", &values, "the same bytes, constant", &constants);
        }
    }
    Ok(())
}

/// Serves until it is killed.
pub fn serve(file: &str) -> Outcome<()> {
    let body = bytes::Bytes::from(fs::read(file)?);
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let body = body.clone();
            App::new().default_service(web::to(move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            }))
        })
        .bind("127.0.0.1:0")?;
        let address = *server.addrs().first().ok_or("no address")?;
        println!("http://{address}");
        Ok(server.run().await?)
    })
}

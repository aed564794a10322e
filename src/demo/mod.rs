//! The demonstration: both Staffordshire markets from their real definition files, plainly fictitious people,
//! and a history made by the same acts that people use, on a wound clock.

mod care;
pub mod robots;
mod seed;

use crate::{
    actions::Failure,
    app::App,
    domain::{area::Middles, register::Sources},
    settings::{Mail, Settings},
    store::{self, Database},
};
use std::{net::SocketAddr, path::Path};

/// Where the outward codes of the demonstration lie, to about two kilometres.
const OUTWARD_CODES: &str = include_str!("outward_codes.csv");

/// Opens the demonstration whose data lies in a folder, and in a database of its own if one is named; sets it up
/// if nothing lies there.
///
/// # Errors
/// The folder or the database cannot be used.
pub async fn open(data: &Path, database: Option<&str>, address: SocketAddr) -> Result<App, Failure> {
    let broken = |why: std::io::Error| Failure::Broken(format!("{}: {why}", data.display()));
    std::fs::create_dir_all(data).map_err(broken)?;
    let embedded = format!("sqlite://{}", data.join("fairlot.db").display());
    let database = Database::connect(database.unwrap_or(&embedded)).await?;
    database.migrate().await?;
    let settings = Settings {
        listen: address,
        database: String::new(),
        public_url: format!("http://{address}"),
        session_secret: kept_secret(data).map_err(broken)?,
        mail: Mail::Folder(data.join("letters")),
        mail_from: "Fairlot demonstration <no-reply@fairlot.example>".to_owned(),
        documents: data.join("documents"),
        // Nothing real is kept here, and it must be read again at the next start.
        documents_secret: "only for a demonstration, where nothing is secret".to_owned(),
        registers: Sources::default(),
        outward_codes: None,
        demo: true,
    };
    let app = App::new(database, settings)?;
    let middles = Middles::read(OUTWARD_CODES).map_err(|mistakes| {
        let first = mistakes.first().map(ToString::to_string).unwrap_or_default();
        Failure::Broken(format!("The demonstration's outward codes: {first}"))
    })?;
    // Nobody has set them before: the application is new.
    let _ = app.middles.set(middles);
    if store::market::all(app.database.read()).await?.is_empty() {
        seed::plant(&app).await?;
    }
    seed::keep_live(&app).await?;
    Ok(app)
}

/// The secret that sessions are signed with lies beside the data: whoever is signed in stays so when the demonstration
/// is started again.
fn kept_secret(data: &Path) -> std::io::Result<String> {
    let file = data.join("session-secret");
    match std::fs::read_to_string(&file) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            let secret = seed::secret();
            std::fs::write(&file, &secret)?;
            Ok(secret)
        }
        kept => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_demonstration_has_a_middle() {
        let middles = Middles::read(OUTWARD_CODES).expect("a table without a mistake");
        for place in care::PLACES {
            assert!(middles.of(place).is_some(), "{place}");
        }
    }
}

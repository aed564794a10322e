//! What a test stands on: a server with a database of its own, a clock that stands still until it is wound, and
//! people who act through the API.

mod database;
mod people;
pub mod smtp;
pub mod socket;

pub use database::{Kind, address};
pub use people::{Person, Reply, application, new_key, offer, package_form};

use entity::{letter, vocabulary::*};
use fairlot::{
    actions,
    app::App,
    domain::{
        market::{Definition, read},
        register::Sources,
    },
    http::server::{self, Running},
    live::Hub,
    settings::{Mail, Settings},
    store::Database,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};
use tempfile::TempDir;

/// Monday 7 December 2026, nine in the morning: when every test begins.
pub const BEGINNING: &str = "2026-12-07T09:00:00.000Z";

pub const SUPPORTED_LIVING: &str = include_str!("../../../markets/staffordshire-supported-living.toml");
pub const DAY_OPPORTUNITIES: &str = include_str!("../../../markets/staffordshire-day-opportunities.toml");

/// Runs each test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($setting:ident: Setting) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($setting: $crate::setting::Setting) $body

            $(#[$attribute])*
            #[actix_web::test]
            async fn on_sqlite() {
                test($crate::setting::Setting::begin($crate::setting::Kind::Sqlite).await).await;
            }

            $(#[$attribute])*
            #[actix_web::test]
            async fn on_postgres() {
                test($crate::setting::Setting::begin($crate::setting::Kind::Postgres).await).await;
            }
        }
    )+};
}

/// A server, its database and its people. Dropping it ends all of them.
pub struct Setting {
    pub app: App,
    pub hub: Hub,
    pub address: SocketAddr,
    pub folder: TempDir,
    running: Option<Running>,
}

impl Setting {
    /// With letters going into a folder.
    pub async fn begin(kind: Kind) -> Self {
        Self::with_mail(kind, |folder| Mail::Folder(folder.join("letters"))).await
    }

    pub async fn with_mail(kind: Kind, mail: impl FnOnce(&std::path::Path) -> Mail) -> Self {
        Self::with(kind, mail, Sources::default()).await
    }

    /// Where the registers of others are.
    pub async fn with_registers(kind: Kind, registers: Sources) -> Self {
        Self::with(kind, |folder| Mail::Folder(folder.join("letters")), registers).await
    }

    async fn with(kind: Kind, mail: impl FnOnce(&std::path::Path) -> Mail, registers: Sources) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let settings = Settings {
            listen: address,
            database: database::fresh(kind, folder.path()).await,
            public_url: format!("http://{address}"),
            session_secret: "0123456789abcdef0123456789abcdef".to_owned(),
            mail: mail(folder.path()),
            mail_from: "Fairlot <no-reply@fairlot.example>".to_owned(),
            documents: folder.path().join("documents"),
            documents_secret: "fedcba9876543210fedcba9876543210".to_owned(),
            registers,
            outward_codes: None,
            demo: false,
        };
        let database = Database::connect(&settings.database).await.expect("a connection");
        let app = App::new(database, settings).expect("a vault");
        app.clock.stop_at(BEGINNING.parse().expect("an instant"));
        let running = server::start(&app, listener).expect("a server");
        Self { hub: running.hub.clone(), app, address, folder, running: Some(running) }
    }

    /// Another node over the same database: it goes by the same clock, and remembers nothing.
    pub async fn node(&self) -> App {
        let database = Database::connect(&self.app.settings.database).await.expect("a connection");
        App { database, ..self.app.clone() }
    }

    /// Stops as the server itself does when it is told to.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Now, by the server's clock.
    pub fn now(&self) -> Instant {
        self.app.clock.now()
    }

    /// Lets this many minutes pass.
    pub fn wind_minutes(&self, minutes: i64) {
        self.app.clock.wind(minutes * 60_000);
    }

    /// Sets a market up from the text of its definition.
    pub async fn market(&self, text: &str) -> Definition {
        let definition = read(text).expect("a definition without a mistake");
        actions::market::import(&self.app, &definition).await.expect("imported");
        definition
    }

    /// Every letter of these kinds that was ever owed, in that order, and to whom.
    pub async fn letters_owed(&self, kinds: &[LetterKind]) -> Vec<(LetterKind, AccountId)> {
        let found = letter::Entity::find()
            .filter(letter::Column::Kind.is_in(kinds.iter().copied()))
            .order_by_asc(letter::Column::Id)
            .all(self.app.database.read())
            .await;
        found.expect("an answer").into_iter().map(|l| (l.kind, l.account_id)).collect()
    }

    /// The whole of a list that the API gives in parts.
    pub fn items(list: &Value) -> &Vec<Value> {
        list["items"].as_array().expect("a list")
    }
}

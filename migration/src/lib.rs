//! Fairlot's schema, one subject per migration. What the rules promise about rows, the schema holds a second
//! time: one award per package, spend within the cap, events that are numbered and never change.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m01_people;
mod m02_market;
mod m03_enrolment;
mod m04_opportunity;
mod m05_bid;
mod m06_award;
mod m07_event;
mod m08_evaluation;
mod m09_inquiry;
mod m10_record;
mod m11_scheme;
mod m12_budget;
mod m13_approval;
mod m14_ways;
mod m15_letter;
mod m16_notice;
mod m17_partner;
mod m18_challenge;
mod m19_document;
mod m20_standing;
mod m21_questionnaire;
mod m22_team;
mod m23_register;
mod m24_reading;
mod m25_referee;
mod m26_alert;
mod m27_amendment;
mod m28_standing_rates;
mod m29_template;
mod m30_definition;
mod m31_round;

/// Brings a database up to date.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_people::Migration),
            Box::new(m02_market::Migration),
            Box::new(m03_enrolment::Migration),
            Box::new(m04_opportunity::Migration),
            Box::new(m05_bid::Migration),
            Box::new(m06_award::Migration),
            Box::new(m07_event::Migration),
            Box::new(m08_evaluation::Migration),
            Box::new(m09_inquiry::Migration),
            Box::new(m10_record::Migration),
            Box::new(m11_scheme::Migration),
            Box::new(m12_budget::Migration),
            Box::new(m13_approval::Migration),
            Box::new(m14_ways::Migration),
            Box::new(m15_letter::Migration),
            Box::new(m16_notice::Migration),
            Box::new(m17_partner::Migration),
            Box::new(m18_challenge::Migration),
            Box::new(m19_document::Migration),
            Box::new(m20_standing::Migration),
            Box::new(m21_questionnaire::Migration),
            Box::new(m22_team::Migration),
            Box::new(m23_register::Migration),
            Box::new(m24_reading::Migration),
            Box::new(m25_referee::Migration),
            Box::new(m26_alert::Migration),
            Box::new(m27_amendment::Migration),
            Box::new(m28_standing_rates::Migration),
            Box::new(m29_template::Migration),
            Box::new(m30_definition::Migration),
            Box::new(m31_round::Migration),
        ]
    }
}

/// Runs statements written once, with PostgreSQL's type names; SQLite gets its own four, checked (`STRICT`).
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let on_sqlite = manager.get_database_backend() == sea_orm::DbBackend::Sqlite;
    let sql = if on_sqlite {
        statements
            .replace(" uuid", " blob")
            .replace(" jsonb", " text")
            .replace(" bigint", " integer")
            .replace(" boolean", " integer")
            .replace("\n);", "\n) strict;")
    } else {
        statements.to_owned()
    };
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}

/// Runs what keeps the rules of rows, which each database says in its own words.
async fn keep(manager: &SchemaManager<'_>, sqlite: &str, postgres: &str) -> Result<(), DbErr> {
    let words = match manager.get_database_backend() {
        sea_orm::DbBackend::Sqlite => sqlite,
        _ => postgres,
    };
    manager.get_connection().execute_unprepared(words).await?;
    Ok(())
}

macro_rules! migration {
    ($($statements:literal),+ $(,)?) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[sea_orm_migration::async_trait::async_trait]
        impl sea_orm_migration::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::SchemaManager,
            ) -> Result<(), sea_orm_migration::DbErr> {
                $(crate::run(manager, $statements).await?;)+
                Ok(())
            }
        }
    };
}
pub(crate) use migration;

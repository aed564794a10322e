//! The scheme of delegation in full: what each instrument covers, how far it may be passed on, who entered and who
//! revoked it. The chain that an approval cited never changes, whatever becomes of the instruments.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            crate::run(manager, &format!("alter table {table} add column {column}")).await?;
        }
        let kept = match manager.get_database_backend() {
            sea_orm::DbBackend::Sqlite => SQLITE_KEPT,
            _ => POSTGRES_KEPT,
        };
        manager.get_connection().execute_unprepared(kept).await?;
        Ok(())
    }
}

const COLUMNS: [(&str, &str); 12] = [
    ("decision", "document text check (document is null or document like 'https://%')"),
    ("decision", "entered_by uuid references account (id)"),
    ("post", "entered_by uuid references account (id)"),
    ("holder", "entered_by uuid references account (id)"),
    ("holder", "ended_by uuid references account (id)"),
    ("delegation", "categories jsonb not null default '[]'"),
    ("delegation", "kinds jsonb not null default '[]'"),
    ("delegation", "levels integer check (levels is null or (may_pass_on and levels >= 1))"),
    ("delegation", "revoked_by uuid references account (id)"),
    ("delegation", "revoked_reason text check (revoked_reason is null or revoked_on is not null)"),
    ("delegation", "conditions text"),
    ("delegation", "entered_by uuid references account (id)"),
];

const SQLITE_KEPT: &str = "
create trigger contract_chain_kept before update on contract when old.rests_on is not new.rests_on
begin select raise(abort, 'the chain that a contract rests on is never changed'); end;
create trigger award_chain_kept before update on award
when old.chain is not null and old.chain is not new.chain
begin select raise(abort, 'the chain that an approval cites is never changed'); end;
create trigger delegation_kept before delete on delegation
begin select raise(abort, 'delegations are revoked, never deleted'); end;
create trigger decision_kept before delete on decision
begin select raise(abort, 'decisions are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
create function chain_is_kept() returns trigger language plpgsql as $$
begin raise exception 'the chain that an approval cites is never changed'; end $$;
create trigger contract_chain_kept before update on contract
for each row when (old.rests_on is distinct from new.rests_on) execute function chain_is_kept();
create trigger award_chain_kept before update on award
for each row when (old.chain is not null and old.chain is distinct from new.chain)
execute function chain_is_kept();
create trigger delegation_kept before delete on delegation for each row execute function is_kept();
create trigger decision_kept before delete on decision for each row execute function is_kept();
";

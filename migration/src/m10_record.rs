//! What an award rests on is kept with it, word for word: the evaluation from which its figures come, and the terms
//! that were published. Neither is ever changed, so that the award is explained the same way for ever.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["evaluation", "evaluation_digest", "requirement"] {
            crate::run(manager, &format!("alter table award add column {column} text")).await?;
        }
        crate::run(manager, "create index letter_subject on letter (subject_id)").await?;
        crate::keep(manager, SQLITE_KEPT, POSTGRES_KEPT).await
    }
}

const SQLITE_KEPT: &str = "
create trigger award_evaluation_whole before insert on award
when (new.evaluation is null) <> (new.evaluation_digest is null)
    or (new.evaluation is null) <> (new.requirement is null)
begin select raise(abort, 'an evaluation is kept with its digest and the terms'); end;
create trigger award_evaluation_kept before update on award
when old.evaluation is not new.evaluation or old.evaluation_digest is not new.evaluation_digest
    or old.requirement is not new.requirement
begin select raise(abort, 'what an award rests on is never changed'); end;
create trigger award_kept before delete on award
begin select raise(abort, 'awards are never deleted'); end;
";

const POSTGRES_KEPT: &str = "
alter table award add constraint award_evaluation_whole check (
    (evaluation is null) = (evaluation_digest is null) and (evaluation is null) = (requirement is null)
);
create function award_evaluation_is_kept() returns trigger language plpgsql as $$
begin
    if old.evaluation is distinct from new.evaluation or old.evaluation_digest is distinct from new.evaluation_digest
        or old.requirement is distinct from new.requirement then
        raise exception 'what an award rests on is never changed';
    end if;
    return new;
end $$;
create trigger award_evaluation_kept before update on award
for each row execute function award_evaluation_is_kept();
create trigger award_kept before delete on award for each row execute function is_kept();
";

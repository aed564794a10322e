//! Organisations that can speak for a provider: each with what it bought, whom to write to and where.

crate::migration!("alter table passport_answer add column referees jsonb;");

//! A challenge that is right sets the award aside.

crate::migration!("alter table challenge add column upheld boolean not null default false");

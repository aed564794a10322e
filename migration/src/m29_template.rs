//! What a new package of a category starts from, where its market's definition says so.

crate::migration!("alter table category add column package_template jsonb;");

//! Why nothing can be kept or read just now: told apart from mistakes of ours, because waiting helps.

use super::vault::Shut;
use sea_orm::{DbErr, RuntimeErr, sqlx};
use std::io;

/// What is at fault, rather than the request or this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The disk is full.
    Full,
    /// The disk fails.
    Disk,
    /// The database is away, or does not answer in time.
    Away,
}

/// What is at fault where the database says this; nothing, where it only says no.
pub fn of_database(why: &DbErr) -> Option<Fault> {
    match why {
        DbErr::ConnectionAcquire(_) => Some(Fault::Away),
        DbErr::Conn(RuntimeErr::SqlxError(why))
        | DbErr::Exec(RuntimeErr::SqlxError(why))
        | DbErr::Query(RuntimeErr::SqlxError(why)) => match &**why {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Some(Fault::Away),
            sqlx::Error::Database(why) => of_code(&why.code()?),
            _ => None,
        },
        _ => None,
    }
}

/// What is at fault where the vault says this.
pub fn of_vault(why: &Shut) -> Option<Fault> {
    match why {
        Shut::Folder(why) => match why.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Fault::Full),
            // Content that is missing does not come back.
            io::ErrorKind::NotFound => None,
            _ => Some(Fault::Disk),
        },
        Shut::Sealed | Shut::Stopped => None,
    }
}

/// PostgreSQL has codes of five characters (its manual, appendix A), SQLite numbers whose low byte is the kind.
fn of_code(code: &str) -> Option<Fault> {
    if code.len() == 5 {
        return match (code, code.get(..2)?) {
            ("53100", _) => Some(Fault::Full),
            ("58030", _) => Some(Fault::Disk),
            // Connections, resources, and what an operator does; but a statement that was cancelled is ours.
            (_, "08" | "53" | "57") if code != "57014" => Some(Fault::Away),
            _ => None,
        };
    }
    match code.parse::<u32>().ok()? & 0xff {
        // SQLITE_FULL
        13 => Some(Fault::Full),
        // SQLITE_IOERR, SQLITE_CANTOPEN
        10 | 14 => Some(Fault::Disk),
        // SQLITE_BUSY
        5 => Some(Fault::Away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_at_fault_is_told_from_a_no() {
        for (code, fault) in [
            ("13", Some(Fault::Full)),
            ("53100", Some(Fault::Full)),
            ("10", Some(Fault::Disk)),
            ("1034", Some(Fault::Disk)),
            ("5", Some(Fault::Away)),
            ("57P01", Some(Fault::Away)),
            ("57P03", Some(Fault::Away)),
            ("08006", Some(Fault::Away)),
            ("57014", None),
            ("23505", None),
            ("2067", None),
        ] {
            assert_eq!(of_code(code), fault, "{code}");
        }
        let full = Shut::Folder(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(of_vault(&full), Some(Fault::Full));
        assert_eq!(of_vault(&Shut::Folder(io::Error::from_raw_os_error(5))), Some(Fault::Disk));
        assert_eq!(of_vault(&Shut::Folder(io::Error::from(io::ErrorKind::NotFound))), None);
    }
}

//! # Fairlot
//!
//! A live marketplace in which councils buy care and support for individual people through dynamic purchasing
//! systems. Providers join a market at any time; a broker publishes a package of care for one person, who is
//! never named; every admitted provider sees it at once, bids sealed, against the clock. Quality is marked blind
//! to price by evaluators who know nothing of each other, prices open, and the ranking explains itself. Whoever
//! holds enough delegated authority approves. Everybody is told. The contract goes into the register.
//!
//! ## The map
//!
//! Three crates: `entity` (the nouns: rows and vocabulary), `migration` (the schema), and this one, in floors.
//! On every floor files are named after the same nouns, so that `bid` is found in [`domain::bid`],
//! [`store::bid`], [`actions::bid`] and `http::bid`.
//!
//! | floor | what | may use |
//! |---|---|---|
//! | doors: [`http`], [`live`], [`mail`], [`clock`], [`console`], [`demo`] | how people and programs come in, and how they are told | actions |
//! | 3, verbs: [`actions`] | everything that a person, or the clock, can do; [`actions::act`] owns the transaction | store, domain |
//! | 2, facts: [`store`] | the only queries; [`store::record`] is the only writer | domain |
//! | 1, rules: [`domain`] | pure: facts and `now` come in, a change or a refusal goes out | the vocabulary |
//!
//! Beside the floors, [`print`] makes files of what the rules wrote: it is where type is measured, and nothing else
//! is. [`time`] is the server's clock: the one place where time is read, and where a clock that leaps is found out.
//!
//! A change reads **load → decide → record → announce**. A rule answers with a [`domain::change::Change`]: the
//! event, the rows as they are from now on, and the letters owed. There is no other way to write a row. A handler
//! reads **parse → act → show**; every route stands on one screen, in [`http`].
//!
//! ## Invariants
//!
//! They are stated as absences: what is never there.
//!
//! 1. Nothing changes without an event. Rows, event, the answer kept for repetition and the letters owed are
//!    written in one transaction. Nothing uncommitted is announced or posted. (Unsent drafts, of a bid or of
//!    marks, are nobody's business, and that a register said the same again changes nothing: neither makes an event.)
//! 2. No rule asks the time. `now` is the server's clock, read inside the lock, after the whole request is in. A
//!    bid at or after the deadline is refused even if the closing tick never ran.
//! 3. No number is missing: events are numbered per subject, without gaps, under that subject's lock. There is
//!    no global cursor. A listener resumes with the last number that it saw.
//! 4. Nobody sees a row. What anyone may see is decided in [`domain::disclosure`], for HTTP, live and mail alike,
//!    as views that list what is allowed. A wrong authority or provider gets 404, a wrong role 403. Roles are
//!    read in the transaction that uses them, never from the session.
//! 5. No stage is stored. Decisions and dates are; [`domain::opportunity::stage`] and
//!    [`domain::enrolment::may`] are total matches over them.
//! 6. No float comes near money or marks. Amounts are integers of ten-thousandths in both databases, and strings
//!    on the wire.
//! 7. No second award, no spend beyond the cap, nobody approves their own: each held twice, by a rule under the
//!    lock and by a constraint in the schema.
//! 8. Nothing is unbounded: every list, queue, frame, body and retry has a limit, and `docs/operating.md` lists
//!    them.
//! 9. No personal data leaves by mail, log, metric, URL or advert. Letters hold nothing that anybody typed freely:
//!    what a market words itself is plain text with placeholders from a list, searched for what may not be there.
//!
//! ## Two databases
//!
//! SQLite is embedded and the default: one writer, `BEGIN IMMEDIATE`, WAL with `synchronous=FULL`. Acts that wait
//! for each other share a transaction, in turn, each after a savepoint, and none is answered before it is committed
//! ([`store::writing`]). PostgreSQL serves more: each subject's row in `subject` is its lock and its counter of
//! events, taken in the order market, enrolment, package, opportunity, provider, budget; and the time is the
//! database's. Every test of the store and of the actions runs on both.
//!
//! ## Live
//!
//! After a commit, [`app::Announcements`] says that a subject has an event of some number. The [`live::Hub`]
//! reads what is new from the database, in order, writes each event once per audience as a finished frame, and
//! writes the same bytes to every listener's [`live::socket`] itself. A handshake goes through the routes like every
//! request; then the connection leaves the HTTP server for good (`http::upgrade`), and [`live::session`] goes on with
//! it: it hears, resumes, and writes on where the hub found the socket full. What waits is bounded, and goes out in one
//! write.

pub mod actions;
pub mod app;
pub mod clock;
pub mod console;
pub mod demo;
pub mod domain;
pub mod http;
pub mod live;
pub mod mail;
pub mod print;
pub mod settings;
pub mod signature;
pub mod store;
pub mod time;

//! Faults: processes killed, power and disks lost, networks cut, crowds that come at once. Each is short in the suite,
//! and long by `make faults`; `docs/reliability.md` has what the long forms found.

/// How often something is done: so often in the suite, and so often when faults are looked for at length.
#[expect(clippy::disallowed_methods, reason = "make faults asks here for the long form")]
pub fn times(short: usize, long: usize) -> usize {
    if std::env::var("FAULTS").is_ok_and(|form| form == "long") { long } else { short }
}

//! Faults: processes killed, power and disks lost, networks cut, crowds that come at once. Each is short in the suite,
//! and long by `make faults`; `docs/reliability.md` has what the long forms found.

mod cluster;
mod cut;
mod deadline;
mod disk;
mod files;
mod kill;
mod ledger;
mod listener;
mod network;
mod outage;
mod power_cut;
mod proxy;
mod races;
mod resume;
mod scene;
mod site;
mod stopping;
mod told;
mod wire;

/// How often something is done: so often in the suite, and so often when faults are looked for at length.
#[expect(clippy::disallowed_methods, reason = "make faults asks here for the long form")]
pub fn times(short: usize, long: usize) -> usize {
    if std::env::var("FAULTS").is_ok_and(|form| form == "long") { long } else { short }
}

/// What chance begins from: said, and the same again where `FAULTS_SEED` names it.
#[expect(clippy::disallowed_methods, reason = "whoever looks for a fault again says here from where")]
fn seed(of: &str) -> u64 {
    let named = std::env::var("FAULTS_SEED").ok().and_then(|text| text.parse().ok());
    let seed = named.unwrap_or_else(rand::random);
    say(&format!("{of}: FAULTS_SEED={seed}"));
    seed
}

/// For whoever reads along, or reads why a test failed.
#[expect(clippy::print_stdout, reason = "figures of the long forms, and seeds")]
fn say(words: &str) {
    println!("{words}");
}

/// A field of `/proc/PID/status` in kilobytes.
fn kilobytes(pid: u32, field: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("the field");
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number")
}

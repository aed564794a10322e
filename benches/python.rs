//! Python, with what is pinned, in an environment of its own.

use crate::Outcome;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Installs what is pinned where that is not done, and returns the environment's Python.
pub fn installed(folder: &Path) -> Outcome<PathBuf> {
    let environment = folder.join("python");
    let pinned = fs::read(peer("requirements.txt"))?;
    let installed = environment.join("installed.txt");
    let program = environment.join("bin/python");
    if !fs::read(&installed).is_ok_and(|installed| installed == pinned) {
        println!("installing what is measured beside Fairlot …");
        done(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut install = Command::new(&program);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        done(install.arg(peer("requirements.txt")))?;
        fs::write(installed, pinned)?;
    }
    Ok(program)
}

/// A file of those that are measured beside Fairlot.
pub fn peer(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(file)
}

fn done(command: &mut Command) -> Outcome<()> {
    let ended = command.status().map_err(|why| format!("{command:?}: {why}"))?;
    if ended.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}

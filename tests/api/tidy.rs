//! The floors hold: what may use what, and words that are not used here.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() {
            sources(&entry, into);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            into.push(entry);
        }
    }
}

/// Every source file below a folder of the project, with its text.
fn read(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).expect("text"))).collect()
}

/// Which parts of this crate a text uses.
fn uses(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut note = |rest: &str| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        parts.push(name);
    };
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => note(rest),
            Some(group) => {
                // The names at the first level of the group.
                let mut depth = 0_i32;
                let mut fresh = true;
                for (place, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => fresh = true,
                        c if fresh && c.is_ascii_alphabetic() => {
                            note(&group[place..]);
                            fresh = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    parts
}

#[test]
fn no_floor_uses_a_floor_above_it_and_doors_do_not_know_each_other() {
    let floors: [(&str, &[&str]); 10] = [
        ("src/domain", &["domain"]),
        ("src/store", &["store", "domain", "time"]),
        ("src/actions", &["actions", "store", "domain", "app", "signature"]),
        ("src/live", &["live", "actions", "store", "domain", "app"]),
        ("src/mail", &["mail", "actions", "store", "domain", "app", "settings"]),
        // The server hands upgraded sockets to `live`, and runs the clock and the post beside it.
        (
            "src/http",
            &["http", "actions", "store", "domain", "app", "live", "clock", "mail", "print", "signature"],
        ),
        ("src/print", &["print", "domain"]),
        ("src/demo", &["demo", "actions", "store", "domain", "app", "settings"]),
        ("entity/src", &["vocabulary", "json", "offer", "category", "award", "person"]),
        ("migration/src", &["run", "keep", "migration", "m01_people"]),
    ];
    for (folder, allowed) in floors {
        for (file, text) in read(folder) {
            let outside_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
            for part in uses(outside_tests) {
                assert!(allowed.contains(&part.as_str()), "{} uses crate::{part}", file.display());
            }
        }
    }
}

#[test]
fn the_rules_ask_no_time_and_no_database() {
    for (file, text) in read("src/domain") {
        for banned in ["DatabaseConnection", "DatabaseTransaction", ".await", "async fn", "f64", "f32"] {
            // Sums and marks are exact; a distance on a sphere is not.
            let on_a_sphere = banned == "f64" && file.ends_with("area.rs");
            assert!(on_a_sphere || !text.contains(banned), "{} has {banned}", file.display());
        }
    }
}

#[test]
fn rows_are_written_by_record_alone() {
    let writers =
        ["Entity::insert", ".insert(tx", ".update(tx", "update_many", "delete_many", "delete_by_id"];
    for folder in ["src/store", "src/actions", "src/http", "src/live", "src/mail"] {
        for (file, text) in read(folder) {
            if file.ends_with("store/record.rs") {
                continue;
            }
            for writer in writers {
                assert!(!text.contains(writer), "{} writes with {writer}", file.display());
            }
        }
    }
}

#[test]
fn words_that_mean_something_else_here_are_not_used() {
    for folder in ["src", "entity/src", "migration/src"] {
        for (file, text) in read(folder) {
            // The word belongs to the file that publishes notices, which is not written yet.
            assert!(!text.to_lowercase().contains("tender"), "{} says tender", file.display());
            let outside_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
            assert!(
                !outside_tests.contains(".unwrap()")
                    || file.ends_with("tests.rs")
                    || file.ends_with("properties.rs"),
                "{} unwraps",
                file.display()
            );
            for banned in ["mod utils", "mod helpers", "mod common", "mod services", "mod models", "mod dto"]
            {
                assert!(!text.contains(banned), "{} has {banned}", file.display());
            }
        }
    }
}

#[test]
fn doors_are_short() {
    for file in [
        "account",
        "approval",
        "award",
        "bid",
        "enrolment",
        "evaluation",
        "letter",
        "market",
        "officer_interest",
        "opportunity",
        "package",
        "record",
        "status",
        "task",
        "wording",
    ] {
        let path = format!("src/http/{file}.rs");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).expect("text");
        let mut inside = 0;
        for line in text.lines() {
            let begins = line.starts_with("pub async fn") || line.starts_with("async fn");
            inside = if begins {
                1
            } else if inside > 0 {
                inside + 1
            } else {
                0
            };
            if line == "}" {
                assert!(inside <= 22, "{path} has a handler of {inside} lines");
                inside = 0;
            }
        }
    }
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).expect("text");
    assert!(main.lines().count() < 60);
}

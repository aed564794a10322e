//! The only reader of the environment and of the configuration file. A setting that is missing or unknown
//! stops the start, and is named. `docs/operating.md` lists them all.

use crate::domain::register::{Source, Sources};
use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf};

/// The prefix of every environment variable that is read.
pub const PREFIX: &str = "FAIRLOT_";

/// What the server runs with.
#[derive(Clone)]
pub struct Settings {
    pub listen: SocketAddr,
    /// `sqlite://PATH` or `postgres://…`.
    pub database: String,
    /// Where people reach it, without a slash at the end: links in letters begin with it, and browsers must
    /// come from it.
    pub public_url: String,
    /// Signs sessions. At least 32 characters.
    pub session_secret: String,
    pub mail: Mail,
    /// The sender of letters.
    pub mail_from: String,
    /// The folder of providers' documents. Several nodes share one.
    pub documents: PathBuf,
    /// Encrypts them: with another, none can be read. At least 32 characters.
    pub documents_secret: String,
    /// Where the registers of others are, and the keys with which they are asked.
    pub registers: Sources,
    /// The table of the middles of outward codes, if distances are to be told.
    pub outward_codes: Option<PathBuf>,
    /// One click signs in as anybody: for demonstrations alone.
    pub demo: bool,
}

/// How letters leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mail {
    /// As `.eml` files in this folder.
    Folder(PathBuf),
    /// Through an SMTP server, such as `smtp://user:password@mail.example:587?tls=required`.
    Smtp(String),
}

/// What is wrong with the settings, all of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Unsettled(pub Vec<String>);

impl fmt::Display for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Unsettled {}

const KNOWN: [&str; 15] = [
    "listen",
    "database",
    "public_url",
    "session_secret",
    "mail",
    "mail_from",
    "documents",
    "documents_secret",
    "cqc_url",
    "cqc_key",
    "companies_house_url",
    "companies_house_key",
    "charity_commission_url",
    "charity_commission_key",
    "outward_codes",
];

impl Settings {
    /// From a configuration file's text, then the environment, then the command line: the later wins.
    ///
    /// # Errors
    /// Every setting that is missing, unknown or unreadable, by name.
    pub fn gather(
        file: Option<&str>,
        environment: impl Iterator<Item = (String, String)>,
        arguments: &[(&str, Option<String>)],
    ) -> Result<Self, Unsettled> {
        let mut wrong = Vec::new();
        let mut found = BTreeMap::new();
        if let Some(text) = file {
            match text.parse::<toml::Table>() {
                Ok(table) => found.extend(table.into_iter().map(|(key, value)| {
                    let text = match value {
                        toml::Value::String(text) => text,
                        other => other.to_string(),
                    };
                    (key, text)
                })),
                Err(why) => wrong.push(format!("The configuration file cannot be read: {why}")),
            }
        }
        for (name, value) in environment {
            if let Some(key) = name.strip_prefix(PREFIX) {
                found.insert(key.to_ascii_lowercase(), value);
            }
        }
        for (key, value) in arguments {
            if let Some(value) = value {
                found.insert((*key).to_owned(), value.clone());
            }
        }
        for key in found.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
            wrong.push(format!("Unknown setting “{key}”. Known are: {}.", KNOWN.join(", ")));
        }
        let defaults = Sources::default();
        let mut unsafe_urls = Vec::new();
        let mut source = |name: &str, usual: Source| {
            let url = found.remove(&format!("{name}_url")).unwrap_or(usual.url);
            let key = found.remove(&format!("{name}_key")).filter(|key| !key.trim().is_empty());
            // A key never travels where anybody on the way can read it.
            if !["https://", "http://127.0.0.1:", "http://localhost:"].iter().any(|p| url.starts_with(p)) {
                unsafe_urls.push(format!("Setting “{name}_url” must begin with https://."));
            }
            Source { url: url.trim_end_matches('/').to_owned(), key }
        };
        let registers = Sources {
            cqc: source("cqc", defaults.cqc),
            companies_house: source("companies_house", defaults.companies_house),
            charity_commission: source("charity_commission", defaults.charity_commission),
            patience: defaults.patience,
        };
        wrong.append(&mut unsafe_urls);
        let outward_codes =
            found.remove("outward_codes").filter(|path| !path.trim().is_empty()).map(PathBuf::from);
        let mut want = |key: &str, default: Option<&str>| {
            found.remove(key).or_else(|| default.map(str::to_owned)).unwrap_or_else(|| {
                wrong.push(format!(
                    "Missing setting “{key}”: set it in the configuration file, or as {PREFIX}{}.",
                    key.to_ascii_uppercase()
                ));
                String::new()
            })
        };
        let listen = want("listen", Some("127.0.0.1:8080"));
        let database = want("database", None);
        let public_url = want("public_url", None);
        let session_secret = want("session_secret", None);
        let mail = want("mail", Some("folder:letters"));
        let mail_from = want("mail_from", Some("Fairlot <no-reply@fairlot.example>"));
        let documents = want("documents", Some("documents"));
        let documents_secret = want("documents_secret", None);
        let address = listen.parse();
        if address.is_err() {
            wrong.push(format!("Setting “listen” is “{listen}”: it must be like 127.0.0.1:8080."));
        }
        if !database.is_empty() && !["sqlite://", "postgres://"].iter().any(|p| database.starts_with(p)) {
            wrong.push("Setting “database” must begin with sqlite:// or postgres://.".to_owned());
        }
        if !public_url.is_empty() && !public_url.starts_with("http") {
            wrong.push("Setting “public_url” must begin with http:// or https://.".to_owned());
        }
        for (name, secret) in [("session_secret", &session_secret), ("documents_secret", &documents_secret)] {
            if !secret.is_empty() && secret.len() < 32 {
                wrong.push(format!("Setting “{name}” must have at least 32 characters."));
            }
        }
        let mail = match mail.split_once(':') {
            Some(("folder", path)) => Mail::Folder(path.into()),
            Some(("smtp" | "smtps", _)) => Mail::Smtp(mail),
            _ => {
                wrong.push("Setting “mail” must be folder:PATH or an smtp:// address.".to_owned());
                Mail::Folder(PathBuf::new())
            }
        };
        match address {
            Ok(listen) if wrong.is_empty() => Ok(Self {
                listen,
                database,
                public_url: public_url.trim_end_matches('/').to_owned(),
                session_secret,
                mail,
                mail_from,
                documents: documents.into(),
                documents_secret,
                registers,
                outward_codes,
                demo: false,
            }),
            _ => Err(Unsettled(wrong)),
        }
    }

    /// The process's own environment.
    pub fn environment() -> impl Iterator<Item = (String, String)> {
        #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
        std::env::vars()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(pairs: &[(&str, &str)]) -> Result<Settings, Unsettled> {
        let environment = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Settings::gather(None, environment, &[])
    }

    #[test]
    fn every_missing_and_every_unknown_setting_is_named_at_once() {
        let Err(Unsettled(wrong)) = gather(&[("FAIRLOT_COLOUR", "red"), ("PATH", "/bin")]) else {
            panic!("it must not start");
        };
        let text = wrong.join("\n");
        for name in ["“colour”", "“database”", "“public_url”", "“session_secret”", "“documents_secret”"]
        {
            assert!(text.contains(name), "{name} in {text}");
        }
        assert!(!text.contains("path"));
    }

    #[test]
    fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
        let file = "database = \"sqlite://file.db\"\npublic_url = \"http://file.example\"\n\
                    session_secret = \"0123456789abcdef0123456789abcdef\"\n\
                    documents_secret = \"fedcba9876543210fedcba9876543210\"\n";
        let environment = [("FAIRLOT_DATABASE".to_owned(), "sqlite://environment.db".to_owned())];
        let arguments = [("listen", Some("127.0.0.1:9".to_owned())), ("database", None)];
        let settings = Settings::gather(Some(file), environment.into_iter(), &arguments);
        let settings = settings.expect("complete");
        assert_eq!(settings.database, "sqlite://environment.db");
        assert_eq!(settings.public_url, "http://file.example");
        assert_eq!(settings.listen.port(), 9);
    }
}

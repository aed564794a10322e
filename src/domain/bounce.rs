//! Reading what a mail system says of a letter that it had taken: a delivery status notification (RFC 3464), a
//! `multipart/report` (RFC 6522) that says for each recipient what became of the letter and sends its headers back.
//! Our `Message-ID` tells which letter it is. What the mail system says in words is not kept: it may hold an address.

use entity::vocabulary::LetterId;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use regex::Regex;
use std::sync::LazyLock;

/// How the failure of a letter that came back begins.
pub const PREFIX: &str = "bounced";
/// As much of a message is read, in bytes.
pub const BOUNCE_BYTES_MAX: usize = 1024 * 1024;
/// How deep messages within messages are followed.
const DEPTH_MAX: usize = 4;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// A letter will not arrive. `why` is the status, without a word of the mail system's own.
    Failed { letter: LetterId, why: String },
    /// It is late, or has arrived: nothing to do.
    NoFailure,
    /// It is about no letter of ours, as far as can be told.
    AboutNothingOfOurs,
    /// It is not a delivery status notification.
    NoReport,
}

#[expect(clippy::expect_used, reason = "the pattern is a constant, and the tests use it")]
static STATUS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[245]\.\d{1,3}\.\d{1,3}\b").expect("a constant pattern"));

/// Reads a message that came to the address from which letters are sent.
pub fn read(message: &[u8]) -> Report {
    let message = message.get(..BOUNCE_BYTES_MAX).unwrap_or(message);
    let Some(message) = MessageParser::default().parse(message) else { return Report::NoReport };
    let Some(status) = delivery_status(&message) else { return Report::NoReport };
    let Some(why) = failure(&status) else { return Report::NoFailure };
    match letter(&message) {
        Some(letter) => Report::Failed { letter, why },
        None => Report::AboutNothingOfOurs,
    }
}

/// The text of the part that says what became of the letter.
fn delivery_status(message: &Message<'_>) -> Option<String> {
    let part = message.parts.iter().find(|part| {
        part.content_type().is_some_and(|kind| {
            kind.ctype().eq_ignore_ascii_case("message")
                && kind.subtype().is_some_and(|sub| {
                    ["delivery-status", "global-delivery-status"].iter().any(|s| sub.eq_ignore_ascii_case(s))
                })
        })
    })?;
    let bytes = match &part.body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.as_ref(),
        PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
        PartType::Message(inner) => inner.raw_message.as_ref(),
        PartType::Multipart(_) => return None,
    };
    Some(String::from_utf8_lossy(bytes).replace("\r\n", "\n"))
}

/// The status of a recipient for whom it failed. The first group of fields is about the message as a whole, each
/// other about one recipient (RFC 3464, section 2.1); an `Action` is in those alone.
fn failure(status: &str) -> Option<String> {
    status.split("\n\n").find_map(|group| {
        let fields = unfolded(group);
        let field = |name: &str| {
            fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
        };
        field("Action").filter(|action| action.eq_ignore_ascii_case("failed"))?;
        let code = field("Status").and_then(|value| STATUS.find(value)).map(|found| found.as_str());
        Some(code.map_or_else(|| PREFIX.to_owned(), |code| format!("{PREFIX}: {code}")))
    })
}

/// Fields with their folded lines joined.
fn unfolded(group: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in group.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.to_owned()));
        }
    }
    fields
}

/// The letter that came back: by the headers that were sent back with the report, or by what the report answers.
fn letter(message: &Message<'_>) -> Option<LetterId> {
    returned(message, DEPTH_MAX).or_else(|| {
        [message.in_reply_to(), message.references()]
            .into_iter()
            .find_map(|value| value.as_text_list()?.iter().find_map(|id| ours(id)))
    })
}

fn returned(message: &Message<'_>, depth: usize) -> Option<LetterId> {
    let depth = depth.checked_sub(1)?;
    message.parts.iter().skip(1).find_map(|part| match &part.body {
        PartType::Message(inner) => inner.message_id().and_then(ours).or_else(|| returned(inner, depth)),
        PartType::Text(headers) if is_headers(part.content_type()) => {
            let headers = MessageParser::default().parse_headers(headers.as_bytes())?;
            headers.message_id().and_then(ours)
        }
        _ => None,
    })
}

fn is_headers(kind: Option<&mail_parser::ContentType<'_>>) -> bool {
    kind.and_then(|kind| kind.subtype()).is_some_and(|sub| sub.eq_ignore_ascii_case("rfc822-headers"))
}

/// The letter of a `Message-ID`.
fn ours(message_id: &str) -> Option<LetterId> {
    message_id.trim_matches(['<', '>', ' ']).split_once('@')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "019afdb2-0000-7000-8000-000000000001";

    /// As Postfix writes it.
    fn report(action: &str, status: &str, returned: &str) -> String {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.council.example (Mail Delivery System)\r\n\
             To: no-reply@fairlot.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"4B1.17/mail\"\r\n\r\n\
             --4B1.17/mail\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
             I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n\
             --4B1.17/mail\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mail.council.example\r\nX-Postfix-Queue-ID: 4B1\r\n\
             Arrival-Date: Mon,  7 Dec 2026 09:00:00 +0000 (GMT)\r\n\r\n\
             Final-Recipient: rfc822; manager@gone.example\r\nOriginal-Recipient: rfc822;manager@gone.example\r\n\
             Action: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; mx.gone.example\r\n\
             Diagnostic-Code: smtp; 550 5.1.1 <manager@gone.example>: Recipient address\r\n    rejected: User unknown\r\n\r\n\
             --4B1.17/mail\r\n{returned}\r\n--4B1.17/mail--\r\n"
        )
    }

    fn headers(kind: &str) -> String {
        format!(
            "Content-Description: Undelivered Message\r\nContent-Type: {kind}\r\n\r\n\
             From: Fairlot <no-reply@fairlot.example>\r\nTo: manager@gone.example\r\nSubject: The outcome\r\n\
             Message-ID: <{LETTER}@fairlot.example>\r\nMIME-Version: 1.0\r\n\r\nThe letter.\r\n"
        )
    }

    fn failed(why: &str) -> Report {
        Report::Failed { letter: LETTER.parse().expect("an id"), why: why.to_owned() }
    }

    #[test]
    fn a_failure_names_the_letter_that_came_back_and_keeps_no_address() {
        for kind in
            ["message/rfc822", "text/rfc822-headers", "message/global", "text/rfc822-headers; charset=utf-8"]
        {
            let report = report("failed", "5.1.1", &headers(kind));
            assert_eq!(read(report.as_bytes()), failed("bounced: 5.1.1"), "{kind}");
            // As a mail system hands it over that ends lines its own way.
            assert_eq!(read(report.replace("\r\n", "\n").as_bytes()), failed("bounced: 5.1.1"), "{kind}");
        }
        // A mail system that gave up trying says “failed” of a passing trouble too.
        let late = report("FAILED", "4.4.7 (expired)", &headers("message/rfc822"));
        assert_eq!(read(late.as_bytes()), failed("bounced: 4.4.7"));
        let mute = report("failed", "unknown", &headers("message/rfc822"));
        assert_eq!(read(mute.as_bytes()), failed("bounced"));
    }

    #[test]
    fn what_is_late_or_has_arrived_is_no_failure() {
        for action in ["delayed", "delivered", "relayed", "expanded"] {
            let report = report(action, "4.0.0", &headers("message/rfc822"));
            assert_eq!(read(report.as_bytes()), Report::NoFailure, "{action}");
        }
    }

    #[test]
    fn what_is_about_another_message_or_is_no_report_is_left_alone() {
        let other = headers("message/rfc822").replace(LETTER, "CAF=7+xyz");
        assert_eq!(read(report("failed", "5.1.1", &other).as_bytes()), Report::AboutNothingOfOurs);
        let away =
            "From: a@b.example\r\nTo: no-reply@fairlot.example\r\nSubject: Out of office\r\n\r\nAway.\r\n";
        assert_eq!(read(away.as_bytes()), Report::NoReport);
        assert_eq!(read(b""), Report::NoReport);
        assert_eq!(read(&[0xff; 300]), Report::NoReport);
        // Nor is what is cut off anywhere, or nested without end, a reason to stop.
        let whole = report("failed", "5.1.1", &headers("message/rfc822"));
        for end in 0..whole.len() {
            let _ = read(&whole.as_bytes()[..end]);
        }
    }

    #[test]
    fn a_report_that_sends_nothing_back_is_known_by_what_it_answers() {
        let nothing = report("failed", "5.1.1", "Content-Type: text/plain\r\n\r\nNothing.");
        assert_eq!(read(nothing.as_bytes()), Report::AboutNothingOfOurs);
        let answers = format!("In-Reply-To: <{LETTER}@fairlot.example>\r\n{nothing}");
        assert_eq!(read(answers.as_bytes()), failed("bounced: 5.1.1"));
    }
}

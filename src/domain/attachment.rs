//! Documents that go with the answers of a bid, such as a rota or a staffing plan. They are part of the offer: sealed with
//! it, covered by its digest, and submitted with each version anew.

use super::{
    evaluation::blind_id,
    refusal::{Code, Fault, Refusal},
};
use entity::{
    bid,
    category::Criterion,
    document,
    offer::{Attached, Attachment, NewOffer, Offer},
    opportunity,
    vocabulary::*,
};
use sea_orm::prelude::Uuid;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// The most documents that a market may let go with one answer.
pub const ANSWER_ATTACHMENTS_MAX: u32 = 5;
/// And with all the answers of a bid together.
pub const ATTACHMENTS_MAX: u32 = 10;

/// The offer as it is stored: with the digest of each document that goes with it. `documents` are those of this provider.
///
/// # Errors
/// `attachment_refused`: one of them is not there, or is not this provider's.
pub fn offered(new: NewOffer, documents: &[document::Model]) -> Result<Offer, Refusal> {
    let mut faults = Vec::new();
    let mut attachments = Vec::new();
    for (n, Attached { criterion_id, document_id }) in new.attachments.into_iter().enumerate() {
        match documents.iter().find(|document| document.id == document_id) {
            Some(document) => attachments.push(Attachment {
                criterion_id,
                document_id,
                kind: document.kind,
                size: document.size,
                digest: document.digest.clone(),
            }),
            None => faults.push(Fault {
                field: format!("attachments.{n}.document_id"),
                detail: "This document is not one that you keep here: upload it again.".to_owned(),
            }),
        }
    }
    Refusal::of_all(Code::AttachmentRefused, faults)?;
    Ok(Offer {
        rates: new.rates,
        answers: new.answers,
        attachments,
        starts_on: new.starts_on,
        exceptionality: new.exceptionality,
    })
}

/// Whether what is attached is asked for.
///
/// # Errors
/// `attachment_refused`: more than the market takes with an answer; one document twice; a criterion that is not asked.
pub fn check(criteria: &[Criterion], attachments: &[Attachment]) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    for criterion in criteria {
        let given: Vec<_> = attachments.iter().filter(|one| one.criterion_id == criterion.id).collect();
        let most = if criterion.standing { 0 } else { criterion.attachments as usize };
        let mut fault =
            |detail| faults.push(Fault { field: format!("attachments.{}", criterion.id), detail });
        if given.len() > most {
            fault(match most {
                0 => format!("No document can go with the answer to “{}”: take it off.", criterion.name),
                1 => format!("One document at most may go with the answer to “{}”.", criterion.name),
                most => format!("{most} documents at most may go with the answer to “{}”.", criterion.name),
            });
        }
        let different: HashSet<_> = given.iter().map(|one| one.document_id).collect();
        if different.len() < given.len() {
            fault(format!("The same document goes with the answer to “{}” twice.", criterion.name));
        }
    }
    if attachments.iter().any(|one| !criteria.iter().any(|criterion| criterion.id == one.criterion_id)) {
        faults.push(Fault {
            field: "attachments".to_owned(),
            detail: "A document goes with something that is not asked here: take it off.".to_owned(),
        });
    }
    Refusal::of_all(Code::AttachmentRefused, faults)
}

/// How evaluators know a document that goes with an answer: the id of the document would tell that it went with another
/// bid too, whose provider they know by now.
pub fn blind_attachment(of: &opportunity::Model, bid: &bid::Model, one: &Attachment) -> AttachmentId {
    let bid = blind_id(of, bid.id);
    let words = format!("attachment:{}:{bid}:{}:{}", of.lot_seed, one.criterion_id, one.document_id);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(words)[..16]);
    AttachmentId(Uuid::from_bytes(bytes))
}

/// What a document is and how large, in words.
pub fn in_words(kind: DocumentKind, size: i64) -> String {
    let kind = match kind {
        DocumentKind::Pdf => "PDF",
        DocumentKind::Docx => "Word",
        DocumentKind::Xlsx => "Excel",
        DocumentKind::Png => "PNG",
        DocumentKind::Jpeg => "JPEG",
    };
    let kilobytes = (size + 500) / 1000;
    match kilobytes {
        0 | 1 => format!("{kind}, 1 kB"),
        2..1000 => format!("{kind}, {kilobytes} kB"),
        _ => format!("{kind}, {}.{} MB", (size + 50_000) / 1_000_000, (size + 50_000) / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn criterion(id: &str, attachments: u32, standing: bool) -> Criterion {
        Criterion {
            id: id.to_owned(),
            name: id.to_owned(),
            group: None,
            question: String::new(),
            weight: Weight::ZERO,
            mark_max: Mark::ZERO,
            mark_min: None,
            descriptors: Vec::new(),
            standing,
            attachments,
        }
    }

    fn document() -> document::Model {
        document::Model {
            id: DocumentId::new(),
            provider_id: ProviderId::new(),
            kind: DocumentKind::Xlsx,
            name: "Rota".to_owned(),
            size: 12_345,
            digest: "ab".repeat(32),
            uploaded_by: AccountId::new(),
            uploaded_at: Instant::from_milliseconds(0),
        }
    }

    fn new(attached: &[(&str, &document::Model)]) -> NewOffer {
        let attached = attached.iter().map(|(criterion, document)| Attached {
            criterion_id: (*criterion).to_owned(),
            document_id: document.id,
        });
        NewOffer {
            rates: Vec::new(),
            answers: Vec::new(),
            attachments: attached.collect(),
            starts_on: "2027-01-11".parse().unwrap(),
            exceptionality: None,
        }
    }

    #[test]
    fn only_what_its_provider_keeps_goes_with_an_offer_and_with_its_digest() {
        let (own, foreign) = (document(), document());
        let offer = offered(new(&[("staffing", &own)]), std::slice::from_ref(&own)).unwrap();
        assert_eq!(offer.attachments[0].digest, own.digest);
        let refusal = offered(new(&[("staffing", &own), ("staffing", &foreign)]), &[own]).unwrap_err();
        assert_eq!(
            (refusal.code, refusal.faults[0].field.as_str()),
            (Code::AttachmentRefused, "attachments.1.document_id")
        );
        // An offer without any is written as it was before there could be one: its digest stays the same.
        let plain = serde_json::to_string(&offered(new(&[]), &[]).unwrap()).unwrap();
        assert_eq!(plain, r#"{"rates":[],"answers":[],"starts_on":"2027-01-11"}"#);
    }

    #[test]
    fn no_more_go_with_an_answer_than_the_market_takes() {
        let criteria =
            [criterion("staffing", 2, false), criterion("safety", 0, false), criterion("values", 3, true)];
        let documents = [document(), document(), document()];
        let [one, two, three] = &documents;
        let fields = |attached: &[(&str, &document::Model)]| -> Vec<String> {
            let offer = offered(new(attached), &documents).unwrap();
            let refusal = check(&criteria, &offer.attachments).err();
            refusal
                .map(|refusal| refusal.faults.into_iter().map(|fault| fault.field).collect())
                .unwrap_or_default()
        };
        assert!(fields(&[("staffing", one), ("staffing", two)]).is_empty());
        assert_eq!(
            fields(&[("staffing", one), ("staffing", two), ("staffing", three)]),
            ["attachments.staffing"]
        );
        assert_eq!(fields(&[("staffing", one), ("staffing", one)]), ["attachments.staffing"]);
        assert_eq!(fields(&[("safety", one)]), ["attachments.safety"]);
        assert_eq!(fields(&[("values", one)]), ["attachments.values"]);
        assert_eq!(fields(&[("shoes", one)]), ["attachments"]);
    }

    #[test]
    fn a_size_is_said_in_words() {
        assert_eq!(in_words(DocumentKind::Xlsx, 12), "Excel, 1 kB");
        assert_eq!(in_words(DocumentKind::Pdf, 84_400), "PDF, 84 kB");
        assert_eq!(in_words(DocumentKind::Docx, 1_250_000), "Word, 1.3 MB");
        assert_eq!(in_words(DocumentKind::Png, 10_000_000), "PNG, 10.0 MB");
    }
}

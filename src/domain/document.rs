//! Documents that providers show in proof: certificates, policies, references. What a file is, its content says,
//! not its name; and what would unpack to far more than it weighs, or breaks off, is not taken.

use super::{
    change::Change,
    event::Event,
    refusal::{Code, Refusal},
};
use entity::{document, vocabulary::*};
use std::io::{Cursor, Read};

/// The largest document, in bytes: 10 MB.
pub const DOCUMENT_BYTES_MAX: usize = 10_000_000;
/// The most documents that a provider may upload within [`DOCUMENTS_DAYS`].
pub const DOCUMENTS_MAX: u64 = 500;
/// In so many days.
pub const DOCUMENTS_DAYS: i64 = 365;
/// The longest name, in characters.
pub const NAME_MAX: usize = 150;
/// To how much a Word document or an Excel workbook may unpack, in bytes.
pub const UNPACKED_BYTES_MAX: u64 = 100_000_000;
/// To how many times its own size either may unpack.
pub const UNPACKED_RATIO_MAX: u64 = 100;
/// To so many bytes any may.
pub const UNPACKED_BYTES_ALWAYS: u64 = 10_000_000;
/// How every ZIP archive begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// The most files within either.
pub const PARTS_MAX: usize = 2_000;
/// The most pixels of a picture: it would be unpacked to four bytes for each.
pub const PIXELS_MAX: usize = 100_000_000;

const CANNOT_BE_READ: &str =
    "It is damaged, or was cut off. Open it on your device, save it again, and send that.";

const AN_ARCHIVE: &str =
    "This is an archive, not a document. Send each document by itself, as PDF, DOCX, XLSX, PNG or JPEG.";

/// What a file is, from its content.
///
/// # Errors
/// `document_refused` where it is none of PDF, Word (DOCX), Excel (XLSX), PNG and JPEG, is damaged or cut off, holds
/// macros or a password, or would unpack to more than is taken; `body_too_large`.
pub fn inspect(content: &[u8]) -> Result<DocumentKind, Refusal> {
    if content.is_empty() {
        return Err(refused("The file is empty."));
    }
    if content.len() > DOCUMENT_BYTES_MAX {
        return Err(too_large());
    }
    let kind = if content.starts_with(b"%PDF-") {
        pdf(content)?;
        DocumentKind::Pdf
    } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(content)?;
        DocumentKind::Png
    } else if content.starts_with(b"\xff\xd8\xff") {
        jpeg(content)?;
        DocumentKind::Jpeg
    } else if content.starts_with(b"PK\x03\x04") {
        office(content)?
    } else {
        return Err(refused(
            "Send a PDF, a Word document (DOCX), an Excel workbook (XLSX) or a picture (PNG or JPEG). What the file is \
             called makes no difference: what is in it does.",
        ));
    };
    Ok(kind)
}

/// Too large, in words.
pub fn too_large() -> Refusal {
    let words = format!("A document may have {} MB at most.", DOCUMENT_BYTES_MAX / 1_000_000);
    Refusal::new(Code::BodyTooLarge, words).at("document")
}

fn refused(words: &'static str) -> Refusal {
    Refusal::new(Code::DocumentRefused, words).at("document")
}

/// ISO 32000 7.5: the end says where the table of its parts begins.
fn pdf(content: &[u8]) -> Result<(), Refusal> {
    let end = &content[content.len().saturating_sub(2048)..];
    let holds = |of: &[u8], wanted: &[u8]| of.windows(wanted.len()).any(|part| part == wanted);
    if holds(end, b"startxref") && holds(end, b"%%EOF") { Ok(()) } else { Err(refused(CANNOT_BE_READ)) }
}

/// A PNG is a chain of chunks that ends with `IEND` (PNG, third edition, 5.3).
fn png(content: &[u8]) -> Result<(), Refusal> {
    let mut rest = content.get(8..).unwrap_or_default();
    while let Some((length, chunk)) = rest.split_first_chunk::<4>() {
        // Its name, its content, and its checksum.
        let size = u32::from_be_bytes(*length) as usize + 8;
        let name = chunk.get(..4);
        rest = chunk.get(size..).ok_or_else(|| refused(CANNOT_BE_READ))?;
        if name == Some(b"IEND") {
            return pixels(content);
        }
    }
    Err(refused(CANNOT_BE_READ))
}

/// A JPEG ends with the marker `FF D9`; some programs pad it with zeros.
fn jpeg(content: &[u8]) -> Result<(), Refusal> {
    let end = content.iter().rposition(|byte| *byte != 0).unwrap_or_default();
    if content.get(end.saturating_sub(1)..=end) != Some(b"\xff\xd9") {
        return Err(refused(CANNOT_BE_READ));
    }
    pixels(content)
}

fn pixels(content: &[u8]) -> Result<(), Refusal> {
    let size = imagesize::blob_size(content).map_err(|_| refused(CANNOT_BE_READ))?;
    match size.width.checked_mul(size.height) {
        Some(pixels) if (1..=PIXELS_MAX).contains(&pixels) => Ok(()),
        _ => Err(refused("The picture has more than 100 million pixels: make it smaller, and send that.")),
    }
}

/// ECMA-376 part 2: a ZIP archive with a list of what is in it. All of it is unpacked, as far as it may go, because
/// what the archive says of its own size may be untrue.
fn office(content: &[u8]) -> Result<DocumentKind, Refusal> {
    let damaged = || refused(CANNOT_BE_READ);
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).map_err(|_| damaged())?;
    if archive.len() > PARTS_MAX {
        return Err(refused("The document has too many parts: save it as PDF, and send that."));
    }
    let names = archive.file_names().map(|name| name.map(|name| name.into_owned()));
    let names = names.collect::<Result<Vec<String>, _>>().map_err(|_| damaged())?;
    let holds = |name: &str| names.iter().any(|one| one == name);
    let kind = match (holds("word/document.xml"), holds("xl/workbook.xml")) {
        (true, false) => DocumentKind::Docx,
        (false, true) => DocumentKind::Xlsx,
        (true, true) | (false, false) => return Err(refused(AN_ARCHIVE)),
    };
    if !holds("[Content_Types].xml") {
        return Err(refused(AN_ARCHIVE));
    }
    if names.iter().any(|name| name.to_ascii_lowercase().ends_with("vbaproject.bin")) {
        return Err(refused("The document holds macros: save it as PDF, and send that."));
    }
    let mut left = unpacked_max(content.len());
    for n in 0..archive.len() {
        // A part with a password cannot be opened without it.
        let mut part = archive.by_index(n).map_err(|_| damaged())?;
        let mut begins = Vec::with_capacity(ARCHIVE.len());
        part.by_ref().take(ARCHIVE.len() as u64).read_to_end(&mut begins).map_err(|_| damaged())?;
        if begins == ARCHIVE {
            return Err(refused("The document holds another archive: save it as PDF, and send that."));
        }
        let rest = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| damaged())?;
        left = left.checked_sub(begins.len() as u64 + rest).ok_or_else(|| {
            refused("The document unpacks to far more than it weighs: make its pictures smaller, or save it as PDF.")
        })?;
    }
    Ok(kind)
}

/// How far a Word document or an Excel workbook of this many bytes may unpack: text seldom shrinks to less than a twentieth.
fn unpacked_max(size: usize) -> u64 {
    (size as u64).saturating_mul(UNPACKED_RATIO_MAX).clamp(UNPACKED_BYTES_ALWAYS, UNPACKED_BYTES_MAX)
}

/// What a provider calls a document: no folders, no ending, nothing that does not print.
pub fn name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match last.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => stem,
        _ => last,
    };
    let printed: String = stem.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c }).collect();
    let name: String =
        printed.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(NAME_MAX).collect();
    if name.is_empty() { "Document".to_owned() } else { name }
}

/// A document that was inspected.
pub struct Inspected {
    pub kind: DocumentKind,
    pub name: String,
    pub size: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub digest: String,
}

/// A provider keeps a document here, to show it where it is asked for proof. `uploaded` is how many it has uploaded
/// in the last [`DOCUMENTS_DAYS`].
///
/// # Errors
/// `document_refused` where it has uploaded as many as it may.
pub fn upload(
    provider: ProviderId,
    uploaded: u64,
    document: Inspected,
    by: AccountId,
    now: Instant,
) -> Result<(document::Model, Change), Refusal> {
    if uploaded >= DOCUMENTS_MAX {
        return Err(Refusal::new(
            Code::DocumentRefused,
            format!(
                "Your organisation has uploaded {DOCUMENTS_MAX} documents within a year, which is the most. Choose \
                 one that you sent before."
            ),
        )
        .at("document"));
    }
    let Inspected { kind, name, size, digest } = document;
    let row = document::Model {
        id: DocumentId::new(),
        provider_id: provider,
        kind,
        name,
        size,
        digest: digest.clone(),
        uploaded_by: by,
        uploaded_at: now,
    };
    let event = Event::DocumentUploaded { document_id: row.id, document: kind, digest };
    Ok((row.clone(), Change::new(provider, event).insert(row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn word(more: &[(&str, &[u8])]) -> Vec<u8> {
        let mut parts: Vec<(&str, &[u8])> =
            vec![("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>")];
        parts.extend(more);
        packed(&parts)
    }

    fn picture(width: u32, height: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png.extend(b"\x08\x02\0\0\0crc!\0\0\0\0IEND\xae\x42\x60\x82");
        png
    }

    const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF\n";

    fn why_not(content: &[u8]) -> String {
        let refusal = inspect(content).unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("document"));
        refusal.detail.into_owned()
    }

    #[test]
    fn each_kind_is_known_by_its_content() {
        assert_eq!(inspect(PDF), Ok(DocumentKind::Pdf));
        assert_eq!(inspect(&picture(640, 480)), Ok(DocumentKind::Png));
        assert_eq!(inspect(&word(&[])), Ok(DocumentKind::Docx));
        let workbook = packed(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]);
        assert_eq!(inspect(&workbook), Ok(DocumentKind::Xlsx));
        for other in [b"MZ\x90\0".as_slice(), b"<html><script>", b"GIF89a", b"{}", b"%!PS-Adobe"] {
            assert!(why_not(other).starts_with("Send a PDF"), "{other:?}");
        }
        assert_eq!(why_not(b""), "The file is empty.");
    }

    #[test]
    fn what_was_cut_off_is_refused() {
        for whole in [PDF.to_vec(), picture(640, 480), word(&[])] {
            for left in [whole.len() / 2, whole.len() - 8] {
                assert_eq!(why_not(&whole[..left]), CANNOT_BE_READ, "{left} of {}", whole.len());
            }
        }
    }

    #[test]
    fn what_unpacks_to_more_than_is_taken_is_refused() {
        let zeros = vec![0; 60_000_000];
        let bomb = word(&[("word/media/1.bin", &zeros), ("word/media/2.bin", &zeros)]);
        assert!(bomb.len() < 500_000, "it is small: {}", bomb.len());
        assert!(why_not(&bomb).contains("far more than it weighs"));
        let within = vec![0; 9_000_000];
        assert_eq!(inspect(&word(&[("word/media/1.bin", &within)])), Ok(DocumentKind::Docx));
        assert_eq!((unpacked_max(1), unpacked_max(200_000)), (UNPACKED_BYTES_ALWAYS, 20_000_000));
        assert_eq!(unpacked_max(DOCUMENT_BYTES_MAX), UNPACKED_BYTES_MAX);
        assert!(why_not(&picture(100_000, 100_000)).contains("100 million pixels"));
        assert!(why_not(&picture(u32::MAX, u32::MAX)).contains("100 million pixels"));
        assert_eq!(inspect(&picture(10_000, 10_000)), Ok(DocumentKind::Png));
    }

    #[test]
    fn an_archive_within_and_too_many_parts_are_refused() {
        let inner = packed(&[("a.txt", b"x")]);
        assert!(why_not(&word(&[("word/embeddings/1.bin", &inner)])).contains("another archive"));
        let names: Vec<String> = (0..PARTS_MAX).map(|n| format!("word/{n}.xml")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert!(why_not(&word(&parts)).contains("too many parts"));
    }

    #[test]
    fn an_archive_macros_and_lies_about_sizes_are_refused() {
        assert!(why_not(&packed(&[("a.pdf", PDF)])).starts_with("This is an archive"));
        assert!(why_not(&word(&[("word/vbaProject.bin", b"x")])).contains("macros"));
        let mut lying = word(&[("word/media/1.bin", &[7; 4000])]);
        // The sizes that it gives for its parts, in the list at its end, are made small.
        let at = lying.windows(4).rposition(|part| part == b"PK\x01\x02").unwrap();
        lying[at + 20..at + 28].copy_from_slice(&[4, 0, 0, 0, 4, 0, 0, 0]);
        assert_eq!(why_not(&lying), CANNOT_BE_READ);
    }

    #[test]
    fn a_document_is_called_by_its_name_alone() {
        for (given, called) in [
            ("Certificate of insurance 2026.pdf", "Certificate of insurance 2026"),
            ("C:\\Users\\someone\\policy.docx", "policy"),
            ("../../etc/passwd", "passwd"),
            ("a\"b\r\nc.png", "a b c"),
            ("", "Document"),
            (".pdf", ".pdf"),
        ] {
            assert_eq!(name(given), called, "{given:?}");
        }
        assert_eq!(name(&"ä".repeat(400)).chars().count(), NAME_MAX);
    }
}

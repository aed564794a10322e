//! What is printed is read back by another library than the one that wrote it, and held against the conditions of
//! PDF/UA-1 that a machine can check, by the numbers of the Matterhorn Protocol 1.1.

use super::{pack::pack, pdf};
use crate::domain::paper::{Column, Level, Paper, Part, Table};
use entity::vocabulary::Instant;
use hayro_syntax::{
    Pdf,
    object::{Array, Dict, Name, Object, Stream},
};

fn heading(level: Level, words: &str) -> Part {
    Part::Heading { level, words: words.to_owned() }
}

/// A paper with some of everything, several pages long.
fn paper() -> Paper {
    let long = "A clear answer, with an example: £1,125.25 ÷ 7 × 52 ≥ 12 − 3 — and so on. ".repeat(12);
    let rows = |n: usize| (0..n).map(|n| vec![format!("Provider {n}"), n.to_string(), "89.1297".to_owned()]);
    Paper {
        title: "Why this award was made: SL-0007".to_owned(),
        caption: "Example Council".to_owned(),
        foot: "Example Council SL-0007".to_owned(),
        dated: "2026-12-07T17:00:00.000Z".parse().expect("an instant"),
        parts: vec![
            heading(Level::Section, "First"),
            Part::Pairs {
                pairs: vec![
                    ("SHA-256".to_owned(), "9f86d081884c7d65".repeat(4)),
                    ("Why".to_owned(), long.clone()),
                ],
            },
            Part::Text { words: format!("{long}\nAnother paragraph.") },
            Part::Bullets { items: vec!["One".to_owned(), long.clone()] },
            Part::Steps { items: vec!["First".to_owned(), "Then".to_owned()] },
            heading(Level::Under, "Under it"),
            Part::Table(Table {
                caption: Some("Ranking".to_owned()),
                columns: vec![Column::words("Provider"), Column::figures("Rank"), Column::figures("Total")],
                rows: rows(80).collect(),
            }),
            heading(Level::Below, "Below that"),
            Part::Table(Table {
                caption: None,
                columns: vec![Column::words("Who"), Column::words("Why")],
                // Longer than a page.
                rows: vec![vec!["Somebody".to_owned(), long.repeat(12)]],
            }),
        ],
    }
}

/// An element of the structure: its type, its attributes, its children.
struct Element {
    role: String,
    scope: Option<String>,
    children: Vec<Element>,
    /// How many pieces of pages are its own.
    content: usize,
}

fn name(dict: &Dict<'_>, key: &str) -> Option<String> {
    dict.get::<Name<'_>>(key).map(|name| name.as_str().to_owned())
}

fn element(dict: &Dict<'_>) -> Element {
    let attributes: Vec<Dict<'_>> = match dict.get::<Object<'_>>("A") {
        Some(Object::Dict(one)) => vec![one],
        Some(Object::Array(all)) => all.iter::<Dict<'_>>().collect(),
        _ => Vec::new(),
    };
    let mut found = Element {
        role: name(dict, "S").expect("every element has a type"),
        scope: attributes.iter().find_map(|a| name(a, "Scope")),
        children: Vec::new(),
        content: 0,
    };
    let mut take = |kid: Object<'_>| match kid {
        Object::Dict(kid) if kid.contains_key("S") => found.children.push(element(&kid)),
        _ => found.content += 1,
    };
    match dict.get::<Object<'_>>("K") {
        Some(Object::Array(kids)) => kids.iter::<Object<'_>>().for_each(take),
        Some(kid) => take(kid),
        None => {}
    }
    found
}

impl Element {
    fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.children.iter().flat_map(Self::all));
        all
    }

    fn roles(&self) -> Vec<&str> {
        self.children.iter().map(|child| child.role.as_str()).collect()
    }
}

/// Everything that a machine can tell of PDF/UA-1, for what these papers hold: no pictures, links or forms.
fn check_ua(bytes: &[u8]) -> Element {
    let pdf = Pdf::new(bytes.to_vec()).expect("a PDF");
    let catalog: Dict<'_> = pdf.xref().get(pdf.xref().root_id()).expect("a catalog");
    // 06-001 to 06-004, 05-001: metadata with a title, and the claim itself.
    let metadata = catalog.get::<Stream<'_>>("Metadata").expect("metadata").decoded().expect("XML");
    let metadata = String::from_utf8_lossy(&metadata).into_owned();
    for said in ["<dc:title>", "<pdfuaid:part>1</pdfuaid:part>", "<pdfaid:part>2</pdfaid:part>", "en-GB"] {
        assert!(metadata.contains(said), "{said} is not in {metadata}");
    }
    // 07-001, 07-002: the title is what a window shows.
    let shown = catalog.get::<Dict<'_>>("ViewerPreferences").expect("preferences");
    assert_eq!(shown.get::<bool>("DisplayDocTitle"), Some(true));
    // 01-006 of Suspects, 11-006: tagged, in a language.
    let marked = catalog.get::<Dict<'_>>("MarkInfo").expect("marks");
    assert_eq!((marked.get::<bool>("Marked"), marked.get::<bool>("Suspects")), (Some(true), Some(false)));
    let language = catalog.get::<hayro_syntax::object::String<'_>>("Lang").expect("a language");
    assert_eq!(language.as_bytes(), b"en-GB");
    let tree = catalog.get::<Dict<'_>>("StructTreeRoot").expect("a structure");
    let root = element(
        &tree
            .get::<Array<'_>>("K")
            .and_then(|kids| kids.iter::<Dict<'_>>().next())
            .or_else(|| tree.get("K"))
            .expect("an element"),
    );
    assert_eq!(root.role, "Document");
    let mut headings = Vec::new();
    for one in root.all() {
        // 02-001: only types that the standard knows.
        let known = [
            "Document", "H1", "H2", "H3", "H4", "P", "L", "LI", "Lbl", "LBody", "Table", "Caption", "THead",
            "TBody", "TR", "TH", "TD",
        ];
        assert!(known.contains(&one.role.as_str()), "{}", one.role);
        match one.role.as_str() {
            "L" => assert!(one.roles().iter().all(|role| *role == "LI")),
            "LI" => assert_eq!(one.roles(), ["Lbl", "LBody"]),
            "Table" => {
                assert!(one.roles().iter().skip(1).all(|role| *role != "Caption"), "a caption comes first");
                assert_eq!(one.roles().last(), Some(&"TBody"));
            }
            // 15-003: a table whose headers cannot be told from their place says what they head.
            "TH" => assert!(matches!(one.scope.as_deref(), Some("Row" | "Column"))),
            "THead" => assert!(one.children.iter().all(|row| row.children.iter().all(|c| c.role == "TH"))),
            "TBody" => {
                assert!(one.children.iter().all(|row| row.children.first().is_some_and(|c| c.role == "TH")));
                let cells: Vec<_> = one.children.iter().map(|row| row.children.len()).collect();
                assert!(cells.windows(2).all(|pair| pair[0] == pair[1]), "rows are alike: {cells:?}");
            }
            level if level.starts_with('H') => headings.push(level[1..].parse::<u32>().expect("a level")),
            _ => {}
        }
    }
    // 14-002, 14-003: the first is H1, and none is left out on the way down.
    assert_eq!(headings.first(), Some(&1));
    assert!(headings.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{headings:?}");
    for page in pdf.pages().iter() {
        // 09-001: content belongs to the structure; tabs follow it.
        assert!(page.raw().contains_key("StructParents"));
        // 01-003, 01-005: what is drawn is either tagged or an artifact, and neither is inside the other.
        let (mut depth, mut operations) = (0, page.operations());
        while let Some(operation) = operations.next() {
            let name: &[u8] = operation.operator;
            match name {
                b"BDC" | b"BMC" => depth += 1,
                b"EMC" => depth -= 1,
                b"Tj" | b"TJ" | b"f" | b"f*" | b"S" | b"B" => assert!(depth >= 1, "all is tagged"),
                _ => {}
            }
            // Within what is tagged, a span may say which letters a glyph stands for.
            assert!((0..=2).contains(&depth));
        }
        assert_eq!(depth, 0);
        // 31-001: every typeface is embedded.
        let fonts = page.resources().fonts.clone();
        for font in fonts.keys() {
            let font: Dict<'_> = fonts.get(font).expect("a typeface");
            let descendant = font.get::<Array<'_>>("DescendantFonts").expect("one").iter::<Dict<'_>>().next();
            let descriptor = descendant.expect("one").get::<Dict<'_>>("FontDescriptor").expect("one");
            assert!(descriptor.contains_key("FontFile2") && font.contains_key("ToUnicode"));
        }
    }
    assert!(catalog.contains_key("Outlines"), "a list of contents");
    root
}

#[test]
fn a_paper_is_printed_so_that_a_screen_reader_can_follow_it() {
    let root = check_ua(&pdf::write(&paper()).expect("printed"));
    let tables: Vec<_> = root.all().into_iter().filter(|one| one.role == "Table").collect();
    assert_eq!(tables.len(), 3);
    // The head that is repeated on each page is told once, and so is each row.
    let rows = tables[1].all().into_iter().filter(|one| one.role == "TR").count();
    assert_eq!(rows, 81);
    // A cell longer than a page is one cell.
    let last = tables[2].all().into_iter().filter(|one| one.role == "TD").collect::<Vec<_>>();
    assert_eq!(last.len(), 1);
    assert!(last[0].content > 60, "{}", last[0].content);
}

#[test]
fn the_same_paper_makes_the_same_bytes() {
    assert_eq!(pdf::write(&paper()).expect("printed"), pdf::write(&paper()).expect("printed"));
    let later = Paper { dated: Instant::from_milliseconds(0), ..paper() };
    assert_ne!(pdf::write(&paper()).expect("printed"), pdf::write(&later).expect("printed"));
}

#[test]
fn whatever_people_typed_can_be_printed() {
    let typed = [
        "",
        " ",
        "\u{feff}",
        "😀 🏴\u{e0067}",
        "مرحبا",
        "你好",
        "e\u{301} ŵ Ŷ ſt ﬁ",
        "a\tb\r\nc\u{0}d",
        "\u{e000}",
        "\u{202e}reversed",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        "x\u{ad}y\u{200b}z",
        "\u{300}\u{301}\u{302}",
    ];
    let mut paper = paper();
    paper.title = typed.concat();
    paper.parts = typed
        .iter()
        .flat_map(|words| {
            let words = (*words).to_owned();
            [
                Part::Text { words: words.clone() },
                Part::Bullets { items: vec![words.clone(), words.repeat(400)] },
                Part::Pairs { pairs: vec![(words.clone(), words.clone())] },
                Part::Table(Table {
                    caption: Some(words.clone()),
                    columns: vec![Column::words(&words), Column::figures(&words)],
                    rows: vec![vec![words.clone(), words.clone()], vec!["w".repeat(3_000), "9".repeat(300)]],
                }),
            ]
        })
        .collect();
    check_ua(&pdf::write(&paper).expect("printed"));
    paper.parts = Vec::new();
    check_ua(&pdf::write(&paper).expect("printed"));
}

#[test]
fn files_are_packed_as_they_are() {
    let dated = "2026-12-07T17:00:00.000Z".parse().expect("an instant");
    let packed = pack(&[("a.txt", b"123456789"), ("b/ü.txt", b"")], dated).expect("packed");
    assert!(packed.starts_with(b"PK\x03\x04"));
    // The check value of CRC-32 for these nine digits.
    assert_eq!(packed[14..18], 0xCBF4_3926_u32.to_le_bytes());
    assert_eq!(&packed[30..35], b"a.txt");
    assert_eq!(&packed[35..44], b"123456789");
    // 17:00:00 on 7 December 2026.
    assert_eq!(packed[10..14], [0x00, 0x88, 0x87, 0x5D]);
    let end = &packed[packed.len() - 22..];
    assert!(end.starts_with(b"PK\x05\x06"));
    assert_eq!(u16::from_le_bytes([end[10], end[11]]), 2);
    let at = u32::from_le_bytes([end[16], end[17], end[18], end[19]]) as usize;
    assert!(packed[at..].starts_with(b"PK\x01\x02"));
}

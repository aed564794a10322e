//! A paper as PDF that anybody can read: PDF/UA-1 (ISO 14289-1), so that a screen reader is told what is a heading,
//! a list, a table and the header of a cell; and PDF/A-2a (ISO 19005-2), so that it can be kept for as long as
//! the award. krilla refuses to write what breaks either.
//!
//! First everything is laid out on pages, then it is drawn: the foot of a page says how many there are. The same
//! paper makes the same bytes, for the date in it is the paper's own.

use crate::domain::paper::{Column, Level, Paper, Part, Table};
use entity::vocabulary::Instant;
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag,
        TagGroup, TagKind, TagTree,
    },
    text::{Font, GlyphId, KrillaGlyph},
};
use rustybuzz::{Direction, ShapePlan, UnicodeBuffer, script};
use std::{num::NonZeroU16, sync::LazyLock};

/// Why a paper could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum Unprinted {
    #[error("a typeface cannot be read")]
    Typeface,
    #[error("the paper has more than {PAGES_MAX} pages")]
    TooLong,
    #[error("{0}")]
    Refused(String),
}

/// The most pages of a paper.
pub const PAGES_MAX: usize = 2_000;

// Measures are in points, 72 to the inch. A4.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const LEFT: f32 = 56.0;
const RIGHT: f32 = WIDTH - 56.0;
const TOP: f32 = 56.0;
const BOTTOM: f32 = HEIGHT - 64.0;
/// Around the words of a cell.
const CELL: (f32, f32) = (6.0, 4.5);
/// How far the items of a list are set in.
const INDENT: f32 = 19.0;

const INK: Grey = Grey(11, 12, 12);
const QUIET: Grey = Grey(72, 73, 73);
const HAIR: Grey = Grey(177, 180, 182);
const SHADE: Grey = Grey(243, 242, 241);
const ACCENT: Grey = Grey(29, 63, 79);

#[derive(Clone, Copy)]
struct Grey(u8, u8, u8);

/// How words are set.
#[derive(Clone, Copy)]
struct Style {
    bold: bool,
    size: f32,
    ink: Grey,
}

impl Style {
    const BODY: Self = Self { bold: false, size: 9.5, ink: INK };
    const STRONG: Self = Self { bold: true, size: 9.5, ink: INK };
    const CELL: Self = Self { bold: false, size: 8.5, ink: INK };
    const HEAD: Self = Self { bold: true, size: 8.5, ink: INK };
    const TITLE: Self = Self { bold: true, size: 21.0, ink: INK };
    const CAPTION: Self = Self { bold: false, size: 10.5, ink: QUIET };
    const FOOT: Self = Self { bold: false, size: 7.5, ink: QUIET };

    const fn heading(level: Level) -> Self {
        match level {
            Level::Section => Self { bold: true, size: 15.0, ink: ACCENT },
            Level::Under => Self { bold: true, size: 11.5, ink: INK },
            Level::Below => Self { bold: true, size: 9.5, ink: INK },
        }
    }

    /// From one line to the next.
    const fn leading(self) -> f32 {
        self.size * if self.size > 12.0 { 1.25 } else { 1.42 }
    }

    fn face(self) -> &'static Face {
        if self.bold { &FACES.1 } else { &FACES.0 }
    }
}

/// A typeface: Noto Sans, under the SIL Open Font Licence.
struct Face {
    shaper: Option<(rustybuzz::Face<'static>, ShapePlan)>,
    font: Option<Font>,
    per_em: f32,
}

static FACES: LazyLock<(Face, Face)> =
    LazyLock::new(|| (Face::of(notosans::REGULAR_TTF), Face::of(notosans::BOLD_TTF)));

/// Glyphs of a piece of text, in parts of the size at which it is set.
struct Shaped {
    text: String,
    glyphs: Vec<KrillaGlyph>,
    width: f32,
    /// Without the space at its end.
    width_inked: f32,
}

impl Face {
    fn of(data: &'static [u8]) -> Self {
        // One plan for all: to make one for each word takes far longer than to shape it.
        let plan = |face: &_| ShapePlan::new(face, Direction::LeftToRight, Some(script::LATIN), None, &[]);
        let shaper = rustybuzz::Face::from_slice(data, 0).map(|face| {
            let plan = plan(&face);
            (face, plan)
        });
        let per_em = shaper.as_ref().map_or(1000.0, |(face, _)| face.units_per_em() as f32);
        Self { shaper, font: Font::new(data.into(), 0), per_em }
    }

    fn has(&self, c: char) -> bool {
        self.shaper.as_ref().is_some_and(|(face, _)| face.glyph_index(c).is_some())
    }

    /// The same text in characters that this typeface has: it is told of every other that something was there.
    fn legible(&self, text: &str) -> String {
        let drawn = |c: char| match c {
            c if c.is_whitespace() || c.is_control() => Some(' '),
            // They say how others are written, and are not written themselves.
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => None,
            // Nobody can know what these are.
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => Some('?'),
            c if self.has(c) => Some(c),
            _ => Some(if self.has('\u{fffd}') { '\u{fffd}' } else { '?' }),
        };
        text.chars().filter_map(drawn).collect()
    }

    fn shape(&self, text: &str) -> Shaped {
        let mut shaped = Shaped { text: text.to_owned(), glyphs: Vec::new(), width: 0.0, width_inked: 0.0 };
        let Some((face, plan)) = &self.shaper else { return shaped };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        let buffer = rustybuzz::shape_with_plan(face, plan, buffer);
        let infos = buffer.glyph_infos();
        for (info, place) in infos.iter().zip(buffer.glyph_positions()) {
            let start = info.cluster as usize;
            let end = infos.iter().map(|i| i.cluster as usize).filter(|&c| c > start).min();
            let part = |units: i32| units as f32 / self.per_em;
            let advance = part(place.x_advance);
            let (id, end) = (GlyphId::new(info.glyph_id), end.unwrap_or(text.len()));
            let (x, y) = (part(place.x_offset), part(place.y_offset));
            shaped.glyphs.push(KrillaGlyph::new(id, advance, x, y, 0.0, start..end, None));
            shaped.width += advance;
            if !text[start..end].trim().is_empty() {
                shaped.width_inked = shaped.width;
            }
        }
        shaped
    }
}

impl Shaped {
    fn empty() -> Self {
        Self { text: String::new(), glyphs: Vec::new(), width: 0.0, width_inked: 0.0 }
    }

    fn append(&mut self, other: Self) {
        let at = self.text.len();
        self.text.push_str(&other.text);
        self.glyphs.extend(other.glyphs.into_iter().map(|mut glyph| {
            glyph.text_range = glyph.text_range.start + at..glyph.text_range.end + at;
            glyph
        }));
        if other.width_inked > 0.0 {
            self.width_inked = self.width + other.width_inked;
        }
        self.width += other.width;
    }
}

/// The pieces between which a line may be broken, each with the space after it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
        let next = rest.peek().copied();
        let after_space = c == ' ' && next != Some(' ');
        let after_dash = matches!(c, '-' | '–' | '—' | '/') && next.is_some_and(char::is_alphabetic);
        if after_space || after_dash {
            pieces.push(String::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Words as lines no wider than this. Each line of the words begins one of its own.
fn broken(words: &str, style: Style, width: f32) -> Vec<Shaped> {
    let (face, width) = (style.face(), width / style.size);
    let mut lines = Vec::new();
    for paragraph in words.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut line = Shaped::empty();
        for piece in pieces(&face.legible(paragraph)) {
            let whole = face.shape(&piece);
            if line.width + whole.width_inked > width && line.width > 0.0 {
                lines.push(std::mem::replace(&mut line, Shaped::empty()));
            }
            if whole.width_inked <= width {
                line.append(whole);
                continue;
            }
            // A word wider than the line, such as a digest, is broken wherever the line is full.
            for c in piece.chars() {
                let one = face.shape(c.encode_utf8(&mut [0; 4]));
                if line.width + one.width_inked > width && line.width > 0.0 {
                    lines.push(std::mem::replace(&mut line, Shaped::empty()));
                }
                line.append(one);
            }
        }
        if !line.text.is_empty() {
            lines.push(line);
        }
    }
    if lines.is_empty() {
        // What is empty is still there: a cell, or an item of a list.
        lines.push(face.shape(" "));
    }
    lines
}

/// How wide the widest piece of these words is, and the widest line if none is broken.
fn widths(words: &str, style: Style) -> (f32, f32) {
    let face = style.face();
    let of_line = |line: &str| {
        let pieces: Vec<_> = pieces(&face.legible(line)).iter().map(|piece| face.shape(piece)).collect();
        let least = pieces.iter().map(|p| p.width_inked).fold(0.0, f32::max);
        (least * style.size, pieces.iter().map(|p| p.width).sum::<f32>() * style.size)
    };
    words.lines().map(of_line).fold((0.0, 0.0), |a, b| (f32::max(a.0, b.0), f32::max(a.1, b.1)))
}

/// Something on a page.
enum Drawn {
    /// `leaf` is its place in the structure; what has none is decoration, or repeated on every page.
    Line {
        at: Point,
        line: Shaped,
        style: Style,
        leaf: Option<usize>,
    },
    Fill {
        area: Rect,
        ink: Grey,
    },
}

/// The structure that a screen reader follows.
enum Tagged {
    Group(TagKind, Vec<Tagged>),
    Leaf(usize),
}

/// What stands where.
struct Layout {
    pages: Vec<Vec<Drawn>>,
    y: f32,
    leaves: usize,
    /// Level, words, page and height of each heading.
    headings: Vec<(Level, String, usize, f32)>,
}

impl Layout {
    fn page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Goes on to the next page unless there is so much room on this one.
    fn need(&mut self, height: f32) -> bool {
        let turns = self.y + height > BOTTOM && self.y > TOP;
        if turns {
            self.page();
        }
        turns
    }

    fn draw(&mut self, drawn: Drawn) {
        if let Some(page) = self.pages.last_mut() {
            page.push(drawn);
        }
    }

    fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Grey) {
        if let Some(area) = Rect::from_xywh(x, y, width, height) {
            self.draw(Drawn::Fill { area, ink });
        }
    }

    /// One line with its top at `y`.
    fn line(&mut self, line: Shaped, style: Style, x: f32, y: f32) -> Tagged {
        let leaf = self.leaves;
        self.leaves += 1;
        let at = Point::from_xy(x, y + style.size * 1.08);
        self.draw(Drawn::Line { at, line, style, leaf: Some(leaf) });
        Tagged::Leaf(leaf)
    }

    /// Lines one below the other, over as many pages as they need.
    fn lines(&mut self, words: &str, style: Style, x: f32, width: f32) -> Vec<Tagged> {
        let mut tagged = Vec::new();
        let lines = broken(words, style, width);
        let count = lines.len();
        for (n, line) in lines.into_iter().enumerate() {
            // No line stands alone at the foot of a page, nor at the head of the next.
            let together = if count > 1 && (n == 0 || n + 2 == count) { 2.0 } else { 1.0 };
            self.need(style.leading() * together);
            tagged.push(self.line(line, style, x, self.y));
            self.y += style.leading();
        }
        tagged
    }

    fn part(&mut self, part: &Part) -> Vec<Tagged> {
        match part {
            Part::Heading { level, words } => vec![self.heading(*level, words)],
            Part::Text { words } => words
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| {
                    let tagged = self.lines(line, Style::BODY, LEFT, RIGHT - LEFT);
                    self.y += 6.0;
                    Tagged::Group(Tag::P.into(), tagged)
                })
                .collect(),
            Part::Pairs { pairs } => vec![self.pairs(pairs)],
            Part::Bullets { items } => vec![self.list(items, ListNumbering::Disc, |_| "•".to_owned())],
            Part::Steps { items } => {
                vec![self.list(items, ListNumbering::Decimal, |n| format!("{}.", n + 1))]
            }
            Part::Table(table) => vec![self.table(table)],
        }
    }

    fn heading(&mut self, level: Level, words: &str) -> Tagged {
        let style = Style::heading(level);
        let before = match level {
            Level::Section => 20.0,
            Level::Under => 12.0,
            Level::Below => 7.0,
        };
        // With room for what it is the heading of.
        if !self.need(before + style.leading() + 64.0) && self.y > TOP {
            self.y += before;
        }
        if level == Level::Section {
            self.fill(LEFT, self.y, RIGHT - LEFT, 1.2, ACCENT);
            self.y += 6.0;
        }
        self.headings.push((level, words.to_owned(), self.pages.len() - 1, self.y));
        let tagged = self.lines(words, style, LEFT, RIGHT - LEFT);
        self.y += match level {
            Level::Section => 5.0,
            Level::Under => 3.0,
            Level::Below => 1.0,
        };
        let number = match level {
            Level::Section => 2,
            Level::Under => 3,
            Level::Below => 4,
        };
        Tagged::Group(heading_tag(number, words), tagged)
    }

    fn list(
        &mut self,
        items: &[String],
        numbering: ListNumbering,
        label: impl Fn(usize) -> String,
    ) -> Tagged {
        let style = Style::BODY;
        let mut tagged = Vec::new();
        for (n, item) in items.iter().enumerate() {
            self.need(style.leading() * 2.0);
            let (page, y) = (self.pages.len(), self.y);
            let label = self.line(style.face().shape(&label(n)), style, LEFT + 2.0, y);
            debug_assert_eq!(page, self.pages.len(), "a label stands beside its words");
            let words = self.lines(item, style, LEFT + INDENT, RIGHT - LEFT - INDENT);
            self.y += 2.5;
            let label = Tagged::Group(Tag::Lbl.into(), vec![label]);
            let words = Tagged::Group(Tag::LBody.into(), words);
            tagged.push(Tagged::Group(Tag::LI.into(), vec![label, words]));
        }
        self.y += 5.0;
        Tagged::Group(Tag::L(numbering).into(), tagged)
    }

    /// What a word stands for: a table of two columns, the first of which heads its row.
    fn pairs(&mut self, pairs: &[(String, String)]) -> Tagged {
        let widths = [(RIGHT - LEFT) * 0.3, (RIGHT - LEFT) * 0.7];
        self.y += 2.0;
        self.need(Style::STRONG.leading() + 2.0 * CELL.1);
        self.fill(LEFT, self.y, RIGHT - LEFT, 0.6, HAIR);
        let rows = pairs
            .iter()
            .map(|(label, value)| {
                let cells = [
                    Cell {
                        words: label,
                        style: Style::STRONG,
                        head: Some(TableHeaderScope::Row),
                        numeric: false,
                    },
                    Cell { words: value, style: Style::BODY, head: None, numeric: false },
                ];
                self.row(&cells, &widths, None)
            })
            .collect();
        self.y += 10.0;
        Tagged::Group(Tag::Table.into(), vec![Tagged::Group(Tag::TBody.into(), rows)])
    }

    fn caption(&mut self, words: Option<&str>) -> Vec<Tagged> {
        let Some(words) = words else {
            self.y += 2.0;
            self.need(60.0);
            return Vec::new();
        };
        self.need(Style::STRONG.leading() + 60.0);
        let tagged = self.lines(words, Style::STRONG, LEFT, RIGHT - LEFT);
        self.y += 3.0;
        vec![Tagged::Group(Tag::Caption.into(), tagged)]
    }

    fn table(&mut self, table: &Table) -> Tagged {
        let widths = column_widths(table);
        let head: Vec<_> = table
            .columns
            .iter()
            .map(|column| Cell {
                words: &column.label,
                style: Style::HEAD,
                head: Some(TableHeaderScope::Column),
                numeric: column.numeric,
            })
            .collect();
        let mut tagged = self.caption(table.caption.as_deref());
        let row = self.row(&head, &widths, None);
        tagged.push(Tagged::Group(Tag::THead.into(), vec![row]));
        let rows = table
            .rows
            .iter()
            .map(|row| {
                let cells: Vec<_> = row
                    .iter()
                    .zip(&table.columns)
                    .enumerate()
                    .map(|(n, (words, column))| Cell {
                        words,
                        style: Style::CELL,
                        head: (n == 0).then_some(TableHeaderScope::Row),
                        numeric: column.numeric,
                    })
                    .collect();
                self.row(&cells, &widths, Some(&head))
            })
            .collect();
        tagged.push(Tagged::Group(Tag::TBody.into(), rows));
        self.y += 10.0;
        Tagged::Group(Tag::Table.into(), tagged)
    }

    /// A row. It moves to the next page whole, below the table's head once more, unless it is longer than a page.
    fn row(&mut self, cells: &[Cell<'_>], widths: &[f32], again: Option<&[Cell<'_>]>) -> Tagged {
        let mut rest: Vec<_> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| broken(cell.words, cell.style, width - 2.0 * CELL.0).into_iter().peekable())
            .collect();
        let leading = cells.iter().map(|cell| cell.style.leading()).fold(0.0, f32::max);
        let lines = rest.iter().map(|lines| lines.len()).max().unwrap_or_default();
        let height = lines as f32 * leading + 2.0 * CELL.1;
        let is_head = cells.iter().all(|cell| matches!(cell.head, Some(TableHeaderScope::Column)));
        if self.need(height.min((BOTTOM - TOP) / 3.0)) {
            self.head_again(again, widths);
        }
        let mut tagged: Vec<Vec<Tagged>> = cells.iter().map(|_| Vec::new()).collect();
        loop {
            let room = ((BOTTOM - self.y - 2.0 * CELL.1) / leading).max(1.0) as usize;
            let count = rest.iter().map(ExactSizeIterator::len).max().unwrap_or_default().min(room);
            let height = count as f32 * leading + 2.0 * CELL.1;
            if is_head {
                self.fill(LEFT, self.y, RIGHT - LEFT, height, SHADE);
            }
            let mut x = LEFT;
            for (n, (cell, width)) in cells.iter().zip(widths).enumerate() {
                for place in 0..count {
                    let Some(line) = rest[n].next() else { break };
                    let y = self.y + CELL.1 + place as f32 * leading;
                    let x = match cell.numeric {
                        true => x + width - CELL.0 - line.width_inked * cell.style.size,
                        false => x + CELL.0,
                    };
                    tagged[n].push(self.line(line, cell.style, x, y));
                }
                x += width;
            }
            self.y += height;
            let weight = if is_head { 1.0 } else { 0.5 };
            self.fill(LEFT, self.y, RIGHT - LEFT, weight, if is_head { QUIET } else { HAIR });
            self.y += weight;
            if rest.iter_mut().all(|lines| lines.peek().is_none()) {
                break;
            }
            self.page();
            self.head_again(again, widths);
        }
        let cells = cells.iter().zip(tagged).map(|(cell, lines)| {
            let tag: TagKind = match cell.head {
                Some(scope) => Tag::TH(scope).into(),
                None => Tag::TD.into(),
            };
            Tagged::Group(tag, lines)
        });
        Tagged::Group(Tag::TR.into(), cells.collect())
    }

    /// The head of a table on a further page: for the eye alone.
    fn head_again(&mut self, head: Option<&[Cell<'_>]>, widths: &[f32]) {
        let Some(head) = head else { return };
        let leaves = self.leaves;
        let from = self.pages.last().map_or(0, Vec::len);
        let _ = self.row(head, widths, None);
        self.leaves = leaves;
        for drawn in self.pages.last_mut().into_iter().flat_map(|page| page.iter_mut().skip(from)) {
            if let Drawn::Line { leaf, .. } = drawn {
                *leaf = None;
            }
        }
    }
}

struct Cell<'a> {
    words: &'a str,
    style: Style,
    head: Option<TableHeaderScope>,
    numeric: bool,
}

fn heading_tag(level: u16, words: &str) -> TagKind {
    Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(words.to_owned())).into()
}

/// Columns as wide as their words; where that is too wide for the page, figures stay whole and words are broken.
fn column_widths(table: &Table) -> Vec<f32> {
    let room = RIGHT - LEFT;
    let measured: Vec<(f32, f32)> = table
        .columns
        .iter()
        .enumerate()
        .map(|(n, column): (usize, &Column)| {
            let cells =
                table.rows.iter().filter_map(|row| row.get(n)).map(|words| widths(words, Style::CELL));
            let (least, most) = cells
                .chain([widths(&column.label, Style::HEAD)])
                .fold((0.0, 0.0), |a: (f32, f32), b| (a.0.max(b.0), a.1.max(b.1)));
            // No word is so long that it leaves no room for the others.
            let least = least.min(room / 4.0);
            let most = if column.numeric { least.max(most.min(room / 5.0)) } else { most.max(least) };
            // A little more than measured, so that adding up loses nothing.
            (least + 2.0 * CELL.0 + 0.1, most + 2.0 * CELL.0 + 0.1)
        })
        .collect();
    let columns = measured.len().max(1) as f32;
    let most: f32 = measured.iter().map(|(_, most)| most).sum();
    if most <= room {
        let spare = (room - most) / columns;
        return measured.iter().map(|(_, most)| most + spare).collect();
    }
    // Short columns stay whole, and what is over goes to the others, in proportion to how much they hold.
    let short = |(_, most): &&(f32, f32)| *most <= room / columns.max(3.0);
    let kept: f32 = measured.iter().filter(short).map(|(_, most)| most).sum();
    let long: Vec<_> = measured.iter().filter(|one| !short(one)).collect();
    let least: f32 = long.iter().map(|(least, _)| least).sum();
    let wanted: f32 = long.iter().map(|(least, most)| most - least).sum();
    let over = room - kept - least;
    if over < 0.0 {
        // Too many columns for their words: all give way alike.
        return vec![room / columns; measured.len()];
    }
    let share = |one: &(f32, f32)| one.0 + over * (one.1 - one.0) / wanted.max(1.0);
    measured.iter().map(|one| if short(&one) { one.1 } else { share(one) }).collect()
}

/// The paper as PDF.
///
/// # Errors
/// It is too long; or krilla will not write it, because it would not be PDF/UA-1 and PDF/A-2a.
pub fn write(paper: &Paper) -> Result<Vec<u8>, Unprinted> {
    let mut layout = Layout { pages: Vec::new(), y: TOP, leaves: 0, headings: Vec::new() };
    layout.page();
    let caption = layout.lines(&paper.caption, Style::CAPTION, LEFT, RIGHT - LEFT);
    layout.y += 3.0;
    let title = layout.lines(&paper.title, Style::TITLE, LEFT, RIGHT - LEFT);
    layout.y += 10.0;
    let mut tagged =
        vec![Tagged::Group(Tag::P.into(), caption), Tagged::Group(heading_tag(1, &paper.title), title)];
    for part in &paper.parts {
        tagged.extend(layout.part(part));
        if layout.pages.len() > PAGES_MAX {
            return Err(Unprinted::TooLong);
        }
    }
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|why| Unprinted::Refused(format!("{why:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title(paper.title.clone())
            .language("en-GB".to_owned())
            .creator("Fairlot".to_owned())
            .producer("Fairlot".to_owned())
            .authors(vec![paper.caption.clone()])
            .creation_date(date(paper.dated)),
    );
    let pages = layout.pages.len();
    let mut identifiers = vec![None; layout.leaves];
    for (n, drawn) in layout.pages.iter().enumerate() {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(Unprinted::Typeface)?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for one in drawn {
            draw(&mut surface, one, &mut identifiers)?;
        }
        foot(&mut surface, &paper.foot, n + 1, pages)?;
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(&layout.headings));
    let children = tagged.into_iter().filter_map(|one| node(one, &identifiers)).collect::<Vec<_>>();
    document.set_tag_tree(TagTree::from(children).with_lang(Some("en-GB".to_owned())));
    document.finish().map_err(|why| Unprinted::Refused(why.to_string()))
}

fn draw(
    surface: &mut Surface<'_>,
    drawn: &Drawn,
    identifiers: &mut [Option<Identifier>],
) -> Result<(), Unprinted> {
    match drawn {
        Drawn::Fill { area, ink } => {
            let mut path = PathBuilder::new();
            path.push_rect(*area);
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.set_fill(Some(fill(*ink)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.end_tagged();
        }
        Drawn::Line { at, line, style, leaf } => {
            let tag = match leaf {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let identifier = surface.start_tagged(tag);
            set(surface, *at, line, *style)?;
            surface.end_tagged();
            if let Some(place) = leaf.and_then(|leaf| identifiers.get_mut(leaf)) {
                *place = Some(identifier);
            }
        }
    }
    Ok(())
}

fn set(surface: &mut Surface<'_>, at: Point, line: &Shaped, style: Style) -> Result<(), Unprinted> {
    let font = style.face().font.clone().ok_or(Unprinted::Typeface)?;
    surface.set_fill(Some(fill(style.ink)));
    surface.draw_glyphs(at, &line.glyphs, font, &line.text, style.size, false);
    Ok(())
}

/// What the paper is, and which page of how many.
fn foot(surface: &mut Surface<'_>, words: &str, page: usize, pages: usize) -> Result<(), Unprinted> {
    let style = Style::FOOT;
    let number = style.face().shape(&format!("Page {page} of {pages}"));
    let x = RIGHT - number.width_inked * style.size;
    let y = HEIGHT - 38.0;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    if let Some(line) = broken(words, style, x - LEFT - 12.0).into_iter().next() {
        set(surface, Point::from_xy(LEFT, y), &line, style)?;
    }
    set(surface, Point::from_xy(x, y), &number, style)?;
    surface.end_tagged();
    Ok(())
}

fn fill(Grey(red, green, blue): Grey) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

fn node(tagged: Tagged, identifiers: &[Option<Identifier>]) -> Option<Node> {
    match tagged {
        Tagged::Leaf(leaf) => identifiers.get(leaf).copied().flatten().map(Node::Leaf),
        Tagged::Group(tag, children) => {
            let children = children.into_iter().filter_map(|child| node(child, identifiers)).collect();
            Some(Node::Group(TagGroup::with_children(tag, children)))
        }
    }
}

/// The headings, for a reader's list of contents: sections, and what stands under them.
fn outline(headings: &[(Level, String, usize, f32)]) -> Outline {
    let mut outline = Outline::new();
    let mut section: Option<OutlineNode> = None;
    for (level, words, page, y) in headings {
        let destination = XyzDestination::new(*page, Point::from_xy(LEFT, y - 8.0));
        let node = OutlineNode::new(words.clone(), destination);
        match (level, &mut section) {
            (Level::Section, _) => {
                section.replace(node).into_iter().for_each(|before| outline.push_child(before))
            }
            (Level::Under, Some(section)) => section.push_child(node),
            (Level::Under, None) => outline.push_child(node),
            (Level::Below, _) => {}
        }
    }
    section.into_iter().for_each(|last| outline.push_child(last));
    outline
}

/// In Coordinated Universal Time, as an instant is written: `2026-12-07T17:00:00.000Z`.
fn date(instant: Instant) -> DateTime {
    let written = instant.to_string();
    let part = |from: usize, to: usize| written.get(from..to).and_then(|text| text.parse::<u16>().ok());
    let small = |from, to| part(from, to).and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
    DateTime::new(part(0, 4).unwrap_or_default())
        .month(small(5, 7))
        .day(small(8, 10))
        .hour(small(11, 13))
        .minute(small(14, 16))
        .second(small(17, 19))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

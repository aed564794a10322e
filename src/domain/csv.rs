//! Tables that programs and spreadsheets read: comma-separated values as RFC 4180 has them.

/// The whole text: a header, then the rows, each line ended as the standard says.
pub fn write<'a>(
    header: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> String {
    let mut text = line(header);
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str)));
    }
    text
}

fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<_> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// What a spreadsheet would run as a formula is made plain text with an apostrophe: a provider chooses its own name.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_quotes_and_line_ends_are_quoted() {
        let rows = [vec!["Oak, Ash & Co".to_owned(), "He said \"yes\"".to_owned()]];
        let text = write(["name", "two\nlines"], rows);
        assert_eq!(text, "name,\"two\nlines\"\r\n\"Oak, Ash & Co\",\"He said \"\"yes\"\"\"\r\n");
    }

    #[test]
    fn nothing_is_run_by_a_spreadsheet() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+44", "'+44"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("1,000", "\"1,000\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(write(["h"], [vec![cell.to_owned()]]), format!("h\r\n{written}\r\n"));
        }
    }
}

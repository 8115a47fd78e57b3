//! How wide text is, where it breaks, and how it is escaped.

/// The width of `text` in pixels at `size` pixels, in a wide sans-serif face, rounded up.
///
/// The classes follow `DejaVu Sans`, the widest of the common faces, so that text also fits in narrower ones.
pub(crate) fn width(text: &str, size: i32, bold: bool) -> i32 {
    let thousandths: i64 = text.chars().map(glyph).sum();
    let weight = if bold { 112 } else { 100 };
    let pixels = (thousandths * i64::from(size) * weight + 99_999) / 100_000;
    i32::try_from(pixels).unwrap_or(i32::MAX / 4)
}

/// The advance of one character in thousandths of the type size.
fn glyph(character: char) -> i64 {
    match character {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0,
        'i' | 'j' | 'l' | 'ì' | 'í' | 'ị' | 'ỉ' | 'ĩ' | '\'' => 280,
        ' ' | '.' | ',' | ':' | ';' | '|' | '/' | '\\' | 'I' | 'J' | '-' => 340,
        't' | 'f' | 'r' | '(' | ')' | '[' | ']' | '!' => 405,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' | '—' | '→' => 990,
        '+' | '=' | '<' | '>' | '~' | '#' | '&' | '×' | '≤' | '≥' => 840,
        's' | 'c' | 'z' | 'v' | 'x' | 'y' | 'k' | '_' | '?' => 580,
        'a'..='z' | '0'..='9' => 640,
        'A'..='Z' => 770,
        _ if character.is_ascii() => 640,
        // Wide scripts fill the em; accented Latin is as wide as its base letter.
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' => 1000,
        _ if u32::from(character) > 0xffff => 1250,
        _ if character.is_uppercase() => 820,
        _ if character.is_alphabetic() => 665,
        _ => 900,
    }
}

/// `text` in lines no wider than `limit` pixels, at most `most` of them; what is left out shows as `…`.
///
/// Lines break at white space, and inside a word after `_`, `.` or, failing those, anywhere.
pub(crate) fn wrap(text: &str, limit: i32, most: usize, size: i32, bold: bool) -> Vec<String> {
    let fits = |line: &str| width(line, size, bold) <= limit;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if lines.len() > most {
            break;
        }
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&joined) {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while !fits(rest) && lines.len() <= most {
            let (head, tail) = rest.split_at(break_point(rest, limit, size, bold));
            lines.push(head.to_owned());
            rest = tail;
        }
        rest.clone_into(&mut line);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && !fits(&format!("{last}…")) {
                last.pop();
            }
            last.push('…');
        }
    }
    lines
}

/// The byte at which a word too wide for a line is broken; never 0 for a word that is not empty.
fn break_point(word: &str, limit: i32, size: i32, bold: bool) -> usize {
    let mut widest = 0;
    let mut after_mark = 0;
    let mut used = 0;
    for (at, character) in word.char_indices() {
        used += width(character.encode_utf8(&mut [0; 4]), size, bold);
        let end = at + character.len_utf8();
        if used > limit && widest > 0 {
            break;
        }
        widest = end;
        if matches!(character, '_' | '.' | '-' | '/' | '(' | '=') {
            after_mark = end;
        }
    }
    if after_mark * 3 >= widest && after_mark > 0 { after_mark } else { widest }
}

/// `text` for XML content and attributes; characters that XML 1.0 cannot hold become `\u{fffd}`.
pub(crate) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' => escaped.push(character),
            '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ if character < ' ' || ('\u{7f}'..='\u{9f}').contains(&character) => {
                escaped.push('\u{fffd}');
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

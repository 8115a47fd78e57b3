//! The corpus of texts with carets under what the parser should say: a line
//! `//     ^^^^ id: part of the message` holds for the line of code above it.

use motcua_dsl::Finding;
use motcua_dsl::{Source, parse};

/// What a caret asks for: line, first column, width, and what the id and message must contain.
type Wanted = (usize, usize, usize, String);

#[expect(clippy::unwrap_used, reason = "a helper of a test")]
fn wanted(text: &str) -> Vec<Wanted> {
    let mut code = 0;
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("//").filter(|rest| rest.trim_start().starts_with('^')) {
            Some(rest) => {
                let column = line.chars().position(|char| char == '^').unwrap();
                let width = rest.chars().filter(|char| *char == '^').count();
                all.push((code, column, width, rest.trim_matches([' ', '^', '\r']).to_owned()));
            }
            None => code = number,
        }
    }
    all
}

fn shown(source: &Source, finding: &Finding) -> (usize, usize, usize, String) {
    let (start, end) = (finding.primary.span.start as usize, finding.primary.span.end as usize);
    let (line, column) = source.position(start);
    let width = source.text[start..end].lines().next().unwrap_or_default().chars().count().max(1);
    // The first two columns of a comment are taken.
    (line - 1, (column - 1).max(2), width, format!("{}: {}", finding.id, finding.message))
}

#[test]
fn the_parser_says_what_the_corpus_asks_for() {
    let mut faults: Vec<String> = Vec::new();
    let (mut sound, mut broken) = (0, 0);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/syntax");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "tthc")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = Source::from_bytes(name.clone(), std::fs::read(path).unwrap()).unwrap();
        let mut wanted = wanted(&source.text);
        if wanted.is_empty() {
            sound += 1;
        } else {
            broken += 1;
        }
        for finding in parse(0, &source).1 {
            let (line, column, width, said) = shown(&source, &finding);
            let found = wanted.iter().position(|(at, from, wide, part)| {
                (*at, *from, *wide) == (line, column, width) && said.contains(part.as_str())
            });
            match found {
                Some(found) => drop(wanted.remove(found)),
                None => faults.push(format!(
                    "{name}:{}: not asked for\n//{:column$}{} {said}\n",
                    line + 1,
                    "",
                    "^".repeat(width),
                    column = column.saturating_sub(2)
                )),
            }
        }
        for (line, _, _, part) in wanted {
            faults.push(format!("{name}:{}: not said: {part}\n", line + 1));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.concat());
    assert!(sound >= 10 && broken >= 40, "{sound} sound and {broken} faulty files");
}

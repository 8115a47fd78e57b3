//! Every sentence of a finding has its Vietnamese one, with the same arguments and the same pieces of the language.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use motcua_dsl::{Sentence, Source, check};

use super::findings::{FILES, VIETNAMESE};
use super::refusals::FILE as ENGINE;
use crate::lang::Lang;

fn dsl() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../dsl")
}

fn files(folder: &Path, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|end| end == ending) {
            found.push((path.clone(), std::fs::read_to_string(path).unwrap_or_default()));
        }
    }
    found.sort();
    found
}

/// Returns the pieces of a pattern in backticks, and the names of its arguments.
fn parts(pattern: &str) -> (Vec<String>, BTreeSet<String>) {
    let mut pieces: Vec<String> = pattern.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    pieces.sort();
    let plain = pattern.replace("{{", "").replace("}}", "");
    let names = plain.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned());
    (pieces, names.collect())
}

/// Whether a pattern has words that people say: letters outside of backticks and of what is filled in.
fn has_words(pattern: &str) -> bool {
    let outside: String = pattern.split('`').step_by(2).collect();
    let plain = outside.replace("{{", "").replace("}}", "");
    let (mut inside, mut letters) = (false, 0);
    for char in plain.chars() {
        match char {
            '{' => inside = true,
            '}' => inside = false,
            _ if !inside && char.is_alphabetic() => letters += 1,
            _ => {}
        }
    }
    letters > 1
}

/// What the compiler writes for programs, or only for itself.
const APART: [&str; 10] = [
    "/format",
    "/lunar",
    "/lower",
    "/table/emit",
    "/parse/starts",
    "/parse/words",
    "/spelling",
    "/syntax",
    "/source.rs",
    "/tests.rs",
];

/// Pieces of the language and of code that read like a sentence, and a raw text that the faulty texts bring up.
const CODE: [&str; 14] = [
    "at most … times",
    "decimal` or `integer",
    "fn {0}({0}) {{ {0} }}",
    "list of {}",
    "month end last day",
    "month end next month's first day",
    "one of {}",
    "one of …",
    "procedure NAME \"…\"",
    "procedure x { state x { } clock x { escalate { } } parallel x { branch x { state x { } } } }",
    "term in {unit}",
    "the earlier of",
    "the later of",
    "the escapes of a text are `\"`, `\\`, `\\n` and `\\t`; write `\\` for a backslash",
];

/// Returns the texts of the compiler's source that read like a sentence: three words and more, the first one small.
fn sentences() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in files(&dsl().join("src"), "rs") {
        let path = path.display().to_string();
        if APART.iter().any(|part| path.contains(part)) {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap().replace("'\"'", "");
        for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.contains("reason = ")) {
            let line = line.replace("\\\"", "\u{1}");
            for text in line.split('"').skip(1).step_by(2) {
                let text = text.replace('\u{1}', "\"").replace("\\\\", "\\");
                let begins = text.starts_with(|char: char| char.is_lowercase() || char == '`' || char == '{');
                if begins && !text.ends_with('\\') && text.split(' ').count() > 2 && has_words(&text) {
                    found.insert(text);
                }
            }
        }
    }
    found
}

/// Returns the first text of each call of `say!` in the compiler's source.
fn said() -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for (path, text) in files(&dsl().join("src"), "rs") {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
        for call in code.split("say!(").skip(1) {
            let Some(rest) = call.trim_start().strip_prefix('"') else { continue };
            let (mut pattern, mut chars) = (String::new(), rest.chars());
            while let Some(char) = chars.next().filter(|char| *char != '"') {
                match (char, (char == '\\').then(|| chars.next()).flatten()) {
                    (_, Some('\n')) => chars = chars.as_str().trim_start().chars(),
                    (_, Some(escaped)) => pattern.push(escaped),
                    (char, None) => pattern.push(char),
                }
            }
            found.insert(pattern, path.clone());
        }
    }
    found
}

#[test]
fn every_file_is_read_and_no_pattern_is_said_in_two_ways() {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in FILES {
        let sections: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (pattern, said) in sections.into_values().flatten() {
            assert_eq!(parts(&pattern), parts(&said), "{name}: {pattern}");
            if let Some(before) = all.insert(pattern.clone(), said.clone()) {
                assert_eq!(before, said, "{name}: `{pattern}` is said in two ways");
            }
        }
    }
    assert!(all.len() > 700, "{}", all.len());
}

#[test]
fn every_sentence_that_is_built_has_a_vietnamese_one() {
    let said = said();
    assert!(said.len() > 350, "the calls are found: {}", said.len());
    let lacks: Vec<_> = said.iter().filter(|(pattern, _)| has_words(pattern) && !VIETNAMESE.says(pattern)).collect();
    assert!(lacks.is_empty(), "{lacks:#?}");
    // A raw text has its backslashes as they are.
    let is_said = |text: &str| VIETNAMESE.says(text) || VIETNAMESE.says(&text.replace('\\', r"\\"));
    let lacks: Vec<_> =
        sentences().into_iter().filter(|text| !CODE.contains(&text.as_str()) && !is_said(text)).collect();
    assert!(lacks.is_empty(), "{lacks:#?}");
}

/// Returns a pattern with all its places alike.
fn shape(pattern: &str) -> String {
    let mut pieces = pattern.split(['{', '}']).enumerate();
    pieces.by_ref().fold(String::new(), |all, (at, piece)| if at % 2 == 0 { all + piece } else { all + "{}" })
}

/// Returns the texts of three words and more that stand between a mark and the end of its statement.
fn told(code: &str, mark: &str, end: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for call in code.split(mark).skip(1) {
        let statement = call.split(end).next().unwrap();
        let mut texts = statement.split('"').skip(1).step_by(2).map(shape);
        found.extend(texts.find(|text| text.contains(' ') && has_words(text)));
    }
    found
}

#[test]
fn every_reason_of_the_engine_has_a_vietnamese_one() {
    let sections: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(ENGINE).unwrap();
    let known: BTreeSet<String> = sections.values().flat_map(BTreeMap::keys).map(|pattern| shape(pattern)).collect();
    for (pattern, said) in sections.values().flatten() {
        assert_eq!(parts(pattern), parts(said), "{pattern}");
    }
    let mut lacks = BTreeSet::new();
    for (path, text) in files(&dsl().join("../engine/src"), "rs") {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
        // A text that goes on behind the end of a line is one text.
        let mut pieces = code.split("\\\n");
        let first = pieces.next().unwrap().to_owned();
        let code = pieces.fold(first, |all, piece| all + piece.trim_start());
        let said = [told(&code, "#[error(", ")]"), told(&code, "invalid(", ";"), told(&code, "Problem::new(", ";")];
        let name = path.display().to_string();
        lacks.extend(
            said.into_iter().flatten().filter(|text| !known.contains(text)).map(|text| format!("{name}: {text}")),
        );
    }
    // Frames that are said by their parts, and texts whose end is another text.
    let apart = [
        "command.rs: ",
        "unknown convention `{}`{}",
        "unknown unit `{}`{}",
        "how long, such as",
        "no version of `{}` {}",
    ];
    lacks.retain(|text| !apart.iter().any(|part| text.contains(part)));
    assert!(lacks.is_empty(), "{lacks:#?}");
}

/// Notes the patterns of a sentence, and of what fills it, that Vietnamese lacks.
fn lacking(sentence: &Sentence, lacks: &mut BTreeSet<&'static str>) {
    lacks.extend(sentence.pattern().filter(|pattern| has_words(pattern) && !VIETNAMESE.says(pattern)));
    sentence.arguments().iter().for_each(|(_, argument)| lacking(argument, lacks));
}

#[test]
fn every_finding_of_every_faulty_text_is_said_in_vietnamese() {
    let mut texts = files(&dsl().join("tests"), "tthc");
    for (path, page) in files(&dsl().join("../docs/findings"), "md") {
        let blocks = page.split("```tthc\n").skip(1).filter_map(|rest| rest.split("\n```").next());
        texts.extend(blocks.map(|block| (path.clone(), block.to_owned())));
    }
    let (mut lacks, mut seen) = (BTreeSet::new(), 0);
    for (path, text) in texts {
        let path = path.display().to_string();
        for finding in check(&[Source { path, text }]).findings {
            seen += 1;
            let labels = finding.because.iter().chain([&finding.primary]).map(|label| &label.text);
            let title = finding.fix.iter().map(|fix| &fix.title);
            labels
                .chain(title)
                .chain(&finding.help)
                .chain([&finding.message])
                .for_each(|text| lacking(text, &mut lacks));
        }
    }
    assert!(lacks.is_empty() && seen > 500, "{seen}: {lacks:#?}");
}

#[test]
fn what_fills_a_sentence_is_said_in_its_language_too() {
    let text = "procedure p { roles { clerk }  on open by clerk -> receved  state received final }";
    let source = Source { path: "p.tthc".to_owned(), text: text.to_owned() };
    let findings = Lang::Vietnamese.findings(&check(&[source]).findings);
    assert_eq!(findings[0].message, "không có trạng thái `receved`");
    assert_eq!(findings[0].help.as_deref(), Some("ý bạn là `received`?"));
    assert_eq!(findings[0].because[0].text, "`received` ở đây");
}

#[test]
fn what_is_quoted_is_spelt_as_in_the_file() {
    let text = "thủ tục p { vai trò { clerk }  khi open do clerk -> zzz  trạng thái received kết thúc }";
    let source = Source { path: "p.tthc".to_owned(), text: text.to_owned() };
    let findings = check(&[source]).findings;
    assert_eq!(findings[0].help.as_deref(), Some("declare it: `trạng thái zzz …`"));
    let findings = Lang::Vietnamese.findings(&findings);
    assert_eq!(findings[0].message, "không có trạng thái `zzz`");
    assert_eq!(findings[0].help.as_deref(), Some("hãy khai báo: `trạng thái zzz …`"));
}

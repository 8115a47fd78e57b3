//! No text, however broken or large, makes the parser panic, overflow the stack or take more than linear time.

use std::time::{Duration, Instant};

use motcua_dsl::{Source, parse};
use proptest::prelude::*;

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn sound() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/syntax");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let sound =
        |path: &std::path::PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("sound_"));
    paths.iter().filter(|path| sound(path)).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Parses, and checks what holds for every finding.
fn check(text: &str) -> usize {
    let source = Source { path: "hostile".into(), text: text.into() };
    let (_, findings) = parse(3, &source);
    for finding in &findings {
        for span in finding.because.iter().map(|label| label.span).chain([finding.primary.span]) {
            let slice = source.text.get(span.start as usize..span.end as usize);
            assert!(slice.is_some() && span.file == 3, "{finding:?}");
        }
        assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
    }
    findings.len()
}

#[test]
fn sound_files_cut_at_each_byte() {
    for text in sound() {
        // The larger files at a stride that is prime, so that all kinds of places are met.
        let stride = if text.len() > 2000 { 13 } else { 3 };
        for end in (0..text.len()).step_by(stride).filter(|end| text.is_char_boundary(*end)) {
            check(&text[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(source) = Source::from_bytes("bytes", bytes) {
            check(&source.text);
        }
    }

    #[test]
    fn words_in_any_order(words in proptest::collection::vec(proptest::sample::select(vec![
        "procedure", "state", "p", "{", "}", "\n", "on", "->", "when", "data.x", "==", "(", ")", "\"", "\"a\"", "`", "after", "5",
        "working", "days", "clock", "limit", "escalate", "at", "80%", "data", "text", "in", "1..2", ",", "/*", "*/", "//", "'",
        "calendar", "week", "mon", "07:30-11:30", "off", "2024-02-30", "organisation", "unit", "office", "do", "[", "]", "#{",
        "không", "“", "=", "and", "parallel", "table", "no", "answer", "was", "by", "needs", "basis", "from", "any", "timer",
    ]), 0..60), spaced in any::<bool>()) {
        check(&words.join(if spaced { " " } else { "" }));
    }

    #[test]
    fn sound_files_with_parts_changed(pick in any::<proptest::sample::Index>(), edits in proptest::collection::vec(
        (any::<proptest::sample::Index>(), 0_usize..12, "[a-z{}()\" \n=>,.5`/*]{0,3}"), 1..5)) {
        let files = sound();
        let mut text = files[pick.index(files.len())].clone();
        for (place, length, new) in edits {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = boundary(place.index(text.len() + 1));
            let end = boundary(start + length).max(start);
            text.replace_range(start..end, &new);
        }
        check(&text);
    }
}

/// Twice the text may take at most about twice the time; a floor keeps a busy machine from failing this.
fn linear(name: &str, make: impl Fn(usize) -> String, size: usize) {
    let time = |size: usize| {
        let text = make(size);
        let start = Instant::now();
        check(&text);
        start.elapsed()
    };
    let (small, large) = (time(size), time(4 * size));
    assert!(
        large < small * 10 + Duration::from_millis(500),
        "{name}: {small:?}, then {large:?} for four times the size"
    );
}

#[test]
fn hostile_texts_take_linear_time() {
    linear("unclosed braces", |size| "procedure p {".repeat(size), 25_000);
    linear("closing braces", |size| "}\n".repeat(size), 25_000);
    linear("crossed brackets", |size| "( } [ ) ".repeat(size), 12_000);
    linear("quotes", |size| "\"\n".repeat(size), 25_000);
    linear("apostrophes", |size| "'".repeat(size), 25_000);
    linear("backticks", |size| "`a\n".repeat(size), 25_000);
    linear("comments", |size| "/*".repeat(size), 25_000);
    linear("open comments", |size| "/* */ /* \n".repeat(size), 10_000);
    linear("arrows", |size| "-> ".repeat(size), 25_000);
    linear("negations", |size| format!("procedure p {{ state a {{ on b when {}x -> c }} }}", "!".repeat(size)), 25_000);
    linear(
        "one line",
        |size| format!("procedure p {{ {} }}", "state a by b within 3 woking days ".repeat(size)),
        4_000,
    );
    linear("lists", |size| format!("procedure p {{ data {{ a {} text }} }}", "list of ".repeat(size)), 10_000);
    linear("unknown lines", |size| format!("procedure p {{\n{}}}", "foo bar baz\n".repeat(size)), 5_000);
    linear(
        "states, each with an error",
        |size| {
            let state = "  state s by x {\n on go neds a -> b\n on x -> y\n }\n";
            format!("procedure p {{\n{}}}", state.repeat(size))
        },
        500,
    );
}

#[test]
fn fifty_thousand_states_with_one_error_are_all_read() {
    let states = "  state s by x {\n    on go -> s\n  }\n".repeat(50_000);
    let text = format!("procedure p {{\n{states}  stat last final\n}}\n");
    let (file, findings) = parse(0, &Source { path: "large".into(), text });
    assert_eq!(findings.len(), 1);
    let [motcua_dsl::syntax::Item::Procedure(procedure)] = file.items.as_slice() else { panic!("one procedure") };
    assert_eq!(procedure.states.len(), 50_001);
}

#[test]
fn depth_is_bounded_before_it_is_read() {
    for open in ["(", "[", "{", "/*", "#{", "(\"a\"", "('\"'", "(`)`"] {
        let text = format!("procedure p {{ state a {{ on b when {} -> c }} }}", open.repeat(100_000));
        assert_eq!(check(&text), 1, "{open}");
        let block = format!("procedure p {{ state a {{ on b do {{ {} }} -> c }} }}", open.repeat(100_000));
        assert_eq!(check(&block), 1, "{open}");
    }
    let units = format!("organisation o {{ {} {} }}", "unit u { ".repeat(90), "} ".repeat(90));
    assert_eq!(check(&units), 0);
}

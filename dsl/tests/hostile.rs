//! No text, however broken or large, makes the parser panic, overflow the stack or take more than linear time.

use std::time::{Duration, Instant};

use motcua_dsl::{Source, Spelling, compile, format_as, parse};
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
        "thủ tục", "thủ", "tục", "trạng", "thái", "khi", "nếu", "giấy_tờ.đủ", "dữ_liệu.x", "thời hạn", "hạn", "ngày", "làm việc",
        "tính từ", "đến", "do", "căn cứ", "một lần", "nhắc việc", "quá hạn", "lịch", "dùng", "a\u{302}\u{301}", "còn lại", "bảng",
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn vietnamese_files_with_parts_changed_are_compiled_or_refused(pick in any::<proptest::sample::Index>(), edits in
        proptest::collection::vec((any::<proptest::sample::Index>(), 0_usize..12, proptest::sample::select(vec![
            "", " ", "\n", "trạng thái ", "khi ", "đủ", "giấy_tờ.", "\u{309}", "\u{323}", "`", "\"", "{", "}", "|", "dữ_liệu", "(", "làm",
            " việc", "when ", "mở_hồ_sơ", "còn  lại", "\u{202e}", "\u{feff}", "\r\n", "\t", "trừ ", "${", "//", "x",
        ])), 1..5)) {
        let files: Vec<String> = sound().into_iter().filter(|text| text.contains("thủ tục")).collect();
        let mut text = files[pick.index(files.len())].clone();
        for (place, length, new) in edits {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = boundary(place.index(text.len() + 1));
            let end = boundary(start + length).max(start);
            text.replace_range(start..end, new);
        }
        check(&text);
        let source = Source { path: "hostile".into(), text };
        let compiled = compile(std::slice::from_ref(&source));
        for spelling in [Spelling::English, Spelling::Vietnamese] {
            // What is turned into the other spelling says the same there.
            if let (Ok(text), Ok(bundle)) = (format_as(&source, spelling), &compiled) {
                let again = compile(&[Source { path: "hostile".into(), text }]).unwrap();
                let hashes = |bundle: &motcua_engine::plan::Bundle| bundle.plans.iter().map(|plan| plan.hash).collect::<Vec<_>>();
                prop_assert_eq!(hashes(bundle), hashes(&again));
            }
        }
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
    linear("phrases", |size| format!("thủ tục p {{ {} }}", "trạng  thái ".repeat(size)), 12_000);
    linear("long words", |size| format!("thủ tục p {{ trạng thái {} }}", "thái".repeat(size)), 25_000);
    linear("marks", |size| format!("thủ tục p {{ {} }}", "a\u{323}".repeat(size)), 25_000);
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

/// Parses and checks everything; returns the ids of what is found.
fn checked(texts: &[&str]) -> Vec<&'static str> {
    let sources: Vec<Source> = texts
        .iter()
        .enumerate()
        .map(|(i, text)| Source { path: format!("hostile{i}.tthc"), text: (*text).to_owned() })
        .collect();
    let findings = motcua_dsl::check(&sources).findings;
    for finding in &findings {
        let span = finding.primary.span;
        let text = sources.get(span.file as usize).map(|source| source.text.as_str());
        assert!(text.and_then(|text| text.get(span.start as usize..span.end as usize)).is_some(), "{finding:?}");
    }
    findings.iter().map(|finding| finding.id).collect()
}

#[test]
fn five_hundred_brackets_are_one_finding_wherever_they_stand() {
    let deep = |inside: &str| format!("{}{inside}{}", "(".repeat(500), ")".repeat(500));
    let frame = |limit: &str, guard: &str, cell: &str, answer: &str| {
        format!(
            "procedure p {{
                roles {{ clerk }}
                data {{ n integer in 1..9 }}
                fee t(data.n)
                clock c {{ limit {limit}  runs from a until b }}
                on open by clerk needs n -> a
                state a by clerk {{ on go when {guard} -> b }}
                state b final
                table t(n) -> integer first {{
                    | n      || m        |
                    | {cell} || {answer} |
                    | -      || 0        |
                }}
            }}"
        )
    };
    assert_eq!(checked(&[&frame("5 days", "data.n == 1", "1", "2")]), [""; 0]);
    for text in [
        frame("5 days", &deep("data.n == 1"), "1", "2"),
        frame("5 days", "data.n == 1", &deep("1"), "2"),
        frame("5 days", "data.n == 1", "1", &deep("n")),
        frame(&deep("5 days"), "data.n == 1", "1", "2"),
        frame(&format!("{} days", deep("5")), "data.n == 1", "1", "2"),
    ] {
        assert_eq!(checked(&[&text]), ["syntax-nesting"], "{text}");
    }
    // At the bound they are read, and what does not belong there is said on the words.
    let some = |inside: &str| format!("{}{inside}{}", "(".repeat(20), ")".repeat(20));
    assert_eq!(checked(&[&frame("5 days", &some("data.n == 1"), "1", "2")]), [""; 0]);
    assert_eq!(checked(&[&frame("5 days", "data.n == 1", &some("1"), "2")]), ["table-cell"]);
    assert_eq!(checked(&[&frame(&some("5 days"), "data.n == 1", "1", "2")]), ["syntax", "syntax"]);
}

#[test]
fn one_name_in_two_normal_forms_is_one_name() {
    let (nfc, nfd) = ("thẩm_định", "th\u{61}\u{302}\u{309}m_\u{111}i\u{323}nh");
    assert_ne!(nfc, nfd);
    let text = |role: &str, state: &str, field: &str, read: &str| {
        format!(
            "procedure p {{
                roles {{ {role} }}
                data {{ {field} integer }}
                on open by {nfc} needs {nfd} -> {nfd}
                state {state} by {nfc} {{ on go when data.{read} > 1 -> b }}
                state b final
            }}"
        )
    };
    let sound = text(nfd, nfc, nfd, nfc);
    assert_eq!(checked(&[&sound]), [""; 0]);
    assert_eq!(checked(&[&text(nfc, nfd, nfc, nfd)]), [""; 0]);
    // Written twice, it is there twice.
    let twice = sound.replace("state b final", &format!("state {nfd} final  state b final"));
    assert_eq!(checked(&[&twice]), ["name-duplicate"]);
}

#[test]
fn files_that_use_one_another_come_to_an_end() {
    let script =
        |own: &str, other: &str| format!("use script {other}\nscript {own} {{ fn {own}(x) {{ {other}(x) }} }}");
    let procedure = |used: &str| {
        format!(
            "use script {used}
            procedure p {{
                roles {{ clerk }}
                data {{ n integer }}
                on open by clerk needs n -> a
                state a by clerk {{ on go when {used}(data.n) > 1 -> b }}
                state b final
            }}"
        )
    };
    let calendar =
        |own: &str, base: &str| format!("use calendar {base}\ncalendar {own} over {base} {{ covers 2024 to 2024 }}");
    for texts in [
        vec![procedure("one"), script("one", "two"), script("two", "one")],
        vec![procedure("one"), script("one", "one")],
        vec![calendar("one", "two"), calendar("two", "three"), calendar("three", "one")],
        vec![calendar("one", "one")],
    ] {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert!(!checked(&texts).is_empty(), "{texts:?}");
    }
}

/// The rows of a table that is too large are not read: what time it takes is that of the grammar.
#[test]
fn a_table_of_too_many_rows_is_one_finding() {
    let table = |rows: usize| {
        let rows = (0..rows).map(|row| format!("| {row} || {row} |\n")).collect::<Vec<_>>().concat();
        format!(
            "procedure p {{ roles {{ clerk }}  data {{ n integer }}  fee t(data.n)  on open by clerk needs n -> a  state a final }}
            table t(n integer) -> integer unique {{\n| n || m |\n{rows}}}"
        )
    };
    assert_eq!(checked(&[&table(100_000)]), ["table-size"]);
}

/// A parallel with a join of this kind and so many branches.
fn parallel(branches: usize, join: &str) -> String {
    let branch = |i| format!("branch b{i} by c {{ state s initial {{ on go -> d }} state d final }}\n");
    let branches = (0..branches).map(branch).collect::<Vec<_>>().concat();
    format!(
        "procedure p {{ roles {{ c }}\non open by c -> q\nparallel q {{\n{branches}on stop by c -> z\njoin {join} -> z\n}}\nstate z final }}"
    )
}

#[test]
fn parallels_of_many_branches_are_read_and_those_of_too_many_refused() {
    assert_eq!(checked(&[&parallel(1_600, "all")]), [""; 0]);
    assert_eq!(checked(&[&parallel(1_600, "any")]), ["join-leaves-running"]);
    assert_eq!(checked(&[&parallel(33_000, "all")]), ["size"]);
}

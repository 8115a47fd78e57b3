use std::ops::Range;
use std::path::PathBuf;

use proptest::prelude::*;

use super::production::{Spelt, spelt};
use super::turn::Turn;
use super::{Unformatted, comments, format, format_as};
use crate::parse::tree::{Branch, Kind, Tree};
use crate::source::Source;
use crate::spelling::Spelling;

/// Returns every text of the workspace that is read.
fn corpus() -> Vec<String> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut folders: Vec<PathBuf> =
        ["procedures", "examples", "tests", "dsl/tests", "cli/tests"].iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "tthc") {
                found.extend(std::fs::read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()));
            }
        }
    }
    found.retain(|text| !text.contains('\r') && of(text).is_ok());
    found.sort();
    found
}

fn of(text: &str) -> Result<String, Unformatted> {
    format(&Source { path: "a.tthc".into(), text: text.to_owned() })
}

fn turned(text: &str, spelling: Spelling) -> String {
    let source = Source { path: "a.tthc".into(), text: text.to_owned() };
    format_as(&source, spelling).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn canonical(text: &str) -> String {
    of(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Where space may not be changed: in what is written as it is, and around comments.
fn fixed(text: &str) -> Vec<Range<usize>> {
    let tree = Tree::parse(Kind::file, text, Spelling::of(text)).unwrap();
    let mut fixed: Vec<Range<usize>> = tree
        .nodes()
        .filter(|node| matches!(spelt(node.kind()), Spelt::Written | Spelt::Code | Spelt::Unit))
        // The currency of an amount stands on its line.
        .map(|node| node.start() - usize::from(node.kind() == Kind::any_code)..node.end())
        .collect();
    fixed.extend(comments::comments(text).into_iter().map(|comment| comment.range));
    fixed.sort_by_key(|range| range.start);
    fixed
}

/// Returns a text with other space between its tokens; blank lines stay blank lines.
fn scattered(text: &str, seed: u64) -> String {
    let fixed = fixed(text);
    let comments = comments::comments(text);
    let mut random = seed;
    let mut out = String::new();
    let mut at = 0;
    let (mut fixed, mut beside) = (fixed.iter().peekable(), comments.iter().peekable());
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        while fixed.next_if(|range| range.end <= at).is_some() {}
        while beside.next_if(|comment| comment.range.end < at).is_some() {}
        let inside = fixed.peek().filter(|range| range.contains(&at));
        let length = rest.len() - rest.trim_start().len();
        if let Some(range) = inside {
            out.push_str(&text[at..range.end]);
            at = range.end;
            continue;
        }
        if length == 0 {
            let length = rest.chars().next().unwrap().len_utf8();
            out.push_str(&rest[..length]);
            at += length;
            continue;
        }
        let space = &rest[..length];
        let comments = beside.clone().take(2);
        let beside_comment =
            comments.map(|comment| &comment.range).any(|range| range.end == at || range.start == at + length);
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let any = usize::try_from(random >> 33).unwrap();
        if beside_comment || out.ends_with("money") {
            out.push_str(space);
        } else if space.matches('\n').count() > 1 {
            out.push_str(["\n\n", "\n   \n\t", "\n\n\n\n  "][any % 3]);
        } else {
            out.push_str([" ", "\n", "\t", "   \n      ", "    "][any % 5]);
        }
        at += length;
    }
    out
}

fn kinds(text: &str) -> Vec<Kind> {
    Tree::parse(Kind::file, text, Spelling::of(text))
        .map(|tree| tree.nodes().map(Branch::kind).collect())
        .unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn layout_does_not_matter(seed: u64) {
        // A part of the corpus each time: all of it in a few runs.
        for text in corpus().into_iter().skip(usize::try_from(seed % 5).unwrap()).step_by(5) {
            let other = scattered(&text, seed);
            // Three letters behind `money` are a currency or the next field, as the line goes on.
            if kinds(&text) != kinds(&other) {
                prop_assert!(text.contains("money"), "{}", other);
                continue;
            }
            let (expected, found) = (canonical(&text), canonical(&other));
            let lines = expected.lines().zip(found.lines()).find(|(expected, found)| expected != found);
            prop_assert!(expected == found, "{:?} of\n{}", lines, other);
        }
    }
}

#[test]
fn what_is_formatted_stays() {
    let texts = corpus();
    assert!(texts.len() > 150, "{}", texts.len());
    for text in texts {
        let formatted = canonical(&text);
        assert_eq!(formatted, canonical(&formatted));
        assert!(formatted.lines().all(|line| line == line.trim_end()) || formatted.contains('`'), "{formatted}");
    }
}

#[test]
fn what_says_something_else_is_noticed() {
    let text = "procedure p { roles { a } state s final \"x\" }  // c";
    let tree = Tree::parse(Kind::file, text, Spelling::English).unwrap();
    let says = |other: &str| super::same::same(text, &tree, other, SAME);
    assert!(says("// c\nprocedure p{roles{a}state s final \"x\"}"));
    assert!(!says("procedure p { roles { a } state s final \"x\" }"));
    assert!(!says("procedure p { roles { b } state s final \"x\" }  // c"));
    assert!(!says("procedure p { roles { a } state s final \"y\" }  // c"));
    assert!(!says("procedure p { roles { a } state s \"x\" final }  // c"));
    assert!(!says("procedure p { roles { a } state s final }  // c"));
    let table = "table t(a integer in 1..2) -> integer first {\n | a || b |\n | 1 || 2 |\n | - || 1 |\n}";
    let tree = Tree::parse(Kind::file, table, Spelling::English).unwrap();
    assert!(super::same::same(table, &tree, &table.replace("| 1 || 2 |", "| 1   || 2 |"), SAME));
    assert!(!super::same::same(table, &tree, &table.replace("|\n | 1 ", "| | 1 "), SAME));
}

const SAME: Turn = Turn { from: Spelling::English, to: Spelling::English };

#[test]
fn each_spelling_turns_into_the_other_and_back() {
    let (mut english, mut vietnamese) = (0, 0);
    for text in corpus() {
        let own = Spelling::of(&text);
        match own {
            Spelling::English => english += 1,
            Spelling::Vietnamese => vietnamese += 1,
        }
        let canonical = canonical(&text);
        let other = turned(&canonical, own.other());
        let again = turned(&other, own);
        let lines = canonical.lines().zip(again.lines()).find(|(expected, found)| expected != found);
        // Letters of the language's own names may have been composed otherwise.
        let composed = |text: &str| unicode_normalization::UnicodeNormalization::nfc(text).collect::<String>();
        assert!(composed(&canonical) == composed(&again), "{lines:?} of\n{other}");
        // What came out is of the other spelling, and in its canonical form.
        assert!(Spelling::of(&other) == own.other() || comments::comments(&other).len() + 1 >= other.lines().count());
        let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&turned(&other, own.other())), lines(&other));
        let plain = |text: &str, what: char| text.matches(what).count();
        assert_eq!(plain(&canonical, '"'), plain(&other, '"'));
    }
    assert!(english > 150 && vietnamese > 5, "{english} and {vietnamese}");
}

#[test]
fn names_get_and_lose_backticks_where_a_word_of_the_other_spelling_stands() {
    let english = "procedure p {
    documents { `copy` original  nếu copy }
    roles { người_giữ  `outside` }
    on open by người_giữ notify người_giữ, holder -> a
    state a by người_giữ { on mở_hồ_sơ -> b }
    state b final
}
";
    let vietnamese = "thủ tục p {
    giấy tờ { copy bản chính  `nếu` bản sao }
    vai trò { người_giữ  outside }
    khi mở_hồ_sơ do người_giữ báo `người_giữ`, người_giữ -> a
    trạng thái a do người_giữ { khi `mở_hồ_sơ` -> b }
    trạng thái b kết thúc
}
";
    assert_eq!(turned(english, Spelling::Vietnamese), vietnamese);
    assert_eq!(turned(vietnamese, Spelling::English), english);
}

#[test]
fn what_would_mean_something_else_is_refused() {
    let text = "procedure p { roles { a }  documents { đủ }  on open by a when documents.đủ > 0 -> b  state b final }";
    let source = Source { path: "a.tthc".into(), text: text.into() };
    assert_eq!(format_as(&source, Spelling::Vietnamese), Err(Unformatted::Taken));
}

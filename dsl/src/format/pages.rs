//! The tables of both spellings in `docs/language.md`: written from the productions by `BLESS=1 cargo test`.

use std::fmt::Write as _;
use std::path::Path;

use super::production::spelt;
use crate::parse::tree::Kind;
use crate::spelling::{Spelling, keywords, names};

const BEGIN: &str = "<!-- both spellings, written by the tests with BLESS=1 -->\n";
const END: &str = "<!-- end of both spellings -->\n";

/// Returns a production as people read it: `…` for a part.
fn shown(words: &str) -> String {
    let mut line = String::new();
    for word in words.split(' ').filter(|word| !matches!(*word, "|" | "[" | "]" | "$*" | "$?" | "{}" | "{?}")) {
        let said = word.trim_start_matches(['~', '?']);
        let is_part = said.starts_with(['$', '@']);
        if is_part && line.ends_with('…') {
            continue;
        }
        if !(line.is_empty() || word.starts_with('~') || word == ",") {
            line.push(' ');
        }
        line.push_str(match said {
            _ if is_part => "…",
            // `?` is a word of its own.
            "" => word,
            said => said,
        });
    }
    let line = line.trim_start_matches(", ");
    line.trim_end_matches(" …").to_owned()
}

fn table(rows: impl Iterator<Item = (String, String)>) -> String {
    let mut seen = Vec::new();
    let mut text = "| English | Vietnamese |\n| --- | --- |\n".to_owned();
    let is_said = |(english, vietnamese): &(String, String)| {
        english != vietnamese && [english, vietnamese].iter().all(|words| words.contains(char::is_alphabetic))
    };
    for row in rows.filter(is_said) {
        if !seen.contains(&row) {
            let _ = writeln!(text, "| `{}` | `{}` |", row.0, row.1);
            seen.push(row);
        }
    }
    text
}

fn tables() -> String {
    let own = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
    let constructs = Kind::all_rules().iter().filter_map(|kind| {
        let words = |spelling| spelt(*kind).words(spelling).map(shown);
        words(Spelling::English).zip(words(Spelling::Vietnamese))
    });
    let (constructs, words) = (table(constructs), table(keywords().map(|(_, english, word)| own((english, word)))));
    let names = table(names().map(own));
    format!("Constructs:\n\n{constructs}\nWords in them:\n\n{words}\nWhat expressions read and call:\n\n{names}")
}

#[test]
fn the_page_shows_every_word_in_both_spellings() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    let tables = tables();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{tables}{END}{after}")).unwrap();
    } else {
        assert_eq!(shown, tables, "run the tests with BLESS=1");
    }
}

//! An article is cited, and nothing rests on it.
//!
//! # What
//! In a procedure with `publish cited` a `basis` of the record names an article that no clock, state, transition, condition or other line
//! names.
//!
//! # Why
//! The record lists the articles that the procedure rests on. One that nothing names was left there when the law changed, or something
//! that it demands is missing in the procedure. An article is named by its parts, too: `Điều 54.2.a` names `Điều 54`.
//!
//! # Wrong
//! ```tthc
//! procedure permit "Cấp giấy phép" {
//!     publish    cited
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     basis      "Luật A, Điều 1, 7"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received                       basis "Luật A, Điều 1"
//!     state received by clerk within 5 days                              basis "Luật A, Điều 1.2" {
//!         on finish when documents.complete -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit "Cấp giấy phép" {
//!     publish    cited
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     basis      "Luật A, Điều 1, 7"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received                       basis "Luật A, Điều 1"
//!     state received by clerk within 5 days                              basis "Luật A, Điều 1.2" {
//!         on finish when documents.complete -> done                      basis "Luật A, Điều 7.1"
//!     }
//!     state done final
//! }
//! ```

use super::record_missing::{Level, level};
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::say;
use crate::syntax::{RecordValue, Text};

const ID: &str = "citation-unused";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let Some((Level::Cited, _)) = level(procedure) else { continue };
        let named: Vec<&str> = named(procedure).iter().map(|text| text.text.as_str()).collect();
        for line in procedure.syntax.record.iter().filter(|line| line.key.text == "basis") {
            let RecordValue::Text(text) = &line.value else { continue };
            for (law, articles) in cited(&text.text) {
                let unused: Vec<&str> =
                    articles.iter().copied().filter(|article| !named.iter().any(|n| names(n, law, article))).collect();
                let silent = articles.is_empty() && !named.iter().any(|text| text.contains(law));
                if unused.is_empty() && !silent {
                    continue;
                }
                let message = match unused.as_slice() {
                    [] => say!("nothing in the procedure rests on `{law}`", law),
                    some => say!(
                        "nothing in the procedure rests on article {copied} of `{law}`",
                        copied = super::listed(some.iter().copied()),
                        law
                    ),
                };
                let help = "name it where it is applied (`basis \"…\"` of a clock, state or command), or remove it";
                findings.push(Finding::warning(ID, message, text.span).help(help));
            }
        }
    }
}

/// Returns the texts in which a law may be named where it is applied.
fn named<'a>(procedure: &Procedure<'a>) -> Vec<&'a Text> {
    let syntax = procedure.syntax;
    let mut texts: Vec<&Text> = Vec::new();
    for line in syntax.record.iter().filter(|line| line.key.text != "basis") {
        match &line.value {
            RecordValue::Text(text) => texts.push(text),
            RecordValue::Named(_, text) => texts.extend(text),
            RecordValue::Word(_) | RecordValue::Code(_) | RecordValue::Version { .. } => {}
        }
    }
    for clock in &syntax.clocks {
        texts.extend(&clock.basis);
        texts.extend(clock.limits.iter().flat_map(|limit| &limit.basis));
        texts.extend(clock.suspends.iter().flat_map(|suspends| &suspends.basis));
        texts.extend(clock.restarts.iter().flat_map(|restarts| &restarts.basis));
        texts.extend(clock.extends.iter().flat_map(|extends| &extends.basis));
        texts.extend(clock.reappoints.iter().flat_map(|reappoints| &reappoints.basis));
    }
    texts.extend(syntax.states.iter().flat_map(|state| &state.basis));
    texts.extend(procedure.rules.iter().flat_map(|rule| &rule.transition.basis));
    texts.extend(syntax.backdates.iter().chain(&syntax.corrects).flat_map(|amends| &amends.basis));
    texts.extend(syntax.four_eyes.iter().flat_map(|line| &line.basis));
    texts
}

/// Words that stand between a law and its articles.
const BEFORE: [&str; 6] = [", Điều ", ", điều ", ", Article ", ", article ", ", Art. ", ", art. "];

/// Returns the laws of a text, each with its articles.
fn cited(text: &str) -> Vec<(&str, Vec<&str>)> {
    let laws = text.split(';').map(|part| {
        let at = BEFORE.iter().find_map(|word| part.split_once(word));
        at.map_or_else(|| (part.trim(), Vec::new()), |(law, articles)| (law.trim(), numbers(articles)))
    });
    laws.filter(|(law, _)| !law.is_empty()).collect()
}

/// Returns the numbers of articles at the beginning of a text: `93, 95.1, 102`.
fn numbers(text: &str) -> Vec<&str> {
    let end = |part: &str| part.find(|c: char| c.is_whitespace() || c == ')').unwrap_or(part.len());
    let mut found = Vec::new();
    for part in text.split(',').map(str::trim) {
        let number = part.get(..end(part)).unwrap_or_default();
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            break;
        }
        found.push(number);
        if number.len() < part.len() {
            break;
        }
    }
    found
}

/// Returns whether a text names an article of a law, one of its parts, or the whole of which it is a part.
fn names(text: &str, law: &str, article: &str) -> bool {
    let part_of =
        |part: &str, whole: &str| part.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    text.split(';').filter(|part| part.contains(law)).any(|part| {
        let after = part.split_once(law).map_or("", |(_, after)| after);
        let articles = BEFORE.iter().find_map(|word| after.split_once(word)).map(|(_, articles)| numbers(articles));
        articles.unwrap_or_default().iter().any(|known| part_of(known, article) || part_of(article, known))
    })
}

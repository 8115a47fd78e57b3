//! Findings as SARIF 2.1.0, which code scanning reads.

use motcua_dsl::syntax::Span;
use motcua_dsl::{Checked, Exempted, Finding, Fix, Label, Sentence, Severity, Source};
use serde_json::{Value, json};

use crate::fingerprint::Fingerprints;
use crate::lang::Lang;
use crate::pages::{PAGES, Page};
use crate::render::{Indexed, place};

/// Where the format is defined.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths that are no absolute ones are relative to.
const ROOT: &str = "%SRCROOT%";

/// Returns what was found as one SARIF log of one run, said in a language, what is accepted among it; `pages` is the address of the folder with the pages of findings.
///
/// # Errors
/// Where `serde_json` cannot write it, which no finding brings about.
pub fn log(sources: &[Source], checked: &Checked, pages: Option<&str>, lang: Lang) -> serde_json::Result<String> {
    let files: Vec<Indexed<'_>> = sources.iter().map(Indexed::new).collect();
    let mut fingerprints = Fingerprints::default();
    let mut found: Vec<(&Finding, Option<&Exempted>)> =
        checked.exempted.iter().map(|exempted| (&exempted.finding, Some(exempted))).collect();
    found.extend(checked.findings.iter().map(|finding| (finding, None)));
    // Whether one is accepted changes no fingerprint.
    found.sort_by_key(|(finding, _)| (finding.primary.span, finding.id));
    let results: Vec<Value> = found
        .iter()
        .map(|(finding, exempted)| {
            let source = sources.get(finding.primary.span.file as usize);
            let print = source.map(|source| fingerprints.of(&address(&source.path), &source.text, finding));
            result(&files, finding, *exempted, &print.unwrap_or_default())
        })
        .collect();
    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "motcua",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": PAGES.iter().map(|page| rule(page, pages)).collect::<Vec<_>>(),
            }},
            "language": lang.code(),
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The folder in which the program was run." } } },
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn rule(page: &Page, pages: Option<&str>) -> Value {
    let mut rule = json!({
        "id": page.id,
        "shortDescription": { "text": page.summary() },
        "fullDescription": { "text": page.what() },
        "help": { "text": page.markdown, "markdown": page.markdown },
        "defaultConfiguration": { "level": level(page.severity) },
        "properties": { "page": format!("docs/findings/{}.md", page.id) },
    });
    if let (Some(base), Some(keys)) = (pages, rule.as_object_mut()) {
        let address = format!("{}/{}.md", base.trim_end_matches('/'), page.id);
        keys.insert("helpUri".to_owned(), address.into());
    }
    rule
}

fn result(files: &[Indexed<'_>], finding: &Finding, exempted: Option<&Exempted>, print: &str) -> Value {
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.id,
        "level": level(finding.severity),
        "message": { "text": format!("{}{help}", finding.message) },
        "locations": [location(files, &finding.primary)],
        "partialFingerprints": { "motcua/v1": print },
    });
    let Some(keys) = result.as_object_mut() else { return result };
    if let Some(index) = PAGES.iter().position(|page| page.id == finding.id) {
        keys.insert("ruleIndex".to_owned(), index.into());
    }
    if !finding.because.is_empty() {
        let because: Vec<Value> = finding.because.iter().map(|label| location(files, label)).collect();
        keys.insert("relatedLocations".to_owned(), because.into());
    }
    if let Some(fix) = &finding.fix {
        keys.insert("fixes".to_owned(), json!([fixed(files, fix)]));
    }
    if let Some(exempted) = exempted {
        let accepted = Label { span: exempted.at, text: Sentence::default() };
        let suppression =
            json!({ "kind": "inSource", "justification": exempted.reason, "location": location(files, &accepted) });
        keys.insert("suppressions".to_owned(), json!([suppression]));
    }
    result
}

fn location(files: &[Indexed<'_>], label: &Label) -> Value {
    let mut location = json!({
        "physicalLocation": { "artifactLocation": artifact(files, label.span), "region": region(files, label.span) },
    });
    if let (false, Some(keys)) = (label.text.is_empty(), location.as_object_mut()) {
        keys.insert("message".to_owned(), json!({ "text": label.text }));
    }
    location
}

/// Returns the edits of a fix; all are of one file.
fn fixed(files: &[Indexed<'_>], fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| json!({ "deletedRegion": region(files, edit.span), "insertedContent": { "text": edit.text } }))
        .collect();
    let span = fix.edits.first().map(|edit| edit.span).unwrap_or_default();
    json!({
        "description": { "text": fix.title },
        "artifactChanges": [{ "artifactLocation": artifact(files, span), "replacements": replacements }],
    })
}

fn artifact(files: &[Indexed<'_>], span: Span) -> Value {
    let uri = address(place(files, span).0);
    if uri.starts_with("file:") { json!({ "uri": uri }) } else { json!({ "uri": uri, "uriBaseId": ROOT }) }
}

fn region(files: &[Indexed<'_>], span: Span) -> Value {
    let (_, (line, column), (end_line, end_column)) = place(files, span);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// Returns a path as an address: what is no letter, digit or one of `-._~/` is written in hexadecimal digits.
fn address(path: &str) -> String {
    use std::fmt::Write as _;
    let mut address = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.strip_prefix("./").unwrap_or(path).bytes() {
        match byte {
            b'\\' if cfg!(windows) => address.push('/'),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => address.push(byte.into()),
            _ => drop(write!(address, "%{byte:02X}")),
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_an_address() {
        assert_eq!(address("./procedures/đất đai.tthc"), "procedures/%C4%91%E1%BA%A5t%20%C4%91ai.tthc");
        assert_eq!(address("/srv/100%.tthc"), "file:///srv/100%25.tthc");
    }
}

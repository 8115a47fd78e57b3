//! What a dossier pins: the hash of a plan stays where nothing is decided otherwise, and moves where something is.

#![expect(clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use motcua_dsl::{Source, compile};
use motcua_engine::plan::PlanHash;
use unicode_normalization::UnicodeNormalization;

const PERMIT: &str = include_str!("lower/permit.tthc");

/// The permit with a table, and with a name and texts that have two normal forms.
pub(crate) fn permit() -> String {
    let table = "    table share(zone) -> integer unique {
        | zone        || part     |
        | urban       || 1_000    |
        | rural       || 2_000    |
    }
    script {";
    PERMIT
        .replacen("    script {", table, 1)
        .replace("data.extra = 0;", "data.extra = share(data.zone);")
        .replace("assessing", "thẩm_định")
        .replace("\"apologise today\"", "\"xin lỗi\\thôm nay\"")
        .replace("log(\"large\")", "log(\"lớn\")")
}

fn hash(text: &str) -> PlanHash {
    let bundle = compile(&[Source { path: "permit.tthc".into(), text: text.into() }]);
    bundle.unwrap_or_else(|findings| panic!("{text}\n{findings:#?}")).plans.remove(0).hash
}

/// A change of the text: what it is, what stands there, what stands there then.
pub(crate) type Change = (&'static str, &'static str, &'static str);

pub(crate) fn changed(text: &str, (what, old, new): Change) -> String {
    assert!(text.contains(old), "{what}: `{old}` does not stand in the text");
    text.replacen(old, new, 1)
}

/// Says which of some changes do not do with the hash what they should.
fn wrong(changes: &[Change], moves: bool) -> Vec<&'static str> {
    let text = permit();
    let pinned = hash(&text);
    changes
        .iter()
        .filter(|change| (hash(&changed(&text, **change)) != pinned) != moves)
        .map(|change| change.0)
        .collect()
}

/// What decides nothing.
pub(crate) const NOTHING: &[Change] = &[
    ("a label of the procedure", "\"Housing permit\"", "\"Giấy phép\""),
    ("a label of a field", "\"Area (m²)\"", "\"Diện tích\""),
    ("a label that goes", "final \"Returned\"", "final"),
    ("a label of a state", "\"Waits for the citizen\"", "\"Chờ\""),
    ("a label of a document", "\"Drawings\"", "\"Bản vẽ\""),
    ("a label of a role", "\"One-stop shop\"  urban", "\"Một cửa\"  urban"),
    ("a label of a clock", "clock processing \"Processing\"", "clock processing \"Giải quyết\""),
    ("a basis", "Art. 102", "Art. 103"),
    ("a code of the record", "\"1.009994\"", "\"1.009995\""),
    ("a comment", "procedure housing_permit", "// a comment\nprocedure housing_permit"),
    ("a comment between words", "limit      15", "limit /* a /* nested */ one */ 15"),
    ("a comment in a guard", "when (data.area <= 250.0)", "when (data.area /* m² */ <= 250.0)"),
    ("a comment in an effect", "data.rounds += 1;", "data.rounds += 1; // once more\n"),
    ("a comment in a table", "| urban       ||", "| urban /* town */ ||"),
    ("layout of a state", "state refused  final", "state\n refused\n\n final"),
    ("layout of a guard", "!documents.complete", "!  documents.complete"),
    ("layout of a table", "| rural       || 2_000    |", "|rural||2_000|"),
    ("a name in backticks", "-> supplementing", "-> `supplementing`"),
    (
        "lines of the record in another order",
        "code        \"1.009994\"\n    version     3 effective 2024-01-01",
        "version 3 effective 2024-01-01\n    code \"1.009994\"",
    ),
    ("underscores in a range", "1..10_000", "1..10000"),
    ("underscores in a cell", "|| 1_000    |", "|| 1000 |"),
    ("an escape in a text", "lỗi\\thôm nay", "lỗi\thôm nay"),
    ("a way of choosing a row that chooses the same", "-> integer unique {", "-> integer first {"),
];

#[test]
fn what_decides_nothing_leaves_the_hash() {
    assert_eq!(wrong(NOTHING, false), [""; 0]);
}

#[test]
fn the_form_of_letters_and_lines_leaves_the_hash() {
    let text = permit();
    let pinned = hash(&text);
    let nfd: String = text.nfd().collect();
    assert_ne!(nfd, text);
    assert_eq!(hash(&nfd), pinned, "NFD");
    assert_eq!(hash(&text.replace('\n', "\r\n")), pinned, "line ends");
    assert_eq!(hash(&text.replace("    ", "\t")), pinned, "tabs");
}

#[test]
fn items_of_a_file_may_stand_in_any_order() {
    let text = permit();
    let at = |item: &str| text.find(item).unwrap_or_else(|| panic!("{item}"));
    let (procedure, organisation, calendar) =
        (at("procedure "), at("organisation district \""), at("calendar office \""));
    let (used, first) = text.split_at(procedure);
    let (permit, rest) = first.split_at(organisation - procedure);
    let (organisation, calendar) = rest.split_at(calendar - organisation);
    let turned = format!("{calendar}\n{organisation}\n{permit}\n{used}");
    assert_eq!(hash(&turned), hash(&text));
}

/// What decides.
pub(crate) const DECIDES: &[Change] = &[
    ("a target", "-> supplementing", "-> refused"),
    ("who may give a command", "on withdraw by citizen", "on withdraw by counter"),
    ("who holds a state", "state signing by chair", "state signing by urban"),
    ("who opens", "on open by citizen, counter", "on open by counter"),
    ("a term", "15 working days when", "14 working days when"),
    ("a unit of a term", "after 30 days", "after 30 working days"),
    ("a term of a state", "within 7.5 working days", "within 7 working days"),
    ("a convention", "after 15:00 the next", "after 16:00 the next"),
    ("where a clock runs to", "until returned, refused", "until returned"),
    ("what a clock waits for", "suspends   on ask until answer", "suspends   on answer until ask"),
    ("a rung", "at 80% ", "at 70% "),
    ("who hears of it", "notify holder\n            2", "notify chair\n            2"),
    ("what is told", "hôm nay", "ngay"),
    ("a guard", "<= 250.0", "< 250.0"),
    ("a guard that goes", "when documents.complete -> thẩm_định", "-> thẩm_định"),
    ("a type", "rounds    integer = 0", "rounds    decimal = 0"),
    ("a currency", "price     money =", "price     money EUR ="),
    ("a word of a type", "granted, denied ?", "granted, denied, split ?"),
    ("a default", "extra     integer = 5", "extra     integer = 6"),
    ("a range", "1..10_000", "1..10_001"),
    ("whether a field may be absent", "applicant text personal ", "applicant text personal ? "),
    ("a document", "        drawings    \"Drawings\"    original 2\n", ""),
    ("a condition of a document", "when data.area > 250.0\n", "when data.area > 251.0\n"),
    ("what a command needs", "on pass needs verdict", "on pass needs verdict, seen_on"),
    ("how often", "on give_back once when", "on give_back when"),
    ("an effect", "data.rounds += 1", "data.rounds += 2"),
    ("a text of an effect", "log(\"lớn\")", "log(\"to\")"),
    ("a function", "area > 250.0 }", "area > 251.0 }"),
    ("a row of a table", "2_000    |", "2_001    |"),
    ("a cell of a table", "| rural       ||", "| not urban   ||"),
    ("an outcome", "data.verdict ?? \"denied\"\n", "data.verdict ?? \"granted\"\n"),
    ("a form", "-> thẩm_định issue receipt", "-> thẩm_định"),
    ("a timer", "reminder \"Reminder\" 60 days", "reminder \"Reminder\" 61 days"),
    ("the version", "version     3", "version     4"),
    ("the day from which on", "effective 2024-01-01", "effective 2024-01-02"),
    ("a name", "timer reminder", "timer reminding"),
];

#[test]
fn what_decides_moves_the_hash() {
    assert_eq!(wrong(DECIDES, true), [""; 0]);
}

/// What is pinned as it is written.
pub(crate) const WRITTEN: &[Change] = &[
    ("zeros of a number in a guard", "(data.area <= 250.0)", "(data.area <= 250.00)"),
    ("underscores of a number in a guard", "data.price > 0.0", "data.price > 0_0.0"),
    ("an escape in a script", "log(\"lớn\")", "log(\"l\\u1EDBn\")"),
    ("brackets in a guard", "when documents.complete", "when (documents.complete)"),
    (
        "states in another order",
        "state refused  final \"Refused\"\n    state lapsed   final \"Lapsed\"",
        "state lapsed   final \"Lapsed\"\n    state refused  final \"Refused\"",
    ),
    ("fields in another order", "extra     integer = 5", "zero integer = 0\n        extra     integer = 5"),
];

/// A script is pinned by its tokens, as plans always were: who spells a number or a text otherwise makes another plan.
/// Events name states and fields by their place, so where they are declared decides as well.
#[test]
fn what_is_pinned_as_it_is_written_moves_the_hash() {
    assert_eq!(wrong(WRITTEN, true), [""; 0]);
}

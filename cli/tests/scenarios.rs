//! `motcua test`: what it says of tests that pass and of tests that fail, to people and to programs.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FAILING: &str = "cli/tests/data/scenarios";

pub(crate) fn motcua(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .unwrap()
}

pub(crate) fn said(output: &Output) -> (i32, String) {
    (output.status.code().unwrap(), String::from_utf8(output.stdout.clone()).unwrap())
}

#[test]
fn the_library_and_the_examples_do_what_their_tests_say() {
    let (code, text) = said(&motcua(&["test", "procedures", "examples"]));
    assert_eq!(code, 0, "{text}");
    assert!(text.ends_with("tests: all pass\n"), "{text}");
}

#[test]
fn a_failure_shows_its_line_what_was_and_the_story_until_then() {
    let (code, text) = said(&motcua(&["test", FAILING]));
    assert_eq!(code, 1);
    insta::assert_snapshot!(text);
}

#[test]
fn what_is_told_late_is_seen_once_it_is_told() {
    let (code, text) = said(&motcua(&["test", "cli/tests/data/told_late"]));
    assert_eq!(code, 0, "{text}");
}

#[test]
fn two_runs_say_the_same() {
    assert_eq!(said(&motcua(&["test", FAILING])), said(&motcua(&["test", FAILING])));
}

#[test]
fn what_no_test_has_shown_is_named() {
    let (code, text) = said(&motcua(&["test", FAILING, "--coverage", "--filter", "passes"]));
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text);
    let (code, _) = said(&motcua(&["test", FAILING, "--filter", "passes", "--fail-under", "90"]));
    assert_eq!(code, 1);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let coverage = format!("--coverage={}", page.to_str().unwrap());
    let (code, _) = said(&motcua(&["test", FAILING, "--filter", "passes", &coverage]));
    let page = fs::read_to_string(page).unwrap();
    assert_eq!(code, 0);
    let box_of = |state: &str| page.split("<g class=").find(|group| group.contains(&format!("<title>{state}</title>")));
    assert!(box_of("signing").unwrap().starts_with("\"shown\""));
    assert!(box_of("done").unwrap().starts_with("\"unshown\""));
    assert!(page.contains("<g class=\"unshown\"><title>signing --sign→ done"));
}

#[test]
fn accepted_values_make_the_tests_pass() {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios");
    for name in ["permit.tthc", "permit.tests.tthc"] {
        fs::copy(data.join(name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let accept = motcua(&["test", path, "--accept"]);
    assert!(String::from_utf8(accept.stderr).unwrap().contains("rewritten in 1 file"));
    let text = fs::read_to_string(folder.path().join("permit.tests.tthc")).unwrap();
    for line in [
        "expect state signing, holder head, due processing 2024-03-12, data.area = 120",
        "| 300  || 1000 |",
        "outcome \"done\"",
        "refused \"`sign` is not possible in `received`",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    // What no value mends stays: a command that is refused or done, an instant, what is drawn.
    let (_, told) = said(&motcua(&["test", path]));
    assert!(text.contains("expect late processing, outcome \"done\", late processing"), "{text}");
    assert!(text.contains("expect data.fee absent"), "{text}");
    assert!(told.ends_with("8 tests: 4 passed, 4 failed\n"), "{told}");
}

#[test]
fn annotations_stand_at_their_lines() {
    let (_, text) = said(&motcua(&["test", FAILING, "--format", "github"]));
    let first = text.lines().next().unwrap();
    let at = "::error file=cli/tests/data/scenarios/permit.tests.tthc,line=16,col=12,";
    assert!(first.starts_with(at), "{first}");
    assert!(first.contains("expected: state received%0Awas: signing%0A"), "{first}");
}

/// What the schema of Ant's reports (the strictest in use) asks for, as far as a report of ours could miss it. There is no
/// well-kept validator of XML schemas in Rust; the rules are written out.
#[test]
fn junit_is_as_its_schema_wants_it() {
    let (code, text) = said(&motcua(&[
        "test",
        FAILING,
        "procedures/vn/business/household_business_reissue.tests.tthc",
        "--format",
        "junit",
    ]));
    assert_eq!(code, 1);
    let document = roxmltree::Document::parse(&text).unwrap();
    let names = |node: roxmltree::Node<'_, '_>| -> Vec<String> {
        node.children().filter(roxmltree::Node::is_element).map(|child| child.tag_name().name().to_owned()).collect()
    };
    let keys = |node: roxmltree::Node<'_, '_>| -> Vec<String> {
        let mut keys: Vec<_> = node.attributes().map(|attribute| attribute.name().to_owned()).collect();
        keys.sort();
        keys
    };
    let is_token = |text: &str| !text.is_empty() && text == text.split_whitespace().collect::<Vec<_>>().join(" ");
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let suites: Vec<_> = root.children().filter(roxmltree::Node::is_element).collect();
    assert_eq!(suites.len(), 2);
    for (id, suite) in suites.iter().enumerate() {
        assert_eq!(suite.tag_name().name(), "testsuite");
        let all = ["errors", "failures", "hostname", "id", "name", "package", "skipped", "tests", "time", "timestamp"];
        assert_eq!(keys(*suite), all);
        assert_eq!(suite.attribute("id").unwrap(), id.to_string());
        assert!(["name", "package", "hostname"].iter().all(|key| is_token(suite.attribute(*key).unwrap())));
        let timestamp = suite.attribute("timestamp").unwrap();
        let shape: String = timestamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00");
        let inside = names(*suite);
        assert_eq!(inside.first().unwrap(), "properties");
        assert_eq!(inside[inside.len() - 2..], ["system-out", "system-err"]);
        assert!(inside[1..inside.len() - 2].iter().all(|name| name == "testcase"));
        let count = |key: &str| suite.attribute(key).unwrap().parse::<usize>().unwrap();
        assert_eq!(count("tests"), inside.len() - 3);
        let failed = suite.descendants().filter(|node| node.has_tag_name("failure"));
        assert_eq!(count("failures"), failed.clone().count());
        for failure in failed {
            assert_eq!(keys(failure), ["message", "type"]);
        }
        for case in suite.children().filter(|node| node.has_tag_name("testcase")) {
            assert_eq!(keys(case), ["classname", "name", "time"]);
            assert!(case.attribute("time").unwrap().parse::<f64>().unwrap() >= 0.0);
            assert!(["name", "classname"].iter().all(|key| is_token(case.attribute(*key).unwrap())));
            assert!(names(case).len() <= 1);
        }
    }
}

#[test]
fn wrong_usage_and_wrong_definitions_have_their_exit_codes() {
    let cases: [(&[&str], i32, &str); 4] = [
        (&["test", "procedures/calendars"], 2, "there is no test"),
        (&["test", FAILING, "--filter", "nothing like it"], 2, "no test has"),
        (&["test", "no/such/folder"], 2, "cannot read"),
        (&["test", "dsl/tests/check/faulty/test_names.tthc"], 1, "name-unknown"),
    ];
    for (arguments, code, text) in cases {
        let output = motcua(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(text), "{arguments:?}: {said}");
    }
}

#[test]
fn a_row_that_only_another_procedure_asks_for_is_owed_by_nobody() {
    let (code, text) = said(&motcua(&["test", "cli/tests/data/shared_table", "--coverage"]));
    assert_eq!(code, 0, "{text}");
    assert_eq!(text.matches("table rows   1 of 1").count(), 2, "{text}");
    assert_eq!(text.matches("cannot be shown here: fee: ").count(), 4, "{text}");
    assert!(!text.contains("not shown: fee"), "{text}");
}

#[test]
fn a_row_of_a_shared_table_counts_where_it_can_be_asked_for_and_once() {
    let data = "cli/tests/data/shared_rows";
    let (code, text) = said(&motcua(&["test", data, "--coverage"]));
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text);
    let (_, json) = said(&motcua(&["test", data, "--coverage", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let items = json["coverage"]["procedures"].as_array().unwrap().iter();
    let items: Vec<_> = items.flat_map(|one| one["items"].as_array().unwrap()).collect();
    // Every row of both, less what one of the two cannot ask for; a row that both ask for is one.
    let counted = |item: &&&serde_json::Value| item.get("beyond").is_none();
    let (mut rows, others): (Vec<_>, Vec<_>) = items.iter().filter(counted).partition(|item| item["kind"] == "rows");
    rows.sort_by_key(|row: &&&serde_json::Value| row["line"].as_u64());
    rows.dedup_by_key(|row| row["line"].as_u64());
    assert_eq!(rows.len(), 3);
    let all = rows.iter().chain(&others);
    let (shown, of) = (all.clone().filter(|item| item["shown"] == true).count(), all.count());
    assert_eq!(json["coverage"]["percent"], shown * 100 / of);
    let least = |percent: usize| said(&motcua(&["test", data, "--fail-under", &percent.to_string()])).0;
    assert_eq!([least(shown * 100 / of), least(shown * 100 / of + 1)], [0, 1]);
}

#[test]
fn nothing_that_was_shown_is_said_to_be_beyond_tests() {
    let (code, json) = said(&motcua(&["test", "procedures", "examples", "--coverage", "--format", "json"]));
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let procedures = json["coverage"]["procedures"].as_array().unwrap();
    let items: Vec<_> = procedures.iter().flat_map(|one| one["items"].as_array().unwrap()).collect();
    let beyond: Vec<_> = items.iter().filter(|item| item.get("beyond").is_some()).collect();
    assert!(!beyond.is_empty());
    assert!(beyond.iter().all(|item| item["shown"] == false), "{beyond:?}");
}

#[test]
fn a_path_behind_coverage_is_read_and_never_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios/permit.tthc"),
        folder.path().join("permit.tthc"),
    )
    .unwrap();
    let definition = folder.path().join("permit.tthc");
    let before = fs::read(&definition).unwrap();
    let (_, text) = said(&motcua(&["test", "cli/tests/data/told_late", "--coverage", definition.to_str().unwrap()]));
    assert_eq!(fs::read(&definition).unwrap(), before);
    assert!(text.contains("no test at all: permit"), "{text}");
}

#[test]
fn a_procedure_without_an_organisation_is_tested_beside_one_with() {
    let (code, text) = said(&motcua(&["test", "cli/tests/data/beside_organisation", "--coverage"]));
    assert_eq!(code, 0, "{text}");
    // Real hours know no day off; the label of a Saturday that is worked out of turn is a reason for a due date.
    assert!(!text.contains("hours over a holiday") && text.contains("sessions over a holiday"), "{text}");
    assert!(text.starts_with("4 tests: all pass"), "{text}");
}

#[test]
fn corrections_moves_and_new_calendars_are_steps() {
    let (code, text) = said(&motcua(&["test", "cli/tests/data/amended", "--coverage"]));
    assert_eq!(code, 0, "{text}");
    for line in ["6 tests: all pass", "table rows   2 of 2", "not shown: pass: no guard holds", "permit, version 2"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for line in ["not shown: correct:", "`data.area > 100` holds (limit of processing)"] {
        assert!(!text.contains(line), "{line} in {text}");
    }
}

#[test]
fn stories_are_told_in_vietnamese() {
    let (code, text) = said(&motcua(&["test", FAILING, "--lang", "vi", "--coverage"]));
    assert_eq!(code, 1);
    insta::assert_snapshot!(text);
    let (_, github) = said(&motcua(&["test", FAILING, "--lang", "vi", "--format", "github"]));
    assert!(github.contains("mong đợi: trạng thái received%0Athực tế: signing%0A"), "{github}");
    let (_, english) = said(&motcua(&["test", FAILING, "--format", "json"]));
    let (_, vietnamese) = said(&motcua(&["test", FAILING, "--lang", "vi", "--format", "json"]));
    assert_eq!(english.matches("would_pass_with").count(), vietnamese.matches("would_pass_with").count());
}

/// Writes a file of tests beside the definition of a permit, and returns its folder.
fn beside_permit(definition: &str, tests: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(definition), folder.path().join("permit.tthc"))
        .unwrap();
    fs::write(folder.path().join("permit.tests.tthc"), tests).unwrap();
    folder
}

#[test]
fn words_forms_and_notices_are_accepted_in_the_spelling_of_the_file() {
    let english = "test \"words\" for permit {
    open by citizen at 2024-03-04 09:00 with area = 120, zone = urban
    expect issued receipt, notified head
    accept by clerk after 1 working day
    expect overdue processing, not issued receipt, not running processing
}
";
    let vietnamese = "kiểm thử \"lời\" cho permit {
    mở_hồ_sơ do citizen lúc 2024-03-04 09:00 kèm area = 120, zone = urban
    kiểm tra đã cấp receipt, đã báo trưởng của head
    accept do clerk sau 1 ngày làm việc
    kiểm tra xong trễ processing, trạng thái received và done
}
";
    let accepted: [(&str, &[&str]); 2] = [
        (
            english,
            &[
                "expect not issued receipt, notified nobody",
                "expect running processing, issued receipt, running processing",
            ],
        ),
        (
            vietnamese,
            &["kiểm tra không đã cấp receipt, đã báo không ai", "kiểm tra đang tính processing, trạng thái signing"],
        ),
    ];
    for (tests, lines) in accepted {
        let folder = beside_permit("cli/tests/data/scenarios/permit.tthc", tests);
        let path = folder.path().to_str().unwrap();
        let accept = motcua(&["test", path, "--accept"]);
        let (told, wrong) = (String::from_utf8(accept.stdout).unwrap(), String::from_utf8(accept.stderr).unwrap());
        assert_eq!(accept.status.code(), Some(1), "{told}{wrong}");
        let text = fs::read_to_string(folder.path().join("permit.tests.tthc")).unwrap();
        for line in lines {
            assert!(text.contains(line), "{line} in {text}\n{told}");
        }
    }
}

#[test]
fn what_no_test_can_be_is_said() {
    let cut = "test \"cut\" for permit {\n    open by citizen at 2024-03-04 09:00 with area = 12, zone = \"ur";
    let open = "    open by citizen at 2024-03-04 09:00 with area = 12, zone = rural\n";
    let twice = format!("test \"a\" for permit {{\n{open}    expect state received\n}}\n").repeat(2);
    let nowhere = format!("test \"a\" for nothing_here {{\n{open}    expect state received\n}}\n");
    let nameless = format!("test \"a\" {{\n{open}    expect state received\n}}\n");
    let empty = format!("test \"a\" for permit {{\n{open}}}\n");
    let backwards =
        format!("test \"a\" for permit {{\n{open}    advance to 2024-03-01 09:00\n    expect state received\n}}\n");
    let endless = format!("test \"a\" for permit {{\n{open}    advance 900 years\n    expect state received\n}}\n");
    let mends = |line: &str| format!("test \"a\" for permit {{\n{open}    {line}\n    expect state received\n}}\n");
    let cases = [
        (cut, "syntax-unclosed"),
        (&*twice, "a second test is named `a`"),
        (&*nowhere, "nothing_here"),
        (&*nameless, "expected `for`"),
        (&*empty, "test-empty"),
        (&*backwards, "test-backwards"),
        (&*endless, "test-endless"),
        (&*mends("correct by head because \"…\""), "this corrects nothing"),
        (&*mends("correct by head void acept"), "there is no command `acept`"),
        (&*mends("migrate to version 7"), "has no version 7"),
        (&*mends("recount on nowhere"), "there is no calendar `nowhere`"),
    ];
    for (tests, text) in cases {
        let folder = beside_permit("cli/tests/data/scenarios/permit.tthc", tests);
        let output = motcua(&["test", folder.path().to_str().unwrap()]);
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{tests}: {said}");
        assert!(said.contains(text), "{text} in {said}");
    }
}

#[test]
fn names_are_compared_after_composition() {
    let definition = |a: &str, o: &str| {
        format!(
            "procedure c{a}p_ph{o}p {{ data {{ s{o} integer }} roles {{ k{o} }} on open by k{o} needs s{o} -> m{o}\n\
             state m{o} final }}\n"
        )
    };
    let (composed, apart) = (("\u{1ea5}", "\u{1ed1}"), ("a\u{302}\u{301}", "o\u{302}\u{301}"));
    let scenario = |a: &str, o: &str| {
        format!(
            "test \"…\" for c{a}p_ph{o}p {{ open by k{o} at 2024-03-04 09:00 with s{o} = 3\n\
             expect state m{o}, data.s{o} = 3 }}\n"
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.tthc");
    fs::write(&path, format!("{}{}", definition(composed.0, composed.1), scenario(apart.0, apart.1))).unwrap();
    let (code, text) = said(&motcua(&["test", path.to_str().unwrap()]));
    assert_eq!((code, text.as_str()), (0, "1 test: all pass\n"));
}

#[test]
fn many_rows_are_many_tests() {
    let rows: Vec<String> = (0..20_000).map(|row| format!("        | {} |", 1 + row % 900)).collect();
    let rows = rows.join("\n");
    let scenario = format!(
        "test \"many\" for permit {{\n    open by citizen at 2024-03-04 09:00 with area = row.area, zone = rural\n    \
         expect data.area = row.area\n    examples {{\n        | area |\n{rows}\n    }}\n}}\n"
    );
    let folder = beside_permit("cli/tests/data/scenarios/permit.tthc", &scenario);
    let (code, text) = said(&motcua(&["test", folder.path().to_str().unwrap()]));
    assert_eq!((code, text.as_str()), (0, "20000 tests: all pass\n"));
}

/// Returns the blocks of the guide's first chapter that are run, each with what has to be said after it.
fn chapter() -> Vec<(String, Vec<String>)> {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide.md");
    let guide = fs::read_to_string(guide).unwrap();
    let chapter = guide.split("\n## ").find(|part| part.starts_with("Your first procedure")).unwrap();
    let mut steps: Vec<(String, Vec<String>)> = Vec::new();
    for (number, block) in chapter.split("```").enumerate() {
        let Some((kind, text)) = block.split_once('\n').filter(|_| number % 2 == 1) else { continue };
        match kind {
            "sh" => steps.push((text.to_owned(), Vec::new())),
            _ => steps.last_mut().unwrap().1.extend(text.lines().map(str::to_owned)),
        }
    }
    steps
}

#[test]
#[cfg(target_os = "linux")]
fn the_first_chapter_of_the_guide_works_word_for_word() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_motcua")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let steps = chapter();
    assert!(steps.len() >= 7);
    for (script, expected) in steps {
        let output = Command::new("sh").arg("-c").arg(&script).env("PATH", &path).current_dir(folder.path()).output();
        let output = output.unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        for line in expected {
            assert!(said.contains(line.as_str()), "{script}\nsays no {line:?} in:\n{said}");
        }
    }
    assert!(folder.path().join("coverage.html").is_file());
}

#[test]
fn what_new_writes_is_sound_and_a_copy_of_the_workflow_stands_in_the_docs() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().to_str().unwrap();
    let new = |name: &str| motcua(&["new", name, "--into", into]).status.code().unwrap();
    assert_eq!([new("tree_felling"), new("tree_felling"), new("Tree"), new("../tree")], [0, 2, 2, 2]);
    let path = folder.path().join("tree_felling");
    let path = path.to_str().unwrap();
    for command in [&["check", path, "--deny", "warnings"][..], &["fmt", "--check", path], &["test", path]] {
        assert_eq!(motcua(command).status.code(), Some(0), "{command:?}");
    }
    let workflow = fs::read_to_string(folder.path().join("tree_felling/.github/workflows/procedures.yml")).unwrap();
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci/procedures.yml");
    assert_eq!(workflow, fs::read_to_string(docs).unwrap());
}

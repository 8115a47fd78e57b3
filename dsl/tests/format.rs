//! The canonical form of texts: what it looks like, what becomes of comments and odd characters, and that plans stay.

#![expect(clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use std::path::{Path, PathBuf};

use motcua_dsl::{Source, Spelling, Unformatted, compile, format, format_as};

fn formatted(text: &str) -> String {
    match format(&Source { path: "a.tthc".into(), text: text.into() }) {
        Ok(formatted) => formatted,
        Err(error) => panic!("{error:?}: {text}"),
    }
}

#[test]
fn comments_stay_where_they_belong() {
    let text = r"// first
/* of the file */ use calendar vn_state // which

// far above

procedure p { // opens
  // before the roles
  roles { counter // who
  // before the citizen
  citizen outside /* no office */ }
  on open by citizen // they come
     needs reason text, // why
       // and what
       thing
     -> received
  state received by counter { // nothing yet
    // nothing at all
  }
  state asked by counter { on answer /* in writing */ -> /* at last */ done } // leaves
  data { /* a */ area decimal /* exact */ in 1..2 }
  clock c { limit 5 days // five
  otherwise 2 days // two
  runs from received until done }


  // the end of it
  state done final }
/* and
   of all */
";
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn long_lines_are_broken_where_the_law_breaks() {
    let text = r#"procedure p {
state received "Tiếp nhận hồ sơ của công dân tại Bộ phận Một cửa" initial by counter within same working day, after 15:00 the next basis "Nghị định 61/2018/NĐ-CP, Điều 18.2" {
on return_to_citizen once needs reason text when !documents.complete issue supplement_request notify citizen "Đề nghị bổ sung" basis "Điều 17" -> awaiting
on a when data.applicant_has_a_long_name && data.applicant_has_a_longer_name && data.applicant_has_the_longest_name -> b
on open needs applicant_one, applicant_two, applicant_three, applicant_four, applicant_five, applicant_six, applicant_seven, documents
on c when data.x
            && data.y do { let a = 1;
      if a > 0 {

          log("x");
      }
  } -> d
}
data { address record { street text "Số nhà, tên đường, thôn, xóm, ấp, khu phố" ward text "Xã, phường, thị trấn" district text ? } "Địa chỉ" }
}
script s {
        fn f(x) {
          x + 1
        }
}
"#;
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn what_comes_otherwise_stands_with_what_that_is() {
    let text = r#"procedure p {
        state waiting by citizen {
            window 30 days for supplement basis "Nghị định 61/2018/NĐ-CP, Điều 19, khoản 2, điểm b" otherwise issue refusal notify citizen "Hết thời hạn" -> closed
            window 30 days for supplement basis "Nghị định 61/2018/NĐ-CP, Điều 19, khoản 2, điểm b, đoạn thứ hai" otherwise -> closed
        }
    }
"#;
    let source = Source { path: "p.tthc".into(), text: text.into() };
    let lines = |text: &str| text.lines().skip(2).take(5).map(str::to_owned).collect::<Vec<_>>();
    let english = [
        r#"        window 30 days for supplement basis "Nghị định 61/2018/NĐ-CP, Điều 19, khoản 2, điểm b""#,
        r#"            otherwise issue refusal notify citizen "Hết thời hạn""#,
        "            -> closed",
        r#"        window 30 days for supplement basis "Nghị định 61/2018/NĐ-CP, Điều 19, khoản 2, điểm b, đoạn thứ hai""#,
        "            otherwise -> closed",
    ];
    assert_eq!(lines(&formatted(text)), english);
    let vietnamese = motcua_dsl::format_as(&source, Spelling::Vietnamese).unwrap();
    let expected = [
        r#"        chờ 30 ngày để supplement căn cứ "Nghị định 61/2018/NĐ-CP, Điều 19, khoản 2, điểm b","#,
        r#"            nếu không cấp refusal báo citizen "Hết thời hạn""#,
        "            -> closed",
        r#"        chờ 30 ngày để supplement căn cứ "Nghị định 61/2018/NĐ-CP, Điều 19, khoản 2, điểm b, đoạn thứ hai","#,
        "            nếu không -> closed",
    ];
    assert_eq!(lines(&vietnamese), expected);
    let again = Source { path: "p.tthc".into(), text: vietnamese.clone() };
    assert_eq!(motcua_dsl::format(&again).unwrap(), vietnamese);
}

#[test]
fn rows_are_indented_by_one_step_whatever_their_table_is_called() {
    let text = "table fee_for_a_rather_long_name(the_zone_of_the_plot one of urban, rural, heritage, \
                pages_that_are_copied integer in 1..500, the_kind text) -> money first {
| the_zone_of_the_plot | pages_that_are_copied | the_kind || fee |
| - | - | - || 1 |
}
";
    let text = formatted(text);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("    ") && !lines[1].contains('|'), "{text}");
    assert!(lines[2].starts_with("    | ") && lines[3].starts_with("    | "), "{text}");
    assert_eq!(lines[4], "}", "{text}");
}

#[test]
fn tables_are_columns() {
    let text = r"table fee(zone one of urban, rural, heritage, pages integer in 1..500) -> money first {
// what is asked || what it costs
| zone | pages || fee |

    | rural, heritage | < 250 || 2_000 * pages | // by the page
| otherwise || 75_000 VND |
}
table odd(a integer in 1..9) -> integer unique { | a || b |
| 1 /* one */ || 2 |
| 2..9 || 3 |  }
";
    insta::assert_snapshot!(formatted(text));
}

#[test]
fn ends_of_lines_names_and_texts_stay() {
    let text = "procedure cho\u{31b}\u{300} \"cho\u{31b}\u{300}\" {\r\n\tstate `when it is`   final }\r\n";
    assert_eq!(
        formatted(text),
        "procedure cho\u{31b}\u{300} \"cho\u{31b}\u{300}\" {\r\n    state `when it is` final\r\n}\r\n"
    );
    assert_eq!(formatted("use calendar a\n\r\nuse calendar b\r\n"), "use calendar a\n\nuse calendar b\n");
    assert_eq!(formatted(""), "");
    assert_eq!(formatted(" \n\n"), "");
    assert_eq!(formatted("// only\n\n\n\n// this"), "// only\n\n// this\n");
}

#[test]
fn one_unit_is_said_in_the_singular() {
    let text = "procedure p { state a by x { after 1 working days -> b after 2 day -> b after data.n week -> b } }";
    let formatted = formatted(text);
    assert!(formatted.contains("after 1 working day -> b"), "{formatted}");
    assert!(formatted.contains("after 2 days -> b") && formatted.contains("after data.n weeks -> b"), "{formatted}");
}

#[test]
fn what_is_not_read_is_left_alone() {
    let source = |text: &str| Source { path: "a.tthc".into(), text: text.into() };
    for (text, id) in [
        ("procedure p { stat a final }", "syntax-unknown-word"),
        ("procedure p { state a final final }", "syntax-twice"),
        ("procedure p { state a \u{202e} final }", "syntax-bidirectional"),
        ("procedure p {", "syntax-unclosed"),
    ] {
        let Err(Unformatted::Unreadable(findings)) = format(&source(text)) else { panic!("{text} was formatted") };
        assert_eq!(findings[0].id, id);
    }
}

/// Sources that are read together: cases and sound files by themselves, the library and each example as a whole.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn read_together() -> Vec<Vec<Source>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = |folder: &str| -> Vec<PathBuf> {
        std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let mut sets: Vec<PathBuf> =
        ["tests/cases", "tests/formats", "examples", "dsl/tests/check/sound", "dsl/tests/lower"]
            .iter()
            .flat_map(|folder| folders(folder))
            .chain([root.join("procedures")])
            .collect();
    sets.sort();
    let mut found = Vec::new();
    for set in sets {
        let (mut sources, mut left) = (Vec::new(), vec![set]);
        while let Some(path) = left.pop() {
            if path.is_dir() {
                left.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|ending| ending == "tthc") {
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push(Source { path: path.display().to_string(), text });
            }
        }
        found.push(sources);
    }
    found
}

#[test]
fn plans_keep_their_hashes_in_any_layout_and_spelling() {
    let mut compiled = 0;
    for sources in read_together() {
        let Ok(before) = compile(&sources) else { continue };
        let said = |bundle: &motcua_engine::plan::Bundle| {
            let hashes: Vec<_> = bundle.plans.iter().map(|plan| plan.hash).collect();
            let mut words = serde_json::to_value(&bundle.plans).unwrap();
            without_places(&mut words);
            (hashes, words, bundle.calendars.clone(), bundle.organisations.clone())
        };
        for spelling in [None, Some(Spelling::Vietnamese), Some(Spelling::English)] {
            let turned = |source: &Source| {
                let text = match spelling {
                    None => format(source),
                    Some(spelling) => format_as(source, spelling),
                };
                Source { path: source.path.clone(), text: text.unwrap_or_else(|e| panic!("{}: {e}", source.path)) }
            };
            let again: Vec<Source> = sources.iter().map(turned).collect();
            let after = compile(&again).unwrap_or_else(|findings| panic!("{}: {findings:?}", sources[0].path));
            assert_eq!(said(&before).0, said(&after).0, "{}", sources[0].path);
            assert!(said(&before) == said(&after), "{}", sources[0].path);
        }
        compiled += 1;
    }
    assert!(compiled > 130, "{compiled}");
}

/// Takes out of a plan what its layout decides: where things stand, and the texts of scripts, which the hash covers.
fn without_places(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(parts) => {
            for key in ["scripts", "functions", "places", "line", "column", "source"] {
                parts.remove(key);
            }
            parts.values_mut().for_each(without_places);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}

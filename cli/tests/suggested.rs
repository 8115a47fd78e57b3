//! `motcua test --suggest`: what is written is green, reaches what no test had shown, and can be kept.

use std::fs;

use crate::scenarios::{motcua, said};

#[test]
fn what_is_suggested_is_green_and_shows_more() {
    let folder = tempfile::tempdir().unwrap();
    let percent = |text: &str| -> usize {
        let line = text.lines().find_map(|line| line.strip_prefix("all together: ")).unwrap();
        line.trim_end_matches('%').parse().unwrap()
    };
    let permit = "cli/tests/data/scenarios/permit.tthc";
    for (definitions, name) in [(permit, "permit"), ("procedures/vn/civil_status", "marriage_registration")] {
        let file = folder.path().join(format!("{name}.tests.tthc"));
        let file = file.to_str().unwrap();
        let output = motcua(&["test", definitions, "--suggest", name, "-o", file]);
        assert!(output.status.success(), "{}", String::from_utf8(output.stderr).unwrap());
        let (code, after) = said(&motcua(&["test", definitions, file, "--coverage"]));
        assert_eq!(code, 0, "{after}");
        assert!(percent(&after) >= 20, "{after}");
        let text = fs::read_to_string(file).unwrap();
        let lines = match name {
            "permit" => ["expect due processing row.due", "// an ordinary day", "// the last second of a day"],
            _ => ["kiểm tra hạn processing dòng.due", "// ngày thường", "// giây cuối của ngày làm việc"],
        };
        for line in lines {
            assert!(text.contains(line), "{name}: {line} in {text}");
        }
    }
}

#[test]
fn suggestions_reach_both_sides_of_guards_and_every_row_of_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("suggested.tests.tthc");
    let file = file.to_str().unwrap();
    let count = |text: &str, kind: &str| -> (u32, u32) {
        let line = text.lines().find_map(|line| line.trim_start().strip_prefix(kind)).unwrap();
        let (shown, all) = line.split_once(" of ").unwrap();
        (shown.trim().parse().unwrap(), all.trim().parse().unwrap())
    };
    let definition = "cli/tests/data/suggested";
    let output = motcua(&["test", definition, "--suggest", "fines", "-o", file]);
    assert!(output.status.success(), "{}", String::from_utf8(output.stderr).unwrap());
    let (code, after) = said(&motcua(&["test", definition, file, "--coverage"]));
    assert_eq!(code, 0, "{after}");
    for kind in ["guards", "table rows", "transitions", "states"] {
        let (shown, all) = count(&after, kind);
        assert_eq!(shown, all, "{kind}: {after}\n{}", fs::read_to_string(file).unwrap());
    }
    let text = fs::read_to_string(file).unwrap();
    assert!(text.starts_with("kiểm thử \""), "{text}");
    assert!(!text.contains("expect"), "{text}");
}

#[test]
fn a_version_that_is_named_gets_suggestions() {
    let folder = tempfile::tempdir().unwrap();
    // Kept together: no two have one name.
    for (name, told) in [("housing_permit@1", " (phiên bản 1)\""), ("housing_permit@2", " (phiên bản 2)\"")] {
        let file = folder.path().join(format!("{name}.tests.tthc")).to_str().unwrap().to_owned();
        assert!(motcua(&["test", "procedures", "--suggest", name, "-o", &file]).status.success());
        assert!(fs::read_to_string(&file).unwrap().contains(told), "{name}");
    }
    let (code, text) = said(&motcua(&["test", "procedures", folder.path().to_str().unwrap()]));
    assert_eq!(code, 0, "{text}");
    for (name, why) in [
        ("housing_permit@9", "`housing_permit` has no such version; there are: 1, 2, 3"),
        ("housing_permit@x", "`x` is no version: write `housing_permit@1`"),
    ] {
        let output = motcua(&["test", "procedures", "--suggest", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(why), "{name}");
    }
}

#[test]
fn procedures_of_the_library_get_suggestions_that_run_green() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "burial_support",
        "certified_copy",
        "household_business_reissue",
        "housing_permit",
        "land_use_change",
        "merit_burial_allowance",
        "parent_recognition",
    ];
    let mut written = String::new();
    let mut arguments = vec!["test".to_owned(), "procedures".to_owned()];
    for name in names {
        let file = folder.path().join(format!("{name}.tests.tthc")).to_str().unwrap().to_owned();
        let output = motcua(&["test", "procedures", "--suggest", name, "-o", &file]);
        assert!(output.status.success(), "{name}: {}", String::from_utf8(output.stderr).unwrap());
        written += &fs::read_to_string(&file).unwrap();
        arguments.push(file);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (code, text) = said(&motcua(&arguments));
    assert_eq!(code, 0, "{text}");
    for line in [
        "// ngày trước đợt nghỉ dài nhất",
        "// thứ Bảy làm bù",
        "// ngày cuối tháng",
        "// giây cuối của ngày làm việc",
        "// giây sau giờ chốt",
        "xong ngày trước ngày cuối",
        "xong vào giây cuối",
        "xong ngày sau ngày cuối",
        ": không điều kiện nào đúng",
        ": không có quyền",
    ] {
        assert!(written.contains(line), "{line}");
    }
}

#[test]
fn suggestions_for_two_versions_stand_in_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let definitions = folder.path().to_str().unwrap().to_owned();
    let text = |version: u32, dates: &str| {
        format!(
            "use calendar office\n\nprocedure permit {{\n    version {version} effective {dates}\n    roles {{ clerk  citizen outside }}\n    clock processing {{ limit {} working days  runs from received until done }}\n    on open by citizen -> received\n    state received by clerk {{ on accept -> done }}\n    state done final\n}}\n",
            version + 2
        )
    };
    let office =
        "calendar office {\n    zone \"Asia/Ho_Chi_Minh\"\n    covers 2023 to 2026\n    week mon-fri 07:30-17:00\n}\n";
    fs::write(folder.path().join("office.tthc"), office).unwrap();
    fs::write(folder.path().join("permit_1.tthc"), text(1, "2024-01-01 until 2024-12-31")).unwrap();
    let suggest = |name: &str, file: &str| {
        let file = folder.path().join(file);
        let output = motcua(&["test", &definitions, "--suggest", name, "-o", file.to_str().unwrap()]);
        assert!(output.status.success(), "{}", String::from_utf8(output.stderr).unwrap());
        fs::read_to_string(file).unwrap()
    };
    let alone = suggest("permit", "alone.txt");
    assert!(alone.contains("\"received: accept -> done\"") && !alone.contains("(version"), "{alone}");
    fs::write(folder.path().join("permit_2.tthc"), text(2, "2025-01-01")).unwrap();
    let first = suggest("permit@1", "first.tests.tthc");
    let second = suggest("permit@2", "second.tests.tthc");
    assert!(first.contains("\"received: accept -> done (version 1)\""), "{first}");
    assert!(second.contains("\"received: accept -> done (version 2)\""), "{second}");
    let (code, text) = said(&motcua(&["test", &definitions]));
    assert_eq!(code, 0, "{text}");
    // What is kept is not suggested again.
    let again = motcua(&["test", &definitions, "--suggest", "permit@2"]);
    let again = String::from_utf8(again.stdout).unwrap();
    assert!(!again.contains("processing"), "{again}");
}

#[test]
fn timers_that_others_come_before_are_reached() {
    let output = motcua(&["test", "procedures", "--suggest", "marriage_registration"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for name in ["asking: mốc hẹn apology_reminder", "signing: mốc hẹn apology_reminder", "reappoint: không có quyền"]
    {
        assert!(text.contains(&format!("kiểm thử \"{name}\"")), "{name} in {text}");
    }
}

#[test]
fn guards_of_papers_are_heard_where_a_paper_is_lacking_and_suggested() {
    let folder = tempfile::tempdir().unwrap();
    let definition = "procedure papers {
    data { size one of small, large }
    documents {
        form \"Form\"
        map  \"Map\" when data.size == \"large\"
    }
    roles { clerk  citizen outside }
    on open by citizen needs size, documents -> received
    state received by clerk { on accept when documents.complete -> done }
    state done final
}
";
    let written = |name: &str, size: &str, papers: &str, then: &str| {
        format!(
            "test \"{name}\" for papers {{\n    open by citizen at 2024-03-04 09:00 with size = {size}, {papers}\n    accept by clerk{then}\n}}\n"
        )
    };
    let path = folder.path().to_str().unwrap().to_owned();
    let guards = |tests: &str| {
        fs::write(folder.path().join("papers.tthc"), format!("{definition}{tests}")).unwrap();
        let (code, told) = said(&motcua(&["test", &path, "--coverage"]));
        assert_eq!(code, 0, "{told}");
        let line = told.lines().find_map(|line| line.trim_start().strip_prefix("guards")).unwrap();
        line.trim().to_owned()
    };
    // Who has brought every paper shows of none whether it is needed.
    let all = written("all", "small", "documents", "\n    expect state done");
    assert_eq!(guards(&all), "1 of 4");
    let small = written("a small one needs no map", "small", "form", "\n    expect state done");
    assert_eq!(guards(&small), "2 of 4");
    let large = written("a large one needs a map", "large", "form", " refused");
    assert_eq!(guards(&format!("{small}{large}")), "4 of 4");
    let suggested = folder.path().join("suggested.tests.tthc");
    guards(&all);
    let suggest = motcua(&["test", &path, "--suggest", "papers", "-o", suggested.to_str().unwrap()]);
    assert!(suggest.status.success(), "{}", String::from_utf8(suggest.stderr).unwrap());
    assert_eq!(guards(&all), "4 of 4");
}

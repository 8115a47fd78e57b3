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

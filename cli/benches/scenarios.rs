//! Ten thousand tests of ten steps each through the whole program: reading, checking, compiling, playing, telling.
//!
//! The floor stands beside it: the same files compiled, and no test played.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;

/// How many tests there are.
const TESTS: usize = 10_000;

fn main() {
    divan::main();
}

/// The folder with the definition and its tests, made once.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scenarios");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::create_dir_all(folder.join("calendars")).expect("the folder is made");
    fs::create_dir_all(folder.join("organisations")).expect("the folder is made");
    for (from, to) in [
        ("procedures/vn/construction/housing_permit.tthc", "housing_permit.tthc"),
        ("procedures/calendars/vn_state.tthc", "calendars/vn_state.tthc"),
        ("procedures/organisations/thuan_bac.tthc", "organisations/thuan_bac.tthc"),
    ] {
        fs::copy(root.join(from), folder.join(to)).expect("the library is there");
    }
    let mut tests = String::new();
    for number in 0..TESTS {
        let (day, floors, area) = (number % 28 + 1, number % 6 + 1, number % 900 + 1);
        let _ = write!(
            tests,
            "test \"number {number}\" for housing_permit in thuan_bac {{
    open by citizen at 2024-03-{day:02} 09:00
        with applicant = \"A\", area = {area}, floors = {floors}, zone = urban, adjoining = false, documents
    expect state received, data.fee = 75000
    accept by counter at 10:00
    assess by urban after 1 working day
    expect state assessing, holder urban
    propose by urban after 3 working days
    sign by district_chair after 1 working day
    pay by counter
    hand_over by counter
    expect state returned, early processing
}}
"
        );
    }
    fs::write(folder.join("housing_permit.tests.tthc"), tests).expect("the tests are written");
    folder
});

fn motcua(arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_motcua")).args(arguments).stdout(Stdio::null()).status();
    assert!(status.expect("the program runs").success());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn play(bencher: Bencher<'_, '_>) {
    let folder = FOLDER.display().to_string();
    bencher.counter(ItemsCount::new(TESTS)).bench(|| motcua(&["test", &folder]));
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn compile_only(bencher: Bencher<'_, '_>) {
    let (folder, bundle) = (FOLDER.display().to_string(), FOLDER.join("bundle.json").display().to_string());
    bencher.counter(ItemsCount::new(TESTS)).bench(|| motcua(&["compile", &folder, "-o", &bundle]));
}

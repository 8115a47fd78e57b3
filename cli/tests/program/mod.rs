//! The built program, run from the root of the repository.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// Returns what the program prints and how it ends.
pub(crate) fn output(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(arguments)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "200")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Returns what the program prints when it has nothing to complain about.
pub(crate) fn motcua(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns a bundle of the library, compiled once for all tests that only use it: reading its texts takes most of a run's time.
pub(crate) fn library() -> &'static str {
    static BUNDLE: LazyLock<String> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library.json").to_str().unwrap().to_owned();
        motcua(&["compile", "procedures", "-o", &path]);
        path
    });
    &BUNDLE
}

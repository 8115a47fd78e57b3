//! More than a million scripts asked about dossiers, with and without the interpreter: says what came of it, and fails on
//! any difference. `AGREE_CASES` says how many cases of some 1,500 pairs; 750 when nothing is said.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let cases = std::env::var("AGREE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(750);
    let began = Instant::now();
    let tally = motcua_tests::agree::compare(cases).expect("a sound definition");
    let mut out = std::io::stdout().lock();
    writeln!(out, "{tally}, in {:.0?}", began.elapsed()).expect("an output");
    for difference in tally.differences.iter().take(10) {
        writeln!(out, "{difference}").expect("an output");
    }
    if tally.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

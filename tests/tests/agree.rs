//! What is answered without the interpreter is what the interpreter answers, on any script and any dossier.
//!
//! Some twenty thousand pairs in a normal run; `cargo bench -p motcua-tests --bench agree` compares more than a million.

#[test]
fn answers_without_the_interpreter_agree_with_it() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(16);
    let tally = motcua_tests::agree::compare(cases).unwrap();
    eprintln!("{tally}");
    assert_eq!(tally.differences.first(), None, "{tally}");
    let (pairs, [expressions, statements], faults) = (tally.pairs, tally.answered, tally.faults);
    assert!((expressions + statements) * 3 > pairs, "most scripts are beyond the tree: {tally}");
    assert!(statements * 8 > pairs, "most statements are beyond the tree: {tally}");
    assert!(faults * 50 > pairs, "faults are not tried: {tally}");
}

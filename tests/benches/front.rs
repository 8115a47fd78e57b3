//! Megabytes per second of the front end, on about 1 MB of the generated catalogue: varied, sound procedures.
//!
//! The floor stands beside it: pest's bare match of the same grammar, with no tree, no names bound and nothing checked.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::BytesCount;
use motcua_dsl::{Source, check, compile, format, parse, recognise};
use motcua_tests::catalogue;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// About 1 MB.
const COUNT: usize = 140;

/// What is measured is without a finding, so that no bench measures the making of messages.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let sources = catalogue::sources(catalogue::SEED, COUNT);
    assert!(!check(&sources).has_errors());
    sources
});

fn bytes() -> BytesCount {
    BytesCount::new(SOURCES.iter().map(|source| source.text.len()).sum::<usize>())
}

#[divan::bench]
fn floor_pest_bare(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| SOURCES.iter().all(|source| recognise(&source.text)));
}

#[divan::bench]
fn text_to_tree(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| SOURCES.iter().map(|source| parse(0, source)).collect::<Vec<_>>());
}

#[divan::bench]
fn text_to_findings(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| check(&SOURCES));
}

#[divan::bench]
fn text_to_plans(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| compile(&SOURCES).expect("a sound text"));
}

#[divan::bench]
fn text_to_form(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| SOURCES.iter().map(|source| format(source).is_ok()).collect::<Vec<_>>());
}

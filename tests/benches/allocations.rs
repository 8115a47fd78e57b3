//! What a decision allocates, and how large snapshots and events are: exact counts, no times.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench has nobody to hand an error to")]

use std::alloc::System;
use std::hint::black_box;
use std::io::Write;

use motcua_engine::{Answer, Clock, Dossier, Event, Value, decide};
use motcua_tests::permit::{FREE, GUARDED, TIMED, commands, open, opened, start};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static GLOBAL: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Counts of one definition.
struct Counts {
    name: &'static str,
    allocations: f64,
    bytes: f64,
    snapshot: usize,
    snapshot_json: usize,
    event_json: usize,
}

fn main() {
    let mut out = std::io::stdout().lock();
    let rows = [("without guards", FREE), ("with guards", GUARDED), ("guards and terms", TIMED)];
    writeln!(
        out,
        "{:<18}{:>18}{:>16}{:>20}{:>18}{:>14}",
        "permit procedure",
        "allocs/decision",
        "bytes/decision",
        "snapshot in memory",
        "snapshot as JSON",
        "event as JSON"
    )
    .expect("an output");
    for (name, definition) in rows {
        let counts = count(name, definition);
        let Counts { name, allocations, bytes, snapshot, snapshot_json, event_json } = counts;
        writeln!(
            out,
            "{name:<18}{allocations:>18.1}{bytes:>16.0}{snapshot:>18} B{snapshot_json:>16} B{event_json:>12} B"
        )
        .expect("an output");
    }
    let (dossier, clock) = (size_of::<Dossier>(), size_of::<Clock>());
    let (value, event) = (size_of::<Option<Value>>(), size_of::<Event>());
    writeln!(
        out,
        "of itself: a dossier {dossier} B, each clock in it {clock} B, each field {value} B; an event {event} B"
    )
    .expect("an output");
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand at most")]
fn count(name: &'static str, definition: (&str, &str)) -> Counts {
    let (world, first) = open(definition).expect("a sound definition");
    let commands = commands(definition);
    let now = start().plus(3600);
    let mut journal = vec![first];
    // The first dossier warms up what is made once; the second one is counted.
    let mut measured = None;
    for _ in 0..2 {
        journal.truncate(1);
        let mut dossier = journal.first().map(opened).expect("an opened dossier");
        let mut kept = Vec::with_capacity(commands.len());
        let region = Region::new(GLOBAL);
        for command in &commands {
            match decide(&world, Some(&dossier), black_box(command), now) {
                Answer::Accepted(events) => {
                    for event in &events {
                        dossier.apply(event);
                    }
                    kept.push(events);
                }
                other => panic!("{other:?}"),
            }
        }
        measured = Some(region.change());
        journal.extend(kept.into_iter().flatten());
    }
    let measured = measured.expect("two rounds");
    let decisions = commands.len() as f64;
    let (snapshot, snapshot_json) = snapshot(&journal);
    let events: usize = journal.iter().map(json).sum();
    Counts {
        name,
        allocations: (measured.allocations + measured.reallocations) as f64 / decisions,
        bytes: measured.bytes_allocated as f64 / decisions,
        snapshot,
        snapshot_json,
        event_json: events / journal.len(),
    }
}

/// Returns the bytes of the dossier of a journal, with everything that it owns: in memory and as JSON.
fn snapshot(journal: &[Event]) -> (usize, usize) {
    let written = serde_json::to_string(journal).expect("a journal is JSON");
    let region = Region::new(GLOBAL);
    // Read back, so that no text is shared with the journal in memory.
    let dossier = {
        let read: Vec<Event> = serde_json::from_str(&written).expect("a journal reads back");
        read.iter().fold(None, |dossier: Option<Dossier>, event| Some(motcua_engine::fold(dossier, event)))
    };
    let change = region.change();
    let dossier = dossier.expect("a dossier");
    let bytes = size_of::<Dossier>() + change.bytes_allocated - change.bytes_deallocated;
    (bytes, json(&dossier))
}

fn json(value: &impl serde::Serialize) -> usize {
    serde_json::to_string(value).expect("it is JSON").len()
}

//! The reform of 1 July 2025, on a store: what the districts had in hand on the last evening goes over, and nothing is lost.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests have nobody to hand an error to")]

use std::collections::{BTreeMap, BTreeSet};

use motcua_engine::plan::{Bundle, StateKind, Trigger};
use serde_json::Value as Json;

use crate::program::{library, motcua};

const EVENING: &str = "2025-06-30T17:30";
const MORNING: &str = "2025-07-01T07:30";

/// The dossiers of the last evening.
struct Districts {
    folder: tempfile::TempDir,
}

impl Districts {
    fn new() -> Self {
        let districts = Self { folder: tempfile::tempdir().unwrap() };
        districts.asked("run", &["examples/two_levels/june.jsonl"]);
        districts
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn asked(&self, command: &str, more: &[&str]) -> String {
        motcua(&[&[command, "--db", &self.path("june.db"), "--procedures", library()], more].concat())
    }

    fn told(&self, command: &str, more: &[&str]) -> Json {
        serde_json::from_str(&self.asked(command, &[more, &["--format", "json"]].concat())).unwrap()
    }

    /// Returns what is in hand on the evening of the last day, or carried over to the next, by the class it is in.
    fn counted(&self, from: &str, to: &str, now: &str, keys: &[&str]) -> BTreeMap<String, u64> {
        let told = self.told("report", &["--from", from, "--to", to, "--now", now]);
        keys.iter().map(|key| ((*key).to_owned(), told["total"][*key].as_u64().unwrap())).collect()
    }
}

const IN_HAND: [&str; 3] = ["running", "suspended", "overdue"];

fn dossiers(told: &Json) -> &[Json] {
    told["dossiers"].as_array().unwrap()
}

fn texts(list: &Json) -> impl Iterator<Item = String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned())
}

/// Returns the states of the first versions in which a dossier can stand and nobody does.
fn empty(library: &str, told: &Json) -> BTreeSet<String> {
    let bundle: Bundle = serde_json::from_str(&std::fs::read_to_string(library).unwrap()).unwrap();
    let mut held: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for dossier in dossiers(told) {
        let procedure = dossier["procedure"].as_str().unwrap().to_owned();
        held.entry(procedure).or_default().extend(texts(&dossier["states"]["old"]));
    }
    let mut empty = BTreeSet::new();
    for plan in bundle.plans.iter().filter(|plan| plan.logic.version == 1) {
        let Some(held) = held.get(plan.logic.name.as_str()) else { continue };
        let graph = &plan.logic.graph;
        let passes = |at| graph.transitions().any(|(_, from, _, way)| from == at && way.trigger == Trigger::Always);
        for (_, state) in graph.states().filter(|(at, state)| state.kind == StateKind::Work && !passes(*at)) {
            if !held.contains(state.name.as_str()) {
                empty.insert(format!("{} in {}", plan.logic.name, state.name));
            }
        }
    }
    empty
}

#[test]
fn what_the_districts_had_in_hand_goes_over() {
    let districts = Districts::new();
    let period = ("2025-06-01", "2025-06-30", EVENING);
    let evening = districts.counted(period.0, period.1, period.2, &IN_HAND);
    assert!(evening.values().all(|count| *count > 0), "{evening:?}");

    let dry = districts.told("migrate", &["--now", MORNING]);
    assert_eq!(empty(library(), &dry), BTreeSet::new(), "states without a dossier");
    for dossier in dossiers(&dry) {
        assert_eq!(dossier["verdict"], "moves", "{dossier}");
        for due in dossier["due"].as_array().unwrap() {
            assert_eq!(due["old"], due["new"], "no term is shortened: {dossier}");
        }
    }
    assert_eq!(districts.counted(period.0, period.1, period.2, &IN_HAND), evening, "a dry run writes nothing");

    let real = districts.told("migrate", &["--now", MORNING, "--apply"]);
    assert_eq!(dossiers(&real), dossiers(&dry), "what was shown is done");
    let again = districts.told("migrate", &["--now", MORNING, "--apply"]);
    assert_eq!(again["there"].as_u64().unwrap(), dossiers(&dry).len() as u64, "{again}");

    // The statistics of both sides: what was in hand in the evening is what the morning begins with.
    assert_eq!(districts.counted(period.0, period.1, period.2, &IN_HAND), evening, "what June says stays said");
    let morning = ("2025-07-01", "2025-07-31", "2025-07-01T07:31");
    assert_eq!(districts.counted(morning.0, morning.1, morning.2, &IN_HAND), evening);
    let carried = districts.counted(morning.0, morning.1, morning.2, &["carried", "received"]);
    assert_eq!((carried["carried"], carried["received"]), (evening.values().sum(), 0));
    motcua(&["verify", "--db", &districts.path("june.db")]);
}

//! 114 procedures as a real district office ran them, converted and checked: which exceed their stated total, and by which way.
//!
//! The data is no part of this project. Where it is not there the tests say so and do nothing.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

mod convert;
mod read;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use motcua_dsl::{Budget, Finding, Source, Verdict, check_with_budgets, compile_unproven};
use motcua_engine::World;
use motcua_engine::clock::Class;
use motcua_tests::scenario::{Ended, Play};

use convert::{convert, word};
use read::{Process, archive};

/// Where the data lies; `MOTCUA_EPAR` names another file.
fn path() -> PathBuf {
    let named = std::env::var_os("MOTCUA_EPAR").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new("/work/shared/data/epar_workflows.tar.gz").to_owned())
}

fn processes() -> Option<Vec<Process>> {
    let found = archive(&path());
    if found.is_none() {
        eprintln!("SKIPPED: {} is not there (MOTCUA_EPAR names another place)", path().display());
    }
    found
}

struct Checked {
    process: Process,
    source: Source,
    findings: Vec<Finding>,
    budgets: Vec<Budget>,
}

impl Checked {
    fn total(&self) -> Option<&Budget> {
        self.budgets.iter().find(|budget| budget.name == "total")
    }

    fn has(&self, id: &str) -> bool {
        self.findings.iter().any(|finding| finding.id == id)
    }
}

fn checked() -> Option<Vec<Checked>> {
    let all = processes()?.into_iter().map(|process| {
        let converted = convert(&process);
        assert_eq!(converted.lost, Vec::<String>::new(), "{}", process.file);
        let source = Source { path: format!("{}.tthc", process.file), text: converted.text };
        let (checked, budgets) = check_with_budgets(std::slice::from_ref(&source));
        Checked { process, source, findings: checked.findings, budgets }
    });
    Some(all.collect())
}

fn whole_days(days: f64) -> i64 {
    days.trunc().to_string().parse().unwrap()
}

/// The worst end of a chain of limits in half days, from a morning or an afternoon, by the words of `time.md` and nothing of the
/// budget's code: N days end at the close of the Nth day; N and a half in the afternoon of it when begun in a morning, else at
/// noon of the next. Returns by how many days it is late, or below zero how many are left.
fn by_hand(process: &Process) -> i64 {
    let begin = |afternoon: bool| {
        let term = |(day, afternoon): (i64, bool), days: f64| {
            let whole = whole_days(days);
            match (days.fract() > 0.0, afternoon) {
                (false, _) | (true, false) => (day + whole, true),
                (true, true) => (day + whole + 1, false),
            }
        };
        let start = (0, afternoon);
        let due = term(start, process.total);
        let steps = process.steps.iter().filter(|step| step.time > 0.0);
        let end = steps.fold(start, |at, step| {
            // Where each task has a limit they may leave something of the step's.
            let all = step.tasks.iter().all(|task| task.time > 0.0 || task.resumes);
            let tasks = step.tasks.iter().filter(|task| !task.resumes).fold(at, |at, task| term(at, task.time));
            let step = term(at, step.time);
            if all { step.min(tasks) } else { step }
        });
        let late = if process.total.fract() > 0.0 { end > due } else { end.0 > due.0 };
        // The half day by which a limit in halves is missed is some day.
        if late { (end.0 - due.0).max(1) } else { end.0 - due.0 }
    };
    begin(false).max(begin(true))
}

#[test]
fn all_are_converted_and_nothing_is_lost() {
    let Some(all) = processes() else { return };
    assert_eq!(all.len(), 114);
    let tasks: usize = all.iter().flat_map(|process| &process.steps).map(|step| step.tasks.len()).sum();
    assert_eq!((all.iter().map(|process| process.steps.len()).sum::<usize>(), tasks), (552, 913));
    for process in &all {
        assert_eq!(convert(process).lost, Vec::<String>::new(), "{}", process.file);
    }
}

#[test]
fn those_are_found_whose_longest_way_exceeds_the_stated_total_and_no_others() {
    let Some(all) = checked() else { return };
    let mut found = Vec::new();
    let mut expected = Vec::new();
    for one in &all {
        let file = one.process.file.as_str();
        let total = one
            .findings
            .iter()
            .filter(|finding| finding.id == "budget-exceeded" && finding.message.contains("`total`"));
        found.extend(total.map(|_| file));
        if one.process.total > 0.0 && !one.has("name-unknown") && by_hand(&one.process) > 0 {
            expected.push(file);
        }
        let Some(budget) = one.total().filter(|budget| budget.worst.is_some()) else { continue };
        let worst = budget.worst.as_ref().unwrap();
        // Steps in which the clock stands still lie on the way too.
        let way: Vec<String> = worst.path.iter().map(|step| step.state.as_deref().unwrap().to_owned()).collect();
        let steps: Vec<String> = (1..=one.process.steps.len()).map(|i| format!("step_{i}")).collect();
        assert_eq!(way, steps, "{file}");
        if let Some(sum) = worst.sum {
            assert_eq!(sum, whole_days(one.process.total) + by_hand(&one.process), "{file}: {worst:#?}");
        }
    }
    assert_eq!(found, expected);
}

#[test]
fn what_is_exceeded_is_late_in_the_engine_by_what_was_said() {
    let Some(all) = checked() else { return };
    let mut late = 0;
    for one in &all {
        let Some(worst) = one.total().and_then(|budget| budget.worst.as_ref()) else { continue };
        // Some steps have tasks that take longer than the step: the tasks are then what can be played.
        let Ok(bundle) = compile_unproven(std::slice::from_ref(&one.source)) else { continue };
        let world = World::load(bundle).unwrap();
        let logic = &world.latest(&word(&one.process.file)).unwrap().plan.logic;
        let mut play = Play::new(&world, logic);
        play.along(worst).unwrap_or_else(|refused| panic!("{}: {refused}", one.process.file));
        let class = play.ended("total").first().map(|ended| ended.class);
        let said = Ended { at: worst.done.at, due: worst.due.at, class: class.unwrap_or(Class::Early) };
        assert_eq!(play.ended("total"), [said], "{}", one.process.file);
        assert_eq!(worst.over.late, class == Some(Class::Late), "{}", one.process.file);
        late += usize::from(worst.over.late);
    }
    assert!(late > 0);
}

#[test]
fn what_lies_between_the_files_is_found() {
    let Some(all) = checked() else { return };
    let files = |is: &dyn Fn(&Checked) -> bool| {
        all.iter().filter(|one| is(one)).map(|one| one.process.file.as_str()).collect::<Vec<_>>()
    };
    // Tasks that lead to tasks that are not there.
    let dangling: Vec<&str> = all
        .iter()
        .flat_map(|one| &one.findings)
        .filter(|finding| finding.id == "name-unknown")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(files(&|one| one.has("name-unknown")), ["TP10"]);
    assert_eq!(dangling.len(), 2, "{dangling:?}");
    // A code that is not that of its file.
    assert_eq!(files(&|one| one.process.code != one.process.file), ["TN01"]);
    // Those without a total are told so.
    let untold = files(&|one| (one.process.total <= 0.0) != one.has("clock-shape"));
    assert_eq!(untold, Vec::<&str>::new());
}

#[test]
fn each_difference_from_the_plain_sum_is_told() {
    let Some(all) = checked() else { return };
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &all {
        let (file, total) = (one.process.file.as_str(), one.process.total);
        let sum: f64 = one.process.steps.iter().map(|step| step.time.max(0.0)).sum();
        let plain = if total <= 0.0 {
            "no total"
        } else if sum > total {
            "exceeds"
        } else if sum < total {
            "falls short"
        } else {
            "equal"
        };
        let budget = one.total();
        let here = match budget.map(|budget| (budget.verdict, budget.worst.as_ref())) {
            _ if total <= 0.0 => "no total",
            Some((Verdict::Exceeded, _)) => "exceeds",
            Some((_, Some(worst))) if worst.over.count < 0 => "falls short",
            Some((_, Some(_))) => "equal",
            _ => "not measured",
        };
        *counts.entry(here).or_default() += 1;
        if plain != here {
            let times: Vec<String> = one.process.steps.iter().map(|step| step.time.to_string()).collect();
            let worst = budget.and_then(|budget| budget.worst.as_ref());
            let amount = worst.map(|worst| worst.over.amount()).unwrap_or_default();
            lines.insert(file, format!("{file}: {} = {sum} of {total} {plain}; {here} {amount}", times.join(" + ")));
        } else if here == "exceeds" || here == "falls short" {
            let worst = budget.and_then(|budget| budget.worst.as_ref());
            eprintln!(
                "{file}: {sum} of {total} {here} by {}",
                worst.map(|worst| worst.over.amount()).unwrap_or_default()
            );
        }
    }
    eprintln!("{counts:?}");
    for line in lines.values() {
        eprintln!("{line}");
    }
    let tasks = all.iter().flat_map(|one| {
        one.budgets
            .iter()
            .filter(|b| b.is_parallel && b.verdict == Verdict::Exceeded)
            .map(|b| (one.process.file.as_str(), b.name.as_str()))
    });
    let tasks: Vec<String> = tasks.map(|(file, step)| format!("{file}.{step}")).collect();
    eprintln!("tasks that exceed their step: {} {tasks:?}", tasks.len());
    assert_eq!(counts.values().sum::<usize>(), 114);
}

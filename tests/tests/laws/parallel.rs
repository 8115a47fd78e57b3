//! Parallel work against a plain set of tokens: what the reference says of it, in the most obvious way.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use motcua_engine::{Answer, Command, Dossier, Event, Instant, Opening, World, decide, fold};
use proptest::prelude::*;

/// Parallel work whose branches go from state to state.
#[derive(Clone, Debug)]
struct Parallel {
    branches: Vec<Branch>,
    /// How many branches have to be done, and how the text says so.
    joins: usize,
    join: String,
}

#[derive(Clone, Debug)]
struct Branch {
    /// Which field its guard reads.
    when: Option<usize>,
    /// In a row, before the final one; a parallel where there is one.
    states: Vec<Option<Parallel>>,
    /// Whether `hurry` ends it from anywhere.
    hurries: bool,
    /// Whether its simple states know `leave`, as the outer parallel does.
    leaves: bool,
}

/// A command, and the state that it names.
type Told = (String, Option<String>);

/// The fields that a dossier is opened with, and what is chosen then.
type Story = ([bool; FIELDS], Vec<Choice>);

/// What kind of command comes next, and which of that kind.
type Choice = (u8, prop::sample::Index);

const FIELDS: usize = 3;

fn flat(path: &str) -> String {
    path.replace('.', "_")
}

impl Parallel {
    /// Writes what stands between the braces of a parallel.
    fn write(&self, path: &str, text: &mut String) {
        for (b, branch) in self.branches.iter().enumerate() {
            let (own, count) = (format!("{path}.b{b}"), branch.states.len());
            let when = branch.when.map(|field| format!("when data.f{field}")).unwrap_or_default();
            let _ = writeln!(text, "branch b{b} by clerk {when} {{");
            for (i, inner) in branch.states.iter().enumerate() {
                let initial = if i == 0 { "initial" } else { "" };
                let next = if i + 1 == count { "end".to_owned() } else { format!("s{}", i + 1) };
                let go = format!("on go_{} -> {next}", flat(&format!("{own}.s{i}")));
                if let Some(inner) = inner {
                    let _ = writeln!(text, "parallel s{i} {initial} by clerk {{");
                    inner.write(&format!("{own}.s{i}"), text);
                    let _ = writeln!(text, "{go}  join {} -> {next} }}", inner.join);
                } else {
                    let leave = if branch.leaves { "on leave -> end" } else { "" };
                    let _ = writeln!(text, "state s{i} {initial} {{ {go}  {leave} }}");
                }
            }
            let hurry = if branch.hurries { format!("from any on hurry_{} -> end", flat(&own)) } else { String::new() };
            let _ = writeln!(text, "state end final  {hurry} }}");
        }
    }

    fn text(&self) -> String {
        let mut text = "procedure p { version 1 roles { clerk } data { f0 boolean f1 boolean f2 boolean }
            on open by clerk needs f0, f1, f2 -> work
            parallel work by clerk {\n"
            .to_owned();
        self.write("work", &mut text);
        let _ = writeln!(text, "on leave -> out  on redo -> work  join {} -> joined", self.join);
        text += "on flip do { data.f0 = !data.f0; data.f1 = !data.f1; data.f2 = !data.f2; } }
            state joined by clerk { on again -> work  on close -> out }
            state out final  state withdrawn final
            from any on withdraw by clerk -> withdrawn }";
        text
    }

    /// Adds the commands that branches know, each with the branch of the outer parallel.
    fn commands(&self, path: &str, top: Option<usize>, all: &mut Vec<(usize, Told)>) {
        for (b, branch) in self.branches.iter().enumerate() {
            let (own, top) = (format!("{path}.b{b}"), top.unwrap_or(b));
            if branch.hurries {
                all.push((top, (format!("hurry_{}", flat(&own)), None)));
            }
            for (i, inner) in branch.states.iter().enumerate() {
                let state = format!("{own}.s{i}");
                all.push((top, (format!("go_{}", flat(&state)), None)));
                match inner {
                    Some(inner) => inner.commands(&state, Some(top), all),
                    None => all.push((top, ("leave".to_owned(), Some(state)))),
                }
            }
        }
    }
}

/// The oracle: the paths of all states that the dossier is in, those of parallels among them.
#[derive(Clone, Debug, PartialEq)]
struct Tokens {
    at: BTreeSet<String>,
    fields: [bool; FIELDS],
}

impl Tokens {
    fn opened(work: &Parallel, fields: [bool; FIELDS]) -> Self {
        let mut tokens = Self { at: BTreeSet::new(), fields };
        tokens.begin(work, "work");
        tokens.settle(work);
        tokens
    }

    fn only(&mut self, state: &str) {
        self.at = BTreeSet::from([state.to_owned()]);
    }

    fn begin(&mut self, parallel: &Parallel, path: &str) {
        self.at.insert(path.to_owned());
        for (b, branch) in parallel.branches.iter().enumerate() {
            if branch.when.is_none_or(|field| self.fields.get(field) == Some(&true)) {
                self.go(branch, &format!("{path}.b{b}"), 0);
            }
        }
    }

    /// Brings a branch to one of its states, from wherever it is.
    fn go(&mut self, branch: &Branch, own: &str, to: usize) {
        self.at.retain(|at| !at.starts_with(&format!("{own}.")));
        match branch.states.get(to) {
            Some(Some(inner)) => self.begin(inner, &format!("{own}.s{to}")),
            Some(None) => _ = self.at.insert(format!("{own}.s{to}")),
            None => _ = self.at.insert(format!("{own}.end")),
        }
    }

    fn is_joined(&self, parallel: &Parallel, path: &str) -> bool {
        let works = |b: &usize| {
            let (inside, end) = (format!("{path}.b{b}."), format!("{path}.b{b}.end"));
            self.at.iter().any(|at| at.starts_with(&inside) && *at != end)
        };
        let working = (0..parallel.branches.len()).filter(works).count();
        self.at.contains(path) && parallel.branches.len() - working >= parallel.joins
    }

    fn settle_inside(&mut self, parallel: &Parallel, path: &str) {
        for (b, branch) in parallel.branches.iter().enumerate() {
            for (i, inner) in branch.states.iter().enumerate() {
                if inner.as_ref().is_some_and(|inner| self.is_joined(inner, &format!("{path}.b{b}.s{i}"))) {
                    self.go(branch, &format!("{path}.b{b}"), i + 1);
                }
            }
        }
    }

    fn settle(&mut self, work: &Parallel) {
        self.settle_inside(work, "work");
        if self.is_joined(work, "work") {
            self.only("joined");
        }
    }

    /// Finds what branches do about a command: which branch, by its path, comes to which of its states.
    fn moves<'p>(&self, parallel: &'p Parallel, path: &str, told: &Told, found: &mut Vec<(&'p Branch, String, usize)>) {
        if !self.at.contains(path) {
            return;
        }
        for (b, branch) in parallel.branches.iter().enumerate() {
            let own = format!("{path}.b{b}");
            for (i, inner) in branch.states.iter().enumerate() {
                let state = format!("{own}.s{i}");
                if let Some(inner) = inner {
                    self.moves(inner, &state, told, found);
                }
                if !self.at.contains(&state) || told.1.as_ref().is_some_and(|named| *named != state) {
                    continue;
                }
                let leaves = branch.leaves && inner.is_none() && told.0 == "leave";
                if told.0 == format!("go_{}", flat(&state)) {
                    found.push((branch, own.clone(), i + 1));
                } else if leaves || branch.hurries && told.0 == format!("hurry_{}", flat(&own)) {
                    found.push((branch, own.clone(), branch.states.len()));
                }
            }
        }
    }

    /// Obeys a command, and returns whether it could.
    fn give(&mut self, work: &Parallel, told: &Told) -> bool {
        let mut found = Vec::new();
        self.moves(work, "work", told, &mut found);
        let outer = if self.at.contains("work") { "work" } else { "joined" };
        match (&found[..], told.0.as_str()) {
            ([(branch, own, to)], _) => self.go(branch, own, *to),
            ([_, _, ..], _) => return false,
            _ if !self.at.contains(outer) || told.1.as_ref().is_some_and(|named| named != outer) => return false,
            (_, "withdraw") => self.only("withdrawn"),
            (_, "leave") if outer == "work" => self.only("out"),
            (_, "close") if outer == "joined" => self.only("out"),
            (_, "flip") if outer == "work" => self.fields = self.fields.map(|field| !field),
            (_, "redo") if outer == "work" => *self = Self::opened(work, self.fields),
            (_, "again") if outer == "joined" => *self = Self::opened(work, self.fields),
            _ => return false,
        }
        self.settle(work);
        true
    }
}

/// A dossier of the engine with its journal.
#[derive(Clone)]
struct Kept<'w> {
    world: &'w World,
    dossier: Option<Dossier>,
    journal: Vec<Event>,
}

impl<'w> Kept<'w> {
    fn opened(world: &'w World, fields: [bool; FIELDS]) -> Self {
        let mut kept = Self { world, dossier: None, journal: Vec::new() };
        let data = fields.iter().enumerate().map(|(n, field)| (format!("f{n}").into(), (*field).into())).collect();
        let open = Some(Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() });
        let command = Command {
            id: "open".into(),
            command: "open".into(),
            role: "clerk".into(),
            data,
            open,
            ..Command::default()
        };
        assert!(kept.decide(&command), "it opens");
        kept
    }

    fn decide(&mut self, command: &Command) -> bool {
        let answer = decide(self.world, self.dossier.as_ref(), command, Instant::from_unix(1_709_517_600));
        let Answer::Accepted(events) = answer else { return false };
        self.dossier = events.iter().fold(self.dossier.take(), |dossier, event| Some(fold(dossier, event)));
        self.journal.extend(events);
        true
    }

    fn give(&mut self, told: &Told) -> bool {
        let id = format!("c{}", self.journal.len()).into();
        let state = told.1.as_deref().map(Into::into);
        self.decide(&Command { id, command: told.0.as_str().into(), role: "clerk".into(), state, ..Command::default() })
    }

    fn at(&self) -> BTreeSet<String> {
        let dossier = self.dossier.as_ref().unwrap();
        let graph = &self.world.procedure(dossier.plan).unwrap().plan.logic.graph;
        let names = dossier.active.iter().map(|place| graph.state(place.state).unwrap().name.to_string());
        let found: BTreeSet<String> = names.collect();
        assert_eq!(found.len(), dossier.active.len(), "no state is there twice");
        found
    }
}

fn parallels(inner: BoxedStrategy<Option<Parallel>>, most: usize) -> impl Strategy<Value = Parallel> {
    let states = prop::collection::vec(inner, 1..=3);
    let when = prop::option::weighted(0.3, 0..FIELDS);
    let branch = (when, states, prop::bool::weighted(0.3), prop::bool::weighted(0.3));
    let branch = branch.prop_map(|(when, states, hurries, leaves)| Branch { when, states, hurries, leaves });
    (prop::collection::vec(branch, 1..=most), 0..3, any::<prop::sample::Index>()).prop_map(|(branches, how, k)| {
        let (n, k) = (branches.len(), k.index(branches.len()) + 1);
        let (joins, join) = match how {
            0 => (n, "all".to_owned()),
            1 => (1, "any".to_owned()),
            _ => (k, format!("{k} of {n}")),
        };
        Parallel { branches, joins, join }
    })
}

/// Returns parallel work, and what happens to some dossiers of it: how they begin, and a series of choices.
fn works() -> impl Strategy<Value = (Parallel, Vec<Story>)> {
    let inner = parallels(Just(None).boxed(), 3);
    let inner = prop::option::weighted(0.2, inner).boxed();
    let choices = prop::collection::vec((0_u8..16, any::<prop::sample::Index>()), 0..20);
    (parallels(inner, 4), prop::collection::vec((any::<[bool; FIELDS]>(), choices), 20))
}

/// Returns the commands of the branches, with their branches, and those that lead on where nobody is in a branch.
fn commands(work: &Parallel) -> (Vec<(usize, Told)>, Vec<Told>) {
    let mut inner = Vec::new();
    work.commands("work", None, &mut inner);
    let outer = ["leave", "redo", "flip", "again", "close", "withdraw"].map(|name| (name.to_owned(), None));
    (inner, [&outer[..], &[("leave".to_owned(), Some("work".to_owned()))]].concat())
}

/// Chooses the next command: mostly one that a branch takes, else any.
fn chosen<'c>(
    (kind, index): Choice,
    tokens: &Tokens,
    work: &Parallel,
    (inner, outer): &'c (Vec<(usize, Told)>, Vec<Told>),
) -> &'c Told {
    let (before, after) = inner.split_at(index.index(inner.len()));
    let mut round = after.iter().chain(before).map(|(_, told)| told);
    let taken = match kind {
        0 | 1 => None,
        2 => round.next(),
        _ => round.find(|told| tokens.clone().give(work, told)),
    };
    taken.unwrap_or_else(|| index.get(outer))
}

#[test]
fn the_stories_of_parallel_work_get_everywhere() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..40 {
        let (work, dossiers) = works().new_tree(&mut runner).unwrap().current();
        let commands = commands(&work);
        for (fields, choices) in dossiers {
            let mut tokens = Tokens::opened(&work, fields);
            seen.insert(if tokens.at.contains("work") { "begun" } else { "joined at once" });
            for choice in choices {
                let (before, told) = (tokens.clone(), chosen(choice, &tokens, &work, &commands));
                let given = tokens.give(&work, told);
                let (was, is) = (before.at.contains("work"), tokens.at.contains("work"));
                let inner =
                    |tokens: &Tokens| tokens.at.iter().filter(|at| at.contains(".b") && !at.ends_with("end")).count();
                seen.insert(match (told.0.as_str(), told.1.as_deref()) {
                    ("leave", _) if !given => "leave refused",
                    ("leave", None) if is || tokens.at.contains("joined") => "inner beats outer",
                    ("leave", Some("work")) => "the outer one is named",
                    ("leave", Some(_)) => "a branch is named",
                    (name, _) if name.starts_with("go") && was && tokens.at.contains("joined") => "joined",
                    (name, _) if name.starts_with("go") && is && inner(&tokens) + 2 < inner(&before) => "inner ended",
                    (name, _) if name.starts_with("hurry") && given => "hurried",
                    ("redo" | "again" | "close" | "withdraw" | "flip", _) if given => "led on",
                    _ => "other",
                });
            }
        }
    }
    assert_eq!(seen.len(), 11, "{seen:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn parallel_work_is_a_set_of_tokens((work, dossiers) in works()) {
        let world = motcua_tests::world(&[("p.tthc", &work.text())]).map_err(TestCaseError::fail)?;
        let commands = commands(&work);
        for (fields, choices) in dossiers {
            let (mut kept, mut tokens) = (Kept::opened(&world, fields), Tokens::opened(&work, fields));
            prop_assert_eq!(kept.at(), tokens.at.clone(), "opened with {:?}", fields);
            for choice in choices {
                let told = chosen(choice, &tokens, &work, &commands);
                let before = tokens.clone();
                prop_assert_eq!(kept.give(told), tokens.give(&work, told), "{:?} at {:?}", told, before);
                prop_assert_eq!(kept.at(), tokens.at.clone(), "{:?} at {:?}", told, before);
                let again = kept.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
                prop_assert_eq!(&again, &kept.dossier);
            }
        }
    }

    #[test]
    fn what_parallel_branches_do_commutes_as_long_as_nothing_joins((work, dossiers) in works()) {
        let world = motcua_tests::world(&[("p.tthc", &work.text())]).map_err(TestCaseError::fail)?;
        let commands = commands(&work);
        for (fields, choices) in dossiers.into_iter().take(6) {
            let (mut kept, mut tokens) = (Kept::opened(&world, fields), Tokens::opened(&work, fields));
            for choice in choices.into_iter().take(6) {
                let told = chosen(choice, &tokens, &work, &commands);
                let _ = (kept.give(told), tokens.give(&work, told));
            }
            // What each branch does alone, where the work goes on afterwards.
            let alone = |(branch, told): &(usize, Told)| {
                let mut after = kept.clone();
                (after.give(told) && after.at().contains("work")).then(|| (*branch, told.clone(), after))
            };
            let alone: Vec<_> = commands.0.iter().filter_map(alone).collect();
            for (n, (branch, one, after_one)) in alone.iter().enumerate() {
                for (_, other, after_other) in alone[n..].iter().filter(|(another, ..)| another != branch) {
                    let (mut this, mut that) = (after_one.clone(), after_other.clone());
                    prop_assert!(this.give(other) && that.give(one), "{one:?} and {other:?} at {:?}", kept.at());
                    prop_assert_eq!(this.at(), that.at(), "{:?} and {:?} at {:?}", one, other, kept.at());
                }
            }
        }
    }
}

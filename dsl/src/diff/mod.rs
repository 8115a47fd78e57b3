//! Two texts of a procedure: what changes, for whom, and what becomes of dossiers in flight.
//!
//! What is compared is the plan, in which every default is said, beside the model, which knows the words and their
//! places. Both texts are spoken of in the names of the new one (`names`), so what `was` something is renamed and nothing
//! else. A rule is one file and finds changes of the [`Kind`]s that it knows; the kind alone says the [`Class`].

mod actions;
mod basis;
mod change;
mod clocks;
mod data;
mod documents;
mod flight;
mod functions;
mod ladder;
mod lines;
mod names;
mod parallel;
mod record;
mod rights;
mod roles;
mod side;
mod states;
mod tables;
mod terms;
mod version;
mod ways;
mod words;

use motcua_engine::plan::Plan;
use smol_str::SmolStr;

pub use change::{Change, Class, Kind, Whom};
pub use flight::{By, Flight, Journey};

use crate::diagnostic::{Finding, Severity};
use crate::model::{Model, Procedure};
use crate::sentence::{Sentence, say};
use crate::{Checked, PROOFS, Source};
use change::Found;
use names::{Common, Hop};
use side::{Pair, Side, composed, listed};

/// Which procedures and versions are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The procedure; all that both texts have when absent.
    pub procedure: Option<&'a str>,
    /// The version of OLD; its last one when absent.
    pub from: Option<u32>,
    /// The version of NEW; its last one when absent.
    pub to: Option<u32>,
}

/// What changes in one procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub procedure: SmolStr,
    /// What people call it, by NEW.
    pub label: Option<String>,
    /// The version of OLD; nothing where it is in NEW alone.
    pub from: Option<u32>,
    /// The version of NEW; nothing where it is in OLD alone.
    pub to: Option<u32>,
    /// What changes, the gravest first.
    pub changes: Vec<Change>,
    /// Labels differ, and nothing else does.
    pub only_words: bool,
    /// What becomes of dossiers in flight; no states where NEW is no later version.
    pub flight: Flight,
}

/// Why two texts cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Incomparable {
    /// OLD has errors.
    #[error("OLD has errors")]
    Old(Vec<Finding>),
    /// NEW has errors.
    #[error("NEW has errors")]
    New(Vec<Finding>),
    /// What is asked for is not in both texts: a procedure, or a version of it.
    #[error("{0}")]
    Missing(Sentence),
}

fn nothing(asked: Option<&str>, old: &[SmolStr], new: &[SmolStr]) -> Sentence {
    let list = |names: &[SmolStr]| if names.is_empty() { "nothing".into() } else { listed(names) };
    let sides = say!("`OLD` has {old}, `NEW` has {new}", old = list(old), new = list(new));
    match asked {
        None => say!("no procedure is in both texts: {sides}", sides),
        Some(name) => say!("no procedure is called `{name}` in both texts: {sides}", name, sides),
    }
}

/// Returns the findings that keep a text from being compared: what no office could keep can still be read.
pub(crate) fn sound(checked: Checked) -> Result<(), Vec<Finding>> {
    let mut findings = checked.findings;
    findings.retain(|finding| finding.severity == Severity::Error && !PROOFS.contains(&finding.id));
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

/// Returns what differs between the procedures of two texts, in the order of NEW.
pub(crate) fn compare(
    (old, old_sources): (&Model<'_>, &[Source]),
    (new, new_sources): (&Model<'_>, &[Source]),
    asked: &Asked<'_>,
) -> Result<Vec<Difference>, Incomparable> {
    let named = |model: &Model<'_>| -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = Vec::new();
        for procedure in &model.procedures {
            let name = &procedure.syntax.name.text;
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    };
    let is_meant = |name: &SmolStr| asked.procedure.is_none_or(|asked| composed(asked) == name.as_str());
    let (before, after) = (named(old), named(new));
    let both: Vec<&SmolStr> = after.iter().filter(|name| is_meant(name) && before.contains(name)).collect();
    if both.is_empty() {
        return Err(Incomparable::Missing(nothing(asked.procedure, &before, &after)));
    }
    let (old, new) = (Read { model: old, sources: old_sources }, Read { model: new, sources: new_sources });
    let mut found = Vec::new();
    for name in both {
        found.extend(versions(&old, &new, name, asked)?);
    }
    if asked.procedure.is_none() {
        found.extend(alone(&old, &after, &new, &before));
    }
    Ok(found)
}

/// A text that was read.
#[derive(Clone, Copy)]
struct Read<'s, 'a> {
    model: &'s Model<'a>,
    sources: &'s [Source],
}

impl<'s, 'a> Read<'s, 'a> {
    /// Returns the versions of a procedure, the lowest number first.
    fn versions(&self, name: &str) -> Vec<&'s Procedure<'a>> {
        let mut found: Vec<_> = self.model.procedures.iter().filter(|it| it.syntax.name.text == name).collect();
        found.sort_by_key(|procedure| procedure.version());
        found
    }

    fn plan(&self, procedure: &Procedure<'_>) -> Result<Plan, Vec<Finding>> {
        crate::lower::plan_of(procedure, self.sources).map_err(|finding| vec![*finding])
    }

    fn side<'p>(&self, procedure: &'p Procedure<'a>, plan: &'p Plan, common: Common) -> Side<'p, 'a>
    where
        's: 'p,
    {
        let calendar = procedure.calendar.and_then(|calendar| self.model.compiled(calendar));
        Side { procedure, plan, calendar, sources: self.sources, common }
    }
}

/// Compares the versions that are asked for, and those that were edited and kept their number.
fn versions(
    old: &Read<'_, '_>,
    new: &Read<'_, '_>,
    name: &SmolStr,
    asked: &Asked<'_>,
) -> Result<Vec<Difference>, Incomparable> {
    let (before, after) = (old.versions(name), new.versions(name));
    let pick = |versions: &[&Procedure<'_>], wanted: Option<u32>, side: &'static str| {
        let known: Vec<u32> = versions.iter().map(|procedure| procedure.version()).collect();
        let found = wanted.map_or(known.len().checked_sub(1), |wanted| known.iter().position(|it| *it == wanted));
        found.ok_or_else(|| {
            let known = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Incomparable::Missing(say!(
                "`{procedure}` has no version {version} in `{side}`: there are {known}",
                procedure = name,
                version = wanted.unwrap_or_default(),
                side,
                known
            ))
        })
    };
    let from = pick(&before, asked.from, "OLD")?;
    let to = pick(&after, asked.to, "NEW")?;
    // The number of the pair that is compared anyway, where both have it.
    let number = |versions: &[&Procedure<'_>], at: usize| versions.get(at).map(|procedure| procedure.version());
    let main = number(&after, to).filter(|to| number(&before, from) == Some(*to));
    let mut found = Vec::new();
    if asked.from.is_none() && asked.to.is_none() {
        for procedure in &after {
            let same = |earlier: &&&Procedure<'_>| earlier.version() == procedure.version();
            let Some(earlier) = before.iter().find(same).filter(|_| main != Some(procedure.version())) else {
                continue;
            };
            let difference = difference(old, earlier, new, procedure)?;
            found.extend((!difference.changes.is_empty()).then_some(difference));
        }
    }
    if let (Some(before), Some(after)) = (before.get(from), after.get(to)) {
        found.push(difference(old, before, new, after)?);
    }
    Ok(found)
}

/// Compares two texts of one procedure.
fn difference<'a, 'b>(
    old: &Read<'_, 'a>,
    before: &Procedure<'a>,
    new: &Read<'_, 'b>,
    after: &Procedure<'b>,
) -> Result<Difference, Incomparable> {
    let (from, to) = (before.version(), after.version());
    let plan = (old.plan(before).map_err(Incomparable::Old)?, new.plan(after).map_err(Incomparable::New)?);
    let mut between = Vec::new();
    for procedure in new.versions(&after.syntax.name.text) {
        if procedure.version() > from && procedure.version() < to {
            between.push(new.plan(procedure).map_err(Incomparable::New)?);
        }
    }
    let hop = Hop { old: &plan.0, between: between.iter().collect(), to: &plan.1 };
    let pair =
        Pair { old: old.side(before, &plan.0, Common::of(&hop)), new: new.side(after, &plan.1, Common::default()) };
    let mut flight = flight::flight(&hop);
    flight::besides(&pair, &hop, &data::narrowed(&pair), &mut flight);
    let mut found = Found::default();
    version::compare(&pair, &hop, &mut found);
    clocks::compare(&pair, &mut found);
    states::compare(&pair, &flight, &mut found);
    ways::compare(&pair, &mut found);
    ways::order(&pair, &mut found);
    documents::compare(&pair, &mut found);
    tables::compare(&pair, &mut found);
    record::compare(&pair, &mut found);
    data::compare(&pair, &mut found);
    roles::compare(&pair, &mut found);
    rights::record(&pair, &mut found);
    functions::compare(&pair, &mut found);
    basis::compare(&pair, &mut found);
    version::rest(&pair, &hop, &mut found);
    let changes = found.sorted();
    Ok(Difference {
        procedure: after.syntax.name.text.clone(),
        label: plan.1.words.label.clone(),
        from: Some(from),
        to: Some(to),
        only_words: changes.is_empty() && words::differ(&pair),
        changes,
        flight,
    })
}

/// Returns the procedures that are in one text alone.
fn alone(old: &Read<'_, '_>, after: &[SmolStr], new: &Read<'_, '_>, before: &[SmolStr]) -> Vec<Difference> {
    let one = |read: &Read<'_, '_>, name: &SmolStr, is_new: bool| {
        let procedure = *read.versions(name).last()?;
        let (span, label) = (procedure.syntax.name.span, procedure.syntax.label.as_ref());
        let change = if is_new {
            let said = say!("the procedure `{name}` is new", name);
            Change::new(Kind::ProcedureNew, Whom::Citizen, said).at(None, span)
        } else {
            let said = say!("there is no procedure `{name}` any more", name);
            Change::new(Kind::ProcedureGone, Whom::Citizen, said).at(span, None)
        };
        Some(Difference {
            procedure: name.clone(),
            label: label.map(|label| label.text.clone()),
            from: (!is_new).then(|| procedure.version()),
            to: is_new.then(|| procedure.version()),
            changes: vec![change],
            only_words: false,
            flight: Flight::default(),
        })
    };
    let gone = before.iter().filter(|name| !after.contains(name)).filter_map(|name| one(old, name, false));
    let come = after.iter().filter(|name| !before.contains(name)).filter_map(|name| one(new, name, true));
    gone.chain(come).collect()
}

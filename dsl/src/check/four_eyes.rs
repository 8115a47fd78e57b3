//! Four eyes that cannot be kept.
//!
//! # What
//! `four eyes` names fewer than two commands. Or two of its commands are given by the same single person in some unit: the offices of the
//! roles that may give them have one head or officer between them. Or a rung of a ladder takes one of them, which is nobody's hand.
//!
//! # Why
//! Of the commands in one line (*nguyên tắc bốn mắt*) nobody gives two on the same dossier: the engine refuses the second, and says which
//! one the person gave before. Where there is only one person, the dossier can never go on. An office that lists no `officers` is not
//! looked at: the host says who belongs to it.
//!
//! # Wrong
//! ```tthc
//! use organisation village
//! organisation village {
//!     unit one { office desk { head hoa  officers hoa }  bind clerk, chair to desk }
//! }
//! procedure permit {
//!     roles { clerk  chair }
//!     four eyes prepare, sign
//!     on open by clerk -> received
//!     state received by clerk { on prepare -> signing }
//!     state signing by chair { on sign -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! use organisation village
//! organisation village {
//!     unit one { office desk { head hoa  officers an }  bind clerk, chair to desk }
//! }
//! procedure permit {
//!     roles { clerk  chair }
//!     four eyes prepare, sign
//!     on open by clerk -> received
//!     state received by clerk { on prepare -> signing }
//!     state signing by chair { on sign -> done }
//!     state done final
//! }
//! ```

use std::collections::HashSet;

use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure, RuleTrigger};
use crate::resolve::flat;
use crate::sentence::say;
use crate::syntax::{Action, FourEyes, OrgUnit, Organisation, Word};

const ID: &str = "four-eyes";

/// Units, each with the one that it stands in.
type Units<'o> = [(&'o OrgUnit, Option<&'o OrgUnit>)];

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for line in &procedure.syntax.four_eyes {
            let names: HashSet<&str> = line.commands.iter().map(|word| word.text.as_str()).collect();
            if names.len() < 2 {
                let finding =
                    Finding::error(ID, "four eyes are those of two people: this names one command", line.span);
                findings.push(finding.help("name the commands that two people give: `four eyes prepare, sign`"));
                continue;
            }
            rungs(procedure, line, findings);
            if let Some(organisation) = procedure.organisation {
                people(procedure, line, organisation, findings);
            }
        }
    }
}

/// A rung that takes one of the commands: nobody's hand is in it.
fn rungs(procedure: &Procedure<'_>, line: &FourEyes, findings: &mut Vec<Finding>) {
    for action in procedure.syntax.clocks.iter().flat_map(|clock| &clock.rungs).flat_map(|rung| &rung.actions) {
        let Action::Take(taken) = action else { continue };
        if let Some(word) = line.commands.iter().find(|word| word.text == taken.text) {
            let message = say!("`{taken}` needs four eyes, and a rung takes it with nobody's", taken = taken.text);
            let finding = Finding::error(ID, message, taken.span).because(word.span, "it needs four eyes here");
            findings.push(finding.help("let the rung take a command that needs no four eyes"));
        }
    }
}

/// Two commands that one and the same person would have to give.
fn people(procedure: &Procedure<'_>, line: &FourEyes, organisation: &Organisation, findings: &mut Vec<Finding>) {
    let units = flat(&organisation.units);
    for (i, first) in line.commands.iter().enumerate() {
        for second in line.commands.iter().skip(i + 1).filter(|second| second.text != first.text) {
            let alone = units.iter().find_map(|(unit, _)| {
                let one = only(procedure, &units, unit, first)?;
                (only(procedure, &units, unit, second)? == one).then_some((*unit, one))
            });
            let Some((unit, person)) = alone else { continue };
            let message = say!(
                "in `{unit}` nobody but `{person}` may give `{text}` and `{second}`, so four eyes cannot be kept",
                unit = unit.name.text,
                person,
                text = first.text,
                second = second.text
            );
            let finding = Finding::error(ID, message, second.span).because(unit.name.span, "one person in this unit");
            findings
                .push(finding.help("name another officer of the office, or bind one of the roles to another office"));
            return;
        }
    }
}

/// Returns the only person who may give a command on dossiers of a unit; none where there are several, or nobody knows.
fn only<'o>(procedure: &Procedure<'_>, units: &Units<'o>, unit: &OrgUnit, command: &Word) -> Option<&'o str> {
    let number = procedure.commands.get(&command.text)?;
    let mut people: HashSet<&str> = HashSet::new();
    let mut actions = procedure.syntax.clocks.iter().flat_map(|clock| &clock.rungs).flat_map(|rung| &rung.actions);
    let reassigns = actions.any(|action| matches!(action, Action::Reassign(_)));
    for rule in procedure.rules.iter().filter(|rule| matches!(rule.trigger, RuleTrigger::Command(c) if c == number)) {
        let holders: Vec<&Word> = match (&rule.transition.by, &rule.origin) {
            (by, _) if !by.is_empty() => by.iter().collect(),
            // Somebody else may hold the state after a rung has handed it over.
            (_, Origin::Start) => return None,
            _ if reassigns => return None,
            _ => procedure.sources(rule).into_iter().filter_map(|state| procedure.state(state)?.by.as_ref()).collect(),
        };
        for role in holders {
            people.extend(desk(procedure, units, unit, role)?);
        }
    }
    let mut people = people.into_iter();
    let one = people.next()?;
    people.next().is_none().then_some(one)
}

/// Returns who belongs to the office of a role in a unit; none where it is not said.
fn desk<'o>(
    procedure: &Procedure<'_>,
    units: &Units<'o>,
    unit: &OrgUnit,
    role: &Word,
) -> Option<impl Iterator<Item = &'o str> + use<'o>> {
    let known = procedure.roles.get(&role.text).and_then(|role| procedure.syntax.roles.get(role))?;
    let binding = unit.bindings.iter().find(|binding| binding.roles.iter().any(|bound| bound.text == role.text))?;
    let home = binding.unit.as_ref().map_or(unit.name.text.as_str(), |other| other.text.as_str());
    let home = units.iter().map(|(unit, _)| *unit).find(|unit| unit.name.text == home)?;
    let office = home.offices.iter().find(|office| office.name.text == binding.office.text)?;
    if known.outside || office.officers.is_empty() {
        return None;
    }
    let head = office.head.iter().map(|(head, _)| head.text.as_str());
    Some(head.chain(office.officers.iter().map(|officer| officer.text.as_str())))
}

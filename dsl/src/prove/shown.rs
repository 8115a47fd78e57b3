//! Counter-examples and reasons in the author's words.

use motcua_engine::plan::Type;

use super::axis::shown;
use super::solve::{Seen, Solver, Why};
use crate::sentence::{Sentence, say};

/// So many facts of a counter-example are told.
const MOST: usize = 8;

impl Solver<'_> {
    /// Returns a dossier as it is told: what each field is.
    pub(super) fn dossier(&self, found: &[(u32, Seen)]) -> Sentence {
        let mut told: Vec<Sentence> =
            found.iter().take(MOST).filter_map(|(fact, seen)| self.told(*fact, *seen)).collect();
        if found.len() > MOST {
            told.push(say!("and {found} more", found = found.len() - MOST));
        }
        Sentence::joined(told, ", ")
    }

    /// Returns what a fact is as it is told.
    pub(super) fn told(&self, id: u32, seen: Seen) -> Option<Sentence> {
        let (fact, axis) = (self.facts.get(id)?, self.space.axes.get(id as usize)?);
        let name = fact.name.as_str();
        let name = name.strip_prefix("data.").or_else(|| name.strip_prefix("arg.")).unwrap_or(name);
        // Of what has no values that anybody names, all that is known is that it is there.
        let nameless = fact.ty == Type::Text && fact.cells.iter().all(|cell| cell.parts.is_empty());
        Some(match seen {
            Seen::Atom(atom) if atom >= axis.len() => say!("{name} is absent", name),
            Seen::Absent => say!("{name} is absent", name),
            Seen::Atom(_) if nameless => say!("{name} is there", name),
            Seen::Atom(atom) => say!("{name} = {value}", name, value = axis.show(atom)),
            Seen::Number(number) => say!("{name} = {value}", name, value = shown(number, &fact.ty)),
        })
    }
}

impl Why {
    /// Returns the reason as the end of a sentence.
    pub(super) fn told(&self) -> Sentence {
        match self {
            Self::Long => "there are too many ways to go through".into(),
            Self::WorkedOut(words) => {
                say!("how {words} is worked out is not followed", words = super::guards::quoted(words))
            }
            Self::Together(words) => {
                say!("how {words} goes with what else is asked is not followed", words = super::guards::quoted(words))
            }
            Self::Sums => "no numbers were found for the sums that are compared".into(),
        }
    }
}

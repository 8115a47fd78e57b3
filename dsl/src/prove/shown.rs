//! Counter-examples and reasons in the author's words.

use motcua_engine::plan::Type;

use super::axis::shown;
use super::solve::{Seen, Solver, Why};

/// So many facts of a counter-example are told.
const MOST: usize = 8;

impl Solver<'_> {
    /// Returns a dossier as it is told: what each field is.
    pub(super) fn dossier(&self, found: &[(u32, Seen)]) -> String {
        let mut told: Vec<String> =
            found.iter().take(MOST).filter_map(|(fact, seen)| self.told(*fact, *seen)).collect();
        if found.len() > MOST {
            told.push(format!("and {} more", found.len() - MOST));
        }
        told.join(", ")
    }

    fn told(&self, id: u32, seen: Seen) -> Option<String> {
        let (fact, axis) = (self.facts.get(id)?, self.space.axes.get(id as usize)?);
        let name = fact.name.as_str();
        let name = name.strip_prefix("data.").or_else(|| name.strip_prefix("arg.")).unwrap_or(name);
        // Of what has no values that anybody names, all that is known is that it is there.
        let nameless = fact.ty == Type::Text && fact.cells.iter().all(|cell| cell.parts.is_empty());
        Some(match seen {
            Seen::Atom(atom) if atom >= axis.len() => format!("{name} is absent"),
            Seen::Absent => format!("{name} is absent"),
            Seen::Atom(_) if nameless => format!("{name} is there"),
            Seen::Atom(atom) => format!("{name} = {}", axis.show(atom)),
            Seen::Number(number) => format!("{name} = {}", shown(number, &fact.ty)),
        })
    }
}

impl Why {
    /// Returns the reason as the end of a sentence.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Long => "there are too many ways to go through".to_owned(),
            Self::WorkedOut(words) => format!("how {} is worked out is not followed", super::guards::quoted(words)),
            Self::Together(words) => {
                format!("how {} goes with what else is asked is not followed", super::guards::quoted(words))
            }
            Self::Sums => "no numbers were found for the sums that are compared".to_owned(),
        }
    }
}

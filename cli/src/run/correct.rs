//! A line that corrects a dossier's journal.

use motcua_engine::calendar::Calendar;
use motcua_engine::{Command, Correction, Instant, InstantError, Opening, Procedure, World};
use smol_str::SmolStr;

use super::brought::{documents, typed};
use super::line::{Documents, Instead, Line, Wrong};

/// The command by which a journal is corrected, unless the procedure defines one of that name.
const CORRECT: &str = "correct";

/// Returns whether a line corrects a journal; a command `correct` of the procedure itself is no correction.
pub(super) fn is_correction(line: &Line, procedure: Option<&Procedure>) -> bool {
    let own = procedure.is_some_and(|procedure| procedure.plan.logic.commands.iter().any(|name| name == CORRECT));
    line.command.as_deref() == Some(CORRECT) && !own
}

/// Refuses a key that the kind of line does not have.
///
/// # Errors
/// It has one.
pub(super) fn check_keys(text: &str, line: &Line, corrects: bool) -> Result<(), Wrong> {
    let of_others = [
        ("seen", line.seen.is_some()),
        ("state", line.state.is_some()),
        ("data", !line.data.0.is_empty()),
        ("documents", !matches!(&line.documents, Documents::Named(named) if named.0.is_empty())),
    ];
    let of_corrections = [("voids", line.voids.is_some()), ("instead", line.instead.is_some())];
    let (foreign, why): (&[_], _) = if corrects {
        (&of_others, "does not belong to `correct`: what happened stands in `instead`")
    } else {
        (&of_corrections, "belongs to `correct` alone")
    };
    match foreign.iter().find(|(_, given)| *given) {
        Some((key, _)) => Err(Wrong::at_key(text, key, format!("`{key}` {why}"))),
        None => Ok(()),
    }
}

/// What a line is read by: the dossier's own world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    /// Where an opening finds its procedure.
    pub(super) world: &'a World,
    /// The dossier's.
    pub(super) procedure: Option<&'a Procedure>,
    /// In whose zone instants stand.
    pub(super) calendar: Option<&'a Calendar>,
}

impl Reader<'_> {
    /// Returns the correction that a line asks for.
    ///
    /// # Errors
    /// Something in `instead` is no command.
    pub(super) fn correction(self, text: &str, dossier: &SmolStr, line: Line) -> Result<Correction, Wrong> {
        let instead = line.instead.unwrap_or_default().into_iter();
        Ok(Correction {
            id: line.id.unwrap_or_default(),
            actor: line.actor,
            role: line.role,
            reason: line.reason.unwrap_or_default(),
            voids: line.voids.unwrap_or_default(),
            instead: instead.map(|command| self.command(text, dossier, command)).collect::<Result<_, _>>()?,
        })
    }

    fn command(self, text: &str, dossier: &SmolStr, said: Instead) -> Result<Command, Wrong> {
        let opens = said.command == "open";
        let wrong = |message: String| Err(Wrong::at_value(text, "instead", &said.id, message));
        if opens && said.procedure.is_none() {
            return wrong(format!("`procedure` is missing in `{}`", said.id));
        }
        if !opens && (said.procedure.is_some() || said.version.is_some() || said.unit.is_some()) {
            return wrong(format!(
                "`procedure`, `version` and `unit` belong to `open` alone, and not in `{}`",
                said.id
            ));
        }
        let at = match said.at.as_deref().map(|at| (at, self.instant(at))) {
            None => None,
            Some((_, Ok(at))) => Some(at),
            Some((written, Err(error))) => return Err(Wrong::at_value(text, "instead", written, error.to_string())),
        };
        let procedure = said.procedure.as_ref().and_then(|name| self.world.latest(name)).or(self.procedure);
        let open = opens.then(|| Opening {
            dossier: dossier.clone(),
            procedure: said.procedure.clone().unwrap_or_default(),
            version: said.version,
            unit: said.unit.clone().unwrap_or_default(),
        });
        Ok(Command {
            id: said.id,
            command: said.command,
            actor: said.actor,
            role: said.role,
            at,
            seen: None,
            state: said.state,
            data: typed(procedure, self.calendar, said.data.0),
            documents: documents(procedure, said.documents),
            reason: said.reason,
            open,
        })
    }

    fn instant(self, text: &str) -> Result<Instant, InstantError> {
        self.calendar.map_or_else(|| text.parse(), |calendar| calendar.parse_instant(text))
    }
}

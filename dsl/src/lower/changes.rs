//! What a version says about earlier ones.

use motcua_engine::plan::{Changes, MovePlan};
use motcua_engine::{ClockId, DocumentId, FieldId, RoleId};
use smol_str::SmolStr;

use super::{TooLarge, state_id};
use crate::model::Procedure;
use crate::syntax::{Moves, Word};

/// Returns what a version says about earlier ones, if it says anything.
pub(super) fn changes(procedure: &Procedure<'_>) -> Result<Option<Box<Changes>>, TooLarge> {
    let syntax = procedure.syntax;
    let changes = Changes {
        states: (0..syntax.states.len())
            .filter_map(|i| Some((i, procedure.state_was(i)?)))
            .map(|(i, was)| Ok((state_id(i)?, was)))
            .collect::<Result<_, TooLarge>>()?,
        clocks: renamed(syntax.clocks.iter().map(|clock| &clock.was), ClockId::new)?,
        fields: renamed(syntax.data.iter().map(|field| &field.was), FieldId::new)?,
        documents: renamed(syntax.documents.iter().map(|document| &document.was), DocumentId::new)?,
        roles: renamed(syntax.roles.iter().map(|role| &role.was), RoleId::new)?,
        moves: syntax.moves.iter().map(|moves| plan(procedure, moves)).collect::<Result<_, _>>()?,
    };
    Ok((changes != Changes::default()).then(|| Box::new(changes)))
}

fn renamed<'w, T>(
    was: impl Iterator<Item = &'w Option<Word>>,
    id: impl Fn(usize) -> Option<T>,
) -> Result<Vec<(T, SmolStr)>, TooLarge> {
    let named = was.enumerate().filter_map(|(i, was)| was.as_ref().map(|was| (i, was.text.clone())));
    named.map(|(i, was)| id(i).map(|id| (id, was)).ok_or(TooLarge)).collect()
}

fn plan(procedure: &Procedure<'_>, moves: &Moves) -> Result<MovePlan, TooLarge> {
    let state = |(old, new): &(Word, Word)| {
        let new = procedure.states.get(&new.text).ok_or(TooLarge)?;
        Ok((old.text.clone(), state_id(new)?))
    };
    let clock = |(name, carry): &(Word, motcua_engine::plan::Carry)| {
        let id = procedure.clocks.get(&name.text).and_then(ClockId::new).ok_or(TooLarge)?;
        Ok((id, *carry))
    };
    Ok(MovePlan {
        from: moves.from,
        states: moves.states.iter().map(state).collect::<Result<_, _>>()?,
        clocks: moves.clocks.iter().map(clock).collect::<Result<_, _>>()?,
    })
}

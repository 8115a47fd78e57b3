//! Actions and what commands need.

use motcua_engine::plan::{Action, Need, Recipient};
use motcua_engine::{CommandId, DocumentId, FieldId, RoleId};
use unicode_normalization::UnicodeNormalization;

use super::{Lowering, TooLarge, types};
use crate::syntax::{self, Word};

impl Lowering<'_, '_> {
    /// Returns actions; names were bound before.
    pub(super) fn actions(&mut self, actions: &[syntax::Action]) -> Result<Vec<Action>, TooLarge> {
        let mut found = Vec::with_capacity(actions.len());
        for action in actions {
            found.push(match action {
                syntax::Action::Do(code) => Action::Do(self.script(Some(code)).ok_or(TooLarge)?),
                syntax::Action::Issue(form) => Action::Issue(self.form(&form.text)?),
                syntax::Action::Notify(to, text) => Action::Notify {
                    to: to.iter().map(|recipient| self.recipient(recipient)).collect::<Result<_, _>>()?,
                    // It reads the same in every normal form, so it is one text in all of them.
                    text: text.as_ref().map(|text| text.text.nfc().collect()),
                },
                syntax::Action::Reassign(role) => Action::Reassign(self.role(role)?),
                syntax::Action::Take(command) => {
                    let id = self.procedure.commands.get(&command.text).and_then(CommandId::new);
                    Action::Take(id.ok_or(TooLarge)?)
                }
            });
        }
        Ok(found)
    }

    fn recipient(&self, recipient: &syntax::Recipient) -> Result<Recipient, TooLarge> {
        Ok(match recipient {
            syntax::Recipient::Holder(_) => Recipient::Holder,
            syntax::Recipient::HeadOfHolder(_) => Recipient::HeadOfHolder,
            syntax::Recipient::Role(role) => Recipient::Role(self.role(role)?),
            syntax::Recipient::HeadOf(role) => Recipient::HeadOf(self.role(role)?),
        })
    }

    pub(super) fn role(&self, word: &Word) -> Result<RoleId, TooLarge> {
        self.procedure.roles.get(&word.text).and_then(RoleId::new).ok_or(TooLarge)
    }

    pub(super) fn roles(&self, words: &[Word]) -> Result<Vec<RoleId>, TooLarge> {
        words.iter().map(|word| self.role(word)).collect()
    }

    pub(super) fn field(&self, word: &Word) -> Result<FieldId, TooLarge> {
        self.procedure.fields.get(&word.text).and_then(FieldId::new).ok_or(TooLarge)
    }

    pub(super) fn need(&self, need: &syntax::Need) -> Result<Need, TooLarge> {
        let name = &need.name.text;
        if let Some(field) = self.procedure.fields.get(name) {
            return FieldId::new(field).map(Need::Field).ok_or(TooLarge);
        }
        if let Some(document) = self.procedure.documents.get(name) {
            return DocumentId::new(document).map(Need::Document).ok_or(TooLarge);
        }
        match &need.ty {
            Some(ty) => types::type_of(ty).map(|ty| Need::Argument(name.clone(), ty)).map_err(|_| TooLarge),
            None => Ok(Need::Documents),
        }
    }
}

//! A line that gives a command.

use motcua_engine::{Answer, Instant, Refusal, correct, decide};
use smol_str::SmolStr;

use super::super::calls::Happened;
use super::super::line::{Line, Wrong};
use super::super::read::{Given, Reading, Wanted};
use super::super::reply::Reply;
use super::{Folder, Office};

impl Office {
    pub(super) fn command_line(
        &mut self,
        number: usize,
        text: &str,
        line: Line,
    ) -> anyhow::Result<Result<Reply, Wrong>> {
        let known = line.dossier.as_ref().and_then(|id| self.folder(id));
        let reading = Reading {
            world: &self.world,
            dossier: known.map(|folder| &folder.dossier),
            opening: None,
            zone: self.calendar(),
            clock: self.clock,
        };
        let calendar = reading.calendar(line.procedure.as_deref(), line.unit.as_deref().unwrap_or_default());
        let Given { dossier: id, key, now, wanted } = match reading.given(text, line) {
            Ok(given) => given,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let command = match wanted {
            Wanted::Command(command) => command,
            Wanted::Correction(correction) => {
                let journal = known.map(|folder| folder.journal.as_slice()).unwrap_or_default();
                let answer = correct(&self.world, journal, &correction, now);
                return self.answered(number, id, key, answer, now).map(Ok);
            }
        };
        let answer = decide(&self.world, known.map(|folder| &folder.dossier), &command, now);
        if let (Answer::Refused(refusal), None) = (&answer, known) {
            return Ok(Ok(Reply::refused(number, id, key, refusal, calendar)));
        }
        let mut happened = Happened::new();
        let answer = if self.catch_up(&id, &answer, command.at.unwrap_or(now), &mut happened)? {
            decide(&self.world, self.folder(&id).map(|folder| &folder.dossier), &command, now)
        } else {
            answer
        };
        let reply = self.answered(number, id, key, answer, now)?;
        Ok(Ok(self.with_fired(reply, happened)))
    }

    /// Lets time pass in the dossiers that this one is linked with by calls, before a command is decided: the outcome of a
    /// called dossier may be due. Returns whether anything has happened; nothing does where the command is wrong in itself.
    fn catch_up(
        &mut self,
        id: &SmolStr,
        answer: &Answer,
        at: Instant,
        happened: &mut Happened,
    ) -> anyhow::Result<bool> {
        let wrong = matches!(answer, Answer::Refused(refusal)
            if matches!(**refusal, Refusal::Invalid { .. } | Refusal::NotLoaded(_)));
        let linked = |folder: &Folder| folder.dossier.rare.caller.is_some() || !folder.dossier.rare.calls.is_empty();
        if wrong || matches!(answer, Answer::AlreadyDone { .. }) || !self.folder(id).is_some_and(linked) {
            return Ok(false);
        }
        let family = self.family(id);
        self.advance(&family, at, happened)?;
        Ok(!happened.is_empty())
    }

    /// Adds to an answer what has happened to other dossiers.
    fn with_fired(&self, mut reply: Reply, happened: Happened) -> Reply {
        let mut fired = self.told(happened);
        fired.retain(|fired| reply.dossier.as_ref() != Some(&fired.dossier) || reply.is_rejected());
        fired.extend(reply.fired.take().unwrap_or_default());
        reply.fired = Some(fired).filter(|fired| !fired.is_empty());
        reply
    }

    /// Keeps what an answer brings, and returns it as a reply.
    fn answered(
        &mut self,
        number: usize,
        id: SmolStr,
        key: SmolStr,
        answer: Answer,
        now: Instant,
    ) -> anyhow::Result<Reply> {
        match answer {
            Answer::Accepted(events) => {
                self.clock = Some(now);
                self.accepted += 1;
                self.keep(&id, &events)?;
                let mut happened = Happened::new();
                self.deliver(&id, &events, now, &mut happened)?;
                let own = self.number(&id).and_then(|at| happened.remove(&at)).unwrap_or_default();
                let standing = self.standing(&id, &[events, own].concat());
                let fired = Some(self.told(happened)).filter(|fired| !fired.is_empty());
                Ok(Reply {
                    line: number,
                    dossier: Some(id),
                    id: Some(key),
                    answer: "accepted",
                    now: standing,
                    fired,
                    ..Reply::default()
                })
            }
            Answer::AlreadyDone { first, events } => {
                let standing = self.standing(&id, &[]);
                let mut reply = Reply {
                    line: number,
                    dossier: Some(id),
                    id: Some(key),
                    answer: "already_done",
                    now: standing,
                    ..Reply::default()
                };
                reply.needs.insert("first".into(), first.into());
                reply.needs.insert("led_to".into(), events.into());
                Ok(reply)
            }
            Answer::Refused(refusal) => {
                let calendar = self.calendar_of(&id).or_else(|| self.calendar());
                Ok(Reply::refused(number, id, key, &refusal, calendar))
            }
        }
    }
}

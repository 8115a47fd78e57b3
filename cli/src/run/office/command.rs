//! A line that gives a command.

use motcua_engine::{Answer, Command, Instant, Opening, Refusal, correct, decide};
use smol_str::SmolStr;

use super::super::brought::{documents, typed};
use super::super::calls::Happened;
use super::super::correct::{Reader, check_keys, is_correction};
use super::super::line::{Line, Wrong};
use super::super::reply::Reply;
use super::{Folder, Office};

impl Office {
    pub(super) fn command_line(
        &mut self,
        number: usize,
        text: &str,
        line: Line,
    ) -> anyhow::Result<Result<Reply, Wrong>> {
        let missing = |key: &str| Wrong { message: format!("`{key}` is missing"), column: 1, dossier: None, id: None };
        let Some(id) = line.dossier.clone() else { return Ok(Err(missing("dossier"))) };
        let Some(key) = line.id.clone() else { return Ok(Err(missing("id"))) };
        let Some(name) = line.command.clone() else { return Ok(Err(missing("command"))) };
        let opens = name == "open";
        let known = self.by_id.get(&id).and_then(|at| self.folders.get(*at));
        if !opens {
            if known.is_none() {
                return Ok(Err(Wrong::at_key(text, "dossier", format!("`{id}` is not known: open it first"))));
            }
            let foreign = [
                ("procedure", line.procedure.is_some()),
                ("version", line.version.is_some()),
                ("unit", line.unit.is_some()),
            ];
            if let Some((key, _)) = foreign.iter().find(|(_, given)| *given) {
                return Ok(Err(Wrong::at_key(text, key, format!("`{key}` belongs to `open` alone"))));
            }
        } else if line.procedure.is_none() {
            return Ok(Err(missing("procedure")));
        }
        let unit = line.unit.clone().unwrap_or_default();
        let corrects = is_correction(&line, known.and_then(|folder| self.world.procedure(folder.dossier.plan)));
        if let Err(wrong) = check_keys(text, &line, corrects) {
            return Ok(Err(wrong));
        }
        let procedure = match known {
            Some(folder) => self.world.procedure(folder.dossier.plan),
            None => line.procedure.as_ref().and_then(|name| self.world.latest(name)),
        };
        let calendar = match known {
            Some(folder) => self.world.calendar_of(&folder.dossier),
            None => procedure.map(|procedure| self.world.calendar_for(&unit, procedure)),
        };
        let calendar = calendar.or_else(|| self.calendar());
        let at =
            match line.at.as_ref().map(|at| calendar.map_or_else(|| at.parse(), |calendar| calendar.parse_instant(at)))
            {
                None => None,
                Some(Ok(at)) => Some(at),
                Some(Err(error)) => return Ok(Err(Wrong::at_key(text, "at", error.to_string()))),
            };
        let now = self.clock.max(at).unwrap_or_else(now);
        if corrects && at.is_some_and(|at| at < now) {
            let at = "a correction is told now, and takes effect where its events stand: leave `at` out";
            return Ok(Err(Wrong::at_key(text, "at", at)));
        }
        if let Some(folder) = known.filter(|_| corrects) {
            let reader = Reader { world: &self.world, procedure, calendar };
            let correction = match reader.correction(text, &id, line) {
                Ok(correction) => correction,
                Err(wrong) => return Ok(Err(wrong)),
            };
            let answer = correct(&self.world, &folder.journal, &correction, now);
            return self.answered(number, id, key, answer, now).map(Ok);
        }
        let open = opens.then(|| Opening {
            dossier: id.clone(),
            procedure: line.procedure.clone().unwrap_or_default(),
            version: line.version,
            unit: unit.clone(),
        });
        let command = Command {
            id: key.clone(),
            command: name,
            actor: line.actor,
            role: line.role,
            at,
            seen: line.seen,
            state: line.state,
            data: typed(procedure, calendar, line.data.0),
            documents: documents(procedure, line.documents),
            reason: line.reason,
            open,
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

/// Returns the instant of this machine's clock, for input that names none.
fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

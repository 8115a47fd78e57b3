//! What a line is answered.

use motcua_engine::calendar::Calendar;
use motcua_engine::{GuardSaidNo, Refusal};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

use super::line::Wrong;
use super::tell::{Told, plain};
use crate::lang::Lang;

/// An answer, one for each line.
#[derive(Debug, Default, Serialize)]
pub struct Reply {
    /// The number of the line; 0 where no line asked.
    pub line: usize,
    /// The dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dossier: Option<SmolStr>,
    /// The command's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<SmolStr>,
    /// Of a tick, to when the clock was turned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tick: Option<String>,
    /// The kind of answer: `accepted`, `ticked`, `already_done`, or a kind of refusal.
    pub answer: &'static str,
    /// What is wrong, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The column of what is wrong in the line, in characters from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Where the dossier is now.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub now: Option<Standing>,
    /// What a tick made happen, by dossier; of a command, what it made happen to others by calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fired: Option<Vec<Fired>>,
    /// What dossiers had for others that did not take it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_delivered: Vec<NotDelivered>,
    /// What the receiver of a refusal needs to go on.
    #[serde(flatten)]
    pub needs: Map<String, Json>,
}

/// Where a dossier is, and what has just happened to it.
#[derive(Debug, Serialize)]
pub struct Standing {
    /// Its version: how many events its journal has.
    pub version: u32,
    /// Its states.
    pub states: Vec<SmolStr>,
    /// What happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Told>,
    /// What is due when: its open clocks.
    pub due: Vec<DueClock>,
    /// The called dossiers whose outcomes it waits for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<WaitsFor>,
    /// The next instant at which time alone changes it.
    pub wakes_at: Option<String>,
}

/// What one dossier had for another that did not take it: a call, an outcome, a withdrawal.
#[derive(Debug, Serialize)]
pub struct NotDelivered {
    /// The dossier that it was for.
    pub dossier: SmolStr,
    /// Why it did not take it.
    pub message: String,
}

/// A called dossier whose outcome is waited for.
#[derive(Debug, Serialize)]
pub struct WaitsFor {
    /// The called dossier.
    pub dossier: SmolStr,
    /// Its procedure.
    pub procedure: SmolStr,
    /// The unit that has it.
    pub unit: SmolStr,
    /// Since when, in local time.
    pub since: String,
}

/// When an open clock is due.
#[derive(Debug, Serialize)]
pub struct DueClock {
    /// The clock.
    pub clock: SmolStr,
    /// When it is due, in local time; nothing where its calendar does not reach so far.
    pub due: Option<String>,
    /// When the result is promised, where that is another instant or was moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<String>,
    /// It is suspended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
    /// The due instant may still move by itself: the clock is suspended, or days off are not announced yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub projected: bool,
    /// Of a suspended clock, when it is taken to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumes: Option<String>,
    /// Why there is no due instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A dossier to which a tick has made something happen.
#[derive(Debug, Serialize)]
pub struct Fired {
    /// The dossier.
    pub dossier: SmolStr,
    /// Where it is now.
    #[serde(flatten)]
    pub now: Standing,
}

impl Reply {
    /// Returns whether what was asked for was refused.
    pub fn is_rejected(&self) -> bool {
        !matches!(self.answer, "accepted" | "already_done" | "ticked")
    }

    /// Returns the answer to a line that is no command.
    pub fn wrong(line: usize, wrong: Wrong) -> Self {
        Self {
            line,
            dossier: wrong.dossier,
            id: wrong.id,
            answer: "invalid",
            message: Some(wrong.message),
            column: Some(wrong.column),
            ..Self::default()
        }
    }

    /// Returns the answer to a command that is refused; instants are in the zone of a calendar where there is one.
    pub fn refused(line: usize, dossier: SmolStr, id: SmolStr, refusal: &Refusal, calendar: Option<&Calendar>) -> Self {
        let answer = match refusal {
            Refusal::Conflict { .. } => "conflict",
            Refusal::NotPermitted { .. } => "not_permitted",
            Refusal::NotApplicable { .. } => "not_applicable",
            Refusal::Invalid { .. } => "invalid",
            Refusal::Fault(_) => "fault",
            Refusal::NotLoaded(_) => "not_loaded",
        };
        let mut needs = match serde_json::to_value(refusal) {
            Ok(Json::Object(kinds)) => match kinds.into_iter().next() {
                Some((_, Json::Object(needs))) => needs,
                _ => Map::new(),
            },
            _ => Map::new(),
        };
        // The sentence below says it with its place.
        needs.remove("message");
        let message = Some(Lang::of_machines().refusal(refusal, calendar));
        if let (Refusal::NotApplicable { guards, .. }, Some(calendar)) = (refusal, calendar) {
            needs.insert("guards".into(), guards.iter().map(|guard| told(guard, calendar)).collect());
        }
        Self { line, dossier: Some(dossier), id: Some(id), answer, message, needs, ..Self::default() }
    }
}

/// Returns a guard that said no with what it had read as people write it.
fn told(guard: &GuardSaidNo, calendar: &Calendar) -> Json {
    let value = |value| plain(value, calendar);
    let read: Vec<_> = guard.read.iter().map(|(path, read)| json!([path, read.as_ref().map(value)])).collect();
    json!({ "guard": guard.guard, "place": guard.place, "read": read })
}

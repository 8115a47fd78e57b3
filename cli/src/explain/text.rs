//! A dossier told to people.

use std::fmt::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use motcua_engine::clock::Reading;
use motcua_engine::{Account, CallStands, Part, Status, in_force};

use super::{Case, Told};
use crate::lang::Lang;
use crate::{names, output, say, when};

/// Returns everything about a dossier as text.
pub fn text(case: &Case<'_>, lang: Lang) -> String {
    let mut text = String::new();
    let (plan, calendar) = (&case.names.procedure.plan, case.names.calendar);
    let name = plan.words.label.as_deref().unwrap_or(&plan.logic.name);
    let _ = writeln!(text, "{}: {name}", case.dossier.id);
    let at = |at| when::to_the_minute(lang, calendar, at);
    if let Some(received) = case.received() {
        let _ = writeln!(text, "{}", say!(lang, "explain-received", at = at(received), now = at(case.now)));
    }
    if case.dossier.outcome.is_none() {
        let _ = writeln!(text, "\n{}", say!(lang, "explain-where"));
        for place in case.names.places(&case.dossier) {
            let who = case.names.holder(place.holder, None).unwrap_or_else(|| say!(lang, "explain-nobody"));
            let state = say!(lang, "explain-with", state = case.names.state_label(place.state), who = who);
            let _ = writeln!(text, "  {state}, {}", say!(lang, "explain-since", at = at(case.held_since(place))));
        }
    } else {
        let states: Vec<String> = case.dossier.active.iter().map(|place| case.names.state_label(place.state)).collect();
        // Who is let go of ends in no state.
        let outcome = case.dossier.outcome.as_ref().filter(|_| states.is_empty());
        let outcome = outcome.map_or_else(|| states.join(", "), names::outcome);
        let _ = writeln!(text, "{}", say!(lang, "explain-settled", outcome = outcome));
    }
    calls(&mut text, case, lang);
    if let Some(owed) = case.owed {
        let _ = writeln!(text, "{}", say!(lang, "explain-owed", at = at(owed)));
    }
    for event in in_force(case.events).into_iter().filter(|event| event.silence().is_some()) {
        let deed = case.deed(lang, event.number);
        let _ = writeln!(text, "\n{}", say!(lang, "explain-silence", at = at(event.at), deed = deed));
    }
    corrections(&mut text, case, lang);
    versions(&mut text, case, lang);
    if case.clocks.is_empty() {
        let _ = writeln!(text, "\n{}", say!(lang, "explain-no-clock"));
    }
    for told in &case.clocks {
        clock(&mut text, case, lang, told);
    }
    steps(&mut text, case, lang);
    text
}

/// Tells which dossier this one is a part of, and which ones are parts of it.
fn calls(text: &mut String, case: &Case<'_>, lang: Lang) {
    let at = |at| when::to_the_minute(lang, case.names.calendar, at);
    if let Some(caller) = &case.dossier.rare.caller {
        let part = case.names.part(lang, &caller.dossier, &caller.procedure, &caller.unit);
        let _ = writeln!(text, "{}", say!(lang, "explain-caller", part = part));
    }
    for call in &case.dossier.rare.calls {
        let part = case.names.part(lang, &call.id, &call.procedure, &call.unit);
        let stands = match &call.stands {
            CallStands::Waiting => say!(lang, "call-waiting"),
            CallStands::Withdrawn => say!(lang, "call-withdrawn"),
            CallStands::Answered { event, outcome } => {
                let come = case.event(*event).map(|event| at(event.at)).unwrap_or_default();
                say!(lang, "call-answered", outcome = names::outcome(outcome), at = come)
            }
        };
        let _ = writeln!(text, "{}", say!(lang, "explain-call", part = part, since = at(call.since), stands = stands));
    }
}

/// Tells who has corrected the journal, and what no longer stands.
fn corrections(text: &mut String, case: &Case<'_>, lang: Lang) {
    let at = |at| when::to_the_minute(lang, case.names.calendar, at);
    for (event, corrected) in case.corrections() {
        let deed = case.deed(lang, event.number);
        let _ = writeln!(text, "\n{}", say!(lang, "explain-corrected", at = at(event.recorded), deed = deed));
        for void in corrected.voids.iter().filter_map(|number| case.event(*number)) {
            let deed = case.deed(lang, void.number);
            let _ = writeln!(text, "  {}", say!(lang, "explain-void", at = at(void.at), deed = deed));
        }
    }
}

/// Tells when the dossier went on under another version, and why.
fn versions(text: &mut String, case: &Case<'_>, lang: Lang) {
    for (event, migrated) in case.migrations() {
        let (from, to) = (migrated.from.to_string(), migrated.version.to_string());
        let (at, deed) = (when::to_the_minute(lang, case.names.calendar, event.at), case.deed(lang, event.number));
        let _ = writeln!(text, "\n{}", say!(lang, "explain-migrated", at = at, from = from, to = to, deed = deed));
    }
}

fn clock(text: &mut String, case: &Case<'_>, lang: Lang, told: &Told<'_>) {
    let names = case.names_of(told.history.plan);
    let (name, label, basis) = names.clock(told.history.clock.id);
    let title = match label {
        Some(label) => say!(lang, "in-brackets", text = label, more = name),
        None => name,
    };
    let _ = writeln!(text, "\n{}", say!(lang, "explain-clock", name = title));
    let mut facts = facts(case, lang, told);
    let limit = told.history.present().map(|present| say::term(lang, &present.ledger.term)).unwrap_or_default();
    let limit = if basis.is_empty() { limit } else { say!(lang, "in-brackets", text = limit, more = basis.join("; ")) };
    facts.insert(0, (say!(lang, "explain-limit"), limit));
    let wide = facts.iter().map(|(word, _)| word.chars().count()).max().unwrap_or(0);
    let mut last = String::new();
    for (word, fact) in facts {
        let said = if word == last { "" } else { &word };
        let _ = writeln!(text, "  {said:wide$}  {fact}");
        last = word;
    }
    if !told.in_full {
        return;
    }
    if let Some(telling) = case.telling(lang, told) {
        let days = match &told.days {
            Ok(days) => say::days(&telling, days),
            Err(error) => say!(lang, "explain-days-left-out", error = error.to_string()) + "\n",
        };
        let _ = write!(text, "\n{}", indented(&days));
    }
    let _ = write!(text, "\n  {}\n{}", say!(lang, "account-title"), indented(&account(case, lang, &told.account)));
}

/// Returns what is said of a clock besides its limit: a word and a fact each.
fn facts(case: &Case<'_>, lang: Lang, told: &Told<'_>) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let Some(present) = told.history.present() else { return facts };
    let (calendar, ledger) = (case.names.calendar, &present.ledger);
    let at = |at| when::to_the_minute(lang, calendar, at);
    let when = |number| case.event(number).map(|event| at(event.at)).unwrap_or_default();
    for (generation, dropped) in told.history.generations.iter().skip(1).zip(&told.dropped) {
        let used = say::amounts(lang, &dropped.whole.used);
        let deed = case.deed(lang, generation.began);
        let fact = say!(lang, "explain-restarted-dropped", at = when(generation.began), deed = deed, used = used);
        facts.push((say!(lang, "explain-restarted"), fact));
    }
    facts.push((say!(lang, "explain-from"), at(ledger.start)));
    for number in &present.recounted {
        facts.push((say!(lang, "explain-recounted"), format!("{}, {}", when(*number), case.deed(lang, *number))));
    }
    for (length, number) in ledger.granted.iter().zip(&present.granted) {
        let (length, deed) = (say::length(lang, *length), case.deed(lang, *number));
        let fact = say!(lang, "explain-extended-by", length = length, at = when(*number), deed = deed);
        facts.push((say!(lang, "explain-extended"), fact));
    }
    for (suspension, (began, ended)) in ledger.suspensions.iter().zip(&present.suspended) {
        let (from, deed) = (at(suspension.from), case.deed(lang, *began));
        let fact = if let (Some(to), Some(ended)) = (suspension.to, ended) {
            let ended = case.deed(lang, *ended);
            say!(lang, "explain-suspended-to", from = from, deed = deed, to = at(to), ended = ended)
        } else {
            say!(lang, "explain-suspended-open", from = from, deed = deed)
        };
        facts.push((say!(lang, "explain-suspended"), fact));
    }
    let due = when::local(lang, calendar, told.due.instant);
    let uncertain = say::uncertain(lang, &told.due);
    let due = if uncertain.is_empty() { due } else { say!(lang, "explain-due-projected", due = due) };
    facts.push((say!(lang, "explain-due"), due));
    facts.extend(uncertain.into_iter().map(|line| (say!(lang, "explain-due"), line)));
    facts.push((say!(lang, "explain-stands"), stands(case, lang, told)));
    facts
}

fn stands(case: &Case<'_>, lang: Lang, told: &Told<'_>) -> String {
    let Some(present) = told.history.present() else { return String::new() };
    let mut standing = say!(lang, "explain-standing", standing = told.standing.name());
    if let Status::Closed { at, .. } | Status::Ended { at } = told.history.clock.status {
        let at = when::to_the_minute(lang, case.names.calendar, at);
        standing = say!(lang, "explain-ended-at", standing = standing, at = at);
    }
    let (used, limit) = (say::amounts(lang, &told.account.whole.used), say::limit(lang, &present.ledger));
    let left = say::left(&present.ledger, &told.account.whole).filter(|_| told.history.clock.is_open());
    if let Some(left) = left {
        let left = say::amounts(lang, &left);
        say!(lang, "explain-stands-left", standing = standing, used = used, limit = limit, left = left)
    } else {
        say!(lang, "explain-stands-used", standing = standing, used = used, limit = limit)
    }
}

/// Returns who held the dossier in a part of an account.
pub(super) fn held(case: &Case<'_>, lang: Lang, part: &Part) -> String {
    let stretches = || part.held.iter().filter_map(|held| case.stretches.get(*held));
    // Where work goes on in parallel, who has nothing left to do is not named beside those who have.
    let works = stretches().any(|stretch| stretch.holder.is_some());
    let stretches = stretches().filter(|stretch| stretch.holder.is_some() || !works);
    let who = stretches.map(|stretch| {
        let names = case.names_of(stretch.plan);
        // The time of a call is that of who was called.
        let called = case.called(stretch).map(|call| names.unit(&call.unit));
        let holder = called.or_else(|| names.holder(stretch.holder, stretch.office.as_ref()));
        let state = names.state_label(stretch.state);
        match holder {
            Some(holder) => say!(lang, "in-brackets", text = holder, more = state),
            None => state,
        }
    });
    let who = who.reduce(|first, second| say!(lang, "account-together", first = first, second = second));
    who.unwrap_or_else(|| say!(lang, "account-before"))
}

fn account(case: &Case<'_>, lang: Lang, account: &Account) -> String {
    let mut table = table();
    table.add_row([
        say!(lang, "account-who"),
        say!(lang, "account-from"),
        say!(lang, "account-to"),
        say!(lang, "account-used"),
        say!(lang, "account-suspended"),
    ]);
    let at = |at| when::to_the_minute(lang, case.names.calendar, at);
    let suspended = |reading: &Reading| {
        let amounts: Vec<_> = reading.suspended.iter().map(|(_, amount)| *amount).collect();
        if amounts.is_empty() { String::new() } else { say::amounts(lang, &say::summed(&amounts)) }
    };
    for part in &account.parts {
        let used = say::amounts(lang, &part.reading.used);
        table.add_row([held(case, lang, part), at(part.from), at(part.to), used, suspended(&part.reading)]);
    }
    let whole = say::amounts(lang, &account.whole.used);
    table.add_row([say!(lang, "account-sum"), String::new(), String::new(), whole, suspended(&account.whole)]);
    table.trim_fmt()
}

fn steps(text: &mut String, case: &Case<'_>, lang: Lang) {
    if case.handovers.is_empty() {
        return;
    }
    let mut table = table();
    table.add_row([
        say!(lang, "steps-state"),
        say!(lang, "account-who"),
        say!(lang, "explain-due"),
        say!(lang, "steps-handed"),
        say!(lang, "explain-stands"),
        say!(lang, "steps-next"),
    ]);
    let at = |at| when::to_the_minute(lang, case.names.calendar, at);
    for step in &case.handovers {
        let names = case.names_of(step.plan);
        let held = step.to.iter().any(|(_, role, _)| role.is_some());
        let next = step.to.iter().filter(|(_, role, _)| role.is_some() || !held).map(|(state, role, office)| {
            let holder = names.holder(*role, office.as_ref());
            holder.unwrap_or_else(|| names.state_label(*state))
        });
        table.add_row([
            names.state_label(step.state),
            names.holder(step.from, step.office.as_ref()).unwrap_or_else(|| say!(lang, "explain-nobody")),
            when::local(lang, case.names.calendar, step.due),
            at(step.at),
            say!(lang, "report-standing", standing = motcua_engine::Standing::from(step.class).name()),
            next.collect::<Vec<_>>().join(", "),
        ]);
    }
    let _ = write!(text, "\n{}\n{}", say!(lang, "steps-title"), indented(&table.trim_fmt()));
}

fn table() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(output::width().saturating_sub(2));
    table
}

/// Returns a text with each line two columns further in.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}

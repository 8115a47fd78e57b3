//! `motcua book`: the tracking book of a unit (form 06 of Circular 01/2018/TT-VPCP).

use std::process::ExitCode;

use motcua_engine::{Cause, Effect, Event, Instant, in_force};
use motcua_host::{Found, Query};
use serde_json::{Value as Json, json};

use crate::hosted::{Hosted, Place};
use crate::lang::Lang;
use crate::names::Names;
use crate::{
    output::{self, Format},
    say,
};

/// How many dossiers are read at once.
const PAGE: usize = 256;

/// Which unit's book, and of what time.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua book --db dossiers.db --unit thuan_bac --from 2025-04-01 --to 2025-04-30
  motcua book --db dossiers.db --unit bac_son --from 2025-04-01 --to 2025-04-30 --lang vi

A dossier is settled when the limit of its procedure has come to its end, and returned when nothing is left to do.")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The unit that received the dossiers.
    #[arg(long, value_name = "NAME")]
    unit: String,
    /// From when on they were received.
    #[arg(long, value_name = "INSTANT")]
    from: String,
    /// Until when: a day is a whole one, an instant is the first one after.
    #[arg(long, value_name = "INSTANT")]
    to: String,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A line of the book.
struct Entry {
    found: Found,
    /// When and by whom it was returned.
    returned: Option<(Instant, String)>,
}

/// Shows the book on standard output.
///
/// # Errors
/// The store or the definitions cannot be read, no unit is called so, or the period is empty.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let hosted = Hosted::open(&args.place.db, &args.place.procedures)?;
    hosted.known_unit(&args.unit)?;
    let period = hosted.period(&args.from, &args.to)?;
    let query = Query {
        unit: Some(args.unit.as_str().into()),
        received_from: Some(period.from),
        received_before: Some(period.to),
        ..Query::default()
    };
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = hosted.host.store().find(&query, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.bookmark(query.order));
        for found in page {
            let returned = returned(&hosted, &found)?;
            entries.push(Entry { found, returned });
        }
    }
    let text = match args.format {
        Format::Json => {
            let rows: Vec<Json> = entries.iter().map(|entry| row(&hosted, entry)).collect();
            let (from, to) = (hosted.told(period.from), hosted.told(period.to));
            format!("{}\n", json!({ "unit": args.unit, "from": from, "to": to, "dossiers": rows }))
        }
        Format::Text => as_text(&hosted, &args.unit, &entries),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns when and by whom nothing was left to do.
fn returned(hosted: &Hosted, found: &Found) -> anyhow::Result<Option<(Instant, String)>> {
    let events = hosted.host.history(&found.dossier)?;
    let settles = |event: &&&Event| event.effects.iter().any(|effect| matches!(effect, Effect::Settled(_)));
    let Some(dossier) = hosted.host.dossier(&found.dossier)?.filter(|dossier| dossier.outcome.is_some()) else {
        return Ok(None);
    };
    let standing = in_force(&events);
    let Some(event) = standing.iter().rev().find(settles) else { return Ok(None) };
    let world = hosted.host.world();
    let who = match &event.cause {
        Cause::Command { actor, .. } if !actor.is_empty() => actor.to_string(),
        _ => match (world.procedure(dossier.plan), world.calendar_of(&dossier)) {
            (Some(procedure), Some(calendar)) => {
                Names { world: &world, procedure, calendar, unit: dossier.unit.clone() }.deed(Lang::current(), event)
            }
            _ => String::new(),
        },
    };
    Ok(Some((event.at, who)))
}

fn row(hosted: &Hosted, Entry { found, returned }: &Entry) -> Json {
    let card = &found.card;
    json!({
        "dossier": found.dossier,
        "applicant": card.applicant,
        "procedure": card.procedure,
        "received": hosted.told(card.received),
        "due": card.due.map(|at| hosted.told(at)),
        "settled": card.settled.map(|at| hosted.told(at)),
        "returned": returned.as_ref().map(|(at, _)| hosted.told(*at)),
        "returned_by": returned.as_ref().map(|(_, who)| who),
    })
}

fn as_text(hosted: &Hosted, unit: &str, entries: &[Entry]) -> String {
    let lang = Lang::current();
    let mut text = say!(lang, "book-title", unit = hosted.unit(unit)) + "\n\n";
    if entries.is_empty() {
        text.push_str(&(say!(lang, "report-none") + "\n"));
        return text;
    }
    let mut table = output::table();
    table.add_row([
        say!(lang, "book-number"),
        say!(lang, "board-dossier"),
        say!(lang, "find-applicant"),
        say!(lang, "report-procedure"),
        say!(lang, "board-received"),
        say!(lang, "board-due"),
        say!(lang, "book-settled"),
        say!(lang, "book-returned"),
        say!(lang, "book-by"),
    ]);
    for (number, Entry { found, returned }) in (1..).zip(entries) {
        let at = |at: Option<Instant>| at.map(|at| hosted.said(at)).unwrap_or_default();
        let (card, number): (_, u64) = (&found.card, number);
        table.add_row([
            number.to_string(),
            found.dossier.to_string(),
            card.applicant.as_deref().unwrap_or_default().to_owned(),
            hosted.procedure(&card.procedure),
            hosted.said(card.received),
            at(card.due),
            at(card.settled),
            at(returned.as_ref().map(|(at, _)| *at)),
            returned.as_ref().map(|(_, who)| who.clone()).unwrap_or_default(),
        ]);
    }
    text.push_str(&(table.trim_fmt() + "\n"));
    text
}

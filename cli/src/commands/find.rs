//! `motcua find`: dossiers by where they are, whose they are, and when they are due.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use motcua_host::{Bookmark, Found, Order, Query, name};
use serde_json::json;

use crate::hosted::{Hosted, Named, Place, standing};
use crate::lang::Lang;
use crate::{
    output::{self, Format},
    say,
};

/// Which dossiers, and in what order.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua find --db dossiers.db --office thuan_bac.infrastructure
  motcua find --db dossiers.db --unit thuan_bac --late --order due
  motcua find --db dossiers.db --applicant \"Nguyễn Văn A\" --format json

Everything that is named has to hold; an office, a role and a state hold of one place that the dossier is in. The next page
begins after the last dossier of the one before: --after.")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// The unit that received it.
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
    /// An office that may do something, as `unit.office`; repeatable.
    #[arg(long, value_name = "UNIT.OFFICE")]
    office: Vec<String>,
    /// A role that may do something.
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// A state that it is in.
    #[arg(long, value_name = "NAME")]
    state: Option<String>,
    /// The procedure.
    #[arg(long, value_name = "NAME")]
    procedure: Option<String>,
    /// Who applies; the whole name.
    #[arg(long, value_name = "NAME")]
    applicant: Option<String>,
    /// In hand, and due before this instant.
    #[arg(long, value_name = "INSTANT")]
    due_before: Option<String>,
    /// In hand, and late.
    #[arg(long)]
    late: bool,
    /// Not settled yet.
    #[arg(long, conflicts_with = "settled")]
    in_hand: bool,
    /// Settled.
    #[arg(long)]
    settled: bool,
    /// In what order.
    #[arg(long, value_enum, default_value = "received")]
    order: By,
    /// The dossier after which the page begins.
    #[arg(long, value_name = "DOSSIER")]
    after: Option<String>,
    /// How many dossiers a page has.
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// When it is looked at; the clock of this machine when absent.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    /// As they were received.
    Received,
    /// As they are due; last those that are not.
    Due,
}

/// Shows the dossiers on standard output.
///
/// # Errors
/// The store or the definitions cannot be read, or something that is named is not there.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let hosted = Hosted::open(&args.place.db, &args.place.procedures)?;
    let now = hosted.now(args.now.as_deref())?;
    let query = query(args, &hosted, now)?;
    let after = args.after.as_deref().map(|id| bookmark(&hosted, id, query.order)).transpose()?;
    let limit = usize::from(args.limit);
    let mut found = hosted.host.store().find(&query, after, limit + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let text = match args.format {
        Format::Json => {
            let next = found.last().filter(|_| more).map(|found| &found.dossier);
            let found: Vec<_> = found.iter().map(|found| hosted.card_json(found, now)).collect();
            format!("{}\n", json!({ "now": hosted.told(now), "dossiers": found, "next": next }))
        }
        Format::Text => as_text(&hosted, &found, more, now),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn query(args: &Args, hosted: &Hosted, now: motcua_engine::Instant) -> anyhow::Result<Query> {
    args.unit.iter().try_for_each(|unit| hosted.known_unit(unit))?;
    args.office.iter().try_for_each(|office| hosted.known_office(office))?;
    args.role.iter().try_for_each(|role| hosted.known(Named::Role, role))?;
    args.state.iter().try_for_each(|state| hosted.known(Named::State, state))?;
    args.procedure.iter().try_for_each(|procedure| hosted.known(Named::Procedure, procedure))?;
    let due_before = args.due_before.as_ref().map(|text| hosted.calendar.parse_instant(text)).transpose()?;
    let settled = if args.settled { Some(true) } else { args.in_hand.then_some(false) };
    Ok(Query {
        unit: args.unit.as_ref().map(Into::into),
        procedure: args.procedure.as_ref().map(Into::into),
        applicant: args.applicant.as_deref().map(name),
        offices: args.office.iter().map(Into::into).collect(),
        role: args.role.as_ref().map(Into::into),
        state: args.state.as_ref().map(Into::into),
        due_before,
        late_at: args.late.then_some(now),
        settled,
        order: match args.order {
            By::Received => Order::Received,
            By::Due => Order::Due,
        },
        ..Query::default()
    })
}

/// Returns the place of a dossier in an order.
///
/// # Errors
/// It is not in the store.
pub(super) fn bookmark(hosted: &Hosted, id: &str, order: Order) -> anyhow::Result<Bookmark> {
    let query = Query { dossier: Some(id.into()), ..Query::default() };
    match hosted.host.store().find(&query, None, 1)?.pop() {
        Some(found) => Ok(found.bookmark(order)),
        None => bail!("no dossier is called `{id}`"),
    }
}

/// Returns where a dossier is, in names.
pub(super) fn places(found: &Found) -> String {
    let mut states: Vec<&str> = found.card.posts.iter().map(|post| post.state.as_str()).collect();
    states.dedup();
    states.join(", ")
}

fn as_text(hosted: &Hosted, found: &[Found], more: bool, now: motcua_engine::Instant) -> String {
    let lang = Lang::current();
    if found.is_empty() {
        return say!(lang, "report-none") + "\n";
    }
    let mut table = output::table();
    table.add_row([
        say!(lang, "board-dossier"),
        say!(lang, "report-unit"),
        say!(lang, "report-procedure"),
        say!(lang, "find-applicant"),
        say!(lang, "board-received"),
        say!(lang, "board-due"),
        say!(lang, "board-status"),
        say!(lang, "find-state"),
    ]);
    for one in found {
        let card = &one.card;
        table.add_row([
            one.dossier.to_string(),
            hosted.unit(&card.unit),
            hosted.procedure(&card.procedure),
            card.applicant.as_deref().unwrap_or_default().to_owned(),
            hosted.said(card.received),
            card.due.map(|due| hosted.said(due)).unwrap_or_default(),
            standing(card.standing(now)),
            places(one),
        ]);
    }
    let mut text = table.trim_fmt() + "\n";
    if let Some(last) = found.last().filter(|_| more) {
        let _ = writeln!(text, "\n{}", say!(lang, "find-more", after = last.dossier.as_str()));
    }
    text
}

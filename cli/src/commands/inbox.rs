//! `motcua inbox`: what somebody may do now.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::bail;
use motcua_engine::{Instant, Possible};
use motcua_host::{Desk, Order, Task};
use serde_json::{Value as Json, json};

use super::find::bookmark;
use crate::hosted::{Hosted, Named, Place, standing};
use crate::lang::Lang;
use crate::names::instead;
use crate::{
    output::{self, Format},
    say,
};

/// Whose inbox.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua inbox --db dossiers.db head_infrastructure
  motcua inbox --db dossiers.db --office thuan_bac.one_stop --format json
  motcua inbox --db dossiers.db --role counter --unit bac_son

Somebody's offices are those whose head or officer the organisation says he or she is; where an office names nobody, say which it
is with --office. What is due first comes first. A command in brackets has a condition that does not hold yet.")]
pub struct Args {
    /// The person: a post or an account.
    #[arg(required_unless_present_any = ["office", "role", "unit"])]
    actor: Option<String>,
    #[command(flatten)]
    place: Place,
    /// The office, as `unit.office`; repeatable. Those of the person when absent.
    #[arg(long, value_name = "UNIT.OFFICE")]
    office: Vec<String>,
    /// What this role may do alone.
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
    /// The dossiers that this unit received alone.
    #[arg(long, value_name = "NAME")]
    unit: Option<String>,
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

/// Shows the inbox on standard output.
///
/// # Errors
/// The store or the definitions cannot be read, or nobody, no office, no role or no unit is called so.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let hosted = Hosted::open(&args.place.db, &args.place.procedures)?;
    let now = hosted.now(args.now.as_deref())?;
    let desk = desk(args, &hosted)?;
    let after = args.after.as_deref().map(|id| bookmark(&hosted, id, Order::Due)).transpose()?;
    let limit = usize::from(args.limit);
    let mut tasks = hosted.host.inbox(&desk, now, after, limit + 1)?;
    let more = tasks.len() > limit;
    tasks.truncate(limit);
    let owed = hosted.host.store().next_wake()?.filter(|at| *at <= now);
    let text = match args.format {
        Format::Json => as_json(&hosted, &desk, &tasks, more, owed, now),
        Format::Text => as_text(&hosted, &tasks, more, owed, now),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn desk(args: &Args, hosted: &Hosted) -> anyhow::Result<Desk> {
    args.unit.iter().try_for_each(|unit| hosted.known_unit(unit))?;
    args.office.iter().try_for_each(|office| hosted.known_office(office))?;
    args.role.iter().try_for_each(|role| hosted.known(Named::Role, role))?;
    let mut offices: Vec<_> = args.office.iter().map(Into::into).collect();
    if let (Some(actor), true) = (&args.actor, args.office.is_empty()) {
        let world = hosted.host.world();
        offices = Desk::offices_of(&world, actor);
        if offices.is_empty() && args.role.is_none() {
            let units = world.organisation().map(|organisation| organisation.units.as_slice()).unwrap_or_default();
            let offices = units.iter().flat_map(|unit| &unit.offices);
            let mut known: Vec<&str> = offices
                .flat_map(|office| office.head.iter().chain(&office.officers))
                .map(smol_str::SmolStr::as_str)
                .collect();
            known.sort_unstable();
            known.dedup();
            bail!("no office names `{actor}`: {}; or say which office it is with --office", instead(actor, &known));
        }
    }
    Ok(Desk {
        actor: args.actor.as_ref().map(Into::into),
        offices,
        role: args.role.as_ref().map(Into::into),
        unit: args.unit.as_ref().map(Into::into),
    })
}

fn as_json(hosted: &Hosted, desk: &Desk, tasks: &[Task], more: bool, owed: Option<Instant>, now: Instant) -> String {
    let next = tasks.last().filter(|_| more).map(|task| &task.found.dossier);
    let task = |task: &Task| {
        let mut said = hosted.card_json(&task.found, now);
        if let Json::Object(said) = &mut said {
            said.insert("commands".into(), json!(task.commands));
        }
        said
    };
    let said = json!({
        "now": hosted.told(now),
        "actor": desk.actor,
        "offices": desk.offices,
        "owed_since": owed.map(|at| hosted.told(at)),
        "dossiers": tasks.iter().map(task).collect::<Vec<_>>(),
        "next": next,
    });
    format!("{said}\n")
}

fn as_text(hosted: &Hosted, tasks: &[Task], more: bool, owed: Option<Instant>, now: Instant) -> String {
    let lang = Lang::current();
    let mut text = String::new();
    if let Some(owed) = owed {
        let _ = writeln!(text, "{}\n", say!(lang, "explain-owed", at = hosted.said(owed)));
    }
    if tasks.is_empty() {
        text.push_str(&(say!(lang, "inbox-empty") + "\n"));
        return text;
    }
    let mut table = output::table();
    table.add_row([
        say!(lang, "board-dossier"),
        say!(lang, "report-procedure"),
        say!(lang, "board-received"),
        say!(lang, "board-due"),
        say!(lang, "board-status"),
        say!(lang, "inbox-commands"),
    ]);
    let command = |way: &Possible| {
        let said = format!("{} ({})", way.command, way.state);
        if way.holds { said } else { format!("[{said}]") }
    };
    for Task { found, commands } in tasks {
        table.add_row([
            found.dossier.to_string(),
            hosted.procedure(&found.card.procedure),
            hosted.said(found.card.received),
            found.card.due.map(|due| hosted.said(due)).unwrap_or_default(),
            standing(found.card.standing(now)),
            commands.iter().map(command).collect::<Vec<_>>().join("\n"),
        ]);
    }
    text.push_str(&(table.trim_fmt() + "\n"));
    if let Some(last) = tasks.last().filter(|_| more) {
        let _ = writeln!(text, "\n{}", say!(lang, "find-more", after = last.found.dossier.as_str()));
    }
    text
}

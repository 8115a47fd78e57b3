//! Keeps dossiers in one file: what is answered is on the disk, and a process that is killed at any instant loses none of it.
//!
//! `embed_durable BUNDLE DB`: a bundle of `examples/embedding`, which `motcua compile` wrote, and the file that keeps dossiers.
//! Run it twice with the same file: nothing is done twice.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use motcua_engine::{Answer, Command, Instant, Opening, Value, World};
use motcua_host::{Asked, Desk, Host, Request, Sqlite, Writer, verify};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments, &mut std::io::stdout().lock())
}

pub(crate) fn run(arguments: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let [bundle, db] = arguments else { return Err("usage: embed_durable BUNDLE DB".into()) };
    let world = World::load(serde_json::from_slice(&std::fs::read(bundle)?)?)?;
    let host = Arc::new(Host::new(world, Box::new(Sqlite::open(Path::new(db))?), &["log"]));

    // One thread writes; all tickets that are open at once share one sync.
    let writer = Writer::start(host.clone());
    let noon: Instant = "2026-03-02T05:00:00Z".parse()?;
    let openings = (0..20).map(|n| Asked {
        // Nobody chooses an id: the ward counts its dossiers, without gaps.
        dossier: "".into(),
        request: Request::Number { series: "ward-2026".into(), command: opening(&format!("portal-{n}")) },
        now: noon.plus(n),
    });
    let tickets: Vec<_> = openings.map(|asked| writer.ask(asked)).collect();
    let (mut new, mut again) = (0, 0);
    for ticket in tickets {
        match ticket.wait()?.answer {
            Answer::Accepted(_) => new += 1,
            Answer::AlreadyDone { .. } => again += 1,
            Answer::Refused(why) => return Err(why.to_string().into()),
        }
    }
    writeln!(out, "{new} opened, {again} opened before")?;

    let accept = Command {
        id: "desk-1".into(),
        command: "accept".into(),
        actor: "lan".into(),
        role: "counter".into(),
        ..Command::default()
    };
    let asked = Asked { dossier: "ward-2026-0001".into(), request: Request::Give(accept), now: noon.plus(3600) };
    let reply = writer.ask(asked).wait()?;
    writeln!(out, "ward-2026-0001 has {} events", reply.dossier.map_or(0, |dossier| dossier.version))?;

    // Somebody's work, what is due first before the rest.
    let offices = Desk::offices_of(&host.world(), "lan");
    let desk = Desk { actor: Some("lan".into()), offices, ..Desk::default() };
    let tasks = host.inbox(&desk, noon.plus(3600), None, 100)?;
    writeln!(out, "lan may do something on {} dossiers", tasks.len())?;

    // A service does this in a loop and sleeps until `host.store().next_wake()`.
    let week = noon.plus(7 * 86_400);
    let woken = host.wake(week, |reply| debug_assert!(reply.dossier.is_some()))?;
    writeln!(out, "{} dossiers were late, {} events", woken.dossiers, woken.events)?;

    let sound = verify::dossier(host.store(), "ward-2026-0001")?.ok_or("it is gone")??;
    writeln!(out, "ward-2026-0001 is what was written: {} events, {}", sound.events, sound.head)?;
    Ok(())
}

fn opening(id: &str) -> Command {
    let opening = Opening { procedure: "tree_felling".into(), unit: "ward".into(), ..Opening::default() };
    Command {
        id: id.into(),
        command: "open".into(),
        actor: "portal".into(),
        role: "citizen".into(),
        data: vec![("applicant".into(), Value::from("Lâm Văn T")), ("height".into(), Value::Integer(12))],
        open: Some(opening),
        ..Command::default()
    }
}

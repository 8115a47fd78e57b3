//! `motcua compile`: definitions into one bundle of plans.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use motcua_engine::calendar::{Calendar, CalendarHash, CalendarSpec};
use motcua_engine::plan::Bundle;

use crate::load::{self, Rejected};
use crate::output;

/// What to compile, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua compile -o procedures.json
  motcua compile procedures/vn -o vn.json
  motcua compile procedures/vn -o new.json --keep vn.json
  motcua run commands.jsonl --procedures vn.json

The bundle is written whole or not at all. It states the hash of the text that it came from.")]
pub struct Args {
    /// Files and folders; what they use is found beside them, in `calendars`, `organisations` and `scripts`.
    #[arg(value_name = "PATH", default_value = load::PROCEDURES)]
    paths: Vec<PathBuf>,
    /// The file that the bundle is written to.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// An earlier bundle: the versions of calendars that it has stay in the new one, for the dossiers that count on them.
    #[arg(long, value_name = "BUNDLE")]
    keep: Option<PathBuf>,
}

/// Compiles, and says what was compiled.
///
/// # Errors
/// A path cannot be read or written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let sources = load::sources(&args.paths)?;
    let mut bundle = match load::bundle(&sources) {
        Ok(bundle) => bundle,
        Err(error) => {
            let Rejected(findings) = error.downcast::<Rejected>()?;
            output::print(&format!("{findings}nothing was written: the definitions have errors\n"))?;
            return Ok(ExitCode::from(1));
        }
    };
    if let Some(earlier) = &args.keep {
        keep(&mut bundle, load::bundle_at(earlier)?)?;
    }
    let bytes = serde_json::to_vec(&bundle)?;
    output::write_whole(&args.output, &bytes)?;
    let mut text = String::new();
    for plan in &bundle.plans {
        let hash = plan.hash.to_string();
        let hash = hash.get(..12).unwrap_or_default();
        let _ = writeln!(text, "{} version {}  {hash}", plan.logic.name, plan.logic.version);
    }
    let parts = [
        (bundle.plans.len(), "procedure"),
        (bundle.calendars.len(), "calendar"),
        (bundle.organisations.len(), "organisation"),
        (bundle.former.len(), "former calendar"),
    ];
    let parts = parts.into_iter().filter(|(number, noun)| *number > 0 || *noun != "former calendar");
    let parts: Vec<String> = parts.map(|(number, noun)| output::count(number, noun)).collect();
    let _ = writeln!(text, "{} in `{}` ({} bytes)", parts.join(", "), args.output.display(), bytes.len());
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Adds to a bundle the versions of calendars that an earlier one has and it lacks.
fn keep(bundle: &mut Bundle, earlier: Bundle) -> anyhow::Result<()> {
    let hash = |spec: &CalendarSpec| Calendar::compile(spec.clone()).map(|calendar| calendar.hash());
    let mut known: Vec<CalendarHash> = bundle.calendars.iter().map(hash).collect::<Result<_, _>>()?;
    for spec in earlier.calendars.into_iter().chain(earlier.former) {
        let hash = hash(&spec)?;
        if !known.contains(&hash) {
            known.push(hash);
            bundle.former.push(spec);
        }
    }
    Ok(())
}

//! `motcua check`: all that is wrong with definitions.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use motcua_dsl::{Budget, Checked, Source};

use crate::fixes::{self, Fixed};
use crate::lang::Lang;
use crate::render::Counts;
use crate::{budget, load, output, render, sarif, say};

/// What to check, and how to say what is found.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua check
  motcua check procedures/vn --deny warnings
  motcua check --format sarif --pages https://example.org/motcua/findings > motcua.sarif
  motcua check --fix --diff
  motcua check procedures/vn/construction --budget --lang vi

Exit codes: 0 nothing that fails the check; 1 errors, or warnings under `--deny warnings`; 2 a file cannot be read or,
under `--fix`, not be written.")]
pub struct Args {
    /// Files and folders; what they use is found beside them, in `calendars`, `organisations` and `scripts`.
    #[arg(value_name = "PATH", default_value = load::PROCEDURES)]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// What fails the check besides errors.
    #[arg(long, value_enum)]
    deny: Option<Deny>,
    /// Say for each clock how long the states on the longest way may take, and what is left (text and json).
    #[arg(long)]
    budget: bool,
    /// Make the edits that are surely what was meant, in the files that are named and those below folders that are.
    #[arg(long, conflicts_with = "budget")]
    fix: bool,
    /// Write nothing, and show what `--fix` would change.
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Of SARIF, the address of the folder that holds the pages of findings.
    #[arg(long, value_name = "URL")]
    pages: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Warnings fail the check too.
    Warnings,
}

/// Checks, and shows what is found on standard output.
///
/// # Errors
/// A path that cannot be read, a file that is no text, an unsupported format.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.budget && matches!(args.format, Format::Github | Format::Sarif) {
        bail!("not supported: budgets are no findings; use `--format text` or `--format json`");
    }
    if args.diff && args.format != Format::Text {
        bail!("not supported: a difference is for people; use `--format text`");
    }
    let mut workspace = load::workspace(&args.paths)?;
    if args.fix {
        let checked = workspace.check();
        return fix(args, &workspace.into_sources(), &checked);
    }
    let (sources, checked, budgets) = if args.budget {
        let sources = workspace.into_sources();
        let (checked, budgets) = motcua_dsl::check_with_budgets(&sources);
        (sources, checked, Some(budgets))
    } else {
        let checked = workspace.check();
        (workspace.into_sources(), checked, None)
    };
    say(args, &sources, &checked, budgets.as_deref())?;
    Ok(code(args, &checked))
}

/// Shows what was found in the format that is asked for.
fn say(args: &Args, sources: &[Source], checked: &Checked, budgets: Option<&[Budget]>) -> anyhow::Result<()> {
    let lang = if args.format == Format::Text { Lang::current() } else { Lang::of_machines() };
    let checked = &lang.checked(checked);
    output::print(&match args.format {
        Format::Json => render::json(sources, checked, budgets.map(budget::json))?,
        Format::Github => render::github(sources, &checked.findings),
        Format::Sarif => sarif::log(sources, checked, args.pages.as_deref(), lang)?,
        Format::Text => {
            let mut text = render::text(sources, &checked.findings, lang);
            if let Some(budgets) = budgets {
                text += &budget::text(budgets, lang);
            }
            let found = Counts::of(checked).told(lang);
            format!("{text}{}\n", say!(lang, "check-done", files = sources.len(), found = found))
        }
    })
}

fn code(args: &Args, checked: &Checked) -> ExitCode {
    let counts = Counts::of(checked);
    let fails = counts.errors > 0 || args.deny.is_some() && counts.warnings > 0;
    if fails { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Makes the fixes or shows them, and then what is still wrong; what was done is said on standard error.
fn fix(args: &Args, sources: &[Source], checked: &Checked) -> anyhow::Result<ExitCode> {
    let named: Vec<String> = load::files(&args.paths)?.iter().map(|path| path.display().to_string()).collect();
    let mut fixed = fixes::fix(sources, checked, |source| named.contains(&source.path));
    if args.diff {
        output::print(&fixed.diff(sources))?;
    }
    let wrong = if args.diff { Vec::new() } else { fixed.write(sources) };
    let mut said = told(&fixed, sources, args.diff);
    for error in &wrong {
        let _ = writeln!(said, "error: {error:#}");
    }
    io::stderr().lock().write_all(said.as_bytes())?;
    if args.diff {
        return Ok(code(args, checked));
    }
    say(args, &fixed.sources, &fixed.checked, None)?;
    Ok(if wrong.is_empty() { code(args, &fixed.checked) } else { ExitCode::from(2) })
}

/// Returns what fixing did and what it left.
fn told(fixed: &Fixed, sources: &[Source], diff: bool) -> String {
    let (mut said, lang) = (String::new(), Lang::current());
    for (file, why) in &fixed.worse {
        let path = sources.get(*file).map(|source| source.path.as_str()).unwrap_or_default();
        let why = lang.sentence(&why.message);
        let _ = writeln!(said, "{}", say!(lang, "fix-worse", path = path, why = why));
    }
    if fixed.overlapping > 0 {
        let _ = writeln!(said, "{}", say!(lang, "fix-skipped", n = fixed.overlapping));
    }
    let (count, files) = (fixed.count(), fixed.changed.len());
    let done = if diff {
        say!(lang, "fix-to-make", fixes = count, files = files)
    } else {
        say!(lang, "fix-made", fixes = count, files = files)
    };
    said.push_str(&done);
    said.push('\n');
    said
}

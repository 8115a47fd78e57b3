//! `motcua check`: all that is wrong with definitions.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;

use crate::lang::Lang;
use crate::render::Counts;
use crate::{budget, load, output, render};

/// What to check, and how to say what is found.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua check
  motcua check procedures/vn --deny warnings
  motcua check --format github
  motcua check procedures/vn/construction --budget --lang vi

Exit codes: 0 nothing that fails the check; 1 errors, or warnings under `--deny warnings`; 2 a file cannot be read.")]
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
    /// The language of the budgets; that of `LC_ALL`, `LC_MESSAGES` or `LANG` when absent.
    #[arg(long, value_enum, requires = "budget")]
    lang: Option<Lang>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// For code scanning; not supported yet.
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
    if args.format == Format::Sarif {
        bail!("not supported: sarif comes later; use `--format json` or `--format github`");
    }
    if args.budget && args.format == Format::Github {
        bail!("not supported: budgets are no annotations; use `--format text` or `--format json`");
    }
    let mut workspace = load::workspace(&args.paths)?;
    let (sources, checked, budgets) = if args.budget {
        let sources = workspace.into_sources();
        let (checked, budgets) = motcua_dsl::check_with_budgets(&sources);
        (sources, checked, Some(budgets))
    } else {
        let checked = workspace.check();
        (workspace.into_sources(), checked, None)
    };
    let counts = Counts::of(&checked);
    let findings = &checked.findings;
    match args.format {
        Format::Json => output::print(&render::json(&sources, &checked, budgets.as_deref().map(budget::json))?)?,
        Format::Github => output::print(&render::github(&sources, findings))?,
        Format::Text | Format::Sarif => {
            let mut text = render::text(&sources, findings);
            if let Some(budgets) = &budgets {
                text += &budget::text(budgets, Lang::chosen(args.lang));
            }
            output::print(&format!("{text}{} checked: {counts}\n", output::count(sources.len(), "file")))?;
        }
    }
    let fails = counts.errors > 0 || args.deny.is_some() && counts.warnings > 0;
    Ok(if fails { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

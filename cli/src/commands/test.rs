//! `motcua test`: whether procedures do what their tests say.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use motcua_dsl::{Finding, Sayings, Scenario, Source, Spelling, Watched};
use motcua_engine::Procedure;

use crate::lang::Lang;
use crate::load::Rejected;
use crate::test::{self, Report, Worlds, cover};
use crate::{load, output, render, say};

/// What to run, and how to say what comes of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua test procedures
  motcua test procedures/vn/construction --filter defect
  motcua test procedures --format junit -o report.xml
  motcua test procedures/vn/construction --accept
  motcua test procedures/vn/construction --coverage
  motcua test procedures --suggest marriage_registration -o marriage.tests.tthc
  motcua test procedures --coverage=coverage.html --fail-under 20

Exit codes: 0 everything passes; 1 something fails, or the definitions have errors; 2 a file cannot be read, or no test is there.")]
pub struct Args {
    /// Files and folders; beside `NAME.tests.tthc` the definition `NAME.tthc` is read as well.
    #[arg(value_name = "PATH", default_value = load::PROCEDURES)]
    paths: Vec<PathBuf>,
    /// Only tests with this text in their name, or of a procedure of this name.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How the outcome is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// A file for the outcome; standard output when absent.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Put what was in the place of what was expected, to be reviewed as a change of the files.
    #[arg(long)]
    accept: bool,
    /// Say what no test has shown yet: after the outcome, in it where that is JSON, or as a page in a file.
    #[arg(long, value_name = "FILE.html", num_args = 0..=1, require_equals = true, default_missing_value = "-")]
    coverage: Option<PathBuf>,
    /// Fail where less than so many percent was shown.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Write tests for what no test has shown yet of the latest version of this procedure, or of one as in `NAME@1`, instead of
    /// running those that are there.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["accept", "filter", "coverage", "fail_under"])]
    suggest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// `JUnit` XML, for CI servers.
    Junit,
    /// Annotations of GitHub Actions.
    Github,
}

/// Runs the tests, and shows what comes of them.
///
/// # Errors
/// A path that cannot be read, [`Rejected`] definitions, no test at all.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let sources = load::sources(&args.paths)?;
    let rejected = |findings: Vec<Finding>| {
        let lang = Lang::current();
        Rejected(render::text(&sources, &lang.findings(&findings), lang))
    };
    let covers = args.coverage.is_some() || args.fail_under.is_some();
    let listens = covers || args.suggest.is_some();
    let Watched { bundle, mut scenarios, sayings } = if listens {
        motcua_dsl::watched(&sources).map_err(rejected)?
    } else {
        let (bundle, scenarios) = motcua_dsl::scenarios(&sources).map_err(rejected)?;
        Watched { bundle, scenarios, sayings: Sayings::default() }
    };
    if let Some(name) = &args.suggest {
        let worlds = Worlds::load(bundle, &scenarios, listens, true)?;
        return suggest(args, name, &sources, &worlds, (&scenarios, &sayings));
    }
    if scenarios.is_empty() {
        bail!("there is no test: write `test \"…\" for PROCEDURE {{ … }}` in a definition or beside it");
    }
    if let Some(filter) = &args.filter {
        let wanted = |scenario: &Scenario| {
            scenario.procedure == *filter || scenario.name.to_lowercase().contains(&filter.to_lowercase())
        };
        scenarios.retain(wanted);
        if scenarios.is_empty() {
            bail!("no test has `{filter}` in its name");
        }
    }
    let lang = if args.format == Format::Text { Lang::current() } else { Lang::of_machines() };
    let worlds = Worlds::load(bundle, &scenarios, covers, false)?;
    let verdicts = test::run(lang, &worlds, &scenarios, covers);
    let report = Report { sources: &sources, scenarios: &scenarios, verdicts: &verdicts };
    let plays: Vec<_> = verdicts.iter().map(|(verdict, _)| verdict).collect();
    let coverage = if covers { cover::trace(lang, &worlds.own, &sayings, &plays) } else { Vec::new() };
    let page = args.coverage.as_deref().filter(|file| *file != Path::new("-"));
    if let Some(file) = page {
        output::write_whole(file, cover::page(lang, &coverage).as_bytes())?;
    }
    let tells = args.coverage.is_some() && page.is_none();
    let text = match args.format {
        Format::Text if tells => format!("{}\n{}", test::text(lang, &report), cover::text(lang, &coverage)),
        Format::Text => test::text(lang, &report),
        Format::Json => test::json(&report, covers.then(|| cover::json(&coverage)))?,
        Format::Junit => test::junit(lang, &report)?,
        Format::Github => test::github(lang, &report),
    };
    output::print_or_write(&text, args.output.as_deref())?;
    if args.accept {
        let (values, files) = test::accept(&sources, verdicts.iter().map(|(verdict, _)| verdict))?;
        eprintln!("{}", say!(lang, "accept-done", values = values, files = files));
    }
    let shown = cover::percent(&coverage);
    let short = args.fail_under.map(usize::from).filter(|least| shown < *least);
    if let Some(least) = short {
        eprintln!("{}", say!(lang, "cover-short", percent = shown, least = least));
    }
    Ok(if report.failed() == 0 && short.is_none() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Writes what is suggested for a procedure.
fn suggest(
    args: &Args,
    name: &str,
    sources: &[Source],
    worlds: &Worlds,
    (scenarios, sayings): (&[Scenario], &Sayings),
) -> anyhow::Result<ExitCode> {
    let world = &worlds.own;
    let (plain, version) = load::versioned(name)?;
    let Some(latest) = world.latest(plain) else {
        let known: Vec<String> = world.names().iter().map(|name| format!("`{name}`")).collect();
        bail!("no procedure is called `{plain}`; there are: {}", known.join(", "));
    };
    let meant = |known: &&Procedure| version.is_none_or(|version| known.plan.logic.version == version);
    let Some(procedure) = Some(latest).filter(meant).or_else(|| world.versions(plain).find(meant)) else {
        let known: Vec<String> = world.versions(plain).map(|known| known.plan.logic.version.to_string()).collect();
        bail!("`{plain}` has no such version; there are: {}", known.join(", "));
    };
    // Names of tests are in the language of the definition, whatever language is spoken.
    let lang = match test::spelling(sources, &procedure.plan) {
        Spelling::English => Lang::English,
        Spelling::Vietnamese => Lang::Vietnamese,
    };
    let verdicts = test::run(lang, worlds, scenarios, true);
    let plays: Vec<_> = verdicts.iter().map(|(verdict, _)| verdict).collect();
    let coverage = cover::trace(lang, world, sayings, &plays);
    let Some(shown) = coverage.iter().find(|one| one.plan().hash == procedure.plan.hash) else {
        bail!("`{name}` cannot be looked at");
    };
    let text = test::suggest(lang, worlds, (sources, scenarios), shown)?;
    if text.is_empty() {
        bail!("nothing is left to suggest for `{name}`");
    }
    output::print_or_write(&text, args.output.as_deref())?;
    Ok(ExitCode::SUCCESS)
}

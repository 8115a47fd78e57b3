//! `motcua fmt`: definitions in their canonical form.

use std::fmt::Write as _;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, bail};
use motcua_dsl::{Source, Spelling, Unformatted, format, format_as};
use similar::TextDiff;

use crate::lang::Lang;
use crate::{load, output, render};

/// What to format, and whether to write it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua fmt
  motcua fmt procedures/vn --check --diff
  motcua fmt - < permit.tthc
  motcua fmt permit.tthc --spelling vi

The order of members and clauses, names, texts, comments and expressions stay what they are. A file that cannot be read as
a definition is left alone, and so is one that is read-only or changes meanwhile.

Exit codes: 0 all is formatted; 1 under `--check`, something is not; 2 a file could not be read, formatted or written.")]
pub struct Args {
    /// Files and folders; `-` formats standard input to standard output.
    #[arg(value_name = "PATH", default_value = load::PROCEDURES)]
    paths: Vec<PathBuf>,
    /// Write nothing, and fail where something is not formatted.
    #[arg(long)]
    check: bool,
    /// Write nothing, and show what would change.
    #[arg(long)]
    diff: bool,
    /// Turn the words of the language into those of this spelling; without it each file keeps its own.
    #[arg(long, value_name = "SPELLING")]
    spelling: Option<Language>,
}

/// The spellings of the language.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Language {
    /// `procedure`, `state`, `within 5 working days`.
    En,
    /// `thủ tục`, `trạng thái`, `trong 5 ngày làm việc`.
    Vi,
}

/// What became of a text.
enum Outcome {
    /// It is in its canonical form.
    Formatted,
    /// It was not: what is said of it.
    Changed(String),
    /// It is left as it is: why.
    Left(String),
}

/// Formats, and says which files were not formatted.
///
/// # Errors
/// A path that is not there, or a folder without definitions. What is wrong with a single file is said on standard error,
/// and the others are formatted.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        if args.paths.len() > 1 {
            bail!("`-` stands for standard input and goes with no other path");
        }
        return standard_input(args);
    }
    let files = load::files(&args.paths)?;
    let outcomes = all(&files, |file| one(file, args));
    let (mut said, mut wrong) = (String::new(), String::new());
    let (mut changed, mut left) = (0, 0);
    for (file, outcome) in files.iter().zip(outcomes) {
        match outcome {
            Outcome::Formatted => {}
            Outcome::Changed(diff) => {
                changed += 1;
                let what = if args.check || args.diff { "not formatted" } else { "formatted" };
                let _ = write!(said, "{what}: {}\n{diff}", file.display());
            }
            Outcome::Left(why) => {
                left += 1;
                wrong.push_str(&why);
            }
        }
    }
    io::stderr().lock().write_all(wrong.as_bytes())?;
    let what = if args.check || args.diff { "not formatted" } else { "formatted" };
    let left_alone = match left {
        0 => String::new(),
        1 => ", 1 left as it was".to_owned(),
        _ => format!(", {left} left as they were"),
    };
    output::print(&format!("{said}{}: {changed} {what}{left_alone}\n", output::count(files.len(), "file")))?;
    Ok(code(args, changed > 0, left > 0))
}

fn code(args: &Args, changed: bool, left: bool) -> ExitCode {
    match (left, changed && args.check) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    }
}

/// Does something with all files, on all processors, and returns what came out in their order.
fn all(files: &[PathBuf], act: impl Fn(&Path) -> Outcome + Sync) -> Vec<Outcome> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(files.len().max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(at) else { return done };
            done.push((at, act(file)));
        }
    };
    let mut outcomes: Vec<(usize, Outcome)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running
            .into_iter()
            .flat_map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    outcomes.sort_by_key(|(at, _)| *at);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn one(file: &Path, args: &Args) -> Outcome {
    let left = |error: anyhow::Error| Outcome::Left(format!("error: {error:#}\n"));
    let (bytes, source) = match load::source(file) {
        Ok(read) => read,
        Err(error) => return left(error),
    };
    let formatted = match formatted(&source, args) {
        Ok(formatted) => formatted,
        Err(why) => return Outcome::Left(why),
    };
    if formatted.as_bytes() == bytes {
        return Outcome::Formatted;
    }
    if args.check || args.diff {
        return Outcome::Changed(if args.diff { diff(&source, &formatted) } else { String::new() });
    }
    match output::replace(file, &bytes, formatted.as_bytes()) {
        Ok(()) => Outcome::Changed(String::new()),
        Err(error) => left(error),
    }
}

fn standard_input(args: &Args) -> anyhow::Result<ExitCode> {
    let most = u64::try_from(Source::MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    io::stdin().lock().take(most + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
    let source = Source::from_bytes("standard input", bytes.clone())?;
    match formatted(&source, args) {
        Ok(formatted) => {
            let changed = formatted.as_bytes() != bytes;
            if args.diff && changed {
                output::print(&diff(&source, &formatted))?;
            } else if args.check && changed {
                output::print("not formatted: standard input\n")?;
            } else if !args.check && !args.diff {
                output::print(&formatted)?;
            }
            Ok(code(args, changed, false))
        }
        Err(why) => {
            io::stderr().lock().write_all(why.as_bytes())?;
            Ok(code(args, false, true))
        }
    }
}

/// Returns the formatted text, or why there is none.
fn formatted(source: &Source, args: &Args) -> Result<String, String> {
    let (path, lang) = (&source.path, Lang::current());
    let formatted = match args.spelling {
        None => format(source),
        Some(Language::En) => format_as(source, Spelling::English),
        Some(Language::Vi) => format_as(source, Spelling::Vietnamese),
    };
    formatted.map_err(|error| match error {
        Unformatted::Unreadable(findings) => {
            format!(
                "{}{path}: left as it is\n\n",
                render::text(slice::from_ref(source), &lang.findings(&findings), lang)
            )
        }
        Unformatted::Differs | Unformatted::Taken => format!("error: `{path}`: {error}; it is left as it is\n"),
    })
}

fn diff(source: &Source, formatted: &str) -> String {
    let path = &source.path;
    TextDiff::from_lines(source.text.as_str(), formatted).unified_diff().header(path, path).to_string()
}

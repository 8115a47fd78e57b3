//! `motcua`: checks, compiles, draws, runs and replays administrative procedures.
//!
//! Every decision is made in a library: this crate reads files and arguments, and shows what comes out. Exit codes: 0 all
//! well; 1 findings or rejected commands; 2 wrong usage or unreadable input.

pub mod board;
pub mod budget;
pub mod commands;
pub mod diff;
pub mod explain;
pub mod fingerprint;
pub mod fixes;
pub mod graph;
mod help;
pub mod hosted;
pub mod ics;
pub mod kept;
pub mod lang;
pub mod load;
pub mod log;
pub mod migrate;
pub mod names;
pub mod outgoing;
pub mod output;
pub mod pages;
pub mod period;
pub mod picture;
pub mod render;
pub mod replay;
pub mod reproject;
pub mod run;
pub mod sarif;
pub mod say;
pub mod sketch;
pub mod test;
pub mod watch;
pub mod when;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

/// Procedures that are never late: check, compile, draw, run and replay administrative procedures.
#[derive(Debug, Parser)]
#[command(name = "motcua", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "\
Examples:
  motcua check procedures
  motcua due --calendar vn_state --from 2024-03-08T10:00 --limit \"15 working days\" --explain

Exit codes: 0 all well; 1 findings or rejected commands; 2 wrong usage or unreadable input.")]
struct Cli {
    /// The language of what is said: that of `LC_ALL`, `LC_MESSAGES` or `LANG` when absent, and English in formats for machines.
    #[arg(long, value_enum, global = true)]
    lang: Option<lang::Lang>,
    #[command(subcommand)]
    command: commands::Command,
}

/// A decision asks for room twice, a check some million times: that costs a tenth of either with the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = help::parse();
    lang::Lang::choose(cli.lang);
    let error = match watch::begin().and_then(|()| commands::run(&cli.command)) {
        Ok(code) => return code,
        Err(error) => error,
    };
    if output::is_broken_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    let mut stderr = std::io::stderr().lock();
    // Where standard error is gone too, the exit code is all that can be said.
    if let Some(rejected) = error.downcast_ref::<load::Rejected>() {
        let _ = write!(stderr, "{rejected}");
        return ExitCode::from(1);
    }
    let _ = writeln!(stderr, "error: {error:#}");
    ExitCode::from(2)
}

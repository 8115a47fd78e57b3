//! The subcommands, one file each.

pub mod backup;
pub mod book;
pub mod calendar;
pub mod check;
pub mod compile;
pub mod deliver;
pub mod diff;
pub mod due;
pub mod erase;
pub mod explain;
pub mod export;
pub mod find;
pub mod fmt;
pub mod graph;
pub mod inbox;
pub mod migrate;
pub mod new;
pub mod outbox;
pub mod replay;
pub mod report;
pub mod reproject;
pub mod run;
pub mod slip;
pub mod test;
pub mod tick;
pub mod verify;
pub mod work;

use std::process::ExitCode;

use clap::Subcommand;

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Begin a procedure: a folder with a definition, tests and a workflow for CI.
    New(new::Args),
    /// Find all that is wrong with definitions.
    Check(check::Args),
    /// Put definitions into their canonical form.
    Fmt(fmt::Args),
    /// Say what changes between two versions of a procedure, and for whom.
    Diff(diff::Args),
    /// Run the tests that stand in definitions and beside them.
    Test(test::Args),
    /// Draw the state graph of a procedure.
    Graph(graph::Args),
    /// Compile definitions into one bundle of plans.
    Compile(compile::Args),
    /// Take dossiers through their procedures: commands as JSON lines in, answers out.
    Run(run::Args),
    /// Let happen in a store what time owes.
    Tick(tick::Args),
    /// Send what dossiers have for the outside: to a webhook, or to a log.
    Deliver(deliver::Args),
    /// Say what waits to be sent, what is dead and why; send it again.
    Outbox(outbox::Args),
    /// Work as a service: let happen what time owes, and send what that leads to.
    Work(work::Args),
    /// Say whether journals are what was written: of a store, or of a dossier that was exported.
    Verify(verify::Args),
    /// Write a copy of a store as it is at one instant, while others go on with it.
    Backup(backup::Args),
    /// Erase what settled dossiers hold of people, where the law orders it.
    Erase(erase::Args),
    /// Write one dossier to a file that whoever has it can verify.
    Export(export::Args),
    /// Play a recorded log through a procedure and say what fits and what was late.
    Replay(replay::Args),
    /// Count open dossiers on what their calendars say now: show which due dates move, or write it.
    Reproject(reproject::Args),
    /// Take dossiers in flight over to another version of their procedure: show what becomes of them, or write it.
    Migrate(migrate::Args),
    /// Say when a term ends, and why.
    Due(due::Args),
    /// Say why a dossier is where it is, and due when it is.
    Explain(explain::Args),
    /// Count dossiers: early, on time, late, ended, running, suspended, overdue.
    Report(report::Args),
    /// Say what somebody may do now.
    Inbox(inbox::Args),
    /// Find dossiers by where they are, whose they are, and when they are due.
    Find(find::Args),
    /// Say who had a dossier from when to when: the process control slip (form 05).
    Slip(slip::Args),
    /// List what a unit received, and what became of it: the tracking book (form 06).
    Book(book::Args),
    /// Show the days off of a year, and the days worked out of turn.
    Calendar(calendar::Args),
}

/// Does it, and returns the exit code: 0 all well, 1 findings or rejected commands.
///
/// # Errors
/// Wrong usage and unreadable input, which is exit code 2.
pub fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::New(args) => new::run(args),
        Command::Check(args) => check::run(args),
        Command::Fmt(args) => fmt::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Test(args) => test::run(args),
        Command::Graph(args) => graph::run(args),
        Command::Compile(args) => compile::run(args),
        Command::Run(args) => run::run(args),
        Command::Tick(args) => tick::run(args),
        Command::Deliver(args) => deliver::run(args),
        Command::Outbox(args) => outbox::run(args),
        Command::Work(args) => work::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Backup(args) => backup::run(args),
        Command::Erase(args) => erase::run(args),
        Command::Export(args) => export::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Reproject(args) => reproject::run(args),
        Command::Migrate(args) => migrate::run(args),
        Command::Due(args) => due::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Report(args) => report::run(args),
        Command::Inbox(args) => inbox::run(args),
        Command::Find(args) => find::run(args),
        Command::Slip(args) => slip::run(args),
        Command::Book(args) => book::run(args),
        Command::Calendar(args) => calendar::run(args),
    }
}

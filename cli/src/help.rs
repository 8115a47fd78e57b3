//! The command line as it is read.

use clap::Parser;

use crate::Cli;

/// Returns what is asked for on the command line; where it is wrong or help is asked for, says so and ends.
pub(crate) fn parse() -> Cli {
    Cli::parse()
}

//! `motcua graph`: the state graph of a procedure.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use motcua_dsl::syntax::Item;

use crate::graph::Spelling;
use crate::lang::Lang;
use crate::{graph, load, output, sketch};

/// Which procedure to draw, and how.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua graph housing_permit -o housing_permit.svg
  motcua graph housing_permit --format mermaid
  motcua graph housing_permit --format dot | dot -Tpdf > housing_permit.pdf

States stand in a lane for each role, with their limits, or close together with the role in each box where they are
many; timed transitions are dashed. Clocks and timers stand below. Of several versions of a procedure the latest is
drawn, unless one is named as in `housing_permit@2`.")]
pub struct Args {
    /// The procedure's name, with `@` and a version where one is meant.
    name: String,
    /// The format.
    #[arg(long, value_enum, default_value = "svg")]
    format: Format,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// The file to write; standard output when absent.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For the wall and the web.
    Svg,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
    /// For programs.
    Json,
}

/// Draws it.
///
/// # Errors
/// The definitions cannot be read, no procedure has this name, or the file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (name, version) = load::versioned(&args.name)?;
    let is_meant = |item: &Item| matches!(item, Item::Procedure(procedure) if procedure.name.text == name);
    let bundle = load::bundle_with(&args.procedures, is_meant)?;
    let plans = bundle.plans.iter().filter(|plan| plan.logic.name == name);
    let plan = plans
        .filter(|plan| version.is_none_or(|version| plan.logic.version == version))
        .max_by_key(|plan| plan.logic.version);
    let Some(plan) = plan else {
        let known: Vec<String> =
            bundle.plans.iter().map(|plan| format!("`{}@{}`", plan.logic.name, plan.logic.version)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        bail!("no procedure is called `{}` in `{}`; there are: {known}", args.name, args.procedures.display());
    };
    let mut drawing = sketch::drawing(plan);
    if let Some(lang) = Lang::asked() {
        drawing.spelling = match lang {
            Lang::English => Spelling::English,
            Lang::Vietnamese => Spelling::Vietnamese,
        };
    }
    let text = match args.format {
        Format::Svg => graph::svg(&drawing),
        Format::Dot => graph::dot(&drawing),
        Format::Mermaid => graph::mermaid(&drawing),
        Format::Json => graph::json(&drawing)?,
    };
    output::print_or_write(&text, args.output.as_deref())?;
    Ok(ExitCode::SUCCESS)
}

//! The command line as it is read, and its help in the language that is spoken.
//!
//! What each command and argument says stands in English beside it, in the code; `cli/locales/vi/help.toml` has what is said
//! for it. A test walks all commands and finds what is not said.

use std::collections::HashMap;
use std::ffi::OsString;

use clap::{Arg, Command, CommandFactory, FromArgMatches, ValueEnum};

use crate::Cli;
use crate::lang::Lang;

const VIETNAMESE: &str = include_str!("../locales/vi/help.toml");
/// How the help of a command is laid out; the arguments have headings of their own.
const LAYOUT: &str = "{before-help}{about-with-newline}\nCách dùng: {usage}\n\n{all-args}{after-help}";

type Catalogue = HashMap<String, String>;

/// Returns what is asked for on the command line; where it is wrong or help is asked for, says so and ends.
pub(crate) fn parse() -> Cli {
    let command = said(Cli::command(), Lang::chosen(asked(std::env::args_os())));
    let matches = command.get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// Returns the language that is asked for, which is needed before the rest is read.
fn asked(arguments: impl Iterator<Item = OsString>) -> Option<Lang> {
    let arguments: Vec<String> = arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    let followed = arguments.windows(2).find_map(|pair| match pair {
        [name, value] if name == "--lang" => Some(value.as_str()),
        _ => None,
    });
    let value = followed.or_else(|| arguments.iter().find_map(|argument| argument.strip_prefix("--lang=")))?;
    Lang::from_str(value, false).ok()
}

/// Returns a command that says its help in a language.
fn said(mut command: Command, lang: Lang) -> Command {
    if lang == Lang::English {
        return command;
    }
    let sections: HashMap<String, Catalogue> = toml::from_str(VIETNAMESE).unwrap_or_default();
    let catalogue: Catalogue = sections.into_values().flatten().collect();
    command.build();
    translated(command, &catalogue)
}

fn translated(mut command: Command, catalogue: &Catalogue) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, |command| translated(command, catalogue));
    }
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(look_up(&about, catalogue));
    }
    if let Some(after) = command.get_after_help().map(ToString::to_string) {
        let paragraphs: Vec<String> = after.split("\n\n").map(|text| paragraph(text, catalogue)).collect();
        command = command.after_help(paragraphs.join("\n\n"));
    }
    command.mut_args(|argument| of_argument(argument, catalogue)).help_template(LAYOUT).subcommand_help_heading("Lệnh")
}

/// Returns an argument whose help names its values and its default, for which the parser has English words only.
fn of_argument(argument: Arg, catalogue: &Catalogue) -> Arg {
    let mut help = argument.get_help().map(|help| look_up(&help.to_string(), catalogue)).unwrap_or_default();
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if argument.get_action().takes_values() {
        let values: Vec<String> = argument
            .get_possible_values()
            .iter()
            .map(|value| match value.get_help() {
                Some(help) => format!("\n- {}: {}", value.get_name(), look_up(&help.to_string(), catalogue)),
                None => format!("\n- {}", value.get_name()),
            })
            .collect();
        if defaults.iter().any(|value| !value.is_empty()) {
            help = format!("{help} [mặc định: {}]", defaults.join(", "));
        }
        help += &values.concat();
    }
    let heading = if argument.is_positional() { "Đối số" } else { "Tùy chọn" };
    argument.help(help).help_heading(heading).hide_possible_values(true).hide_default_value(true)
}

/// Returns a paragraph; of examples, what they are called alone.
fn paragraph(text: &str, catalogue: &Catalogue) -> String {
    match text.strip_prefix("Examples:") {
        Some(examples) => format!("Ví dụ:{examples}"),
        None => look_up(text, catalogue) + ".",
    }
}

/// Returns what is said for an English text, whatever its line breaks and its full stop; the text where nothing is.
fn look_up(text: &str, catalogue: &Catalogue) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_end_matches('.');
    catalogue.get(plain).cloned().unwrap_or_else(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns all that a command and those below it say, without examples.
    fn texts(command: &Command, found: &mut Vec<String>) {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let paragraphs = after.split("\n\n").filter(|text| !text.is_empty() && !text.starts_with("Examples:"));
        found.extend(paragraphs.map(str::to_owned));
        found.extend(command.get_about().map(ToString::to_string));
        for argument in command.get_arguments() {
            found.extend(argument.get_help().map(ToString::to_string));
            let values = argument.get_possible_values();
            found.extend(values.iter().filter_map(|value| value.get_help()).map(ToString::to_string));
        }
        command.get_subcommands().for_each(|command| texts(command, found));
    }

    #[test]
    fn all_help_is_said_in_vietnamese_and_nothing_is_left_over() {
        let sections: HashMap<String, Catalogue> = toml::from_str(VIETNAMESE).unwrap();
        let catalogue: Catalogue = sections.into_values().flatten().collect();
        let mut command = Cli::command();
        command.build();
        let mut all = Vec::new();
        texts(&command, &mut all);
        let plain =
            |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned();
        let mut all: Vec<String> = all.iter().map(plain).collect();
        all.sort();
        all.dedup();
        let lacks: Vec<_> = all.iter().filter(|text| !catalogue.contains_key(*text)).collect();
        assert!(lacks.is_empty(), "{lacks:#?}");
        let mut unsaid: Vec<_> = catalogue.keys().filter(|text| !all.contains(text)).collect();
        unsaid.sort();
        assert!(unsaid.is_empty(), "{unsaid:#?}");
    }

    #[test]
    fn the_language_is_heard_before_the_rest() {
        let asked = |words: &[&str]| asked(words.iter().map(OsString::from));
        assert_eq!(asked(&["motcua", "--lang", "vi", "--help"]), Some(Lang::Vietnamese));
        assert_eq!(asked(&["motcua", "check", "--lang=en"]), Some(Lang::English));
        assert_eq!(asked(&["motcua", "--lang", "xx"]), None);
    }

    #[test]
    fn help_is_vietnamese_and_still_reads_the_same() {
        let mut command = said(Cli::command(), Lang::Vietnamese);
        let help = command.find_subcommand_mut("check").unwrap().render_long_help().to_string();
        for part in
            ["Tìm mọi điều sai", "Cách dùng:", "Đối số:", "Tùy chọn:", "Ví dụ:", "[mặc định: text]", "- sarif: SARIF"]
        {
            assert!(help.contains(part), "{part}: {help}");
        }
        for part in ["Usage:", "Options:", "Arguments:", "possible values", "default:"] {
            assert!(!help.contains(part), "{part}: {help}");
        }
        assert!(command.try_get_matches_from(["motcua", "check", "a", "--format", "json"]).is_ok());
    }
}

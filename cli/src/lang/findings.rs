//! The sentences of findings in Vietnamese: `cli/locales/vi/*.toml`, each English pattern with what is said for it.

use std::collections::HashMap;
use std::sync::LazyLock;

use motcua_dsl::{Checked, Exempted, Finding, Fix, Label, Sentence, fill};

use super::Lang;
use super::catalogue::Catalogue;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../locales/vi/", $name, ".toml")))),*]
    };
}

/// The files by name.
pub(super) const FILES: [(&str, &str); 12] = files![
    "budgets",
    "calendars",
    "diff",
    "graph",
    "guards",
    "names",
    "syntax",
    "tables",
    "tests",
    "time",
    "types",
    "words"
];

/// What is said in Vietnamese. A file that does not parse, which a test refuses, says nothing.
pub(super) static VIETNAMESE: LazyLock<Catalogue> = LazyLock::new(|| {
    let read = |(_, text): (&str, &str)| toml::from_str::<HashMap<String, HashMap<String, String>>>(text).ok();
    Catalogue::new("vi", FILES.into_iter().filter_map(read).flat_map(HashMap::into_values).flatten())
});

impl Lang {
    /// Returns a sentence in this language.
    #[must_use]
    pub fn sentence(self, sentence: &Sentence) -> String {
        let Some(pattern) = sentence.pattern().filter(|_| self == Self::Vietnamese) else {
            return sentence.to_string();
        };
        let filled = sentence.arguments().iter().map(|(name, argument)| {
            let said = match argument.pattern() {
                // What the engine says of a script or a term.
                None if *name == "why" => self.reason(argument),
                _ => self.sentence(argument),
            };
            (*name, said)
        });
        let filled: Vec<_> = filled.collect();
        // Patterns without words, like `{before}{between}{next}`, are said alike everywhere.
        let said = VIETNAMESE.say(pattern, filled.iter().cloned()).unwrap_or_else(|| {
            fill(pattern, |name| filled.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
        });
        sentence.spelt(said)
    }

    /// Returns what was found with all that it says in this language.
    #[must_use]
    pub fn checked(self, checked: &Checked) -> Checked {
        let exempted = checked.exempted.iter().map(|exempted| Exempted {
            finding: self.finding(&exempted.finding),
            reason: exempted.reason.clone(),
            at: exempted.at,
        });
        Checked { findings: self.findings(&checked.findings), exempted: exempted.collect() }
    }

    /// Returns findings with all that they say in this language.
    #[must_use]
    pub fn findings(self, findings: &[Finding]) -> Vec<Finding> {
        findings.iter().map(|finding| self.finding(finding)).collect()
    }

    fn finding(self, finding: &Finding) -> Finding {
        let say = |sentence: &Sentence| Sentence::verbatim(self.sentence(sentence));
        let label = |label: &Label| Label { span: label.span, text: say(&label.text) };
        Finding {
            message: match finding.message.pattern() {
                None => Sentence::verbatim(self.reason(&finding.message)),
                Some(_) => say(&finding.message),
            },
            primary: label(&finding.primary),
            because: finding.because.iter().map(label).collect(),
            help: finding.help.as_ref().map(say),
            fix: finding.fix.as_ref().map(|fix| Fix { title: say(&fix.title), edits: fix.edits.clone() }),
            ..*finding
        }
    }
}

//! What is expected, in the words of a file: for what is put in the place of what was expected.

use motcua_dsl::syntax::Standing;
use motcua_dsl::{Spelling, quoted};

/// Writes expectations in a spelling.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speller(pub(super) Spelling);

impl Speller {
    fn word(self, english: &'static str, vietnamese: &'static str) -> &'static str {
        match self.0 {
            Spelling::English => english,
            Spelling::Vietnamese => vietnamese,
        }
    }

    /// Returns names, joined.
    pub(super) fn listed(self, names: &[&str]) -> String {
        names.join(self.word(" and ", " và "))
    }

    /// Returns how a clock stands.
    pub(super) fn stands(self, standing: Standing, clock: &str) -> String {
        let word = match standing {
            Standing::Running => self.word("running", "đang tính"),
            Standing::Suspended => self.word("suspended", "đang tạm dừng"),
            Standing::Overdue => self.word("overdue", "đang quá hạn"),
            Standing::Early => self.word("early", "xong sớm"),
            Standing::OnTime => self.word("on time", "xong đúng hạn"),
            Standing::Late => self.word("late", "xong trễ"),
            Standing::Ended => self.word("ended", "đã dừng"),
        };
        format!("{word} {clock}")
    }

    /// Returns that a form was issued, or with `not` that it was not.
    pub(super) fn issued(self, form: &str, not: bool) -> String {
        let not = if not { self.word("not ", "không ") } else { "" };
        format!("{not}{} {form}", self.word("issued", "đã cấp"))
    }

    /// Returns that somebody was told: a role or the head of its office, and the words.
    pub(super) fn notified(self, role: &str, head: bool, text: Option<&str>) -> String {
        let head = if head { self.word("head of ", "trưởng của ") } else { "" };
        let text = text.map(|text| format!(" {}", quoted(text))).unwrap_or_default();
        format!("{} {head}{role}{text}", self.word("notified", "đã báo"))
    }

    /// Returns that nobody was told.
    pub(super) fn nobody(self) -> String {
        format!("{} {}", self.word("notified", "đã báo"), self.word("nobody", "không ai"))
    }

    /// Returns that a field has a value, or none.
    pub(super) fn data(self, field: &str, value: Option<&str>) -> String {
        let root = self.word("data", "dữ_liệu");
        match value {
            Some(value) => format!("{root}.{field} = {value}"),
            None => format!("{root}.{field} {}", self.word("absent", "không có")),
        }
    }
}

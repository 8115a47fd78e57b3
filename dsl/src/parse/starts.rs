//! The words that begin a member of each construct.

use super::lex::Token;
use super::place::Place;
use super::words::nearest_at;
use crate::spelling::Spelling;

type Words = &'static [&'static str];

const FILE: [Words; 2] = [
    &["procedure", "use", "organisation", "calendar", "script", "table", "test", "setup"],
    &["thủ tục", "dùng", "tổ chức", "lịch", "hàm", "bảng", "kiểm thử", "chuẩn bị"],
];

#[rustfmt::skip]
const PROCEDURE: [Words; 2] = [
    &[
        "state", "parallel", "on", "from", "clock", "timer", "data", "documents", "roles", "script", "table", "code", "version",
        "field", "level", "authority", "applies_to", "condition", "basis", "result", "form", "way", "fee", "copies", "backdates",
        "corrects", "four", "publish", "moves", "accepts",
    ],
    &[
        "trạng thái", "song song", "khi", "từ", "thời hạn", "hẹn giờ", "dữ liệu", "giấy tờ", "vai trò", "hàm", "bảng", "mã",
        "phiên bản", "lĩnh vực", "cấp thực hiện", "cơ quan thực hiện", "đối tượng thực hiện", "điều kiện", "căn cứ",
        "kết quả thực hiện", "mẫu đơn", "cách thức", "phí", "số bộ", "ghi lùi", "đính chính", "không cùng người", "mức công bố",
        "chuyển từ phiên bản", "chấp nhận",
    ],
];

const STATE: [Words; 2] = [
    &["on", "always", "after", "window", "no", "entry", "exit", "call", "accepts"],
    &["khi", "tự động", "sau", "chờ", "quá", "khi vào", "khi rời", "gọi", "chấp nhận"],
];

const PARALLEL: [Words; 2] = [
    &["branch", "join", "on", "always", "after", "window", "no", "entry", "exit", "accepts"],
    &["nhánh", "hợp lại khi", "khi", "tự động", "sau", "chờ", "quá", "khi vào", "khi rời", "chấp nhận"],
];

const BRANCH: [Words; 2] = [&["state", "parallel", "from", "accepts"], &["trạng thái", "song song", "từ", "chấp nhận"]];

const CLOCK: [Words; 2] = [
    &["limit", "runs", "suspends", "restarts", "extends", "reappoints", "escalate", "basis", "accepts"],
    &["hạn", "tính từ", "tạm dừng", "tính lại", "gia hạn", "hẹn lại", "nhắc việc", "căn cứ", "chấp nhận"],
];

const RUNGS: [Words; 2] = [&["at", "when", "every"], &["đã dùng", "khi đến hạn", "mỗi", "trước hạn", "quá hạn"]];

const ORGANISATION: [Words; 2] = [&["unit"], &["đơn vị"]];

const UNIT: [Words; 2] = [&["office", "bind", "unit", "accepts"], &["phòng", "giao vai trò", "đơn vị", "chấp nhận"]];

const OFFICE: [Words; 2] = [&["head", "officers"], &["trưởng", "cán bộ"]];

const CALENDAR: [Words; 2] = [
    &["zone", "covers", "announced", "week", "cutoff", "off", "worked", "substitute", "accepts"],
    &[
        "múi giờ",
        "áp dụng từ",
        "đã công bố",
        "tuần",
        "giờ chốt",
        "nghỉ",
        "làm bù",
        "nghỉ bù vào ngày làm việc tiếp theo",
        "chấp nhận",
    ],
];

impl Place<'_> {
    /// Returns the words that begin a member here; empty where any name does.
    pub(super) fn starts(&self, spelling: Spelling) -> Words {
        let both = match self {
            Self::File(_) => FILE,
            Self::Procedure(_) => PROCEDURE,
            Self::State(_) => STATE,
            Self::Parallel(..) => PARALLEL,
            Self::Branch(..) => BRANCH,
            Self::Clock(_) => CLOCK,
            Self::Rungs(_) => RUNGS,
            Self::Organisation(_) => ORGANISATION,
            Self::Unit(_) => UNIT,
            Self::Office(_) => OFFICE,
            Self::Calendar(_) => CALENDAR,
            Self::Fields(_) | Self::Documents(_) | Self::Roles(_) | Self::Test(_) => [&[][..]; 2],
        };
        of(both, spelling)
    }
}

/// Returns whether a word begins a member of some construct that has fixed ones.
pub(super) fn begins_a_member(word: &str, spelling: Spelling) -> bool {
    // What begins a line in a list as well, and what is a name as easily, tells nothing of where a block ends.
    let listed = [FILE, PROCEDURE, STATE, PARALLEL, CLOCK, UNIT].iter().any(|both| of(*both, spelling).contains(&word));
    listed && !of(UNTOLD, spelling).contains(&word)
}

#[rustfmt::skip]
const UNTOLD: [Words; 2] = [
    &[
        "code", "field", "level", "authority", "applies_to", "condition", "basis", "form", "way", "fee", "copies", "backdates",
        "corrects", "four", "publish", "moves", "no", "call",
    ],
    &[
        "mã", "lĩnh vực", "cấp thực hiện", "cơ quan thực hiện", "đối tượng thực hiện", "điều kiện", "căn cứ", "mẫu đơn",
        "cách thức", "phí", "số bộ", "ghi lùi", "đính chính", "không cùng người", "mức công bố", "chuyển từ phiên bản", "quá",
        "gọi",
    ],
];

/// Returns whether a word begins an item of a file.
pub(super) fn begins_an_item(word: &str, spelling: Spelling) -> bool {
    of(FILE, spelling).contains(&word)
}

/// Returns whether a text begins with what is almost a word that begins an item.
pub(super) fn near_an_item(text: &str, tokens: &[Token], spelling: Spelling) -> bool {
    nearest_at(text, tokens, 0, of(FILE, spelling)).is_some()
}

fn of(both: [Words; 2], spelling: Spelling) -> Words {
    let [english, vietnamese] = both;
    match spelling {
        Spelling::English => english,
        Spelling::Vietnamese => vietnamese,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spelling::other;

    #[test]
    fn each_vietnamese_word_stands_for_an_english_one() {
        let all = [FILE, PROCEDURE, STATE, PARALLEL, BRANCH, CLOCK, ORGANISATION, UNIT, OFFICE, CALENDAR];
        for [english, vietnamese] in all {
            assert_eq!(english.len(), vietnamese.len());
            for (own, word) in english.iter().zip(vietnamese) {
                let said = other(word, Spelling::Vietnamese).unwrap_or_else(|| panic!("{word}"));
                assert_eq!(said.split(' ').next(), Some(*own), "{word}");
            }
        }
    }
}

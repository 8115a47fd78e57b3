//! Words of one spelling and what they are in the other.

use super::phrases::is_english;
use super::{Spelling, canonical};
use crate::parse::tree::Kind;

/// Rules whose whole text is a fixed word: the English and the Vietnamese one.
const KEYWORDS: [(Kind, &str, &str); 74] = [
    (Kind::use_kind, "calendar", "lịch"),
    (Kind::use_kind, "organisation", "tổ chức"),
    (Kind::use_kind, "script", "hàm"),
    (Kind::use_kind, "table", "bảng"),
    (Kind::chosen, "unique", "duy_nhất"),
    (Kind::chosen, "first", "đầu_tiên"),
    (Kind::chosen, "collect", "tất_cả"),
    (Kind::chosen, "listing", "niêm_yết"),
    (Kind::chosen, "cited", "đủ_căn_cứ"),
    (Kind::text_key, "code", "mã"),
    (Kind::text_key, "field", "lĩnh vực"),
    (Kind::text_key, "authority", "cơ quan thực hiện"),
    (Kind::text_key, "applies_to", "đối tượng thực hiện"),
    (Kind::text_key, "condition", "điều kiện"),
    (Kind::named_key, "result", "kết quả thực hiện"),
    (Kind::named_key, "form", "mẫu đơn"),
    (Kind::named_key, "way", "cách thức"),
    (Kind::carry, "keeps", "giữ nguyên"),
    (Kind::carry, "restarts", "tính lại"),
    (Kind::carry, "shorter", "lấy hạn ngắn hơn"),
    (Kind::carry, "longer", "lấy hạn dài hơn"),
    (Kind::plain_word, "text", "chữ"),
    (Kind::plain_word, "integer", "số nguyên"),
    (Kind::plain_word, "decimal", "số thập phân"),
    (Kind::plain_word, "money", "tiền"),
    (Kind::plain_word, "boolean", "đúng sai"),
    (Kind::plain_word, "date", "ngày"),
    (Kind::plain_word, "instant", "thời điểm"),
    (Kind::initial, "initial", "ban đầu"),
    (Kind::r#final, "final", "kết thúc"),
    (Kind::counts_how, "inside", "tính vào thời hạn"),
    (Kind::counts_how, "outside", "ngoài thời hạn"),
    (Kind::outcome_word, "outcome", "kết quả"),
    (Kind::always_word, "always", "tự động"),
    (Kind::no_word, "no", "quá"),
    (Kind::tacit, "consent", "đồng ý"),
    (Kind::tacit, "refusal", "từ chối"),
    (Kind::any, "any", "mọi trạng thái"),
    (Kind::otherwise_word, "otherwise", "còn lại"),
    (Kind::holder, "holder", "người_giữ"),
    (Kind::working, "working", "làm việc"),
    (Kind::unit_word, "day", "ngày"),
    (Kind::unit_word, "hour", "giờ"),
    (Kind::unit_word, "minute", "phút"),
    (Kind::unit_word, "month", "tháng"),
    (Kind::unit_word, "week", "tuần"),
    (Kind::unit_word, "year", "năm"),
    (Kind::which, "first", "lần đầu"),
    (Kind::which, "latest", "lần cuối"),
    (Kind::weekday, "mon", "thứ hai"),
    (Kind::weekday, "tue", "thứ ba"),
    (Kind::weekday, "wed", "thứ tư"),
    (Kind::weekday, "thu", "thứ năm"),
    (Kind::weekday, "fri", "thứ sáu"),
    (Kind::weekday, "sat", "thứ bảy"),
    (Kind::weekday, "sun", "chủ nhật"),
    (Kind::day_word, "day", "ngày"),
    (Kind::before, "before", "trước"),
    (Kind::later_than, "after", "sau"),
    (Kind::lunar, "lunar", "âm lịch"),
    (Kind::off_kind, "holiday", "nghỉ lễ"),
    (Kind::off_kind, "substitute", "nghỉ bù"),
    (Kind::off_kind, "swapped", "hoán đổi"),
    (Kind::off_kind, "bridge", "nghỉ nối"),
    (Kind::off_kind, "closure", "đóng cửa"),
    (Kind::any_word, "any", "bất kỳ"),
    (Kind::refused_word, "refused", "bị từ chối"),
    (Kind::nobody, "nobody", "không ai"),
    (Kind::clock_word, "running", "đang tính"),
    (Kind::clock_word, "suspended", "đang tạm dừng"),
    (Kind::clock_word, "overdue", "đang quá hạn"),
    (Kind::clock_word, "early", "xong sớm"),
    (Kind::clock_word, "late", "xong trễ"),
    (Kind::clock_word, "ended", "đã dừng"),
];

/// The words that begin a member or a clause, and the Vietnamese phrases that do the same.
const BEGINNINGS: [(&str, &str); 117] = [
    ("use", "dùng"),
    ("script", "hàm"),
    ("table", "bảng"),
    ("procedure", "thủ tục"),
    ("code", "mã"),
    ("field", "lĩnh vực"),
    ("authority", "cơ quan thực hiện"),
    ("applies_to", "đối tượng thực hiện"),
    ("condition", "điều kiện"),
    ("result", "kết quả thực hiện"),
    ("form", "mẫu đơn"),
    ("way", "cách thức"),
    ("level", "cấp thực hiện"),
    ("version", "phiên bản"),
    ("effective", "hiệu lực từ"),
    ("fee", "phí"),
    ("copies", "số bộ"),
    ("backdates", "ghi lùi"),
    ("corrects", "đính chính"),
    ("four eyes", "không cùng người"),
    ("publish", "mức công bố"),
    ("at most", "không quá"),
    ("with reason", "nêu lý do"),
    ("accepts", "chấp nhận"),
    ("because", "vì"),
    ("was", "trước là"),
    ("moves from version", "chuyển từ phiên bản"),
    ("data", "dữ liệu"),
    ("one of", "một trong"),
    ("list of", "danh sách"),
    ("record", "gồm"),
    ("personal", "cá nhân"),
    ("matches", "theo mẫu"),
    ("documents", "giấy tờ"),
    ("original", "bản chính"),
    ("copy", "bản sao"),
    ("roles", "vai trò"),
    ("outside", "ngoài cơ quan"),
    ("state", "trạng thái"),
    ("within", "trong"),
    ("initial", "ban đầu"),
    ("final", "kết thúc"),
    ("outcome", "kết quả"),
    ("entry", "khi vào"),
    ("exit", "khi rời"),
    ("call", "gọi"),
    ("in", "tại"),
    ("with", "với"),
    ("as", "thành"),
    ("parallel", "song song"),
    ("branch", "nhánh"),
    ("join", "hợp lại khi"),
    ("on", "khi"),
    ("always", "tự động"),
    ("after", "sau"),
    ("window", "chờ"),
    ("no answer within", "quá"),
    ("from", "từ"),
    ("when", "nếu"),
    ("by", "do"),
    ("needs", "cần"),
    ("basis", "căn cứ"),
    ("once", "một lần"),
    ("otherwise", "còn lại"),
    ("issue", "cấp"),
    ("notify", "báo"),
    ("do", "thực hiện"),
    ("head of", "trưởng của"),
    ("holder", "người_giữ"),
    ("timer", "hẹn giờ"),
    ("of", "của"),
    ("and", "và"),
    ("clock", "thời hạn"),
    ("limit", "hạn"),
    ("runs from", "tính từ"),
    ("counted from", "kể từ"),
    ("until", "đến"),
    ("suspends", "tạm dừng"),
    ("in", "ở"),
    ("restarts", "tính lại"),
    ("extends", "gia hạn"),
    ("reappoints", "hẹn lại"),
    ("escalate", "nhắc việc"),
    ("at … %", "đã dùng"),
    ("when due", "khi đến hạn"),
    ("every", "mỗi"),
    ("before due", "trước hạn"),
    ("after due", "quá hạn"),
    ("reassign to", "giao lại cho"),
    ("organisation", "tổ chức"),
    ("unit", "đơn vị"),
    ("office", "phòng"),
    ("head", "trưởng"),
    ("officers", "cán bộ"),
    ("bind", "giao vai trò"),
    ("calendar", "lịch"),
    ("over", "dựa trên"),
    ("zone", "múi giờ"),
    ("covers", "áp dụng từ"),
    ("announced", "đã công bố"),
    ("cutoff", "giờ chốt"),
    ("week", "tuần"),
    ("substitute next working day", "nghỉ bù vào ngày làm việc tiếp theo"),
    ("off", "nghỉ"),
    ("worked", "làm bù"),
    ("sessions", "buổi"),
    ("test", "kiểm thử"),
    ("setup", "chuẩn bị"),
    ("given", "đã có"),
    ("examples", "ví dụ"),
    ("advance", "chuyển thời gian"),
    ("expect", "kiểm tra"),
    ("refused", "bị từ chối"),
    ("correct", "đính chính"),
    ("void", "bỏ"),
    ("migrate", "chuyển sang"),
    ("recount", "tính lại theo lịch"),
];

/// Returns whether what a rule matches is a fixed word.
pub(crate) fn is_keyword(kind: Kind) -> bool {
    KEYWORDS.iter().any(|(of, ..)| *of == kind)
}

/// Returns the English word for what a rule matched in some spelling, if it is a fixed one.
pub(crate) fn keyword(kind: Kind, written: &str, spelling: Spelling) -> Option<&'static str> {
    let words = || KEYWORDS.iter().filter(|(of, ..)| *of == kind);
    match spelling {
        Spelling::English => {
            let is_unit = matches!(kind, Kind::unit_word | Kind::day_word);
            let stem = if is_unit { written.trim_end_matches('s') } else { written };
            words().find(|(_, english, _)| *english == stem).map(|(_, english, _)| *english)
        }
        Spelling::Vietnamese => {
            words().next()?;
            let phrase = canonical(written);
            words().find(|(.., vietnamese)| *vietnamese == phrase).map(|(_, english, _)| *english)
        }
    }
}

/// Returns a fixed word of the English spelling as it is in the other one.
pub(crate) fn counterpart(kind: Kind, english: &str) -> Option<&'static str> {
    KEYWORDS.iter().find(|(of, own, _)| *of == kind && *own == english).map(|(.., vietnamese)| *vietnamese)
}

/// Returns what a word or a phrase of one spelling is in the other, if it begins something there.
pub(crate) fn other(word: &str, spelling: Spelling) -> Option<&'static str> {
    match spelling {
        Spelling::English => BEGINNINGS
            .iter()
            .find(|(english, _)| *english == word || english.split(' ').next() == Some(word) && is_english(word))
            .map(|(_, vietnamese)| *vietnamese),
        Spelling::Vietnamese => {
            BEGINNINGS.iter().find(|(_, vietnamese)| *vietnamese == word).map(|(english, _)| *english)
        }
    }
}

/// Returns some words for ways of choosing, and after them what they are in Vietnamese.
pub(crate) fn chosen(words: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    words.iter().copied().chain(words.iter().filter_map(|word| counterpart(Kind::chosen, word)))
}

/// Returns the words for simple types in both spellings.
pub(crate) fn types() -> impl Iterator<Item = &'static str> {
    let types = || KEYWORDS.iter().filter(|(kind, ..)| *kind == Kind::plain_word);
    types().map(|(_, english, _)| *english).chain(types().map(|(.., vietnamese)| *vietnamese))
}

/// Returns all words that say the same in both spellings.
pub(super) fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    BEGINNINGS.into_iter().chain(keywords().map(|(_, english, vietnamese)| (english, vietnamese)))
}

/// Returns the rules whose whole text is a fixed word, with their English and Vietnamese words.
pub(crate) fn keywords() -> impl Iterator<Item = (Kind, &'static str, &'static str)> {
    KEYWORDS.into_iter()
}

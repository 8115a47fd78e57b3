//! The names that the language gives: what scripts may read and call, and the command that opens a dossier.

use super::Spelling;
use crate::parse::tree::Kind;

/// The command that opens a dossier, in both spellings.
pub(crate) const OPEN: [&str; 2] = ["open", "mở_hồ_sơ"];

/// All papers of a dossier, in both spellings.
const PAPERS: [&str; 2] = ["documents", "giấy_tờ"];

type Names = &'static [(&'static str, &'static str)];

/// What a script reads from.
pub(super) const ROOTS: Names = &[
    ("data", "dữ_liệu"),
    ("documents", "giấy_tờ"),
    ("first", "lần_đầu"),
    ("latest", "lần_cuối"),
    ("clock", "thời_hạn"),
    ("arg", "kèm_theo"),
    ("now", "bây_giờ"),
    ("dossier", "hồ_sơ"),
];
pub(super) const DOCUMENTS: Names = &[("complete", "đủ"), ("missing", "thiếu")];
pub(super) const EVENTS: Names = &[(OPEN[0], OPEN[1])];
pub(super) const CLOCK: Names = &[
    ("overdue", "quá_hạn"),
    ("suspended", "đang_tạm_dừng"),
    ("running", "đang_tính"),
    ("ended", "đã_xong"),
    ("due", "hạn"),
];
pub(super) const DOSSIER: Names = &[("id", "mã"), ("unit", "đơn_vị"), ("outcome", "kết_quả")];
pub(super) const ANSWER: Names = &[("outcome", "kết_quả")];

/// What a script calls.
pub(super) const FUNCTIONS: Names = &[
    ("date", "ngày"),
    ("day_of", "ngày_của"),
    ("year", "năm"),
    ("month", "tháng"),
    ("day", "ngày_trong_tháng"),
    ("days_between", "số_ngày_giữa"),
    ("hours_between", "số_giờ_giữa"),
    ("minutes_between", "số_phút_giữa"),
    ("months_between", "số_tháng_giữa"),
    ("years_between", "số_năm_giữa"),
    ("working_days_between", "số_ngày_làm_việc_giữa"),
    ("add_days", "cộng_ngày"),
    ("add_months", "cộng_tháng"),
    ("first_of_month", "ngày_đầu_tháng"),
    ("fifteenth_of_month", "ngày_mười_lăm"),
    ("last_of_month", "ngày_cuối_tháng"),
    ("is_absent", "không_có"),
    ("notify", "báo"),
    ("issue", "cấp"),
    ("log", "ghi_nhật_ký"),
    ("days", "số_ngày"),
    ("weeks", "số_tuần"),
    ("months", "số_tháng"),
    ("years", "số_năm"),
    ("working_days", "số_ngày_làm_việc"),
    ("abs", "trị_tuyệt_đối"),
    ("min", "nhỏ_nhất"),
    ("max", "lớn_nhất"),
    ("len", "độ_dài"),
    ("contains", "chứa"),
    ("starts_with", "bắt_đầu_bằng"),
    ("ends_with", "kết_thúc_bằng"),
    ("to_upper", "viết_hoa"),
    ("to_lower", "viết_thường"),
    ("trim", "bỏ_khoảng_trắng"),
    ("sub_string", "đoạn_chữ"),
    ("round", "làm_tròn"),
    ("round_up", "làm_tròn_lên"),
    ("round_down", "làm_tròn_xuống"),
    ("round_half_up", "làm_tròn_nửa_lên"),
    ("round_half_down", "làm_tròn_nửa_xuống"),
    ("round_half_even", "làm_tròn_nửa_chẵn"),
    ("quotient", "thương_nguyên"),
    ("floor", "phần_nguyên"),
    ("ceiling", "nguyên_trên"),
    ("to_string", "thành_chữ"),
    ("to_int", "thành_số_nguyên"),
    ("to_decimal", "thành_số_thập_phân"),
    ("parse_int", "đọc_số_nguyên"),
    ("parse_decimal", "đọc_số_thập_phân"),
    ("push", "thêm"),
    ("range", "dãy"),
    ("keys", "các_tên"),
    ("values", "các_giá_trị"),
    ("type_of", "kiểu_của"),
    ("filter", "lọc"),
    ("map", "đổi_thành"),
    ("some", "có_mục"),
    ("all", "mọi_mục"),
    ("find", "tìm"),
    ("index_of", "vị_trí"),
    ("is_empty", "rỗng"),
];

/// Returns what a name of a list is in a spelling.
pub(super) fn respell(names: Names, written: &str, to: Spelling) -> Option<&'static str> {
    let turned = |(english, vietnamese): &(&'static str, &'static str)| match to {
        Spelling::English => (*vietnamese, *english),
        Spelling::Vietnamese => (*english, *vietnamese),
    };
    names.iter().map(turned).find(|(from, _)| *from == written).map(|(_, to)| to)
}

/// Returns all names of scripts, in English and in Vietnamese.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    [ROOTS, DOCUMENTS, EVENTS, CLOCK, DOSSIER, FUNCTIONS].into_iter().flatten().copied()
}

/// Returns some English names, and after them their Vietnamese spellings.
pub(crate) fn both<'n>(names: impl Iterator<Item = &'n str> + Clone) -> impl Iterator<Item = &'n str> {
    let lists = [ROOTS, DOCUMENTS, CLOCK, DOSSIER, FUNCTIONS];
    let respelt = move |name| lists.iter().find_map(|list| respell(list, name, Spelling::Vietnamese));
    names.clone().chain(names.filter_map(respelt))
}

/// Returns whether a bare name is read as something else where it stands: it needs backticks there.
pub(crate) fn collides(parent: Kind, name: &str, spelling: Spelling) -> bool {
    match spelling {
        Spelling::English => matches!(
            (parent, name),
            (Kind::notify | Kind::head_of, "holder")
                | (Kind::is_notified, "holder" | "nobody")
                | (Kind::test_step, "expect" | "given" | "advance" | "examples" | "correct" | "migrate" | "recount")
                | (Kind::brought | Kind::list_value | Kind::field_is | Kind::from, "any")
                | (Kind::event, "first" | "latest")
                | (Kind::on, "outcome")
                | (Kind::outcomes, "otherwise")
                | (Kind::field, "personal")
                | (Kind::document, "original" | "copy" | "when")
                | (Kind::role, "outside" | "was")
        ),
        Spelling::Vietnamese => match name {
            "người_giữ" => matches!(parent, Kind::notify | Kind::head_of | Kind::is_notified),
            "nếu" => parent == Kind::document,
            _ => given(parent).is_some_and(|[_, vietnamese]| name == vietnamese),
        },
    }
}

/// Returns the name that the language gives among those of the author's in a rule, in both spellings: the command that opens
/// a dossier, and the papers that a command brings.
pub(crate) fn given(parent: Kind) -> Option<[&'static str; 2]> {
    match parent {
        Kind::on
        | Kind::event
        | Kind::runs_from
        | Kind::until
        | Kind::on_events
        | Kind::window_for
        | Kind::four_eyes
        | Kind::test_step
        | Kind::commands => Some(OPEN),
        Kind::need | Kind::passed | Kind::brought => Some(PAPERS),
        _ => None,
    }
}

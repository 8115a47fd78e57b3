//! The words that a picture itself says, in both spellings of the language.

use super::drawing::{EdgeKind, Spelling};

/// The fixed words of a picture.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) command: &'static str,
    pub(super) automatic: &'static str,
    pub(super) timed: &'static str,
    pub(super) silence: &'static str,
    pub(super) final_state: &'static str,
    pub(super) limit: &'static str,
    pub(super) stays: &'static str,
    pub(super) from_any: &'static str,
    pub(super) outcomes: &'static str,
    pub(super) no_holder: &'static str,
    pub(super) all_states: &'static str,
    pub(super) clocks: &'static str,
    pub(super) timers: &'static str,
    pub(super) runs_from: &'static str,
    pub(super) until: &'static str,
    pub(super) by: &'static str,
    pub(super) more: &'static str,
    pub(super) legend: &'static str,
    pub(super) plain: &'static str,
    pub(super) layered: &'static str,
    pub(super) close: &'static str,
    pub(super) in_any: &'static str,
}

const ENGLISH: Words = Words {
    command: "command",
    automatic: "automatic",
    timed: "after a term",
    silence: "silence decides",
    final_state: "final state",
    limit: "term of the state",
    stays: "state is kept",
    from_any: "from any",
    outcomes: "Final states",
    no_holder: "Held by nobody",
    all_states: "All states",
    clocks: "Clocks",
    timers: "Timers",
    runs_from: "from",
    until: "until",
    by: "by",
    more: "more",
    legend: "Legend",
    plain: "States on a plain grid, nearest to the start first; too many to group by role or to order against crossings.",
    layered: "States grouped by the role that holds them; the procedure goes from left to right.",
    close: "The procedure goes from left to right, and on below; each box says which role holds the state.",
    in_any: "In any state",
};

const VIETNAMESE: Words = Words {
    command: "hành động",
    automatic: "tự động",
    timed: "quá thời gian",
    silence: "im lặng là quyết định",
    final_state: "trạng thái kết thúc",
    limit: "thời hạn của bước",
    stays: "giữ nguyên trạng thái",
    from_any: "từ mọi bước",
    outcomes: "Kết thúc",
    no_holder: "Không ai giữ",
    all_states: "Mọi trạng thái",
    clocks: "Thời hạn",
    timers: "Hẹn giờ",
    runs_from: "tính từ",
    until: "đến",
    by: "do",
    more: "nữa",
    legend: "Chú giải",
    plain: "Các trạng thái xếp theo lưới, gần điểm đầu trước; quá nhiều để chia theo vai trò.",
    layered: "Các trạng thái xếp theo vai trò giữ hồ sơ; thủ tục đi từ trái sang phải.",
    close: "Thủ tục đi từ trái sang phải, rồi tiếp ở dưới; mỗi ô ghi vai trò giữ hồ sơ.",
    in_any: "Ở mọi bước",
};

impl Words {
    /// The words of one spelling.
    pub(super) fn of(spelling: Spelling) -> &'static Self {
        match spelling {
            Spelling::English => &ENGLISH,
            Spelling::Vietnamese => &VIETNAMESE,
        }
    }

    /// What the legend calls a kind of transition.
    pub(super) fn kind(&self, kind: EdgeKind) -> &'static str {
        match kind {
            EdgeKind::Command => self.command,
            EdgeKind::Automatic => self.automatic,
            EdgeKind::Timed => self.timed,
            EdgeKind::Silence => self.silence,
        }
    }
}

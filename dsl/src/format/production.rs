//! How every construct is spelt: one line for each rule of the grammar.
//!
//! Each has its English and its Vietnamese spelling. A spelling is words with places for the parts of the construct:
//!
//! | place | stands for |
//! | --- | --- |
//! | `$` | the next part |
//! | `$?` | the next part, if it is a text |
//! | `$,` | the next parts that are alike, with commas |
//! | `$.` | the next part, whose clauses become those of the whole |
//! | `$*` | all other parts: the clauses |
//! | `[ … ]` | said only while parts are left |
//! | `@code`, `@table` | a block of rhai, the rows of a table |
//! | `?word` | said unless the limit that follows says it: the same working day |
//! | `{}`, `{?}` | the members; `{?}` where a construct without members has no braces |
//! | `\|` | a column ends here |
//!
//! `~` before a word or a place glues it to what stands before. A rule without a line here does not compile.

use crate::parse::tree::Kind;
use crate::spelling::Spelling;

/// How what a rule matched is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelt {
    /// In these words: the English and the Vietnamese spelling.
    As(&'static str, &'static str),
    /// As it was written: names, texts, numbers, and words that stand for themselves.
    Written,
    /// As it was written; it is rhai.
    Code,
    /// A unit of time, in the plural unless one is counted.
    Unit,
    /// Never: the rule leaves no node of its own in the tree of a file.
    Never,
}

impl Spelt {
    /// Returns the words of a spelling, for a rule that has any.
    pub(super) fn words(self, spelling: Spelling) -> Option<&'static str> {
        match (self, spelling) {
            (Self::As(words, _), Spelling::English) | (Self::As(_, words), Spelling::Vietnamese) => Some(words),
            _ => None,
        }
    }
}

/// The same in both spellings.
const fn alike(words: &'static str) -> Spelt {
    Spelt::As(words, words)
}

/// Returns how what a rule matched is written.
#[expect(clippy::too_many_lines, reason = "one line for each rule")]
#[expect(clippy::match_same_arms, reason = "in the order of the grammar")]
pub(super) fn spelt(kind: Kind) -> Spelt {
    use Spelt::{As, Code, Never, Unit, Written};
    match kind {
        // files
        Kind::uses => As("use $ | $", "dùng $ | $"),
        Kind::script_item => As("script $ @code", "hàm $ @code"),
        Kind::table_item => As("table $ ~( ~$, ~) -> $ $ @table", "bảng $ ~( ~$, ~) -> $ $ @table"),
        Kind::parameter | Kind::field | Kind::need => alike("$ | $*"),
        Kind::one_of_here | Kind::one_of => As("one of $,", "một trong $,"),

        // procedures
        Kind::procedure => As("procedure $ $* {}", "thủ tục $ $* {}"),
        Kind::text_line => alike("$ | $"),
        Kind::named_line => alike("$ | $ $*"),
        Kind::level => As("level | $", "cấp thực hiện | $"),
        Kind::version => As("version | $ $*", "phiên bản | $ $*"),
        Kind::effective => As("effective $", "hiệu lực từ $"),
        Kind::version_until | Kind::announced_until | Kind::week_until | Kind::until_year => As("until $", "đến $"),
        Kind::fee => As("fee | $", "phí | $"),
        Kind::copies => As("copies | $", "số bộ | $"),
        Kind::script => As("script @code", "hàm @code"),
        Kind::backdates => As("backdates at most $ $*", "ghi lùi không quá $ $*"),
        Kind::corrects => As("corrects at most $ $*", "đính chính không quá $ $*"),
        Kind::with_reason => As("with reason", "nêu lý do"),

        Kind::four_eyes => As("four eyes $, $*", "không cùng người $, $*"),
        Kind::publish => As("publish | $", "mức công bố | $"),
        Kind::accepts => As("accepts $ because $", "chấp nhận $ vì $"),
        Kind::was => As("was $", "trước là $"),
        Kind::moves => As("moves from version $ {}", "chuyển từ phiên bản $ {}"),
        Kind::move_state => alike("$ -> $"),
        Kind::move_clock => As("clock $ $", "thời hạn $ $"),

        Kind::data => As("data {}", "dữ liệu {}"),
        Kind::list_of => alike("$*"),
        Kind::list => As("list of", "danh sách"),
        Kind::record => As("record {}", "gồm {}"),
        Kind::money => As("money $", "tiền $"),
        Kind::plain_type | Kind::known_plain => alike("$"),
        Kind::range => As("in $ ~.. ~$", "từ $ đến $"),
        Kind::optional => alike("?"),
        Kind::personal => As("personal", "cá nhân"),
        Kind::default => alike("= $"),
        Kind::matches => As("matches $", "theo mẫu $"),

        Kind::documents => As("documents {}", "giấy tờ {}"),
        Kind::document | Kind::role => alike("$ $*"),
        Kind::original => As("original [ $ ]", "bản chính [ $ ]"),
        Kind::copy => As("copy [ $ ]", "bản sao [ $ ]"),
        Kind::roles => As("roles {}", "vai trò {}"),
        Kind::outside => As("outside", "ngoài cơ quan"),

        // states and transitions
        Kind::state => As("state $ $* {?}", "trạng thái $ $* {?}"),
        Kind::within => As("within $", "?trong $"),
        Kind::outcome => As("outcome $", "kết quả $"),
        Kind::entry => As("entry $*", "khi vào $*"),
        Kind::exit => As("exit $*", "khi rời $*"),
        Kind::parallel => As("parallel $ $* {}", "song song $ $* {}"),
        Kind::branch => As("branch $ $* {}", "nhánh $ $* {}"),
        Kind::join => As("join $ $*", "hợp lại khi $ $*"),
        Kind::join_all => As("all", "tất cả xong"),
        Kind::join_any => As("any", "một nhánh xong"),
        Kind::join_of => As("$ of $", "$ trong $ xong"),

        Kind::call => As("call $ $*", "gọi $ $*"),
        Kind::call_in => As("in $", "tại $"),
        Kind::unit_of => As("the unit of $", "đơn vị của $"),
        Kind::call_with => As("with $,", "với $,"),
        Kind::passed => As("$ [ as $ ]", "$ [ thành $ ]"),
        Kind::counts => As("counts $", "$"),
        Kind::on_outcome => As("on $ $ $*", "khi $ $ $*"),
        Kind::outcomes => alike("$,"),

        Kind::on => As("on $ $*", "khi $ $*"),
        Kind::always => alike("$ $*"),
        Kind::after => As("after $ $*", "sau $ $*"),
        Kind::window => As("window $ for $ $*", "chờ $ để $ $*"),
        Kind::window_for | Kind::bind_roles => alike("$,"),
        Kind::window_otherwise => As("otherwise", ", nếu không"),
        Kind::silence => As("$ answer within $ means $ $*", "$ $ không trả lời coi như $ $*"),
        Kind::told_before => As(", announced $ before", ", báo trước $"),
        Kind::from => As("from $, $.", "từ $, $."),
        Kind::target => alike("-> $"),
        Kind::when => As("when $", "nếu $"),
        Kind::by | Kind::granted_by => As("by $,", "do $,"),
        Kind::needs => As("needs $,", "cần $,"),
        Kind::basis => As("basis | $", "căn cứ | $"),
        Kind::once => As("once", "một lần"),
        Kind::issue => As("issue $", "cấp $"),
        Kind::notify => As("notify $, $?", "báo $, $?"),
        Kind::do_block => As("do @code", "thực hiện @code"),
        Kind::head_of => As("head of $", "trưởng của $"),
        Kind::timer => As("timer $ $? $ after $ $*", "hẹn giờ $ $? $ kể từ $ $*"),
        Kind::on_last_day => As(", on the last day", ", vào ngày cuối cùng"),
        Kind::from_states => As("from $,", "từ $,"),

        // terms
        Kind::term | Kind::length_of | Kind::data_length | Kind::event => alike("$ $*"),
        Kind::until_date => As("until $", "đến $"),
        Kind::same_day => {
            As("same working day [ , after $ the next ]", "trong ngày làm việc [ , sau $ sang ngày sau ]")
        }
        Kind::data_field => As("data ~. ~$", "dữ_liệu ~. ~$"),
        Kind::of => As("of $", "của $"),
        Kind::at_close => As(", at close", ", đến hết giờ làm việc"),
        Kind::at_midnight => As(", at 24:00", ", đến 24:00"),
        Kind::at_opening => As(", at opening", ", đến đầu giờ làm việc"),
        Kind::at_same_time => As(", at the same time of day", ", đến cùng giờ trong ngày"),
        Kind::first_day_counts => As(", first day counts", ", tính cả ngày đầu"),
        Kind::first_day_not_counted => As(", first day not counted", ", không tính ngày đầu"),
        Kind::from_next_day => As(", from the next day", ", từ ngày tiếp theo"),
        Kind::no_roll => As(", no roll", ", không dời ngày"),
        Kind::roll_forward => As(", roll forward", ", dời về sau"),
        Kind::roll_backward => As(", roll backward", ", dời về trước"),
        Kind::months_as_30 => As(", months as 30 days", ", tháng tính 30 ngày"),
        Kind::month_end_last => As(", month end last day", ", cuối tháng lấy ngày cuối"),
        Kind::month_end_next => As(", month end next month's first day", ", cuối tháng lấy ngày đầu tháng sau"),
        Kind::earlier => As("the earlier of $ [ and $ ]", "mốc sớm hơn giữa $ [ và $ ]"),
        Kind::later => As("the later of $ [ and $ ]", "mốc muộn hơn giữa $ [ và $ ]"),
        Kind::data_anchor => alike("$"),

        // clocks
        Kind::clock => As("clock $ $* {}", "thời hạn $ $* {}"),
        Kind::limit => As("limit | $.", "hạn | $."),
        Kind::other_case => As("otherwise | $.", "còn lại | $."),
        Kind::limit_case => alike("$ $*"),
        Kind::runs => As("runs | $ $*", "tính từ | $ $*"),
        Kind::runs_from => As("from $,", "$,"),
        Kind::counted => As("counted from $", "kể từ $"),
        Kind::until => As("until $,", "đến $,"),
        Kind::suspends => As("suspends | $ $*", "tạm dừng | $ $*"),
        Kind::in_states => As("in $,", "ở $,"),
        Kind::on_events => As("on $,", "khi $,"),
        Kind::both_edges => As("counting both edges", "tính cả hai đầu"),
        Kind::asking_day => As("counting the asking day", "tính ngày yêu cầu"),
        Kind::restarts => As("restarts | $ $*", "tính lại | $ $*"),
        Kind::extends => As("extends | $ by at most $ $*", "gia hạn | $ , không quá $ $*"),
        Kind::in_total => As(", at most $ in total", ", tổng cộng không quá $"),
        Kind::agreement => As(", more by written agreement", ", thêm khi đồng ý bằng văn bản"),
        Kind::reappoints => As("reappoints | $ $*", "hẹn lại | $ $*"),
        Kind::at_latest => As(", at latest $ before due", ", chậm nhất trước hạn $"),
        Kind::twice => As("twice", "hai lần"),
        Kind::many => As("$ times", "$ lần"),

        Kind::escalate => As("escalate {}", "nhắc việc {}"),
        Kind::rung => alike("$ | $*"),
        Kind::share => As("at $", "đã dùng $"),
        Kind::when_due => As("when due", "khi đến hạn"),
        Kind::every => As("every $ overdue", "mỗi $ quá hạn"),
        Kind::before_due => As("$ before due", "trước hạn $"),
        Kind::after_due => As("$ after due", "quá hạn $"),
        Kind::at_most => As(", at most $ times", ", tối đa $ lần"),
        Kind::acknowledged => As("until acknowledged [ $ ]", "đến khi xác nhận [ $ ]"),
        Kind::reassign => As("reassign to $", "giao lại cho $"),
        Kind::take => As("take $", "thực hiện $"),

        // organisations
        Kind::organisation => As("organisation $ $* {}", "tổ chức $ $* {}"),
        Kind::unit => As("unit $ $* {?}", "đơn vị $ $* {?}"),
        Kind::unit_level => As("level $", "cấp $"),
        Kind::unit_calendar => As("calendar $", "lịch $"),
        Kind::office => As("office $ | $* {?}", "phòng $ | $* {?}"),
        Kind::head => As("head $ $*", "trưởng $ $*"),
        Kind::officers => As("officers $,", "cán bộ $,"),
        Kind::bind => As("bind $ | to $ [ ~. ~$ ]", "giao vai trò $ | cho $ [ ~. ~$ ]"),

        // calendars
        Kind::calendar => As("calendar $ $* {}", "lịch $ $* {}"),
        Kind::over => As("over $", "dựa trên $"),
        Kind::zone => As("zone | $", "múi giờ | $"),
        Kind::covers => As("covers | $ to $", "áp dụng từ | $ đến $"),
        Kind::announced => As("announced | $ [ to $ ]", "đã công bố | $ [ đến $ ]"),
        Kind::cutoff => As("cutoff | $", "giờ chốt | $"),
        Kind::week => As("week | $, $, $*", "tuần | $, $, $*"),
        Kind::week_from | Kind::from_year => As("from $", "từ $"),
        Kind::days => As("$ [ ~- ~$ ]", "$ [ đến $ ]"),
        Kind::session => alike("$ [ ~- ~$ ]"),
        Kind::substitute => As("substitute next working day $*", "nghỉ bù vào ngày làm việc tiếp theo $*"),
        Kind::off => As("off $ $*", "nghỉ $ $*"),
        Kind::off_run => As("$ [ to $ ]", "$ [ đến $ ]"),
        Kind::every_year => As("every $ [ to $ ]", "hằng năm $ [ đến $ ]"),
        Kind::year_day => alike("$*"),
        Kind::shift => alike("$ $ $"),
        Kind::last_day => As("last day", "ngày cuối năm"),
        Kind::rule_name => As("as $", "gọi là $"),
        Kind::instead => As("instead of $,", "thay cho $,"),
        Kind::worked => As("worked $ $*", "làm bù $ $*"),
        Kind::for_day => As("for $", "cho $"),
        Kind::sessions => As("sessions $,", "buổi $,"),

        // tests
        Kind::test_item => As("test $ $* {}", "kiểm thử $ $* {}"),
        Kind::setup_item => As("setup $ $* {}", "chuẩn bị $ $* {}"),
        Kind::test_for | Kind::to_called => As("for $", "cho $"),
        Kind::test_version => As("version $", "phiên bản $"),
        Kind::test_unit => As("in $", "tại $"),
        Kind::in_state => As("in $", "ở $"),
        Kind::any_of => As("in $", "trong $"),
        Kind::given => As("given $", "đã có $"),
        Kind::examples => As("examples @table", "ví dụ @table"),
        Kind::advance => As("advance $", "chuyển thời gian $"),
        Kind::advance_to => As("to $", "đến $"),
        Kind::until_due => As("until due $", "đến hạn $"),
        Kind::past_due => As("past due $", "qua hạn $"),
        Kind::moment | Kind::due_on | Kind::instant_value | Kind::expectation | Kind::any_value => alike("$ $*"),
        Kind::test_step => alike("$ $*"),
        Kind::correct => As("correct $*", "đính chính $*"),
        Kind::void => As("void $ [ and $ ]", "bỏ $ [ và $ ]"),
        Kind::in_place => As("instead $", "thay bằng $"),
        Kind::migrate => As("migrate to $ $*", "chuyển sang $ $*"),
        Kind::recount => As("recount on $ $*", "tính lại theo lịch $ $*"),
        Kind::by_whom => As("by $ $?", "do $ $?"),
        Kind::step_at => As("at $", "lúc $"),
        Kind::step_after => As("after $", "sau $"),
        Kind::told => As("told $", "ghi nhận lúc $"),
        Kind::refused => alike("$ $?"),
        Kind::bringing => As("with $,", "kèm $,"),
        Kind::brought => alike("$ [ = $ ]"),
        Kind::any_range => As("in $ ~.. ~$", "từ $ đến $"),
        Kind::row_value => As("row ~. ~$", "dòng ~. ~$"),
        Kind::record_value => alike("{ $, }"),
        Kind::expect => As("expect $,", "kiểm tra $,"),
        Kind::expect_not => As("not", "không"),
        Kind::is_state => As("state $ [ and $ ]", "trạng thái $ [ và $ ]"),
        Kind::is_in => As("in $", "đang ở $"),
        Kind::is_holder => As("holder $ [ and $ ]", "người giữ $ [ và $ ]"),
        Kind::is_due => As("due $ $ $*", "hạn $ $ $*"),
        Kind::is_promised => As("promised $ $", "hẹn trả $ $"),
        Kind::explained => As("because $", "vì $"),
        Kind::is_clock => alike("$ $"),
        Kind::on_time => As("on time", "xong đúng hạn"),
        Kind::is_used => As("used $ of $", "đã dùng $ của $"),
        Kind::is_issued => As("issued $", "đã cấp $"),
        Kind::is_notified => As("notified $ $?", "đã báo $ $?"),
        Kind::is_field => alike("$ $"),
        Kind::field_is => alike("= $"),
        Kind::field_absent => As("absent", "không có"),
        Kind::is_possible => As("possible $ $*", "được làm $ $*"),
        Kind::possible_by => As("by $ [ and $ ]", "do $ [ và $ ]"),
        Kind::is_only => As("only possible $", "chỉ được làm $"),
        Kind::commands => As("$ [ and $ ]", "$ [ và $ ]"),
        Kind::is_outcome => As("outcome $", "kết quả $"),

        Kind::name
        | Kind::path
        | Kind::text
        | Kind::int
        | Kind::amount
        | Kind::percent
        | Kind::year
        | Kind::date
        | Kind::month_day
        | Kind::time
        | Kind::bound
        | Kind::any_code
        | Kind::chosen
        | Kind::use_kind
        | Kind::text_key
        | Kind::named_key
        | Kind::plain_word
        | Kind::initial
        | Kind::r#final
        | Kind::always_word
        | Kind::carry
        | Kind::counts_how
        | Kind::outcome_word
        | Kind::no_word
        | Kind::tacit
        | Kind::any
        | Kind::otherwise_word
        | Kind::holder
        | Kind::working
        | Kind::which
        | Kind::weekday
        | Kind::before
        | Kind::later_than
        | Kind::lunar
        | Kind::off_kind
        | Kind::finding_id
        | Kind::day_time
        | Kind::number_value
        | Kind::any_word
        | Kind::refused_word
        | Kind::nobody
        | Kind::clock_word => Written,
        Kind::unit_word | Kind::day_word => Unit,
        Kind::expr | Kind::price | Kind::literal | Kind::code | Kind::list_value => Code,

        Kind::EOI
        | Kind::file
        | Kind::procedure_body
        | Kind::data_body
        | Kind::documents_body
        | Kind::roles_body
        | Kind::state_body
        | Kind::parallel_body
        | Kind::branch_body
        | Kind::clock_body
        | Kind::escalate_body
        | Kind::organisation_body
        | Kind::unit_body
        | Kind::office_body
        | Kind::calendar_body
        | Kind::s
        | Kind::b
        | Kind::comment
        | Kind::block_comment
        | Kind::n
        | Kind::names
        | Kind::p
        | Kind::paths
        | Kind::label
        | Kind::currency
        | Kind::currency_code
        | Kind::operand
        | Kind::primary
        | Kind::postfix
        | Kind::ident
        | Kind::number
        | Kind::operator
        | Kind::raw
        | Kind::plain
        | Kind::chunk
        | Kind::character
        | Kind::template
        | Kind::block
        | Kind::item
        | Kind::procedure_member
        | Kind::at_most_term
        | Kind::type_name
        | Kind::known_type
        | Kind::money_code
        | Kind::state_member
        | Kind::initial_word
        | Kind::final_word
        | Kind::parallel_member
        | Kind::branch_member
        | Kind::transition_word
        | Kind::after_command
        | Kind::clause
        | Kind::otherwise
        | Kind::action
        | Kind::recipient
        | Kind::holder_word
        | Kind::length
        | Kind::cutoff_time
        | Kind::unit_name
        | Kind::convention
        | Kind::anchor
        | Kind::single_anchor
        | Kind::clock_member
        | Kind::counting
        | Kind::most
        | Kind::times
        | Kind::rung_action
        | Kind::unit_member
        | Kind::office_member
        | Kind::calendar_member
        | Kind::session_list
        | Kind::substitute_word
        | Kind::test_head
        | Kind::test_body
        | Kind::test_member
        | Kind::test_value
        | Kind::test_cell
        | Kind::expected => Never,
    }
}

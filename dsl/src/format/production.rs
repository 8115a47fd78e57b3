//! How every construct is spelt: one line for each rule of the grammar.
//!
//! A spelling is words with places for the parts of the construct:
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
//! | `{}`, `{?}` | the members; `{?}` where a construct without members has no braces |
//! | `\|` | a column ends here |
//!
//! `~` before a word or a place glues it to what stands before. A rule without a line here does not compile.

use crate::parse::tree::Kind;

/// How what a rule matched is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelt {
    /// In these words.
    As(&'static str),
    /// As it was written: names, texts, numbers, and words that stand for themselves.
    Written,
    /// As it was written; it is rhai.
    Code,
    /// A unit of time, in the plural unless one is counted.
    Unit,
    /// Never: the rule leaves no node of its own in the tree of a file.
    Never,
}

/// Returns how what a rule matched is written.
#[expect(clippy::too_many_lines, reason = "one line for each rule")]
#[expect(clippy::match_same_arms, reason = "in the order of the grammar")]
pub(super) fn spelt(kind: Kind) -> Spelt {
    use Spelt::{As, Code, Never, Unit, Written};
    match kind {
        // files
        Kind::uses => As("use $ | $"),
        Kind::script_item => As("script $ @code"),
        Kind::table_item => As("table $ ~( ~$, ~) -> $ $ @table"),
        Kind::parameter | Kind::field | Kind::need => As("$ | $*"),
        Kind::one_of_here | Kind::one_of => As("one of $,"),

        // procedures
        Kind::procedure => As("procedure $ $* {}"),
        Kind::text_line => As("$ | $"),
        Kind::named_line => As("$ | $ $*"),
        Kind::level => As("level | $"),
        Kind::version => As("version | $ $*"),
        Kind::effective => As("effective $"),
        Kind::version_until | Kind::announced_until | Kind::week_until | Kind::until_year => As("until $"),
        Kind::fee => As("fee | $"),
        Kind::copies => As("copies | $"),
        Kind::script => As("script @code"),
        Kind::backdates => As("backdates at most $ $*"),
        Kind::corrects => As("corrects at most $ $*"),
        Kind::with_reason => As("with reason"),

        Kind::four_eyes => As("four eyes $, $*"),
        Kind::publish => As("publish | $"),
        Kind::was => As("was $"),
        Kind::moves => As("moves from version $ {}"),
        Kind::move_state => As("$ -> $"),
        Kind::move_clock => As("clock $ $"),

        Kind::data => As("data {}"),
        Kind::list_of => As("$*"),
        Kind::list => As("list of"),
        Kind::record => As("record {}"),
        Kind::money => As("money $"),
        Kind::plain_type | Kind::known_plain => As("$"),
        Kind::range => As("in $ ~.. ~$"),
        Kind::optional => As("?"),
        Kind::personal => As("personal"),
        Kind::default => As("= $"),
        Kind::matches => As("matches $"),

        Kind::documents => As("documents {}"),
        Kind::document | Kind::role => As("$ $*"),
        Kind::original => As("original [ $ ]"),
        Kind::copy => As("copy [ $ ]"),
        Kind::roles => As("roles {}"),
        Kind::outside => As("outside"),

        // states and transitions
        Kind::state => As("state $ $* {?}"),
        Kind::within => As("within $"),
        Kind::outcome => As("outcome $"),
        Kind::entry => As("entry $*"),
        Kind::exit => As("exit $*"),
        Kind::parallel => As("parallel $ $* {}"),
        Kind::branch => As("branch $ $* {}"),
        Kind::join => As("join $ $*"),
        Kind::join_all => As("all"),
        Kind::join_any => As("any"),
        Kind::join_of => As("$ of $"),

        Kind::call => As("call $ $*"),
        Kind::call_in => As("in $"),
        Kind::unit_of => As("the unit of $"),
        Kind::call_with => As("with $,"),
        Kind::passed => As("$ [ as $ ]"),
        Kind::counts => As("counts $"),
        Kind::on_outcome => As("on $ $ $*"),
        Kind::outcomes => As("$,"),

        Kind::on => As("on $ $*"),
        Kind::always => As("$ $*"),
        Kind::after => As("after $ $*"),
        Kind::window => As("window $ for $ $*"),
        Kind::window_for | Kind::bind_roles => As("$,"),
        Kind::window_otherwise => As("otherwise"),
        Kind::silence => As("$ answer within $ means $ $*"),
        Kind::told_before => As(", announced $ before"),
        Kind::from => As("from $, $."),
        Kind::target => As("-> $"),
        Kind::when => As("when $"),
        Kind::by | Kind::granted_by => As("by $,"),
        Kind::needs => As("needs $,"),
        Kind::basis => As("basis | $"),
        Kind::once => As("once"),
        Kind::issue => As("issue $"),
        Kind::notify => As("notify $, $?"),
        Kind::do_block => As("do @code"),
        Kind::head_of => As("head of $"),
        Kind::timer => As("timer $ $? $ after $ $*"),
        Kind::on_last_day => As(", on the last day"),
        Kind::from_states => As("from $,"),

        // terms
        Kind::term | Kind::length_of | Kind::data_length | Kind::event => As("$ $*"),
        Kind::until_date => As("until $"),
        Kind::same_day => As("same working day [ , after $ the next ]"),
        Kind::data_field => As("data ~. ~$"),
        Kind::of => As("of $"),
        Kind::at_close => As(", at close"),
        Kind::at_midnight => As(", at 24:00"),
        Kind::at_opening => As(", at opening"),
        Kind::at_same_time => As(", at the same time of day"),
        Kind::first_day_counts => As(", first day counts"),
        Kind::first_day_not_counted => As(", first day not counted"),
        Kind::from_next_day => As(", from the next day"),
        Kind::no_roll => As(", no roll"),
        Kind::roll_forward => As(", roll forward"),
        Kind::roll_backward => As(", roll backward"),
        Kind::months_as_30 => As(", months as 30 days"),
        Kind::month_end_last => As(", month end last day"),
        Kind::month_end_next => As(", month end next month's first day"),
        Kind::earlier => As("the earlier of $ [ and $ ]"),
        Kind::later => As("the later of $ [ and $ ]"),
        Kind::data_anchor => As("$"),

        // clocks
        Kind::clock => As("clock $ $* {}"),
        Kind::limit => As("limit | $."),
        Kind::other_case => As("otherwise | $."),
        Kind::limit_case => As("$ $*"),
        Kind::runs => As("runs | $ $*"),
        Kind::runs_from => As("from $,"),
        Kind::counted => As("counted from $"),
        Kind::until => As("until $,"),
        Kind::suspends => As("suspends | $ $*"),
        Kind::in_states => As("in $,"),
        Kind::on_events => As("on $,"),
        Kind::both_edges => As("counting both edges"),
        Kind::asking_day => As("counting the asking day"),
        Kind::restarts => As("restarts | $ $*"),
        Kind::extends => As("extends | $ by at most $ $*"),
        Kind::in_total => As(", at most $ in total"),
        Kind::agreement => As(", more by written agreement"),
        Kind::reappoints => As("reappoints | $ $*"),
        Kind::at_latest => As(", at latest $ before due"),
        Kind::twice => As("twice"),
        Kind::many => As("$ times"),

        Kind::escalate => As("escalate {}"),
        Kind::rung => As("$ | $*"),
        Kind::share => As("at $"),
        Kind::when_due => As("when due"),
        Kind::every => As("every $ overdue"),
        Kind::before_due => As("$ before due"),
        Kind::after_due => As("$ after due"),
        Kind::at_most => As(", at most $ times"),
        Kind::acknowledged => As("until acknowledged [ $ ]"),
        Kind::reassign => As("reassign to $"),
        Kind::take => As("take $"),

        // organisations
        Kind::organisation => As("organisation $ $* {}"),
        Kind::unit => As("unit $ $* {?}"),
        Kind::unit_level => As("level $"),
        Kind::unit_calendar => As("calendar $"),
        Kind::office => As("office $ | $* {?}"),
        Kind::head => As("head $ $*"),
        Kind::officers => As("officers $,"),
        Kind::bind => As("bind $ | to $ [ ~. ~$ ]"),

        // calendars
        Kind::calendar => As("calendar $ $* {}"),
        Kind::over => As("over $"),
        Kind::zone => As("zone | $"),
        Kind::covers => As("covers | $ to $"),
        Kind::announced => As("announced | $ [ to $ ]"),
        Kind::cutoff => As("cutoff | $"),
        Kind::week => As("week | $, $, $*"),
        Kind::week_from | Kind::from_year => As("from $"),
        Kind::days | Kind::session => As("$ [ ~- ~$ ]"),
        Kind::substitute => As("substitute next working day $*"),
        Kind::off => As("off $ $*"),
        Kind::off_run => As("$ [ to $ ]"),
        Kind::every_year => As("every $ [ to $ ]"),
        Kind::year_day => As("$*"),
        Kind::shift => As("$ $ $"),
        Kind::last_day => As("last day"),
        Kind::rule_name => As("as $"),
        Kind::instead => As("instead of $,"),
        Kind::worked => As("worked $ $*"),
        Kind::for_day => As("for $"),
        Kind::sessions => As("sessions $,"),

        // tests
        Kind::test_item => As("test $ $* {}"),
        Kind::setup_item => As("setup $ $* {}"),
        Kind::test_for | Kind::to_called => As("for $"),
        Kind::test_version => As("version $"),
        Kind::test_unit | Kind::in_state | Kind::any_of => As("in $"),
        Kind::given => As("given $"),
        Kind::examples => As("examples @table"),
        Kind::advance => As("advance $"),
        Kind::advance_to => As("to $"),
        Kind::until_due => As("until due $"),
        Kind::past_due => As("past due $"),
        Kind::moment | Kind::due_on | Kind::instant_value | Kind::expectation | Kind::any_value => As("$ $*"),
        Kind::test_step => As("$ $*"),
        Kind::by_whom => As("by $ $?"),
        Kind::step_at => As("at $"),
        Kind::step_after => As("after $"),
        Kind::told => As("told $"),
        Kind::refused => As("refused $?"),
        Kind::bringing => As("with $,"),
        Kind::brought => As("$ [ = $ ]"),
        Kind::any_range => As("in $ ~.. ~$"),
        Kind::row_value => As("row ~. ~$"),
        Kind::record_value => As("{ $, }"),
        Kind::expect => As("expect $,"),
        Kind::expect_not => As("not"),
        Kind::is_state => As("state $ [ and $ ]"),
        Kind::is_in => As("in $"),
        Kind::is_holder => As("holder $ [ and $ ]"),
        Kind::is_due => As("due $ $ $*"),
        Kind::is_promised => As("promised $ $"),
        Kind::explained => As("because $"),
        Kind::is_clock => As("$ $"),
        Kind::on_time => As("on time"),
        Kind::is_used => As("used $ of $"),
        Kind::is_issued => As("issued $"),
        Kind::is_notified => As("notified $ $?"),
        Kind::is_field => As("$ $"),
        Kind::field_is => As("= $"),
        Kind::field_absent => As("absent"),
        Kind::is_possible => As("possible $ $*"),
        Kind::possible_by => As("by $ [ and $ ]"),
        Kind::is_only => As("only possible $"),
        Kind::commands => As("$ [ and $ ]"),
        Kind::is_outcome => As("outcome $"),

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
        | Kind::day_time
        | Kind::number_value
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
        | Kind::text_run
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

//! Builds tests.

use motcua_engine::TimeOfDay;

use super::Builder;
use crate::diagnostic::Finding;
use crate::parse::tree::{Branch, Kind};
use crate::sentence::say;
use crate::syntax::{
    Act, Advance, Amend, Amendment, Bring, DueOn, Expect, Fact, Given, Moment, Named, Row, Standing, Test, TestName,
    TestStep, TestValue, Word,
};

impl<'t> Builder<'t> {
    pub(super) fn test(&mut self, branch: Branch<'t>) -> Option<Test> {
        let mut parts = branch.branches();
        let name = match parts.accept(Kind::text) {
            Some(text) => TestName::Test(self.quoted(text)),
            None => TestName::Setup(self.name(&mut parts)?),
        };
        let procedure = self.name_in(parts.accept(Kind::test_for)?)?;
        let span = self.whole(branch);
        let (version, unit, steps, examples) = (None, None, Vec::new(), None);
        let mut test = Test { name, procedure, version, unit, steps, examples, span };
        for part in parts {
            match part.kind() {
                Kind::test_version => {
                    let number = self.number_in(part).zip(part.branches().next().map(|part| self.span(part)));
                    self.once(&mut test.version, number, part);
                }
                Kind::test_unit => {
                    let unit = self.name_in(part);
                    self.once(&mut test.unit, unit, part);
                }
                _ => self.test_member(part, &mut test),
            }
        }
        Some(test)
    }

    pub(super) fn test_member(&mut self, branch: Branch<'t>, test: &mut Test) {
        match branch.kind() {
            Kind::examples => {
                let rows = branch.branches().next().map(|rows| self.written(rows));
                self.once(&mut test.examples, rows, branch);
            }
            _ => test.steps.extend(self.test_line(branch)),
        }
    }

    fn test_line(&mut self, branch: Branch<'t>) -> Option<TestStep> {
        let span = self.whole(branch);
        Some(match branch.kind() {
            Kind::given => TestStep::Given(self.name_in(branch)?),
            Kind::advance => {
                let how = branch.branches().next()?;
                let inner = how.branches().next();
                TestStep::Advance(
                    match how.kind() {
                        Kind::advance_to => Advance::To(self.moment(inner?)?),
                        Kind::until_due => Advance::UntilDue(self.name_in(how)?),
                        Kind::past_due => Advance::PastDue(self.name_in(how)?),
                        _ => Advance::By(self.term(how)?),
                    },
                    span,
                )
            }
            Kind::expect => {
                let expected = branch.branches().filter_map(|part| self.expectation(part)).collect();
                TestStep::Expect(expected, span)
            }
            Kind::correct | Kind::migrate | Kind::recount => TestStep::Amend(Box::new(self.amend(branch)?)),
            _ => TestStep::Act(Box::new(self.act(branch)?)),
        })
    }

    fn amend(&mut self, branch: Branch<'t>) -> Option<Amend> {
        let mut parts = branch.branches();
        let what = match branch.kind() {
            Kind::correct => Amendment::Correct { voids: Vec::new(), instead: Vec::new() },
            Kind::migrate => {
                let version = parts.next()?;
                let number = version.branches().next()?;
                Amendment::Migrate(self.number_in(version)?, self.span(number))
            }
            _ => Amendment::Recount(self.name(&mut parts)?),
        };
        let span = self.whole(branch);
        let (by, actor, at, after, because, refused) = (None, None, None, None, None, None);
        let mut amend = Amend { what, by, actor, at, after, because, refused, span };
        for part in parts {
            let mut inner = part.branches();
            match (part.kind(), &mut amend.what) {
                (Kind::by_whom, _) => {
                    let role = self.name(&mut inner);
                    self.once(&mut amend.by, role, part);
                    amend.actor = self.label(&mut inner);
                }
                (Kind::step_at, _) => {
                    let at = inner.next().and_then(|at| self.moment(at));
                    self.once(&mut amend.at, at, part);
                }
                (Kind::step_after, _) => {
                    let term = inner.next().and_then(|term| self.term(term));
                    self.once(&mut amend.after, term, part);
                }
                (Kind::explained, _) => {
                    let why = self.label(&mut inner);
                    self.once(&mut amend.because, why, part);
                }
                (Kind::refused, _) => {
                    let word = self.span(inner.next()?);
                    let why = self.label(&mut inner);
                    self.once(&mut amend.refused, Some((word, why)), part);
                }
                (Kind::void, Amendment::Correct { voids, .. }) => {
                    let names = self.names(part);
                    self.fill(voids, names, part);
                }
                (_, Amendment::Correct { instead, .. }) => instead.extend(self.act(inner.next()?)),
                _ => {}
            }
        }
        Some(amend)
    }

    fn act(&mut self, branch: Branch<'t>) -> Option<Act> {
        let mut parts = branch.branches();
        let mut act = Act {
            command: self.given(parts.next()?, Kind::test_step),
            by: None,
            actor: None,
            at: None,
            after: None,
            told: None,
            state: None,
            called: None,
            with: Vec::new(),
            refused: None,
            span: self.whole(branch),
        };
        for part in parts {
            let mut inner = part.branches();
            match part.kind() {
                Kind::by_whom => {
                    let role = self.name(&mut inner);
                    self.once(&mut act.by, role, part);
                    act.actor = self.label(&mut inner);
                }
                Kind::step_at => {
                    let at = inner.next().and_then(|at| self.moment(at));
                    self.once(&mut act.at, at, part);
                }
                Kind::step_after => {
                    let term = inner.next().and_then(|term| self.term(term));
                    self.once(&mut act.after, term, part);
                }
                Kind::told => {
                    let told = inner.next().and_then(|at| self.moment(at));
                    self.once(&mut act.told, told, part);
                }
                Kind::in_state => {
                    let state = self.name_in(part);
                    self.once(&mut act.state, state, part);
                }
                Kind::to_called => {
                    let called = self.name_in(part);
                    self.once(&mut act.called, called, part);
                }
                Kind::refused => {
                    let word = self.span(inner.next()?);
                    let why = self.label(&mut inner);
                    self.once(&mut act.refused, Some((word, why)), part);
                }
                _ => {
                    let with = inner.filter_map(|part| self.brought(part)).collect();
                    self.fill(&mut act.with, with, part);
                }
            }
        }
        Some(act)
    }

    fn brought(&mut self, branch: Branch<'t>) -> Option<Bring> {
        let mut parts = branch.branches();
        Some(Bring {
            name: self.given(parts.next()?, Kind::brought),
            value: parts.next().and_then(|value| self.test_value(value)),
        })
    }

    pub(in crate::parse) fn test_value(&mut self, branch: Branch<'t>) -> Option<TestValue> {
        let mut parts = branch.branches();
        let given = match branch.kind() {
            Kind::row_value => Given::Row(self.row(branch)?),
            Kind::any_value => self.any(parts.find(|part| part.kind() != Kind::any_word)),
            Kind::list_value => Given::List(parts.filter_map(|part| self.test_value(part)).collect()),
            Kind::record_value => Given::Record(parts.filter_map(|part| self.brought(part)).collect()),
            Kind::instant_value => Given::Instant(self.day(parts.next()?)?, self.day_time(parts.next()?)?),
            Kind::date => Given::Date(self.day(branch)?),
            Kind::number_value => Given::Number(self.str(branch).replace('_', "").into()),
            Kind::text => Given::Text(self.quoted(branch).text),
            _ => Given::Word(self.word(branch).text),
        };
        Some(TestValue { given, span: self.whole(branch) })
    }

    fn any(&mut self, within: Option<Branch<'t>>) -> Given {
        let Some(within) = within else { return Given::Any };
        let mut parts = within.branches();
        if within.kind() == Kind::any_range {
            let bounds = parts.next().zip(parts.next()).map(|(low, high)| (self.word(low), self.word(high)));
            return bounds.map_or(Given::Any, |(low, high)| Given::AnyIn(low, high));
        }
        match parts.next().and_then(|list| self.test_value(list)).map(|value| value.given) {
            Some(Given::List(values)) => Given::AnyOf(values),
            _ => Given::Any,
        }
    }

    fn row(&self, branch: Branch<'t>) -> Option<Row> {
        Some(Row { column: self.name_in(branch)?, span: self.whole(branch) })
    }

    fn moment(&mut self, branch: Branch<'t>) -> Option<Moment> {
        let mut parts = branch.branches();
        if let Some(row) = parts.accept(Kind::row_value) {
            return self.row(row).map(Moment::Row);
        }
        let day = match parts.accept(Kind::date) {
            Some(date) => Some(self.day(date)?),
            None => None,
        };
        Some(Moment::At(day, self.day_time(parts.next()?)?, self.whole(branch)))
    }

    /// A time of day to the second; one that no clock shows is reported.
    fn day_time(&mut self, branch: Branch<'t>) -> Option<TimeOfDay> {
        let written = self.str(branch);
        let mut parts = written.split(':').map(str::parse::<u32>);
        let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
        let second = parts.next().and_then(Result::ok).unwrap_or(0);
        let time = TimeOfDay::from_hm(hour, minute).filter(|_| second < 60);
        let time = time.and_then(|time| TimeOfDay::from_seconds(time.seconds() + second));
        if time.is_none() {
            let message = say!("there is no time of day `{written}`", written);
            let help = "a time of day is written hour:minute or hour:minute:second, from `00:00` to `24:00`";
            self.findings.push(Finding::error("syntax-time", message, self.span(branch)).help(help));
        }
        time
    }

    fn due_on(&mut self, branch: Branch<'t>) -> Option<DueOn> {
        let mut parts = branch.branches();
        if let Some(row) = parts.accept(Kind::row_value) {
            return self.row(row).map(DueOn::Row);
        }
        let day = self.day(parts.next()?)?;
        let time = match parts.next() {
            Some(time) => Some(self.day_time(time)?),
            None => None,
        };
        Some(DueOn::Day(day, time, self.whole(branch)))
    }

    fn named(&mut self, branch: Branch<'t>) -> Option<Named> {
        Some(match branch.kind() {
            Kind::row_value => Named::Row(self.row(branch)?),
            Kind::text => {
                let text = self.quoted(branch);
                Named::Word(Word { text: text.text.into(), span: text.span })
            }
            _ => Named::Word(self.word(branch)),
        })
    }

    fn expectation(&mut self, branch: Branch<'t>) -> Option<Expect> {
        let mut parts = branch.branches();
        let not = parts.accept(Kind::expect_not).map(|not| self.whole(not));
        let fact = self.fact(parts.next()?)?;
        Some(Expect { not, fact, span: self.whole(branch) })
    }

    fn fact(&mut self, branch: Branch<'t>) -> Option<Fact> {
        let mut parts = branch.branches();
        Some(match branch.kind() {
            Kind::is_state => Fact::State(parts.filter_map(|part| self.named(part)).collect()),
            Kind::is_in => Fact::In(self.named(parts.next()?)?),
            Kind::is_holder => Fact::Holder(parts.filter_map(|part| self.named(part)).collect()),
            Kind::is_due => {
                let (clock, on) = (self.name(&mut parts)?, self.due_on(parts.next()?)?);
                Fact::Due { clock, on, because: parts.filter_map(|part| self.text_in(part)).collect() }
            }
            Kind::is_promised => Fact::Promised(self.name(&mut parts)?, self.due_on(parts.next()?)?),
            Kind::is_clock => Fact::Clock(self.clock_word(parts.next()?), self.name(&mut parts)?),
            Kind::is_used => {
                let mut length = parts.next()?.branches();
                let number = length.next()?;
                let (amount, span) = (self.str(number).into(), self.span(number));
                Fact::Used { amount, unit: self.unit_of_time(&mut length), span, clock: self.name(&mut parts)? }
            }
            Kind::is_issued => Fact::Issued(self.name(&mut parts)?),
            Kind::is_notified => {
                let to = parts.next()?;
                let to = if to.kind() == Kind::nobody { None } else { Some(self.recipient(to)?) };
                Fact::Notified(to, self.label(&mut parts))
            }
            Kind::is_field => {
                let field = self.data_field(parts.next()?)?;
                let value = parts.next().and_then(|is| is.branches().next());
                Fact::Field(field, value.and_then(|value| self.test_value(value)))
            }
            Kind::is_possible => {
                let commands = self.names(parts.next()?);
                let by = parts.find(|part| part.kind() == Kind::possible_by);
                Fact::Possible(commands, by.map(|by| self.names(by)).unwrap_or_default())
            }
            Kind::is_only => Fact::Only(self.names(parts.next()?)),
            _ => Fact::Outcome(self.named(parts.next()?)?),
        })
    }

    fn clock_word(&self, branch: Branch<'t>) -> Standing {
        match self.keyword(branch) {
            "running" => Standing::Running,
            "suspended" => Standing::Suspended,
            "overdue" => Standing::Overdue,
            "early" => Standing::Early,
            "late" => Standing::Late,
            "ended" => Standing::Ended,
            _ => Standing::OnTime,
        }
    }
}

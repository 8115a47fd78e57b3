//! Definitions that mix all that a procedure can say, made of numbers.

use std::fmt::Write as _;

use super::budget::CALENDAR;

/// Numbers that decide, one after another; 0 is the plainest choice, and all that is left past the last.
#[derive(Debug)]
struct Dice<'t> {
    left: std::slice::Iter<'t, u16>,
}

impl Dice<'_> {
    fn below(&mut self, count: usize) -> usize {
        usize::from(self.left.next().copied().unwrap_or_default()) * count / (1 << 16)
    }

    fn is(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        of.get(self.below(of.len())).unwrap()
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        of.get(self.below(of.len())).unwrap()
    }

    fn maybe(&mut self, percent: usize, text: &str) -> String {
        if self.is(percent) { text.to_owned() } else { String::new() }
    }
}

/// Where the ways out of a state may lead.
struct Ways<'w> {
    forward: &'w [String],
    back: &'w [String],
}

/// Writes a definition.
struct Writer<'t> {
    dice: Dice<'t>,
    mixed: bool,
    commands: Vec<String>,
    /// States by their full names.
    states: Vec<String>,
    /// Where the clock is to stand still.
    stands: Vec<String>,
    /// Something is called.
    calls: bool,
}

impl Writer<'_> {
    fn limit(&mut self) -> &'static str {
        let plain = [
            "1 working day",
            "2 working days",
            "0.5 working days",
            "3 working days",
            "1.5 working days",
            "same working day, after 15:00 the next",
            "2 working days, at 24:00",
            "same working day",
            "2 working days, first day counts",
            "2 working days, at opening",
        ];
        let more = [
            "3 days",
            "1 week, no roll",
            "4 working hours",
            "30 hours",
            "2 days, first day counts",
            "2 days, no roll",
            "1 month",
            "5 days, roll backward",
            "4 days, at the same time of day",
            "3 days, at opening",
            "1 month, months as 30 days",
        ];
        let all: Vec<&str> = if self.mixed { plain.into_iter().chain(more).collect() } else { plain.into() };
        self.dice.word(&all)
    }

    fn guard(&mut self) -> &'static str {
        self.dice.word(&[
            "data.f",
            "!data.f",
            "data.g",
            "!data.g",
            "data.n < 2",
            "data.n >= 1",
            "data.n == 0",
            "!data.f && data.g",
            "data.f || data.g",
            "first.s1 == ()",
        ])
    }

    fn when(&mut self, percent: usize) -> String {
        if self.dice.is(percent) { format!(" when {}", self.guard()) } else { String::new() }
    }

    fn effect(&mut self, percent: usize) -> String {
        let all = [
            "data.f = false;",
            "data.f = true;",
            "data.g = true;",
            "data.g = false;",
            "data.n += 1;",
            "data.n = 0;",
            "if data.f { data.g = true; }",
            "data.f = !data.g;",
        ];
        if self.dice.is(percent) { format!(" do {{ {} }}", self.dice.one(&all)) } else { String::new() }
    }

    fn command(&mut self) -> String {
        let name = format!("c{}", self.commands.len());
        self.commands.push(name.clone());
        name
    }

    /// Returns a way that leads on, of those that its holder can always take.
    fn go(&mut self, ways: &Ways<'_>) -> String {
        let (name, next) = (self.command(), ways.forward.first().unwrap());
        let other = self.dice.one(ways.forward).clone();
        let (guard, effect) = (self.guard(), self.effect(10));
        match self.dice.below(10) {
            0..7 => format!("on {name}{effect} -> {next} "),
            7 => format!("on {name} when {guard}{effect} -> {next}  on {name} otherwise -> {other} "),
            8 => format!("on {name} when {guard} -> {next}  on {} when !({guard}) -> {other} ", self.command()),
            _ => format!("on {name}{effect} -> {next} on {} when {guard} -> {other} ", self.command()),
        }
    }

    /// Returns a way that is there besides.
    fn extra(&mut self, ways: &Ways<'_>, roles: &[&str]) -> String {
        let name = self.command();
        let by = self.dice.one(roles);
        let once = self.dice.maybe(20, " once");
        let needs = self.dice.maybe(10, " needs g");
        let when = self.when(25);
        let effect = self.effect(25);
        match self.dice.below(10) {
            0..4 => format!("on {name}{by}{once}{needs}{when}{effect} -> {} ", self.dice.one(ways.forward)),
            4..7 => format!("on {name}{by}{once}{needs}{when}{} ", self.effect(100)),
            _ => match (self.dice.one(ways.back).clone(), self.dice.below(10)) {
                (back, 0..7) => format!("on {name}{by} once{needs}{when}{effect} -> {back} "),
                (back, 7..9) => format!("on {name}{by} when data.n < 2 do {{ data.n += 1; }} -> {back} "),
                (back, _) => format!("on {name}{by}{once}{needs}{when}{effect} -> {back} "),
            },
        }
    }

    /// Returns what time does in a state.
    fn timed(&mut self, ways: &Ways<'_>, command: &str) -> String {
        let (limit, when) = (self.limit(), self.when(15));
        let next = self.dice.one(ways.forward).clone();
        match self.dice.below(10) {
            0..5 => format!("after {limit}{}{when}{} -> {next} ", self.dice.maybe(10, " once"), self.effect(10)),
            5..8 => format!("window {limit} for {command} otherwise -> {next} "),
            _ => {
                let of = if self.dice.is(4) { "other" } else { "processing" };
                format!("no answer within {limit} of {of} means consent -> {next} basis \"Luật A\" ")
            }
        }
    }

    /// Returns a state in which somebody works.
    fn work(&mut self, name: &str, path: &str, initial: &str, ways: &Ways<'_>) -> String {
        let theirs = self.dice.is(35);
        let holder = if theirs { "citizen" } else { self.dice.word(&["a", "b"]) };
        let mut within = String::new();
        if self.dice.is(5) == theirs {
            let of = match self.dice.below(50) {
                0..46 => "",
                46..49 => " of processing",
                _ => " of other",
            };
            within = format!(" within {}{of}", self.limit());
        }
        let mut lines = String::new();
        for (word, percent) in [("entry", 10), ("exit", 8)] {
            let effect = self.effect(percent);
            if !effect.is_empty() {
                write!(lines, "{word}{effect} ").unwrap();
            }
        }
        let first = format!("c{}", self.commands.len());
        lines += &self.go(ways);
        for _ in 0..self.dice.below(3) {
            lines += &self.extra(ways, &["", "", "", " by citizen", " by a"]);
        }
        if self.dice.is(8) {
            write!(
                lines,
                "always{}{} -> {} ",
                self.dice.maybe(20, " once"),
                self.when(100),
                self.dice.one(ways.forward)
            )
            .unwrap();
        }
        let stops = theirs && self.dice.is(35) || self.dice.is(4);
        if stops {
            self.stands.push(path.to_owned());
        }
        if theirs && (!stops || self.dice.is(40)) && self.dice.is(92) || self.dice.is(8) {
            lines += &self.timed(ways, &first);
        }
        self.states.push(path.to_owned());
        format!("state {name} {initial} by {holder}{within} {{ {lines}}}\n")
    }

    /// Returns a state that waits for what it calls.
    fn call(&mut self, name: &str, path: &str, initial: &str, ways: &Ways<'_>) -> String {
        self.calls = true;
        self.states.push(path.to_owned());
        let next = ways.forward.first().unwrap();
        let counts = self.dice.word(&["outside", "inside"]);
        let within = if self.dice.is(30) { format!(" within {}", self.limit()) } else { String::new() };
        let other = self.dice.one(ways.forward).clone();
        let effect = self.effect(20);
        let mut lines =
            format!("call sub counts {counts} on outcome x{effect} -> {next} on outcome otherwise -> {other} ");
        if self.dice.is(40) {
            let command = self.command();
            write!(lines, "on {command}{} -> {} ", self.when(20), self.dice.one(ways.forward)).unwrap();
        }
        if self.dice.is(60) {
            write!(lines, "after {} -> {next} ", self.limit()).unwrap();
        }
        format!("state {name} {initial} by a{within} {{ {lines}}}\n")
    }

    /// Returns parallel work; a state of a branch may be parallel work again while that is not too deep.
    fn parallel(&mut self, name: &str, path: &str, ways: &Ways<'_>, deep: usize) -> String {
        let mut text = String::new();
        self.states.push(path.to_owned());
        let (own, by) =
            (if self.dice.is(25) { format!(" by a within {}", self.limit()) } else { " by b".to_owned() }, "a");
        writeln!(text, "parallel {name}{own} {{").unwrap();
        let count = 2 + self.dice.below(2);
        for branch in 0..count {
            let when = self.when(8);
            writeln!(text, " branch b{branch} by {by}{when} {{").unwrap();
            let stages = 1 + self.dice.below(3);
            for i in 0..stages {
                let names: Vec<String> = (0..stages).map(|i| format!("w{i}")).chain(["e".to_owned()]).collect();
                let ways = Ways { forward: names.get(i + 1..).unwrap(), back: names.get(..=i).unwrap() };
                let path = format!("{path}.b{branch}.w{i}");
                if i > 0 && deep > 1 && self.dice.is(20) {
                    text += &self.parallel(&format!("w{i}"), &path, &ways, deep - 1);
                } else if self.dice.is(5) {
                    text += &self.call(&format!("w{i}"), &path, if i == 0 { "initial" } else { "" }, &ways);
                } else {
                    text += &self.work(&format!("w{i}"), &path, if i == 0 { "initial" } else { "" }, &ways);
                }
            }
            self.states.push(format!("{path}.b{branch}.e"));
            writeln!(text, " state e final\n }}").unwrap();
        }
        let next = ways.forward.first().unwrap();
        let join = match self.dice.below(10) {
            0..8 => "all".to_owned(),
            8 => "any".to_owned(),
            _ => format!("2 of {count}"),
        };
        writeln!(text, " join {join} -> {next}").unwrap();
        for _ in 0..self.dice.below(2) {
            text += &self.extra(ways, &[" by a", " by citizen"]);
        }
        if self.dice.is(10) {
            let limit = self.limit();
            write!(text, "after {limit}{} -> {} ", self.when(15), self.dice.one(ways.forward)).unwrap();
        }
        text + " }\n"
    }

    fn event(&mut self) -> String {
        if self.dice.is(50) { self.dice.one(&self.commands).clone() } else { self.dice.one(&self.states).clone() }
    }

    /// Returns the limits of a clock of which one is given.
    fn limits(&mut self, count: u32, unit: &str) -> String {
        let of = |count: u32| format!("{count} {unit}");
        match self.dice.below(20) {
            0 => format!("limit {} when {} otherwise {}", of(count), self.guard(), of(count + 2)),
            1 => format!("limit {} when {} otherwise {}", of(count + 2), self.guard(), of(count)),
            2 => format!("limit data.d {unit}"),
            _ => format!("limit {}", of(count)),
        }
    }

    /// Returns what the ladder of a clock does.
    fn ladder(&mut self) -> String {
        let mut rungs = String::new();
        for at in ["at 50%", "1 working day before due", "when due"] {
            if self.dice.is(40) {
                let takes = format!("take {}", self.dice.one(&self.commands));
                let does = if self.dice.is(70) { takes } else { "reassign to b".to_owned() };
                writeln!(rungs, " {at} {does}").unwrap();
            }
        }
        if rungs.is_empty() { rungs } else { format!(" escalate {{\n{rungs} }}") }
    }

    fn clock(&mut self, name: &str, limit: &str) -> String {
        let from = if self.dice.is(25) { self.event() } else { "s0".to_owned() };
        let mut until = vec!["done".to_owned()];
        if self.dice.is(25) {
            until.push(self.event());
        }
        until.retain(|until| *until != from);
        let until = if until.is_empty() { "done".to_owned() } else { until.join(", ") };
        let counted = match self.dice.below(20) {
            0..17 => String::new(),
            17 => format!(" counted from latest {}", self.event()),
            18 => format!(" counted from first {}", self.event()),
            _ => format!(" counted from the later of {from} and latest {}", self.event()),
        };
        let mut text = format!("clock {name} {{ {limit} runs from {from}{counted} until {until}");
        let stands = self.stands.clone();
        let (some, guarded): (Vec<String>, Vec<String>) = stands.into_iter().partition(|_| !self.dice.is(10));
        if !some.is_empty() {
            write!(text, " suspends in {}", some.join(", ")).unwrap();
        }
        for state in guarded {
            write!(text, " suspends in {state} when {}", self.guard()).unwrap();
        }
        if self.dice.is(12) {
            let (on, until) = (self.event(), self.event());
            if on != until {
                write!(text, " suspends on {on} until {until}{}", self.when(20)).unwrap();
            }
        }
        if self.dice.is(12) {
            let command = self.dice.one(&self.commands).clone();
            write!(text, " restarts on {command}{}", self.when(40)).unwrap();
        }
        if text.contains("suspends") && self.dice.is(12) {
            text += self.dice.word(&[" counting both edges", " counting the asking day"]);
        }
        if self.dice.is(12) {
            text += self.dice.word(&[
                " extends once by at most 3 working days by a",
                " extends twice by at most 2 working days by a",
            ]);
        }
        if self.dice.is(10) {
            text += " reappoints once by a";
        }
        if self.dice.is(12) {
            text += &self.ladder();
        }
        text + " }\n"
    }

    /// Returns the definition, with a limit of the clock.
    fn whole(mut self, count_of: u32) -> String {
        let count = 2 + self.dice.below(4);
        let names: Vec<String> = (0..count).map(|i| format!("s{i}")).chain(["done".to_owned()]).collect();
        let mut body = String::new();
        for i in 0..count {
            let ways = Ways { forward: names.get(i + 1..).unwrap(), back: names.get(..=i).unwrap() };
            let name = names.get(i).unwrap();
            if i > 0 && self.dice.is(35) {
                body += &self.parallel(name, name, &ways, 2);
            } else if i > 0 && self.dice.is(10) {
                body += &self.call(name, name, "", &ways);
            } else {
                body += &self.work(name, name, "", &ways);
            }
        }
        if self.dice.is(10) {
            writeln!(body, "from any on {} by citizen{}", self.command(), self.effect(100)).unwrap();
        }
        if self.dice.is(10) {
            let (which, event) = (self.dice.word(&["latest", "first"]), self.event());
            let (limit, when, after) = (self.limit(), self.when(15), 1 + self.dice.below(count - 1));
            let timer = format!("timer t {limit} after {which} {event}");
            let to = names.get(after..).map(|names| self.dice.one(names).clone()).unwrap();
            let own = match self.dice.below(3) {
                0 => format!("{timer} from {}{when} -> {to}\n", names.get(after - 1).unwrap()),
                _ => format!("{timer}{when}{}\n", self.effect(100)),
            };
            body += &own;
        }
        let unit = if self.mixed { self.dice.word(&["working days", "days"]) } else { "working days" };
        let limits = self.limits(count_of, unit);
        let clock = self.clock("processing", &limits);
        let other = if self.dice.is(20) { limits } else { "limit 60 working days".to_owned() };
        let other = self.clock("other", &other);
        let sub = "procedure sub {\n roles { a }\n on open by a -> w\n state w by a { on x -> x on y -> y }\n state x final\n state y final\n}\n";
        let sub = if self.calls { sub } else { "" };
        let calendar = if self.dice.is(12) {
            CALENDAR.replace("covers 2024 to 2025", "covers 2024 to 2025\n    cutoff 15:00")
        } else {
            CALENDAR.to_owned()
        };
        let most = count_of + 3;
        format!(
            "use calendar office\nprocedure p {{\n roles {{ a b citizen outside }}\n \
             data {{ f boolean = false  g boolean = true  n integer = 0  d integer in {count_of}..{most} = {count_of} }}\n{clock}{other}\
             on open by citizen -> s0\n{body}state done final\n}}\n{sub}{calendar}"
        )
    }
}

/// Returns the definition that numbers make, with a limit of its clock.
pub(super) fn text(tape: &[u16], limit: u32) -> String {
    let mut dice = Dice { left: tape.iter() };
    let mixed = dice.is(40);
    let writer = Writer { dice, mixed, commands: Vec::new(), states: Vec::new(), stands: Vec::new(), calls: false };
    writer.whole(limit)
}

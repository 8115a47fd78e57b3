//! A generated catalogue of procedures, for what has to be measured at the size of a country.
//!
//! Each procedure is a file of its own, of 2 to 15 KB, and sound: nothing is found in it that keeps it from being compiled. They
//! differ in their steps, terms, guards, effects, tables, parallel work, silences, suspensions, calls and ladders, and use a
//! calendar, an organisation, a script and a table that stand in files beside them. The same seed gives the same files, and
//! procedure 7 of a catalogue is the same however many follow it.

use std::fmt::{self, Write};

use motcua_dsl::Source;

mod words;

use words::{EFFECTS, FIELDS, GUARDS, SHARED, SIDES, STEPS};

/// How many procedures there are nation-wide, about.
pub const NATION: usize = 6_400;
/// The seed that the benches use.
pub const SEED: u64 = 2_026;

/// Returns the files that all procedures use, and `count` procedures.
#[must_use]
pub fn sources(seed: u64, count: usize) -> Vec<Source> {
    let shared = SHARED.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() });
    shared.chain((0..count).map(|number| procedure(seed, number))).collect()
}

/// Returns one procedure of a catalogue.
#[must_use]
pub fn procedure(seed: u64, number: usize) -> Source {
    let mut text = String::with_capacity(8 << 10);
    let mut writer = Writer { numbers: Numbers::new(seed, number), text: &mut text, number };
    // A string takes whatever is written.
    let _ = writer.procedure();
    let folder = ["business", "civil_status", "construction", "land", "merit"].get(number % 5).unwrap_or(&"other");
    Source { path: format!("{folder}/permit_{number:05}.tthc"), text }
}

/// Numbers that look random and are the same in every run (splitmix64).
#[derive(Debug)]
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64, number: usize) -> Self {
        Self(seed ^ u64::try_from(number).unwrap_or_default().wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % bound.max(1)
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }
}

/// What a step of the procedure is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    /// An office works.
    #[default]
    Work,
    /// The citizen is asked for something, and the clock stands still.
    Citizen,
    /// Several offices work side by side.
    Parallel,
    /// Another body is asked, and no answer is consent.
    Silence,
    /// Another office's procedure is a part of this one.
    Call,
}

/// A step with its names and how long it may take, in working days.
#[derive(Clone, Copy, Debug)]
struct Planned {
    step: Step,
    name: &'static str,
    label: &'static str,
    days: usize,
    /// The dossier may go back once.
    returns: bool,
}

struct Writer<'t> {
    numbers: Numbers,
    text: &'t mut String,
    number: usize,
}

impl Writer<'_> {
    fn procedure(&mut self) -> fmt::Result {
        let steps = self.plan();
        let last = steps.len().saturating_sub(1);
        let stands = steps.iter().any(|planned| planned.returns || planned.step == Step::Citizen);
        let plain = stands || steps.iter().any(|planned| planned.step == Step::Call);
        let fee =
            if self.numbers.one_in(3) { "survey_fee(data.zone, data.floors)" } else { "processing_fee(data.zone)" };
        let fields = FIELDS.get(..self.numbers.below(FIELDS.len())).unwrap_or_default();
        self.head(fee, fields)?;
        self.clock(&steps, plain)?;
        self.opening(fee, fields)?;
        for (n, planned) in steps.iter().enumerate() {
            let next = if n == last { "returned" } else { steps.get(n + 1).map_or("returned", |next| next.name) };
            self.step(planned, next, plain)?;
        }
        self.text.push_str(words::ENDS);
        if steps.iter().any(|planned| planned.returns) {
            self.text.push_str(words::RETURNED);
        }
        if stands {
            self.text.push_str(words::LAPSED);
        }
        if fee.starts_with("survey") {
            self.text.push_str(words::OWN_TABLE);
        }
        self.text.push_str("}\n");
        Ok(())
    }

    /// Chooses the steps: the first, and some of the others in their order.
    fn plan(&mut self) -> Vec<Planned> {
        let share = 1 + self.numbers.below(4);
        let mut steps = Vec::new();
        let mut taken = [false; 3];
        // Each way back that is taken once doubles the ways through what follows.
        let mut gone_back = 0;
        // One in three goes straight through, with terms of several units.
        let straight = self.numbers.one_in(3);
        for (n, (name, label)) in STEPS.iter().enumerate() {
            if n > 0 && self.numbers.below(5) >= share {
                continue;
            }
            let mut once = |slot: usize, step, chance| match taken.get_mut(slot) {
                Some(taken) if n > 0 && !*taken && self.numbers.one_in(chance) => {
                    *taken = true;
                    step
                }
                _ => Step::Work,
            };
            let step = [(0, Step::Parallel, 16), (1, Step::Silence, 20), (2, Step::Call, 24)]
                .into_iter()
                .map(|(slot, step, chance)| once(slot, step, chance))
                .find(|step| *step != Step::Work)
                .unwrap_or_default();
            let step = if straight && step == Step::Call { Step::Work } else { step };
            let step =
                if !straight && step == Step::Work && n > 0 && self.numbers.one_in(10) { Step::Citizen } else { step };
            let returns = !straight && step == Step::Work && gone_back < 2 && self.numbers.one_in(5);
            gone_back += usize::from(returns);
            steps.push(Planned { step, name, label, days: 1 + self.numbers.below(5), returns });
        }
        steps
    }

    fn head(&mut self, fee: &str, fields: &[(&str, &str)]) -> fmt::Result {
        let number = self.number;
        let fields: String = fields.iter().map(|(_, line)| *line).collect();
        write!(
            self.text,
            r#"use calendar     office
use organisation district
use script       fees
use table        processing_fee

// Thủ tục số {number} trong danh mục.
procedure permit_{number} "Cấp giấy phép số {number}" {{
    code       "1.{number:06}"
    version    1 effective 2024-01-01
    field      "Xây dựng"
    level      district
    authority  "UBND cấp huyện"
    basis      "Luật Xây dựng 2014, Điều 95, 102"
    fee        {fee}
    result     permit "Giấy phép"

    data {{
        applicant text personal        "Chủ đầu tư"
        area      decimal in 1..10_000 "Diện tích (m²)"
        floors    integer in 1..50     "Số tầng"
        zone      one of urban, rural, heritage
        adjoining boolean = false      "Có công trình liền kề"
        fee       money ?              "Lệ phí"
{fields}    }}

    documents {{
        application "Đơn đề nghị"                             original 1
        land_title  "Giấy tờ chứng minh quyền sử dụng đất"    copy 1
        fire_plan   "Văn bản thẩm duyệt phòng cháy chữa cháy" copy 1 when data.floors >= 7
    }}

    roles {{
        counter         "Bộ phận Một cửa"
        urban           "Phòng Kinh tế và Hạ tầng"
        land            "Chi nhánh Văn phòng Đăng ký đất đai"
        tax             "Cơ quan thuế"
        chair           "Chủ tịch UBND cấp huyện"
        citizen outside "Chủ đầu tư"
    }}

"#
        )
    }

    fn clock(&mut self, steps: &[Planned], plain: bool) -> fmt::Result {
        let sum: usize = steps.iter().map(|planned| if planned.step == Step::Citizen { 0 } else { planned.days }).sum();
        let mut stands: Vec<&str> = steps.iter().filter(|p| p.step == Step::Citizen).map(|p| p.name).collect();
        let returns = steps.iter().any(|planned| planned.returns);
        stands.extend(returns.then_some("given_back"));
        // A day on which the clock goes on or the unit changes is not used in full.
        let limit = sum + self.numbers.pick(&[0, 1, 2, 3, 5, 10]) + stands.len() + 2 * usize::from(!plain);
        writeln!(self.text, "    clock processing \"Thời hạn giải quyết\" {{")?;
        writeln!(self.text, "        limit    {limit} working days  basis \"Nghị định 61/2018/NĐ-CP, Điều 19\"")?;
        writeln!(self.text, "        runs     from received until returned, refused")?;
        if !stands.is_empty() {
            writeln!(
                self.text,
                "        suspends in {}  basis \"Nghị định 61/2018/NĐ-CP, Điều 19.4\"",
                stands.join(", ")
            )?;
        }
        if returns {
            writeln!(self.text, "        restarts on resubmit  basis \"Nghị định 61/2018/NĐ-CP, Điều 19.4\"")?;
        }
        if self.numbers.one_in(2) {
            writeln!(self.text, "        extends  once by at most {limit} working days by urban")?;
        }
        writeln!(self.text, "        escalate {{")?;
        if limit > 4 {
            writeln!(self.text, "            at 80%                     notify holder \"Đã dùng 80% thời hạn\"")?;
            writeln!(self.text, "            2 working days before due  notify head of holder")?;
        }
        let times = 2 + self.numbers.below(5);
        writeln!(
            self.text,
            "            every 1 working day overdue notify chair \"Hồ sơ quá hạn\", at most {times} times\n        }}\n    }}\n"
        )?;
        if returns {
            let unit = self.numbers.pick(&["30 days", "90 days", "3 months", "6 months, no roll"]);
            writeln!(
                self.text,
                "    timer expiry \"Hết hạn\" {unit} after latest give_back from given_back -> lapsed"
            )?;
        }
        Ok(())
    }

    fn opening(&mut self, fee: &str, fields: &[(&str, &str)]) -> fmt::Result {
        let effect = self.numbers.pick(&EFFECTS);
        let brought: String = fields.iter().flat_map(|(name, _)| [", ", *name]).collect();
        writeln!(
            self.text,
            "    on open by citizen, counter, tax\n        needs applicant, area, floors, zone, adjoining{brought}, documents\n        do {{ data.fee = {fee} + processing_fee(data.zone) + permit_fee(data.zone); {effect} }}\n        -> received  issue receipt\n    from any on refuse by urban, land, chair needs reason text -> refused\n"
        )
    }

    /// `plain` steps count working days alone: only then is it known what comes of a clock that stands still meanwhile.
    fn step(&mut self, planned: &Planned, next: &str, plain: bool) -> fmt::Result {
        let Planned { step, name, label, days, .. } = *planned;
        match step {
            Step::Work => self.work(planned, next, plain),
            Step::Citizen => writeln!(
                self.text,
                "    state {name} \"{label}\" by citizen {{\n        on supplement by citizen, counter needs documents -> {next}\n        window {} days for supplement otherwise -> lapsed\n    }}\n",
                20 + self.numbers.below(60)
            ),
            Step::Parallel => {
                writeln!(self.text, "    parallel {name} \"{label}\" within {days} working days of processing {{")?;
                let many = 2 + self.numbers.below(2);
                for (branch, role) in SIDES.iter().take(many) {
                    let own = 1 + self.numbers.below(days);
                    writeln!(
                        self.text,
                        "        branch {branch} \"{label}: {branch}\" by {role} {{\n            state working initial within {own} working days {{ on done_{branch} -> finished }}\n            state finished final\n        }}"
                    )?;
                }
                writeln!(
                    self.text,
                    "        join all -> {next}  basis \"Nghị định 61/2018/NĐ-CP, Điều 19.6.b\"\n    }}\n"
                )
            }
            Step::Silence => writeln!(
                self.text,
                "    state {name} \"{label}\" by land {{\n        on answer -> {next}\n        no answer within {days} working days of processing means consent\n            notify urban \"Hết hạn trả lời: coi như đã đồng ý\"\n            -> {next}  basis \"Nghị định 217/2026/NĐ-CP, Điều 54.2.c\"\n    }}\n"
            ),
            Step::Call => writeln!(
                self.text,
                "    state {name} \"{label}\" by land {{\n        call tax_notice in the unit of tax with area as taxed_area counts outside\n            basis \"Luật Đất đai 2024, Điều 227\"\n        on outcome issued, exempt -> {next}\n        on outcome otherwise -> refused\n    }}\n"
            ),
        }
    }

    fn work(&mut self, planned: &Planned, next: &str, plain: bool) -> fmt::Result {
        let Planned { name, label, days, returns, .. } = *planned;
        let role = self.numbers.pick(&["counter", "urban", "land", "chair"]);
        let term = match self.numbers.below(if plain { 12 } else { 8 }) + 4 * usize::from(plain) {
            0 if days > 2 => "48 hours".to_owned(),
            1 if days > 1 => format!("{} days, no roll", days - 1),
            4 => "0.5 working days".to_owned(),
            5 => "same working day, after 15:00 the next".to_owned(),
            _ => format!("{days} working days"),
        };
        writeln!(self.text, "    state {name} \"{label}\" by {role} within {term} {{")?;
        if self.numbers.one_in(4) {
            writeln!(self.text, "        entry notify citizen \"Hồ sơ đang ở bước {label}\"")?;
        }
        let guarded = name != "received" && self.numbers.one_in(2);
        match guarded {
            _ if name == "received" => writeln!(self.text, "        on forward when documents.complete")?,
            true => writeln!(self.text, "        on forward when {}", self.numbers.pick(&GUARDS))?,
            false => writeln!(self.text, "        on forward")?,
        }
        if self.numbers.one_in(3) {
            writeln!(self.text, "            do {{ {} }}", self.numbers.pick(&EFFECTS))?;
        }
        writeln!(self.text, "            issue handover notify citizen \"Hồ sơ đã được chuyển\"")?;
        writeln!(self.text, "            -> {next}  basis \"Nghị định 61/2018/NĐ-CP, Điều 17.1.c\"")?;
        if guarded {
            writeln!(self.text, "        on forward otherwise -> {next}")?;
        }
        if returns {
            writeln!(self.text, "        // trả lại hồ sơ một lần")?;
            writeln!(self.text, "        on give_back once needs reason text when {}", self.numbers.pick(&GUARDS))?;
            writeln!(self.text, "            issue supplement_request -> given_back")?;
        }
        writeln!(self.text, "    }}\n")
    }
}

//! Megabytes per second of the front end, on a generated text of about 1 MB of varied, sound procedures.
//!
//! The floor stands beside it: pest's bare match of the same grammar, with no tree, no names bound and nothing checked.

#![expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]

use std::fmt::Write;
use std::slice;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::BytesCount;
use motcua_dsl::{Source, check, compile, parse, recognise};

fn main() {
    divan::main();
}

/// Bytes of text to generate, at least.
const SIZE: usize = 1_000_000;
const SEED: u64 = 2_026;

const CALENDAR: &str = r#"use calendar office

calendar office {
    zone "Asia/Ho_Chi_Minh"
    covers 2024 to 2026
    week mon-fri 07:30-11:30, 13:30-17:00
    off every 01-01 "Tết Dương lịch"
    off 2024-02-08 to 2024-02-14 "Tết Nguyên đán"
    off every 09-02 "Quốc khánh"
}
"#;

const DATA: &str = r#"
    data {
        applicant  text personal        "Chủ đầu tư"
        area       decimal in 1..10_000 "Diện tích (m²)"
        floors     integer in 1..50     "Số tầng"
        zone       one of urban, rural, heritage
        adjoining  boolean = false      "Có công trình liền kề"
        fee        money ?              "Lệ phí"
    }
    documents {
        application "Đơn đề nghị"                        original 1
        land_title  "Giấy tờ chứng minh quyền sử dụng đất" copy 1
        fire_plan   "Văn bản thẩm duyệt"                 copy 1 when data.floors >= 7
    }
    roles {
        counter         "Bộ phận Một cửa"
        urban           "Phòng Kinh tế và Hạ tầng"
        chair           "Chủ tịch UBND cấp huyện"
        citizen outside "Chủ đầu tư"
    }
"#;

const ENDS: &str = r#"
    state returned  final "Đã trả kết quả"  outcome "granted"
    state refused   final "Từ chối"         outcome "denied"
    state lapsed    final "Hết hạn bổ sung" outcome "lapsed"

    script {
        fn permit_fee(zone) { if zone == "urban" { 75000 } else { 50000 } }
    }
}
"#;

const STEPS: [(&str, &str); 16] = [
    ("received", "Tiếp nhận"),
    ("checking", "Kiểm tra điều kiện"),
    ("measuring", "Đo đạc hiện trạng"),
    ("assessing", "Thẩm định hồ sơ"),
    ("consulting", "Lấy ý kiến cơ quan liên quan"),
    ("publishing", "Niêm yết công khai"),
    ("hearing_objections", "Xem xét kiến nghị"),
    ("inspection", "Khảo sát thực địa"),
    ("valuation", "Xác định nghĩa vụ tài chính"),
    ("tax_office", "Chuyển cơ quan thuế"),
    ("draft", "Dự thảo kết quả"),
    ("legal_review", "Thẩm tra pháp lý"),
    ("signing", "Lãnh đạo ký"),
    ("registering", "Vào sổ"),
    ("printing", "In kết quả"),
    ("ready", "Trả kết quả"),
];

const GUARDS: [&str; 8] = [
    "documents.complete",
    "data.area <= 250 && data.floors <= 7",
    r#"data.zone == "urban" || data.zone == "rural""#,
    r#"data.zone in ["urban", "heritage"] && !data.adjoining"#,
    "(data.fee ?? 0) > 75_000 || data.area * 2 < 1_000",
    "!documents.complete && data.area > 10",
    "days_between(first.open, now) < 90",
    r#"data.applicant != "" && (data.floors + 1) % 4 != 0"#,
];

const TERMS: [&str; 6] =
    ["3 working days", "0.5 working days", "1 month", "48 hours", "2 weeks, no roll", "10 days, roll forward"];

const EFFECTS: [&str; 4] = [
    "data.fee = permit_fee(data.zone);",
    "data.adjoining = data.floors > 3;",
    "if data.area > 100 { data.fee = 150_000; } else { data.fee = 75_000; }",
    "let base = permit_fee(data.zone); data.fee = base * 2;",
];

/// Numbers that look random and are the same in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or(0) % bound
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }
}

/// The text that is measured: it is without a finding, so that no bench measures the making of messages.
static SOURCE: LazyLock<Source> = LazyLock::new(|| {
    let mut text = String::from(CALENDAR);
    let mut numbers = Numbers(SEED);
    let mut number = 0;
    while text.len() < SIZE {
        procedure(number, &mut numbers, &mut text).expect("a string takes all");
        number += 1;
    }
    let source = Source { path: "front.tthc".into(), text };
    assert_eq!(check(slice::from_ref(&source)).findings, []);
    source
});

fn procedure(number: usize, numbers: &mut Numbers, text: &mut String) -> std::fmt::Result {
    let (days, term, effect) = (5 + numbers.below(40), numbers.pick(&TERMS), numbers.pick(&EFFECTS));
    let extends = numbers.pick(&["", "extends once by at most 10 working days by urban"]);
    writeln!(
        text,
        r#"
procedure permit_{number} "Cấp giấy phép số {number}" {{
    code "1.{number:06}"
    version 1 effective 2024-01-01
    basis "Luật Xây dựng 2014, Điều 95, 102"
    fee permit_fee(data.zone)
{DATA}
    clock processing "Thời hạn giải quyết" {{
        limit {days} working days
        runs from received until returned, refused basis "Nghị định 61/2018/NĐ-CP, Điều 19.4"
        {extends}
        escalate {{
            at 80% notify holder "Đã dùng 80% thời hạn"
            2 working days before due notify head of holder
            every 1 working day overdue notify chair "Hồ sơ quá hạn", at most 5 times
        }}
    }}
    timer expiry "Hết hạn" {term} after first received from received -> lapsed

    on open by citizen, counter
        needs applicant, area, floors, zone, adjoining, fee, documents
        do {{ data.fee = permit_fee(data.zone); {effect} }}
        -> received issue receipt
    from any on refuse by urban, chair needs reason text -> refused"#
    )?;
    // The first step and a choice of the others, in their order.
    let chosen = STEPS.iter().enumerate().filter(|(n, _)| *n == 0 || !numbers.one_in(3));
    let steps: Vec<_> = chosen.map(|(_, step)| step).collect();
    for (n, (name, label)) in steps.iter().enumerate() {
        let next = steps.get(n + 1).map_or("returned", |(name, _)| name);
        state(name, label, next, numbers, text)?;
    }
    text.push_str(ENDS);
    Ok(())
}

fn state(name: &str, label: &str, next: &str, numbers: &mut Numbers, text: &mut String) -> std::fmt::Result {
    write!(text, "    state {name} \"{label}\" by {}", numbers.pick(&["counter", "urban", "chair"]))?;
    if numbers.one_in(2) {
        write!(text, " within {}", numbers.pick(&TERMS))?;
    }
    writeln!(text, " {{")?;
    if numbers.one_in(4) {
        writeln!(text, "        entry notify citizen \"Hồ sơ đang ở bước {label}\"")?;
    }
    writeln!(text, "        on forward when {}", numbers.pick(&GUARDS))?;
    if numbers.one_in(3) {
        writeln!(text, "            do {{ {} }}", numbers.pick(&EFFECTS))?;
    }
    writeln!(text, "            issue handover notify citizen \"Hồ sơ đã được chuyển\"")?;
    writeln!(text, "            -> {next}  basis \"Nghị định 61/2018/NĐ-CP, Điều 17.1.c\"")?;
    if numbers.one_in(2) {
        writeln!(text, "        on forward otherwise -> {next}")?;
    }
    if numbers.one_in(2) {
        writeln!(text, "        // trả lại hồ sơ")?;
        writeln!(text, "        on return_to_citizen once needs reason text when {}", numbers.pick(&GUARDS))?;
        writeln!(text, "            issue supplement_request -> {name}")?;
    }
    if numbers.one_in(3) {
        writeln!(text, "        after {} days -> lapsed", 60 + numbers.below(300))?;
    }
    writeln!(text, "    }}")
}

fn bytes() -> BytesCount {
    BytesCount::of_str(&SOURCE.text)
}

#[divan::bench]
fn floor_pest_bare(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| recognise(&SOURCE.text));
}

#[divan::bench]
fn text_to_tree(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| parse(0, &SOURCE));
}

#[divan::bench]
fn text_to_findings(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| check(slice::from_ref(&SOURCE)));
}

#[divan::bench]
fn text_to_plans(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| compile(slice::from_ref(&SOURCE)).expect("a sound text"));
}

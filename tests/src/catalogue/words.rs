//! What a generated catalogue is made of.

/// The files that every procedure of a catalogue uses, each with its path.
pub(super) const SHARED: [(&str, &str); 5] = [
    ("calendars/office.tthc", CALENDAR),
    ("organisations/district.tthc", ORGANISATION),
    (
        "scripts/fees.tthc",
        "script fees {\n    fn permit_fee(zone) { if zone == \"urban\" { 75000 } else { 50000 } }\n}\n",
    ),
    ("tables/processing_fee.tthc", TABLE),
    ("tax/tax_notice.tthc", CALLED),
];

const CALENDAR: &str = r#"calendar office "Lịch làm việc" {
    zone   "Asia/Ho_Chi_Minh"
    covers 2020 to 2030
    announced 2020 to 2026
    week   mon-fri 07:30-11:30, 13:30-17:00
    off every 01-01       "Tết Dương lịch"    basis "Bộ luật Lao động 2019, Điều 112.1.a"
    off every 1 day before lunar 01-01 to lunar 01-04 "Tết Nguyên đán"  basis "Bộ luật Lao động 2019, Điều 112.1.b"
    off every lunar 03-10 "Giỗ Tổ Hùng Vương" basis "Bộ luật Lao động 2019, Điều 112.1.e"
    off every 04-30       "Ngày Chiến thắng"  basis "Bộ luật Lao động 2019, Điều 112.1.c"
    off every 05-01       "Ngày Quốc tế lao động"  basis "Bộ luật Lao động 2019, Điều 112.1.d"
    off every 09-02       "Quốc khánh"        basis "Bộ luật Lao động 2019, Điều 112.1.đ"
}
"#;

const ORGANISATION: &str = r#"organisation district "Huyện" {
    unit district_a "UBND huyện A" level district {
        office one_stop    "Bộ phận Một cửa"            { head chi }
        office urban_desk  "Phòng Kinh tế và Hạ tầng"   { head dung }
        office land_office "Văn phòng đăng ký đất đai"  { head binh }
        office tax_office  "Chi cục thuế"               { head hoa }
        office leadership  "Lãnh đạo UBND huyện"        { head minh }
        bind counter to one_stop
        bind urban   to urban_desk
        bind land    to land_office
        bind tax     to tax_office
        bind chair   to leadership
    }
}
"#;

const TABLE: &str = r"table processing_fee(zone one of urban, rural, heritage) -> money unique {
    | zone     || fee         |
    | urban    || 150_000 VND |
    | rural    || 75_000 VND  |
    | heritage || 0 VND       |
}
";

const CALLED: &str = r#"use calendar office

procedure tax_notice "Thông báo nghĩa vụ tài chính" {
    version  1 effective 2024-01-01
    basis    "Luật Đất đai 2024, Điều 227"

    data { taxed_area decimal in 1..10_000  result one of issued, exempt ? }
    roles { tax "Cơ quan thuế" }

    clock tax_time "Thời hạn của cơ quan thuế" {
        limit 5 working days  basis "Nghị định 103/2024/NĐ-CP, Điều 22"
        runs  from working until told, unknown_parcel
        escalate { when due notify head of holder }
    }

    on open by tax needs taxed_area -> working

    state working "Xác định nghĩa vụ tài chính" by tax within 5 working days {
        on tell needs result -> told
        after 30 days -> unknown_parcel
    }

    state told           final "Đã thông báo"  outcome data.result
    state unknown_parcel final "Không xác định được"
}
"#;

pub(super) const RETURNED: &str = r#"
    state given_back "Trả lại" by citizen {
        on resubmit by citizen, counter -> received
    }
"#;

pub(super) const ENDS: &str = r#"    state returned final "Đã trả kết quả"  outcome "granted"
    state refused  final "Từ chối"         outcome "denied"
"#;

pub(super) const LAPSED: &str = "    state lapsed   final \"Hết hạn bổ sung\" outcome \"lapsed\"\n";

pub(super) const OWN_TABLE: &str = r"
    table survey_fee(zone, floors) -> money unique {
        | zone            | floors  || fee         |
        | urban           | 1..7    || 200_000 VND |
        | urban           | > 7     || 400_000 VND |
        | not urban       | -       || 100_000 VND |
    }
";

/// Further fields, each with its name.
pub(super) const FIELDS: [(&str, &str); 7] = [
    ("phone", "        phone     text ? personal      \"Điện thoại\"\n"),
    ("parcel", "        parcel    text ?               \"Thửa đất\"\n"),
    ("height", "        height    decimal in 1..300 ?  \"Chiều cao (m)\"\n"),
    ("purpose", "        purpose   one of living, trade, mixed ?\n"),
    ("started", "        started   date ?               \"Ngày khởi công\"\n"),
    ("depth", "        depth     integer in 0..5 ?    \"Số tầng hầm\"\n"),
    ("notes", "        notes     list of text ?       \"Ghi chú\"\n"),
];

pub(super) const STEPS: [(&str, &str); 24] = [
    ("received", "Tiếp nhận"),
    ("checking", "Kiểm tra điều kiện"),
    ("measuring", "Đo đạc hiện trạng"),
    ("assessing", "Thẩm định hồ sơ"),
    ("consulting", "Lấy ý kiến cơ quan liên quan"),
    ("publishing", "Niêm yết công khai"),
    ("hearing_objections", "Xem xét kiến nghị"),
    ("inspection", "Khảo sát thực địa"),
    ("second_assessment", "Thẩm định lần hai"),
    ("council", "Họp hội đồng"),
    ("valuation", "Xác định nghĩa vụ tài chính"),
    ("tax_office", "Chuyển cơ quan thuế"),
    ("paying", "Thực hiện nghĩa vụ tài chính"),
    ("neighbours", "Lấy ý kiến người liền kề"),
    ("draft", "Dự thảo kết quả"),
    ("legal_review", "Thẩm tra pháp lý"),
    ("office_review", "Văn phòng rà soát"),
    ("signing", "Lãnh đạo ký"),
    ("stamping", "Đóng dấu"),
    ("registering", "Vào sổ"),
    ("printing", "In kết quả"),
    ("archiving", "Lưu hồ sơ"),
    ("handing_over", "Bàn giao cho Một cửa"),
    ("ready", "Trả kết quả"),
];

pub(super) const SIDES: [(&str, &str); 3] = [("finance", "tax"), ("ground", "land"), ("design", "urban")];

pub(super) const GUARDS: [&str; 10] = [
    "documents.complete",
    "data.area <= 250 && data.floors <= 7",
    r#"data.zone == "urban" || data.zone == "rural""#,
    r#"data.zone in ["urban", "heritage"] && !data.adjoining"#,
    "(data.fee ?? 0) > 75_000 || data.area * 2 < 1_000",
    "!documents.complete && data.area > 10",
    "days_between(first.open, now) < 90",
    r#"data.applicant != "" && (data.floors + 1) % 4 != 0"#,
    "data.adjoining && (data.area > 1_000 || data.floors in 3..=9)",
    "processing_fee(data.zone) > 100_000 && !clock.processing.overdue",
];

pub(super) const EFFECTS: [&str; 5] = [
    "data.fee = permit_fee(data.zone);",
    "data.adjoining = data.floors > 3;",
    "if data.area > 100 { data.fee = 150_000; } else { data.fee = 75_000; }",
    "let base = permit_fee(data.zone); data.fee = base * 2;",
    "data.fee = processing_fee(data.zone);",
];

//! Drawings to test with.

use crate::graph::{ClockNote, Drawing, Edge, EdgeKind, Lane, Node, NodeKind, Spelling, TimerNote};

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn node(id: &str, label: &str, lane: Option<usize>, kind: NodeKind, limit: &str) -> Node {
    Node {
        id: id.to_owned(),
        label: label.to_owned(),
        lane,
        kind,
        limit: text(limit),
        outcome: None,
        clocks: Vec::new(),
    }
}

fn edge(from: &str, label: &str, to: &str, kind: EdgeKind, [by, guard, note]: [&str; 3]) -> Edge {
    Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        label: label.to_owned(),
        kind,
        by: text(by),
        guard: text(guard),
        note: text(note),
        stays: false,
    }
}

fn lane(role: &str, label: &str) -> Lane {
    Lane { role: role.to_owned(), label: label.to_owned() }
}

/// A complaint that is answered or lapses, in Vietnamese.
pub(super) fn three_states() -> Drawing {
    Drawing {
        name: "khiếu_nại".to_owned(),
        title: "Giải quyết khiếu nại lần đầu".to_owned(),
        subtitle: text("2.002407 · phiên bản 1 · từ 01/01/2024"),
        spelling: Spelling::Vietnamese,
        lanes: vec![lane("một_cửa", "Bộ phận một cửa")],
        nodes: vec![
            node("", "", None, NodeKind::Start, ""),
            node("tiếp_nhận", "Tiếp nhận và thụ lý đơn khiếu nại", Some(0), NodeKind::State, "10 ngày làm việc"),
            node("đã_trả", "Đã trả kết quả", None, NodeKind::Final, ""),
        ],
        edges: vec![
            edge("", "nộp", "tiếp_nhận", EdgeKind::Command, ["công_dân", "", ""]),
            edge(
                "tiếp_nhận",
                "trả_lời",
                "đã_trả",
                EdgeKind::Command,
                ["", "giấy_tờ.đủ && dữ_liệu.loại < 3", "cấp quyết định"],
            ),
            Edge {
                stays: true, ..edge("tiếp_nhận", "xin_lỗi", "tiếp_nhận", EdgeKind::Command, ["", "", ""])
            },
        ],
        clocks: Vec::new(),
        timers: Vec::new(),
    }
}

/// The permit of the language's own description.
pub(super) fn housing_permit() -> Drawing {
    Drawing {
        name: "housing_permit".to_owned(),
        title: "Cấp giấy phép xây dựng nhà ở riêng lẻ".to_owned(),
        subtitle: text("1.009994 · version 3 · effective 2024-01-01"),
        spelling: Spelling::English,
        lanes: ["counter", "urban", "fire_police", "planning", "chair", "citizen"].map(|role| lane(role, "")).to_vec(),
        nodes: permit_nodes(),
        edges: permit_edges(),
        clocks: vec![ClockNote {
            name: "processing".to_owned(),
            label: "Thời hạn giải quyết".to_owned(),
            limit: "15 working days".to_owned(),
            from: "received".to_owned(),
            until: "returned, refused".to_owned(),
            escalation: [
                "at 80%: notify holder",
                "2 working days before due: notify head of holder",
                "1 working day before due: notify urban \"apologise and re-appoint today\"",
                "every 1 working day overdue: notify chair, at most 5 times",
            ]
            .map(str::to_owned)
            .to_vec(),
        }],
        timers: vec![TimerNote {
            name: "reminder".to_owned(),
            label: String::new(),
            when: "10 days after received".to_owned(),
        }],
    }
}

fn permit_nodes() -> Vec<Node> {
    let state = |id, label, lane, limit| node(id, label, Some(lane), NodeKind::State, limit);
    let last = |id, label| node(id, label, None, NodeKind::Final, "");
    let mut nodes = vec![
        node("", "", None, NodeKind::Start, ""),
        Node {
            clocks: vec!["processing".to_owned()],
            ..state("received", "received", 0, "same working day, after 15:00 the next")
        },
        state("awaiting_supplement", "awaiting_supplement", 5, ""),
        state("assessing", "assessing", 1, "7 working days"),
        node(
            "consulting",
            "consulting",
            None,
            NodeKind::Parallel {
                branches: vec!["fire (fire_police) when data.floors >= 7".to_owned(), "planning".to_owned()],
                join: "join all".to_owned(),
            },
            "",
        ),
        state("consulting.fire.asked", "asked", 2, ""),
        node("consulting.fire.answered", "answered", Some(2), NodeKind::Final, ""),
        state("consulting.planning.asked", "asked", 3, ""),
        node("consulting.planning.answered", "answered", Some(3), NodeKind::Final, ""),
        state("signing", "signing", 4, "3 working days"),
        Node { outcome: text("data.verdict"), ..last("returned", "Đã trả kết quả") },
        last("refused", "Từ chối"),
        last("lapsed", "Hết hạn bổ sung"),
        last("withdrawn", "Công dân rút hồ sơ"),
    ];
    if let Some(returned) = nodes.iter_mut().find(|node| node.id == "returned") {
        returned.clocks.push("processing".to_owned());
    }
    nodes
}

/// From, command, to, kind, by, guard and note.
const PERMIT_EDGES: &str = r#"
          | open              | received            | command | citizen, counter | |
received  | accept            | assessing           | command | | documents.complete  | issue receipt
received  | return_to_citizen | awaiting_supplement | command | | !documents.complete | issue supplement_request
received  | refuse            | refused             | command | | | issue refusal
awaiting_supplement | supplement    | received | command | | |
awaiting_supplement | after 30 days | lapsed   | timed   | | |
assessing | start_consultation | consulting | command | | |
assessing | refuse             | refused    | command | | | issue refusal
assessing | reappoint          | assessing  | stays   | | | issue apology
signing   | sign | returned | command | | data.verdict == "granted" && data.fee_paid |
signing   | sign | returned | command | | data.verdict == "denied" |
consulting | fire     | consulting.fire.asked     | automatic | | data.floors >= 7 |
consulting | planning | consulting.planning.asked | automatic | | |
"#;

fn permit_edges() -> Vec<Edge> {
    let mut edges = Vec::new();
    for row in PERMIT_EDGES.lines().skip(1) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let kind = match cells[3] {
            "automatic" => EdgeKind::Automatic,
            "timed" => EdgeKind::Timed,
            _ => EdgeKind::Command,
        };
        let detail = [cells[4], cells[5], cells[6]];
        edges.push(Edge { stays: cells[3] == "stays", ..edge(cells[0], cells[1], cells[2], kind, detail) });
    }
    let plain = ["", "", ""];
    for branch in ["fire", "planning"] {
        let asked = format!("consulting.{branch}.asked");
        let answered = format!("consulting.{branch}.answered");
        let silence = "no answer within 5 working days of processing means consent";
        edges.push(edge(&asked, "answer", &answered, EdgeKind::Command, plain));
        edges.push(edge(&asked, silence, &answered, EdgeKind::Silence, plain));
        edges.push(edge(&answered, "join all", "signing", EdgeKind::Automatic, plain));
    }
    let citizen = ["citizen", "", ""];
    for from in [
        "received",
        "awaiting_supplement",
        "assessing",
        "consulting",
        "consulting.fire.asked",
        "consulting.planning.asked",
        "signing",
    ] {
        edges.push(edge(from, "withdraw", "withdrawn", EdgeKind::Command, citizen));
    }
    edges
}

/// About forty states of several offices, as the compiler reads them.
pub(super) fn land_title() -> Drawing {
    let text = include_str!("../../../tests/data/large/land_title.tthc");
    let bundle = motcua_dsl::compile(&[motcua_dsl::Source { path: "land_title.tthc".into(), text: text.into() }]);
    crate::sketch::drawing(&bundle.unwrap().plans[0])
}

/// A graph of states `n0`, `n1`, … with these edges.
pub(super) fn from_pairs(states: usize, edges: &[(usize, usize)]) -> Drawing {
    Drawing {
        name: "pairs".to_owned(),
        nodes: (0..states).map(|index| node(&format!("n{index}"), "", None, NodeKind::State, "")).collect(),
        edges: edges
            .iter()
            .map(|(from, to)| edge(&format!("n{from}"), "go", &format!("n{to}"), EdgeKind::Command, ["", "", ""]))
            .collect(),
        ..Drawing::default()
    }
}

/// A graph such as large procedures have: mostly forward, some ways back, over several roles.
pub(super) fn scattered(states: usize, edges: usize, roles: usize) -> Drawing {
    let mut seed = 7_usize;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below.max(1)
    };
    let labels = [
        "Thẩm định hồ sơ",
        "Lấy ý kiến",
        "Trình ký",
        "Bổ sung hồ sơ",
        "Kiểm tra thực địa",
        "Xác minh nghĩa vụ tài chính",
    ];
    let commands = ["chuyển_hồ_sơ", "trình", "duyệt", "trả_lại_bổ_sung", "xác_nhận", "yêu_cầu_giải_trình"];
    let mut drawing =
        Drawing { name: "scattered".to_owned(), title: format!("{states} bước"), ..Drawing::default() };
    drawing.lanes =
        (0..roles).map(|index| lane(&format!("role{index}"), &format!("Phòng chuyên môn {index}"))).collect();
    for index in 0..states {
        let label = format!("{} {index}", labels[index % labels.len()]);
        let ends = index + 6 >= states;
        let limit = if index % 3 == 0 { "5 ngày làm việc" } else { "" };
        let kind = if ends { NodeKind::Final } else { NodeKind::State };
        drawing.nodes.push(node(
            &format!("n{index}"),
            &label,
            (!ends).then(|| (index / 4 + next(2)) % roles),
            kind,
            limit,
        ));
    }
    for index in 0..edges {
        let from =
            if index + 1 < states { index.min(states.saturating_sub(8)) } else { next(states.saturating_sub(6)) };
        let to = if next(5) == 0 { next(from + 1) } else { (from + 1 + next(7)).min(states - 1) };
        let kind =
            [EdgeKind::Command, EdgeKind::Command, EdgeKind::Command, EdgeKind::Timed, EdgeKind::Automatic][next(5)];
        let label = if kind == EdgeKind::Timed { "sau 30 ngày" } else { commands[next(commands.len())] };
        drawing.edges.push(edge(&format!("n{from}"), label, &format!("n{to}"), kind, ["", "", ""]));
    }
    drawing
}

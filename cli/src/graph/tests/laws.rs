//! Laws that hold for every drawing, however odd.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::graph::layout::{Arranged, Rect, layout};
use crate::graph::{ClockNote, Drawing, Edge, EdgeKind, Lane, Node, NodeKind, TimerNote, dot, mermaid, svg};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z_]{0,12}",
        2 => "[A-ZĐƯa-zơạ \"'<>&;#|\\[\\]{}()\\\\`.-]{0,40}",
        1 => any::<String>(),
        1 => "[a-z]{200}",
    ]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[a-h]", 1 => text()]
}

fn kind() -> impl Strategy<Value = NodeKind> {
    prop_oneof![
        1 => Just(NodeKind::Start),
        5 => Just(NodeKind::State),
        2 => Just(NodeKind::Final),
        1 => (vec(text(), 0..9), text()).prop_map(|(branches, join)| NodeKind::Parallel { branches, join }),
        1 => text().prop_map(|procedure| NodeKind::Call { procedure }),
    ]
}

prop_compose! {
    fn node()(id in id(), label in text(), lane in prop::option::of(0..5_usize), kind in kind(), limit in prop::option::of(text()), clocks in vec(text(), 0..6)) -> Node {
        Node { id, label, lane, kind, outcome: limit.clone(), limit, clocks }
    }
}

prop_compose! {
    fn edge()(from in id(), to in id(), label in text(), kind in 0..4, by in prop::option::of(text()), guard in prop::option::of(text()), stays in prop::bool::weighted(0.1)) -> Edge {
        let kind = [EdgeKind::Command, EdgeKind::Automatic, EdgeKind::Timed, EdgeKind::Silence][usize::try_from(kind).unwrap()];
        Edge { from, to, label, kind, by, note: guard.clone(), guard, stays }
    }
}

prop_compose! {
    fn drawing()(name in text(), title in text(), lanes in vec((text(), text()), 0..4), nodes in vec(node(), 0..14), edges in vec(edge(), 0..40), notes in vec(text(), 0..12)) -> Drawing {
        let lanes = lanes.into_iter().map(|(role, label)| Lane { role, label }).collect();
        let clocks = vec![ClockNote { limit: name.clone(), escalation: notes, ..ClockNote::default() }];
        let timers = vec![TimerNote { name: name.clone(), label: title.clone(), when: name.clone() }];
        Drawing { name, subtitle: Some(title.clone()), title, lanes, nodes, edges, clocks, timers, ..Drawing::default() }
    }
}

fn overlap(one: Rect, other: Rect) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

/// The box that the text of a label takes.
fn label_rect(path: &crate::graph::layout::Path) -> Rect {
    let (x, y) = path.label_at;
    Rect { x: x - path.label.width / 2, y, width: path.label.width, height: path.label.height }
}

/// Every fault of the layout: boxes on boxes, labels on boxes or labels, lines through boxes, anything outside.
fn faults(drawing: &Drawing) -> Vec<String> {
    let scene = layout(drawing);
    let mut faults = Vec::new();
    let boxes: Vec<Rect> = scene.boxes.iter().map(|(rect, _)| *rect).collect();
    let labels: Vec<Rect> = scene.paths.iter().filter(|path| path.label.width > 0).map(label_rect).collect();
    let page = Rect { x: 0, y: 0, width: scene.width, height: scene.height };
    let inside = |rect: &Rect| {
        rect.x >= page.x && rect.y >= page.y && rect.x + rect.width <= page.width && rect.y + rect.height <= page.height
    };
    for (index, rect) in boxes.iter().enumerate() {
        if boxes[..index].iter().any(|other| overlap(*rect, *other)) {
            faults.push(format!("box {index} lies on another"));
        }
        if !inside(rect) {
            faults.push(format!("box {index} is outside"));
        }
    }
    for (index, rect) in labels.iter().enumerate() {
        if boxes.iter().any(|other| overlap(*rect, *other)) {
            faults.push(format!("label {index} lies on a box"));
        }
        if labels[..index].iter().any(|other| overlap(*rect, *other)) {
            faults.push(format!("label {index} lies on another"));
        }
        if !inside(rect) {
            faults.push(format!("label {index} is outside: {rect:?} in {page:?}"));
        }
    }
    for (index, path) in scene.paths.iter().enumerate() {
        for pair in path.points.windows(2) {
            let (one, other) = (pair[0], pair[1]);
            let stretch = Rect {
                x: one.0.min(other.0),
                y: one.1.min(other.1),
                width: (one.0 - other.0).abs(),
                height: (one.1 - other.1).abs(),
            };
            let stretch = Rect { width: stretch.width.max(1), height: stretch.height.max(1), ..stretch };
            let through = |rect: &&Rect| {
                let core = Rect { x: rect.x + 2, y: rect.y + 2, width: rect.width - 4, height: rect.height - 4 };
                overlap(core, stretch)
            };
            if let Some(rect) = boxes.iter().find(through) {
                faults.push(format!("line {index} runs through {rect:?} at {stretch:?}"));
            }
        }
    }
    faults
}

#[test]
fn known_drawings_are_laid_out_without_faults() {
    use super::fixtures::{housing_permit, land_title, scattered, three_states};
    for drawing in [three_states(), housing_permit(), land_title(), scattered(40, 80, 6), scattered(120, 260, 9)] {
        assert_eq!(faults(&drawing), Vec::<String>::new(), "{}", drawing.title);
    }
}

/// The height of a name on A3, in hundredths of a millimetre.
fn name_on_paper(drawing: &Drawing) -> i32 {
    let scene = layout(drawing);
    let (long, short) = (scene.width.max(scene.height), scene.width.min(scene.height));
    (1400 * 400 / long).min(1400 * 277 / short)
}

#[test]
fn forty_states_can_be_read_on_paper() {
    use super::fixtures::{housing_permit, land_title};
    assert!(name_on_paper(&housing_permit()) >= 200, "{}", name_on_paper(&housing_permit()));
    let drawing = land_title();
    let scene = layout(&drawing);
    assert_eq!(scene.arranged, Arranged::Close);
    assert!(name_on_paper(&drawing) >= 150, "{}", name_on_paper(&drawing));
    assert!(scene.width < 2 * scene.height && scene.height < 2 * scene.width, "{} to {}", scene.width, scene.height);
    // Without the bands each box says who holds the state.
    let held = scene.vertices.iter().zip(&scene.boxes).filter(|(vertex, _)| vertex.node.lane.is_some());
    for (vertex, (_, block)) in held {
        assert!(block.lines.iter().any(|line| line.text.starts_with("by ")), "{}", vertex.node.id);
    }
}

/// A procedure mostly in a row, as people write them: ways on, some over a few states, some back.
fn procedure() -> impl Strategy<Value = Drawing> {
    let ways = vec((0..60_usize, 1..9_usize, prop::bool::weighted(0.3)), 0..30);
    (10..60_usize, 1..8_usize, ways).prop_map(|(states, roles, ways)| {
        let mut drawing = super::fixtures::scattered(states, states - 1, roles);
        for (from, far, back) in ways {
            let from = from % (states - 6);
            let to = if back { from.saturating_sub(far) } else { (from + far).min(states - 1) };
            drawing.edges.push(Edge {
                from: format!("n{from}"),
                to: format!("n{to}"),
                label: "go".into(),
                ..Edge::default()
            });
        }
        drawing
    })
}

proptest! {
    #[test]
    fn any_drawing_is_well_formed_and_the_same_every_time(drawing in drawing()) {
        let picture = svg(&drawing);
        prop_assert!(roxmltree::Document::parse(&picture).is_ok());
        prop_assert_eq!(&picture, &svg(&drawing));
        prop_assert!(!picture.contains("NaN"));
        let closed = dot(&drawing).ends_with("}\n");
        prop_assert!(closed);
        prop_assert!(mermaid(&drawing).starts_with("flowchart LR\n"));
    }

    #[test]
    fn procedures_are_neither_strips_nor_columns(drawing in procedure()) {
        prop_assert_eq!(faults(&drawing), Vec::<String>::new());
        let scene = layout(&drawing);
        prop_assert!(scene.width < 3 * scene.height.max(700), "{} to {}", scene.width, scene.height);
        prop_assert!(scene.height < 3 * scene.width.max(700), "{} to {}", scene.width, scene.height);
    }

    #[test]
    fn nothing_lies_on_anything_else(drawing in drawing()) {
        prop_assert_eq!(faults(&drawing), Vec::<String>::new());
    }
}

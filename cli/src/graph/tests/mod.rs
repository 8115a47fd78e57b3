//! What the pictures show, and that none can be broken by what is drawn.

mod fixtures;
mod laws;

use super::{dot, json, mermaid, svg};

#[test]
fn three_states_in_every_format() {
    let drawing = fixtures::three_states();
    insta::assert_snapshot!("three_states_svg", svg(&drawing));
    insta::assert_snapshot!("three_states_dot", dot(&drawing));
    insta::assert_snapshot!("three_states_mermaid", mermaid(&drawing));
    insta::assert_snapshot!("three_states_json", json(&drawing).unwrap());
}

#[test]
fn housing_permit_in_every_format() {
    let drawing = fixtures::housing_permit();
    insta::assert_snapshot!("housing_permit_svg", svg(&drawing));
    insta::assert_snapshot!("housing_permit_dot", dot(&drawing));
    insta::assert_snapshot!("housing_permit_mermaid", mermaid(&drawing));
}

#[test]
fn json_reads_back_as_the_same_drawing() {
    let drawing = fixtures::housing_permit();
    let read: super::Drawing = serde_json::from_str(&json(&drawing).unwrap()).unwrap();
    assert_eq!(read, drawing);
}

#[test]
fn a_transition_that_most_states_have_becomes_one_badge() {
    let picture = svg(&fixtures::housing_permit());
    assert_eq!(picture.matches("--withdraw→").count(), 0);
    assert_eq!(picture.matches("from any: withdraw").count(), 1);
}

#[test]
fn five_thousand_states_fall_back_to_a_grid() {
    let drawing = fixtures::scattered(5000, 10_000, 6);
    let picture = svg(&drawing);
    assert!(picture.contains("plain grid"));
    roxmltree::Document::parse(&picture).unwrap();
}

#[test]
fn a_chain_or_a_star_of_many_states_is_drawn() {
    for edges in
        [(0..20_000).map(|index| (index, index + 1)).collect::<Vec<_>>(), (1..20_000).map(|index| (index, 0)).collect()]
    {
        let drawing = fixtures::from_pairs(20_001, &edges);
        assert!(svg(&drawing).ends_with("</svg>\n"));
    }
}

#[test]
fn clocks_timers_and_silence_are_in_every_format() {
    let drawing = fixtures::land_title();
    let graphviz = dot(&drawing);
    for part in [
        "cluster_clocks",
        "cluster_timers",
        "◷ processing — Thời hạn giải quyết",
        "• 1 working day before due",
        "30 days after first ready",
        "style=\"dashed,bold\"",
        "◷ posting_time",
    ] {
        assert!(graphviz.contains(part), "{part} in {graphviz}");
    }
    let chart = mermaid(&drawing);
    for part in ["subgraph clocks", "subgraph timers", "◷ posting_time", "stroke:#6d28d9", "30 days after first ready"]
    {
        assert!(chart.contains(part), "{part} in {chart}");
    }
    let picture = svg(&drawing);
    for part in ["posting_time", "line silence", "line timed", "∥ tax"] {
        assert!(picture.contains(part), "{part}");
    }
    // A timer that fires everywhere stands among the timers, and not in every box.
    assert_eq!(picture.matches("30 days after first ready").count(), 1);
}

#[test]
fn what_is_possible_everywhere_is_told_once() {
    let mut drawing = fixtures::housing_permit();
    let states: Vec<String> =
        drawing.nodes.iter().filter(|node| !node.id.is_empty()).map(|node| node.id.clone()).collect();
    for id in states {
        drawing.edges.push(super::Edge {
            from: id.clone(),
            to: id,
            label: "remark".into(),
            stays: true,
            ..super::Edge::default()
        });
    }
    for text in [svg(&drawing), dot(&drawing), mermaid(&drawing)] {
        assert_eq!(text.matches("↺ remark").count(), 1);
        assert!(text.contains("In any state") || text.contains("IN ANY STATE"));
    }
}

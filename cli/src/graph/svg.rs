//! The graph as an SVG for the wall: states by role, terms on the states, and everything else in a panel below.

mod panel;
mod shapes;

use std::fmt::Write as _;

use super::drawing::Drawing;
use super::layout::{Arranged, HEADING, Scene, layout};
use super::text::{wrap, xml};
use super::words::Words;

/// The margin around everything, in pixels.
const MARGIN: i32 = 28;
/// The narrowest picture, so that a small graph is not blown up on paper.
const NARROWEST: i32 = 1100;

const STYLE: &str = "\
text{font-family:'Noto Sans','Segoe UI',Arial,'DejaVu Sans',sans-serif;fill:#111827}\
.box{fill:#fff;stroke:#1f2937;stroke-width:1.4}\
.inner{fill:none;stroke:#1f2937;stroke-width:1}\
.call{fill:#f3f4f6}.fork{fill:#eef2ff}\
.band0{fill:#f6f7f9}.band1{fill:#fff}.rule{stroke:#9ca3af;stroke-width:1;fill:none}.head{fill:#e5e7eb}\
.line{fill:none;stroke-width:1.5;stroke-linejoin:round}\
.line.command{stroke:#1f2937}\
.line.automatic{stroke:#475569;stroke-width:1.2;stroke-dasharray:1.5 3.5;stroke-linecap:round}\
.line.timed{stroke:#b45309;stroke-dasharray:7 4}\
.line.silence{stroke:#6d28d9;stroke-dasharray:9 3 2 3}\
.tip.command{fill:#1f2937}.tip.automatic{fill:#475569}.tip.timed{fill:#b45309}.tip.silence{fill:#6d28d9}\
text.command{fill:#111827}text.automatic{fill:#334155}text.timed{fill:#92400e}text.silence{fill:#5b21b6}\
text.detail{fill:#4b5563}text.limit{fill:#7c2d12}\
.halo{stroke:#fff;stroke-width:4;stroke-linejoin:round;paint-order:stroke}\
.pill{fill:#fff7ed;stroke:#c2410c;stroke-width:1}.dial{fill:none;stroke:#c2410c;stroke-width:1.2;stroke-linecap:round}\
.small{stroke:#4b5563}.badge{fill:#f3f4f6;stroke:#4b5563;stroke-width:1}\
";

/// The picture as an SVG document, the same bytes for the same drawing.
///
/// Above 400 states it falls back to a plain grid; its `<desc>` then says so.
#[must_use]
pub fn svg(drawing: &Drawing) -> String {
    let words = Words::of(drawing.spelling);
    let scene = layout(drawing);
    let inner = scene.width.max(NARROWEST - 2 * MARGIN);
    let mut body = String::new();
    let top = header(&mut body, drawing, inner);
    let _ = writeln!(body, "<g transform=\"translate({MARGIN} {top})\">");
    bands(&mut body, &scene, inner);
    shapes::lines(&mut body, &scene);
    shapes::boxes(&mut body, &scene, words);
    shapes::labels(&mut body, &scene);
    body.push_str("</g>\n");
    let bottom = panel::panel(&mut body, drawing, words, top + scene.height + 24, inner);
    let (wide, high) = (inner + 2 * MARGIN, bottom + MARGIN);
    let (paper_wide, paper_high) = paper(wide, high);
    let title = xml(heading(drawing));
    let description = xml(match scene.arranged {
        Arranged::Bands => words.layered,
        Arranged::Close => words.close,
        Arranged::Plain => words.plain,
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{paper_wide}mm\" height=\"{paper_high}mm\" viewBox=\"0 0 {wide} {high}\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{description}</desc>\n<style>{STYLE}</style>\n\
         <rect width=\"{wide}\" height=\"{high}\" fill=\"#fff\"/>\n{body}</svg>\n"
    )
}

/// The largest size in millimetres with these proportions that an A3 sheet holds inside 10 mm margins, turned as it fits.
fn paper(wide: i32, high: i32) -> (i64, i64) {
    let (wide, high) = (i64::from(wide.max(1)), i64::from(high.max(1)));
    let (across, down) = if high > wide { (277, 400) } else { (400, 277) };
    if high * across <= wide * down {
        (across, (high * across / wide).max(1))
    } else {
        ((wide * down / high).max(1), down)
    }
}

fn heading(drawing: &Drawing) -> &str {
    if drawing.title.trim().is_empty() { &drawing.name } else { &drawing.title }
}

/// Writes the title; returns where the graph begins.
fn header(out: &mut String, drawing: &Drawing, inner: i32) -> i32 {
    let mut y = MARGIN;
    for line in wrap(heading(drawing), inner, 2, 24, true) {
        y += 28;
        let _ = writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"24\" font-weight=\"bold\">{}</text>",
            y - 8,
            xml(&line)
        );
    }
    if let Some(subtitle) = &drawing.subtitle {
        for line in wrap(subtitle, inner, 2, 13, false) {
            y += 18;
            let _ = writeln!(
                out,
                "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"13\" class=\"detail\">{}</text>",
                y - 6,
                xml(&line)
            );
        }
    }
    y + 8
}

/// The bands of the roles, with their headings.
fn bands(out: &mut String, scene: &Scene, inner: i32) {
    for (index, band) in scene.bands.iter().enumerate() {
        let (top, height) = (band.top, band.height);
        let _ = writeln!(
            out,
            "<rect class=\"band{}\" x=\"0\" y=\"{top}\" width=\"{inner}\" height=\"{height}\"/>",
            index % 2
        );
        let _ =
            writeln!(out, "<rect class=\"head\" x=\"0\" y=\"{top}\" width=\"{}\" height=\"{height}\"/>", HEADING - 8);
        let lines: Vec<&str> = band.label.lines().collect();
        let mut y = top + height / 2 - i32::try_from(lines.len()).unwrap_or(0) * 17 / 2 + 13;
        for line in lines {
            let x = (HEADING - 8) / 2;
            let _ = writeln!(
                out,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"13\" font-weight=\"bold\" text-anchor=\"middle\">{}</text>",
                xml(line)
            );
            y += 17;
        }
        if band.begins {
            // What is above ends with a rule of its own.
            let end = scene.bands.get(index.wrapping_sub(1)).map_or(top, |above| above.top + above.height);
            let _ = writeln!(out, "<path class=\"rule\" d=\"M0 {end}H{inner}\"/>");
        }
        let _ = writeln!(out, "<path class=\"rule\" d=\"M0 {top}H{inner}\"/>");
    }
    let bottom = scene.height;
    let _ = writeln!(out, "<path class=\"rule\" d=\"M0 {bottom}H{inner}\"/>");
}

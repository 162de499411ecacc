//! `scan --html FILE`: one page for people. It shows images small, with a box over each line that
//! evidence was found in, and no value.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::arguments::Reveal;
use super::json::{file_name, value};
use super::parts::parts;
use super::source::Item;
use crate::engine::mask;
use crate::pipeline::Examination;
use crate::text::{Place, Sketch, SketchedLine, Text};

/// What stands before the messages.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>phi-milter scan</title>\n\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
<style>\nbody { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }\n\
h2 { font-size: 1.1em; margin: 2em 0 .3em; overflow-wrap: anywhere; }\ntable { border-collapse: collapse; }\n\
td, th { border-bottom: 1px solid #ccc; padding: .2em .8em .2em 0; text-align: left; }\n\
figure { margin: 1em 1em 1em 0; display: inline-block; vertical-align: top; }\nimg { border: 1px solid #999; max-width: 100%; }\n\
.accept { color: #060; } .tag, .encrypt { color: #840; } .quarantine, .reject, .defer { color: #a00; }\n</style>\n\
<h1>What would happen to these messages</h1>\n";

/// The color of a box over evidence, and that of its edge.
const BOX: Rgb<u8> = Rgb([40, 40, 40]);
const EDGE: Rgb<u8> = Rgb([220, 40, 40]);

/// A page in the making.
pub(crate) struct Page(String);

impl Page {
    /// A page with no message yet.
    pub(crate) fn new() -> Self {
        Self(HEAD.to_owned())
    }

    /// Adds a message.
    pub(crate) fn add(&mut self, item: &Item, examination: &Examination) {
        let decision = &examination.judgement.decision;
        let number = item.number.map(|number| format!("#{number}")).unwrap_or_default();
        let _ = writeln!(
            self.0,
            "<h2>{}{number}</h2>\n<p><strong class=\"{verdict}\">{verdict}</strong>, by policy {}, severity {}</p>",
            escape(&item.path.display().to_string()),
            escape(&decision.policy),
            decision.severity.name(),
            verdict = decision.verdict.name(),
        );
        self.findings(examination);
        for fact in &examination.reading.facts {
            let _ = writeln!(self.0, "<p>Part {}: {}</p>", fact.part, fact.fact.name());
        }
        self.0.push_str("<ul>\n");
        for part in parts(examination, Reveal::Masked) {
            let _ = writeln!(self.0, "<li>{}</li>", escape(&part.line()));
        }
        self.0.push_str("</ul>\n");
        for sketch in &examination.reading.sketches {
            self.sketch(examination, sketch);
        }
    }

    /// The whole page.
    pub(crate) fn finish(self) -> String {
        self.0 + "</html>\n"
    }

    fn findings(&mut self, examination: &Examination) {
        let mut counted: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &examination.findings {
            let row = format!(
                "<td>{}</td><td>{}</td><td>{}</td><td>{} of part {}</td><td><code>{}</code></td>",
                escape(&finding.rule),
                format!("{:?}", finding.confidence).to_lowercase(),
                finding.about.name(),
                format!("{:?}", finding.place).to_lowercase(),
                finding.part,
                escape(&mask(value(examination, finding))),
            );
            *counted.entry(row).or_default() += 1;
        }
        if counted.is_empty() {
            return;
        }
        self.0.push_str(
            "<table>\n<tr><th>rule</th><th>sure</th><th>about</th><th>where</th><th>shape</th><th>times</th></tr>\n",
        );
        for (row, count) in counted {
            let _ = writeln!(self.0, "<tr>{row}<td>{count}</td></tr>");
        }
        self.0.push_str("</table>\n");
    }

    fn sketch(&mut self, examination: &Examination, sketch: &Sketch) {
        let Some(image) = masked(examination, sketch) else { return };
        let mut png = Cursor::new(Vec::new());
        if image.write_to(&mut png, ImageFormat::Png).is_err() {
            return;
        }
        let page = sketch.page.map(|page| format!(", page {page}")).unwrap_or_default();
        let text = texts(examination, sketch).next();
        let file = text.and_then(|(_, text)| text.file.as_ref());
        let file = file.map(|name| format!(" ({})", file_name(name.expose(), Reveal::Masked)));
        let _ = writeln!(
            self.0,
            "<figure><img alt=\"\" src=\"data:image/png;base64,{}\"><figcaption>part {}{page}{}</figcaption></figure>",
            data_encoding::BASE64.encode(png.get_ref()),
            sketch.part,
            escape(&file.unwrap_or_default()),
        );
    }
}

/// A sketch with a box painted over each line that evidence was found in.
fn masked(examination: &Examination, sketch: &Sketch) -> Option<RgbImage> {
    let pixels = sketch.pixels.expose().to_vec();
    let mut image = RgbImage::from_raw(sketch.width, sketch.height, pixels)?;
    for line in &sketch.lines {
        if is_evidence(examination, sketch, line) {
            paint(&mut image, line.corners);
        }
    }
    Some(image)
}

fn texts<'e>(
    examination: &'e Examination,
    sketch: &Sketch,
) -> impl Iterator<Item = (usize, &'e Text)> {
    let (part, page) = (sketch.part.clone(), sketch.page);
    examination.reading.texts.iter().enumerate().filter(move |(_, text)| {
        text.place == Place::Image && text.part == part && text.page == page
    })
}

/// Whether something was found in a line, or across it.
fn is_evidence(examination: &Examination, sketch: &Sketch, line: &SketchedLine) -> bool {
    let words = line.text.expose().trim();
    !words.is_empty()
        && texts(examination, sketch).any(|(index, text)| {
            text.content.expose().match_indices(words).any(|(start, words)| {
                let line = start..start + words.len();
                examination.findings.iter().any(|finding| {
                    finding.text == index
                        && finding.span.start < line.end
                        && line.start < finding.span.end
                })
            })
        })
}

fn paint(image: &mut RgbImage, [left, top, right, bottom]: [u32; 4]) {
    let (right, bottom) = (right.min(image.width()), bottom.min(image.height()));
    for y in top..bottom {
        for x in left..right {
            let edge = x == left || y == top || x + 1 == right || y + 1 == bottom;
            image.put_pixel(x, y, if edge { EDGE } else { BOX });
        }
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_covers_a_line_and_no_more_than_the_image() {
        let mut image = RgbImage::from_pixel(8, 8, Rgb([255, 255, 255]));
        paint(&mut image, [2, 2, 6, 100]);
        assert_eq!(*image.get_pixel(2, 2), EDGE);
        assert_eq!(*image.get_pixel(3, 4), BOX);
        assert_eq!(*image.get_pixel(1, 4), Rgb([255, 255, 255]));
    }

    #[test]
    fn what_a_path_is_called_is_no_markup() {
        assert_eq!(escape("<a href='x'>&"), "&lt;a href=&#39;x&#39;&gt;&amp;");
    }
}

/*!
How the values of a scale are spread over the documents of a batch: one line a document, its interval, from the lowest value to the highest.

Of many documents every k-th is drawn, so a chart has at most [`MOST_LINES`] lines whatever the size of the batch; the figures in the caption are those of all.
*/

use super::bars::is_rate;
use super::chart::{Axis, at, counted, decimal};
use super::family::Families;
use super::row::Row;
use crate::lexicon::{Definitions, Scale};
use crate::score::{Interval, percentile};
use maud::{Markup, html};

const MOST_LINES: usize = 60;
const WIDTH: f64 = 240.0;
const ROOM: f64 = 120.0;

/// A figure for every scale that has a value in at least two documents.
pub(super) fn spreads(definitions: &Definitions, families: &Families, rows: &[Row]) -> Markup {
    let scales = || definitions.scales.iter().enumerate();
    html! {
        h3 { "Weighted cues per 1,000 words" }
        div.figures { @for (number, scale) in scales().filter(|(_, scale)| is_rate(scale)) {
            (figure(scale, number, families, rows))
        } }
        h3 { "Scales from 0 to 1" }
        div.figures { @for (number, scale) in scales().filter(|(_, scale)| !is_rate(scale)) {
            (figure(scale, number, families, rows))
        } }
    }
}

fn figure(scale: &Scale, number: usize, families: &Families, rows: &[Row]) -> Markup {
    let mut values: Vec<(Interval, &Row)> =
        rows.iter().filter_map(|row| row.scale(number).map(|value| (value, row))).collect();
    values.sort_by(|a, b| a.0.value.total_cmp(&b.0.value));
    let n_without = rows.len() - values.len();
    let sorted: Vec<f64> = values.iter().map(|(value, _)| value.value).collect();
    let family = families.named(&scale.name);
    let class = family.map_or("", |family| family.class.as_str());
    let places = if is_rate(scale) { 1 } else { 2 };
    html! {
        figure.spread {
            figcaption {
                span.title title=(scale.about) {
                    @if let Some(family) = family { span.sign.(family.class) aria-hidden="true" { (family.sign) } }
                    (scale.title)
                }
                @if let (Some(lowest), Some(highest)) = (sorted.first(), sorted.last()) {
                    span.figures-of {
                        "median " b { (decimal(percentile(&sorted, 0.5), places)) }
                        ", " (decimal(*lowest, places)) " to " (decimal(*highest, places))
                        @if n_without > 0 { "; none in " (counted(n_without, "document", "documents")) }
                    }
                } @else { span.figures-of { "no document has a value" } }
            }
            @if !values.is_empty() { (chart(scale, &values, class, places)) }
        }
    }
}

fn chart(scale: &Scale, values: &[(Interval, &Row)], class: &str, places: usize) -> Markup {
    let axis = if is_rate(scale) { Axis::around(values.iter().map(|(value, _)| value.value), 3) } else { Axis::UNIT };
    let n = values.len().min(MOST_LINES);
    let chosen = (0..n).map(|line| if n == 1 { 0 } else { line * (values.len() - 1) / (n - 1) });
    let step = (ROOM / n as f64).min(9.0);
    let height = step * n as f64 + 4.0;
    html! {
        svg.lines.(class) viewBox={ "-6 0 252 " (at(height + 16.0)) } role="img" aria-label={ (scale.title) ": values and intervals, sorted" } {
            @for tick in axis.ticks() {
                @let x = at(axis.place(tick, WIDTH));
                line.tick x1=(x) x2=(x) y1="0" y2=(at(height)) {}
                text.tick x=(x) y=(at(height + 12.0)) text-anchor="middle" { (decimal(tick, axis.places())) }
            }
            @for (line, chosen) in chosen.enumerate() {
                @let (value, row) = &values[chosen];
                @let y = at(height - 2.0 - step * (line as f64 + 0.5));
                g {
                    title { (super::text::Told(&row.id)) ": " (decimal(value.value, places)) " (" (decimal(value.low, places)) " to " (decimal(value.high, places)) ")" }
                    path.whisker d={ "M" (at(axis.place(value.low, WIDTH))) " " (y) "H" (at(axis.place(value.high, WIDTH))) } {}
                    circle cx=(at(axis.place(value.value, WIDTH))) cy=(y) r=(at((step * 0.36).clamp(1.4, 2.8))) {}
                }
            }
        }
    }
}

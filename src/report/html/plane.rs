/*!
The documents of a batch between two scales of the lexicon that are not opposites, such as dismissing and preoccupied cues, and so make a plane and not a line.
*/

use super::chart::{Axis, at, decimal};
use super::row::Row;
use super::text::{Told, name};
use crate::lexicon::{Definitions, Scale};
use crate::score::Interval;
use maud::{Markup, Render, html};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
/// Between the axes and zero, so that what lies at zero can be seen.
const ROOM: f64 = 26.0;
/// So many documents are drawn at most, evenly spread over the batch.
const MOST_POINTS: usize = 1500;
/// Intervals are drawn up to so many documents; beyond they would cover everything.
const MOST_INTERVALS: usize = 60;
/// Names longer than this are shortened.
const MOST_LETTERS: usize = 28;

/// Documents that fall on one point.
struct Point<'a> {
    x: f64,
    y: f64,
    across: Interval,
    up: Interval,
    rows: Vec<&'a Row>,
}

/// A box on the chart that is taken.
#[derive(Clone, Copy)]
struct Taken {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// The plane; none if the lexicon names no scales for it or no document has both.
pub(super) fn plane(definitions: &Definitions, rows: &[Row]) -> Option<Markup> {
    let number = |wanted: &str| definitions.scales.iter().position(|scale| scale.name == wanted);
    let named = definitions.plane.as_ref()?;
    let (across, up) = (number(&named.across)?, number(&named.up)?);
    let values: Vec<(Interval, Interval, &Row)> =
        rows.iter().filter_map(|row| Some((row.scale(across)?, row.scale(up)?, row))).collect();
    if values.is_empty() {
        return None;
    }
    let axis = |of: fn(&(Interval, Interval, &Row)) -> f64| Axis::around(values.iter().map(of), 5);
    let (x_axis, y_axis) = (axis(|value| value.0.value), axis(|value| value.1.value));
    let every = values.len().div_ceil(MOST_POINTS);
    let drawn: Vec<_> = values.iter().step_by(every).collect();
    let points = points(&drawn, x_axis, y_axis);
    let has_intervals = drawn.len() <= MOST_INTERVALS;
    Some(html! {
        figure.plane {
            div.scroll tabindex="0" role="group" aria-label="Chart" {
                svg viewBox="-64 -20 740 478" role="group" aria-label={ (definitions.scales[up].title) " against " (definitions.scales[across].title) } {
                    (axes(&definitions.scales[across], x_axis, &definitions.scales[up], y_axis))
                    @if has_intervals { g.intervals aria-hidden="true" { @for point in &points {
                        @let left = at(across_at(x_axis, point.across.low));
                        @let right = at(across_at(x_axis, point.across.high));
                        @let bottom = at(up_at(y_axis, point.up.low));
                        @let top = at(up_at(y_axis, point.up.high));
                        path d={ "M" (left) " " (at(point.y)) "H" (right) "M" (at(point.x)) " " (bottom) "V" (top) } {}
                    } } }
                    @for (point, label) in points.iter().zip(labels(&points)) {
                        (mark(point, label))
                    }
                }
            }
            figcaption {
                "Each point is a document" @if every > 1 { " (of " (values.len()) ", every " (every) "th is drawn)" }
                ", at its weighted cues per 1,000 words" @if has_intervals { "; the thin lines are 95 % intervals, cut at the edge" }
                ". The two are dimensions of their own, not the ends of one: a telling may have much of both, or little. "
                "The corners are no classes."
                (together(&points))
            }
        }
    })
}

/// The names of documents that lie on one point, where they are few.
fn together(points: &[Point]) -> Markup {
    const MOST_POINTS: usize = 3;
    const MOST_NAMES: usize = 12;
    html! {
        @for point in points.iter().filter(|point| (2..=MOST_NAMES).contains(&point.rows.len())).take(MOST_POINTS) {
            span.together {
                (several(&point.rows)) " at " (decimal(point.across.value, 1)) " and " (decimal(point.up.value, 1)) ": "
                @for (number, row) in point.rows.iter().enumerate() {
                    @if number > 0 { ", " }
                    a href=(row.href) { (name(&row.id)) }
                }
                "."
            }
        }
    }
}

fn across_at(axis: Axis, number: f64) -> f64 {
    ROOM + axis.place(number, WIDTH - ROOM)
}

fn up_at(axis: Axis, number: f64) -> f64 {
    HEIGHT - ROOM - axis.place(number, HEIGHT - ROOM)
}

fn points<'a>(values: &[&(Interval, Interval, &'a Row)], x_axis: Axis, y_axis: Axis) -> Vec<Point<'a>> {
    let mut points: Vec<Point> = Vec::new();
    let mut sorted: Vec<_> = values.to_vec();
    sorted.sort_by(|a, b| a.0.value.total_cmp(&b.0.value).then(a.1.value.total_cmp(&b.1.value)));
    for (across, up, row) in sorted {
        let x = across_at(x_axis, across.value);
        let y = up_at(y_axis, up.value);
        match points.last_mut() {
            Some(last) if (last.x - x).abs() < 1.5 && (last.y - y).abs() < 1.5 => last.rows.push(row),
            _ => points.push(Point { x, y, across: *across, up: *up, rows: vec![row] }),
        }
    }
    points
}

fn axes(across: &Scale, x_axis: Axis, up: &Scale, y_axis: Axis) -> Markup {
    html! {
        g.axes aria-hidden="true" {
            @for tick in x_axis.ticks() {
                @let x = at(across_at(x_axis, tick));
                line.tick x1=(x) x2=(x) y1="0" y2="400" {}
                text.tick x=(x) y="416" text-anchor="middle" { (decimal(tick, x_axis.places())) }
            }
            @for tick in y_axis.ticks() {
                @let y = up_at(y_axis, tick);
                line.tick x1="0" x2="640" y1=(at(y)) y2=(at(y)) {}
                text.tick x="-8" y=(at(y + 3.5)) text-anchor="end" { (decimal(tick, y_axis.places())) }
            }
            text.axis x="640" y="440" text-anchor="end" { (across.title) ", weighted, per 1,000 words →" }
            text.axis x="-64" y="-8" { "↑ " (up.title) ", weighted, per 1,000 words" }
        }
    }
}

fn mark(point: &Point, label: Option<(f64, f64, &'static str)>) -> Markup {
    let radius = 3.6 + (point.rows.len() as f64).ln() * 1.6;
    let circle = html! { circle cx=(at(point.x)) cy=(at(point.y)) r=(at(radius)) {} };
    let numbers = format!("{} across, {} up", decimal(point.across.value, 1), decimal(point.up.value, 1));
    let text = |content: &dyn Render| {
        html! { @if let Some((x, y, anchor)) = label { text.name x=(at(x)) y=(at(y)) text-anchor=(anchor) { (content) } } }
    };
    match &point.rows[..] {
        // The table leads to the documents, too; a hundred more stops would be in the way of the keyboard.
        [row] => html! {
            a href=(row.href) tabindex="-1" { title { (Told(&row.id)) ": " (numbers) } (circle) (text(&Told(&shortened(&row.id)))) }
        },
        rows => html! {
            g {
                title {
                    @for (number, row) in rows.iter().take(40).enumerate() { @if number > 0 { ", " } (Told(&row.id)) }
                    @if rows.len() > 40 { " and more" }
                    ": " (numbers)
                }
                (circle) (text(&several(rows)))
            }
        },
    }
}

fn several(rows: &[&Row]) -> String {
    format!("{} documents", rows.len())
}

fn label_of(point: &Point) -> String {
    match &point.rows[..] {
        [row] => shortened(&row.id),
        rows => several(rows),
    }
}

/// Where the name of each point stands and at which end it is held; none where there is no room for it.
fn labels(points: &[Point]) -> Vec<Option<(f64, f64, &'static str)>> {
    let mut taken: Vec<Taken> =
        points.iter().map(|point| Taken { left: point.x - 4.0, top: point.y - 4.0, width: 8.0, height: 8.0 }).collect();
    // With very many points there is no room for names, and looking for it would take long.
    if points.len() > 200 {
        return vec![None; points.len()];
    }
    points
        .iter()
        .map(|point| {
            let width = label_of(point).chars().count() as f64 * 6.1;
            let ways = [
                (9.0, 4.0, "start"),
                (-9.0, 4.0, "end"),
                (0.0, -10.0, "middle"),
                (0.0, 18.0, "middle"),
                (7.0, -6.0, "start"),
                (7.0, 15.0, "start"),
                (-7.0, -6.0, "end"),
                (-7.0, 15.0, "end"),
                (0.0, -22.0, "middle"),
            ];
            ways.into_iter().find_map(|(dx, dy, anchor)| {
                let (x, y) = (point.x + dx, point.y + dy);
                let left = match anchor {
                    "start" => x,
                    "end" => x - width,
                    _ => x - width / 2.0,
                };
                let own = Taken { left, top: y - 9.0, width, height: 11.0 };
                let fits = left > 2.0 && left + width < WIDTH + 30.0 && own.top > -12.0 && y < HEIGHT;
                (fits && !taken.iter().any(|other| own.meets(*other))).then(|| {
                    taken.push(own);
                    (x, y, anchor)
                })
            })
        })
        .collect()
}

impl Taken {
    fn meets(self, other: Taken) -> bool {
        self.left < other.left + other.width
            && other.left < self.left + self.width
            && self.top < other.top + other.height
            && other.top < self.top + self.height
    }
}

fn shortened(id: &str) -> String {
    if id.chars().count() <= MOST_LETTERS {
        return id.to_owned();
    }
    id.chars().take(MOST_LETTERS - 1).chain(['…']).collect()
}

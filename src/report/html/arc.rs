/*!
The arc of a telling: every family over its tenths, and inside and outside of passages about what was hard. Tables that are charts: each cell is a bar and its number.
*/

use super::chart::{at, decimal};
use super::family::Families;
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::score::{MIN_WORDS_FOR_SCALES, Stretch};
use maud::{Markup, html};

const HEIGHT: f64 = 30.0;

/// The families over the course of the telling; nothing for texts that are too short to have one.
pub(super) fn arc(families: &Families, analysis: &Analysis) -> Markup {
    if analysis.score.words < MIN_WORDS_FOR_SCALES || analysis.matches.is_empty() {
        return html! { p.none { "Too little is told, or found, to show a course." } };
    }
    let course = &analysis.course;
    let highest = (0..families.all.len())
        .flat_map(|family| course.iter().filter_map(move |stretch| rate(stretch, family)))
        .fold(1.0, f64::max);
    let is_found = |number: usize| course.iter().any(|stretch| stretch.families[number] > 0);
    let (found, absent): (Vec<_>, Vec<_>) = families.all.iter().enumerate().partition(|(number, _)| is_found(*number));
    html! {
        div.scroll tabindex="0" role="group" aria-label="Cues over the course of the telling" {
            table.arc {
                caption {
                    "Over the course of the telling, in tenths of the narrator’s words. The height of a bar is the rate, the number the matches; "
                    "the highest bar stands for " (decimal(highest, 0)) " per 1,000 words."
                    @if !absent.is_empty() {
                        " Not found: "
                        @for (place, (_, family)) in absent.iter().enumerate() { @if place > 0 { ", " } (family.name) }
                        "."
                    }
                }
                thead { tr {
                    th scope="col" { span.unseen { "family" } }
                    @for tenth in 1..=course.len() { th scope="col" { span.unseen { "tenth " } (tenth) } }
                } }
                tbody { @for (number, family) in found {
                    tr {
                        th scope="row" { span.sign.(family.class) aria-hidden="true" { (family.sign) } (family.name) }
                        @for stretch in course {
                            @let n = stretch.families[number];
                            td {
                                (column(rate(stretch, number).unwrap_or(0.0) / highest, &family.class))
                                span.n.zero[n == 0] { (n) }
                            }
                        }
                    }
                } }
            }
        }
    }
}

fn column(share: f64, class: &str) -> Markup {
    let height = share * HEIGHT;
    html! {
        svg class={ "column " (class) } viewBox="0 0 10 30" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @if height > 0.0 { rect x="0" y=(at(HEIGHT - height)) width="10" height=(at(height)) {} }
        }
    }
}

/// Families inside and outside of the lexicon's passages, such as those about loss and trauma; nothing if there are none.
pub(super) fn passages(definitions: &Definitions, families: &Families, analysis: &Analysis) -> Markup {
    let [inside, outside] = &analysis.passages;
    if definitions.passages.markers.is_empty() || inside.words == 0 || outside.words == 0 {
        return html! {};
    }
    let highest = (0..families.all.len())
        .flat_map(|family| [rate(inside, family), rate(outside, family)])
        .flatten()
        .fold(1.0, f64::max);
    let cell = |stretch: &Stretch, number: usize, class: &str| {
        let rate = rate(stretch, number).unwrap_or(0.0);
        html! {
            td.drawn {
                svg class={ "bar " (class) } viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                    rect x="0" y="4" width=(at((rate / highest * 100.0).max(0.6))) height="8" {}
                }
            }
            td.value { (decimal(rate, 1)) }
        }
    };
    html! {
        table.bars.passages {
            caption {
                "Where it was hard, and elsewhere: cues per 1,000 words in sentences about "
                @for (number, &marker) in definitions.passages.markers.iter().enumerate() {
                    @if number > 0 { ", " }
                    (definitions.markers[marker].title.to_lowercase())
                }
                ", and near them (" (inside.words) " words), and in all others (" (outside.words) " words)."
            }
            thead { tr {
                th scope="col" { span.unseen { "family" } }
                th scope="colgroup" colspan="2" { "there" }
                th scope="colgroup" colspan="2" { "elsewhere" }
            } }
            tbody { @for (number, family) in families.all.iter().enumerate() {
                @if inside.families[number] + outside.families[number] > 0 {
                    tr {
                        th scope="row" { span.sign.(family.class) aria-hidden="true" { (family.sign) } (family.name) }
                        (cell(inside, number, &family.class))
                        (cell(outside, number, &family.class))
                    }
                }
            } }
        }
    }
}

fn rate(stretch: &Stretch, family: usize) -> Option<f64> {
    (stretch.words > 0).then(|| stretch.families[family] as f64 * 1000.0 / stretch.words as f64)
}

/*!
The scales of a document as tables with bars: rates, values from 0 to 1, and those made of parts unfolded into them.
*/

use super::chart::{Axis, bar, decimal};
use super::family::Families;
use crate::analyzer::Analysis;
use crate::lexicon::{Definitions, Formula, Scale};
use crate::report::scales::note;
use crate::score::{Interval, Measured};
use maud::{Markup, html};

/// Whether the scale is a sum of rates, without an upper end.
pub(super) fn is_rate(scale: &Scale) -> bool {
    matches!(scale.formula, Formula::WeightedRate(_))
}

/// Whether it is a pattern: a product that needs something told, and is not applicable without.
pub(super) fn is_pattern(scale: &Scale) -> bool {
    matches!(&scale.formula, Formula::Product { needs, .. } if !needs.is_empty())
}

type Scaled<'a> = (&'a Scale, &'a Measured);

fn scaled<'a>(
    definitions: &'a Definitions,
    analysis: &'a Analysis,
    wanted: impl Fn(&Scale) -> bool + 'a,
) -> impl Iterator<Item = Scaled<'a>> {
    definitions.scales.iter().zip(&analysis.score.measured).filter(move |(scale, _)| wanted(scale))
}

/// The patterns of the lexicon: what is said of the text, and the factors that it is made of.
pub(super) fn patterns(definitions: &Definitions, analysis: &Analysis, prefix: &str) -> Markup {
    html! {
        @for (scale, measured) in scaled(definitions, analysis, is_pattern) {
            section.pattern {
                h3 id={ (prefix) "-" (scale.name) } { (scale.title) }
                p.verdict { (in_words(scale, measured)) }
                (unfolded(scale, measured))
                p.about { (scale.about) }
            }
        }
    }
}

/// Rates, and values from 0 to 1, side by side.
pub(super) fn scales(definitions: &Definitions, families: &Families, analysis: &Analysis) -> Markup {
    let rates: Vec<Scaled> = scaled(definitions, analysis, is_rate).collect();
    let values = rates.iter().filter_map(|(_, measured)| measured.value);
    let axis = Axis::around(values.flat_map(|value| [value.value, value.low, value.high]), 4);
    let others: Vec<Scaled> = scaled(definitions, analysis, |scale| !is_rate(scale)).collect();
    html! {
        div.columns {
            @if !rates.is_empty() {
                table.bars {
                    caption { "Weighted cues per 1,000 words" span.axis { (decimal(axis.low, axis.places())) " to " (decimal(axis.high, axis.places())) } }
                    (head("scale"))
                    tbody { @for (scale, measured) in &rates {
                        tr {
                            th scope="row" {
                                @if let Some(family) = families.named(&scale.name) { span.sign.(family.class) aria-hidden="true" { (family.sign) } }
                                @else { span.sign aria-hidden="true" {} }
                                span title=(scale.about) { (scale.title) }
                            }
                            (cells(measured.value, axis, 1, families.named(&scale.name).map_or("", |family| &family.class)))
                        }
                    } }
                }
            }
            @if !others.is_empty() {
                table.bars {
                    caption { "Scales" span.axis { "0 to 1" } }
                    (head("scale"))
                    tbody { @for (scale, measured) in &others {
                        tr {
                            th scope="row" { span title=(scale.about) { (scale.title.split(':').next().unwrap_or_default()) } }
                            (cells(measured.value, Axis::UNIT, 2, ""))
                        }
                    } }
                }
            }
        }
        details.parts {
            summary { "What these scales are made of" }
            div.columns { @for (scale, measured) in &others {
                @if !scale.formula.parts().is_empty() && !is_pattern(scale) {
                    section {
                        h4 { (scale.title) }
                        @if measured.value.is_none() || measured.lowest.is_some() { p.verdict { (in_words(scale, measured)) } }
                        (unfolded(scale, measured))
                        p.about { (scale.about) }
                    }
                }
            } }
        }
    }
}

/// The parts of a scale with their bars; the one that holds it down most is marked.
fn unfolded(scale: &Scale, measured: &Measured) -> Markup {
    html! {
        table.bars.factors {
            caption.unseen { "The parts of: " (scale.title) }
            (head("part"))
            tbody { @for (number, part) in scale.formula.parts().iter().enumerate() {
                @let is_lowest = measured.lowest == Some(number);
                tr.lowest[is_lowest] {
                    th scope="row" {
                        (part.name.replace('_', " "))
                        @if is_lowest { span.tag { "lowest" } }
                    }
                    (cells(measured.parts.get(number).copied().flatten(), Axis::UNIT, 2, ""))
                }
            } }
        }
    }
}

fn head(what: &str) -> Markup {
    html! { thead.unseen { tr { th scope="col" { (what) } th scope="col" { "value" } th scope="col" { "95 % interval" } th scope="col" { "as a bar" } } } }
}

fn cells(value: Option<Interval>, axis: Axis, places: usize, class: &str) -> Markup {
    match value {
        Some(value) => html! {
            td.value { (decimal(value.value, places)) }
            td.interval { (decimal(value.low, places)) "–" (decimal(value.high, places)) }
            td.drawn { (bar(value, axis, class)) }
        },
        None => html! { td.value.none { "none" } td.interval {} td.drawn {} },
    }
}

/// What a scale says of the text, as a sentence.
fn in_words(scale: &Scale, measured: &Measured) -> String {
    let note = note(scale, measured).replace('_', " ");
    let mut chars = note.chars();
    chars.next().map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

/*!
Tables of what scales are made of, and of how a telling goes on: `scales.csv`, `course.csv` and `passages.csv`, in long form; and a scale in words.
*/

use super::columns;
use super::csv::{ABSENT, decimal, integer, interval, safe, table};
use crate::analyzer::Analysis;
use crate::lexicon::{Definitions, Formula, LinkTo, Measure, Part, Scale, Weights};
use crate::score::{Intervals, MIN_WORDS_FOR_SCALES, Measured, Missing, Stretch};
use std::io::{self, Write};

/// `scales.csv`: one row a document and scale, and one for each of its parts.
///
/// # Errors
/// What `out` says.
pub fn scales(
    definitions: &Definitions,
    analyses: &[Analysis],
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(columns::scales().head())?;
    }
    let mut cell = String::new();
    for analysis in analyses {
        for (scale, measured) in definitions.scales.iter().zip(&analysis.score.measured) {
            table.write_field(safe(&analysis.document.id).as_ref())?;
            table.write_field(&scale.name)?;
            table.write_field("")?;
            table.write_field(ABSENT)?;
            interval(&mut table, &mut cell, measured.value)?;
            table.write_field(safe(&note(scale, measured)).as_ref())?;
            table.write_record(None::<&[u8]>)?;
            for (part, value) in scale.formula.parts().iter().zip(&measured.parts) {
                table.write_field(safe(&analysis.document.id).as_ref())?;
                table.write_field(&scale.name)?;
                table.write_field(&part.name)?;
                table.write_field(decimal(&mut cell, part.weight, 2))?;
                interval(&mut table, &mut cell, *value)?;
                table.write_field("")?;
                table.write_record(None::<&[u8]>)?;
            }
        }
    }
    table.flush()
}

/// What a scale says of a text in plain words: why it has no value, or what holds it down. Of the text, never of a person.
pub fn note(scale: &Scale, measured: &Measured) -> String {
    let unmet = || match &scale.formula {
        Formula::Product { unmet, .. } if !unmet.is_empty() => format!(": {unmet}"),
        _ => String::new(),
    };
    match measured.missing {
        Some(Missing::TooShort) => format!("no value: fewer than {MIN_WORDS_FOR_SCALES} words"),
        Some(Missing::NotApplicable) => format!("not applicable{}", unmet()),
        Some(Missing::NothingToMeasure) => "no value: the text has nothing of what it measures".to_owned(),
        None => match (measured.value, measured.lowest) {
            (Some(value), Some(lowest)) => {
                let part = &scale.formula.parts()[lowest];
                let of = measured.parts[lowest].map_or(0.0, |part| part.value);
                format!(
                    "{:.2} ({:.2} to {:.2}); what holds it down most is {} ({of:.2}): {}",
                    value.value, value.low, value.high, part.name, part.when_low
                )
            }
            _ => String::new(),
        },
    }
}

/// `course.csv`: one row a document and tenth of the narrator's words.
///
/// # Errors
/// What `out` says.
pub fn course(
    definitions: &Definitions,
    analyses: &[Analysis],
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let of = |analysis: &Analysis| -> Vec<(String, Stretch)> {
        let stretches = analysis.course.iter().cloned().enumerate();
        stretches.map(|(number, stretch)| ((number + 1).to_string(), stretch)).collect()
    };
    stretches(&columns::course(definitions), analyses, of, with_head, out)
}

/// `passages.csv`: two rows a document, one for the sentences inside passages about what was hard, one for those outside.
///
/// # Errors
/// What `out` says.
pub fn passages(
    definitions: &Definitions,
    analyses: &[Analysis],
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let of = |analysis: &Analysis| -> Vec<(String, Stretch)> {
        columns::PASSAGES.map(str::to_owned).into_iter().zip(analysis.passages.iter().cloned()).collect()
    };
    stretches(&columns::passages(definitions), analyses, of, with_head, out)
}

fn stretches(
    of_table: &columns::Table,
    analyses: &[Analysis],
    of: impl Fn(&Analysis) -> Vec<(String, Stretch)>,
    with_head: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = table(out);
    if with_head {
        table.write_record(of_table.head())?;
    }
    let intervals = Intervals::new();
    let mut cell = String::new();
    for analysis in analyses {
        for (name, stretch) in of(analysis) {
            table.write_field(safe(&analysis.document.id).as_ref())?;
            table.write_field(&name)?;
            for number in [stretch.words, stretch.sentences] {
                table.write_field(integer(&mut cell, number))?;
            }
            for &count in &stretch.families {
                table.write_field(integer(&mut cell, count))?;
                interval(&mut table, &mut cell, intervals.rate(count, stretch.words))?;
            }
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

/// A scale in words: what it means, its formula, every part and weight, and its sources.
pub fn describe(definitions: &Definitions, scale: &Scale) -> String {
    let mut text = format!("{}: {}\n{}\n\n", scale.name, scale.title, scale.about);
    match &scale.formula {
        Formula::WeightedRate(weights) => {
            text += "weighted_rate: the sum of weight × matches, per 1,000 words of the narrator; no upper end\n";
            text += &list(definitions, weights, "  ");
        }
        Formula::Measure(own) => text += &measure(definitions, own, ""),
        Formula::Mean(parts) => {
            text += "mean: the weighted mean of those parts that have a value; 0 to 1\n";
            text += &list_of_parts(definitions, parts);
        }
        Formula::Product { parts, needs, unmet } => {
            text += "product: the weighted geometric mean of those parts that have a value; 0 to 1\n";
            if !needs.is_empty() {
                let names = names(definitions, needs);
                text += &format!("  not applicable without a match of {names} ({unmet})\n");
            }
            text += &list_of_parts(definitions, parts);
        }
    }
    text += "\nsources\n";
    for source in &scale.sources {
        text += &format!("  {source}\n");
    }
    text
}

fn list_of_parts(definitions: &Definitions, parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        let inverted = if part.is_inverted { ", inverted (1 less the value)" } else { "" };
        let required = if part.is_required { ", required" } else { "" };
        text +=
            &format!("\n  {} (weight {}{inverted}{required}); when low: {}\n", part.name, part.weight, part.when_low);
        text += &measure(definitions, &part.measure, "    ");
    }
    text
}

fn measure(definitions: &Definitions, measure: &Measure, indent: &str) -> String {
    let names = |markers: &[usize]| names(definitions, markers);
    let lists = |groups: &[Vec<String>], between: &str| {
        let group = |lists: &Vec<String>| lists.iter().map(|list| format!("@{list}")).collect::<Vec<_>>().join(" or ");
        groups.iter().map(group).collect::<Vec<_>>().join(between)
    };
    let lines: Vec<String> = match measure {
        Measure::Rate { weights, half, forgiven_by, within } => {
            let mut lines = vec![format!(
                "rate: r / (r + {half}), with r the sum of weight × matches per 1,000 words, not below 0"
            )];
            lines.extend(list(definitions, weights, "  ").lines().map(str::to_owned));
            if !forgiven_by.is_empty() {
                lines.push(format!("  not counted within {within} sentences of {}", names(forgiven_by)));
            }
            lines
        }
        Measure::Ratio { good, bad, prior } => {
            let mut lines =
                vec![format!("ratio: (good + {prior}) / (good + bad + 2 × {prior}), weighted matches per 1,000 words")];
            for (name, weights) in [("good", good), ("bad", bad)] {
                lines.push(format!("  {name}"));
                lines.extend(list(definitions, weights, "    ").lines().map(str::to_owned));
            }
            lines
        }
        Measure::Share { markers } => vec![format!("share: share of sentences with {}", names(markers))],
        Measure::Backed { claims, claim_words, backing, after, before, prior } => {
            let mut lines = vec![format!(
                "backed: (b + {prior}) / (b + u + 2 × {prior}), with b and u the backed and unbacked claims per 1,000 words"
            )];
            lines.push(format!("  a claim is a sentence with {}", names(claims)));
            if !claim_words.is_empty() {
                lines.push(format!("  or with a word of {}", lists(claim_words, " and one of ")));
            }
            lines.push(format!(
                "  backed by {} in the same answer, up to {before} sentences before and {after} after",
                names(backing)
            ));
            lines
        }
        Measure::Consistent { first, then, bridges, within, persons } => vec![
            format!("consistent: share of sentences with {}", names(first)),
            format!("  that no {} of the same person stands against", names(then)),
            format!("  persons: {}", lists(persons, "; ")),
            format!("  unless {} stands within {within} sentences of either", names(bridges)),
        ],
        Measure::Linked { to, referents } => {
            let what = match to {
                LinkTo::Question => {
                    "answers that share the stem of a content word with their question in their first sentences"
                }
                LinkTo::Sentence => "sentences that share the stem of a content word with the one before in the turn",
            };
            let or = referents.as_ref().map_or(String::new(), |list| format!(", or have a word of @{list}"));
            vec![format!("linked: share of {what}{or}")]
        }
        Measure::Length { shorter, least_open, longer, most } => vec![
            "length: mean over answers of 1 within bounds, else how near the bound they come".to_owned(),
            format!("  lower bound of answers to open questions: {shorter} × own median, at least {least_open} words"),
            format!("  upper bound: {longer} × own median, at least {most} words"),
        ],
        Measure::Scale(index) => {
            let scale = &definitions.scales[*index];
            vec![format!("scale: {} ({})", scale.name, scale.title)]
        }
    };
    lines.iter().map(|line| format!("{indent}{line}\n")).collect()
}

fn list(definitions: &Definitions, weights: &Weights, indent: &str) -> String {
    let mut text = String::new();
    for &(marker, weight) in &weights.single {
        text += &format!("{indent}{weight:>5} × {}\n", definitions.markers[marker].name);
    }
    for (markers, weight) in &weights.together {
        let names: Vec<&str> = markers.iter().map(|&marker| definitions.markers[marker].name.as_str()).collect();
        text += &format!("{indent}{weight:>5} × sentences with {}\n", names.join(" and "));
    }
    text
}

fn names(definitions: &Definitions, markers: &[usize]) -> String {
    let names: Vec<&str> = markers.iter().map(|&marker| definitions.markers[marker].name.as_str()).collect();
    names.join(", ")
}

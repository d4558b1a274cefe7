/*!
One document: what it says in numbers, its arc, its transcript with evidence, and all that was found as a list.
*/

use super::chart::{counted, decimal, whole};
use super::family::Families;
use super::text::{Told, name, quoting};
use super::{arc, bars, transcript};
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::report::Options;
use crate::report::csv::Problem;
use crate::score::Score;
use maud::{Markup, html};

/// All about one document. `prefix` begins all its ids.
pub(super) fn document(
    definitions: &Definitions,
    families: &Families,
    analysis: &Analysis,
    options: Options,
    prefix: &str,
) -> Markup {
    let score = &analysis.score;
    let id = |what: &str| format!("{prefix}-{what}");
    html! {
        header.head {
            h2 id=(prefix) { (name(&analysis.document.id)) }
            p.file { "from " (name(&analysis.document.file)) }
            (facts(score, analysis.matches.len(), analysis.document.inaudible.len()))
            (warnings(score))
            (notes(analysis, options))
        }
        section {
            h3 id=(id("numbers")) { "In numbers" }
            (bars::scales(definitions, families, analysis))
        }
        (bars::patterns(definitions, analysis, prefix))
        section {
            h3 id=(id("arc")) { "The arc" }
            (arc::arc(families, analysis))
            (arc::passages(definitions, families, analysis))
        }
        section.text {
            h3 id=(id("text")) { "The telling, with its evidence" }
            @if analysis.matches.is_empty() { p.none { "Nothing was found in it." } }
            @else { (key(families, &score.families.iter().map(|family| family.count).collect::<Vec<_>>(), prefix)) }
            (transcript::transcript(definitions, families, analysis, options, prefix))
        }
        section.found {
            h3 id=(id("found")) { "What was found" }
            (markers(definitions, families, score))
            (list(definitions, families, analysis, options))
        }
    }
}

fn facts(score: &Score, n_matches: usize, n_inaudible: usize) -> Markup {
    html! {
        ul.facts {
            li { b { (whole(score.words)) } " words of the narrator" }
            li { b { (whole(score.sentences)) } @if score.sentences == 1 { " sentence" } @else { " sentences" } }
            li { b { (whole(score.turns)) } @if score.turns == 1 { " turn" } @else { " turns" } }
            @if let Some(mean) = score.mean_answer_words {
                li { b { (whole(score.questions)) } @if score.questions == 1 { " answer" } @else { " answers" } ", " (decimal(mean, 0)) " words on average" }
            }
            li { b { (whole(n_matches)) } @if n_matches == 1 { " match" } @else { " matches" } }
            @if n_inaudible > 0 { li { (counted(n_inaudible, "inaudible passage", "inaudible passages")) } }
        }
    }
}

fn warnings(score: &Score) -> Markup {
    let told = |flag: &str| match flag {
        "empty" => "There are no words of a narrator in it: nothing was scored.".to_owned(),
        "no_scales" => "Fewer than 100 words: no scale is given.".to_owned(),
        "short" => "Fewer than 250 words: intervals are wide, and a single sentence may decide.".to_owned(),
        "encoding" => "Its encoding had to be guessed; look whether letters are right.".to_owned(),
        "narrator_doubtful" => "Who the narrator is had to be guessed; look whether it is right.".to_owned(),
        "incomplete" => "A part of it could not be read.".to_owned(),
        other => other.replace('_', " "),
    };
    html! {
        @if !score.flags.is_empty() {
            ul.warnings { @for flag in &score.flags { li { (told(flag)) } } }
        }
    }
}

/// What was odd in reading. Messages quote labels, which are not told without texts.
fn notes(analysis: &Analysis, options: Options) -> Markup {
    let problem = |note: &crate::document::Note| Problem {
        document: String::new(),
        file: String::new(),
        line: note.line,
        severity: if note.kind.is_doubt() { "doubt" } else { "note" },
        kind: note.kind.name(),
        message: note.message.clone(),
    };
    let problems: Vec<Problem> = analysis.document.notes.iter().map(problem).collect();
    html! {
        @if !problems.is_empty() {
            ul.notes { @for problem in &problems { li { (message(problem, options)) } } }
        }
    }
}

/// The message of a problem, which can be taken out of a page.
pub(super) fn message(problem: &Problem, options: Options) -> Markup {
    let told = problem.told(Options { no_text: true });
    if told == problem.message {
        return html! { (Told(&problem.message)) };
    }
    quoting(options.no_text, Told(&problem.message), Told(&told))
}

/// The families with their letters, forms and colours; each can be switched off, which needs no script.
fn key(families: &Families, counts: &[usize], prefix: &str) -> Markup {
    html! {
        fieldset.key {
            legend { "Shown" }
            @for (number, family) in families.all.iter().enumerate() {
                @let id = format!("{prefix}-k{number}");
                span.item.absent[counts[number] == 0] {
                    input type="checkbox" checked id=(id) data-family=(family.class) class={ "k-" (family.class) };
                    label for=(id) {
                        span.sign.(family.class) aria-hidden="true" { (family.sign) }
                        span.u.(family.class) { (family.name) } " " span.n { (counts[number]) }
                    }
                }
            }
        }
    }
}

/// The markers found, with how often, what they mean and what they rest on.
fn markers(definitions: &Definitions, families: &Families, score: &Score) -> Markup {
    let found = || {
        let all = definitions.markers.iter().zip(&score.features).enumerate();
        all.filter(|(_, (_, feature))| feature.count > 0)
    };
    if found().next().is_none() {
        return html! {};
    }
    html! {
        div.scroll tabindex="0" role="group" aria-label="Markers found" {
            table.markers {
                caption { "Markers found, with their rates per 1,000 words and the share of sentences that have one" }
                thead { tr {
                    th scope="col" { "marker" }
                    th.value scope="col" { "matches" }
                    th.value scope="col" { "rate" }
                    th.value scope="col" { "95 % interval" }
                    th.value scope="col" { "sentences" }
                    th scope="col" { "what it is" }
                } }
                tbody { @for (number, (marker, feature)) in found() {
                    @let family = families.of(number);
                    tr {
                        th scope="row" { span.sign.(family.class) aria-hidden="true" { (family.sign) } (marker.title) span.unseen { " (" (family.name) ")" } }
                        td.value { (feature.count) }
                        @match feature.rate {
                            Some(rate) => {
                                td.value { (decimal(rate.value, 1)) }
                                td.value { (decimal(rate.low, 1)) "–" (decimal(rate.high, 1)) }
                            }
                            None => { td.value {} td.value {} }
                        }
                        td.value { (decimal(feature.sentence_share * 100.0, 0)) " %" }
                        td.prose { (marker.about) " " span.sources { (marker.sources.join("; ")) } }
                    }
                } }
            }
        }
    }
}

/// Every match by sentence: for those who do not look, and where the text is not told.
fn list(definitions: &Definitions, families: &Families, analysis: &Analysis, options: Options) -> Markup {
    if analysis.matches.is_empty() {
        return html! {};
    }
    html! {
        details.list open[options.no_text] {
            summary { "All " (whole(analysis.matches.len())) " matches, in order" }
            div.scroll tabindex="0" role="group" aria-label="All matches" {
                table {
                    thead { tr {
                        th.value scope="col" { "turn" }
                        th.value scope="col" { "sentence" }
                        th scope="col" { "marker" }
                        th scope="col" { "rule" }
                    } }
                    tbody { @for found in &analysis.matches {
                        @let rule = &definitions.rules[found.rule];
                        @let family = families.of(rule.marker);
                        @let turn = analysis.sentences[found.sentence].turn;
                        tr {
                            td.value { (turn + 1) }
                            td.value { (found.sentence + 1) }
                            td { span.sign.(family.class) aria-hidden="true" { (family.sign) } (definitions.markers[rule.marker].name) }
                            td { code { (rule.id) } }
                        }
                    } }
                }
            }
        }
    }
}

/*!
The overview of a batch: what was read, what is short or doubtful, how the scales are spread, where the documents lie, and the table that leads to each.
*/

use super::chart::{counted, whole};
use super::document::message;
use super::family::Families;
use super::row::Row;
use super::text::name;
use super::{index, page, plane, spread};
use crate::lexicon::Definitions;
use crate::report::Options;
use crate::report::csv::Doubts;
use crate::score::{MIN_WORDS, MIN_WORDS_FOR_SCALES, percentile};
use maud::{Markup, html};

/// What a batch was, as far as the overview tells it.
pub(super) struct Batch<'a> {
    pub(super) rows: &'a [Row],
    /// All documents: more than rows, if there were too many for a page.
    pub(super) n_documents: usize,
    pub(super) n_matches: usize,
    pub(super) n_failed: usize,
    pub(super) problems: &'a Doubts,
    /// Tables of which the page shows nothing, and what is in them.
    pub(super) beside: &'a [(String, String)],
    pub(super) options: Options,
}

pub(super) fn overview(definitions: &Definitions, families: &Families, batch: &Batch) -> Markup {
    let rows = batch.rows;
    let plane = plane::plane(definitions, rows);
    html! {
        header.masthead {
            p.kicker { "Throughline" }
            h1 { "Cues in the language of " (counted(batch.n_documents, "telling", "tellings")) }
            (page::caution())
        }
        @if rows.len() > 1 {
            nav aria-label="Contents" { ol.contents {
                li { a href="#read" { "What was read" } }
                @if plane.is_some() { li { a href="#plane" { "Two dimensions" } } }
                li { a href="#spread" { "How the scales are spread" } }
                li { a href="#documents" { "Documents" } }
                li { a href="#how" { "How to read the numbers" } }
            } }
        }
        section aria-labelledby="read" {
            h2 #read { "What was read" }
            (facts(batch))
            @if !batch.beside.is_empty() {
                p { "Beside this page: " @for (at, (file, about)) in batch.beside.iter().enumerate() {
                    @if at > 0 { "; " } code { (file) } ", " (about)
                } "." }
            }
            (problems(batch))
        }
        @if rows.len() > 1 {
            @if let Some(plane) = &plane {
                section aria-labelledby="plane" {
                    h2 #plane { "Two dimensions" }
                    (plane)
                }
            }
            section aria-labelledby="spread" {
                h2 #spread { "How the scales are spread" }
                p { "Each line is a document with its 95 % interval, from the lowest value to the highest. Where the lines are long, the order of the documents means little." }
                (spread::spreads(definitions, families, rows))
            }
        }
        section aria-labelledby="documents" {
            h2 #documents { "Documents" }
            @if batch.n_documents > rows.len() {
                p { "The first " (whole(rows.len())) " of " (whole(batch.n_documents)) " documents are shown here and have pages; documents.csv has all." }
            }
            (index::index(definitions, families, rows))
        }
        section aria-labelledby="how" {
            h2 #how { "How to read the numbers" }
            (how(families))
        }
    }
}

fn facts(batch: &Batch) -> Markup {
    let mut words: Vec<f64> = batch.rows.iter().map(|row| row.words as f64).collect();
    words.sort_by(f64::total_cmp);
    let total: f64 = words.iter().sum();
    let n_with = |flag: &str| batch.rows.iter().filter(|row| row.flags.contains(&flag)).count();
    let n_tiny = n_with("no_scales") + n_with("empty");
    let n_short = n_with("short");
    html! {
        dl.facts {
            div { dt { "documents" } dd { (whole(batch.n_documents)) } }
            @if let (Some(shortest), Some(longest)) = (words.first(), words.last()) {
                div { dt { "words of narrators" } dd { (whole(total as usize)) } }
                @if words.len() > 1 {
                    div { dt { "words of a document" } dd {
                        (whole(percentile(&words, 0.5) as usize)) " " small { "median; " (whole(*shortest as usize)) " to " (whole(*longest as usize)) }
                    } }
                }
            }
            div { dt { "matches" } dd { (whole(batch.n_matches)) } }
            @if n_short > 0 { div { dt { "short" } dd { (whole(n_short)) " " small { "under " (MIN_WORDS) " words" } } } }
            @if n_tiny > 0 { div { dt { "too short for scales" } dd { (whole(n_tiny)) " " small { "under " (MIN_WORDS_FOR_SCALES) " words" } } } }
            @if batch.n_failed > 0 { div { dt { "could not be read" } dd { (whole(batch.n_failed)) } } }
        }
    }
}

/// What failed or is in doubt.
fn problems(batch: &Batch) -> Markup {
    let Doubts { first, n } = batch.problems;
    if *n == 0 {
        return html! { p { "Every input was read without doubt." } };
    }
    html! {
        h3 { "Look at these first" }
        div.scroll tabindex="0" role="group" aria-label="What failed or is in doubt" {
            table.problems {
                caption.unseen { "What failed or is in doubt" }
                thead { tr { th scope="col" { "document or file" } th scope="col" { "" span.unseen { "severity" } } th scope="col" { "what was found" } } }
                tbody { @for problem in first {
                    tr {
                        th scope="row" {
                            (name(if problem.document.is_empty() { &problem.file } else { &problem.document }))
                            @if let Some(line) = problem.line { span.line { ", line " (line) } }
                        }
                        td { span.severity.(problem.severity) { (problem.severity) } }
                        td.prose { (message(problem, batch.options)) }
                    }
                } }
            }
        }
        @if *n > first.len() { p { "… and " (whole(n - first.len())) " more; problems.csv has all." } }
    }
}

fn how(families: &Families) -> Markup {
    html! {
        div.columns.prose {
            p { b { "Weighted cues per 1,000 words." } " The scale of a family: how often its markers were found in 1,000 words of the narrator, each times its weight, which " code { "throughline scale show NAME" } " prints. "
                "Nobody else’s words are counted, and markers that speak against a family count negative. In documents.csv it is " code { "scale_NAME" } "; " code { "NAME_rate" } " is another number, in which every match counts once. "
                "There is no upper end, and no amount is a norm." }
            p { b { "Scales from 0 to 1." } " Made of markers by formulas that " code { "throughline scale show NAME" } " prints with their weights and sources. "
                "They put texts in an order; their steps are not units of anything." }
            p { b { "Intervals" } " are 95 %: exact (Poisson) for rates, by Fay & Feuer for weighted sums of them, a bootstrap over sentences for scales from 0 to 1. They say how far a number hangs on the few sentences "
                "that were said; they know nothing of what the narrator would say another day. Whether two documents differ cannot be read off whether their intervals overlap; " code { "throughline compare" } " gives the difference between two waves with an interval of its own." }
            p { b { "A pattern" } " that needs hardship to be told is " i { "not applicable" } " where none is told, which is not the same as low." }
            p { b { "What was not found" } " may be there all the same: rules find some of what a reader sees, and some of what they find is wrong. "
                "The transcript shows every find with the rule behind it." }
        }
        table.families {
            caption { "The letter and the line of each family. Colours only repeat what these say." }
            thead.unseen { tr { th scope="col" { "letter" } th scope="col" { "family" } } }
            tbody { @for family in &families.all {
                tr {
                    td { span.sign.(family.class) { (family.sign) } }
                    th scope="row" { span.u.(family.class) { (family.name) } }
                }
            } }
        }
    }
}

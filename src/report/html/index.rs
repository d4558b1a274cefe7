/*!
The table of all documents. It is whole without a script; with one it can be sorted by every column and searched by name.
*/

use super::bars::is_rate;
use super::chart::{decimal, whole};
use super::family::Families;
use super::row::Row;
use super::text::name;
use crate::lexicon::Definitions;
use maud::{Markup, html};

/// All rows, with their rates, or with their scales from 0 to 1: a switch that needs no script chooses.
pub(super) fn index(definitions: &Definitions, families: &Families, rows: &[Row]) -> Markup {
    let scales: Vec<(usize, &crate::lexicon::Scale, &str)> = definitions
        .scales
        .iter()
        .enumerate()
        .map(|(number, scale)| (number, scale, if is_rate(scale) { "rate" } else { "unit" }))
        .collect();
    html! {
        div.index {
            fieldset.switch {
                legend.unseen { "Columns" }
                input type="radio" name="columns" id="show-rate" class="show-rate" checked;
                label for="show-rate" { "Weighted cues per 1,000 words" }
                input type="radio" name="columns" id="show-unit" class="show-unit";
                label for="show-unit" { "Scales from 0 to 1" }
            }
            div.scroll tabindex="0" role="group" aria-label="Table of documents" {
                table.sortable {
                    caption.unseen { "All documents" }
                    thead { tr {
                        th scope="col" { "document" }
                        th.value scope="col" { "words" }
                        @for (_, scale, class) in &scales {
                            th.value.(class) scope="col" title=(scale.title) {
                                @if let Some(family) = families.named(&scale.name) { span.sign.(family.class) aria-hidden="true" { (family.sign) } }
                                (scale.name.replace('_', " "))
                            }
                        }
                        th scope="col" { "look at" }
                    } }
                    tbody { @for row in rows {
                        tr {
                            th scope="row" { a href=(row.href) { (name(&row.id)) } }
                            td.value { (whole(row.words)) }
                            @for (number, _, class) in &scales {
                                @match row.scale(*number) {
                                    Some(value) => {
                                        td.value.(class).zero[value.value == 0.0] { (decimal(value.value, if *class == "rate" { 1 } else { 2 })) }
                                    }
                                    None => td.value.(class).none { "–" },
                                }
                            }
                            td.flags { (row.flags.join(", ").replace('_', " ")) }
                        }
                    } }
                }
            }
        }
    }
}

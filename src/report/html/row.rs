/*!
What the overview keeps of a document when its page is written: some hundred bytes, whatever its length.
*/

use crate::analyzer::Analysis;
use crate::score::Interval;

/// One document in the overview.
pub(super) struct Row {
    pub(super) id: String,
    /// Where its page or its part of the page is.
    pub(super) href: String,
    pub(super) words: usize,
    pub(super) flags: Vec<&'static str>,
    /// The scales in the order of the lexicon.
    scales: Vec<Option<[f32; 3]>>,
}

impl Row {
    pub(super) fn new(analysis: &Analysis, href: String) -> Row {
        let narrow = |interval: Interval| [interval.value, interval.low, interval.high].map(|number| number as f32);
        Row {
            id: analysis.document.id.clone(),
            href,
            words: analysis.score.words,
            flags: analysis.score.flags.clone(),
            scales: analysis.score.scales.iter().map(|scale| scale.map(narrow)).collect(),
        }
    }

    /// The value of the scale with this number.
    pub(super) fn scale(&self, number: usize) -> Option<Interval> {
        let [value, low, high] = (*self.scales.get(number)?)?.map(f64::from);
        Some(Interval { value, low, high })
    }
}

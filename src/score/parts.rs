/*!
Rows in parts: what is worked out for each row by itself is worked out part by part, by as many hands as there are.
*/

use crate::hands::{self, Hands};
use std::ops::Range;

/// How many rows are done at a time, and by whom.
pub struct Parts<'a> {
    hands: &'a dyn Hands,
    /// Rows of a part; all are one part if there is no number.
    n_rows: Option<usize>,
}

impl<'a> Parts<'a> {
    /// All rows at once.
    pub const ONE: Parts<'static> = Parts { hands: &hands::OneByOne, n_rows: None };

    /// So many rows at a time.
    pub fn of(hands: &'a dyn Hands, n_rows: usize) -> Parts<'a> {
        Parts { hands, n_rows: Some(n_rows.max(1)) }
    }

    /// Whether all rows are one part.
    pub(super) fn are_one(&self) -> bool {
        self.n_rows.is_none()
    }

    /// What each part of `n` rows gives, in order.
    pub(super) fn each<T: Send>(&self, n: usize, part: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
        match self.n_rows {
            None => vec![part(0..n)],
            Some(size) => {
                hands::collect(self.hands, n.div_ceil(size), |number| part(number * size..((number + 1) * size).min(n)))
            }
        }
    }
}

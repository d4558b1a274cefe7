//! (being written)
use crate::document::{Sentence, Token};
/// Tokens and sentences.
pub struct Segmentation {
    /// Tokens
    pub tokens: Vec<Token>,
    /// Sentences
    pub sentences: Vec<Sentence>,
}

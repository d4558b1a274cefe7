/*!
Speed of segmentation: tokens alone, and tokens with sentences, on about 1 MB of narrative with dialogue.
*/

use divan::Bencher;
use divan::counter::BytesCount;
use std::sync::LazyLock;
use throughline::document::{Document, Role, Speaker, Turn};
use throughline::segment::{Abbreviations, Segmentation, segment_into, tokens};
use throughline::span::Span;

const PARAGRAPH: &str = "When I was about seven, Mr. Harlow from next door used to walk me home – my mother couldn’t, she was on nights. \
“Mind the kerb,” he’d say. “You never know, do you?” I didn't answer; I never did. \"Why won't she talk?\" he asked my gran once, \
and she said, \"Give her time.\" It took, what, 3.5 years? [laughs] Looking back, I think he was lonely too... He had lost his wife at 5 a.m. on a Monday, \
and nobody in the street – not one of the 1,200 people – ever spoke of it. I don't blame them. I suppose I’ve made my peace with it.\n\n";
const REPETITIONS: usize = 1850;

const TOKENS_PER_PARAGRAPH: usize = 140;
const SENTENCES_PER_PARAGRAPH: usize = 10;

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let text = PARAGRAPH.repeat(REPETITIONS);
    Document {
        turns: vec![Turn { span: Span::new(0, text.len()), speaker: 0 }],
        speakers: vec![Speaker { label: String::new(), role: Role::Narrator }],
        text,
        ..Document::default()
    }
});

fn main() {
    divan::main();
}

#[divan::bench]
fn tokens_only(bencher: Bencher<'_, '_>) {
    let document = &*DOCUMENT;
    let mut out = Vec::new();
    bencher.counter(BytesCount::of_str(&document.text)).bench_local(|| {
        out.clear();
        tokens(&document.text, Span::new(0, document.text.len()), &mut out);
        assert_eq!(out.len(), REPETITIONS * TOKENS_PER_PARAGRAPH);
    });
}

#[divan::bench]
fn tokens_and_sentences(bencher: Bencher<'_, '_>) {
    let document = &*DOCUMENT;
    let list = |words: &[&str]| words.iter().map(|word| word.to_string()).collect::<Vec<String>>();
    let abbreviations = Abbreviations::new(&list(&["mr", "mrs", "dr", "etc", "a.m", "e.g"]), &list(&["etc", "a.m"]));
    let mut segmentation = Segmentation::default();
    bencher.counter(BytesCount::of_str(&document.text)).bench_local(|| {
        segment_into(document, &abbreviations, &mut segmentation);
        assert_eq!(segmentation.tokens.len(), REPETITIONS * TOKENS_PER_PARAGRAPH);
        assert_eq!(segmentation.sentences.len(), REPETITIONS * SENTENCES_PER_PARAGRAPH);
    });
}

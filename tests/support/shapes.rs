//! Shapes of input that make a careless program slow: each is made to any length, so that the work for twice the text can be counted.

/// A shape: its name, and the text of about so many words.
pub(crate) type Shape = (&'static str, fn(usize) -> String);

/// All of them.
pub(crate) const SHAPES: [Shape; 12] = [
    ("one sentence", one_sentence),
    ("sentences of three words", short_sentences),
    ("no punctuation and no line end", |n| "so he went and I wondered ".repeat(n / 6 + 1)),
    ("all quotation marks", |n| "\"“”'‘’\" ".repeat(n)),
    ("every word quoted", |n| "“I” “wonder” “why.” ".repeat(n / 3 + 1)),
    ("one word alone", |n| "and ".repeat(n)),
    ("nested brackets", |n| format!("{}I wonder{}", "(a ".repeat(n / 2), ")".repeat(n / 2))),
    ("brackets that never close", |n| "I [wonder (it was ".repeat(n / 4 + 1)),
    ("one cue again and again", |n| "I wonder. ".repeat(n / 2 + 1)),
    ("one cue in one sentence", |n| format!("{}.", "I wonder and ".repeat(n / 3 + 1))),
    ("half cues", |n| "it was it was no it was big ".repeat(n / 7 + 1)),
    ("turns of one word", |n| "I: Well?\nP: Nothing.\n".repeat(n / 2 + 1)),
];

fn one_sentence(n: usize) -> String {
    let words = ["my", "mother", "and", "the", "road", "went", "on", "while", "he", "told", "me", "nothing"];
    let mut text = String::from("I");
    for number in 0..n {
        text.push(' ');
        text.push_str(words[number % words.len()]);
    }
    text.push('.');
    text
}

fn short_sentences(n: usize) -> String {
    let sentences = ["He went home. ", "It was nothing. ", "Did she know? ", "Mother felt cold. "];
    (0..n / 3 + 1).map(|number| sentences[number % sentences.len()]).collect()
}

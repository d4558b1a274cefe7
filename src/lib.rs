/*!
Throughline: a rule-based narrative coherence analyser.

It reads life narratives and interview transcripts and finds, sentence by sentence, the cues in language that attachment research calls
coherent or incoherent. Every number it gives unfolds to the words behind it, the rule that found them, and the source of the rule. It never diagnoses and
never names an attachment class.

```
use throughline::analyzer::Analyzer;
use throughline::{read, report};

// The built-in lexicon, ready. Another comes from `lexicon::parse`, with all faults of all files at once, and `Analyzer::new`.
let analyzer = Analyzer::built_in().expect("the built-in lexicon has no faults");
// Never refuses a text; `document.notes` say what was odd.
let document = read::text("s1", b"He hit us, but it was no big deal.".to_vec());
// Cannot fail.
let analysis = analyzer.analyze(document);

let definitions = analyzer.definitions();
for found in &analysis.matches {
    let marker = &definitions.markers[definitions.rules[found.rule].marker];
    println!("{}: {}", marker.name, &analysis.document.text[found.span.range()]);
}
assert!(!analysis.matches.is_empty());

let mut out = Vec::new();
report::csv::documents(definitions, &[analysis], true, &mut out).expect("a Vec takes all");
```

For many documents keep an [`analyzer::Worker`] a thread and use [`Analyzer::analyze_with`](analyzer::Analyzer::analyze_with): what a word can be is then worked out once. Tables of
texts are read by [`read::table()`], row by row. [`analyzer::check()`] runs the examples of a lexicon, [`evaluate`] measures how well it agrees with coders. How lexicons are written is told in `lexicons/README.md`, how
the program is built in `ARCHITECTURE.md`.

The feature `cli`, on by default, adds the command line, and with it files, threads and the terminal. Without it the library touches none of these.

# Glossary

One word per thing, here and in the code, the lexicon and the results.

| word | meaning |
|---|---|
| document | one text as read |
| turn | one speaker's stretch of a document |
| narrator | the speaker who is scored |
| token | one piece of the text: a word, a number, a mark, a redacted name, a bracketed sound |
| unit | what a pattern can stand on: a word, a part of a contraction, a mark, an edge of the sentence |
| marker | a named sign, such as `dismissing.minimising` |
| family | the markers of one name before the dot |
| rule | one way in which a marker is recognised |
| pattern | what a rule looks for, in the language of lexicons |
| list | a named word list, used in patterns as `@name` |
| cue (of context) | a pattern that tells in whose voice, negated, supposed or asked the words it reaches are |
| find | what a rule saw, before all conditions are known |
| match | a rule and the span in which it recognised its marker |
| feature | a marker in a document: count, rate, share of sentences |
| rate | matches per 1,000 words of the narrator |
| scale | one number made from features, with an interval |
| evidence | the matches behind a number, in their context |
| hit, miss | examples of a rule: a text in which it must find exactly the stretches in braces, and one in which it must find nothing |
| fault | what is wrong in a file of a lexicon: a [`diagnostic::Diagnostic`] |
| coded narrative | a document with, for every sentence, the markers that a coder saw in it; also *gold* |
| support | in how many sentences of coded narratives a marker or family was coded |
| missed, false alarm | a sentence in which a marker was coded and not found; found and not coded |
| topic | what a question of the interview, and its answer, is about |
| note | what was odd, or had to be decided, in reading a text |
| problem | what a run tells of an input: it failed, or is in doubt, or was read by a choice worth knowing |
*/

pub mod analyzer;
#[cfg(feature = "cli")]
pub mod cli;
pub mod context;
mod delimiter;
pub mod diagnostic;
pub mod document;
pub mod evaluate;
pub mod exchange;
pub mod hands;
pub mod lexicon;
pub mod matcher;
pub mod pattern;
pub mod privacy;
pub mod read;
pub mod report;
pub mod score;
pub mod segment;
pub mod span;
pub mod study;

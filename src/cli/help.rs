/*!
Examples for every command, shown at the end of its `--help` and in its manual page. A test runs through all commands and misses none.
*/

use clap::Command;

/// The path of a command, and what is shown behind its options: what one wants to do, and the command that does it.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "",
        &[
            ("score a folder, and write the results into another", "throughline score interviews/ -o results"),
            ("look at one text with its evidence", "throughline explain interviews/p07.txt"),
            ("all matches of a marker in context", "throughline kwic dismissing.minimising interviews/"),
        ],
    ),
    (
        "score",
        &[
            ("a folder of transcripts, results into a folder", "throughline score interviews/ -o results"),
            (
                "a spreadsheet with one answer a row",
                "throughline score answers.csv --text-column answer --id-column participant -o results",
            ),
            (
                "say who tells, where the labels do not",
                "throughline score interviews/ --narrator Berta --interviewer Anna -o results",
            ),
            ("results that may be shared", "throughline score interviews/ --no-text -o shared"),
            ("go on after it was stopped, or with new files", "throughline score interviews/ -o results --resume"),
            ("into another program", "throughline score interviews/ --format jsonl | gzip > results.jsonl.gz"),
        ],
    ),
    (
        "explain",
        &[
            ("one transcript", "throughline explain interviews/p07.txt"),
            ("one row of a table", "throughline explain answers.csv --document P12"),
            ("page by page, with colours", "CLICOLOR_FORCE=1 throughline explain interviews/p07.txt | less -R"),
        ],
    ),
    (
        "kwic",
        &[
            ("all matches of a marker", "throughline kwic dismissing.minimising interviews/"),
            ("of a family, sorted by the words before", "throughline kwic reflective interviews/ --sort left"),
            ("of one rule", "throughline kwic i-apologised interviews/"),
            (
                "of a pattern of your own",
                "throughline kwic \"I (do|did) not (remember|recall) _{0,3} (him|her)\" interviews/",
            ),
            (
                "a list of the lexicon in a pattern, into a spreadsheet",
                "throughline kwic \"my @caregiver (never|always)\" interviews/ > found.csv",
            ),
        ],
    ),
    (
        "rerun",
        &[
            ("is it still the same?", "throughline rerun results/run.json"),
            ("keep the new results, to compare them", "throughline rerun results -o again"),
        ],
    ),
    (
        "evaluate",
        &[
            ("agreement with coded narratives", "throughline evaluate corpus/gold/train"),
            (
                "what was missed and what was found wrongly",
                "throughline evaluate corpus/gold/train --errors dismissing.minimising",
            ),
        ],
    ),
    (
        "lexicon",
        &[
            ("write the built-in lexicon out, change it, check it", "throughline lexicon export my-lexicon"),
            ("", "throughline lexicon check my-lexicon"),
        ],
    ),
    (
        "lexicon check",
        &[
            ("every example of every rule", "throughline lexicon check my-lexicon"),
            ("a lexicon that goes on from the built-in one", "throughline lexicon check builtin my-lexicon"),
        ],
    ),
    ("lexicon export", &[("a lexicon to be edited", "throughline lexicon export my-lexicon")]),
    (
        "lexicon show",
        &[
            ("a marker with its sources, rules and examples", "throughline lexicon show dismissing.minimising"),
            ("a whole family of your own lexicon", "throughline lexicon show balance --lexicon my-lexicon"),
        ],
    ),
    (
        "lexicon stats",
        &[
            (
                "what fires, what never does, which words carry a marker",
                "throughline lexicon stats interviews/ --table summary",
            ),
            ("tables for a spreadsheet", "throughline lexicon stats interviews/ -o use"),
            ("your own lexicon", "throughline lexicon stats interviews/ --lexicon my-lexicon --table rules"),
        ],
    ),
    (
        "scale",
        &[("all scales, then one of them", "throughline scale list"), ("", "throughline scale show earned_secure")],
    ),
    ("check", &[("before texts are shared or scored", "throughline check interviews/")]),
    ("compare", &[("two waves of one study", "throughline compare wave1 wave2 -o change")]),
    ("norms", &[("of a sample of your own, then used", "throughline norms build sample -o norms.json")]),
    ("norms build", &[("of the results of a sample", "throughline norms build sample -o norms.json")]),
    ("norms show", &[("what is in a file of norms", "throughline norms show norms.json")]),
    (
        "agreement",
        &[("two coders, or a coder and the program", "throughline agreement anna.csv results/sentences.csv")],
    ),
    ("export", &[("for NVivo, ATLAS.ti, MAXQDA, QualCoder", "throughline export qdpx interviews/ -o project.qdpx")]),
    ("export qdpx", &[("texts, markers and matches", "throughline export qdpx interviews/ -o project.qdpx")]),
    ("export qdc", &[("markers alone, to code by hand", "throughline export qdc -o markers.qdc")]),
    ("export annotations", &[("one file a document", "throughline export annotations interviews/ -o annotations")]),
    ("import", &[("codings made by hand", "throughline import qdpx coded.qdpx -o codings")]),
    ("import qdpx", &[("codings made by hand", "throughline import qdpx coded.qdpx -o codings")]),
    ("lexicon import", &[("a dictionary of LIWC", "throughline lexicon import moods.dic -o moods")]),
    ("scale list", &[("all scales with what they mean", "throughline scale list")]),
    ("scale show", &[("how one is made", "throughline scale show earned_secure")]),
    (
        "completions",
        &[
            ("for bash", "throughline completions bash > ~/.local/share/bash-completion/completions/throughline"),
            ("for PowerShell", "throughline completions powershell >> $PROFILE"),
        ],
    ),
    ("man", &[("read with `man throughline-score`", "throughline man ~/.local/share/man/man1")]),
];

/// The command, each of its commands with its examples.
pub(super) fn with_examples(command: Command) -> Command {
    add(command, "")
}

fn add(command: Command, path: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let command = names.iter().fold(command, |command, name| {
        let inner = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command.mut_subcommand(name, |command| add(command, &inner))
    });
    let Some(text) = text(path) else { return command };
    // What a command says of itself stands behind its examples.
    let with = |own: Option<&clap::builder::StyledStr>| own.map(|own| format!("{text}\n\n{own}"));
    let (short, long) = (with(command.get_after_help()), with(command.get_after_long_help()));
    let command = match long {
        Some(long) => command.after_long_help(long),
        None => command,
    };
    command.after_help(short.unwrap_or(text))
}

/// The examples of a command; none if it has none of its own, like `scale list`, whose parent shows it.
fn text(path: &str) -> Option<String> {
    let (_, examples) = EXAMPLES.iter().find(|(known, _)| *known == path)?;
    let mut text = "Examples:".to_owned();
    for (purpose, example) in *examples {
        if !purpose.is_empty() {
            text.push_str(&format!("\n  # {purpose}"));
        }
        text.push_str(&format!("\n  {example}"));
    }
    Some(text)
}

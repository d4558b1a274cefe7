/*!
The columns of the tables of a result folder: names, order, and what each of them means.

This is the one place where columns are named. The writers of tables take their heads from here, and so do the codebook, the table schema and the scripts that
load results into R, Python and SPSS: what is written cannot differ from what is explained.

Names are such that SPSS and R take them as they are: they begin with a letter, have letters, digits and underscores only, are at most 64 bytes long, and no two
of a table differ by case alone.
*/

use super::hex;
use super::tables::{Extent, TableName};
use crate::document::unused;
use crate::lexicon::{Definitions, Formula, Scale};
use crate::score::{MIN_WORDS, MIN_WORDS_FOR_SCALES, family_names};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// One table of results.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Which it is.
    pub name: TableName,
    /// What a row is.
    pub about: &'static str,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// The columns that name a row, if they do.
    pub key: &'static [&'static str],
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name in the head of the table.
    pub name: String,
    /// What its cells hold.
    pub kind: Kind,
    /// A few words, for headings and labels of variables.
    pub label: String,
    /// What it means.
    pub about: String,
    /// What a number counts or is measured in; empty if it has no unit.
    pub unit: &'static str,
    /// Whether a cell may be `NA`. Texts never are; an empty text is nothing.
    pub may_be_absent: bool,
    /// Where it comes from.
    pub sources: String,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A short text: a name, a path, several names with semicolons between them.
    Name,
    /// A text of any length.
    Text,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number, not below this.
    Integer(i64),
    /// A decimal number with its bounds, where it has some.
    Number(Option<f64>, Option<f64>),
}

impl Kind {
    /// The name of the kind in codebooks and table schemas.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Name | Kind::Text | Kind::Choice(_) => "string",
            Kind::Integer(_) => "integer",
            Kind::Number(..) => "number",
        }
    }

    /// Whether the cells are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::Integer(_) | Kind::Number(..))
    }
}

impl Table {
    fn new(name: TableName, about: &'static str, columns: Vec<Column>, key: &'static [&'static str]) -> Table {
        let mut table = Table { name, about, columns, key };
        name_apart(&mut table.columns);
        table
    }

    /// The names of its columns.
    pub fn head(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

/// All tables of a result folder, without the codebook: those that there always are come first.
pub fn tables(definitions: &Definitions, extent: Extent) -> Vec<Table> {
    let wanted = TableName::ALL.into_iter().filter(|name| name.is_wanted(extent) && *name != TableName::Codebook);
    let (always, others): (Vec<_>, Vec<_>) = wanted.partition(|name| name.is_wanted(Extent::default()));
    always.into_iter().chain(others).map(|name| table(name, definitions)).collect()
}

/// The table of this name.
pub fn table(name: TableName, definitions: &Definitions) -> Table {
    match name {
        TableName::Documents => documents(definitions),
        TableName::Matches => matches(),
        TableName::Sentences => sentences(),
        TableName::Scales => scales(),
        TableName::Course => course(definitions),
        TableName::Passages => passages(definitions),
        TableName::Units => units(definitions),
        TableName::Long => long(),
        TableName::Norms => norms(),
        TableName::Problems => problems(),
        TableName::Codebook => codebook(),
    }
}

/// `documents.csv`.
pub fn documents(definitions: &Definitions) -> Table {
    let mut columns = vec![name("id", "Document", "The document's name; unique within a run."), file()];
    columns.extend(lengths());
    columns.extend(heard());
    columns.extend(scores(definitions));
    Table::new(TableName::Documents, "One row a document.", columns, &["id"])
}

/// What was not words.
fn heard() -> [Column; 2] {
    let about = "Passages of the narrator that could not be heard, as the transcript notes them.";
    [
        count("pauses", "Pauses", "Pauses in the narrator's turns, as the transcript notes them.", "pauses"),
        count("inaudible", "Inaudible passages", about, "passages"),
    ]
}

/// `units.csv`.
pub fn units(definitions: &Definitions) -> Table {
    let mut columns = vec![document(), file(), speaker()];
    let about = "The number of the turn in its document, from 1; NA where a row is no turn.";
    columns.push(Column { may_be_absent: true, ..number_of("turn", "Turn", about) });
    let about = "The number of the section in its document, from 1: what stands under a heading, an answer, or a block between blank lines; NA where a row is no section.";
    columns.push(Column { may_be_absent: true, ..number_of("section", "Section", about) });
    columns.push(topic());
    columns.extend(lengths());
    columns.extend(heard());
    columns.extend(scores(definitions));
    Table::new(TableName::Units, "One row a speaker, a turn, a section or a topic of the narrator.", columns, &[])
}

/// `matches.csv`.
pub fn matches() -> Table {
    let mut columns = vec![document(), turn(), speaker(), sentence()];
    columns.extend(position());
    columns.extend([
        name("family", "Family", "The family of the marker."),
        name(
            "marker",
            "Marker",
            "The marker that was found: `family.marker`, as `throughline lexicon show` explains it.",
        ),
        name("rule", "Rule", "The rule of the lexicon that found it."),
        text("The words that were found."),
    ]);
    Table::new(TableName::Matches, "One row a match.", columns, &[])
}

/// `sentences.csv`.
pub fn sentences() -> Table {
    let mut columns = vec![document(), turn(), speaker(), sentence()];
    columns.extend(position());
    columns.extend([
        count("words", "Words", "Words of the sentence.", "words"),
        topic(),
        name(
            "markers",
            "Markers",
            "The markers found in the sentence, each once, with semicolons between them; empty if there is none.",
        ),
        text("The sentence."),
    ]);
    Table::new(TableName::Sentences, "One row a sentence of the narrator.", columns, &["document", "sentence"])
}

/// `scales.csv`.
pub fn scales() -> Table {
    let columns = vec![
        document(),
        name("scale", "Scale", "The name of the scale, as `throughline scale show` explains it."),
        name("part", "Part", "The part of the scale that the row is about; empty where it is the scale itself."),
        Column {
            may_be_absent: true,
            ..decimal("weight", "Weight", "What the part weighs in its scale.", Some(0.0), None)
        },
        Column {
            may_be_absent: true,
            ..decimal("value", "Value", "The value; NA if the text gives none.", None, None)
        },
        end("lo", "Value", false, None, None),
        end("hi", "Value", true, None, None),
        Column {
            kind: Kind::Text,
            ..name("note", "Note", "In words: why there is no value, or what holds it down most.")
        },
    ];
    Table::new(
        TableName::Scales,
        "One row a document and scale, and one for each of its parts.",
        columns,
        &["document", "scale", "part"],
    )
}

/// `course.csv`.
pub fn course(definitions: &Definitions) -> Table {
    let tenth = number_of("tenth", "Tenth", "Which tenth of the narrator's words, from 1 to 10.");
    Table::new(
        TableName::Course,
        "One row a document and tenth of the narrator's words.",
        stretch(definitions, tenth),
        &["document", "tenth"],
    )
}

/// `passages.csv`.
pub fn passages(definitions: &Definitions) -> Table {
    let about = "Inside or outside of passages about what was hard.";
    let passage = Column { kind: Kind::Choice(&PASSAGES), ..name("passage", "Passage", about) };
    let about = "Two rows a document: the sentences inside of passages about what was hard, and those outside.";
    Table::new(TableName::Passages, about, stretch(definitions, passage), &["document", "passage"])
}

/// The values of the column `passage`, in the order of an analysis.
pub(super) const PASSAGES: [&str; 2] = ["inside", "outside"];

fn stretch(definitions: &Definitions, which: Column) -> Vec<Column> {
    let mut columns = vec![document(), which];
    columns.push(count("words", "Words", "The narrator's words in it.", "words"));
    columns.push(count("sentences", "Sentences", "The narrator's sentences in it.", "sentences"));
    for family in family_names(definitions) {
        let column = column_name(family);
        let label = format!("Family {family}");
        let about = format!("Matches of all markers of the family {family}.");
        columns.push(count(format!("{column}_n"), format!("{label}: matches"), about, "matches"));
        let about = format!("Matches of the family {family} per 1,000 words of the narrator; NA without words.");
        columns.push(rate(format!("{column}_rate"), format!("{label}: rate"), about));
        for (part, is_upper) in [("lo", false), ("hi", true)] {
            columns.push(end(&format!("{column}_{part}"), &label, is_upper, Some(0.0), None));
        }
    }
    columns
}

/// `problems.csv`.
pub fn problems() -> Table {
    let about = "failed: not scored; doubt: scored, but a person should look; note: a choice that was made.";
    let columns = vec![
        name("document", "Document", "The document it concerns; empty if it is none."),
        file(),
        Column {
            may_be_absent: true,
            ..number_of(
                "line",
                "Line",
                "The line of the file, from 1 (of a Parquet file the row); NA if it concerns no line.",
            )
        },
        Column { kind: Kind::Choice(&["failed", "doubt", "note"]), ..name("severity", "Severity", about) },
        name("kind", "Kind", "What it is about, in a word."),
        Column { kind: Kind::Text, ..name("message", "Message", "What was found, and what to do.") },
    ];
    Table::new(
        TableName::Problems,
        "One row for everything that could not be read, was read with doubt, or was decided in reading.",
        columns,
        &[],
    )
}

/// `long.csv`: the numbers of `documents.csv` in long form.
pub fn long() -> Table {
    let columns = vec![
        document(),
        Column { kind: Kind::Choice(&MEASURES), ..name("measure", "Measure", "What the row is about.") },
        name("name", "Name", "The name of the marker, family or scale."),
        count("words", "Words", "The narrator's words in the document.", "words"),
        Column { may_be_absent: true, ..count("n", "Matches", "Matches in the document; NA for scales.", "matches") },
        Column {
            may_be_absent: true,
            ..decimal(
                "value",
                "Value",
                "Matches per 1,000 words of the narrator, or the value of the scale; NA where there is none.",
                None,
                None,
            )
        },
        end("lo", "Value", false, None, None),
        end("hi", "Value", true, None, None),
        Column {
            may_be_absent: true,
            ..decimal(
                "share",
                "Share of sentences",
                "Share of the narrator's sentences with a match; NA for scales.",
                Some(0.0),
                Some(1.0),
            )
        },
    ];
    Table::new(
        TableName::Long,
        "One row a document and marker, family or scale.",
        columns,
        &["document", "measure", "name"],
    )
}

/// `norms.csv`: where documents stand in a sample.
pub fn norms() -> Table {
    let number = |column: &str, label: &str, about: &str, least: Option<f64>, most: Option<f64>| Column {
        may_be_absent: true,
        ..decimal(column, label, about, least, most)
    };
    let (none, all) = (Some(0.0), Some(100.0));
    let columns = vec![
        document(),
        name("measure", "Measure", "The column of documents.csv."),
        number("value", "Value", "The value of the document; NA where it has none.", None, None),
        number("z", "z", "Standard deviations above the mean of the sample.", None, None),
        number(
            "percentile",
            "Percentile",
            "Percent of the sample below it, and half of those level with it.",
            none,
            all,
        ),
        number(
            "percentile_lo",
            "Percentile: lower limit",
            "Lower limit of the 95 % interval of the percentile.",
            none,
            all,
        ),
        number(
            "percentile_hi",
            "Percentile: upper limit",
            "Upper limit of the 95 % interval of the percentile.",
            none,
            all,
        ),
        count("norm_n", "Size of the sample", "How many values of the measure the sample has.", "documents"),
    ];
    Table::new(TableName::Norms, "One row a document and measure of the norms.", columns, &["document", "measure"])
}

/// The values of the column `measure`.
pub(super) const MEASURES: [&str; 3] = ["marker", "family", "scale"];

/// `codebook.csv`, which explains the columns of all tables, its own included.
pub fn codebook() -> Table {
    let bound = |column: &str, label: &str, about: &str| Column {
        may_be_absent: true,
        ..decimal(column, label, about, None, None)
    };
    let columns = vec![
        name("table", "Table", "The file in which the column stands."),
        name("column", "Column", "The name of the column."),
        Column { kind: Kind::Text, ..name("label", "Label", "What it holds, in a few words.") },
        Column { kind: Kind::Text, ..name("description", "Description", "What it means.") },
        Column { kind: Kind::Choice(&["string", "integer", "number"]), ..name("type", "Type", "What its cells hold.") },
        name("unit", "Unit", "What its numbers count or are measured in; empty if they have no unit."),
        bound("minimum", "Minimum", "The least value that can occur; NA if there is none."),
        bound("maximum", "Maximum", "The greatest value that can occur; NA if there is none."),
        name("values", "Values", "The values that can occur, with semicolons between them; empty if they are not few."),
        name("missing", "Missing", "What a cell says that has no value: NA, or nothing if every cell has one."),
        Column { kind: Kind::Text, ..name("sources", "Sources", "Where the marker or scale comes from.") },
    ];
    Table::new(TableName::Codebook, "One row a column of a table.", columns, &["table", "column"])
}

// What several tables have.

fn document() -> Column {
    name("document", "Document", "The document's name: the column `id` of documents.csv.")
}

fn file() -> Column {
    name("file", "File", "The file it was read from, as given.")
}

fn speaker() -> Column {
    name(
        "speaker",
        "Speaker",
        "Who speaks: the label of the transcript, or the role where there is none or names may not be told.",
    )
}

fn turn() -> Column {
    number_of("turn", "Turn", "The number of the turn in its document, from 1.")
}

fn topic() -> Column {
    let about = "What the question asks that the turn answers: a topic of the lexicon; empty where there is no question or its topic is not known.";
    name("topic", "Topic", about)
}

fn sentence() -> Column {
    number_of("sentence", "Sentence", "The number of the sentence in its document, from 1, whoever speaks.")
}

fn position() -> [Column; 2] {
    let of = |column: &str, label: &str, about: &str| count(column, label, about, "characters");
    [
        of("start", "Start", "Where it begins: Unicode characters (code points) of the text as read, from 0."),
        of("end", "End", "Where it ends: the position behind its last character."),
    ]
}

fn text(what: &str) -> Column {
    let about = format!("{what} Line breaks are written as spaces; empty with --no-text.");
    Column { kind: Kind::Text, ..name("text", "Text", about) }
}

/// The columns of how much is said.
fn lengths() -> Vec<Column> {
    let mean = |column: &str, label: &str, about: &str| Column {
        unit: "words",
        ..decimal(column, label, about, Some(0.0), None)
    };
    let of_answers = |column| Column { may_be_absent: true, ..column };
    vec![
        count("words", "Words", "The narrator's words. Nobody else's are counted.", "words"),
        count("sentences", "Sentences", "The narrator's sentences.", "sentences"),
        count("turns", "Turns", "The narrator's turns.", "turns"),
        mean("mean_turn_words", "Words per turn, mean", "Mean words of the narrator's turns; 0 without turns."),
        mean("median_turn_words", "Words per turn, median", "Median words of the narrator's turns; 0 without turns."),
        count(
            "questions",
            "Questions",
            "Questions that were asked and answered; in units.csv, those whose answer begins in the unit.",
            "questions",
        ),
        of_answers(mean(
            "mean_answer_words",
            "Words per answer, mean",
            "Mean words of an answer, which is all that follows one question up to the next, even if it goes on in other rows of units.csv; NA without questions.",
        )),
        of_answers(mean(
            "median_answer_words",
            "Words per answer, median",
            "Median words of an answer, counted as in its mean; NA without questions.",
        )),
    ]
}

/// The columns of flags, features and scales.
fn scores(definitions: &Definitions) -> Vec<Column> {
    let about = format!(
        "What to be careful about, with semicolons between: empty (no words), no_scales (fewer than {MIN_WORDS_FOR_SCALES} words), short (fewer than {MIN_WORDS}), \
         encoding, narrator_doubtful, table (see problems.csv)."
    );
    let mut columns = vec![name("flags", "Flags", about)];
    for marker in &definitions.markers {
        let sources = marker.sources.join("; ");
        columns.extend(feature(&marker.name, &marker.title, &marker.about, &sources));
    }
    for family in family_names(definitions) {
        let about = format!("All markers of the family {family} together.");
        columns.extend(feature(family, &format!("Family {family}"), &about, ""));
    }
    for scale in &definitions.scales {
        columns.extend(of_scale(scale));
    }
    columns
}

fn feature(full_name: &str, title: &str, about: &str, sources: &str) -> [Column; 5] {
    let column = column_name(full_name);
    let sourced = |column: Column| Column { sources: sources.to_owned(), ..column };
    let per = "Matches per 1,000 words of the narrator; NA without words.";
    let bound = |part: &str, is_upper: bool| {
        let end = end("", title, is_upper, Some(0.0), None);
        let which = if is_upper { "Upper" } else { "Lower" };
        let about = format!("{which} end of the exact 95 % Poisson interval of {column}_rate (Garwood 1936).");
        sourced(Column { name: format!("{column}_{part}"), about, unit: "per 1,000 words", ..end })
    };
    [
        sourced(count(
            format!("{column}_n"),
            format!("{title}: matches"),
            format!("{about} Number of matches."),
            "matches",
        )),
        sourced(rate(format!("{column}_rate"), format!("{title}: rate"), format!("{about} {per}"))),
        bound("lo", false),
        bound("hi", true),
        sourced(decimal(
            format!("{column}_share"),
            format!("{title}: share of sentences"),
            format!("{about} Share of the narrator's sentences with at least one match."),
            Some(0.0),
            Some(1.0),
        )),
    ]
}

fn of_scale(scale: &Scale) -> [Column; 3] {
    let column = format!("scale_{}", column_name(&scale.name));
    let (min, max, unit) = match scale.formula {
        Formula::WeightedRate(_) => (None, None, "weighted matches per 1,000 words"),
        _ => (Some(0.0), Some(1.0), ""),
    };
    let about = format!(
        "{} NA below {MIN_WORDS_FOR_SCALES} words, or where the text has nothing to measure; scales.csv says why.",
        scale.about
    );
    let value =
        Column { may_be_absent: true, ..decimal(column.clone(), format!("Scale: {}", scale.title), about, min, max) };
    let bound = |part: &str, is_upper| {
        let end = end("", &scale.title, is_upper, min, max);
        let which = if is_upper { "Upper" } else { "Lower" };
        Column {
            name: format!("{column}_{part}"),
            about: format!("{which} end of the 95 % interval of {column}."),
            ..end
        }
    };
    [value, bound("lo", false), bound("hi", true)].map(|column| Column {
        unit,
        sources: scale.sources.join("; "),
        ..column
    })
}

// Columns by what they hold.

fn name(column: impl Into<String>, label: impl Into<String>, about: impl Into<String>) -> Column {
    Column {
        name: column.into(),
        kind: Kind::Name,
        label: label.into(),
        about: about.into(),
        unit: "",
        may_be_absent: false,
        sources: String::new(),
    }
}

fn number_of(column: &str, label: &str, about: &str) -> Column {
    Column { kind: Kind::Integer(1), ..name(column, label, about) }
}

fn count(column: impl Into<String>, label: impl Into<String>, about: impl Into<String>, unit: &'static str) -> Column {
    Column { kind: Kind::Integer(0), unit, ..name(column, label, about) }
}

fn decimal(
    column: impl Into<String>,
    label: impl Into<String>,
    about: impl Into<String>,
    min: Option<f64>,
    max: Option<f64>,
) -> Column {
    Column { kind: Kind::Number(min, max), ..name(column, label, about) }
}

fn rate(column: String, label: String, about: String) -> Column {
    Column { unit: "per 1,000 words", may_be_absent: true, ..decimal(column, label, about, Some(0.0), None) }
}

fn end(column: &str, of: &str, is_upper: bool, min: Option<f64>, max: Option<f64>) -> Column {
    let (which, end) = if is_upper { ("Upper", "high") } else { ("Lower", "low") };
    let about = format!("{which} end of the 95 % interval; NA where there is no value.");
    Column { may_be_absent: true, ..decimal(column, format!("{of}: {end} end"), about, min, max) }
}

/// The longest name of a column, in bytes: what SPSS takes.
const LONGEST: usize = 64;
/// What a name may be made of so that `scale_` and `_share` still find room.
const LONGEST_STEM: usize = LONGEST - 12;

/// `dismissing.minimising` → `dismissing_minimising`: a name that SPSS, R and Python take as the beginning of a column's name.
pub(crate) fn column_name(full_name: &str) -> String {
    let mut column: String = full_name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !column.starts_with(|c: char| c.is_ascii_alphabetic()) {
        column.insert_str(0, "m_");
    }
    if column.len() > LONGEST_STEM {
        // Cut, with what tells it from others that begin alike.
        let hash = hex(&Sha256::digest(full_name)[..4]);
        column.truncate(LONGEST_STEM - 9);
        column = format!("{column}_{hash}");
    }
    column
}

/// Numbers names that differ by case alone, or not at all (`a-b` and `a.b` are one column name).
fn name_apart(columns: &mut [Column]) {
    let mut seen = BTreeSet::new();
    for column in columns {
        column.name = unused(&column.name, '_', |name| seen.insert(name.to_ascii_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon;
    use crate::score::Unit;

    /// Names as SPSS and R take them.
    fn is_valid(column: &str) -> bool {
        column.len() <= LONGEST
            && column.starts_with(|c: char| c.is_ascii_alphabetic())
            && column.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !column.ends_with('_')
            && !["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]
                .contains(&column.to_uppercase().as_str())
            && !["if", "else", "repeat", "while", "function", "for", "next", "break", "NULL", "NA", "Inf", "NaN"]
                .contains(&column)
    }

    fn check(definitions: &Definitions) {
        let mut tables = tables(definitions, Extent { unit: Unit::Turn, has_long: true, has_norms: true });
        tables.push(codebook());
        for table in &tables {
            let mut names: Vec<String> = table.head().map(str::to_lowercase).collect();
            for name in table.head() {
                assert!(is_valid(name), "{}: {name}", table.name);
            }
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}: two columns of one name", table.name);
            for key in table.key {
                assert!(table.head().any(|name| name == *key), "{}: the key {key} is no column", table.name);
            }
            for column in &table.columns {
                assert!(!column.label.is_empty() && !column.about.is_empty(), "{}: {}", table.name, column.name);
            }
        }
    }

    #[test]
    fn spss_and_r_take_every_name() {
        check(&lexicon::parse(&lexicon::builtin()).expect("the built-in lexicon has no faults"));
    }

    /// Whoever names markers and scales in their own way gets valid columns, too.
    #[test]
    fn whatever_a_marker_is_called() {
        let long = "x".repeat(90);
        let names =
            ["a.b", "a.B", "a-b.c", "a.b_c", "1.2", "été.né", "a.b c", &long, &format!("{long}y"), "a.b_n", "with.to"];
        let marker = |name: &&str| lexicon::Marker {
            name: (*name).to_owned(),
            family: name.split('.').next().unwrap_or_default().to_owned(),
            title: "T".to_owned(),
            about: "A.".to_owned(),
            sources: Vec::new(),
            file: 0,
        };
        let mut definitions = Definitions { markers: names.iter().map(marker).collect(), ..Definitions::default() };
        for name in ["s", "S", &long] {
            definitions.scales.push(Scale {
                name: name.to_owned(),
                title: "T".to_owned(),
                about: "A.".to_owned(),
                formula: Formula::Mean(Vec::new()),
                sources: Vec::new(),
            });
        }
        check(&definitions);
    }
}

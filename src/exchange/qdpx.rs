/*!
Writes REFI-QDA projects (`.qdpx`) and codebooks (`.qdc`): QDA-XML 1.0 of 18 March 2019, <https://www.qdasoftware.org>.

A project is a zip of `project.qde` and of the texts. Families are codes that hold codes and cannot be given themselves; markers are codes in the colour of their family;
a match is a passage with its code, and its description names the rule. Every document is a case, too, with its counts and scales as variables.

There is no time stamp, though the standard allows one: the same results give the same bytes.
*/

use super::guid::guid;
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::report::{column_name, made_by};
use crate::score::{Score, family_names};
use crate::span::LineIndex;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::borrow::Cow;
use std::io::{self, Seek, Write};
use uuid::Uuid;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Colours of families, in the order of the lexicon; dark enough for white writing on them, and told apart by the colour-blind. From the tenth on they begin again.
const COLOURS: [&str; 9] =
    ["#3b2f94", "#8b1f55", "#137a35", "#1f7a72", "#6f6f14", "#b3394d", "#98358a", "#1f6fb0", "#8a5f0c"];

const PROJECT: &str = "urn:QDA-XML:project:1.0";
const CODEBOOK: &str = "urn:QDA-XML:codebook:1.0";

type Xml = Writer<Vec<u8>>;

/// A project that is being written: documents one after the other, then [`Project::finish`].
pub struct Project<'a, W: Write + Seek> {
    definitions: &'a Definitions,
    zip: ZipWriter<W>,
    cases: Xml,
    sources: Xml,
    user: String,
    n_documents: usize,
}

impl<'a, W: Write + Seek> Project<'a, W> {
    /// An empty project.
    pub fn new(definitions: &'a Definitions, out: W) -> Project<'a, W> {
        let user = guid(&["user", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")]).to_string();
        let (cases, sources) = (Xml::new(Vec::new()), Xml::new(Vec::new()));
        Project { definitions, zip: ZipWriter::new(out), cases, sources, user, n_documents: 0 }
    }

    /// Adds a document with its matches and numbers.
    ///
    /// # Errors
    /// What the writer below says.
    pub fn add(&mut self, analysis: &Analysis) -> io::Result<()> {
        let document = &analysis.document;
        let source = guid(&["source", &document.id, &document.text]).to_string();
        self.zip.start_file(format!("sources/{source}.txt"), SimpleFileOptions::DEFAULT)?;
        self.zip.write_all(document.text.as_bytes())?;
        self.case(analysis, &source)?;
        let name = clean(&document.id);
        let path = format!("internal://{source}.txt");
        self.sources
            .create_element("TextSource")
            .with_attributes([
                ("guid", source.as_str()),
                ("name", &name),
                ("plainTextPath", &path),
                ("creatingUser", &self.user),
            ])
            .write_inner_content(|xml| selections(xml, self.definitions, analysis, &source, &self.user))?;
        self.n_documents += 1;
        Ok(())
    }

    /// The document as a case with its numbers.
    fn case(&mut self, analysis: &Analysis, source: &str) -> io::Result<()> {
        let case = guid(&["case", source]).to_string();
        let name = clean(&analysis.document.id);
        let values = values(self.definitions, &analysis.score);
        self.cases
            .create_element("Case")
            .with_attributes([("guid", case.as_str()), ("name", &name)])
            .write_inner_content(|xml| {
                for (variable, value) in values {
                    let (element, text) = match value {
                        Value::Integer(number) => ("IntegerValue", number.to_string()),
                        Value::Float(number) => ("FloatValue", format!("{number:.4}")),
                        Value::Text(text) => ("TextValue", text),
                        Value::Absent => continue,
                    };
                    xml.create_element("VariableValue").write_inner_content(|xml| {
                        reference(xml, "VariableRef", &guid(&["variable", &variable]))?;
                        xml.create_element(element).write_text_content(BytesText::new(&text))?;
                        Ok(())
                    })?;
                }
                xml.create_element("SourceRef").with_attribute(("targetGUID", source)).write_empty()?;
                Ok(())
            })?;
        Ok(())
    }

    /// Writes what holds all together.
    ///
    /// # Errors
    /// What the writer below says.
    pub fn finish(mut self) -> io::Result<W> {
        let definitions = self.definitions;
        let mut xml = Xml::new(Vec::new());
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let cases = self.cases.into_inner();
        let sources = self.sources.into_inner();
        let has_documents = self.n_documents > 0;
        let user = self.user.as_str();
        xml.create_element("Project")
            .with_attributes([
                ("xmlns", PROJECT),
                ("name", "Cues in the language of narratives"),
                ("origin", concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
                ("creatingUserGUID", user),
            ])
            .write_inner_content(|xml| {
                xml.create_element("Users").write_inner_content(|xml| {
                    let name = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
                    xml.create_element("User").with_attributes([("guid", user), ("name", name)]).write_empty()?;
                    Ok(())
                })?;
                if !definitions.markers.is_empty() {
                    xml.create_element("CodeBook").write_inner_content(|xml| codes(xml, definitions))?;
                }
                if has_documents {
                    variables(xml, definitions)?;
                    xml.create_element("Cases").write_inner_content(|xml| xml.get_mut().write_all(&cases))?;
                    xml.create_element("Sources").write_inner_content(|xml| xml.get_mut().write_all(&sources))?;
                }
                text_element(xml, "Description", &format!("Made by {}", made_by(definitions)))
            })?;
        self.zip.start_file("project.qde", SimpleFileOptions::DEFAULT)?;
        self.zip.write_all(&xml.into_inner())?;
        Ok(self.zip.finish()?)
    }
}

/// Writes the codes alone, as a codebook (`.qdc`).
///
/// # Errors
/// What `out` says.
pub fn codebook(definitions: &Definitions, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Xml::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    // A codebook has no place for a description, so its origin says all.
    let origin = made_by(definitions);
    xml.create_element("CodeBook")
        .with_attributes([("xmlns", CODEBOOK), ("origin", origin.as_str())])
        .write_inner_content(|xml| codes(xml, definitions))?;
    out.write_all(&xml.into_inner())
}

fn codes(xml: &mut Xml, definitions: &Definitions) -> io::Result<()> {
    xml.create_element("Codes").write_inner_content(|xml| {
        for (number, family) in family_names(definitions).into_iter().enumerate() {
            let colour = COLOURS[number % COLOURS.len()];
            let own = guid(&["family", family]).to_string();
            xml.create_element("Code")
                .with_attributes([
                    ("guid", own.as_str()),
                    ("name", &clean(family)),
                    ("isCodable", "false"),
                    ("color", colour),
                ])
                .write_inner_content(|xml| {
                    for marker in definitions.markers.iter().filter(|marker| marker.family == family) {
                        let own = code(&marker.name).to_string();
                        let about =
                            format!("{}. {}\nSources: {}", marker.title, marker.about, marker.sources.join("; "));
                        xml.create_element("Code")
                            .with_attributes([
                                ("guid", own.as_str()),
                                ("name", &clean(&marker.name)),
                                ("isCodable", "true"),
                                ("color", colour),
                            ])
                            .write_inner_content(|xml| text_element(xml, "Description", &about))?;
                    }
                    Ok(())
                })?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The identifier of a marker's code, which depends on its name alone: projects of different lexicons can be joined.
fn code(marker: &str) -> Uuid {
    guid(&["code", marker])
}

fn selections(
    xml: &mut Xml,
    definitions: &Definitions,
    analysis: &Analysis,
    source: &str,
    user: &str,
) -> io::Result<()> {
    let text = &analysis.document.text;
    let index = LineIndex::new(text);
    for found in &analysis.matches {
        let rule = &definitions.rules[found.rule];
        let marker = &definitions.markers[rule.marker].name;
        let start = index.char_offset(text, found.span.start as usize).to_string();
        let end = index.char_offset(text, found.span.end as usize).to_string();
        let parts = [source, marker, &rule.id, &start, &end];
        let (own, coding) = (guid(&[&["selection"], &parts[..]].concat()), guid(&[&["coding"], &parts[..]].concat()));
        let (own, coding) = (own.to_string(), coding.to_string());
        let words = clean(&text[found.span.range()]).replace('\n', " ");
        xml.create_element("PlainTextSelection")
            .with_attributes([
                ("guid", own.as_str()),
                ("name", &words),
                ("startPosition", &start),
                ("endPosition", &end),
                ("creatingUser", user),
            ])
            .write_inner_content(|xml| {
                text_element(xml, "Description", &format!("found by the rule {}", rule.id))?;
                xml.create_element("Coding")
                    .with_attributes([("guid", coding.as_str()), ("creatingUser", user)])
                    .write_inner_content(|xml| reference(xml, "CodeRef", &code(marker)))?;
                Ok(())
            })?;
    }
    Ok(())
}

/// A number or text of a case.
enum Value {
    Integer(usize),
    Float(f64),
    Text(String),
    /// A decimal number that this case does not have.
    Absent,
}

impl Value {
    fn float(number: Option<f64>) -> Value {
        number.map_or(Value::Absent, Value::Float)
    }

    fn kind(&self) -> &'static str {
        match self {
            Value::Integer(_) => "Integer",
            Value::Float(_) | Value::Absent => "Float",
            Value::Text(_) => "Text",
        }
    }
}

/// The variables of a case, by the names of the columns of `documents.csv`.
fn values(definitions: &Definitions, score: &Score) -> Vec<(String, Value)> {
    let mut values = vec![
        ("words".to_owned(), Value::Integer(score.words)),
        ("sentences".to_owned(), Value::Integer(score.sentences)),
        ("turns".to_owned(), Value::Integer(score.turns)),
        ("flags".to_owned(), Value::Text(score.flags.join(";"))),
    ];
    // An empty score has no features: names are then all that is asked for.
    for (number, family) in family_names(definitions).into_iter().enumerate() {
        let feature = score.families.get(number);
        let name = column_name(family);
        values.push((format!("{name}_n"), Value::Integer(feature.map_or(0, |feature| feature.count))));
        let rate = feature.and_then(|feature| feature.rate).map(|rate| rate.value);
        values.push((format!("{name}_rate"), Value::float(rate)));
    }
    for (number, scale) in definitions.scales.iter().enumerate() {
        let value = score.scales.get(number).copied().flatten().map(|interval| interval.value);
        values.push((format!("scale_{}", column_name(&scale.name)), Value::float(value)));
    }
    values
}

fn variables(xml: &mut Xml, definitions: &Definitions) -> io::Result<()> {
    xml.create_element("Variables").write_inner_content(|xml| {
        for (name, value) in values(definitions, &Score::default()) {
            let own = guid(&["variable", &name]).to_string();
            xml.create_element("Variable")
                .with_attributes([("guid", own.as_str()), ("name", &name), ("typeOfVariable", value.kind())])
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn reference(xml: &mut Xml, element: &str, target: &Uuid) -> io::Result<()> {
    let target = target.to_string();
    xml.create_element(element).with_attribute(("targetGUID", target.as_str())).write_empty()?;
    Ok(())
}

fn text_element(xml: &mut Xml, element: &str, text: &str) -> io::Result<()> {
    xml.create_element(element).write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// The text without characters that XML 1.0 cannot hold.
fn clean(text: &str) -> Cow<'_, str> {
    let is_unfit = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(is_unfit) { Cow::Owned(text.replace(is_unfit, "")) } else { Cow::Borrowed(text) }
}

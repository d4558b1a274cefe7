/*!
What people coded in a project, as tables that agreement and evaluation are computed from: for every sentence the markers that a coder saw in it.

A code is a marker if it is called like one: by its full name (`dismissing.minimising`), by the code that it stands in and its own (`dismissing` › `minimising`), or by its own
name or title, if no other marker has it. Capitals, spaces and marks make no difference. Other codes are told, and can be given in a table of codes and markers.

A sentence is coded if the passage covers half of it, or if half of the passage lies in it: so a passage within a sentence codes that sentence, one over several codes each
of them, and one that takes in a stray word of the next does not code that.
*/

use super::project::{Project, Source};
use crate::analyzer::Analyzer;
use crate::delimiter;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Role, Sentence};
use crate::lexicon::{Definitions, nearest};
use crate::read;
use crate::report::columns;
use crate::report::csv::{Problem, integer, safe, table};
use crate::report::{Options, speaker_name};
use crate::span::{LineIndex, Span};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Which codes are which markers, beside those that are called like one: by the code's name; none for codes that are no marker.
pub type Names = BTreeMap<String, Option<usize>>;

/// All that one coder saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coder {
    /// The coder's name in the project.
    pub name: String,
    /// The documents in which they coded something.
    pub documents: Vec<Coded>,
}

/// A document with what one coder saw in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// The document as the program reads it.
    pub document: Document,
    /// Its sentences as the program cuts them.
    pub sentences: Vec<Sentence>,
    /// For every sentence the markers (indices into [`Definitions::markers`]), sorted, each once.
    pub markers: Vec<Vec<usize>>,
}

/// Brings a project's codings to markers and sentences, coder by coder in the order of their names. `names` are what the user says of codes.
pub fn codings(
    analyzer: &Analyzer,
    project: &Project,
    names: &Names,
    options: &read::Options,
) -> (Vec<Coder>, Vec<Problem>) {
    let definitions = analyzer.definitions();
    let mut problems: Vec<Problem> = project.problems.iter().map(|message| problem("", message.clone())).collect();
    let (meant, unknown) = meanings(definitions, project, names);
    let used: BTreeSet<&str> = project
        .sources
        .iter()
        .flat_map(|source| &source.passages)
        .flat_map(|passage| &passage.codings)
        .map(|(code, _)| code.as_str())
        .collect();
    problems.extend(
        unknown.into_iter().filter(|(guid, _)| used.contains(guid.as_str())).map(|(_, message)| problem("", message)),
    );

    let mut coders: BTreeMap<&str, Vec<Coded>> = BTreeMap::new();
    for source in &project.sources {
        let of_source: BTreeSet<&str> =
            source.passages.iter().flat_map(|passage| &passage.codings).map(|(_, user)| user.as_str()).collect();
        if of_source.is_empty() {
            problems.push(problem(&source.name, "left out: nobody coded a passage of it".to_owned()));
            continue;
        }
        let Some((document, places)) = document(source, options, &mut problems) else { continue };
        let analysis = analyzer.analyze(document);
        let mut n_others = 0;
        for user in of_source {
            let mut markers = vec![BTreeSet::new(); analysis.sentences.len()];
            for passage in &source.passages {
                let span = Span::new(places[passage.start], places[passage.end]);
                for (code, by) in &passage.codings {
                    let Some(&marker) = meant.get(code.as_str()).filter(|_| by == user) else { continue };
                    for number in covered(&analysis.document.text, &analysis.sentences, span) {
                        let speaker = analysis.document.speaker_of(analysis.sentences[number].turn);
                        if speaker.role == Role::Narrator {
                            markers[number].insert(marker);
                        } else {
                            n_others += 1;
                        }
                    }
                }
            }
            coders.entry(user).or_default().push(Coded {
                document: analysis.document.clone(),
                sentences: analysis.sentences.clone(),
                markers: markers.into_iter().map(|markers| markers.into_iter().collect()).collect(),
            });
        }
        if n_others > 0 {
            let message = format!("{n_others} codings of sentences that are not the narrator's are left out");
            problems.push(problem(&source.name, message));
        }
    }
    let named = coders.into_iter().map(|(user, documents)| {
        let name = match project.users.get(user) {
            Some(name) => name.clone(),
            None if user.is_empty() => "unknown".to_owned(),
            None => user.to_owned(),
        };
        Coder { name, documents }
    });
    let mut named: Vec<Coder> = named.collect();
    named.sort_by(|a, b| a.name.cmp(&b.name));
    (named, problems)
}

fn problem(document: &str, message: String) -> Problem {
    Problem {
        document: document.to_owned(),
        file: String::new(),
        line: None,
        severity: "doubt",
        kind: "coding",
        message,
    }
}

/// The marker of each code by its identifier, and of the other codes what can be said of them.
fn meanings<'a>(
    definitions: &Definitions,
    project: &'a Project,
    names: &Names,
) -> (BTreeMap<&'a str, usize>, Vec<(String, String)>) {
    let given: BTreeMap<String, Option<usize>> = names.iter().map(|(name, marker)| (key(name), *marker)).collect();
    // Every way to call a marker; one that several answer to is none.
    let mut called: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (number, marker) in definitions.markers.iter().enumerate() {
        let short = marker.name.split_once('.').map_or("", |(_, short)| short);
        for way in [key(short), key(&marker.title)] {
            called
                .entry(way)
                .and_modify(|known| *known = known.filter(|&known| known == number))
                .or_insert(Some(number));
        }
    }
    for (number, marker) in definitions.markers.iter().enumerate() {
        called.insert(key(&marker.name), Some(number));
    }
    let known: Vec<&str> = definitions.markers.iter().map(|marker| marker.name.as_str()).collect();
    let mut meant = BTreeMap::new();
    let mut unknown = Vec::new();
    for code in &project.codes {
        let Some(own) = code.path.last() else { continue };
        let in_parent = code.path.iter().rev().take(2).rev().cloned().collect::<Vec<_>>().join(".");
        if let Some(marker) = given.get(&key(&in_parent)).or(given.get(&key(own))) {
            meant.extend(marker.map(|marker| (code.guid.as_str(), marker)));
            continue;
        }
        let found = [key(&in_parent), key(own)].iter().find_map(|way| called.get(way).copied().flatten());
        match found {
            Some(marker) => {
                meant.insert(code.guid.as_str(), marker);
            }
            None => {
                let advice = match nearest(own, &known) {
                    Some(near) => format!("name it `{near}`, if that was meant, or"),
                    None => "name it like a marker, or".to_owned(),
                };
                let message = format!(
                    "the code `{}` is no marker and left out: {advice} say with --codes which marker it is",
                    code.path.join(" › ")
                );
                unknown.push((code.guid.clone(), message));
            }
        }
    }
    (meant, unknown)
}

/// A name without what makes no difference.
fn key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Reads a table of codes and markers: the columns `code` and `marker`; an empty marker is a code that is none.
///
/// # Errors
/// Every fault with its place.
pub fn names(text: &str, file: &str, definitions: &Definitions) -> Result<Names, Vec<Diagnostic>> {
    let mut names = Names::new();
    let mut faults = Vec::new();
    let (begin, delimiter) = delimiter::head(text);
    let whole = Span::new(begin, begin + text[begin..].lines().next().unwrap_or_default().len());
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(&text.as_bytes()[begin..]);
    let head = reader.headers().cloned().unwrap_or_default();
    let at = |name: &str| head.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
    let (Some(code), Some(marker)) = (at("code"), at("marker")) else {
        let fault = Diagnostic::error("missing-column", file, whole, "the table has no columns `code` and `marker`");
        return Err(vec![fault.hint("its first line is: code,marker")]);
    };
    let known: Vec<&str> = definitions.markers.iter().map(|marker| marker.name.as_str()).collect();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(Diagnostic::error("bad-row", file, whole, format!("a row cannot be read: {error}")));
                break;
            }
        };
        let start = record.position().map_or(0, |place| begin + place.byte() as usize);
        let end = text[start.min(text.len())..].find('\n').map_or(text.len(), |at| start + at);
        let span = Span::new(start.min(end), end);
        let name = record.get(marker).unwrap_or_default().trim();
        let meant = known.iter().position(|known| *known == name);
        if meant.is_none() && !name.is_empty() {
            let fault = Diagnostic::error("unknown-marker", file, span, format!("there is no marker `{name}`"));
            faults.push(match nearest(name, &known) {
                Some(near) => fault.hint(format!("did you mean `{near}`?")),
                None => fault.hint("leave the cell empty for a code that is no marker"),
            });
        }
        names.insert(record.get(code).unwrap_or_default().trim().to_owned(), meant);
    }
    if faults.is_empty() { Ok(names) } else { Err(faults) }
}

/// The document of a source, and for every byte of the source's text the byte of the document's. None, with a problem, if reading made another text of it.
fn document(source: &Source, options: &read::Options, problems: &mut Vec<Problem>) -> Option<(Document, Vec<usize>)> {
    let document = read::text_with(&source.name, source.text.clone().into_bytes(), options);
    // Reading leaves control characters out; all else must be the same.
    let mut places = Vec::with_capacity(source.text.len() + 1);
    let mut rest = document.text.char_indices().peekable();
    for c in source.text.chars() {
        let at = rest.peek().map_or(document.text.len(), |&(at, _)| at);
        places.extend(std::iter::repeat_n(at, c.len_utf8()));
        rest.next_if(|&(_, other)| other == c);
    }
    places.push(document.text.len());
    if rest.next().is_some() {
        let message = "left out: it is no plain text but one of another format (captions, tiers), in which passages have no place";
        problems.push(problem(&source.name, message.to_owned()));
        return None;
    }
    Some((document, places))
}

/// The sentences that a passage codes.
fn covered(text: &str, sentences: &[Sentence], passage: Span) -> Vec<usize> {
    let length = |from: u32, to: u32| {
        text.get(from as usize..to as usize).map_or(0, |part| part.chars().filter(|c| c.is_alphanumeric()).count())
    };
    let whole = length(passage.start, passage.end);
    let near = sentences.iter().enumerate().filter(|(_, sentence)| sentence.span.overlaps(passage));
    near.filter(|(_, sentence)| {
        let span = sentence.span;
        let common = length(span.start.max(passage.start), span.end.min(passage.end));
        common > 0 && (2 * common >= length(span.start, span.end) || 2 * common >= whole)
    })
    .map(|(number, _)| number)
    .collect()
}

/// What a coder saw as a table like `sentences.csv`: what agreement is computed from.
///
/// # Errors
/// What `out` says.
pub fn sentences(definitions: &Definitions, coder: &Coder, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    table.write_record(columns::sentences().head())?;
    let mut cell = String::new();
    for Coded { document, sentences, markers } in &coder.documents {
        let index = LineIndex::new(&document.text);
        for (number, (sentence, markers)) in sentences.iter().zip(markers).enumerate() {
            let speaker = document.speaker_of(sentence.turn);
            if speaker.role != Role::Narrator {
                continue;
            }
            table.write_field(safe(&document.id).as_ref())?;
            table.write_field(integer(&mut cell, sentence.turn + 1))?;
            table.write_field(safe(speaker_name(speaker, options)).as_ref())?;
            table.write_field(integer(&mut cell, number + 1))?;
            for offset in [sentence.span.start, sentence.span.end] {
                table.write_field(integer(&mut cell, index.char_offset(&document.text, offset as usize)))?;
            }
            table.write_field(integer(&mut cell, sentence.n_words))?;
            // Coders say nothing of topics.
            table.write_field("")?;
            let names: Vec<&str> = markers.iter().map(|&marker| definitions.markers[marker].name.as_str()).collect();
            table.write_field(names.join(";"))?;
            let text = if options.no_text { "" } else { &document.text[sentence.span.range()] };
            table.write_field(safe(text).as_ref())?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

#[derive(Serialize)]
struct Line<'a> {
    document: &'a str,
    coder: &'a str,
    sentences: Vec<Said<'a>>,
}

#[derive(Serialize)]
struct Said<'a> {
    speaker: &'static str,
    text: String,
    markers: Vec<&'a str>,
}

/// What a coder saw as coded narratives: what evaluation is computed from.
///
/// # Errors
/// What `out` says.
pub fn narratives(definitions: &Definitions, coder: &Coder, out: &mut dyn Write) -> io::Result<()> {
    for Coded { document, sentences, markers } in &coder.documents {
        let said = sentences.iter().zip(markers).map(|(sentence, markers)| Said {
            speaker: if document.speaker_of(sentence.turn).role == Role::Narrator { "P" } else { "I" },
            text: document.text[sentence.span.range()].split_whitespace().collect::<Vec<_>>().join(" "),
            markers: markers.iter().map(|&marker| definitions.markers[marker].name.as_str()).collect(),
        });
        let line = Line { document: &document.id, coder: &coder.name, sentences: said.collect() };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/*!
Several lexicons as one, for scoring with one's own dictionary beside the built-in lexicon.

Markers, lists, weights, scales, topics and kinds of persons of all are taken together. How language is *read* (abbreviations, contractions, spellings, context, labels of speakers) is said by one of
them: the first that knows context, or else the first. What would be ambiguous is a fault: a marker or scale in two of them, or a list of one name with different words.
*/

use super::File;
use crate::diagnostic::Diagnostic;
use crate::span::Span;
use std::collections::BTreeMap;

/// Lexicons that were joined.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// The files of all, as those of one lexicon.
    pub files: Vec<File>,
    /// For each of these files the lexicon that it comes from (an index) and its path there.
    pub origins: BTreeMap<String, (usize, String)>,
    /// Names of the lexicons with a plus between them.
    pub name: String,
    /// Their versions, likewise.
    pub version: String,
}

impl Joined {
    /// The path of a file for messages; `folders` are what the lexicons are called, with a slash at the end if they are folders.
    pub fn shown(&self, path: &str, folders: &[String]) -> String {
        match self.origins.get(path) {
            Some((number, own)) => format!("{}{own}", folders.get(*number).map_or("", String::as_str)),
            None => path.to_owned(),
        }
    }

    /// A fault as those see it who know the files where they stand, also where it names another file.
    pub fn told(&self, fault: &Diagnostic, folders: &[String]) -> Diagnostic {
        let mut fault = fault.clone();
        // A path stands in a message between back ticks.
        let parts: Vec<String> = fault.message.split('`').map(|part| self.shown(part, folders)).collect();
        fault.message = parts.join("`");
        fault.file = self.shown(&fault.file, folders);
        fault
    }

    /// The files under the paths by which [`Joined::shown`] calls them.
    pub fn shown_files(&self, folders: &[String]) -> Vec<File> {
        let shown = |file: &File| File { path: self.shown(&file.path, folders), text: file.text.clone() };
        self.files.iter().map(shown).collect()
    }
}

/// Joins lexicons. `names` are what they are called, for messages.
///
/// # Errors
/// Everything that stands in two of them and would be ambiguous, with paths as [`Joined::shown`] gives them.
pub fn join(lexicons: Vec<Vec<File>>, folders: &[String]) -> Result<Joined, Vec<Diagnostic>> {
    let mut joined = Joined::default();
    let mut faults = Vec::new();
    let has_context = |files: &Vec<File>| files.iter().any(|file| file.path == "context.toml");
    let base = lexicons.iter().position(has_context).unwrap_or(0);
    let settings: Vec<Settings> = lexicons.iter().map(|files| Settings::of(files)).collect();
    let joined_by_plus = |part: fn(&Settings) -> &str| settings.iter().map(part).collect::<Vec<_>>().join(" + ");
    joined.name = joined_by_plus(|settings| &settings.name);
    joined.version = joined_by_plus(|settings| &settings.version);
    for (number, own) in settings.iter().enumerate() {
        let of_base = &settings[base].language;
        if primary(&own.language) != primary(of_base) {
            let path = format!("{}lexicon.toml", folders.get(number).map_or("", String::as_str));
            let message = format!("the lexicon is for `{}`, the one beside it for `{of_base}`", own.language);
            let fault = Diagnostic::error("other-language", &path, Span::new(0, 0), message);
            faults.push(fault.hint("score with lexicons of one language at a time"));
        }
    }
    for (number, files) in lexicons.into_iter().enumerate() {
        for file in files {
            let own = file.path.clone();
            let is_knowledge = ["markers/", "lists/", "weights/", "scales/", "topics/", "persons/"]
                .iter()
                .any(|folder| own.starts_with(folder));
            let path = match own.as_str() {
                // Each lexicon's scales, topics and persons stay a file of their own.
                "scales.toml" | "topics.toml" | "persons.toml" if number != base => {
                    format!("{}/{number}.toml", own.trim_end_matches(".toml"))
                }
                _ if is_knowledge || number == base => own.clone(),
                _ => continue,
            };
            if let Some((first, other)) = joined.origins.get(&path) {
                let is_same = joined.files.iter().any(|known| known.path == path && known.text == file.text);
                if is_same && path.starts_with("lists/") {
                    continue;
                }
                let other = format!("{}{other}", folders.get(*first).map_or("", String::as_str));
                let shown = format!("{}{own}", folders.get(number).map_or("", String::as_str));
                faults.push(twice(&path, &shown, &other));
                continue;
            }
            joined.origins.insert(path.clone(), (number, own));
            joined.files.push(File { path, text: file.text });
        }
    }
    if faults.is_empty() { Ok(joined) } else { Err(faults) }
}

fn twice(path: &str, shown: &str, other: &str) -> Diagnostic {
    let (code, what, hint) = match path.split('/').next().unwrap_or_default() {
        "markers" => ("duplicate-marker", "the marker", "rename it, or take one of the lexicons alone"),
        "lists" => {
            ("duplicate-list", "a list of this name with other words", "rename the list, and the rules that use it")
        }
        "weights" => ("duplicate-weights", "the table of weights", "remove one of them"),
        _ => ("duplicate-file", "the file", "rename it"),
    };
    Diagnostic::error(code, shown, Span::new(0, 0), format!("{what} stands in {other}, too")).hint(hint)
}

/// Whether a lexicon is for the language of the built-in one; British and American English are one.
pub fn is_for_language_of_builtin(files: &[File]) -> bool {
    let builtin = super::BUILTIN.get_file(SETTINGS).and_then(|file| file.contents_utf8()).unwrap_or_default();
    primary(&Settings::of(files).language) == primary(&Settings::of_text(builtin).language)
}

/// `en-GB` → `en`.
fn primary(language: &str) -> String {
    language.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

const SETTINGS: &str = "lexicon.toml";

/// What joining needs of `lexicon.toml`; faults in it are told when it is read.
struct Settings {
    name: String,
    version: String,
    language: String,
}

impl Settings {
    fn of(files: &[File]) -> Settings {
        Settings::of_text(files.iter().find(|file| file.path == SETTINGS).map_or("", |file| file.text.as_str()))
    }

    fn of_text(text: &str) -> Settings {
        let table: toml::Table = text.parse().unwrap_or_default();
        let of = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or("?").to_owned();
        Settings { name: of("name"), version: of("version"), language: of("language") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon;

    fn small(name: &str, more: &[(&str, &str)]) -> Vec<File> {
        let settings = format!("name = \"{name}\"\nversion = \"2\"\nlanguage = \"en\"\nstemmer = \"none\"\n");
        let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
        let mut files = vec![file("lexicon.toml", &settings)];
        files.extend(more.iter().map(|(path, text)| file(path, text)));
        files
    }

    fn marker(name: &str) -> String {
        let id = name.replace(['.', '_'], "-");
        format!(
            "marker = \"{name}\"\ntitle = \"T\"\nabout = \"A.\"\nsources = [\"S\"]\n[[rule]]\nid = \"{id}\"\nmatch = \"glad\"\nhits = [\"{{glad}}\"]\nmisses = [\"sad\"]\n"
        )
    }

    fn scale(name: &str, marker: &str) -> String {
        format!(
            "[[scale]]\nname = \"{name}\"\ntitle = \"T\"\nabout = \"A.\"\nformula = \"weighted_rate\"\nsources = [\"S\"]\n[scale.weights]\n\"{marker}\" = 2.0\n"
        )
    }

    #[test]
    fn beside_the_builtin_lexicon() {
        let (own, one) = (marker("moods.joy"), scale("moods", "moods.joy"));
        let moods = small("moods", &[("markers/moods/joy.toml", own.as_str()), ("scales.toml", one.as_str())]);
        let n_scales = lexicon::parse(&lexicon::builtin()).expect("no faults").scales.len();
        for order in [[0, 1], [1, 0]] {
            let both = [lexicon::builtin(), moods.clone()];
            let lexicons: Vec<Vec<File>> = order.iter().map(|&number| both[number].clone()).collect();
            let joined = join(lexicons, &["a/".to_owned(), "b/".to_owned()]).expect("no faults");
            let definitions = lexicon::parse(&joined.files).expect("no faults");
            assert!(definitions.markers.iter().any(|marker| marker.name == "moods.joy"));
            assert!(!definitions.cues.is_empty(), "context is that of the lexicon that knows it");
            assert_eq!(definitions.scales.len(), n_scales + 1);
            assert!(joined.name.contains("moods") && joined.name.contains(" + "), "{}", joined.name);
        }
    }

    #[test]
    fn topics_and_persons_are_taken_together() {
        let persons = |kind: &str, words: &str| {
            format!(
                "[[pronoun]]\nid = \"she\"\nmatch = \"(she|her)\"\n[[person]]\nid = \"{kind}\"\nabout = \"A.\"\nhits = [\"{{{words}}}\"]\nmisses = [\"x\"]\n[person.named]\nshe = \"{words}\"\n"
            )
        };
        let topic = |name: &str| {
            format!(
                "[[topic]]\nid = \"{name}\"\nabout = \"A.\"\nmatch = \"{name}\"\nhits = [\"{{{name}}}?\"]\nmisses = [\"x\"]\n"
            )
        };
        let lexicon = |kind: &str, words: &str, name: &str| {
            small(name, &[("persons.toml", &persons(kind, words)), ("topics.toml", &topic(name))])
        };
        let folders = ["a/".to_owned(), "b/".to_owned()];
        let both = vec![lexicon("parent", "mother", "home"), lexicon("friend", "friend", "school")];
        let joined = join(both, &folders).expect("no faults");
        let (definitions, faults) = lexicon::read(&joined.files);
        assert!(faults.iter().all(|fault| !fault.is_error()), "{faults:#?}");
        let persons: Vec<&str> = definitions.persons.iter().map(|person| person.id.as_str()).collect();
        let topics: Vec<&str> = definitions.topics.iter().map(|topic| topic.name.as_str()).collect();
        assert_eq!((persons, topics), (vec!["parent", "friend"], vec!["home", "school"]));
        assert_eq!(definitions.pronouns.len(), 1, "the same pronoun is one");
        assert_eq!(definitions.persons[1].named[0].0, 0);
        // What stands in both is told with the places of both.
        let both = vec![lexicon("parent", "mother", "home"), lexicon("parent", "father", "home")];
        let joined = join(both, &folders).expect("no faults");
        let (_, faults) = lexicon::read(&joined.files);
        let told: Vec<String> = faults
            .iter()
            .filter(|fault| fault.is_error())
            .map(|fault| joined.told(fault, &folders))
            .map(|fault| format!("{} {}: {}", fault.code, fault.file, fault.message))
            .collect();
        assert_eq!(
            told,
            [
                "duplicate-id b/persons.toml: the id `parent` is already used in `a/persons.toml`",
                "duplicate-id b/topics.toml: the id `home` is already used in `a/topics.toml`",
            ]
        );
    }

    #[test]
    fn what_is_ambiguous_is_a_fault() {
        let (own, one) = (marker("m.joy"), scale("s", "m.joy"));
        let list = |words| small("l", &[("lists/a.txt", words)]);
        let folders = ["a/".to_owned(), "b/".to_owned()];
        let with_marker = || small("x", &[("markers/m/joy.toml", own.as_str()), ("scales.toml", one.as_str())]);
        let told = |lexicons: Vec<Vec<File>>| -> Vec<String> {
            match join(lexicons, &folders) {
                Ok(joined) => match lexicon::parse(&joined.files) {
                    Ok(_) => Vec::new(),
                    Err(faults) => faults
                        .iter()
                        .filter(|fault| fault.is_error())
                        .map(|fault| format!("{} {}", fault.code, joined.shown(&fault.file, &folders)))
                        .collect(),
                },
                Err(faults) => faults.iter().map(|fault| format!("{} {}", fault.code, fault.file)).collect(),
            }
        };
        assert_eq!(told(vec![with_marker(), with_marker()]), ["duplicate-marker b/markers/m/joy.toml"]);
        assert_eq!(told(vec![list("glad\n"), list("mad\n")]), ["duplicate-list b/lists/a.txt"]);
        assert_eq!(told(vec![list("glad\n"), list("glad\n")]), [""; 0]);
        let other = marker("n.joy");
        let renamed = small("y", &[("markers/n/joy.toml", other.as_str()), ("scales.toml", one.as_str())]);
        assert_eq!(told(vec![with_marker(), renamed]), ["duplicate-scale b/scales.toml"]);
        let mut german = small("z", &[]);
        german[0].text = german[0].text.replace("\"en\"", "\"de\"");
        assert_eq!(told(vec![with_marker(), german]), ["other-language b/lexicon.toml"]);
    }
}

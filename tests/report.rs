//! `report.html` as its readers meet it: whole, safe, and the same every time; and results that are shared without their texts.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stderr, reason = "these tests meet the world")]

use crate::support::Folder;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names and texts that would like to be code, to leave their place, or not to be seen.
const SCRIPT: &str = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
const TEXT: &str = "Anna: What was it like?\n\
Mary \"<b>\" O'Neill: It was nothing. </p></main></body> I wonder \u{202e}why\u{202d} he \u{0}left & never wrote. \u{1b}[31m\n\
Anna: <script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">\n\
Mary \"<b>\" O'Neill: אני לא זוכר שום דבר. I can't remember anything. <!--text--> --> <!--instead: x :text-->\n";

fn page(folder: &Folder) -> String {
    folder.read("out/report.html")
}

/// What stands between every `from` and the next `to`.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).map(|rest| rest.split(to).next().unwrap()).collect()
}

/// The ids that a page has and those that it points to.
fn ids(page: &str) -> (Vec<&str>, BTreeSet<&str>) {
    let mut wanted: BTreeSet<&str> = between(page, " href=\"#", "\"").into_iter().collect();
    for attribute in [" aria-labelledby=\"", " aria-describedby=\"", " for=\""] {
        wanted.extend(between(page, attribute, "\""));
    }
    (between(page, " id=\"", "\""), wanted)
}

#[track_caller]
fn is_sound(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>"));
    assert_eq!(between(page, "<script", "</script>").len(), 1, "one script, and it is ours");
    assert_eq!(between(page, "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ", "\"").len(), 1);
    // What others wrote has no `<` left, so what stands between these is ours.
    // Comments hold sentences of ours, in which "on" is a word.
    for tag in between(page, "<", ">").into_iter().filter(|tag| !tag.starts_with("!--")) {
        for network in ["http:", "https:", " src=", " style=", " on"] {
            assert!(!tag.contains(network), "{network} in <{tag}>");
        }
    }
    let (ids, wanted) = ids(page);
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "every id once");
    assert_eq!(wanted.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "every reference has its end");
    assert!(page.contains("does not diagnose"));
}

#[test]
fn one_page_shows_all_there_is() {
    let folder = Folder::with(&[
        (
            "in/a.txt",
            "Interviewer: How was it?\nMary: It was nothing. They always hated us.\n\nI wonder, and now I see.\nInterviewer: And?\nMary: So it goes.\n",
        ),
        ("in/b.txt", "The road went down to the river. "),
    ]);
    folder.score(&["in", "-o", "out"]).ends(0);
    let page = page(&folder);
    is_sound(&page);
    assert!(!folder.path("out/report").exists(), "no pages beside it");
    // The evidence: its note, its words under the line of its family, its letter; then the text goes on.
    let evidence = "<span class=\"note\" id=\"d1-m1\" role=\"note\"><span class=\"of f1\"><span class=\"head\"><span class=\"sign f1\" aria-hidden=\"true\">D</span>\
<span class=\"marker\">Minimising</span></span><span class=\"more\"><span class=\"line\"><i>dismissing</i> · rule <code>it-was-nothing</code></span>";
    assert!(page.contains(evidence), "{}", between(&page, "<div class=\"transcript\"", "</div>")[0]);
    let text = "<mark tabindex=\"0\" aria-describedby=\"d1-m1\"><span class=\"u f1 d0\">It was nothing</span></mark>\u{2060}\
<sup class=\"signs\" aria-hidden=\"true\"><span class=\"sign f1\">D</span></sup>. They ";
    assert!(page.contains(text));
    assert!(
        page.contains("<p class=\"speaker\"><bdi>Mary</bdi></p>") && page.contains("<p dir=\"auto\">How was it?</p>")
    );
    // Every marker found, with its source; the text without any says so.
    assert!(page.contains("<span class=\"sources\">For tests</span>"));
    assert!(page.contains("Nothing was found in it.") && page.contains("Fewer than 100 words: no scale is given."));
    assert!(page.contains("Cues in the language of 2 tellings"));
}

/// What is shown of a family is the scale, which has weights, and not the rate; and intervals that overlap say nothing of two documents.
#[test]
fn numbers_are_called_what_they_are() {
    let told = "I wonder, and now I see. The road went down to the river. ";
    let folder = Folder::with(&[("in/a.txt", told.repeat(30)), ("in/b.txt", told.repeat(40))]);
    folder.score(&["in", "-o", "out"]).ends(0);
    let documents = folder.table("out/documents.csv");
    let (scale, rate) = (documents.number(0, "scale_reflective"), documents.number(0, "reflective_rate"));
    assert!((scale - rate).abs() > 0.1, "{scale} {rate}");
    let page = page(&folder);
    assert!(page.contains(&format!("<td class=\"value\">{scale:.1}</td>")), "{scale}");
    assert!(page.contains("<caption>Weighted cues per 1,000 words") && !page.contains(">Cues per 1,000 words"));
    assert!(page.contains("In documents.csv it is <code>scale_NAME</code>"));
    assert!(page.contains("cannot be read off whether their intervals overlap") && !page.contains("told apart"));
}

#[test]
fn the_same_run_gives_the_same_page() {
    let texts: Vec<(String, String)> =
        (0..9).map(|n| (format!("in/{n}.txt"), format!("{TEXT} I wonder {n}."))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = Folder::with(&texts);
    folder.score(&["in", "-o", "one", "-j", "1"]).ends(0);
    folder.score(&["in", "-o", "four", "-j", "4"]).ends(0);
    assert!(folder.read("one/report.html") == folder.read("four/report.html"));
}

#[test]
fn tables_that_are_not_shown_are_named() {
    let folder = Folder::with(&[
        ("a.txt", "I wonder about my mother. ".repeat(30)),
        ("b.txt", "It was nothing, really. ".repeat(40)),
    ]);
    folder.score(&["a.txt", "b.txt", "-o", "out"]).ends(0);
    assert!(!page(&folder).contains("Beside this page"));
    folder.run(&["norms", "build", "out", "-o", "norms.json"]).ends(0);
    folder.score(&["a.txt", "b.txt", "-o", "out", "--unit", "turn", "--norms", "norms.json"]).ends(0);
    let page = page(&folder);
    assert!(page.contains("<code>units.csv</code>, the same numbers for every turn; <code>norms.csv</code>, where each document stands among the 2 of the norms."));
}

#[test]
fn no_report_where_none_is_wanted() {
    let folder = Folder::with(&[("a.txt", "I wonder.")]);
    folder.score(&["a.txt", "-o", "out"]).ends(0);
    assert!(folder.path("out/report.html").exists());
    folder.score(&["a.txt", "-o", "out", "--no-report"]).ends(0);
    assert!(!folder.path("out/report.html").exists(), "that of an earlier run does not belong to this one");
    folder.score(&["a.txt", "--no-report"]).ends(2);
}

#[test]
fn many_documents_have_a_page_each() {
    let rows: String = (1..=60).map(|n| format!("row {n} <i>,\"I wonder. It was nothing, {n}.\"\n")).collect();
    let folder = Folder::with(&[("a.csv", format!("id,text\n{rows}")), ("b.txt", "I wonder.".into())]);
    folder.write("out/report/mine.html", "<!DOCTYPE html><p>my own notes</p>");
    folder.score(&["a.csv", "-o", "out"]).ends(0);
    let index = page(&folder);
    is_sound(&index);
    assert!(!index.contains("<mark"), "the texts stand in pages of their own");
    let links = between(&index, "<th scope=\"row\"><a href=\"report/", "\"");
    assert_eq!(links.len(), 60);
    for (number, link) in links.iter().enumerate() {
        let page = folder.read(&format!("out/report/{link}"));
        is_sound(&page);
        assert!(page.contains(&format!("It was nothing</span></mark>\u{2060}<sup class=\"signs\" aria-hidden=\"true\"><span class=\"sign f1\">D</span></sup>, {}.", number + 1)), "{link}");
        assert_eq!(page.contains("rel=\"prev\""), number > 0);
        assert_eq!(page.contains("rel=\"next\""), number < 59);
        for neighbour in between(&page, " href=\"", "\"").into_iter().filter(|href| !href.starts_with('#')) {
            let neighbour = neighbour.split('#').next().unwrap();
            assert!(folder.path("out/report").join(neighbour).exists(), "{link} leads to {neighbour}");
        }
    }
    // Fewer documents: pages of the earlier run go, what is the user's stays.
    folder.score(&["b.txt", "-o", "out"]).ends(0);
    assert_eq!(folder.names("out/report"), BTreeSet::from(["mine.html".to_owned()]));
    fs::remove_file(folder.path("out/report/mine.html")).unwrap();
    folder.score(&["b.txt", "-o", "out"]).ends(0);
    assert!(!folder.path("out/report").exists());
}

#[test]
fn pages_are_no_transcripts() {
    let folder = Folder::with(&[("in/a.txt", "I wonder.")]);
    folder.score(&["in", "-o", "in/results"]).ends(0);
    folder.score(&["in", "-o", "out"]).ends(0);
    assert_eq!(folder.table("out/documents.csv").column("id"), ["a"]);
}

#[test]
fn hostile_names_and_texts_do_no_harm() {
    let folder = Folder::with(&[(
        "a.csv",
        format!("id,text\n\"{}\",\"{}\"\n", SCRIPT.replace('"', "\"\""), TEXT.replace('"', "\"\"")),
    )]);
    folder.score(&["a.csv", "-o", "out"]).ends(0);
    let page = page(&folder);
    is_sound(&page);
    assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "no control characters");
    assert!(page.contains("&lt;script&gt;document.title='owned'&lt;/script&gt;"));
    assert!(page.contains("&lt;!--text--&gt; --&gt; &lt;!--instead: x :text--&gt;"));
    let Some(chromium) = browser() else {
        eprintln!("SKIPPED: no Chromium on the PATH, so the page was not opened in a browser");
        return;
    };
    let dom = opened(&chromium, &folder.path("out/report.html"), folder.path("profile"));
    assert!(dom.contains("<title>Throughline: &lt;script&gt;"), "{}", dom.chars().take(4000).collect::<String>());
    assert_eq!(between(&dom, "<script", ">").len(), 1);
    assert!(!dom.contains("<img") && !dom.contains("<b>&quot;"));
    // The policy lets our own script do its work: heads of columns have become buttons.
    assert!(dom.contains("<button type=\"button\">document</button>"));
}

/// A Chromium on the PATH.
fn browser() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    paths.into_iter().find(|path| path.is_file())
}

/// The document as the browser has it after scripts have run.
fn opened(chromium: &Path, page: &Path, profile: PathBuf) -> String {
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=2000"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A story whose words stand in no file of the program, and who tells it.
const STORY: &str = "Anna Lindqvist: How would you describe your father in those early years at the mill?\n\
Zebedee Quill: My father felt old before the winter came, and I wonder what he thought about on the long walks home.\n\
It was nothing, really, we always had bread and a lamp in the window. I can't remember anything about the summer he left.\n\
They always hated us down in the lower village, and now I see how lonely my mother must have been with three of us.\n\
Anna Lindqvist: And what did the neighbours along the canal say to her about it?\n\
Zebedee Quill: She said it was nothing. She carried water up the hill every morning until her hands were cracked and blue.\n";

/// Every run of six words of the story, in small letters.
fn runs_of_six(text: &str) -> BTreeSet<String> {
    words(text).windows(6).map(|run| run.join(" ")).collect()
}

fn words(text: &str) -> Vec<String> {
    let lower = text.replace('’', "'").to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A file without the tags that may stand between words, and its character references read.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The files of a folder that have six words of the story in a row, or the name of a speaker.
fn telling(folder: &Path) -> BTreeSet<String> {
    let secret = runs_of_six(STORY);
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
        let tells = |text: &str| {
            !runs_of_six(text).is_disjoint(&secret) || text.contains("Quill") || text.contains("Lindqvist")
        };
        // With all that stands in tags and comments, and without.
        if tells(&text) || tells(&plain(&text)) {
            found.insert(entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

/// A batch of one file, or of so many that each has a page.
fn stories(n: usize) -> Folder {
    let folder = Folder::new();
    for number in 0..n {
        folder.write(&format!("in/{number}.txt"), STORY);
    }
    folder.write("in/odd.csv", "id,Zebedee Quill\n1,I wonder about the road.\n");
    folder
}

#[test]
fn without_texts_no_file_has_six_words_of_the_input() {
    for n in [2, 45] {
        let folder = stories(n);
        folder.score(&["in", "-o", "with", "--unit", "turn", "--narrator", "Zebedee Quill"]).ends(0);
        let told = telling(&folder.path("with"));
        let expected = ["matches.csv", "problems.csv", "report.html", "run.json", "sentences.csv", "units.csv"];
        for name in expected {
            assert!(told.contains(name), "the search must find what is there: {name} in {told:?}");
        }
        assert_eq!(told.iter().filter(|name| name.starts_with("report/")).count(), if n > 40 { n } else { 0 });
        folder.score(&["in", "-o", "without", "--unit", "turn", "--narrator", "Zebedee Quill", "--no-text"]).ends(0);
        assert_eq!(telling(&folder.path("without")), BTreeSet::new());
        is_sound(&folder.read("without/report.html"));
    }
}

#[test]
fn redacted_results_are_those_without_texts() {
    for n in [2, 45] {
        let folder = stories(n);
        let score = |more: &[&str]| {
            folder.score(&[&["in", "--unit", "turn", "--long", "--narrator", "Zebedee Quill"], more].concat()).ends(0)
        };
        score(&["-o", "without", "--no-text"]);
        score(&["-o", "with"]);
        let lines = folder.score(&["in", "--format", "jsonl"]).out;
        folder.write("with/lines.jsonl", lines);
        let run = folder.run(&["redact", "with", "-o", "copy"]).ends(0);
        assert!(run.err.contains("files without texts → copy"), "{}", run.err);
        assert!(!telling(&folder.path("with")).is_empty(), "the folder itself is left as it is");
        folder.run(&["redact", "with"]).ends(0);
        for place in ["copy", "with"] {
            assert_eq!(telling(&folder.path(place)), BTreeSet::new(), "{place}");
            for table in [
                "documents",
                "matches",
                "sentences",
                "scales",
                "course",
                "passages",
                "units",
                "long",
                "problems",
                "codebook",
            ] {
                let name = format!("{table}.csv");
                assert_eq!(folder.read(&format!("{place}/{name}")), folder.read(&format!("without/{name}")), "{name}");
            }
            is_sound(&folder.read(&format!("{place}/report.html")));
            let run: serde_json::Value = serde_json::from_str(&folder.read(&format!("{place}/run.json"))).unwrap();
            assert_eq!(run["options"]["no_text"], "true");
            assert!(run["options"]["narrator"].is_null() && run["inputs"].as_array().is_some_and(|all| all.len() >= n));
        }
        let before = folder.read("with/report.html");
        folder.run(&["redact", "with"]).ends(0);
        assert_eq!(folder.read("with/report.html"), before, "twice is once");
    }
}

#[test]
fn other_layouts_can_be_redacted_too() {
    let folder = stories(2);
    folder.score(&["in", "-o", "out", "--psych-ds", "--bom"]).ends(0);
    assert!(telling(&folder.path("out")).iter().any(|name| name.starts_with("data/")));
    folder.run(&["redact", "out"]).ends(0);
    assert_eq!(telling(&folder.path("out")), BTreeSet::new());
}

#[test]
fn what_is_not_known_is_not_called_safe() {
    let folder = stories(1);
    folder.score(&["in", "-o", "out"]).ends(0);
    folder.write("out/notes.txt", STORY);
    folder.write("out/other.csv", "left,match\nMy father felt old before the winter,came\n");
    let run = folder.run(&["redact", "out"]).ends(1);
    assert!(
        run.err.contains("notes.txt") && run.err.contains("other.csv") && run.err.contains("may hold texts"),
        "{}",
        run.err
    );
    assert_eq!(folder.read("out/notes.txt"), STORY);
    let run = folder.run(&["redact", "out", "-o", "copy"]).ends(1);
    assert!(run.err.contains("left out"), "{}", run.err);
    assert!(!folder.path("copy/notes.txt").exists() && !folder.path("copy/other.csv").exists());
    assert_eq!(telling(&folder.path("copy")), BTreeSet::new());
    let run = folder.run(&["redact", "in"]).ends(2);
    assert!(run.err.contains("no results"), "{}", run.err);
    let run = folder.run(&["redact", "out", "-o", "in"]).ends(2);
    assert!(run.err.contains("name a new folder"), "{}", run.err);
}

/*!
Dictionaries in all their variants, as tables: what is read of each, what is told of what cannot be said, and what is refused.
*/

use super::*;

fn asked() -> Asked {
    Asked { name: "Moods".to_owned(), file: "moods.dic".to_owned(), language: "en".to_owned(), ..Asked::default() }
}

/// What is in the lexicon: `marker: pattern, pattern`; then the remarks: `line code`.
fn seen(text: &str, format: Format) -> Result<(Vec<String>, Vec<String>), String> {
    let imported =
        import(text, format, &asked(), &[]).map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))?;
    let lists = imported.files.iter().filter_map(|file| {
        let name = file.path.strip_prefix("lists/moods-")?.strip_suffix(".txt")?;
        let entries: Vec<&str> = file.text.lines().filter(|line| !line.starts_with('#')).collect();
        Some(format!("{name}: {}", entries.join(", ")))
    });
    let line_of = |remark: &Diagnostic| text[..remark.span.start as usize].matches('\n').count() + 1;
    let remarks = imported.remarks.iter().map(|remark| format!("{} {}", line_of(remark), remark.code));
    Ok((lists.collect(), remarks.collect()))
}

#[track_caller]
fn check(text: &str, format: Format, lists: &[&str], remarks: &[&str]) {
    let (found, told) = seen(text, format).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"));
    assert_eq!(found, lists, "{text}");
    assert_eq!(told, remarks, "{text}");
}

#[test]
fn liwc() {
    // The usual form.
    check(
        "%\n1\tjoy\n2\tanger\n%\nhapp*\t1\nmad\t2\nfed up\t2\nodd\t1\t2\n",
        Format::Liwc,
        &["anger: fed up, mad, odd", "joy: happ*, odd"],
        &[],
    );
    // Spaces for tabs, CR LF, indented categories, names in brackets, a mark that shares its line, comments.
    check(
        "% \r\n1 joy (Being glad)\r\n\t2 anger // hot\r\n%\r\nhapp*   1\r\nfed up  2\r\n\r\nodd 1 2\r\n",
        Format::Liwc,
        &["anger: fed up, odd", "joy: happ*, odd"],
        &[],
    );
    check("%1 joy\n%\nglad 1\n", Format::Liwc, &["joy: glad"], &[]);
    check("%\njoy\t1\n%\nglad\t1\n", Format::Liwc, &["joy: glad"], &[]);
    // One number twice, a word twice, a word without category, one with a category that is none, and signs.
    check(
        "%\n1\tjoy\n1\tanger\n%\nglad\t1\nglad\t1\nmad\nsad\t7\n:)\t1\nhalf-mad\t1\n",
        Format::Liwc,
        &["joy: glad, half mad"],
        &[
            "3 duplicate-category",
            "6 duplicate-entry",
            "7 no-category",
            "8 unknown-category",
            "9 unsayable",
            "10 said-otherwise",
        ],
    );
    // A dictionary with a category that nothing is left of.
    check(
        "%\n1\tjoy\n2\tsigns\n%\nglad\t1\n:(\t2\n",
        Format::Liwc,
        &["joy: glad"],
        &["6 empty-category", "6 unsayable"],
    );
}

#[test]
fn conditions_of_liwc_2007() {
    let text = "%\n2\tpronoun\n125\taffect\n464\tfiller\n131\tcause\n%\nI\t2\nlike\t(2)125/464\nkind\t<of>131/125 464\nlove\t125\n";
    let imported = import(text, Format::Liwc, &asked(), &[]).expect("a dictionary");
    let rules = |marker: &str| {
        let path = format!("markers/moods/{marker}.toml");
        let file = imported.files.iter().find(|file| file.path == path).expect("the marker");
        let wanted = |line: &&str| line.starts_with("match") || line.starts_with("unless");
        file.text
            .lines()
            .filter(wanted)
            .map(|line| line.split_once('=').expect("a field").1.trim())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(rules("affect"), r#""@moods-affect" "(@moods-pronoun) like" "kind" "kind of""#);
    assert_eq!(rules("filler"), r#""@moods-filler" "like" "(@moods-pronoun) like""#);
    assert_eq!(rules("cause"), r#""kind of""#);
    assert_eq!(imported.remarks, []);
}

#[test]
fn tables() {
    check(
        "DicTerm,joy,anger\nhapp*,X,\n\"fed up\",,X\nodd,X,X\n",
        Format::Table,
        &["anger: fed up, odd", "joy: happ*, odd"],
        &[],
    );
    check(
        "word;category\nhappy;joy\nmad;anger\n;joy\n",
        Format::Table,
        &["anger: mad", "joy: happy"],
        &["4 empty-cell"],
    );
    check("joy\tanger\nhappy\tmad\nglad\t\n", Format::Table, &["anger: mad", "joy: glad, happy"], &[]);
    check("glad\nhappy\n", Format::Table, &["moods: glad, happy"], &[]);
    check("word\nglad\n", Format::Table, &["moods: glad"], &[]);
    check("DicTerm,joy\nglad,maybe\nhappy,X\n", Format::Table, &["joy: happy"], &["2 bad-weight"]);
    check("word,category,weight\nglad,joy,much\nhappy,joy,1\n", Format::Table, &["joy: happy"], &["2 bad-weight"]);
}

#[test]
fn weights_become_markers_and_a_scale() {
    let text = "word,category,weight\nglad,mood,1.5\nsad,mood,-2\nhappy,mood,1.5\n";
    check(text, Format::Table, &["mood-minus-2: sad", "mood-plus-1-5: glad, happy"], &[]);
    let imported = import(text, Format::Table, &asked(), &[]).expect("a dictionary");
    let scales = imported.files.iter().find(|file| file.path == "scales.toml").expect("scales");
    assert!(scales.text.contains("\"moods.mood_minus_2\" = -2.0\n\"moods.mood_plus_1_5\" = 1.5"), "{}", scales.text);
    // Too many weights are taken together, and how far off that is, is told.
    let many: String = (0..100).map(|n| format!("w{n},mood,{}\n", f64::from(n) / 10.0)).collect();
    let (lists, remarks) = seen(&format!("word,category,weight\n{many}"), Format::Table).expect("a dictionary");
    assert_eq!(lists.len(), 20);
    assert_eq!(remarks, ["2 rounded-weights"]);
}

#[test]
fn yaml() {
    let text = "# moods\nemotion:\n  joy: [happy, glad*, 'fed up']\n  anger:\n    - mad\n    - no\n    - 1\n    - un*able\nother: on\n";
    check(
        text,
        Format::Yaml,
        &["emotion-anger: /un.*able/, 1, mad, no", "emotion-joy: fed up, glad*, happy", "other: on"],
        &[],
    );
    check("a:\n  - b:\n      - c\n  - d\n", Format::Yaml, &["a-b: c", "a: d"], &[]);
    check("a: [x]\nb: [\"* y\", z]\nc: [y?]\n", Format::Yaml, &["a: x", "b: z", "c: /y./"], &["2 unsayable"]);
}

#[test]
fn what_is_no_dictionary_is_refused_with_a_reason() {
    for (text, format, code) in [
        ("48911\nabandon/LSDG\nabase/DG\n", Format::Liwc, "spelling-dictionary"),
        ("a/S\nb/DG\nc/S\nd\ne/M\n", Format::Liwc, "spelling-dictionary"),
        ("glad 1\n", Format::Liwc, "no-header"),
        ("%\n1 joy\nglad 1\n", Format::Liwc, "no-header"),
        ("", Format::Table, "empty-file"),
        ("", Format::Liwc, "no-header"),
        ("", Format::Yaml, "no-entries"),
        ("word,category\n", Format::Table, "no-entries"),
        ("%\n1 joy\n%\n:) 1\n", Format::Liwc, "no-entries"),
        ("a: [b", Format::Yaml, "yaml-syntax"),
        ("- glad\n", Format::Yaml, "no-entries"),
        ("glad", Format::Yaml, "no-category"),
    ] {
        let refusal = seen(text, format).expect_err(text);
        assert!(refusal.starts_with(code), "{text:?}: {refusal}");
    }
}

/// No file makes the reader panic, whatever is in it.
#[test]
fn pieces_of_dictionaries_do_no_harm() {
    let texts = [
        "%\n1\tjoy\n%\nlike\t(1)1/1 <of>1/1\n(\t)\n<\t>1/\n/\t((1)/2\n",
        "a:\n  - {b: [c], ? [d] : e}\n  - !!x &y z\n  - *y\n",
        "word,category,weight\n\"a\nb\",c,1e999\n\"open",
    ];
    for text in texts {
        for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            for format in [Format::Liwc, Format::Table, Format::Yaml] {
                let _ = import(&text[..end], format, &asked(), &[]);
            }
        }
    }
}

/// How a table was understood, and its markers.
fn understood(text: &str) -> String {
    let imported = import(text, Format::Table, &asked(), &[]).unwrap_or_else(|refusal| panic!("{}", refusal.message));
    let (lists, remarks) = seen(text, Format::Table).unwrap_or_default();
    format!("{} → {} {}", imported.understood, lists.join("; "), remarks.join(" "))
}

#[test]
fn tables_whose_heads_say_nothing_are_told_by_their_cells() {
    let cases = [
        // A row a word, with heads in other words, with none, and with the category first.
        (
            "Wort;Kategorie\nfroh;pos\nheiter;pos\ntraurig;neg\nbang;neg\n",
            "a row a word (column `Wort`) with its category (`Kategorie`) → neg: bang, traurig; pos: froh, heiter ",
        ),
        (
            "happy\tpos\nglad\tpos\nsad\tneg\nmad\tneg\nlow\tneg\n",
            "a row a word (column `1`) with its category (`2`) → neg: low, mad, sad; pos: glad, happy ",
        ),
        (
            "mood,lemma\npos,happy\npos,glad\nneg,sad\nneg,mad\n",
            "a row a word (column `lemma`) with its category (`mood`) → neg: mad, sad; pos: glad, happy ",
        ),
        (
            "term,group\nhappy,pos\nsad,neg\n",
            "a row a word (column `term`) with its category (`group`) → neg: sad; pos: happy ",
        ),
        (
            "lemma,type,w\nhappy,pos,2\nglad,pos,2\nsad,neg,2\nmad,neg,2\n",
            "a row a word (column `lemma`) with its category (`type`) and its weight (`w`) → neg-plus-2: mad, sad; pos-plus-2: glad, happy ",
        ),
        // A column a category; of two rows nobody can tell, and that is told.
        (
            "joy,anger\nhappy,mad\nglad,furious\n",
            "a column a category (`joy`, `anger`) → anger: furious, mad; joy: glad, happy 1 two-columns",
        ),
        (
            "joy,anger,fear\nhappy,mad,afraid\nglad,furious,scared\n",
            "a column a category (`joy`, `anger`, `fear`) → anger: furious, mad; fear: afraid, scared; joy: glad, happy ",
        ),
        ("word\nhappy\nglad\n", "a list of words below a head → moods: glad, happy "),
    ];
    for (text, expected) in cases {
        assert_eq!(understood(text), expected, "{text}");
    }
}

#[test]
fn counts_are_of_entries_that_are_in_the_lexicon() {
    let cases = [
        // Twice is once; an unknown category is an entry that is nowhere.
        ("%\n1\tjoy\n%\nhappy\t1\nHappy\t1\nglad\t9\n", (3, 1)),
        // Conditions on a category without words.
        ("%\n125\taffect\n464\tfiller\n2\tpronoun\n%\nlike\t(2)125/464\nglad\t125\n", (3, 1)),
    ];
    for (text, counts) in cases {
        let imported =
            import(text, Format::Liwc, &asked(), &[]).unwrap_or_else(|refusal| panic!("{}", refusal.message));
        assert_eq!((imported.n_entries, imported.n_said), counts, "{text}");
        let markers: Vec<_> = imported.files.iter().filter(|file| file.path.starts_with("markers/")).collect();
        assert_eq!(markers.len(), 1, "{text}");
        assert!(markers[0].text.contains("[[rule]]"), "{text}");
    }
}

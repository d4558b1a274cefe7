/*!
Tables of small texts and files: what is read from them, and what is noted. One function for each kind of input calls the module; the cases are data.
*/

use super::*;
use crate::document::Role;
use proptest::prelude::{any, prop, proptest};
use std::io::{Cursor, Read};

/// The turns of a document in one line: label, `*` narrator, `?` interviewer, `-` other, and the words.
fn shown(document: &Document) -> String {
    let turn = |turn: &crate::document::Turn| {
        let speaker = &document.speakers[turn.speaker];
        let role = match speaker.role {
            Role::Narrator => '*',
            Role::Interviewer => '?',
            Role::Other => '-',
        };
        format!("{}{role} {}", speaker.label, document.text[turn.span.range()].replace('\n', "/"))
    };
    document.turns.iter().map(turn).collect::<Vec<_>>().join(" | ")
}

fn kinds(document: &Document) -> Vec<&'static str> {
    document.notes.iter().map(|note| note.kind.name()).collect()
}

fn read_str(text: &str) -> Document {
    super::text("t", text.as_bytes().to_vec())
}

#[test]
fn formats_by_ending() {
    let cases = [
        ("a.txt", Some(Format::Text)),
        ("a.b.MD", Some(Format::Text)),
        ("dir/a.text", Some(Format::Text)),
        ("a.csv", Some(Format::Csv)),
        ("a.TSV", Some(Format::Tsv)),
        ("a.tab", Some(Format::Tsv)),
        ("a.jsonl", Some(Format::Jsonl)),
        ("a.ndjson", Some(Format::Jsonl)),
        ("a.docx", Some(Format::Text)),
        ("a.csv.gz", Some(Format::Csv)),
        ("a.gz", None),
        ("a.doc", None),
        ("csv", None),
        (".txt", None),
        ("dir/.txt", None),
    ];
    for (name, want) in cases {
        assert_eq!(Format::of_name(name), want, "{name}");
    }
}

/// One talk under several ways of writing labels.
const NAMED: &str = "Ann Lee? Where? | Tom Hill* In Leeds. | Ann Lee? When? | Tom Hill* May.";

#[test]
fn labels_open_turns() {
    let cases = [
        ("words", "Interviewer: Where?\nParticipant: In Leeds.", "Interviewer? Where? | Participant* In Leeds."),
        ("letters", "I: Where?\nP: In Leeds.", "I? Where? | P* In Leeds."),
        ("small letters", "i: where?\np: leeds\ni: when?\np: may", "i? where? | p* leeds | i? when? | p* may"),
        ("one line without a full stop", "P: It was no big deal", "P* It was no big deal"),
        ("no stops", "I: What was it like\nP: It was no big deal", "I? What was it like | P* It was no big deal"),
        ("no space", "I:where?\nP:leeds", "I? where? | P* leeds"),
        ("numbers", "INT1: Where?\nParticipant 3: Leeds.", "INT1? Where? | Participant 3* Leeds."),
        ("Q and A", "Q: Where?\nA: Leeds.", "Q? Where? | A* Leeds."),
        ("Q. and A.", "Q. Where?\nA. Leeds.\nQ. When?\nA. In May.", "Q? Where? | A* Leeds. | Q? When? | A* In May."),
        ("Q1 and A1", "Q1: Where?\nA1: Leeds.\nQ2: When?\nA2: May.", "Q? Where? | A* Leeds. | Q? When? | A* May."),
        (
            "numbers of turns",
            "I1: Where?\nR1: Leeds.\nI2: When?\nR2: May.\nI3: Why?\nR3: So.",
            "I? Where? | R* Leeds. | I? When? | R* May. | I? Why? | R* So.",
        ),
        (
            "numbers of speakers",
            "I: Where?\nP1: Leeds.\nP2: York.\nP3: Here.",
            "I? Where? | P1* Leeds. | P2- York. | P3- Here.",
        ),
        (
            "seconds before",
            "[12.5] Ann: Where?\n[17.25] Tom: In Leeds.\n[20] Ann: When?\n[21.0s - 22.0s] Tom: In May.",
            "Ann? Where? | Tom* In Leeds. | Ann? When? | Tom* In May.",
        ),
        (
            "seconds before a tab",
            "12.5\tAnn\tWhere?\n17.25\tTom\tIn Leeds.\n20.0\tAnn\tWhen?\n21.5\tTom\tIn May.",
            "Ann? Where? | Tom* In Leeds. | Ann? When? | Tom* In May.",
        ),
        ("two colons", "I:: Where?\nP:: In Leeds.", "I? Where? | P* In Leeds."),
        (
            "initials with full stops",
            "A.L. Where?\nT.W. In Leeds.\nA.L. When?\nT.W. In May.",
            "A.L.? Where? | T.W.* In Leeds. | A.L.? When? | T.W.* In May.",
        ),
        (
            "the name last",
            "0:01\tWhere?\tAnn\n0:02\tIn Leeds, by the river.\tTom\n0:03\tWhen?\tAnn\n0:04\tIn May.\tTom",
            "Ann? Where? | Tom* In Leeds, by the river. | Ann? When? | Tom* In May.",
        ),
        ("a word that is a part of a book, too", "INT: Where?\nPART: In Leeds.", "INT? Where? | PART* In Leeds."),
        ("researcher", "R: Where?\nP: Leeds.", "R? Where? | P* Leeds."),
        ("respondent", "I: Where?\nR: Leeds.", "I? Where? | R* Leeds."),
        ("tab", "I\tWhere?\nP\tLeeds.", "I? Where? | P* Leeds."),
        ("bold", "**Interviewer:** Where?\n\n**Mary:** Leeds.", "Interviewer? Where? | Mary* Leeds."),
        ("bold, colon outside", "**Interviewer**: Where?\n\n**P**: Leeds.", "Interviewer? Where? | P* Leeds."),
        ("time before", "[00:01:02] Interviewer: Where?\n00:01:09 P1: Leeds.", "Interviewer? Where? | P1* Leeds."),
        ("time with dash", "(1:02) - I: Where?\n00:01:09.120 - P1: Leeds.", "I? Where? | P1* Leeds."),
        ("time behind", "Interviewer [00:12]: Where?\nP (00:15): Leeds.", "Interviewer? Where? | P* Leeds."),
        ("indented", "   I: Where?\n\t P: Leeds.", "I? Where? | P* Leeds."),
        ("quoted mail", "> I: Where?\n> P: Leeds.", "I? Where? | P* Leeds."),
        ("text on the next line", "I:\nWhere?\nP:\nLeeds.", "I? Where? | P* Leeds."),
        (
            "wrapped lines and paragraphs",
            "I: Where\nwas it?\n\nP: In Leeds.\n\nI liked it.\n",
            "I? Where/was it? | P* In Leeds.//I liked it.",
        ),
        (
            "names",
            "Ann Lee: Where were you born?\nTom O'Hara: In Leeds, I think it was.\nAnn Lee: When?\nTom O'Hara: In May of that year.",
            "Ann Lee? Where were you born? | Tom O'Hara* In Leeds, I think it was. | Ann Lee? When? | Tom O'Hara* In May of that year.",
        ),
        ("a name that comes once", "Interviewer: Where?\nMary: Leeds.", "Interviewer? Where? | Mary* Leeds."),
        (
            "many words",
            "John A. and Ruby T. Lomax: Where?\nMARY ANN SMITH: Leeds it was.\nJohn A. and Ruby T. Lomax: When?\nMARY ANN SMITH: In May it was.",
            "John A. and Ruby T. Lomax? Where? | MARY ANN SMITH* Leeds it was. | John A. and Ruby T. Lomax? When? | MARY ANN SMITH* In May it was.",
        ),
        (
            "case does not count",
            "INTERVIEWER: Where?\nP: Leeds.\nInterviewer: When?",
            "INTERVIEWER? Where? | P* Leeds. | INTERVIEWER? When?",
        ),
        ("brackets", "[id1] I like it.\n\n[id1] I still like it.", "id1* I like it. | id1* I still like it."),
        ("title and date before", "Interview 3\n12 May\n\nI: Where?\nP: Leeds.", "I? Where? | P* Leeds."),
        (
            "the head of a form",
            "Interviewer: Jane Roe\nParticipant: 07\nDate: 3 May\n\nInterviewer: Where?\nParticipant: Leeds.",
            "Interviewer? Where? | Participant* Leeds.",
        ),
        (
            "empty turns are left out",
            "I: Where?\nP:\nI: Where, then?\nP: Leeds.",
            "I? Where? | I? Where, then? | P* Leeds.",
        ),
        ("a dash", "I - Where?\nP - In Leeds.\nI - When?\nP - May.", "I? Where? | P* In Leeds. | I? When? | P* May."),
        (
            "words and a dash",
            "Interviewer – Where?\nParticipant – In Leeds.\nInterviewer – When?\nParticipant – May.",
            "Interviewer? Where? | Participant* In Leeds. | Interviewer? When? | Participant* May.",
        ),
        (
            "brackets and words",
            "[I] Where?\n[P] In Leeds.\n[I] When?\n[P] May.",
            "I? Where? | P* In Leeds. | I? When? | P* May.",
        ),
        (
            "brackets and a colon",
            "<I>: Where?\n<P>: In Leeds.\n<I>: When?\n<P>: May.",
            "I? Where? | P* In Leeds. | I? When? | P* May.",
        ),
        (
            "brackets, a name and a colon",
            "[Ann Lee]: Where?\n[Tom Hill]: In Leeds.\n[Ann Lee]: When?\n[Tom Hill]: May.",
            NAMED,
        ),
        ("a name and a long dash", "Ann Lee — Where?\nTom Hill — In Leeds.\nAnn Lee — When?\nTom Hill — May.", NAMED),
        ("a name and a hyphen", "Ann Lee - Where?\nTom Hill - In Leeds.\nAnn Lee - When?\nTom Hill - May.", NAMED),
        ("bold alone", "**Ann Lee** Where?\n\n**Tom Hill** In Leeds.\n\n**Ann Lee** When?\n\n**Tom Hill** May.", NAMED),
        (
            "bold roles",
            "**Interviewer** Where?\n**Participant** In Leeds.\n**Interviewer** When?\n**Participant** May.",
            "Interviewer? Where? | Participant* In Leeds. | Interviewer? When? | Participant* May.",
        ),
        (
            "a time on the line",
            "Ann Lee 00:00:10 Where?\nTom Hill 00:00:12 In Leeds.\nAnn Lee 00:00:20 When?\nTom Hill 00:00:22 May.",
            NAMED,
        ),
        (
            "a short time on the line",
            "Ann Lee 0:10 Where?\nTom Hill 0:12 In Leeds.\nAnn Lee 0:20 When?\nTom Hill 0:22 May.",
            NAMED,
        ),
        (
            "a time in brackets on the line",
            "SPEAKER 1 [00:10] Where?\nSPEAKER 2 [00:12] In Leeds.\nSPEAKER 1 [00:20] When?\nSPEAKER 2 [00:22] In May it was.",
            "SPEAKER 1? Where? | SPEAKER 2* In Leeds. | SPEAKER 1? When? | SPEAKER 2* In May it was.",
        ),
        (
            "a dash and a time",
            "Ann Lee - 00:00:10 Where?\nTom Hill - 00:00:12 In Leeds.\nAnn Lee - 00:00:20 When?\nTom Hill - 00:00:22 May.",
            NAMED,
        ),
        (
            "bars",
            "00:10 | Ann Lee | Where?\n00:12 | Tom Hill | In Leeds.\n00:20 | Ann Lee | When?\n00:22 | Tom Hill | May.",
            NAMED,
        ),
        (
            "Q1. and A1.",
            "Q1. Where?\nA1. Leeds.\nQ2. When?\nA2. May.\nQ10. Why?\nA10. Work.",
            "Q? Where? | A* Leeds. | Q? When? | A* May. | Q? Why? | A* Work.",
        ),
        (
            "names before tabs",
            "00:10\tAnn Lee\tWhere?\n00:12\tTom Hill\tIn Leeds.\n00:20\tAnn Lee\tWhen?\n00:22\tTom Hill\tMay.",
            NAMED,
        ),
        (
            "capitals alone, names with an apostrophe",
            "Ann-Marie Lee — Where?\nTom O'Hara — In Leeds.\nAnn-Marie Lee — When?\nTom O'Hara — May.",
            "Ann-Marie Lee? Where? | Tom O'Hara* In Leeds. | Ann-Marie Lee? When? | Tom O'Hara* May.",
        ),
        (
            "a comma, a time and a colon",
            "Ann Lee, 00:10: Where?\nTom Hill, 00:12: In Leeds.\nAnn Lee, 00:20: When?\nTom Hill, 00:22: May.",
            NAMED,
        ),
        (
            "a time in brackets and a colon",
            "Ann Lee (00:10): Where?\nTom Hill (00:12): In Leeds.\nAnn Lee (00:20): When?\nTom Hill (00:22): May.",
            NAMED,
        ),
        (
            "a time in braces",
            "Ann Lee {00:10}: Where?\nTom Hill {00:12}: In Leeds.\nAnn Lee {00:20}: When?\nTom Hill {00:22}: May.",
            NAMED,
        ),
        (
            "a time and a long dash",
            "00:10 – Ann Lee: Where?\n00:12 – Tom Hill: In Leeds.\n00:20 – Ann Lee: When?\n00:22 – Tom Hill: May.",
            NAMED,
        ),
        (
            "a time and a comma",
            "00:10, Ann Lee: Where?\n00:12, Tom Hill: In Leeds.\n00:20, Ann Lee: When?\n00:22, Tom Hill: May.",
            NAMED,
        ),
        (
            "a small word and a time",
            "Ann Lee at 00:10: Where?\nTom Hill at 00:12: In Leeds.\nAnn Lee at 00:20: When?\nTom Hill at 00:22: May.",
            NAMED,
        ),
        (
            "GoTranscript",
            "Ann Lee: [00:00:10] Where?\nTom Hill: [00:00:12] In Leeds.\nAnn Lee: [00:00:20] When?\nTom Hill: [00:00:22] May.",
            NAMED,
        ),
        (
            "Rev",
            "Ann Lee: (00:10)\nWhere?\nTom Hill: (00:12)\nIn Leeds.\nAnn Lee: (00:20)\nWhen?\nTom Hill: (00:22)\nMay.",
            NAMED,
        ),
        (
            "Descript",
            "**Ann Lee:** [00:00:10] Where?\n\n**Tom Hill:** [00:00:12] In Leeds.\n\n**Ann Lee:** [00:00:20] When?\n\n**Tom Hill:** [00:00:22] May.",
            NAMED,
        ),
        (
            "f4",
            "#00:00:10-5# Ann Lee: Where?\n#00:00:12-5# Tom Hill: In Leeds.\n#00:00:20-5# Ann Lee: When?\n#00:00:22-5# Tom Hill: May.",
            NAMED,
        ),
        (
            "dates and times",
            "[12/05/2023, 10:30:10] Ann Lee: Where?\n12.5.2023, 10:32 - Tom Hill: In Leeds.\n2023-05-12 10:33 Ann Lee: When?\n12/05/2023, 10:34 PM - Tom Hill: May.",
            NAMED,
        ),
        (
            "seconds",
            "[0.50 - 1.25] Ann Lee: Where?\n[2.00 - 3.75] Tom Hill: In Leeds.\n[4.00 --> 5.00] Ann Lee: When?\n[6.5 - 7.5] Tom Hill: May.",
            NAMED,
        ),
        (
            "a time between tabs",
            "Ann Lee\t00:10\tWhere?\nTom Hill\t00:12\tIn Leeds.\nAnn Lee\t00:20\tWhen?\nTom Hill\t00:22\tMay.",
            NAMED,
        ),
        (
            "lists and direct speech",
            "- Ann Lee: Where?\n– Tom Hill: In Leeds.\n• Ann Lee: When?\n• Tom Hill: May.",
            NAMED,
        ),
        (
            "spaces of French typists",
            "Ann Lee\u{a0}: Where?\nTom Hill\u{a0}: In Leeds.\nAnn Lee : When?\nTom Hill : May.",
            NAMED,
        ),
        ("wide colons", "Ann Lee：Where?\nTom Hill：In Leeds.\nAnn Lee：When?\nTom Hill：May.", NAMED),
        (
            "a dash without spaces",
            "LEE—Where?\nHILL—In Leeds.\nLEE—When?\nHILL—May.",
            "LEE? Where? | HILL* In Leeds. | LEE? When? | HILL* May.",
        ),
        ("numbered lines", "1  I: Where?\n2  P: Leeds.\n13   I: When?", "I? Where? | P* Leeds. | I? When?"),
        (
            "therapist and patient",
            "TH: Where?\nPT: In Leeds.\nTH: When?\nPT: May.",
            "TH? Where? | PT* In Leeds. | TH? When? | PT* May.",
        ),
        ("therapist and client", "Th.: Where?\nCl.: In Leeds.", "Th.? Where? | Cl.* In Leeds."),
        ("T and CL", "T: Where?\nCL: In Leeds.\nT: When?", "T? Where? | CL* In Leeds. | T? When?"),
        (
            "short for therapist",
            "Th. Where?\nPt. In Leeds.\nTh. When?\nPt. May.",
            "Th? Where? | Pt* In Leeds. | Th? When? | Pt* May.",
        ),
        (
            "short for interviewer",
            "Int. Where?\nResp. Leeds.\nInt. When?\nResp. May.",
            "Int? Where? | Resp* Leeds. | Int? When? | Resp* May.",
        ),
        (
            "interviewer and interviewee",
            "I: Where?\nIE: In Leeds.\nI: When?\nIE: May.",
            "I? Where? | IE* In Leeds. | I? When? | IE* May.",
        ),
        (
            "IR and IE",
            "IR: Where?\nIE: In Leeds.\nIR: When?\nIE: May.",
            "IR? Where? | IE* In Leeds. | IR? When? | IE* May.",
        ),
        (
            "questions in bold",
            "**A talk**\n\n**Where?**\n\nIn Leeds.\n\nIt was cold.\n\n**And your mother. How was she?**\n\nStrict.\n\n**Go on.**\n\n**What else?**\n\nI do not know.",
            "? Where? | * In Leeds.//It was cold. | ? And your mother. How was she? | * Strict. | ? Go on.**//**What else? | * I do not know.",
        ),
        (
            "questions in italics",
            "*Where?*\nIn Leeds.\n_When?_\nIn May.\n*Why?*\nThere was work.",
            "? Where? | * In Leeds. | ? When? | * In May. | ? Why? | * There was work.",
        ),
        ("numbers of turns", "1. I: Where?\n2. P: Leeds.\n3\tI:\tWhen?", "I? Where? | P* Leeds. | I? When?"),
        ("a colon within", "I: Where?\nP: Two places: Leeds and York.", "I? Where? | P* Two places: Leeds and York."),
        ("line breaks of Windows", "I: Where?\r\nP: Leeds.\r\n", "I? Where? | P* Leeds."),
        ("line breaks of old Macs", "I: Where?\rP: Leeds.\r", "I? Where? | P* Leeds."),
    ];
    for (name, text, want) in cases {
        let document = read_str(text);
        assert_eq!(shown(&document), want, "{name}: {:?}", document.notes);
    }
}

#[test]
fn labels_on_lines_of_their_own() {
    let want = "Ann Lee? Where were you? | Tom Hill* In Leeds./It was cold. | Ann Lee? And then? | Tom Hill* York.";
    let cases = [
        (
            "Otter",
            "# Talk\n\nAnn Lee  0:01  \nWhere were you?\n\nTom Hill  0:05\nIn Leeds.\nIt was cold.\n\nAnn Lee  1:00:09\nAnd then?\n\nTom Hill  1:00:12\nYork.",
        ),
        (
            "brackets",
            "Ann Lee [00:01]\nWhere were you?\nTom Hill [00:05]\nIn Leeds.\nIt was cold.\nAnn Lee [00:09]\nAnd then?\nTom Hill [00:12]\nYork.",
        ),
        (
            "time first",
            "[00:01] Ann Lee\nWhere were you?\n[00:05] Tom Hill\nIn Leeds.\nIt was cold.\n[00:09] Ann Lee\nAnd then?\n[00:12] Tom Hill\nYork.",
        ),
        (
            "time below",
            "Ann Lee\n00:01\nWhere were you?\n\nTom Hill\n00:05\nIn Leeds.\nIt was cold.\n\nAnn Lee\n00:09\nAnd then?\n\nTom Hill\n00:12\nYork.",
        ),
        (
            "time above",
            "00:01\nAnn Lee\nWhere were you?\n\n00:05\nTom Hill\nIn Leeds.\nIt was cold.\n\n00:09\nAnn Lee\nAnd then?\n\n00:12\nTom Hill\nYork.",
        ),
        (
            "a small word",
            "Ann Lee at 00:01\nWhere were you?\nTom Hill at 00:05\nIn Leeds.\nIt was cold.\nAnn Lee at 00:09\nAnd then?\nTom Hill at 00:12\nYork.",
        ),
        (
            "Zoom",
            "[Ann Lee] 10:00:01\nWhere were you?\n[Tom Hill] 10:00:05\nIn Leeds.\nIt was cold.\n[Ann Lee] 10:00:09\nAnd then?\n[Tom Hill] 10:00:12\nYork.",
        ),
        (
            "Fathom",
            "0:01 - Ann Lee (Acme)\nWhere were you?\n0:05 - Tom Hill\nIn Leeds.\nIt was cold.\n0:09 - Ann Lee (Acme)\nAnd then?\n1:12 - Tom Hill\nYork.",
        ),
        (
            "AmberScript",
            "Ann Lee (00:01 - 00:04)\nWhere were you?\nTom Hill (00:05 - 00:08)\nIn Leeds.\nIt was cold.\nAnn Lee (00:09 - 00:11)\nAnd then?\nTom Hill (00:12 - 00:14)\nYork.",
        ),
        (
            "dots",
            "Ann Lee · 00:01\nWhere were you?\nTom Hill • 00:05\nIn Leeds.\nIt was cold.\nAnn Lee · 00:09\nAnd then?\nTom Hill • 00:12\nYork.",
        ),
        ("no time", "Ann Lee\nWhere were you?\nTom Hill\nIn Leeds.\nIt was cold.\nAnn Lee\nAnd then?\nTom Hill\nYork."),
        (
            "no time, paragraphs",
            "A talk\n\n**Ann Lee**\n\nWhere were you?\n\n**Tom Hill**\n\nIn Leeds.\nIt was cold.\n\n**Ann Lee**\n\nAnd then?\n\n**Tom Hill**\n\nYork.",
        ),
    ];
    for (name, text) in cases {
        let document = read_str(text);
        assert_eq!(shown(&document), want, "{name}: {:?}", document.notes);
    }
    let known = read_str("Interviewer\nWhere?\nParticipant\nIn Leeds.\nInterviewer\nWhen?\nParticipant\nIn May.");
    assert_eq!(
        shown(&known),
        "Interviewer? Where? | Participant* In Leeds. | Interviewer? When? | Participant* In May."
    );
    let prose = [
        "We lived in a house\nLeeds\nand then we went to\nYork\nand back to\nLeeds\nand on to\nYork\nand that was that.",
        "Snow\n\nIt fell on us.\n\nRain\n\nIt fell, too.\n\nWind\n\nIt blew.",
        "Amen\n\nWe prayed, and we prayed again.\n\nAmen\n\nAnd we went on and on and on.\n\nAmen",
        "Breakfast at 08:00\nPorridge again.\nSwimming at 09:00\nIt was cold.\nSchool at 10:00\nI hated it.",
        "[Silence] 00:10\nI was born.\n[Silence] 00:20\nIn Leeds.\n[Silence] 00:30\nThat was all.",
        "We left at\n10:30\nand came at\n11:30\nin the rain.",
    ];
    for text in prose {
        let document = read_str(text);
        assert_eq!(shown(&document), format!("* {}", text.replace('\n', "/")), "{:?}", document.notes);
    }
}

#[test]
fn tables_of_turns() {
    let talk = "I: Where?/P: In Leeds. It was cold./I: When?";
    let cases: Vec<(&str, &str, Vec<String>)> = vec![
        ("one document", "speaker,text\nI,Where?\nP,In Leeds.\nP,It was cold.\nI,When?\n", vec![format!("s={talk}")]),
        (
            "an empty speaker goes on",
            "Speaker,Text\nI,Where?\nP,In Leeds.\n,It was cold.\nI,When?\n",
            vec![format!("s={talk}")],
        ),
        (
            "ids of turns",
            "id,speaker,text\n1,I,Where?\n2,P,In Leeds.\n3,P,It was cold.\n4,I,When?\n",
            vec![format!("s={talk}")],
        ),
        (
            "documents",
            "document,speaker,text\na,I,Where?\na,P,In Leeds.\nb,I,When?\nb,P,In May.\n",
            vec!["a=I: Where?/P: In Leeds.".to_owned(), "b=I: When?/P: In May.".to_owned()],
        ),
        (
            "speakers in a column of another name",
            "Name,Start,End,Text\nAnn,1,2,Where?\nTom,2,3,In Leeds.\nAnn,3,4,When?\nTom,4,5,In May.\n",
            vec!["s=Ann: Where?/Tom: In Leeds./Ann: When?/Tom: In May.".to_owned()],
        ),
        (
            "no head",
            "Ann,Where?\nTom,In Leeds.\nAnn,When?\nTom,In May.\n",
            vec!["s=Ann: Where?/Tom: In Leeds./Ann: When?/Tom: In May.".to_owned()],
        ),
        (
            "interviews",
            "interview,speaker,text\na,I,Where?\na,P,In Leeds.\nb,I,When?\nb,P,In May.\n",
            vec!["a=I: Where?/P: In Leeds.".to_owned(), "b=I: When?/P: In May.".to_owned()],
        ),
        (
            "waves of documents",
            "name,text\nAnn,I was there.\nTom,In Leeds.\nAnn,Later.\nTom,In May.\n",
            vec![
                "Ann=I was there.".to_owned(),
                "Tom=In Leeds.".to_owned(),
                "Ann#2!=Later.".to_owned(),
                "Tom#2!=In May.".to_owned(),
            ],
        ),
        ("Whisper", "start,end,text\n0,100,In Leeds\n100,200,it was.\n", vec!["s=In Leeds/it was.".to_owned()]),
        (
            "a broken row",
            "speaker,text\nI,Where?\nP\nP,In Leeds.\n",
            vec!["!2:3".to_owned(), "s=I: Where?/P: In Leeds.".to_owned()],
        ),
        (
            "documents with their speaker",
            "id,speaker,text\na,Ann,In Leeds.\nb,Tom,In York.\nc,Eve,In Hull.\n",
            vec!["a=In Leeds.".to_owned(), "b=In York.".to_owned(), "c=In Hull.".to_owned()],
        ),
    ];
    for (name, text, want) in cases {
        let (got, notes) = rows(text.as_bytes(), Format::Csv, &Options::default());
        assert_eq!(got, want, "{name}: {notes:?}");
    }
}

#[test]
fn json_lines_of_turns_and_lists_of_documents() {
    let talk = "I: Where?/P: In Leeds. It was cold./I: When?";
    let lines: Vec<(&str, &str, Vec<String>)> = vec![
        (
            "one document",
            "{\"id\":1,\"speaker\":\"I\",\"text\":\"Where?\"}\n{\"id\":2,\"speaker\":\"P\",\"text\":\"In Leeds.\"}\n{\"id\":3,\"speaker\":\"P\",\"text\":\"It was cold.\"}\n{\"id\":4,\"speaker\":\"I\",\"text\":\"When?\"}\n",
            vec![format!("s={talk}")],
        ),
        (
            "documents",
            "{\"id\":\"a\",\"speaker\":\"I\",\"text\":\"Where?\"}\n{\"id\":\"a\",\"speaker\":\"P\",\"text\":\"In Leeds.\"}\n{\"id\":\"b\",\"speaker\":\"P\",\"text\":\"In May.\"}\n",
            vec!["a=I: Where?/P: In Leeds.".to_owned(), "b=P: In May.".to_owned()],
        ),
        (
            "a turn without text",
            "{\"speaker\":\"I\",\"text\":\"Where?\"}\n{\"speaker\":\"P\"}\n{\"speaker\":\"P\",\"text\":\"In Leeds.\"}\n",
            vec!["!2:2".to_owned(), "s=I: Where?/P: In Leeds.".to_owned()],
        ),
        (
            "documents with their speaker",
            "{\"id\":\"a\",\"speaker\":\"Ann\",\"text\":\"In Leeds.\"}\n{\"id\":\"b\",\"speaker\":\"Tom\",\"text\":\"In York.\"}\n",
            vec!["a=In Leeds.".to_owned(), "b=In York.".to_owned()],
        ),
    ];
    for (name, text, want) in lines {
        let (got, notes) = rows(text.as_bytes(), Format::Jsonl, &Options::default());
        assert_eq!(got, want, "{name}: {notes:?}");
    }
    // A list, whether it is one of documents, and what is read.
    let lists: [(&str, &str, Option<&[&str]>); 6] = [
        (
            "documents",
            "[{\"id\":\"a\",\"text\":\"In\\nLeeds.\"},\n {\"id\":\"b\",\n\"text\":\"In May.\"}]",
            Some(&["a=In/Leeds.", "b=In May."]),
        ),
        ("no names", "[{\"text\":\"In Leeds.\"},{\"text\":\"In May.\"}]", Some(&["s:1=In Leeds.", "s:2=In May."])),
        (
            "documents of turns",
            "[{\"id\":\"a\",\"turns\":[{\"speaker\":\"I\",\"text\":\"Where?\"},{\"speaker\":\"P\",\"text\":\"Leeds.\"}]}]",
            Some(&["a=I: Where?/P: Leeds."]),
        ),
        (
            "turns",
            "[{\"speaker\":\"I\",\"text\":\"Where?\"},{\"speaker\":\"P\",\"text\":\"Leeds.\"},{\"speaker\":\"I\",\"text\":\"When?\"},{\"speaker\":\"P\",\"text\":\"May.\"}]",
            None,
        ),
        (
            "pieces with times",
            "[{\"start\":0,\"end\":1,\"text\":\"In Leeds\"},{\"start\":1,\"end\":2,\"text\":\"it was.\"}]",
            None,
        ),
        ("no documents", "[1,2]", None),
    ];
    for (name, text, want) in lists {
        let options = Options::default();
        assert_eq!(is_list(text.as_bytes(), &options), want.is_some(), "{name}");
        let (got, notes) = match want {
            Some(_) => rows(text.as_bytes(), Format::Json, &options),
            None => continue,
        };
        assert_eq!(got, want.unwrap_or_default(), "{name}: {notes:?}");
    }
}

#[test]
fn what_looks_like_a_label_and_is_none() {
    let cases = [
        ("a letter", "Dear Mum: I am well.\nIt rains.\n\nP.S.: Send socks."),
        ("a note", "I was born in Leeds.\nNote: this was before the war.\nWe left."),
        ("a diary", "Mon: It rained.\nTues: It rained.\nMon: It rained again.\nTues: And again."),
        ("a diary with dates", "Mon 3 March: It rained.\nTues 4 March: It rained.\nWed 5 March: Sun."),
        ("chapters", "Chapter 1: Leeds\nI was born.\nChapter 2: York\nI left.\nPart II: The sea"),
        ("one label once", "My mother had a saying.\nMother: keep your feet dry.\nI did."),
        ("pros and cons", "Pros: it was warm.\nCons: it was dear.\nPros: it was near.\nCons: it was loud."),
        (
            "a form",
            "Interviewer: Miss Irene Robertson\nPerson interviewed: Silas Abbott\n        R.F.D.\nAge: 73\n\nI was born in Leeds.",
        ),
        ("a form of a line", "Participant: Retired school teacher of York\n\nI was born in Leeds."),
        ("an interviewer's name alone", "Interviewer: Jane Roe\n\nI was born in Leeds."),
        ("times", "10:30: we left.\n11:45: we came."),
        ("an address", "http://example.org/a is the page.\nhttps: no."),
        (
            "verses with colons",
            "Matthew 5:10: it was hers.\nMatthew 6:20: it was his.\nLuke 7:12: hers.\nMatthew 8:10: his.",
        ),
        ("Doctors and Saints", "Dr. Jones came.\nSt. Mary was near.\nDr. Jones left.\nSt. Mary stayed.\nNo. I said."),
        ("that is to say", "We were poor.\ni.e.: we had no shoes.\nWe were cold.\ni.e.: we had no coats.\nI am told."),
        ("a list of some", "- Leeds: cold.\n- York: warm.\n- Leeds: wet.\n- York: dry.\n- Leeds: home.\n- York: away."),
        ("a list", "- Mum: always at the stove.\n- Dad: always out.\n- The dog: asleep.\n- The cat: away."),
        (
            "a headline that asks",
            "**What now?**\n\nI grew up in Leeds.\n\n**The war**\n\nIt came.\n\n**Why me?**\n\nWork.",
        ),
        ("headlines", "**Childhood**\n\nI grew up in Leeds.\n\n**The war**\n\nIt came.\n\n**Work**\n\nIt was hard."),
        ("words set off", "**Why?** I asked.\n\n**Why me?** I asked.\n\n**Why now?** I asked again."),
        ("questions without answers", "**Why?**\n\n**Why me?**\n\n**Why now?**\n\n**Who?**\n\nNobody said."),
        ("a headline of sections", "# Where?\n\nIn Leeds.\n\n# When?\n\nIn May.\n\n# Why?\n\nWork."),
        ("a dash in capitals", "NO—I said.\nI went.\nNO—he said.\nHe went.\nNO—we said."),
        ("a verse", "Romans 8:28 was his verse.\nRomans 8:31 was hers."),
        ("verses", "Matthew 5:10 was hers.\nLuke 6:20 was his.\nMatthew 7:12 was hers.\nLuke 8:10 was his."),
        (
            "verses of one book",
            "She marked them all.\nPsalm 23:1 The Lord is my shepherd.\nPsalm 23:4 Yea, though I walk.\nPsalm 23:6 Surely goodness.",
        ),
        ("times of a diary", "Mon 00:10 woke again.\nMon 03:10 awake.\nTue 00:20 woke.\nTue 02:15 cried."),
        ("a list with dashes", "Mum - always at the stove.\nDad - always out.\nMum - her red coat.\nDad - his boots."),
        ("dashes in prose", "Mother - God rest her - was hard.\nFather - well.\nMother - I see her now.\nFather - no."),
        (
            "bold words",
            "**Never** did he speak.\n\n**Always** the rain.\n\n**Never** a word.\n\n**Always** the silence.",
        ),
        (
            "redacted names",
            "[NAME]: that is what she called me.\nI hated it.\n[NAME]: she would shout it, and shout it again.\nI hid.",
        ),
        ("letters of friends", "A. was my friend.\nB. was not.\nA1. was a road.\nI went out."),
        ("speech in prose", "And then he said: go.\nAnd then he said: go.\nI said to the interviewer: no."),
        ("a broken start", "I - I was there.\nI - I saw it.\nShe - no."),
        ("asides", "[laughs] I was born.\n[laughs] In Leeds.\n[NAME] was there."),
        ("initials", "A. Smith was there.\nI. Newton was not."),
        ("one letter and a full stop", "I. The house\nIt was cold.\nI. The sea\nIt was wide."),
        ("no label", "I was born in Leeds."),
        (
            "a repeated remark",
            "It was a hard time for us all.\n\nLuck: we had some.\n\nWe went on.\n\nWe came back.\n\nLuck: it went.\n\nThe end was near, and we knew it.",
        ),
    ];
    for (name, text) in cases {
        let document = read_str(text);
        assert_eq!(shown(&document), format!("* {}", text.replace('\n', "/")), "{name}: {:?}", document.notes);
        assert!(document.notes.is_empty(), "{name}: {:?}", document.notes);
    }
}

#[test]
fn doubtful_transcripts_are_one_turn_with_a_note() {
    let late = format!("{}\nQ: Where?\nA: In Leeds.\nQ: When?\n", "I was born in Leeds. ".repeat(60));
    let document = read_str(&late);
    assert_eq!(document.turns.len(), 1);
    assert_eq!(kinds(&document), ["narrator_doubtful"]);
}

/// Name, text, narrators and interviewers asked for, narrators found, kinds of notes.
type Case<'a> = (&'a str, &'a str, &'a [&'a str], &'a [&'a str], &'a str, &'a [&'a str]);

#[test]
fn who_is_the_narrator() {
    let two = "Ann: Where were you born, and when was that?\nTom: In Leeds, in the old house.\nAnn: And then?\nTom: Then we went to York, all of us, by train.";
    let several = "I: Where?\nP1: In Leeds, I think it was.\nP2: In York.\nP3: No.";
    let no_label = ["Tom"];
    let friends = "Tom: It was cold there.\nAnn: It was warm there.\nTom: It was cold, I say.\nAnn: Warm it was, no.";
    let group = "Sue: Where was that, and when?\nTom: In Leeds, in the old house by the river, I think it was.\nAnn: In York.\nSue: And then?\nTom: Who knows?\nAnn: We all went by train, the three of us.\nSue: Why?\nTom: So.";
    let everyone = ["*"];
    let cases: [Case<'_>; 31] = [
        ("1 as asked for", two, &["ann"], &[], "Ann", &["narrator"]),
        ("1 several asked for", several, &["P1", "p3"], &[], "P1 P3", &["narrator"]),
        ("1 nobody has that label", two, &["Bob"], &[], "Tom", &["narrator_doubtful", "narrator"]),
        ("1 no labels at all", "I was born.", &no_label, &[], "", &["narrator_doubtful"]),
        ("1 everyone, whose names do not say who asks", two, &everyone, &[], "Tom", &["narrator", "narrator"]),
        ("1 everyone, by labels", several, &everyone, &[], "P1 P2 P3", &["narrator"]),
        (
            "1 everyone, labels of narrators alone",
            "P1: In Leeds.\nP2: Why?\nP1: In May.",
            &everyone,
            &[],
            "P1 P2",
            &["narrator"],
        ),
        (
            "1 everyone, abbreviations that mean both",
            "R: Where?\nI: In Leeds.\nR: And then?\nI: In York.",
            &everyone,
            &[],
            "I",
            &["narrator", "narrator"],
        ),
        ("1 everyone of two who ask as much", friends, &everyone, &[], "Tom Ann", &["narrator_doubtful", "narrator"]),
        ("1 everyone in a group", group, &everyone, &[], "Tom Ann", &["narrator", "narrator"]),
        (
            "1 everyone in a group of which nobody asks most",
            &group.replace("Sue: Where", "Ann: Where"),
            &everyone,
            &[],
            "Ann Tom Sue",
            &["narrator_doubtful", "narrator"],
        ),
        (
            "1 everyone in a group, where labels say who tells and not who asks",
            &group.replace("Tom:", "P1:").replace("Ann:", "P2:"),
            &everyone,
            &[],
            "P1 P2",
            &["narrator", "narrator"],
        ),
        (
            "1 everyone in a group, where labels say who tells and nobody asks",
            "P1: In Leeds.\nP2: In York.\nSue: Well.\nP1: In May.",
            &everyone,
            &[],
            "P1 P2 Sue",
            &["narrator_doubtful", "narrator"],
        ),
        (
            "1 everyone in a group without a question mark",
            &group.replace('?', "."),
            &everyone,
            &[],
            "Sue Tom Ann",
            &["narrator_doubtful", "narrator"],
        ),
        ("1 everyone, and an interviewer asked for", group, &everyone, &["Ann"], "Sue Tom", &["narrator"]),
        ("1 everyone, without labels", "I was born.", &everyone, &[], "", &[]),
        ("1 interviewer asked for", two, &[], &["Tom"], "Ann", &["narrator"]),
        ("2 by convention", "Ann: Where was that now, exactly?\nP: Leeds.\nAnn: When?", &[], &[], "P", &["narrator"]),
        ("2 several by convention", several, &[], &[], "P1", &["narrator", "narrator_doubtful"]),
        (
            "2 abbreviations the other way round",
            "R: Where?\nI: In Leeds.\nR: And then?\nI: In York.",
            &[],
            &[],
            "I",
            &["narrator"],
        ),
        (
            "2 as they usually are",
            "I: Where?\nR: In Leeds, why?\nI: And then?\nR: In York.",
            &[],
            &[],
            "R",
            &["narrator"],
        ),
        ("2 both ask", "I: Where?\nR: Why?\nI: Well?\nR: What?", &[], &[], "R", &["narrator", "narrator_doubtful"]),
        (
            "3 initials that mean an interviewer, too",
            "AL: Where?\nTH: In Leeds, in the old house by the river.\nAL: And then?\nTH: In York.\nAL: When?\nTH: In May.",
            &[],
            &[],
            "TH",
            &["narrator"],
        ),
        (
            "3 a narrator who asks and says more",
            "I: Tell me.\nIP: Must I? Where do I start? Why there? In Leeds.",
            &[],
            &[],
            "IP",
            &["narrator"],
        ),
        ("3 the other one", "Interviewer: Where?\nTom: Leeds.\nTom: York.", &[], &[], "Tom", &["narrator"]),
        (
            "3 several others",
            "Interviewer: Where?\nTom: In Leeds.\nAnn: In York.\nTom: No.\nAnn: Yes, it was.",
            &[],
            &[],
            "Ann",
            &["narrator", "narrator_doubtful"],
        ),
        (
            "3 nobody else",
            "Interviewer: Where were you?\nInterviewer: And when?",
            &[],
            &[],
            "none",
            &["narrator_doubtful"],
        ),
        (
            "4 the heading",
            "Interview with Ann Lee\n\nAnn: In Leeds?\nTom: So I have always heard it told by them.\nAnn: Yes.\nTom: Well, well.",
            &[],
            &[],
            "Ann",
            &["narrator"],
        ),
        ("5 words and questions", two, &[], &[], "Tom", &["narrator"]),
        (
            "5 even shares",
            "Tom: It was cold there.\nAnn: It was warm there.\nTom: It was cold, I say.\nAnn: Warm it was, no.",
            &[],
            &[],
            "Tom",
            &["narrator", "narrator_doubtful"],
        ),
        ("6 one label", "Tom: In Leeds it was.\nTom: In York then.", &[], &[], "Tom", &["narrator"]),
    ];
    for (name, text, narrator, interviewer, want, notes) in cases {
        let owned = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>();
        let options = Options { narrator: owned(narrator), interviewer: owned(interviewer), ..Options::default() };
        let document = text_with("t", text.as_bytes().to_vec(), &options);
        let narrators = document.speakers.iter().filter(|speaker| speaker.role == Role::Narrator);
        let narrators = narrators.map(|speaker| speaker.label.as_str()).collect::<Vec<_>>().join(" ");
        let want = if want == "none" { "" } else { want };
        assert_eq!(narrators, want, "{name}: {:?}", document.notes);
        assert_eq!(kinds(&document), notes, "{name}: {:?}", document.notes);
        let is_scored = document.speakers.iter().any(|speaker| speaker.role == Role::Narrator);
        assert_eq!(is_scored, name != "3 nobody else", "{name}");
    }
    let note = &text_with("t", several.into(), &Options::default()).notes[1].message;
    assert!(note.contains("`--narrator` with “P2”"), "{note}");
}

/// The text in UTF-16, little or big endian.
fn utf_16(text: &str, is_little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn encodings() {
    let text = "I don’t know.";
    let cases: Vec<(&str, Vec<u8>, &str, &[&str])> = vec![
        ("ASCII", b"I know.".to_vec(), "I know.", &[]),
        ("UTF-8", text.into(), text, &[]),
        ("UTF-8 with mark", [b"\xEF\xBB\xBF", text.as_bytes()].concat(), text, &[]),
        ("UTF-16LE with mark", [vec![0xFF, 0xFE], utf_16(text, true)].concat(), text, &[]),
        ("UTF-16BE with mark", [vec![0xFE, 0xFF], utf_16(text, false)].concat(), text, &[]),
        ("UTF-16LE", utf_16(text, true), text, &["encoding"]),
        ("UTF-16BE", utf_16(text, false), text, &["encoding"]),
        ("windows-1252", b"I don\x92t know.".to_vec(), text, &["encoding"]),
        ("windows-1252, capital O with tilde", b"O \xD5 is a letter.".to_vec(), "O Õ is a letter.", &["encoding"]),
        ("Mac Roman", b"I don\xD5t know.".to_vec(), text, &["encoding"]),
        (
            "UTF-8 with a broken byte",
            [text.as_bytes(), b" No\xFF."].concat(),
            "I don’t know. No\u{FFFD}.",
            &["encoding"],
        ),
        ("line breaks", b"a\r\nb\rc\nd\x0Ce\r\r\nf".to_vec(), "a\nb\nc\nd\ne\n\nf", &[]),
        (
            "control characters",
            b"a\tb\x01c\n\x00d and so on, and so on".to_vec(),
            "a\tb c\n d and so on, and so on",
            &["encoding"],
        ),
        ("zip", b"PK\x03\x04abc".to_vec(), "", &["encoding"]),
        ("PDF", b"%PDF-1.7 abc".to_vec(), "", &["encoding"]),
        ("RTF", b"{\\rtf1 abc}".to_vec(), "abc", &["format"]),
        ("old Word", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1abc".to_vec(), "", &["encoding"]),
        ("other bytes", (0..=255).cycle().take(4000).collect(), "", &["encoding"]),
        (
            "a text that begins like a sound",
            b"ID3 is what they called me.".to_vec(),
            "ID3 is what they called me.",
            &[],
        ),
        ("nothing", Vec::new(), "", &["empty"]),
        ("no word", b" ... \n\n".to_vec(), " ... \n\n", &["empty"]),
    ];
    for (name, bytes, want, notes) in cases {
        let document = super::text("t", bytes);
        assert_eq!(document.text, want, "{name}");
        assert_eq!(kinds(&document), notes, "{name}: {:?}", document.notes);
        assert_eq!(document.turns.len(), usize::from(want.chars().any(char::is_alphanumeric)), "{name}");
    }
}

/// Keyboards without an apostrophe have two signs that look like one.
#[test]
fn backticks_and_accents_between_letters_are_apostrophes() {
    let said = "Doin` it I didn`t, we´re at O`Brien's. `No´ ``quoted´´ it´ 5´10 naïve´s";
    let want = "Doin` it I didn't, we're at O'Brien's. `No´ ``quoted´´ it´ 5´10 naïve's";
    let plain = text("t", said.as_bytes().to_vec());
    assert_eq!(plain.text, want);
    let notes: Vec<&str> = plain.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(notes, ["a backtick or an acute accent between letters is read as an apostrophe (4 times)"]);
    let turns = format!(
        "{{\"turns\": [{{\"speaker\": \"P\", \"text\": \"{said}\"}}, {{\"speaker\": \"I\", \"text\": \"Why?\"}}]}}"
    );
    let spoken = text("t", turns.into_bytes());
    assert_eq!(&spoken.text[spoken.turns[0].span.range()], want);
    assert!(spoken.notes.iter().any(|note| note.message.contains("(4 times)")), "{:?}", spoken.notes);
    let quiet = text("t", "It's `so` 5´10, and `word`s.".as_bytes().to_vec());
    assert_eq!((quiet.text.as_str(), quiet.notes.as_slice()), ("It's `so` 5´10, and `word`s.", &[][..]));
}

/// Gives `n` bytes at a time.
struct Drip(Cursor<Vec<u8>>, usize);

impl Read for Drip {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = into.len().min(self.1);
        self.0.read(&mut into[..n])
    }
}

/// All of a table in lines: `id=text` for documents (with `!` if there is a note), `!row:line` for problems.
fn rows(bytes: &[u8], format: Format, options: &Options) -> (Vec<String>, Vec<String>) {
    rows_of(Box::new(Cursor::new(bytes.to_vec())), format, options)
}

fn rows_of(source: Box<dyn Read + Send>, format: Format, options: &Options) -> (Vec<String>, Vec<String>) {
    let mut table = match table(source, format, "dir/s.csv", options) {
        Ok(table) => table,
        Err(problem) => return (vec![format!("refused: {}", problem.message)], Vec::new()),
    };
    let show = |row: Result<Document, Problem>| match row {
        Ok(document) => {
            assert_eq!(document.file, "dir/s.csv");
            let mark = if kinds(&document).contains(&"table") { "!" } else { "" };
            format!("{}{mark}={}", document.id, document.text.replace('\n', "/"))
        }
        Err(problem) => format!("!{}:{}", problem.row.unwrap_or(0), problem.line.unwrap_or(0)),
    };
    let rows = table.by_ref().map(show).collect();
    (rows, table.notes.iter().map(|note| note.message.clone()).collect())
}

#[test]
fn tables_with_delimiters() {
    let long = "x".repeat(70);
    let headless = format!("a{long},b{long}\nc,d{long}{long}\n");
    let headless_rows = [format!("s:1=b{long}"), format!("s:2=d{long}{long}")];
    let headless_rows: Vec<&str> = headless_rows.iter().map(String::as_str).collect();
    let (csv, tsv) = (Format::Csv, Format::Tsv);
    let cases: Vec<(&str, Format, &str, Vec<&str>)> = vec![
        ("plain", csv, "id,text\na,one\nb,two\n", vec!["a=one", "b=two"]),
        ("no line feed at the end", csv, "id,text\na,one", vec!["a=one"]),
        ("mark and Windows", csv, "\u{feff}id,text\r\na,one\r\n", vec!["a=one"]),
        ("old Mac", csv, "id,text\ra,one\r", vec!["a=one"]),
        ("quotes", csv, "id,text\na,\"one, \"\"two\"\"\nthree\"\nb,four\n", vec!["a=one, \"two\"/three", "b=four"]),
        ("a quote within a bare field", csv, "id,text\na,5\" pipe\n", vec!["a=5\" pipe"]),
        ("spaces behind a quote", csv, "text,id\n\"one\" ,a\n", vec!["a=one"]),
        ("empty lines", csv, "\nid,text\n\na,one\n\n", vec!["a=one"]),
        ("empty cell", csv, "id,text\na,\n", vec!["a="]),
        ("semicolons", csv, "id;text\na;one, two\n", vec!["a=one, two"]),
        ("tabs", csv, "id\ttext\na\tone, two\n", vec!["a=one, two"]),
        ("Excel says which", csv, "sep=;\nid;text\na;one\n", vec!["a=one"]),
        ("the guessed name", csv, "Age,Participant ID,Free_Text\n3,a,one\n", vec!["a=one"]),
        ("the longest column", csv, "q1,q2\nfour,a long answer\nsix,b\n", vec!["s:1=a long answer", "s:2=b"]),
        ("one column", csv, "anything\none\n\"two, three\"\n", vec!["s:1=one", "s:2=two, three"]),
        ("no header", csv, &headless, headless_rows),
        ("too few and too many", csv, "id,text\na\nb,two\nc,x,y\nd,four\n", vec!["!1:2", "b=two", "!3:4", "d=four"]),
        ("text behind a quote", csv, "id,text\na,\"one\"x\nb,two\n", vec!["!1:2", "b=two"]),
        ("never closed", csv, "id,text\na,\"one\nb,two\nc,three\n", vec!["!1:2", "b=two", "c=three"]),
        ("closed by another row", csv, "id,text\na,\"one\nb,\"two\"\nc,three\n", vec!["!1:2", "b=two", "c=three"]),
        (
            "equal ids",
            csv,
            "id,text\na,one\na,two\na#2,three\na,four\n",
            vec!["a=one", "a#2!=two", "a#2#2!=three", "a#3!=four"],
        ),
        ("empty id", csv, "id,text\n,one\n ,two\n", vec!["s:1!=one", "s:2!=two"]),
        ("TSV", tsv, "id\ttext\na\tone, \"two\"\n", vec!["a=one, \"two\""]),
        ("TSV with quotes", tsv, "id\ttext\na\t\"one\ntwo\"\nb\tthree\n", vec!["a=one/two", "b=three"]),
        (
            "TSV without quoting",
            tsv,
            "id\ttext\na\t\"One,\" she said\nb\t\"Two\nc\tthree\"\n",
            vec!["a=\"One,\" she said", "b=\"Two", "c=three\""],
        ),
        ("nothing", csv, "", vec!["refused: there is no row in it"]),
        ("a header alone", csv, "id,text\n", vec![]),
    ];
    for (name, format, text, want) in &cases {
        let (got, notes) = rows(text.as_bytes(), *format, &Options::default());
        assert_eq!(got, *want, "{name}: {notes:?}");
        for n in [1, 3] {
            let drip = Box::new(Drip(Cursor::new(text.as_bytes().to_vec()), n));
            assert_eq!(rows_of(drip, *format, &Options::default()).0, got, "{name}, {n} bytes at a time");
        }
    }
}

#[test]
fn texts_that_are_too_long() {
    let options = Options { max_text: Some(20), ..Options::default() };
    let long = "It was cold in Leeds, and then in York.";
    let problem = |bytes: &[u8]| file("d", bytes.to_vec(), &options).err().map(|problem| problem.message);
    assert!(problem(b"It was cold.").is_none());
    for bytes in [
        long.to_owned(),
        format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{long}\n"),
        format!("<p>{long}</p>"),
        format!("{{\"text\": \"{long}\"}}"),
        format!("{{\\rtf1 {long}}}"),
    ] {
        assert!(problem(bytes.as_bytes()).is_some_and(|message| message.contains("--max-text")), "{bytes}");
    }
    // Of a table the row, or the document that its rows are; what comes behind is read.
    let (got, _) = rows(format!("id,text\na,\"{long}\"\nb,No.\n").as_bytes(), Format::Csv, &options);
    assert_eq!(got, ["!1:2", "b=No."]);
    let turns = "id,speaker,text\na,I,It was cold in Leeds?\na,P,In York.\nb,I,Where?\nb,P,In York.\n";
    let (got, _) = rows(turns.as_bytes(), Format::Csv, &options);
    assert_eq!(got, ["!3:2", "b=I: Where?/P: In York."]);
}

#[test]
fn columns_as_asked_for() {
    let text = "id,text,Other Text\na,one,two\n";
    let with = |text: &str, id: Option<&str>| Options {
        text_column: Some(text.to_owned()),
        id_column: id.map(str::to_owned),
        ..Options::default()
    };
    let cases = [
        ("by name", with("Other Text", None), "a=two"),
        ("whatever its case", with("other_text", None), "a=two"),
        ("both", with("id", Some("text")), "one=a"),
        (
            "unknown",
            with("nope", None),
            "refused: there is no column “nope”; the columns are “id”, “text”, “Other Text”",
        ),
        (
            "unknown id",
            with("text", Some("nope")),
            "refused: there is no column “nope”; the columns are “id”, “text”, “Other Text”",
        ),
    ];
    for (name, options, want) in cases {
        assert_eq!(rows(text.as_bytes(), Format::Csv, &options).0, [want], "{name}");
    }
    let (_, notes) = rows(text.as_bytes(), Format::Csv, &Options::default());
    assert_eq!(
        notes,
        ["the text is read from the column “text”, by its name", "the id is read from the column “id”, by its name"]
    );
}

#[test]
fn encodings_of_tables() {
    let late = |byte: &[u8]| [b"id,text\n".to_vec(), b"a,plain\n".repeat(20_000), byte.to_vec()].concat();
    let cases: Vec<(&str, Vec<u8>, &str, usize)> = vec![
        ("UTF-16LE with mark", [vec![0xFF, 0xFE], utf_16("id,text\na,don’t", true)].concat(), "a=don’t", 0),
        ("UTF-16BE", utf_16("id,text\na,don’t", false), "a=don’t", 1),
        ("windows-1252", b"id,text\na,don\x92t".to_vec(), "a=don’t", 1),
        ("windows-1252 that shows late", late(b"z,don\x92t\n"), "z=don’t", 1),
        ("Mac Roman that shows late", late(b"z,don\xD5t\n"), "z=don’t", 1),
        ("UTF-8 that shows late", late("z,don’t\n".as_bytes()), "z=don’t", 0),
        ("a PDF", b"%PDF-1.7".to_vec(), "refused: this is no text but a PDF file: save it as plain text (UTF-8)", 0),
    ];
    for (name, bytes, want, n_notes) in cases {
        for n in [977, usize::MAX] {
            let (rows, notes) =
                rows_of(Box::new(Drip(Cursor::new(bytes.clone()), n)), Format::Csv, &Options::default());
            assert_eq!(rows.last().map(String::as_str), Some(want), "{name}");
            assert_eq!(notes.iter().filter(|note| note.contains("read as")).count(), n_notes, "{name}: {notes:?}");
        }
    }
}

#[test]
fn json_lines() {
    let turns = r#"{"id":"d1","sentences":[{"speaker":"I","text":"Where?"},{"speaker":"P","text":"In Leeds."},{"speaker":"P","text":"In May."}]}"#;
    let cases: Vec<(&str, &str, Vec<&str>)> = vec![
        ("plain", "{\"id\":\"a\",\"text\":\"one\"}\n\n{\"id\":2,\"text\":\"two\"}\n", vec!["a=one", "2=two"]),
        ("line breaks", r#"{"id":"a","text":"one\r\ntwo"}"#, vec!["a=one/two"]),
        ("a list", r#"{"id":"a","text":["one","two"]}"#, vec!["a=one//two"]),
        ("no text in it", r#"{"id":"a","text":null}"#, vec!["a="]),
        ("turns", turns, vec!["d1=I: Where?/P: In Leeds. In May."]),
        ("turns without speakers", r#"{"turns":[{"text":"One."},{"text":"Two."}]}"#, vec!["s:1=One./Two."]),
        ("a turn without text", r#"{"turns":[{"speaker":"P"}]}"#, vec!["!1:1"]),
        ("the longest field", r#"{"a":"x","b":"some words"}"#, vec!["s:1=some words"]),
        (
            "broken",
            "{\"text\":\"one\"}\n{\"text\":\n[1]\n{\"text\":\"four\"}",
            vec!["s:1=one", "!2:2", "!3:3", "s:4=four"],
        ),
        ("another kind of text", "{\"text\":\"one\"}\n{\"text\":{}}\n{\"other\":1}", vec!["s:1=one", "!2:2", "!3:3"]),
        ("no text at all", r#"{"a":1}"#, vec!["!1:1"]),
        (
            "equal ids",
            "{\"id\":\"a\",\"text\":\"x\"}\n{\"id\":\"a\",\"text\":\"y\"}\n{\"text\":\"z\"}",
            vec!["a=x", "a#2!=y", "s:3!=z"],
        ),
    ];
    for (name, text, want) in cases {
        let (got, notes) = rows(text.as_bytes(), Format::Jsonl, &Options::default());
        assert_eq!(got, want, "{name}: {notes:?}");
    }
    let mut table = table(Box::new(Cursor::new(turns)), Format::Jsonl, "s.jsonl", &Options::default()).unwrap();
    assert_eq!(shown(&table.next().unwrap().unwrap()), "I? Where? | P* In Leeds. In May.");
    let broken = b"{\"text\":\"secret words\"\n";
    let mut broken =
        super::table(Box::new(Cursor::new(broken)), Format::Jsonl, "s.jsonl", &Options::default()).unwrap();
    let message = broken.next().unwrap().unwrap_err().message;
    assert!(message.contains("column") && !message.contains("secret"), "{message}");
}

#[test]
fn long_lines() {
    let words = "word ".repeat(2_100_000);
    let object = format!("{{\"text\":\"{words}\"}}\n{{\"text\":\"end\"}}");
    assert_eq!(rows(object.as_bytes(), Format::Jsonl, &Options::default()).0.len(), 2);
    let document = read_str(&format!("I: Where?\nP: {words}"));
    assert_eq!(document.turns.len(), 2);
    let too_long =
        format!("{{\"text\":\"one\"}}\n{{\"text\":\"{}\"}}\n{{\"text\":\"end\"}}", "x".repeat(delimited::MAX_RECORD));
    assert_eq!(rows(too_long.as_bytes(), Format::Jsonl, &Options::default()).0, ["s:1=one", "!2:2", "s:3=end"]);
}

/// What must hold of every document.
fn check(document: &Document) {
    let mut at = 0;
    for turn in &document.turns {
        assert!(turn.span.start as usize >= at && turn.span.end > turn.span.start);
        at = turn.span.end as usize;
        let said = document.text.get(turn.span.range()).unwrap();
        assert_eq!(said, said.trim());
        assert!(turn.speaker < document.speakers.len());
    }
    let is_control = |c: char| c < ' ' && c != '\n' && c != '\t';
    assert!(!document.text.contains(is_control));
    assert!(document.speakers.iter().filter(|speaker| speaker.role == Role::Narrator).count() <= 1);
    assert!(document.turns.is_empty() || !document.speakers.is_empty());
}

/// Pieces that make transcripts and tables, good and bad.
const PIECES: [&str; 28] = [
    "I: ",
    "P1: ",
    "P2: ",
    "Mary Smith: ",
    "Q. ",
    "A. ",
    "Note: ",
    "Age: 7",
    "[id1] ",
    "[00:01:02] ",
    "**Interviewer:** ",
    "\n",
    "\n\n",
    "\r",
    "?",
    "é",
    "word ",
    "Two words. ",
    "\"",
    "\"\"",
    ",",
    "\t",
    ";",
    "{\"text\":\"x\"}",
    "：",
    "\u{feff}",
    "(",
    "\0",
];

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&super::text("t", bytes.clone()));
        for format in [Format::Csv, Format::Tsv, Format::Jsonl] {
            if let Ok(table) = table(Box::new(Cursor::new(bytes.clone())), format, "s", &Options::default()) {
                table.flatten().for_each(|document| check(&document));
            }
        }
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.into_iter().map(|at| PIECES[at]).collect();
        check(&read_str(&text));
        for format in [Format::Csv, Format::Tsv, Format::Jsonl] {
            let whole = rows(text.as_bytes(), format, &Options::default());
            let drip = Box::new(Drip(Cursor::new(text.clone().into_bytes()), 1));
            assert_eq!(rows_of(drip, format, &Options::default()), whole);
            if let Ok(table) = table(Box::new(Cursor::new(text.clone())), format, "s", &Options::default()) {
                table.flatten().for_each(|document| check(&document));
            }
        }
    }
}

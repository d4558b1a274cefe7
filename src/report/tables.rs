/*!
Which tables a result folder may have: one closed list, from which all go that write, keep, explain, find again or redact them.

What their columns are stands in `columns`.
*/

use crate::score::Unit;
use std::fmt;

/// A table of a result folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableName {
    /// One row a document.
    Documents,
    /// One row a match.
    Matches,
    /// One row a sentence of the narrator.
    Sentences,
    /// One row a document and scale, and one for each part of it.
    Scales,
    /// One row a document and tenth.
    Course,
    /// Two rows a document: inside and outside of passages about what was hard.
    Passages,
    /// One row a part of a document; only if there are parts.
    Units,
    /// The numbers of documents in long form; only if it was asked for.
    Long,
    /// Where documents stand in a sample; only if there is one.
    Norms,
    /// One row a problem.
    Problems,
    /// What explains the others.
    Codebook,
}

/// What a result folder holds beside the tables that it always has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Parts of documents that are scored: `units.csv`, unless they are whole documents.
    pub unit: Unit,
    /// Whether there is `long.csv`.
    pub has_long: bool,
    /// Whether there is `norms.csv`.
    pub has_norms: bool,
}

impl TableName {
    /// All of them, in the order in which they are written.
    pub const ALL: [TableName; 11] = [
        TableName::Documents,
        TableName::Matches,
        TableName::Sentences,
        TableName::Scales,
        TableName::Course,
        TableName::Passages,
        TableName::Units,
        TableName::Long,
        TableName::Norms,
        TableName::Problems,
        TableName::Codebook,
    ];

    /// Its name, as it is told.
    pub fn name(self) -> &'static str {
        self.file().trim_end_matches(".csv")
    }

    /// The name of its file, where tables stand side by side.
    pub fn file(self) -> &'static str {
        match self {
            TableName::Documents => "documents.csv",
            TableName::Matches => "matches.csv",
            TableName::Sentences => "sentences.csv",
            TableName::Scales => "scales.csv",
            TableName::Course => "course.csv",
            TableName::Passages => "passages.csv",
            TableName::Units => "units.csv",
            TableName::Long => "long.csv",
            TableName::Norms => "norms.csv",
            TableName::Problems => "problems.csv",
            TableName::Codebook => "codebook.csv",
        }
    }

    /// The name of its file as Parquet.
    pub fn parquet_file(self) -> String {
        format!("{self}.parquet")
    }

    /// Whether a folder of this extent has it.
    pub fn is_wanted(self, extent: Extent) -> bool {
        match self {
            TableName::Units => extent.unit != Unit::Document,
            TableName::Long => extent.has_long,
            TableName::Norms => extent.has_norms,
            _ => true,
        }
    }

    /// Whether its rows belong to documents and stand in their order, so that those of a document can be kept. What a sample says of a document hangs on the sample.
    pub fn has_documents(self) -> bool {
        !matches!(self, TableName::Norms | TableName::Problems | TableName::Codebook)
    }

    /// Whether its column `text` quotes.
    pub fn has_texts(self) -> bool {
        matches!(self, TableName::Matches | TableName::Sentences)
    }

    /// Whether its column `speaker` tells labels.
    pub fn has_speakers(self) -> bool {
        self.has_texts() || self == TableName::Units
    }

    /// The first table of which this may be the head. Matches and sentences begin alike, and what is said of the one goes for the other.
    pub fn of_head(head: &[String]) -> Option<TableName> {
        let begins = |name: &TableName| {
            let first = name.first_columns();
            head.len() >= first.len() && head.iter().zip(first).all(|(column, name)| column == name)
        };
        TableName::ALL.into_iter().find(begins)
    }

    /// Its first columns, by which it is known whatever its file is called.
    fn first_columns(self) -> &'static [&'static str] {
        match self {
            TableName::Documents => &["id", "file", "words"],
            TableName::Matches | TableName::Sentences => &["document", "turn", "speaker", "sentence", "start", "end"],
            TableName::Scales => &["document", "scale", "part"],
            TableName::Course => &["document", "tenth"],
            TableName::Passages => &["document", "passage"],
            TableName::Units => &["document", "file", "speaker", "turn"],
            TableName::Long => &["document", "measure", "name"],
            TableName::Norms => &["document", "measure", "value"],
            TableName::Problems => &["document", "file", "line", "severity", "kind", "message"],
            TableName::Codebook => &["table", "column"],
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Definitions;
    use crate::report::columns;

    #[test]
    fn every_table_is_known_by_its_head() {
        for name in TableName::ALL {
            let table = columns::table(name, &Definitions::default());
            assert_eq!(table.name, name);
            let head: Vec<String> = table.head().map(str::to_owned).collect();
            let known =
                TableName::of_head(&head).map(|known| (known.has_texts(), known.has_speakers(), known.first_columns()));
            assert_eq!(known, Some((name.has_texts(), name.has_speakers(), name.first_columns())), "{name}");
        }
    }
}

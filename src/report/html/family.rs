/*!
How families are told apart: by a letter first, then by the form of an underline, and last by a colour.

Letters are made of the names, so a lexicon with other families has letters, too. Forms and colours stand in `style.css` for [`N_STYLES`] families (hues after
Tol 2021, *muted*, some darkened for contrast) and come round again for more.
*/

use crate::lexicon::Definitions;
use crate::score::family_names;

/// How many forms and colours there are.
pub(super) const N_STYLES: usize = 9;

/// One family.
pub(super) struct Family {
    /// Its name in the lexicon.
    pub(super) name: String,
    /// One to three letters that no other family has.
    pub(super) sign: String,
    /// The class of its form and colour.
    pub(super) class: String,
}

/// The families in the order of the lexicon, and for every marker the number of its own.
pub(super) struct Families {
    pub(super) all: Vec<Family>,
    of_marker: Vec<usize>,
}

impl Families {
    pub(super) fn new(definitions: &Definitions) -> Families {
        let names = family_names(definitions);
        let family = |(number, name): (usize, &&str)| Family {
            name: (*name).to_owned(),
            sign: sign(name, &names),
            class: format!("f{}", number % N_STYLES),
        };
        let number = |family: &str| names.iter().position(|name| *name == family).unwrap_or(0);
        Families {
            all: names.iter().enumerate().map(family).collect(),
            of_marker: definitions.markers.iter().map(|marker| number(&marker.family)).collect(),
        }
    }

    /// The number of a marker's family.
    pub(super) fn number(&self, marker: usize) -> usize {
        self.of_marker[marker]
    }

    /// The family of a marker.
    pub(super) fn of(&self, marker: usize) -> &Family {
        &self.all[self.of_marker[marker]]
    }

    /// The family with this name.
    pub(super) fn named(&self, name: &str) -> Option<&Family> {
        self.all.iter().find(|family| family.name == name)
    }
}

/// The shortest beginning of a name, up to three letters, that no other name has.
fn sign(name: &str, names: &[&str]) -> String {
    let beginning = |name: &str, n: usize| name.chars().take(n).collect::<String>();
    let is_own = |n: &usize| names.iter().filter(|other| beginning(other, *n) == beginning(name, *n)).count() == 1;
    let letters = beginning(name, (1..3).find(is_own).unwrap_or(3));
    let mut chars = letters.chars();
    chars.next().map_or(letters.clone(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_tell_families_apart() {
        let names = ["accountability", "adversity", "balance", "preoccupied"];
        let signs = names.map(|name| sign(name, &names));
        assert_eq!(signs, ["Ac", "Ad", "B", "P"]);
        let names = ["same", "samesame", "sa"];
        assert_eq!(names.map(|name| sign(name, &names)), ["Sam", "Sam", "Sa"], "never longer than three");
    }
}

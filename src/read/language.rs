/*!
In which language the narrator speaks: whether it is that of the lexicon.

A text in another language would get numbers that mean nothing, so it is noted and not scored. A text in the right language must never be refused,
whatever its dialect, its names or its age; so several short passages are looked at, each by itself, and only if none of them looks right and the detector is
sure of others is the text taken to be in another language. Short texts are never refused, and doubted only where the detector is sure and hardly a common
word is in them, or where it is not sure of which other language and none is. The passages are of a fixed size and number: a long text costs no
more than a short one.
*/

use super::conventions::Language;
use crate::document::{Document, Note, NoteKind, Role};
use crate::span;
use whatlang::Lang;

/// The length of a passage, in bytes.
const PASSAGE: usize = 240;
/// The least length of a passage, in bytes: a text with less than two of them is too short to tell.
const SHORTEST: usize = 150;
/// A passage in which one word of so many is a common one of the language, and at least [`LEAST_COMMON`] are, is in the language.
const COMMON_OF: usize = 4;
const LEAST_COMMON: usize = 6;
/// The least length of a text, in bytes, that is doubted though it is too short to be refused.
const DOUBTFUL: usize = 100;
/// A text that is doubted has at most one common word in so many.
const RARE_OF: usize = 10;
/// So many words without a common one are doubted even if the detector is not sure in which language they are.
const WITHOUT_COMMON: usize = 40;
/// The greatest number of passages.
const N_PASSAGES: usize = 8;

/// A note if the narrator does not speak this language.
pub(super) fn note(document: &Document, language: &Language) -> Option<Note> {
    let wanted = Lang::from_code(&language.code)?;
    let said: Vec<&str> = (document.turns.iter())
        .filter(|turn| document.speakers.get(turn.speaker).is_some_and(|speaker| speaker.role == Role::Narrator))
        .map(|turn| &document.text[turn.span.range()])
        .collect();
    let n_bytes: usize = said.iter().map(|said| said.len()).sum();
    let length = PASSAGE.min(n_bytes / 2);
    if length < SHORTEST {
        return short_note(&said.join(" "), wanted, language);
    }
    let n_passages = (n_bytes / length).min(N_PASSAGES);
    // Far from each other first: two decide in most texts. The step has no factor in common with the greatest number.
    let mut order: Vec<usize> = (0..n_passages).collect();
    order.sort_unstable_by_key(|number| (number * 5 + 3) % N_PASSAGES);
    let mut others: Vec<Lang> = Vec::new();
    let (mut n_wanted, mut n_sure) = (0, 0);
    for number in order {
        // From the beginning to the end, both of them looked at.
        let passage = passage(&said, number * (n_bytes - length) / (n_passages - 1).max(1), length);
        if language.is_plain(&passage) {
            n_wanted += 1;
            if n_wanted > 1 {
                return None;
            }
            continue;
        }
        match whatlang::detect(&passage) {
            Some(info) if info.lang() == wanted => n_wanted += 1,
            Some(info) => {
                n_sure += usize::from(info.is_reliable());
                others.push(info.lang());
            }
            // No letters: a row of numbers says nothing.
            None => {}
        }
        if n_wanted > 1 {
            return None;
        }
    }
    let most = others
        .iter()
        .copied()
        .max_by_key(|lang| (others.iter().filter(|other| *other == lang).count(), *lang as usize))?;
    let n_most = others.iter().filter(|other| **other == most).count();
    // Near relatives are taken for each other in short passages, but not for the language that is looked for.
    let is_clear = n_sure == others.len() || n_most * 2 > others.len() && n_sure * 2 >= others.len();
    if n_wanted == 0 && others.len() > 1 && is_clear {
        let (name, wanted) = (most.eng_name(), wanted.eng_name());
        let message = format!(
            "the narrator seems to speak {name}, and the lexicon is for {wanted}: not scored; `--any-language` scores it all the same"
        );
        return Some(Note { kind: NoteKind::Language, message, line: None });
    }
    // Of a text of few passages, each of which may be taken for a near relative, all of it together may be clear.
    if n_wanted == 0 && length < PASSAGE {
        return short_note(&said.join(" "), wanted, language);
    }
    let (name, wanted) = (most.eng_name(), wanted.eng_name());
    let is_doubtful = n_wanted == 1 && n_most >= 4 && n_sure * 2 >= others.len();
    is_doubtful.then(|| {
        let message = format!(
            "much of it seems to be {name}, and the lexicon is for {wanted}: only what is {wanted} can be found"
        );
        Note { kind: NoteKind::LanguageDoubtful, message, line: None }
    })
}

/// A doubt about a text of one passage.
fn short_note(said: &str, wanted: Lang, language: &Language) -> Option<Note> {
    let (n_words, n_common) = language.count(said);
    if said.len() < DOUBTFUL || n_common * RARE_OF > n_words {
        return None;
    }
    let other = whatlang::detect(said).filter(|info| info.lang() != wanted)?;
    // Near relatives, of which the detector does not know which it is, are told by the words that are not there.
    let name = match other.is_reliable() {
        true => other.lang().eng_name(),
        false if n_common == 0 && n_words >= WITHOUT_COMMON && !language.words.is_empty() => "another language",
        false => return None,
    };
    let message = format!(
        "it seems to be {name}, and the lexicon is for {}: it is too short to be sure, and scored",
        wanted.eng_name()
    );
    Some(Note { kind: NoteKind::LanguageDoubtful, message, line: None })
}

impl Language {
    /// Whether the passage has so many of the common words that it can be in no other language. The detector, which is always right here, takes a hundred times as long.
    fn is_plain(&self, passage: &str) -> bool {
        let (n_words, n_common) = self.count(passage);
        n_common >= LEAST_COMMON && n_common * COMMON_OF >= n_words
    }

    /// The words of a passage, and how many of them are common ones of the language.
    fn count(&self, passage: &str) -> (usize, usize) {
        let mut word = String::new();
        let (mut n_words, mut n_common) = (0, 0);
        for part in
            passage.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’')).filter(|part| !part.is_empty())
        {
            word.clear();
            word.extend(part.chars().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }));
            n_words += 1;
            n_common += usize::from(self.words.contains(&word));
        }
        (n_words, n_common)
    }
}

/// So many bytes of what is said from this byte on, on the borders of characters.
fn passage(said: &[&str], mut start: usize, length: usize) -> String {
    let mut passage = String::with_capacity(length + 8);
    for part in said {
        if start >= part.len() {
            start -= part.len();
            continue;
        }
        let from = span::ceil(part, start);
        let to = span::ceil(part, from + length - passage.len().min(length));
        passage.push_str(&part[from..to]);
        passage.push(' ');
        start = 0;
        if passage.len() >= length {
            break;
        }
    }
    passage
}

#[cfg(test)]
mod tests {
    use super::super::text;
    use super::*;

    fn kinds(said: &str) -> Vec<NoteKind> {
        let notes = text("t", said.as_bytes().to_vec()).notes;
        notes
            .iter()
            .map(|note| note.kind)
            .filter(|kind| matches!(kind, NoteKind::Language | NoteKind::LanguageDoubtful))
            .collect()
    }

    const GERMAN: &str = "Ich bin in einem kleinen Dorf aufgewachsen, und meine Mutter hat den ganzen Tag gearbeitet. Mein Vater war selten zu Hause, und wenn er kam, \
        dann war es still. Wir Kinder haben viel draußen gespielt, am Fluss und im Wald, und am Abend hat uns die Großmutter etwas vorgelesen. Heute denke ich oft daran, wie gut es war. ";
    const ENGLISH: &str = "I grew up in a small village, and my mother worked all day long. My father was hardly ever at home, and when he came it was quiet. We children played \
        outside a lot, by the river and in the woods, and in the evening our grandmother read to us. Today I often think how good it was. ";

    #[test]
    fn other_languages_are_noticed() {
        let cases = [
            ("German", GERMAN.to_owned()),
            ("French", "Je suis née dans un petit village et ma mère travaillait toute la journée. Mon père était rarement à la maison, et quand il rentrait, tout devenait silencieux. Nous, les enfants, jouions beaucoup dehors, au bord de la rivière et dans les bois, et le soir notre grand-mère nous lisait des histoires.".to_owned()),
            ("Spanish", "Crecí en un pueblo pequeño y mi madre trabajaba todo el día. Mi padre casi nunca estaba en casa, y cuando llegaba todo se quedaba en silencio. Los niños jugábamos mucho fuera, junto al río y en el bosque, y por la noche nuestra abuela nos leía cuentos. Hoy pienso mucho en ello. ".repeat(2)),
            ("Russian", "Я выросла в маленькой деревне, и моя мать работала целый день. Отец редко бывал дома, а когда он приходил, становилось тихо. Мы, дети, много играли на улице, у реки и в лесу, а вечером бабушка нам читала. Сегодня я часто об этом думаю.".to_owned()),
            ("an interview", format!("I: Where did you grow up, and who was there with you in those days?\nP: {GERMAN}\nI: And then?\nP: {GERMAN}")),
            ("a long one", GERMAN.repeat(50)),
        ];
        for (name, said) in cases {
            assert_eq!(kinds(&said), [NoteKind::Language], "{name}");
        }
    }

    #[test]
    fn no_english_is_refused() {
        let cases = [
            ("plain", ENGLISH.repeat(3)),
            ("dialect", "Lawd, chile, I 'members dem days lak it wuz yistiddy. Us chillun didn' hab no shoes, an' my mammy she wuk in de fiel' f'um sun-up till dark. Ole Marster he wuz a hard man, an' he'd whup you effen you didn' do lak he say. Atter de War us all stayed on, kaze us didn' hab nowhar to go, an' dat's de truf.".to_owned()),
            ("names", "Kowalczyk, Wiśniewska, Szymański, Dąbrowska, Kamińska and Lewandowski were at our house in Częstochowa, and with them came Grzegorz Brzęczyszczykiewicz from Chrząszczyżewoszyce. They sang, they drank, and my grandmother Bronisława told them about Włodzimierz, who went to Łódź and was never seen again by anyone.".to_owned()),
            ("codes", "P07 [pause] (0.5) uh I-I mean (.) w- we w- went, y'know, t-to [PLACE] {laughs} an' an' [NAME_1] he= he jus' (1.2) xxx +... &-um mm-hm. mm-hm. [inaudible 00:12:31] yeah. y-yeah. (3.0) I dunno. I dunno, hhh .hhh it was it was jus' (0.4) y'know, how it was. [coughs] mm. so. mm-hm. mm-hm. right. ok.".to_owned()),
            ("both", format!("{ENGLISH}{GERMAN}")),
            ("a short text of another language", "Ich bin in einem kleinen Dorf aufgewachsen.".to_owned()),
            ("who asks in another language", format!("I: {GERMAN}\nP: {ENGLISH}\nI: {GERMAN}\nP: {ENGLISH}")),
        ];
        for (name, said) in cases {
            assert_eq!(kinds(&said), [], "{name}");
        }
    }

    #[test]
    fn a_short_text_of_another_language_is_doubtful() {
        let said = "J'ai grandi dans un petit village près de la mer, et ma mère travaillait la nuit à l'usine. Elle était fatiguée.";
        assert_eq!(kinds(said), [NoteKind::LanguageDoubtful]);
        // The detector takes it for Portuguese, and is not sure of it.
        let said = "Mi madre era una mujer muy buena y siempre me decía que no pasaba nada. Yo no recuerdo mucho de mi infancia, pero creo que fue feliz. Mi padre trabajaba mucho y nunca estaba en casa. Después de la guerra nos fuimos a otro pueblo donde vivían mis abuelos y allí crecí con mis hermanos y primos.";
        assert_eq!(kinds(said), [NoteKind::LanguageDoubtful]);
    }

    #[test]
    fn a_text_of_two_languages_is_doubtful() {
        assert_eq!(kinds(&format!("{}{ENGLISH}", GERMAN.repeat(8))), [NoteKind::LanguageDoubtful]);
    }
}

/*!
quanteda's YAML: categories, which hold categories or lists of words.

```yaml
emotion:
  joy: [happy, glad*]
  anger:
    - mad
    - fed up
```

It is read event by event, so that every entry has its line, and a word `no` or `1` stays a word.
*/

use super::{Dictionary, Entry, Remark};
use saphyr_parser::{Event, Parser};

/// How deep categories may stand in each other: a file that goes deeper was not made for this.
const DEEPEST: usize = 20;

/// A mapping or a list, and whether it stands behind a name.
struct Within {
    is_mapping: bool,
    has_name: bool,
}

pub(super) fn read(text: &str) -> Result<Dictionary, Remark> {
    let mut dictionary = Dictionary::default();
    // The names of the categories we are in; the key that waits for its value; and what we are in.
    let mut path: Vec<String> = Vec::new();
    let mut key: Option<String> = None;
    let mut within: Vec<Within> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Remark {
            line: error.marker().line(),
            code: "yaml-syntax",
            message: format!("not valid YAML: {}", error.info()),
            hint: "look before this place for a colon, a bracket or an indentation that is wrong".to_owned(),
        })?;
        let line = span.start.line();
        match event {
            Event::MappingStart(..) => {
                if within.len() >= DEEPEST {
                    return Err(Remark {
                        line,
                        code: "too-deep",
                        message: format!("categories stand in each other more than {DEEPEST} deep"),
                        hint: String::new(),
                    });
                }
                within.push(Within { is_mapping: true, has_name: key.is_some() });
                path.extend(key.take());
            }
            Event::SequenceStart(..) => {
                within.push(Within { is_mapping: false, has_name: key.is_some() });
                path.extend(key.take());
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let has_name = within.pop().is_some_and(|left| left.has_name);
                path.truncate(path.len().saturating_sub(usize::from(has_name)));
            }
            Event::Scalar(value, ..) => match within.last().map(|within| within.is_mapping) {
                Some(true) if key.is_none() => key = Some(value.trim().to_owned()),
                Some(true) => {
                    path.extend(key.take());
                    add(&mut dictionary, &path, &value, line);
                    path.pop();
                }
                Some(false) => add(&mut dictionary, &path, &value, line),
                None => {
                    let hint = "write `category: [word, word*]`, or a category a line with its words below".to_owned();
                    return Err(Remark {
                        line,
                        code: "no-category",
                        message: "there are words without a category".to_owned(),
                        hint,
                    });
                }
            },
            Event::Alias(_) => dictionary.remark(
                line,
                "alias",
                "a reference to another place (`*name`) is not followed",
                "write it out; in quotation marks if it is a word",
            ),
            _ => {}
        }
    }
    Ok(dictionary)
}

fn add(dictionary: &mut Dictionary, path: &[String], value: &str, line: usize) {
    if value.trim().is_empty() || value == "~" {
        return;
    }
    if path.is_empty() {
        dictionary.remark(line, "no-category", format!("`{}` stands in no category", value.trim()), "left out");
        return;
    }
    let own = dictionary.category(path);
    dictionary.categories[own].entries.push(Entry::new(value.trim(), line));
}

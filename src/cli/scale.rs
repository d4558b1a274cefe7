/*!
`throughline scale list|show`: what every scale is made of, read from the lexicon.
*/

use super::{Exit, LexiconArguments};
use crate::diagnostic::Diagnostic;
use crate::lexicon;
use crate::report::scales::describe;
use anstream::{eprintln, println};
use clap::Subcommand;
use std::io;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Name every scale
    List {
        #[command(flatten)]
        lexicon: LexiconArguments,
    },
    /// Show a scale: what it means, its formula with all parts and weights, and its sources
    Show {
        /// Name of the scale, such as earned_secure
        name: String,
        #[command(flatten)]
        lexicon: LexiconArguments,
    },
}

pub(super) fn run(command: &Command) -> io::Result<Exit> {
    let (Command::List { lexicon: arguments } | Command::Show { lexicon: arguments, .. }) = command;
    let Some(joined) = arguments.joined()? else { return Ok(Exit::Usage) };
    let (definitions, mut faults) = lexicon::read(&joined.files);
    let scales = &definitions.scales;
    faults.retain(Diagnostic::is_error);
    if scales.is_empty() && !faults.is_empty() {
        arguments.show(&joined, &faults);
        return Ok(Exit::Usage);
    }
    match command {
        Command::List { .. } => {
            let width = scales.iter().map(|scale| scale.name.len()).max().unwrap_or(0);
            for scale in scales {
                println!("\u{1b}[1m{:width$}\u{1b}[0m  {}", scale.name, scale.title);
            }
        }
        Command::Show { name, .. } => match scales.iter().find(|scale| scale.name == *name) {
            Some(scale) => print_bold_head(&describe(&definitions, scale)),
            None => {
                let names: Vec<&str> = scales.iter().map(|scale| scale.name.as_str()).collect();
                eprintln!("error: there is no scale `{name}`; scales are {}", names.join(", "));
                return Ok(Exit::Usage);
            }
        },
    }
    Ok(Exit::Done)
}

fn print_bold_head(text: &str) {
    let (head, rest) = text.split_once('\n').unwrap_or((text, ""));
    println!("\u{1b}[1m{head}\u{1b}[0m\n{}", rest.trim_end());
}

/*!
`throughline completions SHELL` and `throughline man DIR`: what shells and manuals need to know of the program, made from the same definitions as `--help`.
*/

use super::Exit;
use anstream::println;
use clap::Args;
use clap_complete::Shell;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

#[derive(Args)]
pub(super) struct Man {
    /// The folder, such as ~/.local/share/man/man1; it is made if it is not there
    dir: PathBuf,
}

pub(super) fn completions(arguments: &Completions) -> io::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::command(), env!("CARGO_PKG_NAME"), &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Done)
}

pub(super) fn man(arguments: &Man) -> io::Result<Exit> {
    let at = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", arguments.dir.display()));
    fs::create_dir_all(&arguments.dir).map_err(at)?;
    let mut command = super::command();
    command.build();
    let n = write_pages(&command, env!("CARGO_PKG_NAME"), &arguments.dir).map_err(at)?;
    println!("{n} pages written to {}", arguments.dir.display());
    Ok(Exit::Done)
}

/// Writes the page of a command and those of its commands, and says how many they are.
fn write_pages(command: &clap::Command, name: &str, folder: &Path) -> io::Result<usize> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).render(&mut page)?;
    fs::write(folder.join(format!("{name}.1")), page)?;
    let mut n = 1;
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        n += write_pages(inner, &format!("{name}-{}", inner.get_name()), folder)?;
    }
    Ok(n)
}

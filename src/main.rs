//! The command line of Throughline; all of it lives in `throughline::cli`.

fn main() -> std::process::ExitCode {
    throughline::cli::main()
}

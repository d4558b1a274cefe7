//! Every test of the whole library and the whole program, in one program of tests: each of them is large, and thirty would be built and linked anew for every change.
//!
//! `cargo test --test all gold::` runs those of one file.

#[cfg(feature = "cli")]
mod support;

mod bad_input;
mod built_in;
mod check;
mod cli;
mod context;
mod dictionaries;
mod evaluate;
mod exchange;
mod faults;
mod formats;
mod gold;
mod guide;
mod hostile;
mod known_groups;
mod layers;
mod linear;
mod matching;
mod neutral;
mod parquet;
mod persons;
mod readme;
mod report;
mod scales;
mod sections;
mod segment;
mod standing;
mod study;
mod tables;
mod threads;
mod tools;
mod topics;

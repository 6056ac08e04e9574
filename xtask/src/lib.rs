//! The repository's own commands, and the servers that its tests start in the same way.
#![allow(clippy::print_stdout, reason = "a command-line tool speaks on standard output")]

pub mod bench;
pub mod bindings;
pub mod demo;
pub mod desktop;
pub mod process;
pub mod repo;
pub mod servers;
pub mod setup;
pub mod test;

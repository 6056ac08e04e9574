//! Prints the TypeScript bindings.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

fn main() {
    print!("{}", consilium_api::bindings::typescript());
}

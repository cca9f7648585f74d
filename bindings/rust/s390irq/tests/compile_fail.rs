// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the types refuse. The words of the compiler change with its version;
//! they were recorded with 1.95 and are the same in 1.96.

use std::process::Command;

const RECORDED: u32 = 95;

fn minor_version() -> Option<u32> {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let said = Command::new(rustc).arg("--version").output().ok()?.stdout;
    String::from_utf8(said).ok()?.split('.').nth(1)?.parse().ok()
}

#[test]
fn rules_of_threads_are_compile_errors() {
    if minor_version().is_some_and(|minor| minor < RECORDED) {
        eprintln!("not compared: this compiler is older than 1.{RECORDED}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! What the types refuse. The words of the compiler change with its version;
//! those that were recorded are compared where they were.

#[test]
fn rules_of_threads_are_compile_errors() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Compiles the reference model of tests/property.

use std::path::Path;

fn main() {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let top = Path::new(&here).join("../../..");
    let model = top.join("tests/property");
    let mut build = cc::Build::new();
    build
        .std("gnu11")
        .define("_GNU_SOURCE", None)
        .include(top.join("include"))
        .include(&model)
        .file("src/shim.c");
    for entry in std::fs::read_dir(&model).expect("the model is there") {
        let path = entry.expect("a file").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("model") && name.ends_with(".c") {
            build.file(&path);
        }
    }
    println!("cargo:rerun-if-changed={}", model.display());
    println!("cargo:rerun-if-changed=src/shim.c");
    build.compile("model");
}

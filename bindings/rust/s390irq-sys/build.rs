// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Where the C library comes from: an installed one that pkg-config finds, or
//! with the feature `vendored` its sources, compiled here.

/// The C library's version that the declarations were made from.
const LIBRARY_VERSION: &str = "0.1";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=DOCS_RS");
    // Documentation links nothing, and docs.rs has no library.
    if std::env::var_os("DOCS_RS").is_some() {
        return;
    }
    #[cfg(feature = "vendored")]
    vendored::compile();
    #[cfg(not(feature = "vendored"))]
    find_installed();
}

#[cfg(not(feature = "vendored"))]
fn find_installed() {
    let found = pkg_config::Config::new()
        .atleast_version(LIBRARY_VERSION)
        .probe("s390irq");
    match found {
        Ok(library) => {
            for path in &library.include_paths {
                println!("cargo:include={}", path.display());
            }
        }
        Err(error) => {
            eprintln!(
                "libs390irq {LIBRARY_VERSION} was not found. Install it (and \
                 name its folder in PKG_CONFIG_PATH), or use the feature \
                 `vendored`, which compiles it.\n\n{error}"
            );
            std::process::exit(1);
        }
    }
}

#[cfg(feature = "vendored")]
mod vendored {
    use std::path::{Path, PathBuf};

    /// Compiles what the one list of sources names, with the definitions that
    /// `lib/Makefile.am` gives.
    pub fn compile() {
        let vendor = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("vendor");
        let (lib, include) = (vendor.join("lib"), vendor.join("include"));
        let sources = listed(&lib.join("Makefile.inc"), "LIB_CFILES");
        let headers = listed(&lib.join("Makefile.inc"), "LIB_HFILES");

        for name in sources.iter().chain(&headers) {
            println!("cargo:rerun-if-changed={}", lib.join(name).display());
        }
        println!("cargo:rerun-if-changed={}", include.display());
        cc::Build::new()
            .std("c11")
            .include(&include)
            .include(&lib)
            .define("_POSIX_C_SOURCE", "200809L")
            .define("S390IRQ_BUILDING", None)
            .flag("-fvisibility=hidden")
            .files(sources.iter().map(|name| lib.join(name)))
            .compile("s390irq");
        println!("cargo:include={}", include.display());
        let _ = super::LIBRARY_VERSION;
    }

    fn env(name: &str) -> String {
        std::env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
    }

    /// The names that a list of lib/Makefile.inc has.
    fn listed(file: &Path, list: &str) -> Vec<String> {
        println!("cargo:rerun-if-changed={}", file.display());
        let text = std::fs::read_to_string(file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let names: Vec<String> = text
            .lines()
            .skip_while(|line| !line.starts_with(&format!("{list} =")))
            .skip(1)
            .take_while(|line| line.starts_with(' '))
            .map(|line| line.trim_matches(|c| c == ' ' || c == '\\').into())
            .collect();

        assert!(!names.is_empty(), "{} has no {list}", file.display());
        names
    }
}

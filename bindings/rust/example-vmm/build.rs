// SPDX-License-Identifier: BSD-3-Clause
//! Is Unicorn there?

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let found =
        pkg_config::Config::new().atleast_version("2.0.1").probe("unicorn");
    if found.is_ok() {
        println!("cargo:rustc-cfg=unicorn");
    }
}

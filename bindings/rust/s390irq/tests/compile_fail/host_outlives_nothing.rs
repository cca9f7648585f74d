//! A host that borrows could be gone before the machine.

use s390irq::{Hooks, Host};

struct Board<'a>(&'a u32);

impl Host for Board<'_> {
    const HOOKS: Hooks = Hooks::empty();
}

fn main() {}

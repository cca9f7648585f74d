//! Hooks are called on every thread.

use s390irq::{Hooks, Host};

struct Board(std::cell::Cell<u32>);

impl Host for Board {
    const HOOKS: Hooks = Hooks::empty();
}

fn main() {
    let _ = s390irq::Machine::builder(1).host(Board(0.into())).build();
}

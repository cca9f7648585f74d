//! The library's `size` members cannot be set wrongly.

fn main() {
    let _ = s390irq::Cpu { size: 5, ..Default::default() };
}

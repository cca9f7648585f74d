// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Whether what was delivered is what the scenario expects.

use crate::delivery::{Class, Delivery, IMAGE_SIZE};
use crate::json::{KnownByte, Number, Outcome};
use crate::scenario::Scenario;

fn fields_match(expected: &Delivery, actual: &Delivery) -> Outcome {
    for field in expected.class.row().fields {
        let Some(member) = expected.members.get(field.name) else { continue };
        let mut value = actual.field(field.real, field.length);
        if field.mask != 0 {
            value = (value >> field.shift) & field.mask;
        }
        let number = Number::of(Some(member))
            .ok_or(format!("\"{}\" is no number", field.name))?;
        if !number.equals(value) {
            return Err(format!(
                "{} is {value:x}, not {:x}",
                field.name, number.value
            ));
        }
    }
    Ok(())
}

fn number_matches(what: &str, expected: Number, actual: Number) -> Outcome {
    if expected.equals(actual.value) {
        return Ok(());
    }
    Err(format!("{what} is {:016x}, not {:016x}", actual.value, expected.value))
}

/// Where the worker was when it was restarted is nobody's.
fn is_nowhere(expected: &Delivery, real: usize) -> bool {
    expected.class == Class::Restart
        && expected.somewhere
        && (0x128..0x130).contains(&real)
}

/// A store of what was there already shows only where stores are recorded.
fn hides(wanted: KnownByte, found: KnownByte) -> bool {
    wanted.stored
        && found.care == 0
        && (wanted.value ^ found.value) & wanted.care == 0
}

fn image_matches(expected: &Delivery, actual: &Delivery) -> Outcome {
    for real in 0..IMAGE_SIZE {
        let (wanted, found) = (expected.image[real], actual.image[real]);
        if wanted.stored != found.stored && !hides(wanted, found) {
            let not = if wanted.stored { "not " } else { "" };
            return Err(format!("real {real:x} is {not}stored"));
        }
        if (wanted.value ^ found.value) & wanted.care != 0
            && !is_nowhere(expected, real)
        {
            return Err(format!(
                "real {real:x} holds {:02x}, not {:02x}",
                found.value, wanted.value
            ));
        }
    }
    fields_match(expected, actual)
}

/// Compares one that was replayed with what is expected.
fn delivery_matches(expected: &Delivery, actual: &Delivery) -> Outcome {
    if expected.class != actual.class {
        return Err(format!("not {}", expected.class.row().name));
    }
    if expected.step != actual.step && !actual.asynchronous {
        return Err(format!("not in step {}", expected.step));
    }
    image_matches(expected, actual)?;
    number_matches("the prefix", expected.prefix, actual.prefix)?;
    number_matches("control register 0", expected.cr0, actual.cr0)?;
    let (mask, address) = (expected.old_mask, expected.old_address);
    number_matches("the mask of the old PSW", mask, actual.old_mask)?;
    if !is_nowhere(expected, 0x128) {
        let found = actual.old_address;
        number_matches("the address of the old PSW", address, found)?;
    }
    let (mask, address) = (expected.new_mask, expected.new_address);
    number_matches("the mask of the new PSW", mask, actual.new_mask)?;
    number_matches("the address of the new PSW", address, actual.new_address)
}

/// Moves one that matches what is expected at `at` there, from further behind.
fn bring_forward(
    scenario: &Scenario,
    expected: &[&Delivery],
    actual: &mut [&Delivery],
    at: usize,
) {
    for i in at..actual.len().min(expected.len()) {
        if scenario.any_order.contains(&expected[i].number)
            && delivery_matches(expected[at], actual[i]).is_ok()
        {
            actual.swap(i, at);
            return;
        }
    }
}

fn compare_cpu(
    scenario: &Scenario,
    expected: &[&Delivery],
    actual: &mut [&Delivery],
) -> Outcome {
    for at in 0..expected.len().min(actual.len()) {
        let wanted = expected[at];
        if scenario.any_order.contains(&wanted.number) {
            bring_forward(scenario, expected, actual, at);
        }
        delivery_matches(wanted, actual[at]).map_err(|why| {
            let found = actual[at].describe();
            format!("delivery {}, {found}: {why}", wanted.number)
        })?;
    }
    if let Some(missing) = expected.get(actual.len()) {
        let (number, what) = (missing.number, missing.describe());
        return Err(format!("delivery {number} is missing: {what}"));
    }
    match actual.get(expected.len()) {
        Some(more) => Err(format!("one too many: {}", more.describe())),
        None => Ok(()),
    }
}

fn of_cpu(list: &[Delivery], cpu: usize) -> Vec<&Delivery> {
    list.iter().filter(|delivery| delivery.cpu == cpu).collect()
}

/// CPU by CPU: among CPUs the order of what arrives on its own is nobody's.
/// With several lists to choose from, one of them has to match.
pub fn deliveries(scenario: &Scenario, actual: &[Delivery]) -> Outcome {
    let mut first = None;
    for choice in &scenario.choices {
        let compared = (0..scenario.cpus.len()).try_for_each(|cpu| {
            let mut found = of_cpu(actual, cpu);
            compare_cpu(scenario, &of_cpu(choice, cpu), &mut found)
        });
        match compared {
            Ok(()) => return Ok(()),
            Err(why) => first = first.or(Some(why)),
        }
    }
    let why = first.unwrap_or_default();
    match scenario.choices.len() {
        1 => Err(why),
        count => Err(format!("none of {count} choices: {why}")),
    }
}

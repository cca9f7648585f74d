// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Replays recordings through the crate and says which of them it meets: the
//! same as `scripts/replay` does through the C interface.

mod board;
mod compare;
mod conditions;
mod delivery;
mod guest;
mod instruction;
mod json;
mod judge;
mod machine;
mod scenario;
mod steps;
mod steps_io;
mod steps_programs;
mod steps_signals;
mod steps_storage;
mod storage;

use std::process::ExitCode;

use judge::{judge, Verdict};
use scenario::{Scenario, VERDICTS};

const USAGE: &str = "\
usage: replay [OPTION...] FILE...

Replays recorded scenarios (one JSON object a line) through the library and
compares what it delivers and stores. Prints a line for each scenario that
fails, is skipped or is judged by nobody, counts for each verdict, and `N
passed, N failed, N skipped`.

  --verdict VERDICT  only scenarios of this verdict: agree, deviation,
                     choice or unchecked
  --id TEXT          only scenarios whose id contains this
  --help             this text

Exit status: 0 nothing failed; 1 a scenario failed, or a line is none; 2 a
file cannot be read, or an option is wrong.
";

#[derive(Default)]
struct Options {
    verdict: Option<String>,
    id: Option<String>,
    files: Vec<String>,
}

#[derive(Default)]
struct Totals {
    /// By verdict of the recording: passed, failed, skipped, listed.
    count: [[u32; 4]; VERDICTS.len()],
    malformed: u32,
    unreadable: bool,
}

/// No control characters from a file reach the terminal.
fn clean(text: &str) -> String {
    text.replace(|c: char| c < ' ', " ")
}

fn is_wanted(scenario: &Scenario, options: &Options) -> bool {
    let verdict = VERDICTS[scenario.verdict];
    options.verdict.as_deref().is_none_or(|wanted| wanted == verdict)
        && options.id.as_deref().is_none_or(|text| scenario.id.contains(text))
}

fn replay_line(scenario: &Scenario, totals: &mut Totals) {
    const NAMES: [&str; 4] = ["passed", "FAILED", "skipped", "unchecked"];
    let (verdict, reason) = judge(scenario);
    totals.count[scenario.verdict][verdict as usize] += 1;
    if verdict != Verdict::Passed {
        let name = NAMES[verdict as usize];
        println!("{name} {}: {}", clean(&scenario.id), clean(&reason));
    }
}

fn replay_file(file: &str, options: &Options, totals: &mut Totals) {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("replay: {file}: {error}");
            totals.unreadable = true;
            return;
        }
    };
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match Scenario::read(line) {
            Ok(scenario) if is_wanted(&scenario, options) => {
                replay_line(&scenario, totals);
            }
            Ok(_) => {}
            Err(why) => {
                println!("FAILED {file}:{}: {}", number + 1, clean(&why));
                totals.malformed += 1;
            }
        }
    }
}

fn summarize(totals: &Totals) -> ExitCode {
    let mut sum = [0; 4];
    for (name, count) in VERDICTS.iter().zip(&totals.count) {
        let [passed, failed, skipped, listed] = count;
        print!("{name}: {passed} passed, {failed} failed, {skipped} skipped");
        if *listed > 0 {
            print!(", {listed} judged by nobody");
        }
        println!();
        for (sum, count) in sum.iter_mut().zip(count) {
            *sum += count;
        }
    }
    sum[1] += totals.malformed;
    if totals.malformed > 0 {
        println!("malformed: {} lines", totals.malformed);
    }
    println!("{} passed, {} failed, {} skipped", sum[0], sum[1], sum[2]);
    ExitCode::from(if totals.unreadable { 2 } else { u8::from(sum[1] > 0) })
}

/// `None`: the usage is to be shown, as an answer or as a complaint.
fn options() -> Result<Options, ExitCode> {
    let wrong = || {
        eprint!("{USAGE}");
        ExitCode::from(2)
    };
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" => {
                print!("{USAGE}");
                return Err(ExitCode::SUCCESS);
            }
            "--verdict" => {
                options.verdict = Some(arguments.next().ok_or_else(wrong)?);
            }
            "--id" => options.id = Some(arguments.next().ok_or_else(wrong)?),
            option if option.starts_with("--") => return Err(wrong()),
            _ => options.files.push(argument),
        }
    }
    let known = options
        .verdict
        .as_deref()
        .is_none_or(|verdict| VERDICTS.contains(&verdict));
    if options.files.is_empty() || !known {
        return Err(wrong());
    }
    Ok(options)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut totals = Totals::default();
    for file in &options.files {
        replay_file(file, &options, &mut totals);
    }
    summarize(&totals)
}

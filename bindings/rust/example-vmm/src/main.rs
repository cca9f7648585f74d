// SPDX-License-Identifier: BSD-3-Clause
//! What does the user want?

#[cfg(unicorn)]
mod board;
#[cfg(unicorn)]
mod channel;
#[cfg(unicorn)]
mod control;
#[cfg(unicorn)]
mod counts;
#[cfg(unicorn)]
mod diagnose;
#[cfg(unicorn)]
mod engine;
#[cfg(unicorn)]
mod engine_host;
#[cfg(unicorn)]
mod engine_replace;
#[cfg(unicorn)]
mod instructions;
#[cfg(unicorn)]
mod loader;
#[cfg(unicorn)]
mod psw;
#[cfg(unicorn)]
mod ram;
#[cfg(unicorn)]
mod run;
#[cfg(unicorn)]
mod sclp;
#[cfg(unicorn)]
mod signal;
#[cfg(unicorn)]
mod subchannel;
#[cfg(unicorn)]
mod turn;
#[cfg(unicorn)]
#[allow(non_camel_case_types)]
mod unicorn;
#[cfg(unicorn)]
mod vmm;

use std::process::ExitCode;

const USAGE: &str = "\
usage: s390irq-example-vmm [OPTION...] GUEST

Runs GUEST, an ELF executable for s390x or a flat image, on Unicorn with
s390irq for all that interrupts. At the end it holds the interruptions that
were injected against those that the guest counted. A flat image is loaded to,
and begins at, 0x20000.

  --cpus N        CPUs of the machine (2), 1 to 240
  --memory N      storage in MiB (16), 1 to 2047
  --host-clock    the TOD clock is the host's; without it the clock advances
                  with the instructions and skips idle time
  --time-limit N  give up after N seconds (0: never)
  --minimum N     fail unless N are injected and N are delivered (0)
  --help          this text

Exit status: 0 nothing is lost and the guest ended in a disabled wait at
address 0; 1 otherwise; 2 the machine could not be set up.
";

#[derive(Clone)]
#[cfg_attr(not(unicorn), allow(dead_code))]
pub struct Options {
    guest: String,
    cpus: u32,
    /// Bytes.
    ram_size: usize,
    host_clock: bool,
    /// Injected and delivered must reach this.
    minimum: u64,
    /// Host time limit, or 0.
    seconds: u64,
}

fn number(value: Option<String>, least: u64, most: u64) -> Result<u64, String> {
    let text = value.unwrap_or_default();
    text.parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or(format!("{text} is not a number from {least} to {most}"))
}

/// `None`: the usage was wanted.
fn options() -> Result<Option<Options>, String> {
    let mut options = Options {
        guest: String::new(),
        cpus: 2,
        ram_size: 16 << 20,
        host_clock: false,
        minimum: 0,
        seconds: 0,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" => return Ok(None),
            "--cpus" => {
                options.cpus = number(arguments.next(), 1, 240)? as u32;
            }
            "--memory" => {
                let mib = number(arguments.next(), 1, 2047)?;
                options.ram_size = (mib as usize) << 20;
            }
            "--host-clock" => options.host_clock = true,
            "--time-limit" => {
                options.seconds = number(arguments.next(), 0, u32::MAX.into())?;
            }
            "--minimum" => {
                options.minimum = number(arguments.next(), 0, u64::MAX)?;
            }
            _ if argument.starts_with("--") || !options.guest.is_empty() => {
                return Err(format!("{argument}? (try --help)"));
            }
            _ => options.guest = argument,
        }
    }
    if options.guest.is_empty() {
        return Err("name one guest (try --help)".into());
    }
    Ok(Some(options))
}

#[cfg(unicorn)]
fn run(options: Options) -> Result<bool, String> {
    let guest = options.guest.clone();
    let mut vmm =
        vmm::Vmm::open(options).map_err(|why| format!("{guest}: {why}"))?;
    vmm.run();
    Ok(vmm.print_counts())
}

#[cfg(not(unicorn))]
fn run(_: Options) -> Result<bool, String> {
    Err("built without Unicorn (Debian: libunicorn-dev)".into())
}

fn main() -> ExitCode {
    let done = match options() {
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(Some(options)) => run(options),
        Err(why) => Err(why),
    };
    match done {
        Ok(good) => ExitCode::from(u8::from(!good)),
        Err(why) => {
            eprintln!("s390irq-example-vmm: {why}");
            ExitCode::from(2)
        }
    }
}

// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The declarations are what the C compiler makes of the headers.

use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use s390irq_sys::*;

/// What C has to print, expression by expression, and what is here.
struct Rows(Vec<(String, u64)>);

macro_rules! structure {
    ($rows:ident, $name:ident: $($member:ident),*) => {
        $rows.add(
            concat!("sizeof(struct ", stringify!($name), ")"),
            size_of::<$name>() as u64,
        );
        $rows.add(
            concat!("_Alignof(struct ", stringify!($name), ")"),
            align_of::<$name>() as u64,
        );
        $($rows.add(
            concat!(
                "offsetof(struct ",
                stringify!($name),
                ", ",
                stringify!($member),
                ")"
            ),
            offset_of!($name, $member) as u64,
        );)*
    };
}

macro_rules! constants {
    ($rows:ident: $($name:ident),* $(,)?) => {
        $($rows.add(stringify!($name), $name as u64);)*
    };
}

impl Rows {
    fn add(&mut self, expression: &str, value: u64) {
        self.0.push((expression.into(), value));
    }
}

fn structures(rows: &mut Rows) {
    structure!(rows, s390irq_adapter: size, id, isc, flags, masked, remembered);
    structure!(rows, s390irq_route: size, adapter, indicator_absolute,
        indicator_offset, summary_absolute, summary_offset);
    structure!(rows, s390irq_explanation: interruption, held, outranked_by,
        floating, control, submask, adapter, reserved0, reserved);
    structure!(rows, s390irq_trace: size, event, kind, outcome, cpu, code,
        parameter, parameter64, old_psw_mask, old_psw_address, new_psw_mask,
        new_psw_address, tod, status, reserved);
    structure!(rows, s390irq_registers: size, reserved, general, access,
        vector, guarded_storage);
    structure!(rows, s390irq_host_ops: size, reserved, read, write, lowcore,
        tod, deadline, wake, kick, choose, trace, log, allocate, deallocate,
        released, registers, transaction, set_bit, dirty);
    structure!(rows, s390irq_program: code, ilc, flags, data_exception_code,
        translation_exception, monitor_code, per_address, monitor_class,
        per_code, per_atmid, exception_access, per_access, operand_access,
        reserved0, reserved);
    structure!(rows, s390irq_machine_check: conditions, failing_address,
        external_damage, flags, logout, reserved);
    structure!(rows, s390irq_io: subchannel, word, sequence, reserved);
    structure!(rows, s390irq_interruption: kind, source, parameter,
        parameter64, u);
    structure!(rows, s390irq_import_report: size, records, coalesced, dropped,
        left_out_kinds, reserved);
    structure!(rows, s390irq_cpu: size, prefix, psw_mask, psw_address, cr,
        clock_comparator, cpu_timer, cpu_timer_since_tod, tod_programmable,
        floating_point_control, breaking_event_address);
    structure!(rows, s390irq_report: size, taken, taken_kinds, changed,
        intercepts, loop_kind, deadline_tod, fault_address);
    structure!(rows, s390irq_store: absolute, length, reserved, bytes);
    structure!(rows, s390irq_block: absolute, bytes, length, reserved);
    structure!(rows, s390irq_plan: size, kind, ticket, new_psw_absolute,
        new_psw, store_count, block_count, store, block);
    structure!(rows, s390irq_poll: local, floating, open);
    structure!(rows, s390irq_vm_config: size, cpus, flags, log_level,
        cp_service_limit, reserved, ram, ram_size, facilities,
        facilities_size);
    structure!(rows, s390irq_counter: injected, taken, coalesced, refused,
        cleared, pending);
    structure!(rows, s390irq_counters: size, reserved, wakes, kicks, kind);
}

/// Those that are written by hand.
fn constants(rows: &mut Rows) {
    constants!(rows:
        S390IRQ_NEVER,
        S390IRQ_NO_CPU,
        S390IRQ_IO_ADAPTER,
        S390IRQ_MCIC_SYSTEM_DAMAGE,
        S390IRQ_MCIC_PROCESSING_DAMAGE,
        S390IRQ_MCIC_SYSTEM_RECOVERY,
        S390IRQ_MCIC_TIMING_DAMAGE,
        S390IRQ_MCIC_EXTERNAL_DAMAGE,
        S390IRQ_MCIC_DEGRADATION,
        S390IRQ_MCIC_WARNING,
        S390IRQ_MCIC_CHANNEL_REPORT,
        S390IRQ_MCIC_SERVICE_PROCESSOR,
        S390IRQ_MCIC_CHANNEL_SUBSYSTEM,
        S390IRQ_MCIC_BACKED_UP,
        S390IRQ_MCIC_STORAGE_ERROR,
        S390IRQ_MCIC_STORAGE_CORRECTED,
        S390IRQ_MCIC_KEY_ERROR,
        S390IRQ_MCIC_STORAGE_DEGRADED,
        S390IRQ_MCIC_FAILING_ADDRESS,
        S390IRQ_MCIC_EXTERNAL_CODE,
        S390IRQ_MCIC_INDIRECT_STORAGE,
        S390IRQ_MCIC_DELAYED_ACCESS,
        S390IRQ_MCIC_ANCILLARY_REPORT,
    );
}

fn vendor() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor")
}

/// Compiles a program that prints the expressions, and runs it.
fn asked_of_c(rows: &Rows) -> Vec<u64> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, program) = (folder.join("layout.c"), folder.join("layout"));
    let mut text = String::from(
        "#include <s390irq/s390irq.h>\n#include <stdio.h>\nint main(void)\n{\n",
    );
    for (expression, _) in &rows.0 {
        text += &format!(
            "    printf(\"%llu\\n\", (unsigned long long)({expression}));\n"
        );
    }
    text += "    return 0;\n}\n";
    std::fs::write(&source, text).expect("the folder can be written to");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let status = Command::new(&compiler)
        .args(["-std=c11", "-I"])
        .arg(vendor().join("include"))
        .arg("-o")
        .args([&program, &source])
        .status()
        .unwrap_or_else(|error| panic!("{compiler}: {error}"));
    assert!(status.success(), "{compiler} refuses {}", source.display());
    let output = Command::new(&program).output().expect("it runs");
    String::from_utf8(output.stdout)
        .expect("digits")
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect()
}

#[test]
fn structures_and_constants_are_those_of_the_c_compiler() {
    let mut rows = Rows(Vec::new());
    structures(&mut rows);
    constants(&mut rows);
    let found = asked_of_c(&rows);
    assert_eq!(found.len(), rows.0.len());
    for ((expression, here), in_c) in rows.0.iter().zip(found) {
        assert_eq!(*here, in_c, "{expression}");
    }
}

#[test]
fn structures_have_the_size_that_the_library_gives_them() {
    let sizes = [
        (S390IRQ_STRUCT_VM_CONFIG, size_of::<s390irq_vm_config>()),
        (S390IRQ_STRUCT_HOST_OPS, size_of::<s390irq_host_ops>()),
        (S390IRQ_STRUCT_CPU, size_of::<s390irq_cpu>()),
        (S390IRQ_STRUCT_REPORT, size_of::<s390irq_report>()),
        (S390IRQ_STRUCT_PLAN, size_of::<s390irq_plan>()),
        (S390IRQ_STRUCT_INTERRUPTION, size_of::<s390irq_interruption>()),
        (S390IRQ_STRUCT_COUNTERS, size_of::<s390irq_counters>()),
        (S390IRQ_STRUCT_POLL, size_of::<s390irq_poll>()),
        (S390IRQ_STRUCT_TRACE, size_of::<s390irq_trace>()),
        (S390IRQ_STRUCT_PROGRAM, size_of::<s390irq_program>()),
        (S390IRQ_STRUCT_MACHINE_CHECK, size_of::<s390irq_machine_check>()),
        (S390IRQ_STRUCT_IO, size_of::<s390irq_io>()),
        (S390IRQ_STRUCT_REGISTERS, size_of::<s390irq_registers>()),
        (S390IRQ_STRUCT_ADAPTER, size_of::<s390irq_adapter>()),
        (S390IRQ_STRUCT_ROUTE, size_of::<s390irq_route>()),
        (S390IRQ_STRUCT_EXPLANATION, size_of::<s390irq_explanation>()),
        (S390IRQ_STRUCT_IMPORT_REPORT, size_of::<s390irq_import_report>()),
    ];
    for (number, here) in sizes {
        // SAFETY: any number may be asked for.
        let there = unsafe { s390irq_struct_size(number) };
        assert_eq!(here, there, "structure {number}");
    }
}

#[test]
fn the_library_is_not_older_than_the_declarations() {
    let mine = (S390IRQ_VERSION_MAJOR << 16) | (S390IRQ_VERSION_MINOR << 8);
    // SAFETY: has no preconditions.
    assert!(unsafe { s390irq_version() } >= mine);
}

/// Every function of the headers has its declaration.
#[test]
fn all_functions_are_declared() {
    let declared = include_str!("../src/bindings.rs");
    let folder = vendor().join("include/s390irq");
    let mut count = 0;
    for header in std::fs::read_dir(folder).expect("it is there") {
        let text = std::fs::read_to_string(header.expect("a file").path());
        let text = text.expect("a readable file");
        for part in text.split("S390IRQ_EXPORT").skip(1) {
            let Some(place) = part.find("s390irq_") else { continue };
            let Some(end) = part.find('(') else { continue };
            // A type or an attribute may stand in front.
            let Some(name) = part[..end].rsplit([' ', '*', '\n']).next() else {
                continue;
            };
            if place >= end || !name.starts_with("s390irq_") {
                continue;
            }
            count += 1;
            assert!(
                declared.contains(&format!("pub fn {name}(")),
                "{name} is not declared: run regen.sh"
            );
        }
    }
    assert!(count > 60, "only {count} functions were found");
}

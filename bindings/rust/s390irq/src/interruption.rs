// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Interruptions as values.

use s390irq_sys as sys;

use crate::error::{plain, Error, Result};
use crate::numbers::numbers;

numbers! {
    /// Kinds of interruptions and requests. "Local" ones pend at one CPU,
    /// "floating" ones at the machine, and one CPU that is open takes them.
    pub enum Kind: u16 {
        /// SVC; local, the CPU's own.
        SupervisorCall = sys::S390IRQ_KIND_SUPERVISOR_CALL,
        /// Program; local, the CPU's own.
        Program = sys::S390IRQ_KIND_PROGRAM,
        /// External 0040; local.
        InterruptKey = sys::S390IRQ_KIND_INTERRUPT_KEY,
        /// External 1200; local.
        MalfunctionAlert = sys::S390IRQ_KIND_MALFUNCTION_ALERT,
        /// External 1201; local.
        EmergencySignal = sys::S390IRQ_KIND_EMERGENCY_SIGNAL,
        /// External 1202; local.
        ExternalCall = sys::S390IRQ_KIND_EXTERNAL_CALL,
        /// External 1003; local.
        TodSyncCheck = sys::S390IRQ_KIND_TOD_SYNC_CHECK,
        /// External 1004; a local level condition.
        ClockComparator = sys::S390IRQ_KIND_CLOCK_COMPARATOR,
        /// External 1005; a local level condition.
        CpuTimer = sys::S390IRQ_KIND_CPU_TIMER,
        /// External 1406; floating.
        TimingAlert = sys::S390IRQ_KIND_TIMING_ALERT,
        /// External 1407; local.
        MeasurementAlert = sys::S390IRQ_KIND_MEASUREMENT_ALERT,
        /// External 1007; local.
        WarningTrack = sys::S390IRQ_KIND_WARNING_TRACK,
        /// External 2401; floating.
        ServiceSignal = sys::S390IRQ_KIND_SERVICE_SIGNAL,
        /// External 4000; local.
        Iucv = sys::S390IRQ_KIND_IUCV,
        /// External 2603/0600; local.
        PfaultInit = sys::S390IRQ_KIND_PFAULT_INIT,
        /// External 2603/0680; floating.
        PfaultDone = sys::S390IRQ_KIND_PFAULT_DONE,
        /// External 2603/0d00; floating.
        Virtio = sys::S390IRQ_KIND_VIRTIO,
        /// Restart; local.
        Restart = sys::S390IRQ_KIND_RESTART,
        /// The order to stop; local.
        Stop = sys::S390IRQ_KIND_STOP,
        /// The order to set the prefix; local.
        SetPrefix = sys::S390IRQ_KIND_SET_PREFIX,
        /// Machine check; local, repressible ones also floating.
        MachineCheck = sys::S390IRQ_KIND_MACHINE_CHECK,
        /// I/O of a subchannel; floating.
        Io = sys::S390IRQ_KIND_IO,
        /// I/O of the adapters of an ISC; floating.
        Adapter = sys::S390IRQ_KIND_ADAPTER,
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // SAFETY: any number may be asked for, and the text is static.
        let name = unsafe {
            std::ffi::CStr::from_ptr(sys::s390irq_kind_name(self.raw().into()))
        };
        to.write_str(&name.to_string_lossy())
    }
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct KindSet(u32);

impl KindSet {
    /// From bits `1 << Kind::raw()`.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// As bits `1 << Kind::raw()`; kinds that this crate does not know, too.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether this kind is in it.
    pub const fn contains(self, kind: Kind) -> bool {
        (self.0 >> kind.raw()) & 1 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The kinds that this crate knows.
    pub fn iter(self) -> impl Iterator<Item = Kind> {
        (0..sys::S390IRQ_KIND_LIMIT as u16)
            .filter(move |bit| (self.0 >> bit) & 1 != 0)
            .filter_map(Kind::from_raw)
    }
}

numbers! {
    /// What became of an injection. Only `Queued` makes something pend anew.
    pub enum Outcome: i32 {
        /// It pends, and will be delivered or cleared by a named call.
        Queued = sys::S390IRQ_QUEUED,
        /// It pends already: the two are one from now on.
        Coalesced = sys::S390IRQ_COALESCED,
        /// Its one slot is taken; nothing changed.
        Busy = sys::S390IRQ_BUSY,
        /// Its queue is at its limit; nothing changed.
        Full = sys::S390IRQ_FULL,
        /// Adapter-interruption suppression took it.
        Suppressed = sys::S390IRQ_SUPPRESSED,
        /// Its adapter is masked: presented when it is unmasked.
        Remembered = sys::S390IRQ_REMEMBERED,
        /// The machine takes nothing any more.
        Closed = sys::S390IRQ_CLOSED,
        /// What was put back was cleared meanwhile.
        Cleared = sys::S390IRQ_CLEARED,
    }
}

impl Outcome {
    #[inline]
    pub(crate) fn of(answer: Result<i32>) -> Result<Self> {
        let answer = answer?;
        Self::from_raw(answer).ok_or(Error::Unknown(answer))
    }

    /// Whether it pends after the call.
    pub const fn pends(self) -> bool {
        matches!(self, Self::Queued | Self::Coalesced)
    }
}

bitflags::bitflags! {
    /// Which access identifications of a program interruption are stored.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct AccessFlags: u8 {
        /// [`Program::exception_access`].
        const EXCEPTION = sys::S390IRQ_PROGRAM_EXCEPTION_ACCESS as u8;
        /// [`Program::operand_access`].
        const OPERAND = sys::S390IRQ_PROGRAM_OPERAND_ACCESS as u8;
        /// [`Program::per_access`].
        const PER = sys::S390IRQ_PROGRAM_PER_ACCESS as u8;
    }

    /// Conditions of a machine check, by their bits in the interruption code
    /// (PoP ch. 11). Validity bits are the library's.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct Conditions: u64 {
        /// System damage.
        const SYSTEM_DAMAGE = sys::S390IRQ_MCIC_SYSTEM_DAMAGE;
        /// Instruction-processing damage.
        const PROCESSING_DAMAGE = sys::S390IRQ_MCIC_PROCESSING_DAMAGE;
        /// System recovery.
        const SYSTEM_RECOVERY = sys::S390IRQ_MCIC_SYSTEM_RECOVERY;
        /// Timing-facility damage.
        const TIMING_DAMAGE = sys::S390IRQ_MCIC_TIMING_DAMAGE;
        /// External damage.
        const EXTERNAL_DAMAGE = sys::S390IRQ_MCIC_EXTERNAL_DAMAGE;
        /// Degradation.
        const DEGRADATION = sys::S390IRQ_MCIC_DEGRADATION;
        /// Warning.
        const WARNING = sys::S390IRQ_MCIC_WARNING;
        /// Channel report pending.
        const CHANNEL_REPORT = sys::S390IRQ_MCIC_CHANNEL_REPORT;
        /// Service-processor damage.
        const SERVICE_PROCESSOR = sys::S390IRQ_MCIC_SERVICE_PROCESSOR;
        /// Channel-subsystem damage.
        const CHANNEL_SUBSYSTEM = sys::S390IRQ_MCIC_CHANNEL_SUBSYSTEM;
        /// Backed up.
        const BACKED_UP = sys::S390IRQ_MCIC_BACKED_UP;
        /// Storage error uncorrected.
        const STORAGE_ERROR = sys::S390IRQ_MCIC_STORAGE_ERROR;
        /// Storage error corrected.
        const STORAGE_CORRECTED = sys::S390IRQ_MCIC_STORAGE_CORRECTED;
        /// Storage-key error uncorrected.
        const KEY_ERROR = sys::S390IRQ_MCIC_KEY_ERROR;
        /// Storage degradation.
        const STORAGE_DEGRADED = sys::S390IRQ_MCIC_STORAGE_DEGRADED;
        /// The failing-storage address is given.
        const FAILING_ADDRESS = sys::S390IRQ_MCIC_FAILING_ADDRESS;
        /// The external-damage code is given.
        const EXTERNAL_CODE = sys::S390IRQ_MCIC_EXTERNAL_CODE;
        /// Indirect storage error.
        const INDIRECT_STORAGE = sys::S390IRQ_MCIC_INDIRECT_STORAGE;
        /// Delayed access exception.
        const DELAYED_ACCESS = sys::S390IRQ_MCIC_DELAYED_ACCESS;
        /// Ancillary report.
        const ANCILLARY_REPORT = sys::S390IRQ_MCIC_ANCILLARY_REPORT;
        const _ = !0;
    }
}

/// What the CPU knows of a program interruption (PoP ch. 6). Only the members
/// that the code calls for are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Program {
    /// The code; 0x80: with a PER event; 0x200: in a transaction.
    pub code: u16,
    /// Instruction length: 0, 2, 4 or 6.
    pub ilc: u8,
    /// The PSW names the place already and is not set back.
    pub no_rewind: bool,
    /// Which access identifications the CPU has.
    pub access: AccessFlags,
    /// DXC or VXC.
    pub data_exception_code: u32,
    /// TEID.
    pub translation_exception: u64,
    /// Monitor code.
    pub monitor_code: u64,
    /// Monitor class.
    pub monitor_class: u16,
    /// PER address.
    pub per_address: u64,
    /// PER code.
    pub per_code: u8,
    /// PER addressing-and-translation-mode identification.
    pub per_atmid: u8,
    /// Exception access identification.
    pub exception_access: u8,
    /// PER access identification.
    pub per_access: u8,
    /// Operand access identification.
    pub operand_access: u8,
}

impl Program {
    pub(crate) fn to_raw(self) -> sys::s390irq_program {
        let rewind = if self.no_rewind {
            sys::S390IRQ_PROGRAM_NO_REWIND as u8
        } else {
            0
        };
        sys::s390irq_program {
            code: self.code,
            ilc: self.ilc,
            flags: self.access.bits() | rewind,
            data_exception_code: self.data_exception_code,
            translation_exception: self.translation_exception,
            monitor_code: self.monitor_code,
            per_address: self.per_address,
            monitor_class: self.monitor_class,
            per_code: self.per_code,
            per_atmid: self.per_atmid,
            exception_access: self.exception_access,
            per_access: self.per_access,
            operand_access: self.operand_access,
            reserved0: 0,
            reserved: 0,
        }
    }

    fn from_raw(raw: &sys::s390irq_program) -> Self {
        Self {
            code: raw.code,
            ilc: raw.ilc,
            no_rewind: raw.flags & sys::S390IRQ_PROGRAM_NO_REWIND as u8 != 0,
            access: AccessFlags::from_bits_truncate(raw.flags),
            data_exception_code: raw.data_exception_code,
            translation_exception: raw.translation_exception,
            monitor_code: raw.monitor_code,
            monitor_class: raw.monitor_class,
            per_address: raw.per_address,
            per_code: raw.per_code,
            per_atmid: raw.per_atmid,
            exception_access: raw.exception_access,
            per_access: raw.per_access,
            operand_access: raw.operand_access,
        }
    }
}

/// What made a machine check pend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MachineCheck {
    /// The conditions, a subclass among them.
    pub conditions: Conditions,
    /// With [`Conditions::FAILING_ADDRESS`].
    pub failing_address: u64,
    /// With [`Conditions::EXTERNAL_CODE`].
    pub external_damage: u32,
    /// The fixed logout, as stored at 0x1300.
    pub logout: Option<[u8; 16]>,
}

impl MachineCheck {
    fn to_raw(self) -> sys::s390irq_machine_check {
        sys::s390irq_machine_check {
            conditions: self.conditions.bits(),
            failing_address: self.failing_address,
            external_damage: self.external_damage,
            flags: if self.logout.is_some() {
                sys::S390IRQ_MACHINE_CHECK_LOGOUT
            } else {
                0
            },
            logout: self.logout.unwrap_or_default(),
            reserved: 0,
        }
    }

    fn from_raw(raw: &sys::s390irq_machine_check) -> Self {
        Self {
            conditions: Conditions::from_bits_retain(raw.conditions),
            failing_address: raw.failing_address,
            external_damage: raw.external_damage,
            logout: (raw.flags & sys::S390IRQ_MACHINE_CHECK_LOGOUT != 0)
                .then_some(raw.logout),
        }
    }
}

/// An I/O interruption of a subchannel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Io {
    /// Subsystem-identification word.
    pub subchannel: u32,
    /// Interruption parameter.
    pub parameter: u32,
    /// Interruption subclass, 0 to 7.
    pub isc: u8,
}

/// One interruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Interruption {
    /// SVC.
    SupervisorCall {
        /// Interruption code, 0 to 255.
        code: u16,
        /// Instruction length: 2, 4 or 6.
        ilc: u8,
    },
    /// Program.
    Program(Program),
    /// External 0040.
    InterruptKey,
    /// External 1200.
    MalfunctionAlert {
        /// Address of the CPU.
        source: u16,
    },
    /// External 1201.
    EmergencySignal {
        /// Address of the sender.
        source: u16,
    },
    /// External 1202.
    ExternalCall {
        /// Address of the sender.
        source: u16,
    },
    /// External 1003.
    TodSyncCheck,
    /// External 1004: injected, it makes the CPU look at its clock.
    ClockComparator,
    /// External 1005: injected, it makes the CPU look at its clock.
    CpuTimer,
    /// External 1406.
    TimingAlert,
    /// External 1407.
    MeasurementAlert {
        /// The parameters, ORed while it pends.
        parameter: u32,
    },
    /// External 1007.
    WarningTrack,
    /// External 2401.
    ServiceSignal {
        /// Address of an SCCB and event bits.
        parameter: u32,
    },
    /// External 4000.
    Iucv {
        /// What kind of message.
        subcode: u16,
    },
    /// External 2603, subcode 0600.
    PfaultInit {
        /// The token.
        token: u64,
    },
    /// External 2603, subcode 0680.
    PfaultDone {
        /// The token.
        token: u64,
    },
    /// External 2603, subcode 0d00.
    Virtio {
        /// The parameter.
        parameter: u32,
        /// The 64-bit parameter.
        parameter64: u64,
    },
    /// Restart.
    Restart,
    /// The order to stop.
    Stop {
        /// And to store the status, at absolute 0x1200.
        store_status: bool,
    },
    /// The order to set the prefix.
    SetPrefix {
        /// The prefix.
        prefix: u32,
    },
    /// Machine check.
    MachineCheck(MachineCheck),
    /// I/O, of a subchannel.
    Io(Io),
    /// I/O, of the adapters of an ISC.
    Adapter {
        /// Interruption subclass, 0 to 7.
        isc: u8,
        /// Interruption parameter.
        parameter: u32,
    },
}

impl Interruption {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::SupervisorCall { .. } => Kind::SupervisorCall,
            Self::Program(_) => Kind::Program,
            Self::InterruptKey => Kind::InterruptKey,
            Self::MalfunctionAlert { .. } => Kind::MalfunctionAlert,
            Self::EmergencySignal { .. } => Kind::EmergencySignal,
            Self::ExternalCall { .. } => Kind::ExternalCall,
            Self::TodSyncCheck => Kind::TodSyncCheck,
            Self::ClockComparator => Kind::ClockComparator,
            Self::CpuTimer => Kind::CpuTimer,
            Self::TimingAlert => Kind::TimingAlert,
            Self::MeasurementAlert { .. } => Kind::MeasurementAlert,
            Self::WarningTrack => Kind::WarningTrack,
            Self::ServiceSignal { .. } => Kind::ServiceSignal,
            Self::Iucv { .. } => Kind::Iucv,
            Self::PfaultInit { .. } => Kind::PfaultInit,
            Self::PfaultDone { .. } => Kind::PfaultDone,
            Self::Virtio { .. } => Kind::Virtio,
            Self::Restart => Kind::Restart,
            Self::Stop { .. } => Kind::Stop,
            Self::SetPrefix { .. } => Kind::SetPrefix,
            Self::MachineCheck(_) => Kind::MachineCheck,
            Self::Io(_) => Kind::Io,
            Self::Adapter { .. } => Kind::Adapter,
        }
    }

    /// Whether its values are in range; what injecting it checks first.
    pub fn check(&self) -> Result<()> {
        let raw = self.to_raw();
        // SAFETY: the record is there for the call.
        plain(unsafe { sys::s390irq_interruption_check(&raw) })?;
        Ok(())
    }

    pub(crate) fn to_raw(self) -> sys::s390irq_interruption {
        let mut raw = sys::s390irq_interruption::default();
        raw.kind = self.kind().raw();
        match self {
            Self::SupervisorCall { code, ilc } => {
                raw.source = code;
                raw.parameter = ilc.into();
            }
            Self::Program(program) => raw.u.program = program.to_raw(),
            Self::MalfunctionAlert { source }
            | Self::EmergencySignal { source }
            | Self::ExternalCall { source }
            | Self::Iucv { subcode: source } => raw.source = source,
            Self::MeasurementAlert { parameter }
            | Self::ServiceSignal { parameter }
            | Self::SetPrefix { prefix: parameter } => {
                raw.parameter = parameter;
            }
            Self::PfaultInit { token } | Self::PfaultDone { token } => {
                raw.parameter64 = token;
            }
            Self::Virtio { parameter, parameter64 } => {
                raw.parameter = parameter;
                raw.parameter64 = parameter64;
            }
            Self::Stop { store_status } => raw.parameter = store_status.into(),
            Self::MachineCheck(check) => {
                raw.u.machine_check = check.to_raw();
            }
            Self::Io(io) => {
                raw.parameter = io.parameter;
                raw.u.io = sys::s390irq_io {
                    subchannel: io.subchannel,
                    word: word_of(io.isc),
                    ..Default::default()
                };
            }
            Self::Adapter { isc, parameter } => {
                raw.parameter = parameter;
                raw.u.io = sys::s390irq_io {
                    word: word_of(isc) | sys::S390IRQ_IO_ADAPTER,
                    ..Default::default()
                };
            }
            _ => {}
        }
        raw
    }

    /// `None`: of a kind that this crate does not know.
    pub(crate) fn from_raw(raw: &sys::s390irq_interruption) -> Option<Self> {
        let (source, parameter) = (raw.source, raw.parameter);
        // SAFETY: all members of the union are plain numbers of one size, and
        // the library has written all of it.
        let (program, check, io) =
            unsafe { (&raw.u.program, &raw.u.machine_check, &raw.u.io) };
        let isc = ((io.word >> 27) & 7) as u8;

        Some(match Kind::from_raw(raw.kind)? {
            Kind::SupervisorCall => {
                Self::SupervisorCall { code: source, ilc: parameter as u8 }
            }
            Kind::Program => Self::Program(Program::from_raw(program)),
            Kind::InterruptKey => Self::InterruptKey,
            Kind::MalfunctionAlert => Self::MalfunctionAlert { source },
            Kind::EmergencySignal => Self::EmergencySignal { source },
            Kind::ExternalCall => Self::ExternalCall { source },
            Kind::TodSyncCheck => Self::TodSyncCheck,
            Kind::ClockComparator => Self::ClockComparator,
            Kind::CpuTimer => Self::CpuTimer,
            Kind::TimingAlert => Self::TimingAlert,
            Kind::MeasurementAlert => Self::MeasurementAlert { parameter },
            Kind::WarningTrack => Self::WarningTrack,
            Kind::ServiceSignal => Self::ServiceSignal { parameter },
            Kind::Iucv => Self::Iucv { subcode: source },
            Kind::PfaultInit => Self::PfaultInit { token: raw.parameter64 },
            Kind::PfaultDone => Self::PfaultDone { token: raw.parameter64 },
            Kind::Virtio => {
                Self::Virtio { parameter, parameter64: raw.parameter64 }
            }
            Kind::Restart => Self::Restart,
            Kind::Stop => Self::Stop { store_status: parameter != 0 },
            Kind::SetPrefix => Self::SetPrefix { prefix: parameter },
            Kind::MachineCheck => {
                Self::MachineCheck(MachineCheck::from_raw(check))
            }
            Kind::Io => {
                Self::Io(Io { subchannel: io.subchannel, parameter, isc })
            }
            Kind::Adapter => Self::Adapter { isc, parameter },
        })
    }
}

/// The interruption-identification word of an ISC. An ISC that is none leaves
/// a word that the library refuses.
pub(crate) fn word_of(isc: u8) -> u32 {
    if isc < 8 {
        u32::from(isc) << 27
    } else {
        u32::MAX
    }
}

// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! The calls. Kernels of other hosts refuse them.

use std::io;
use std::os::fd::AsRawFd;

use vmm_sys_util::ioctl::{ioctl_with_mut_ref, ioctl_with_ref};
use vmm_sys_util::ioctl_iow_nr;

use super::{kvm_s390_irq_state, Flic, VcpuIrqState, RECORD};

const KVMIO: u32 = 0xae;
/// Largest buffer that the kernel takes of a vCPU: 255 + 32 records.
const VCPU_MOST: usize = RECORD * 287;
/// Largest buffer of a FLIC.
const FLIC_MOST: usize = 0x200_0000;
const FLIC_FIRST: usize = RECORD * 64;

const FLIC_GET_ALL_IRQS: u32 = 1;
const FLIC_ENQUEUE: u32 = 2;

/// `struct kvm_device_attr`.
#[repr(C)]
#[derive(Debug, Default)]
#[allow(non_camel_case_types)]
struct kvm_device_attr {
    flags: u32,
    group: u32,
    attr: u64,
    addr: u64,
}

ioctl_iow_nr!(KVM_SET_DEVICE_ATTR, KVMIO, 0xe1, kvm_device_attr);
ioctl_iow_nr!(KVM_GET_DEVICE_ATTR, KVMIO, 0xe2, kvm_device_attr);
ioctl_iow_nr!(KVM_S390_SET_IRQ_STATE, KVMIO, 0xb5, kvm_s390_irq_state);
ioctl_iow_nr!(KVM_S390_GET_IRQ_STATE, KVMIO, 0xb6, kvm_s390_irq_state);

fn checked(answer: i32) -> io::Result<usize> {
    usize::try_from(answer).map_err(|_| io::Error::last_os_error())
}

/// The file of a vCPU.
#[derive(Debug)]
pub struct VcpuFd<F>(pub F);

impl<F: AsRawFd> VcpuIrqState for VcpuFd<F> {
    fn irq_state(&self) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; VCPU_MOST];
        let mut state = kvm_s390_irq_state {
            buf: buffer.as_mut_ptr() as u64,
            len: buffer.len() as u32,
            ..Default::default()
        };
        // SAFETY: the kernel writes `len` bytes at `buf` at most.
        let length = checked(unsafe {
            ioctl_with_mut_ref(&self.0, KVM_S390_GET_IRQ_STATE(), &mut state)
        })?;
        buffer.truncate(length);
        Ok(buffer)
    }

    fn set_irq_state(&self, records: &[u8]) -> io::Result<()> {
        let state = kvm_s390_irq_state {
            buf: records.as_ptr() as u64,
            len: records.len() as u32,
            ..Default::default()
        };
        // SAFETY: the kernel reads `len` bytes at `buf`.
        checked(unsafe {
            ioctl_with_ref(&self.0, KVM_S390_SET_IRQ_STATE(), &state)
        })
        .map(drop)
    }
}

/// The file of the FLIC device.
#[derive(Debug)]
pub struct FlicFd<F>(pub F);

impl<F: AsRawFd> Flic for FlicFd<F> {
    /// The kernel does not say how much there is: the buffer grows while it
    /// answers ENOMEM.
    fn all_irqs(&self) -> io::Result<Vec<u8>> {
        let mut room = FLIC_FIRST;
        loop {
            let mut buffer = vec![0; room];
            let attribute = kvm_device_attr {
                group: FLIC_GET_ALL_IRQS,
                attr: room as u64,
                addr: buffer.as_mut_ptr() as u64,
                ..Default::default()
            };
            // SAFETY: the kernel writes `attr` bytes at `addr` at most.
            let answer = checked(unsafe {
                ioctl_with_ref(&self.0, KVM_GET_DEVICE_ATTR(), &attribute)
            });
            match answer {
                Ok(records) => {
                    buffer.truncate(records * RECORD);
                    return Ok(buffer);
                }
                Err(error)
                    if error.kind() == io::ErrorKind::OutOfMemory
                        && room < FLIC_MOST =>
                {
                    room = (2 * room).min(FLIC_MOST);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn enqueue(&self, records: &[u8]) -> io::Result<()> {
        let attribute = kvm_device_attr {
            group: FLIC_ENQUEUE,
            attr: records.len() as u64,
            addr: records.as_ptr() as u64,
            ..Default::default()
        };
        // SAFETY: the kernel reads `attr` bytes at `addr`.
        checked(unsafe {
            ioctl_with_ref(&self.0, KVM_SET_DEVICE_ATTR(), &attribute)
        })
        .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the kernel's header on s390x: direction, size, type.
    #[test]
    fn the_calls_have_the_kernels_numbers() {
        assert_eq!(KVM_S390_SET_IRQ_STATE(), 0x4020_aeb5);
        assert_eq!(KVM_S390_GET_IRQ_STATE(), 0x4020_aeb6);
        assert_eq!(KVM_SET_DEVICE_ATTR(), 0x4018_aee1);
        assert_eq!(KVM_GET_DEVICE_ATTR(), 0x4018_aee2);
    }

    #[test]
    fn a_file_that_is_no_vcpu_refuses() {
        let file = || std::fs::File::open("/dev/null").unwrap();
        assert!(VcpuFd(file()).irq_state().is_err());
        assert!(VcpuFd(file()).set_irq_state(&[0; RECORD]).is_err());
        assert!(FlicFd(file()).all_irqs().is_err());
        assert!(FlicFd(file()).enqueue(&[0; RECORD]).is_err());
    }
}

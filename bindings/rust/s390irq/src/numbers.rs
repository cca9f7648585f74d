// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! Enums whose values are numbers of the C library.

/// Declares such an enum with `raw()` and `from_raw()`.
macro_rules! numbers {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident: $number:ty {
            $($(#[$doc:meta])* $variant:ident = $value:path,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// The C library's number.
            #[inline]
            pub const fn raw(self) -> $number {
                match self {
                    $(Self::$variant => $value as $number,)*
                }
            }

            /// What has this number, if this crate knows it.
            #[inline]
            pub const fn from_raw(number: $number) -> Option<Self> {
                $(if number == $value as $number {
                    return Some(Self::$variant);
                })*
                None
            }
        }
    };
}

pub(crate) use numbers;

/// The member `size` of a structure of the C library: what its caller was
/// compiled with. It has one value, and nothing else is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Size<const BYTES: usize>(u32);

impl<const BYTES: usize> Size<BYTES> {
    pub(crate) const THIS: Self = Self(BYTES as u32);
}

impl<const BYTES: usize> Default for Size<BYTES> {
    fn default() -> Self {
        Self::THIS
    }
}

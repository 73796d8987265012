//! One program, compiled for the vector registers of several processors.
//!
//! The loops over guarantors are plain Rust that the compiler turns into vector instructions. What is
//! compiled for every x86-64 processor uses registers of two numbers; newer ones hold four or eight.
//! There are no fused operations and sums have a fixed shape, so the bits are the same in all.

/// Work that gains from wide registers. `run` is marked `#[inline(always)]`, as is everything in it,
/// so that each copy is compiled for its registers.
pub trait Kernel {
    type Output;

    fn run(self) -> Self::Output;
}

/// A set of vector instructions that this processor has: values come from [`Registers::available`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registers(Width);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    /// What every processor of the platform has.
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Registers {
    /// What every processor has.
    pub const PLAIN: Self = Self(Width::Plain);

    /// All that this processor has, the narrowest first.
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut all = vec![Self::PLAIN];
        #[cfg(target_arch = "x86_64")]
        {
            if has_avx2() {
                all.push(Self(Width::Avx2));
            }
            if has_avx512() {
                all.push(Self(Width::Avx512));
            }
        }
        all
    }

    /// The widest of them.
    #[inline]
    pub fn widest() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if has_avx512() {
                return Self(Width::Avx512);
            }
            if has_avx2() {
                return Self(Width::Avx2);
            }
        }
        Self::PLAIN
    }

    /// Runs the copy of `kernel` for these registers.
    #[inline]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self.0 {
            Width::Plain => kernel.run(),
            // SAFETY: such a value is made only after the processor was found to support AVX2.
            #[cfg(target_arch = "x86_64")]
            Width::Avx2 => unsafe { run_avx2(kernel) },
            // SAFETY: such a value is made only after the processor was found to support these sets.
            #[cfg(target_arch = "x86_64")]
            Width::Avx512 => unsafe { run_avx512(kernel) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx512() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512vl")
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

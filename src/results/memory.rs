//! Too little memory is told before the first run, and not by a panic of a library.

use super::error::ResultsError;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Address space that a run of usual size needs for the tables in work, in bytes: the row groups of two tables, their
/// encoded pages, the contexts of the compressor, and the values kept for quantiles.
const NEEDED: usize = 64 << 20;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a call whose panic becomes an error; then there is nothing to print about it.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// The same that each further arm of a comparison needs: its world and its sums, months of series among them.
const NEEDED_BY_ARM: usize = 12 << 20;

/// Asks the system for the memory that the tables and further arms will need, and gives it back.
///
/// # Errors
/// [`ResultsError::Memory`] where it is not to be had.
pub fn spare_memory(path: &Path, further_arms: usize) -> Result<(), ResultsError> {
    let mut trial: Vec<u8> = Vec::new();
    let needed = NEEDED + NEEDED_BY_ARM * further_arms;
    trial.try_reserve_exact(needed).map_err(|_| ResultsError::Memory {
        path: path.to_path_buf(),
    })
}

/// Calls the encoder of a table. The compressor panics where it gets no memory for its context; that is the only
/// panic known of it, and any other is told in the same way rather than with a stack of calls.
///
/// # Errors
/// [`ResultsError::Memory`] after a panic.
pub(super) fn guarded<T>(path: &Path, work: impl FnOnce() -> T) -> Result<T, ResultsError> {
    let before = GUARDED.replace(true);
    // After a panic the table is given up, so nobody sees the state it left.
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.map_err(|_| ResultsError::Memory {
        path: path.to_path_buf(),
    })
}

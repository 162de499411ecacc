//! Calls of parsers that were written elsewhere: within limits, and with their panics caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use office_oxide::{limits, read_options};

/// Characters of text taken from one document.
const TEXT: usize = 16 << 20;
/// What a small file may grow to in memory, by copies and by padding.
const MEMORY: u64 = 256 << 20;

/// Runs a parser of legacy documents; `None` where it panicked.
///
/// Its settings are those of the process, since only its calls that take a path or start a thread
/// have settings of their own, and a worker may start none.
pub(super) fn limited<T>(parse: impl FnOnce() -> T) -> Option<T> {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        read_options::set_include_hidden_text(true);
        read_options::set_include_deleted_text(true);
        limits::set_max_text_chars(TEXT);
        limits::set_max_memory_bytes(MEMORY);
        limits::set_max_package_bytes(MEMORY);
        limits::set_max_part_bytes(MEMORY / 4);
        // What is embedded goes back into the walk.
        limits::set_max_embedded_depth(0);
    });
    // A parser is called once and thrown away: nothing of it is seen after a panic.
    catch_unwind(AssertUnwindSafe(parse)).ok()
}

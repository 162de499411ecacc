//! Every log line of a test process.

use std::sync::{Mutex, Once};

/// The lines, `LEVEL words` each, from the first call on and down to that level.
pub fn logged(down_to: log::LevelFilter) -> &'static Mutex<Vec<String>> {
    static LINES: Lines = Lines(Mutex::new(Vec::new()));
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&LINES).unwrap();
        log::set_max_level(down_to);
    });
    &LINES.0
}

struct Lines(Mutex<Vec<String>>);

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
    }

    fn flush(&self) {}
}

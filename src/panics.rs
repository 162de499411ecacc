//! Keeps panic messages, which can quote the text of a message, out of standard error.

/// Replaces the panic hook by one that prints the place in the source alone.
///
/// A panic's payload may hold text of a message: slicing a string off a character boundary quotes
/// the string. `report` is handed a line with file, line and column, and nothing else.
pub fn install(report: fn(&str)) {
    std::panic::set_hook(Box::new(move |info| match info.location() {
        Some(place) => report(&format!(
            "panic at {}:{}:{} (its message is withheld: it can quote mail)",
            place.file(),
            place.line(),
            place.column()
        )),
        None => report("panic at an unknown place"),
    }));
}

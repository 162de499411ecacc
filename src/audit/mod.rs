//! What is written down: one line a message, free of values by construction.

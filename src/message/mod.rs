//! The MIME structure of a message. Runs only in a worker.

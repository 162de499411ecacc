//! Load generator: plays the MTA over a unix socket and measures what a message costs.
//!
//! ```text
//! cargo bench --bench mload                     phi-milter beside a milter that does nothing
//! cargo bench --bench mload -- --quick          the same with fewer messages
//! cargo bench --bench mload -- --phi 20         every fifth message holds invented PHI
//! cargo bench --bench mload -- attach SOCKET PID    a milter that runs already
//! ```
//!
//! Other options: `--messages N` for each measurement, `--connections 1,10`, `--sizes 5000,100000`,
//! `--per-connection N` messages on one connection (1 is what most mail comes as), `--workers N`.
//!
//! CPU is user and system time of the milter and all its children, from /proc; the load
//! generator's own is not in it. Figures of different runs compare badly on a machine that does
//! other things: compare the ratio to the do-nothing milter of the same run.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod mail;
mod measure;
mod mta;
mod proc;
mod target;

use std::path::PathBuf;

use measure::Plan;
use target::Target;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["noop", socket] => target::serve_noop(&PathBuf::from(socket)),
        ["sessions", socket] => target::serve_sessions(&PathBuf::from(socket)),
        ["attach", socket, pid, rest @ ..] => {
            let milter = Target::attached(socket.into(), pid.parse().unwrap());
            measure::report(&Plan::from_words(rest), &[milter]);
        }
        rest => {
            let plan = Plan::from_words(rest);
            let mut milters = vec![Target::noop(), Target::sessions()];
            match Target::phi_milter(&plan) {
                Ok(milter) => milters.push(milter),
                Err(why) => eprintln!("phi-milter itself is not measured: {why}"),
            }
            measure::report(&plan, &milters);
        }
    }
}

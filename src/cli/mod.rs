//! Words on the command line: what was typed becomes a `Command`, which runs and gives the exit
//! status.

mod alternatives;
mod arguments;
mod baseline;
mod check;
mod environment;
mod explain;
mod help;
mod json;
mod page;
mod parts;
mod plain;
mod postfix;
mod report;
mod rules;
mod run;
mod scan;
mod source;

use std::ffi::OsString;
use std::process::ExitCode;

use arguments::Command;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All well: everything was read and no policy but the last matched.
    Clean,
    /// A policy matched, or a test failed.
    Found,
    /// An error in use, or a path that cannot be opened.
    Usage,
    /// A fault in config, rules or policy (`EX_CONFIG`, sysexits.h).
    Config,
    /// A fault of our own or of the system (`EX_OSERR`, sysexits.h).
    System,
}

impl Exit {
    /// The graver of two ends.
    pub(crate) const fn and(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::System => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
            Exit::System => 71,
            Exit::Config => 78,
        })
    }
}

/// Runs the program. `args` begins with the program's own name.
pub fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let command = match arguments::parse(args) {
        Ok(command) => command,
        Err(error) => {
            report::error(&format!("{error}\nTry 'phi-milter --help'."));
            return Exit::Usage.into();
        }
    };
    match command {
        Command::Help(text) => report::out(text).into(),
        Command::Version { config } => rules::version(config.as_deref()).into(),
        Command::Run { config } => run::run(config.as_deref()).into(),
        Command::Check { config, postfix } => {
            check::check(config.as_deref(), postfix.as_deref()).into()
        }
        Command::Scan(arguments) => scan::scan(&arguments).into(),
        Command::RulesList { config } => rules::list(config.as_deref()).into(),
        Command::RulesShow { config, id, baseline } => {
            rules::show(config.as_deref(), &id, baseline.as_deref()).into()
        }
        Command::RulesTest { config, paths, baseline } => {
            rules::test(config.as_deref(), &paths, baseline.as_deref()).into()
        }
        Command::Worker(words) => crate::worker::main(words.into_iter()),
    }
}

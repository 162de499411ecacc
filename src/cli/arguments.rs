//! What was typed, parsed: one [`Command`] with everything it needs.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use lexopt::prelude::*;

use super::help;

/// One run of the program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print a usage text.
    Help(&'static str),
    /// Print version and rule set.
    Version { config: Option<PathBuf> },
    /// The daemon.
    Run { config: Option<PathBuf> },
    /// Check config, rules, policy and environment.
    Check { config: Option<PathBuf>, postfix: Option<PathBuf> },
    /// Scan files.
    Scan(ScanArguments),
    /// List the rules.
    RulesList { config: Option<PathBuf> },
    /// Show one rule.
    RulesShow { config: Option<PathBuf>, id: String, baseline: Option<PathBuf> },
    /// Run the rules' tests.
    RulesTest { config: Option<PathBuf>, paths: Vec<PathBuf>, baseline: Option<PathBuf> },
    /// Internal: a worker process or their spawner.
    Worker(Vec<OsString>),
}

/// What `scan` was asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ScanArguments {
    /// The config file.
    pub config: Option<PathBuf>,
    /// Envelope sender; the message's From when not given.
    pub from: Option<String>,
    /// Envelope recipients; the message's To, Cc and Bcc when none is given.
    pub to: Vec<String>,
    /// How results are printed.
    pub format: Format,
    /// Where a page for people is written, too.
    pub html: Option<PathBuf>,
    /// Whether values are printed.
    pub reveal: Reveal,
    /// What to scan; `-` is standard input.
    pub paths: Vec<PathBuf>,
}

/// How `scan` prints results.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line or a few a message, for people.
    #[default]
    Plain,
    /// What the decision rests on and what would have changed it, too.
    Explain,
    /// One JSON object a message.
    Json,
}

/// Whether `scan` prints values taken from messages.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reveal {
    /// Shapes only.
    #[default]
    Masked,
    /// Values, file names, labels and texts.
    Values,
}

/// What is wrong with the words typed.
#[derive(Debug)]
pub(crate) enum ArgumentError {
    /// No command, or one that does not exist.
    Command(Option<String>),
    /// lexopt's own finding: an unknown option, a missing value.
    Option(lexopt::Error),
    /// A word too few.
    Missing(&'static str),
    /// Two options that exclude each other.
    Conflict(&'static str, &'static str),
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(None) => f.write_str("no command given"),
            Self::Command(Some(word)) => write!(f, "no such command: {word:?}"),
            Self::Option(error) => write!(f, "{error}"),
            Self::Missing(what) => write!(f, "missing: {what}"),
            Self::Conflict(one, other) => write!(f, "{one} and {other} exclude each other"),
        }
    }
}

impl From<lexopt::Error> for ArgumentError {
    fn from(error: lexopt::Error) -> Self {
        Self::Option(error)
    }
}

/// Parses the words typed; the first is the program's own name.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, ArgumentError> {
    let mut parser = lexopt::Parser::from_iter(args);
    let mut config = None;
    loop {
        match parser.next()? {
            None => return Err(ArgumentError::Command(None)),
            Some(Long("config")) => config = Some(parser.value()?.into()),
            Some(Short('h') | Long("help")) => return Ok(Command::Help(help::MAIN)),
            Some(Short('V') | Long("version")) => return Ok(Command::Version { config }),
            Some(Value(word)) => return command(&word.string()?, parser, config),
            Some(other) => return Err(other.unexpected().into()),
        }
    }
}

fn command(
    word: &str,
    parser: lexopt::Parser,
    config: Option<PathBuf>,
) -> Result<Command, ArgumentError> {
    match word {
        "run" => run(parser, config),
        "check" => check(parser, config),
        "scan" => scan(parser, config),
        "rules" => rules(parser, config),
        "worker" => worker(parser),
        "help" => Ok(Command::Help(help::MAIN)),
        other => Err(ArgumentError::Command(Some(other.to_owned()))),
    }
}

fn run(mut parser: lexopt::Parser, mut config: Option<PathBuf>) -> Result<Command, ArgumentError> {
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => config = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Command::Help(help::RUN)),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Run { config })
}

fn check(
    mut parser: lexopt::Parser,
    mut config: Option<PathBuf>,
) -> Result<Command, ArgumentError> {
    let mut postfix = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => config = Some(parser.value()?.into()),
            Long("postfix") => postfix = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Command::Help(help::CHECK)),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Check { config, postfix })
}

fn scan(mut parser: lexopt::Parser, config: Option<PathBuf>) -> Result<Command, ArgumentError> {
    let mut arguments = ScanArguments { config, ..ScanArguments::default() };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => arguments.config = Some(parser.value()?.into()),
            Long("from") => arguments.from = Some(parser.value()?.string()?),
            Long("to") => arguments.to.push(parser.value()?.string()?),
            Long("json") if arguments.format == Format::Explain => {
                return Err(ArgumentError::Conflict("--json", "--explain"));
            }
            Long("explain") if arguments.format == Format::Json => {
                return Err(ArgumentError::Conflict("--json", "--explain"));
            }
            Long("json") => arguments.format = Format::Json,
            Long("explain") => arguments.format = Format::Explain,
            Long("html") => arguments.html = Some(parser.value()?.into()),
            Long("reveal") => arguments.reveal = Reveal::Values,
            Short('h') | Long("help") => return Ok(Command::Help(help::SCAN)),
            Value(path) => arguments.paths.push(path.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if arguments.paths.is_empty() {
        return Err(ArgumentError::Missing("a PATH to scan, or '-' for standard input"));
    }
    Ok(Command::Scan(arguments))
}

fn rules(
    mut parser: lexopt::Parser,
    mut config: Option<PathBuf>,
) -> Result<Command, ArgumentError> {
    let mut words: Vec<OsString> = Vec::new();
    let mut baseline = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("config") => config = Some(parser.value()?.into()),
            Long("baseline") => baseline = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Command::Help(help::RULES)),
            Value(word) => words.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut words = words.into_iter();
    let verb = words.next().ok_or(ArgumentError::Missing("list, show ID or test"))?;
    match verb.to_str() {
        Some("list") => Ok(Command::RulesList { config }),
        Some("show") => {
            let id = words.next().ok_or(ArgumentError::Missing("the ID of a rule"))?.string()?;
            Ok(Command::RulesShow { config, id, baseline })
        }
        Some("test") => {
            Ok(Command::RulesTest { config, paths: words.map(Into::into).collect(), baseline })
        }
        _ => Err(ArgumentError::Command(Some(format!("rules {}", verb.to_string_lossy())))),
    }
}

fn worker(mut parser: lexopt::Parser) -> Result<Command, ArgumentError> {
    Ok(Command::Worker(parser.raw_args()?.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &str) -> Result<Command, ArgumentError> {
        let words = ["phi-milter"].into_iter().chain(words.split_whitespace());
        parse(words.map(OsString::from))
    }

    #[test]
    fn options_may_stand_before_and_after_the_command() {
        let command = typed("--config a.toml check --postfix /etc/postfix").unwrap();
        let expected =
            Command::Check { config: Some("a.toml".into()), postfix: Some("/etc/postfix".into()) };
        assert_eq!(command, expected);
        assert_eq!(typed("run --config b").unwrap(), Command::Run { config: Some("b".into()) });
    }

    #[test]
    fn scan_collects_recipients_and_paths() {
        let Ok(Command::Scan(scan)) = typed("scan --to a@b --json --to c@d x.eml -") else {
            panic!("not a scan")
        };
        assert_eq!((scan.to.len(), scan.format), (2, Format::Json));
        assert_eq!(scan.paths, [PathBuf::from("x.eml"), PathBuf::from("-")]);
    }

    #[test]
    fn wrong_words_are_named() {
        for (words, part) in [
            ("", "no command"),
            ("frobnicate", "frobnicate"),
            ("scan", "a PATH"),
            ("scan --jsno x", "--jsno"),
            ("scan --json --explain x", "exclude each other"),
            ("rules", "list, show"),
            ("rules show", "ID"),
            ("run extra", "extra"),
        ] {
            let error = typed(words).unwrap_err().to_string();
            assert!(error.contains(part), "{words:?} gave {error:?}");
        }
    }
}

//! Every usage text.

/// `phi-milter --help`
pub(crate) const MAIN: &str = "\
phi-milter keeps protected health information from leaving by mail unprotected.

Usage:
  phi-milter run                    the daemon, in the foreground
  phi-milter check [--postfix DIR]  check config, rules, policy and environment
  phi-milter scan [OPTIONS] PATH... say what would happen to messages and documents
  phi-milter rules list             the rules in force
  phi-milter rules show ID          one rule
  phi-milter rules test [PATH...]   run the rules' own tests

Options:
  --config FILE   the config file (default: /etc/phi-milter/phi-milter.toml)
  -h, --help      this text, or that of a command
  -V, --version   version and rule set

Exit status: 0 all well; 1 a policy matched or a test failed; 2 an error in use or a path that
cannot be opened; 71 a fault of the system; 78 a fault in config, rules or policy.
";

/// `phi-milter run --help`
pub(crate) const RUN: &str = "\
Usage: phi-milter run [--config FILE]

Runs the daemon in the foreground. SIGHUP reloads config, rules and policy: messages that begin
after it are judged by the new ones, and if those do not pass `check`, the old ones stay in force.
SIGTERM stops: messages in flight are finished first, for at most `milter.drain`.
";

/// `phi-milter check --help`
pub(crate) const CHECK: &str = "\
Usage: phi-milter check [--config FILE] [--postfix DIR]

Checks the config file, the rules with their tests, the policy file, and whether this machine can
run workers in their sandbox. With --postfix it also reads the settings of the Postfix instance
whose config stands in DIR (by `postconf -c DIR`) and says, line by line, what to set and what is
dangerous.
";

/// `phi-milter scan --help`
pub(crate) const SCAN: &str = "\
Usage: phi-milter scan [OPTIONS] PATH...

Says what enforcing would do to messages, whatever `mode` is. A PATH is a message (.eml), an mbox,
a Maildir, a folder of messages, '-' for standard input, or a bare document.

Options:
  --from ADDRESS  envelope sender (default: the message's From)
  --to ADDRESS    envelope recipient, may be repeated (default: the message's To, Cc and Bcc;
                  none means a recipient outside)
  --json          one JSON object a message, one a line
  --explain       also say what the decision rests on, what would have changed it, and of each rule
                  that nearly held why it did not
  --html FILE     also write a page with the findings, their values masked, and each image small,
                  with boxes over what was found in it
  --reveal        print values, file names and extracted texts: for a terminal or a test only
  --config FILE   the config file (default: /etc/phi-milter/phi-milter.toml)
";

/// `phi-milter rules --help`
pub(crate) const RULES: &str = "\
Usage: phi-milter rules list
       phi-milter rules show ID [--baseline DIR]
       phi-milter rules test [PATH...] [--baseline DIR]

`list` prints the rules in force; `show` prints one with its references and known false positives;
`test` runs the tests inside the rules and the samples beside them, of all rules or of the rule
files and folders named.

DIR holds messages that disclose nothing: a folder of messages, a Maildir or an mbox. With it, `test`
also counts what each rule finds there, the noisiest first, says what each rule costs, and exits
with 1 if a policy about PHI takes a message; `show` lists the messages in which the rule finds
something.
";

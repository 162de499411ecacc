//! The texts of the bench and the patterns of the rules as files that other programs read.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use phi_milter::rules::Rule;

use crate::corpora::{self, Corpus};

/// Writes `NAME.txt` and the messages `NAME/NUMBER.eml` for each text, and `patterns.tsv`: rule,
/// name and pattern, a line each, in the syntax that PCRE has too.
pub fn write(folder: &Path, corpora: &[Corpus], rules: &[Rule]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for corpus in corpora {
        fs::write(folder.join(corpus.name).with_extension("txt"), &corpus.text)?;
        let messages = folder.join(corpus.name);
        fs::create_dir_all(&messages)?;
        for (number, reading) in corpora::readings(&corpus.text).iter().enumerate() {
            let body = reading.texts.first().map_or("", |text| text.content.expose());
            let message = format!(
                "From: a@sender.example\nTo: b@recipient.example\nSubject: Message {number}\n\
                 MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}"
            );
            fs::write(messages.join(format!("{number}.eml")), message)?;
        }
    }
    let mut lines = String::new();
    for rule in rules {
        for pattern in &rule.patterns {
            let _ = writeln!(lines, "{}\t{}\t{}", rule.id, pattern.name, plain(&pattern.written));
        }
    }
    fs::write(folder.join("patterns.tsv"), lines)
}

/// A pattern as its syntax tree prints it: on one line, without comments, its value's group without
/// a name, and without the mark that its classes are of bytes, which other programs do not know.
fn plain(written: &str) -> String {
    let syntax = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let hir = { syntax }.parse(written).map(|hir| hir.to_string()).unwrap_or_default();
    let plain = hir.replace("(?P<value>", "(?:").replace("(?-u:", "(?:");
    plain.replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r")
}

//! Folders of rule files: what is in force, what is replaced, what is switched off.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::about::{self, AboutList, Stand};
use super::compile::compile;
use super::expect::samples;
use super::lint::lint;
use super::rule::RuleSet;
use super::source::{Source, plain};
use super::words::{self, Terms, WordList};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::finding::{About, Kind};

/// The folder of each kind.
pub(super) const FOLDERS: [(Kind, &str); 3] = [
    (Kind::Identifier, "identifiers"),
    (Kind::Clinical, "clinical"),
    (Kind::Document, "documents"),
];
/// The folder of word lists that rules share.
const WORDS: &str = "words";
/// The folder of parts of patterns that rules share.
const PARTS: &str = "parts";
/// What stands in a shared word list before the name of another that it includes.
const INCLUDES: char = '@';
/// Bytes of the largest rule file.
const LARGEST_RULE: u64 = 1 << 20;
/// Bytes of the largest word list.
const LARGEST_LIST: u64 = 64 << 20;

/// Loads the rules of all folders. A later folder's rule replaces an earlier one's with the same
/// id, and its shared word list one with the same name, whole; `disable` names rules to leave
/// out. The rules' embedded tests are not run here: an engine does that.
///
/// # Errors
/// All faults found, with warnings among them. Without an error, the warnings come beside the
/// rules.
pub fn load(
    folders: &[PathBuf],
    disable: &[String],
) -> Result<(RuleSet, Diagnostics), Diagnostics> {
    let mut found = Diagnostics::default();
    let mut files = BTreeMap::new();
    let mut lists = Lists::default();
    for folder in folders {
        survey(folder, &mut files, &mut lists, &mut found);
    }
    for id in disable {
        if files.remove(id.as_str()).is_none() {
            let folder = folders.last().map_or(Path::new(""), PathBuf::as_path);
            found.push(
                Diagnostic::warning("R035", folder, format!("no rule has the id `{id}`"))
                    .help("`disable` in the config names ids of rules; `rules list` shows them"),
            );
        }
    }
    let mut set = RuleSet::default();
    for (id, file) in &files {
        let source = match Source::read(&file.path, LARGEST_RULE) {
            Ok(source) => source,
            Err(why) => {
                found.push(Diagnostic::error(
                    "R002",
                    &file.path,
                    format!("the rule file can't be read: {why}"),
                ));
                continue;
            }
        };
        if let Some(rule) = compile(id, file.kind, source, &mut lists, &mut found) {
            lint(&rule, &mut found);
            if let Err(faults) = samples(&rule) {
                found.extend(faults);
            }
            set.rules.push(rule);
        }
    }
    set.about = lists.about(&mut found);
    if set.rules.is_empty() && !found.has_errors() {
        let folder = folders.last().map_or(Path::new(""), PathBuf::as_path);
        found.push(
            Diagnostic::error("R041", folder, "there is no rule to load")
                .help("rules load from the folders identifiers, clinical and documents"),
        );
    }
    if found.has_errors() { Err(found) } else { Ok((set, found)) }
}

/// Reads one rule from a text, as if it stood in the file `ID.toml` of its kind's folder, with no
/// list beside it and none to share.
///
/// # Errors
/// All faults found.
pub fn from_text(id: &str, kind: Kind, text: &str) -> Result<RuleSet, Diagnostics> {
    let source = Source { path: format!("{id}.toml").into(), text: text.into() };
    let mut found = Diagnostics::default();
    let rule = compile(id, kind, source, &mut Lists::default(), &mut found);
    rule.iter().for_each(|rule| lint(rule, &mut found));
    let set = RuleSet { rules: rule.into_iter().collect(), about: Vec::new() };
    if found.has_errors() { Err(found) } else { Ok(set) }
}

/// A rule file and the kind of the folder it stands in.
struct File {
    path: PathBuf,
    kind: Kind,
}

fn survey(
    folder: &Path,
    files: &mut BTreeMap<String, File>,
    lists: &mut Lists,
    found: &mut Diagnostics,
) {
    let Some(entries) = entries(folder, found) else { return };
    let mut here = BTreeSet::new();
    for entry in &entries {
        let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some((kind, _)) = FOLDERS.iter().find(|(_, folder)| *folder == name) {
            survey_kind(entry, *kind, &mut here, files, found);
        } else if name == WORDS {
            for list in self::entries(entry, found).unwrap_or_default() {
                if let Some(stem) = stem(&list, "txt") {
                    if stem.starts_with(about::PREFIX) && about::meaning(&stem).is_none() {
                        found.push(about_nothing(&list));
                    }
                    lists.words.insert(stem, Shared { path: list, read: None });
                }
            }
        } else if name == PARTS {
            for part in self::entries(entry, found).unwrap_or_default() {
                if let Some(stem) = stem(&part, "txt") {
                    lists.parts.insert(stem, part);
                }
            }
        } else if entry.is_dir() || (stem(entry, "toml").is_some() && name != "policy.toml") {
            found.push(
                Diagnostic::warning("R037", entry, "nothing is loaded from here")
                    .help("rules load from the folders identifiers, clinical and documents, what they share from words and parts"),
            );
        }
    }
}

fn survey_kind(
    folder: &Path,
    kind: Kind,
    here: &mut BTreeSet<String>,
    files: &mut BTreeMap<String, File>,
    found: &mut Diagnostics,
) {
    let entries = entries(folder, found).unwrap_or_default();
    let ids: BTreeSet<String> = entries.iter().filter_map(|path| stem(path, "toml")).collect();
    for path in entries {
        if path.is_dir() {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !ids.contains(name) {
                found.push(
                    Diagnostic::warning("R037", &path, "no rule beside this folder has its name")
                        .help("a rule's samples stand in a folder named by its id"),
                );
            }
            continue;
        }
        let Some(id) = stem(&path, "toml") else { continue };
        if !here.insert(id.clone()) {
            let other = files.get(&id).map(|file| file.path.display().to_string());
            found.push(
                Diagnostic::error("R009", &path, format!("the id `{id}` is taken"))
                    .help(format!("by {}", other.unwrap_or_default())),
            );
            continue;
        }
        files.insert(id, File { path, kind });
    }
}

fn about_nothing(list: &Path) -> Diagnostic {
    Diagnostic::warning("R037", list, "no list of this name is looked at").help(
        "about-WHO-WHERE.txt: WHO is patient, provider, sender, organization or nobody, \
         WHERE is labels, before, behind or cues",
    )
}

/// What a folder holds, in order of names, hidden files left out.
fn entries(folder: &Path, found: &mut Diagnostics) -> Option<Vec<PathBuf>> {
    let listed = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>());
    match listed {
        Ok(mut paths) => {
            paths.retain(|path| {
                !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
            });
            paths.sort();
            Some(paths)
        }
        Err(error) => {
            found.push(
                Diagnostic::error(
                    "R001",
                    folder,
                    format!("the rule folder can't be read: {}", plain(&error)),
                )
                .help("`paths` under [rules] in the config names the folders"),
            );
            None
        }
    }
}

fn stem(path: &Path, extension: &str) -> Option<String> {
    if path.is_dir() || path.extension()? != extension {
        return None;
    }
    Some(path.file_stem()?.to_str()?.to_owned())
}

/// Files that rules share: word lists, each read once, and parts of patterns.
#[derive(Default)]
pub(super) struct Lists {
    words: BTreeMap<String, Shared>,
    /// Names of the word lists that are being read, one including the next.
    open: Vec<String>,
    parts: BTreeMap<String, PathBuf>,
}

struct Shared {
    path: PathBuf,
    read: Option<Arc<WordList>>,
}

impl Lists {
    /// The shared list of that name; the error names those that are there.
    pub fn shared(&mut self, name: &str) -> Result<Arc<WordList>, MissingFile> {
        let Some(shared) = self.words.get(name) else {
            let there = self.words.keys().cloned().collect();
            return Err(MissingFile::Unknown { folder: WORDS, there });
        };
        if let Some(list) = &shared.read {
            return Ok(Arc::clone(list));
        }
        let path = shared.path.clone();
        if self.open.iter().any(|open| open == name) {
            let fault = Diagnostic::error("R044", &path, "the word list includes itself");
            return Err(MissingFile::Faulty(vec![fault]));
        }
        self.open.push(name.to_owned());
        let list = read_list(&path).and_then(|list| self.with_included(list, &path));
        self.open.pop();
        let list = list?;
        if let Some(shared) = self.words.get_mut(name) {
            shared.read = Some(Arc::clone(&list));
        }
        Ok(list)
    }

    /// A list with those put in that it includes: each term `@NAME` stands for the shared list NAME.
    fn with_included(
        &mut self,
        list: Arc<WordList>,
        path: &Path,
    ) -> Result<Arc<WordList>, MissingFile> {
        if !list.terms.iter().any(|term| term.starts_with(INCLUDES)) {
            return Ok(list);
        }
        let mut terms = Terms::default();
        for term in list.terms.iter() {
            let Some(name) = term.strip_prefix(INCLUDES) else {
                terms.push(term);
                continue;
            };
            match self.shared(name) {
                Ok(included) => terms.extend(included.terms.iter()),
                Err(MissingFile::Unknown { .. }) => {
                    let message = format!("it includes the list `{name}`, and there is none");
                    let fault = Diagnostic::error("R027", path, message);
                    return Err(MissingFile::Faulty(vec![fault]));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok(Arc::new(WordList { terms }))
    }

    /// The shared part of that name; the error names those that are there.
    pub fn part(&self, name: &str) -> Result<String, MissingFile> {
        let Some(path) = self.parts.get(name) else {
            let there = self.parts.keys().cloned().collect();
            return Err(MissingFile::Unknown { folder: PARTS, there });
        };
        let source = Source::read(path, LARGEST_RULE)
            .map_err(|why| MissingFile::Unreadable { path: path.clone(), why })?;
        Ok(source.text.to_string())
    }
}

impl Lists {
    /// The lists that tell whom a value is about.
    fn about(&mut self, found: &mut Diagnostics) -> Vec<AboutList> {
        let known: Vec<(String, About, Stand)> = self
            .words
            .keys()
            .filter_map(|name| about::meaning(name).map(|(who, stand)| (name.clone(), who, stand)))
            .collect();
        let mut lists = Vec::new();
        for (name, about, stand) in known {
            match self.shared(&name) {
                Ok(words) => lists.push(AboutList { about, stand, words }),
                Err(MissingFile::Faulty(faults)) => faults.into_iter().for_each(|f| found.push(f)),
                Err(MissingFile::Unreadable { path, why }) => {
                    let message = format!("the word list can't be read: {why}");
                    found.push(Diagnostic::error("R026", &path, message));
                }
                Err(MissingFile::Unknown { .. }) => {}
            }
        }
        lists
    }
}

/// Why a word list or a part is not to be had.
pub(super) enum MissingFile {
    /// The folder has none of the name; these are there.
    Unknown { folder: &'static str, there: Vec<String> },
    /// Its file can't be read.
    Unreadable { path: PathBuf, why: String },
    /// Its file has faults of its own.
    Faulty(Vec<Diagnostic>),
}

/// Reads a word list from a file.
pub(super) fn read_list(path: &Path) -> Result<Arc<WordList>, MissingFile> {
    let source = Source::read(path, LARGEST_LIST)
        .map_err(|why| MissingFile::Unreadable { path: path.to_owned(), why })?;
    let (list, faults) = words::parse(&source.text);
    if !faults.is_empty() {
        let diagnostics = faults.into_iter().map(|(span, fault)| {
            let term = source.text.get(span.clone()).unwrap_or_default();
            source.error("R029", span, fault.message(term))
        });
        return Err(MissingFile::Faulty(diagnostics.collect()));
    }
    if list.terms.is_empty() {
        let fault = Diagnostic::error("R028", path, "the word list is empty");
        return Err(MissingFile::Faulty(vec![fault]));
    }
    Ok(Arc::new(list))
}

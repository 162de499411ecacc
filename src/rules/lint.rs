//! What is well formed and still wrong: a match that can never be reached, a stable rule that
//! nothing speaks for.

use std::collections::BTreeSet;

use super::pattern::Pattern;
use super::rule::{Match, MatchSource, Rule, Status};
use crate::diagnostic::Diagnostics;

/// Bytes of the longest match of a pattern that is tried at each term of a list.
const BEGUN_BYTES: usize = 1_024;

/// Judges a compiled rule.
pub(super) fn lint(rule: &Rule, found: &mut Diagnostics) {
    for (index, later) in rule.matches.iter().enumerate() {
        let earlier = rule.matches.iter().take(index).position(|earlier| covers(earlier, later));
        if let Some(earlier) = earlier {
            let message = format!(
                "this match can never be reached: match {} takes all that it could",
                earlier + 1
            );
            found.push(rule.source.error("R017", later.span.clone(), message).help(
                "the first match that holds gives the confidence: put the stricter one first",
            ));
        }
    }
    for entry in &rule.matches {
        let MatchSource::Begun { patterns, .. } = &entry.source else { continue };
        let bounded = |pattern: &Pattern| pattern.longest.is_some_and(|bytes| bytes <= BEGUN_BYTES);
        let open = patterns.iter().filter_map(|&index| rule.patterns.get(index));
        if let Some(pattern) = open.into_iter().find(|pattern| !bounded(pattern)) {
            let message = format!(
                "`{}` is tried at each term of a list and can match more than {BEGUN_BYTES} bytes",
                pattern.name
            );
            found.push(
                rule.source
                    .error("R045", entry.span.clone(), message)
                    .help("bound its repetitions, such as [a-z]{1,20} in place of [a-z]+"),
            );
        }
    }
    if rule.status == Status::Stable {
        stable(rule, found);
    }
}

fn stable(rule: &Rule, found: &mut Diagnostics) {
    let mut lacks = |code, what: &str, help: &str| {
        let message = format!("a stable rule without {what}");
        found.push(rule.source.error(code, rule.status_span.clone(), message).help(help));
    };
    if !rule.tests.iter().any(|test| !test.finds.is_empty()) {
        lacks("R021", "a test that finds something", "add a [[test]] whose `finds` is not empty");
    }
    if !rule.tests.iter().any(|test| test.finds.is_empty()) {
        lacks("R022", "a test that finds nothing", "add a [[test]] with `finds = []`");
    }
    if rule.references.is_empty() {
        lacks("R023", "a reference", "say under `references` where its facts come from");
    }
}

/// Whether everything that `later` could match, `earlier` has matched already.
fn covers(earlier: &Match, later: &Match) -> bool {
    let sources = match (&earlier.source, &later.source) {
        (MatchSource::Patterns(a), MatchSource::Patterns(b)) => subset(b, a),
        (MatchSource::Words(a), MatchSource::Words(b)) => subset(b, a),
        (
            MatchSource::Begun { words, patterns },
            MatchSource::Begun { words: later_words, patterns: later_patterns },
        ) => subset(later_words, words) && subset(later_patterns, patterns),
        (MatchSource::Facts(a), MatchSource::Facts(b)) => b.iter().all(|fact| a.contains(fact)),
        _ => false,
    };
    let check = earlier.check.is_none() || earlier.check == later.check;
    // To stand near one of fewer lists, or in a narrower circle, is more of a condition.
    let near = earlier.near.is_empty()
        || (!later.near.is_empty()
            && subset(&later.near, &earlier.near)
            && later.within <= earlier.within);
    let not_near = earlier.not_near.is_empty()
        || (subset(&earlier.not_near, &later.not_near) && later.within >= earlier.within);
    let with =
        earlier.with.is_empty() || (!later.with.is_empty() && subset(&later.with, &earlier.with));
    let without = subset(&earlier.without, &later.without);
    let under = earlier.under.is_empty()
        || (!later.under.is_empty() && subset(&later.under, &earlier.under));
    let place = earlier.places.is_empty()
        || (!later.places.is_empty() && later.places.iter().all(|p| earlier.places.contains(p)));
    sources && check && place && with && without && under && near && not_near
}

fn subset(inner: &[usize], outer: &[usize]) -> bool {
    let outer: BTreeSet<_> = outer.iter().collect();
    inner.iter().all(|index| outer.contains(index))
}

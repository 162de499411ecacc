//! Whether a policy can be reached, or an earlier one takes every message that would meet it.

use std::collections::HashSet;

use super::condition::{Addresses, Clause, Condition, Join, Login, Selector};
use crate::config::Mode;
use crate::text::Zone;

/// Whether whatever meets `later` meets `earlier` first. Sound, not complete: it compares what the
/// conditions say, not what mail can be.
pub(super) fn shadows(earlier: &Clause, later: &Clause) -> bool {
    earlier.mode == Mode::Enforce && implies(&later.when, &earlier.when)
}

/// Whether every message that meets `narrow` meets `wide`.
fn implies(narrow: &Condition, wide: &Condition) -> bool {
    said(&narrow.to, &wide.to, addresses_within)
        && said(&narrow.from, &wide.from, addresses_within)
        && said(&narrow.login, &wide.login, login_within)
        && said(&narrow.tls, &wide.tls, PartialEq::eq)
        && said(&narrow.size, &wide.size, PartialOrd::ge)
        && said(&narrow.patients, &wide.patients, PartialOrd::ge)
        && list_within(&narrow.facts, &wide.facts)
        && list_within(&narrow.unread, &wide.unread)
        && triggers_within(&narrow.subject, &wide.subject)
        && findings_within(narrow, wide)
        && named_within(&wide.none, &narrow.none)
        && named_within(&wide.unless, &narrow.unless)
}

/// What `wide` leaves open always holds.
fn said<T>(narrow: &Option<T>, wide: &Option<T>, within: impl Fn(&T, &T) -> bool) -> bool {
    wide.as_ref().is_none_or(|wide| narrow.as_ref().is_some_and(|narrow| within(narrow, wide)))
}

fn addresses_within(narrow: &Addresses, wide: &Addresses) -> bool {
    let everybody = wide.inside && wide.outside;
    everybody
        || ((wide.inside || !narrow.inside)
            && (wide.outside || !narrow.outside)
            && (wide.null || !narrow.null)
            && narrow.domains.within(&wide.domains)
            && narrow
                .mailboxes
                .iter()
                .all(|m| wide.mailboxes.contains(m) || wide.domains.hold(&m.domain)))
}

fn login_within(narrow: &Login, wide: &Login) -> bool {
    match (narrow, wide) {
        (Login::As(_) | Login::Any, Login::Any) | (Login::Absent, Login::Absent) => true,
        (Login::As(narrow), Login::As(wide)) => HashSet::is_subset(narrow, wide),
        _ => false,
    }
}

fn list_within<T: PartialEq>(narrow: &[T], wide: &[T]) -> bool {
    wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|item| wide.contains(item)))
}

/// A Subject that holds a word holds every piece of it.
fn triggers_within(narrow: &[String], wide: &[String]) -> bool {
    wide.is_empty()
        || (!narrow.is_empty()
            && narrow.iter().all(|n| wide.iter().any(|w| n.contains(w.as_str()))))
}

fn findings_within(narrow: &Condition, wide: &Condition) -> bool {
    if wide.all.is_empty() && wide.any.is_empty() {
        return true;
    }
    let all = wide.all.iter().all(|w| narrow.all.iter().any(|n| selects_within(n, w)));
    let meets_one = |n: &Selector| wide.any.iter().any(|w| selects_within(n, w));
    let any = wide.any.is_empty()
        || narrow.all.iter().any(meets_one)
        || (!narrow.any.is_empty() && narrow.any.iter().all(meets_one));
    all && any && join_within(narrow.join, wide.join)
}

/// Whether what `wide` will not have is among what `narrow` will not have.
fn named_within(wide: &[Selector], narrow: &[Selector]) -> bool {
    wide.iter().all(|w| narrow.iter().any(|n| selects_within(w, n)))
}

fn join_within(narrow: Join, wide: Join) -> bool {
    match (narrow, wide) {
        (_, Join::Message)
        | (Join::Part | Join::Record | Join::Within(_), Join::Part)
        | (Join::Record, Join::Record) => true,
        (Join::Within(narrow), Join::Within(wide)) => narrow <= wide,
        _ => false,
    }
}

/// Whether findings enough for `narrow` are enough for `wide`.
fn selects_within(narrow: &Selector, wide: &Selector) -> bool {
    fn list<T: PartialEq>(narrow: &Option<Vec<T>>, wide: &Option<Vec<T>>) -> bool {
        said(narrow, wide, |narrow, wide| narrow.iter().all(|item| wide.contains(item)))
    }
    let zone = match (&narrow.zone, &wide.zone) {
        (None, None) => true,
        (Some(narrow), Some(wide)) => narrow.iter().all(|zone| wide.contains(zone)),
        (Some(narrow), None) => {
            narrow.iter().all(|zone| !matches!(zone, Zone::Signature | Zone::Disclaimer))
        }
        (None, Some(_)) => false,
    };
    zone && list(&narrow.kind, &wide.kind)
        && list(&narrow.rule, &wide.rule)
        && list(&narrow.hipaa, &wide.hipaa)
        && list(&narrow.class, &wide.class)
        && list(&narrow.about, &wide.about)
        && list(&narrow.place, &wide.place)
        && said(&narrow.confidence, &wide.confidence, PartialOrd::ge)
        && narrow.least() >= wide.least()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::policy::load;

    /// Whether the second of two conditions is found unreachable behind the first.
    fn shadowed(first: &str, second: &str) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        let text = format!(
            "[[policy]]\nid = 'first'\nthen = 'tag'\n{first}\n\
             [[policy]]\nid = 'second'\nthen = 'tag'\nwhen = {{ {second} }}\n\
             [[policy]]\nid = 'last'\nthen = 'accept'\n"
        );
        std::fs::write(&path, text).unwrap();
        match load(&path, &|_| true) {
            Ok(_) => false,
            Err(found) => {
                let codes: BTreeSet<&str> = found.0.iter().map(|found| found.code).collect();
                assert_eq!(codes, BTreeSet::from(["P010"]), "{found}");
                true
            }
        }
    }

    #[test]
    fn a_narrower_policy_behind_a_wider_one_is_never_reached() {
        for (wide, narrow) in [
            ("to = 'outside'", "to = 'outside'"),
            ("to = ['inside', 'outside']", "to = 'x.example'"),
            ("to = '.example'", "to = ['a.example', 'x@b.example', '.c.example']"),
            ("to = 'outside'", "to = 'outside', size = '1 MiB'"),
            ("login = true", "login = 'jane'"),
            ("size = '1 MiB'", "size = '2 MiB'"),
            ("subject = 'secure'", "subject = '[SECURE]'"),
            ("patients = 10", "patients = 500"),
            ("unread = ['encrypted', 'crashed']", "unread = 'crashed'"),
            ("all = [{}]", "all = [{ kind = 'clinical', count = 2 }]"),
            ("all = [{ confidence = 'low' }]", "all = [{ confidence = 'high' }]"),
            ("all = [{ class = ['hiv', 'genetic'] }]", "all = [{ class = 'hiv' }]"),
            (
                "any = [{ kind = 'clinical' }, { kind = 'document' }]",
                "all = [{ kind = 'clinical' }]",
            ),
            ("all = [{ kind = 'clinical' }]", "same = 'record', all = [{ kind = 'clinical' }, {}]"),
            ("same = 'part', all = [{}]", "within = 10, all = [{}]"),
            ("within = 10, all = [{}]", "within = 5, all = [{}]"),
            ("none = [{ kind = 'clinical', count = 2 }]", "none = [{ kind = 'clinical' }]"),
            ("all = [{}]", "all = [{ zone = 'fresh' }]"),
        ] {
            assert!(shadowed(&format!("when = {{ {wide} }}"), narrow), "{wide} before {narrow}");
        }
    }

    #[test]
    fn a_policy_that_some_message_reaches_is_left_alone() {
        for (first, second) in [
            ("to = 'outside'", "to = 'inside'"),
            ("to = 'outside'", "to = 'x.example'"),
            ("to = '.b.example'", "to = 'b.example'"),
            ("to = 'outside', size = '1 MiB'", "to = 'outside'"),
            ("login = 'jane'", "login = true"),
            ("login = false", "login = true"),
            ("size = '2 MiB'", "size = '1 MiB'"),
            ("patients = 10", "patients = 2"),
            ("all = [{ class = 'hiv' }]", "all = [{}]"),
            ("subject = '[secure]'", "subject = 'secure'"),
            ("unread = 'crashed'", "unread = ['encrypted', 'crashed']"),
            (
                "all = [{ kind = 'clinical' }]",
                "any = [{ kind = 'clinical' }, { kind = 'document' }]",
            ),
            ("same = 'part', all = [{}]", "all = [{}]"),
            ("same = 'record', all = [{}]", "same = 'part', all = [{}]"),
            ("within = 5, all = [{}]", "within = 10, all = [{}]"),
            ("none = [{ kind = 'clinical' }]", "none = [{ kind = 'clinical', count = 2 }]"),
            ("all = [{}]", "all = [{ zone = 'signature' }]"),
            ("all = [{ zone = 'fresh' }]", "all = [{}]"),
            ("all = [{}], none = [{ rule = 'x' }]", "all = [{}]"),
        ] {
            assert!(!shadowed(&format!("when = {{ {first} }}"), second), "{first} before {second}");
        }
        let monitored = "mode = 'monitor'\nwhen = { to = 'outside' }";
        assert!(!shadowed(monitored, "to = 'outside'"));
    }
}

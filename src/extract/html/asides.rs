//! Text of a page that is not shown: comments, and strings in style and script.

use memchr::memmem;

/// What to do with something that is not shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Aside<'a> {
    /// Read it as markup.
    Markup(&'a str),
    /// Read it as words.
    Words(&'a str),
    /// There is nothing in it.
    Nothing,
}

/// What is in a comment. Word processors put markup for themselves there
/// (`<!--[if mso]>...<![endif]-->`), people put anything.
pub(super) fn comment(text: &str) -> Aside<'_> {
    let text = text.trim();
    let inner = match text.strip_prefix("[if") {
        Some(conditional) => conditional.split_once("]>").map_or("", |(_, inner)| inner),
        None => text,
    };
    let inner = inner.strip_prefix("[CDATA[").unwrap_or(inner);
    let inner = inner.trim_end_matches("]]").trim_end_matches("<![endif]").trim();
    if inner.starts_with('?') || inner.starts_with("[endif") || !has_word(inner) {
        Aside::Nothing
    } else if inner.contains('<') {
        Aside::Markup(inner)
    } else {
        Aside::Words(inner)
    }
}

/// The strings that a style sheet puts into the page (CSS `content`).
pub(super) fn style_strings(css: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for at in memmem::find_iter(css.as_bytes(), "content") {
        let rest = css.get(at + "content".len()..).unwrap_or_default();
        let Some(rest) = rest.trim_start().strip_prefix(':') else { continue };
        found.extend(strings(rest.split([';', '}']).next().unwrap_or_default()));
    }
    found
}

/// The strings of a script that hold words or numbers, and are no paths.
pub(super) fn script_strings(script: &str) -> Vec<&str> {
    let path = |string: &str| string.contains("://") || string.starts_with(['/', '#', '.', '<']);
    strings(script).into_iter().filter(|string| !path(string)).collect()
}

/// Text in quotation marks.
fn strings(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let mark = rest.get(at..at + 1).unwrap_or_default();
        let inside = rest.get(at + 1..).unwrap_or_default();
        let Some(end) = inside.find(mark) else { return found };
        found.extend(inside.get(..end).filter(|string| has_word(string)));
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    found
}

fn has_word(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_words_or_markup_or_nothing() {
        assert_eq!(comment(" MRN 1 "), Aside::Words("MRN 1"));
        assert_eq!(comment("[if mso]><b>x y</b><![endif]"), Aside::Markup("<b>x y</b>"));
        assert_eq!(comment(" mark "), Aside::Words("mark"));
        assert_eq!(comment("[if !mso]>"), Aside::Nothing);
        assert_eq!(comment("?xml version=1 ?"), Aside::Nothing);
        assert_eq!(comment(" -- "), Aside::Nothing);
        assert_eq!(comment("[CDATA[MRN 1]]"), Aside::Words("MRN 1"));
    }

    #[test]
    fn only_strings_of_code_are_words() {
        assert_eq!(style_strings("a{content : 'x y';color:red} b{font:'Arial'}"), ["x y"]);
        assert_eq!(
            script_strings("f('click', \"Jane Roe\", '12345', '/a/b/12345')"),
            ["click", "Jane Roe", "12345"]
        );
        assert!(script_strings("'unclosed").is_empty());
    }
}

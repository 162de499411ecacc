//! Properties of a document and data behind its forms: elements that name their text.

use std::borrow::Cow;

use super::super::labelled::Labelled;
use super::super::normal::normal;
use super::xml::{Token, Tokens};

/// Names that say nothing of their text.
const WRAPPERS: &[&str] =
    &["TitlesOfParts", "lpwstr", "lpstr", "bstr", "i4", "filetime", "variant", "vector", "bool"];
/// Properties that are about the file alone.
const TECHNICAL: &[&str] = &[
    "Template",
    "TotalTime",
    "Pages",
    "Words",
    "Characters",
    "Application",
    "DocSecurity",
    "Lines",
    "Paragraphs",
    "ScaleCrop",
    "LinksUpToDate",
    "CharactersWithSpaces",
    "SharedDoc",
    "HyperlinksChanged",
    "AppVersion",
    "Slides",
    "Notes",
    "HiddenSlides",
    "MMClips",
    "PresentationFormat",
    "revision",
    "HeadingPairs",
    "created",
    "modified",
    "lastPrinted",
    "creation-date",
    "date",
    "print-date",
    "generator",
    "editing-duration",
    "editing-cycles",
    "document-statistic",
];
/// Elements in elements whose names are kept; deeper ones go without a label.
const MOST_NAMES: usize = 256;

/// Writes each text of the part with the name of its element, or of the property around it, and
/// each attribute that is no reference.
pub(in crate::extract) fn read(xml: &str, text: &mut Labelled, most: usize) -> bool {
    let mut tokens = Tokens::of(xml);
    let mut names: Vec<String> = Vec::new();
    let mut deeper = 0_usize;
    let mut value = String::new();
    while let Some(token) = tokens.next() {
        if text.len() > most {
            return false;
        }
        match token {
            Token::Start(element) => {
                write(text, &names, deeper, &mut value);
                let named = element.attribute("name").or_else(|| element.attribute("linkTarget"));
                let technical = TECHNICAL.contains(&element.name());
                for (name, value) in element.attributes() {
                    if !technical
                        && !matches!(
                            name,
                            "fmtid"
                                | "pid"
                                | "name"
                                | "type"
                                | "size"
                                | "baseType"
                                | "version"
                                | "SelectedStyle"
                                | "StyleName"
                                | "Version"
                        )
                        && value.len() > 1
                    {
                        text.named(name, &normal(&value), None);
                    }
                }
                if names.len() < MOST_NAMES {
                    names.push(named.map_or_else(|| element.name().to_owned(), Cow::into_owned));
                } else {
                    deeper += 1;
                }
            }
            Token::End => {
                write(text, &names, deeper, &mut value);
                match deeper.checked_sub(1) {
                    Some(less) => deeper = less,
                    None => drop(names.pop()),
                }
            }
            Token::Text(words) => value.push_str(&words),
            Token::Aside(words) => text.line(&normal(words.trim())),
        }
    }
    write(text, &names, deeper, &mut value);
    !tokens.damaged()
}

fn write(text: &mut Labelled, names: &[String], deeper: usize, value: &mut String) {
    let written = normal(std::mem::take(value).trim());
    if written.is_empty() {
        return;
    }
    if names.iter().any(|name| TECHNICAL.contains(&name.as_str())) {
        return;
    }
    match names.iter().rev().find(|name| !WRAPPERS.contains(&name.as_str())) {
        Some(name) if deeper == 0 => text.named(&normal(name), &written, None),
        _ => text.line(&written),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_has_the_name_of_its_element_or_its_own() {
        let mut text = Labelled::default();
        let xml = "<p><dc:title>A</dc:title><Pages>3</Pages>\
            <property fmtid='{1}' pid='2' name='MRN'><vt:lpwstr>0012345</vt:lpwstr></property></p>";
        assert!(read(xml, &mut text, 1000));
        assert_eq!(text.content(), "title: A\nMRN: 0012345\n");
    }
}

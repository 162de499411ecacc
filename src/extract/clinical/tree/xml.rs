//! A tree of XML (W3C XML 1.0), as far as it goes: no entity of its own making is expanded.

use super::{Fault, Kind, Tree};
use crate::extract::office::xml::{Token, Tokens};

/// Reads a document. What is cut off in the middle of a tag is left over as [`Tree::rest`].
pub(in crate::extract::clinical) fn read(text: &str) -> Tree<'_> {
    let whole = text.rfind('>').map_or(0, |last| last + 1);
    let (text, rest) = text.split_at_checked(whole).unwrap_or((text, ""));
    let mut tree = Tree::empty();
    let mut tokens = Tokens::of(text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start(element) => {
                tree.open(element.name());
                let value = element.attributes().find(|(name, _)| *name == "value");
                if let Some((_, value)) = value {
                    tree.set_value(value);
                }
                for (name, value) in element.attributes().filter(|(name, _)| *name != "value") {
                    tree.add(Kind::Attribute, name, value);
                }
            }
            Token::End => {
                tree.close();
            }
            Token::Text(words) => {
                tree.add(Kind::Text, "", words);
            }
            // How it is to be shown.
            Token::Aside(words) if words.starts_with("xml-") => {}
            Token::Aside(words) => {
                tree.add(Kind::Comment, "", words.into());
            }
        }
        if tree.fault.is_some() {
            break;
        }
    }
    if tokens.damaged() && tree.fault.is_none() {
        tree.fault = Some(Fault::Damaged);
    }
    tree.rest = rest;
    tree
}

//! Files in base64 in the XML of a document.

use super::super::output::Flow;
use super::xml::{Token, Tokens};
use crate::message::transfer;

/// Unpacks what stands in each of these elements; with the name that the element or the one around
/// it gives.
pub(in crate::extract) fn each(
    xml: &str,
    elements: &[&str],
    take: &mut dyn FnMut(&str, &[u8]) -> Flow,
) -> Flow {
    let mut tokens = Tokens::of(xml);
    let mut name = String::new();
    let mut packed: Option<String> = None;
    while let Some(token) = tokens.next() {
        match token {
            Token::Start(element) => {
                if let Some(said) = element.attribute("name") {
                    name = said.into_owned();
                }
                if elements.contains(&element.name()) {
                    packed = Some(String::new());
                }
            }
            Token::Text(text) => {
                if let Some(packed) = &mut packed {
                    packed.push_str(&text);
                }
            }
            Token::End => {
                if let Some(packed) = packed.take() {
                    take(&name, &transfer::base64(packed.as_bytes()).bytes)?;
                }
            }
            Token::Aside(_) => {}
        }
    }
    Ok(())
}

//! Documents made for the purpose, and what is read in them.

mod bombs;
mod damage;
mod sheet;
mod slides;
mod word;

use super::super::office::sample;

/// A package for a program: `[Content_Types].xml` says that `main` is of a type.
fn package(main: &str, of: &str, others: &[(&str, &[u8])]) -> Vec<u8> {
    let types = format!(
        "<Types><Default Extension='xml' ContentType='application/xml'/>\
         <Override PartName='/{main}' ContentType='application/vnd.openxmlformats-officedocument.{of}.main+xml'/></Types>"
    );
    let mut parts: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", types.as_bytes())];
    parts.extend(others);
    sample::package(&parts)
}

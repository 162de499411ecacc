//! HTML to the words that are in it: those that are shown, those that are hidden by style, those
//! in attributes and comments.
//!
//! Tokens only, no tree: however deep elements are nested, the cost is that of reading them once.

mod asides;
mod attributes;
mod data_uris;
mod elements;
mod page;
mod tag;
mod tokens;

use super::debris;
use super::inline;
use super::leaf::Leaf;
use super::output::Flow;
use super::sniff;
use super::walk::{Children, Walk};
use crate::limits::Cause;
use crate::message::charset;
use crate::secret::Secret;
use crate::text::Zone;

/// What is in a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Its text: blocks on lines of their own, cells divided by tabs; then what is not shown, such
    /// as comments and titles, a line each.
    pub text: String,
    /// What is marked up as a quotation of earlier messages or as a signature, in ascending order,
    /// not overlapping.
    pub zones: Vec<(std::ops::Range<u32>, Zone)>,
    /// Whether it carries files in `data:` URIs (RFC 2397).
    pub embeds: bool,
    /// Whether it was read to its end before `go_on` said no.
    pub complete: bool,
}

/// Reads a page. `go_on` is asked now and then whether there is time left.
#[must_use]
pub fn words(html: &str, go_on: &dyn Fn() -> bool) -> Words {
    tokens::read(html, go_on)
}

/// Reads a part as HTML.
pub(super) fn read(walk: &mut Walk<'_>, leaf: &Leaf<'_>) -> Flow {
    let label = label(leaf);
    let decoded = charset::decode(leaf.bytes, label.as_deref());
    if decoded.garbled || !sniff::is_text(leaf.bytes) {
        walk.out.unread(leaf.path, leaf.file(), Cause::Malformed);
    }
    let words = words(&decoded.text, &|| walk.out.has_time());
    let mut text = leaf.text(words.text);
    text.zones = words.zones;
    inline::take(walk, leaf, &mut text)?;
    if sniff::has_words(text.content.expose()) {
        walk.out.text(text);
    }
    if words.embeds {
        let files = data_uris::files(&decoded.text);
        if files.is_empty() {
            walk.out.unread(leaf.path, leaf.file(), Cause::Unsupported);
        }
        let mut children = Children::of(leaf.path);
        for file in files {
            walk.out.unpacked(file.len(), leaf.path)?;
            walk.member(&mut children, None, &file)?;
        }
    }
    if !words.complete {
        walk.out.time(leaf.path)?;
    }
    debris::read(walk, leaf)
}

/// The words of HTML that stands inside another format.
pub(super) fn flatten(html: &str) -> Secret<String> {
    Secret::new(words(html, &|| true).text)
}

/// The character set of the MIME header; the page's own where that says nothing of use.
fn label(leaf: &Leaf<'_>) -> Option<Vec<u8>> {
    let declared = leaf.content.charset().map(String::into_bytes);
    let useful = declared.as_ref().is_some_and(|label| !label.eq_ignore_ascii_case(b"us-ascii"));
    if useful { declared } else { charset::declared_in_markup(leaf.bytes).or(declared) }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::text::Zone;

    fn text(html: &str) -> String {
        words(html, &|| true).text
    }

    fn of_zone(html: &str, zone: Zone) -> Vec<String> {
        let found = words(html, &|| true);
        let spans = found.zones.iter().filter(|(_, of)| *of == zone);
        let text = |s: &std::ops::Range<u32>| found.text.get(s.start as usize..s.end as usize);
        spans.map(|(span, _)| text(span).unwrap().to_owned()).collect()
    }

    fn quoted(html: &str) -> Vec<String> {
        of_zone(html, Zone::Quoted)
    }

    #[test]
    fn inline_tags_do_not_split_words_and_blocks_do() {
        for (html, expected) in [
            ("<b>S</b>S<i>N</i>: 1", "SSN: 1"),
            ("53<span>6</span>-22-<!-- x y -->8471", "536-22-8471\nx y"),
            ("a<br>b<p>c</p>d<div>e</div>", "a\nb\nc\nd\ne"),
            ("a\n   b\t c", "a b c"),
            (" <p> a </p> ", "a"),
            ("<pre>a\n  b</pre>c", "a\n  b\nc"),
            ("a<wbr>b&shy;c&#8203;d", "abcd"),
            ("&lt;x&gt; &amp; &nbsp;y &#x31;2", "<x> &  y 12"),
            ("<ul><li>a<li>b</ul>", "a\nb"),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }

    #[test]
    fn cells_are_divided_by_tabs_and_rows_by_lines() {
        let html = "<table><tr><th>Name<th>MRN</tr>\
                    <tr><td><p>Jane</p></td><td><p>0012345</p></td></tr>\
                    <tr><td></td><td>x</td></tr></table>";
        assert_eq!(text(html), "Name\tMRN\nJane\t0012345\nx");
    }

    #[test]
    fn hidden_text_and_attributes_are_text() {
        for (html, hidden) in [
            ("<div style='display:none'>MRN 1</div>", "MRN 1"),
            ("<span style=font-size:0>MRN 1</span>", "MRN 1"),
            ("<template>MRN 1</template>", "MRN 1"),
            ("<noscript><p>MRN 1</noscript>", "MRN 1"),
            ("<textarea>MRN 1</textarea>", "MRN 1"),
            ("<title>MRN 1</title>", "MRN 1"),
            ("<img alt='MRN 1'>", "MRN 1"),
            ("<input value='MRN 1'>", "MRN 1"),
            ("<input type=hidden value='MRN 1'>", "MRN 1"),
            ("<p title='MRN 1'>x", "MRN 1"),
            ("<p aria-label='MRN 1'>x", "MRN 1"),
            ("<p data-mrn='0012345'>x", "data-mrn: 0012345"),
            ("<meta name=description content='MRN 1'>", "MRN 1"),
            ("<!-- MRN 1 -->", "MRN 1"),
            ("<!--[if mso]><p>MRN 1</p><![endif]-->", "MRN 1"),
            ("<!-- <b>M</b>RN 1 -->", "MRN 1"),
            ("<iframe srcdoc='<b>M</b>RN 1'></iframe>", "MRN 1"),
            ("<a href='mailto:a@b.example?subject=MRN%201'>x</a>", "MRN 1"),
            ("<svg><text>MRN 1</text></svg>", "MRN 1"),
            ("<MRN: 0012345>", "0012345"),
            ("<style>p::before{content:'MRN 1'}</style>", "MRN 1"),
            ("<script>var x = {mrn: \"MRN 1\"};</script>", "MRN 1"),
            ("<script type=application/ld+json>{\"mrn\": \"MRN 1\"}</script>", "MRN 1"),
        ] {
            assert!(text(html).contains(hidden), "{html} gave {:?}", text(html));
        }
    }

    #[test]
    fn style_and_script_are_not_text() {
        let html = "<style>p { color: #123456 }</style><script>var total = 12345 + x;</script>a";
        assert_eq!(text(html), "a");
        assert_eq!(text("<!--[if gte mso 9]><xml><o:Px>96</o:Px></xml><![endif]-->a"), "a");
    }

    #[test]
    fn what_is_never_closed_is_still_read() {
        for html in [
            "<style>x MRN 1",
            "<script>x MRN 1",
            "<!-- x MRN 1",
            "<textarea>x MRN 1",
            "<title>x <b>MRN 1",
            "<xmp>x MRN 1",
            "<style>/* <p>x MRN 1</p>",
        ] {
            assert!(text(html).contains("x MRN 1") || text(html).contains("MRN 1"), "{html}");
        }
    }

    #[test]
    fn quotations_are_a_zone() {
        assert_eq!(quoted("a<blockquote>b<blockquote>c</blockquote>d</blockquote>e"), ["b\nc\nd"]);
        assert_eq!(quoted("a<div class='x gmail_quote'>b<div>c</div></div>d"), ["b\nc"]);
        assert_eq!(quoted("a<div id=x_divRplyFwdMsg>From: b</div><div>c</div>"), ["From: b\nc"]);
        assert_eq!(quoted("<blockquote>a"), ["a"]);
        let outlook = "a<div style='border:none;border-top:solid #E1E1E1 1.0pt;\
                       padding:3.0pt 0in 0in 0in'>From: b</div>c";
        assert_eq!(quoted(outlook), ["From: b\nc"]);
        assert!(quoted("</blockquote>a").is_empty());
    }

    #[test]
    fn signatures_are_a_zone_also_in_quotations() {
        for html in [
            "a<div class='gmail_signature' dir=ltr>b<div>c</div></div>d",
            "a<div id=x_Signature><div>b</div>c</div>d",
            "a<pre class=moz-signature>b\nc</pre>d",
            "a<div id='ms-outlook-mobile-signature'>b<br>c</div>d",
            "a<table class='mail-signature'><tr><td>b<tr><td>c</table>d",
        ] {
            assert_eq!(of_zone(html, Zone::Signature), ["b\nc"], "{html}");
        }
        let html = "a<blockquote>b<div class=gmail_signature>c</div>d</blockquote>e";
        assert_eq!(
            (of_zone(html, Zone::Signature), quoted(html)),
            (vec!["c".to_owned()], vec!["b".to_owned(), "d".to_owned()])
        );
    }

    #[test]
    fn embedded_files_are_noticed() {
        assert!(words("<img src='data:image/png;base64,iVBOR'>", &|| true).embeds);
        assert!(words("<p style='background:url(data:image/gif;base64,R0)'>", &|| true).embeds);
        assert!(!words("<img src='cid:1'><p>data: 1", &|| true).embeds);
    }

    #[test]
    fn deep_nesting_costs_no_stack_and_no_more_than_its_length() {
        let deep = "<div><b><blockquote>".repeat(100_000) + "MRN 1";
        assert_eq!(text(&deep), "MRN 1");
        let comments = "<!-- <!-- ".repeat(50_000);
        assert!(words(&comments, &|| true).complete);
    }

    #[test]
    fn reading_ends_when_time_is_up() {
        assert!(!words(&"<p>a".repeat(100_000), &|| false).complete);
    }
}

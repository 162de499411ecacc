//! What is folded, what is left alone, and the way back.

use super::*;

fn folded(text: &str) -> String {
    Folded::new(text).text().to_owned()
}

#[test]
fn text_with_nothing_to_fold_is_borrowed() {
    assert!(Folded::new("plain text, with a caf\u{e9}\n").layers.is_empty());
}

#[test]
fn likes_of_ascii_become_ascii() {
    for (text, expected) in [
        ("ＳＳＮ：５３６", "SSN:536"),
        ("536\u{2011}22\u{2013}8471", "536-22-8471"),
        ("a\u{a0}b\u{2009}c\u{3000}d", "a b c d"),
        ("Crohn\u{2019}s", "Crohn's"),
        ("\u{661}\u{662}\u{1d7da}\u{1d7ff}\u{0ed5}", "12295"),
        ("\u{1d400}\u{1d41b} \u{1d5e0}\u{1d5e5}\u{1d5e1}", "Ab MRN"),
        ("\u{24c2}\u{24c7}\u{24c3} \u{2466}\u{24ea}\u{2460}", "MRN 701"),
        ("\u{1f17c}\u{1f181}\u{1f17d} 7\u{fe0f}\u{20e3}", "MRN 7"),
        ("\u{2077}\u{2077}\u{b3}\u{2080}", "7730"),
        ("5\u{b3}6-22", "536-22"),
        ("\u{2116} 7, \u{fb01}le", "No 7, file"),
        ("\u{2133}\u{211d}\u{2115} 1", "MRN 1"),
        ("M\u{336}R\u{336}N\u{336}", "MRN"),
        ("Jos\u{e9} \u{2022} \u{65e5}\u{672c}", "Jos\u{e9} \u{2022} \u{65e5}\u{672c}"),
    ] {
        assert_eq!(folded(text), expected, "{text}");
    }
}

#[test]
fn the_invisible_goes_but_a_soft_hyphen_between_digits_is_a_dash() {
    assert_eq!(folded("5\u{200b}36 pa\u{ad}tient"), "536 patient");
    assert_eq!(folded("94066\u{ad}1234"), "94066-1234");
    for invisible in "\u{200d}\u{2060}\u{202e}\u{2066}\u{206a}\u{3164}\u{fe0f}\u{feff}\u{e0041}\u{e0101}\u{180b}\u{9f}".chars() {
        assert_eq!(folded(&format!("53{invisible}6")), "536", "{invisible:?}");
    }
}

#[test]
fn a_raised_digit_behind_a_number_is_a_footnote() {
    assert_eq!(folded("SSN 536-22-8471\u{b9}, 10\u{2076}"), "SSN 536-22-8471\u{b9}, 10\u{2076}");
}

#[test]
fn letters_that_pretend_to_be_latin_are_folded() {
    for (text, expected) in [
        ("d\u{456}\u{430}b\u{435}tes", "diabetes"),
        ("\u{39c}RN 7730142", "MRN 7730142"),
        ("\u{405}\u{405}\u{39d}: 536-22-8471", "SSN: 536-22-8471"),
        ("her \u{41d}\u{406}\u{412}\u{410} test", "her HIBA test"),
        ("\u{41c}773014", "M773014"),
        ("77\u{417}\u{41e}142", "7730142"),
        ("5\u{417}6-22-8471", "536-22-8471"),
        ("53\u{431}-22-8471", "536-22-8471"),
    ] {
        assert_eq!(folded(text), expected, "{text}");
    }
}

#[test]
fn words_of_other_scripts_stay() {
    for text in [
        "\u{441}\u{43e} \u{441}\u{43a}\u{43e}\u{440}\u{43e}\u{439} \u{43f}\u{43e}\u{43c}\u{43e}\u{449}\u{44c}\u{44e}",
        "Windows \u{441} Linux \u{430}\u{440}\u{435}\u{43d}\u{434}\u{430}",
        "\u{440}\u{430}\u{43a}",
        "\u{3b1}-fetoprotein, \u{3b2}-blocker, \u{3ba}\u{3b1}\u{3b9}",
        "\u{434}\u{43e} 5\u{431}",
    ] {
        assert_eq!(folded(text), text);
    }
}

#[test]
fn blanks_that_fill_a_column_become_two() {
    assert_eq!(folded("MRN:          7730142"), "MRN:  7730142");
    assert_eq!(folded("a  b c\u{a0}\u{a0} \u{a0}d"), "a  b c  d");
}

#[test]
fn a_number_broken_behind_a_dash_is_one() {
    assert_eq!(folded("SSN 536-22-\n8471."), "SSN 536-22-8471.");
    assert_eq!(folded("> SSN 536-\n> 22-8471."), "> SSN 536-22-8471.");
    for text in ["pages 10 -\n12", "a-\n1", "1-\na", "5\n6", "1-\n\n2"] {
        assert_eq!(folded(text), text);
    }
}

#[test]
fn rests_of_quoted_printable_are_read() {
    assert_eq!(folded("MRN:=20=\n77301=\n42 a=3Db\n"), "MRN: 7730142 a=b\n");
    assert_eq!(folded("MRN=3A 7730142=20\nso"), "MRN: 7730142 \nso");
    for text in ["a=20 b", "x =\u{e9}", "if a == b {\n", "E=MC2\n"] {
        assert_eq!(folded(text), text);
    }
}

#[test]
fn a_misread_text_leads_back_to_what_was_read() {
    let original = "D0B: O3/l4/ l95O\u{200b}\u{b7}";
    let folded = Folded::new(original);
    let reread = folded.reread().unwrap();
    let at = reread.text().find("03/14/1950").unwrap();
    assert_eq!(original.get(reread.original(at..at + 10)), Some("O3/l4/ l95O"));
    assert!(Folded::new("Nothing here.").reread().is_none());
}

#[test]
fn spans_lead_back_to_the_original() {
    let original = "né 5\u{200b}3６\u{200b}! ５é";
    let folded = Folded::new(original);
    let at = folded.text().find("536").unwrap();
    let span = folded.original(at..at + 3);
    assert_eq!(original.get(span), Some("5\u{200b}3６"));
    let at = folded.text().find("5é").unwrap();
    assert_eq!(original.get(folded.original(at..at + 1)), Some("５"));
    assert_eq!(original.get(folded.original(at + 1..at + 3)), Some("é"));
    assert_eq!(folded.original(0..folded.text().len()), 0..original.len());
}

/// Pieces from which texts are made that have every trait that folding looks at.
const PIECES: &[&str] = &[
    "a",
    "MRN",
    "7",
    "536",
    "-",
    "-\n",
    "\n> ",
    " ",
    "   ",
    "\u{a0}",
    "=\n",
    "=20",
    "=3D",
    "=",
    "\n",
    "\u{ad}",
    "\u{200b}",
    "\u{e9}",
    "\u{301}",
    "\u{430}",
    "\u{41e}",
    "\u{449}",
    "\u{417}",
    "\u{2116}",
    "\u{fb03}",
    "\u{ff15}",
    "\u{1d7d9}",
    "\u{1d5e0}",
    "\u{b2}",
    "\u{2074}",
    "\u{2460}",
    "\u{65e5}",
    "\u{1f17c}",
    "\u{feff}",
    "\u{2028}",
    "\u{20e3}",
    "\u{37f}",
    "\u{1d6a8}",
];

#[test]
fn every_span_of_any_text_leads_back_to_whole_characters_in_order() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut roll = |sides: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % sides
    };
    for _ in 0..4_000 {
        let count = 1 + roll(24);
        let original: String = (0..count).map(|_| PIECES[roll(PIECES.len())]).collect();
        assert_leads_back(&original);
    }
}

fn assert_leads_back(original: &str) {
    let folded = Folded::new(original);
    assert_spans_lead_back(original, &folded);
    if let Some(reread) = folded.reread() {
        assert_spans_lead_back(original, &reread);
    }
}

fn assert_spans_lead_back(original: &str, folded: &Folded<'_>) {
    let text = folded.text();
    let boundaries: Vec<usize> =
        (0..=text.len()).filter(|&byte| text.is_char_boundary(byte)).collect();
    for (i, &start) in boundaries.iter().enumerate() {
        for &end in boundaries.iter().skip(i + 1).take(12) {
            let span = folded.original(start..end);
            let source = original.get(span.clone());
            // A blank that was put between two characters comes from nothing.
            let here = text.get(start..end).unwrap_or_default();
            assert!(
                source.is_some_and(|source| here == " " || !source.is_empty()),
                "{original:?} {start}..{end} {span:?}"
            );
        }
        let next = boundaries.get(i + 1).copied().unwrap_or(text.len());
        assert!(folded.original(start..next).start <= folded.original(next..next).start);
    }
}

//! Mail-like messages, no two the same.

/// Numbers that look random and are the same in each run (xorshift64*).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..8 {
            random.next();
        }
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 33) as usize) % end
    }
}

/// One message as an MTA hands it over.
pub struct Mail {
    /// Name and value, the value with its leading space.
    pub header: Vec<(&'static str, String)>,
    /// Lines end with CRLF.
    pub body: Vec<u8>,
}

/// Makes the `number`th message, of about `size` bytes; with invented PHI when `phi`.
pub fn mail(number: u64, size: usize, phi: bool) -> Mail {
    let random = &mut Random::new(number);
    let id = random.next();
    let subject: Vec<String> = (0..3 + random.below(6)).map(|_| word(random)).collect();
    let header = vec![
        (
            "Received",
            format!(
                " from host{}.inside.test (host{}.inside.test [192.0.2.{}])\n\tby \
                 mx.inside.test (Postfix) with ESMTPS id {id:X}\n\tfor <someone@partner.test>; \
                 Mon, 2 Jun 2025 10:{:02}:{:02} +0000 (UTC)",
                random.below(90),
                random.below(90),
                random.below(250),
                random.below(60),
                random.below(60)
            ),
        ),
        ("From", format!(" \"{} {}\" <sender@inside.test>", word(random), word(random))),
        ("To", " someone@partner.test".into()),
        ("Subject", format!(" {}", subject.join(" "))),
        ("Date", " Mon, 2 Jun 2025 10:00:00 +0000".into()),
        ("Message-ID", format!(" <{id:x}.{number}@inside.test>")),
        ("MIME-Version", " 1.0".into()),
        ("Content-Type", " text/plain; charset=utf-8".into()),
        ("Content-Transfer-Encoding", " 8bit".into()),
        ("X-Mailer", format!(" Example Mail {}.{}", random.below(20), random.below(100))),
        ("In-Reply-To", format!(" <{:x}@partner.test>", random.next())),
        ("References", format!(" <{:x}@partner.test>", random.next())),
    ];
    let heading: usize = header.iter().map(|(name, value)| name.len() + value.len() + 3).sum();
    let mut body = Vec::with_capacity(size);
    let wanted = size.saturating_sub(heading + 2);
    if phi {
        let serial = 1000 + random.below(8999);
        let line = format!(
            "Patient: SSN 219-09-{serial}, date of birth 03/{:02}/1961, diagnosis E11.9 type 2 \
             diabetes mellitus.\r\n",
            1 + random.below(28)
        );
        body.extend_from_slice(line.as_bytes());
    }
    let mut column = 0;
    while body.len() < wanted {
        let word = word(random);
        if column + word.len() > 72 {
            body.extend_from_slice(if random.below(8) == 0 { b"\r\n\r\n" } else { b"\r\n" });
            column = 0;
        } else if column > 0 {
            body.push(b' ');
        }
        column += word.len() + 1;
        body.extend_from_slice(word.as_bytes());
    }
    body.extend_from_slice(b"\r\n");
    Mail { header, body }
}

/// A word of running text: mostly common, now and then rare, a number or an address.
fn word(random: &mut Random) -> String {
    match random.below(100) {
        0 => format!("{}.", random.below(100_000)),
        1 => format!("${}.{:02}", random.below(10_000), random.below(100)),
        2 => format!("{}:{:02}", random.below(24), random.below(60)),
        3 => match random.below(4) {
            0 => format!("555-01{:02}", random.below(100)),
            1 => format!("{}/{}/2025", 1 + random.below(12), 1 + random.below(28)),
            2 => format!("user{}@partner.test", random.below(1000)),
            _ => format!("https://www.partner.test/{:x}", random.next() >> 40),
        },
        4..=12 => {
            (0..2 + random.below(3)).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect()
        }
        13..=20 => {
            let mut word = common(random).to_owned();
            word.push(if random.below(3) == 0 { '.' } else { ',' });
            word
        }
        _ => common(random).to_owned(),
    }
}

/// Frequent words come more often, as in any language.
fn common(random: &mut Random) -> &'static str {
    let among = 1 + random.below(COMMON.len());
    COMMON[random.below(among)]
}

const SYLLABLES: &[&str] = &[
    "ba", "con", "der", "ex", "fi", "gra", "ho", "in", "jus", "ka", "lo", "men", "na", "or", "per",
    "qui", "re", "sta", "tion", "un", "ver", "wal", "xi", "yo", "zen", "tra", "pro", "ing", "able",
    "ment", "dis", "ness", "ful", "ity", "ous", "er",
];

const COMMON: &[&str] = &[
    "the",
    "to",
    "and",
    "of",
    "a",
    "in",
    "is",
    "for",
    "you",
    "that",
    "it",
    "on",
    "we",
    "this",
    "be",
    "with",
    "are",
    "I",
    "have",
    "as",
    "not",
    "will",
    "at",
    "or",
    "from",
    "your",
    "by",
    "if",
    "an",
    "can",
    "our",
    "all",
    "but",
    "was",
    "they",
    "so",
    "please",
    "has",
    "do",
    "there",
    "what",
    "would",
    "about",
    "which",
    "one",
    "me",
    "my",
    "no",
    "any",
    "when",
    "more",
    "get",
    "up",
    "out",
    "their",
    "just",
    "been",
    "were",
    "like",
    "time",
    "new",
    "some",
    "who",
    "had",
    "also",
    "how",
    "than",
    "could",
    "other",
    "may",
    "should",
    "them",
    "only",
    "here",
    "let",
    "know",
    "now",
    "over",
    "into",
    "need",
    "us",
    "these",
    "work",
    "its",
    "then",
    "see",
    "because",
    "think",
    "make",
    "use",
    "want",
    "after",
    "first",
    "people",
    "week",
    "day",
    "send",
    "thanks",
    "meeting",
    "order",
    "today",
    "project",
    "call",
    "office",
    "question",
    "report",
    "change",
    "list",
    "help",
    "number",
    "team",
    "service",
    "price",
    "information",
    "mail",
    "message",
    "problem",
    "system",
    "next",
    "month",
    "year",
    "back",
    "good",
    "right",
    "way",
    "still",
    "before",
    "where",
    "long",
    "very",
    "much",
    "take",
    "look",
    "find",
    "give",
    "come",
    "through",
    "same",
    "sure",
    "great",
    "file",
    "version",
    "update",
    "release",
    "customer",
    "account",
    "monday",
    "tuesday",
    "friday",
    "june",
    "morning",
    "afternoon",
    "schedule",
    "room",
    "table",
    "window",
    "contract",
    "delivery",
    "invoice",
    "shipping",
    "address",
    "website",
    "server",
    "network",
    "software",
    "program",
    "budget",
    "quarter",
    "market",
    "review",
    "draft",
    "attached",
    "comments",
    "feedback",
    "regards",
    "best",
    "hello",
    "dear",
    "sincerely",
    "subject",
    "agenda",
    "minutes",
    "travel",
    "flight",
    "hotel",
    "weather",
    "garden",
    "music",
    "school",
    "children",
    "summer",
    "winter",
    "coffee",
    "lunch",
    "dinner",
    "kitchen",
    "house",
    "street",
    "train",
    "ticket",
    "museum",
];

//! The tokens of RTF: braces, control words, and bytes of text.

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word and its number.
    Word(&'a str, Option<i32>),
    /// A control symbol.
    Symbol(u8),
    /// A byte written as `\'hh`.
    Hex(u8),
    /// Bytes as they stand, line breaks left out.
    Text(&'a [u8]),
    /// What follows `\bin`.
    Binary(&'a [u8]),
}

/// Hands out the tokens of a document.
pub(super) struct Tokens<'a>(&'a [u8]);

impl<'a> Tokens<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next token; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (&first, rest) = self.0.split_first()?;
            match first {
                b'{' => {
                    self.0 = rest;
                    return Some(Token::Open);
                }
                b'}' => {
                    self.0 = rest;
                    return Some(Token::Close);
                }
                b'\\' => {
                    self.0 = rest;
                    return self.control();
                }
                b'\r' | b'\n' | 0 => self.0 = rest,
                _ => {
                    let special = |b: &u8| matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0);
                    let end = self.0.iter().position(special).unwrap_or(self.0.len());
                    let (text, rest) = self.0.split_at_checked(end)?;
                    self.0 = rest;
                    return Some(Token::Text(text));
                }
            }
        }
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let (&first, rest) = self.0.split_first()?;
        if first == b'\'' {
            let code = rest.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
            if let Some(byte) = code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                self.0 = rest.get(2..).unwrap_or_default();
                return Some(Token::Hex(byte));
            }
        }
        if !first.is_ascii_alphabetic() {
            self.0 = rest;
            return Some(Token::Symbol(first));
        }
        let letters = self.0.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at_checked(letters)?;
        let minus = usize::from(rest.first() == Some(&b'-'));
        let digits = rest.iter().skip(minus).take_while(|b| b.is_ascii_digit()).count();
        let length = if digits == 0 { 0 } else { minus + digits };
        let (number, rest) = rest.split_at_checked(length)?;
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        self.0 = rest.strip_prefix(b" ").unwrap_or(rest);
        if name == b"bin" {
            let count = usize::try_from(number.unwrap_or(0)).unwrap_or(0).min(self.0.len());
            let (data, rest) = self.0.split_at_checked(count)?;
            self.0 = rest;
            return Some(Token::Binary(data));
        }
        Some(Token::Word(std::str::from_utf8(name).unwrap_or_default(), number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_numbers_and_take_one_blank() {
        let mut tokens = Tokens::of(b"{\\rtf1 a\r\nb\\u-3  \\'e9\\~\\bin2 }{x\\par}\\");
        let mut told = Vec::new();
        while let Some(token) = tokens.next() {
            told.push(token);
        }
        assert_eq!(
            told,
            [
                Token::Open,
                Token::Word("rtf", Some(1)),
                Token::Text(b"a"),
                Token::Text(b"b"),
                Token::Word("u", Some(-3)),
                Token::Text(b" "),
                Token::Hex(0xE9),
                Token::Symbol(b'~'),
                Token::Binary(b"}{"),
                Token::Text(b"x"),
                Token::Word("par", None),
                Token::Close,
            ]
        );
    }
}

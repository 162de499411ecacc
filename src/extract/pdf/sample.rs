//! Writes small PDF files for tests.

/// A file that is being written, object by object.
pub(super) struct Sample {
    bytes: Vec<u8>,
    offsets: Vec<(u32, usize)>,
    trailer: String,
    last: usize,
}

impl Sample {
    pub(super) fn new() -> Self {
        let bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        Self { bytes, offsets: Vec::new(), trailer: String::new(), last: 0 }
    }

    /// A file of one page with Helvetica as `/F`; `page` is added to the page's dictionary and
    /// `catalog` to the catalog's. Objects 1 to 5 are taken.
    pub(super) fn of_page(content: &str, page: &str, catalog: &str) -> Self {
        let mut sample = Self::new();
        sample.object(1, &format!("<</Type/Catalog/Pages 2 0 R {catalog}>>"));
        sample.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
        sample.object(
            3,
            &format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R\
                 /Resources<</Font<</F 5 0 R>>/Properties<</L 20 0 R>>/XObject<</X 21 0 R>>>>{page}>>"
            ),
        );
        sample.stream(4, "", content.as_bytes());
        sample.object(5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
        sample
    }

    pub(super) fn object(&mut self, number: u32, body: &str) -> &mut Self {
        self.offsets.push((number, self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        self
    }

    pub(super) fn stream(&mut self, number: u32, entries: &str, data: &[u8]) -> &mut Self {
        self.offsets.push((number, self.bytes.len()));
        let head = format!("{number} 0 obj\n<</Length {}{entries}>>\nstream\n", data.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        self
    }

    /// Entries of the trailer.
    pub(super) fn trailer(&mut self, entries: &str) -> &mut Self {
        self.trailer.push_str(entries);
        self
    }

    /// Ends a revision; what is written behind it is an incremental update.
    pub(super) fn end(&mut self) -> &mut Self {
        let at = self.bytes.len();
        let mut table = String::from("xref\n0 1\n0000000000 65535 f \n");
        for (number, offset) in self.offsets.drain(..) {
            table.push_str(&format!("{number} 1\n{offset:010} 00000 n \n"));
        }
        let previous = if self.last > 0 { format!("/Prev {}", self.last) } else { String::new() };
        table.push_str(&format!(
            "trailer\n<</Size 100/Root 1 0 R{previous}{}>>\nstartxref\n{at}\n%%EOF\n",
            self.trailer
        ));
        self.bytes.extend_from_slice(table.as_bytes());
        self.last = at;
        self
    }

    pub(super) fn bytes(&mut self) -> Vec<u8> {
        self.end();
        std::mem::take(&mut self.bytes)
    }
}

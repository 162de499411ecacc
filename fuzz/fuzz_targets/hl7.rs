//! HL7 version 2, behind the header of a message; NCPDP SCRIPT, behind that of an interchange.
#![no_main]

use libfuzzer_sys::fuzz_target;
use phi_milter_fuzz::document;

const HEADS: &[&[u8]] = &[
    b"MSH|^~\\&|A|B|C|D|20260314||ORU^R01|1|P|2.5\rPID|",
    b"MSH",
    b"PID|1||773014||ROE^JANE||19680719\r",
    b"UNA:+./*'UIB+UNOA:0++1'PTT++19680719+",
    b"MYMEDICARE.GOV PERSONAL HEALTH INFORMATION\n------\nName: ",
];

fuzz_target!(|bytes: &[u8]| {
    let (first, rest) = bytes.split_first().unwrap_or((&0, bytes));
    let head = HEADS.get(usize::from(*first) % HEADS.len()).copied().unwrap_or_default();
    document(None, &[head, rest].concat());
});

//! X12 transactions: no text makes them panic, cut or damaged as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let header = "ISA*00**00**ZZ*A*ZZ*B*240305*1015*^*00501*000000101*0*P*:~GS*HC*A*B~ST*837*1~";
    for head in ["", header, "NM1*IL*1*"] {
        phi_milter_fuzz::document(None, format!("{head}{text}").as_bytes());
    }
});

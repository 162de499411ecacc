//! Tables of HL7's codes: segments, message types (table 0076), types of identifiers (0203).

/// The segments of versions 2.1 to 2.8.
const SEGMENTS: &[&str] = &[
    "ABS", "ACC", "ADD", "ADJ", "AFF", "AIG", "AIL", "AIP", "AIS", "AL1", "APR", "ARQ", "ARV",
    "AUT", "BHS", "BLC", "BLG", "BPO", "BPX", "BTS", "BTX", "BUI", "CDM", "CDO", "CER", "CM0",
    "CM1", "CM2", "CNS", "CON", "CSP", "CSR", "CSS", "CTD", "CTI", "CTR", "DB1", "DEV", "DG1",
    "DMI", "DON", "DRG", "DSC", "DSP", "DST", "ECD", "ECR", "EDU", "EQL", "EQP", "EQU", "ERQ",
    "ERR", "EVN", "FAC", "FHS", "FT1", "FTS", "GOL", "GP1", "GP2", "GT1", "IAM", "IAR", "IIM",
    "ILT", "IN1", "IN2", "IN3", "INV", "IPC", "IPR", "ISD", "ITM", "IVC", "IVT", "LAN", "LCC",
    "LCH", "LDP", "LOC", "LRL", "MCP", "MFA", "MFE", "MFI", "MRG", "MSA", "MSH", "NCK", "NDS",
    "NK1", "NPU", "NSC", "NST", "NTE", "OBR", "OBX", "ODS", "ODT", "OH1", "OH2", "OH3", "OH4",
    "OM1", "OM2", "OM3", "OM4", "OM5", "OM6", "OM7", "OMC", "ORC", "ORG", "ORO", "OVR", "PAC",
    "PCE", "PCR", "PD1", "PDA", "PDC", "PEO", "PES", "PID", "PKG", "PM1", "PMT", "PR1", "PRA",
    "PRB", "PRC", "PRD", "PRT", "PSG", "PSH", "PSL", "PSS", "PTH", "PV1", "PV2", "PYE", "QAK",
    "QID", "QPD", "QRD", "QRF", "QRI", "RCP", "RDF", "RDT", "REL", "RF1", "RFI", "RGS", "RMI",
    "ROL", "RQ1", "RQD", "RXA", "RXC", "RXD", "RXE", "RXG", "RXO", "RXR", "RXV", "SAC", "SCD",
    "SCH", "SCP", "SDD", "SFT", "SGH", "SGT", "SHP", "SID", "SLT", "SPM", "SPR", "STF", "STZ",
    "TCC", "TCD", "TQ1", "TQ2", "TXA", "UAC", "UB1", "UB2", "URD", "URS", "VAR", "VND", "VTQ",
];

/// The types of messages.
const MESSAGES: &[&str] = &[
    "ACK", "ADR", "ADT", "BAR", "BPS", "BRP", "BRT", "BTS", "CCF", "CCI", "CCM", "CCQ", "CCU",
    "CQU", "CRM", "CSU", "DBC", "DBU", "DEL", "DEO", "DER", "DFT", "DOC", "DPR", "DRC", "DRG",
    "DSR", "EAC", "EAN", "EAR", "EDR", "EHC", "ELR", "EQQ", "ERP", "ESR", "ESU", "INR", "INU",
    "LSR", "LSU", "MCF", "MDM", "MFD", "MFK", "MFN", "MFQ", "MFR", "NMD", "NMQ", "NMR", "OMB",
    "OMD", "OMG", "OMI", "OML", "OMN", "OMP", "OMQ", "OMS", "OPL", "OPR", "OPU", "ORA", "ORB",
    "ORD", "ORF", "ORG", "ORI", "ORL", "ORM", "ORN", "ORP", "ORR", "ORS", "ORU", "ORX", "OSM",
    "OSQ", "OSR", "OSU", "OUL", "PEX", "PGL", "PIN", "PMU", "PPG", "PPP", "PPR", "PPT", "PPV",
    "PRR", "PTR", "QBP", "QCK", "QCN", "QRF", "QRY", "QSB", "QSX", "QVR", "RAR", "RAS", "RCI",
    "RCL", "RDE", "RDR", "RDS", "RDY", "REF", "RER", "RGR", "RGV", "ROR", "RPA", "RPI", "RPL",
    "RPR", "RQA", "RQC", "RQI", "RQP", "RRA", "RRD", "RRE", "RRG", "RRI", "RSP", "RTB", "SCN",
    "SDN", "SDR", "SIU", "SLN", "SLR", "SMD", "SPQ", "SQM", "SQR", "SRM", "SRR", "SSR", "SSU",
    "STC", "STI", "SUR", "TBR", "TCR", "TCU", "UDM", "VQQ", "VXQ", "VXR", "VXU", "VXX",
];

/// Types of identifiers, and what forms call them. The rest of the table goes by its own codes.
const IDENTIFIERS: &[(&str, &str)] = &[
    ("ACSN", "Accession Number"),
    ("AN", "Account Number"),
    ("ANON", "Study Number"),
    ("BA", "Bank Account Number"),
    ("BC", "Bank Card Number"),
    ("BCT", "Birth Certificate Number"),
    ("BR", "Birth Registry Number"),
    ("CZ", "Citizenship Card Number"),
    ("DEA", "DEA Number"),
    ("DL", "Driver's License Number"),
    ("DN", "Provider Number"),
    ("DR", "Donor Registration Number"),
    ("EI", "Employee Number"),
    ("EN", "Employer Number"),
    ("EPI", "MRN"),
    ("FI", "Facility ID"),
    ("GI", "Guarantor Number"),
    ("GN", "Guarantor Number"),
    ("HC", "Health Card Number"),
    ("JHN", "Health Card Number"),
    ("LN", "License Number"),
    ("LR", "Patient ID"),
    ("MA", "Medicaid ID"),
    ("MB", "Member ID"),
    ("MC", "Medicare Number"),
    ("MCD", "Medicaid ID"),
    ("MCR", "Medicare Number"),
    ("MD", "Medical License Number"),
    ("MI", "Military ID"),
    ("MR", "MRN"),
    ("MRN", "MRN"),
    ("MRT", "MRN"),
    ("MS", "Medicare Supplement Number"),
    ("NH", "Health Plan ID"),
    ("NI", "National ID"),
    ("NPI", "NPI"),
    ("PC", "Parole Card Number"),
    ("PE", "MRN"),
    ("PI", "MRN"),
    ("PN", "Person Number"),
    ("PNT", "Patient ID"),
    ("PPIN", "Medicare Provider Number"),
    ("PPN", "Passport Number"),
    ("PRC", "Permanent Resident Card Number"),
    ("PRN", "Provider Number"),
    ("PT", "MRN"),
    ("RI", "Resident ID"),
    ("RR", "Railroad Retirement Number"),
    ("RRI", "Patient ID"),
    ("SL", "State License Number"),
    ("SN", "Subscriber ID"),
    ("SP", "Student Permit Number"),
    ("SR", "Patient ID"),
    ("SS", "Social Security Number"),
    ("SSN", "Social Security Number"),
    ("TAX", "Tax ID"),
    ("U", "Patient ID"),
    ("UPIN", "UPIN"),
    ("VN", "Visit Number"),
    ("VS", "Visa Number"),
    ("WC", "Workers' Compensation Number"),
    ("WCN", "Workers' Compensation Number"),
    ("XX", "Organization ID"),
];

/// Whether a segment has that name, in the standard or as a site's own (Z segments).
pub(super) fn is_segment(name: &str) -> bool {
    // Asked at every sign of every line: most of what stands before one is no name of anything.
    let own = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let [first, others @ ..] = name.as_bytes() else { return false };
    others.len() == 2
        && first.is_ascii_uppercase()
        && others.iter().all(own)
        && (*first == b'Z' || SEGMENTS.binary_search(&name).is_ok())
}

/// What a message's type and event are called, as far as the standard knows them: `ORU^R01`.
pub(super) fn message(kind: &str, event: &str) -> Option<String> {
    let kind = MESSAGES.get(MESSAGES.binary_search(&kind).ok()?)?;
    let known = matches!(event.as_bytes(), [letter, tens, ones]
        if letter.is_ascii_uppercase() && tens.is_ascii_alphanumeric() && ones.is_ascii_digit());
    Some(if known { format!("{kind}^{event}") } else { (*kind).to_owned() })
}

/// What forms call an identifier of that type.
pub(super) fn identifier(kind: &str) -> Option<&'static str> {
    let at = IDENTIFIERS.binary_search_by_key(&kind, |(kind, _)| kind).ok()?;
    IDENTIFIERS.get(at).map(|(_, label)| *label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order_for_the_search() {
        assert!(SEGMENTS.is_sorted());
        assert!(MESSAGES.is_sorted());
        assert!(IDENTIFIERS.is_sorted_by_key(|row| row.0));
    }

    #[test]
    fn only_what_the_standard_knows_is_a_kind() {
        assert_eq!(message("ORU", "R01").as_deref(), Some("ORU^R01"));
        assert_eq!(message("ACK", "").as_deref(), Some("ACK"));
        assert_eq!(message("ACK", "Jane").as_deref(), Some("ACK"));
        assert_eq!(message("ROE", "A01"), None);
    }
}

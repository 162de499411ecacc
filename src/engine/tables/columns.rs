//! Names of columns that records of people have, as headers write them.

/// Signs and letter case aside.
const KNOWN: &[&str] = &[
    "account",
    "accountno",
    "accountnumber",
    "acct",
    "acctno",
    "acctnum",
    "address",
    "admit",
    "admitdate",
    "age",
    "allergies",
    "attending",
    "attendingmd",
    "balance",
    "bed",
    "beneficiary",
    "birthdate",
    "born",
    "carrier",
    "cell",
    "charge",
    "chart",
    "chartno",
    "chartnumber",
    "city",
    "claim",
    "claimno",
    "cpt",
    "dateofbirth",
    "dateofservice",
    "diag",
    "diagnoses",
    "diagnosis",
    "discharge",
    "dischargedate",
    "dob",
    "doctor",
    "dos",
    "dx",
    "dxcode",
    "email",
    "facility",
    "fill",
    "filldate",
    "first",
    "firstname",
    "fname",
    "gender",
    "group",
    "guarantor",
    "hic",
    "hicn",
    "home",
    "icd",
    "icd10",
    "icdcode",
    "ins",
    "insurance",
    "insured",
    "last",
    "lastname",
    "lname",
    "location",
    "mbi",
    "medication",
    "medications",
    "meds",
    "member",
    "memberid",
    "memberno",
    "memid",
    "mi",
    "middle",
    "middlename",
    "mobile",
    "mrn",
    "name",
    "npi",
    "patient",
    "patientid",
    "patientname",
    "payer",
    "payor",
    "pcp",
    "phone",
    "physician",
    "plan",
    "policy",
    "policyno",
    "problem",
    "problems",
    "procedure",
    "provider",
    "pt",
    "ptid",
    "ptname",
    "race",
    "reason",
    "referring",
    "rendering",
    "result",
    "results",
    "room",
    "rx",
    "service",
    "servicedate",
    "sex",
    "socialsecurity",
    "ssn",
    "state",
    "status",
    "subscriber",
    "subscriberid",
    "subscriberno",
    "surname",
    "telephone",
    "test",
    "unit",
    "visit",
    "visitdate",
    "zip",
    "zipcode",
];

/// Whether a cell is the name of such a column.
pub(super) fn is_known(cell: &str) -> bool {
    const LONGEST: usize = 24;
    if cell.is_empty() || cell.len() > LONGEST {
        return false;
    }
    let name: String = cell
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    KNOWN.binary_search(&name.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_in_whatever_way_they_are_written() {
        for known in ["MRN", "Pt Name", "acct#", "D.O.B.", "Subscriber No", "last_name", "DOS"] {
            assert!(is_known(known), "{known}");
        }
        for other in ["", "Jane", "10443", "Roe, Jane", "Springfield"] {
            assert!(!is_known(other), "{other}");
        }
    }

    #[test]
    fn names_of_columns_are_in_order() {
        assert!(KNOWN.is_sorted());
    }
}

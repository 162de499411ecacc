//! What findings mean between this sender and this recipient.

mod verdict;

pub use verdict::{Decision, Judgement, Severity, SubjectPhi, SubjectTreatment, Verdict};

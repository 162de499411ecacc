//! What findings mean between this sender and this recipient.
//!
//! | file | duty |
//! | --- | --- |
//! | `verdict` | what can be decided |
//! | `envelope`, `network` | who sends to whom, and which side they are on |
//! | `condition` | what a policy asks for |
//! | `evidence` | what was found in a message, and whether a condition holds of it |
//! | `judge` | the decision over all recipients |
//! | `leading` | which rules have to be looked for first, and whether that is enough |
//! | `file` | the policy file |
//! | `reachable` | policies that no message can reach |
//! | `unless` | findings that do not count where they stand |

mod condition;
mod envelope;
mod evidence;
mod file;
mod judge;
mod leading;
mod network;
mod reachable;
mod unless;
mod verdict;

#[cfg(test)]
mod tests;

pub use envelope::{Address, Envelope};
pub use evidence::Evidence;
pub use file::{from_text, load};
pub use judge::Policy;
pub use network::{Network, Side};
pub use verdict::{Decision, Judgement, Severity, SubjectPhi, SubjectTreatment, Verdict};

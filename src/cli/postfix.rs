//! What Postfix's own settings say.

use std::path::Path;

use super::Exit;
use crate::config::Config;

/// Checks them.
pub(crate) fn check(folder: &Path, config: &Config) -> Exit {
    let _ = (folder, config);
    Exit::Usage
}

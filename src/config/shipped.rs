//! Where rules and policy are when the config does not say: found from the executable's place,
//! never from the working directory.

use std::path::{Path, PathBuf};

use super::{Images, Rules};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Rules of this site, beside the config.
const SITE_RULES: &str = "/etc/phi-milter/rules.d";

/// Policy of this site, beside the config.
const SITE_POLICY: &str = "/etc/phi-milter/policy.toml";

/// The folder of shipped rules that belongs to the running executable.
///
/// # Errors
/// `C018` when there is none.
pub fn shipped_rules() -> Result<PathBuf, Diagnostics> {
    match std::env::current_exe() {
        Ok(executable) => shipped_rules_of(&executable),
        Err(error) => Err(missing(
            Path::new("phi-milter"),
            format!("the executable's own place is unknown: {error}"),
        )),
    }
}

/// The folder of shipped rules that belongs to an executable: `PREFIX/share/phi-milter/rules` for
/// `PREFIX/bin/phi-milter` or `PREFIX/sbin/phi-milter`, or `rules/` of the checkout that it was
/// built in.
///
/// # Errors
/// `C018` when there is none.
pub fn shipped_rules_of(executable: &Path) -> Result<PathBuf, Diagnostics> {
    let folder = executable.parent().unwrap_or(Path::new("/"));
    let packaged = folder
        .parent()
        .filter(|_| folder.ends_with("bin") || folder.ends_with("sbin"))
        .map(|prefix| prefix.join("share/phi-milter/rules"))
        .filter(|rules| rules.is_dir());
    let checkout = || {
        folder
            .ancestors()
            .find(|above| {
                above.join("Cargo.toml").is_file() && above.join("rules/policy.toml").is_file()
            })
            .map(|above| above.join("rules"))
    };
    packaged
        .or_else(checkout)
        .ok_or_else(|| missing(executable, "the shipped rules are not found beside it".into()))
}

/// The folder of models that belongs to an executable: `PREFIX/share/phi-milter/models`, or
/// `models/ocr` of the checkout. Nobody has to have it.
#[must_use]
pub fn shipped_models() -> Option<PathBuf> {
    let rules = shipped_rules().ok()?;
    let beside = rules.parent()?;
    [beside.join("models"), beside.join("models/ocr")].into_iter().rfind(|folder| folder.is_dir())
}

fn missing(executable: &Path, message: String) -> Diagnostics {
    Diagnostic::error("C018", executable, message)
        .help("set `paths` and `policy` under [rules], or install the package whole")
        .into()
}

impl Images {
    /// The folder of models: what the config names, or what was shipped, if anything was.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        self.models.clone().or_else(shipped_models)
    }
}

impl Rules {
    /// The folders that rules load from, in order.
    ///
    /// # Errors
    /// `C018` when the config names none and there are no shipped rules.
    pub fn folders(&self) -> Result<Vec<PathBuf>, Diagnostics> {
        if let Some(paths) = &self.paths {
            return Ok(paths.clone());
        }
        let mut folders = vec![shipped_rules()?];
        folders.extend(Some(PathBuf::from(SITE_RULES)).filter(|site| site.is_dir()));
        Ok(folders)
    }

    /// The policy file.
    ///
    /// # Errors
    /// `C018` when the config names none, the site has none and there are no shipped rules.
    pub fn policy_file(&self) -> Result<PathBuf, Diagnostics> {
        if let Some(policy) = &self.policy {
            return Ok(policy.clone());
        }
        let site = PathBuf::from(SITE_POLICY);
        if site.exists() { Ok(site) } else { Ok(shipped_rules()?.join("policy.toml")) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn tree(entries: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for entry in entries {
            let path = root.path().join(entry);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        root
    }

    #[test]
    fn an_installed_executable_finds_the_rules_of_its_own_prefix() {
        let root = tree(&["usr/sbin/phi-milter", "usr/share/phi-milter/rules/policy.toml"]);
        let found = shipped_rules_of(&root.path().join("usr/sbin/phi-milter")).unwrap();
        assert_eq!(found, root.path().join("usr/share/phi-milter/rules"));
    }

    #[test]
    fn an_executable_in_a_checkout_finds_the_rules_beside_cargo_toml() {
        let root = tree(&["Cargo.toml", "rules/policy.toml", "target/debug/deps/test-1"]);
        let found = shipped_rules_of(&root.path().join("target/debug/deps/test-1")).unwrap();
        assert_eq!(found, root.path().join("rules"));
    }

    #[test]
    fn an_executable_without_rules_says_so() {
        let root = tree(&["opt/phi-milter"]);
        assert_eq!(
            shipped_rules_of(&root.path().join("opt/phi-milter")).unwrap_err().0[0].code,
            "C018"
        );
    }

    #[test]
    fn what_the_config_names_wins() {
        let rules = Rules {
            paths: Some(vec!["/a".into(), "/b".into()]),
            policy: Some("/c.toml".into()),
            ..Rules::default()
        };
        assert_eq!(rules.folders().unwrap(), [PathBuf::from("/a"), PathBuf::from("/b")]);
        assert_eq!(rules.policy_file().unwrap(), PathBuf::from("/c.toml"));
    }
}

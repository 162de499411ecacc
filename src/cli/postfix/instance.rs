//! A Postfix instance as postconf(1) prints it: the settings of main.cf, the services of master.cf.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All settings of one instance.
pub(super) struct Instance {
    folder: PathBuf,
    main: BTreeMap<String, String>,
    /// In the order of master.cf.
    pub(super) services: Vec<Service>,
}

/// One line of master.cf.
pub(super) struct Service {
    /// Address and port, or path.
    pub(super) name: String,
    /// `inet`, `unix`, `pass`, ...
    pub(super) kind: String,
    /// Whether its process sees only the queue directory.
    pub(super) chrooted: bool,
    /// The program that runs.
    pub(super) program: String,
    options: BTreeMap<String, String>,
}

impl Instance {
    /// Takes what `postconf -x` and `postconf -M -x` print.
    pub(super) fn read(folder: &Path, main: &str, master: &str) -> Self {
        let main = main.lines().filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        });
        let main: BTreeMap<_, _> = main.collect();
        // Before compatibility level 1, "-" in the chroot column meant yes (postconf(5)).
        let old = main.get("compatibility_level").is_some_and(|level| level == "0");
        let services = master.lines().filter_map(|line| Service::read(line, old)).collect();
        Self { folder: folder.to_owned(), main, services }
    }

    /// A setting of main.cf; empty when it is unset.
    pub(super) fn get(&self, name: &str) -> &str {
        self.main.get(name).map_or("", String::as_str)
    }

    /// A setting as it holds for a service.
    pub(super) fn get_for<'a>(&'a self, service: &'a Service, name: &str) -> &'a str {
        service.option(name).unwrap_or_else(|| self.get(name))
    }

    /// The folder below which chrooted services live.
    pub(super) fn queue(&self) -> PathBuf {
        match self.get("queue_directory") {
            "" => "/var/spool/postfix".into(),
            path => path.into(),
        }
    }

    /// Services that take mail by SMTP.
    pub(super) fn smtpds(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.program == "smtpd")
    }

    /// The service of that name which delivers mail.
    pub(super) fn transport(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.kind == "unix" && service.name == name)
    }

    /// Whether any mail passes any milter here.
    pub(super) fn has_milters(&self) -> bool {
        !self.get("smtpd_milters").is_empty()
            || !self.get("non_smtpd_milters").is_empty()
            || self.smtpds().any(|s| s.option("smtpd_milters").is_some_and(|v| !v.is_empty()))
    }

    /// The path that a diagnostic about main.cf names.
    pub(super) fn main_cf(&self) -> PathBuf {
        self.folder.join("main.cf")
    }

    /// The path that a diagnostic about master.cf names.
    pub(super) fn master_cf(&self) -> PathBuf {
        self.folder.join("master.cf")
    }
}

impl Service {
    fn read(line: &str, old: bool) -> Option<Self> {
        let mut words = words(line).into_iter();
        let name = words.next()?;
        let kind = words.next()?;
        let (_private, _unprivileged, chroot) = (words.next()?, words.next()?, words.next()?);
        let (_wakeup, _limit) = (words.next()?, words.next()?);
        let program = words.next()?;
        let mut options = BTreeMap::new();
        while let Some(word) = words.next() {
            let setting = match word.strip_prefix("-o") {
                Some("") => words.next()?,
                Some(joined) => joined.to_owned(),
                None => continue,
            };
            if let Some((name, value)) = setting.split_once('=') {
                options.insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
        let chrooted = match chroot.as_str() {
            "y" => true,
            "n" => false,
            _ => old,
        };
        Some(Self { name, kind, chrooted, program, options })
    }

    /// What its own `-o` says; None when it goes by main.cf.
    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// As people name it: `submission/inet`.
    pub(super) fn title(&self) -> String {
        format!("{}/{}", self.name, self.kind)
    }

    /// Whether only this machine can reach it.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.name.rsplit_once(':').map_or("", |(host, _)| host);
        matches!(host.trim_matches(['[', ']']), "127.0.0.1" | "localhost" | "::1")
            || self.kind != "inet" && self.kind != "pass"
    }
}

/// Splits at white space; what stands in braces is one word, without them.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut depth) = (String::new(), 0_u32);
    for character in line.chars() {
        match character {
            '{' => {
                depth += 1;
                if depth > 1 {
                    word.push(character);
                }
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth > 0 {
                    word.push(character);
                }
            }
            _ if depth == 0 && character.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.iter().map(|word| word.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_read_with_its_options_joined_apart_or_in_braces() {
        let line = "submission inet n - y - - smtpd -o {smtpd_milters=unix:/a unix:/b} \
                    -osmtpd_tls_security_level=encrypt -o milter_default_action=tempfail -v";
        let service = Service::read(line, false).unwrap();
        assert_eq!(service.title(), "submission/inet");
        assert!(service.chrooted);
        assert_eq!(service.option("smtpd_milters"), Some("unix:/a unix:/b"));
        assert_eq!(service.option("smtpd_tls_security_level"), Some("encrypt"));
        assert_eq!(service.option("milter_default_action"), Some("tempfail"));
    }

    #[test]
    fn a_dash_in_the_chroot_column_goes_by_the_compatibility_level() {
        let master = "smtp inet n - - - - smtpd\n";
        let chrooted = |main: &str| {
            Instance::read(Path::new("/etc/postfix"), main, master).services[0].chrooted
        };
        assert!(chrooted("compatibility_level = 0\n"));
        assert!(!chrooted("compatibility_level = 3.6\n"));
    }

    #[test]
    fn a_setting_holds_for_a_service_unless_its_own_option_says_else() {
        let main = "milter_protocol = 6\nsmtpd_milters = unix:/a = b\n";
        let master = "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd -o milter_protocol=2\n";
        let instance = Instance::read(Path::new("/etc/postfix"), main, master);
        let protocols = instance.smtpds().map(|s| instance.get_for(s, "milter_protocol"));
        assert_eq!(protocols.collect::<Vec<_>>(), ["6", "2"]);
        assert_eq!(instance.get("smtpd_milters"), "unix:/a = b");
    }

    #[test]
    fn what_only_this_machine_reaches_is_told_apart() {
        let loopback = |line: &str| Service::read(line, false).unwrap().is_loopback();
        assert!(loopback("127.0.0.1:10025 inet n - n - - smtpd"));
        assert!(loopback("[::1]:10025 inet n - n - - smtpd"));
        assert!(!loopback("smtp inet n - n - - smtpd"));
        assert!(!loopback("192.0.2.1:25 inet n - n - - smtpd"));
    }
}

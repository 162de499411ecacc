//! Files under a password.

use md5::{Digest, Md5};

use super::owner::{PADDING, padded};
use super::sample::Sample;
use super::tests::{causes, reading, texts};
use crate::extract::archive::reading::{message_with, shows};
use crate::extract::rc4::Rc4;
use crate::limits::Cause;
use crate::message::transfer::base64;
use crate::text::Fact;

const WORDS: &str = "BT /F 12 Tf 50 700 Td (Patient: Ada) Tj ET";

/// The same for the R6 of AES-256, from another program: the reader's password is Sesame7, the
/// owner's Owner99.
const AES_256: &str = include_str!("locked_aes_256.txt");

/// A file of one page, encrypted with RC4 (ISO 32000-1 7.6.3): revision 2 or 3.
fn locked(revision: u8, user: &str, owner: &str) -> Vec<u8> {
    let (length, times) = if revision == 2 { (5, 1) } else { (16, 20) };
    let again = |mut hash: Vec<u8>| {
        for _ in 0..if revision == 2 { 0 } else { 50 } {
            hash = Md5::digest(&hash[..length]).to_vec();
        }
        hash.truncate(length);
        hash
    };
    let twisted = |key: &[u8], mut bytes: Vec<u8>| {
        for round in 0..times {
            let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
            Rc4::new(&key).apply(&mut bytes);
        }
        bytes
    };
    let owner_key = again(Md5::digest(padded(owner.as_bytes())).to_vec());
    let kept = twisted(&owner_key, padded(user.as_bytes()).to_vec());
    let input = [&padded(user.as_bytes())[..], &kept, &(-4_i32).to_le_bytes(), &[7]].concat();
    let key = again(Md5::digest(input).to_vec());
    let mut check = if revision == 2 {
        twisted(&key, PADDING.to_vec())
    } else {
        twisted(&key, Md5::digest([&PADDING[..], &[7]].concat()).to_vec())
    };
    check.resize(32, 0);
    let object_key = Md5::digest([&key, &[4, 0, 0, 0, 0][..]].concat());
    let mut content = WORDS.as_bytes().to_vec();
    Rc4::new(&object_key[..16.min(length + 5)]).apply(&mut content);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let mut sample = Sample::of_page("", "", "");
    sample.stream(4, "", &content).trailer(&format!(
        "/ID[<07><07>]/Encrypt<</Filter/Standard/V {}/R {revision}/Length {}/P -4/O<{}>/U<{}>>>",
        revision - 1,
        length * 8,
        hex(&kept),
        hex(&check)
    ));
    sample.bytes()
}

#[test]
fn a_file_that_only_its_owner_may_change_is_read_without_a_password() {
    for revision in [2, 3] {
        let reading = reading(&locked(revision, "", "Owner99"));
        assert_eq!((texts(&reading), causes(&reading)), (vec!["Patient: Ada"], vec![]));
        assert_eq!(reading.facts, []);
    }
}

#[test]
fn a_file_is_opened_with_the_password_in_the_message_be_it_the_readers_or_the_owners() {
    let files = [2, 3].map(|revision| locked(revision, "Sesame7", "Owner99"));
    let strong = base64(AES_256.as_bytes()).bytes.into_owned();
    for file in files.iter().chain([&strong]) {
        for (before, after) in [
            ("Password: Sesame7", "Bye"),
            ("Hello", "The password is \"Sesame7\"."),
            ("Hello", "pw: Owner99"),
        ] {
            let reading = message_with(before, "a.pdf", file, after);
            assert!(shows(&reading, "Patient: Ada"), "{:?}", reading.unread);
            assert_eq!(causes(&reading), []);
            assert_eq!(reading.facts[0].fact, Fact::PasswordInMessage);
        }
        let reading = message_with("Password: another", "a.pdf", file, "Sesame7");
        assert!(!shows(&reading, "Ada"));
        assert_eq!((causes(&reading), reading.facts), (vec![Cause::Encrypted], vec![]));
    }
}

#[test]
fn encryption_that_is_not_known_is_unsupported_unless_only_recipients_have_the_key() {
    let handled = |entries: &str| {
        let mut sample = Sample::of_page("", "", "");
        sample.trailer(&format!("/ID[<00><00>]/Encrypt<<{entries}>>"));
        causes(&reading(&sample.bytes()))
    };
    assert_eq!(handled("/Filter/Unheard.Of"), [Cause::Unsupported]);
    assert_eq!(handled("/Filter/Standard/V 9/R 9"), [Cause::Unsupported]);
    assert_eq!(handled("/Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5"), [Cause::Encrypted]);
    assert_eq!(handled("/Filter/Standard"), [Cause::Malformed]);
}

#[test]
fn damage_that_says_it_is_encrypted_is_damage_too() {
    let reading = reading(b"%PDF-1.7\n% /Encrypt\nnothing\n%%EOF\n");
    assert_eq!(causes(&reading), [Cause::Encrypted, Cause::Malformed]);
}

#[test]
fn an_encrypted_file_without_pages_is_damaged() {
    let mut file = locked(3, "", "Owner99");
    let kids = memchr::memmem::find(&file, b"/Kids[3 0 R]/Count 1").unwrap();
    file[kids..kids + 20].copy_from_slice(b"/Kids[     ]/Count 0");
    assert_eq!(causes(&reading(&file)), [Cause::Malformed]);
}

"""Messages that mail software trips over, made here; or a folder of .eml files that is named."""

import os
import re
from pathlib import Path

HEAD = (b"From: Alice <alice@pf.test>\r\nTo: Bob <bob@out.test>\r\n"
        b"Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <n@pf.test>\r\n")
SUBJECT = b"Subject: Lunch on Friday\r\n"
MIME = b"MIME-Version: 1.0\r\n"
BODY = b"See you at noon.\r\n"


def corpus():
    """Pairs of name and message, lines ending in CRLF."""
    named = os.environ.get("PHI_MTA_CORPUS")
    if named:
        return [(str(path.relative_to(named)), with_crlf(path.read_bytes()))
                for path in sorted(Path(named).rglob("*.eml"))]
    return list(made())


def with_crlf(message):
    message = re.sub(rb"\r*\n", b"\r\n", message)
    # The envelope line of an mbox is no header field.
    message = re.sub(rb"\AFrom [^\r]*\r\n", b"", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"


def made():
    yield from headers()
    yield from subjects()
    yield from bodies()
    yield from structures()


def headers():
    yield "plain", HEAD + SUBJECT + b"\r\n" + BODY
    yield "empty body", HEAD + SUBJECT + b"\r\n"
    yield "no blank line", HEAD + SUBJECT
    yield "only a subject", SUBJECT + b"\r\n" + BODY
    yield "no header at all", b"\r\n" + BODY
    yield "header in lower case", b"from: a@pf.test\r\nsubject: x\r\n\r\n" + BODY
    yield "header in capitals", b"FROM: a@pf.test\r\nSUBJECT: x\r\n\r\n" + BODY
    yield "no space after the colon", HEAD + SUBJECT + b"X-Tight:value\r\n\r\n" + BODY
    yield "two spaces after the colon", HEAD + SUBJECT + b"X-Wide:  value\r\n\r\n" + BODY
    yield "tab after the colon", HEAD + SUBJECT + b"X-Tab:\tvalue\r\n\r\n" + BODY
    yield "spaces at the end", HEAD + SUBJECT + b"X-Trail: value   \r\n\r\n" + BODY
    yield "empty field", HEAD + SUBJECT + b"X-Empty:\r\n\r\n" + BODY
    yield "field of one space", HEAD + SUBJECT + b"X-Space: \r\n\r\n" + BODY
    yield "folded by tabs", HEAD + SUBJECT + b"X-Fold: a\r\n\tb\r\n\tc\r\n\r\n" + BODY
    yield "folded at once", HEAD + SUBJECT + b"X-Fold:\r\n value\r\n\r\n" + BODY
    yield "folded with a blank-looking line", HEAD + SUBJECT + b"X-Fold: a\r\n \r\n b\r\n\r\n" + BODY
    yield "fields twice", HEAD + SUBJECT + b"X-Same: 1\r\nX-Same: 2\r\nX-Same: 1\r\n\r\n" + BODY
    yield "many recipients", HEAD + SUBJECT + b"Cc: " + b",\r\n ".join(
        b"person%d@out.test" % n for n in range(200)) + b"\r\n\r\n" + BODY
    yield "long unfolded field", HEAD + SUBJECT + b"X-Long: " + b"word " * 180 + b"\r\n\r\n" + BODY
    yield "field past 998", HEAD + SUBJECT + b"X-Long: " + b"word " * 400 + b"\r\n\r\n" + BODY
    yield "eight-bit field", HEAD + SUBJECT + b"X-Latin: caf\xe9 \xff\r\n\r\n" + BODY
    yield "encoded words", HEAD + b"Subject: =?utf-8?Q?caf=C3=A9?= =?utf-8?B?w6k=?=\r\n\r\n" + BODY
    yield "broken encoded word", HEAD + b"Subject: =?utf-8?X?caf=C3?=\r\n\r\n" + BODY
    yield "trace fields", (b"Received: from a by b; Mon, 02 Mar 2026 10:00:00 +0000\r\n" * 3
                           + HEAD + SUBJECT + b"\r\n" + BODY)
    yield "resent fields", b"Resent-From: c@pf.test\r\nResent-To: d@out.test\r\n" + HEAD + SUBJECT + (
        b"\r\n" + BODY)
    yield "signature field", HEAD + SUBJECT + (
        b"DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=pf.test;\r\n"
        b"\th=from:to:subject;\r\n\tb=AAAA\r\n\t BBBB==\r\n\r\n") + BODY


def subjects():
    for name, subject in [
        ("no subject", b""),
        ("empty subject", b"Subject:\r\n"),
        ("subject of one space", b"Subject: \r\n"),
        ("subject with no space", b"Subject:tight\r\n"),
        ("subject with two spaces", b"Subject:  wide\r\n"),
        ("folded subject", b"Subject: one\r\n two\r\n\tthree\r\n"),
        ("subject folded at once", b"Subject:\r\n later\r\n"),
        ("double subject", b"Subject: first\r\nSubject: second\r\n"),
        ("subjects apart", b"Subject: first\r\nX-Between: 1\r\nsubject: second\r\n"),
        ("raw eight-bit subject", b"Subject: caf\xe9 \xc3\xa9\r\n"),
        ("encoded subject over lines",
         b"Subject: =?iso-8859-1?Q?caf=E9?=\r\n =?iso-8859-1?Q?_again?=\r\n"),
        ("long subject", b"Subject: " + b"long " * 150 + b"\r\n"),
    ]:
        yield name, HEAD + subject + b"\r\n" + BODY


def bodies():
    head = HEAD + SUBJECT + b"\r\n"
    yield "dots", head + b".\r\n..\r\n.hidden\r\n\r\n.\r\n"
    yield "blank lines at the end", head + BODY + b"\r\n" * 5
    yield "only blank lines", head + b"\r\n" * 3
    yield "line of 998", head + b"x" * 998 + b"\r\n"
    yield "line past 998", head + b"x" * 1500 + b"\r\n" + b"word " * 1000 + b"\r\n"
    yield "eight-bit body", head + bytes(range(0x80, 0x100)) + b"\r\n"
    yield "control characters", head + bytes(b for b in range(1, 32) if b not in (10, 13)) + b"\r\n"
    yield "NUL in the body", head + b"a\x00b\x00\x00c\r\n"
    yield "From at a line's start", head + b"From here on\r\n>From there\r\n"
    yield "looks like a header", head + b"Subject: not this one\r\nX-Phi: no\r\n\r\nmore\r\n"
    yield "tabs and spaces at line ends", head + b"a \t\r\nb\t \r\n \r\n"
    yield "chunk boundary", head + b"0123456789abcde\r\n" * 3855 + b"0123456\r\n" * 3
    yield "large", head + b"The quick brown fox jumps over the lazy dog.\r\n" * 20000


def structures():
    mixed = HEAD + SUBJECT + MIME + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    text = b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ncaf\xc3\xa9\r\n"
    yield "multipart", mixed + b"preamble\r\n" + text + b"--b--\r\nepilogue\r\n"
    yield "boundary never closed", mixed + text
    yield "boundary never used", mixed + BODY
    yield "nested message", mixed + text + (
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner body\r\n--b--\r\n")
    yield "nested message in base64", mixed + (
        b"--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"U3ViamVjdDogaW5uZXINCg0KaW5uZXIgYm9keQ0K\r\n--b--\r\n")
    yield "attachment by name", mixed + text + (
        b"--b\r\nContent-Type: application/octet-stream; name*0=\"a.\"; name*1=bin\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.bin\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAEC/w==\r\n--b--\r\n")
    yield "quoted-printable", HEAD + SUBJECT + MIME + (
        b"Content-Type: text/plain; charset=iso-8859-1\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\ncaf=E9 =\r\nsoft=3D=20\r\n=ZZ\r\n")
    yield "HTML", HEAD + SUBJECT + MIME + (
        b"Content-Type: text/html\r\n\r\n<p style='display:none'>a</p><p>&eacute;</p>\r\n")
    yield "opaque signed", HEAD + SUBJECT + MIME + (
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIAC\r\n")
    yield "calendar", HEAD + SUBJECT + MIME + (
        b"Content-Type: text/calendar; method=REQUEST\r\n\r\n"
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    deep = BODY
    for level in range(30):
        deep = (b"Content-Type: multipart/mixed; boundary=d%d\r\n\r\n--d%d\r\n" % (level, level)
                + deep + b"--d%d--\r\n" % level)
    yield "thirty levels deep", HEAD + SUBJECT + MIME + deep
    yield "unknown type and encoding", HEAD + SUBJECT + MIME + (
        b"Content-Type: application/x-unheard-of\r\nContent-Transfer-Encoding: x-rot\r\n\r\nabc\r\n")

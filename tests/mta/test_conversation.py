"""What mail looks like in the field: other alphabets, odd bytes, nothing at all."""

import re
import time

import pytest

from client import SENDER, Client, fresh, message, send


def test_an_internationalized_envelope_passes_and_is_judged(gateway):
    # RFC 6531: addresses in UTF-8.
    with Client(gateway.mta.port) as client:
        client.command_encoding = "utf-8"
        to = f"b\u00f6b-{fresh('x').split('@')[0]}@out.test"
        answer = client.transmit(message("zqtag", subject="caf\u00e9"), to, sender="j\u00fcrgen@pf.test",
                                 options=["SMTPUTF8", "BODY=8BITMIME"])
    assert answer.code == 250, answer
    arrived = gateway.next_hop.to(to)
    assert arrived.fields("X-PHI-Detected") and arrived.fields("Subject") == ["caf\u00e9".encode()]


@pytest.mark.parametrize("subject", [b"caf\xe9", b"caf\xc3\xa9", b"=?iso-8859-1?Q?caf=E9?="])
def test_a_subject_in_any_encoding_is_kept_behind_the_prefix(gateway, subject):
    to = fresh("subject")
    raw = message("zqencrypt").replace(b"Lunch on Friday", subject)
    send(gateway.mta.port, raw, to, options=["BODY=8BITMIME"])
    assert gateway.next_hop.to(to).fields("Subject") == [b"[SECURE] " + subject]


def test_two_subjects_are_both_prefixed_once(gateway):
    to = fresh("double")
    send(gateway.mta.port, message("zqencrypt", subject="one", extra="Subject: two\r\n"), to)
    assert gateway.next_hop.to(to).fields("Subject") == [b"[SECURE] one", b"[SECURE] two"]


@pytest.mark.parametrize("kind", ["gateway", "sendmail_gateway"])
def test_eight_bit_bytes_beside_the_word_do_not_hide_it(request, kind):
    built = request.getfixturevalue(kind)
    to = fresh("bytes")
    raw = message("").replace(b"\r\n\r\n", b"\r\n\r\ncaf\xe9 \xff\xfe zqtag caf\xc3\xa9", 1)
    assert send(built.mta.port, raw, to, options=["BODY=8BITMIME"]).code == 250
    assert built.next_hop.to(to).fields("X-PHI-Detected")


def test_a_nul_in_the_body_does_not_end_it(gateway):
    to = fresh("nul")
    raw = message("").replace(b"\r\n\r\n", b"\r\n\r\nbefore\x00after\r\n\x00\r\nzqtag", 1)
    send(gateway.mta.port, raw, to)
    arrived = gateway.next_hop.to(to)
    assert arrived.fields("X-PHI-Detected") and b"before\x00after\r\n\x00\r\nzqtag" in arrived.body()


@pytest.mark.parametrize("kind", ["gateway", "sendmail_gateway"])
def test_a_message_with_an_empty_body_is_judged_by_its_header(request, kind):
    built = request.getfixturevalue(kind)
    to = fresh("empty")
    raw = message("", subject="zqtag").removesuffix(b"\r\n")
    assert send(built.mta.port, raw, to).code == 250
    assert built.next_hop.to(to).fields("X-PHI-Detected")


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"Subject: zqtag\r\n", b"\r\nzqtag\r\n"],
                         ids=["nothing", "a blank line", "one field", "one line"])
def test_next_to_nothing_is_a_message_too(gateway, raw):
    to = fresh("bare")
    assert send(gateway.mta.port, raw, to).code == 250
    assert bool(gateway.next_hop.to(to).fields("X-PHI-Detected")) == (b"zqtag" in raw)


def test_nothing_of_one_message_clings_to_the_next_of_its_session(gateway):
    with Client(gateway.mta.port) as client:
        for body in ["zqencrypt", "plain", "zqtag", "plain"]:
            # Given up after the envelope; a message is never given up after DATA.
            client.mail(SENDER)
            client.rcpt("given-up@out.test")
            client.rset()
            to = fresh("session")
            client.transmit(message(body), to)
            verdicts = [field.split(b";")[1] for field in
                        gateway.next_hop.to(to).fields("X-PHI-Detected")]
            assert verdicts == ([] if body == "plain" else [b" verdict=" + body[2:].encode()])


def test_a_client_that_goes_away_in_the_middle_harms_nobody(gateway):
    for _ in range(3):
        client = Client(gateway.mta.port)
        client.mail(SENDER)
        client.rcpt(fresh("gone"))
        client.docmd("DATA")
        client.sock.sendall(b"Subject: zqtag\r\n\r\nhalf a mess")
        client.sock.close()
    to = fresh("after")
    assert send(gateway.mta.port, message("zqtag"), to).code == 250
    gateway.next_hop.to(to)
    assert gateway.milter.process.poll() is None


def test_the_log_line_and_the_mail_log_share_the_queue_id(gateway):
    to = fresh("joined")
    answer = send(gateway.mta.port, message("zqtag"), to)
    queue_id = re.search(r"queued as (\w+)", answer.text).group(1)
    line = gateway.milter.wait_for_log(rf"(?m)^.*\b{queue_id}: verdict=.*$").group(0)
    assert "verdict=tag" in line and "policy=order-tag" in line
    gateway.next_hop.to(to)


def test_every_message_has_one_log_line(gateway):
    since = len(gateway.milter.log())
    with Client(gateway.mta.port) as client:
        for body in ["plain", "zqtag", "zqreject", "zqdefer", "zqencrypt"]:
            client.transmit(message(body), fresh("line"))
    time.sleep(1)
    lines = re.findall(r": verdict=(\w+) ", gateway.milter.log()[since:])
    assert lines == ["accept", "tag", "reject", "defer", "encrypt"]

"""What is ordered to be encrypted leaves over TLS, or not at all."""

import time
from copy import copy

import pytest

from client import SENDER, fresh, message, send
from places import free_port
from postfix import ROUTE, SUBJECT_ROUTE


@pytest.fixture(params=["header", "subject"], scope="module")
def route(request, module_stage):
    """A daemon and a Postfix that routes on our header, or on the Subject."""
    built = copy(module_stage)
    built.next_hop = built.sink()
    text = {"header": ROUTE, "subject": SUBJECT_ROUTE}[request.param]
    built.mta = built.postfix(built.next_hop, built.daemon(),
                              routes=text.format(port=built.next_hop.port))
    return built


def test_only_what_is_ordered_leaves_over_tls(route):
    secret = fresh("secret")
    plain = fresh("plain")
    send(route.mta.port, message("zqencrypt"), secret)
    send(route.mta.port, message("plain words"), plain)
    assert route.next_hop.to(secret).tls == "TLSv1.3"
    assert route.next_hop.to(plain).tls is None


def test_a_local_submission_that_is_ordered_leaves_over_tls(route):
    to = fresh("secret")
    route.mta.submit(message("zqencrypt").replace(b"\r", b""), SENDER, to)
    assert route.next_hop.to(to).tls == "TLSv1.3"


def test_a_subject_that_came_with_the_prefix_leaves_over_tls_and_bears_it_once(route):
    to = fresh("again")
    send(route.mta.port, message("zqencrypt", subject="[SECURE] results"), to)
    arrived = route.next_hop.to(to)
    assert arrived.tls == "TLSv1.3"
    assert arrived.fields("Subject") == [b"[SECURE] results"]


@pytest.mark.parametrize("subject", ["Re: [SECURE] results", "RE: FW: [secure] results"])
def test_an_answer_to_what_came_with_the_prefix_bears_it_once_and_in_front(route, subject):
    to = fresh("answer")
    send(route.mta.port, message("zqencrypt", subject=subject), to)
    arrived = route.next_hop.to(to)
    assert arrived.tls == "TLSv1.3"
    (written,) = arrived.fields("Subject")
    assert written.startswith(b"[SECURE] ") and written.lower().count(b"[secure]") == 1
    assert written.endswith(b"results")


@pytest.mark.parametrize("blanks", ["", "  ", "\t"])
def test_whatever_stands_after_the_colon_the_subject_takes_the_route(route, blanks):
    to = fresh("blanks")
    raw = message("zqencrypt").replace(b"Subject: ", b"Subject:" + blanks.encode())
    send(route.mta.port, raw, to)
    assert route.next_hop.to(to).tls == "TLSv1.3"


def test_a_folded_subject_leaves_over_tls_with_its_folds(route):
    to = fresh("fold")
    send(route.mta.port, message("zqencrypt", subject="results\r\n\tof today"), to)
    arrived = route.next_hop.to(to)
    assert arrived.tls == "TLSv1.3"
    assert arrived.fields("Subject") == [b"[SECURE] results\r\n\tof today"]


def test_a_message_with_no_subject_gets_one_and_leaves_over_tls(route):
    to = fresh("none")
    send(route.mta.port, message("zqencrypt", subject=None), to)
    arrived = route.next_hop.to(to)
    assert arrived.tls == "TLSv1.3"
    (subject,) = arrived.fields("Subject")
    assert (subject + b" ").startswith(b"[SECURE] ")


def test_an_order_forged_by_the_client_is_removed_and_not_believed(gateway):
    to = fresh("forged")
    forged = "".join(f"X-PHI-Detected: yes; verdict=encrypt; policy=forged-{n}\r\n" for n in "123")
    send(gateway.mta.port, message("plain words", extra=forged), to)
    arrived = gateway.next_hop.to(to)
    assert arrived.fields("X-PHI-Detected") == [] and arrived.tls is None


@pytest.mark.parametrize("kind", ["gateway", "sendmail_gateway"])
def test_our_header_stands_alone_where_forged_ones_stood(request, kind):
    to = fresh("forged-tag")
    built = request.getfixturevalue(kind)
    forged = "".join(f"{name}: no; verdict=accept; policy=forged\r\n" for name in
                     ["X-PHI-Detected", "x-phi-detected", "X-Phi-Detected"])
    send(built.mta.port, message("zqtag", extra=forged), to)
    (ours,) = built.next_hop.to(to).fields("X-PHI-Detected")
    assert b"verdict=tag; policy=order-tag" in ours


def test_a_held_message_that_is_released_leaves_over_tls(gateway):
    to = fresh("released")
    send(gateway.mta.port, message("zqquarantine"), to)
    held = gateway.mta.held()
    gateway.mta.run("postsuper", "-H", held["queue_id"])
    gateway.mta.run("postqueue", "-f")
    assert gateway.next_hop.to(to).tls == "TLSv1.3"


def test_without_tls_at_the_next_hop_the_message_is_deferred_and_never_sent(stage):
    secret = fresh("secret")
    plain = fresh("plain")
    bare = stage.sink(tls=False)
    mta = stage.postfix(bare, stage.daemon(), routes=ROUTE.format(port=bare.port))
    assert send(mta.port, message("zqencrypt"), secret).code == 250
    mta.wait_for_log(r"status=deferred \(TLS is required, but was not offered")
    # A second try, and mail beside it, change nothing.
    mta.run("postqueue", "-f")
    send(mta.port, message("plain words"), plain)
    bare.to(plain)
    time.sleep(1)
    (waiting,) = mta.wait_for_queue(lambda queue: len(queue) == 1)
    assert [r["address"] for r in waiting["recipients"]] == [secret]
    assert not [d for d in bare.deliveries if secret in d.recipients]
    assert not [command for _, command in bare.conversations if secret in command]


def test_a_policy_map_that_says_none_does_not_lower_the_encrypting_transport(stage):
    to = fresh("secret")
    bare = stage.sink(tls=False)
    milter = stage.daemon()
    maps = stage.folder() / "tls_policy"
    maps.write_text(f"[127.0.0.1]:{bare.port} none\n")
    mta = stage.postfix(bare, milter, routes=ROUTE.format(port=bare.port),
                        main=f"smtp_tls_policy_maps = texthash:{maps}\n")
    send(mta.port, message("zqencrypt"), to)
    mta.wait_for_log(r"status=deferred \(TLS is required, but was not offered")
    assert bare.deliveries == []


def test_without_the_empty_policy_map_the_same_map_does_lower_it(stage):
    """Why the line is there: should Postfix ever change, the advice can go."""
    to = fresh("lowered")
    bare = stage.sink(tls=False)
    milter = stage.daemon()
    maps = stage.folder() / "tls_policy"
    maps.write_text(f"[127.0.0.1]:{bare.port} none\n")
    mta = stage.postfix(bare, milter, routes=ROUTE.format(port=bare.port),
                        main=f"smtp_tls_policy_maps = texthash:{maps}\n")
    master = mta.etc / "master.cf"
    master.write_text(master.read_text().replace("  -o smtp_tls_policy_maps=\n", ""))
    mta.reload()
    send(mta.port, message("zqencrypt"), to)
    assert bare.to(to).tls is None


def test_sendmail_hands_marked_mail_to_a_gateway_that_encrypts_it(stage):
    """packaging/sendmail.md: a relay-only Postfix behind Sendmail routes on the header."""
    secret = fresh("secret")
    plain = fresh("plain")
    outside = stage.sink()
    checks = stage.folder() / "header_checks"
    checks.write_text(ROUTE.format(port=outside.port))
    relay = stage.postfix(outside, main=f"header_checks = regexp:{checks}\n", name="relay.test")
    mta = stage.sendmail(relay, stage.daemon(port=free_port()))
    send(mta.port, message("zqencrypt"), secret)
    send(mta.port, message("plain words", extra="X-PHI-Detected: verdict=encrypt\r\n"),
         plain)
    assert outside.to(secret).tls == "TLSv1.3"
    assert outside.to(plain).tls is None


def test_sendmail_takes_a_unix_socket_below_folders_that_only_root_writes(stage):
    to = fresh("unix")
    next_hop = stage.sink()
    mta = stage.sendmail(next_hop, stage.daemon(below="/run"))
    send(mta.port, message("zqtag"), to)
    assert next_hop.to(to).fields("X-PHI-Detected")


def test_a_message_quarantined_by_sendmail_leaves_over_tls_when_released(stage):
    outside = stage.sink()
    checks = stage.folder() / "header_checks"
    checks.write_text(ROUTE.format(port=outside.port))
    relay = stage.postfix(outside, main=f"header_checks = regexp:{checks}\n", name="relay.test")
    mta = stage.sendmail(relay, stage.daemon(port=free_port()))
    to = fresh("released")
    send(mta.port, message("zqquarantine"), to)
    (held,) = mta.wait_for_quarantine()
    mta.release(held)
    assert outside.to(to).tls == "TLSv1.3"

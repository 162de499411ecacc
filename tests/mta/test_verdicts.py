"""Every verdict through both MTAs: by SMTP, several in a session, and by local submission."""

import pytest

from client import SENDER, Client, message, send

PASSING = {"accept": None, "tag": b"verdict=tag", "encrypt": b"verdict=encrypt"}


def word(verdict):
    return "plain words" if verdict == "accept" else f"zq{verdict}"


def address(name):
    """A recipient of this test's own, so that deliveries can be told apart."""
    return f"{name}@out.test"


def assert_marked(delivery, verdict):
    fields = delivery.fields("X-PHI-Detected")
    wanted = PASSING[verdict]
    if wanted is None:
        assert fields == []
    else:
        assert len(fields) == 1 and wanted in fields[0] and b"policy=order-" in fields[0]
        assert b"incident=" in fields[0] and fields[0].startswith(b"yes; ")
    secured = delivery.fields("Subject")[0].startswith(b"[SECURE] ")
    assert secured == (verdict == "encrypt")


@pytest.mark.parametrize("verdict", PASSING)
def test_a_verdict_that_passes_marks_the_message_through_postfix(gateway, verdict):
    to = address(f"smtp-{verdict}")
    assert send(gateway.mta.port, message(word(verdict)), to).code == 250
    assert_marked(gateway.next_hop.to(to), verdict)


@pytest.mark.parametrize("verdict", PASSING)
def test_a_verdict_that_passes_marks_a_local_submission_to_postfix(gateway, verdict):
    to = address(f"local-{verdict}")
    assert gateway.mta.submit(message(word(verdict)).replace(b"\r", b""), SENDER, to).returncode == 0
    assert_marked(gateway.next_hop.to(to), verdict)


@pytest.mark.parametrize("verdict", PASSING)
def test_a_verdict_that_passes_marks_the_message_through_sendmail(sendmail_gateway, verdict):
    to = address(f"smtp-{verdict}")
    assert send(sendmail_gateway.mta.port, message(word(verdict)), to).code == 250
    assert_marked(sendmail_gateway.next_hop.to(to), verdict)


@pytest.mark.parametrize("verdict", PASSING)
def test_a_verdict_that_passes_marks_a_local_submission_to_sendmail(sendmail_gateway, verdict):
    to = address(f"local-{verdict}")
    submitted = sendmail_gateway.mta.submit(
        message(word(verdict)).replace(b"\r", b""), SENDER, to)
    assert submitted.returncode == 0, submitted
    assert_marked(sendmail_gateway.next_hop.to(to), verdict)


@pytest.mark.parametrize("kind", ["gateway", "sendmail_gateway"])
def test_reject_and_defer_are_answered_in_the_session_and_nothing_leaves(request, kind):
    built = request.getfixturevalue(kind)
    before = len(built.next_hop.deliveries)
    refused = send(built.mta.port, message("zqreject"), address("reject"))
    assert refused.code == 550 and refused.text.startswith("5.7.1 ")
    deferred = send(built.mta.port, message("zqdefer"), address("defer"))
    assert deferred.code == 451 and deferred.text.startswith("4.7.1 ")
    # A message sent after them has arrived, so they would have.
    to = address("after-refusals")
    assert send(built.mta.port, message(), to).code == 250
    built.next_hop.to(to)
    assert len(built.next_hop.deliveries) == before + 1


@pytest.mark.parametrize("kind", ["gateway", "sendmail_gateway"])
def test_a_percent_sign_in_a_reply_arrives_as_one(request, kind):
    built = request.getfixturevalue(kind)
    refused = send(built.mta.port, message("zqreject"), address("percent"))
    assert "100% refused" in refused.text


def test_quarantine_holds_the_message_in_postfix(gateway):
    to = address("quarantine")
    assert send(gateway.mta.port, message("zqquarantine"), to).code == 250
    held = gateway.mta.held()
    assert [r["address"] for r in held["recipients"]] == [to]
    stored = gateway.mta.run("postcat", "-qh", held["queue_id"]).stdout
    assert b"X-PHI-Detected: yes; verdict=quarantine; policy=order-quarantine" in stored
    gateway.mta.empty_queue()
    assert not [d for d in gateway.next_hop.deliveries if to in d.recipients]


def test_quarantine_holds_a_local_submission_in_postfix(gateway):
    to = address("local-quarantine")
    gateway.mta.submit(message("zqquarantine").replace(b"\r", b""), SENDER, to)
    assert [r["address"] for r in gateway.mta.held()["recipients"]] == [to]
    gateway.mta.empty_queue()


def test_a_local_submission_that_is_rejected_is_returned_to_its_sender(gateway):
    gateway.mta.submit(message("zqreject").replace(b"\r", b""), SENDER, address("local-reject"))
    notice = gateway.next_hop.to(SENDER)
    assert b"5.7.1" in notice.raw and b"100% refused" in notice.raw
    assert not [d for d in gateway.next_hop.deliveries if address("local-reject") in d.recipients]


def test_a_local_submission_that_is_deferred_waits_in_postfix(gateway):
    since = len(gateway.mta.log())
    gateway.mta.submit(message("zqdefer").replace(b"\r", b""), SENDER, address("local-defer"))
    gateway.mta.wait_for_log(r"pickup.*(cleanup|deferred|rejecting)|milter-reject: .* 4\.7\.1", since)
    queue = gateway.mta.wait_for_queue(
        lambda queue: any(m["queue_name"] == "maildrop" for m in queue))
    assert [m["queue_name"] for m in queue] == ["maildrop"]
    gateway.mta.empty_queue()


def test_quarantine_holds_the_message_in_sendmail(sendmail_gateway):
    to = address("quarantine")
    assert send(sendmail_gateway.mta.port, message("zqquarantine"), to).code == 250
    assert len(sendmail_gateway.mta.wait_for_quarantine()) == 1
    assert not [d for d in sendmail_gateway.next_hop.deliveries if to in d.recipients]
    sendmail_gateway.mta.empty_queue()


@pytest.mark.parametrize("kind", ["gateway", "sendmail_gateway"])
def test_every_verdict_in_one_session_with_a_reset_between(request, kind):
    built = request.getfixturevalue(kind)
    with Client(built.mta.port) as client:
        for verdict, code in [("encrypt", 250), ("reject", 550), ("accept", 250), ("defer", 451),
                              ("tag", 250), ("quarantine", 250), ("accept", 250)]:
            # Something begun and given up: its recipient and words must not cling to the next.
            client.mail(SENDER)
            client.rcpt(address("given-up"))
            client.rset()
            to = address(f"session-{verdict}-{code}")
            if verdict == "accept":
                to = address(f"session-accept-{len(built.next_hop.deliveries)}")
            answer = client.transmit(message(word(verdict)), to)
            assert answer.code == code, (verdict, answer)
            if verdict in PASSING:
                assert_marked(built.next_hop.to(to), verdict)
    built.mta.empty_queue()

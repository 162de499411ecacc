"""What the milter was not asked to change arrives as it was, byte for byte."""

import re

import pytest

from client import Client
from corpus import corpus

EVERYTHING_ENCRYPTED = """\
[[policy]]
id   = "otherwise"
then = "encrypt"
"""


def pass_through(port, sink, messages):
    """Sends all, each to an address of its own; what arrived, in the same order."""
    with Client(port) as client:
        for number, (name, raw) in enumerate(messages):
            answer = client.transmit(raw, f"n{number}@out.test", options=["BODY=8BITMIME"])
            assert answer.code == 250, (name, answer)
    sink.wait(len(messages), patience=300)
    arrived = {}
    for delivery in sink.deliveries:
        (recipient,) = delivery.recipients
        assert recipient not in arrived, f"{recipient} got its message twice"
        arrived[recipient] = delivery.raw
    assert len(arrived) == len(messages)
    return [arrived[f"n{number}@out.test"] for number in range(len(messages))]


def without_trace(raw):
    """Without the Received field of the MTA itself, which has the time in it."""
    bare = re.sub(rb"\AReceived: [^\r]*\r\n([ \t][^\r]*\r\n)*", b"", raw)
    assert bare != raw
    return bare


def taken_apart(raw):
    """The fields, each with its folds, and the body."""
    if raw.startswith(b"\r\n"):
        return [], raw[2:]
    head, _, body = raw.partition(b"\r\n\r\n")
    return re.split(rb"\r\n(?![ \t])", head.removesuffix(b"\r\n")), body


def without_what_is_ours(fields):
    """Without what enforcing adds: our header, and the prefix of each Subject."""
    ours = [field for field in fields if field.startswith(b"X-PHI-Detected: yes; verdict=encrypt;")
            or field.startswith(b"X-PHI-Detected: no; verdict=encrypt;")]
    assert len(ours) == 1, ours
    kept = []
    for field in fields:
        if field.lower().startswith(b"subject:"):
            field, prefixes = re.subn(rb"\[SECURE\]( |$)", b"", field, count=1)
            assert prefixes == 1, field
        if field is not ours[0]:
            kept.append(field)
    return kept


def comparable(field):
    """A Subject that is written again begins with a space, and one of blanks alone loses them."""
    return re.sub(rb"(?i)^(subject:) ?([^ \t]|[ \t]+$|$)", rb"\1 \2", field).rstrip(b" \t")


@pytest.fixture(scope="module")
def messages():
    found = corpus()
    assert len(found) >= 50, "a corpus this small proves nothing"
    return found


@pytest.fixture(scope="module")
def untouched(messages, module_stage):
    """What Postfix alone makes of them."""
    sink = module_stage.sink()
    mta = module_stage.postfix(sink)
    return [without_trace(raw) for raw in pass_through(mta.port, sink, messages)]


def test_in_monitor_mode_every_message_arrives_as_it_does_without_us(messages, untouched, stage):
    sink = stage.sink()
    mta = stage.postfix(sink, stage.daemon(mode="monitor"))
    arrived = pass_through(mta.port, sink, messages)
    for (name, _), raw, alone in zip(messages, arrived, untouched):
        assert without_trace(raw) == alone, name


def test_in_enforcing_mode_only_our_header_and_the_prefix_are_new(messages, untouched, stage):
    sink = stage.sink()
    policy = stage.folder() / "policy.toml"
    policy.write_text(EVERYTHING_ENCRYPTED)
    mta = stage.postfix(sink, stage.daemon(policy=policy))
    arrived = pass_through(mta.port, sink, messages)
    for (name, _), raw, alone in zip(messages, arrived, untouched):
        fields, body = taken_apart(without_trace(raw))
        fields_alone, body_alone = taken_apart(alone)
        mine = without_what_is_ours(fields)
        if not any(field.lower().startswith(b"subject:") for field in fields_alone):
            # A message with no Subject was given one.
            assert comparable(mine.pop()) == b"Subject:", name
        assert [comparable(f) for f in mine] == [comparable(f) for f in fields_alone], name
        assert body == body_alone, name


def test_a_message_that_goes_as_it_is_is_not_rewritten_in_enforcing_mode(messages, untouched, stage):
    sink = stage.sink()
    policy = stage.folder() / "policy.toml"
    policy.write_text(EVERYTHING_ENCRYPTED.replace("encrypt", "accept"))
    mta = stage.postfix(sink, stage.daemon(policy=policy))
    arrived = pass_through(mta.port, sink, messages)
    for (name, _), raw, alone in zip(messages, arrived, untouched):
        assert without_trace(raw) == alone, name

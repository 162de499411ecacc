"""Whose word an inside sender's address is taken for."""

import pytest

from client import Client, SENDER, fresh, message, send

BELIEVED = """\
[[policy]]
id   = "believed"
when = { from = "inside" }
then = "tag"

[[policy]]
id   = "otherwise"
then = "accept"
"""


@pytest.fixture
def site(stage):
    policy = stage.folder() / "policy.toml"
    policy.write_text(BELIEVED)
    stage.next_hop = stage.sink()
    milter = stage.daemon(policy=policy)
    stage.mta = stage.postfix(stage.next_hop, milter, main="mynetworks = 127.0.0.0/8 192.0.2.0/24\n")
    return stage


def is_believed(delivery):
    return any(b"policy=believed" in field for field in delivery.fields("X-PHI-Detected"))


def from_afar(port, to, login=""):
    """A client at an address of its own, which Postfix lets through; XCLIENT tells it so."""
    with Client(port) as client:
        code, text = client.docmd("XCLIENT", f"ADDR=192.0.2.7 NAME=far.test {login}".strip())
        assert code == 220, text
        client.ehlo("far.test")
        return client.transmit(message(), to)


def test_a_local_submission_is_believed(site):
    to = fresh("local")
    assert site.mta.submit(message().replace(b"\r", b""), SENDER, to).returncode == 0
    assert is_believed(site.next_hop.to(to))


def test_a_client_on_loopback_is_believed(site):
    to = fresh("loopback")
    assert send(site.mta.port, message(), to).code == 250
    assert is_believed(site.next_hop.to(to))


def test_a_client_from_elsewhere_is_believed_only_when_it_logged_in(site):
    stranger, colleague = fresh("stranger"), fresh("colleague")
    assert from_afar(site.mta.port, stranger).code == 250
    assert not is_believed(site.next_hop.to(stranger))
    assert from_afar(site.mta.port, colleague, "LOGIN=alice").code == 250
    assert is_believed(site.next_hop.to(colleague))

"""A host that also delivers locally: what is inside stays, what leaves is encrypted.

FILTER takes every recipient of a message, so on such a host the route stands in a second instance
that only relays (packaging/postfix.md).
"""

import grp
import pwd
import shutil
import time

import pytest

from client import message, send
from postfix import ROUTE

def mail_folder(stage):
    path = stage.folder()
    shutil.chown(path, "mail", "mail")
    return path


def local_delivery(mail):
    """inside.test is delivered here, to one mailbox a recipient."""
    user, group = pwd.getpwnam("mail").pw_uid, grp.getgrnam("mail").gr_gid
    return (f"virtual_mailbox_domains = inside.test\nvirtual_mailbox_base = {mail}\n"
            "virtual_mailbox_maps = static:inside/\n"
            f"virtual_uid_maps = static:{user}\nvirtual_gid_maps = static:{group}\n"
            "virtual_minimum_uid = 1\nvirtual_mailbox_limit = 0\n")


def delivered(mail, count, patience=20):
    deadline = time.monotonic() + patience
    while len(found := list((mail / "inside" / "new").glob("*"))) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(found)} of {count} messages were delivered locally")
        time.sleep(0.05)
    return [path.read_bytes() for path in found]


@pytest.fixture
def host(stage):
    """The instance people use, with the milter; behind it the one that only relays."""
    stage.outside = stage.sink()
    stage.mail = mail_folder(stage)
    checks = stage.folder() / "header_checks"
    checks.write_text(ROUTE.format(port=stage.outside.port))
    relay = stage.postfix(stage.outside, main=f"header_checks = regexp:{checks}\n",
                          name="out.inside.test")
    stage.relay = relay
    stage.mta = stage.postfix(relay, stage.daemon(), main=local_delivery(stage.mail),
                              name="inside.test")
    return stage


def test_one_message_to_inside_and_outside_stays_inside_and_leaves_encrypted(host):
    answer = send(host.mta.port, message("zqencrypt"), "nurse@inside.test", "bob@out.test")
    assert answer.code == 250
    leaving = host.outside.to("bob@out.test")
    assert leaving.tls == "TLSv1.3" and leaving.recipients == ["bob@out.test"]
    (inside,) = delivered(host.mail, 1)
    assert b"verdict=encrypt" in inside
    time.sleep(0.5)
    assert len(host.outside.deliveries) == 1


def test_behind_the_second_instance_plain_mail_and_forged_orders_leave_plain(host):
    send(host.mta.port, message("plain words", extra="X-PHI-Detected: verdict=encrypt\r\n"),
         "nurse@inside.test", "bob@out.test")
    leaving = host.outside.to("bob@out.test")
    assert leaving.tls is None and leaving.fields("X-PHI-Detected") == []
    delivered(host.mail, 1)


def test_a_message_held_at_the_first_instance_leaves_encrypted_when_released(host):
    send(host.mta.port, message("zqquarantine"), "nurse@inside.test", "bob@out.test")
    held = host.mta.held()
    host.mta.run("postsuper", "-H", held["queue_id"])
    host.mta.run("postqueue", "-f")
    assert host.outside.to("bob@out.test").tls == "TLSv1.3"
    delivered(host.mail, 1)


def test_a_gateway_can_hand_inside_recipients_back_without_the_milter(stage):
    """The other way: FILTER takes all, the gateway returns what is inside to a port of its own."""
    outside, mail = stage.sink(), mail_folder(stage)
    milter = stage.daemon()
    gateway = stage.postfix(outside, name="gateway.inside.test", main="smtp_tls_security_level = "
                            "encrypt\n")
    mta = stage.postfix(outside, milter, main=local_delivery(mail), name="inside.test",
                        routes=ROUTE.format(port=gateway.port).replace("smtp-encrypt", "smtp"))
    back = mta.add_service("smtpd", "-o smtpd_milters=",
                           "-o receive_override_options=no_milters")
    transport = gateway.etc / "transport"
    transport.write_text(f"inside.test inside-back:[127.0.0.1]:{back}\n")
    gateway.add_transport("inside-back", "-o smtp_tls_security_level=none")
    gateway.configure(f"transport_maps = texthash:{transport}")
    send(mta.port, message("zqencrypt"), "nurse@inside.test", "bob@out.test")
    leaving = outside.to("bob@out.test")
    assert leaving.tls == "TLSv1.3" and leaving.recipients == ["bob@out.test"]
    (inside,) = delivered(mail, 1)
    assert inside.count(b"X-PHI-Detected:") == 1


def test_filter_on_the_host_itself_sends_inside_mail_out_too(stage):
    """Why the route stands elsewhere on such a host, and why `check --postfix` warns."""
    outside, mail = stage.sink(), mail_folder(stage)
    mta = stage.postfix(outside, stage.daemon(), main=local_delivery(mail), name="inside.test",
                        routes=ROUTE.format(port=outside.port))
    send(mta.port, message("zqencrypt"), "nurse@inside.test", "bob@out.test")
    recipients = sorted(r for d in outside.wait(1) for r in d.recipients)
    assert "nurse@inside.test" in recipients

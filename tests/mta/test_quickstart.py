"""What the README promises of packaging/quickstart."""

import os
import re
import subprocess

from daemon import PROJECT, binary


def test_the_tour_shows_each_sample_its_way_out_and_its_log_line():
    ran = subprocess.run(["bash", PROJECT / "packaging" / "quickstart"], capture_output=True,
                         text=True, timeout=300, stdin=subprocess.DEVNULL,
                         env=dict(os.environ, PHI_MILTER=str(binary())))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    _, *shown = re.split(r"(?m)^== \d+\. ", ran.stdout)
    clean, body, subject, nested, listed, killed = shown
    assert "left in plaintext" in clean and "verdict=accept" in clean
    for encrypted in (body, subject, nested):
        assert "left over TLSv1.3, Subject: [SECURE] " in encrypted
        assert "verdict=encrypt policy=phi-outside" in encrypted
    assert "00482913" not in subject.partition("   out ")[2]
    assert "out   nothing: the sender was answered 550 5.7.1" in listed
    # Read at the second try, or unread and treated as such: never in plaintext.
    assert "left over TLSv1.3" in killed and "verdict=encrypt" in killed
    assert int(re.search(r"(\d+) workers were killed", killed).group(1)) > 0

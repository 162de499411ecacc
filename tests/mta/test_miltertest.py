"""OpenDKIM's miltertest, a client of another making, against the built binary."""

import subprocess
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "miltertest").glob("*.lua"))


def test_there_are_scripts_to_run():
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("listens", ["unix", "inet"])
def test_the_conversation_goes_as_the_script_says(request, script, listens):
    milter = request.getfixturevalue("gateway" if listens == "unix" else "sendmail_gateway").milter
    address = milter.address if listens == "unix" else milter.sendmail_address
    ran = subprocess.run(["miltertest", "-D", f"socket={address}", "-s", str(script)],
                         capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr + milter.log()[-2000:]

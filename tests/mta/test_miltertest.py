"""OpenDKIM's miltertest, a client of another making, against the built binary."""

import subprocess
from pathlib import Path

import pytest

from daemon import PROJECT
from places import free_port

FOLDER = Path(__file__).parents[1] / "miltertest"
# What the scripts share is no script.
SCRIPTS = sorted(path for path in FOLDER.glob("*.lua") if path.stem != "mta")


def test_there_are_scripts_to_run():
    assert SCRIPTS


@pytest.fixture(scope="module", params=["unix", "inet"])
def milter(request, module_stage):
    """The shipped rules and policy, enforced, on a socket of either kind. Example domains alone are
    refused: one more is inside."""
    rules = PROJECT / "rules"
    return module_stage.daemon(port=free_port() if request.param == "inet" else None, rules=rules,
                               policy=rules / "policy.toml", inside=["inside.example", "sm.test"])


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_the_script_says(milter, script):
    ran = subprocess.run(["miltertest", "-D", f"socket={milter.sendmail_address}", "-D",
                          f"folder={FOLDER}", "-s", str(script)],
                         capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr + milter.log()[-2000:]

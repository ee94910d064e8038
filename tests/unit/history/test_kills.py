"""Programs that are killed while they write: the short form of `python -m tests.kills`."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.timeout(240)  # as many programs as there are kills, on a machine that may have others
def test_what_was_acknowledged_survives_kills_of_app_and_command_line() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.kills", "24", "11"], capture_output=True, text=True, timeout=220
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "24 kills" in ran.stdout
    assert "finished" in ran.stdout

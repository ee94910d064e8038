"""What tests of several rooms need."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has nothing installed: its sessions start in a third of the time."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")

"""A home of its own for every test of the whole app."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plain_python: str) -> Path:
    """An empty home and working directory; nothing of the user's environment is seen. No IPython."""
    for name in [name for name in os.environ if name.startswith("WORKBENCH_") or name == "VIRTUAL_ENV"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WORKBENCH_PYTHON", plain_python)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the terminal, in order."""
    told: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "can_suspend", property(lambda driver: True))
    monkeypatch.setattr(HeadlessDriver, "suspend_application_mode", lambda driver: told.append("lent"))
    monkeypatch.setattr(HeadlessDriver, "resume_application_mode", lambda driver: told.append("back"))
    return told

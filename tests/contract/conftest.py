"""Every backend under one name: tests of this folder run against each of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend
from backend.port import Backend


@pytest.fixture(scope="session")
def plain_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has nothing installed."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return str(folder / "bin" / "python")


@pytest.fixture(params=["ipython", "plain"])
def python(request: pytest.FixtureRequest) -> str:
    """The session's interpreter: one with IPython, one without."""
    if request.param == "ipython":
        return sys.executable
    return str(request.getfixturevalue("plain_python"))


@pytest.fixture
async def backend(python: str, tmp_path: Path) -> AsyncIterator[Backend]:
    """A backend with no session yet."""
    made = LocalBackend(tmp_path / "sessions", Choice(python, "test"))
    made.launch()
    yield made
    await made.close()


@pytest.fixture
async def ipython(tmp_path: Path) -> AsyncIterator[Backend]:
    """A backend whose interpreter has IPython."""
    made = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    made.launch()
    yield made
    await made.close()

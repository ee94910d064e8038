"""A local backend for each test: these tests break more than a session."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.executor.interpreter import Choice
from backend.executor.local import LocalBackend


@pytest.fixture
async def backend(tmp_path: Path) -> AsyncIterator[LocalBackend]:
    """A backend on our own interpreter, which has IPython."""
    made = LocalBackend(tmp_path / "sessions", Choice(sys.executable, "test"))
    made.launch()
    yield made
    await made.close()

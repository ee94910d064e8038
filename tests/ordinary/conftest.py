"""One stage for all tests of this folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ordinary.stage import Stage, build


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A stage; below pytest's own folder nobody else could reach it."""
    folder = Path(tempfile.mkdtemp(prefix="workbench-stage-"))
    try:
        yield build(folder)
    finally:
        shutil.rmtree(folder)

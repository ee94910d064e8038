"""A full disk at either end: told in a sentence with the remedy, and nothing half-written is left."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ordinary.needs import lack
from tests.unit.transfers.conftest import NEW, OLD, SESSION, Place, names, opened
from workbench.transfers.transfer import State

CONTENT = b"x" * 3_000_000


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.getuid():
        pytest.skip("mounting a small disk needs root")
    if subprocess.run(mount, check=False).returncode:
        lack("a small disk cannot be mounted")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("kind", ["local", OLD, NEW])
async def test_a_full_disk_there(small: Path, here: Path, kind: str) -> None:
    (here / "a").write_bytes(CONTENT)
    async with opened(kind, small / "sessions") as place:
        queue = place.queue()
        queue.upload(here / "a", "a", place.target, SESSION)
        await queue.settled()
        (one,) = queue.transfers
        assert one.state is State.FAILED
        assert "disk is full" in one.error or "no space is left" in one.error
        assert one.remedy
        assert " refused " not in one.remedy, "what happened is no remedy"
        assert place.names == []
        os.truncate(here / "a", 100_000)
        queue.retry(1)
        await queue.settled()
        assert place.names == ["a"]


async def test_a_full_disk_here(small: Path, place: Place) -> None:
    (place.data / "a").write_bytes(CONTENT)
    queue = place.queue()
    queue.download("a", small / "a", place.target, SESSION)
    await queue.settled()
    (one,) = queue.transfers
    assert (one.state, "disk is full" in one.error, bool(one.remedy)) == (State.FAILED, True, True)
    assert names(small) == []

"""Local files that are sent: regular ones, in pieces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.errors import UsageError
from workbench.transfers import source


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_file_is_read_in_pieces_and_knows_its_size(tmp_path: Path) -> None:
    content = os.urandom(source.PIECE * 2 + 5)
    (tmp_path / "a.bin").write_bytes(content)
    async with source.opened(tmp_path / "a.bin") as sent:
        assert (sent.name, sent.size) == ("a.bin", len(content))
        found = [piece async for piece in sent.pieces]
    assert b"".join(found) == content
    assert max(map(len, found)) <= source.PIECE


async def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path, "is a directory"),
        (tmp_path / "pipe", "no regular file"),
        (tmp_path / "none", "No such file"),
        (Path("/dev/zero"), "no regular file"),
        (tmp_path / "a\0b", "NUL"),
    ):
        with pytest.raises(UsageError, match=said):
            async with source.opened(path):
                pass


async def test_nothing_stays_open(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    before = open_files()
    async with source.opened(tmp_path / "a"):
        assert open_files() == before + 1
    with pytest.raises(UsageError):
        async with source.opened(tmp_path):
            pass
    assert open_files() == before

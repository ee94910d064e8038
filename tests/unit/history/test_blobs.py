"""Contents by their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.history.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_a_content_is_kept_once_and_comes_back(blobs: Blobs, tmp_path: Path) -> None:
    assert not (tmp_path / "blobs").exists()
    digest = blobs.put(b"content")
    assert digest == hashlib.sha256(b"content").hexdigest()
    assert blobs.put_pieces([b"con", b"", b"tent"]) == digest
    assert blobs.get(digest) == b"content"
    assert blobs.size(digest) == 7
    assert blobs.total([digest]) == 7
    with blobs.open(digest) as file:
        assert file.read() == b"content"
    assert [path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == [digest]
    assert blobs.path(digest).stat().st_mode & 0o077 == 0


def test_what_is_not_there_or_damaged_is_none(blobs: Blobs) -> None:
    digest = blobs.put(b"content")
    blobs.path(digest).write_bytes(b"contenT")
    assert blobs.get(digest) is None
    assert blobs.get("0" * 64) is None
    assert blobs.size("0" * 64) is None


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_digest_is_no_path(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        blobs.path(name)


def test_what_breaks_off_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        blobs.put_pieces(broken())
    assert list((tmp_path / "blobs").iterdir()) == []


def test_only_old_ones_that_nobody_needs_are_removed(blobs: Blobs) -> None:
    needed, other = blobs.put(b"needed"), blobs.put(b"other")
    assert blobs.collect(frozenset({needed}), age=60) == 0
    assert blobs.collect(frozenset({needed}), age=-1) == 1
    assert blobs.get(needed) == b"needed"
    assert blobs.get(other) is None

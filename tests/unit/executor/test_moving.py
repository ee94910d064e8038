"""Moving without replacing where the system has no call for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.executor import moving


@pytest.fixture(params=["one call", "in steps"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A descriptor of the test's directory, with and without renameat2."""
    if request.param == "in steps":
        monkeypatch.setattr(moving, "_renameat2", lambda: None)
    fd = os.open(tmp_path, os.O_RDONLY)
    yield fd
    os.close(fd)


def test_files_folders_and_links_move(folder: int, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "inner").write_text("y")
    (tmp_path / "link").symlink_to("nothing")
    for name in ("file", "full", "link"):
        moving.move(folder, name, folder, f"new {name}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new file", "new full", "new link"]
    assert (tmp_path / "new full" / "inner").read_text() == "y"
    assert (tmp_path / "new link").readlink() == Path("nothing")


@pytest.mark.parametrize("name", ["file", "folder"])
@pytest.mark.parametrize("there", ["a file", "a folder", "a link"])
def test_nothing_is_replaced(folder: int, tmp_path: Path, name: str, there: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "a file").write_text("kept")
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a link").symlink_to("nothing")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileExistsError):
        moving.move(folder, name, folder, there)
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "a file").read_text() == "kept"


def test_a_folder_does_not_go_into_itself_and_leaves_no_other(folder: int, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    inside = os.open(tmp_path / "d", os.O_RDONLY)
    try:
        with pytest.raises(OSError, match="Invalid argument"):
            moving.move(folder, "d", inside, "deeper")
    finally:
        os.close(inside)
    assert list((tmp_path / "d").iterdir()) == []

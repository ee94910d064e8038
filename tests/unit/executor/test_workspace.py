"""A session's folder: files compared before and after, one owner, many entries."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from backend.errors import FileError, SessionBusy, TargetError
from backend.executor import snapshot
from backend.executor.folders import SessionFolder
from backend.executor.workspace import Workspace
from backend.models import Change, FileChange


def test_changes_between_two_snapshots(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / "kept").write_text("a")
    (tmp_path / "changed").write_text("a")
    (tmp_path / "deleted").write_text("a")
    before = workspace.snapshot()
    (tmp_path / "changed").write_text("ab")
    (tmp_path / "deleted").unlink()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "new").write_text("abc")
    assert snapshot.compare(before, workspace.snapshot()) == (
        FileChange("changed", Change.CHANGED, 2),
        FileChange("deleted", Change.DELETED),
        FileChange("folder/new", Change.CREATED, 3),
    )


def test_too_many_or_too_deep_files_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / "/".join("d" * (snapshot.DEPTH + 1))).mkdir(parents=True)
    assert workspace.snapshot() is None
    workspace.delete("d")
    monkeypatch.setattr(snapshot, "LIMIT", 3)
    for name in "abc":
        (tmp_path / name).mkdir()
    assert workspace.snapshot() == {}
    (tmp_path / "d").mkdir()
    assert workspace.snapshot() is None
    assert snapshot.compare(None, {}) is None


def test_a_tree_deeper_than_recursion_goes_is_deleted(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    fd = os.open(workspace.root, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=fd)
        below = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
    os.close(fd)
    try:
        assert workspace.snapshot() is None
        workspace.delete("d")
        assert workspace.entries() == []
    finally:  # pytest cannot remove such a tree
        subprocess.run(["rm", "-rf", str(workspace.root)], check=True)


def test_a_removed_data_directory_is_made_again(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    workspace.root.rmdir()
    assert workspace.entries() == []
    workspace.root.rmdir()
    workspace.root.write_text("a file now")
    with pytest.raises(FileError):
        workspace.entries()
    assert workspace.snapshot() is None


def test_a_session_has_one_owner_and_any_identifier_stays_inside(tmp_path: Path) -> None:
    for identifier in ("a", "../../etc", "x" * 5000, "nul\0", "\ud800"):
        folder = SessionFolder(tmp_path, identifier)
        folder.acquire()
        assert folder.path.parent == tmp_path
        with pytest.raises(SessionBusy):
            SessionFolder(tmp_path, identifier).acquire()
        folder.release()
    SessionFolder(tmp_path, "a").acquire()


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError):
        SessionFolder(tmp_path / "file", "a").acquire()

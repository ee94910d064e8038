"""A session's folder: files compared before and after, one owner, many entries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.changes import compare
from backend.errors import FileError, SessionBusy, TargetError
from backend.executor import snapshot
from backend.executor.folders import SessionFolder
from backend.executor.workspace import Workspace, split
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
    assert compare(before, workspace.snapshot()) == (
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
    assert compare(None, {}) is None


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


SWAPPER = """
import ctypes, os, sys
os.chdir(sys.argv[1])
libc, EXCHANGE, HERE = ctypes.CDLL(None), 2, -100
print('swaps', flush=True)
while True:
    libc.renameat2(HERE, b'folder', HERE, b'link', EXCHANGE)
    libc.renameat2(HERE, b'file', HERE, b'link-to-file', EXCHANGE)
"""


def test_links_that_are_swapped_in_lead_nowhere_in_thousands_of_tries(tmp_path: Path) -> None:
    outside, workspace = tmp_path / "outside", Workspace(tmp_path / "data")
    outside.mkdir()
    (outside / "file").write_bytes(CANARY)
    (workspace.root / "folder").mkdir()
    (workspace.root / "link").symlink_to(outside)
    (workspace.root / "file").write_bytes(b"inside")
    (workspace.root / "link-to-file").symlink_to(outside / "file")
    swapper = subprocess.Popen(
        [sys.executable, "-c", SWAPPER, str(workspace.root)], stdout=subprocess.PIPE, text=True
    )
    refused = 0
    try:
        assert swapper.stdout is not None
        assert swapper.stdout.readline() == "swaps\n"
        for _ in range(1000):
            for call in (_write, _read_in_folder, _read, _list, _delete):
                try:
                    assert CANARY not in call(workspace)
                except FileError:
                    refused += 1
            taken = workspace.snapshot()
            assert taken is not None
            assert {path.rpartition("/")[2] for path in taken} <= {
                "link",
                "link-to-file",
                "file",
                "made",
                "folder",
            }
    finally:
        swapper.kill()
        swapper.wait()
    assert 0 < refused < 5000  # it was a race indeed
    assert [(path.name, path.read_bytes()) for path in outside.iterdir()] == [("file", CANARY)]


CANARY = b"bytes that nobody may see"


def _write(workspace: Workspace) -> bytes:
    with workspace.writing("folder/made") as write:
        write(b"inside")
    return b""


def _read_in_folder(workspace: Workspace) -> bytes:
    return workspace.read("folder/file")


def _read(workspace: Workspace) -> bytes:
    return workspace.read("file")


def _list(workspace: Workspace) -> bytes:
    return b"" if "folder/file" not in [info.path for info in workspace.tree("folder")] else CANARY


def _delete(workspace: Workspace) -> bytes:
    workspace.delete("folder/file")
    return b""


@pytest.mark.parametrize("name", ["\ud800", "a/\ud83d.txt"])
def test_a_name_that_no_file_can_have_is_refused_in_words(name: str) -> None:
    with pytest.raises(FileError, match="is not the path of a session file"):
        split(name)
    assert split("\udcff") == ["\udcff"], "a byte of a name that is no UTF-8"

"""Listings, marks and summaries of the files pane as data."""

from __future__ import annotations

from backend.errors import FileError
from backend.models import Change, FileChange, FileInfo
from workbench.widgets.files.rows import Folders, Kind, marks, ordered, summary


def info(path: str, kind: str = "file") -> FileInfo:
    return FileInfo(path, kind, 0, 0.0)


def test_marks_cover_the_folders_around() -> None:
    assert marks([FileChange("a/b/c", Change.CREATED), FileChange("d/gone", Change.DELETED)]) == {
        "a/b/c": Change.CREATED,
        "a/b": Change.CHANGED,
        "a": Change.CHANGED,
        "d": Change.CHANGED,
    }


def test_order_and_summary() -> None:
    entries = ordered([info("b"), info("C"), info("a"), info("z", kind="directory")])
    assert [entry.path for entry in entries] == ["z", "a", "b", "C"]
    assert summary(entries) == "1 folder, 3 files"
    assert summary([]) == ""


def test_a_folder_read_before_keeps_its_rows_beside_a_new_error() -> None:
    known = Folders({"": (info("a"),)}, {"": FileError("Gone.")})
    assert [row.kind for row in known.rows("")] == [Kind.ERROR, Kind.FILE]
    assert [row.kind for row in known.rows("unread")] == [Kind.LOADING]
    assert [row.kind for row in Folders({"d": ()}).rows("d")] == [Kind.EMPTY]

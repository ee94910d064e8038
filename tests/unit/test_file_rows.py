"""Listings, marks and summaries of the files pane as data."""

from __future__ import annotations

from backend.errors import FileError
from backend.models import Change, FileChange, FileInfo
from workbench.widgets.files.rows import Folders, Kind, Order, marks, ordered, summary


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


def test_the_largest_or_the_newest_first_and_folders_before_them() -> None:
    entries = [
        FileInfo("small", "file", 1, 30.0),
        FileInfo("large", "file", 9, 20.0),
        FileInfo("Same", "file", 1, 10.0),
        FileInfo("folder", "directory", 4096, 0.0),
    ]
    assert [info.path for info in ordered(entries, Order.SIZE)] == ["folder", "large", "Same", "small"]
    assert [info.path for info in ordered(entries, Order.TIME)] == ["folder", "small", "large", "Same"]
    assert [Order.NAME.next, Order.TIME.next] == [Order.SIZE, Order.NAME]


def test_a_folder_matches_by_its_name_or_by_what_is_known_in_it() -> None:
    known = Folders(needle="X")
    known.keep("", [info("a", "directory"), info("b", "directory"), info("xyz", "directory"), info("no")])
    known.keep("a", [info("a/deep", "directory"), info("a/no")])
    known.keep("a/deep", [info("a/deep/Max")])
    known.keep("b", [info("b/no")])
    assert [row.path for row in known.rows("")] == ["a", "xyz"]
    assert [row.path for row in known.rows("a")] == ["a/deep"]
    assert [row.note for row in known.rows("b")] == ["nothing here matches"]

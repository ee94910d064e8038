"""Kinds, selections and what commands need, as data."""

from __future__ import annotations

import pytest

from backend.models import FileInfo
from workbench.commands.command import Needs
from workbench.screens.files.naming import wrong_with
from workbench.widgets.files.columns import columns
from workbench.widgets.files.kinds import LONGEST, kind_of
from workbench.widgets.files.selection import Selection, fits, told, topmost


def info(path: str, kind: str = "file", size: int = 0) -> FileInfo:
    return FileInfo(path, kind, size, 0.0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.py", "py"),
        ("A.CSV", "csv"),
        ("data.tar.gz", "tar.gz"),
        ("a.parquet", "parquet"),
        ("a.averylongone", "file"),
        ("Makefile", "make"),
        (".bashrc", "file"),
        ("v1.2 final", "file"),
        ("a.\x1b[1m", "file"),
        ("a.", "file"),
    ],
)
def test_a_name_tells_the_kind(name: str, kind: str) -> None:
    assert kind_of(info(name)) == kind
    assert len(kind) <= LONGEST


def test_what_is_no_file_says_what_it_is_at_any_width() -> None:
    assert kind_of(info("a.py", "directory")) == "folder"
    assert kind_of(info("a.py", "other")) == "other"
    assert "folder" in columns(info("d", "directory"), 30, 0.0)
    assert "folder" in columns(info("d", "directory"), 60, 0.0)
    assert "py" in columns(info("a.py"), 38, 0.0)
    assert "py" not in columns(info("a.py"), 37, 0.0)


def test_an_extension_replaces_the_one_before_and_adds_to_what_was_selected() -> None:
    selection = Selection()
    selection.toggle("z")
    selection.settle()
    selection.extend("a", ["a", "b", "c"])
    assert selection.paths == {"a", "b", "c", "z"}
    selection.extend("ignored", ["a", "b"])
    assert selection.paths == {"a", "b", "z"}
    selection.keep({"b", "z"})
    selection.extend("ignored", ["b", "c"])
    assert selection.paths == {"b", "c", "z"}


def test_what_lies_in_a_chosen_folder_goes_with_it() -> None:
    chosen = [info("a", "directory"), info("a/b", "directory"), info("a/b/c"), info("ab"), info("d/e")]
    assert [each.path for each in topmost(chosen)] == ["a", "ab", "d/e"]
    assert told(chosen) == "5 selected · 0 B"


def test_needs() -> None:
    file, folder = info("f"), info("d", "directory")
    assert [fits(needs, ()) for needs in Needs] == [True, False, False, False, False]
    assert [fits(needs, (file,)) for needs in Needs] == [True, True, True, True, True]
    assert [fits(needs, (folder,)) for needs in Needs] == [True, True, True, False, False]
    assert [fits(needs, (folder, file)) for needs in Needs] == [True, True, False, False, True]


@pytest.mark.parametrize("path", ["/a", "a/", "", "a//b", "..", "a/../b", "a\0", "é" * 128])
def test_wrong_names_are_told_before_anything_is_asked(path: str) -> None:
    assert wrong_with(path).endswith(".")


@pytest.mark.parametrize("path", ["a", "a/b.txt", "é" * 127, " spaced name "])
def test_right_names(path: str) -> None:
    assert wrong_with(path) == ""

"""The question before session files are deleted; the same wherever it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from backend.models import FileInfo
from workbench import format
from workbench.sanitize import sanitize_line
from workbench.screens.confirm import ConfirmScreen

NAMED = 5
"""So many are named; of more the others are counted."""


def deletion(files: Sequence[FileInfo]) -> ConfirmScreen:
    """Asks whether these files and folders, one at least, are to be deleted. Yes is True."""
    folders = sum(info.kind == "directory" for info in files)
    amount = sum(info.size for info in files if info.kind == "file")
    if len(files) == 1:
        heading = "Delete folder?" if folders else "Delete file?"
        named = sanitize_line(files[0].path)
    else:
        counted = [(folders, "folder"), (len(files) - folders, "file")]
        words = " and ".join(format.count(number, word) for number, word in counted if number)
        heading = f"Delete {words}?"
        named = "\n".join(_lines(files))
    lost = ["All that is in a folder goes with it." if folders and len(files) > 1 else ""]
    if folders == len(files) == 1:
        lost = ["All that is in it goes with it."]
    elif len(files) > folders:
        lost.insert(0, f"{format.size(amount)} in the session's data directory.")
    lost.append("There is no way back.")
    return ConfirmScreen(heading, named, lost=" ".join(filter(None, lost)), yes="Delete", no="Keep")


def _lines(files: Sequence[FileInfo]) -> list[str]:
    if len(files) <= NAMED + 1:  # a line saying "1 more" could as well be that one's
        return [_line(info) for info in files]
    return [*(_line(info) for info in files[:NAMED]), f"and {len(files) - NAMED:,} more"]


def _line(info: FileInfo) -> str:
    return sanitize_line(info.path) + ("/" if info.kind == "directory" else "")

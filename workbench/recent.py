"""The files that were opened and saved last, for the next start too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from workbench.config.paths import private_directory
from workbench.documents.disk import reason, write_atomic

KEPT = 50
"""Files that are remembered."""

_LONGEST = 300_000  # bytes of a file; paths have at most 4,096


class RecentError(ValueError):
    """A list that cannot be used; the message says why."""


def load_recent(path: Path) -> list[Path]:
    """The files in a list, the last one first; none where there is no list. Raises RecentError."""
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RecentError(f"it cannot be read ({reason(error)})") from error
    try:
        found = json.loads(data) if len(data) <= _LONGEST else None
    except (ValueError, RecursionError) as error:
        raise RecentError("it is not JSON") from error
    if not isinstance(found, list) or not all(_is_path(each) for each in found):
        raise RecentError("it is no list of paths")
    return [Path(each) for each in found[:KEPT]]


def _is_path(found: object) -> bool:
    return isinstance(found, str) and bool(found) and "\0" not in found


def save_recent(path: Path, files: Sequence[Path]) -> None:
    """Write a list, whole or not at all. Raises OSError."""
    private_directory(path.parent)
    write_atomic(path, (json.dumps([str(file) for file in files]) + "\n").encode())


def note_recent(path: Path, file: Path) -> None:
    """Put a file first; a list that cannot be used is begun anew. Raises OSError."""
    try:
        before = load_recent(path)
    except RecentError:
        before = []
    save_recent(path, [file, *(each for each in before if each != file)][:KEPT])

"""Files that somebody named: typed, pasted, dropped, or read in a traceback.

Such a name may be longer than a disk takes, hold what no name can, or mean a user that there is not.
"""

from __future__ import annotations

import os
from pathlib import Path


def named(text: str) -> Path:
    """The path that a text is; `~` is the home directory, of another user too. Never raises."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:  # no such user
        return path


def is_there(path: Path) -> bool:
    """Whether there is something of that name; `Path.exists` raises for one that is too long (3.11)."""
    return os.path.exists(path)  # noqa: PTH110


def is_taken(path: Path) -> bool:
    """Whether that name is taken, though it be by a link that leads nowhere."""
    return os.path.lexists(path)


def is_folder(path: Path) -> bool:
    """Whether that is a directory."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: Path) -> bool:
    """Whether that is a regular file."""
    return os.path.isfile(path)  # noqa: PTH113

"""Names that a transfer gives: where files of a session go on this machine, and names that are free."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path, PurePosixPath

from backend.errors import UsageError


def last(path: str) -> str:
    """The name under which a session file is kept here. Raises UsageError for what is no name."""
    name = path.rstrip("/").rpartition("/")[2]
    _checked(name, path)
    return name


def below(place: Path, path: str, folder: str = "") -> Path:
    """Where a session file in `folder` goes when the folder becomes `place`.

    A target tells the paths, and none leads outside: each part is the name of a file. Raises UsageError.
    """
    inside = path.removeprefix(f"{folder}/") if folder else path
    for part in inside.split("/"):
        _checked(part, path)
    return place.joinpath(*inside.split("/"))


def free(name: str, taken: Container[str]) -> str:
    """The name, or `NAME-2`, `NAME-3`… before its ending, whichever nothing has yet."""
    path, count = PurePosixPath(name), 1
    while name in taken:
        count += 1
        name = str(path.with_name(f"{path.stem}-{count}{path.suffix}"))
    return name


def _checked(name: str, path: str) -> None:
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise UsageError(f"{path!r} is not the path of a session file.", "See the list of files.")

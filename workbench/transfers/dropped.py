"""Paths out of text that a terminal pastes when files are dropped on it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from backend.records import dataclass
from workbench.named import is_folder

MOST = 500  # words of a paste that are looked up


@dataclass(frozen=True, slots=True)
class Dropped:
    """What pasted text names: `files` with their sizes in bytes, `folders`, and words that name nothing."""

    files: tuple[tuple[Path, int], ...]
    folders: tuple[Path, ...]
    missing: tuple[str, ...]


def dropped(text: str) -> Dropped:
    """What there is of what the text names: paths, quoted or not, and file URLs; several to a line, or lines.

    Looks at the disk: call it in a thread.
    """
    files: dict[Path, int] = {}
    folders: dict[Path, None] = {}
    missing: dict[str, None] = {}
    for word in _words(text):
        path = _path(word)
        if is_folder(path):
            folders[path] = None
        elif (size := _size(path)) is not None:
            files[path] = size
        else:
            missing[word] = None
    return Dropped(tuple(files.items()), tuple(folders), tuple(missing))


def sized(paths: Sequence[Path]) -> Dropped:
    """The same of paths that somebody chose."""
    folders = tuple(path for path in paths if is_folder(path))
    sizes = {path: _size(path) for path in paths if path not in folders}
    return Dropped(
        tuple((path, size) for path, size in sizes.items() if size is not None),
        folders,
        tuple(str(path) for path, size in sizes.items() if size is None),
    )


def _size(path: Path) -> int | None:
    """Bytes of a file; None where there is none, any more or at all."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return None


def _words(text: str) -> Iterator[str]:
    count = 0
    for line in filter(None, (line.strip() for line in text.splitlines())):
        for word in _of_line(line):
            count += 1
            if count > MOST:
                return
            yield word


def _of_line(line: str) -> list[str]:
    if os.path.lexists(_path(line)):  # a path with spaces that nobody quoted
        return [line]
    try:
        return shlex.split(line)
    except ValueError:  # a quote that is not closed
        return [line]


def _path(word: str) -> Path:
    if word.startswith("file://"):
        parts = urlsplit(word)
        if parts.netloc in ("", "localhost", os.uname().nodename):
            word = unquote(parts.path, errors="surrogateescape")
    if "\0" in word:
        return Path(os.devnull) / "none"
    path = Path(word)
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # no such user
        return path.absolute()

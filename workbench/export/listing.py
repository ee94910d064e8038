"""The files that the manifest of a bundle lists, each path and hash of which is checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from backend.errors import UsageError
from backend.records import dataclass

DIGEST = re.compile(r"[0-9a-f]{64}")
"""What a SHA-256 looks like."""
MOST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A file of the session, by the hash of its content. `number` is the execution after which it was so."""

    path: str
    digest: str
    size: int
    number: int = 0


def files(manifest: Mapping[str, Any], name: str) -> Iterator[BundledFile]:
    """The files of the session. Raises UsageError for a list that is no list of files, each there once."""
    seen: set[str] = set()
    folders: set[str] = set()
    for file in _listed(manifest.get("files"), name):
        path = file.path
        parts = path.split("/")
        above = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        if path in seen or path in folders or above & seen:
            raise refused(name, f"two files are called {path[:80]!r}")
        seen.add(path)
        folders |= above
        yield file


def contents(manifest: Mapping[str, Any], name: str) -> Iterator[BundledFile]:
    """What files held after executions, where the bundle tells. Raises UsageError for a list that is none."""
    yield from _listed(manifest.get("contents", []), name)


def _listed(listed: object, name: str) -> Iterator[BundledFile]:
    if not isinstance(listed, list):
        raise refused(name, "its manifest has no list of files")
    for each in listed:
        if not isinstance(each, dict):
            raise refused(name, "its list of files is damaged")
        path, digest, size, number = (
            each.get("path"),
            each.get("sha256"),
            each.get("size"),
            each.get("number", 0),
        )
        if (
            not isinstance(path, str)
            or not isinstance(digest, str)
            or not _natural(size)
            or not _natural(number)
        ):
            raise refused(name, "its list of files is damaged")
        if not inside(path):
            raise refused(name, f"the path {path[:80]!r} leads outside the session")
        if not DIGEST.fullmatch(digest):
            raise refused(name, f"{path[:80]!r} has no hash")
        yield BundledFile(path, digest, size, number)


def _natural(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < MOST_NUMBER


def inside(path: str) -> bool:
    """Whether a path names a file below the data directory, and nothing else, wherever it is read."""
    parts = path.split("/")
    if not path or len(path) > 4096 or any(part in ("", ".", "..") for part in parts):
        return False
    if any(len(part.encode("utf-8", "surrogatepass")) > 255 for part in parts):
        return False
    return not re.search(r"[\x00-\x1f\x7f\\]", path) and not re.match(r"[A-Za-z]:", path)


def refused(name: str, why: str) -> UsageError:
    """The error of a bundle that is not taken, with the reason."""
    return UsageError(
        f"{name} is refused: {why}. Nothing was imported.", "Ask for it again where it comes from."
    )

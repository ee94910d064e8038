"""Session files in every shape that any target has been seen to answer with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import AliasChoices, Field

from backend.models import FileInfo
from backend.wire import names
from backend.wire.facts import Listing
from backend.wire.problems import WireError
from backend.wire.shapes import Shape, Size, Text, Time
from backend.wire.words import read_kind

_LISTS = ("value", "$values", "files", "values")


class Entry(Shape):
    """One file; `name` is the first of the names that is told."""

    name: Text = Field("", validation_alias=AliasChoices("name", "filename", "fileName"))
    size: Size = Field(0, validation_alias=AliasChoices("sizeInBytes", "size"))
    modified: Time = Field(
        None, validation_alias=AliasChoices("lastModifiedAt", "lastModifiedTime", "last_modified_time")
    )
    type: Text = ""
    directory: Text = ""


def read_listing(tree: Any, folder: str = "") -> Listing:
    """The files that an answer to the listing of `folder` tells. Raises WireError for what is no listing."""
    link = ""
    if isinstance(tree, Mapping):
        found = tree.get("nextLink", tree.get("@nextLink"))
        link = found if isinstance(found, str) else ""
    entries = _entries(tree)
    if entries is None:
        raise WireError("The answer lists no files.", "value")
    files = [_file(entry, folder) for entry in entries]
    known = tuple(file for file in files if file)
    return Listing(known, link, len(files) - len(known))


def read_file(tree: Any, path: str) -> FileInfo:
    """The one file that an answer tells, which was asked for or uploaded as `path`. Raises WireError."""
    folder, _ = names.split(path)
    entries = _entries(tree)
    if entries is None and isinstance(tree, Mapping):
        entries = [tree]
    found = [file for entry in entries or () if (file := _file(entry, folder))]
    if not found:
        raise WireError("The answer tells no file.", "name")
    return next((file for file in found if file.path == path), found[0])


def _entries(tree: Any) -> list[Any] | None:
    """The items of a bare list, or of one in any envelope."""
    while isinstance(tree, Mapping):
        key = next((key for key in _LISTS if isinstance(tree.get(key), list | dict)), None)
        if key is None:
            return None
        tree = tree[key]
    return tree if isinstance(tree, list) else None


def _file(entry: Any, folder: str) -> FileInfo | None:
    """The file of one item; None for an item without a name that a file can have."""
    if isinstance(entry, Mapping) and isinstance(entry.get("properties"), Mapping):
        entry = {**entry, **entry["properties"]}
    if not isinstance(entry, Mapping):
        return None
    found = Entry.read(entry)
    try:
        path = names.directory(found.name, "name")
        if not found.name.startswith("/"):
            path = names.joined(_place(found.directory, folder), path) if path else ""
    except WireError:
        return None
    if not path:
        return None
    return FileInfo(path, read_kind(found.type), found.size, found.modified or 0.0)


def _place(told: str, folder: str) -> str:
    """The directory of an entry: told relative to the data directory or to the folder that was asked for."""
    place = names.directory(told, "directory")
    if not place or place == folder or place.startswith(f"{folder}/") or not folder:
        return place or folder
    return names.joined(folder, place)

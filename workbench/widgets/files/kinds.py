"""What kind of file a name tells of, in a few letters."""

from __future__ import annotations

from backend.models import FileInfo

LONGEST = 7
"""Letters of the longest word."""

# names that say what they are without an ending, and endings of two parts
_NAMES = {"makefile": "make", "dockerfile": "docker", "license": "text", "readme": "text"}
_DOUBLE = ("tar.gz", "tar.xz", "tar.bz2", "tar.zst")


def kind_of(info: FileInfo) -> str:
    """`folder`, `py`, `csv`, `tar.gz`…; `file` where the name tells nothing, `other` for what is no file."""
    if info.kind == "directory":
        return "folder"
    if info.kind != "file":
        return "other"
    name = info.name.casefold()
    for ending in _DOUBLE:
        if name.endswith(f".{ending}"):
            return ending[:LONGEST]
    stem, dot, ending = name.rpartition(".")
    if dot and stem and 0 < len(ending) <= LONGEST and ending.isalnum():
        return ending
    return _NAMES.get(name, "file")

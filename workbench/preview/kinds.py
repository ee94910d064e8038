"""In which ways a file can be looked at, by its name and by how it begins; pure."""

from __future__ import annotations

from enum import StrEnum

from workbench.imaging.decode import MOST_BYTES as MOST_OF_PICTURE
from workbench.imaging.kinds import picture_kind
from workbench.preview import trees
from workbench.preview.encodings import encoding_of
from workbench.preview.tables import delimiter_of


class View(StrEnum):
    """A way to look at a file; the value is its word on the screen."""

    TEXT = "text"
    TABLE = "table"
    TREE = "tree"
    MARKDOWN = "rendered"
    PICTURE = "picture"
    HEX = "bytes"


TABLES = (".csv", ".tsv", ".tab")
TREES = (".json", ".ipynb", ".geojson", ".har", ".webmanifest")
LINES = (".jsonl", ".ndjson")
MARKDOWN = (".md", ".markdown")
_PLAIN = (".txt", ".log", ".dat", ".out")  # endings that tell nothing


def views(name: str, head: bytes, size: int) -> tuple[View, ...]:
    """The ways to look at a file of `size` bytes that begins with `head`; the best one comes first."""
    if picture_kind(head) and size <= MOST_OF_PICTURE:
        return View.PICTURE, View.HEX
    encoding = encoding_of(head)
    if encoding is None:
        return View.HEX, View.TEXT
    lower = name.lower()
    ending = lower[lower.rfind(".") :] if "." in lower else ""
    if ending in TABLES:
        return View.TABLE, View.TEXT, View.HEX
    if ending in LINES or (ending in TREES and size <= trees.MOST_BYTES):
        return View.TREE, View.TEXT, View.HEX
    if ending in MARKDOWN:
        return View.MARKDOWN, View.TEXT, View.HEX
    found = [View.TEXT]
    if not ending or ending in _PLAIN:
        text = encoding.decode(head[:65_536])
        if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")) and size <= trees.MOST_BYTES:
            found.append(View.TREE)
        elif text.count("\n") > 2 and delimiter_of(text):
            found.append(View.TABLE)
    return *found, View.HEX

"""A value as a file, or as text to copy."""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping

from backend.models import MimeBundle

from .table import Table, csv_of

_BINARY = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "application/pdf": ".pdf",
}
_TEXT = {"image/svg+xml": ".svg", "text/markdown": ".md", "text/latex": ".tex", "text/html": ".html"}


def file_of(bundle: MimeBundle, table: Table | None) -> tuple[str, bytes]:
    """The ending of a value's file, with its dot, and what is in it: the form that holds most."""
    for mime, ending in _BINARY.items():
        if isinstance(content := bundle.get(mime), str):
            try:
                return ending, b64decode(content)
            except Error:
                continue
    if table is not None:
        return ".csv", csv_of(table).encode()
    for mime, content in bundle.items():
        if (mime == "application/json" or mime.endswith("+json")) and isinstance(content, (Mapping, list)):
            return ".json", _json(content).encode()
    for mime, ending in _TEXT.items():
        if isinstance(content := bundle.get(mime), str):
            return ending, _bytes(content)
    return ".txt", _bytes(str(bundle.get("text/plain", "")))


def text_of(bundle: MimeBundle, table: Table | None) -> str:
    """A value as text to copy: its own, else that of its table or tree."""
    ending, data = file_of(bundle, table)
    if ending in (".csv", ".json", ".md"):
        return data.decode()
    text = bundle.get("text/plain")
    return str(text) if text is not None else data.decode() if ending in (".svg", ".html", ".tex") else ""


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")

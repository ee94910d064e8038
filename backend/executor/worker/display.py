"""MIME bundles, bounded."""

from __future__ import annotations

import base64
from typing import Any, Dict, Mapping

TEXT_LIMIT = 1_000_000  # characters of one text representation
BINARY_LIMIT = 16_000_000  # characters of base64
TOTAL_LIMIT = 24_000_000


def bounded(data: Mapping[str, Any]) -> Dict[str, Any]:
    """`data` with bytes as base64 and each representation cut or left out at its limit.

    A cut text says its true length; a binary that is too large is replaced by a note under text/plain.
    """
    bundle: Dict[str, Any] = {}
    total = 0
    for mime, content in data.items():
        if isinstance(content, (bytes, bytearray)):
            content = base64.b64encode(content).decode("ascii")
        if isinstance(content, str):
            content = _cut(str(mime), content)
            total += len(content)
        if total <= TOTAL_LIMIT:
            bundle[str(mime)] = content
    return bundle


def _cut(mime: str, text: str) -> str:
    if mime.startswith("image/") and mime != "image/svg+xml":
        return text if len(text) <= BINARY_LIMIT else ""
    if len(text) <= TEXT_LIMIT:
        return text
    return "%s… (%d characters in all)" % (text[:TEXT_LIMIT], len(text))


def failed_repr(error: BaseException) -> Dict[str, Any]:
    """The bundle of a value whose representation raised."""
    return {"text/plain": "<repr failed: %s>" % type(error).__name__}

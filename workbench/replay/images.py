"""What an image shows, as a digest: two files of the same picture need not have the same bytes."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache

from backend.models import MimeBundle

_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")
"""The chunks that a picture is made of; texts, times and resolutions say what made it, and when."""

_MOST = 256 << 20  # bytes of pixels that are unpacked: a larger picture counts by its bytes
# matplotlib makes the ids of clips and markers at random, and says when it drew
_SVG_VOLATILE = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|\b[a-z]+[0-9a-f]{10}\b", re.S)


def digests(bundle: MimeBundle | None) -> tuple[str, ...]:
    """A digest for the image of a bundle: of the first kind that it has; none without an image."""
    if not bundle:
        return ()
    for mime in ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"):
        content = bundle.get(mime)
        if isinstance(content, str) and content:
            return (digest(mime, content),)
    return ()


@lru_cache(maxsize=64)
def digest(mime: str, content: str) -> str:
    """Sixteen hexadecimal digits for what is to be seen: of a PNG its pixels, of an SVG its drawing."""
    if mime == "image/svg+xml":
        return _short(_SVG_VOLATILE.sub("", content).encode("utf-8", "surrogatepass"))
    try:
        data = base64.b64decode(content)
    except ValueError:
        return _short(content.encode("utf-8", "surrogatepass"))
    if data.startswith(_PNG):
        try:
            return _short(b"".join(_pixels(data)))
        except (ValueError, struct.error, zlib.error):
            pass  # damaged: it counts by its bytes
    return _short(data)


def _pixels(data: bytes) -> Iterator[bytes]:
    """What the pixels are made of: header, palette, transparency, rows. Raises ValueError for a bomb."""
    packed = bytearray()
    at = len(_PNG)
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if kind == b"IDAT":
            packed += body
        elif kind in _SHOWN:
            yield kind + body
        at += size + 12
    unpacker = zlib.decompressobj()
    yield unpacker.decompress(bytes(packed), _MOST)
    if unpacker.unconsumed_tail:
        raise ValueError("too large")


def _short(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]

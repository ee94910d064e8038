"""Which bytes are a picture, by how they begin; pure, and without Pillow."""

from __future__ import annotations

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # sizes of its second header: two letters alone are any text


def picture_kind(data: bytes) -> str:
    """`PNG`, `JPEG`, `GIF`, `WEBP` or `BMP`; empty for anything else. The first 18 bytes are enough."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return "BMP"
    return ""

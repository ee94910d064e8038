"""Entries and pictures for tests of replays."""

from __future__ import annotations

import base64
import itertools
import struct
import zlib
from typing import Any

from backend.models import Status, Stream
from workbench.history.entry import Entry, Segment

NOON = 1_790_000_000.0
_numbers = itertools.count(1)


def entry(code: str = "x", stdout: str = "", value: str | None = None, **more: Any) -> Entry:
    """A succeeded entry."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "session": "one",
        "number": number,
        "status": Status.SUCCEEDED,
        "started_at": NOON,
        "duration_ms": 1.0,
        "segments": (Segment(Stream.STDOUT, stdout),) if stdout else (),
        "value": None if value is None else {"text/plain": value},
    }
    return Entry(f"id-{number}", code, **(usual | more))


def png(shade: int, comment: str = "", level: int = 6, rows: int = 2) -> str:
    """A grey picture as base64."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress((b"\0" + bytes([shade]) * 4) * rows, level)
    parts = [
        chunk(b"IHDR", struct.pack(">IIBBBBB", 4, rows, 8, 0, 0, 0, 0)),
        chunk(b"tEXt", b"Software\0" + comment.encode()) if comment else b"",
        chunk(b"IDAT", pixels),
        chunk(b"IEND", b""),
    ]
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()

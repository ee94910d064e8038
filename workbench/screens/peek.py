"""The first bytes of a file as something to look at: text, or a hex dump; pure."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from workbench import format

TEXT_WINDOW = 256_000
HEX_WINDOW = 4_096
# above this share of undecodable characters a file is not text in any sense that helps
_BROKEN = 0.1


@dataclass(frozen=True, slots=True)
class Peek:
    """What to show of a file: its text, whether that is a hex dump, and how much there is beyond it."""

    text: str
    binary: bool
    note: str


def peek(data: bytes, total: int) -> Peek:
    """What to show of a file of `total` bytes that starts with `data`."""
    text = decoded(data)
    if text is None:
        shown = data[:HEX_WINDOW]
        return Peek(hex_dump(shown), True, _note("binary, ", len(shown), total))
    return Peek(text, False, _note("", len(data), total))


def decoded(data: bytes) -> str | None:
    """`data` as text, UTF-8 or UTF-16 with a byte order mark; None when it is binary.

    A character cut in two at the end is left out; a few broken bytes become U+FFFD.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("replace").decode(data)
    if b"\0" in data:
        return None
    text = codecs.getincrementaldecoder("utf-8-sig")("replace").decode(data)
    return None if text.count("\ufffd") > _BROKEN * len(text) else text


def hex_dump(data: bytes) -> str:
    """Offset, sixteen bytes in two groups, and what of them is printable ASCII, a line each."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        halves = (" ".join(f"{byte:02x}" for byte in half) for half in (row[:8], row[8:]))
        plain = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        lines.append(f"{start:08x}  {next(halves):<23}  {next(halves):<23}  {plain}")
    return "\n".join(lines)


def _note(kind: str, shown: int, total: int) -> str:
    return f"{kind}first {format.size(shown)} of {format.size(total)}" if shown < total else kind.rstrip(", ")

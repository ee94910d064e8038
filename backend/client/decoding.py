"""Bodies of answers, decoded piece by piece in bounded memory, however far they unpack."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator

STEP = 1 << 20  # bytes that are unpacked at once
ACCEPTED = "gzip"
_EITHER = 47  # zlib's word for gzip and zlib headers alike


class Undecodable(Exception):  # noqa: N818 - what became of the body
    """The body is packed in a way that was not asked for, or broken, or longer than the cap."""


async def decoded(pieces: AsyncIterator[bytes], encoding: str) -> AsyncIterator[bytes]:
    """The body in pieces of at most STEP bytes where it is packed. Raises Undecodable."""
    word = encoding.strip().lower()
    if word in ("", "identity"):
        async for piece in pieces:
            yield piece
        return
    if word not in ("gzip", "x-gzip", "deflate"):
        raise Undecodable(f"it is packed with {word[:20]!r}")
    unpacker = zlib.decompressobj(_EITHER)
    async for piece in pieces:
        for part in _unpacked(unpacker, piece):
            yield part
    if not unpacker.eof:
        raise Undecodable("it ends in the middle of packed data")


async def whole(pieces: AsyncIterator[bytes], encoding: str, cap: int) -> bytes:
    """The body, which may have at most `cap` bytes. Raises Undecodable."""
    found: list[bytes] = []
    size = 0
    async for piece in decoded(pieces, encoding):
        size += len(piece)
        if size > cap:
            raise Undecodable(f"it is longer than {cap:,} bytes")
        found.append(piece)
    return b"".join(found)


def _unpacked(unpacker: zlib._Decompress, piece: bytes) -> Iterator[bytes]:
    while piece and not unpacker.eof:
        try:
            part = unpacker.decompress(piece, STEP)
        except zlib.error:
            raise Undecodable("its packed data is broken") from None
        piece = unpacker.unconsumed_tail
        if part:
            yield part

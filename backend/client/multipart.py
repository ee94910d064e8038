"""The body of an upload: one file in the field `file`, sent as it is read."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

from backend.client.transport import Body
from backend.errors import FileError
from backend.wire.content import content_type


def upload(name: str, content: AsyncIterator[bytes], size: int | None) -> Body:
    """The body that carries `content` as `name`; without `size` it is sent in chunks.

    Taking its pieces raises FileError when there are more or fewer bytes than `size`: the target then gets no
    whole body, and keeps nothing.
    """
    boundary = f"session-workbench-{secrets.token_hex(16)}"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(name)}"\r\n'
        f"Content-Type: {content_type(name)}\r\n\r\n"
    ).encode("utf-8", "surrogatepass")
    tail = f"\r\n--{boundary}--\r\n".encode("ascii")
    length = None if size is None else len(head) + size + len(tail)
    pieces = _pieces(head, _counted(name, content, size), tail)
    return Body(pieces, f"multipart/form-data; boundary={boundary}", length, head)


def _quoted(name: str) -> str:
    """The name inside quotes, as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


async def _pieces(head: bytes, content: AsyncIterator[bytes], tail: bytes) -> AsyncIterator[bytes]:
    yield head
    async for piece in content:
        yield piece
    yield tail


async def _counted(name: str, content: AsyncIterator[bytes], size: int | None) -> AsyncIterator[bytes]:
    sent = 0
    async for piece in content:
        sent += len(piece)
        if size is not None and sent > size:
            raise FileError(f"{name} has grown while it was sent.", "Try again.")
        if piece:
            yield piece
    if size is not None and sent < size:
        raise FileError(f"{name} has shrunk while it was sent.", "Try again.")

"""Answers on their way out: refusals from errors, and what ASGI wants to hear."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import field

from starlette.types import Send

from backend.errors import CannotStart, FileError, SessionBusy, TargetError, Unsupported, WorkbenchError
from backend.records import dataclass
from backend.wire import faults
from backend.wire.facts import Fault
from backend.wire.messages import HttpAnswer
from backend.wire.problems import WireError

SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
)
"""On every answer: no browser may guess its type, keep it, embed it, or run anything in it."""

RETRY = 1.0  # seconds: a place in a queue comes free as soon as an execution ends
_BY_ERRNO = {
    errno.ENOENT: (404, "FileNotFound"),
    errno.ENOTDIR: (404, "FileNotFound"),
    errno.ELOOP: (403, "FileNotRegular"),
    errno.EACCES: (403, "FileAccessDenied"),
    errno.EPERM: (403, "FileAccessDenied"),
    errno.ENOSPC: (507, "InsufficientStorage"),
    errno.EDQUOT: (507, "InsufficientStorage"),
    errno.EFBIG: (507, "InsufficientStorage"),
    errno.EROFS: (507, "InsufficientStorage"),
    errno.EMFILE: (503, "ServiceUnavailable"),
    errno.ENFILE: (503, "ServiceUnavailable"),
    errno.EIO: (503, "ServiceUnavailable"),
}


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer whose body of `size` bytes comes in pieces."""

    status: int
    headers: Mapping[str, str]
    size: int
    pieces: AsyncIterator[bytes] = field(repr=False)


Reply = HttpAnswer | Stream


class RefusedError(WorkbenchError):
    """A request that is refused with a code of its own."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class ClientLeft(Exception):  # noqa: N818 - an event, and nobody is left to be told
    """The client went away before its request was whole."""


def refusal(error: WorkbenchError) -> HttpAnswer:
    """The answer that tells an error; never a 500."""
    if isinstance(error, WireError):
        return faults.refusal(error)
    if isinstance(error, RefusedError):
        return faults.answer(error.fault)
    return faults.answer(_fault(error))


def _fault(error: WorkbenchError) -> Fault:
    if isinstance(error, FileError):
        cause = error.__cause__
        number = cause.errno if isinstance(cause, OSError) else None
        status, code = _BY_ERRNO.get(number or 0, (400, "InvalidFile"))
        return Fault(status, code, str(error), "name" if status < 500 else "")
    if isinstance(error, SessionBusy):
        return Fault(429, "SessionBusy", str(error), "identifier", RETRY)
    if isinstance(error, CannotStart):
        return Fault(503, "CannotStart", str(error), retry_after=RETRY)
    if isinstance(error, Unsupported):
        return Fault(501, "NotSupported", str(error))
    if isinstance(error, TargetError):
        return Fault(503, "ServiceUnavailable", str(error), retry_after=RETRY)
    return Fault(400, "InvalidRequest", str(error))


async def send_reply(reply: Reply, send: Send, *, head: bool = False) -> bool:
    """Send it, without its body for a HEAD; False when a stream ended before it was whole."""
    if isinstance(reply, HttpAnswer):
        headers = _encoded(reply.headers.items())
        if reply.status != 204 and "Content-Length" not in reply.headers:
            headers.append((b"content-length", b"%d" % len(reply.body)))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
        return True
    headers = _encoded(reply.headers.items())
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    return await _send_pieces(reply, send, head)


async def _send_pieces(reply: Stream, send: Send, head: bool) -> bool:
    left = 0 if head else reply.size
    while left:
        piece = (await anext(reply.pieces, b""))[:left]  # a file that grows is sent as long as it was
        if not piece:
            return False
        left -= len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
    if head or not reply.size:
        await send({"type": "http.response.body", "body": b""})
    return True


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers]

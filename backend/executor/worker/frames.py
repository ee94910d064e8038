"""Length-limited JSON frames: four bytes of length, then ASCII JSON. Both ends use this module."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any, Dict, List, Optional, Tuple

HEADER = struct.Struct("!I")
LIMIT = 32 * 1024 * 1024

Frame = Dict[str, Any]

# bound at import: code run in a session may patch the json module
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=repr).encode
_decode = json.JSONDecoder().decode


class ProtocolError(Exception):
    """What came over the channel is no frame."""


def pack(frame: Frame) -> bytes:
    """The bytes of one frame. Raises ProtocolError when it is longer than LIMIT."""
    body = _encode(frame).encode("ascii")
    if len(body) > LIMIT:
        raise ProtocolError("frame of %d bytes" % len(body))
    return HEADER.pack(len(body)) + body


def unpack(body: bytes) -> Frame:
    """The frame in `body`. Raises ProtocolError when it is not a JSON object."""
    try:
        frame = _decode(str(body, "ascii"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON: %s" % error) from None
    if not isinstance(frame, dict):
        raise ProtocolError("not an object")
    return frame


class Buffer:
    """Bytes as they arrive, cut into frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> List[Frame]:
        """The frames that `data` completes. Raises ProtocolError on a bad length or body."""
        self._bytes += data
        frames = []
        while len(self._bytes) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._bytes)
            if length > LIMIT:
                raise ProtocolError("frame of %d bytes announced" % length)
            end = HEADER.size + length
            if len(self._bytes) < end:
                break
            body = bytes(self._bytes[HEADER.size : end])
            del self._bytes[:end]
            frames.append(unpack(body))
        return frames

    @property
    def partial(self) -> bool:
        """Whether a frame has begun that is not complete."""
        return bool(self._bytes)


def send(sock: socket.socket, frame: Frame) -> None:
    """Send one frame, blocking."""
    sock.sendall(pack(frame))


def receive(sock: socket.socket) -> Optional[Frame]:
    """The next frame, blocking; None at the end of the stream."""
    header = _exactly(sock, HEADER.size)
    if header is None:
        return None
    (length,) = HEADER.unpack(header)
    if length > LIMIT:
        raise ProtocolError("frame of %d bytes announced" % length)
    body = _exactly(sock, length)
    return None if body is None else unpack(body)


def receive_with_fds(sock: socket.socket, count: int) -> Tuple[Optional[Frame], List[int]]:
    """The next frame and the descriptors sent along with its first byte."""
    header, fds, _, _ = socket.recv_fds(sock, HEADER.size, count)
    if not header:
        return None, []
    while len(header) < HEADER.size:
        more = sock.recv(HEADER.size - len(header))
        if not more:
            return None, fds
        header += more
    (length,) = HEADER.unpack(header)
    body = _exactly(sock, length) if length <= LIMIT else None
    return (None if body is None else unpack(body)), fds


def _exactly(sock: socket.socket, count: int) -> Optional[bytes]:
    parts = bytearray()
    while len(parts) < count:
        data = sock.recv(min(count - len(parts), 1 << 20))
        if not data:
            return None
        parts += data
    return bytes(parts)

"""Length-limited JSON frames: four bytes of length, then ASCII JSON. Both ends use this module."""

from __future__ import annotations

import _socket
import json
import socket
import struct
import threading
from typing import Any, Callable, Dict, List, Optional, Tuple

HEADER = struct.Struct("!I")
LIMIT = 32 * 1024 * 1024
PIECE = 1 << 20
FD_SIZE = struct.calcsize("i")
FDS_SPACE = socket.CMSG_SPACE(2 * FD_SIZE)  # a frame brings at most two descriptors
CHANNEL_LOST = 117  # exit code of a worker whose channel was closed under it

Frame = Dict[str, Any]


class _Encoder(json.JSONEncoder):
    """With methods of its own: code run in a session may patch those of the json module."""

    encode = json.JSONEncoder.encode
    iterencode = json.JSONEncoder.iterencode


def _opaque(value: Any) -> str:
    return "<%s>" % type(value).__name__


_encode = _Encoder(ensure_ascii=True, separators=(",", ":"), default=_opaque).encode
_decode = json.JSONDecoder().decode


class ProtocolError(Exception):
    """What came over the channel is no frame."""


def pack(frame: Frame) -> bytes:
    """The bytes of one frame. Raises ProtocolError when it is longer than LIMIT or no JSON."""
    try:
        body = _encode(frame).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError("not JSON: %s" % error) from None
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


class Wire:
    """Frames over a blocking socket, whose methods are bound at start: code may patch the module."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock  # kept: its end closes the descriptor
        self._send = sock.sendall
        self._recvmsg = sock.recvmsg
        self._lock = threading.RLock()  # a finalizer that runs between two lines here may send too
        self._got: List[Any] = []  # of the frame that is under way, as recvmsg gives it
        self._fds: List[int] = []

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._sock.fileno()

    def take_fds(self) -> List[int]:
        """The descriptors that came with frames since the last call."""
        fds, self._fds = self._fds, []
        return fds

    def send(self, frame: Frame, sent: Optional[List[Any]] = None) -> None:
        """Send one frame; threads may call this. Raises OSError, ProtocolError.

        What else this raises came before or after the frame, and `sent` is empty or not.
        """
        data = pack(frame)
        with self._lock:
            ([] if sent is None else sent).extend(map(self._send, (data,)))

    def receive(self) -> Optional[Frame]:
        """The next frame; None at the end of the stream. Raises OSError, ProtocolError.

        What another thread makes this one raise (PyThreadState_SetAsyncExc) loses nothing: the next call goes
        on. So what comes is kept within C: no such exception can come between its arrival and its keeping.
        """
        got = self._got
        while True:
            missing = _missing([each[0] for each in got])
            if not missing:
                break
            got.extend(map(self._recvmsg, (min(missing, PIECE),), (FDS_SPACE,)))
            if not got[-1][0]:
                return None
        frame = unpack(b"".join(each[0] for each in got)[HEADER.size :])
        for _, ancillary, _, _ in got:
            for _, _, fds in ancillary:
                self._fds += struct.unpack("%di" % (len(fds) // 4), fds)
        got.clear()
        return frame


def _missing(pieces: List[bytes]) -> int:
    """How many bytes of a frame have yet to come, as far as they are known. Raises ProtocolError."""
    count = sum(map(len, pieces))
    if count < HEADER.size:
        return HEADER.size - count
    header = b"".join(piece[: HEADER.size] for piece in pieces[: HEADER.size])
    (length,) = HEADER.unpack_from(header)
    if length > LIMIT:
        raise ProtocolError("frame of %d bytes announced" % length)
    return HEADER.size + int(length) - count


def send(sock: socket.socket, frame: Frame) -> None:
    """Send one frame, blocking."""
    sock.sendall(pack(frame))


def send_with_fds(sock: _socket.socket, frame: Frame, fds: List[int]) -> None:
    """Send one frame with descriptors, blocking."""
    send_raw(sock, pack(frame)[HEADER.size :], struct.pack("%di" % len(fds), *fds))


def receive_with_fds(sock: _socket.socket, count: int) -> Tuple[Optional[Frame], List[int]]:
    """The next frame and the descriptors sent along with its first byte."""
    body, rights = receive_raw(sock, count)
    return (None if body is None else unpack(body)), numbers(rights)


def receive_raw(sock: _socket.socket, count: int) -> Tuple[Optional[bytes], bytes]:
    """As receive_with_fds, but both as they came: the frame's body, and the numbers for SCM_RIGHTS."""
    header, ancillary, _, _ = sock.recvmsg(HEADER.size, socket.CMSG_SPACE(count * FD_SIZE))
    rights = b"".join([data for _, _, data in ancillary])
    while len(header) < HEADER.size:
        more = sock.recv(HEADER.size - len(header)) if header else b""
        if not more:
            return None, rights
        header += more
    (length,) = HEADER.unpack(header)
    return (_exactly(sock.recv, length) if length <= LIMIT else None), rights


def send_raw(sock: _socket.socket, body: bytes, rights: bytes) -> None:
    """Send a frame's body, and descriptors by their numbers, blocking."""
    data = HEADER.pack(len(body)) + body
    rest = data[sock.sendmsg((data,), ((socket.SOL_SOCKET, socket.SCM_RIGHTS, rights),)) :]
    if rest:  # sending nothing fails too when the other side, being served, has closed
        sock.sendall(rest)


def numbers(rights: bytes) -> List[int]:
    """The descriptors that came."""
    return list(struct.unpack("%di" % (len(rights) // FD_SIZE), rights))


def _exactly(receive: Callable[[int], bytes], count: int) -> Optional[bytes]:
    data = receive(count) if count else b""
    if len(data) == count:
        return data
    parts = bytearray(data)
    while len(parts) < count:
        data = receive(min(count - len(parts), PIECE))
        if not data:
            return None
        parts += data
    return bytes(parts)

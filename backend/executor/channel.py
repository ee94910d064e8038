"""Framed JSON over one end of a socketpair, on the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from backend.executor.worker import frames

READ = 1 << 16
STALL = 10.0  # seconds that a begun frame may take to complete


class Channel:
    """Sends and receives frames without blocking.

    `on_frame` gets each frame; `on_close` is called once, with a reason that is empty at a plain end of the
    stream and a sentence when the other side sent something that is no frame.
    """

    def __init__(
        self,
        sock: socket.socket,
        on_frame: Callable[[frames.Frame], None],
        on_close: Callable[[str], None],
    ) -> None:
        self._sock = sock
        self._on_frame = on_frame
        self._on_close = on_close
        self._buffer = frames.Buffer()
        self._pending = bytearray()
        self._closed = False
        self._stall: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        sock.setblocking(False)
        self._loop.add_reader(sock.fileno(), self._read)

    @property
    def free(self) -> bool:
        """Whether the next frame goes out at once, as one with descriptors must."""
        return not self._closed and not self._pending

    def send_with_fds(self, frame: frames.Frame, fds: list[int]) -> bool:
        """Send a frame with descriptors, which the caller keeps; False when neither can go now."""
        if not self.free:
            return False
        data = frames.pack(frame)
        try:
            sent = socket.send_fds(self._sock, [data], fds)
        except OSError:
            return False
        self._queue(data[sent:])
        return True

    def send(self, frame: frames.Frame) -> None:
        """Send a frame; after the end of the stream it goes nowhere, and `on_close` has told so."""
        if self._closed:
            return
        data = frames.pack(frame)
        if not self._pending:
            try:
                sent = self._sock.send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                return  # the reader sees the end
            data = data[sent:]
        self._queue(data)

    def _queue(self, data: bytes) -> None:
        if data:
            if not self._pending:
                self._loop.add_writer(self._sock.fileno(), self._write)
            self._pending += data

    def _write(self) -> None:
        try:
            sent = self._sock.send(self._pending)
        except BlockingIOError:
            return
        except OSError:
            self._pending.clear()
            sent = 0
        del self._pending[:sent]
        if not self._pending:
            self._loop.remove_writer(self._sock.fileno())

    def _read(self) -> None:
        try:
            data = self._sock.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end("")
            return
        try:
            received = self._buffer.feed(data)
        except frames.ProtocolError as error:
            self._end(str(error))
            return
        self._watch_stall()
        for frame in received:
            if self._closed:
                return
            self._on_frame(frame)

    def _watch_stall(self) -> None:
        if self._stall is not None and not self._buffer.partial:
            self._stall.cancel()
            self._stall = None
        elif self._stall is None and self._buffer.partial:
            self._stall = self._loop.call_later(STALL, self._end, "a frame that never ended")

    def _end(self, reason: str) -> None:
        if not self._closed:
            self.close()
            self._on_close(reason)

    def finish(self) -> None:
        """Send nothing more and say so; `on_close` is called when the other side has ended too."""
        if not self._closed:
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close our end; `on_close` is not called for it."""
        if self._closed:
            return
        self._closed = True
        if self._stall is not None:
            self._stall.cancel()
        self._loop.remove_reader(self._sock.fileno())
        if self._pending:
            self._loop.remove_writer(self._sock.fileno())
        self._sock.close()

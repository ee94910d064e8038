"""One output pipe of a worker: read in large pieces, decoded, paced, paused when nobody keeps up."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import fcntl
import os
import struct
import termios
from collections.abc import Callable

from backend.models import Stream

READ = 1 << 18
CAPACITY = 1 << 20
F_SETPIPE_SZ = 1031  # linux/fcntl.h
COUNT = struct.Struct("i")
PACE = 0.004  # seconds between small reads: a million one-byte flushes must not cost a million wake-ups


class OutputPipe:
    """Reads one pipe and passes its bytes to `on_data`, then their text to `on_text`.

    After a read that did not fill the buffer the next one waits PACE seconds, and after each one while it is
    `calm`; `drain` does not wait. Calm is for late output: a child that was left behind and floods gets
    60 MB/s of us, for a tenth of a core instead of half of one.
    """

    def __init__(
        self,
        fd: int,
        stream: Stream,
        on_text: Callable[[Stream, str], None],
        on_data: Callable[[Stream, bytes], None] | None = None,
    ) -> None:
        self._fd = fd
        self._stream = stream
        self._on_text = on_text
        self._on_data = on_data
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._reading = False
        self._paused = False
        self._closed = False
        self.calm = False
        os.set_blocking(fd, False)
        enlarge(fd)
        self._resume()

    def _resume(self) -> None:
        self._timer = None
        if not (self._closed or self._paused or self._reading):
            self._loop.add_reader(self._fd, self._readable)
            self._reading = True

    def _stop(self) -> None:
        if self._reading:
            self._loop.remove_reader(self._fd)
            self._reading = False

    def _readable(self) -> None:
        size = self._read()
        if (size < READ or self.calm) and not self._closed:
            self._stop()
            self._timer = self._loop.call_later(PACE, self._resume)

    def _read(self, most: int = READ) -> int:
        try:
            data = os.read(self._fd, most)
        except BlockingIOError:
            return 0
        except OSError:
            data = b""
        if not data:
            self.close()
            return 0
        if self._on_data is not None:
            self._on_data(self._stream, data)
        text = self._decoder.decode(data)
        if text:
            self._on_text(self._stream, text)
        return len(data)

    @property
    def closed(self) -> bool:
        """Whether nothing can come any more."""
        return self._closed

    def become_late(self, on_text: Callable[[Stream, str], None]) -> None:
        """From now on the text goes there, and the raw bytes nowhere; reading goes on, paused or not."""
        self.calm = True
        self._on_text = on_text
        self._on_data = None
        self.pause(False)

    def pause(self, paused: bool) -> None:
        """Stop or go on reading; the worker blocks once the pipe is full."""
        self._paused = paused
        if paused:
            self._stop()
        elif self._timer is None:
            self._resume()

    def drain(self) -> None:
        """Read what is in the pipe now, paused or not; a child that goes on writing does not prolong it."""
        if self._closed:
            return
        (left,) = COUNT.unpack(fcntl.ioctl(self._fd, termios.FIONREAD, bytes(COUNT.size)))
        while left > 0 and not self._closed:
            size = self._read(min(left, READ))
            if not size:
                return
            left -= size

    def flush_decoder(self) -> None:
        """End a character that was cut off for good: the text of one execution never bleeds into the next."""
        text = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        if text:
            self._on_text(self._stream, text)

    def close(self) -> None:
        """Stop reading for good."""
        if self._closed:
            return
        self._closed = True
        self._stop()
        if self._timer is not None:
            self._timer.cancel()
        os.close(self._fd)


def enlarge(fd: int) -> None:
    """Ask for a larger pipe buffer, where the platform has one to give."""
    with contextlib.suppress(OSError):
        fcntl.fcntl(fd, F_SETPIPE_SZ, CAPACITY)

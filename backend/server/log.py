"""One escaped line for what happens: what a client sends reaches the terminal as text and nothing else."""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import time
from collections.abc import Iterator
from typing import TextIO

_LONGEST = 500  # characters
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]|\\")
_FOREIGN = ("uvicorn", "uvicorn.error", "uvicorn.access", "python_multipart", "asyncio")


def escaped(text: str) -> str:
    """The text as printable ASCII in one line."""
    text = _UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode("ascii"), text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


class Log:
    """Lines to a stream: problems always, requests when `verbose`. A stream that is gone is let go."""

    def __init__(self, verbose: bool = False, stream: TextIO | None = None) -> None:
        self.verbose = verbose
        self._stream = stream or sys.stderr

    def problem(self, text: str) -> None:
        """Something went wrong here, or somebody tries to come in."""
        self._write(text)

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        """A request was answered. Queries stay out: the identifier of a session opens it."""
        if self.verbose:
            self._write(f"{method} {path} {status} {seconds * 1000:.1f} ms")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(f"{time.strftime('%H:%M:%S')} {escaped(text)}\n")
            self._stream.flush()
        except (OSError, ValueError):
            self.verbose = False


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """The message, and of an exception its name and text."""
        text = record.getMessage().strip()
        if record.exc_info and record.exc_info[1] is not None:
            text += f": {record.exc_info[1]!r}"
        self._log.problem(text)


@contextlib.contextmanager
def taken_over(log: Log) -> Iterator[None]:
    """While this lasts the libraries below write here, errors only: what clients send wrong is no news."""
    before = []
    for logger in map(logging.getLogger, _FOREIGN):
        before.append((logger, logger.handlers, logger.propagate, logger.level))
        logger.handlers, logger.propagate = [_Handler(log)], False
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, handlers, propagate, level in before:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)

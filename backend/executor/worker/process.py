"""The worker: holds one session's variables, runs one piece of code after another."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import time
from typing import Any, Dict, Tuple

from . import frames, gate, limits, loop, streams

Descriptors = Tuple[int, int, int, int]  # control, stdout, stderr, interrupts


def main(request: Dict[str, Any], fds: Descriptors, shell: Any) -> None:
    """Become the session's process and serve its control channel until that ends."""
    control, stdout, stderr, interrupts = fds
    _reset_signals()
    os.setsid()
    sock = socket.socket(fileno=streams.park(control))
    console = streams.Console(stdout, stderr)
    door = gate.Gate(streams.park(interrupts))
    _close_others({sock.fileno(), door.fd, *console.descriptors})
    limits.apply()
    folder = _enter(request)
    console.install()
    loop.Worker(frames.Wire(sock), console, door, shell, folder).serve()


def _reset_signals() -> None:
    for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _close_others(keep: Any) -> None:
    kept = sorted(keep | {0, 1, 2})
    for low, high in zip(kept, [*kept[1:], limits.OPEN_FILES]):
        os.closerange(low + 1, high)


def _enter(request: Dict[str, Any]) -> str:
    """Take on the session's environment and working directory, which is returned."""
    environment = request.get("env") or {}
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    folder = str(request.get("cwd") or "/")
    os.chdir(folder)
    if folder not in sys.path:
        sys.path.append(folder)  # last: a json.py among the session's files must not shadow the real one
    return folder

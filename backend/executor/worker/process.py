"""The worker: holds one session's variables, runs one piece of code after another."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import time
from typing import Any, Dict

from . import frames, gate, limits, loop, streams

FDS = 3  # control, stdout, stderr


def main(cradle: socket.socket, interrupts: int, shell: Any, ahead: bool) -> None:
    """Become a session's process: get all ready, wait for the session, serve its channel until that ends.

    `ahead` tells that nobody waits for it yet.
    """
    _reset_signals()
    os.setsid()
    door = gate.Gate(streams.park(interrupts))
    _close_others({cradle.fileno(), door.fd})
    limits.apply()
    if ahead:
        shell.warm()
    request, fds = frames.receive_with_fds(cradle, FDS)
    cradle.close()
    if request is None or len(fds) != FDS:
        return
    control, stdout, stderr = fds
    sock = socket.socket(fileno=streams.park(control))
    console = streams.Console(stdout, stderr)
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
    folder = str(request.get("data") or "/")
    os.chdir(folder)
    if folder not in sys.path:
        sys.path.append(folder)  # last: a json.py among the session's files must not shadow the real one
    return folder

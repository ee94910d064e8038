"""The worker: holds one session's variables, runs one piece of code after another."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import time
from typing import Any, Dict

from . import frames, gate, limits, loop, places, streams

FDS = 3  # control, stdout, stderr


def main(cradle: socket.socket, interrupts: int, shell: Any, ahead: bool) -> None:
    """Become a session's process: get all ready, wait for the session, serve its channel until that ends.

    `ahead` tells that nobody waits for it yet. The cradle stays open: reports of faults go out on it.
    """
    _reset_signals()
    os.setsid()
    door = gate.Gate(streams.park(interrupts))
    _close_others({cradle.fileno(), door.fd})
    limits.apply()
    if ahead:
        shell.warm()
    request, fds = frames.receive_with_fds(cradle, FDS)
    if request is None or len(fds) != FDS:
        return
    control, stdout, stderr = fds
    wire = frames.Wire(socket.socket(fileno=streams.park(control)))
    cradle.setblocking(False)  # a report is many small writes, and nobody reads them before the worker's end
    console = streams.Console(stdout, stderr, streams.park(cradle.detach()))
    _take_environment(request)
    try:
        place = places.enter(request)
    except places.RefusedError as error:
        wire.send({"event": "refused", "reason": str(error)})
        return
    os.environ["PWD"] = place.path
    if place.path not in sys.path:
        sys.path.append(place.path)  # last: a json.py among the session's files must not shadow the real one
    console.install()
    loop.Worker(wire, console, door, shell, place).serve()


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)  # the keeper's, when it forked us late: code may open something of that number
    for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _close_others(keep: Any) -> None:
    kept = sorted(keep | {0, 1, 2})
    for low, high in zip(kept, [*kept[1:], limits.OPEN_FILES]):
        os.closerange(low + 1, high)


def _take_environment(request: Dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(request.get("env") or {})
    time.tzset()
    tempfile.tempdir = None

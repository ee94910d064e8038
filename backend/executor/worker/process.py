"""The worker: holds one session's variables, runs one piece of code after another."""

from __future__ import annotations

# the functions of signal make enums of all they give
import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import os
import socket
import sys
import tempfile
import time
from typing import Any, Dict, NamedTuple

from . import distributions, frames, gate, limits, loop, places, streams

FDS = 3  # control, stdout, stderr


class Kit(NamedTuple):
    """What a worker works with, made before it is forked."""

    shell: Any
    console: streams.Console


def main(cradle: Any, interrupts: int, kit: Kit, ahead: bool) -> None:
    """Become a session's process: get all ready, wait for the session, serve its channel until that ends.

    `ahead` tells that nobody waits for it yet. The cradle stays open: reports of faults go out on it.
    """
    _reset_signals()
    os.setsid()
    door = gate.Gate(streams.park(interrupts))
    _close_others({cradle.fileno(), door.fd})
    limits.apply()
    if ahead:
        kit.shell.warm()
    received, fds = frames.receive_with_fds(cradle, FDS)
    if received is None or len(fds) != FDS:
        return
    request = received["session"]
    request.setdefault("processes", received["processes"])
    control, stdout, stderr = fds
    wire = frames.Wire(socket.socket(fileno=streams.park(control)))
    cradle.setblocking(False)  # a report is many small writes, and nobody reads them before the worker's end
    console = kit.console
    console.take(stdout, stderr, cradle.detach())
    _take_environment(request)
    try:
        place = places.enter(request)
    except places.RefusedError as error:
        wire.send({"event": "refused", "reason": str(error)})
        return
    os.environ["PWD"] = place.path
    if place.path not in sys.path:
        sys.path.append(place.path)  # last: a json.py among the session's files must not shadow the real one
    distributions.install()
    console.install()
    loop.Worker(wire, console, door, kit.shell, place).serve()


def _reset_signals() -> None:
    _signal.set_wakeup_fd(-1)  # the keeper's, when it forked us late: code may open something of that number
    for number in (_signal.SIGINT, _signal.SIGCHLD, _signal.SIGTERM):
        _signal.signal(number, _signal.SIG_DFL)


def _close_others(keep: Any) -> None:
    kept = sorted(keep | {0, 1, 2})
    for low, high in zip(kept, [*kept[1:], limits.OPEN_FILES]):
        os.closerange(low + 1, high)


def _take_environment(request: Dict[str, Any]) -> None:
    """Make the request's environment this process's; what is so already stays untouched."""
    wanted = request.get("env") or {}
    for name in [name for name in os.environ if name not in wanted]:
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    time.tzset()
    tempfile.tempdir = None

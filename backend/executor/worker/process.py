"""The worker: holds one session's variables, runs one piece of code after another."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
import time
from typing import Any, Dict, Optional, Tuple

from . import frames, limits, streams, tracebacks

Descriptors = Tuple[int, int, int, int]  # control, stdout, stderr, interrupts


def main(request: Dict[str, Any], fds: Descriptors, shell: Any) -> None:
    """Become the session's process and serve its control channel until that ends."""
    control, stdout, stderr, interrupts = fds
    _reset_signals()
    os.setsid()
    sock = socket.socket(fileno=_park(control))
    console = streams.Console(stdout, stderr)
    keep = {sock.fileno(), *console.descriptors}
    gate = Gate(_park(interrupts))
    _close_others(keep | {gate.fd})
    limits.apply()
    _enter(request)
    console.install()
    Worker(sock, console, gate, shell).serve()


def _reset_signals() -> None:
    for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _park(fd: int) -> int:
    """Move a descriptor of ours out of the low numbers, which code likes to close and reuse."""
    import fcntl

    parked = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 200)
    os.close(fd)
    return parked


def _close_others(keep: Any) -> None:
    kept = sorted(keep | {0, 1, 2})
    for low, high in zip(kept, kept[1:] + [1024]):
        os.closerange(low + 1, high)


def _enter(request: Dict[str, Any]) -> None:
    """Take on the session's environment and working directory."""
    environment = request.get("env") or {}
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None
    folder = request.get("cwd") or "/"
    os.chdir(folder)
    if folder not in sys.path:
        sys.path.append(folder)  # last: a json.py among the session's files must not shadow the real one


class Gate:
    """Decides whether a SIGINT is meant for what runs now.

    The keeper writes the name of the meant execution before it signals. The handler raises KeyboardInterrupt
    once, and only for the execution that is running; any other signal is ignored.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.current: Optional[str] = None
        self.fired = False
        os.set_blocking(fd, False)

    def arm(self, execution: str) -> None:
        """The execution begins; whatever handlers earlier code installed are replaced."""
        self.fired = False
        self.current = execution
        signal.signal(signal.SIGINT, self.handle)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def disarm(self) -> None:
        """The execution is over."""
        self.current = None

    def handle(self, number: int, frame: Any) -> None:
        """The signal handler."""
        try:
            names = os.read(self.fd, 65536).decode("ascii", "replace").split("\n")
        except OSError:
            return
        if self.current is not None and self.current in names:
            self.current = None
            self.fired = True
            raise KeyboardInterrupt


class Worker:
    """The loop over the control channel."""

    def __init__(self, sock: socket.socket, console: Any, gate: Gate, shell: Any) -> None:
        self.sock = sock
        self.console = console
        self.gate = gate
        self.shell = shell
        self.pid = os.getpid()
        self.execution = ""
        # bound now: code may patch the modules
        self._clock = time.perf_counter
        self._getpid = os.getpid
        self._exit = os._exit
        self._modules = dict(sys.modules)

    def serve(self) -> None:
        """Answer requests until the channel ends."""
        signal.signal(signal.SIGINT, self.gate.handle)
        self.shell.attach(self.display)
        frames.send(self.sock, {"event": "ready", "pid": self.pid})
        while True:
            try:
                request = frames.receive(self.sock)
            except (OSError, frames.ProtocolError):
                self._exit(1)
            if request is None:
                self._exit(0)
            answer = self.answer(request)
            if self._getpid() != self.pid:
                self._exit(0)  # code forked and its child fell through: only the parent answers
            try:
                frames.send(self.sock, answer)
            except frames.ProtocolError as error:
                frames.send(self.sock, self.too_large(answer, str(error)))

    def answer(self, request: frames.Frame) -> frames.Frame:
        """The answer to one request."""
        if request.get("op") == "execute":
            return self.execute(str(request["id"]), str(request["code"]), int(request.get("number", 0)))
        if request.get("op") == "complete":
            return self.complete(request)
        return {"event": "error", "message": "unknown request"}

    def execute(self, execution: str, code: str, number: int) -> frames.Frame:
        """Run code and tell how it ended. Whatever the code does, this returns."""
        self.execution = execution
        self.console.restore()
        if "builtins" not in sys.modules or "traceback" not in sys.modules:
            sys.modules.update(self._modules)  # code cleared it
        started = self._clock()
        try:
            self.gate.arm(execution)
            try:
                result = self.shell.run(code, number)
            finally:
                self.gate.disarm()
        except BaseException as error:
            self.gate.disarm()
            result = {"error": tracebacks.describe(error)}
        duration = (self._clock() - started) * 1000
        if self._getpid() == self.pid:
            self.console.flush()
        result["event"] = "done"
        result["id"] = execution
        result["duration_ms"] = round(duration, 3)
        result["interrupted"] = self.gate.fired and _is_interrupt(result.get("error"))
        return result

    def complete(self, request: frames.Frame) -> frames.Frame:
        """Completions, or none when finding them fails."""
        try:
            start, end, matches = self.shell.complete(str(request["code"]), int(request["cursor"]))
        except BaseException:
            start = end = int(request.get("cursor", 0))
            matches = []
        return {
            "event": "completions",
            "id": request.get("id"),
            "start": start,
            "end": end,
            "matches": matches,
        }

    def display(self, bundle: Dict[str, Any]) -> None:
        """Send a displayed value and wait until the app has taken the output before it: order is exact."""
        if self._getpid() != self.pid:
            return
        self.console.flush()
        frames.send(self.sock, {"event": "display", "id": self.execution, "bundle": bundle})
        frames.receive(self.sock)

    def too_large(self, answer: frames.Frame, reason: str) -> frames.Frame:
        """A small stand-in for an answer that no frame can hold."""
        return {
            "event": "done",
            "id": self.execution,
            "duration_ms": answer.get("duration_ms", 0),
            "value": {"text/plain": "<the value is too large to show: %s>" % reason},
        }


def _is_interrupt(error: Optional[Dict[str, Any]]) -> bool:
    return bool(error) and error.get("name") == "KeyboardInterrupt"

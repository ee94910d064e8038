"""The keeper: stands between nursery and worker, so that a session's processes can be ended exactly.

As a child-subreaper it inherits whatever the worker leaves behind, double-forked daemons too. It holds the
lifeline, a socketpair with the app: requests come in on it, and its end means the app is gone.

There is one for each session, and what it writes to in memory is its own: up to the first request it calls
little, and hardly anything of the standard library.
"""

from __future__ import annotations

# sockets as C makes them: those of the module socket are slower, and write to ten pages more
import _socket
import os
import select
import signal
import socket
import struct
from typing import Any, Callable, Dict, Iterable, List, Optional

from . import forking, frames, gate, reaper
from .confine import sandbox

FDS = 4  # control, stdout, stderr, lifeline
FAULT = 16384  # bytes of a fault's report that are passed on
FORKED = b'{"event":"forked","pid":%d,"keeper":%d}'
Start = Callable[[Any, int], None]
"""What a forked child runs, for ever: it gets the worker's cradle and the interrupts' read end."""


class Cradle:
    """What joins a keeper and its worker to the nursery, and to each other, made before they are forked.

    The nursery puts the session's lifeline into `ours` and all else into `near`, whose other end is the
    worker's. `late` is for a worker that is forked only when the session has come: inside its sandbox, which
    ends with it. Then all goes into `ours`. Raises OSError.
    """

    def __init__(self, late: bool) -> None:
        self.late = late
        self.opened: List[Any] = []
        try:
            self.ours, self.theirs = self._keep(_socket.socketpair())
            self.near, self.far = self._keep(_socket.socketpair())
            self.interrupts, self.names = self._keep(os.pipe())
            self.wakeup = forking.Wakeup()
        except OSError:
            for end in self.opened:
                _close(end)
            raise
        os.set_blocking(self.names, False)

    def _keep(self, ends: Any) -> Any:
        self.opened += ends
        return ends

    def leave(self) -> None:
        """In the nursery: what belongs to the keeper and the worker."""
        self.wakeup.close()
        os.close(self.interrupts)
        os.close(self.names)
        self.theirs.close()
        self.far.close()

    def close(self) -> None:
        """In the nursery: the rest."""
        self.ours.close()
        self.near.close()


def _close(end: Any) -> None:
    if isinstance(end, int):
        os.close(end)
    else:
        end.close()


def main(cradle: Cradle, start: Start, others: Iterable[int]) -> None:
    """Fork a worker, wait until the nursery gives them a session, watch over it until it or the app ends.

    `others` are descriptors that are not for this process.
    """
    keeper = keep(cradle, start, others, forking.fork)
    if keeper is not None:
        keeper.end(keeper.watch())


def keep(cradle: Cradle, start: Start, others: Iterable[int], fork: Callable[[], int]) -> Optional["Keeper"]:
    """The keeper of a session; None when the nursery is gone, and the worker goes with this process then."""
    cradle.wakeup.own()
    for fd in others:
        os.close(fd)
    cradle.ours.close()
    reaper.become_subreaper()
    if cradle.late:
        return _late(cradle, start)
    worker = bear(cradle, start, os.getpid(), [], fork)
    body, rights = frames.receive_raw(cradle.theirs, 1)
    if body is None or not rights:
        return None
    cradle.theirs.close()
    return Keeper(cradle, worker, *frames.numbers(rights))


def rehearse() -> None:
    """Live through it in the nursery, from the fork to the app's end, which comes at once. Raises OSError."""
    near, far = _socket.socketpair()
    cradle = Cradle(False)
    frames.send_raw(cradle.ours, b"", struct.pack("i", far.fileno()))
    near.close()
    far.close()
    keeper = keep(cradle, _never, (), _forked)
    if keeper is not None:
        keeper.watch()
        keeper.lifeline.close()
    cradle.near.close()
    cradle.wakeup.close()
    os.close(cradle.names)
    forking.unlisten()


def _never(cradle: Any, interrupts: int) -> None:
    """What a worker does in a rehearsal."""


def _forked() -> int:
    return 1


def bear(
    cradle: Cradle, start: Start, parent: int, doors: sandbox.Doors, fork: Callable[[], int] = forking.fork
) -> int:
    """Fork the worker; its pid. Raises OSError.

    `parent` is this process as the worker sees it, 0 from within another pid namespace. `doors` are
    namespaces that the worker moves to first.
    """
    pid = fork()
    if pid == 0:
        reaper.die_with_parent(parent)
        forking.unlisten()
        forking.guarded(lambda: _begin(cradle, start, doors))
    cradle.far.close()
    os.close(cradle.interrupts)
    for fd, _ in doors:
        os.close(fd)
    return pid


def _begin(cradle: Cradle, start: Start, doors: sandbox.Doors) -> None:
    forking.settle()
    try:
        sandbox.move_in(doors)
    except OSError as error:
        _, (control, *_) = frames.receive_with_fds(cradle.far, FDS - 1)
        frames.send(socket.socket(fileno=control), _refusal(error))
        return
    start(cradle.far, cradle.interrupts)


def _late(cradle: Cradle, start: Start) -> Optional["Keeper"]:
    request, fds = frames.receive_with_fds(cradle.theirs, FDS)
    if request is None or len(fds) != FDS:
        return None
    cradle.theirs.close()
    lifeline = fds.pop()
    inside = int(request["session"].get("sandbox") or 0)
    try:
        held = sandbox.hold(inside)
        doors = sandbox.enter(inside)
    except OSError as error:
        frames.send(socket.socket(fileno=lifeline), _refusal(error))
        return None
    worker = bear(cradle, start, 0, doors)
    try:
        frames.send_with_fds(cradle.near, request, fds)
    except OSError:  # it died already; watch() tells
        pass
    for fd in fds:
        os.close(fd)
    return Keeper(cradle, worker, lifeline, held)


def _refusal(error: OSError) -> Dict[str, Any]:
    return {"event": "refused", "reason": "The sandbox cannot be entered: %s." % error}


class Keeper:
    """Watches one worker: interrupts it by name, kills its tree, reports its end. `held` is its sandbox."""

    def __init__(self, cradle: Cradle, worker: int, lifeline: int, held: Optional[int] = None) -> None:
        self.worker = worker
        self.lifeline = _socket.socket(fileno=lifeline)
        self.reports = cradle.near  # of faults: the worker's faulthandler writes there
        self.names = cradle.names
        self.wakeup = cradle.wakeup
        self.held = held
        self.peak = 0  # bytes of memory that the worker has held at most
        self.buffer = frames.Buffer()

    def watch(self) -> Optional[int]:
        """Wait until the worker has ended, and give its wait status, or until the app is gone: None."""
        lifeline, wakeup = self.lifeline.fileno(), self.wakeup.fd
        self.send(FORKED % (self.worker, os.getpid()))
        poll = select.poll()
        poll.register(lifeline, select.POLLIN)
        poll.register(wakeup, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == wakeup:
                    self.wakeup.clear()
                    status = self.reap()
                    if status is not None:
                        return status
                elif not self.serve():
                    return None

    def serve(self) -> bool:
        """Handle what came over the lifeline; False at its end."""
        try:
            data = self.lifeline.recv(65536)
            requests = self.buffer.feed(data)
        except (OSError, frames.ProtocolError):
            return False
        for request in requests:
            if request.get("op") == "interrupt":
                self.interrupt(str(request.get("execution", "")), bool(request.get("group")))
            elif request.get("op") == "kill":
                os.kill(self.worker, signal.SIGKILL)
        return bool(data)

    def interrupt(self, execution: str, group: bool) -> None:
        """Name the execution that is meant, then signal; the worker ignores a signal that names another.

        `group` signals its children as well: os.system() leaves SIGINT to the child it waits for.
        """
        try:
            os.write(self.names, gate.spell(execution).encode("ascii") + b"\n")
        except OSError:
            pass
        try:
            if group:
                os.killpg(self.worker, signal.SIGINT)
            else:
                os.kill(self.worker, signal.SIGINT)
        except (ProcessLookupError, PermissionError):  # it has no group of its own yet
            pass

    def reap(self) -> Optional[int]:
        """Collect dead children; the worker's wait status once it is among them."""
        found: Optional[int] = None
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if pid == 0:
                return found
            if pid == self.worker:
                found, self.peak = status, used.ru_maxrss * 1024

    def end(self, status: Optional[int]) -> None:
        """Report how the worker went, end the whole tree, and exit: the lifeline's end tells that."""
        if status is not None:
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            fault = self.fault() if number is not None else ""
            self.tell({"event": "exited", "code": code, "signal": number, "peak": self.peak, "fault": fault})
        reaper.kill_descendants(group=self.worker)
        if self.held is not None:
            sandbox.end(self.held)  # it cannot end before we have collected the worker
        os._exit(0)

    def fault(self) -> str:
        """What faulthandler reported, once the worker has ended."""
        self.reports.setblocking(False)
        try:
            report: bytes = self.reports.recv(FAULT)
            return report.decode("utf-8", "replace")
        except OSError:
            return ""

    def tell(self, frame: Dict[str, Any]) -> None:
        """Send one event; a parent that is gone is noticed elsewhere."""
        self.send(frames.pack(frame)[frames.HEADER.size :])

    def send(self, body: bytes) -> None:
        """As `tell`, an event that is JSON already."""
        try:
            self.lifeline.sendall(frames.HEADER.pack(len(body)) + body)
        except OSError:
            pass

"""The keeper: stands between nursery and worker, so that a session's processes can be ended exactly.

As a child-subreaper it inherits whatever the worker leaves behind, double-forked daemons too. It holds the
lifeline, a socketpair with the app: requests come in on it, and its end means the app is gone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
from typing import Any, Callable, Dict, List, Optional, Sequence

from . import forking, frames, gate, reaper
from .confine import sandbox

FDS = 4  # control, stdout, stderr, lifeline


FAULT = 16384  # bytes of a fault's report that are passed on
Start = Callable[[socket.socket, int], None]
"""What a forked child runs, for ever: it gets the worker's cradle and the interrupts' read end."""


def main(cradle: socket.socket, start: Start, late: bool) -> None:
    """Fork a worker, wait until the nursery gives them a session, watch over it until it or the app ends.

    `late` has the worker forked only when the session has come: inside its sandbox, which ends with it.
    """
    reaper.become_subreaper()
    baby = None if late else Baby(start, (cradle,), os.getpid(), [])
    wakeup = forking.Wakeup()
    request, fds = frames.receive_with_fds(cradle, FDS)
    if request is None or len(fds) != FDS:
        return  # the nursery is gone, and the worker goes with us
    cradle.close()
    lifeline = socket.socket(fileno=fds.pop())
    held: Optional[int] = None
    if baby is None:
        inside = int(request.get("sandbox") or 0)
        try:
            held = sandbox.hold(inside)
            doors = sandbox.enter(inside)
        except OSError as error:
            frames.send(lifeline, _refusal(error))
            return
        baby = Baby(start, (lifeline,), 0, doors)
    baby.hand_over(request, fds)
    Keeper(baby, lifeline, wakeup, held).watch()


def _refusal(error: OSError) -> Dict[str, Any]:
    return {"event": "refused", "reason": "The sandbox cannot be entered: %s." % error}


class Baby:
    """A forked worker, and what its keeper has of it: the cradle and the interrupts' write end.

    `parent` is this process as the worker sees it, 0 from within another pid namespace. `doors` are
    namespaces that the worker moves to first, `others` sockets that are not for it.
    """

    def __init__(
        self, start: Start, others: Sequence[socket.socket], parent: int, doors: sandbox.Doors
    ) -> None:
        self.cradle, theirs = socket.socketpair()
        interrupts, self.names = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            for end in (self.cradle, *others):
                end.close()
            os.close(self.names)
            reaper.die_with_parent(parent)
            forking.guarded(lambda: _begin(start, theirs, interrupts, doors))
        theirs.close()
        os.close(interrupts)
        for fd, _ in doors:
            os.close(fd)
        os.set_blocking(self.names, False)

    def hand_over(self, request: Dict[str, Any], fds: List[int]) -> None:
        """Give it its session."""
        try:
            frames.send_with_fds(self.cradle, request, fds)
        except OSError:  # it died while it waited; watch() tells
            pass
        for fd in fds:
            os.close(fd)

    def fault(self) -> str:
        """What faulthandler reported, once the worker has ended."""
        self.cradle.setblocking(False)
        try:
            return self.cradle.recv(FAULT).decode("utf-8", "replace")
        except OSError:
            return ""


def _begin(start: Start, theirs: socket.socket, interrupts: int, doors: sandbox.Doors) -> None:
    try:
        sandbox.move_in(doors)
    except OSError as error:
        _, (control, *_) = frames.receive_with_fds(theirs, FDS - 1)
        frames.send(socket.socket(fileno=control), _refusal(error))
        return
    start(theirs, interrupts)


class Keeper:
    """Watches one worker: interrupts it by name, kills its tree, reports its end. `held` is its sandbox."""

    def __init__(self, baby: Baby, lifeline: socket.socket, wakeup: Any, held: Optional[int] = None) -> None:
        self.baby = baby
        self.worker = baby.pid
        self.lifeline = lifeline
        self.names = baby.names
        self.wakeup = wakeup
        self.held = held
        self.peak = 0  # bytes of memory that the worker has held at most
        self.buffer = frames.Buffer()

    def watch(self) -> None:
        """Run until the worker has ended or the app is gone; then nothing of the session is left."""
        self.tell({"event": "forked", "pid": self.worker, "keeper": os.getpid()})
        self.look()
        poll = select.poll()
        poll.register(self.lifeline, select.POLLIN)
        poll.register(self.wakeup.fd, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            if self.wakeup.fd in ready:
                self.wakeup.clear()
                self.look()
            if self.lifeline.fileno() in ready and not self.serve():
                self.end(None)

    def look(self) -> None:
        """Collect dead children; the worker's death is the end."""
        status = self.reap()
        if status is not None:
            self.end(status)

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

    def reap(self) -> Any:
        """Collect dead children; the worker's wait status once it is among them."""
        found = None
        while True:
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if pid == 0:
                return found
            if pid == self.worker:
                found, self.peak = status, used.ru_maxrss * 1024

    def end(self, status: Any) -> None:
        """Report how the worker went, end the whole tree, and exit: the lifeline's end tells that."""
        if status is not None:
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            fault = self.baby.fault() if number is not None else ""
            self.tell({"event": "exited", "code": code, "signal": number, "peak": self.peak, "fault": fault})
        reaper.kill_descendants(group=self.worker)
        if self.held is not None:
            sandbox.end(self.held)  # it cannot end before we have collected the worker
        os._exit(0)

    def tell(self, frame: Dict[str, Any]) -> None:
        """Send one event; a parent that is gone is noticed elsewhere."""
        try:
            frames.send(self.lifeline, frame)
        except OSError:
            pass

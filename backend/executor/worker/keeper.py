"""The keeper: stands between nursery and worker, so that a session's processes can be ended exactly.

As a child-subreaper it inherits whatever the worker leaves behind, double-forked daemons too. It holds the
lifeline, a socketpair with the app: requests come in on it, and its end means the app is gone.
"""

from __future__ import annotations

import os
import select
import signal
import socket
from typing import Any, Dict, List

from . import forking, frames, gate, process, reaper

FDS = 4  # control, stdout, stderr, lifeline


def main(cradle: socket.socket, shell: Any, ahead: bool) -> None:
    """Fork a worker, wait until the nursery gives them a session, watch over it until it or the app ends."""
    reaper.become_subreaper()
    me = os.getpid()
    ours, theirs = socket.socketpair()
    interrupts, names = os.pipe()
    pid = os.fork()
    if pid == 0:
        for end in (ours, cradle):
            end.close()
        os.close(names)
        reaper.die_with_parent(me)
        forking.guarded(lambda: process.main(theirs, interrupts, shell, ahead))
    theirs.close()
    os.close(interrupts)
    os.set_blocking(names, False)
    wakeup = forking.Wakeup()
    request, fds = frames.receive_with_fds(cradle, FDS)
    if request is None or len(fds) != FDS:
        return  # the nursery is gone, and the worker goes with us
    cradle.close()
    lifeline = socket.socket(fileno=fds.pop())
    _hand_over(ours, request, fds)
    Keeper(pid, lifeline, names, wakeup).watch()


def _hand_over(cradle: socket.socket, request: Dict[str, Any], fds: List[int]) -> None:
    try:
        frames.send_with_fds(cradle, request, fds)
    except OSError:  # the worker died while it waited; watch() tells
        pass
    cradle.close()
    for fd in fds:
        os.close(fd)


class Keeper:
    """Watches one worker: interrupts it by name, kills its tree, reports its end."""

    def __init__(self, worker: int, lifeline: socket.socket, names: int, wakeup: Any) -> None:
        self.worker = worker
        self.lifeline = lifeline
        self.names = names
        self.wakeup = wakeup
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
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if pid == 0:
                return found
            if pid == self.worker:
                found = status

    def end(self, status: Any) -> None:
        """Report how the worker went, end the whole tree, and exit: the lifeline's end tells that."""
        if status is not None:
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            self.tell({"event": "exited", "code": code, "signal": number})
        reaper.kill_descendants(group=self.worker)
        os._exit(0)

    def tell(self, frame: Dict[str, Any]) -> None:
        """Send one event; a parent that is gone is noticed elsewhere."""
        try:
            frames.send(self.lifeline, frame)
        except OSError:
            pass

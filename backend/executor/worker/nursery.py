"""The nursery: imports once, stays single-threaded, forks a keeper with its worker for each session.

Where a fork would lose threads or is not safe at all, workers are spawned instead; see spawning.py.

One pair is forked ahead and waits: a new session then costs the handing over of its descriptors, and the
pages that a fresh fork must copy (10 ms of faults) are copied before anybody waits for them.

It watches the parent's socket; at its end, by whatever death of the parent, every descendant is ended. A
child that is no keeper of ours can only be an orphan of a keeper that was killed, so it is ended too.
"""

from __future__ import annotations

import json
import os
import select
import socket
from typing import Any, Callable, Dict, List, Optional, Set

from . import frames, keeper, neighbours, places, process, reaper, spawning, warming
from .forking import Wakeup, guarded

QUIET = 0.02  # seconds without a request before the next pair is forked ahead
Start = Callable[[socket.socket, int, bool], None]
"""What a child of a keeper runs: it gets cradle, interrupts, and whether nobody waits for it yet."""


def main(fd: int, spelled: str) -> None:
    """Serve fork requests on the socket `fd` until it ends; `spelled` is the plan as JSON."""
    plan = json.loads(spelled)
    sock = socket.socket(fileno=fd)
    os.set_inheritable(fd, False)
    subreaper = reaper.become_subreaper()
    start = spawning.starter(plan) if "facts" in plan else _warm_up(sock, plan)
    frames.send(sock, dict(plan["facts"], event="ready", pid=os.getpid(), subreaper=subreaper))
    Nursery(sock, start, plan).serve()


def _warm_up(sock: socket.socket, plan: Dict[str, Any]) -> Start:
    """Import everything, put what was found into the plan, and give what a forked child runs.

    Where forking turns out not to be safe this does not return.
    """

    def tell(module: str) -> None:
        frames.send(sock, {"event": "preloading", "module": module})

    made = warming.make_shell()
    preloaded = warming.preload(plan["preload"], tell)
    why = spawning.why(plan, preloaded)
    plan["facts"] = dict(warming.facts(made, preloaded), spawns=why)
    if why:
        spawning.begin_anew(sock, plan)
    warming.make_ready()
    shell = made.shell
    return lambda cradle, interrupts, ahead: process.main(cradle, interrupts, shell, ahead)


class Cradle:
    """A keeper and its worker that wait for a session."""

    def __init__(self, pid: int, sock: socket.socket) -> None:
        self.pid = pid
        self.sock = sock


class Nursery:
    """The loop: fork requests from the socket, deaths from SIGCHLD."""

    def __init__(self, sock: socket.socket, start: Start, plan: Dict[str, Any]) -> None:
        self.sock = sock
        self.late = plan["isolation"] == "sealed"  # the worker is born in its sandbox
        self.views = spawning.wants_view(plan)
        self.start = start
        self.neighbours = neighbours.Neighbours()
        self.keepers: Set[int] = set()
        self.spare: Optional[Cradle] = None
        self.wakeup = Wakeup()

    def serve(self) -> None:
        """Run until the parent is gone, then end every descendant."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        poll.register(self.wakeup.fd, select.POLLIN)
        quiet: Optional[float] = QUIET * 1000
        while True:
            ready = {fd for fd, _ in poll.poll(quiet)}
            if not ready:
                self.spare = self.fork([])
            if self.wakeup.fd in ready:
                self.wakeup.clear()
                self.reap()
            if self.sock.fileno() in ready and not self.answer():
                break
            quiet = QUIET * 1000 if self.spare is None and ready else None
        reaper.kill_descendants()
        os._exit(0)

    def answer(self) -> bool:
        """Handle one request; False at the end of the stream."""
        try:
            request, fds = frames.receive_with_fds(self.sock, keeper.FDS)
        except (OSError, frames.ProtocolError):
            return False
        if request is None:
            return False
        if request.get("op") == "end" and request.get("pid") in self.keepers:
            reaper.kill(request["pid"])  # a keeper that does not answer; reap() ends what it leaves
        elif len(fds) == keeper.FDS:
            self.hand_over(request, fds)
        for fd in fds:
            os.close(fd)
        return True

    def hand_over(self, request: Dict[str, Any], fds: List[int]) -> None:
        """Give a session to the pair that waits, or to a new one; without room its lifeline just ends."""
        request.setdefault("processes", self.neighbours.limit())
        for _ in range(2):
            cradle, self.spare = self.spare or self.fork(fds), None
            if cradle is None:
                return
            try:
                frames.send_with_fds(cradle.sock, request, fds)
                return
            except OSError:  # it died while it waited
                continue
            finally:
                cradle.sock.close()

    def fork(self, fds: List[int]) -> Optional[Cradle]:
        """A keeper that waits for a session; None when the machine has no room for one.

        `fds` are descriptors of a session that waits already; the keeper gets them another way.
        """
        self.neighbours.limit()  # now, and not when a session waits
        if self.views:
            places.why_no_view()
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            return None
        if pid == 0:
            ours.close()
            guarded(lambda: self.child(theirs, fds))
        theirs.close()
        self.keepers.add(pid)
        return Cradle(pid, ours)

    def child(self, cradle: socket.socket, fds: List[int]) -> None:
        """The forked side: become the keeper."""
        self.wakeup.close()
        self.sock.close()
        for fd in fds:
            os.close(fd)
        start, ahead = self.start, not fds
        keeper.main(cradle, lambda theirs, names: start(theirs, names, ahead), self.late)

    def reap(self) -> None:
        """Collect dead children; one that is no keeper was left behind by a keeper that was killed."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            self.keepers.discard(pid)
            if self.spare is not None and self.spare.pid == pid:
                self.spare.sock.close()
                self.spare = None
        reaper.kill_families([pid for pid in reaper.children() if pid not in self.keepers])

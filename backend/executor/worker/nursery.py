"""The nursery: imports once, stays single-threaded, forks a keeper with its worker for each session.

Where a fork would lose threads or is not safe at all, workers are spawned instead; see spawning.py.

One pair is forked ahead and waits: a new session then costs the handing over of its descriptors, and the
pages that a fresh fork must copy (10 ms of faults) are copied before anybody waits for them.

It watches the parent's socket; at its end, by whatever death of the parent, every descendant is ended. A
child that is no keeper of ours can only be an orphan of a keeper that was killed, so it is ended too.
"""

from __future__ import annotations

import _socket
import json
import os
import select
import socket
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from . import forking, frames, keeper, neighbours, places, process, reaper, rehearsal, spawning, warming

QUIET = 20  # milliseconds without a request before the next pair is forked ahead
SESSION = b'{"processes":%d,"session":%b}'  # the request as it came, unread, and what the nursery knows
Start = Callable[[Any, int, bool], None]
"""What a child of a keeper runs: it gets cradle, interrupts, and whether nobody waits for it yet."""


def main(fd: int, spelled: str) -> None:
    """Serve fork requests on the socket `fd` until it ends; `spelled` is the plan as JSON."""
    plan = json.loads(spelled)
    sock = socket.socket(fileno=fd)
    os.set_inheritable(fd, False)
    subreaper = reaper.become_subreaper()
    anew = "facts" in plan
    start, rehearse = (spawning.starter(plan), None) if anew else _warm_up(sock, plan)
    frames.send(sock, dict(plan["facts"], event="ready", pid=os.getpid(), subreaper=subreaper))
    Nursery(sock, start, rehearse, plan).serve()


def _warm_up(sock: socket.socket, plan: Dict[str, Any]) -> Tuple[Start, Callable[[], None]]:
    """Import everything, put what was found into the plan, and give what a child runs, and a rehearsal.

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
    kit = warming.make_ready(made.shell)

    def start(cradle: Any, interrupts: int, ahead: bool) -> None:
        process.main(cradle, interrupts, kit, ahead)

    return start, lambda: rehearsal.rehearse(kit)


class Pair:
    """A keeper and its worker that wait for a session."""

    def __init__(self, pid: int, cradle: keeper.Cradle) -> None:
        self.pid = pid
        self.cradle = cradle

    def give(self, body: bytes, rights: bytes) -> None:
        """Send the session to the worker, and its lifeline, the last descriptor, to the keeper.

        Raises OSError when the worker is gone.
        """
        if self.cradle.late:
            frames.send_raw(self.cradle.ours, body, rights)
        else:
            frames.send_raw(self.cradle.near, body, rights[: -frames.FD_SIZE])
            frames.send_raw(self.cradle.ours, b"", rights[-frames.FD_SIZE :])


class Nursery:
    """The loop: fork requests from the socket, deaths from SIGCHLD.

    What it writes to between two forks the first of them keeps for itself, as it was: it does little then.
    `rehearse` makes later pairs take less memory; nobody's first session waits for it.
    """

    def __init__(
        self,
        sock: socket.socket,
        start: Start,
        rehearse: Optional[Callable[[], None]],
        plan: Dict[str, Any],
    ) -> None:
        self.sock = _socket.socket(fileno=sock.detach())
        self.late = plan["isolation"] == "sealed"  # the worker is born in its sandbox
        self.views = spawning.wants_view(plan)
        self.start = start
        self.rehearse = rehearse
        self.sessions = 0
        self.neighbours = neighbours.Neighbours()
        self.keepers: Set[int] = set()
        self.spare: Optional[Pair] = None
        self.wakeup = forking.Wakeup()

    def serve(self) -> None:
        """Run until the parent is gone, then end every descendant."""
        self.listen()
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        poll.register(self.wakeup.fd, select.POLLIN)
        asked, woken = self.sock.fileno(), self.wakeup.fd
        quiet: Optional[float] = QUIET
        while True:
            ready = [fd for fd, _ in poll.poll(quiet)]
            if woken in ready:
                self.wakeup.clear()
                self.reap()
            if asked in ready and not self.answer():
                break
            if self.rehearse is not None and self.sessions > bool(ready):
                self.prepare()
            if not ready:
                self.spare = self.fork(())
            quiet = QUIET if self.spare is None and ready else None
        reaper.kill_descendants()
        os._exit(0)

    def listen(self) -> None:
        """Be woken by deaths of children."""
        self.wakeup.own()
        forking.listen()

    def prepare(self) -> None:
        """Rehearse, once: in the first quiet after a session has come, or when the second one has come."""
        rehearse, self.rehearse = self.rehearse, None
        if rehearse is not None:
            try:
                rehearse()
            except OSError:  # no room for its descriptors: later pairs take more memory
                pass
            self.listen()
            self.reap()

    def answer(self) -> bool:
        """Handle one request; False at the end of the stream."""
        try:
            body, rights = frames.receive_raw(self.sock, keeper.FDS)
        except OSError:
            return False
        if body is None:
            return False
        fds = frames.numbers(rights)
        if len(fds) == keeper.FDS:
            self.hand_over(body, rights, fds)
        elif not fds:
            self.end_keeper(body)
        for fd in fds:
            os.close(fd)
        return True

    def end_keeper(self, body: bytes) -> None:
        """Kill a keeper that does not answer; reap() ends what it leaves."""
        try:
            request = frames.unpack(body)
        except frames.ProtocolError:
            return
        if request.get("op") == "end" and request.get("pid") in self.keepers:
            reaper.kill(request["pid"])

    def hand_over(self, body: bytes, rights: bytes, fds: List[int]) -> None:
        """Give a session to the pair that waits, or to a new one; without room its lifeline just ends."""
        self.sessions += 1
        body = SESSION % (self.neighbours.limit(), body)
        for _ in range(2):
            pair, self.spare = self.spare or self.fork(fds), None
            if pair is None:
                return
            try:
                pair.give(body, rights)
                return
            except OSError:  # it died while it waited
                continue
            finally:
                pair.cradle.close()

    def fork(self, fds: Sequence[int]) -> Optional[Pair]:
        """A keeper that waits for a session; None when the machine has no room for one.

        `fds` are descriptors of a session that waits already; the keeper gets them another way.
        """
        self.neighbours.limit()  # now, and not when a session waits
        if self.views:
            places.why_no_view()
        try:
            cradle = keeper.Cradle(self.late)
        except OSError:
            return None
        try:
            pid = forking.fork()
        except OSError:
            pid = -1
        if pid == 0:
            start, ahead = self.start, not fds
            others = (self.sock.fileno(), self.wakeup.fd, self.wakeup.write, *fds)
            forking.guarded(lambda: keeper.main(cradle, lambda far, names: start(far, names, ahead), others))
        cradle.leave()
        if pid < 0:
            cradle.close()
            return None
        self.keepers.add(pid)
        return Pair(pid, cradle)

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
                self.spare.cradle.close()
                self.spare = None
        reaper.kill_families([pid for pid in reaper.children() if pid not in self.keepers])

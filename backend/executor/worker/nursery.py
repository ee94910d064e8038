"""The nursery: imports once, stays single-threaded, forks a keeper with its worker for each session.

It watches the parent's socket; at its end, by whatever death of the parent, every descendant is ended. A
child that is no keeper of ours can only be an orphan of a keeper that was killed, so it is ended too.
"""

from __future__ import annotations

import gc
import os
import platform
import select
import socket
from typing import Any, Dict, List, Set

from . import frames, keeper, reaper
from .forking import Wakeup, guarded

DESCRIPTORS = 4  # control, stdout, stderr, lifeline


def main(fd: int, preload: List[str]) -> None:
    """Serve fork requests on the socket `fd` until it ends."""
    sock = socket.socket(fileno=fd)
    os.set_inheritable(fd, False)
    subreaper = reaper.become_subreaper()
    shell = _make_shell()
    problems = _preload(preload)
    gc.collect()
    gc.freeze()
    threads = _threads()
    frames.send(
        sock,
        {
            "event": "ready",
            "pid": os.getpid(),
            "python": platform.python_version(),
            "shell": shell.name,
            "subreaper": subreaper,
            "threads": threads,
            "problems": problems,
        },
    )
    Nursery(sock, shell).serve()


def _make_shell() -> Any:
    try:
        from . import ipython_shell
    except ImportError:
        from . import plain_shell

        return plain_shell.PlainShell()
    return ipython_shell.make()


def _preload(modules: List[str]) -> List[str]:
    problems = []
    for name in modules:
        try:
            __import__(name)
        except Exception as error:
            problems.append("%s: %s" % (name, error))
    return problems


def _threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        import threading

        return threading.active_count()


class Nursery:
    """The loop: fork requests from the socket, deaths from SIGCHLD."""

    def __init__(self, sock: socket.socket, shell: Any) -> None:
        self.sock = sock
        self.shell = shell
        self.keepers: Set[int] = set()

    def serve(self) -> None:
        """Run until the parent is gone, then end every descendant."""
        wakeup = Wakeup()
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        poll.register(wakeup.fd, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            if wakeup.fd in ready:
                wakeup.clear()
                self.reap()
            if self.sock.fileno() in ready and not self.answer(wakeup):
                break
        reaper.kill_descendants()
        os._exit(0)

    def answer(self, wakeup: Wakeup) -> bool:
        """Handle one request; False at the end of the stream."""
        try:
            request, fds = frames.receive_with_fds(self.sock, DESCRIPTORS)
        except (OSError, frames.ProtocolError):
            return False
        if request is None:
            return False
        if request.get("op") == "end" and request.get("pid") in self.keepers:
            reaper.kill(request["pid"])  # a keeper that does not answer; reap() ends what it leaves
        elif len(fds) == DESCRIPTORS:
            self.fork(request, fds, wakeup)
        for fd in fds:
            os.close(fd)
        return True

    def fork(self, request: Dict[str, Any], fds: List[int], wakeup: Wakeup) -> None:
        """Fork a keeper for one session; without room for one, its lifeline just ends."""
        try:
            pid = os.fork()
        except OSError:
            return
        if pid == 0:
            guarded(lambda: self.child(request, fds, wakeup))
        self.keepers.add(pid)

    def child(self, request: Dict[str, Any], fds: List[int], wakeup: Wakeup) -> None:
        """The forked side: become the keeper."""
        wakeup.close()
        self.sock.close()
        keeper.main(request, fds, self.shell)

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
        for pid in reaper.children():
            if pid not in self.keepers:
                reaper.kill(pid)

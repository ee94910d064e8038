"""The nursery: imports once, stays single-threaded, forks a keeper with its worker for each session.

It watches the parent's socket; at its end, by whatever death of the parent, every descendant is ended. A child
that is no keeper of ours can only be an orphan of a keeper that was killed, so it is ended too.
"""

from __future__ import annotations

import gc
import os
import platform
import select
import signal
import socket
import sys
from typing import Any, Callable, Dict, List, Set

from . import frames, keeper, reaper

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

    def answer(self, wakeup: "Wakeup") -> bool:
        """Handle one request; False at the end of the stream."""
        try:
            request, fds = frames.receive_with_fds(self.sock, DESCRIPTORS)
        except (OSError, frames.ProtocolError):
            return False
        if request is None:
            return False
        pid = 0
        if len(fds) == DESCRIPTORS:
            pid = self.fork(request, fds, wakeup)
        for fd in fds:
            os.close(fd)
        if pid:
            self.keepers.add(pid)
        return True

    def fork(self, request: Dict[str, Any], fds: List[int], wakeup: "Wakeup") -> int:
        """Fork a keeper for one session; 0 when the machine has no room for one."""
        try:
            pid = os.fork()
        except OSError:
            return 0
        if pid:
            return pid
        guarded(lambda: self.child(request, fds, wakeup))
        return 0  # never reached

    def child(self, request: Dict[str, Any], fds: List[int], wakeup: "Wakeup") -> None:
        """The forked side: become the keeper."""
        wakeup.close()
        self.sock.close()
        keeper.main(request, fds, self.shell)

    def reap(self) -> None:
        """Collect dead children; when a keeper died, whatever it left behind is ours and is ended."""
        lost = False
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            self.keepers.discard(pid)
            lost = lost or status != 0
        if lost:
            for pid in reaper.children():
                if pid not in self.keepers:
                    os.kill(pid, signal.SIGKILL)


class Wakeup:
    """SIGCHLD as a readable descriptor."""

    def __init__(self) -> None:
        self.fd, self._write = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self._write, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _ignore)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def clear(self) -> None:
        """Take what has been written."""
        try:
            os.read(self.fd, 4096)
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Undo, in a forked child."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.fd)
        os.close(self._write)


def _ignore(number: int, frame: Any) -> None:
    """A handler that does nothing: the wake-up descriptor does the work."""


def guarded(run: Callable[[], None]) -> None:
    """Run the life of a forked child; it never returns into its parent's code."""
    code = 1
    try:
        run()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        import traceback

        try:
            traceback.print_exc(file=sys.__stderr__)
        except Exception:
            pass
    finally:
        os._exit(code)

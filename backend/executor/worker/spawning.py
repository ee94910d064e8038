"""Workers where forking a warm process is not safe: each is a program of its own, warmed up while it waits.

The nursery finds out that it is so after it has imported everything. It then begins anew as a light process,
by exec on the same socket, with what it found; from there keepers are forked as ever, and what they fork
becomes a fresh interpreter. What prctl(2) set for it, death with its keeper, lasts over exec.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any, Callable, Dict, List, NoReturn

from . import places, process, warming

MODE = "--worker"
PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "__main__.py")
FRAMEWORKS = "the system frameworks of macOS do not survive a fork"


def why(plan: Dict[str, Any], preloaded: warming.Preloaded) -> str:
    """Why workers are spawned, in words; empty where they can be forked."""
    if plan.get("spawn"):
        return str(plan["spawn"])
    if sys.platform == "darwin":
        return FRAMEWORKS
    return preloaded.unsafe or warming.why_unsafe("the interpreter has")


def begin_anew(sock: socket.socket, plan: Dict[str, Any]) -> NoReturn:
    """Become a nursery that imports nothing: the plan says what this one found. Raises OSError."""
    _execute([sock.fileno()], [str(sock.fileno()), json.dumps(plan)])


def starter(plan: Dict[str, Any]) -> Callable[[Any, int, bool], None]:
    """What a child of a keeper runs: the interpreter, anew."""
    spelled = json.dumps(plan)

    def start(cradle: Any, interrupts: int, ahead: bool) -> None:
        numbers = [cradle.fileno(), interrupts]
        _execute(numbers, [MODE, *map(str, numbers), str(int(ahead)), spelled])

    return start


def main(arguments: List[str]) -> None:
    """Be a worker: `CRADLE INTERRUPTS AHEAD PLAN`."""
    cradle, interrupts, ahead = (int(argument) for argument in arguments[:3])
    plan = json.loads(arguments[3])
    for fd in (cradle, interrupts):
        os.set_inheritable(fd, False)
    if wants_view(plan):
        places.why_no_view()
    shell = warming.make_shell().shell
    if threads_would_escape(plan):
        shell = PreloadsLate(shell, plan["preload"])
    else:
        warming.preload(plan["preload"])
        warming.why_unsafe("")  # its fork ends the threads of OpenBLAS
    process.main(socket.socket(fileno=cradle), interrupts, warming.make_ready(shell), bool(ahead))


def wants_view(plan: Dict[str, Any]) -> bool:
    """Whether sessions of this plan get a view of files that the worker makes for itself."""
    return bool(plan["isolation"] == "confined" or (plan["mnt_data"] and plan["isolation"] != "sealed"))


def threads_would_escape(plan: Dict[str, Any]) -> bool:
    """Whether preloading leaves threads, and the session is kept from something that they would not be.

    Landlock, seccomp and a view of files hold for the thread that asks for them and those it starts later.
    """
    alone = plan["isolation"] == "process" and not plan["mnt_data"]
    return plan["facts"]["threads"] > 1 and not alone


class PreloadsLate:
    """A shell that preloads when its session has come: after the worker has entered its level."""

    def __init__(self, shell: Any, modules: List[str]) -> None:
        self.name = shell.name
        self.warm = shell.warm
        self.run = shell.run
        self.complete = shell.complete
        self._attach = shell.attach
        self._modules = modules

    def attach(self, show: Any) -> None:
        """Preload, with whatever that prints thrown away, then attach."""
        saved = [os.dup(1), os.dup(2)]
        null = os.open(os.devnull, os.O_WRONLY)
        for fd in (1, 2):
            os.dup2(null, fd)
        os.close(null)
        warming.preload(self._modules)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for fd, kept in zip((1, 2), saved):
            os.dup2(kept, fd)
            os.close(kept)
        self._attach(show)


def _execute(keep: List[int], arguments: List[str]) -> NoReturn:
    for fd in keep:
        os.set_inheritable(fd, True)
    os.execv(sys.executable, [sys.executable, "-I", PROGRAM, *arguments])  # noqa: S606 - none is wanted

"""What every worker starts from: a shell, preloaded modules, and all that a first execution would import."""

from __future__ import annotations

import gc
import os
import platform
import sys
import time
from typing import Any, Callable, Dict, List, NamedTuple, Optional

from . import process, repair, streams

Tell = Callable[[str], None]


class Preloaded(NamedTuple):
    """What came of preloading: problems in sentences, and why a fork of this process would lose something."""

    problems: List[str]
    unsafe: str
    milliseconds: float


class Shell(NamedTuple):
    """A shell, and in a sentence why it is not the one that was to be expected."""

    shell: Any
    problem: str = ""


def make_shell() -> Shell:
    """IPython where the interpreter has one that works, else the plain shell."""
    from . import plain_shell

    try:
        import IPython  # noqa: F401
    except ImportError:
        return Shell(plain_shell.PlainShell())
    try:
        from . import ipython_shell

        return Shell(ipython_shell.make())
    except Exception as error:  # one that is too old, or lacks what it needs
        return Shell(plain_shell.PlainShell(), "IPython cannot be used: %s" % _first_line(error))


def preload(modules: List[str], tell: Optional[Tell] = None) -> Preloaded:
    """Import modules; one that fails is a problem, not an error.

    `tell` hears of each before its import; without it nobody wants to know what a fork would lose.
    """
    began = time.monotonic()
    problems: List[str] = []
    unsafe = ""
    for name in modules:
        if tell is not None:
            tell(name)
        try:
            __import__(name)
        except BaseException as error:  # a module may exit when it is imported
            problems.append("%s cannot be imported: %s" % (name, _first_line(error)))
        if tell is not None and not unsafe:
            unsafe = why_unsafe("importing %s leaves" % name)
    return Preloaded(problems, unsafe, (time.monotonic() - began) * 1000)


def _first_line(error: BaseException) -> str:
    try:
        lines = str(error).splitlines()
    except Exception:
        lines = []
    return ": ".join([type(error).__name__, *lines[:1]])


def make_ready(shell: Any) -> process.Kit:
    """Import what a worker would import, and make what it works with: each fork shares it."""
    try:
        from .confine import levels  # noqa: F401
    except (ImportError, OSError, AttributeError):  # an interpreter without ctypes
        pass
    repair.remember()
    kit = process.Kit(shell, streams.Console())
    gc.collect()
    gc.freeze()
    return kit


def why_unsafe(who: str) -> str:
    """Why this process must not be forked: threads, which a fork does not take along; empty when it may.

    OpenBLAS has threads as soon as numpy is imported; it ends them itself before a fork and starts new ones
    when it needs them. So what counts is what is left after a fork.
    """
    if threads() > 1:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    left = threads() - 1
    if left < 1:
        return ""
    return "%s %d %s that a fork would lose" % (who, left, "thread" if left == 1 else "threads")


def threads() -> int:
    """How many threads this process has, those of C libraries too where the system tells."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        import threading

        return threading.active_count()


def facts(shell: Shell, preloaded: Preloaded) -> Dict[str, Any]:
    """What the app is told about this interpreter."""
    return {
        "python": platform.python_version(),
        "shell": shell.shell.name,
        "threads": threads(),
        "problems": [*filter(None, [shell.problem]), *preloaded.problems],
        "preload_ms": preloaded.milliseconds,
        "prefixes": [sys.prefix, sys.base_prefix, sys.exec_prefix],
        "path": [each for each in sys.path if isinstance(each, str)],
    }

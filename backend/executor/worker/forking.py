"""What processes that fork need: a fork that touches little, deaths of children as a descriptor, a fence.

Memory of a forked process costs something where it is written to, be it by a count of references; os.fork()
alone writes to 0.8 MB in the child, mostly by handlers that modules have registered for it. A keeper needs
none of that: it only forks on, and waits. So it is forked bare, and a child that runs more settles first.
"""

from __future__ import annotations

# the functions of signal and socket make enums of all they give, each a page or more to write to
import _signal  # type: ignore[import-not-found]  # typeshed leaves it out
import functools
import os
import sys
import traceback
from typing import Any, Callable, Tuple

Fork = Tuple[Callable[[], int], Callable[[], None]]


def fork() -> int:
    """As os.fork(), but the child must call `settle` before it does more than keep. Raises OSError."""
    return _ways()[0]()


def settle() -> None:
    """Do in the child of `fork` what os.fork() does there and before: it may run any code now."""
    _ways()[1]()


@functools.lru_cache(maxsize=None)
def _ways() -> Fork:
    """A fork and what makes up for it in the child; os.fork() alone where there is no other."""
    if not sys.platform.startswith("linux"):
        return os.fork, _nothing
    try:
        import ctypes

        bare = ctypes.PyDLL(None, use_errno=True).fork
        before, after = ctypes.pythonapi.PyOS_BeforeFork, ctypes.pythonapi.PyOS_AfterFork_Child
    except (ImportError, OSError, AttributeError):
        return os.fork, _nothing
    before.restype = after.restype = None

    def forked() -> int:
        pid: int = bare()
        if pid < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return pid

    def settled() -> None:
        before()
        after()

    return forked, settled


def _nothing() -> None:
    """os.fork() has done it."""


class Wakeup:
    """SIGCHLD as a readable descriptor; `own` makes it that of this process."""

    def __init__(self) -> None:
        self.fd, self.write = os.pipe()
        os.set_blocking(self.fd, False)
        os.set_blocking(self.write, False)

    def own(self) -> None:
        """From now on this process's signals arrive here. A forked child inherits that, and its handlers."""
        _signal.set_wakeup_fd(self.write, warn_on_full_buffer=False)

    def clear(self) -> None:
        """Take what has been written."""
        try:
            os.read(self.fd, 4096)
        except BlockingIOError:
            pass

    def close(self) -> None:
        """Close both ends."""
        os.close(self.fd)
        os.close(self.write)


def listen() -> None:
    """Have deaths of children wake this process and those that it forks, and leave interrupts to others."""
    _signal.signal(_signal.SIGCHLD, _ignore)
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)


def unlisten() -> None:
    """Undo, in a child that has other plans."""
    _signal.set_wakeup_fd(-1)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)


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
        try:
            traceback.print_exc(file=sys.__stderr__)
        except Exception:
            pass
    finally:
        os._exit(code)

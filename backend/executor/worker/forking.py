"""What processes that fork need: deaths of children as a descriptor, and a fence around a child's life."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import Any, Callable


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
        try:
            traceback.print_exc(file=sys.__stderr__)
        except Exception:
            pass
    finally:
        os._exit(code)

"""Interrupts that the interpreter swallows: it goes on after what a finalizer, a hook of a fork, a callback
of the collector or of a weak reference raises, and tells sys.unraisablehook.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, Optional


class Ignored:
    """Raises such an interrupt again as soon as the code that was meant goes on.

    Of all that could do it only a trace function waits for this moment: a signal or a timer would come while
    the hook still runs, or in the next finalizer. Where code has a trace function of its own the next SIGINT
    of the ladder does it.
    """

    def __init__(self, gate: Any) -> None:
        self._gate = gate
        # bound now: code may patch the module
        self._sys: Any = sys
        self._frame = sys._getframe
        self._gettrace = sys.gettrace
        self._settrace = sys.settrace
        self._tell = sys.unraisablehook
        self._passing = self._pass_by  # one object: sys.gettrace() gives it back

    def install(self) -> None:
        """Called once in the worker."""
        self._sys.unraisablehook = self.hear

    def hear(self, ignored: Any) -> None:
        """The hook: our interrupt comes again, anything else is told as ever."""
        if not self._gate.swallowed(ignored.exc_value):
            self._tell(ignored)
        elif self._gettrace() is None:
            self._frame(1).f_trace = self._stop
            self._settrace(self._passing)

    def _pass_by(self, frame: FrameType, event: str, argument: Any) -> None:
        """Other functions that begin meanwhile, the next finalizer for one, are left alone."""

    def _stop(self, frame: FrameType, event: str, argument: Any) -> Optional[Any]:
        """The code goes on, at its next line or its return."""
        frame.f_trace = None
        if self._gettrace() is self._passing:
            self._settrace(None)
            self._gate.interrupt()
        return None

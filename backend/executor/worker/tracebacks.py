"""Exceptions as text, whatever they do when asked."""

from __future__ import annotations

import os
import traceback
from collections import deque
from types import TracebackType
from typing import Any, Callable, Deque, Dict, Optional

from .jsonable import clean

FRAMES = 200  # per exception; a recursion error has a thousand and more
MESSAGE = 100_000
_HERE = os.path.dirname(os.path.abspath(__file__))


def describe(error: BaseException) -> Dict[str, Any]:
    """`error` as {name, message, traceback}. Never raises."""
    name = _safely(lambda: type(error).__name__, "Exception")
    message = _safely(lambda: str(error), "<str() of this exception failed>")
    text = _safely(lambda: _format(error), "%s: %s\n(its traceback cannot be formatted)\n" % (name, message))
    return {"name": name, "message": _cut(message, MESSAGE), "traceback": _cut(text, 10 * MESSAGE)}


def _safely(give: Callable[[], str], instead: str) -> str:
    try:
        return clean(give())
    except BaseException:
        return instead


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else "%s… (%d characters in all)" % (text[:limit], len(text))


def _format(error: BaseException) -> str:
    tb = _user_part(error.__traceback__)
    report = traceback.TracebackException(type(error), error, tb, limit=-FRAMES)
    _hide_machinery(report)
    return "".join(report.format())


def _hide_machinery(report: Optional[traceback.TracebackException], depth: int = 0) -> None:
    """Take our frames and the shell's out of a report and the exceptions it is chained to."""
    if report is None or depth > FRAMES:
        return
    report.stack[:] = [frame for frame in report.stack if not _is_shell(os.path.dirname(frame.filename))]
    _hide_machinery(report.__cause__, depth + 1)
    _hide_machinery(report.__context__, depth + 1)


def _user_part(tb: Optional[TracebackType]) -> Optional[TracebackType]:
    """The traceback from the first frame that is not ours or the shell's, at most FRAMES from its end."""
    current = tb
    while current is not None and _is_machinery(current.tb_frame.f_code.co_filename):
        current = current.tb_next
    last: Deque[TracebackType] = deque(maxlen=FRAMES)
    while current is not None:
        last.append(current)
        current = current.tb_next
    return last[0] if last else None


def _is_machinery(filename: str) -> bool:
    folder = os.path.dirname(filename)
    return _is_shell(folder) or folder.endswith("asyncio")


def _is_shell(folder: str) -> bool:
    return folder == _HERE or folder.endswith(os.path.join("IPython", "core"))

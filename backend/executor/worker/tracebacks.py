"""Exceptions as text, whatever they do when asked."""

from __future__ import annotations

import os
import traceback
from collections import deque
from types import TracebackType
from typing import Any, Callable, Deque, Dict, Optional

from .jsonable import clean
from .standins import name_of, safe, traceback_of

FRAMES = 200  # per exception; a recursion error has a thousand and more
MESSAGE = 100_000
FAILED = "<str() of this exception failed>"
LEFT_OUT = "(earlier exceptions are left out)\n\n"
_Report = traceback.TracebackException  # bound now: code may patch the module
_HERE = os.path.dirname(os.path.abspath(__file__))


def describe(error: BaseException) -> Dict[str, Any]:
    """`error` as {name, message, traceback}. Never raises."""
    name = clean(name_of(type(error)))
    said = _said(error)
    message = FAILED if said is None else _cut(said, MESSAGE)
    text = _safely(lambda: _format(error, message, said != message))
    if text is None:  # what the traceback module asks raises: it gets a stand-in, and the plainest of reports
        text = _safely(lambda: _format(error, message, True))
    if text is None:
        text = "%s: %s\n(its traceback cannot be formatted)\n" % (name, message)
    return {"name": name, "message": message, "traceback": _cut_middle(text, 10 * MESSAGE)}


def _said(error: BaseException) -> Optional[str]:
    """What it says of itself; None when that raises."""
    return _safely(lambda: str(error))


def _safely(give: Callable[[], str]) -> Optional[str]:
    try:
        return clean(give())
    except BaseException:
        return None


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else "%s… (%d characters in all)" % (text[:limit], len(text))


def _cut_middle(text: str, limit: int) -> str:
    """What stands last in a report is what happened."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return "%s\n… (%d characters left out) …\n%s" % (text[:half], len(text) - 2 * half, text[-half:])


def _format(error: BaseException, message: str, stand_in: bool) -> str:
    def say(each: BaseException) -> str:
        return message if each is error else _cut(_said(each) or FAILED, MESSAGE)

    shown, whole = safe(error, say, stand_in)
    tb = _user_part(traceback_of(error))
    report = _Report(type(shown), shown, tb, limit=-FRAMES)
    _hide_machinery(report)
    return ("" if whole else LEFT_OUT) + "".join(report.format())


def _hide_machinery(report: Optional[traceback.TracebackException], depth: int = 0) -> None:
    """Take our frames and the shell's out of a report and the exceptions it is chained to."""
    if report is None or depth > FRAMES:
        return
    report.stack[:] = [frame for frame in report.stack if not _is_shell(os.path.dirname(frame.filename))]
    for each in (report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())):
        _hide_machinery(each, depth + 1)


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

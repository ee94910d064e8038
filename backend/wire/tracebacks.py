"""The end of a failed execution's stderr, which tells the exception to clients that know no other field.

A server writes it there as Python does, right behind what the code wrote. A client takes it off again, be it
Python's or IPython's, so that it is not shown twice.
"""

from __future__ import annotations

import re

from backend.models import ErrorInfo

_HEADER = re.compile(r"Traceback \(most recent call last\):\n")
_GROUP = re.compile(r"^  \+ Exception Group Traceback \(most recent call last\):\n", re.MULTILINE)
_GROUPED = re.compile(r"^  \| (?! )(?P<line>[^\n]*)", re.MULTILINE)
_COLOURS = r"(?:\x1b\[[0-9;]*m)*"
_IPYTHON = re.compile(rf"^{_COLOURS}-{{60,}}{_COLOURS}\n{_COLOURS}\w+{_COLOURS} +Traceback ", re.M)
_SYNTAX = re.compile(
    r'^  (?:File "[^\n]*"|Cell In ?\[\d+\]), line \d+\n(?:    [^\n]*\n|\n)*\w+Error: [^\n]*\n?\Z',
    re.MULTILINE,
)
_UNINDENTED = re.compile(r"^(?=[^\W\d])", re.MULTILINE)
_RAISED = re.compile(r"(?:\w+\.)*(?P<name>[^\W\d]\w*)(?:: ?(?P<message>.*))?", re.DOTALL)
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
_CHAINED = (
    "\nDuring handling of the above exception, another exception occurred:\n\n",
    "\nThe above exception was the direct cause of the following exception:\n\n",
)


def told(stderr: str, text: str, limit: int | None = None) -> str:
    """The stderr with `text` at its end; where both are longer than `limit`, the text has precedence."""
    if limit is None:
        return stderr + text
    text = text[-limit:] if limit else ""
    return stderr[: limit - len(text)] + text


def untold(stderr: str, text: str) -> str:
    """The stderr without `text` at its end; as it is where it ends otherwise."""
    trimmed = text.strip("\n")
    if trimmed and stderr.rstrip("\n").endswith(trimmed):
        return stderr[: stderr.rindex(trimmed)]
    return stderr


def found(stderr: str) -> tuple[str, ErrorInfo | None]:
    """The stderr without the traceback at its end, and that as an error; None where there is none."""
    start = _start(stderr)
    if start is None:
        return stderr, None
    raised = _RAISED.fullmatch(_ESCAPE.sub("", _last_part(stderr[start:])).rstrip("\n"))
    if raised is None:
        return stderr, None
    return stderr[:start], ErrorInfo(raised["name"], raised["message"] or "", stderr[start:])


def _start(stderr: str) -> int | None:
    """Where the last traceback begins, with those it is chained to."""
    group = _last(_GROUP, stderr)
    ipython = _last(_IPYTHON, stderr)
    plain = _last(_HEADER, stderr[:group]) if group is not None else _last(_HEADER, stderr)
    if group is not None and not _UNINDENTED.search(stderr, group):
        return _chain(stderr, group)
    if ipython is not None and ipython > (plain or -1):
        return ipython
    if plain is not None:
        return _chain(stderr, plain)
    syntax = _SYNTAX.search(stderr)
    return syntax.start() if syntax else None


def _chain(stderr: str, start: int) -> int:
    while stderr.endswith(_CHAINED, 0, start):
        before = _last(_HEADER, stderr[:start])
        if before is None:
            break
        start = before
    return start


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    return max((found.start() for found in pattern.finditer(text)), default=None)


def _last_part(text: str) -> str:
    """The line of a traceback that names the exception, with what follows it."""
    if grouped := _GROUPED.search(text):
        return grouped["line"]
    header = _last(_HEADER, text)
    if header is not None:
        body = text[header:].partition("\n")[2]
        line = _UNINDENTED.search(body)
        return body[line.start() :] if line else ""
    lines = text.rstrip("\n").split("\n")
    return next((line for line in reversed(lines) if _UNINDENTED.match(_ESCAPE.sub("", line))), "")

"""The end of a failed execution's stderr, which tells the exception to clients that know no other field.

A server writes it there as Python does, right behind what the code wrote. A client takes it off again, be it
Python's or IPython's, so that it is not shown twice.
"""

from __future__ import annotations

import re

from backend.models import ErrorInfo

_HEADER = re.compile(r"Traceback \(most recent call last\):\n")
_GROUP = re.compile(r"^  \+ Exception Group Traceback \(most recent call last\):\n", re.M)
_GROUPED = re.compile(r"^  \| (?! )(?P<line>[^\n]*)", re.M)
_COLOURS = r"(?:\x1b\[[0-9;]*m)*"
_RULE = re.compile(rf"^{_COLOURS}-{{60,}}{_COLOURS}\n{_COLOURS}\w+{_COLOURS} +Traceback ", re.M)
_IPYTHON = re.compile(r"^(?P<name>\w+) +Traceback \(most recent call last\)\n", re.M)
_SYNTAX = re.compile(
    r'^  (?:File "[^\n]*"|Cell In ?\[\d+\]), line \d+\n(?:    [^\n]*\n|\n)*(?P<last>\w+Error: [^\n]*)\n*\Z',
    re.M,
)
_PLACE = re.compile(r'^  File "([^"\n]*)", line (\d+)$', re.M)
_OF_SYNTAX = ("SyntaxError", "IndentationError", "TabError")
_UNINDENTED = re.compile(r"^(?=[^\W\d])", re.M)
_RAISED = re.compile(r"(?:\w+\.)*(?P<name>[^\W\d]\w*)(?:: ?(?P<message>.*))?", re.S)
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
    start, last = _traceback(stderr)
    raised = _RAISED.fullmatch(last.rstrip("\n"))
    if raised is None:
        return stderr, None
    name, message, text = raised["name"], raised["message"] or "", stderr[start:]
    if name in _OF_SYNTAX:
        message += _place(text)
    return stderr[:start], ErrorInfo(name, message, text)


def _traceback(stderr: str) -> tuple[int, str]:
    """Where the last traceback begins, with those it is chained to, and the part that names the exception."""
    group = _last(_GROUP, stderr)
    if group is not None and not _UNINDENTED.search(stderr, group):
        grouped = _GROUPED.search(stderr, group)
        return _chain(stderr, group), grouped["line"] if grouped else ""
    rule, header = _last(_RULE, stderr), _last(_HEADER, stderr)
    if rule is not None and (header is None or header < rule):
        return rule, _of_ipython(_ESCAPE.sub("", stderr[rule:]))
    line = None if header is None else _UNINDENTED.search(stderr, stderr.index("\n", header) + 1)
    syntax = _SYNTAX.search(stderr)
    if syntax and (line is None or line.start() < syntax.start()):
        return syntax.start(), syntax["last"]
    if header is None or line is None:
        return len(stderr), ""
    return _chain(stderr, header), stderr[line.start() :]


def _of_ipython(text: str) -> str:
    """The part that begins with the name which the last of the chained headers tells."""
    header = max(_IPYTHON.finditer(text), key=lambda found: found.start(), default=None)
    if header is None:
        return ""
    line = re.compile(rf"^{header['name']}(?=:|$)", re.M).search(text, header.end())
    return text[line.start() :] if line else ""


def _chain(stderr: str, start: int) -> int:
    """Where the first of the chained tracebacks begins."""
    before = [header.start() for header in _HEADER.finditer(stderr, 0, start)]
    while before and stderr.endswith(_CHAINED, 0, start):
        start = before.pop()
    return start


def _place(text: str) -> str:
    """What str() of a syntax error says besides, and a traceback in a line of its own: where it is."""
    place = max(_PLACE.finditer(text), key=lambda found: found.start(), default=None)
    return f" ({place[1].rpartition('/')[2]}, line {place[2]})" if place else ""


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    return max((found.start() for found in pattern.finditer(text)), default=None)

"""A traceback as lines: the user's frames in colour, those of libraries folded, each leading to its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from backend.models import ErrorInfo
from backend.records import dataclass
from workbench.format import count
from workbench.frames import run_name
from workbench.history.entry import Entry
from workbench.sanitize import sanitize_line
from workbench.widgets.output.lines.ansi import plain
from workbench.widgets.output.lines.blocks import Span
from workbench.widgets.output.lines.buffer import LineBuffer
from workbench.widgets.output.lines.folds import Fold
from workbench.widgets.output.lines.kinds import Kind
from workbench.widgets.output.lines.links import Place

_COLOURED = 400
"""Source lines that are coloured; a recursion shows thousands, all alike."""

# traceback.TracebackException, with the bars of exception groups; then IPython's
_FRAMES = (
    re.compile(r'[ |+-]*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in .*)?'),
    re.compile(r"File (?P<file>[^\s:\"][^:\"]*):(?P<line>\d+)(?:, in .*)?"),
    re.compile(r"(?P<file>Cell In\s?\[\d+\]), line (?P<line>\d+)(?:, in .*)?"),
)
_BAR = re.compile(r"[ |+-]*")
_CARETS = re.compile(r"[ |]*[\^~]+[ \^~]*")
_LIBRARY = re.compile(r"(?:^|/)(?:site-packages|dist-packages)/(?P<name>[^/]+)")
_STANDARD = re.compile(r"(?:^|/)lib(?:64)?/(?:python|pypy)[\d.]+/|^<frozen ")


@dataclass(slots=True)
class _Piece:
    """Lines that belong together: a frame with its source, or anything else (`file` is empty)."""

    lines: list[str]
    file: str = ""
    line: int = 0

    @property
    def library(self) -> str:
        """The package that a frame is of; empty for code of the user."""
        found = _LIBRARY.search(self.file)
        if found:
            return found["name"].removesuffix(".py")
        return "Python" if _STANDARD.search(self.file) else ""


def write_error(buffer: LineBuffer, error: ErrorInfo, entry: Entry) -> None:
    """Add a traceback, the line that names the error set apart; without traceback that line alone."""
    said = f"{error.name}: {error.message}" if error.message else error.name
    text = plain(error.traceback.rstrip("\n")) or said
    pieces = list(_pieces(text.split("\n")))
    _name_own(pieces, entry)
    folds = any(piece.file and not piece.library for piece in pieces)
    colour = _Colour()
    for library, group in groupby(pieces, key=lambda piece: piece.library if folds else ""):
        same = list(group)
        if not library:
            for piece in same:
                _write(buffer, piece, error, entry, colour)
            continue
        bar = _indent(same[0].lines[0])
        words = f"{bar}… {count(len(same), 'frame')} of {sanitize_line(library)}"
        head = buffer.add_spans(Kind.ERROR, ((words, "fact"),))
        for piece in same:
            _write(buffer, piece, error, entry, colour)
        if buffer.end > head + 1:
            buffer.folds.add(Fold(head, buffer.end, closed=True))


def _name_own(pieces: list[_Piece], entry: Entry) -> None:
    """Name the code that was run as we do, where the target names it otherwise: its frame comes first."""
    own = run_name(entry.number)
    runs = [piece for piece in pieces if piece.file.startswith(("<", "Cell In")) and not piece.library]
    if runs and not any(piece.file == own for piece in runs):
        first = runs[0].file
        for piece in runs:
            if piece.file == first:
                piece.file = own


def _pieces(lines: list[str]) -> Iterator[_Piece]:
    """The lines of a traceback in pieces: a frame goes on in what is indented more than it."""
    current: _Piece | None = None
    for line in lines:
        found = _frame(line)
        if found is not None:
            if current is not None:
                yield current
            current = _Piece([line], found["file"], int(found["line"][:9]))
        elif current is not None and _goes_on(current.lines[0], line):
            current.lines.append(line)
        else:
            if current is not None:
                yield current
            current = None
            yield _Piece([line])
    if current is not None:
        yield current


def _write(buffer: LineBuffer, piece: _Piece, error: ErrorInfo, entry: Entry, colour: _Colour) -> None:
    if not piece.file:
        (line,) = piece.lines
        bare = line[len(_indent(line)) :] if "|" in _indent(line) else line
        named = bool(error.name) and bare.startswith(error.name)
        buffer.add(Kind.ERROR_NAME if named else Kind.ERROR, line)
        return
    place = Place(piece.file, piece.line, entry.profile, entry.session)
    for index, line in enumerate(piece.lines):
        if index == 0:
            spans = _frame_spans(line, library=bool(piece.library))
        elif _CARETS.fullmatch(line):
            spans = ((_shown(line), "error-name"),)
        else:
            spans = colour(_shown(line))
        number = buffer.add_spans(Kind.ERROR, spans)
        if number >= buffer.dropped:
            buffer.links[number] = place


def _frame_spans(line: str, *, library: bool) -> tuple[Span, ...]:
    """A frame's first line, its place as something to follow."""
    found = _frame(line)
    if found is None:
        return ((_shown(line), "error"),)
    start, end = found.start("file"), found.end("line")
    role = "fact" if library else "link"
    parts = ((line[:start], "fact"), (line[start:end], role), (line[end:], "fact"))
    return tuple((_shown(text), role) for text, role in parts if text)


def _frame(line: str) -> re.Match[str] | None:
    return next((found for pattern in _FRAMES if (found := pattern.fullmatch(line))), None)


def _goes_on(head: str, line: str) -> bool:
    """Whether a line is of the frame that begins with `head`: indented more, or empty in IPython's form."""
    if not line:
        return not head.startswith((" ", "|"))
    return len(_indent(line)) > len(_indent(head)) or "[Previous line repeated" in line


def _indent(line: str) -> str:
    found = _BAR.match(line)
    return found[0] if found is not None else ""


def _shown(text: str) -> str:
    return sanitize_line(text.expandtabs(4))


class _Colour:
    """Colours source lines, as many as are worth it."""

    def __init__(self) -> None:
        self._left = _COLOURED

    def __call__(self, line: str) -> tuple[Span, ...]:
        """A source line in the roles of the pane."""
        from workbench.widgets.lexing import runs_by_line

        self._left -= 1
        if self._left < 0 or len(line) > 500:
            return ((line, "source"),)
        runs = runs_by_line(line, "source.py")[0]
        return tuple((text, f"source-{role}" if role else "source") for role, text in runs if text)

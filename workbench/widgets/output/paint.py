"""From a line to a strip: marks, colours, tabs, selection."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from backend.models import Change, Status

from .lines import ansi
from .lines.blocks import Span
from .lines.kinds import Kind, Line, cut_mark
from .lines.width import TAB

GUTTER = 2
"""Cells left of the text that hold a line's mark."""

COMPONENTS = (
    *("stdout", "stderr", "value", "error", "note", "header", "code", "success", "warning", "cursor"),
)
"""What the style sheet colours: each has a component class `output--NAME`. More would cost start-up time."""

_BOLD, _ITALIC, _LINK, _PLAIN = Style(bold=True), Style(italic=True), Style(underline=True), Style()
_LOOKS: dict[str, tuple[str, Style]] = {
    **{name: (name, _PLAIN) for name in COMPONENTS},
    "display": ("stdout", _PLAIN),
    "error-name": ("error", _BOLD),
    "mark-stderr": ("stderr", _BOLD),
    "mark-value": ("value", _BOLD),
    "mark-display": ("value", _PLAIN),
    "mark-error": ("error", _BOLD),
    "mark-note": ("note", _PLAIN),
    "number": ("note", _PLAIN),
    "fact": ("note", _PLAIN),
    "message": ("warning", _PLAIN),
    "file": ("stdout", _LINK),
    Change.CREATED: ("success", _BOLD),
    Change.CHANGED: ("warning", _BOLD),
    Change.DELETED: ("error", _BOLD),
    "late": ("note", _ITALIC),
    "cut": ("note", _ITALIC),
    "empty": ("note", _PLAIN),
    "strong": ("stdout", _BOLD),
    "emphasis": ("stdout", _ITALIC),
    "link": ("stdout", Style(underline=True)),
    "source": ("stdout", _PLAIN),
    "source-keyword": ("value", _PLAIN),
    "source-string": ("success", _PLAIN),
    "source-comment": ("note", _ITALIC),
    "source-number": ("warning", _PLAIN),
    "source-name": ("stdout", _BOLD),
    "source-builtin": ("value", _PLAIN),
    "source-operator": ("stdout", _PLAIN),
    "source-heading": ("value", _BOLD),
    "source-added": ("success", _PLAIN),
    "source-removed": ("error", _PLAIN),
    "match": ("cursor", Style(reverse=True)),
    "mark-fold": ("note", _BOLD),
    Status.QUEUED: ("note", _PLAIN),
    Status.RUNNING: ("value", _BOLD),
    Status.SUCCEEDED: ("success", _PLAIN),
    Status.FAILED: ("error", _BOLD),
    Status.INTERRUPTED: ("warning", _BOLD),
    Status.TIMED_OUT: ("warning", _BOLD),
    Status.WORKER_DIED: ("error", _BOLD),
    Status.LOST: ("error", _BOLD),
    Status.REJECTED: ("warning", _BOLD),
}

_KINDS: dict[Kind, tuple[str, str, str]] = {
    Kind.STDOUT: ("  ", "", "stdout"),
    Kind.STDERR: ("┆ ", "mark-stderr", "stderr"),
    Kind.VALUE: ("→ ", "mark-value", "value"),
    Kind.VALUE_MORE: ("  ", "mark-value", "value"),
    Kind.DISPLAY: ("▫ ", "mark-display", "display"),
    Kind.DISPLAY_MORE: ("  ", "mark-display", "display"),
    Kind.ERROR: ("┃ ", "mark-error", "error"),
    Kind.ERROR_NAME: ("✗ ", "mark-error", "error-name"),
    Kind.NOTE: ("· ", "mark-note", "note"),
    Kind.HEADER: ("", "", "header"),
    Kind.IMAGE: ("  ", "", "stdout"),
}
_STRIPS_KEPT = 2_000
_STYLES_KEPT = 4_096
_FLAGS = (
    (ansi.BOLD, Style(bold=True)),
    (ansi.DIM | ansi.HIDDEN, Style(dim=True)),  # hidden text is dimmed: nothing is there that cannot be seen
    (ansi.ITALIC, Style(italic=True)),
    (ansi.UNDERLINE, Style(underline=True)),
    (ansi.REVERSE, Style(reverse=True)),
    (ansi.STRIKE, Style(strike=True)),
)


def component(name: str) -> str:
    """The component class of one of COMPONENTS."""
    return f"output--{name}"


def look(role: str) -> tuple[str, Style]:
    """The component class that colours a role, and what is added to it."""
    name, extra = _LOOKS[role]
    return component(name), extra


class Painter:
    """Makes strips of lines and keeps those it made last.

    `role_style` gives the look of a role, `base` that of the pane; both change with the theme, after which
    `forget` is called. A strip is kept under its line's number while the line's text is the same object.
    """

    def __init__(self, base: Callable[[], Style], role_style: Callable[[str], Style]) -> None:
        self._base = base
        self._role_style = role_style
        self._strips: OrderedDict[int, tuple[str, Strip]] = OrderedDict()
        self._roles: dict[str, Style] = {}
        self._styles: dict[tuple[str, ansi.Style], Style] = {}
        self._palette: tuple[RichColor, ...] = ()
        self._own = Style()
        self.set_palette(ansi.AnsiPalette())

    def set_palette(self, palette: ansi.AnsiPalette) -> None:
        """Use these sixteen colours. Raises textual.color.ColorParseError for a word that is no colour."""
        self._palette = tuple(Color.parse(colour).rich_color for colour in palette.colours)
        fore, back = (Color.parse(colour).rich_color if colour else None for colour in palette.ground)
        self._own = Style(color=fore, bgcolor=back)
        self.forget()

    def forget(self) -> None:
        """Forget every strip and style, as after a change of theme."""
        self._strips.clear()
        self._roles.clear()
        self._styles.clear()

    def role(self, name: str) -> Style:
        """The look of a role on the pane's own background."""
        style = self._roles.get(name)
        if style is None:
            style = self._roles[name] = self._base() + self._own + self._role_style(name)
        return style

    def look(self, name: str) -> Style:
        """What a role lays over other colours."""
        return self._role_style(name)

    def kind(self, kind: Kind) -> Style:
        """The look of a line's text where it has no colour of its own, and of the space after it."""
        return self.role(_KINDS[kind][2])

    def mark(self, kind: Kind) -> Strip:
        """The gutter of a line of that kind; a header has none."""
        text, role, _ = _KINDS[kind]
        return Strip([Segment(text, self.role(role or _KINDS[kind][2]))], len(text)) if text else Strip([], 0)

    def strip(self, number: int, raw: str, read: Callable[[], Line]) -> Strip:
        """The text of a line, uncropped; `read` is called only when it is not kept."""
        kept = self._strips.get(number)
        if kept is not None and (kept[0] is raw or kept[0] == raw):
            self._strips.move_to_end(number)
            return kept[1]
        strip = self.paint(read())
        self._strips[number] = (raw, strip)
        if len(self._strips) > _STRIPS_KEPT:
            self._strips.popitem(last=False)
        return strip

    def paint(self, line: Line) -> Strip:
        """The text of a line, decoded and coloured."""
        if line.picture is not None:
            picture, row = line.picture
            return Strip(picture.row(row, self._ground()))
        if line.spans:
            return self.spans(line.spans, _KINDS[line.kind][2])
        pieces, _ = ansi.decode(line.raw, line.state)
        if "\t" in line.raw:
            pieces = _expanded(pieces)
        role = _KINDS[line.kind][2]
        segments = [Segment(text, self._style(role, style)) for text, style in pieces]
        if line.cut:
            segments.append(Segment(cut_mark(line.cut), self.role("cut")))
        return Strip(segments)

    def spans(self, spans: tuple[Span, ...], under: str) -> Strip:
        """A line of ours; `under` is the role of the line as a whole."""
        base = self.role(under)
        return Strip([Segment(text, base + self._role_style(role)) for text, role in spans if text])

    def _ground(self) -> tuple[int, int, int]:
        """The background that pictures with transparent parts lie on."""
        colour = self.role("stdout").bgcolor
        red, green, blue = (0, 0, 0) if colour is None else colour.get_truecolor()
        return red, green, blue

    def _style(self, role: str, style: ansi.Style) -> Style:
        if style is ansi.PLAIN:
            return self.role(role)
        found = self._styles.get((role, style))
        if found is None:
            if len(self._styles) > _STYLES_KEPT:
                self._styles.clear()
            found = self._styles[role, style] = self.role(role) + self._rich(style)
        return found

    def _rich(self, style: ansi.Style) -> Style:
        rich = Style(color=self._colour(style.foreground), bgcolor=self._colour(style.background))
        for flag, look in _FLAGS:
            if style.flags & flag:
                rich += look
        return rich

    def _colour(self, colour: int) -> RichColor | None:
        if colour == ansi.DEFAULT:
            return None
        return self._palette[colour] if colour < 16 else RichColor.parse(ansi.hex_colour(colour))


def _expanded(pieces: list[tuple[str, ansi.Style]]) -> list[tuple[str, ansi.Style]]:
    """The pieces with tabs as spaces up to the next tab stop; columns run on from piece to piece."""
    result, column = [], 0
    for text, style in pieces:
        shown = ""
        for index, part in enumerate(text.split("\t")):
            if index:
                gap = TAB - column % TAB
                shown += " " * gap
                column += gap
            shown += part
            column += cell_len(part)
        result.append((shown, style))
    return result


def overlaid(strip: Strip, style: Style) -> Strip:
    """`strip` with `style` over its own."""
    return Strip([Segment(text, (own or Style()) + style) for text, own, _ in strip], strip.cell_length)


def selected(strip: Strip, start: int, end: int | None, style: Style) -> Strip:
    """`strip` with the characters from `start` to `end` (None: the line's end) in a style.

    An empty line shows one selected cell, so that one can see it is part of a selection.
    """
    length = len(strip.text)
    if end is None and not length:
        return Strip([Segment(" ", style)], 1)
    stop = length if end is None else min(end, length)
    if start >= stop:
        return strip
    cuts = [strip.index_to_cell_position(start), strip.index_to_cell_position(stop), strip.cell_length]
    before, inside, after = strip.divide(cuts)
    return Strip.join([before, overlaid(inside, style), after])

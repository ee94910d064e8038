"""Colours of code: the highlights of a few lines, and the editor's theme made of a `[syntax]` table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.style import Style
from textual._text_area_theme import TextAreaTheme
from textual.color import Color, ColorParseError

from workbench.sanitize import sanitize
from workbench.theming.theme_file import SYNTAX_KEYS
from workbench.widgets.editor.text.document import PlainDocument, SyntaxDocument, encoded

if TYPE_CHECKING:
    from tree_sitter import Node, Query

Highlight = tuple[int, int | None, str]
"""Start byte, end byte (None: to the end of the line) and capture name, within one line."""

CAPTURES: Mapping[str, str] = {
    "comment": "comment",
    "preproc": "comment",
    "keyword": "keyword",
    "keyword.function": "keyword",
    "keyword.return": "keyword",
    "keyword.operator": "keyword",
    "conditional": "keyword",
    "repeat": "keyword",
    "exception": "keyword",
    "include": "keyword",
    "string": "string",
    "string.escape": "escape",
    "number": "number",
    "float": "number",
    "boolean": "constant",
    "constant": "constant",
    "constant.builtin": "constant",
    "function": "function",
    "function.call": "function",
    "function.builtin": "builtin",
    "method": "function",
    "method.call": "function",
    "constructor": "class",
    "type": "type",
    "type.class": "class",
    "type.definition": "class",
    "type.builtin": "builtin",
    "attribute": "decorator",
    "attribute.builtin": "decorator",
    "parameter": "parameter",
    "field": "variable",
    "variable": "variable",
    "variable.builtin": "builtin",
    "operator": "operator",
    "punctuation.special": "escape",
    "none": "variable",
    "error": "error",
    "cell": "cell",
}
"""The captures of the Python query, each with the syntax key that colours it."""

# per app theme variable, so that any theme gives readable code; `cell` is the border of cells
_DERIVED: Mapping[str, str] = {
    "comment": "italic text-muted",
    "keyword": "text-primary",
    "string": "text-success",
    "number": "text-warning",
    "function": "text-accent",
    "class": "text-secondary",
    "builtin": "text-secondary",
    "operator": "foreground-muted",
    "constant": "text-warning",
    "variable": "foreground",
    "parameter": "foreground",
    "decorator": "text-warning",
    "type": "text-secondary",
    "escape": "text-warning",
    "error": "underline text-error",
    "cell": "bold text-accent",
}
_WORDS = ("bold", "italic", "underline", "dim", "strike")


def highlights_between(
    document: SyntaxDocument, query: Query, first: int, last: int
) -> defaultdict[int, list[Highlight]]:
    """The highlights of rows `first` to `last`, both included, in the order to apply them.

    Outer nodes come before inner ones, and for one node the query's patterns in their order, so that a
    token looks the same whichever rows are asked for.
    """
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query)
    cursor.set_point_range((first, 0), (last + 1, 0))
    found: list[tuple[int, int, int, str, Node]] = []
    for pattern, captures in cursor.matches(document.root):
        for name, nodes in captures.items():
            found += [(node.start_byte, -node.end_byte, pattern, name, node) for node in nodes]
    found.sort(key=lambda item: item[:3])
    rows: defaultdict[int, list[Highlight]] = defaultdict(list)
    for _start, _end, _pattern, name, node in found:
        _add(rows, node, name, first, last)
    for row in rows:
        _shift(rows[row], document, row)
    return rows


def _add(rows: defaultdict[int, list[Highlight]], node: Node, name: str, first: int, last: int) -> None:
    (start_row, start), (end_row, end) = node.start_point, node.end_point
    for row in range(max(start_row, first), min(end_row, last) + 1):
        rows[row].append((start if row == start_row else 0, end if row == end_row else None, name))


def _shift(highlights: list[Highlight], document: PlainDocument, row: int) -> None:
    """Offsets count bytes of the line as it is drawn, where control characters are longer symbols."""
    line = document.get_line(row)
    if (shown := sanitize(line)) == line:
        return
    source = encoded(line)

    def drawn(offset: int) -> int:
        return len(encoded(shown[: len(source[:offset].decode("utf-8", "surrogatepass"))]))

    highlights[:] = [
        (drawn(start), None if end is None else drawn(end), name) for start, end, name in highlights
    ]


def editor_theme(name: str, syntax: Mapping[str, str]) -> TextAreaTheme:
    """A theme for the text area. Everything but the code's colours comes from the style sheet.

    Values are colours, with `bold`, `italic`, `underline`, `dim` or `strike` before them. A value that cannot
    be read leaves its tokens plain; theme files are checked where they are loaded.
    """
    styles = {key: style for key in SYNTAX_KEYS if (style := parse_style(syntax.get(key, ""))) is not None}
    return TextAreaTheme(
        name=name,
        syntax_styles={capture: styles[key] for capture, key in CAPTURES.items() if key in styles},
    )


def derived_syntax(variables: Mapping[str, str]) -> dict[str, str]:
    """A `[syntax]` table made of the variables of an app theme."""
    result: dict[str, str] = {}
    for key, words in _DERIVED.items():
        *style, variable = words.split()
        if (colour := variables.get(variable)) is not None:
            result[key] = " ".join([*style, _plain(colour, variables)])
    return result


def _plain(colour: str, variables: Mapping[str, str]) -> str:
    """An opaque colour: `auto 60%` is the foreground at 60 %, and alpha is blended into the surface."""
    foreground = Color.parse(variables.get("foreground", "#c0c0c0"))
    surface = Color.parse(variables.get("surface", "#101010"))
    if colour.startswith("auto"):
        share = colour.partition(" ")[2].rstrip("%")
        front = foreground.with_alpha(float(share) / 100 if share else 1.0)
    else:
        front = Color.parse(colour)
    return surface.blend(front.with_alpha(1), front.a).hex6


def parse_style(value: str) -> Style | None:
    """The style a syntax value stands for, None when it is empty or cannot be read."""
    words = value.split()
    flags = {word: True for word in words if word in _WORDS}
    colours = [word for word in words if word not in _WORDS]
    try:
        colour = Color.parse(" ".join(colours)).rich_color if colours else None
    except ColorParseError:
        return None
    if colour is None and not flags:
        return None
    return Style(
        color=colour,
        bold=flags.get("bold"),
        italic=flags.get("italic"),
        underline=flags.get("underline"),
        dim=flags.get("dim"),
        strike=flags.get("strike"),
    )

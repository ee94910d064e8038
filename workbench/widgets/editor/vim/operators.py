"""What operators do to a span, and what registers put back."""

from __future__ import annotations

from backend.records import dataclass
from workbench.widgets.editor.text import lines
from workbench.widgets.editor.vim.objects import Span
from workbench.widgets.editor.vim.text import Change, Location, Text, between, end_of, first_word

OPERATORS = ("d", "c", "y", ">", "<", "gu", "gU", "g~", "gc")


@dataclass(frozen=True, slots=True)
class Register:
    """Text that was deleted or copied; `lines` when it is whole lines."""

    text: str
    lines: bool = False


def taken(text: Text, span: Span) -> Register:
    """What a register gets of a span."""
    if span.lines:
        rows = range(span.start[0], span.end[0] + 1)
        return Register("\n".join(text.get_line(row) for row in rows), lines=True)
    return Register(between(text, span.start, span.end))


def deleted(text: Text, span: Span) -> Change:
    """The change that takes a span away."""
    if not span.lines:
        return Change(span.start, span.end, "", span.start)
    first, last = span.start[0], span.end[0]
    if last + 1 < text.line_count:
        column = first_word(text.get_line(last + 1))
        return Change((first, 0), (last + 1, 0), "", (first, column))
    end = last, len(text.get_line(last))
    if first == 0:
        return Change((0, 0), end, "", (0, 0))
    before = text.get_line(first - 1)
    return Change((first - 1, len(before)), end, "", (first - 1, first_word(before)))


def emptied(text: Text, span: Span) -> Change:
    """The change that makes room for other text: whole lines leave one line with their indentation."""
    if not span.lines:
        return deleted(text, span)
    indent = lines.leading(text.get_line(span.start[0]))
    end = span.end[0], len(text.get_line(span.end[0]))
    return Change((span.start[0], 0), end, indent, (span.start[0], len(indent)))


def reworked(text: Text, span: Span, operator: str, step: int) -> Change:
    """The change of an operator that puts other text in the place of a span."""
    first, last = span.start[0], span.end[0]
    if operator in (">", "<", "gc"):
        old = [text.get_line(row) for row in range(first, last + 1)]
        new = {
            ">": lambda: lines.indented(old, step),
            "<": lambda: lines.dedented(old, step),
            "gc": lambda: lines.commented(old),
        }[operator]()
        return Change((first, 0), (last, len(old[-1])), "\n".join(new), (first, first_word(new[0])))
    start, end = span.start, span.end
    if span.lines:
        start, end = (first, 0), (last, len(text.get_line(last)))
    old_text = between(text, start, end)
    change = {"gu": str.lower, "gU": str.upper, "g~": str.swapcase}[operator]
    return Change(start, end, change(old_text), span.start)


def put(text: Text, at: Location, register: Register, count: int, *, before: bool) -> Change:
    """The change that puts a register in, behind the cursor or before it."""
    row, column = at
    line = text.get_line(row)
    if register.lines:
        body = "\n".join([register.text] * count)
        indent = first_word(register.text.split("\n")[0])
        if before:
            return Change((row, 0), (row, 0), f"{body}\n", (row, indent))
        return Change((row, len(line)), (row, len(line)), f"\n{body}", (row + 1, indent))
    body = register.text * count
    place = row, column if before or not line else min(column + 1, len(line))
    end = end_of(place, body)
    cursor = place if "\n" in body else (end[0], max(0, end[1] - 1))
    return Change(place, place, body, cursor)


def joined(text: Text, row: int, count: int) -> Change | None:
    """The change of J: `count` lines become one."""
    last = min(row + max(2, count) - 1, text.line_count - 1)
    if last == row:
        return None
    result = text.get_line(row)
    place = len(result)
    for index in range(row + 1, last + 1):
        result, more = result.rstrip(), text.get_line(index).strip()
        place = len(result)
        gap = " " if result and more and not more.startswith(")") else ""
        result += gap + more
    return Change((row, 0), (last, len(text.get_line(last))), result, (row, place))

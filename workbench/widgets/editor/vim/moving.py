"""Motions in all modes: alone they move the cursor, behind an operator they say what it takes."""

from __future__ import annotations

from workbench.widgets.editor.vim.motions import MOTIONS, Reach, find_char, vertical
from workbench.widgets.editor.vim.objects import Span, text_object
from workbench.widgets.editor.vim.operating import Operating
from workbench.widgets.editor.vim.text import Effect, Location, Text

FAR = 1 << 30
"""The goal column of `$`."""


_LINES = ("G", "gg", "+", "-", "enter")  # of which one can ask for any number


class Moving(Operating):
    """Reads motions."""

    def _motion(self, key: str, text: Text, at: Location) -> list[Effect]:
        pending = self._pending
        motion = MOTIONS[key]
        if pending.operator == "c" and key in ("w", "W") and not _blank_at(text, at):
            return self._change_word(key, text, at)
        target = motion.go(text, at, pending.lines if key in _LINES else pending.times)
        if target is None:
            return []
        if not pending.operator:
            goal = FAR if key in ("$", "end") else None
            return self._go(text, target, goal)
        span = _span(text, at, target, motion.reach, word=key in ("w", "W"))
        return self._operate(pending.operator, text, span, at)

    def _change_word(self, key: str, text: Text, at: Location) -> list[Effect]:
        """`cw` stops at the end of the word, unlike `dw`, also where the cursor is on its last letter."""
        span = text_object(text, at, False, key)
        end = (at[0], span.end[1] - 1) if span is not None else at
        if self._pending.times > 1:
            end = MOTIONS["e" if key == "w" else "E"].go(text, end, self._pending.times - 1) or end
        return self._operate("c", text, _span(text, at, end, Reach.INCLUSIVE), at)

    def _vertical(self, key: str, text: Text, at: Location) -> list[Effect]:
        pending = self._pending
        rows = max(1, pending.lines) * (1 if key in ("j", "down", "ctrl+n") else -1)
        goal = at[1] if self._goal is None else self._goal
        if pending.operator:
            target = vertical(text, at, rows, goal)
            if target is None:
                return []
            return self._operate(pending.operator, text, _rows(at, target), at)
        rows = max(-at[0], min(rows, text.line_count - 1 - at[0]))
        target = vertical(text, at, rows, goal)
        return self._go(text, target or at, goal)

    def _find(self, key: str, char: str, text: Text, at: Location, again: bool = False) -> list[Effect]:
        pending = self._pending
        column = find_char(text.get_line(at[0]), at[1], pending.times, key, char, again)
        if column is None:
            return []
        target = at[0], column
        if not pending.operator:
            return self._go(text, target)
        reach = Reach.INCLUSIVE if key in "ft" else Reach.EXCLUSIVE
        return self._operate(pending.operator, text, _span(text, at, target, reach), at)

    def _find_again(self, key: str, text: Text, at: Location) -> list[Effect]:
        if self._found is None:
            return []
        way, char = self._found
        return self._find(way if key == ";" else way.swapcase(), char, text, at, again=True)


def _blank_at(text: Text, at: Location) -> bool:
    return text.get_line(at[0])[at[1] : at[1] + 1].strip() == ""


def _rows(at: Location, target: Location) -> Span:
    first, last = sorted((at[0], target[0]))
    return Span((first, 0), (last, 0), lines=True)


def _span(text: Text, at: Location, target: Location, reach: Reach, *, word: bool = False) -> Span:
    """What an operator takes on the way from the cursor to the target of a motion."""
    if reach is Reach.LINES:
        return _rows(at, target)
    start, end = sorted((at, target))
    if reach is Reach.INCLUSIVE:
        return Span(start, (end[0], min(end[1] + 1, len(text.get_line(end[0])))))
    if word and end[0] > start[0] and not text.get_line(end[0])[: end[1]].strip():
        # the last word of a line: its line is not joined with the next
        row = end[0] - 1
        while row > start[0] and not text.get_line(row).strip():
            row -= 1
        return Span(start, (row, len(text.get_line(row))))
    if end[1] == 0 and end[0] > start[0]:
        line = text.get_line(start[0])
        if start[1] <= len(line) - len(line.lstrip()):
            return Span((start[0], 0), (end[0] - 1, 0), lines=True)
        return Span(start, (end[0] - 1, len(text.get_line(end[0] - 1))))
    return Span(start, end)

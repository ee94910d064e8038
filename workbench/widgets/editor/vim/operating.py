"""Operators on spans, wherever the spans come from."""

from __future__ import annotations

from workbench.widgets.editor.vim.inserting import Inserting
from workbench.widgets.editor.vim.objects import Span, text_object
from workbench.widgets.editor.vim.operators import Register, deleted, emptied, reworked, taken
from workbench.widgets.editor.vim.state import Mode
from workbench.widgets.editor.vim.text import Effect, Go, Location, Text, Yanked, clamped


class Operating(Inserting):
    """Moves the cursor, works on spans, keeps registers."""

    def _go(self, text: Text, target: Location, goal: int | None = None) -> list[Effect]:
        self._goal = goal
        target = clamped(text, target)
        if not self.visual:
            return [Go(target)]
        self._cursor = target
        return [Go(target, self._anchor, self.mode is Mode.LINES)]

    def _object(self, way: str, name: str, text: Text, at: Location) -> list[Effect]:
        pending = self._pending
        span = text_object(text, at, way == "a", name, max(1, pending.times))
        if span is None:
            return []
        if not self.visual:
            return self._operate(pending.operator, text, span, at)
        if span.lines:
            self.mode = Mode.LINES
        self._anchor = span.start
        end = span.end if span.lines else (span.end[0], max(span.start[1], span.end[1] - 1))
        return self._go(text, end)

    def _operate(self, operator: str, text: Text, span: Span, at: Location) -> list[Effect]:
        repeat = self._repeat_of(operator, text, span)
        visual, self.mode = self.visual, Mode.NORMAL
        if operator == "y":
            register = taken(text, span)
            self._keep(register)
            start = (span.start[0], at[1]) if span.lines and not visual else span.start
            start = min(start, at) if span.lines and not visual and span.start[0] == at[0] else start
            return [Yanked(_whole(register)), Go(clamped(text, start))]
        if operator in ("d", "c"):
            self._keep(taken(text, span))
        if operator == "c":
            change = emptied(text, span)
            return [change, *self._insert(text, change.cursor, repeat, [change])]
        change = deleted(text, span) if operator == "d" else reworked(text, span, operator, self.step)
        self._remember(repeat)
        return [change]

    def _keep(self, register: Register) -> None:
        name = self._pending.register
        if name == "_":
            return
        self._registers[""] = register
        if name.isupper() and (before := self._registers.get(name.lower())):
            joint = "\n" if before.lines or register.lines else ""
            both = Register(before.text + joint + register.text, before.lines or register.lines)
            self._registers[name.lower()] = both
        elif name:
            self._registers[name.lower()] = register

    def _selected(self, text: Text) -> Span:
        start, end = sorted((self._anchor, self._cursor))
        if self.mode is Mode.LINES:
            return Span((start[0], 0), (end[0], 0), lines=True)
        line = text.get_line(end[0])
        if end[1] >= len(line) and end[0] + 1 < text.line_count:
            return Span(start, (end[0] + 1, 0))
        return Span(start, (end[0], min(end[1] + 1, len(line))))


def _whole(register: Register) -> str:
    return register.text + "\n" * register.lines

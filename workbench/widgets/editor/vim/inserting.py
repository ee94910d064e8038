"""The way into insert mode and out of it, and what is remembered for repetition."""

from __future__ import annotations

from workbench.widgets.editor.text.lines import indent_after, leading
from workbench.widgets.editor.vim.objects import Span
from workbench.widgets.editor.vim.state import Insertion, Mode, State
from workbench.widgets.editor.vim.text import Change, Effect, Go, Location, Text, end_of


class Inserting(State):
    """Opens lines, begins and ends insertions."""

    def _open_line(self, key: str, text: Text, at: Location) -> list[Effect]:
        row = at[0]
        line = text.get_line(row)
        if key == "o":
            indent = indent_after(line, self.step)
            change = Change((row, len(line)), (row, len(line)), f"\n{indent}", (row + 1, len(indent)))
        else:
            indent = leading(line)
            change = Change((row, 0), (row, 0), f"{indent}\n", (row, len(indent)))
        return [change, *self._insert(text, change.cursor, self._recorded(), [change])]

    def _insert(
        self, text: Text, start: Location, repeat: list[str] | None, before: list[Change], times: int = 1
    ) -> list[Effect]:
        """Go to insert mode at `start`; while a command is repeated, insert what it inserted."""
        if self._replaying is not None:
            self.mode = Mode.NORMAL
            return self._typed(start, self._replaying * times)
        size = len(text.text)
        for change in before:
            size += len(change.text) - (text.offset(change.end) - text.offset(change.start))
        self._insertion = Insertion(start, size, times)
        self._last = (repeat, "") if repeat else self._last
        self.mode = Mode.INSERT
        return []

    def _leave_insert(self, text: Text, cursor: Location) -> list[Effect]:
        self.mode = Mode.NORMAL
        insertion, self._insertion = self._insertion, None
        inserted = ""
        if insertion is not None and cursor >= insertion.start:
            whole = text.text
            start = text.offset(insertion.start)
            inserted = whole[start : start + max(0, len(whole) - insertion.size)]
        if self._last is not None:
            self._last = self._last[0], inserted
        if insertion is not None and insertion.times > 1 and inserted:
            return self._typed(cursor, inserted * (insertion.times - 1))
        return [Go((cursor[0], max(0, cursor[1] - 1)))]

    @staticmethod
    def _typed(start: Location, inserted: str) -> list[Effect]:
        end = end_of(start, inserted)
        cursor = end[0], max(0, end[1] - 1)
        return (
            [Change(start, start, inserted, cursor)] if inserted else [Go((start[0], max(0, start[1] - 1)))]
        )

    # -- for repetition

    def _recorded(self) -> list[str] | None:
        return list(self._pending.keys)

    def _repeat_of(self, operator: str, text: Text, span: Span) -> list[str] | None:
        """The keys that do the same again; what was selected counts in lines or characters."""
        if operator == "y":
            return None
        if not self.visual:
            return self._recorded()
        keys = list(operator)
        if span.lines:
            count = span.end[0] - span.start[0] + 1
            return [*str(count), *keys, keys[-1]]
        if span.start[0] == span.end[0]:
            return [*keys, *str(max(1, span.end[1] - span.start[1])), "l"]
        return None

    def _remember(self, keys: list[str] | None) -> None:
        if self._replaying is None and keys:
            self._last = keys, ""

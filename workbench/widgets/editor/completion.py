"""Completion: a list under the cursor that narrows while one types and never waits for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from textual.content import Content
from textual.geometry import Offset
from textual.timer import Timer
from textual.widgets import OptionList

from backend.errors import WorkbenchError
from backend.models import Completions
from backend.records import dataclass
from workbench.completing.question import Completer, Question
from workbench.completing.words import is_begun
from workbench.sanitize import sanitize_line
from workbench.widgets.editor.area.editing import EditingArea
from workbench.widgets.editor.text.pairs import Kind

PAUSE = 0.15
"""Seconds without a key after which names are offered to who types."""

LEAD = 0.1
"""Seconds of the pause in which names are asked for already: jedi takes 120 ms, and 100 ms is the limit."""

LEAST = 2
"""Characters of a name before names are offered unasked; a dot is enough."""

SHOWN = 200
"""Names put into the list; filling it takes 3 ms for 330."""


class CompletionMenu(OptionList, can_focus=False):
    """The list itself. It lies over the screen and takes no focus: the editor sends it the keys."""

    DEFAULT_CSS = """
    CompletionMenu {
        overlay: screen;
        constrain: inside inflect;
        display: none;
        width: auto;
        min-width: 12;
        max-width: 60;
        height: auto;
        max-height: 8;
    }
    CompletionMenu.-open { display: block; }
    """

    def open_at(self, names: list[str], where: Offset, marked: int | None = 0) -> None:
        """Show names at a place of the screen, the first one marked unless another or none is."""
        self.set_options([Content(sanitize_line(name)) for name in names[:SHOWN]])
        self.highlighted = marked
        self.absolute_offset = where
        self.add_class("-open")

    def close(self) -> None:
        """Take the list away."""
        self.remove_class("-open")

    @property
    def is_open(self) -> bool:
        """Whether the list can be seen."""
        return self.has_class("-open")


@dataclass(frozen=True, slots=True)
class _Offer:
    """Names that may replace the text of one row from column `left` on."""

    row: int
    left: int
    names: tuple[str, ...]
    patient: bool


class Completion:
    """Asks, shows, narrows and inserts, for one editor.

    `complete` gives the names; without it nothing is ever offered. With `unasked` they come after a pause in
    typing too; no name of such a list is marked, so that Enter stays a new line until one moves into it.
    """

    def __init__(self, editor: EditingArea, question: Callable[[bool], Question]) -> None:
        self.editor = editor
        self.complete: Completer | None = None
        self.menu: CompletionMenu | None = None
        self.unasked = True
        self._question = question
        self._offer: _Offer | None = None
        self._shown: list[str] = []
        self._pause: Timer | None = None
        self._early: Question | None = None  # asked before its pause was over

    @property
    def is_open(self) -> bool:
        """Whether names are on offer."""
        return self._offer is not None

    def wanted(self) -> bool:
        """Whether Tab should complete here: right after a name or a dot."""
        row, column = self.editor.cursor_location
        before = self.editor.document[row][:column]
        return (
            self.complete is not None
            and self.editor.selection.is_empty
            and bool(before)
            and (before[-1].isidentifier() or before[-1].isdigit() or before[-1] == ".")
        )

    # -- asking

    def ask(self, patient: bool = True) -> None:
        """Ask for names and offer them, unless the person goes on meanwhile.

        A single one is inserted, unless nobody asked for it.
        """
        self._wait_no_longer()
        if (complete := self.complete) is not None:
            question = self._question(patient)
            self._early = None if patient else question

            async def work() -> None:  # not a coroutine: a worker that is passed over never begins it
                await self._asked(complete, question)

            self.editor.run_worker(work, group="completion", exclusive=True)  # type: ignore[arg-type]  # as documented

    async def _asked(self, complete: Completer, question: Question) -> None:
        before, found = self._moment(), None
        now = asyncio.get_running_loop().time
        pause = now() + (0 if question.patient else LEAD)
        try:
            async for found in complete(question):
                await asyncio.sleep(max(pause - now(), 0))
                if not self._still_wanted(question):
                    return
                if not self._take(question, found, before):
                    return
        except WorkbenchError:
            return  # completion is a convenience; the session's state is shown elsewhere
        if question.patient and found is not None and len(found.matches) == 1 and before == self._moment():
            self.accept()

    def _take(self, question: Question, found: Completions, before: object) -> bool:
        """Offer names that came; whether they are still wanted."""
        row, column = self.editor.cursor_location
        if (offer := self._offer) is not None:  # a fuller answer to what is offered
            marked = self.menu is not None and self.menu.highlighted
            if found.matches and not marked:
                self._offer = replace(offer, names=found.matches)
                self.typed()
            return not marked
        if before != self._moment():
            return False
        left = column - (question.cursor - found.start)
        if found.matches and 0 <= left <= column:
            self._offer = _Offer(row, left, found.matches, question.patient)
            self._show(list(found.matches))
        return True

    def _still_wanted(self, question: Question) -> bool:
        """Whether somebody asked, or no other key came in the pause."""
        if question.patient or self._offer is not None:
            return True
        return self._early is question and self.editor.has_focus

    def _moment(self) -> tuple[object, ...]:
        document, row = self.editor.document, self.editor.cursor_location[0]
        return document.line_count, document[row], self.editor.selection

    def wait(self) -> None:
        """A character was typed: offer names when a pause follows."""
        self._wait_no_longer()
        if self.unasked and self._offer is None and self._worth_asking():
            self._pause = self.editor.set_timer(PAUSE - LEAD, self._paused)

    def _paused(self) -> None:
        self._pause = None
        if self._offer is None and self.editor.has_focus:
            self.ask(patient=False)

    def _wait_no_longer(self) -> None:
        self._early = None
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    def _worth_asking(self) -> bool:
        """Whether the cursor is behind a dot or the beginning of a name, in code."""
        if not self.wanted():
            return False
        row, column = self.editor.cursor_location
        document = self.editor.document
        return is_begun(document[row][:column], LEAST) and document.kind_at((row, column)) is Kind.CODE

    # -- a list that is open

    def typed(self) -> None:
        """Narrow the list after a key; close it once the cursor left the name."""
        if (offer := self._offer) is None:
            self.close()
            return
        row, column = self.editor.cursor_location
        prefix = self.editor.document[row][offer.left : column] if row == offer.row else ""
        if row != offer.row or column < offer.left or not (prefix.isidentifier() or _dotted(prefix)):
            self.close()
            return
        names = [name for name in offer.names if _plain(name).startswith(prefix)]
        names = names or [name for name in offer.names if _plain(name).lower().startswith(prefix.lower())]
        if names and names != [prefix]:
            self._show(names)
        else:
            self.close()

    def key(self, key: str) -> bool:
        """Let the open list use a key; whether it did."""
        if self.menu is None:
            return False
        self._wait_no_longer()
        if self._offer is None:
            self.close()
            return False
        match key:
            case "up":
                self.menu.action_cursor_up()
            case "down":
                self.menu.action_cursor_down()
            case "pageup":
                self.menu.action_first()
            case "pagedown":
                self.menu.action_last()
            case "tab":
                self.accept(self.menu.highlighted or 0)
            case "enter" if self.menu.highlighted is not None:
                self.accept(self.menu.highlighted)
            case "escape":
                self.close()
            case _:
                return False
        return True

    def accept(self, index: int = 0) -> None:
        """Insert one of the names shown."""
        offer, names = self._offer, self._shown
        self.close()
        if offer is None or index >= len(names):
            return
        cursor = self.editor.cursor_location
        self.editor.replace(names[index], (offer.row, offer.left), cursor, maintain_selection_offset=False)

    def close(self) -> None:
        """Offer nothing any more."""
        self._offer = None
        self._shown = []
        if self.menu is not None:
            self.menu.close()

    def _show(self, names: list[str]) -> None:
        self._shown = names
        if self.menu is None or self._offer is None:
            return
        row, column = self.editor.cursor_location
        prefix = self.editor.get_column_width(row, column) - self.editor.get_column_width(
            row, self._offer.left
        )
        # one row below the cursor; the border of the list is left of the names
        where = self.editor.cursor_screen_offset + Offset(-prefix - 1, 1)
        self.menu.open_at(names, where, 0 if self._offer.patient else None)


def _plain(name: str) -> str:
    """Magics may be typed without their percent signs."""
    return name.lstrip("%")


def _dotted(prefix: str) -> bool:
    return bool(prefix) and all(part.isidentifier() or not part for part in prefix.split("."))

"""Completion: a list under the cursor that narrows while one types and never waits for an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.content import Content
from textual.geometry import Offset
from textual.widgets import OptionList

from backend.errors import Unsupported, WorkbenchError
from backend.models import Completions
from backend.records import dataclass
from workbench.sanitize import sanitize_line
from workbench.widgets.editor.area.editing import EditingArea

Completer = Callable[[str, int], Awaitable[Completions]]
"""Code and cursor (an offset in characters) → what fits there."""

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

    def open_at(self, names: list[str], where: Offset) -> None:
        """Show names at a place of the screen, the first one marked."""
        self.set_options([Content(sanitize_line(name)) for name in names[:SHOWN]])
        self.highlighted = 0
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


class Completion:
    """Asks, shows, narrows and inserts, for one editor.

    `complete` gives the names; without it nothing is ever offered.
    """

    def __init__(self, editor: EditingArea) -> None:
        self.editor = editor
        self.complete: Completer | None = None
        self.menu: CompletionMenu | None = None
        self._offer: _Offer | None = None
        self._shown: list[str] = []

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

    async def ask(self, code: str, cursor: int) -> None:
        """Ask for names and offer them, unless the person went on meanwhile. A single one is inserted."""
        if self.complete is None:
            return
        before = self._moment()
        try:
            found = await self.complete(code, cursor)
        except Unsupported as error:
            self._explain(error.message)
            return
        except WorkbenchError:
            return  # completion is a convenience; the session's state is shown elsewhere
        if before != self._moment() or not found.matches:
            return
        row, column = self.editor.cursor_location
        left = column - (cursor - found.start)
        if not 0 <= left <= column:
            return
        self._offer = _Offer(row, left, found.matches)
        if len(found.matches) == 1:
            self._shown = list(found.matches)
            self.accept()
        else:
            self._show(list(found.matches))

    def _moment(self) -> tuple[object, object]:
        return self.editor.document.text, self.editor.selection

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
        if self._offer is None:
            explained = self.menu.is_open
            self.close()
            return explained and key == "escape"
        match key:
            case "up":
                self.menu.action_cursor_up()
            case "down":
                self.menu.action_cursor_down()
            case "pageup":
                self.menu.action_first()
            case "pagedown":
                self.menu.action_last()
            case "tab" | "enter":
                self.accept(self.menu.highlighted or 0)
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

    def _explain(self, why: str) -> None:
        """Say in place of the list why there is none; any key takes it away."""
        if self.menu is not None:
            self.menu.open_at([why], self.editor.cursor_screen_offset + Offset(-1, 1))
            self.menu.highlighted = None

    def _show(self, names: list[str]) -> None:
        self._shown = names
        if self.menu is None or self._offer is None:
            return
        row, column = self.editor.cursor_location
        prefix = self.editor.get_column_width(row, column) - self.editor.get_column_width(
            row, self._offer.left
        )
        # one row below the cursor; the border of the list is left of the names
        self.menu.open_at(names, self.editor.cursor_screen_offset + Offset(-prefix - 1, 1))


def _plain(name: str) -> str:
    """Magics may be typed without their percent signs."""
    return name.lstrip("%")


def _dotted(prefix: str) -> bool:
    return bool(prefix) and all(part.isidentifier() or not part for part in prefix.split("."))

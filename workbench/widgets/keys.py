"""The last line: the keys that work here, each a click away.

Textual's Footer builds a widget for each key at every change of focus (72 before the first frame, 25 ms);
this draws one line, in dialogs a second one where that is too short.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import zip_longest

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from backend.records import dataclass
from workbench.format import key_words

GAP = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """A key with its word, and the line and column where it begins."""

    key: str
    shown: str
    label: str
    line: int = 0
    column: int = 0

    @property
    def width(self) -> int:
        """Cells it takes, the gap behind it not counted."""
        return cell_len(self.shown) + 1 + cell_len(self.label)


def fitted(hints: list[tuple[Hint, bool]], width: int, lines: int = 1) -> list[Hint]:
    """The hints that fit into so many lines of `width` cells, in order; those marked to be kept go last."""
    kept = list(hints)
    while True:
        placed = _flowed([hint for hint, _ in kept], width)
        if not placed or placed[-1].line < lines:
            return placed
        optional = [index for index, (_, keep) in enumerate(kept) if not keep]
        kept.pop(optional[-1] if optional else -1)


def _flowed(hints: list[Hint], width: int) -> list[Hint]:
    placed: list[Hint] = []
    line = column = 0
    for hint in hints:
        if column and column + hint.width > width:
            line, column = line + 1, 0
        placed.append(Hint(hint.key, hint.shown, hint.label, line, column))
        column += hint.width + GAP
    return placed


class KeyBar(Widget):
    """Shows the bindings that want to be shown, those of the focused widget first.

    `keep` names binding ids that stay when the line is too short for all.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "KeyBar { height: auto; dock: bottom; }"

    def __init__(self, *, keep: Collection[str] = (), lines: int = 2, id: str | None = None) -> None:
        """`lines` is how many it may take."""
        super().__init__(id=id)
        self._keep = keep
        self._lines = lines
        self._hints: list[Hint] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    @property
    def hints(self) -> list[Hint]:
        """The keys as they were drawn last, columns counted from where the text begins."""
        return list(self._hints)

    def _changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh(layout=self._lines > 1 and self._height(self.content_size.width) != self.size.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines that all keys need, as far as they may be had."""
        return self._height(width)

    def _height(self, width: int) -> int:
        return 1 if self._lines == 1 else max((hint.line for hint in self._fitted(width)), default=0) + 1

    def _fitted(self, width: int) -> list[Hint]:
        return fitted(self._wanted(), width, self._lines)

    def _wanted(self) -> list[tuple[Hint, bool]]:
        found: dict[str, tuple[Hint, bool]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled:
                hint = Hint(binding.key, key_words(binding.key).replace("Ctrl+", "^"), binding.description)
                found.setdefault(binding.action, (hint, binding.id in self._keep))
        return list(found.values())

    def render(self) -> Content:
        """The keys and their words."""
        self._hints = self._fitted(self.content_size.width)
        pieces: list[Content | tuple[str, str]] = []
        for hint, after in zip_longest(self._hints, self._hints[1:]):
            gap = " " * GAP if after is None or after.line == hint.line else "\n"
            pieces += [
                (hint.shown, "bold $text-accent"),
                (f" {hint.label}", "$foreground 60%"),
                Content(gap),
            ]
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        at = event.get_content_offset(self)
        if at is None:
            return
        for hint in self._hints:
            if hint.line == at.y and hint.column <= at.x < hint.column + hint.width:
                self.app.simulate_key(hint.key)

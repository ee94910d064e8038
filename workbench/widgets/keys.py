"""The last line: the keys that work here, each a click away.

Textual's Footer builds a widget for each key at every change of focus (72 before the first frame, 25 ms);
this draws one line.
"""

from __future__ import annotations

from collections.abc import Collection

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from backend.records import dataclass
from workbench.format import key_words

GAP = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """A key with its word, and the column where it begins."""

    key: str
    shown: str
    label: str
    column: int = 0

    @property
    def width(self) -> int:
        """Cells it takes, the gap behind it not counted."""
        return cell_len(self.shown) + 1 + cell_len(self.label)


def fitted(hints: list[tuple[Hint, bool]], width: int) -> list[Hint]:
    """The hints that fit into `width` cells, in order; those marked to be kept go last."""
    kept = list(hints)
    while kept and sum(hint.width + GAP for hint, _ in kept) - GAP > width:
        optional = [index for index, (_, keep) in enumerate(kept) if not keep]
        kept.pop(optional[-1] if optional else -1)
    placed: list[Hint] = []
    column = 0
    for hint, _ in kept:
        placed.append(Hint(hint.key, hint.shown, hint.label, column))
        column += hint.width + GAP
    return placed


class KeyBar(Widget):
    """Shows the bindings that want to be shown, those of the focused widget first.

    `keep` names binding ids that stay when the line is too short for all.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "KeyBar { height: 1; dock: bottom; }"

    def __init__(self, *, keep: Collection[str] = (), id: str | None = None) -> None:
        super().__init__(id=id)
        self._keep = keep
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
            self.refresh()

    def _wanted(self) -> list[tuple[Hint, bool]]:
        found: dict[str, tuple[Hint, bool]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled:
                hint = Hint(binding.key, key_words(binding.key).replace("Ctrl+", "^"), binding.description)
                found.setdefault(binding.action, (hint, binding.id in self._keep))
        return list(found.values())

    def render(self) -> Content:
        """One line of keys and words."""
        self._hints = fitted(self._wanted(), self.content_size.width)
        pieces: list[Content | tuple[str, str]] = []
        for hint in self._hints:
            pieces += [
                (hint.shown, "bold $text-accent"),
                (f" {hint.label}", "$foreground 60%"),
                Content(" " * GAP),
            ]
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        column = event.get_content_offset(self)
        if column is None:
            return
        for hint in self._hints:
            if hint.column <= column.x < hint.column + hint.width:
                self.app.simulate_key(hint.key)

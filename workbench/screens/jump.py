"""Jump mode: a letter on everything one can go to or do here; the letter goes there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widgets import Button, Static

from backend.records import dataclass
from workbench.screens.dialog import STYLES
from workbench.screens.leaving import Leaving
from workbench.widgets.keys import KeyBar

_LETTERS = "asdfghjklqwertyuiopzxcvbnm"  # those under the fingers first


@dataclass(frozen=True, slots=True)
class Jump:
    """A place on the screen (cells from 0) with what is done there, and the letter it would like to have.

    `words` stand beside the letter where nothing else says what it is.
    """

    column: int
    row: int
    act: Callable[[], object]
    wish: str = ""
    words: str = ""


def lettered(jumps: Iterable[Jump]) -> dict[str, Jump]:
    """A letter for each: the one it wishes while that is free, else the next free one; none beyond 26."""
    jumps = list(jumps)
    given: dict[str, Jump] = {}
    for jump in jumps:
        if jump.wish and jump.wish not in given:
            given[jump.wish] = jump
    for jump in jumps:
        if given.get(jump.wish) is not jump and (letter := _free(given)):
            given[letter] = jump
    return given


def _free(given: Collection[str]) -> str:
    return next((letter for letter in _LETTERS if letter not in given), "")


def jumps_on(screen: Screen[Any]) -> Iterator[Jump]:
    """What a letter can stand for on any screen: what takes the focus, buttons, keys of the last line."""
    for widget in screen.focus_chain:
        region = widget.region.intersection(screen.region)
        if not region:
            continue
        if isinstance(widget, Button):
            yield Jump(region.x, region.y, widget.press, str(widget.label)[:1].lower())
        else:
            yield Jump(region.x, region.y, widget.focus)
    for bar in screen.query(KeyBar):
        yield from jumps_of_keys(bar)


def jumps_of_keys(bar: KeyBar) -> Iterator[Jump]:
    """The keys of the last lines."""
    for hint in bar.hints if bar.region else ():
        act = partial(bar.app.simulate_key, hint.key)
        left, top = bar.content_region.offset
        yield Jump(left + hint.column, top + hint.line, act, hint.label[0].lower())


def ask_jump(screen: Screen[Any], jumps: Iterable[Jump]) -> None:
    """Show the letters, and do what the one does that is pressed."""

    def chosen(jump: Jump | None) -> None:
        if jump is not None:
            jump.act()

    if screen.is_active:  # the key may have been pressed twice
        screen.app.push_screen(JumpScreen(jumps), chosen)


class JumpScreen(ModalScreen[Jump | None], Leaving[Jump | None]):
    """Dismisses with what was chosen by its letter or a click, with None on Escape or a click elsewhere."""

    CSS_PATH = STYLES
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    def __init__(self, jumps: Iterable[Jump]) -> None:
        super().__init__()
        self._jumps = lettered(jumps)
        self._placed_for: Size | None = None

    def compose(self) -> ComposeResult:
        """The letters over the screen below."""
        for letter, jump in self._jumps.items():
            words = f" {letter} {jump.words} " if jump.words else f" {letter} "
            label = Static(Content(words), id=f"jump-{letter}", markup=False)
            label.styles.offset = (jump.column, jump.row)
            yield label

    def on_key(self, event: events.Key) -> None:
        """A letter goes to its place; a key that is none stays without effect."""
        jump = self._jumps.get(event.character or "")
        if jump is not None:
            event.stop()
            self.dismiss(jump)
        elif event.key != "escape":
            event.stop()
            self.app.bell()

    def on_click(self, event: events.Click) -> None:
        """A click on a letter is that letter."""
        name = event.widget.id if event.widget is not None else None
        self.dismiss(self._jumps.get((name or "").removeprefix("jump-")))

    def on_resize(self, event: events.Resize) -> None:
        """In another size the places are others."""
        if self._placed_for not in (None, event.size):
            self.dismiss(None)
        self._placed_for = event.size

    def action_close(self) -> None:
        """Leave without going anywhere."""
        self.dismiss(None)

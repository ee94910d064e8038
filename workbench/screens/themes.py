"""The theme picker: the app wears a theme while the cursor is on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.sanitize import sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.choice_list import ChoiceList
from workbench.widgets.keys import KeyBar

# a switch costs about 100 ms; a held arrow key shall not queue them up
_REST = 0.08


class ThemeScreen(Dialog[str]):
    """Picks a theme, and dismisses with its name: for this start, or kept for those to come.

    Escape puts the current one back and dismisses with None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Use", tooltip="Wears this theme until the end."),
        Binding("ctrl+s", "keep", "Use and keep", tooltip="Writes this theme into the configuration."),
    ]

    def __init__(
        self,
        names: Sequence[str],
        current: str,
        apply: Callable[[str], None],
        keep: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._names, self._current, self._apply, self._keep = list(names), current, apply, keep
        self._worn = current
        self._resting: Timer | None = None

    def compose(self) -> ComposeResult:
        """The list of themes, the cursor on the current one."""
        with Vertical(classes="dialog -narrow"):
            yield title("Theme")
            yield ChoiceList(*(self._option(name) for name in self._names), markup=False)
            yield KeyBar()

    def on_mount(self) -> None:
        """Start at the current theme."""
        if self._current in self._names:
            self.query_one(OptionList).highlighted = self._names.index(self._current)

    def _option(self, name: str) -> Option:
        mark = "● " if name == self._current else "  "
        return Option(Content(mark + sanitize_line(name)), id=name)

    def action_close(self) -> None:
        """Put the theme back that was there before."""
        self._stop_resting()
        self._wear(self._current)
        self.dismiss(None)

    @on(OptionList.OptionHighlighted)
    def _moved(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        self._stop_resting()
        if (name := message.option_id) in self._names:  # its file may have gone since
            self._resting = self.set_timer(_REST, lambda: self._rested(name))

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._stop_resting()
        if (name := message.option_id) in self._names:
            self._wear(name)
            self.dismiss(name)

    def action_choose(self) -> None:
        """Wear the theme under the cursor."""
        self.query_one(OptionList).action_select()

    def action_keep(self) -> None:
        """Wear the theme under the cursor, now and from now on."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self._keep(self._names[index])
        self.action_choose()

    def show_names(self, names: Sequence[str]) -> None:
        """List other themes than before: files came or went."""
        if list(names) == self._names:
            return
        listed = self.query_one(OptionList)
        index = listed.highlighted
        at = self._names[index] if index is not None else self._current
        self._names = list(names)
        listed.clear_options()
        listed.add_options(self._option(name) for name in self._names)
        listed.highlighted = self._names.index(at) if at in self._names else 0

    def _rested(self, name: str) -> None:
        if name in self._names:
            self._wear(name)

    def _stop_resting(self) -> None:
        if self._resting is not None:
            self._resting.stop()

    def _wear(self, name: str) -> None:
        if name != self._worn:
            self._worn = name
            self._apply(name)

"""The one-line input of panes and dialogs."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Input

from workbench.sanitize import sanitize_line


class LineInput(Input):
    """An Input where ctrl+a selects all, as everywhere in the workbench.

    What was pasted or is the name of a file may hold controls: they stay in the value, and show as symbols.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+a", "select_all", "Select all", show=False)]

    @property
    def _value(self) -> Text:
        """What is drawn of the value. Textual would send an escape sequence in it to the terminal (8.2)."""
        clean = sanitize_line(self.value)
        if self.password or clean == self.value:
            return super()._value
        return Text(clean, end="", no_wrap=True, overflow="ignore")

"""The lists of choices of dialogs, menus and fields."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from textual.app import ComposeResult
from textual.widgets import OptionList, Select
from textual.widgets._select import SelectCurrent, SelectOverlay

Value = TypeVar("Value")


class _Paged(OptionList):
    """Goes nowhere by a page while no row is laid out, as without room; Textual (8.2) ends the app then."""

    def action_page_up(self) -> None:
        """Move up by a page."""
        if self.scrollable_content_region.height > 0:
            with suppress(KeyError):
                super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move down by a page."""
        if self.scrollable_content_region.height > 0:
            with suppress(KeyError):
                super().action_page_down()  # type: ignore[no-untyped-call]


class ChoiceList(_Paged):
    """An OptionList that is safe without room."""


class _Overlay(SelectOverlay, _Paged):
    """The list of a Select, as safe."""


class ChoiceField(Select[Value]):
    """A Select whose list is safe without room."""

    def compose(self) -> ComposeResult:
        """What is chosen, and the list of what can be."""
        yield SelectCurrent(self.prompt)
        yield _Overlay(type_to_search=self._type_to_search).data_bind(compact=Select.compact)

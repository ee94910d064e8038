"""The list of choices of dialogs and menus."""

from __future__ import annotations

from textual.widgets import OptionList


class ChoiceList(OptionList):
    """An OptionList that a page up or down does not end while there is no room for a row (Textual 8.2)."""

    def action_page_up(self) -> None:
        """Move up by a page."""
        if self.scrollable_content_region.height > 0:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Move down by a page."""
        if self.scrollable_content_region.height > 0:
            super().action_page_down()  # type: ignore[no-untyped-call]

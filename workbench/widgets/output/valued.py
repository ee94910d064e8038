"""What is done with the value under the cursor: copy, save, open."""

from __future__ import annotations

from workbench.widgets.told import Told

from .copying import Copying
from .values.shelf import Kept


class ValueActions(Copying):
    """A pane whose lines lead to values."""

    class ValueOpened(Told, namespace="output_pane"):
        """Show this value on all of the screen."""

        def __init__(self, kept: Kept) -> None:
            super().__init__()
            self.kept = kept

    class ValueSaveAsked(Told, namespace="output_pane"):
        """Save this value in a file of this machine."""

        def __init__(self, kept: Kept) -> None:
            super().__init__()
            self.kept = kept

    class ValueViewAsked(Told, namespace="output_pane"):
        """Open this value in the system's viewer."""

        def __init__(self, kept: Kept) -> None:
            super().__init__()
            self.kept = kept

    def action_view_value(self) -> None:
        """Open the value under the cursor in the system's viewer."""
        kept = self._value()
        if kept is not None:
            self.post_message(self.ValueViewAsked(kept))

    def action_copy_value(self) -> None:
        """Copy the value of the execution with the cursor as text."""
        kept = self._value()
        if kept is not None and kept.bundle is not None:
            from .values.file import text_of

            self._copy(text_of(kept.bundle, kept.table))

    def action_save_value(self) -> None:
        """Ask for a file to save the value under the cursor in."""
        kept = self._value()
        if kept is not None:
            self.post_message(self.ValueSaveAsked(kept))

    def _value(self) -> Kept | None:
        """The value under the cursor, else the last one of the execution; says so where there is none."""
        links = self.buffer.links
        start, end = self.buffer.blocks.at(self.view.cursor, self.buffer.end)
        numbers = (self.view.cursor, *range(end - 1, start, -1))
        kept = [link for number in numbers if isinstance(link := links.get(number), Kept)]
        if not kept:
            self.notify("This execution has no value.", markup=False, timeout=3)
            return None
        if kept[0].bundle is None:
            self.notify("This value is too old to be kept here; the history has it.", markup=False)
            return None
        return kept[0]

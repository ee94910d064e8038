"""A value on all of the screen: a table that sorts, a tree that folds, a picture, a text."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Static

from backend.models import MimeBundle
from workbench.screens.dialog import Dialog, title
from workbench.widgets.code_view import CodeView
from workbench.widgets.keys import KeyBar
from workbench.widgets.output.values.form import PICTURES
from workbench.widgets.output.values.picture import PictureView
from workbench.widgets.output.values.table import Table, number, numeric

if TYPE_CHECKING:
    from rich.text import Text


class ValueScreen(Dialog[None]):
    """Shows one value or display of an execution, in its richest form."""

    AUTO_FOCUS = "DataTable, PictureView, CodeView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "Sort", tooltip="Orders by the column of the cursor: up, down, as it was."),
        Binding("c", "copy", "Copy", tooltip="Copies the value: a table as CSV, a tree as JSON."),
    ]

    def __init__(self, number: int, bundle: MimeBundle, table: Table | None) -> None:
        super().__init__()
        self._number = number
        self._bundle = bundle
        self._table = table
        self._order: tuple[int, bool] | None = None

    def compose(self) -> ComposeResult:
        """Title, size, the value, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(f"Value of execution {self._number}")
            words = self._table.words if self._table is not None else ""
            yield Static(Content.styled(words, "$text-muted"), id="facts", markup=False)
            yield from self._view()
            yield KeyBar()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a table can be sorted."""
        return self._table is not None if action == "sort" else True

    def _view(self) -> Iterator[Widget]:
        if self._table is not None:
            yield DataTable(zebra_stripes=True, fixed_columns=self._table.index)
            return
        for mime in PICTURES:
            content = self._bundle.get(mime)
            if isinstance(content, str):
                try:
                    yield PictureView(b64decode(content))
                except Error:
                    continue
                return
        yield CodeView(id="code")

    def on_mount(self) -> None:
        """Fill in the table or text."""
        if self._table is not None:
            self._fill(self._table)
        elif found := self.query(CodeView):
            from workbench.widgets.output.values.file import file_of

            ending, data = file_of(self._bundle, None)
            found.first().show(data.decode("utf-8", "replace"), f"value{ending}")

    def _fill(self, table: Table) -> None:
        from rich.text import Text

        view: DataTable[Text] = self.query_one(DataTable)
        for place, name in enumerate(table.header):
            sign = ""
            if self._order is not None and self._order[0] == place:
                sign = " ↓" if self._order[1] else " ↑"
            view.add_column(Text(name + sign))
        columns = [numeric([row[place] for row in table.rows[:100]]) for place in range(len(table.header))]
        for row in self._rows(table):
            view.add_row(
                *(
                    Text(cell, justify="right" if right else "left", no_wrap=True)
                    for cell, right in zip(row, columns, strict=True)
                )
            )

    def _rows(self, table: Table) -> list[tuple[str, ...]]:
        if self._order is None:
            return list(table.rows)
        place, falling = self._order

        def key(row: tuple[str, ...]) -> tuple[int, float, str]:
            found = number(row[place])
            return (0, found, "") if found is not None and found == found else (1, 0.0, row[place])

        return sorted(table.rows, key=key, reverse=falling)

    def action_sort(self) -> None:
        """Order by the column of the cursor: up, down, as it was."""
        self._sort(self.query_one(DataTable).cursor_column)

    @on(DataTable.HeaderSelected)
    def _header_selected(self, message: DataTable.HeaderSelected) -> None:
        self._sort(message.column_index)

    def _sort(self, place: int) -> None:
        table = self._table
        if table is None:
            return
        falling = self._order == (place, False)
        self._order = None if self._order == (place, True) else (place, falling)
        view = self.query_one(DataTable)
        row = view.cursor_row
        view.clear(columns=True)
        self._fill(table)
        view.move_cursor(row=row, column=place)

    def action_copy(self) -> None:
        """Put the value on the clipboard."""
        from workbench.widgets.output.values.file import text_of

        text = text_of(self._bundle, self._table)
        if text:
            self.app.copy_to_clipboard(text)
        said = f"{len(text):,} characters copied." if text else "There is no text to copy; save it."
        self.notify(said, markup=False)

"""A value on all of the screen: a table that sorts, a tree that folds, a picture, a text."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from backend.models import MimeBundle
from workbench.sanitize import sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.code_view import CodeView
from workbench.widgets.keys import KeyBar
from workbench.widgets.output.values.form import PICTURES
from workbench.widgets.output.values.table import Table
from workbench.widgets.values.picture import PictureView
from workbench.widgets.values.table import TableView


class ValueScreen(Dialog[None]):
    """Shows one value or display of an execution, in its richest form."""

    AUTO_FOCUS = "TableView, PictureView, CodeView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", tooltip="Copies the value: a table as CSV, a tree as JSON."),
    ]

    def __init__(self, number: int, bundle: MimeBundle, table: Table | None) -> None:
        super().__init__()
        self._number = number
        self._bundle = bundle
        self._table = table

    def compose(self) -> ComposeResult:
        """Title, size, the value, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(f"Value of execution {self._number}")
            yield Static(id="facts", markup=False)
            yield from self._view()
            yield KeyBar()

    def _view(self) -> Iterator[Widget]:
        if self._table is not None:
            yield TableView()
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
            self._say(self._table.words)
            self.query_one(TableView).show(self._table.header, [list(row) for row in self._table.rows])
        elif found := self.query(CodeView):
            from workbench.widgets.output.values.file import file_of

            ending, data = file_of(self._bundle, None)
            found.first().show(data.decode("utf-8", "replace"), f"value{ending}")

    @on(PictureView.Shown)
    def _picture_shown(self, message: PictureView.Shown) -> None:
        if message.picture is not None:
            self._say(message.picture.words)
        elif message.error is not None:
            self._say(str(message.error))

    def _say(self, words: str) -> None:
        self.query_one("#facts", Static).update(Content.styled(sanitize_line(words), "$text-muted"))

    def action_copy(self) -> None:
        """Put the value on the clipboard."""
        from workbench.widgets.output.values.file import text_of

        text = text_of(self._bundle, self._table)
        if text:
            self.app.copy_to_clipboard(text)
        said = f"{len(text):,} characters copied." if text else "There is no text to copy; save it."
        self.notify(said, markup=False)

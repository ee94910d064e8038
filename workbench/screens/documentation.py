"""What a live name is: type, signature, value, documentation."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from backend.models import Inspection
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.keys import KeyBar


class DocumentationScreen(Dialog[None]):
    """Shows an inspection, all of which is text from outside."""

    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, found: Inspection) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        """Name and type, the rest to scroll through, and the keys."""
        with Vertical(classes="dialog -large"):
            yield title(self._found.name)
            yield Static(
                Content.styled(sanitize_line(self._found.type), "$text-muted"), id="facts", markup=False
            )
            with VerticalScroll(classes="box -whole"):
                yield Static(Content("\n\n").join(list(_parts(self._found))), markup=False)
            yield KeyBar()


def _parts(found: Inspection) -> Iterator[Content]:
    """Signature, value and documentation, those that there are."""
    if found.signature:
        yield Content.styled(sanitize(found.signature), "bold $text-accent")
    if found.value:
        yield Content.styled(sanitize(found.value), "$text-success")
    if found.documentation:
        yield Content(sanitize(found.documentation).expandtabs())
    else:
        yield Content.styled("It has no documentation.", "$text-muted")

"""One entry of the history: its facts, its code, its stored output."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from backend.models import FileChange
from backend.records import dataclass
from workbench import format
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.dialog import Dialog, title
from workbench.widgets.code_view import CodeView
from workbench.widgets.keys import KeyBar
from workbench.widgets.output.pane import OutputPane


class EntryAction(StrEnum):
    """What is wanted of an entry."""

    RECALL = "recall"
    RERUN = "rerun"
    EXCHANGES = "exchanges"


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What the user decided on the entry screen."""

    action: EntryAction
    entry: Entry


def facts(entry: Entry, now: float) -> Content:
    """Status, duration and start on one line; where it ran on the next; then what needs a sentence."""
    status = f"{format.status_symbol(entry.status)} {format.status_words(entry.status)}"
    if entry.state_lost:
        status += ", state lost"
    times = [format.duration(entry.duration_ms)] if entry.duration_ms is not None else []
    if entry.started_at:
        times += [format.stamp(entry.started_at), format.ago(entry.started_at, now)]
    where = [
        f"session {brief(entry.session)}",
        f"target {entry.profile}",
        f"API {entry.api_version}" if entry.api_version else "",
        f"isolation {entry.isolation}" if entry.isolation else "",
        format.count(len(entry.exchanges), "exchange") if entry.exchanges else "",
    ]
    lines = [
        Content.assemble((status, f"bold ${format.status_colour(entry.status)}"), "  ", "  ·  ".join(times)),
        Content.styled(sanitize_line("  ·  ".join(part for part in where if part)), "$text-muted"),
    ]
    if entry.message:
        lines.append(Content(sanitize(entry.message)))
    return Content("\n").join(lines)


class EntryScreen(Dialog[EntryResult]):
    """Shows one entry. Dismisses with what to do with it, or None.

    `output_view` makes the widget that shows the stored output; it brings its own title. `open_file` shows a
    file that the execution changed, with None a list of all.
    """

    AUTO_FOCUS = "CodeView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "decide('recall')", "Edit", tooltip="Puts the code back in the editor."),
        Binding("r", "decide('rerun')", "Run again", tooltip="Runs the same code again in this session."),
        Binding("w", "decide('exchanges')", "Wire", tooltip="Shows what went over the wire; copies as curl."),
        Binding("c", "copy_code", "Copy code", tooltip="Copies the code."),
        Binding("o", "copy_output", "Copy output", tooltip="Copies the text of both streams."),
    ]

    def __init__(
        self,
        entry: Entry,
        output_view: Callable[[Entry], Widget],
        open_file: Callable[[Entry, FileChange | None], object] | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._shown = entry
        self._output_view = output_view
        self._open_file = open_file
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Title, facts, code over output, and the keys."""
        number = f"Execution {self._shown.number}" if self._shown.number else "Execution"
        with Vertical(classes="dialog -large"):
            yield title(number)
            yield Static(facts(self._shown, self._clock()), id="facts", markup=False)
            with Vertical(id="code-box", classes="box") as box:
                box.border_title = "Code"
                yield CodeView(id="code")
            yield self._output_view(self._shown)
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the code, in as many lines as it needs up to two fifths of the screen."""
        code = self.query_one(CodeView)
        code.show(self._shown.code, "code.py")
        self.query_one("#code-box").styles.height = min(
            code.line_count + 1, 1 + 4 * self.app.size.height // 10
        )

    def action_decide(self, action: str) -> None:
        """Leave with what to do."""
        self.dismiss(EntryResult(EntryAction(action), self._shown))

    def action_copy_code(self) -> None:
        """Put the code on the clipboard."""
        self._copy(self._shown.code, "Code")

    def action_copy_output(self) -> None:
        """Put both streams on the clipboard, in the order they came."""
        self._copy("".join(segment.text for segment in self._shown.segments), "Output")

    def on_output_pane_file_opened(self, message: OutputPane.FileOpened) -> None:
        """Show a file that the execution changed, above this screen."""
        message.stop()
        if self._open_file is not None:
            self._open_file(self._shown, message.file.change)

    def on_output_pane_copied(self) -> None:
        """Say that the output view put something on the clipboard."""
        self.notify("Copied.", markup=False)

    def _copy(self, text: str, what: str) -> None:
        if not text:
            self.notify(f"{what} is empty.", markup=False)
            return
        self.app.copy_to_clipboard(text)
        self.notify(f"{what} copied.", markup=False)

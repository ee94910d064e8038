"""Brings what the controller tells to the panes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from backend.models import Chunk, Display, InputRequested, SessionState, Staged, Status
from workbench.history.entry import Entry, summary
from workbench.screens.main.answering import AnswerDesk
from workbench.widgets.files.pane import FilesPane
from workbench.widgets.history.pane import HistoryPane
from workbench.widgets.output.pane import OutputPane
from workbench.widgets.status import StatusBar


class LiveView:
    """The controller's listener for the main screen.

    `on_files` is called when an execution may have changed files, `on_news` with a sentence that the user
    should not miss. `questions` shows what code asks. `remark` is what is said of an execution while it
    runs, `on_finished` hears when one is over.
    """

    answers = True

    def __init__(
        self,
        output: OutputPane,
        history: HistoryPane,
        files: FilesPane,
        status: StatusBar,
        questions: AnswerDesk,
        on_files: Callable[[], None],
        on_news: Callable[[str], None],
        remark: Callable[[Entry], str],
        on_finished: Callable[[Entry], Awaitable[None]],
    ) -> None:
        self._output = output
        self._history = history
        self._files = files
        self._status = status
        self._questions = questions
        self._on_files = on_files
        self._on_news = on_news
        self._remark = remark
        self._on_finished = on_finished

    def entry_changed(self, entry: Entry) -> None:
        """Its row in the history pane appears or changes, where its session is the one shown."""
        if self._is_shown(entry):
            self._history.upsert(summary(entry))
        if entry.status is Status.RUNNING:
            self._output.runs(entry)
        if entry.status.final:
            self._questions.over(entry.id)

    async def begun(self, entry: Entry) -> None:
        """Its block appears in the output."""
        self._output.begin(entry, self._remark(entry))

    async def output(self, event: Chunk | Display | Staged) -> None:
        """Its output appears; this waits while the pane is full."""
        await self._output.feed(event)

    async def asked(self, entry: Entry, question: InputRequested) -> None:
        """The line for the answer appears."""
        self._questions.ask(entry, question)

    async def answered(self, typed: Chunk) -> None:
        """The answer stands behind its prompt, as in a terminal."""
        await self._output.feed(typed)

    async def finished(self, entry: Entry) -> None:
        """Its block is complete; files may have changed."""
        await self._output.finish(entry)
        if self._is_shown(entry):
            self._files.mark(entry.files_changed or ())
            self._on_files()
        await self._on_finished(entry)

    def _is_shown(self, entry: Entry) -> bool:
        shown = self._status.parts
        return (entry.profile, entry.session) == (shown.target, shown.session)

    async def late_output(self, chunk: Chunk) -> None:
        """Output of an execution that was finished."""
        await self._output.late(chunk)

    def state_changed(self, state: SessionState, message: str) -> None:
        """The status bar says it; a loss while nothing runs is said aloud too."""
        running = self._status.parts.state in (SessionState.RUNNING, SessionState.STOPPING)
        self._status.update_status(state=state)
        if message and not running:
            self._on_news(message)

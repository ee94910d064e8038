"""The main screen: lays the panes out and sends what they post to where it is done."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer, Static

from backend.errors import TargetError, WorkbenchError
from backend.models import Completions, FileInfo
from backend.port import Backend
from workbench.commands.app import COMMANDS
from workbench.commands.command import Command, Place, bindings
from workbench.commands.table import COMMANDS as TABLE
from workbench.controller import Controller
from workbench.documents import Documents
from workbench.history.store import History
from workbench.sanitize import sanitize
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.help import HelpScreen
from workbench.screens.main.buffers import BufferDesk
from workbench.screens.main.layout import Layout
from workbench.screens.main.live import LiveView
from workbench.screens.main.past import PastDesk
from workbench.screens.main.session_files import FilesDesk
from workbench.screens.prompt import PromptScreen
from workbench.setup import Setup
from workbench.theming.load import ThemeFile
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.files.pane import FilesPane
from workbench.widgets.history.pane import HistoryPane
from workbench.widgets.output.ansi import AnsiPalette
from workbench.widgets.output.pane import OutputPane
from workbench.widgets.status import StatusBar

TOO_SMALL = "The terminal is too small for the workbench: it needs 60 × 15.\nWhat runs goes on."


class MainScreen(Screen[None]):
    """Editor and output, history and files, status bar and footer."""

    class ThemeAsked(Message):
        """The user wants to choose a theme."""

    class QuitAsked(Message):
        """The user wants to leave, and means it."""

    AUTO_FOCUS = "CodeEditor"
    HORIZONTAL_BREAKPOINTS: ClassVar = [(0, "-tiny"), (60, "-narrow"), (100, "-normal"), (170, "-wide")]
    VERTICAL_BREAKPOINTS: ClassVar = [(0, "-flat"), (15, "-short"), (22, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(COMMANDS, Place.APP)]

    def __init__(self, setup: Setup, backend: Backend, history: History, documents: Documents) -> None:
        super().__init__()
        self._setup = setup
        self.history_store = history
        self.editor = EditorPane(documents, completer=self._complete, id="editor")
        self.output = OutputPane(id="output")
        self.history = HistoryPane(id="history")
        self.status = StatusBar()
        self.files = FilesPane(self._list_nothing, id="files")
        live = LiveView(
            self.output, self.history, self.files, self.status, self._files_changed, self._news
        )
        self.controller = Controller(backend, history, setup.target, setup.session, live)
        self.panes_desk = Layout(self, (self.editor, self.output, self.history, self.files))
        self.buffer_desk = BufferDesk(self, self.editor)
        self.past_desk = PastDesk(self, history, self.history, self.editor, self.controller.run, self.dress)
        self.files_desk = FilesDesk(self, self.controller, self.files, self.editor)
        self._palette: AnsiPalette | None = None

    def compose(self) -> ComposeResult:
        """Work at the left, past and files at the right, facts and keys below."""
        with Container(id="body"):
            with Container(id="work"):
                yield self.editor
                yield self.output
            with Vertical(id="side"):
                yield self.history
                yield self.files
        yield self.status
        yield Footer(show_command_palette=False)
        yield Static(TOO_SMALL, id="too-small", markup=False)

    # -- starting

    def on_mount(self) -> None:
        """Say what is known; the rest comes after the first frame."""
        target = self._setup.target
        self.status.update_status(
            target=target.profile,
            session=self._setup.session,
            api_version=target.api_version,
            isolation=target.isolation,
        )
        self.call_after_refresh(lambda: self.run_worker(self._start(), group="start"))

    async def _start(self) -> None:
        """Open history, start the session, fill the panes; whatever fails is said and the rest goes on."""
        lost = await self.history_store.open()
        if self.history_store.notice:
            self._warn("History", self.history_store.notice)
        if lost:
            what = "An execution was" if lost == 1 else f"{lost} executions were"
            self._warn("Found again", f"{what} running when the workbench ended; marked lost in the history.")
        try:
            await self.controller.start(alternatives=self._setup.alternatives)
        except TargetError as error:
            self._failed(error)
        await self._show_session()

    async def _show_session(self) -> None:
        info = self.controller.info
        version = ".".join(info.python_version.split(".")[:2])
        interpreter = f"Python {version} · {info.shell}" if version else ""
        self.status.update_status(session=self.controller.session, interpreter=interpreter)
        await self.past_desk.show(self.controller.session)
        await self.files_desk.show()

    def dress(self, output: OutputPane) -> None:
        """Give an output pane the theme's colours for ANSI."""
        if self._palette is not None:
            output.set_palette(self._palette)

    def wear(self, theme: ThemeFile) -> None:
        """Colour code and ANSI output by a theme."""
        self._palette = AnsiPalette(**theme.ansi)
        self.dress(self.output)
        self.editor.set_syntax(theme.syntax)

    # -- running

    def action_run(self) -> None:
        """Run selection, cell or buffer."""
        self._run(whole=False)

    def action_run_all(self) -> None:
        """Run the whole buffer."""
        self._run(whole=True)

    def _run(self, whole: bool) -> None:
        code = self.editor.code_to_run(whole).code
        if code.strip():
            self.controller.run(code)
        else:
            self.notify("There is no code here to run. Write some, then press F5.", markup=False)

    async def action_stop(self) -> None:
        """Stop what runs."""
        if not await self.controller.stop():
            self.notify("Nothing is running.", markup=False)

    async def action_stop_all(self) -> None:
        """Stop what runs and empty the queue."""
        if not await self.controller.stop_all():
            self.notify("Nothing is running.", markup=False)

    async def _complete(self, code: str, cursor: int) -> Completions:
        return await self.controller.backend.complete(self.controller.session, code, cursor)

    async def _list_nothing(self, directory: str) -> list[FileInfo]:
        return []

    def _files_changed(self) -> None:
        self.run_worker(self.files.refresh_files(), group="files", exclusive=True)

    # -- the session

    def action_restart_session(self) -> None:
        """End the worker, start a fresh one."""
        self.run_worker(self._change(self.controller.restart()), group="session")

    def action_new_session(self) -> None:
        """Go on in a session nobody has used."""
        self._switch(secrets.token_hex(16))

    def action_switch_session(self) -> None:
        """Ask for a session and go on in it."""

        def chosen(answer: str | None) -> None:
            if answer:
                self._switch(answer.strip())

        self.app.push_screen(
            PromptScreen("Switch session", value=self.controller.session, placeholder="identifier"), chosen
        )

    def _switch(self, session: str) -> None:
        if session != self.controller.session:
            self.run_worker(self._change(self.controller.switch(session)), group="session")

    async def _change(self, call: Awaitable[object]) -> None:
        try:
            await call
        except TargetError as error:
            self._failed(error)
        await self._show_session()

    # -- buffers

    def action_new_buffer(self) -> None:
        """Open an empty buffer."""
        self.editor.new_buffer()

    def action_open_file(self) -> None:
        """Ask for a file and open it."""
        self.buffer_desk.open()

    def action_save(self) -> None:
        """Save the active buffer."""
        self.editor.save()

    def action_save_as(self) -> None:
        """Save the active buffer to another file."""
        self.buffer_desk.save_as()

    def action_close_buffer(self) -> None:
        """Close the active buffer."""
        self.editor.close_buffer()

    def action_reopen_buffer(self) -> None:
        """Bring back the buffer closed last."""
        self.editor.action_reopen_buffer()

    @on(EditorPane.NeedsPath)
    def _needs_path(self, message: EditorPane.NeedsPath) -> None:
        self.buffer_desk.save_as(message.document)

    @on(EditorPane.ConfirmClose)
    def _confirm_close(self, message: EditorPane.ConfirmClose) -> None:
        self.buffer_desk.close(message.document)

    @on(EditorPane.Conflict)
    def _conflict(self, message: EditorPane.Conflict) -> None:
        self.buffer_desk.conflict(message.path, str(message.error))

    @on(EditorPane.Restored)
    def _restored(self, message: EditorPane.Restored) -> None:
        for problem in message.problems:
            self._warn("Buffers", problem)

    @on(EditorPane.Failed)
    @on(FilesPane.Failed)
    def _pane_failed(self, message: EditorPane.Failed | FilesPane.Failed) -> None:
        self._failed(message.error)

    # -- history and files

    def action_search_history(self) -> None:
        """Open the filter of the history pane."""
        self.panes_desk.reveal(self.history)
        self.history.show_filter()

    @on(HistoryPane.Searched)
    async def _searched(self, message: HistoryPane.Searched) -> None:
        await self.past_desk.show(self.controller.session, message.query)

    @on(HistoryPane.Opened)
    async def _entry_opened(self, message: HistoryPane.Opened) -> None:
        await self.past_desk.open(message.entry_id)

    @on(HistoryPane.Recalled)
    async def _recalled(self, message: HistoryPane.Recalled) -> None:
        await self.past_desk.recall(message.entry_id)

    @on(HistoryPane.Rerun)
    async def _rerun(self, message: HistoryPane.Rerun) -> None:
        await self.past_desk.rerun(message.entry_id)

    @on(FilesPane.Opened)
    def _file_opened(self, message: FilesPane.Opened) -> None:
        self.files_desk.preview(message.info)

    @on(FilesPane.DeleteAsked)
    def _delete_asked(self, message: FilesPane.DeleteAsked) -> None:
        self.files_desk.ask_delete(message.info)

    @on(FilesPane.PathChosen)
    def _path_chosen(self, message: FilesPane.PathChosen) -> None:
        self.files_desk.insert(message.path)

    @on(OutputPane.Copied)
    def _copied(self, message: OutputPane.Copied) -> None:
        self.notify(f"{len(message.text):,} characters copied.", markup=False)

    # -- layout

    def action_go(self, pane: str) -> None:
        """Move the focus to a pane, which is shown if it was not."""
        self.panes_desk.go(getattr(self, pane))

    def action_next_pane(self, step: int) -> None:
        """Move the focus to the next pane, or the one before."""
        self.panes_desk.step(step)

    def action_maximise_pane(self) -> None:
        """Give the focused pane all the room, or give it back."""
        self.panes_desk.maximise()

    def action_toggle_sidebar(self) -> None:
        """Show or hide history and files."""
        self.panes_desk.toggle_side()

    def action_theme(self) -> None:
        """Choose a theme."""
        self.post_message(self.ThemeAsked())

    def action_help(self) -> None:
        """Show all keys."""
        pane = self.panes_desk.focused()
        place = Place(pane.id) if pane is not None and pane.id else None
        self.app.push_screen(HelpScreen(TABLE, place=place, keymap=self.keymap))

    def action_quit(self) -> None:
        """Leave; when something runs, only if that is really meant."""
        running = len(self.controller.running)
        if not running:
            self.post_message(self.QuitAsked())
            return

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.post_message(self.QuitAsked())

        what = "An execution is running." if running == 1 else f"{running} executions run or wait."
        self.app.push_screen(
            ConfirmScreen("Quit?", what, lost="It is stopped; its output so far is kept.", yes="Quit", no="Stay"),
            answered,
        )

    # -- commands from the palette

    @property
    def keymap(self) -> dict[str, str]:
        """The user's keys by command id."""
        return dict(self._setup.settings.keys)

    def perform(self, command: Command) -> None:
        """Run a command, in its pane when it belongs to one."""
        self.run_worker(self._perform(command), group="command")

    async def _perform(self, command: Command) -> None:
        if command.place is Place.APP:
            await self.run_action(command.action)
            return
        pane = getattr(self, command.place.value)
        self.panes_desk.go(pane)
        if pane is self.editor:
            await self.editor.perform(command.action)
        else:
            await self.app.run_action(command.action, pane)

    # -- saying

    def _news(self, text: str) -> None:
        self._warn("Session", text)

    def _warn(self, heading: str, text: str) -> None:
        self.notify(sanitize(text), title=heading, severity="warning", timeout=8, markup=False)

    def _failed(self, error: WorkbenchError) -> None:
        self.notify(sanitize(str(error)), title=error.title, severity="error", timeout=10, markup=False)

    async def close_down(self) -> None:
        """Keep the buffers, stop what runs, end the session."""
        try:
            await asyncio.to_thread(self.editor.flush)
        except WorkbenchError as error:
            self._failed(error)
        await self.controller.close()

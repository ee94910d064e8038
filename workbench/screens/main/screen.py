"""The main screen: sends what keys and panes ask for to where it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from backend.errors import WorkbenchError
from backend.models import InputRequested
from backend.port import Backend
from workbench.commands.app import COMMANDS
from workbench.commands.command import Command, Place, bindings
from workbench.commands.run import ANSWER
from workbench.commands.table import COMMANDS as TABLE
from workbench.commands.target import REBUILD
from workbench.controller import Controller
from workbench.documents import Documents
from workbench.format import key_words
from workbench.history.store import History
from workbench.screens.keys.desk import KeyDesk
from workbench.screens.main.answering import AnswerDesk
from workbench.screens.main.buffers import BufferDesk
from workbench.screens.main.changed import ChangedDesk
from workbench.screens.main.exporting import ExportDesk
from workbench.screens.main.hearing import Hearing
from workbench.screens.main.live import LiveView
from workbench.screens.main.losing import LossDesk
from workbench.screens.main.making import MakeDesk
from workbench.screens.main.moving import MovingDesk
from workbench.screens.main.names import NameDesk
from workbench.screens.main.past import PastDesk
from workbench.screens.main.recent import RecentDesk
from workbench.screens.main.replaying import ReplayDesk
from workbench.screens.main.running import RunDesk
from workbench.screens.main.searching import SearchDesk
from workbench.screens.main.session_files import FilesDesk
from workbench.screens.main.sessions import SessionDesk
from workbench.screens.main.stopping import StopDesk
from workbench.screens.main.targets import TargetDesk
from workbench.screens.main.values import ValueDesk
from workbench.screens.main.variables import VariableDesk
from workbench.screens.main.wire import WireDesk
from workbench.setup import Setup
from workbench.widgets.status import StatusParts

if TYPE_CHECKING:
    from workbench.screens.main.lending import LendDesk
    from workbench.widgets.output.answer import AnswerLine
    from workbench.widgets.output.banner import LossBanner
    from workbench.widgets.variables import VariablesPane


class MainScreen(Hearing):
    """Where the user works. Each desk does one kind of thing; this only passes on."""

    class ThemeAsked(Message):
        """The user wants to choose a theme."""

    class KeysChanged(Message):
        """Commands have other keys than before."""

    class PictureAsked(Message):
        """The user wants a picture of the screen."""

    class QuitAsked(Message):
        """The user wants to leave, and means it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMANDS, Place.APP)

    def __init__(self, setup: Setup, backend: Backend, history: History, documents: Documents) -> None:
        super().__init__(documents, setup.settings, setup.paths.state)
        self._setup = setup
        self.key_desk = KeyDesk(self, setup)
        self.answer_desk = AnswerDesk(self, self._answer, self.keymap.get("run.answer", ANSWER.key))
        live = LiveView(
            self.output,
            self.history,
            self.files,
            self.status,
            self.answer_desk,
            self._files_changed,
            self.news,
            lambda entry: self.controller.remark(entry),
            lambda entry: self.loss_desk.finished(entry),
        )
        self.controller = Controller(
            backend,
            history,
            setup.target,
            setup.session,
            live,
            setup.connect,
            transfers_at_once=setup.settings.transfers,
            keep_bytes=setup.keep_bytes,
        )
        self.name_desk = NameDesk(self, self.controller, setup.paths.state)
        self.editor.set_completer(self.name_desk.complete)
        self.buffer_desk = BufferDesk(self, self.editor)
        self.recent_desk = RecentDesk(self, setup.paths.state / "recent.json", self.editor.open_path)
        self._lend_desk: LendDesk | None = None
        self.run_desk = RunDesk(self, self.controller, self.editor, self.answer_desk.code_sent)
        self.stop_desk = StopDesk(self, self.controller)
        self.past_desk = PastDesk(self, history, self.history, self.editor, self.controller.run, self.dress)
        self.make_desk = MakeDesk(self, self.controller, self.files)
        self.files_desk = FilesDesk(self, self.controller, self.files, self.editor, self.make_desk)
        self.moving_desk = MovingDesk(
            self, self.controller, self.files_desk, self.keymap.get("files.transfers", "t")
        )
        self.session_desk = SessionDesk(self, setup, self.controller, self.past_desk, self.files_desk)
        self.target_desk = TargetDesk(self, setup, self.controller, self.session_desk)
        self.value_desk = ValueDesk(self)
        self.variable_desk = VariableDesk(self, self.controller, self.name_desk.show)
        self.wire_desk = WireDesk(self, self.controller, self.target_desk.target)
        self.replay_desk = ReplayDesk(self, setup, self.controller, self.target_desk, self.session_desk)
        rebuild = key_words(self.keymap.get("session.rebuild", REBUILD.key))
        self.loss_desk = LossDesk(self, self.controller, self.replay_desk, self.session_desk, rebuild)
        self.session_desk.shown = self.loss_desk.shown
        self.past_desk.show_exchanges = self.wire_desk.entry
        self.search_desk = SearchDesk(self, history, self.past_desk, self.history)
        self.search_desk.replay = lambda entry: self.run_worker(
            self.replay_desk.replay(entry.id), group="replay"
        )
        self.export_desk = ExportDesk(
            self, setup, self.controller, self.target_desk, self.replay_desk, self.session_desk
        )
        self.search_desk.export = self.export_desk.execution
        self.search_desk.export_session = self.export_desk.session
        self.search_desk.bring = self.export_desk.bring
        self.past_desk.open_file = ChangedDesk(self, self.controller, self.files_desk.preview).open

    def on_mount(self) -> None:
        """Say what is known; the rest comes after the first frame."""
        self.session_desk.introduce()
        self.watch(self.status, "parts", self._facts_changed, init=False)
        self.call_after_refresh(lambda: self.run_worker(self.session_desk.start(), group="session"))
        if self.layout_desk.problem:
            self.call_after_refresh(self.warn, "Layout", self.layout_desk.problem)

    def _files_changed(self) -> None:
        self.run_worker(self.files.refresh_files(), group="files", exclusive=True)
        self.variable_desk.look()

    @property
    def lend_desk(self) -> LendDesk:
        """Gives buffers, outputs and values to other programs; made when it is first needed."""
        if self._lend_desk is None:
            from workbench.screens.main.lending import LendDesk

            self._lend_desk = LendDesk(self, self.controller.history)
        return self._lend_desk

    # -- what code asks, and what names are

    def action_answer_input(self) -> None:
        """Go to the line for the answer."""
        self.answer_desk.go()

    async def on_answer_line_answered(self, message: AnswerLine.Answered) -> None:
        """Pass the answer on. Found by its name, so that the line is imported with the first question."""
        await self.answer_desk.answer(message.text)

    def on_answer_line_left(self) -> None:
        """The focus goes back to where it was."""
        self.answer_desk.leave()

    async def on_loss_banner_answered(self, message: LossBanner.Answered) -> None:
        """Do what is answered. Found by its name, so that the banner is imported when it is needed."""
        await self.loss_desk.answered(message.answer)

    def _facts_changed(self, before: StatusParts, after: StatusParts) -> None:
        if before.session != after.session:
            self.answer_desk.show()
            self.variable_desk.look()

    async def _answer(self, question: InputRequested, text: str | None) -> bool:
        return await self.controller.answer(question, text)

    async def action_toggle_variables(self) -> None:
        """Show the variables in the sidebar, or hide them."""
        await self.variable_desk.toggle()

    async def on_variables_pane_asked(self, message: VariablesPane.Asked) -> None:
        """Show what a variable is. Found by its name, so that the pane is imported when it is needed."""
        await self.variable_desk.inspect(message.variable)

    def action_picture(self) -> None:
        """Save a picture of the screen."""
        self.post_message(self.PictureAsked())

    def action_theme(self) -> None:
        """Choose a theme."""
        self.post_message(self.ThemeAsked())

    def action_help(self) -> None:
        """Show all keys."""
        from workbench.screens.help import HelpScreen

        pane = self.arrangement.focused()
        place = Place(pane.id) if pane is not None and pane.id else None
        self.app.push_screen(HelpScreen(TABLE, place=place, keymap=self.keymap))

    def action_quit(self) -> None:
        """Leave; when something is lost by it, only if that is really meant."""
        costs = (desk.quit_costs() for desk in (self.stop_desk, self.moving_desk, self.past_desk))
        what, lost = (" ".join(filter(None, sentences)) for sentences in zip(*costs, strict=True))
        if not what:
            self.post_message(self.QuitAsked())
            return
        from workbench.screens.confirm import ConfirmScreen

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.post_message(self.QuitAsked())

        self.app.push_screen(ConfirmScreen("Quit?", what, lost=lost, yes="Quit", no="Stay"), answered)

    # -- commands from the palette

    @property
    def keymap(self) -> dict[str, str]:
        """The keys by command id where they are not those of the table."""
        return self.key_desk.keys

    @property
    def offered(self) -> list[Command]:
        """The commands of the table but those of other screens."""
        return [command for command in TABLE if not command.place.alone]

    def action_keys(self) -> None:
        """Show all keys, and change them."""
        self.key_desk.show()

    def perform(self, command: Command) -> None:
        """Run a command, in its pane when it belongs to one."""
        self.run_worker(self._perform(command), group="command")

    async def _perform(self, command: Command) -> None:
        if command.place is Place.APP:
            await self.run_action(command.action)
            return
        if command.place is Place.VARIABLES:
            pane: Widget = await self.variable_desk.show()
        else:
            pane = getattr(self, command.place.value)
        self.arrangement.go(pane)
        if pane is self.files and (lack := self.files.lacks(command)):
            self.notify(lack, markup=False)
            return
        if pane is self.editor:
            await self.editor.perform(command.action)
        else:
            await self.app.run_action(command.action, pane)

    # -- leaving

    async def close_down(self) -> None:
        """Keep the buffers, stop what runs, end the session."""
        try:
            self.editor.flush()
            self.editor.documents.release()
        except WorkbenchError as error:
            self.failed(error)
        self.files_desk.close()
        if self._lend_desk is not None:
            self._lend_desk.close()
        self.layout_desk.keep()
        await self.name_desk.close()
        await self.controller.close()

"""What editor, history and output ask of the main screen: each message goes to the desk that does it."""

from __future__ import annotations

from textual import on

from workbench.commands.table import COMMANDS
from workbench.controller import Controller
from workbench.screens.main.exporting import ExportDesk
from workbench.screens.main.filing import Filing
from workbench.screens.main.names import NameDesk
from workbench.screens.main.values import ValueDesk
from workbench.widgets.editor import messages as editing
from workbench.widgets.editor.area.pasting import LargePaste
from workbench.widgets.history.pane import HistoryPane
from workbench.widgets.output.pane import OutputPane


class Hearing(Filing):
    """Hears the panes that are not the files."""

    controller: Controller
    name_desk: NameDesk
    export_desk: ExportDesk
    value_desk: ValueDesk

    # -- the editor

    @on(editing.InspectAsked)
    def _inspect_asked(self, message: editing.InspectAsked) -> None:
        self.run_worker(self.name_desk.show(message.question), group="inspect", exclusive=True)

    # -- buffers

    @on(editing.NeedsPath)
    def _needs_path(self, message: editing.NeedsPath) -> None:
        self.buffer_desk.save_as(message.document)

    @on(editing.FileUsed)
    def _file_used(self, message: editing.FileUsed) -> None:
        self.recent_desk.used(message.path)

    @on(LargePaste)
    def _large_paste(self, message: LargePaste) -> None:
        self.buffer_desk.ask_paste(message.area, message.text)

    @on(editing.CommandAsked)
    def _command_asked(self, message: editing.CommandAsked) -> None:
        self.perform(next(command for command in COMMANDS if command.id == message.command))

    @on(editing.LineAsked)
    def _line_asked(self) -> None:
        self.buffer_desk.ask_line()

    @on(editing.ConfirmClose)
    def _confirm_close(self, message: editing.ConfirmClose) -> None:
        self.buffer_desk.close(message.document)

    @on(editing.Conflict)
    def _conflict(self, message: editing.Conflict) -> None:
        self.buffer_desk.conflict(message.document, message.path, str(message.error))

    @on(editing.Restored)
    def _restored(self, message: editing.Restored) -> None:
        for problem in message.problems:
            self.warn("Buffers", problem)

    @on(editing.Failed)
    def _editor_failed(self, message: editing.Failed) -> None:
        self.failed(message.error)

    # -- history

    @on(HistoryPane.Searched)
    async def _searched(self, message: HistoryPane.Searched) -> None:
        seat = self.controller.seat
        await self.past_desk.show(seat.target.profile, seat.session, message.query)

    @on(HistoryPane.Opened)
    async def _entry_opened(self, message: HistoryPane.Opened) -> None:
        await self.past_desk.open(message.entry_id)

    @on(HistoryPane.Recalled)
    async def _recalled(self, message: HistoryPane.Recalled) -> None:
        await self.past_desk.recall(message.entry_id)

    @on(HistoryPane.Rerun)
    async def _rerun(self, message: HistoryPane.Rerun) -> None:
        await self.past_desk.rerun(message.entry_id)

    @on(HistoryPane.ExportAsked)
    async def _export_asked(self, message: HistoryPane.ExportAsked) -> None:
        entry = await self.controller.history.get(message.entry_id) if message.entry_id else None
        if entry is not None:
            self.export_desk.execution(entry)
        elif not message.entry_id:
            self.export_desk.session()

    @on(HistoryPane.ImportAsked)
    def _import_asked(self) -> None:
        self.export_desk.bring()

    @on(HistoryPane.ReplayAsked)
    async def _replay_asked(self, message: HistoryPane.ReplayAsked) -> None:
        await self.replay_desk.replay(message.entry_id)

    @on(HistoryPane.ExchangesAsked)
    @on(OutputPane.ExchangesAsked)
    async def _exchanges_asked(self, message: HistoryPane.ExchangesAsked | OutputPane.ExchangesAsked) -> None:
        await self.wire_desk.execution(message.entry_id)

    @on(OutputPane.FrameOpened)
    def _frame_opened(self, message: OutputPane.FrameOpened) -> None:
        place = message.place
        self.run_desk.go_to(place.file, place.line, profile=place.profile, session=place.session)

    @on(OutputPane.ValueOpened)
    def _value_opened(self, message: OutputPane.ValueOpened) -> None:
        self.value_desk.open(message.kept)

    @on(OutputPane.ValueSaveAsked)
    def _value_save_asked(self, message: OutputPane.ValueSaveAsked) -> None:
        self.value_desk.save(message.kept)

    @on(OutputPane.ValueViewAsked)
    def _value_view_asked(self, message: OutputPane.ValueViewAsked) -> None:
        self.run_worker(self.lend_desk.view(message.kept), group="outside")

    @on(OutputPane.PageAsked)
    def _page_asked(self, message: OutputPane.PageAsked) -> None:
        self.run_worker(self.lend_desk.page(message.entry_id, message.text), group="outside")

    @on(OutputPane.Copied)
    def _copied(self, message: OutputPane.Copied) -> None:
        self.notify(f"{len(message.text):,} characters copied.", markup=False)

"""What the files pane, and the output of files, tell the main screen."""

from __future__ import annotations

from textual import on

from workbench.commands.command import Command
from workbench.screens.main.actions import Actions
from workbench.screens.main.making import MakeDesk
from workbench.screens.main.moving import MovingDesk
from workbench.screens.main.past import PastDesk
from workbench.screens.main.session_files import FilesDesk
from workbench.widgets.files import messages as filing
from workbench.widgets.output.pane import OutputPane


class Filing(Actions):
    """Passes on what is asked for session files."""

    files_desk: FilesDesk
    make_desk: MakeDesk
    past_desk: PastDesk
    moving_desk: MovingDesk

    @property
    def keymap(self) -> dict[str, str]:
        """The user's keys by command id."""
        raise NotImplementedError

    def perform(self, command: Command) -> None:
        """Run a command, in its pane when it belongs to one."""
        raise NotImplementedError

    @on(filing.Failed)
    def _folder_failed(self, message: filing.Failed) -> None:
        self.failed(message.error)

    @on(filing.ExchangesAsked)
    def _file_exchanges_asked(self) -> None:
        self.wire_desk.session()

    @on(filing.Opened)
    def _file_opened(self, message: filing.Opened) -> None:
        self.files_desk.preview(message.info)

    @on(OutputPane.FileOpened)
    async def _changed_file_opened(self, message: OutputPane.FileOpened) -> None:
        await self.past_desk.open_changed(message.file)

    @on(filing.DeleteAsked)
    def _delete_asked(self, message: filing.DeleteAsked) -> None:
        self.make_desk.ask_delete(message.files)

    @on(filing.NewFileAsked)
    def _new_file_asked(self, message: filing.NewFileAsked) -> None:
        self.make_desk.new_file(message.folder)

    @on(filing.NewFolderAsked)
    def _new_folder_asked(self, message: filing.NewFolderAsked) -> None:
        self.make_desk.new_folder(message.folder)

    @on(filing.RenameAsked)
    def _rename_asked(self, message: filing.RenameAsked) -> None:
        self.make_desk.rename(message.info)

    @on(filing.OutsideAsked)
    def _outside_asked(self, message: filing.OutsideAsked) -> None:
        self.run_worker(self.files_desk.open_outside(message.way, message.info), group="outside")

    @on(filing.StopAsked)
    def _stop_asked(self) -> None:
        self.make_desk.stop()

    @on(filing.PathChosen)
    def _paths_chosen(self, message: filing.PathChosen) -> None:
        self.files_desk.insert(message.paths)

    @on(filing.UploadAsked)
    def _upload_asked(self, message: filing.UploadAsked) -> None:
        self.moving_desk.upload(message.folder)

    @on(filing.PathsDropped)
    def _paths_dropped(self, message: filing.PathsDropped) -> None:
        self.moving_desk.drop(message.text, message.folder)

    @on(filing.DownloadAsked)
    def _download_asked(self, message: filing.DownloadAsked) -> None:
        self.moving_desk.download(message.files)

    @on(filing.TransfersAsked)
    def _transfers_asked(self) -> None:
        self.moving_desk.show_list()

    @on(filing.MenuAsked)
    def _menu_asked(self, message: filing.MenuAsked) -> None:
        from workbench.screens.menu import MenuScreen

        if not self.is_active:
            return  # the key may have been pressed twice

        def decided(command: Command | None) -> None:
            if command is not None:
                self.perform(command)

        menu = MenuScreen(self.files.subject, self.files.commands(), self.keymap, message.column, message.row)
        self.app.push_screen(menu, decided)

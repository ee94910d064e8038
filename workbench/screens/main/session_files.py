"""What the main screen does with session files: list, preview, name in the editor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.screen import Screen

from backend.models import FileInfo
from workbench.controller import Controller
from workbench.identifiers import brief
from workbench.screens.main.making import MakeDesk
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.files.pane import FilesPane


class FilesDesk:
    """Serves the files pane from the controller's session."""

    def __init__(
        self,
        screen: Screen[None],
        controller: Controller,
        pane: FilesPane,
        editor: EditorPane,
        make: MakeDesk,
    ) -> None:
        self._screen = screen
        self._controller = controller
        self._pane = pane
        self._editor = editor
        self._make = make

    async def list(self, directory: str) -> list[FileInfo]:
        """The entries of one directory of the session. Raises WorkbenchError."""
        return await self._controller.backend.list_files(self._controller.session, directory)

    async def read(self, path: str, offset: int, limit: int) -> bytes:
        """A window of a file of the session. Raises WorkbenchError."""
        return await self._controller.backend.read_file(
            self._controller.session, path, offset=offset, limit=limit
        )

    async def show(self, *, read: bool = True) -> None:
        """Show the files of the controller's session; without `read` they are read when somebody asks."""
        can = self._controller.backend.capabilities
        limits = [
            word for has, word in ((can.folders, "no folders"), (can.deletes, "no deleting")) if not has
        ]
        said = f"{', '.join(limits)} here" if limits else ""
        await self._pane.show_session(self.list, brief(self._controller.session), limits=said, read=read)

    def preview(self, info: FileInfo) -> None:
        """Show what is in a file, and do what is decided there."""
        from workbench.screens.preview import PreviewAction, PreviewResult, PreviewScreen

        if not self._screen.is_active:
            return  # a double click asks twice

        def decided(result: PreviewResult | None) -> None:
            if result is None:
                return
            if result.action is PreviewAction.INSERT_PATH:
                self.insert((result.info.path,))
            else:
                self._make.delete((result.info,))

        self._screen.app.push_screen(PreviewScreen(info, self.read), decided)

    def insert(self, paths: Sequence[str]) -> None:
        """Write a path into the editor as a string of Python, several as a list of them."""
        self._editor.editor.insert(repr(paths[0]) if len(paths) == 1 else repr(list(paths)))
        self._editor.focus_editor()

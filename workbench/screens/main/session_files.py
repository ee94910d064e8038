"""What the main screen does with session files: list, preview, name in the editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend.errors import WorkbenchError
from backend.models import FileInfo
from workbench.controller import Controller
from workbench.identifiers import brief
from workbench.sanitize import sanitize_line
from workbench.screens.main.frame import Frame
from workbench.screens.main.making import MakeDesk
from workbench.widgets.editor.pane import EditorPane
from workbench.widgets.files.pane import FilesPane

if TYPE_CHECKING:
    from workbench.screens.main.outside import OutsideDesk


class FilesDesk:
    """Serves the files pane from the controller's session."""

    def __init__(
        self,
        frame: Frame,
        controller: Controller,
        pane: FilesPane,
        editor: EditorPane,
        make: MakeDesk,
    ) -> None:
        self._frame = frame
        self._controller = controller
        self._pane = pane
        self._editor = editor
        self._make = make
        self._outside: OutsideDesk | None = None

    async def list(self, directory: str) -> list[FileInfo]:
        """The entries of one directory of the session. Raises WorkbenchError."""
        return await self._controller.backend.list_files(self._controller.session, directory)

    async def show(self, *, read: bool = True) -> None:
        """Show the files of the controller's session; without `read` they are read when somebody asks."""
        limits = self._limits()
        await self._pane.show_session(self.list, brief(self._controller.session), limits=limits, read=read)

    def _limits(self) -> str:
        """What the target cannot do with files, with its API version as the reason; may be nothing."""
        can = self._controller.backend.capabilities
        missing = [
            word for has, word in ((can.folders, "no folders"), (can.deletes, "no deleting")) if not has
        ]
        if not missing:
            return ""
        return sanitize_line(f"API {self._controller.target.api_version} has {' and '.join(missing)}.")

    def preview(self, info: FileInfo) -> None:
        """Show what is in a file, and do what is decided there."""
        from workbench.screens.preview import PreviewAction, PreviewResult, PreviewScreen

        if isinstance(self._frame.app.screen, PreviewScreen):
            return  # a double click asks twice

        def decided(result: PreviewResult | None) -> None:
            if result is None:
                return
            if result.action is PreviewAction.INSERT_PATH:
                self.insert((result.info.path,))
            else:
                self._make.delete((result.info,))

        controller = self._controller
        shown = PreviewScreen(info, controller.backend, controller.session, outside=self.open_outside)
        self._frame.app.push_screen(shown, decided)

    async def preview_path(self, path: str) -> None:
        """Show what is in the file of that path now; say so when there is none."""
        from workbench.preview.source import current

        try:
            info = await current(self._controller.backend, self._controller.session, path)
        except WorkbenchError as error:
            self._frame.failed(error)
        else:
            self.preview(info)

    async def open_outside(self, way: str, info: FileInfo) -> bool:
        """Open a copy of a file in editor, pager or viewer; whether the session's file is another now."""
        if self._outside is None:
            from workbench.screens.main.outside import OutsideDesk  # with the first such file

            self._outside = OutsideDesk(self._frame, self._controller, self._pane.refresh_files)
        return await self._outside.open(way, info)

    def close(self) -> None:
        """Delete the copies that viewers had until now."""
        if self._outside is not None:
            self._outside.close()

    def insert(self, paths: Sequence[str]) -> None:
        """Write a path into the editor as a string of Python, several as a list of them."""
        self._editor.editor.insert(repr(paths[0]) if len(paths) == 1 else repr(list(paths)))
        self._editor.focus_editor()

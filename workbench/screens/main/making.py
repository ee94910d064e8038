"""What the main screen does to session files: new ones, new folders, other names, deletion."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from posixpath import join

from backend.errors import WorkbenchError
from backend.models import FileInfo
from workbench.controller import Controller
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.main.deleting import Deleting
from workbench.screens.main.frame import Frame
from workbench.widgets.files.pane import FilesPane

Made = Callable[[str], Awaitable[object]]
"""Does what was asked, with the path that was given. Raises WorkbenchError."""


class MakeDesk:
    """Asks for names, does what is asked, and shows it in the pane; says what the target cannot do."""

    def __init__(self, frame: Frame, controller: Controller, pane: FilesPane) -> None:
        self._frame = frame
        self._controller = controller
        self._pane = pane
        self._deleting: Deleting | None = None

    # -- new ones and other names

    def new_file(self, folder: str) -> None:
        """Ask for the path of an empty file, in `folder` unless told otherwise."""
        backend, session = self._controller.backend, self._controller.session

        async def make(path: str) -> None:
            await backend.write_file(session, path, _nothing(), 0, replace=False)

        self._ask("New file", f"{folder}/" if folder else "", make, "{} is there now, empty.")

    def new_folder(self, folder: str) -> None:
        """Ask for the path of a folder, in `folder` unless told otherwise."""
        backend, session = self._controller.backend, self._controller.session
        if not backend.capabilities.makes_folders:
            self._cannot("make folders", f"os.mkdir({join(folder, 'NAME')!r})")
            return

        async def make(path: str) -> None:
            await backend.make_directory(session, path)

        self._ask("New folder", f"{folder}/" if folder else "", make, "The folder {} is there now.")

    def rename(self, info: FileInfo) -> None:
        """Ask for another path for a file or folder."""
        backend, session = self._controller.backend, self._controller.session
        if not backend.capabilities.moves_files:
            self._cannot("rename files", f"os.rename({info.path!r}, 'NAME')")
            return

        async def move(path: str) -> None:
            await backend.move_file(session, info.path, path)

        self._ask("Rename or move", info.path, move, f"{sanitize_line(info.path)} is {{}} now.")

    def _ask(self, heading: str, value: str, make: Made, done: str) -> None:
        from workbench.screens.files.naming import naming

        def answered(path: str | None) -> None:
            if path is not None:
                self._frame.run_worker(self._make(path, make, done), group="making")

        if self._frame.is_active:  # the key may have been pressed twice
            self._frame.app.push_screen(naming(heading, value, self._pane.objection), answered)

    async def _make(self, path: str, make: Made, done: str) -> None:
        try:
            await make(path)
        except WorkbenchError as error:
            self._frame.failed(error)
            await self._pane.refresh_files()
            return
        self._frame.notify(done.replace("{}", sanitize_line(path)), markup=False)
        await self._pane.refresh_files()
        await self._pane.reveal(path)

    # -- deletion

    def ask_delete(self, files: tuple[FileInfo, ...]) -> None:
        """Delete files and folders after asking."""
        from workbench.screens.files.deletion import deletion

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.delete(files)

        if not self._refuses_deleting(files) and self._frame.is_active:
            self._frame.app.push_screen(deletion(files), answered)

    def delete(self, files: tuple[FileInfo, ...]) -> None:
        """Delete files and folders; that has been agreed to."""
        if not self._refuses_deleting(files):
            self._frame.run_worker(self._delete(files), group="deleting")

    def stop(self) -> None:
        """Delete no more of what is being deleted."""
        if self._deleting is not None:
            self._deleting.stopped = True

    async def _delete(self, files: tuple[FileInfo, ...]) -> None:
        if self._deleting is not None:
            self._frame.notify("Files are being deleted; Esc in the files pane stops that.", markup=False)
            return
        work = Deleting(self._controller.backend, self._controller.session, files)
        self._deleting = work
        try:
            await work.run(lambda words: self._pane.say(words, busy=True))
        finally:
            self._deleting = None
            self._pane.say("")
        if work.failures:
            problems = sanitize("\n".join(work.failures))
            self._frame.notify(problems, title="Not deleted", severity="error", timeout=10, markup=False)
        if said := work.told():
            self._frame.notify(said, markup=False)
        await self._pane.refresh_files()

    def _refuses_deleting(self, files: tuple[FileInfo, ...]) -> bool:
        if self._controller.backend.capabilities.deletes:
            return False
        self._cannot("delete files", f"os.remove({files[0].path!r})")
        return True

    def _cannot(self, what: str, code: str) -> None:
        self._pane.say(f"This target cannot {what}. Code in the session can: import os; {code}")


async def _nothing() -> AsyncIterator[bytes]:
    """The content of an empty file."""
    yield b""

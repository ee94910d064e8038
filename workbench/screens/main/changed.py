"""From what an execution did to a file to the file as it is now."""

from __future__ import annotations

from collections.abc import Callable

from backend.errors import WorkbenchError
from backend.models import Change, FileChange, FileInfo
from workbench.controller import Controller
from workbench.history.entry import Entry
from workbench.identifiers import brief
from workbench.sanitize import sanitize, sanitize_line
from workbench.screens.main.frame import Frame


class ChangedDesk:
    """Shows files that executions changed; says why where one cannot be shown. `preview` shows a file."""

    def __init__(self, frame: Frame, controller: Controller, preview: Callable[[FileInfo], None]) -> None:
        self._frame = frame
        self._controller = controller
        self._preview = preview

    def open(self, entry: Entry, change: FileChange | None) -> None:
        """Show the file, of the session that is shown; with None list all that the execution changed."""
        if change is None:
            self._list(entry)
        else:
            self._frame.run_worker(self._open(entry, change), group="changed file", exclusive=True)

    def _list(self, entry: Entry) -> None:
        from workbench.screens.files.changed import ChangedScreen

        if isinstance(self._frame.app.screen, ChangedScreen):
            return  # a double click asks twice
        self._frame.app.push_screen(ChangedScreen(entry, lambda change: self.open(entry, change)))

    async def _open(self, entry: Entry, change: FileChange) -> None:
        seat, name = self._controller.seat, sanitize_line(change.path)
        if (entry.profile, entry.session) != (seat.target.profile, seat.session):
            where = f"the session {brief(entry.session)} at {sanitize_line(entry.profile)}"
            self._tell(f"{name} is in {where}. Go there to see it.")
            return
        try:
            info = await seat.backend.file_info(seat.session, change.path)
        except WorkbenchError as error:
            if change.change is Change.DELETED:
                self._tell(f"{name} is gone: [{entry.number}] deleted it.")
            else:
                self._tell(f"It cannot be shown any more. {sanitize(str(error))}")
            return
        if info.kind == "file":
            self._preview(info)
        else:
            self._tell(f"{name} is no file any more, but a {info.kind}.")

    def _tell(self, said: str) -> None:
        self._frame.app.notify(said, markup=False)

"""What the main screen does with transfers: asks which files and where to, and begins them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from backend.errors import FileError, UsageError, WorkbenchError
from backend.models import FileInfo
from workbench import format
from workbench.controller import Controller
from workbench.sanitize import sanitize_line
from workbench.screens.main.frame import Frame
from workbench.screens.main.progress import ProgressDesk
from workbench.screens.main.session_files import FilesDesk
from workbench.widgets.fit import cut_middle

if TYPE_CHECKING:
    from workbench.outside.viewing import Viewers
    from workbench.transfers.conflicts import Decision
    from workbench.transfers.dropped import Dropped
    from workbench.transfers.queue import Queue
    from workbench.transfers.transfer import Transfer

NAMED = 8  # files that a question names; of more the others are counted


class MovingDesk:
    """Sends and fetches files of the session that is shown; imports are made when something is asked for."""

    def __init__(self, frame: Frame, controller: Controller, files: FilesDesk, key: str) -> None:
        self._frame = frame
        self._controller = controller
        self._files = files
        self._progress = ProgressDesk(frame, controller, key)
        self._viewers: Viewers | None = None
        self._place = Path()  # where files were chosen last

    @property
    def _queue(self) -> Queue:
        queue = self._controller.transfers
        queue.changed = self._progress.changed
        return queue

    # -- up

    def upload(self, folder: str) -> None:
        """Ask for files of this machine, and send them to a folder of the session."""
        self._frame.run_worker(self._upload(folder), group="transfer")

    async def _upload(self, folder: str) -> None:
        from workbench.screens.files.picking import OpenScreen, matching
        from workbench.transfers.dropped import sized

        chosen = await self._frame.app.push_screen_wait(OpenScreen(self._start()))
        if chosen is not None:
            self._place = chosen.parent
            found = await asyncio.to_thread(lambda: sized(matching(chosen)))
            await self._send(found, folder)

    def drop(self, text: str, folder: str) -> None:
        """Send what pasted text names, after asking."""
        self._frame.run_worker(self._drop(text, folder), group="transfer")

    async def _drop(self, text: str, folder: str) -> None:
        from workbench.screens.confirm import ConfirmScreen
        from workbench.transfers.dropped import dropped

        found = await asyncio.to_thread(dropped, text)
        lacks = _lacks(found)
        if not found.files:
            said = lacks or "There is no path in what was pasted."
            self._frame.notify(said, title="Nothing to upload", severity="warning", markup=False)
            return
        heading = f"Upload {format.count(len(found.files), 'file')}?"
        to = f"To {folder}/ in the session.\n" if folder else ""
        asked = ConfirmScreen(heading, to + _named(found), lost=lacks, yes="Upload", no="Cancel", mild=True)
        if await self._frame.app.push_screen_wait(asked):
            await self._send(found, folder)

    async def _send(self, found: Dropped, folder: str) -> None:
        from workbench.transfers.conflicts import settle
        from workbench.transfers.session import SessionFiles

        target, session = self._controller.target, self._controller.session
        wishes = [path.name for path, _ in found.files]
        try:
            inside = await SessionFiles(self._controller.backend, session).inside(folder)
        except WorkbenchError as error:
            self._frame.failed(error)
            return
        taken = {path.rpartition("/")[2] for path in inside}

        async def ask(name: str, others: int) -> Decision | None:
            return await self._ask(name, "in the session", others)

        for one in await settle(wishes, taken, ask) or ():
            path, size = found.files[one.index]
            to = f"{folder}/{one.name}" if folder else one.name
            self._queue.upload(path, to, target, session, size=size, overwrite=one.overwrite)

    # -- down

    def download(self, files: Sequence[FileInfo]) -> None:
        """Ask for a place on this machine, and fetch files and folders of the session."""
        self._frame.run_worker(self._download(files), group="transfer")

    async def _download(self, files: Sequence[FileInfo]) -> None:
        from workbench.screens.files.picking import FolderScreen, SaveScreen

        alone = len(files) == 1 and files[0].kind != "directory"
        asks = SaveScreen(self._start(), files[0].name) if alone else FolderScreen(self._start())
        place = await self._frame.app.push_screen_wait(asks)
        if place is None:
            return
        self._place = place.parent if alone else place
        try:
            wanted = {str(place): files[0]} if alone else await self._wanted(files, place)
            await self._fetch(wanted)
        except WorkbenchError as error:
            self._frame.failed(error)

    async def _wanted(self, files: Sequence[FileInfo], place: Path) -> dict[str, FileInfo]:
        """What to fetch, by the path where it goes; folders are made. Raises WorkbenchError."""
        from workbench.transfers.names import below, last
        from workbench.transfers.session import SessionFiles

        session = SessionFiles(self._controller.backend, self._controller.session)
        wanted: dict[str, FileInfo] = {}
        folders: list[Path] = []
        for file in files:
            top = place / last(file.path)
            if file.kind != "directory":
                wanted[str(top)] = file
                continue
            folders.append(top)
            for inner in await session.below(file.path):
                goes = below(top, inner.path, file.path)
                if inner.kind == "directory":
                    folders.append(goes)
                elif inner.kind == "file":
                    wanted[str(goes)] = inner
        await asyncio.to_thread(_make, folders)
        return wanted

    async def _fetch(self, wanted: dict[str, FileInfo]) -> None:
        from workbench.transfers.conflicts import settle

        target, session = self._controller.target, self._controller.session
        files = list(wanted.values())
        taken = await asyncio.to_thread(lambda: {path for path in wanted if os.path.lexists(path)})

        async def ask(name: str, others: int) -> Decision | None:
            return await self._ask(name, "on this machine", others)

        for one in await settle(list(wanted), taken, ask) or ():
            file = files[one.index]
            self._queue.download(
                file.path, Path(one.name), target, session, size=file.size, overwrite=one.overwrite
            )

    # -- questions

    def _start(self) -> Path:
        return self._place if self._place.is_dir() else Path.home()

    async def _ask(self, name: str, where: str, others: int) -> Decision | None:
        from workbench.screens.files.overwriting import OverwriteScreen

        return await self._frame.app.push_screen_wait(OverwriteScreen(name, where, others))

    # -- the list

    def show_list(self) -> None:
        """Show all transfers."""
        from workbench.screens.files.transfers import TransfersScreen

        if self._frame.is_active:
            self._frame.app.push_screen(TransfersScreen(self._queue, self._again, self._view), self._open)

    def _again(self, transfer: Transfer) -> None:
        if transfer.taken:
            self._frame.run_worker(self._replace(transfer), group="transfer")
        else:
            self._queue.retry(transfer.id)

    async def _replace(self, transfer: Transfer) -> None:
        from workbench.transfers.conflicts import Choice

        decision = await self._ask(transfer.name, "there", 0)
        if decision is not None and decision.choice is Choice.REPLACE:
            self._queue.retry(transfer.id, overwrite=True)

    def _view(self, path: Path) -> None:
        self._frame.run_worker(self._viewed(path), group="view")

    async def _viewed(self, path: Path) -> None:
        """Have this machine's program show a file or folder of it."""
        from workbench.outside.programs import viewer
        from workbench.outside.viewing import Viewers

        where = f"It is {path}."
        try:
            command = viewer()
        except UsageError as error:
            self._frame.failed(UsageError(error.message, where))
            return
        try:
            self._viewers = self._viewers or Viewers()
            await self._viewers.show(command, path, where)
        except UsageError as error:
            self._frame.failed(error)
        else:
            self._frame.notify(sanitize_line(f"{path} is opened."), markup=False)

    def _open(self, transfer: Transfer | None) -> None:
        """Preview what was uploaded; show where a download is."""
        from workbench.transfers.transfer import Direction

        if transfer is None:
            return
        if transfer.direction is Direction.DOWN:
            self._frame.notify(sanitize_line(f"It is {transfer.local}."), title="Downloaded", markup=False)
        elif self._progress.is_shown(transfer):
            self._files.preview(FileInfo(transfer.path, "file", transfer.total or 0, time.time()))
        else:
            said = f"It is {transfer.path} in session {transfer.session} at {transfer.target.profile}."
            self._frame.notify(sanitize_line(said), title="Uploaded", markup=False)

    # -- leaving

    def quit_costs(self) -> tuple[str, str]:
        """What is on its way, and what becomes of it when the app ends; two sentences, empty for nothing."""
        if not self._controller.moving:
            return "", ""
        number = sum(not one.state.final for one in self._queue.transfers)
        what = "A file is" if number == 1 else f"{number} files are"
        return f"{what} on the way.", "What has not arrived whole is cancelled; nothing half-written stays."


def _named(found: Dropped) -> str:
    lines = [f"{sanitize_line(path.name)}  {format.size(size)}" for path, size in found.files[:NAMED]]
    if more := len(found.files) - NAMED:
        lines += [f"and {more:,} more"] * (more > 0)
    total = sum(size for _, size in found.files)
    if len(found.files) > 1:
        lines.append(f"{format.size(total)} in all")
    return "\n".join(lines)


def _lacks(found: Dropped) -> str:
    """What of a paste is not sent, and why, in words."""
    said = []
    if found.missing:
        shown = ", ".join(cut_middle(sanitize_line(word), 60) for word in found.missing[:3])
        more = f" and {len(found.missing) - 3} more" if len(found.missing) > 3 else ""
        said.append(f"Not there: {shown}{more}.")
    if found.folders:
        shown = ", ".join(sanitize_line(folder.name or str(folder)) for folder in found.folders[:3])
        said.append(f"Folders are not sent, pack them first: {shown}.")
    return " ".join(said)


def _make(folders: Sequence[Path]) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = f"The folder {folder} cannot be made: {error.strerror}."
            raise FileError(said, "Choose another place.") from None

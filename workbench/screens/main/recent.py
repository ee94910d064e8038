"""What the main screen does with the files that were opened last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.screens.main.frame import Frame


class RecentDesk:
    """Remembers files in the list at `path`, and offers them; `open` opens the one chosen."""

    def __init__(self, frame: Frame, path: Path, open: Callable[[Path], object]) -> None:
        self._frame, self._path, self._open = frame, path, open
        self._turn = asyncio.Lock()

    def used(self, file: Path) -> None:
        """A file was opened or saved."""
        self._frame.run_worker(self._note(file.absolute()), group="recent")

    async def _note(self, file: Path) -> None:
        from workbench.recent import note_recent

        async with self._turn:
            try:
                await asyncio.to_thread(note_recent, self._path, file)
            except OSError as error:
                self._frame.warn(
                    "Recent files", f"{self._path} cannot be written: {error.strerror or error}."
                )

    async def show(self) -> None:
        """Let the user choose one."""
        from workbench.recent import RecentError, load_recent
        from workbench.screens.recent import RecentScreen

        try:
            files = await asyncio.to_thread(load_recent, self._path)
        except RecentError as error:
            said = f"The list begins anew with the next file, for {self._path} cannot be used: {error}."
            self._frame.warn("Recent files", said)
            return
        if not files:
            self._frame.notify("No file was opened yet.", markup=False)
            return
        if not self._frame.is_active:  # the key may have been pressed twice
            return
        screen = RecentScreen(files)
        chosen = await self._frame.app.push_screen_wait(screen)
        if screen.forgotten:
            await self._forget(screen.forgotten)
        if chosen is not None:
            self._open(chosen)

    async def _forget(self, gone: Sequence[Path]) -> None:
        from workbench.recent import load_recent, save_recent

        def work() -> None:
            save_recent(self._path, [file for file in load_recent(self._path) if file not in gone])

        async with self._turn:
            try:
                await asyncio.to_thread(work)
            except (OSError, ValueError) as error:
                self._frame.warn("Recent files", f"{self._path} cannot be written: {error}.")

"""What the main screen does with values of executions: show them whole, save them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from backend.errors import FileError
from workbench.documents.disk import reason
from workbench.format import size
from workbench.named import is_there, named
from workbench.screens.main.frame import Frame
from workbench.widgets.output.values.shelf import Kept


class ValueDesk:
    """Opens and saves what the output pane keeps of values."""

    def __init__(self, screen: Frame) -> None:
        self._screen = screen

    def open(self, kept: Kept) -> None:
        """Show a value on all of the screen."""
        from workbench.screens.value import ValueScreen

        if kept.bundle is not None:
            self._screen.app.push_screen(ValueScreen(kept.number, kept.bundle, kept.table))

    def save(self, kept: Kept) -> None:
        """Ask where to save a value; a file that is there is replaced only when that is said."""
        from workbench.screens.prompt import PromptScreen
        from workbench.widgets.output.values.file import file_of

        if kept.bundle is None:
            return
        ending, data = file_of(kept.bundle, kept.table)

        def chosen(path: str | None) -> None:
            if path is not None:
                self._replace(named(path), data)

        name = f"value-{kept.number}{ending}"
        self._screen.app.push_screen(PromptScreen("Save value as", value=name, paths=True), chosen)

    def _replace(self, path: Path, data: bytes) -> None:
        from workbench.screens.confirm import ConfirmScreen

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._screen.run_worker(self._write(path, data), group="values")

        if not is_there(path):
            answered(True)
            return
        said = ConfirmScreen("Replace?", f"{path} is there already.", yes="Replace", no="Keep")
        self._screen.app.push_screen(said, answered)

    async def _write(self, path: Path, data: bytes) -> None:
        try:
            await asyncio.to_thread(_written, path, data)
        except (OSError, ValueError) as error:  # ValueError: what no name can hold
            said = f"{path} cannot be written: {reason(error)}."
            self._screen.failed(FileError(said, "Choose another place."))
            return
        self._screen.notify(f"Saved {size(len(data))} in {path}.", markup=False)


def _written(path: Path, data: bytes) -> None:
    """Write a file whole: under its name it is complete or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

"""A small app around the files pane, over real directories."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from pathlib import Path

from textual.app import App, ComposeResult
from textual.message import Message

from backend.errors import FileError
from backend.models import FileInfo
from workbench.widgets.files import messages
from workbench.widgets.files.pane import FilesPane
from workbench.widgets.files.tree import FilesTree

NOW = 1_750_000_000.0


def info(path: str, size: int = 0, kind: str = "file") -> FileInfo:
    return FileInfo(path, kind, size, NOW - 180)


class Directory:
    """A lister over a real directory; `gate` holds answers back, `broken` refuses folders."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.calls: list[str] = []
        self.broken: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, directory: str) -> list[FileInfo]:
        self.calls.append(directory)
        await self.gate.wait()
        if directory in self.broken:
            raise FileError(f"{directory or 'The directory'} cannot be read.")
        found = []
        for path in (self.root / directory).iterdir():
            name = path.relative_to(self.root).as_posix()
            size = path.stat().st_size if path.is_file() else 0
            found.append(info(name, size, "directory" if path.is_dir() else "file"))
        return found


class PaneApp(App[None]):
    CSS = files("workbench").joinpath("styles/panes.tcss").read_text()

    def __init__(self, lister: Directory) -> None:
        super().__init__()
        self.pane = FilesPane(lister, "main", clock=lambda: NOW)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_files_pane_opened(self, message: messages.Opened) -> None:
        self.heard.append(message)

    def on_files_pane_delete_asked(self, message: messages.DeleteAsked) -> None:
        self.heard.append(message)

    def on_files_pane_path_chosen(self, message: messages.PathChosen) -> None:
        self.heard.append(message)

    def on_files_pane_failed(self, message: messages.Failed) -> None:
        self.heard.append(message)

    @property
    def tree_widget(self) -> FilesTree:
        return self.pane.query_one(FilesTree)

    @property
    def lines(self) -> list[str]:
        tree = self.tree_widget
        shown = [tree.render_line(y).text.rstrip() for y in range(tree.size.height)]
        return [line for line in shown if line]

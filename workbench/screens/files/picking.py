"""Files and folders of this machine, chosen in the dialogs of textual-fspicker.

It takes names for markup and writes control characters to the terminal as they are; here it shows neither:
what has such a name is left out, and where one is goes through `sanitize_line`.
"""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Button, Input
from textual_fspicker import FileOpen, FileSave, SelectDirectory
from textual_fspicker.parts import CurrentDirectory, DirectoryNavigation

from workbench.named import is_file, is_folder
from workbench.sanitize import sanitize_line
from workbench.screens.leaving import Leaving


class _Navigation(DirectoryNavigation):
    """The list, without names that cannot be shown as they are."""

    def hide(self, path: Path) -> bool:
        """Whether to leave a path out."""
        return sanitize_line(path.name) != path.name or super().hide(path)


class _Place(CurrentDirectory):
    """Where one is."""

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show a path as it is."""
        super().update(Content(sanitize_line(str(content))), layout=layout)


def _shown(parts: ComposeResult, place: Path) -> ComposeResult:
    """The parts of a dialog, those that show names replaced."""
    for widget in parts:
        if type(widget) is DirectoryNavigation:
            yield _Navigation(place, double_click_directories=True)
        elif type(widget) is CurrentDirectory:
            yield _Place()
        else:
            if isinstance(widget, Button | Input):
                widget.compact = True
            yield widget


class OpenScreen(FileOpen, Leaving[Path | None]):
    """Choose a file, or several by a pattern such as `*.csv`."""

    def __init__(self, place: Path) -> None:
        self._from = place
        super().__init__(place, "Upload: a file, or several as *.csv", open_button="Upload", must_exist=False)

    def compose(self) -> ComposeResult:
        """The dialog."""
        yield from _shown(super().compose(), self._from)

    def _should_return(self, candidate: Path) -> bool:
        if matching(candidate):
            return True
        self._set_error("There is no such file")
        return False


class SaveScreen(FileSave, Leaving[Path | None]):
    """Choose where one file is kept."""

    def __init__(self, place: Path, name: str) -> None:
        self._from = place
        super().__init__(place, "Download to", save_button="Download", default_file=sanitize_line(name))

    def on_mount(self) -> None:
        """The name is there already: Enter takes it."""
        self.call_after_refresh(self.query_one(Input).focus)

    def compose(self) -> ComposeResult:
        """The dialog."""
        yield from _shown(super().compose(), self._from)


class FolderScreen(SelectDirectory, Leaving[Path | None]):
    """Choose where several files are kept."""

    def __init__(self, place: Path) -> None:
        self._from = place
        super().__init__(place, "Download into", select_button="Download here")

    def compose(self) -> ComposeResult:
        """The dialog."""
        yield from _shown(super().compose(), self._from)


def matching(path: Path) -> list[Path]:
    """The file of that path, or those that its name as a pattern matches."""
    if is_file(path):
        return [path]
    if not any(sign in path.name for sign in "*?[") or not is_folder(path.parent):
        return []
    return sorted(one for one in path.parent.glob(path.name) if one.is_file())

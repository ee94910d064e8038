"""Files and folders of this machine, chosen in the dialogs of textual-fspicker.

It takes names for markup and writes control characters to the terminal as they are; here it shows neither:
what has such a name is left out, and where one is goes through `sanitize_line`.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.visual import VisualType
from textual.widgets import Button
from textual_fspicker import FileOpen, FileSave, SelectDirectory
from textual_fspicker.parts import CurrentDirectory, DirectoryNavigation

from workbench.sanitize import sanitize_line

W = TypeVar("W")


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


class _Shown(ModalScreen[Path | None]):
    """The parts of a dialog that show names, replaced."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel"),
        Binding("full_stop", "hidden", "Hidden files"),
    ]
    _location: str | Path

    def compose(self) -> ComposeResult:
        """The dialog."""
        for widget in super().compose():
            if type(widget) is DirectoryNavigation:
                yield _Navigation(self._location, double_click_directories=True)
            elif type(widget) is CurrentDirectory:
                yield _Place()
            else:
                if isinstance(widget, Button):
                    widget.compact = True
                yield widget


class OpenScreen(_Shown, FileOpen):
    """Choose a file, or several by a pattern such as `*.csv`."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "Upload: a file, or several as *.csv", open_button="Upload", must_exist=False)

    def _should_return(self, candidate: Path) -> bool:
        if matching(candidate):
            return True
        self._set_error("There is no such file")
        return False


class SaveScreen(_Shown, FileSave):
    """Choose where one file is kept."""

    def __init__(self, place: Path, name: str) -> None:
        super().__init__(place, "Download to", save_button="Download", default_file=sanitize_line(name))


class FolderScreen(_Shown, SelectDirectory):
    """Choose where several files are kept."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "Download into", select_button="Download here")


def matching(path: Path) -> list[Path]:
    """The file of that path, or those that its name as a pattern matches."""
    if path.is_file():
        return [path]
    if not any(sign in path.name for sign in "*?[") or not path.parent.is_dir():
        return []
    return sorted(one for one in path.parent.glob(path.name) if one.is_file())

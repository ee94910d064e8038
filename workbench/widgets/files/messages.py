"""What the files pane tells its screen."""

from __future__ import annotations

from backend.errors import WorkbenchError
from backend.models import FileInfo
from workbench.widgets.told import Told


class Opened(Told, namespace="files_pane"):
    """Preview this file."""

    def __init__(self, info: FileInfo) -> None:
        super().__init__()
        self.info = info

    @property
    def path(self) -> str:
        """The file's path, relative to the data directory."""
        return self.info.path


class DeleteAsked(Told, namespace="files_pane"):
    """Delete these files and folders, after asking."""

    def __init__(self, files: tuple[FileInfo, ...]) -> None:
        super().__init__()
        self.files = files


class NewFileAsked(Told, namespace="files_pane"):
    """Make an empty file, in this folder unless told otherwise."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder


class NewFolderAsked(Told, namespace="files_pane"):
    """Make a folder, in this folder unless told otherwise."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder


class RenameAsked(Told, namespace="files_pane"):
    """Give this file or folder another path."""

    def __init__(self, info: FileInfo) -> None:
        super().__init__()
        self.info = info


class OutsideAsked(Told, namespace="files_pane"):
    """Open a copy of this file outside the workbench; `way` is `edit`, `page` or `view`."""

    def __init__(self, way: str, info: FileInfo) -> None:
        super().__init__()
        self.way, self.info = way, info


class StopAsked(Told, namespace="files_pane"):
    """Stop what the pane says is being done."""


class PathChosen(Told, namespace="files_pane"):
    """Put these paths into the editor."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__()
        self.paths = paths


class ExchangesAsked(Told, namespace="files_pane"):
    """Show what went over the wire for the session's files."""


class UploadAsked(Told, namespace="files_pane"):
    """Choose files of this machine, and send them to this folder of the session."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self.folder = folder


class PathsDropped(Told, namespace="files_pane"):
    """Send the files that pasted text names to this folder of the session, after asking."""

    def __init__(self, text: str, folder: str) -> None:
        super().__init__()
        self.text, self.folder = text, folder


class DownloadAsked(Told, namespace="files_pane"):
    """Fetch these files and folders, after asking for a place."""

    def __init__(self, files: tuple[FileInfo, ...]) -> None:
        super().__init__()
        self.files = files


class TransfersAsked(Told, namespace="files_pane"):
    """Show the list of transfers."""


class MenuAsked(Told, namespace="files_pane"):
    """Show what can be done with what is chosen, near a cell of the screen (column, row)."""

    def __init__(self, column: int, row: int) -> None:
        super().__init__()
        self.column, self.row = column, row


class Failed(Told, namespace="files_pane"):
    """A folder could not be read."""

    def __init__(self, error: WorkbenchError) -> None:
        super().__init__()
        self.error = error

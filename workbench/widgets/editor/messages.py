"""What the editor pane tells its screen. `EditorPane` has each of them as an attribute."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from backend.errors import WorkbenchError
from workbench.completing.question import Question
from workbench.documents import Document, FileConflictError


class NeedsPath(Message, namespace="editor_pane"):
    """A buffer without a file should be saved: ask for a name, then call `save_as`."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


class ConfirmClose(Message, namespace="editor_pane"):
    """A buffer whose file lacks its changes should be closed: ask, then `close_buffer(…, force=True)`."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


class Conflict(Message, namespace="editor_pane"):
    """Saving would overwrite what somebody else wrote: ask, then `save_as(path, force=True)`."""

    def __init__(self, document: Document, path: Path, error: FileConflictError) -> None:
        super().__init__()
        self.document = document
        self.path = path
        self.error = error


class Failed(Message, namespace="editor_pane"):
    """Opening, saving or keeping buffers failed."""

    def __init__(self, error: WorkbenchError) -> None:
        super().__init__()
        self.error = error


class Restored(Message, namespace="editor_pane"):
    """The kept buffers are back; `problems` has a sentence for each that is not."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__()
        self.problems = problems


class FileUsed(Message, namespace="editor_pane"):
    """A file was opened in a buffer, or a buffer saved in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class InspectAsked(Message, namespace="editor_pane"):
    """Tell what the name at the cursor is."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


class LineAsked(Message, namespace="editor_pane"):
    """Ask for a line, then call `go_to_line`."""


class CommandAsked(Message, namespace="editor_pane"):
    """Run the command of the table with this id."""

    def __init__(self, command: str) -> None:
        super().__init__()
        self.command = command


class ViAsked(Message, namespace="editor_pane"):
    """A command of vi asks the pane for something: names, arguments and counts, to be done in order."""

    def __init__(self, asked: tuple[tuple[str, str, int], ...]) -> None:
        super().__init__()
        self.asked = asked


class CursorMoved(Message, namespace="editor_pane"):
    """The cursor is at this line and column, both from 1."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__()
        self.line = line
        self.column = column

    def can_replace(self, message: Message) -> bool:
        """Only the last place counts."""
        return isinstance(message, CursorMoved)

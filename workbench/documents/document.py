"""A buffer: text that is being edited, with the file it belongs to, if any."""

from __future__ import annotations

import uuid
from dataclasses import field
from pathlib import Path

from backend.records import dataclass
from workbench.documents.disk import FileText, digest


def _new_id() -> str:
    return uuid.uuid4().hex


@dataclass(slots=True)
class Document:
    """One open buffer.

    `text` has `\\n` between lines whatever the file has; `newline` and `bom` say how the file is written.
    `disk` is the digest of the file's bytes when it was last read or written, None while there is no file.
    `origin` tells where code came from (one line, for people). `cursor` is line and column from 0.
    `locked` says why it can only be read: the file holds more, or something else, than `text`.
    """

    title: str = ""
    text: str = ""
    path: Path | None = None
    cursor: tuple[int, int] = (0, 0)
    newline: str = "\n"
    bom: bool = False
    disk: str | None = None
    origin: str = ""
    locked: str = ""
    id: str = field(default_factory=_new_id)

    @property
    def name(self) -> str:
        """What to call it: the file's name, else its title."""
        return self.path.name if self.path is not None else self.title

    @property
    def blank(self) -> bool:
        """Whether it is a scratch buffer with nothing in it."""
        return self.path is None and not self.text.strip()

    @property
    def file_text(self) -> FileText:
        """The buffer as its file would hold it."""
        return FileText(self.text, self.newline, self.bom)

    @property
    def dirty(self) -> bool:
        """Whether its file differs from it, as far as known. Scratch buffers have no file, so never."""
        if self.path is None or self.locked:
            return False
        if self.disk is None:
            return bool(self.text)
        return digest(self.file_text.lenient_bytes) != self.disk

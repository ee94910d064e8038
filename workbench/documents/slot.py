"""One process's directory of autosaved buffers: an owner lock, an index, one file a buffer."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from dataclasses import field
from pathlib import Path
from typing import Any

from backend.records import dataclass
from workbench.documents.disk import reason, write_atomic
from workbench.documents.document import Document

try:
    import fcntl
except ImportError:  # Windows: one process at a time is not enforced there
    fcntl = None  # type: ignore[assignment]  # the module is tested for None before use

_INDEX = "index.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Restored:
    """What a slot held: buffers in order, which one was active, and a sentence per problem."""

    documents: tuple[Document, ...] = ()
    active: str = ""
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class Slot:
    """A directory that one process owns while it holds the lock (a flock, so it ends with the process)."""

    directory: Path
    _lock: int = -1
    _problems: list[str] = field(default_factory=list)

    def acquire(self) -> bool:
        """Make the directory, readable for its owner only, and try to own it. Raises OSError."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        lock = os.open(self.directory / "owner", os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        except OSError:  # a file system without locks: share rather than refuse to start
            pass
        self._lock = lock
        for leftover in self.directory.glob(".workbench-*.tmp"):
            leftover.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        """Give the directory up."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def read(self) -> Restored:
        """Everything that can be read; whatever cannot is set aside under another name, never deleted."""
        self._problems = []
        index = self._read_index()
        rows = index.get("buffers")
        documents = [
            document for row in (rows if isinstance(rows, list) else []) if (document := self._read_row(row))
        ]
        known = {document.id for document in documents}
        # files without a row: written just before a kill, or the index is gone
        orphans = [file for file in sorted(self.directory.glob("*.txt")) if file.stem not in known]
        texts = [(file.stem, self._read_buffer(file)) for file in orphans]
        documents += [Document("recovered", text, id=key) for key, text in texts if text is not None]
        return Restored(tuple(documents), str(index.get("active", "")), tuple(self._problems))

    def write_buffer(self, document_id: str, text: str) -> None:
        """Write one buffer. Raises OSError."""
        write_atomic(self.directory / f"{document_id}.txt", text.encode("utf-8", "surrogatepass"))

    def write_index(self, documents: Iterable[Document], active: str) -> None:
        """Write the index. Raises OSError."""
        index = {"version": _VERSION, "active": active, "buffers": [_as_row(item) for item in documents]}
        write_atomic(self.directory / _INDEX, json.dumps(index, indent=1).encode())

    def remove_buffer(self, document_id: str) -> None:
        """Remove the file of a buffer that was closed."""
        with contextlib.suppress(OSError):
            (self.directory / f"{document_id}.txt").unlink()

    def _read_index(self) -> dict[str, Any]:
        path = self.directory / _INDEX
        try:
            index = json.loads(path.read_bytes())
            if not isinstance(index, dict) or index.get("version") != _VERSION:
                raise ValueError("it has an unknown form")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            self._set_aside(path, f"The list of open buffers is damaged ({reason(error)})")
            return {}
        return index

    def _read_row(self, row: object) -> Document | None:
        try:
            document = _from_row(row)
        except (KeyError, TypeError, ValueError):
            self._problems.append("One line of the list of open buffers is damaged; its text is kept.")
            return None
        text = self._read_buffer(self.directory / f"{document.id}.txt", document.name)
        if text is None:
            return None
        document.text = text
        return document

    def _read_buffer(self, file: Path, name: str = "") -> str | None:
        try:
            return file.read_bytes().decode("utf-8", "surrogatepass")
        except FileNotFoundError:
            self._problems.append(f"The text of buffer {name or file.stem} is gone.")
        except (OSError, ValueError) as error:
            self._set_aside(file, f"Buffer {name or file.stem} cannot be restored ({reason(error)})")
        return None

    def _set_aside(self, file: Path, problem: str) -> None:
        number = sum(1 for _ in self.directory.glob(f"{file.name}.broken*")) + 1
        aside = file.with_name(f"{file.name}.broken{number}")
        try:
            file.rename(aside)
        except OSError:
            aside = file
        self._problems.append(f"{problem}; it is kept as {aside}.")


def _as_row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "path": None if document.path is None else str(document.path),
        "cursor": list(document.cursor),
        "newline": document.newline,
        "bom": document.bom,
        "disk": document.disk,
        "origin": document.origin,
    }


def _from_row(row: Any) -> Document:
    """A document without its text. Raises KeyError, TypeError or ValueError for a damaged row."""
    document_id, path, disk, newline = str(row["id"]), row["path"], row["disk"], row["newline"]
    line, column = map(int, row["cursor"])
    if not document_id.isalnum() or newline not in ("\n", "\r\n"):
        raise ValueError(document_id)
    return Document(
        id=document_id,
        title=str(row["title"]),
        path=None if path is None else Path(str(path)),
        cursor=(max(0, line), max(0, column)),
        newline=newline,
        bom=row["bom"] is True,
        disk=None if disk is None else str(disk),
        origin=str(row["origin"]),
    )

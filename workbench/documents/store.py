"""The open buffers, kept under the state directory: a restart, even after kill -9, brings them back."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import field, replace
from pathlib import Path

from backend.errors import FileError, UsageError
from backend.records import dataclass
from workbench.documents.disk import FileConflictError, digest, disk_digest, read_any, reason, write_file
from workbench.documents.document import Document
from workbench.documents.slot import Restored, Slot
from workbench.named import is_folder, is_taken

_SLOTS = 64
_CLOSED_KEPT = 20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The open buffers at one moment, for a thread to write. A later one has a higher number."""

    number: int
    documents: tuple[Document, ...]
    active: str


@dataclass(slots=True)
class Documents:
    """The open buffers in the order of their tabs.

    All methods are for the event loop's thread but `read` and `write`, which do the slow work and may run in
    another one. Each process has a directory of its own below `directory`; the buffers of processes that are
    gone are taken over.
    """

    directory: Path
    items: list[Document] = field(default_factory=list)
    active: Document | None = None
    problems: list[str] = field(default_factory=list)
    _closed: list[tuple[int, Document]] = field(default_factory=list)
    _slot: Slot | None = None
    _abandoned: list[Slot] = field(default_factory=list)
    _written: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _taken: int = 0
    _done: int = 0

    # -- restoring and autosaving

    def read(self) -> Restored:
        """Own a directory and read what it holds. Raises FileError when the state directory is unusable."""
        with self._lock:
            if self._slot is not None:
                return Restored()
            try:
                self._slot = self._own_slot()
                found = [self._slot.read(), *(slot.read() for slot in self._abandoned)]
            except OSError as error:
                raise FileError(
                    f"Buffers cannot be kept in {self.directory}: {reason(error)}.",
                    "They work, but will be gone when the workbench ends.",
                ) from error
        documents = {document.id: document for part in reversed(found) for document in part.documents}
        own = {document.id: document.text for document in found[0].documents}
        self._written.update(own)
        ordered = [*own, *(key for key in documents if key not in own)]
        return Restored(
            tuple(documents[key] for key in ordered),
            next((part.active for part in found if part.active in documents), ""),
            tuple(problem for part in found for problem in part.problems),
        )

    def adopt(self, restored: Restored) -> None:
        """Put restored buffers before those opened meanwhile."""
        self.items = [*restored.documents, *self.items]
        self.problems.extend(restored.problems)
        active = next((item for item in restored.documents if item.id == restored.active), None)
        self.active = active or self.active or (self.items[0] if self.items else None)

    def restore(self) -> None:
        """Read and adopt in one go. Raises FileError."""
        self.adopt(self.read())

    def snapshot(self) -> Snapshot:
        """The buffers as they are now. Cheap: texts are shared, not copied."""
        self._taken += 1
        # what can only be read is not all of its file: it is opened anew when somebody wants it
        copies = tuple(replace(item) for item in self.items if not item.locked)
        return Snapshot(self._taken, copies, self.active.id if self.active is not None else "")

    def write(self, snapshot: Snapshot) -> None:
        """Write what changed since the last time, then the index; an older snapshot than the last is dropped.

        Before `read` nothing is written, since that would hide what is there. Raises FileError.
        """
        with self._lock:
            if (slot := self._slot) is None or snapshot.number <= self._done:
                return
            try:
                self._write(slot, snapshot)
            except OSError as error:
                raise FileError(
                    f"Buffers could not be kept in {self.directory}: {reason(error)}.",
                    "Save to a file before quitting.",
                ) from error
            self._done = snapshot.number

    def flush(self) -> None:
        """Write everything now. Raises FileError."""
        if self._slot is None:
            self.restore()
        self.write(self.snapshot())

    def release(self) -> None:
        """Let another process take the directory over."""
        with self._lock:
            for slot in (self._slot, *self._abandoned):
                if slot is not None:
                    slot.release()
            self._slot, self._abandoned = None, []

    def _own_slot(self) -> Slot:
        own: Slot | None = None
        for number in range(1, _SLOTS + 1):
            slot = Slot(self.directory / str(number))
            if own is not None and not slot.directory.exists():
                break
            if slot.acquire():
                if own is None:
                    own = slot
                else:
                    self._abandoned.append(slot)
        if own is None:
            raise OSError("too many workbenches use it")
        self.directory.chmod(0o700)
        return own

    def _write(self, slot: Slot, snapshot: Snapshot) -> None:
        for document in snapshot.documents:
            if self._written.get(document.id) != document.text:
                slot.write_buffer(document.id, document.text)
                self._written[document.id] = document.text
        slot.write_index(snapshot.documents, snapshot.active)
        for document_id in self._written.keys() - {document.id for document in snapshot.documents}:
            slot.remove_buffer(document_id)
            del self._written[document_id]
        while self._abandoned:  # their buffers are in our index now
            old = self._abandoned.pop()
            old.write_index((), "")
            for file in old.directory.glob("*.txt"):
                file.unlink(missing_ok=True)
            old.release()

    # -- the buffers

    def new(self, text: str = "", title: str = "", origin: str = "") -> Document:
        """A new buffer at the end, made active. Without a title it is called `untitled-1`, `-2`…"""
        if not title:
            taken = {item.title for item in self.items}
            number = next(n for n in range(1, len(taken) + 2) if f"untitled-{n}" not in taken)
            title = f"untitled-{number}"
        document = Document(title=title, text=text, origin=origin)
        self.items.append(document)
        self.active = document
        return document

    def find(self, path: Path) -> Document | None:
        """The buffer that has this file open."""
        target = path.absolute()
        for item in self.items:
            if item.path is None:
                continue
            with contextlib.suppress(OSError, ValueError):  # ValueError: a name that no file can have
                if item.path == target or item.path.samefile(target):
                    return item
        return None

    def load(self, path: Path) -> Document:
        """A document for a file, not yet among the buffers; an empty one for a name that does not exist.

        A notebook becomes a buffer of `# %%` cells that has no file. What is not UTF-8 text of at most 20 MB
        comes locked. Raises FileError for what is no regular file.
        """
        path = path.absolute()
        if not is_taken(path):
            if not is_folder(path.parent):
                raise FileError(f"{path.parent} is not a directory.", "Make it first, or check the path.")
            return Document(title=path.name, path=path)
        if path.suffix.lower() == ".ipynb":
            return _of_notebook(path)
        found = read_any(path)
        text, newline, bom = found.content.text, found.content.newline, found.content.bom
        return Document(path.name, text, path, (0, 0), newline, bom, found.digest, locked=found.why_not)

    def add(self, document: Document) -> None:
        """Put a loaded document at the end and make it active."""
        self.items.append(document)
        self.active = document

    def open(self, path: Path) -> Document:
        """The buffer of a file, opened unless it is open already, and made active. Raises FileError."""
        if (document := self.find(path)) is None:
            document = self.load(path)
            self.items.append(document)
        self.active = document
        return document

    def save(self, document: Document, *, force: bool = False) -> None:
        """Write a buffer to its file.

        Raises FileConflictError when the file is not the one that was opened (`force` overwrites it),
        FileError when there is no name or it cannot be written.
        """
        if document.path is None:
            raise FileError("This buffer has no file yet.", "Save it under a name first.")
        _save(document, document.path, document.disk, force)

    def save_as(self, document: Document, path: Path, *, force: bool = False) -> None:
        """Write a buffer to a new name and make that its file.

        Raises FileConflictError when the name is taken (`force` overwrites), FileError when it cannot be
        written or another buffer has the file open.
        """
        path = path.absolute()
        if (other := self.find(path)) is not None and other is not document:
            raise FileError(
                f"{path} is open in another buffer.", "Close that one first, or choose another name."
            )
        same = other is document and document.path is not None
        _save(document, path, document.disk if same else None, force)
        document.path, document.title = path, path.name

    def close(self, document: Document) -> None:
        """Take a buffer away; `reopen` brings it back. Its neighbour becomes active."""
        index = self.items.index(document)
        del self.items[index]
        if not document.blank:
            self._closed = [*self._closed, (index, document)][-_CLOSED_KEPT:]
        if self.active is document:
            self.active = self.items[min(index, len(self.items) - 1)] if self.items else None

    def reopen(self) -> Document | None:
        """The buffer closed last, back where it was and active; None when there is none."""
        if not self._closed:
            return None
        index, document = self._closed.pop()
        self.items.insert(min(index, len(self.items)), document)
        self.active = document
        return document


def _of_notebook(path: Path) -> Document:
    """The cells of a notebook; its outputs are not shown, so whatever is in them does no harm."""
    from workbench.export import notebook  # 10 ms, for those who open one

    try:
        found = notebook.read(path.read_bytes(), path.name, without_scripts=True)
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {reason(error)}.", "Check the path.") from error
    except UsageError as error:
        raise FileError(error.message, error.hint) from error
    return Document(f"{path.stem}.py", found.text, origin=f"from {path.name}")


def _save(document: Document, path: Path, expected: str | None, force: bool) -> None:
    if document.locked:
        raise FileError(
            f"{document.name} can only be read: {document.locked}.", "The file was left as it is."
        )
    data = document.file_text.to_bytes(document.name)
    if not force and (found := disk_digest(path)) is not None and found != expected:
        if expected is None:
            raise FileConflictError(f"{path} exists already.", "Overwrite it, or choose another name.")
        raise FileConflictError(f"{path} was changed by another program.", "Overwrite it, or open it again.")
    write_file(path, data)
    document.disk = digest(data)

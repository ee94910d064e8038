"""Text files on disk: read whole and checked, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from pathlib import Path

from backend.errors import FileError
from backend.records import dataclass
from workbench.named import is_there

MAX_BYTES = 20 * 1024 * 1024
"""The largest file that can be edited."""

WINDOW = 1024 * 1024
"""Bytes shown of a file that can only be read."""

_BOM = b"\xef\xbb\xbf"


class FileConflictError(FileError):
    """The file on disk is not the one that was opened, or a new name is already taken."""

    title = "File changed"


@dataclass(frozen=True, slots=True)
class FileText:
    """A text with `\\n` between lines, and how its file writes it.

    A file that mixes line ends keeps its carriage returns as characters of the text, so nothing is lost.
    """

    text: str
    newline: str = "\n"
    bom: bool = False

    @property
    def lenient_bytes(self) -> bytes:
        """The bytes of the file; lone surrogates, which no file may hold, are let through."""
        body = self.text if self.newline == "\n" else self.text.replace("\n", self.newline)
        return (_BOM if self.bom else b"") + body.encode("utf-8", "surrogatepass")

    def to_bytes(self, name: str) -> bytes:
        """The bytes of the file. Raises FileError for characters that UTF-8 cannot hold."""
        data = self.lenient_bytes
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            raise FileError(
                f"{name} has a character that UTF-8 cannot hold (a lone surrogate).",
                "Replace the character shown as \ufffd and save again.",
            ) from None
        return data


def digest(data: bytes) -> str:
    """A short fingerprint of bytes."""
    import hashlib  # after the first frame

    return hashlib.blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: its text, the digest of its bytes, and why the text is not all of it, if so."""

    content: FileText
    digest: str | None
    why_not: str = ""


def read_bytes(path: Path) -> tuple[bytes, int]:
    """The first bytes of a regular file, and its size. Raises FileError; never waits for a pipe or device."""
    try:
        # O_NONBLOCK: opening a named pipe would wait for its writer
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            if stat.S_ISDIR(info.st_mode):
                raise FileError(f"{path} is a directory.", "Open one of its files.")
            if not stat.S_ISREG(info.st_mode):
                raise FileError(f"{path} is not a regular file.", "Only regular files can be edited.")
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: what no name can hold
        raise FileError(
            f"{path} cannot be read: {reason(error)}.", "Check its name and permissions."
        ) from error
    return data, max(info.st_size, len(data))


def read_any(path: Path) -> Found:
    """What any regular file holds. Binary, foreign and huge files give a beginning of at most 1 MB to read.

    Raises FileError for what cannot be read at all.
    """
    data, size = read_bytes(path)
    shown = f"only its first {WINDOW // 1024:,} of {size // 1024:,} KB are shown"
    if size > MAX_BYTES:
        return Found(FileText(_beginning(data)), None, f"it is too large to edit, {shown}")
    cut = (
        "" if size <= WINDOW else f", and only its first {WINDOW // 1024:,} of {size // 1024:,} KB are shown"
    )
    if b"\0" in data:
        return Found(FileText(_beginning(data)), None, f"it is a binary file{cut}")
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Found(FileText(_beginning(data)), None, f"it is not UTF-8 text (line {line}){cut}")
    newline = "\n"
    if "\r\n" in text and text.count("\r") == text.count("\n") == text.count("\r\n"):
        newline, text = "\r\n", text.replace("\r\n", "\n")
    return Found(FileText(text, newline, data.startswith(_BOM)), digest(data))


def _beginning(data: bytes) -> str:
    """The first whole lines of bytes, with a sign in the place of what is no text."""
    window = data[:WINDOW]
    if len(data) > WINDOW and b"\n" in window:
        window = window[: window.rindex(b"\n")]
    return window.removeprefix(_BOM).decode("utf-8", "replace")


def disk_digest(path: Path) -> str | None:
    """The digest of a file as it is now, None when there is none. Raises FileError."""
    if not is_there(path):
        return None
    data, size = read_bytes(path)
    return digest(data) if size == len(data) else f"{size} bytes"


def write_file(path: Path, data: bytes) -> None:
    """Write a person's file: through symbolic links, with the mode bits it had. Raises FileError."""
    try:
        target = path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        write_atomic(target, data, mode)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; what no name can hold
        raise FileError(
            f"{path} cannot be written: {reason(error)}.", "The buffer is kept; save it under another name."
        ) from error


def write_atomic(target: Path, data: bytes, mode: int | None = 0o600) -> None:
    """Write a file whole: temp name, fsync, rename, fsync of the directory. Raises OSError.

    The temp name does not derive from the target's, which may already be as long as names can be.
    With `mode` None the process's umask decides.
    """
    temporary = target.parent / f".workbench-{uuid.uuid4().hex}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if mode is not None:
                temporary.chmod(mode)
            os.fsync(descriptor)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_directory(target.parent)


def _sync_directory(directory: Path) -> None:
    with contextlib.suppress(OSError):  # some file systems cannot sync a directory
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def reason(error: BaseException) -> str:
    """Why the system refused, in its own words."""
    words = error.strerror if isinstance(error, OSError) else str(error)
    return words or type(error).__name__

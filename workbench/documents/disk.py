"""Text files on disk: read whole and checked, written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path

from backend.errors import FileError

MAX_BYTES = 20 * 1024 * 1024
"""The largest file the editor opens."""

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
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file. Raises FileError; never waits for a pipe or a device."""
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
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {reason(error)}.", "Check its name and permissions."
        ) from error
    if len(data) > MAX_BYTES:
        raise FileError(f"{path} is larger than 20 MB.", "Read it from code in the session instead.")
    return data


def read_text(path: Path) -> tuple[FileText, str]:
    """The text of a file and the digest of its bytes. Raises FileError when it is not UTF-8 text."""
    data = read_bytes(path)
    if b"\0" in data:
        raise FileError(f"{path} is a binary file.", "Read it from code in the session instead.")
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{path} is not UTF-8 text (line {line}).", "Convert it to UTF-8 first; it was left as it is."
        ) from None
    newline = "\n"
    if "\r\n" in text and text.count("\r") == text.count("\n") == text.count("\r\n"):
        newline, text = "\r\n", text.replace("\r\n", "\n")
    return FileText(text, newline, data.startswith(_BOM)), digest(data)


def disk_digest(path: Path) -> str | None:
    """The digest of a file as it is now, None when there is none. Raises FileError."""
    return digest(read_bytes(path)) if path.exists() else None


def write_file(path: Path, data: bytes) -> None:
    """Write a person's file: through symbolic links, with the mode bits it had. Raises FileError."""
    try:
        target = path.resolve()
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        write_atomic(target, data, mode)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
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

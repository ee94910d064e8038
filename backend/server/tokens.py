"""The token: new with each start, in a file that only this user can read."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path

from backend.errors import UsageError

BYTES = 32
_TOKEN = re.compile(rb"[A-Za-z0-9_-]{43}\n?")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def new_token() -> str:
    """256 bits from the system, in letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(BYTES)


def write_token(path: Path, token: str) -> None:
    """Put the token into a file of mode 0600 in a directory of mode 0700. Raises UsageError.

    A directory that others can enter is refused, and so is a file that holds anything but an older token.
    """
    try:
        _check(path)
        fresh = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}")
        fd = os.open(fresh, _NEW, 0o600)
        try:
            with os.fdopen(fd, "w", encoding="ascii") as file:
                file.write(f"{token}\n")
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"The token cannot be written to {path}: {error.strerror}.",
            "Name a file in a directory of yours with --token-file.",
        ) from error


def remove_token(path: Path, token: str) -> None:
    """Remove the file if this token is still in it."""
    with contextlib.suppress(OSError):
        if path.read_bytes().strip() == token.encode("ascii"):
            path.unlink()


def _check(path: Path) -> None:
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise UsageError(
            f"Others can enter {folder}, and the token would be in it.",
            f"Name a file in a directory of mode 0700: mkdir -m 700 DIR, then --token-file DIR/{path.name}",
        )
    try:
        there = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(there.st_mode) or there.st_size > BYTES * 2 or not _holds_token(path):
        raise UsageError(
            f"{path} is there and holds no token; it is left alone.", "Name another file with --token-file."
        )


def _holds_token(path: Path) -> bool:
    content = path.read_bytes()
    return not content or bool(_TOKEN.fullmatch(content))

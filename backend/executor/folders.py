"""Where a local session keeps its things: data, home, temporary files, and the lock that says whose it is."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from pathlib import Path

from backend.errors import SessionBusy, TargetError


class SessionFolder:
    """The folder of one session under `root`.

    Its name is a hash of the identifier: of fixed length, so none is a prefix of another, and no identifier
    can lead outside. The lock is released by the system when its process ends, however it ends.
    """

    def __init__(self, root: Path, identifier: str) -> None:
        self.identifier = identifier
        digest = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
        self.path = root / digest[:32]
        self.data = self.path / "data"
        self.home = self.path / "home"
        self.temporary = self.path / "tmp"
        self._lock: int | None = None

    def prepare(self) -> None:
        """Make the folders. Raises TargetError when the disk does not let us."""
        try:
            for folder in (self.path, self.data, self.home, self.temporary):
                _make(folder)
            card = self.path / "session.json"
            if not card.exists():
                card.write_text(json.dumps({"identifier": self.identifier}), encoding="ascii")
        except OSError as error:
            raise TargetError(
                f"The session's folder {self.path} cannot be made: {error.strerror}.",
                "Set WORKBENCH_HOME to a directory you can write to.",
            ) from error

    def acquire(self) -> None:
        """Become the session's owner. Raises SessionBusy when another process is."""
        self.prepare()
        fd = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise SessionBusy(
                f"Another workbench has the session {self.identifier!r} open.",
                "Close it there, or name another with --session.",
            ) from None
        self._lock = fd

    def release(self) -> None:
        """Let others have the session."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _make(folder: Path) -> None:
    """Make a folder, also where code of the session put something else; a file there is kept beside it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        if folder.is_symlink():  # to what is gone
            folder.unlink()
        else:
            folder.rename(folder.with_name(f"{folder.name}-{secrets.token_hex(4)}"))
        folder.mkdir(mode=0o700)

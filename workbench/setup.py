"""From flags, environment and config.toml to what a command works with."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.connect import connect
from backend.errors import UsageError
from backend.models import Target
from backend.port import Backend
from backend.records import dataclass
from workbench.config.load import DEFAULT, Loaded, load_settings
from workbench.config.paths import Paths, find_paths, private_directory
from workbench.config.schema import Settings
from workbench.history.store import History

if TYPE_CHECKING:
    from workbench.config.keys import KeyedCommand


@dataclass(frozen=True, slots=True)
class Setup:
    """Settings, directories, target and session of one command.

    `alternatives` tells whether another session may be taken when `session` is in use: nobody named it.
    """

    loaded: Loaded
    paths: Paths
    target: Target
    session: str
    alternatives: bool

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    def backend(self, *, warm: bool = True) -> Backend:
        """The target's backend; with `warm` a local one starts its interpreter now. Raises WorkbenchError."""
        return connect(self.target, self.paths.data, warm=warm)

    def connect(self, target: Target) -> Backend:
        """The backend of any target. Raises WorkbenchError."""
        return connect(target, self.paths.data)

    def folder(self, session: str) -> Path:
        """Where a local session keeps all it has; nothing is made by asking."""
        from backend.executor.folders import SessionFolder

        return SessionFolder(self.paths.data / "sessions", session).path

    def erase(self, session: str) -> None:
        """Remove what a local session has, which nobody uses any more."""
        from backend.executor.removal import DIRECTORY, remove_tree

        path = self.folder(session)
        with contextlib.suppress(OSError):
            above = os.open(path.parent, DIRECTORY)
            try:
                remove_tree(path.name, above)
            finally:
                os.close(above)

    async def upkeep(self, history: History) -> None:
        """Look after an open history: whether it is sound, what was deleted, what settings do not keep."""
        from workbench.history.upkeep import Retention

        await history.check()
        kept = self.settings.history
        size = None if kept.max_size is None else int(kept.max_size * 2**30)
        await history.upkeep(Retention(kept.keep_days, size))

    @property
    def keep_bytes(self) -> int:
        """Bytes of a session file up to which its content is kept."""
        return int(self.settings.history.keep_files * 2**20)

    def history(self) -> History:
        """The history store, not opened yet."""
        return History(self.paths.history)


def prepare(
    flags: Mapping[str, Any], commands: Sequence[KeyedCommand] = (), *, mild: Collection[str] = ()
) -> Setup:
    """The setup for `flags` (profile, url, api_version, session, python, isolation, timeout, theme).

    What is wrong with `mild` settings is left in `loaded`, and their defaults hold. Raises ConfigError with
    every problem when there is another, UsageError when a directory cannot be used.
    """
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError("The directory you are in is not there any more.", "Change to another.") from error
    paths = find_paths(os.environ)
    loaded = load_settings(paths, os.environ, flags, commands)
    settings = loaded.checked(mild)
    for directory in (paths.data, paths.state):
        _usable(directory)
    return Setup(loaded, paths, settings.target(), settings.session, loaded.origin("session") == DEFAULT)


def _usable(directory: Path) -> None:
    try:
        private_directory(directory)
        usable = os.access(directory, os.R_OK | os.W_OK | os.X_OK)
        reason = "it cannot be read and written"
    except OSError as error:
        usable, reason = False, error.strerror or str(error)
    if not usable:
        raise UsageError(
            f"The directory {directory} cannot be used: {reason}.",
            "Mend its permissions, or set WORKBENCH_HOME to a directory of yours.",
        )

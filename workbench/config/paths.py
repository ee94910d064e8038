"""Where the workbench keeps its files. Nothing is made on disk by asking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backend.records import dataclass

APP_NAME = "session-workbench"


@dataclass(frozen=True, slots=True)
class Paths:
    """The three directories of the workbench."""

    config: Path
    """config.toml and themes."""
    data: Path
    """History, and the data directories of local sessions."""
    state: Path
    """Buffers, logs and what else may be lost without harm."""

    @property
    def config_file(self) -> Path:
        """The settings."""
        return self.config / "config.toml"

    @property
    def themes(self) -> Path:
        """The user's own theme files."""
        return self.config / "themes"

    @property
    def history(self) -> Path:
        """The history database."""
        return self.data / "history.db"


def find_paths(environ: Mapping[str, str]) -> Paths:
    """The directories of this user: under `WORKBENCH_HOME` where it is set, else where the platform says."""
    home = environ.get("WORKBENCH_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "data", root / "state")
    import platformdirs  # 3 ms

    dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False)
    return Paths(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path)


def private_directory(path: Path) -> Path:
    """Make a directory, and those above it, that only this user can enter; gives it back. Raises OSError."""
    for missing in [*reversed(path.parents), path]:
        if not missing.exists():
            missing.mkdir(mode=0o700, exist_ok=True)
    return path

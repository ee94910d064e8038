"""The environment that sessions get: an allow-list, never what the app was started with."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

# nothing here carries a credential; HOME, TMPDIR and the like are the session's own
ALLOWED = ("PATH", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "SHELL", "SSL_CERT_FILE", "SSL_CERT_DIR")
PREFIXES = ("LC_",)
NOWHERE = "/nonexistent"  # what Debian gives to users who must not have a home
DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


def allowed(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables of `environ` that code in a session may see."""
    kept = {name: value for name, value in environ.items() if name in ALLOWED or name.startswith(PREFIXES)}
    kept.setdefault("PATH", DEFAULT_PATH)
    return kept


def nursery_environment() -> dict[str, str]:
    """The environment a nursery is started in: the allow-list, and a home that is not there.

    As root even `/` could be written to by what an import likes to keep.
    """
    return allowed(os.environ) | {"HOME": NOWHERE}


def preload_environment(cache: Path) -> dict[str, str]:
    """What a nursery that preloads gets beside: folders to keep things in, so that they are made once.

    matplotlib's list of fonts takes 1 s and more. A folder that cannot be made is not told.
    """
    with contextlib.suppress(OSError):
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        places = {"MPLCONFIGDIR": cache / "matplotlib", "XDG_CONFIG_HOME": cache, "XDG_CACHE_HOME": cache}
        return {"MPLBACKEND": "agg", "HOME": str(cache)} | {
            name: str(place) for name, place in places.items()
        }
    return {}


def session_environment(data: Path, home: Path, temporary: Path, python: str) -> dict[str, str]:
    """The environment of one session's worker: the allow-list plus directories of its own.

    The interpreter's folder comes first on PATH, so that `!pip` and `!python` are the session's.
    """
    kept = allowed(os.environ)
    folder = str(Path(python).parent)
    environment = kept | {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "MPLCONFIGDIR": str(home / ".config" / "matplotlib"),
        "MPLBACKEND": "agg",
        "PWD": str(data),
        "PATH": folder + os.pathsep + kept["PATH"],
        "PYTHONUNBUFFERED": "1",
        "TERM": "dumb",
        "COLUMNS": "100",
    }
    if (Path(folder).parent / "pyvenv.cfg").is_file():
        environment["VIRTUAL_ENV"] = str(Path(folder).parent)
    return environment

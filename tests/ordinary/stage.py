"""The stage for scenes: a copy of the backend that an ordinary user can read, and a run as that user."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.ordinary.needs import PATH, User, lack, needs_ordinary_user, works

ROOT = Path(__file__).parents[2]
# what a scene imports; all of it needs the standard library only
COPIED = (
    "backend",
    "tests/__init__.py",
    "tests/contract/__init__.py",
    "tests/contract/driver.py",
    "tests/processes.py",
    "tests/ordinary/__init__.py",
    "tests/ordinary/scenes.py",
    "tests/ordinary/bombs.py",
)
PYTHONS = (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3")
LIMIT = 40.0  # seconds for one scene
# where numbers of processes are set: with a user namespace, and without
LIMITS = {
    "backend/executor/worker/limits.py": "OWN_PROCESSES",
    "backend/executor/worker/neighbours.py": "ROOM",
}
PROCESSES = 96  # instead of 512: other tests run at the same time


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder that everyone can read, with one of the user's own, and who runs there by which Python."""

    folder: Path
    user: User
    python: str

    @property
    def own(self) -> Path:
        """The user's folder: home, sessions, and what is outside of sessions."""
        return self.folder / "own"

    def play(self, scene: str, **facts: Any) -> Any:
        """Run a scene as the user and give what it tells. Fails with all it said when it ends badly."""
        place = Path(tempfile.mkdtemp(dir=self.own))
        home = place / "home"
        home.mkdir()
        for each in (place, home):
            os.chown(each, self.user.uid, self.user.gid)
        facts = {"root": str(place / "sessions"), "python": self.python, **facts}
        ended = subprocess.run(
            self.user.commanded(self.python, "-m", "tests.ordinary.scenes", scene, json.dumps(facts)),
            cwd=self.folder,
            env={"HOME": str(home), "PATH": PATH, "LC_ALL": "C.UTF-8", "TMPDIR": str(place)},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert ended.returncode == 0, (
            f"{scene} ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
        )
        return json.loads(ended.stdout.splitlines()[-1])


def build(folder: Path) -> Stage:
    """Copy what scenes need into `folder`, and make the user's own folder there."""
    user = needs_ordinary_user()
    folder.chmod(0o755)
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for name, constant in LIMITS.items():
        _fewer_processes(folder / name, constant)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    own = folder / "own"
    own.mkdir(mode=0o755)
    os.chown(own, user.uid, user.gid)
    return Stage(folder, user, _python(user))


def _fewer_processes(file: Path, constant: str) -> None:
    """In the copy a session may have PROCESSES of them only."""
    text, count = re.subn(rf"(?m)^{constant} = \d+", f"{constant} = {PROCESSES}", file.read_text())
    assert count == 1
    file.write_text(text)


def _python(user: User) -> str:
    """A Python 3.11 or newer that the user can run."""
    probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    found = next((path for path in PYTHONS if works(user, path, "-I", "-c", probe)), None)
    return found or lack("no Python 3.11 or newer can be run by an ordinary user")

"""What a test needs of the system beyond Python. `.ci/run` provides it where it is root, and says so.

Where it was provided (`WORKBENCH_TESTS_COMPLETE=1`) a test that lacks something fails, elsewhere it skips.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import NoReturn, TypedDict

import pytest

NAME = "workbench-tests"
COMPLETE = "WORKBENCH_TESTS_COMPLETE"


class Become(TypedDict, total=False):
    """Arguments of subprocess that change the user; empty when it is ours."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class User:
    """An ordinary user."""

    uid: int
    gid: int

    @property
    def become(self) -> Become:
        """How a process of it is started."""
        if self.uid == os.getuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def lack(reason: str) -> NoReturn:
    """The system lacks something: skip, or fail where nothing may be lacking."""
    if os.environ.get(COMPLETE) == "1":
        pytest.fail(f"{reason}, and {COMPLETE}=1 says that nothing is lacking")
    pytest.skip(reason)


def needs_bubblewrap() -> str:
    """The path of bwrap, which must be able to make a sandbox for the ordinary user."""
    user = needs_ordinary_user()
    found = shutil.which("bwrap")
    if found is None:
        lack("bubblewrap is not installed")
    command = (found, "--unshare-user", "--unshare-all", "--ro-bind", "/", "/", "/bin/true")
    if not _works(command, user):
        lack("bubblewrap cannot make a sandbox here")
    return found


def needs_ordinary_user() -> User:
    """An ordinary user: ourselves, or when we are root the one that `.ci/run` makes."""
    if os.getuid():
        return User(os.getuid(), os.getgid())
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        lack(f"we are root, and there is no user {NAME} (useradd --system {NAME})")
    return User(entry.pw_uid, entry.pw_gid)


def needs_namespaces() -> None:
    """An ordinary user can make user and mount namespaces."""
    user = needs_ordinary_user()
    unshare = shutil.which("unshare")
    if unshare is None or not _works((unshare, "--user", "--mount", "/bin/true"), user):
        lack("ordinary users cannot make user namespaces here")


@functools.cache
def _works(command: tuple[str, ...], user: User) -> bool:
    """Whether that user can run the command; tried once."""
    return subprocess.run(command, capture_output=True, cwd="/", check=False, **user.become).returncode == 0

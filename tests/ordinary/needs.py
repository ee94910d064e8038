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
from typing import NoReturn

import pytest

NAME = "workbench-tests"
COMPLETE = "WORKBENCH_TESTS_COMPLETE"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # a test may have set another meanwhile


@dataclass(frozen=True, slots=True)
class User:
    """An ordinary user."""

    uid: int
    gid: int

    def commanded(self, *command: str) -> list[str]:
        """The command as this user, in a pid namespace of its own: all that it starts ends with it.

        What `unshare` starts must not change its user, which would take its parent-death signal away
        (prctl(2)); so a shell stays between.
        """
        apart = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
        if os.getuid():
            return [*apart, "--user", "--map-current-user", "sh", "-c", '"$@"; exit $?', "sh", *command]
        become = ["chroot", f"--userspec={self.uid}:{self.gid}", "--groups=", "--skip-chdir", "/"]
        return [*apart, "sh", "-c", '"$@"; exit $?', "sh", *become, *command]


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
    if not works(user, found, "--unshare-user", "--unshare-all", "--ro-bind", "/", "/", "/bin/true"):
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
    if not works(user, "unshare", "--user", "--mount", "/bin/true"):
        lack("ordinary users cannot make user namespaces here")


@functools.cache
def works(user: User, *command: str) -> bool:
    """Whether that user can run the command; tried once, whatever test asks first."""
    try:
        ended = subprocess.run(
            user.commanded(*command), capture_output=True, cwd="/", env={"PATH": PATH}, check=False
        )
    except OSError:
        return False
    return ended.returncode == 0

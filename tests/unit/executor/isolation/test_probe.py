"""Each level denies what it says, and allows what code needs; a level that leaks is not available."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from backend.executor.interpreter import Choice
from backend.executor.isolation import probe
from backend.executor.isolation.levels import Level
from backend.executor.isolation.probe import ALLOWED, Verdict, judge, must_deny, prove
from backend.executor.worker.confine import attempts
from tests.ordinary.needs import needs_bubblewrap, needs_namespaces, needs_ordinary_user
from tests.unit.executor.hatch import hatch

OURS = Choice(sys.executable, "test")
LEVELS = [level.value for level in Level]


@pytest.fixture(scope="module", params=LEVELS)
async def verdict(request: pytest.FixtureRequest) -> Verdict:
    """The verdict on one level, with the interpreter of these tests."""
    level = Level(request.param)
    if level is not Level.PROCESS:
        needs_namespaces()
    if level is Level.SEALED:
        needs_bubblewrap()
    return await prove(level, OURS)


async def test_the_level_holds(verdict: Verdict) -> None:
    assert (verdict.available, verdict.reason) == (True, "")


async def test_what_is_forbidden_is_denied(verdict: Verdict) -> None:
    """Stricter than the verdict: here the kernel is new, and nothing needs to be forgiven."""
    assert len(verdict.forbidden) >= 40
    allowed = {action for action, found in verdict.forbidden.items() if found == ALLOWED}
    if verdict.level is Level.PROCESS:
        assert "connect by TCP" in allowed  # the attempts do work where nothing stops them
        assert len(allowed) > 20
    elif verdict.level is Level.CONFINED:
        assert allowed <= {"see a file outside", "see the app's process"}
    else:
        assert allowed == set()


async def test_what_code_needs_is_allowed(verdict: Verdict) -> None:
    assert set(verdict.needed.values()) == {ALLOWED}


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_process_of_the_same_number_in_the_sandbox_is_not_the_app(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """In a container the app itself has such a number, and so have the first processes of a sandbox."""
    needs_bubblewrap()
    ours = probe._app()
    monkeypatch.setattr(probe, "_app", lambda: {**ours, "app": number})
    verdict = await prove(Level.SEALED, OURS)
    assert (verdict.available, verdict.reason) == (True, "")
    assert ALLOWED not in verdict.forbidden.values()
    assert verdict.forbidden["see the app's process"] in ("ESRCH", "ENOENT")


def test_a_process_is_known_by_its_number_and_its_start() -> None:
    tried: list[int] = []
    me = os.getpid()
    attempts.with_process(me, attempts.started(me), lambda: tried.append(1))()
    assert tried == [1]
    with pytest.raises(ProcessLookupError):
        attempts.with_process(me, "1", lambda: tried.append(2))()
    gone = subprocess.Popen(["true"])
    gone.wait()
    attempts.with_process(gone.pid, "1", lambda: tried.append(3))()  # not seen: the attempt itself decides
    assert tried == [1, 3]


def test_what_an_old_system_cannot_deny_is_forgiven_and_said() -> None:
    found = judge(Level.CONFINED, {"change times of a file outside": ALLOWED, "mount": "EPERM"}, {})
    assert (found.available, found.reason) == (True, "")
    assert found.remark == "This system cannot keep its code from these: change times of a file outside."
    assert judge(Level.PROCESS, {"change times of a file outside": ALLOWED}, {}).remark == ""
    assert not judge(Level.SEALED, {"change times of a file outside": ALLOWED}, {}).available


NO_VIEW = {"unshare": (272, 97)}


def test_without_a_private_view_rights_and_times_outside_are_all_that_can_be_changed() -> None:
    needs_namespaces()
    user = needs_ordinary_user()
    with (
        hatch(user, level="confined", deny=NO_VIEW) as nursery,
        probe._world(nursery.make("world")) as facts,
    ):
        for path in (nursery.folder / "world").rglob("*"):
            os.chown(path, user.uid, user.gid)
        facts["sibling"] = str(nursery.make("sibling"))
        facts["home"] = str(nursery.make("home"))
        tried = nursery.fork().run(probe.TRY.format(facts))
    allowed = {action for action, found in tried["forbidden"].items() if found == ALLOWED}
    rights = {"change rights of a file outside", "change times of a file outside"}
    assert allowed == rights | probe.SEEN
    verdict = judge(Level.CONFINED, tried["forbidden"], tried["needed"])
    assert verdict.available
    assert all(action in verdict.remark for action in rights)


SYSTEM_V = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(0, 4096, 0o1600)
address = libc.shmat(segment, None, 0)
ctypes.memmove(address, b"own", 3)
print(ctypes.string_at(address, 3).decode())
"""
OWN_LIMITS = """
import os, resource
core = resource.prlimit(0, resource.RLIMIT_CORE)
resource.prlimit(os.getpid(), resource.RLIMIT_CORE, core)
pid = os.fork()
if not pid:
    resource.setrlimit(resource.RLIMIT_CORE, core)
    os._exit(7)
print(os.waitpid(pid, 0)[1] >> 8)
"""
COPIED = """
import shutil, subprocess
open('file', 'w').write('x')
shutil.copy2('file', 'copy'); shutil.copytree('.', 'tree')
subprocess.run(['cp', '-a', 'file', 'other'], check=True)
subprocess.run(['ls', '-l'], check=True, stdout=subprocess.DEVNULL)
print(open('tree/copy').read() + open('other').read())
"""


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_what_code_does_with_its_own_still_works(level: str) -> None:
    needs_namespaces()
    if level == "sealed":
        needs_bubblewrap()
    with hatch(needs_ordinary_user(), level=level) as nursery:
        worker = nursery.fork()
        assert [worker.try_(code)[1] for code in (SYSTEM_V, OWN_LIMITS, COPIED)] == ["own\n", "7\n", "xx\n"]


def test_one_leak_is_enough() -> None:
    found = judge(Level.CONFINED, {"mount": "EPERM", "connect by TCP": ALLOWED}, {"fork": ALLOWED})
    assert not found.available
    assert "connect by TCP" in found.reason
    assert found.remedy


def test_a_level_that_code_cannot_live_in_is_none() -> None:
    found = judge(Level.SEALED, {"mount": "EPERM"}, {"fork": "EPERM"})
    assert not found.available
    assert "fork" in found.reason


@pytest.mark.parametrize(
    ("level", "action", "must"),
    [
        (Level.PROCESS, "mount", False),
        (Level.CONFINED, "mount", True),
        (Level.CONFINED, "see a file outside", False),
        (Level.SEALED, "see a file outside", True),
    ],
)
def test_what_a_level_must_deny(level: Level, action: str, must: bool) -> None:
    assert must_deny(level, action) is must
